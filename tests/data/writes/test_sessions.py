"""Logging in and out, the throttle, and what ends a session."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from data.access import SESSION_IDLE, SESSION_LONGEST, require
from data.check import check
from data.errors import AccessError, RuleError
from data.identity import Actor, visitor
from data.sample.accounts import add_demo_accounts
from data.schema import account
from data.sessions import me, resolve_session
from data.writes.accounts_admin import create_account, disable_account
from data.writes.sessions import (
    Opened,
    Throttled,
    change_password,
    close_other_sessions,
    close_session,
    open_demo_session,
    open_session,
    revoke_session,
)
from tests.data.writes.world import NOW, STAMP, World, refused, revision_of, rolled_back, rows_of

PASSWORD, NEW = "correct horse battery", "staple-and-stapler"
HERE, THERE = visitor("10.0.0.1"), visitor("10.9.9.9")


@pytest.fixture
def known(world: World) -> World:
    """The world with the administrator 王主任, whose password is his own."""
    grants = [("admin", None)]
    given = {"login": "wang", "display_name": "王主任", "password": PASSWORD}
    create_account(world.engines, **given, grants=grants, **STAMP)
    with world.engines.writer.begin() as connection:
        connection.execute(update(account).values(must_change_password=0))
    return world


def log_in(world: World, actor: Actor = HERE, **changes: Any) -> Opened:
    given = {"login": "wang", "password": PASSWORD, "actor": actor, "at": NOW}
    return open_session(world.engines, **given | changes)


def who(world: World, token: str, at: Any = NOW) -> Actor | None:
    return resolve_session(world.engines, token, at=at, address="10.0.0.1")


def actor_of(world: World, opened: Opened) -> Actor:
    actor = who(world, opened.token)
    assert actor is not None
    return actor


def fail(world: World, actor: Actor = HERE, **changes: Any) -> RuleError:
    with pytest.raises(RuleError) as caught:
        log_in(world, actor, **{"password": "no such thing"} | changes)
    return caught.value


def test_open_session_commits(known: World) -> None:
    before = revision_of(known.engines)
    opened = log_in(known, login=" Wang ", user_agent="手机\x00" + "长" * 3000)
    (row,) = rows_of(known.engines, "session")
    assert opened.token not in str(row)
    assert len(row.user_agent) == 200
    assert actor_of(known, opened).name == "王主任"
    entry = rows_of(known.engines, "audit_entry")[-1]
    assert (entry.action, entry.address, entry.after) == (
        "open_session",
        "10.0.0.1",
        '{"ok": true}',
    )
    assert revision_of(known.engines) == before  # no wall has to look again
    assert check(known.engines) == []


def test_open_session_rolls_back(known: World) -> None:
    with rolled_back(known.engines):
        log_in(known)


def test_wrong_names_wrong_passwords_and_disabled_accounts_sound_the_same(known: World) -> None:
    said = {fail(known).message, fail(known, login="nobody").message}
    with known.engines.writer.begin() as connection:
        connection.execute(update(account).values(disabled_at=NOW))
    said.add(fail(known, THERE, password=PASSWORD).message)
    assert len(said) == 1


def test_what_was_typed_as_an_unknown_name_is_stored_nowhere(known: World) -> None:
    fail(known, login="my-secret-passw0rd")
    stored = str([rows_of(known.engines, t) for t in ("audit_entry", "login_attempt")])
    assert "my-secret-passw0rd" not in stored
    assert "没有这个账号" in stored


def test_a_thousand_wrong_passwords_get_slower_and_lock_nobody_else_out(known: World) -> None:
    at, waited, looked_at = NOW, [], 0
    for _ in range(1000):
        error = fail(known, at=at)
        if isinstance(error, Throttled):
            waited.append(error.seconds)
            at += timedelta(seconds=error.seconds)
        else:
            looked_at += 1
    assert waited == sorted(waited)
    assert waited[0] == 1
    assert waited[-1] == 15 * 60
    assert looked_at <= 510
    assert log_in(known, THERE, at=at).account_id == 1
    fail(known, at=at)
    assert isinstance(fail(known, at=at, password=PASSWORD), Throttled)  # the guesser waits
    assert log_in(known, at=at + timedelta(minutes=15)).account_id == 1  # but not for good


def test_the_right_password_too_early_says_nothing(known: World) -> None:
    for _ in range(3):
        fail(known)
    wrong, right = fail(known), fail(known, password=PASSWORD)
    assert wrong.message == right.message
    assert "1 秒后再试" in right.message


def test_one_address_guessing_at_many_accounts_is_slowed_too(known: World) -> None:
    for number in range(20):
        assert not isinstance(fail(known, login=f"nobody{number}"), Throttled)
    assert isinstance(fail(known, login="one-more"), Throttled)
    assert log_in(known, THERE).account_id == 1


def test_whoever_logged_in_here_before_need_not_wait_for_a_neighbour(known: World) -> None:
    log_in(known)
    for number in range(20):
        fail(known, login=f"nobody{number}")
    assert log_in(known).account_id == 1


def test_open_demo_session_commits(known: World) -> None:
    with known.engines.writer.begin() as connection:
        add_demo_accounts(connection, NOW)
    opened = open_demo_session(known.engines, login="demo-worker", actor=HERE, at=NOW)
    with known.engines.read() as connection:
        shown = me(connection, actor_of(known, opened))
    assert shown is not None
    assert (shown.is_demo, [g.role for g in shown.grants]) == (True, ["worker"])
    assert shown.grants[0].unit_id == known.units["grid1"]


def test_open_demo_session_rolls_back(known: World) -> None:
    with known.engines.writer.begin() as connection:
        add_demo_accounts(connection, NOW)
    with rolled_back(known.engines):
        open_demo_session(known.engines, login="demo-admin", actor=HERE, at=NOW)


def test_demo_accounts_open_in_the_sample_only_and_have_no_password(known: World) -> None:
    with known.engines.writer.begin() as connection:
        add_demo_accounts(connection, NOW)
    for password in ("", "!", "demo-admin"):
        fail(known, login="demo-admin", password=password)
    with refused(known.engines, "登录", "体验账号只在示例数据里有"):
        open_demo_session(known.engines, login="wang", actor=HERE, at=NOW)
    with known.engines.writer.begin() as connection:
        connection.exec_driver_sql("DELETE FROM setting WHERE key = 'sample'")
    with refused(known.engines, "登录", "体验账号只在示例数据里有"):
        open_demo_session(known.engines, login="demo-admin", actor=HERE, at=NOW)


def test_close_session_commits(known: World) -> None:
    opened = log_in(known)
    actor = actor_of(known, opened)
    close_session(known.engines, actor=actor, at=NOW)
    assert who(known, opened.token) is None
    with known.engines.read() as connection, pytest.raises(AccessError, match="重新登录"):
        require(connection, actor, "create_account", None, at=NOW)
    close_session(known.engines, actor=actor, at=NOW)  # again: harmless
    assert check(known.engines) == []


def test_close_session_rolls_back(known: World) -> None:
    actor = actor_of(known, log_in(known))
    with rolled_back(known.engines):
        close_session(known.engines, actor=actor, at=NOW)


def test_close_other_sessions_commits(known: World) -> None:
    first, second = log_in(known), log_in(known, THERE)
    actor = actor_of(known, second)
    assert close_other_sessions(known.engines, actor=actor, at=NOW) == 1
    assert who(known, first.token) is None
    assert who(known, second.token) is not None


def test_close_other_sessions_rolls_back(known: World) -> None:
    log_in(known)
    actor = actor_of(known, log_in(known, THERE))
    with rolled_back(known.engines):
        close_other_sessions(known.engines, actor=actor, at=NOW)


def test_revoke_session_commits(known: World) -> None:
    stolen = log_in(known)
    revoke_session(known.engines, session_id=stolen.session_id, **STAMP)
    assert who(known, stolen.token) is None
    with refused(known.engines, "登录", "已经结束"):
        revoke_session(known.engines, session_id=stolen.session_id, **STAMP)


def test_revoke_session_rolls_back(known: World) -> None:
    opened = log_in(known)
    with rolled_back(known.engines):
        revoke_session(known.engines, session_id=opened.session_id, **STAMP)


def test_change_password_commits(known: World) -> None:
    stolen, mine = log_in(known), log_in(known, THERE)
    given = {"old": PASSWORD, "new": NEW, "actor": actor_of(known, mine), "at": NOW}
    opened = change_password(known.engines, **given)
    assert [who(known, o.token) is None for o in (stolen, mine, opened)] == [True, True, False]
    fail(known, password=PASSWORD)
    assert log_in(known, password=NEW).must_change_password is False
    assert NEW not in str(rows_of(known.engines, "audit_entry"))


def test_change_password_rolls_back(known: World) -> None:
    actor = actor_of(known, log_in(known))
    with rolled_back(known.engines):
        change_password(known.engines, old=PASSWORD, new=NEW, actor=actor, at=NOW)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("wrong", NEW, "原密码不对"),
        (PASSWORD, PASSWORD, "与原密码相同"),
        (PASSWORD, "short", "至少 10 个字符"),
        (PASSWORD, "长" * 10_000, "最多 128 个字符"),
        (PASSWORD, "aaaaaaaaaaaa", "太容易被猜到"),
        (PASSWORD, "Password123", "太容易被猜到"),
        (PASSWORD, "wang-20261120", "不能包含账号名"),
        (PASSWORD, "see\u202emirrored-text", "看不见的字符"),
    ],
)
def test_a_bad_new_password_is_refused(known: World, old: str, new: str, word: str) -> None:
    opened = log_in(known)
    with pytest.raises(RuleError, match=word):
        change_password(known.engines, old=old, new=new, actor=actor_of(known, opened), at=NOW)
    assert who(known, opened.token) is not None


def test_a_first_password_has_to_be_changed_before_anything_else(world: World) -> None:
    made = create_account(
        world.engines, login="li", display_name="李", grants=[("admin", None)], **STAMP
    )
    opened = log_in(world, login="li", password=made.password)
    actor = actor_of(world, opened)
    assert opened.must_change_password
    with world.engines.read() as connection, pytest.raises(AccessError, match="修改密码"):
        require(connection, actor, "create_account", None, at=NOW)
    again = change_password(world.engines, old=made.password, new=NEW, actor=actor, at=NOW)
    with world.engines.read() as connection:
        fresh = actor_of(world, again)
        assert require(connection, fresh, "create_account", None, at=NOW) == "admin"


def test_forged_missing_and_ended_tokens_are_nobody(known: World) -> None:
    opened = log_in(known)
    stored = rows_of(known.engines, "session")[0].token_hash
    for token in ("", stored, opened.token[:-1], f"{opened.token} ", "' OR 1=1 --"):
        assert who(known, token) is None
    assert who(known, opened.token, NOW + timedelta(seconds=SESSION_IDLE - 1)) is not None


def test_a_session_ends_when_idle_and_for_good_after_a_week(known: World) -> None:
    opened = log_in(known)
    assert who(known, opened.token, NOW + timedelta(seconds=SESSION_IDLE)) is None
    at, end = NOW, NOW + timedelta(seconds=SESSION_LONGEST)
    while at < end:  # busy all the time
        assert who(known, opened.token, at) is not None
        at += timedelta(seconds=SESSION_IDLE - 60)
    assert who(known, opened.token, end) is None


def test_last_seen_is_touched_at_most_once_a_minute(known: World) -> None:
    opened = log_in(known)
    who(known, opened.token, NOW + timedelta(seconds=59))
    assert rows_of(known.engines, "session")[0].last_seen_at == NOW
    who(known, opened.token, NOW + timedelta(seconds=61))
    assert rows_of(known.engines, "session")[0].last_seen_at == NOW + timedelta(seconds=61)


def test_a_disabled_account_is_out_at_once(known: World) -> None:
    create_account(known.engines, login="li", display_name="李", grants=[("admin", None)], **STAMP)
    opened = log_in(known)
    disable_account(known.engines, account_id=opened.account_id, **STAMP)
    assert who(known, opened.token) is None
