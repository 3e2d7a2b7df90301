"""The entry forms, by the name that stands in the address (``/entry?form=…``)."""

from __future__ import annotations

from collections.abc import Callable

from components.entry_grid import Grid
from components.forms.appeal import appeal_form
from components.forms.checkup import checkup_form
from components.forms.indicator import indicator_form
from components.forms.points import points_form
from components.forms.service import service_form
from components.forms.setup import set_up_form
from components.forms.signin import signin_form
from components.forms.step import step_form
from components.forms.visit import visit_form
from data.entry_forms import FORMS as NAMES
from data.method import Method

__all__ = ["FORMS", "forms_of", "set_up_form"]

FORMS: dict[str, Callable[[Grid, Method], None]] = {
    "appeal": appeal_form,
    "step": step_form,
    "visit": visit_form,
    "points": points_form,
    "service": service_form,
    "checkup": checkup_form,
    "signin": signin_form,
    "indicator": indicator_form,
}
# what a form needs the method to have; the others are in every method
NEEDED = {
    "points": "points",
    "checkup": "checkup",
    "signin": "activities",
    "indicator": "indicators",
}


def forms_of(method: Method) -> dict[str, str]:
    """The forms that a method has something to enter in, with their names."""
    return {k: NAMES[k] for k in FORMS if k not in NEEDED or getattr(method, NEEDED[k])}
