from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Connection

from data.engines import Engines
from data.listings import LISTINGS
from data.method import Method
from data.queries.appeals import fetch_appeal_funnel, fetch_state_durations
from data.queries.grades import fetch_standings
from data.queries.listing_rows import fetch_listing_rows
from data.queries.members import fetch_checkup_summary
from data.queries.volunteers import (
    fetch_order_funnel,
    fetch_star_distribution,
    fetch_time_bank,
    fetch_volunteer_ranking,
)
from data.scope import Scope
from tests import builders as build
from tests.data.queries.busy import AT, BEFORE, MONTH, Busy
from tests.data.queries.charted import WORKFLOW, add_charted

YEAR = 2026
Asked = tuple[Any, ...]
Figure = dict[Any, Any]


def rules(key: str, method: Method) -> Asked:
    """What the chart ``key`` is asked by beside its scope."""
    workflow = method.workflow(WORKFLOW)
    asked: dict[str, Asked] = {
        "appeal_funnel": (workflow,),
        "state_durations": (workflow,),
        "checkups": (method.checkup,),
        "grades": (method.points, YEAR),
        "stars": (method.volunteering,),
    }
    return asked.get(key, ())


# What a chart shows, asked of the query that the page draws it by.


def funnel_shown(connection: Connection, scope: Scope, workflow: Any) -> Figure:
    funnel = fetch_appeal_funnel(connection, scope, workflow)
    return dict(enumerate(funnel["reached"], start=1))


def durations_shown(connection: Connection, scope: Scope, workflow: Any) -> Figure:
    states = fetch_state_durations(connection, scope, workflow)
    states = states[states["visits"] > 0].set_index("name")
    return states[["visits", "median_hours", "p90_hours"]].T.to_dict("list")


def checkups_shown(connection: Connection, scope: Scope, scheme: Any) -> Figure:
    summary = fetch_checkup_summary(connection, scope, scheme)
    heads = {"grade": "等次：", "line": "警戒线："}
    return {
        (f"{q[:4]}年第{q[-1]}季度", heads[kind] + name): n
        for q, kind, _, name, n in summary.itertuples(index=False)
    }


def grades_shown(connection: Connection, scope: Scope, scheme: Any, year: int) -> Figure:
    counts = fetch_standings(connection, scope, scheme, year)["grade"].value_counts()
    return {grade.name: counts[grade.key] for grade in scheme.grades if grade.key in counts}


def orders_shown(connection: Connection, scope: Scope) -> Figure:
    funnel = fetch_order_funnel(connection, scope)
    return dict(zip(funnel["name"], funnel["orders"], strict=True))


def stars_shown(connection: Connection, scope: Scope, scheme: Any) -> Figure:
    spread = fetch_star_distribution(connection, scope, scheme.stars)
    spread = spread[spread["volunteers"] > 0]
    return dict(zip(spread["name"], spread["volunteers"], strict=True))


def hours_shown(connection: Connection, scope: Scope) -> Figure:
    ranking = fetch_volunteer_ranking(connection, scope, limit=1_000)
    return {"ranked": list(zip(ranking["name"], ranking["hours"], strict=True))}


def bank_shown(connection: Connection, scope: Scope) -> Figure:
    return vars(fetch_time_bank(connection))


# The same, worked out from the rows alone.


def funnel_of(rows: pd.DataFrame) -> Figure:
    return {step: (rows["走到第几步"] >= step).sum() for step in range(1, 9)}


def durations_of(rows: pd.DataFrame) -> Figure:
    hours = rows.groupby("环节")["用时（小时）"]
    table = pd.DataFrame({"n": hours.size(), "half": hours.median(), "most": hours.quantile(0.9)})
    return table.T.to_dict("list")


def checkups_of(rows: pd.DataFrame) -> Figure:
    sums = rows.drop(columns=["单位", "体检人数"]).groupby("季度").sum()
    return {(quarter, c): n for quarter, row in sums.iterrows() for c, n in row.items()}


def orders_of(rows: pd.DataFrame) -> Figure:
    return {c.removesuffix("时间"): rows[c].notna().sum() for c in rows if c.endswith("时间")}


def hours_of(rows: pd.DataFrame) -> Figure:
    named = rows[rows["姓名"] != "不公开"]
    return {"ranked": list(zip(named["姓名"], named["分钟"] / 60, strict=True))}


