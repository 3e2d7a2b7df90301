"""Every panel with a figure opens its definition, and a chart's rows are those it counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from components.navigation import PAGES, PageEntry
from tests.pages.driver import every_figure, html_of, open_figure, open_page, reading

# People, one case, one file with its own ledger, tiles with a list that opens each of them, and
# findings and records that are rows themselves
WITHOUT_FIGURE = {
    "panel_map_posts",
    "panel_appeals_timeline",
    "panel_members_file",
    "panel_map_unit",
    "panel_quality",
    "panel_records",
}
NUMBERED = [entry for entry in PAGES if entry.filtered]


def blocks(node: Any) -> Iterator[Any]:
    """Every container of a page, from the top."""
    for child in getattr(node, "children", {}).values():
        if hasattr(child, "children"):
            yield child
            yield from blocks(child)


def panels(page: AppTest) -> set[str]:
    """Keys of the panels on a page."""
    ids = [getattr(getattr(block, "proto", None), "id", "") for block in blocks(page.main)]
    keys = {found[1] for i in ids if (found := re.search(r"-(panel_\w+)$", str(i)))}
    drawn = set(re.findall(r'data-key="(panel_\w+)"', html_of(page)))
    return {key for key in keys if not key.endswith("_head")} | drawn


def opened(page: AppTest, panel: str) -> AppTest:
    open_figure(page, panel)
    assert not page.exception
    return page


def lines(page: AppTest) -> dict[str, str]:
    (box,) = re.findall(r'<dl class="definition">(.*?)</dl>', html_of(page))
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", box))


def rows_said(page: AppTest) -> int:
    (count,) = re.findall(r"共 ([\d,]+) 行", html_of(page))
    return int(count.replace(",", ""))


@pytest.mark.parametrize("entry", NUMBERED, ids=lambda entry: entry.title)
def test_every_panel_with_a_figure_opens(small: str, entry: PageEntry) -> None:
    page = open_page(entry)
    found = panels(page)
    assert found
    assert found - WITHOUT_FIGURE - set(every_figure(page)) == set()


@pytest.mark.parametrize(
    ("title", "panel", "query"),
    [
        ("总览", "overview_grades", "select count(*) from member where left_on is null"),
        ("党员积分", "members_ranking", "select count(*) from member where left_on is null"),
        ("志愿排行", "volunteers_stars", "select count(*) from volunteer where left_on is null"),
        ("志愿排行", "volunteers_bank", "select count(*) from time_transfer"),
    ],
)
def test_a_chart_opens_as_many_rows_as_the_tables_hold(
    small: str, title: str, panel: str, query: str
) -> None:
    with reading(small) as connection:
        held = connection.scalar(text(query))
    assert rows_said(opened(open_page(title), f"panel_{panel}")) == held


@pytest.mark.parametrize("workflow", ["prompt_response", "member_agency"])
def test_a_funnel_opens_the_appeals_of_its_own_workflow(small: str, workflow: str) -> None:
    query = "select count(*) from appeal where workflow_key = :key and received_at >= :first"
    # the local year begins eight hours before the UTC one
    first = {"first": f"{date.today().year - 1}-12-31 16:00"}  # noqa: DTZ011
    with reading(small) as connection:
        received = connection.scalar(text(query), first | {"key": workflow})
        name = {"prompt_response": "接诉即办", "member_agency": "党员代办"}[workflow]
    page = opened(open_page("诉求漏斗", workflow=workflow), "panel_appeals_funnel")
    assert rows_said(page) == received
    assert lines(page)["标准"].startswith(f"{name}：")


def test_the_time_bank_says_that_it_covers_all_units(small: str) -> None:
    with reading(small) as connection:
        grid = connection.scalar(text("select code from unit where level = 'grid' limit 1"))
        transfers = connection.scalar(text("select count(*) from time_transfer"))
    page = opened(open_page("志愿排行", unit=grid), "panel_volunteers_bank")
    assert lines(page)["范围"] == "全部单位"
    assert rows_said(page) == transfers


def test_checkups_open_as_counts_of_units_with_enough_people(small: str) -> None:
    page = opened(open_page("党员积分"), "panel_members_checkups")
    (table,) = (part for part in html_of(page).split("<table>") if "体检人数" in part)
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in table.split("<tr>")[2:]]
    assert len(rows) > 5
    assert min(int(row[2]) for row in rows) >= 5
