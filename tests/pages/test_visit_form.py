"""走访: one visit a submission, and the way from what was found to an appeal."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.method.loading import load_preset
from tests.pages.driver import (
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
from tests.pages.entering import BAD_TEXTS, GOOD_TEXTS, expect_refused, last_rows, written
from tests.pages.people import WORKER

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
