"""No page is shaped for one method: each opens on any, and shows only what the method has."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from components.navigation import PAGES, PageEntry
from data.entry_forms import FORMS
from tests.pages import people
from tests.pages.conftest import METHODS, configure, freeze
from tests.pages.driver import (
    everything_said,
    fields,
    figures,
    headings,
    html_of,
    open_page,
    page_links,
    typed,
)


@pytest.fixture
def run_by(small_street: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Configure a small street that runs by a method."""
    freeze(monkeypatch)
    return lambda method: configure(monkeypatch, small_street(method))


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
@pytest.mark.parametrize("method", METHODS)
def test_a_page_opens_under_any_method(run_by: Callable, method: str, entry: PageEntry) -> None:
    run_by(method)
    page = open_page(entry, who=people.ADMIN)
    assert not page.exception
    assert len(page_links(page)) == len(PAGES)


@pytest.mark.parametrize("method", METHODS)
def test_sections_show_only_where_the_method_has_them(run_by: Callable, method: str) -> None:
    run_by(method)
    rules = METHODS[method]()
    members, volunteers = headings(open_page("党员积分")), headings(open_page("志愿排行"))
    overview = headings(open_page("总览"))
    assert ("积分排行" in members) == bool(rules.points)
    assert ("党员积分等次" in overview) == bool(rules.points)
    assert ("季度党性体检" in members) == bool(rules.checkup)
    assert ("时间银行" in volunteers) == bool(rules.time_bank)


@pytest.mark.parametrize("method", METHODS)
def test_the_appeals_page_offers_every_workflow_of_the_method(
    run_by: Callable, method: str
) -> None:
    run_by(method)
    workflows = METHODS[method]().workflows
    page = open_page("诉求漏斗")
    assert page.segmented_control(key="appeals_workflow").options == [w.name for w in workflows]
    for workflow in workflows:
        page.segmented_control(key="appeals_workflow").set_value(workflow.key).run()
        assert not page.exception
        assert workflow.states[0].name in everything_said(page)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_opens_under_any_method(run_by: Callable, method: str, form: str) -> None:
    run_by(method)
    rules = METHODS[method]()
    page = open_page("数据填报", form=form)
    assert not page.exception
    if form == "appeal":
        options = page.button_group(key="entry_appeal_category").options
        assert options == [category.name for category in rules.categories]
    if form == "points" and not rules.points:
        assert typed(page)["填什么"] != FORMS["points"]


def test_levels_are_called_as_the_method_calls_them(run_by: Callable) -> None:
    run_by("bare")
    assert ">镇 · " in html_of(open_page("网格地图"))
    assert "组织分2级：镇 → 村民小组" in html_of(open_page("系统管理"))


def test_grids_are_units_of_the_methods_own_grid_level(run_by: Callable) -> None:
    run_by("bare")
    cells = len(fields(open_page("数据填报"))["填报网格"].options)
    assert figures(open_page("总览"))["网格"] == str(cells)
    assert cells > 1
