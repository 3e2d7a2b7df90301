"""我的填报: what I entered on a day, its state, and taking it back within the rules."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from data.engines import open_engines
from tests.pages.driver import (
    fields,
    fill,
    growth,
    html_of,
    in_days,
    open_page,
    options,
    press,
    press_twice,
    row_counts,
    said,
)
from tests.pages.entering import BAD_TEXTS, GOOD_TEXTS, last_rows
from tests.pages.people import SECRETARY, WORKER

OWNED = ("appeal", "appeal_event", "visit", "points_entry", "service_record")
OWNED += ("checkup_part", "activity_signin", "indicator_report")
TAKE_BACK, UNDO, WHY = "撤回", "确认撤回", "原因"


def enter_visit(who: str = WORKER, finding: str = "家里漏水") -> None:
    press(fill(open_page("数据填报", form="visit", who=who), 走访情况=finding).run())


@pytest.fixture(autouse=True)
def nothing_yet(own_small: str) -> None:
    """The sample's demo accounts have entered things today: let them be somebody else's."""
    with open_engines(own_small).write() as connection:
        for table in OWNED:
            statement = f"update {table} set recorded_by_account = null"
            connection.execute(text(statement))


def mine(who: str = WORKER) -> AppTest:
    return open_page("我的填报", who=who)


def choose(page: AppTest) -> AppTest:
    """Open the form that takes the latest entry back."""
    next(b for b in page.button if b.label == TAKE_BACK).click().run()
    return page


def take_back(page: AppTest, why: str = "登记错了") -> AppTest:
    return press(fill(choose(page), **{WHY: why}), UNDO)


def test_what_i_entered_today_is_listed_with_its_state(own_small: str) -> None:
    enter_visit()
    page = mine()
    assert "家里漏水" in html_of(page)
    assert '<i class="state state-recorded">已记录</i>' in html_of(page)
    assert "共 1 条" in html_of(page)


def test_what_others_entered_is_not(own_small: str) -> None:
    enter_visit(SECRETARY)
    assert "这一天没有填报。" in html_of(mine())


def test_another_day_can_be_looked_at(own_small: str) -> None:
    enter_visit()
    page = fill(mine(), 哪一天=in_days(-1)).run()
    assert "这一天没有填报。" in html_of(page)


def test_a_visit_is_taken_back_by_a_counter_entry(own_small: str) -> None:
    enter_visit()
    page = mine()
    before = row_counts(own_small)
    take_back(page)
    assert not page.exception
    assert growth(before, row_counts(own_small)) == {"visit": 1, "audit_entry": 1, "revision": 1}
    first, second = last_rows(own_small, "visit", 2)
    assert (first["reverses_id"], first["finding"]) == (second["id"], "登记错了")
    assert said(page) == ["已撤回：普通走访：家里漏水"]
    assert "已撤回</i>" in html_of(page)
    assert TAKE_BACK not in [b.label for b in page.button]
    assert WHY not in fields(page)


def test_hours_that_wait_are_withdrawn(own_small: str) -> None:
    page = open_page("数据填报", form="service", who=WORKER)
    kind = options(page, "服务内容")[0]
    press(fill(page, **{"服务内容": kind, "志愿者（可多选）": 1}).run())
    page = take_back(mine())
    assert page.success, said(page)
    assert last_rows(own_small, "service_record")[0]["status"] == "withdrawn"


def test_an_appeal_registered_by_mistake_is_withdrawn(own_small: str) -> None:
    page = open_page("数据填报", form="appeal", who=WORKER)
    fill(page, 诉求类别=options(page, "诉求类别")[0], 诉求标题="登错了").run()
    press(page, next(b.label for b in page.button if b.label in ("提交", "仍要新登记")))
    page = take_back(mine())
    assert page.success, said(page)
    assert last_rows(own_small, "appeal")[0]["state_type"] == "withdrawn"


@pytest.mark.parametrize("why", ["", *(words for words, _ in BAD_TEXTS.values())])
def test_no_reason_or_a_wrong_one_is_refused_and_kept(own_small: str, why: str) -> None:
    enter_visit()
    page = mine()
    before = row_counts(own_small)
    take_back(page, why)
    assert ["没有保存" in message for message in said(page)] == [True]
    assert row_counts(own_small) == before
    assert fields(page)[WHY].value == why


def test_the_form_opens_and_closes_below_its_entry(own_small: str) -> None:
    enter_visit()
    page = mine()
    assert WHY not in fields(page)
    assert WHY in fields(choose(page))
    assert WHY not in fields(choose(page))


def test_a_double_click_takes_back_once(own_small: str) -> None:
    enter_visit()
    page = mine()
    fill(choose(page), **{WHY: "登记错了"})
    before = row_counts(own_small)
    press_twice(page, UNDO)
    assert growth(before, row_counts(own_small))["visit"] == 1


@pytest.mark.parametrize("words", GOOD_TEXTS)
def test_markup_in_an_entry_is_text(own_small: str, words: str) -> None:
    enter_visit(finding=words)
    page = mine()
    assert not page.exception
    assert "<script>" not in html_of(page)
