"""The fields of entry forms: big targets for a thumb, each kept in the form's draft."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

import streamlit as st

from components import entry_texts as e
from components.forms.common import moment_of, names_of
from components.forms.sheet import NOW, Sheet, local_now, place
from components.markup import escape, literal, moment
from data.errors import RuleError

K = TypeVar("K", bound=Hashable)

MOST_BUTTONS = 12  # more choices than this stand in a list to search
OTHER = "other"


def choose(
    sheet: Sheet,
    name: str,
    label: str,
    options: Mapping[K, str],
    *,
    usual: K | None = None,
    required: bool = False,
) -> K | None:
    """One of ``options`` (key to words), as buttons side by side while they are few."""
    key = sheet.begin(name, usual)
    if st.session_state[key] not in options:
        st.session_state[key] = usual
    chosen: Any
    if len(options) <= MOST_BUTTONS:
        words = {k: literal(text) for k, text in options.items()}
        chosen = st.pills(
            label, list(options), format_func=names_of(words), key=key, required=required
        )
    else:
        chosen = st.selectbox(
            label,
            list(options),
            format_func=names_of(options),
            key=key,
            index=None,
            placeholder=e.PICK_NONE,
        )
    return chosen


def line(sheet: Sheet, name: str, label: str, *, usual: str = "", hint: str = "") -> None:
    """A line of text."""
    st.text_input(label, key=sheet.begin(name, usual), placeholder=hint)


def area(sheet: Sheet, name: str, label: str, *, hint: str = "") -> None:
    """Several lines of text."""
    st.text_area(label, key=sheet.begin(name, ""), placeholder=hint, height=96)


def number(
    sheet: Sheet, name: str, label: str, *, usual: float | None = None, **options: Any
) -> None:
    """A number; its bounds are judged when it is sent, so that the reason can be said."""
    st.number_input(label, key=sheet.begin(name, usual), placeholder="", **options)


def need_number(sheet: Sheet, name: str, label: str) -> float:
    """The number in a field; RuleError where it is empty."""
    held = sheet.get(name)
    if held is None:
        raise RuleError(e.NUMBER_MISSING.format(label), label)
    return float(held)


def when(sheet: Sheet, label: str, *, now: str = e.NOW) -> None:
    """A moment: now, unless another one is asked for; then a day and a time."""
    choose(sheet, "when", label, {NOW: now, OTHER: e.OTHER_TIME}, usual=NOW, required=True)
    with place(f"{sheet.key('when')}_other"):
        if sheet.get("when") == OTHER:
            _day_and_clock(sheet)


def _day_and_clock(sheet: Sheet) -> None:
    local = local_now()
    day, clock = (sheet.begin(*field) for field in (("day", local.date()), ("clock", local.time())))
    left, right = st.columns(2)
    left.date_input(e.OTHER_DAY, key=day, label_visibility="collapsed")
    right.time_input(e.OTHER_TIME, key=clock, step=60, label_visibility="collapsed")


def entered_moment(sheet: Sheet, label: str) -> datetime:
    """What :func:`when` holds, as one aware moment."""
    if sheet.get("when", NOW) == NOW:
        return datetime.now(UTC)
    return moment_of(sheet.get("day"), sheet.get("clock"), label)


def when_words(sheet: Sheet, now: str = e.NOW) -> str:
    """The moment as it stands in the heading of what is folded away."""
    held: tuple[date | None, time | None] = (
        st.session_state.get(sheet.key("day")) or sheet.content.get("day"),
        st.session_state.get(sheet.key("clock")) or sheet.content.get("clock"),
    )
    is_now = (sheet.get("when") or sheet.content.get("when") or NOW) == NOW
    day, clock = held
    if is_now or day is None or clock is None:
        return now
    return moment(datetime.combine(day, clock))


def which_day(sheet: Sheet, label: str) -> None:
    """A day: today, unless another one is asked for."""
    options = {NOW: e.TODAY_WORD, OTHER: e.OTHER_DAY}
    choose(sheet, "when", label, options, usual=NOW, required=True)
    if sheet.get("when") == OTHER:
        key = sheet.begin("day", local_now().date())
        st.date_input(e.OTHER_DAY, key=key, label_visibility="collapsed")


def entered_day(sheet: Sheet, label: str) -> date:
    """What :func:`which_day` holds."""
    if sheet.get("when", NOW) == NOW:
        return local_now().date()
    day: date | None = sheet.get("day")
    if day is None:
        raise RuleError(e.CHOICE_MISSING.format(label), label)
    return day


def need(sheet: Sheet, name: str, label: str) -> Any:
    """What was chosen; RuleError where nothing was."""
    held = sheet.get(name)
    if held in (None, ""):
        raise RuleError(e.CHOICE_MISSING.format(label), label)
    return held


@contextmanager
def more(sheet: Sheet, summary: str) -> Iterator[None]:
    """What rarely needs changing, folded away behind what it holds."""
    with st.expander(e.MORE.format(literal(summary)), key=f"{sheet.key('more')}"):
        yield


def send_button(sheet: Sheet, write: Callable[[str], str], label: str = e.SUBMIT) -> None:
    """What became of the last sending, the button, and whether what is typed is kept."""
    request_id = sheet.request_id
    sheet.keep()
    if sheet.outcome:
        good, said = sheet.outcome
        if not good:
            st.error(literal(said))
        elif not sheet.touched():
            # until the next one is begun: an answer may get lost on its way to a phone
            st.success(literal(said))
        else:
            sheet.outcome = None
    st.button(
        label,
        key=f"{sheet.key('submit')}_{request_id}",
        type="primary",
        width="stretch",
        on_click=sheet.send,
        args=(request_id, write),
    )
    st.html(f'<p class="kept" role="status">{escape(_kept_words(sheet))}</p>')


def _kept_words(sheet: Sheet) -> str:
    if sheet.trouble:
        return e.DRAFT_LOST.format(sheet.trouble)
    if sheet.kept_at is None:
        return e.UNTOUCHED
    return e.DRAFT_KEPT.format(moment(sheet.kept_at))
