"""活动签到: a new activity with those who came, or more of them at one that is there."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

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
    typed,
)
from tests.pages.entering import (
    BAD_TEXTS,
    GOOD_TEXTS,
    busy_grid,
    expect_refused,
    last_rows,
    written,
)

KINDS = load_preset("demo_street").activities
FOR_MEMBERS = next(kind for kind in KINDS if kind.who == ["member"])
FOR_BOTH = next(kind for kind in KINDS if len(kind.who) == 2)
MEMBERS, VOLUNTEERS = "签到的党员（可多选）", "签到的志愿者（可多选）"


def form(url: str, kind: str = FOR_MEMBERS.name, **values: Any) -> AppTest:
    """The form of the busiest grid for a new activity."""
    page = open_page("数据填报", form="signin", grid=busy_grid(url))
    if "哪次活动" in fields(page):
        fill(page, 哪次活动="新活动").run()
    return fill(fill(page, 活动类别=kind).run(), **values).run()


def test_a_new_activity_is_recorded_with_those_who_came(own_small: str) -> None:
    page = form(own_small, **{MEMBERS: 2, "活动名称": "读书会", "活动地点": "活动室"})
    before = row_counts(own_small)
    press(page)
    assert not page.exception
    assert growth(before, row_counts(own_small)) == written(activity=1, activity_signin=2)
    (row,) = last_rows(own_small, "activity")
    assert (row["title"], row["place"], row["kind_key"]) == ("读书会", "活动室", FOR_MEMBERS.key)
    assert said(page) == ["已登记活动“读书会”，签到 2 人。"]


def test_a_name_that_is_left_out_is_made_of_day_and_kind(own_small: str) -> None:
    press(form(own_small))
    today = in_days(0)
    title = f"{today.month}月{today.day}日{FOR_MEMBERS.name}"
    assert last_rows(own_small, "activity")[0]["title"] == title


def test_who_signs_in_is_as_the_kind_says(own_small: str) -> None:
    held = fields(form(own_small, FOR_MEMBERS.name))
    assert (MEMBERS in held, VOLUNTEERS in held) == (True, False)
    held = fields(form(own_small, FOR_BOTH.name))
    assert (MEMBERS in held, VOLUNTEERS in held) == (True, True)


def test_more_people_sign_in_at_the_activity_of_today(own_small: str) -> None:
    page = press(form(own_small, **{MEMBERS: 1, "活动名称": "读书会"}))
    held = typed(page)
    assert held["哪次活动"].startswith("读书会")
    before, offered = row_counts(own_small), options(page, MEMBERS)
    fill(page, **{MEMBERS: 1}).run()
    press(page)
    assert said(page) == ["“读书会”已签到 1 人。"]
    added = growth(before, row_counts(own_small))
    assert added == {"activity_signin": 1, "audit_entry": 1, "revision": 1}
    assert options(page, MEMBERS) == offered[1:]


def test_nobody_is_signed_in_at_an_activity_that_is_there(own_small: str) -> None:
    page = press(form(own_small, **{MEMBERS: 1, "活动名称": "读书会"}))
    expect_refused(own_small, page, "还没有选签到的人")


def test_no_kind_is_refused(own_small: str) -> None:
    page = open_page("数据填报", form="signin", grid=busy_grid(own_small))
    expect_refused(own_small, fill(page, 活动名称="读书会").run(), "还没有选活动类别")


@pytest.mark.parametrize("words", GOOD_TEXTS)
def test_emoji_and_markup_are_text(own_small: str, words: str) -> None:
    page = press(form(own_small, 活动名称=words))
    assert last_rows(own_small, "activity")[0]["title"] == words
    assert not page.exception


@pytest.mark.parametrize("case", BAD_TEXTS)
def test_a_wrong_text_is_refused(own_small: str, case: str) -> None:
    words, reason = BAD_TEXTS[case]
    expect_refused(own_small, form(own_small, 活动名称=words), reason)


def test_a_day_to_come_is_refused(own_small: str) -> None:
    page = form(own_small, 活动时间="其他时间")
    expect_refused(own_small, fill(page, 其他日期=in_days(1)).run(), "不能晚于")


def test_a_double_click_records_once(own_small: str) -> None:
    page = form(own_small, **{MEMBERS: 2})
    before = row_counts(own_small)
    press_twice(page)
    assert growth(before, row_counts(own_small)) == written(activity=1, activity_signin=2)
