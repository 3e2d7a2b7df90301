"""What every form does: write once, say so, keep what was typed when it was refused."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from uuid import uuid4

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from components import identity
from components import texts as t
from components.forms.whole import whole
from components.markup import literal
from data.errors import RuleError
from data.settings import zone

log = logging.getLogger(__name__)

SURFACE = "entry"
WHO = "entry_who"  # the field every entry form shares


def signature(request_id: str, surface: str = SURFACE) -> dict[str, Any]:
    """Who, when, from where and for which request, as every write wants them."""
    return {
        "at": datetime.now(UTC),
        "actor": identity.actor(surface),
        "request_id": request_id,
    }


def submit_button(
    form: str,
    write: Callable[[str], str],
    empty: Callable[[], Mapping[str, Any]] = dict,
    label: str = "",
    tone: Literal["primary", "secondary"] = "primary",
) -> None:
    """The submit button: runs ``write(request_id)`` once, before the page is drawn again.

    ``write`` returns what to say.  After it the fields take the values of
    ``empty()`` (by key); when it refuses they keep what was typed.  The
    request id belongs to the form as it was drawn: a second click on the same
    form is the same request, however late it arrives.
    """
    state = st.session_state
    request_id = state.setdefault(f"{form}_request", uuid4().hex)

    @whole
    def submit() -> None:
        try:
            said = write(request_id)
        except RuleError as error:
            state[f"{form}_said"] = (False, t.ENTRY_NOT_SAVED.format(error))
        except SQLAlchemyError:
            log.exception("an entry could not be saved")
            state[f"{form}_said"] = (False, t.ENTRY_NOT_SAVED.format(t.DATABASE_BUSY))
        else:
            state[f"{form}_said"] = (True, said)
            state[f"{form}_request"] = uuid4().hex
            # assigned, not removed: only an assignment reaches the browser
            state.update({key: held for key, held in empty().items() if key in state})

    st.form_submit_button(
        label or t.ENTRY_SUBMIT,
        key=f"{form}_submit_{request_id}",
        type=tone,
        width="stretch",
        on_click=submit,
    )


def show_outcome(form: str) -> None:
    """What the last submission of this form came to, once."""
    said = st.session_state.pop(f"{form}_said", None)
    if said:
        good, text = said
        (st.success if good else st.error)(literal(text))  # names and texts are no Markdown


def value(key: str, default: Any = "") -> Any:
    """What a field holds now; ``default`` where it is empty."""
    held = st.session_state.get(key)
    return default if held is None else held


def moment_of(day: date | None, clock: time | None, label: str) -> datetime:
    """A local day and clock time as one aware moment; RuleError naming what is missing."""
    if day is None or clock is None:
        raise RuleError(t.MOMENT_MISSING.format(label), label)
    entered, now = datetime.combine(day, clock, tzinfo=zone()), datetime.now(zone())
    # "this minute" means now: cut to the minute it could fall before the step just recorded
    return now if entered == now.replace(second=0, microsecond=0) else entered


def entered_moment(form: str, label: str) -> datetime:
    """What the fields of :func:`moment_fields` hold, as one aware moment."""
    return moment_of(value(f"{form}_day", None), value(f"{form}_clock", None), label)


def moment_fields(form: str, day_label: str, time_label: str, minutes_ago: int = 0) -> None:
    """A day and a time side by side, now unless changed (keys FORM_day and FORM_clock)."""
    for key, held in moment_values(form, minutes_ago).items():
        st.session_state.setdefault(key, held)
    left, right = st.columns(2)
    left.date_input(day_label, key=f"{form}_day")
    right.time_input(time_label, key=f"{form}_clock", step=60)


def moment_values(form: str, minutes_ago: int = 0) -> dict[str, Any]:
    """What the fields of :func:`moment_fields` hold when nobody has changed them."""
    local = datetime.now(zone()).replace(second=0, microsecond=0)
    local -= timedelta(minutes=minutes_ago)
    return {f"{form}_day": local.date(), f"{form}_clock": local.time()}


def names_of(options: Mapping[Any, str]) -> Callable[[Any], str]:
    """A format function that looks options up and shows unknown ones as they are."""
    return lambda key: options.get(key, str(key))