def bank_of(rows: pd.DataFrame) -> Figure:
    names = ("issued", "held", "spent")
    sums = [rows[column].sum() for column in ("计入发放", "计入持有", "计入兑换")]
    gifts = rows["类型"].eq("转赠").sum()
    return dict(zip(names, sums, strict=True)) | {"transfers": gifts}


CHARTS: dict[str, tuple[Callable[..., Figure], Callable[[pd.DataFrame], Figure]]] = {
    "appeal_funnel": (funnel_shown, funnel_of),
    "state_durations": (durations_shown, durations_of),
    "checkups": (checkups_shown, checkups_of),
    "grades": (grades_shown, lambda rows: rows["等次"].value_counts().to_dict()),
    "order_funnel": (orders_shown, orders_of),
    "stars": (stars_shown, lambda rows: rows["星级"].value_counts().to_dict()),
    "volunteer_hours": (hours_shown, hours_of),
    "time_bank": (bank_shown, bank_of),
}

# Worked out by hand from ``busy`` and ``charted``: November 2026 in the grid.
EXPECTED: dict[str, Figure] = {
    # green yellow red rejected, declined; sent back slow; extended; on_time not_asked
    "appeal_funnel": {1: 10, 2: 5, 3: 3, 4: 2, 5: 2, 6: 0, 7: 0, 8: 0},
    # 受理: 1, 2, 2, 8 and 312 hours (begun in October); 派单: 6 − 2, 9 − 2
    "state_durations": {"受理": [5, 2, pytest.approx(190.4)], "派单": [2, 5.5, pytest.approx(6.7)]},
    "checkups": {
        ("2026年第2季度", "等次：党性健康"): 0,
        ("2026年第2季度", "等次：亚健康"): 1,
        ("2026年第2季度", "等次：不健康"): 0,
        ("2026年第2季度", "警戒线：黄线"): 1,
        ("2026年第2季度", "警戒线：红线"): 0,
        ("2026年第3季度", "等次：党性健康"): 1,
        ("2026年第3季度", "等次：亚健康"): 1,
        ("2026年第3季度", "等次：不健康"): 1,
        ("2026年第3季度", "警戒线：黄线"): 1,
        ("2026年第3季度", "警戒线：红线"): 1,
    },
    "grades": {"差": 2},
    "order_funnel": {"点单": 5, "派单": 3, "接单": 2, "服务": 2, "评单": 1},
    "stars": {"未评星": 2, "一星志愿者": 1},
    "volunteer_hours": {"ranked": [("张*", (120 + 75) / 60)]},
    "time_bank": {"issued": 90, "held": 75, "spent": 15, "transfers": 1},
}


@pytest.fixture
def charted(busy: Busy) -> Busy:
    add_charted(busy)
    return busy


def test_every_listing_is_tested() -> None:
    assert set(CHARTS) == set(EXPECTED) == set(LISTINGS)


@pytest.mark.parametrize("key", LISTINGS)
def test_rows_give_the_figure_and_nothing_spurious(charted: Busy, method: Method, key: str) -> None:
    shown, of_rows = CHARTS[key]
    with charted.engines.read() as connection:
        figure = shown(connection, charted.scope(), *rules(key, method))
        rows = fetch_listing_rows(connection, key, charted.scope(), *rules(key, method))
    assert figure == EXPECTED[key]
    assert of_rows(rows) == figure


@pytest.mark.parametrize("where", ["street", "october"])
@pytest.mark.parametrize("key", LISTINGS)
def test_rows_give_the_figure_elsewhere_too(
    charted: Busy, method: Method, key: str, where: str
) -> None:
    scope = charted.scope(charted.street_path)
    if where == "october":
        scope = replace(scope, start=datetime.fromisoformat("2026-09-30T16:00Z"), end=MONTH)
    shown, of_rows = CHARTS[key]
    with charted.engines.read() as connection:
        figure = shown(connection, scope, *rules(key, method))
        rows = fetch_listing_rows(connection, key, scope, *rules(key, method))
    assert figure
    assert of_rows(rows) == figure


@pytest.mark.parametrize("key", LISTINGS)
def test_an_empty_database_has_no_rows_but_their_columns(
    busy: Busy, engines: Engines, method: Method, key: str
) -> None:
    with busy.engines.read() as connection:
        nowhere = replace(busy.scope("/999/"), start=BEFORE, end=AT, now=AT)
        rows = fetch_listing_rows(connection, key, nowhere, *rules(key, method))
    assert rows.empty
    assert len(rows.columns) >= 3


