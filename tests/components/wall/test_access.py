"""Who may see a wall, asked of every route it has."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from components.wall import texts as t
from data.engines import Engines
from data.schema import display_key, unit
from tests.components.wall.conftest import Ask

ROUTES = {"/wall": {}, "/wall/board": {"scene": "overview"}, "/wall/detail": {"open": "members"}}


@pytest.mark.parametrize("path", ROUTES)
def test_nobody_sees_anything_without_a_key_or_a_login(ask: Ask, path: str) -> None:
    assert ask(path, **ROUTES[path]).status == 403
    assert ask(path, key="forged", **ROUTES[path]).status == 403
    assert ask(path, cookie="forged", **ROUTES[path]).status == 403


@pytest.mark.parametrize("path", ROUTES)
def test_a_key_opens_until_it_is_revoked(ask: Ask, ground, key_of, engines, path: str) -> None:
    key = key_of(ground["street"])
    assert ask(path, key=key, **ROUTES[path]).status == 200
    with engines.write() as connection:
        connection.execute(update(display_key).values(revoked_at=display_key.c.created_at))
    assert ask(path, key=key, **ROUTES[path]).status == 403


@pytest.mark.parametrize("path", ROUTES)
def test_public_displays_open_to_everybody_but_not_for_a_dead_key(ask: Ask, public, path) -> None:
    assert ask(path, **ROUTES[path]).status == 200
    assert ask(path, key="revoked", **ROUTES[path]).status == 403


@pytest.mark.parametrize("path", ROUTES)
def test_a_key_shows_its_own_unit_and_no_other(
    ask: Ask, ground, key_of, engines: Engines, path: str
) -> None:
    key = key_of(ground["grid1"])
    with engines.read() as connection:
        found = connection.execute(select(unit.c.id, unit.c.code))
        codes = {row.id: row.code for row in found}
    assert ask(path, key=key, unit=codes[ground["grid1"]], **ROUTES[path]).status == 200
    for other in ("street", "community", "grid2"):
        found = ask(path, key=key, unit=codes[ground[other]], **ROUTES[path])
        assert found.status == 400
        assert "不是可以查看的单位" in found.text


def test_the_gate_says_what_to_do_in_chinese(ask: Ask) -> None:
    page = ask("/wall").text
    assert 'lang="zh-CN"' in page
    assert t.GATE_TITLE in page
    assert "/login" in page


def test_a_wrong_option_is_answered_in_words(ask: Ask, public) -> None:
    assert "“nope”不是大屏的场景" in ask("/wall", scenes="nope").text
    assert "“nope”不是大屏的场景" in ask("/wall/board", scenes="nope").json["error"]
    assert "&lt;b&gt;" in ask("/wall", theme="<b>").text


def test_a_key_never_comes_back_in_the_page(ask: Ask, ground, key_of) -> None:
    key = key_of(ground["street"])
    assert key not in ask("/wall", key=key).text
