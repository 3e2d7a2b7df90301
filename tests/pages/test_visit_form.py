"""走访: one visit a submission, and the way from what was found to an appeal."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from data.engines import open_engines
from data.method.loading import load_preset
from tests.pages.driver import (
    everything_said,
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
    typed,
)
from tests.pages.entering import BAD_TEXTS, GOOD_TEXTS, expect_refused, last_rows, written
from tests.pages.people import SECRETARY, WORKER

RULES = load_preset("demo_street").must_visit
ONE = written(visit=1)


def form(**values: Any) -> AppTest:
    """The form of a grid worker."""
    return fill(open_page("数据填报", form="visit", who=WORKER), **values).run()


def test_a_submission_records_exactly_one_visit(own_small: str) -> None:
    page = form(走访事项=RULES[0].name, 走访情况="一切都好")
    before = row_counts(own_small)
    press(page)
    assert not page.exception
    assert growth(before, row_counts(own_small)) == ONE
    (row,) = last_rows(own_small, "visit")
    assert (row["rule_key"], row["finding"]) == (RULES[0].key, "一切都好")
    assert said(page) == [f"已记录{RULES[0].name}，走访编号 {row['id']}。"]


def test_an_untouched_form_is_a_plain_visit_now(own_small: str) -> None:
    press(form())
    (row,) = last_rows(own_small, "visit")
    assert (row["rule_key"], row["finding"]) == (None, "")


def test_every_rule_of_the_method_is_offered_and_the_last_used_first(own_small: str) -> None:
    assert set(options(form(), "走访事项")) == {"普通走访", *(rule.name for rule in RULES)}
    press(form(走访事项=RULES[3].name))
    page = form()
    assert options(page, "走访事项")[0] == typed(page)["走访事项"] == RULES[3].name


@pytest.mark.parametrize("words", GOOD_TEXTS)
def test_emoji_and_markup_are_text(own_small: str, words: str) -> None:
    press(form(走访情况=words))
    assert last_rows(own_small, "visit")[0]["finding"] == words


@pytest.mark.parametrize("case", BAD_TEXTS)
def test_a_wrong_text_is_refused(own_small: str, case: str) -> None:
    words, reason = BAD_TEXTS[case]
    expect_refused(own_small, form(走访情况=words), reason)


def test_a_day_to_come_is_refused(own_small: str) -> None:
    page = form(走访时间="其他时间")
    expect_refused(own_small, fill(page, 其他日期=in_days(1)).run(), "不能晚于")


def test_a_double_click_records_once(own_small: str) -> None:
    page = form(走访情况="家里漏水")
    before = row_counts(own_small)
    press_twice(page)
    assert growth(before, row_counts(own_small)) == ONE


def test_what_was_found_becomes_an_appeal_at_one_tap(own_small: str) -> None:
    page = press(form(走访情况="家里漏水"))
    (button,) = (b for b in page.button if b.label == "把走访情况转为诉求")
    button.click().run()
    held = typed(page)
    assert (held["具体情况"], held["来源渠道"]) == ("家里漏水", "走访发现")


def test_an_appeal_that_was_begun_is_kept_beside_what_was_found(own_small: str) -> None:
    fill(open_page("数据填报", form="appeal", who=WORKER), 具体情况="路灯不亮").run()
    page = press(form(走访情况="家里漏水"))
    (button,) = (b for b in page.button if b.label == "把走访情况转为诉求")
    button.click().run()
    assert typed(page)["具体情况"] == "路灯不亮\n家里漏水"


TITLE, FOUND = "管道漏水", "家里漏水"


def to_appeal(page: AppTest) -> AppTest:
    """Tap what leads from a visit that was just recorded to an appeal."""
    (button,) = (b for b in page.button if b.label == "把走访情况转为诉求")
    return button.click().run()


def send_appeal(page: AppTest) -> AppTest:
    """Say what an appeal needs beside what was found, and send it."""
    fill(page, 诉求类别=options(page, "诉求类别")[0], 诉求标题=TITLE).run()
    return press(page, next(b.label for b in page.button if b.label in ("提交", "仍要新登记")))


def test_the_appeal_of_a_visit_is_linked_to_it(own_small: str) -> None:
    page = to_appeal(press(form(走访情况=FOUND)))
    visit = last_rows(own_small, "visit")[0]
    assert f"来自走访 编号 {visit['id']} · " in html_of(page)
    before = row_counts(own_small)
    send_appeal(page)
    assert growth(before, row_counts(own_small)) == written(appeal=1, appeal_event=1)
    assert last_rows(own_small, "appeal_event")[0]["visit_id"] == visit["id"]
    assert last_rows(own_small, "visit")[0] == visit  # sealed, and as it was
    code = last_rows(own_small, "appeal")[0]["code"]
    assert f"已转为诉求 {code}" in html_of(open_page("我的填报", who=WORKER))
    assert "来自走访" not in html_of(page)  # the next one is another matter


def test_a_link_survives_a_restart(own_small: str) -> None:
    to_appeal(press(form(走访情况=FOUND)))
    again = open_page("数据填报", form="appeal", who=WORKER)  # another browser, after a crash
    visit = last_rows(own_small, "visit")[0]
    assert f"来自走访 编号 {visit['id']} · " in html_of(again)
    assert typed(again)["具体情况"] == FOUND
    send_appeal(again)
    assert last_rows(own_small, "appeal_event")[0]["visit_id"] == visit["id"]


def test_what_an_appeal_took_over_is_in_its_draft_at_once(own_small: str) -> None:
    """Also where the form was kept before, with every field it has."""
    fill(open_page("数据填报", form="appeal", who=WORKER), 诉求标题=TITLE).run()
    page = press(form(走访情况="第一处漏水"))
    page = press(fill(fill(to_appeal(page), 填什么="走访").run(), 走访情况="第二处漏水").run())
    to_appeal(page)
    held = typed(open_page("数据填报", form="appeal", who=WORKER))
    assert held["具体情况"] == "第一处漏水\n第二处漏水"
    visit = last_rows(own_small, "visit")[0]
    again = html_of(open_page("数据填报", form="appeal", who=WORKER))
    assert f"来自走访 编号 {visit['id']} · " in again


def test_the_link_can_be_left_out(own_small: str) -> None:
    page = to_appeal(press(form(走访情况=FOUND)))
    (button,) = (b for b in page.button if b.label == "取消关联")
    button.click().run()
    assert "来自走访" not in html_of(page)
    assert "来自走访" not in html_of(open_page("数据填报", form="appeal", who=WORKER))
    send_appeal(page)
    assert last_rows(own_small, "appeal_event")[0]["visit_id"] is None


def test_a_visit_taken_back_meanwhile_is_refused_with_the_reason(own_small: str) -> None:
    page = to_appeal(press(form(走访情况=FOUND)))
    mine = open_page("我的填报", who=WORKER)
    next(b for b in mine.button if b.label == "撤回").click().run()
    press(fill(mine, 原因="走错了门"), "确认撤回")
    before = row_counts(own_small)["appeal"]
    send_appeal(page)
    assert ["这次走访已经撤回" in message for message in said(page)] == [True]
    assert row_counts(own_small)["appeal"] == before


@pytest.mark.parametrize(("who", "shown"), [(SECRETARY, True), ("", False)])
def test_the_cases_file_tells_of_the_visit(own_small: str, who: str, shown: bool) -> None:
    send_appeal(to_appeal(press(form(走访情况=FOUND))))
    appeal = last_rows(own_small, "appeal")[0]
    with open_engines(own_small).write() as connection:
        connection.execute(text("update appeal set due_at = '2024-01-01', content = ''"))
        first = {"due_at": "2023-01-01 00:00:00.000000", "id": appeal["id"]}
        connection.execute(text("update appeal set due_at = :due_at where id = :id"), first)
    page = open_page("诉求漏斗", who=who)
    assert appeal["code"] in html_of(page)
    assert "来自走访" in html_of(page)
    assert (FOUND in everything_said(page)) is shown
