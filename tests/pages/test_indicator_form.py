"""指标上报: a unit's number for a period, once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from data.engines import open_engines
from data.method.loading import load_preset
from tests.pages.driver import (
    fields,
    fill,
    growth,
    html_of,
    open_page,
    options,
    press,
    press_twice,
    row_counts,
    said,
)
from tests.pages.entering import BAD_TEXTS, GOOD_TEXTS, expect_refused, last_rows, written
from tests.pages.people import SECRETARY, WORKER

METHOD = load_preset("demo_street")
OF_GRID = [i for i in METHOD.indicators if i.level == METHOD.grid_level]
ABOVE = [i for i in METHOD.indicators if i.level != METHOD.grid_level]
BOUNDED = next(i for i in OF_GRID if i.high and not i.decimals)
ONE = written(indicator_report=1)


@pytest.fixture(autouse=True)
def nothing_yet(own_small: str) -> None:
    """The sample has reported already: let nothing be reported."""
    with open_engines(own_small).write() as connection:
        connection.execute(text("delete from indicator_report"))


def value_of(page: AppTest) -> str:
    return next(w.label for w in page.number_input)


def form(one: str = BOUNDED.name, value: float | None = 12, **values: Any) -> AppTest:
    """The form of a grid worker with an indicator chosen and its value typed."""
    page = fill(open_page("数据填报", form="indicator", who=WORKER), 指标=one).run()
    return fill(page, **{value_of(page): value} | values).run()


def test_a_submission_records_exactly_one_report(own_small: str) -> None:
    page = form(数据来源="巡查台账")
    before = row_counts(own_small)
    press(page)
    assert not page.exception
    assert growth(before, row_counts(own_small)) == ONE
    (row,) = last_rows(own_small, "indicator_report")
    assert (row["indicator_key"], row["value"], row["note"]) == (BOUNDED.key, 12, "巡查台账")
    assert [f"{BOUNDED.name}：12 {BOUNDED.measure}" in message for message in said(page)] == [True]


def test_a_worker_reports_for_the_grid_only(own_small: str) -> None:
    page = open_page("数据填报", form="indicator", who=WORKER)
    assert options(page, "指标") == [one.name for one in OF_GRID]


def test_the_community_reports_its_own_too(own_small: str) -> None:
    offered = options(open_page("数据填报", form="indicator", who=SECRETARY), "指标")
    assert len(offered) == len(METHOD.indicators)
    assert any(words.startswith(f"{ABOVE[0].name}（") for words in offered)


def test_what_was_reported_already_is_said_and_not_taken_twice(own_small: str) -> None:
    press(form())
    page = form(value=13)
    assert f"已报 12 {BOUNDED.measure}" in html_of(page)
    expect_refused(own_small, page, "不能再报一次")


def test_every_period_takes_its_own_report(own_small: str) -> None:
    press(form())
    page = form()
    fill(page, 上报周期=options(page, "上报周期")[1]).run()
    before = row_counts(own_small)
    press(page)
    assert growth(before, row_counts(own_small)) == ONE


@pytest.mark.parametrize(
    ("value", "reason"),
    [(BOUNDED.high + 1, "不能大于"), (-1, "不能小于"), (1.5, "整数"), (None, "还没有填")],
)
def test_a_wrong_number_is_refused(own_small: str, value: float | None, reason: str) -> None:
    expect_refused(own_small, form(value=value), reason)


def test_no_indicator_is_refused(own_small: str) -> None:
    page = open_page("数据填报", form="indicator", who=WORKER)
    expect_refused(own_small, page, "还没有选指标")


@pytest.mark.parametrize("words", GOOD_TEXTS)
def test_emoji_and_markup_are_text(own_small: str, words: str) -> None:
    press(form(数据来源=words))
    assert last_rows(own_small, "indicator_report")[0]["note"] == words


@pytest.mark.parametrize("case", BAD_TEXTS)
def test_a_wrong_text_is_refused(own_small: str, case: str) -> None:
    words, reason = BAD_TEXTS[case]
    expect_refused(own_small, form(数据来源=words), reason)


def test_a_double_click_records_once(own_small: str) -> None:
    page = form()
    before = row_counts(own_small)
    press_twice(page)
    assert growth(before, row_counts(own_small)) == ONE


def test_the_last_used_one_comes_first(own_small: str) -> None:
    press(form(OF_GRID[-1].name, 1))
    assert fields(open_page("数据填报", form="indicator", who=WORKER))["指标"].options[0] == (
        OF_GRID[-1].name
    )
