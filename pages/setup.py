"""Shown on an empty database: name the street, its communities and grids, and begin."""

from __future__ import annotations

from components import forms, gates, problems
from components import texts as t

if not gates.show_set_up_gate():
    problems.show_notice(t.SETUP_TITLE, t.SETUP_TEXT)
    forms.set_up_form()
