"""Sessions that an identity provider vouched for: whose they are and what refuses them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from data.access import require
from data.check import check
from data.errors import RuleError
from data.identity import Actor, visitor
from data.schema import account
from data.sessions import me, resolve_session
from data.writes.accounts_admin import create_account
from data.writes.sessions import Opened, Throttled, open_oidc_session
from tests.data.writes.world import NOW, STAMP, World, revision_of, rolled_back, rows_of

HERE = visitor("10.0.0.1")


@pytest.fixture
def known(world: World) -> World:
    """The world with the administrator 王主任, who has never changed his first password."""
    given: dict[str, Any] = {"login": "wang", "display_name": "王主任"}
    create_account(world.engines, **given, grants=[("admin", None)], **STAMP)
    return world


def vouched(world: World, login: str = "wang", **changes: Any) -> Opened:
    given: dict[str, Any] = {"login": login, "actor": HERE, "at": NOW}
    return open_oidc_session(world.engines, **given | changes)


def actor_of(world: World, opened: Opened) -> Actor:
    found = resolve_session(world.engines, opened.token, at=NOW, address="10.0.0.1")
    assert found is not None
    return found


def refusal(world: World, login: str, **changes: Any) -> RuleError:
    with pytest.raises(RuleError) as caught:
        vouched(world, login, **changes)
    return caught.value


def test_open_oidc_session_commits(known: World) -> None:
    before = revision_of(known.engines)
    opened = vouched(known, "Wang", user_agent="手机")
    (row,) = rows_of(known.engines, "session")
    assert (row.way, row.address, row.user_agent) == ("oidc", "10.0.0.1", "手机")
    entry = rows_of(known.engines, "audit_entry")[-1]
    assert (entry.action, entry.after) == ("open_session", '{"ok": true, "way": "oidc"}')
    assert actor_of(known, opened).name == "王主任"
    assert revision_of(known.engines) == before
    assert check(known.engines) == []


def test_open_oidc_session_rolls_back(known: World) -> None:
    with rolled_back(known.engines):
        vouched(known)


def test_a_first_password_does_not_stand_in_its_way(known: World) -> None:
    opened = vouched(known)
    actor = actor_of(known, opened)
    assert opened.must_change_password is False
    with known.engines.read() as connection:
        assert require(connection, actor, "create_account", None, at=NOW) == "admin"
        shown = me(connection, actor)
    assert shown is not None
    assert shown.must_change_password is False


def test_who_is_not_known_gets_nothing_and_is_named_in_the_log(known: World) -> None:
    said = refusal(known, "li.si").message
    assert "“li.si”" in said
    assert "请联系管理员开通" in said
    assert rows_of(known.engines, "session") == []
    assert len(rows_of(known.engines, "account")) == 1
    assert rows_of(known.engines, "audit_entry")[-1].subject == "li.si"


def test_a_disabled_account_is_refused_by_name(known: World) -> None:
    with known.engines.writer.begin() as connection:
        connection.execute(update(account).values(disabled_at=NOW))
    said = refusal(known, "wang").message
    assert "“wang”" in said
    assert "请联系管理员" in said


@pytest.mark.parametrize("login", ["ｗａｎｇ", "wang ", "\twang", "wang\n", "wang\x00"])
def test_letters_that_only_look_like_an_account_are_nobodys(known: World, login: str) -> None:
    assert "没有这个账号" in refusal(known, login).message


def test_failures_wait_for_their_own_name_and_are_forgiven(known: World) -> None:
    said = [refusal(known, "li.si") for _ in range(4)]
    assert isinstance(said[-1], Throttled)
    assert "密码" not in said[-1].message
    assert vouched(known).account_id == 1
    assert not isinstance(refusal(known, "li.si", at=NOW + timedelta(seconds=1)), Throttled)
