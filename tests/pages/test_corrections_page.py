"""更正记录 on 数据质量: any entry of the secretary's units is found and taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from data.engines import open_engines
from data.identity import system
from data.writes.visits import record_visit
from tests.pages.driver import (
    everything_said,
    fields,
    fill,
    growth,
    html_of,
    open_page,
    press,
    press_twice,
    reading,
    row_counts,
    said,
)
from tests.pages.entering import BAD_TEXTS, GOOD_TEXTS, last_rows
from tests.pages.people import ADMIN, SECRETARY, WORKER

KIND, SEARCH, REVERSE, SURE, WHY = "哪类填报", "查找", "冲正", "确认冲正", "原因"
FINDING = "楼道灯不亮"


@pytest.fixture
def entered(own_small: str) -> str:
    """One visit in the secretary's first grid, and one in a strange one."""
    with reading(own_small) as connection:
        query = """select id from unit where level = 'grid' and (path like (
            select u.path || '%' from unit u join account_grant g on g.unit_id = u.id
            join account a on a.id = g.account_id where a.login = 'demo-secretary')) = :own
            order by path limit 1"""
        own, strange = (connection.scalar(text(query), {"own": own}) for own in (1, 0))
    now = datetime.now(UTC)
    for unit_id, who in ((own, "张三"), (strange, "李四")):
        given: dict[str, Any] = {"unit_id": int(unit_id), "finding": f"{FINDING}{who}"}
        signed = {"visited_at": now, "at": now, "actor": system(who, "test")}
        record_visit(open_engines(own_small), **given, **signed)
    return own_small


def page_of(who: str = SECRETARY, kind: str = "visit", words: str = "") -> AppTest:
    page = open_page("数据质量", who=who, kind=kind)
    return fill(page, **{SEARCH: words}).run() if words else page


def chosen(page: AppTest) -> AppTest:
    """The form that takes the only entry found back."""
    (button,) = (b for b in page.button if b.label == REVERSE)
    return button.click().run()


def test_entries_are_found_and_told(entered: str) -> None:
    page = page_of(words=FINDING)
    assert not page.exception
    assert f"普通走访：{FINDING}张三" in html_of(page)
    assert "张三登记 · " in html_of(page)
    assert "共 1 条" in html_of(page)
    nothing = fill(page, **{SEARCH: "没有这样的词"}).run()
    assert "这个范围里没有符合的走访。" in html_of(nothing)


def test_without_words_the_latest_are_listed(entered: str) -> None:
    told = html_of(page_of())
    assert f"{FINDING}张三" in told
    assert told.count('class="my-entry"') > 1


def test_other_communities_entries_are_not_found(entered: str) -> None:
    assert "李四登记" not in html_of(page_of(words="李四"))
    assert "李四登记" in html_of(page_of(ADMIN, words="李四"))


def test_each_kind_can_be_looked_through(entered: str) -> None:
    page = page_of(kind="points")
    offered = dict(zip(fields(page)[KIND].options, fields(page)[KIND].options, strict=True))
    assert len(offered) == 7
    for kind in offered:
        page = fill(page, **{KIND: kind}).run()
        assert not page.exception
        assert 'class="my-entry"' in html_of(page) or "没有符合的" in html_of(page)


def test_an_entry_is_taken_back_and_the_counter_entry_is_seen(entered: str) -> None:
    page = page_of(words=FINDING)
    before = row_counts(entered)
    press(fill(chosen(page), **{WHY: "登记错了"}), SURE)
    assert not page.exception
    assert growth(before, row_counts(entered)) == {"visit": 1, "audit_entry": 1, "revision": 1}
    counter, taken = last_rows(entered, "visit", 3)[:1] + last_rows(entered, "visit", 3)[2:]
    assert (counter["reverses_id"], counter["finding"]) == (taken["id"], "登记错了")
    assert said(page) == [f"已冲正：普通走访：{FINDING}张三"]
    assert "更正：登记错了" in html_of(page)
    assert "体验书记于 " in html_of(page)
    assert "已撤回</i>" in html_of(page)
    assert REVERSE not in [b.label for b in page.button]


@pytest.mark.parametrize("why", ["", *(words for words, _ in BAD_TEXTS.values())])
def test_no_reason_or_a_wrong_one_is_refused_and_kept(entered: str, why: str) -> None:
    page = chosen(page_of(words=FINDING))
    before = row_counts(entered)
    press(fill(page, **{WHY: why}), SURE)
    assert ["没有保存" in message for message in said(page)] == [True]
    assert row_counts(entered) == before
    assert fields(page)[WHY].value == why


def test_a_double_click_takes_back_once(entered: str) -> None:
    page = fill(chosen(page_of(words=FINDING)), **{WHY: "登记错了"})
    before = row_counts(entered)
    press_twice(page, SURE)
    assert growth(before, row_counts(entered))["visit"] == 1


def test_access_is_asked_again_in_the_write(entered: str) -> None:
    page = fill(chosen(page_of(words=FINDING)), **{WHY: "登记错了"})
    with open_engines(entered).write() as connection:
        mine = "(select id from account where login = 'demo-secretary')"
        connection.execute(text(f"delete from account_grant where account_id = {mine}"))
    before = row_counts(entered)
    press(page, SURE)
    assert row_counts(entered) == before


def test_what_waits_is_withdrawn_by_whoever_entered_it(own_small: str) -> None:
    with reading(own_small) as connection:
        waiting = "select count(*) from service_record where status = 'pending'"
        assert connection.scalar(text(f"{waiting} and recorded_by = '体验网格员'"))
    page = page_of(kind="service", words="体验网格员")
    assert "不能撤回：还没有审核，请在“待审核”里退回" in html_of(page)
    assert REVERSE not in [b.label for b in page.button]
    assert "撤回" not in [b.label for b in page.button]


def test_names_are_masked(own_small: str) -> None:
    with reading(own_small) as connection:
        query = """select p.name from points_entry e join member m on m.id = e.member_id
            join person p on p.id = m.person_id where e.recorded_by = '体验网格员' limit 1"""
        name = str(connection.scalar(text(query)))
    page = page_of(kind="points", words="体验网格员")
    assert f"{name[0]}*（" in html_of(page)
    assert f"{name}（" not in everything_said(page)  # whoever recorded may bear the same name


@pytest.mark.parametrize("words", GOOD_TEXTS)
def test_markup_searched_for_is_text(entered: str, words: str) -> None:
    page = page_of(words=words)
    assert not page.exception
    assert "<script>" not in html_of(page)


def test_a_worker_does_not_see_it(entered: str) -> None:
    page = page_of(WORKER)
    assert SEARCH not in fields(page)
    assert "张三登记" not in html_of(page)
