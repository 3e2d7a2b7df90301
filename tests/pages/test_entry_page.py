"""数据填报: whose grids and which forms are offered, and what an address opens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from data.entry_forms import FORMS
from tests.pages.conftest import configure
from tests.pages.driver import (
    everything_said,
    fields,
    html_of,
    notice,
    open_page,
    options,
    reading,
    typed,
)
from tests.pages.people import ADMIN, LEADER, SECRETARY, WORKER


def codes(url: str, condition: str) -> list[str]:
    with reading(url) as connection:
        query = f"select code from unit where level = 'grid' and {condition} order by path"
        return list(connection.scalars(text(query)))


OWN = """id = (select g.unit_id from account_grant g join account a on a.id = g.account_id
      where a.login = 'demo-worker')"""


def test_a_worker_of_one_grid_never_picks_one(small: str) -> None:
    page = open_page("数据填报", who=WORKER)
    assert "填报网格" not in fields(page)
    assert [page.query_params["grid"]] == codes(small, OWN)
    assert "网格</p>" in html_of(page)


def test_a_secretary_picks_among_the_communitys_grids(small: str) -> None:
    with reading(small) as connection:
        query = """
            select count(*) from unit u join account_grant g join account a on a.id = g.account_id
            join unit own on own.id = g.unit_id
            where a.login = 'demo-secretary' and u.level = 'grid' and u.path like own.path || '%'
        """
        grids = connection.scalar(text(query))
    assert len(options(open_page("数据填报", who=SECRETARY), "填报网格")) == grids


def test_an_administrator_is_offered_every_grid(small: str) -> None:
    page = open_page("数据填报", who=ADMIN)
    assert len(fields(page)["填报网格"].options) == len(codes(small, "1 = 1"))


@pytest.mark.parametrize("form", FORMS)
def test_an_address_opens_straight_on_the_form(small: str, form: str) -> None:
    grid = codes(small, "1 = 1")[-1]
    page = open_page("数据填报", who=ADMIN, grid=grid, form=form)
    assert not page.exception
    assert typed(page)["填什么"] == FORMS[form]
    assert page.query_params["grid"] == grid


def test_anothers_grid_is_refused_by_name(small: str) -> None:
    """An entry for another grid than the one that was scanned would be worse than none."""
    other = codes(small, f"not {OWN}")[-1]
    page = open_page("数据填报", who=WORKER, grid=other, form="visit")
    title, advice = notice(page)
    assert title.startswith("不能为“")
    assert "请核对二维码" in advice
    assert "走访情况" not in fields(page)
    (button,) = (b for b in page.button if b.label == "填报我的网格")
    button.click().run()
    assert "走访情况" in fields(page)


def test_a_grid_that_there_is_not_is_refused(small: str) -> None:
    page = open_page("数据填报", who=WORKER, grid="NO-SUCH")
    assert notice(page)[0] == "没有编码为“NO-SUCH”的网格"


def test_a_leader_enters_nothing(small: str) -> None:
    page = open_page("数据填报", who=LEADER)
    assert "填什么" not in fields(page)


def test_nobody_enters_anything_without_login(small: str) -> None:
    page = open_page("数据填报", who="")
    assert "填什么" not in fields(page)
    assert "诉求标题" not in everything_said(page)


OFFERED = {
    "demo_street": list(FORMS.values()),
    "duerping_points": [name for key, name in FORMS.items() if key != "checkup"],
    "quannan_1234": [name for key, name in FORMS.items() if key != "points"],
}


@pytest.mark.parametrize("method", OFFERED)
def test_a_form_shows_only_if_the_method_has_it(
    small_street: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    configure(monkeypatch, small_street(method))
    page = open_page("数据填报", who=WORKER)
    assert not page.exception
    assert options(page, "填什么") == OFFERED[method]


@pytest.mark.parametrize("form", ["points", "service", "checkup", "signin"])
def test_full_names_are_offered_for_the_own_grid_only(small: str, form: str) -> None:
    with reading(small) as connection:
        query = "select distinct p.name, m.code from person p join {0} m on m.person_id = p.id "
        query += "join unit u on u.id = m.unit_id where not u.path like (select path || '%' "
        query += f"from unit where {OWN})"
        strangers = {
            row.code
            for table in ("member", "volunteer")
            for row in connection.execute(text(query.format(table)))
        }
    said = everything_said(open_page("数据填报", who=WORKER, form=form))
    assert not {code for code in strangers if f"（{code}）" in said}