def test_an_unknown_listing_is_an_error(busy: Busy) -> None:
    with busy.engines.read() as connection, pytest.raises(KeyError):
        fetch_listing_rows(connection, "no_such_listing", busy.scope())


def rows_of(busy: Busy, method: Method, key: str) -> pd.DataFrame:
    with busy.engines.read() as connection:
        return fetch_listing_rows(connection, key, busy.scope(), *rules(key, method))


def test_appeals_read_in_plain_words_and_local_time(charted: Busy, method: Method) -> None:
    rows = rows_of(charted, method, "appeal_funnel").set_index("编号")
    assert rows.loc["sent back", ["走到第几步", "最远环节", "现在环节"]].tolist() == [
        2,
        "派单",
        "受理",
    ]
    assert rows.loc["declined", ["走到第几步", "现在环节"]].tolist() == [1, "不予受理"]
    assert rows.loc["slow", "受理时间"] == datetime(2026, 11, 2, 9, 0)  # noqa: DTZ001
    assert rows.loc["slow", "类别"] == "噪音扰民"


def test_stays_say_from_when_until_when(charted: Busy, method: Method) -> None:
    rows = rows_of(charted, method, "state_durations")
    assert rows["环节"].tolist() == ["受理"] * 5 + ["派单"] * 2
    assert rows["编号"].iloc[[0, 1]].tolist() == ["left in november", "slow"]
    slow = rows.set_index("编号").loc["slow"]
    assert (slow["单位"], slow["用时（小时）"]) == ("微网格", 8)
    begun, ended = datetime(2026, 11, 2, 9, 0), datetime(2026, 11, 2, 17, 0)  # noqa: DTZ001
    assert (slow["进入时间"], slow["离开时间"]) == (begun, ended)


def test_a_step_still_to_come_has_no_time(charted: Busy, method: Method) -> None:
    rows = rows_of(charted, method, "order_funnel").set_index("编号")
    assert rows["派单时间"].isna().to_dict() == {
        "to step 4": False,
        "to step 3": False,
        "to step 1": False,
        "to step 0": True,
        "not yet": True,
    }


@pytest.mark.parametrize("key", ["stars", "volunteer_hours"])
def test_who_opted_out_is_counted_and_not_named(charted: Busy, method: Method, key: str) -> None:
    rows = rows_of(charted, method, key)
    hidden = rows[rows["姓名"] == "不公开"]
    assert hidden["编号"].tolist() == ["不公开"]
    assert "shy" not in rows.to_csv()
    assert set(rows["姓名"]) - {"不公开"} <= {"张*", "李*"}


def test_transfers_name_both_sides_masked(charted: Busy, method: Method) -> None:
    rows = rows_of(charted, method, "time_bank")
    sides = rows[["类型", "转出方", "转入方", "积分"]].values.tolist()
    assert sides == [
        ["兑换", "张*", "兑换账户", 15],
        ["转赠", "张*", "不公开", 20],
        ["冲正收回", "不公开", "发放账户", 30],
        ["服务所得", "发放账户", "不公开", 30],
        ["服务所得", "发放账户", "张*", 90],
    ]


@pytest.mark.parametrize("key", ["grades", "checkups"])
def test_rows_about_scores_name_nobody(charted: Busy, method: Method, key: str) -> None:
    rows = rows_of(charted, method, key)
    assert not {"编号", "姓名", "党员"} & set(rows.columns)
    for code in ("first", "second", "gone", "王*", "欧阳*"):
        assert code not in rows.to_csv()


def test_a_unit_of_too_few_is_told_with_the_one_above(charted: Busy, method: Method) -> None:
    with charted.engines.write() as connection:
        for _ in range(4):
            who = build.create_member(connection, charted.ids["grid1"])
            row = {"quarter": "2026Q2", "checked_on": date(2026, 6, 20)}
            place = (who, charted.ids["grid1"], charted.method_id)
            build.create_checkup(connection, *place, **row)
    grades, checkups = (rows_of(charted, method, key) for key in ("grades", "checkups"))
    # first and four more in the grid; second, alone in the micro-grid, is told with them
    assert grades["单位"].tolist() == ["第1网格"] * 6
    counts = checkups[["季度", "单位", "体检人数"]].values.tolist()
    assert counts == [["2026年第3季度", "第1网格", 3], ["2026年第2季度", "第1网格", 5]]
