"""党员积分: one rule for one or more members, within the rule's range."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from data.method import PointsRule
from data.method.loading import load_preset
from tests.pages.driver import (
    emptied,
    fields,
    fill,
    growth,
    in_days,
    open_page,
    press,
    press_twice,
    reading,
    row_counts,
    said,
    typed,
)

ONE_ENTRY = {"points_entry": 1, "revision": 1}
SCHEME = load_preset("demo_street").points
assert SCHEME
RULES = SCHEME.rules
KINDS = {"base": "基础分", "duty": "履职分", "award": "奖励分", "deduction": "扣减分"}


def pick_rule(*, ranged: bool, pending: bool = False) -> PointsRule:
    """The first rule of a kind."""
    return next(
        rule
        for rule in RULES
        if (rule.allowed[0] < rule.allowed[1]) == ranged and rule.needs_approval == pending
    )


FIXED, RANGED = pick_rule(ranged=False), pick_rule(ranged=True)
PENDING = pick_rule(ranged=True, pending=True)


def busy_grid(url: str) -> str:
    """The grid with most members at or below it."""
    query = """
        select g.code from unit g join unit u on u.path like g.path || '%'
        join member m on m.unit_id = u.id and m.left_on is null
        where g.level = 'grid' group by g.code order by count(*) desc limit 1
    """
    with reading(url) as connection:
        return str(connection.scalar(text(query)))


def form(url: str, rule: PointsRule | None, **values: Any) -> AppTest:
    """The form of the busiest grid with a rule chosen, one member picked and a name given."""
    page = open_page("数据填报", form="points", grid=busy_grid(url))
    fill(page, 填报人="王五").run()
    if rule:
        fields(page)["积分事由"].select(f"{KINDS[rule.kind]} · {rule.name}").run()
    return fill(page, **{"党员（可多选）": 1} | values)


def last_entries(url: str, count: int = 1) -> list[dict[str, Any]]:
    with reading(url) as connection:
        query = f"select * from points_entry order by id desc limit {count}"
        return [dict(row) for row in connection.execute(text(query)).mappings()]


def test_a_submission_records_exactly_one_entry(own_small: str) -> None:
    page = form(own_small, FIXED)
    before = row_counts(own_small)
    press(page)
    assert not page.exception
    assert growth(before, row_counts(own_small)) == ONE_ENTRY
    assert said(page) == [f"已记录 1 名党员“{FIXED.name}”。"]


def test_several_members_get_an_entry_each(own_small: str) -> None:
    page = form(own_small, FIXED, **{"党员（可多选）": 3})
    before = row_counts(own_small)
    press(page)
    assert growth(before, row_counts(own_small)) == {"points_entry": 3, "revision": 1}
    entries = last_entries(own_small, 3)
    assert len({entry["member_id"] for entry in entries}) == 3
    assert {entry["points"] for entry in entries} == {FIXED.points}
    assert said(page) == [f"已记录 3 名党员“{FIXED.name}”。"]


def test_what_was_chosen_is_what_is_recorded(own_small: str) -> None:
    page = form(
        own_small, RANGED, 分值=RANGED.allowed[1], 说明="<b>到场</b>😀", 发生日期=in_days(-1)
    )
    press(page)
    (entry,) = last_entries(own_small)
    found = [entry[c] for c in ("rule_key", "points", "note", "happened_on", "recorded_by")]
    assert found == [RANGED.key, RANGED.allowed[1], "<b>到场</b>😀", str(in_days(-1)), "王五"]


def test_an_entry_that_needs_approval_waits_and_says_so(own_small: str) -> None:
    page = press(form(own_small, PENDING))
    assert said(page) == [f"已记录 1 名党员“{PENDING.name}”，待审核后生效。"]
    assert last_entries(own_small)[0]["status"] == "pending"


def test_a_deduction_is_written_below_zero(own_small: str) -> None:
    rule = next(rule for rule in RULES if rule.kind == "deduction" and not rule.needs_approval)
    press(form(own_small, rule))
    assert last_entries(own_small)[0]["points"] == -rule.points


def test_another_rule_brings_its_own_points(own_small: str) -> None:
    other = next(r for r in RULES if r.allowed[0] < r.allowed[1] and r.points != RANGED.points)
    page = form(own_small, RANGED)
    assert fields(page)["分值"].value == RANGED.points
    fields(page)["积分事由"].select(f"{KINDS[other.kind]} · {other.name}").run()
    assert fields(page)["分值"].value == other.points


def test_a_rule_of_one_size_asks_for_no_number(own_small: str) -> None:
    page = form(own_small, FIXED)
    assert "分值" not in fields(page)
    assert f"本项每次 {FIXED.points:.1f} 分" in [caption.value for caption in page.caption]


REFUSED: dict[str, tuple[PointsRule | None, dict[str, Any], str]] = {
    "no rule": (None, {}, "还没有选积分事由"),
    "no member": (FIXED, {"党员（可多选）": 0}, "还没有选党员"),
    "nobody": (FIXED, {"填报人": " "}, "填报人不能为空"),
    "a day to come": (FIXED, {"发生日期": in_days(1)}, "不能晚于今天"),
    "more than the rule gives": (RANGED, {"分值": RANGED.allowed[1] + 0.5}, "分值应为"),
    "less than the rule gives": (RANGED, {"分值": RANGED.allowed[0] - 0.5}, "分值应为"),
    "a number below zero": (RANGED, {"分值": -RANGED.allowed[0]}, "分值应为"),
    "a note of 3000 characters": (FIXED, {"说明": "长" * 3000}, "现有 3000 个字"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_gives_its_reason_writes_nothing_and_loses_nothing(
    own_small: str, case: str
) -> None:
    rule, values, reason = REFUSED[case]
    page = form(own_small, rule, **{"说明": "按时参加"} | values)
    before, written = row_counts(own_small), typed(page)
    press(page)
    (message,) = said(page)
    assert message.startswith("没有保存：")
    assert reason in message
    assert row_counts(own_small) == before
    assert typed(page) == written


def test_what_a_year_allows_cannot_be_exceeded(own_small: str) -> None:
    """The last entry that would go over the cap is refused, those before it stand."""
    rule = next(r for r in RULES if r.cycle_cap and r.allowed[0] == r.allowed[1] == r.cycle_cap)
    page = form(own_small, rule)
    press(page)
    before = row_counts(own_small)
    press(fill(page, **{"党员（可多选）": 1}))
    assert ["没有保存" in message for message in said(page)] == [True]
    assert row_counts(own_small) == before


def test_a_double_click_records_once(own_small: str) -> None:
    page = form(own_small, FIXED, **{"党员（可多选）": 2})
    before = row_counts(own_small)
    press_twice(page)
    assert growth(before, row_counts(own_small)) == {"points_entry": 2, "revision": 1}


def test_after_a_submission_nobody_is_picked_any_more(own_small: str) -> None:
    page = form(own_small, FIXED)
    before = fields(page)["党员（可多选）"]
    press(page)
    after = fields(page)["党员（可多选）"]
    assert after.value == []
    assert emptied(before, after)


def test_members_of_another_grid_are_not_carried_over(own_small: str) -> None:
    page = form(own_small, FIXED)
    grids = fields(page)["填报网格"]
    other = next(option for option in grids.options if option != typed(page)["填报网格"])
    grids.select(other).run()
    assert not page.exception
    assert fields(page)["党员（可多选）"].value == []
