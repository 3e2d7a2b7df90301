"""The entry forms, by the name that stands in the address (``/entry?form=…``)."""

from __future__ import annotations

from collections.abc import Callable

from components.entry_grid import Grid
from components.forms.appeal import appeal_form
from components.forms.points import points_form
from components.forms.service import service_form
from components.forms.setup import set_up_form
from components.forms.step import step_form

__all__ = ["FORMS", "set_up_form"]

FORMS: dict[str, Callable[[Grid], None]] = {
    "appeal": appeal_form,
    "step": step_form,
    "points": points_form,
    "service": service_form,
}
