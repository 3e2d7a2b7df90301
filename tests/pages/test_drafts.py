"""What is typed is there again after a restart, and is written once however often it is sent."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from streamlit.runtime.scriptrunner import StopException
from streamlit.testing.v1 import AppTest

from components import identity
from components.forms import visit
from data.engines import open_engines
from data.entry_forms import FORMS
from tests.pages.driver import (
    fields,
    fill,
    growth,
    html_of,
    open_page,
    options,
    press,
    reading,
    row_counts,
    said,
    typed,
)
from tests.pages.entering import busy_grid, last_rows, written
from tests.pages.people import ADMIN, SECRETARY, WORKER

RESTORED, CLEAR = "已恢复上次未提交的内容", "清除重填"


def form(who: str = WORKER, name: str = "visit", **params: str) -> AppTest:
    """A fresh visitor: what another browser, or the server after a restart, would show."""
    return open_page("数据填报", form=name, who=who, **params)


def test_a_run_that_is_cut_off_before_it_kept_the_draft_is_made_up_for(
    own_small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streamlit ends a run for a newer change wherever it looks at the session."""
    usual, cut = identity.actor, list[bool]()

    def actor(*given: Any) -> Any:
        if sys._getframe(1).f_code.co_name == "keep" and not cut:
            cut.append(True)
            raise StopException
        return usual(*given)

    monkeypatch.setattr(identity, "actor", actor)
    page = begun()
    assert cut
    page.run()
    assert typed(form())["走访情况"] == "家里漏水"


def handed_in(page: AppTest) -> int:
    """How many entries of today the page tells of."""
    told = re.search(r"今天已提交 (\d+) 条", html_of(page))
    return int(told[1]) if told else 0


def begun(**values: Any) -> AppTest:
    return fill(form(), **{"走访情况": "家里漏水"} | values).run()


def test_what_is_typed_is_there_again(own_small: str) -> None:
    begun(走访事项="孤寡老人慰问")
    page = form()
    assert RESTORED in html_of(page)
    held = typed(page)
    assert (held["走访情况"], held["走访事项"]) == ("家里漏水", "孤寡老人慰问")


def test_the_person_sees_whether_it_is_kept(own_small: str) -> None:
    page = form()
    assert "填写的内容会自动保存为草稿" in html_of(page)
    fill(page, 走访情况="家里漏水").run()
    assert "已保存草稿 " in html_of(page)
    before = handed_in(page)
    assert handed_in(press(page)) == before + 1


def test_what_was_restored_is_sent_once(own_small: str) -> None:
    begun()
    page, other = form(), form()
    before = row_counts(own_small)
    press(page)
    assert growth(before, row_counts(own_small)) == written(visit=1)
    press(other)
    assert row_counts(own_small)["visit"] == before["visit"] + 1


