"""The two filters every page shares, unit and period: kept in the URL, followed everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import streamlit as st

from components import identity, problems
from components import texts as t
from components.loaders import build_once, load
from components.markup import day
from data.errors import RuleError
from data.periods import PERIODS, local_date, period_bounds
from data.queries.counting import last_day
from data.queries.revision import standing
from data.queries.units import fetch_units
from data.scope import Scope
from data.settings import zone

UNIT, PERIOD, FIRST, LAST = "filter_unit", "filter_period", "filter_first", "filter_last"
DEFAULT_PERIOD = "year"


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
    _restore(index())


def write_url() -> None:
    """Put the filters into the URL, whatever else stands there."""
    units = index()
    wanted = link_params()
    if st.query_params.get("unit", wanted["unit"]) not in units:
        st.toast(t.UNKNOWN_UNIT.format(st.query_params["unit"]))
    others = {k: v for k, v in st.query_params.items() if k not in FILTER_PARAMS}
    if dict(st.query_params) != others | wanted:
        st.query_params.from_dict(others | wanted)


def current() -> View:
    """The unit and period chosen; the first unit of the tree where none is."""
    units = index()
    _restore(units)
    unit_id, code, name, level, path = units[st.session_state[UNIT]]
    start, end = _need_bounds()
    scope = Scope(path=path, start=start, end=end, now=present())
    return View(unit_id, code, name, level, path, st.session_state[PERIOD], scope)


def chosen_code() -> str:
    """The code of the unit the filter stands on, whatever the period says."""
    restore()
    return str(st.session_state[UNIT])


UnitIndex = dict[str, tuple[int, str, str, str, str]]


def index() -> UnitIndex:
    """Id, code, name, level and path of every unit one may look at, by code, in tree order."""
    return units_below(tuple(identity.board_reach()))


def units_below(reach: tuple[str, ...]) -> UnitIndex:
    """The same of the units below some paths."""
    return build_once(_unit_index, reach)


@standing
def _unit_index(reach: tuple[str, ...]) -> UnitIndex:
    units = load(fetch_units)
    units = units[units["path"].str.startswith(reach)]
    columns = (units[name] for name in ("id", "code", "name", "level", "path"))
    return {row[1]: row for row in zip(*columns, strict=True)}


def within_reach(path: str) -> bool:
    """Whether the figures of the unit at ``path`` may be seen."""
    return path.startswith(tuple(identity.board_reach()))


def present() -> datetime:
    """The end of the running minute: stable enough to cache by, never before a new entry."""
    return datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)


def choose_unit(code: str) -> None:
    """Move every page to another unit; for use in callbacks, before widgets are drawn."""
    st.session_state[UNIT] = code


def choose_period(period: str) -> None:
    """Move every page to another period; what is not one is left aside."""
    if period in PERIODS:
        st.session_state[PERIOD] = period


def link_params() -> dict[str, str]:
    """The filters as query parameters, for links between pages."""
    state = st.session_state
    params = {"unit": state.get(UNIT, ""), "period": state.get(PERIOD, DEFAULT_PERIOD)}
    if params["period"] == "custom":
        params |= {"first": str(state.get(FIRST, "")), "last": str(state.get(LAST, ""))}
    return {k: v for k, v in params.items() if v} | identity.key_params()


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


def bounds() -> tuple[datetime, datetime]:
    """Start and end of the chosen period; RuleError where its own days make none."""
    state, now = st.session_state, present()
    # the end of the running minute may be the first moment of the next period
    today = now - timedelta(microseconds=1)
    start, end = period_bounds(state[PERIOD], today, zone(), state.get(FIRST), state.get(LAST))
    if start >= now:
        raise RuleError(t.FUTURE_PERIOD, t.FILTER_FIRST)
    return start, end


def _need_bounds() -> tuple[datetime, datetime]:
    try:
        return bounds()
    except RuleError as error:
        problems.show_notice(t.WRONG_PERIOD, str(error))
        st.stop()


FILTER_PARAMS = {"unit", "period", "first", "last"}
