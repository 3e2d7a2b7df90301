"""Unit and period stand in the address, follow the visitor, and mean what the database says."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from components import filters
from components.navigation import PAGES, PageEntry
from data.periods import PERIODS, local_date, period_bounds
from data.settings import zone
from tests.pages import people
from tests.pages.driver import (
    choose,
    chosen,
    figures,
    html_of,
    notice,
    open_page,
    page_links,
    reading,
)

RECEIVED = """
    select count(*) from appeal join unit on unit.id = appeal.unit_id
    where unit.path like :path || '%' and received_at >= :start and received_at < :end
      and received_at <= :now
"""
FILTERED = [entry for entry in PAGES if entry.filtered]


def stored(at: datetime) -> str:
    """A moment as SQLite holds it."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


def received(url: str, path: str, start: datetime, end: datetime) -> int:
    """Appeals received by units at or below a path, counted in plain SQL."""
    bounds = {"path": path, "start": stored(start), "end": stored(end)}
    with reading(url) as connection:
        return int(
            connection.scalar(text(RECEIVED), bounds | {"now": stored(filters.present())}) or 0
        )


def communities(url: str) -> dict[str, str]:
    """Code and path of every community."""
    with reading(url) as connection:
        query = "select code, path from unit where level = 'community' order by path"
        return {row.code: row.path for row in connection.execute(text(query))}


def today() -> datetime:
    """As the pages have it: theirs stands still, and midnight may have passed since."""
    return filters.present().astimezone(zone())


@pytest.mark.parametrize("period", [key for key in PERIODS if key != "custom"])
def test_a_period_in_the_address_decides_what_is_counted(small: str, period: str) -> None:
    start, end = period_bounds(period, today(), zone())
    page = open_page("诉求漏斗", period=period)
    assert figures(page)["收到诉求"] == f"{received(small, '/', start, end):,}"
    assert chosen(page, "period") == period


def test_a_custom_period_takes_both_its_days_in(small: str) -> None:
    last = local_date(datetime.now(UTC), zone()) - timedelta(days=40)
    first = last - timedelta(days=60)
    start, end = period_bounds("custom", today(), zone(), first, last)
    page = open_page("诉求漏斗", period="custom", first=str(first), last=str(last))
    counted = received(small, "/", start, end)
    assert counted > received(small, "/", start, end - timedelta(days=30))
    assert figures(page)["收到诉求"] == f"{counted:,}"


def test_changing_the_period_changes_the_figures(small: str) -> None:
    page = open_page("诉求漏斗", period="year")
    year = figures(page)["收到诉求"]
    choose(page, "period", "week")
    start, end = period_bounds("week", today(), zone())
    assert figures(page)["收到诉求"] == f"{received(small, '/', start, end):,}" != year
    assert page.query_params["period"] == "week"


def test_a_unit_in_the_address_counts_it_and_everything_below(small: str) -> None:
    start, end = period_bounds("year", today(), zone())
    said = {}
    for code, path in communities(small).items():
        said[code] = figures(open_page("诉求漏斗", unit=code))["收到诉求"]
        assert said[code] == f"{received(small, path, start, end):,}"
    whole = figures(open_page("诉求漏斗"))["收到诉求"]
    assert whole not in said.values()


def test_choosing_a_unit_writes_it_into_the_address(small: str) -> None:
    code = list(communities(small))[1]
    page = open_page("总览")
    choose(page, "unit", code)
    assert page.query_params["unit"] == code


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_links_to_other_pages_carry_the_filters(small: str, entry: PageEntry) -> None:
    code = list(communities(small))[1]
    page = open_page(entry, who=people.ADMIN, unit=code, period="month")
    wanted = {e.title: f"./{e.url}?unit={code}&period=month" for e in PAGES}
    assert page_links(page) == wanted


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_an_unknown_unit_falls_back_to_everything_and_says_so(small: str, entry: PageEntry) -> None:
    page = open_page(entry, unit="NOWHERE")
    assert not page.exception
    assert ["NOWHERE" in toast.value for toast in page.toast] == [True]
    assert page.query_params["unit"] == open_page(entry).query_params["unit"]


def test_a_known_unit_raises_no_toast(small: str) -> None:
    assert len(open_page("总览", unit=next(iter(communities(small)))).toast) == 0


def test_an_unknown_period_falls_back_to_the_year(small: str) -> None:
    page = open_page("总览", period="century")
    assert not page.exception
    assert page.query_params["period"] == "year"


def test_days_that_are_no_days_fall_back(small: str) -> None:
    page = open_page("总览", period="custom", first="soon", last="2026-13-40")
    assert not page.exception
    assert page.query_params["last"] == str(today().date())


@pytest.mark.parametrize("entry", FILTERED, ids=lambda entry: entry.title)
def test_a_last_day_before_the_first_is_explained_in_chinese(small: str, entry: PageEntry) -> None:
    page = open_page(entry, period="custom", first="2026-06-10", last="2026-06-01")
    assert not page.exception
    assert "结束日期早于开始日期" in notice(page)[1]
    assert figures(page) == {}


def test_reversed_days_can_be_mended_where_they_are_explained(small: str) -> None:
    page = open_page("总览", period="custom", first="2026-06-10", last="2026-06-01")
    page.date_input(key="filter_last").set_value(local_date(today(), zone())).run()
    assert figures(page) != {}


def test_reversed_days_do_not_close_the_entry_page(small: str) -> None:
    page = open_page("数据填报", period="custom", first="2026-06-10", last="2026-06-01")
    assert [field.label for field in page.text_input] == ["诉求标题"]


def test_a_period_that_has_not_begun_is_explained_in_chinese(small: str) -> None:
    first = today().date() + timedelta(days=10)
    page = open_page("总览", period="custom", first=str(first), last=str(first))
    assert not page.exception
    assert figures(page) == {}
    assert "期间没有选对" in html_of(page)


def test_the_last_minute_of_a_year_belongs_to_that_year(
    small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = today().year
    newyear = datetime(year, 1, 1, tzinfo=zone())
    monkeypatch.setattr(filters, "present", lambda: newyear.astimezone(UTC))
    page = open_page("总览", period="year")
    assert f"{year - 1}年1月1日 — {year - 1}年12月31日" in html_of(page)


def test_units_of_one_name_can_each_be_chosen(own_small: str) -> None:
    from data.engines import open_engines

    codes = list(communities(own_small))
    with open_engines(own_small).write() as connection:
        connection.execute(text("update unit set name = '同名社区' where level = 'community'"))
    for code in codes:
        page = open_page("网格地图")
        offered = re.findall(r'<option value="([^"]+)"[^>]*>([^<]*)', html_of(page))
        named = [label.strip() for _, label in offered if "同名社区" in label]
        assert len(set(named)) == len(named) == len(codes)
        choose(page, "unit", code)
        assert page.query_params["unit"] == code


def test_units_of_one_name_can_each_be_found(own_small: str) -> None:
    from data.engines import open_engines

    codes = list(communities(own_small))
    with open_engines(own_small).write() as connection:
        connection.execute(
            text("update unit set name = '同名社区', initials = 'TMSQ' where level = 'community'")
        )
    for code in codes:
        page = open_page("网格地图")
        box = page.selectbox(key="map_search")
        named = [i for i, label in enumerate(box.options) if "同名社区" in label]
        box.select_index(named[codes.index(code)]).run()
        assert page.query_params["unit"] == code
