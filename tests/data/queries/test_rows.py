from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from data.engines import Engines
from data.metrics import METRICS, measure, measure_rows
from data.queries.facts import fetch_unit_facts
from data.queries.rows import fetch_metric_rows
from data.scope import Scope
from tests import builders as build
from tests.data.queries.busy import AT, BEFORE, MONTH, Busy

# numerator and denominator of every metric for November 2026 in the grid of ``busy``
EXPECTED = {
    "grids": (1, None),  # the micro-grid below it is no grid
    "buildings": (1 + 1, None),
    "members": (1 + 1, None),  # not: gone, coming, elsewhere
    "volunteers": (1 + 1 + 1, None),  # keen, shy, undone
    "received_appeals": (3 + 2 + 1, None),  # green yellow red, on_time not_asked, rejected
    "closed_appeals": (3, None),  # on_time, late, not_asked
    "open_appeals": (4, None),  # green, yellow, red, red_from_october
    "red_appeals": (2, None),
    "yellow_appeals": (1, None),
    "on_time_rate": (2, 3 + 2),  # on_time, not_asked of the closed and the red
    "response_rate": (1 + 2 + 1, 6),  # yellow, on_time not_asked, rejected
    "resolution_rate": (1, 1 + 1),
    "satisfaction_rate": (1, 1 + 1),
    "mean_points": (10 + 5 - 2 + 3 - 3 + 1.5, 2),
    "hours": (120 + 90 + 30 - 30 + 40 - 40 + 45 + 15, None),
    "hours_per_volunteer": (120 + 75 + 90 + 30 - 30, 3),
    "active_volunteer_rate": (2, 3),  # undone served nothing in the end
    "visits": (1 + 1, None),
}


def test_every_metric_has_an_expected_figure() -> None:
    assert set(EXPECTED) == set(METRICS)


@pytest.mark.parametrize("key", METRICS)
def test_rows_give_the_figure_and_nothing_spurious(busy: Busy, key: str) -> None:
    with busy.engines.read() as connection:
        totals = fetch_unit_facts(connection, busy.scope()).sum()
        rows = fetch_metric_rows(connection, key, busy.scope())
    figure = measure(METRICS[key], totals)
    assert (figure.numerator, figure.denominator) == EXPECTED[key]
    assert measure_rows(METRICS[key], rows) == figure


@pytest.mark.parametrize("key", METRICS)
def test_rows_give_the_figure_of_a_month_that_is_over(busy: Busy, key: str) -> None:
    october = replace(busy.scope(), start=datetime.fromisoformat("2026-09-30T16:00Z"), end=MONTH)
    with busy.engines.read() as connection:
        totals = fetch_unit_facts(connection, october).sum()
        rows = fetch_metric_rows(connection, key, october)
    assert measure_rows(METRICS[key], rows) == measure(METRICS[key], totals)


@pytest.mark.parametrize("key", METRICS)
def test_rows_of_an_empty_database_have_their_columns(engines: Engines, key: str) -> None:
    with engines.read() as connection:
        rows = fetch_metric_rows(connection, key, Scope("/1/", BEFORE, AT, AT))
    assert rows.empty
    assert rows.columns[0] == "计入"
    assert METRICS[key].amount in (None, *rows.columns)


def test_rate_rows_mark_the_numerator(busy: Busy) -> None:
    with busy.engines.read() as connection:
        rows = fetch_metric_rows(connection, "on_time_rate", busy.scope())
    marked = dict(zip(rows["编号"], rows["计入"], strict=True))
    assert marked == {
        "on_time": "分子",
        "not_asked": "分子",
        "late": "分母",
        "red": "分母",
        "red_from_october": "分母",
    }


def test_rows_read_in_plain_words_and_local_time(busy: Busy) -> None:
    with busy.engines.read() as connection:
        rows = fetch_metric_rows(connection, "closed_appeals", busy.scope()).set_index("编号")
        visits = fetch_metric_rows(connection, "visits", busy.scope())
    assert rows.loc["on_time", "环节"] == "回复"
    assert rows.loc["on_time", "受理时间"] == datetime(2026, 11, 2, 9, 0)  # noqa: DTZ001
    assert list(rows["是否解决"]) == ["未解决", "已解决", ""]
    assert list(visits["走访类型"]) == ["孤寡老人周访", "日常走访"]
    assert list(visits["走访人"]) == ["孙*", ""]


def test_rows_of_members_name_nobody(busy: Busy) -> None:
    # beside a list without those below a line, a full list of names would tell who they are
    with busy.engines.read() as connection:
        members = fetch_metric_rows(connection, "members", busy.scope())
    assert list(members.columns) == ["计入", "单位", "党员类别", "转入日期"]
    assert len(members) == 2


def test_who_opted_out_of_ranking_is_not_named(busy: Busy) -> None:
    with busy.engines.read() as connection:
        volunteers = fetch_metric_rows(connection, "hours_per_volunteer", busy.scope())
        services = fetch_metric_rows(connection, "hours", busy.scope())
    assert sorted(volunteers["姓名"]) == ["不公开", "张*", "李*"]
    assert "shy" not in set(volunteers["编号"])
    assert set(services.loc[services["分钟"].isin([90, 30, -30]), "姓名"]) == {"不公开"}


def test_rows_of_points_name_nobody(busy: Busy) -> None:
    with busy.engines.read() as connection:
        rows = fetch_metric_rows(connection, "mean_points", busy.scope())
    assert list(rows.columns) == ["计入", "单位", "党员类别", "积分"]
    assert sorted(rows["积分"]) == [1.5, 13.0]


def test_points_of_too_few_are_told_with_the_unit_above(busy: Busy) -> None:
    with busy.engines.write() as connection:
        for _ in range(4):
            build.create_member(connection, busy.ids["grid1"])
        for _ in range(5):
            build.create_member(connection, busy.ids["community"])
    with busy.engines.read() as connection:
        rows = fetch_metric_rows(connection, "mean_points", busy.scope(busy.street_path))
    # first and four more; second, alone in the micro-grid, with them; elsewhere one level up
    assert rows["单位"].tolist() == ["测试社区"] * (5 + 1) + ["第1网格"] * (5 + 1)
    assert rows["积分"].tolist() == [30, 0, 0, 0, 0, 0, 13, 1.5, 0, 0, 0, 0]


def test_the_place_in_the_list_does_not_tell_who_opted_out(busy: Busy) -> None:
    with busy.engines.write() as connection:
        build.create_volunteer(connection, busy.ids["grid1"], busy.ids["team"], code="zeal")
    with busy.engines.read() as connection:
        volunteers = fetch_metric_rows(connection, "volunteers", busy.scope())
    assert volunteers["编号"].tolist() == ["keen", "undone", "zeal", "不公开"]


def test_unknown_metric_is_an_error(busy: Busy) -> None:
    with busy.engines.read() as connection, pytest.raises(KeyError):
        fetch_metric_rows(connection, "no_such_metric", busy.scope())
