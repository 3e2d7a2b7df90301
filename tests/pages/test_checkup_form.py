"""党性体检: part by part, for the members who still lack one."""

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
    in_days,
    open_page,
    options,
    press,
    press_twice,
    row_counts,
    said,
)
from tests.pages.entering import busy_grid, expect_refused, last_rows, written

SCHEME = load_preset("demo_street").checkup
assert SCHEME
PARTS = [part.name for part in SCHEME.parts]
SCORE = "得分（0 至 100）"
ONE = written(checkup_part=1)


@pytest.fixture
def desk(own_small: str) -> str:
    """A street without check-ups, whatever quarter it is."""
    with open_engines(own_small).write() as connection:
        connection.execute(text("delete from checkup"))
    return own_small


def people_field(page: AppTest) -> str:
    return next(label for label in fields(page) if label.startswith("还有 "))


def form(url: str, score: float | None = 88, **values: Any) -> AppTest:
    """The form of the busiest grid with the first member chosen and a score."""
    page = fill(open_page("数据填报", form="checkup", grid=busy_grid(url)), **values).run()
    fill(page, **{people_field(page): options(page, people_field(page))[0]})
    return fill(page, **{SCORE: score}).run()


def test_a_submission_records_exactly_one_part(desk: str) -> None:
    page = form(desk)
    before = row_counts(desk)
    press(page)
    assert not page.exception
    assert growth(before, row_counts(desk)) == ONE
    (row,) = last_rows(desk, "checkup_part")
    assert (row["part"], row["score"]) == (SCHEME.parts[0].key, 88)
    assert ["还差：" in message for message in said(page)] == [True]


def test_whoever_has_the_part_is_not_offered_again(desk: str) -> None:
    page = form(desk)
    before = options(page, people_field(page))
    press(page)
    assert options(page, people_field(page)) == before[1:]


def test_the_third_part_makes_the_check_up(desk: str) -> None:
    before = row_counts(desk)
    for part in PARTS:
        page = press(form(desk, 体检部分=part))
        assert page.success, said(page)
    assert ["三项已齐，总分 88.0" in message for message in said(page)] == [True]
    assert row_counts(desk)["checkup"] == before["checkup"] + 1


def test_the_last_used_part_comes_back(desk: str) -> None:
    press(form(desk, 体检部分=PARTS[1]))
    page = open_page("数据填报", form="checkup", grid=busy_grid(desk))
    assert fields(page)["体检部分"].value == SCHEME.parts[1].key


@pytest.mark.parametrize(("score", "reason"), [(101, "0 至 100"), (-1, "0 至 100"), (None, "得分")])
def test_a_wrong_score_is_refused(desk: str, score: float | None, reason: str) -> None:
    expect_refused(desk, form(desk, score), reason)


def test_nobody_chosen_is_refused(desk: str) -> None:
    page = open_page("数据填报", form="checkup", grid=busy_grid(desk))
    expect_refused(desk, fill(page, **{SCORE: 80}).run(), "还没有选党员")


def test_a_day_to_come_is_refused(desk: str) -> None:
    page = form(desk, 体检日期="其他日期")
    expect_refused(desk, fill(page, 其他日期=in_days(1)).run(), "不能晚于今天")


def test_a_double_click_records_once(desk: str) -> None:
    page = form(desk)
    before = row_counts(desk)
    press_twice(page)
    assert growth(before, row_counts(desk)) == ONE
