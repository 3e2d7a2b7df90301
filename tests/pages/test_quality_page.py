"""数据质量: odd entries with their rows, for the secretary; mended with a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from data.engines import open_engines
from data.identity import system
from data.writes.visits import record_visit
from tests.pages.driver import (
    fields,
    growth,
    html_of,
    in_days,
    open_page,
    reading,
    row_counts,
    said,
)
from tests.pages.people import SECRETARY, WORKER


@pytest.fixture
def odd(own_small: str) -> str:
    """Visits entered forty days late in the secretary's first grid, and in a strange one."""
    with reading(own_small) as connection:
        query = """select id from unit where level = 'grid' and (path like (
            select u.path || '%' from unit u join account_grant g on g.unit_id = u.id
            join account a on a.id = g.account_id where a.login = 'demo-secretary')) = :own
            order by path limit 1"""
        own, strange = (connection.scalar(text(query), {"own": own}) for own in (1, 0))
    now = datetime.now(UTC)
    for unit_id, who in ((own, "张三"), (strange, "李四")):
        record_visit(
            open_engines(own_small),
            unit_id=int(unit_id),
            visited_at=now - timedelta(days=40),
            at=now,
            actor=system(who, "test"),
        )
    return own_small


def mend(page: AppTest, why: str) -> AppTest:
    """Choose the row of the visit that was entered late, say why, and send it."""
    late = f"（{in_days(-40)}）"
    rows = next(w for w in page.multiselect if w.options[0].endswith(late) and len(w.options) == 1)
    key = str(rows.key).removesuffix("_rows")
    rows.select(rows.options[0])
    page.text_input(key=f"{key}_reason").set_value(why)
    button = next(b for b in page.button if b.key and b.key.startswith(f"{key}_submit"))
    return button.click().run()


def test_a_finding_is_told_with_its_rows_and_advice(odd: str) -> None:
    page = open_page("数据质量", who=SECRETARY)
    assert not page.exception
    assert [e.label for e in page.expander if "补登过晚" in e.label]
    assert "张三登记" in html_of(page)
    assert "建议：" in html_of(page)
    assert "涉及的记录" in html_of(page)


def test_other_communities_findings_are_not_shown(odd: str) -> None:
    assert "李四登记" not in html_of(open_page("数据质量", who=SECRETARY))
    assert "李四登记" in html_of(open_page("数据质量", who="demo-admin"))


def test_a_row_that_proves_wrong_is_taken_back(odd: str) -> None:
    page = open_page("数据质量", who=SECRETARY)
    before = row_counts(odd)
    mend(page, "查无此事")
    assert not page.exception
    assert growth(before, row_counts(odd)) == {"visit": 1, "audit_entry": 1, "revision": 1}
    assert "张三登记" not in html_of(page)


def test_a_reason_is_asked_for(odd: str) -> None:
    page = open_page("数据质量", who=SECRETARY)
    before = row_counts(odd)
    mend(page, "")
    assert ["冲正原因不能为空" in message for message in said(page)] == [True]
    assert row_counts(odd) == before


def test_a_worker_does_not_see_it(odd: str) -> None:
    page = open_page("数据质量", who=WORKER)
    assert "张三登记" not in html_of(page)
    assert "冲正原因" not in fields(page)


def test_nothing_odd_is_said_so(small: str) -> None:
    page = open_page("数据质量", who=SECRETARY, period="week")
    assert not page.exception
