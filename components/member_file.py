"""One member's file (一人一档): the ledger that explains every point.

Whoever stands below the line cannot be picked here; they appear in counts only.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import full_names
from components import texts as t
from components.filters import View
from components.loaders import build_once, load
from components.markup import day, escape, number
from components.offers import offer_table
from components.problems import show_empty
from components.tables import table_html
from data.method import Method, PointsScheme
from data.queries.grades import fetch_standings
from data.queries.members import MemberFile, fetch_ledger, fetch_member
from data.scope import Scope


def member_file(view: View, method: Method, year: int) -> None:
    """A list of members, and the chosen one's points of the year with every entry behind them."""
    if not method.points:
        show_empty(t.MEMBER_NO_POINTS)
        return
    asked, names = (view.scope, method.points, year), full_names.member_names(view.path)
    words = build_once(_listed, *asked) if names is None else _listed(*asked, names)
    if not words:
        show_empty(t.NO_DATA_HERE)
        return
    chosen = st.selectbox(
        t.MEMBER_PICK,
        list(words),
        format_func=words.__getitem__,
        key="members_file_pick",
        label_visibility="collapsed",
    )
    known = full_names.member_file(int(chosen), view.path)
    file = (int(chosen), view.scope, method, year)
    st.html(build_once(_file, *file) if known is None else _file(*file, known))
    offer_table(lambda: _taken(int(chosen)))


def _shown(scope: Scope, scheme: PointsScheme, year: int) -> pd.DataFrame:
    standings = load(fetch_standings, scope, scheme, year)
    return standings[~standings["failing"]].sort_values("code").set_index("member_id")


def _listed(
    scope: Scope, scheme: PointsScheme, year: int, names: dict[int, str] | None = None
) -> dict[int, str]:
    shown = _shown(scope, scheme, year)
    called = [(names or {}).get(i, name) for i, name in shown["name"].items()]
    columns = (shown.index, called, shown["code"], shown["unit_name"])
    return {int(i): "　".join(parts) for i, *parts in zip(*columns, strict=True)}


def _file(
    member_id: int, scope: Scope, method: Method, year: int, known: MemberFile | None = None
) -> str:
    member = known or load(fetch_member, member_id)
    classes = {c.key: c.name for c in method.member_classes}
    words = (
        member.code,
        member.unit_name,
        classes.get(member.class_key, member.class_key),
        t.JOINED.format(day(member.joined_on)),
    )
    working = _working(_shown(scope, method.points, year).loc[member_id]) if method.points else ""
    return (
        f"<p><b>{escape(member.name)}</b>　{escape('　'.join(words))}　<b>{escape(working)}</b></p>"
        + _ledger(member_id)
    )


def _working(points: pd.Series) -> str:
    """The year's total with its working, e.g. 基础 60 + 履职 23 + 奖励 3 − 扣减 1 = 85 分."""
    given = (number(points[kind], 1) for kind in ("base", "duty", "award"))
    return t.MEMBER_SUM.format(*given, number(-points["deduction"], 1), number(points["total"], 1))


def _taken(member_id: int) -> pd.DataFrame:
    """The ledger for a file, with days and points as such; whose it is says his code."""
    table = _entries(member_id)
    ledger, code = load(fetch_ledger, member_id).iloc[::-1], load(fetch_member, member_id).code
    table[t.MEMBER_LEDGER_COLUMNS[0]] = ledger["happened_on"].to_list()
    table[t.MEMBER_LEDGER_COLUMNS[3]] = ledger["points"].to_list()
    table.insert(0, t.MEMBER_COLUMNS[2], code)
    return table


def _ledger(member_id: int) -> str:
    return table_html(_entries(member_id))


def _entries(member_id: int) -> pd.DataFrame:
    ledger = load(fetch_ledger, member_id).iloc[::-1]
    columns = (
        [day(d) for d in ledger["happened_on"]],
        ledger["rule_name"].to_list(),
        [t.ENTRY_KINDS[kind] for kind in ledger["kind"]],
        [f"{p:+g}" for p in ledger["points"]],
        ledger["running"].to_list(),
        [t.ENTRY_STATUSES[status] for status in ledger["status"]],
        ledger["note"].to_list(),
    )
    return pd.DataFrame(dict(zip(t.MEMBER_LEDGER_COLUMNS, columns, strict=True)))
