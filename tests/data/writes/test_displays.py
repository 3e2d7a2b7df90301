"""Keys of displays, and whether displays need one."""

from __future__ import annotations

import pytest

from data.access import displays_are_public, require
from data.errors import AccessError
from data.identity import VISITOR
from data.sessions import display_path, resolve_display_key
from data.writes.displays import (
    NewDisplayKey,
    create_display_key,
    revoke_display_key,
    set_public_display,
)
from tests.data.writes.world import NOW, STAMP, World, dump, refused, rolled_back, rows_of


def key_of(world: World) -> NewDisplayKey:
    given = {"name": "一楼大厅", "unit_id": world.units["community"]}
    return create_display_key(world.engines, **given, **STAMP)


def test_create_display_key_commits(world: World) -> None:
    made = key_of(world)
    assert made.key not in str(dump(world.engines))
    assert made.key not in repr(made)
    display = resolve_display_key(world.engines, made.key, at=NOW, address="10.0.0.1")
    assert display is not None
    with world.engines.read() as connection:
        path = display_path(connection, display)
        assert path is not None
        assert require(connection, display, "view_board", path, at=NOW) == "display"
        with pytest.raises(AccessError):
            require(connection, display, "fetch_member_file", path, at=NOW)
        with pytest.raises(AccessError):
            require(connection, display, "record_appeal", path, at=NOW)


def test_create_display_key_rolls_back(world: World) -> None:
    with rolled_back(world.engines):
        key_of(world)


def test_revoke_display_key_commits(world: World) -> None:
    made = key_of(world)
    display = resolve_display_key(world.engines, made.key, at=NOW, address="")
    assert display is not None
    revoke_display_key(world.engines, key_id=made.id, **STAMP)
    assert resolve_display_key(world.engines, made.key, at=NOW, address="") is None
    with world.engines.read() as connection:
        assert display_path(connection, display) is None
        with pytest.raises(AccessError):
            require(connection, display, "view_board", "/1/", at=NOW)
    with refused(world.engines, "大屏密钥", "已经停用"):
        revoke_display_key(world.engines, key_id=made.id, **STAMP)


def test_revoke_display_key_rolls_back(world: World) -> None:
    made = key_of(world)
    with rolled_back(world.engines):
        revoke_display_key(world.engines, key_id=made.id, **STAMP)


def test_set_public_display_commits(world: World) -> None:
    for public in (True, True, False):
        set_public_display(world.engines, public=public, **STAMP)
        with world.engines.read() as connection:
            assert displays_are_public(connection) is public
    assert rows_of(world.engines, "audit_entry")[-1].after == '{"public": false}'


def test_set_public_display_rolls_back(world: World) -> None:
    with rolled_back(world.engines):
        set_public_display(world.engines, public=True, **STAMP)


def test_a_visitor_sees_boards_only_where_displays_are_public(world: World) -> None:
    with world.engines.read() as connection, pytest.raises(AccessError, match="先登录"):
        require(connection, VISITOR, "view_board", "/1/", at=NOW)
    set_public_display(world.engines, public=True, **STAMP)
    with world.engines.read() as connection:
        assert require(connection, VISITOR, "view_board", "/1/", at=NOW) == "display"
        with pytest.raises(AccessError, match="先登录"):
            require(connection, VISITOR, "fetch_member_file", "/1/", at=NOW)
