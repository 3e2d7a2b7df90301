"""Every page opens for a unit of any level, with members and without, drawn on the map or not."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from components.navigation import PAGES, PageEntry
from tests.pages.driver import choose, html_of, open_page, reading

KINDS = {
    "street": "level = 'street'",
    "community": "level = 'community'",
    "grid": "level = 'grid' and kind = 'ordinary'",
    "special grid without a boundary": "kind = 'special' and boundary is null",
    "micro-grid": "level = 'micro_grid' and boundary is not null",
    "micro-grid without a boundary": "level = 'micro_grid' and boundary is null",
}


def unit_of(url: str, kind: str) -> tuple[str, str]:
    """Code and name of the first unit of a kind."""
    with reading(url) as connection:
        query = f"select code, name from unit where {KINDS[kind]} order by path limit 1"
        code, name = connection.execute(text(query)).one()
    return code, name


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "street"])
@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_a_page_opens_for_a_unit_of_any_kind(small: str, entry: PageEntry, kind: str) -> None:
    code, _ = unit_of(small, kind)
    page = open_page(entry, unit=code)
    assert not page.exception
    assert page.query_params["unit"] == code


@pytest.mark.parametrize("kind", KINDS)
def test_the_map_page_is_about_the_unit(small: str, kind: str) -> None:
    code, name = unit_of(small, kind)
    page = html_of(open_page("网格地图", unit=code))
    assert f'<div class="panel-title"><h2>{name}</h2><span>' in page
    assert f" · {code}" in page


def test_the_trail_leads_back_up(small: str) -> None:
    street, community = unit_of(small, "street"), unit_of(small, "community")
    page = open_page("网格地图", unit=community[0])
    page.button(key=f"map_crumb_{street[0]}").click().run()
    assert page.query_params["unit"] == street[0]


def test_the_trail_names_every_unit_above(small: str) -> None:
    code, _ = unit_of(small, "micro-grid")
    with reading(small) as connection:
        path = connection.scalar(text("select path from unit where code = :c"), {"c": code})
        ids = [int(i) for i in str(path).strip("/").split("/")]
        names = [
            connection.scalar(text("select name from unit where id = :i"), {"i": i}) for i in ids
        ]
    page = open_page("网格地图", unit=code)
    trail = [b for b in page.button if (b.key or "").startswith("map_crumb_")]
    assert [button.label for button in trail] == names
    assert [button.disabled for button in trail] == [False] * (len(names) - 1) + [True]


def test_the_search_goes_to_the_unit(small: str) -> None:
    code, name = unit_of(small, "grid")
    page = open_page("网格地图")
    (found,) = [option for option in page.selectbox(key="map_search").options if name in option]
    page.selectbox(key="map_search").select(found).run()
    assert page.query_params["unit"] == code
    assert page.selectbox(key="map_search").value is None


def test_the_member_picked_is_dropped_when_another_unit_is_chosen(small: str) -> None:
    page = open_page("党员积分")
    with reading(small) as connection:
        query = "select code from unit where level = 'community' order by path"
        codes = connection.scalars(text(query)).all()
    for code in codes:
        choose(page, "unit", code)
        assert not page.exception


def test_the_entry_page_begins_with_the_grid_that_was_looked_at(small: str) -> None:
    with reading(small) as connection:
        query = "select code from unit where level = 'grid' order by path desc limit 1"
        last = connection.scalar(text(query))
    assert open_page("数据填报", unit=last).query_params["grid"] == last


def test_a_grid_in_the_address_comes_before_the_filter(small: str) -> None:
    with reading(small) as connection:
        query = "select code from unit where level = 'grid' order by path"
        first, *_, last = connection.scalars(text(query)).all()
    page = open_page("数据填报", unit=first, grid=last)
    assert page.query_params["grid"] == last


def test_an_unknown_grid_in_the_address_is_not_passed_over_in_silence(small: str) -> None:
    page = open_page("数据填报", grid="NOWHERE")
    said = [toast.value for toast in page.toast] + [html_of(page)]
    assert any("NOWHERE" in words for words in said)
