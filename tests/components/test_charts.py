"""Every chart is a valid specification that says in Chinese what its data says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest

from components import charts
from components.chart_parts import duration
from components.chart_theme import NO_DATA
from components.palette import ACCENT, PRIMARY, SOFT

FUNNEL = pd.DataFrame(
    {
        "name": ["受理", "派单", "办理", "回访"],
        "reached": [1350, 1321, 1289, 1143],
        "step_rate": [None, 0.9785, 0.9758, 0.8867],
        "overall_rate": [1.0, 0.9785, 0.9548, 0.8467],
    }
)
DURATIONS = pd.DataFrame(
    {
        "name": ["受理", "办理", "回访"],
        "median_hours": [0.4, 61.0, None],
        "p90_hours": [1.5, 130.0, None],
    }
)
AGES = pd.DataFrame({"bucket": ["1天以内", "1至3天", "30天以上"], "open": [31, 44, 3]})
CATEGORIES = pd.DataFrame(
    {
        "name": ["物业服务纠纷", "停车管理", "其他"],
        "appeals": [320, 150, 8],
        "cumulative_share": [0.669, 0.983, 1.0],
    }
)
TREND = pd.DataFrame({"label": ["11月1日", "11月2日", "11月3日"], "value": [88.2, None, 93.4]})
SERIES = pd.DataFrame(
    {
        "label": ["1月", "2月"] * 2,
        "value": [1200.0, 900.0, 1500.0, 1600.0],
        "series": ["去年"] * 2 + ["今年"] * 2,
    }
)
BINS = pd.DataFrame({"bin_start": [60, 70, 80], "bin_end": [70, 80, 90], "count": [4, 20, 9]})
GRADES = pd.DataFrame(
    {
        "name": ["优秀", "良好", "差"],
        "count": [60, 39, 1],
        "colour": ["#1f9d86", "#4f93dd", "#e07b39"],
    }
)
RANKING = pd.DataFrame(
    {
        "name": ["张*", "王*", "张*"],
        "value": [171.0, 158.0, 149.5],
        "text": ["171.0", "158.0", "149.5"],
        "highlight": [False, True, False],
    }
)
CHECKUPS = pd.DataFrame(
    {
        "quarter": ["2026Q2", "2026Q2", "2026Q3", "2026Q3"],
        "grade": ["健康", "亚健康"] * 2,
        "count": [600, 110, 640, 70],
        "colour": ["#1f9d86", "#e07b39"] * 2,
    }
)
STARS = pd.DataFrame({"name": ["一星", "二星"], "count": [260, 140]})

CASES: dict[str, tuple[Callable[[pd.DataFrame], charts.AnyChart], pd.DataFrame]] = {
    "funnel_chart": (charts.funnel_chart, FUNNEL),
    "duration_chart": (charts.duration_chart, DURATIONS),
    "ageing_chart": (charts.ageing_chart, AGES),
    "pareto_chart": (charts.pareto_chart, CATEGORIES),
    "trend_chart": (lambda data: charts.trend_chart(data, "小时", target=1000), SERIES),
    "distribution_chart": (lambda data: charts.distribution_chart(data, [("良好", 80)]), BINS),
    "ranking_bars": (charts.ranking_bars, RANKING),
    "checkup_chart": (charts.checkup_chart, CHECKUPS),
    "star_chart": (charts.star_chart, STARS),
}
BUILDERS = pytest.mark.parametrize(("build", "data"), CASES.values(), ids=list(CASES))


def walk(node: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every (key, value) of a specification, however deep."""
    yield key, node
    children = node.items() if isinstance(node, dict) else ()
    if isinstance(node, list):
        children = [(key, child) for child in node]
    for name, child in children:
        if name != "datasets":
            yield from walk(child, name)


def rows(chart: charts.AnyChart) -> list[dict[str, Any]]:
    """The rows of a chart's first data set."""
    return next(iter(chart.to_dict()["datasets"].values()))


def test_every_chart_is_in_the_cases() -> None:
    made = {name for name in charts.__all__ if name.endswith(("_chart", "_bar", "_bars"))}
    assert made == set(CASES)


@BUILDERS
def test_a_chart_is_a_valid_specification(build: Any, data: pd.DataFrame) -> None:
    spec = build(data).to_dict()
    assert spec["width"] == "container"
    assert spec["height"] > 0
    assert len(next(iter(spec["datasets"].values()))) == len(data)


@BUILDERS
def test_one_row_is_enough(build: Any, data: pd.DataFrame) -> None:
    assert "layer" in build(data.head(1)).to_dict()


@BUILDERS
def test_no_rows_say_so(build: Any, data: pd.DataFrame) -> None:
    words = rows(build(data.head(0)))[0]["text"]
    assert "没有" in words


@BUILDERS
def test_the_caller_s_data_stays_as_it_was(build: Any, data: pd.DataFrame) -> None:
    before = data.copy()
    build(data)
    pd.testing.assert_frame_equal(data, before)


@BUILDERS
def test_people_read_chinese(build: Any, data: pd.DataFrame) -> None:
    titles = [value for key, value in walk(build(data).to_dict()) if key == "title"]
    for title in titles:
        if isinstance(title, str):
            assert re.search("[一-鿿]", title), title


