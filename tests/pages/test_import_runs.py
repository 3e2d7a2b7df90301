"""系统管理 → 数据导入 while an import runs and afterwards: stopping, failing, undoing, who may."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import OperationalError

from components import import_texts as i
from data.engines import open_engines
from data.importing import jobs
from data.importing.apply import apply_import
from data.importing.plan import plan_import
from data.schema import unit
from tests.pages import people
from tests.pages.driver import fields, growth, html_of, open_page, reading, row_counts, said, typed
from tests.pages.import_desk import (
    PATIENCE,
    apply,
    begin,
    buildings,
    codes,
    counts,
    csv_of,
    press,
    wait,
)


@pytest.fixture(autouse=True)
def no_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Imports of other tests are out of sight."""
    monkeypatch.setattr(jobs, "_jobs", {})


def test_a_double_click_imports_once(own_small: str) -> None:
    page = begin("buildings", buildings(own_small))
    before = row_counts(own_small)
    (button,) = (b for b in page.button if b.label.startswith("导入 "))
    button.click()
    sent = page._tree.get_widget_states()
    page._run(sent)
    page._run(sent)
    wait(page)
    assert growth(before, row_counts(own_small))["import_batch"] == 1
    assert growth(before, row_counts(own_small))["building"] == 3


def test_a_failed_import_loses_nothing_that_was_chosen(
    own_small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, grid = jobs.start, codes(own_small)[0]
    page = begin("buildings", ("楼.csv", csv_of("编码,甲列,网格编码", f"B-1,一号楼,{grid}")))
    fields(page)["楼栋名称"].select("甲列").run()
    before = row_counts(own_small)

    def locked(*_given: Any, **_options: Any) -> Any:
        raise OperationalError("insert", {}, OSError("database is locked"))

    monkeypatch.setattr(jobs, "start", lambda job: start(job, locked))
    apply(page)
    assert said(page) == [i.NOT_DONE.format(jobs.DATABASE)]
    assert row_counts(own_small) == before
    press(page, i.DISMISS)
    assert typed(page)["楼栋名称"] == "甲列"
    assert counts(page)["new"] == 1


def test_daily_entries_leave_a_preview_as_it_is(
    own_small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []

    def counted(*given: Any, **options: Any) -> Any:
        made.append(given)
        return plan_import(*given, **options)

    monkeypatch.setattr("components.import_views.plan_import", counted)
    page = begin("buildings", buildings(own_small))
    with open_engines(own_small).write():
        pass  # an entry, as they come all day
    page.run()
    assert len(made) == 1
    with open_engines(own_small).write() as connection:
        connection.execute(update(unit).values(sort=unit.c.sort + 1))
    page.run()
    assert len(made) == 2


def test_an_import_that_runs_can_be_stopped(
    own_small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, page = jobs.start, begin("buildings", buildings(own_small))
    before = row_counts(own_small)

    def held(job: jobs.Job) -> jobs.Job:
        return start(job, slow)

    monkeypatch.setattr(jobs, "start", held)
    press(page, "导入 ")
    assert any(b.label == i.CANCEL for b in page.button)
    assert [b for b in page.button if b.label.startswith("导入 ")] == []
    reloaded = open_page("系统管理")
    wait(press(reloaded, i.CANCEL))
    assert [box.value for box in reloaded.info] == ["已取消导入，没有写入任何内容"]
    assert row_counts(own_small) == before


def slow(*given: Any, **options: Any) -> Any:
    """An import that waits until it is stopped."""
    until = time.monotonic() + PATIENCE
    stopped: Callable[[], bool] = options["cancelled"]
    while not stopped() and time.monotonic() < until:
        time.sleep(0.02)
    return apply_import(*given, **options)


def test_an_import_is_taken_back_as_a_whole(own_small: str) -> None:
    before = row_counts(own_small)["building"]
    page = apply(begin("buildings", buildings(own_small)))
    page = open_page("系统管理")
    fields(page)[i.UNDO_PICK].select_index(0)
    fields(page)[i.UNDO_REASON].set_value("导错了")
    press(page, i.UNDO)
    assert i.UNDONE.format(1, 3) in said(page)
    assert row_counts(own_small)["building"] == before
    assert i.HISTORY_UNDONE in html_of(page)
    assert "导错了" in html_of(page)


def test_without_a_reason_nothing_is_taken_back_and_nothing_lost(own_small: str) -> None:
    apply(begin("buildings", buildings(own_small)))
    page = open_page("系统管理")
    before = row_counts(own_small)
    fields(page)[i.UNDO_PICK].select_index(0)
    press(page, i.UNDO)
    assert any("撤销原因" in message for message in said(page))
    assert typed(page)[i.UNDO_PICK].startswith("第 1 次")
    assert row_counts(own_small) == before


def test_a_secretary_finds_importing_and_nothing_else(own_small: str) -> None:
    page = open_page("系统管理", who=people.SECRETARY)
    shown = html_of(page)
    assert i.KIND in shown
    assert "现行工作法" not in shown
    kinds = page.button_group(key="import_kind").options
    assert "单位和边界" not in kinds
    assert "党员" in kinds


@pytest.mark.parametrize("login", [people.LEADER, people.WORKER, ""])
def test_who_may_not_import_sees_nothing_of_it(own_small: str, login: str) -> None:
    page = open_page("系统管理", who=login)
    assert not page.file_uploader
    assert i.HISTORY not in html_of(page)


def test_a_secretary_sees_the_imports_of_own_units_only(own_small: str) -> None:
    apply(begin("buildings", buildings(own_small)))
    asked = (
        "select u.code from unit u, unit mine join account_grant g on g.unit_id = mine.id "
        "join account a on a.id = g.account_id where a.login = 'demo-secretary' "
        "and u.level = 'grid' and {} u.path like mine.path || '%'"
    )
    with reading(own_small) as connection:
        own = connection.scalar(text(asked.format("")))
        first_is_own = codes(own_small)[0] in set(connection.scalars(text(asked.format(""))))
    line = f"S-1,书记楼,{own}"
    file = ("书记.csv", csv_of("楼栋编码,楼栋名称,网格编码", line))
    page = apply(begin("buildings", file, who=people.SECRETARY))
    assert ["新增 1 行" in message for message in said(page)] == [True]
    shown = html_of(open_page("系统管理", who=people.SECRETARY))
    assert "书记.csv" in shown
    assert ("楼栋.csv" in shown) is first_is_own
