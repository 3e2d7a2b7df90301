"""The two filters every page shares, unit and period: kept in the URL, followed everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import streamlit as st

from components import problems
from components import texts as t
from components.choices import distinct
from components.loaders import build_once, load
from components.markup import day
from data.errors import RuleError
from data.periods import PERIODS, local_date, period_bounds
from data.queries.counting import last_day
from data.queries.units import fetch_units
from data.scope import Scope
from data.settings import zone

UNIT, PERIOD, FIRST, LAST = "filter_unit", "filter_period", "filter_first", "filter_last"
DEFAULT_PERIOD = "year"
MANY_UNITS = 120
INDENT = "\u2002\u2002"  # two half-width spaces


@dataclass(frozen=True)
class View:
    """What the filters say: a unit of the tree and a period, ready to query by."""

    unit_id: int
    code: str
    name: str
    level: str
    path: str
    period: str
    scope: Scope

    @property
    def period_text(self) -> str:
        """The period as two dates, e.g. 2026年1月1日 — 2026年11月21日."""
        last = self.scope.until - timedelta(microseconds=1)
        return f"{day(self.scope.start)} — {day(last)}"

    @property
    def year(self) -> int:
        """The calendar year of the period's last day; an end belongs to the next period."""
        return last_day(self.scope).year


def restore() -> None:
    """Take the filters from the URL on the first run; everything else may then ask for them."""
    _restore(build_once(_unit_index))


def draw(*, visible: bool) -> None:
    """Draw the filter bar (or only keep its state alive) and write the state to the URL."""
    units = build_once(_unit_index)
    _restore(units)
    if visible:
        with st.container(key="app_filters", horizontal=True, vertical_alignment="center"):
            _unit_box()
            _period_control()
            if st.session_state[PERIOD] == "custom":
                _custom_dates()
            st.caption(_note(), width="content")
    _write_url(units)


def current() -> View:
    """The unit and period chosen; the first unit of the tree where none is."""
    units = build_once(_unit_index)
    _restore(units)
    unit_id, code, name, level, path = units[st.session_state[UNIT]]
    start, end = _bounds()
    scope = Scope(path=path, start=start, end=end, now=present())
    return View(unit_id, code, name, level, path, st.session_state[PERIOD], scope)


def chosen_code() -> str:
    """The code of the unit the filter stands on, whatever the period says."""
    restore()
    return str(st.session_state[UNIT])


UnitIndex = dict[str, tuple[int, str, str, str, str]]


def _unit_index() -> UnitIndex:
    """Every unit's id, code, name, level and path, by its code, in tree order."""
    units = load(fetch_units)
    columns = (units[name] for name in ("id", "code", "name", "level", "path"))
    return {row[1]: row for row in zip(*columns, strict=True)}


def present() -> datetime:
    """The end of the running minute: stable enough to cache by, never before a new entry."""
    return datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)


def choose_unit(code: str) -> None:
    """Move every page to another unit; for use in callbacks, before widgets are drawn."""
    st.session_state[UNIT] = code


def link_params() -> dict[str, str]:
    """The filters as query parameters, for links between pages."""
    state = st.session_state
    params = {"unit": state.get(UNIT, ""), "period": state.get(PERIOD, DEFAULT_PERIOD)}
    if params["period"] == "custom":
        params |= {"first": str(state.get(FIRST, "")), "last": str(state.get(LAST, ""))}
    return {k: v for k, v in params.items() if v}


def _restore(units: UnitIndex) -> None:
    """Fill the state from the URL on the first run, and from defaults where it says nothing."""
    state, params = st.session_state, st.query_params
    if state.get(UNIT) not in units:
        state[UNIT] = params["unit"] if params.get("unit") in units else next(iter(units))
    if state.get(PERIOD) not in PERIODS:
        state[PERIOD] = params["period"] if params.get("period") in PERIODS else DEFAULT_PERIOD
    today = local_date(datetime.now(UTC), zone())
    state.setdefault(FIRST, _parse_day(params.get("first")) or today.replace(day=1))
    state.setdefault(LAST, _parse_day(params.get("last")) or today)


def _parse_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _unit_box() -> None:
    labels = build_once(_unit_labels, st.session_state[UNIT])
    st.selectbox(
        t.FILTER_UNIT,
        list(labels),
        format_func=labels.__getitem__,
        key=UNIT,
        label_visibility="collapsed",
        persist_state="session",
        width=260,
    )


def _unit_labels(chosen: str) -> dict[str, str]:
    """The units to choose from, by code, indented by their depth in the tree.

    In a large tree the lowest level is listed only around the chosen unit: a list
    of hundreds is slow to draw and nobody reads it.  The map's search finds them all.
    """
    units = build_once(_unit_index)
    depths = {code: row[4].count("/") - 2 for code, row in units.items()}
    lowest = max(depths.values())
    path = units[chosen][4]
    near = path if depths[chosen] < lowest else path.rstrip("/").rpartition("/")[0] + "/"
    labels = {
        code: INDENT * depths[code] + name
        for code, (_, _, name, _, own) in units.items()
        if len(units) <= MANY_UNITS or depths[code] < lowest or _right_below(near, own)
    }
    return distinct(labels)


def _right_below(near: str, own: str) -> bool:
    return own.startswith(near) and own.count("/") == near.count("/") + 1


def _period_control() -> None:
    st.segmented_control(
        t.FILTER_PERIOD,
        list(PERIODS),
        format_func=PERIODS.__getitem__,
        key=PERIOD,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )


def _custom_dates() -> None:
    for key, label in ((FIRST, t.FILTER_FIRST), (LAST, t.FILTER_LAST)):
        st.date_input(
            label, key=key, label_visibility="collapsed", persist_state="session", width=150
        )


def _bounds() -> tuple[datetime, datetime]:
    state, now = st.session_state, present()
    try:
        # the end of the running minute may be the first moment of the next period
        today = now - timedelta(microseconds=1)
        start, end = period_bounds(state[PERIOD], today, zone(), state.get(FIRST), state.get(LAST))
        if start >= now:
            raise RuleError(t.FUTURE_PERIOD, t.FILTER_FIRST)
        return start, end
    except RuleError as error:
        problems.show_notice(t.WRONG_PERIOD, str(error))
        st.stop()


def _note() -> str:
    start, end = _bounds()
    last = min(end, present()) - timedelta(minutes=1)
    return f"{day(start)} — {day(last)}"


def _write_url(units: UnitIndex) -> None:
    wanted = link_params()
    if st.query_params.get("unit", wanted["unit"]) not in units:
        st.toast(t.UNKNOWN_UNIT.format(st.query_params["unit"]))
    others = {k: v for k, v in st.query_params.items() if k not in FILTER_PARAMS}
    if dict(st.query_params) != others | wanted:
        st.query_params.from_dict(others | wanted)


FILTER_PARAMS = {"unit", "period", "first", "last"}
