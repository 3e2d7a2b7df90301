"""Every figure opens down to its rows, and the rows are as many as the figure says."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from components.navigation import PAGES, PageEntry
from data.metrics import MAP_METRICS, METRICS
from tests.pages.driver import every_figure, figures, html_of, open_figure, open_page, openers

COUNTED = [key for key in MAP_METRICS if METRICS[key].denominator is None and key != "hours"]


def definition(page: AppTest) -> dict[str, str]:
    """The lines of the open definition, by their names."""
    (box,) = re.findall(r'<dl class="definition">(.*?)</dl>', html_of(page))
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", box))


def rows_said(page: AppTest) -> int:
    ((count),) = re.findall(r"共 ([\d,]+) 行", html_of(page))
    return int(count.replace(",", ""))


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_every_button_opens_a_definition_with_its_rows(small: str, entry: PageEntry) -> None:
    for key in every_figure(open_page(entry)):
        page = open_figure(open_page(entry), key)
        assert not page.exception, key
        assert {"算法", "范围", "期间", "数据截至"} <= set(definition(page)), key
        assert "共 " in html_of(page) or "没有相关记录" in html_of(page), key


@pytest.mark.parametrize("title", ["总览", "诉求漏斗", "志愿排行"])
def test_a_cards_button_opens_the_cards_own_figure(small: str, title: str) -> None:
    names = {metric.name: metric for metric in METRICS.values()}
    for figure, said in figures(open_page(title)).items():
        page = open_page(title)
        (key,) = (
            key
            for key in openers(page)
            if key.endswith(f"_{names[figure].key}") and not key.startswith("panel_")
        )
        open_figure(page, key)
        lines = definition(page)
        assert lines["算法"] == names[figure].formula
        assert lines["数值"].split()[0] == said


@pytest.mark.parametrize("key", COUNTED)
def test_the_map_page_opens_as_many_rows_as_the_figure_says(small: str, key: str) -> None:
    page = open_page("网格地图")
    page.selectbox(key="map_open_figure").set_value(key).run()
    assert not page.exception
    said = definition(page)["数值"].split()[0]
    if said == "0":
        assert "没有相关记录" in html_of(page)
    else:
        assert f"{rows_said(page):,}" == said


@pytest.mark.parametrize("key", [key for key in MAP_METRICS if METRICS[key].denominator])
def test_a_rate_opens_with_what_it_divides_by_what(small: str, key: str) -> None:
    page = open_page("网格地图")
    page.selectbox(key="map_open_figure").set_value(key).run()
    assert not page.exception
    lines = definition(page)
    metric = METRICS[key]
    assert (lines["分子"], lines["分母"]) == (metric.numerator_text, metric.denominator_text)
