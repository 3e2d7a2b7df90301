"""Logging in by an identity provider: who is let in, where to, and what ends it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from sqlalchemy import text

from components.identity import COOKIE
from components.web_requests import FLOW
from data.engines import Engines
from data.writes.sessions import revoke_session
from tests.components.login.provider import FakeProvider, providing
from tests.components.login.site import SYSTEM, Answer, ask, lives, log_in, now, serve

LABEL = "用统一身份认证登录"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def fake(street: Engines, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProvider]:
    """A provider that the app over the street trusts."""
    with providing() as found:
        for name, value in found.settings().items():
            monkeypatch.setenv(name, value)
        yield found


def leave(next_page: str = "/", **more: str) -> tuple[str, str]:
    """Where the browser is sent, and the cookie it takes along."""
    answer = ask(f"/login/oidc?next={quote(next_page)}", **more)
    assert answer.status == 303, answer.body
    return answer.headers["location"], flow_of(answer)


def flow_of(answer: Answer) -> str:
    set_ = [v for k, v in answer.raw if k == "set-cookie" and v.startswith(FLOW)]
    return set_[0].partition(";")[0] if set_ else ""


def agree(address: str) -> str:
    """What the provider sends the browser back to, as a path of ours."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc, timeout=5)
    connection.request("GET", f"{parts.path}?{parts.query}")
    location = connection.getresponse().headers["location"]
    connection.close()
    return urlsplit(location)._replace(scheme="", netloc="").geturl()


def walk(next_page: str = "/", **more: str) -> Answer:
    """All the way: off, through the provider, and back."""
    address, flow = leave(next_page)
    return ask(agree(address), cookie=flow, **more)


def told(engines: Engines) -> tuple[str, dict[str, object]]:
    """Name and outcome in the latest entry of the log about a login."""
    asked = "select subject, after from audit_entry where action = 'open_session'"
    with engines.read() as connection:
        row = connection.execute(text(f"{asked} order by id desc limit 1")).one()
    return row.subject, json.loads(row.after)


def test_whom_the_provider_vouches_for_gets_a_session_of_ours(
    street: Engines, fake: FakeProvider
) -> None:
    answer = walk("/members?unit=A&period=month")
    assert (answer.status, answer.headers["location"]) == (303, "/members?unit=A&period=month")
    assert lives(street, answer.token)
    words = {w.strip().lower() for w in answer.cookie.split(";")[1:]}
    assert {"httponly", "path=/", "samesite=lax"} <= words
    assert told(street) == ("li.na", {"ok": True, "way": "oidc"})
    with street.read() as connection:
        assert connection.scalar(text("select way from session order by id desc")) == "oidc"


def test_the_browser_is_sent_off_with_proof_key_state_and_nonce(fake: FakeProvider) -> None:
    address, flow = leave()
    sent = {name: found[0] for name, found in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{fake.address}/authorize?")
    assert (sent["response_type"], sent["code_challenge_method"]) == ("code", "S256")
    assert sent["redirect_uri"] == "http://grid.example/login/oidc/back"
    for name in ("state", "nonce", "code_challenge"):
        assert len(sent[name]) >= 43
        assert sent[name] not in flow


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
def test_the_cookie_of_the_way_is_short_lived_and_for_its_return_alone(
    fake: FakeProvider, scheme: str, secure: bool
) -> None:
    answer = ask("/login/oidc", scheme=scheme)
    (held,) = [v for k, v in answer.raw if k == "set-cookie"]
    words = {w.strip().lower() for w in held.split(";")[1:]}
    assert {"httponly", "path=/login/oidc", "samesite=lax", "max-age=600"} <= words
    assert ("secure" in words) is secure
    back = ask(agree(answer.headers["location"]), cookie=flow_of(answer), scheme=scheme)
    assert [v for k, v in back.raw if k == "set-cookie" and f"{FLOW}=" in v and "Max-Age=0" in v]


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "/login", "/\\evil"])
def test_no_address_but_our_pages_is_gone_to(fake: FakeProvider, place: str) -> None:
    answer = walk(place)
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert answer.token


def test_logging_out_ends_it_at_once(street: Engines, fake: FakeProvider) -> None:
    token = walk().token
    assert ask("/logout", {}, token=token).status == 303
    assert not lives(street, token)


def test_an_administrator_can_end_it(street: Engines, fake: FakeProvider) -> None:
    token = walk().token
    with street.read() as connection:
        number = connection.scalar(text("select max(id) from session"))
    revoke_session(street, session_id=int(number or 0), actor=SYSTEM, at=now())
    assert not lives(street, token)


def test_the_session_this_browser_had_ends(street: Engines, fake: FakeProvider) -> None:
    address, flow = leave()
    old = log_in().token
    answer = ask(agree(address), cookie=f"{flow}; {COOKIE}={old}")
    assert (lives(street, old), lives(street, answer.token)) == (False, True)


def test_whoever_is_logged_in_goes_straight_on(street: Engines, fake: FakeProvider) -> None:
    token = log_in().token
    answer = ask("/login/oidc?next=/map", token=token)
    assert (answer.status, answer.headers["location"]) == (303, "/map")
    assert lives(street, token)
    assert fake.seen == []


