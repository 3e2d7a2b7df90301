"""The two filters every page shares, unit and period: kept in the URL, followed everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import streamlit as st

from components import problems
from components.loaders import load
from components.markup import day
from data.errors import RuleError
from data.periods import PERIODS, local_date, period_bounds
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


def draw(*, visible: bool) -> None:
    """Draw the filter bar (or only keep its state alive) and write the state to the URL."""
    units = load(fetch_units)
    _restore(units)
    if visible:
        with st.container(key="app_filters", horizontal=True, vertical_alignment="center"):
            _unit_box(units)
            _period_control()
            if st.session_state[PERIOD] == "custom":
                _custom_dates()
            st.html(f'<span class="filter-note">{_note()}</span>')
    _write_url(units)


def current() -> View:
    """The unit and period chosen; the first unit of the tree where none is."""
    units = load(fetch_units)
    _restore(units)
    row = units[units["code"] == st.session_state[UNIT]].iloc[0]
    start, end = _bounds()
    return View(
        unit_id=int(row["id"]),
        code=row["code"],
        name=row["name"],
        level=row["level"],
        path=row["path"],
        period=st.session_state[PERIOD],
        scope=Scope(path=row["path"], start=start, end=end, now=present()),
    )


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


def _restore(units: pd.DataFrame) -> None:
    """Fill the state from the URL on the first run, and from defaults where it says nothing."""
    state, params = st.session_state, st.query_params
    codes = set(units["code"])
    if state.get(UNIT) not in codes:
        state[UNIT] = params["unit"] if params.get("unit") in codes else units["code"].iloc[0]
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


def _unit_box(units: pd.DataFrame) -> None:
    names = dict(zip(units["code"], units["name"], strict=True))
    depths = dict(zip(units["code"], units["path"].str.count("/") - 2, strict=True))
    st.selectbox(
        "单位",
        units["code"].tolist(),
        format_func=lambda code: "\u3000" * depths[code] + names[code],
        key=UNIT,
        label_visibility="collapsed",
        persist_state="session",
        width=260,
    )


def _period_control() -> None:
    st.segmented_control(
        "期间",
        list(PERIODS),
        format_func=PERIODS.__getitem__,
        key=PERIOD,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )


def _custom_dates() -> None:
    for key, label in ((FIRST, "开始日期"), (LAST, "结束日期")):
        st.date_input(
            label, key=key, label_visibility="collapsed", persist_state="session", width=150
        )


def _bounds() -> tuple[datetime, datetime]:
    state, now = st.session_state, present()
    try:
        return period_bounds(state[PERIOD], now, zone(), state.get(FIRST), state.get(LAST))
    except RuleError as error:
        problems.show_notice("期间没有选对", str(error))
        st.stop()


def _note() -> str:
    start, end = _bounds()
    last = min(end, present()) - timedelta(minutes=1)
    return f"{day(start)} — {day(last)}"


def _write_url(units: pd.DataFrame) -> None:
    wanted = link_params()
    if st.query_params.get("unit", wanted["unit"]) not in set(units["code"]):
        st.toast(f"网址里的单位“{st.query_params['unit']}”不存在，已改为显示全部")
    others = {k: v for k, v in st.query_params.items() if k not in FILTER_PARAMS}
    if dict(st.query_params) != others | wanted:
        st.query_params.from_dict(others | wanted)


FILTER_PARAMS = {"unit", "period", "first", "last"}
