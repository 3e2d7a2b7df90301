"""A configured but empty database: the set-up page alone, and nothing that nobody wrote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from components.navigation import PAGES, PageEntry
from data.engines import open_engines
from data.method.loading import usable_presets
from tests.pages import people
from tests.pages.conftest import configure
from tests.pages.driver import (
    FRAME,
    PATIENCE,
    growth,
    html_of,
    notice,
    open_page,
    page_links,
    reading,
    row_counts,
    settle,
)

OUTLINE = "滨河社区\n  第一网格\n  第二网格\n临江社区\n  第一网格"
UNITS = ["新城街道", "滨河社区", "第一网格", "第二网格", "临江社区", "第一网格"]
KNOWN_FROM_THE_START = {"calendar_day", "revision"}


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a database that does not exist yet."""
    url = f"sqlite:///{tmp_path / 'grid.db'}"
    yield configure(monkeypatch, url)
    open_engines(url).dispose()


@pytest.fixture
def token(empty: str) -> str:
    """The first administrator's cookie."""
    return people.first_administrator(empty)


def fill_in(page: AppTest, **fields: Any) -> AppTest:
    """Write the set-up form and submit it."""
    written = {"name": "新城街道", "outline": OUTLINE} | fields
    page.text_input(key="setup_name").set_value(written["name"])
    page.text_area(key="setup_outline").set_value(written["outline"])
    if "start" in fields:
        page.date_input(key="setup_start").set_value(fields["start"])
    if "method" in fields:
        page.selectbox(key="setup_method").select(fields["method"])
    return submit(page)


def submit(page: AppTest) -> AppTest:
    (button,) = (b for b in page.button if b.label == "建立并进入")
    return button.click().run()


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_every_address_shows_the_set_up_page_only(empty: str, token: str, entry: PageEntry) -> None:
    page = open_page(entry, token=token)
    assert not page.exception
    assert notice(page)[0] == "数据库还是空的，先建起你的街道"
    assert len(page_links(page)) == 0
    assert page.text_input(key="setup_name").value == ""


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_nobody_but_an_administrator_sees_it(empty: str, entry: PageEntry) -> None:
    page = open_page(entry)
    assert notice(page)[0] == "还没有管理员"
    assert 'href="/start"' in html_of(page)
    people.first_administrator(empty)
    page = open_page(entry)
    assert "请用管理员账号登录" in notice(page)[1]
    assert (len(page.text_input), 'href="/login"' in html_of(page)) == (0, True)


def test_opening_pages_writes_nothing(empty: str) -> None:
    for entry in PAGES:
        open_page(entry)
    held = {table for table, rows in row_counts(empty).items() if rows}
    assert held <= KNOWN_FROM_THE_START


def test_filling_in_creates_exactly_the_units_written(empty: str, token: str) -> None:
    before = row_counts(empty)
    fill_in(open_page("总览", token=token))
    added = growth(before, row_counts(empty))
    assert set(added) - KNOWN_FROM_THE_START == {"unit", "method", "audit_entry"}
    assert (added["unit"], added["method"], added["revision"]) == (len(UNITS), 1, 1)
    with reading(empty) as connection:
        assert connection.scalars(text("select name from unit order by path")).all() == UNITS


def test_after_set_up_every_page_opens_on_the_new_street(empty: str, token: str) -> None:
    fill_in(open_page("总览", token=token))
    assert settle().kind == "ready"
    for entry in PAGES:
        page = open_page(entry, token=token)
        assert not page.exception, entry.title
        assert '<div class="brand"><b>新城街道</b>' in html_of(page)


@pytest.mark.parametrize("preset", [m.name for m in usable_presets()])
def test_every_method_on_offer_can_be_set_up(empty: str, token: str, preset: str) -> None:
    fill_in(open_page("总览", token=token), method=preset)
    with reading(empty) as connection:
        assert connection.scalars(text("select name from method")).all() == [preset]
        assert connection.scalar(text("select count(*) from unit")) == len(UNITS)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"name": "  "}, "街道名称不能为空"),
    "no units": ({"outline": ""}, "没有保存"),
    "a grid above its community": ({"outline": "  第一网格"}, "第 1 行"),
    "the same grid twice": ({"outline": "滨河社区\n  一格\n  一格"}, "一格"),
    "a day to come": ({"start": date.today() + timedelta(days=30)}, "不能晚于今天"),  # noqa: DTZ011
    "a name of 3000 characters": ({"name": "长" * 3000}, "现有 3000 个字"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_refused_set_up_writes_nothing_and_keeps_what_was_typed(
    empty: str, token: str, case: str
) -> None:
    fields, reason = WRONG[case]
    page = open_page("总览", token=token)
    before = row_counts(empty)
    fill_in(page, **fields)
    assert [reason in error.value for error in page.error] == [True]
    assert row_counts(empty) == before
    typed = {"name": "新城街道", "outline": OUTLINE} | fields
    for field, written in typed.items():
        assert page.session_state[f"setup_{field}"] == written


def test_a_refused_set_up_can_be_mended_and_sent(empty: str, token: str) -> None:
    page = fill_in(open_page("总览", token=token), name="")
    page.text_input(key="setup_name").set_value("新城街道")
    submit(page)
    with reading(empty) as connection:
        assert connection.scalars(text("select name from unit order by path")).all() == UNITS


def test_somebody_elses_set_up_is_not_repeated(empty: str, token: str) -> None:
    late = open_page("总览", token=token)
    fill_in(open_page("总览", token=token))
    before = row_counts(empty)
    fill_in(late, name="另一街道")
    assert row_counts(empty) == before


def test_the_frame_alone_opens_the_set_up_page(empty: str) -> None:
    page = AppTest.from_file(FRAME, default_timeout=PATIENCE).run()
    assert notice(page)[0] == "还没有管理员"