def test_an_answer_that_was_lost_does_not_write_twice(
    own_small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The write arrives, its answer does not: the same form is sent again."""
    page, write = begun(), visit.record_visit
    before = handed_in(page)
    before = row_counts(own_small)

    def arrives(*arguments: Any, **values: Any) -> None:
        write(*arguments, **values)
        raise OperationalError("commit", {}, Exception("connection lost"))

    monkeypatch.setattr(visit, "record_visit", arrives)
    press(page)
    assert ["内容还在" in message for message in said(page)] == [True]
    monkeypatch.setattr(visit, "record_visit", write)
    press(page)
    assert ["已记录" in message for message in said(page)] == [True]
    assert row_counts(own_small)["visit"] == before["visit"] + 1


def test_what_was_written_is_no_draft_after_a_restart(
    own_small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, write = begun(), visit.record_visit
    before = handed_in(page)

    def arrives(*arguments: Any, **values: Any) -> None:
        write(*arguments, **values)
        raise OperationalError("commit", {}, Exception("connection lost"))

    monkeypatch.setattr(visit, "record_visit", arrives)
    press(page)
    again = form()
    assert RESTORED not in html_of(again)
    assert typed(again)["走访情况"] == ""
    assert handed_in(again) == before + 1


def test_a_draft_can_be_thrown_away(own_small: str) -> None:
    begun()
    page = form()
    (button,) = (b for b in page.button if b.label == CLEAR)
    button.click().run()
    assert typed(page)["走访情况"] == ""
    assert RESTORED not in html_of(page)
    assert typed(form())["走访情况"] == ""
    assert row_counts(own_small)["draft"] == 0


def test_emptying_the_fields_leaves_no_draft(own_small: str) -> None:
    page = begun()
    assert row_counts(own_small)["draft"] == 1
    fill(page, 走访情况="").run()
    assert row_counts(own_small)["draft"] == 0


def test_nobody_sees_anothers_draft(own_small: str) -> None:
    begun()
    page = form(SECRETARY)
    assert RESTORED not in html_of(page)
    assert typed(page)["走访情况"] == ""


def test_a_draft_of_another_grid_is_neither_carried_over_nor_lost(own_small: str) -> None:
    with reading(own_small) as connection:
        query = "select code from unit where level = 'grid' order by path limit 2"
        here, there = connection.scalars(text(query)).all()
    fill(form(ADMIN, grid=there), 走访情况="家里漏水").run()
    page = form(ADMIN, grid=here)
    assert "还有一份没提交的“走访”" in html_of(page)
    assert "走访情况" not in fields(page)
    (button,) = (b for b in page.button if b.label == "继续填那一份")
    button.click().run()
    assert typed(page)["走访情况"] == "家里漏水"
    press(page)
    with reading(own_small) as connection:
        query = "select u.code from visit v join unit u on u.id = v.unit_id order by v.id desc"
        assert connection.scalars(text(query)).first() == there


def test_a_draft_of_another_grid_can_be_dropped(own_small: str) -> None:
    with reading(own_small) as connection:
        query = "select code from unit where level = 'grid' order by path limit 2"
        here, there = connection.scalars(text(query)).all()
    fill(form(ADMIN, grid=there), 走访情况="家里漏水").run()
    page = form(ADMIN, grid=here)
    (button,) = (b for b in page.button if b.label.startswith("放弃那一份"))
    button.click().run()
    assert typed(page)["走访情况"] == ""


def test_now_was_when_it_was_begun(own_small: str) -> None:
    """A draft of the day before yesterday was not about today."""
    begun()
    with open_engines(own_small).write() as connection:
        kept = last_rows(own_small, "draft")[0]["updated_at"]
        older = f"datetime('{str(kept)[:19]}', '-2 days')"
        connection.execute(text(f"update draft set updated_at = {older} || '.000000'"))
    page = form()
    held = typed(page)
    assert held["走访时间"] == "其他时间"
    today = typed(fill(form(SECRETARY), 走访时间="其他时间").run())["其他日期"]
    assert held["其他日期"] == today - timedelta(days=2)


def test_forms_keep_their_own_drafts(own_small: str) -> None:
    begun()
    fill(form(name="appeal"), 诉求标题="路灯不亮").run()
    page = form()
    assert typed(page)["走访情况"] == "家里漏水"
    fill(page, 填什么="诉求登记").run()
    assert typed(page)["诉求标题"] == "路灯不亮"
    fill(page, 填什么="走访").run()
    assert typed(page)["走访情况"] == "家里漏水"


def test_chosen_people_come_back(own_small: str) -> None:
    grid, people = busy_grid(own_small, "volunteer"), "志愿者（可多选）"
    fill(form(ADMIN, "service", grid=grid), **{people: 3}).run()
    page = form(ADMIN, "service", grid=grid)
    assert typed(page)[people] == options(page, people)[:3]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_nobody_touched_keeps_nothing(own_small: str, name: str) -> None:
    form(name=name).run()
    assert row_counts(own_small)["draft"] == 0


def test_a_draft_that_cannot_be_kept_is_said_so(
    own_small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from components.forms import sheet

    def locked(*_arguments: Any, **_values: Any) -> None:
        raise OperationalError("insert", {}, Exception("database is locked"))

    keep = sheet.save_draft
    monkeypatch.setattr(sheet, "save_draft", locked)
    page = begun()
    assert "草稿没有保存：" in html_of(page)
    monkeypatch.setattr(sheet, "save_draft", keep)
    assert "已保存草稿" in html_of(page.run())
