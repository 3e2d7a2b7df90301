"""待审核: points and hours are approved or returned, many at once, never by who entered them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from data.engines import open_engines
from data.identity import system
from data.method.loading import load_preset
from data.writes.points import record_points
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
    reading,
    row_counts,
    said,
    typed,
)
from tests.pages.people import LEADER, SECRETARY, WORKER

ROWS, DECIDE = "选择要审核的记录（可多选）", "提交审核"
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
        actor=system("测试员", "test"),
    )
    return own_small


def waiting(url: str, table: str) -> list[int]:
    """Ids of what waits for approval, the oldest first."""
    query = f"select id from {table} where status = 'pending' order by recorded_at, id"
    with reading(url) as connection:
        return list(connection.scalars(text(query)))


def approval(kind: str, rows: int = 1, **values: Any) -> AppTest:
    """The approval form of a kind of entry with some rows picked."""
    page = open_page("待审核")
    fill(page, 待审核=kind).run()
    return fill(page, **{ROWS: rows} | values)


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
    decided = {(KINDS[kind], n, "approved", "体验管理员") for n in (first, second)}
    assert set(decisions(queue, 2)) == decided
    assert status(queue, KINDS[kind], first) == "approved"


def test_approving_points_writes_decisions_and_nothing_else(queue: str) -> None:
    page = approval("党员积分", 2)
    before = row_counts(queue)
    press(page, DECIDE)
    assert growth(before, row_counts(queue)) == {"decision": 2, "audit_entry": 1, "revision": 1}


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
    assert growth(before, row_counts(queue)) == {"decision": 1, "audit_entry": 1, "revision": 1}


WRONG: dict[str, tuple[int, dict[str, Any], str]] = {
    "nothing picked": (0, {}, "还没有选"),
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
    assert growth(before, row_counts(queue)) == {"decision": 1, "audit_entry": 1, "revision": 1}


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
    assert "没有待审核的记录。" in html_of(open_page("待审核"))


def test_everything_shown_is_chosen_at_one_tap(queue: str) -> None:
    page = open_page("待审核")
    fill(page, 待审核="党员积分").run()
    (button,) = (b for b in page.button if b.label.startswith("全选"))
    button.click().run()
    waits = waiting(queue, "points_entry")
    press(page, DECIDE)
    assert said(page) == [f"已审核 {len(waits)} 条：通过。"]
    assert waiting(queue, "points_entry") == []


def test_what_one_entered_oneself_is_not_listed(queue: str) -> None:
    """Nobody approves his own: two see the entry, the one who made it does not."""
    entered = waiting(queue, "points_entry")[-1]
    with open_engines(queue).write() as connection:
        mine = "(select id from account where login = 'demo-admin')"
        change = f"update points_entry set recorded_by_account = {mine} where id = {entered}"
        connection.execute(text(change))
    page = fill(open_page("待审核"), 待审核="党员积分").run()
    assert entered not in fields(page)[ROWS].value
    offered = len(fields(page)[ROWS].options)
    assert offered == len(waiting(queue, "points_entry")) - 1


def test_a_secretary_decides_for_the_own_community_only(queue: str) -> None:
    with reading(queue) as connection:
        query = """
            select count(*) from points_entry p join unit u on u.id = p.unit_id
            where p.status = 'pending' and u.path like (select o.path || '%' from unit o
            join account_grant g on g.unit_id = o.id join account a on a.id = g.account_id
            where a.login = 'demo-secretary')
            and p.recorded_by_account is not
                (select id from account where login = 'demo-secretary')
        """
        own = connection.scalar(text(query))
    page = open_page("待审核", who=SECRETARY)
    offered = options(page, ROWS) if ROWS in fields(page) else []
    if "待审核" in fields(page) and "党员积分" in options(page, "待审核"):
        fill(page, 待审核="党员积分").run()
        offered = options(page, ROWS)
    assert len(offered) == own > 0


def test_full_names_are_shown_to_who_decides_and_told_to_the_log(queue: str) -> None:
    query = text("select count(*) from audit_entry where action = 'fetch_pending_names'")
    with reading(queue) as connection:
        before = connection.scalar(query)  # other tests of this file look at the same queue
    page = fill(open_page("待审核", who=SECRETARY), 待审核="党员积分").run()
    assert "*" not in "".join(words.split("　")[0] for words in options(page, ROWS))
    with reading(queue) as connection:
        assert connection.scalar(query) == before + 1


@pytest.mark.parametrize("who", [WORKER, LEADER, ""])
def test_who_may_not_decide_sees_nothing(queue: str, who: str) -> None:
    page = open_page("待审核", who=who)
    assert ROWS not in fields(page)
    assert DECIDE not in [b.label for b in page.button]