def test_a_first_password_need_not_be_changed_by_whoever_does_not_use_it(
    street: Engines, fake: FakeProvider
) -> None:
    with street.write() as connection:
        connection.execute(text("update account set must_change_password=1 where login='li.na'"))
    assert log_in().headers["location"] == "/password"
    answer = walk("/map")
    assert answer.headers["location"] == "/map"
    assert ask("/login?next=/map", token=answer.token).headers["location"] == "/map"
    assert log_in().headers["location"] == "/password"  # it still is a first password


@pytest.mark.parametrize("name", ["nobody.here", "demo-admin", "li.na ", "", "\u212aim", "x" * 999])
def test_a_name_without_an_account_gets_none(
    street: Engines, fake: FakeProvider, name: str
) -> None:
    with street.write() as connection:
        connection.execute(text("update account set login='kim' where login='boss'"))
        before = connection.scalar(text("select count(*) from account"))
    fake.user = name
    answer = walk(address="10.4.0.1")
    assert answer.cookie == ""
    assert "请联系管理员" in answer.body
    assert name[:40] in answer.body
    with street.read() as connection:
        assert connection.scalar(text("select count(*) from account")) == before


def test_a_name_in_capitals_is_the_same_account(street: Engines, fake: FakeProvider) -> None:
    fake.user = "Li.Na"
    assert lives(street, walk().token)


def test_a_hostile_name_is_shown_as_text(fake: FakeProvider) -> None:
    fake.user = "<script>alert(1)</script>"
    answer = walk(address="10.4.0.2")
    assert "<script" not in answer.body
    assert "&lt;script&gt;" in answer.body


def test_a_disabled_account_is_told_so_by_name(street: Engines, fake: FakeProvider) -> None:
    with street.write() as connection:
        connection.execute(text("update account set disabled_at=created_at where login='li.na'"))
    answer = walk()
    assert (answer.status, answer.cookie) == (403, "")
    assert "“li.na”" in answer.body
    assert "已停用，如需恢复请联系管理员" in answer.body
    assert told(street) == ("li.na", {"ok": False, "why": "disabled", "way": "oidc"})


def test_another_claim_can_name_the_account(
    street: Engines, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRID_OIDC_CLAIM", "email")
    fake.user, fake.claims = "somebody", {"email": "li.na", "email_verified": False}
    assert walk().cookie == ""  # nobody has confirmed that this address is his
    fake.claims["email_verified"] = True
    assert lives(street, walk().token)


def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(
    street: Engines, fake: FakeProvider
) -> None:
    fake.methods = ("client_secret_post",)
    assert lives(street, walk().token)


def test_too_many_failures_from_one_address_wait(street: Engines, fake: FakeProvider) -> None:
    fake.user = "nobody.here"
    # on a slow machine the first waits are over before the next attempt; they double each time
    tries = (walk(address="10.4.0.9") for _ in range(12))
    slow = next(answer for answer in tries if answer.status != 403)
    assert slow.status == 429
    assert int(slow.headers["retry-after"]) >= 1
    assert "统一身份认证登录失败次数较多" in slow.body
    fake.user = "li.na"
    assert lives(street, walk(address="10.4.0.9").token)  # a colleague behind the same address


def test_wrong_passwords_do_not_keep_the_provider_out(street: Engines, fake: FakeProvider) -> None:
    for _ in range(8):
        ask("/login", {"login": "li.na", "password": "wrong"}, address="10.4.0.8")
    assert log_in(address="10.4.0.8").status == 429
    assert lives(street, walk(address="10.4.0.8").token)


def test_the_login_page_has_the_button_and_keeps_where_one_wanted_to_go(
    fake: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LABEL in ask("/login").body
    monkeypatch.setenv("GRID_OIDC_NAME", "用<政务>账号登录")
    page = ask("/login?next=/map%3Funit%3DA").body
    assert "用&lt;政务&gt;账号登录" in page
    assert 'href="/login/oidc?next=%2Fmap%3Funit%3DA"' in page
    assert fake.seen == []  # showing the form asks nobody


@pytest.mark.parametrize("half", ["", "GRID_OIDC_ISSUER", "GRID_OIDC_CLIENT"])
@pytest.mark.parametrize("path", ["/login/oidc", "/login/oidc/back?code=a&state=b"])
def test_without_a_provider_there_is_no_button_and_no_way(
    street: Engines, monkeypatch: pytest.MonkeyPatch, path: str, half: str
) -> None:
    if half:
        monkeypatch.setenv(half, "https://login.example")
    assert LABEL not in ask("/login").body
    answer = ask(path)
    assert (answer.status, answer.headers["location"]) == (303, "/login")
    assert [k for k, _ in answer.raw if k == "set-cookie"] == []


def test_nothing_of_it_is_loaded_before_it_is_used() -> None:
    code = (
        "import sys; from components import web_login, web_oidc; "
        "print(sorted({n.split('.')[0] for n in sys.modules} & {'authlib', 'joserfc', 'httpx2'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert done.stdout.strip() == "[]"


def test_an_empty_database_leads_to_its_first_administrator(
    empty: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    with providing() as fake:
        for name, value in fake.settings().items():
            monkeypatch.setenv(name, value)
        assert walk().headers["location"] == "/start"
    assert os.environ["GRID_DATABASE"] == str(empty.url)
    serve(monkeypatch, str(empty.url))
