"""党员积分: one rule for one or more members, within the rule's range."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, text
from streamlit.testing.v1 import AppTest

from data.engines import open_engines
from data.method import PointsRule
from data.method.loading import load_preset
from data.schema import points_entry
from tests.pages.driver import (
    emptied,
    fields,
    fill,
    growth,
    in_days,
    open_page,
    options,
    press,
    press_twice,
    reading,
    row_counts,
    said,
    typed,
)

ONE_ENTRY = {"points_entry": 1, "audit_entry": 1, "revision": 1, "draft": -1}
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


PEOPLE = "党员（可多选）"
# a rule with more values than stand side by side
WIDE = max(RULES, key=lambda rule: rule.allowed[1] - rule.allowed[0])
WIDE_VALUE = f"分值：本项每次 {WIDE.allowed[0]:g} 至 {WIDE.allowed[1]:g} 分"
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
    """The form of the busiest grid with a rule chosen and one member picked."""
    if rule:
        make_room(url, rule)
    page = open_page("数据填报", form="points", grid=busy_grid(url))
    if rule:
        choose(page, rule)
    return fill(page, **{PEOPLE: 1} | values).run()


def make_room(url: str, rule: PointsRule) -> None:
    """Nobody has come near the rule's yearly limit: what a sample holds is not what is tested."""
    with open_engines(url).write() as connection:
        connection.execute(delete(points_entry).where(points_entry.c.rule_key == rule.key))


def choose(page: AppTest, rule: PointsRule) -> None:
    """Choose a rule: its group first where there are many."""
    fill(page, 事由分类=rule.group or KINDS[rule.kind]).run()
    (words,) = (o for o in options(page, "积分事由") if o.startswith(f"{rule.name} "))
    fill(page, 积分事由=words).run()


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
    page = form(own_small, FIXED, **{PEOPLE: 3})
    before = row_counts(own_small)
    press(page)
    assert growth(before, row_counts(own_small)) == ONE_ENTRY | {"points_entry": 3}
    entries = last_entries(own_small, 3)
    assert len({entry["member_id"] for entry in entries}) == 3
    assert {entry["points"] for entry in entries} == {FIXED.points}
    assert said(page) == [f"已记录 3 名党员“{FIXED.name}”。"]


def test_what_was_chosen_is_what_is_recorded(own_small: str) -> None:
    most = f"{RANGED.allowed[1]:g}"
    page = form(own_small, RANGED, 分值=most, 说明="<b>到场</b>😀", 发生日期="其他日期")
    press(fill(page, 其他日期=in_days(-1)).run())
    (entry,) = last_entries(own_small)
    found = [entry[c] for c in ("rule_key", "points", "note", "happened_on", "recorded_by")]
    assert found == [RANGED.key, RANGED.allowed[1], "<b>到场</b>😀", str(in_days(-1)), "体验管理员"]


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
    assert typed(page)["分值"] == f"{RANGED.points:g}"
    choose(page, other)
    assert typed(page)["分值"] == f"{other.points:g}"


def test_a_rule_of_one_size_asks_for_no_number(own_small: str) -> None:
    page = form(own_small, FIXED)
    assert "分值" not in fields(page)


def test_every_rule_of_the_method_is_offered(own_small: str) -> None:
    page = open_page("数据填报", form="points")
    offered = []
    for group in options(page, "事由分类"):
        fill(page, 事由分类=group).run()
        offered += [words.split(" ")[0] for words in options(page, "积分事由")]
    assert sorted(offered) == sorted(rule.name for rule in RULES)


def test_everybody_is_chosen_at_one_tap(own_small: str) -> None:
    page = form(own_small, FIXED, **{PEOPLE: 0})
    (button,) = (b for b in page.button if b.label.startswith("全选"))
    button.click().run()
    assert len(typed(page)[PEOPLE]) == len(fields(page)[PEOPLE].options) > 1


REFUSED: dict[str, tuple[PointsRule | None, dict[str, Any], str]] = {
    "no rule": (None, {}, "还没有选积分事由"),
    "no member": (FIXED, {PEOPLE: 0}, "还没有选党员"),
    "more than the rule gives": (WIDE, {WIDE_VALUE: WIDE.allowed[1] + 0.5}, "分值应为"),
    "less than the rule gives": (WIDE, {WIDE_VALUE: WIDE.allowed[0] - 0.5}, "分值应为"),
    "a number below zero": (WIDE, {WIDE_VALUE: -WIDE.allowed[0]}, "分值应为"),
    "a note of 3000 characters": (FIXED, {"说明": "长" * 3000}, "现有 3000 个字"),
    "a note of 10000 characters": (FIXED, {"说明": "长" * 10000}, "现有 10000 个字"),
    "a control character": (FIXED, {"说明": "响铃\x07"}, "控制字符"),
    "a mark that turns the text": (FIXED, {"说明": "分\u202e数"}, "改变文字方向"),
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


def test_a_day_to_come_is_refused(own_small: str) -> None:
    page = form(own_small, FIXED, 发生日期="其他日期")
    fill(page, 其他日期=in_days(1)).run()
    before = row_counts(own_small)
    press(page)
    assert ["不能晚于今天" in message for message in said(page)] == [True]
    assert row_counts(own_small) == before


def test_what_a_year_allows_cannot_be_exceeded(own_small: str) -> None:
    """The last entry that would go over the cap is refused, those before it stand."""
    rule = next(r for r in RULES if r.cycle_cap and r.allowed[0] == r.allowed[1] == r.cycle_cap)
    page = form(own_small, rule)
    press(page)
    choose(page, rule)
    fill(page, **{PEOPLE: 1}).run()
    before = row_counts(own_small)
    press(page)
    assert ["没有保存" in message for message in said(page)] == [True]
    assert ["上限" in message for message in said(page)] == [True]
    assert row_counts(own_small) == before


def test_a_double_click_records_once(own_small: str) -> None:
    page = form(own_small, FIXED, **{PEOPLE: 2})
    before = row_counts(own_small)
    press_twice(page)
    assert growth(before, row_counts(own_small)) == ONE_ENTRY | {"points_entry": 2}


def test_after_a_submission_nobody_is_picked_any_more(own_small: str) -> None:
    page = form(own_small, FIXED)
    before = fields(page)[PEOPLE]
    press(page)
    after = fields(page)[PEOPLE]
    assert after.value == []
    assert emptied(before, after)


def test_members_of_another_grid_are_not_carried_over(own_small: str) -> None:
    page = form(own_small, FIXED)
    grids = options(page, "填报网格")
    other = next(option for option in grids if option != typed(page)["填报网格"])
    fill(page, 填报网格=other).run()
    assert not page.exception
    assert typed(page).get(PEOPLE, []) == []
