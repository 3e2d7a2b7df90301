"""系统管理: approving what waits, and putting another method in force."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from data.engines import open_engines
from data.method.loading import load_preset
from data.writes.points import record_points
from tests.pages.driver import (
    fields,
    fill,
    growth,
    html_of,
    in_days,
    open_page,
    press,
    press_twice,
    reading,
    row_counts,
    said,
    typed,
)

ROWS, DECIDE, ADOPT = "选择要审核的记录（可多选）", "提交审核", "从这天起执行"
POINTS = load_preset("demo_street").points
assert POINTS
KINDS = {"党员积分": "points_entry", "服务时长": "service_record"}


@pytest.fixture
def queue(own_small: str) -> str:
    """The small street with three more points entries that wait."""
    rule = next(r for r in POINTS.rules if r.needs_approval)
    with reading(own_small) as connection:
        query = "select id from member where left_on is null order by id limit 3"
        members = list(connection.scalars(text(query)))
    record_points(
        open_engines(own_small),
        member_ids=members,
        rule_key=rule.key,
        points=None,
        happened_on=in_days(0),
        note="",
        at=datetime.now(UTC),
        by="测试员",
        surface="test",
    )
    return own_small


def waiting(url: str, table: str) -> list[int]:
    """Ids of what waits for approval, the oldest first."""
    query = f"select id from {table} where status = 'pending' order by recorded_at, id"
    with reading(url) as connection:
        return list(connection.scalars(text(query)))


def approval(kind: str, rows: int = 1, **values: Any) -> AppTest:
    """The approval form of a kind of entry with some rows picked and a name given."""
    page = open_page("系统管理")
    fields(page)["待审核"].select(kind).run()
    return fill(page, **{ROWS: rows, "审核人": "钱书记"} | values)


def decisions(url: str, count: int) -> list[tuple[str, int, str, str]]:
    query = f"""
        select subject, subject_id, verdict, recorded_by from decision order by id desc
        limit {count}
    """
    with reading(url) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def status(url: str, table: str, row: int) -> str:
    with reading(url) as connection:
        return str(connection.scalar(text(f"select status from {table} where id = {row}")))


@pytest.mark.parametrize("kind", KINDS)
def test_approving_decides_exactly_what_was_picked(queue: str, kind: str) -> None:
    first, second, *_ = waiting(queue, KINDS[kind])
    page = press(approval(kind, 2), DECIDE)
    assert not page.exception
    assert said(page) == ["已审核 2 条：通过。"]
    decided = {(KINDS[kind], n, "approved", "钱书记") for n in (first, second)}
    assert set(decisions(queue, 2)) == decided
    assert status(queue, KINDS[kind], first) == "approved"


def test_approving_points_writes_decisions_and_nothing_else(queue: str) -> None:
    page = approval("党员积分", 2)
    before = row_counts(queue)
    press(page, DECIDE)
    assert growth(before, row_counts(queue)) == {"decision": 2, "revision": 1}


@pytest.mark.parametrize("kind", KINDS)
def test_returning_needs_a_reason_and_keeps_it(queue: str, kind: str) -> None:
    first, *_ = waiting(queue, KINDS[kind])
    page = approval(kind, 1, 审核结果="退回")
    before, written = row_counts(queue), typed(page)
    press(page, DECIDE)
    assert said(page) == ["没有保存：退回原因不能为空，请填写后再提交"]
    assert row_counts(queue) == before
    assert typed(page) == written
    press(fill(page, 退回原因="证据不足<b>"), DECIDE)
    assert said(page) == ["已审核 1 条：退回。"]
    assert status(queue, KINDS[kind], first) == "returned"
    assert growth(before, row_counts(queue)) == {"decision": 1, "revision": 1}


WRONG: dict[str, tuple[int, dict[str, Any], str]] = {
    "nothing picked": (0, {}, "还没有选"),
    "nobody": (1, {"审核人": " "}, "不能为空"),
    "a reason of 3000 characters": (1, {"退回原因": "长" * 3000}, "现有 3000 个字"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_refused_approval_writes_nothing_and_loses_nothing(queue: str, case: str) -> None:
    rows, values, reason = WRONG[case]
    page = approval("党员积分", rows, **values)
    before, written = row_counts(queue), typed(page)
    press(page, DECIDE)
    assert [reason in message for message in said(page)] == [True]
    assert row_counts(queue) == before
    assert typed(page) == written


def test_a_double_click_decides_once(queue: str) -> None:
    page = approval("党员积分")
    before = row_counts(queue)
    press_twice(page, DECIDE)
    assert growth(before, row_counts(queue)) == {"decision": 1, "revision": 1}


def test_what_another_has_decided_meanwhile_is_not_decided_again(queue: str) -> None:
    late = approval("党员积分")
    press(approval("党员积分"), DECIDE)
    before = row_counts(queue)
    press(late, DECIDE)
    assert ["请刷新后再审" in message for message in said(late)] == [True]
    assert row_counts(queue) == before


def test_entries_that_read_alike_can_each_be_picked(queue: str) -> None:
    """The same person, the same item, the same amount: two rows are two choices."""
    copy = "update points_entry set {} where id = :second"
    same = ["member_id", "unit_id", "rule_name", "points"]
    first, second, *_ = waiting(queue, "points_entry")
    sets = ", ".join(f"{c} = (select {c} from points_entry where id = :first)" for c in same)
    with open_engines(queue).write() as connection:
        connection.execute(text(copy.format(sets)), {"first": first, "second": second})
    page = approval("党员积分", 2)
    press(page, DECIDE)
    assert {subject_id for _, subject_id, *_ in decisions(queue, 2)} == {first, second}


def test_nothing_waiting_is_said_so(own_small: str) -> None:
    with open_engines(own_small).write() as connection:
        for table in KINDS.values():
            connection.execute(text(f"update {table} set status = 'approved'"))
    assert "没有待审核的记录。" in html_of(open_page("系统管理"))


def adoption(method: str, **values: Any) -> AppTest:
    page = open_page("系统管理")
    return fill(page, **{"工作法": method, "填报人": "钱书记"} | values)


OTHER = load_preset("duerping_points")


def methods(url: str) -> list[tuple[int, str]]:
    with reading(url) as connection:
        query = "select id, key from method order by id"
        return [tuple(row) for row in connection.execute(text(query))]


def test_adopting_stores_a_method_and_nothing_else(own_small: str) -> None:
    before = row_counts(own_small)
    page = press(adoption(OTHER.name), ADOPT)
    assert not page.exception
    assert growth(before, row_counts(own_small)) == {"method": 1, "revision": 1}
    assert ["执行“杜儿坪街道党员积分制”" in message for message in said(page)] == [True]
    assert f"<b>{OTHER.name} · 自 " in html_of(page)


def test_entries_keep_the_method_they_were_made_under(own_small: str) -> None:
    press(adoption(OTHER.name), ADOPT)
    (first, _), (second, key) = methods(own_small)
    with reading(own_small) as connection:
        used = set(connection.scalars(text("select distinct method_id from points_entry")))
    assert (used, key) == ({first}, OTHER.key)
    page = open_page("数据填报", form="points")
    fill(page, 填报人="王五").run()
    fields(page)["积分事由"].select(fields(page)["积分事由"].options[0]).run()
    press(fill(page, **{"党员（可多选）": 1}))
    assert page.success, said(page)
    with reading(own_small) as connection:
        query = "select method_id from points_entry order by id desc limit 1"
        assert connection.scalar(text(query)) == second


def test_a_method_for_a_later_day_leaves_today_as_it_is(own_small: str) -> None:
    press(adoption(OTHER.name, 从哪天起执行=in_days(30)), ADOPT)
    assert len(methods(own_small)) == 2
    assert f"<b>{load_preset('demo_street').name} · 自 " in html_of(open_page("系统管理"))


def test_methods_are_listed_the_latest_first(own_small: str) -> None:
    press(adoption(OTHER.name), ADOPT)
    (table,) = (p for p in html_of(open_page("系统管理")).split("<table>") if "开始执行" in p)
    names = re.findall(r"<tr><td[^>]*>(.*?)</td>", table)
    assert names == [OTHER.name, load_preset("demo_street").name]


@pytest.mark.parametrize(
    "entry", ["总览", "网格地图", "党员积分", "诉求漏斗", "志愿排行", "数据填报"]
)
def test_every_page_opens_under_the_new_method(own_small: str, entry: str) -> None:
    press(adoption(OTHER.name), ADOPT)
    assert not open_page(entry).exception


UNFIT: dict[str, tuple[str, dict[str, Any], str]] = {
    "other levels": ("全南县“1234”社区工作模式", {}, "单位层级"),
    "nobody": (OTHER.name, {"填报人": " "}, "填报人不能为空"),
    "before the method in force": (
        OTHER.name,
        {"从哪天起执行": in_days(-2000)},
        "启用日期不能早于",
    ),
}


@pytest.mark.parametrize("case", UNFIT)
def test_a_refused_adoption_writes_nothing_and_loses_nothing(own_small: str, case: str) -> None:
    method, values, reason = UNFIT[case]
    page = adoption(method, **values)
    before, written = row_counts(own_small), typed(page)
    press(page, ADOPT)
    assert [reason in message for message in said(page)] == [True]
    assert row_counts(own_small) == before
    assert typed(page) == written


def test_a_double_click_adopts_once(own_small: str) -> None:
    before = row_counts(own_small)
    press_twice(adoption(OTHER.name), ADOPT)
    assert growth(before, row_counts(own_small)) == {"method": 1, "revision": 1}
