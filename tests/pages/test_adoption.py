"""系统管理: putting another method in force."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from data.method.loading import load_preset
from tests.pages import people
from tests.pages.driver import (
    fill,
    growth,
    html_of,
    in_days,
    open_page,
    press,
    press_twice,
    reading,
    row_counts,
    said,
    typed,
)

ADOPT = "从这天起执行"
GROWN = {"method": 1, "revision": 1, "audit_entry": 1}


def adoption(method: str, **values: Any) -> AppTest:
    page = open_page("系统管理")
    return fill(page, **{"工作法": method} | values)


OTHER = load_preset("duerping_points")


def methods(url: str) -> list[tuple[int, str]]:
    with reading(url) as connection:
        query = "select id, key from method order by id"
        return [tuple(row) for row in connection.execute(text(query))]


def test_adopting_stores_a_method_and_nothing_else(own_small: str) -> None:
    page = adoption(OTHER.name)
    before = row_counts(own_small)
    press(page, ADOPT)
    assert not page.exception
    assert growth(before, row_counts(own_small)) == GROWN
    assert ["执行“杜儿坪街道党员积分制”" in message for message in said(page)] == [True]
    assert f"<b>{OTHER.name} · 自 " in html_of(page)


def test_entries_keep_the_method_they_were_made_under(own_small: str) -> None:
    press(adoption(OTHER.name), ADOPT)
    (first, _), (_, key) = methods(own_small)
    with reading(own_small) as connection:
        used = set(connection.scalars(text("select distinct method_id from points_entry")))
    assert (used, key) == ({first}, OTHER.key)


def test_it_is_signed_by_who_is_logged_in(own_small: str) -> None:
    press(adoption(OTHER.name), ADOPT)
    asked = "select name, role, action, address from audit_entry order by id desc limit 1"
    with reading(own_small) as connection:
        told = tuple(connection.execute(text(asked)).one())
    assert told == ("体验管理员", "admin", "adopt_method", people.ADDRESS)


def test_a_method_for_a_later_day_leaves_today_as_it_is(own_small: str) -> None:
    press(adoption(OTHER.name, 从哪天起执行=in_days(30)), ADOPT)
    assert len(methods(own_small)) == 2
    assert f"<b>{load_preset('demo_street').name} · 自 " in html_of(open_page("系统管理"))


def test_methods_are_listed_the_latest_first(own_small: str) -> None:
    press(adoption(OTHER.name), ADOPT)
    (table,) = (p for p in html_of(open_page("系统管理")).split("<table>") if "开始执行" in p)
    names = re.findall(r"<tr><td[^>]*>(.*?)</td>", table)
    assert names == [OTHER.name, load_preset("demo_street").name]


@pytest.mark.parametrize(
    "entry", ["总览", "网格地图", "党员积分", "诉求漏斗", "志愿排行", "数据填报"]
)
def test_every_page_opens_under_the_new_method(own_small: str, entry: str) -> None:
    press(adoption(OTHER.name), ADOPT)
    assert not open_page(entry).exception


UNFIT: dict[str, tuple[str, dict[str, Any], str]] = {
    "other levels": ("全南县“1234”社区工作模式", {}, "单位层级"),
    "before the method in force": (
        OTHER.name,
        {"从哪天起执行": in_days(-2000)},
        "启用日期不能早于",
    ),
}


@pytest.mark.parametrize("case", UNFIT)
def test_a_refused_adoption_writes_nothing_and_loses_nothing(own_small: str, case: str) -> None:
    method, values, reason = UNFIT[case]
    page = adoption(method, **values)
    before, written = row_counts(own_small), typed(page)
    press(page, ADOPT)
    assert [reason in message for message in said(page)] == [True]
    assert row_counts(own_small) == before
    assert typed(page) == written


def test_a_double_click_adopts_once(own_small: str) -> None:
    page = adoption(OTHER.name)
    before = row_counts(own_small)
    press_twice(page, ADOPT)
    assert growth(before, row_counts(own_small)) == GROWN