@BUILDERS
def test_no_text_is_smaller_than_13_pixels(build: Any, data: pd.DataFrame) -> None:
    sizes = [
        value
        for key, value in walk(build(data).to_dict())
        if key.lower().endswith("fontsize") and isinstance(value, int | float)
    ]
    assert sizes
    assert min(sizes) >= 13


def test_months_and_weekdays_are_chinese() -> None:
    spec = charts.star_chart(STARS).to_dict()
    time = spec["config"]["locale"]["time"]
    assert time["months"][10] == time["shortMonths"][10] == "11月"
    assert time["days"][6] == "星期六"
    formats = spec["config"]["axisTemporal"]["format"]
    assert not any("%b" in text or "%B" in text or "%a" in text for text in formats.values())


def test_the_funnel_centres_its_bars_and_names_each_step() -> None:
    found = rows(charts.funnel_chart(FUNNEL))
    assert {row["start"] + row["end"] for row in found} == {1350}
    assert found[1]["end"] - found[1]["start"] == 1321
    assert [row["step"] for row in found] == ["—", "97.9%", "97.6%", "88.7%"]


def test_a_funnel_nobody_entered_has_no_bars() -> None:
    nobody = FUNNEL.assign(reached=0, step_rate=None, overall_rate=None)
    assert rows(charts.funnel_chart(nobody)) == [{"text": NO_DATA}]


def test_the_slowest_state_is_the_bottleneck() -> None:
    chart = charts.duration_chart(DURATIONS)
    assert [row["mark"] for row in rows(chart)] == ["", "瓶颈", ""]
    assert ACCENT in json.dumps(chart.to_dict())


def test_a_single_state_is_no_bottleneck() -> None:
    assert rows(charts.duration_chart(DURATIONS.head(1)))[0]["mark"] == ""


def test_a_state_nobody_passed_stays_on_the_chart() -> None:
    last = rows(charts.duration_chart(DURATIONS))[-1]
    assert (last["name"], last["middle"], last["most"]) == ("回访", "—", "—")


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0.4, "24分钟"), (5.0, "5小时"), (5.25, "5.2小时"), (60.0, "2.5天"), (None, "—")],
)
def test_a_duration_in_words(hours: float | None, words: str) -> None:
    assert duration(hours) == words


def test_pareto_numbers_stand_at_the_foot_of_bars_that_have_room() -> None:
    assert [row["foot"] for row in rows(charts.pareto_chart(CATEGORIES))] == [0, 0, 8]


def test_a_missing_value_leaves_a_gap_in_the_trend() -> None:
    assert [row["value"] for row in rows(charts.trend_chart(TREND, "%"))] == [88.2, None, 93.4]


def test_percentages_need_not_start_at_zero_but_amounts_do() -> None:
    scales = {
        unit: charts.trend_chart(TREND, unit).to_dict()["layer"][0]["encoding"]["y"]["scale"]
        for unit in ("%", "小时")
    }
    assert scales == {"%": {"zero": False}, "小时": {"zero": True}}


def test_series_differ_in_more_than_colour() -> None:
    line, points = charts.trend_chart(SERIES, "小时").to_dict()["layer"]
    dashes = line["encoding"]["strokeDash"]["scale"]
    assert dashes["domain"] == ["去年", "今年"]
    assert dashes["range"][0] != dashes["range"][1]
    assert len(set(points["encoding"]["shape"]["scale"]["range"])) == 2


def test_the_target_is_named() -> None:
    spec = charts.trend_chart(TREND, "%", target=90).to_dict()
    assert {"value": 90, "words": "目标 90"} in [
        row for d in spec["datasets"].values() for row in d
    ]


def test_grade_limits_are_named_on_the_distribution() -> None:
    spec = charts.distribution_chart(BINS, [("良好", 80)]).to_dict()
    assert [{"score": 80, "caption": "良好 80"}] in spec["datasets"].values()


def test_people_with_the_same_masked_name_keep_their_own_bars() -> None:
    chart = charts.ranking_bars(RANKING)
    assert [row["place"] for row in rows(chart)] == [0, 1, 2]
    assert chart.to_dict()["layer"][0]["encoding"]["y"]["field"] == "place"


def test_a_highlighted_row_carries_a_sign_beside_its_colour() -> None:
    found = rows(charts.ranking_bars(RANKING))
    assert [row["caption"] for row in found] == ["张*", "▸ 王*", "张*"]
    assert [row["colour"] for row in found] == [SOFT, PRIMARY, SOFT]


def test_where_all_rows_are_highlighted_none_is_marked() -> None:
    found = rows(charts.ranking_bars(RANKING.assign(highlight=True)))
    assert {(row["caption"][:1], row["colour"]) for row in found} == {
        ("张", PRIMARY),
        ("王", PRIMARY),
    }


def test_quarters_are_named_and_warning_lines_counted_where_known() -> None:
    plain = charts.checkup_chart(CHECKUPS)
    assert {row["quarter"] for row in rows(plain)} == {"2026年二季度", "2026年三季度"}
    assert "黄线" not in json.dumps(plain.to_dict(), ensure_ascii=False)
    counted = charts.checkup_chart(CHECKUPS.assign(yellow_line=23, red_line=4)).to_dict()
    tooltip = counted["layer"][0]["encoding"]["tooltip"]
    assert [item["title"] for item in tooltip][-2:] == ["黄线（人）", "红线（人）"]
