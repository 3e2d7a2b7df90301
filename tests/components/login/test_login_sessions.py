"""What ends a session, who is nobody, and what many wrong passwords do."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from components import web_requests
from data import boot, setup_code
from data.access import SESSION_IDLE
from data.engines import Engines
from data.identity import VISITOR, visitor
from data.writes.accounts_admin import create_first_account
from data.writes.displays import set_public_display
from data.writes.sessions import open_session, revoke_session
from tests.components.login.site import SYSTEM, WORD, ask, lives, log_in, now


def test_a_demo_account_is_entered_with_one_tap_in_the_sample(street: Engines) -> None:
    page = ask("/login").body
    logins = re.findall(r'name="login" value="(demo-\w+)"', page)
    assert logins == ["demo-admin", "demo-leader", "demo-secretary", "demo-worker"]
    assert lives(street, ask("/login/demo", {"login": logins[0]}).token)


@pytest.mark.parametrize("form", [None, {"login": "li.na", "password": WORD}])
def test_while_the_database_is_opened_the_page_asks_again(
    street: Engines, monkeypatch: pytest.MonkeyPatch, form: dict[str, str] | None
) -> None:
    monkeypatch.setattr(boot, "status", lambda: boot.Status("building"))
    answer = ask("/login?next=%2Fmap", form)
    assert (answer.status, answer.cookie) == (503, "")
    assert answer.headers["refresh"].startswith("1; url=/login?next=")
    assert "正在打开" in answer.body


@pytest.mark.parametrize("login", ["li.na", "nobody", ""])
def test_no_other_account_is_entered_that_way(street: Engines, login: str) -> None:
    answer = ask("/login/demo", {"login": login})
    assert (answer.status, answer.cookie) == (403, "")


def test_elsewhere_there_are_no_demo_accounts(empty: Engines) -> None:
    first_account(empty)
    assert "demo" not in ask("/login").body
    assert ask("/login/demo", {"login": "demo-admin"}).status == 403


def first_account(engines: Engines) -> None:
    facts = {"login": "first", "display_name": "周主任", "password": WORD}
    create_first_account(engines, code=setup_code.issue(), **facts, actor=VISITOR, at=now())


def test_logging_out_ends_the_session_at_once(street: Engines) -> None:
    token = log_in().token
    answer = ask("/logout", {}, token=token)
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert "Max-Age=0" in answer.cookie
    assert not lives(street, token)


def test_where_displays_are_not_public_one_is_led_to_the_login(street: Engines) -> None:
    set_public_display(street, public=False, actor=SYSTEM, at=now())
    try:
        assert ask("/logout", {}, token=log_in().token).headers["location"] == "/login"
    finally:
        set_public_display(street, public=True, actor=SYSTEM, at=now())


def test_following_a_link_logs_nobody_out(street: Engines) -> None:
    token = log_in().token
    assert ask("/logout", token=token).headers["location"] == "/"
    assert lives(street, token)


def test_logging_in_again_ends_the_session_this_browser_had(street: Engines) -> None:
    old = log_in().token
    new = log_in(token=old).token
    assert (lives(street, old), lives(street, new)) == (False, True)


def test_a_fixed_cookie_is_not_taken_over(street: Engines) -> None:
    assert log_in(token="chosen-by-somebody-else").token != "chosen-by-somebody-else"


@pytest.mark.parametrize("token", ["", "forged", "x" * 5000, "'; --", "a b"])
def test_a_forged_cookie_is_nobody(street: Engines, token: str) -> None:
    assert ask("/password", token=token).headers["location"] == "/login"
    assert ask("/login", token=token).status == 200


def test_an_expired_and_a_revoked_cookie_are_nobody(street: Engines) -> None:
    token = log_in().token
    assert not lives(street, token, now() + timedelta(seconds=SESSION_IDLE + 60))
    with street.read() as connection:
        last = connection.scalar(text("select max(id) from session"))
    revoke_session(street, session_id=int(last or 0), actor=SYSTEM, at=now())
    assert ask("/password", token=token).headers["location"] == "/login"


NEW = "seven-green-boats-drift"


def test_changing_the_password_ends_every_other_login(street: Engines) -> None:
    stolen, token = log_in().token, log_in(address="10.1.1.2").token
    form = {"old": WORD, "new": NEW, "again": NEW, "next": "/map"}
    answer = ask("/password", form, token=token)
    assert (answer.status, answer.headers["location"]) == (303, "/map")
    assert [lives(street, t) for t in (stolen, token, answer.token)] == [False, False, True]
    back = {"old": NEW, "new": WORD, "again": WORD}
    assert ask("/password", back, token=answer.token).status == 303


WRONG = {
    "two spellings": ({"old": WORD, "new": NEW, "again": NEW + "x"}, "不一样"),
    "a wrong old one": ({"old": "not-this-word", "new": NEW, "again": NEW}, "原密码不对"),
    "too short": ({"old": WORD, "new": "short", "again": "short"}, "至少 10 个字符"),
    "the same": ({"old": WORD, "new": WORD, "again": WORD}, "相同"),
    "nothing": ({}, "原密码不对"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_refused_change_says_why_and_changes_nothing(street: Engines, case: str) -> None:
    form, reason = WRONG[case]
    token = log_in().token
    answer = ask("/password", form, token=token)
    assert (answer.status, answer.cookie) == (422, "")
    assert reason in answer.body
    assert lives(street, token)


def test_a_first_password_has_to_be_changed(street: Engines) -> None:
    with street.write() as connection:
        connection.execute(text("update account set must_change_password=1 where login='li.na'"))
    answer = log_in()
    assert answer.headers["location"] == "/password"
    assert "第一次登录" in ask("/password", token=answer.token).body
    assert ask("/login", token=answer.token).headers["location"] == "/password"


def test_the_first_administrator_needs_the_code(empty: Engines) -> None:
    assert ask("/login").headers["location"] == "/start"
    code = setup_code.issue()
    form = {"login": "zhou", "name": "周主任", "new": WORD, "again": WORD}
    refused = ask("/start", form | {"code": "AAAA-BBBB-CCCC"})
    assert (refused.status, refused.cookie) == (422, "")
    assert 'value="周主任"' in refused.body
    assert WORD not in refused.body
    answer = ask("/start", form | {"code": code.lower()})
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert lives(empty, answer.token)
    assert ask("/start").headers["location"] == "/login"
    assert ask("/start", form | {"code": code, "login": "again"}).status == 422


def test_pages_of_the_login_are_kept_by_nobody_and_framed_by_nobody(street: Engines) -> None:
    for path in ("/login", "/password", "/start"):
        answer = ask(path, token=log_in().token if path == "/password" else "")
        assert answer.headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_the_page_needs_no_script_and_no_english(street: Engines) -> None:
    page = ask("/login").body
    assert "<script" not in page
    words = re.sub(r"<[^>]*>", " ", page)
    assert re.findall(r"[A-Za-z]{2,}", words) == []


def test_many_wrong_passwords_slow_down_and_a_right_one_elsewhere_gets_in(street: Engines) -> None:
    """1,000 in a row from one address: nearly all are turned away unread."""
    answers = [
        ask("/login", {"login": "li.na", "password": f"wrong-{n}"}, address="10.66.0.1")
        for n in range(1000)
    ]
    assert {answer.status for answer in answers} == {401, 429}
    assert sum(answer.status == 401 for answer in answers) < 30
    slow = answers[-1]
    assert int(slow.headers["retry-after"]) >= 1
    assert f"请 {slow.headers['retry-after']} 秒后再试" in slow.body
    assert log_in(address="10.77.0.1").status == 303
    assert log_in(address="10.66.0.1").status == 429


def test_the_server_says_so_when_too_many_wait(
    street: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_requests, "_waiting", [web_requests.MOST_WAITING])
    assert log_in().status == 503


def test_other_requests_are_answered_while_a_password_is_weighed(
    street: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event loop keeps turning: the work is done in threads of its own."""
    turns = []

    def slow(asked: Any, engines: Any) -> Any:
        import time

        time.sleep(0.3)
        return web_requests.go("/")

    async def both() -> None:
        asked = web_requests.Asked({}, "/", "", "", "", False, now())

        async def count() -> None:
            while True:
                turns.append(1)
                await asyncio.sleep(0.01)

        counting = asyncio.create_task(count())
        await web_requests.run(slow, asked)
        counting.cancel()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, both()).result()
    assert len(turns) > 10


def test_the_session_remembers_where_it_came_from(street: Engines) -> None:
    log_in(user_agent="Mozilla/5.0 Chrome/1", address="10.5.5.5")
    with street.read() as connection:
        asked = "select address, user_agent from session order by id desc limit 1"
        assert tuple(connection.execute(text(asked)).one()) == ("10.5.5.5", "Mozilla/5.0 Chrome/1")


def test_a_session_opened_elsewhere_is_the_same_person(street: Engines) -> None:
    who = visitor("10.8.8.8")
    opened = open_session(street, login="li.na", password=WORD, actor=who, at=now())
    assert ask("/login", token=opened.token).status == 303
