"""Shown on an empty database: name the street, its communities and grids, and begin."""

from __future__ import annotations

from components import forms, problems
from components import texts as t

problems.show_notice(t.SETUP_TITLE, t.SETUP_TEXT)
forms.set_up_form()
