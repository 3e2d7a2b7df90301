"""No visitor is sent a full name, and whoever stands below a line is not named at all."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from components.navigation import PAGES, PageEntry
from data.method import Method
from data.method.loading import load_preset
from data.scoring import grade_points
from tests.pages.driver import everything_said, html_of, open_figure, open_page, reading

WITHOUT_PEOPLE = ("appeal", "step", "visit", "indicator")
WITH_PEOPLE = ("points", "service", "checkup", "signin")


def names(url: str) -> set[str]:
    """Every person's full name."""
    with reading(url) as connection:
        return set(connection.scalars(text("select distinct name from person")))


def named(page: AppTest, people: set[str]) -> set[str]:
    """Whose full names a page holds, in any text it sends."""
    said = everything_said(page)
    return {name for name in people if name in said}


def failing(url: str, method: Method) -> set[str]:
    """Codes of the members whose approved points of this year earn the failing grade."""
    year = date.today().year  # noqa: DTZ011
    query = """
        select m.id, m.code, coalesce(sum(p.points), 0) from member m left join points_entry p
        on p.member_id = m.id and p.status = 'approved' and p.happened_on >= :first
        where m.left_on is null group by m.id, m.code
    """
    with reading(url) as connection:
        rows = list(connection.execute(text(query), {"first": f"{year}-01-01"}))
    assert method.points
    grades = grade_points(method.points, {who: float(points) for who, _, points in rows})
    return {code for who, code, _ in rows if grades[who] == method.points.failing_grade}


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_no_page_holds_a_full_name(street: str, entry: PageEntry) -> None:
    assert named(open_page(entry, who=""), names(street)) == set()


def test_the_search_above_would_find_a_name(street: str) -> None:
    people = names(street)
    assert len(people) > 100
    page = open_page("总览")
    assert named(page, people | {"杜家坪街道"}) == {"杜家坪街道"}


def grids_of(url: str) -> list[str]:
    with reading(url) as connection:
        return list(connection.scalars(text("select code from unit where level = 'grid'")))


@pytest.mark.parametrize("form", WITHOUT_PEOPLE)
def test_a_form_without_people_names_nobody(small: str, form: str) -> None:
    people = names(small) - recorders(small)
    for grid in grids_of(small):
        assert named(open_page("数据填报", form=form, grid=grid), people) == set()


def recorders(url: str) -> set[str]:
    """Who is known as an official: handlers that a form offers again."""
    with reading(url) as connection:
        return set(connection.scalars(text("select distinct handler from appeal_event")))


@pytest.mark.parametrize("form", WITH_PEOPLE)
def test_a_form_with_people_names_those_of_its_grid_only(small: str, form: str) -> None:
    query = """
        select p.name from person p join {} m on m.person_id = p.id join unit u on u.id = m.unit_id
        join unit g on g.code = :grid and u.path like g.path || '%'
    """
    for grid in grids_of(small):
        with reading(small) as connection:
            own = {
                name
                for table in ("member", "volunteer")
                for name in connection.scalars(text(query.format(table)), {"grid": grid})
            }
        shown = named(open_page("数据填报", form=form, grid=grid), names(small))
        assert shown <= own


def details(page: AppTest) -> list[str]:
    """Keys of the buttons that open a figure's rows."""
    return [button.key for button in page.button if button.label == "口径" and button.key]


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_the_rows_behind_a_figure_hold_no_full_name(small: str, entry: PageEntry) -> None:
    people = names(small)
    for key in details(open_page(entry)):
        page = open_page(entry)
        page.button(key=key).click().run()
        assert not page.exception, key
        assert '<dl class="definition">' in html_of(page), key
        assert named(page, people) == set(), key


def test_members_are_shown_by_surname_and_asterisk(street: str) -> None:
    (table,) = (part for part in html_of(open_page("党员积分")).split("<table>") if "编号" in part)
    shown = re.findall(r"<td[^>]*>([^<]{1,3}\*)</td>", table)
    assert len(shown) >= 50


def test_some_members_stand_below_the_line(street: str) -> None:
    assert failing(street, load_preset("demo_street"))


@pytest.mark.parametrize("period", ["year", "month"])
def test_the_members_page_never_names_who_stands_below_the_line(street: str, period: str) -> None:
    said = everything_said(open_page("党员积分", period=period))
    assert {code for code in failing(street, load_preset("demo_street")) if code in said} == set()


def test_they_are_counted(street: str) -> None:
    below = len(failing(street, load_preset("demo_street")))
    assert f"另有 {below} 人等次为" in html_of(open_page("党员积分"))


@pytest.mark.parametrize("figure", ["overview_members", "panel_overview_grades"])
def test_rows_of_members_name_nobody(small: str, figure: str) -> None:
    """A list of all, held against the lists that leave them out, would name who is below."""
    with reading(small) as connection:
        codes = connection.scalars(text("select code from member")).all()
    page = open_figure(open_page("总览"), figure)
    assert "共 " in html_of(page)
    assert [code for code in codes if code in everything_said(page)] == []


def test_volunteers_who_opted_out_are_not_ranked(small: str) -> None:
    with reading(small) as connection:
        query = "select code from volunteer where in_public_ranking = 0"
        hidden = set(connection.scalars(text(query)))
    assert hidden
    for key in ("volunteers_hours", "volunteers_volunteers"):
        page = open_figure(open_page("志愿排行"), key)
        assert {code for code in hidden if code in everything_said(page)} == set()
