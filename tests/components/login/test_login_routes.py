"""Logging in by its routes: what the cookie is, who may send a form, and where one gets to."""

from __future__ import annotations

import logging
import re

import pytest
from sqlalchemy import text

from components.web_requests import safe_next
from data.engines import Engines
from data.writes.accounts_admin import create_account, disable_account
from tests.components.login.site import HOST, SYSTEM, WORD, ask, lives, log_in, now


def test_a_right_password_opens_the_page_that_was_asked_for(street: Engines) -> None:
    asked = {"login": " LI.NA ", "password": WORD, "next": "/members?unit=A&period=month"}
    answer = ask("/login", asked)
    assert (answer.status, answer.headers["location"]) == (303, "/members?unit=A&period=month")
    assert lives(street, answer.token)


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
def test_the_cookie_is_for_this_server_alone(street: Engines, scheme: str, secure: bool) -> None:
    words = {w.strip().lower() for w in log_in(scheme=scheme).cookie.split(";")[1:]}
    assert {"httponly", "path=/", "samesite=lax"} <= words
    assert ("secure" in words) is secure
    assert not any(w.startswith("domain") for w in words)


def test_the_token_is_nowhere_in_the_database(street: Engines) -> None:
    token = log_in().token
    with street.read() as connection:
        held = connection.execute(text("select token_hash from session")).scalars().all()
    assert token not in held


def test_a_wrong_name_reads_as_a_wrong_password(street: Engines) -> None:
    said = []
    for name in ("li.na", "nobody"):
        answer = ask(
            "/login", {"login": name, "password": "not-this-word"}, address=f"10.2.{len(name)}.1"
        )
        assert (answer.status, answer.cookie) == (401, "")
        said += re.findall(r'<p class="error" role="alert">(.*?)</p>', answer.body)
    assert len(said) == 2
    assert said[0] == said[1]


def test_a_disabled_account_reads_the_same(street: Engines) -> None:
    with street.read() as connection:
        number = connection.scalar(text("select id from account where login = 'li.na'"))
    facts = {
        "login": "boss",
        "display_name": "总管",
        "password": WORD,
        "actor": SYSTEM,
        "at": now(),
    }
    with street.read() as connection:
        if not connection.scalar(text("select count(*) from account where login = 'boss'")):
            connection.close()
            create_account(street, **facts, grants=[("admin", None)])
    disable_account(street, account_id=int(number or 0), actor=SYSTEM, at=now())
    assert (log_in().status, log_in().cookie) == (401, "")


NOT_OURS = [
    "//evil.example",
    "https://evil.example/",
    "http:/evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/members/../../evil",
    "/nowhere",
    "javascript:alert(1)",
    "/%2f/evil.example",
    " //evil.example",
    "/\t/evil.example",
    "///evil.example",
    "//",
    "/members\r\nset-cookie: a=b",
    "http://[bad",
    "/login",
    "",
]


@pytest.mark.parametrize("place", NOT_OURS)
def test_no_address_but_our_pages_is_gone_to(street: Engines, place: str) -> None:
    answer = ask("/login/demo", {"login": "demo-worker", "next": place})
    assert answer.status == 303
    assert answer.headers["location"] in ("/", "/members")
    assert "\n" not in answer.headers["location"]


@pytest.mark.parametrize("place", ["/", "/map", "/entry?grid=A-1&form=appeal", "/admin"])
def test_our_pages_are(place: str) -> None:
    assert safe_next(place) == place


def test_the_form_keeps_where_one_wanted_to_go_and_escapes_it(street: Engines) -> None:
    page = ask("/login?next=/map%3Funit%3D%22%3E%3Cscript%3E").body
    assert "<script" not in page
    assert 'value="/map?unit=%22%3E%3Cscript%3E"' in page


STRANGE = {
    "html": "<script>alert(1)</script>",
    "sql": "' or 1=1; drop table account; --",
    "control": "a\x00b\x1b[31m\r\nc",
    "formula": "=1+1",
    "rtl": "\u202eadmin\u202c",
    "long": "长" * 800,
    "lone surrogate": "\ud800",
}


@pytest.mark.parametrize("kind", STRANGE)
def test_strange_names_and_passwords_are_just_wrong(
    street: Engines, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    typed = STRANGE[kind].encode("utf-8", "surrogatepass")
    body = b"login=" + _quoted(typed) + b"&password=" + _quoted(typed)
    with caplog.at_level(logging.DEBUG):
        answer = ask("/login", body, address="10.3.0.1")
    assert answer.status == 401
    assert "<script>" not in answer.body
    assert "alert(1)" not in caplog.text
    with street.read() as connection:
        assert connection.scalar(text("select count(*) from account where is_demo = 1")) == 4
        told = connection.scalars(
            text("select coalesce(subject,'') || coalesce(after,'') from audit_entry")
        )
        assert not any(STRANGE[kind][:20] in entry for entry in told if kind != "lone surrogate")


def _quoted(raw: bytes) -> bytes:
    return b"".join(b"%%%02X" % byte for byte in raw)


@pytest.mark.parametrize("body", [b"", b"\xff\xfe&&&===", b"login", b"&".join([b"a=1"] * 50)])
def test_no_form_at_all_is_refused_quietly(street: Engines, body: bytes) -> None:
    answer = ask("/login", body, address="10.3.0.2")
    assert answer.status in (401, 413)
    assert answer.cookie == ""


def test_a_huge_form_is_refused_unread(street: Engines) -> None:
    assert ask("/login", b"login=" + b"a" * 200_000).status == 413


FOREIGN = {
    "another site": {"origin": "https://evil.example"},
    "a sandbox": {"origin": "null"},
    "no word of it": {"origin": ""},
    "another port": {"origin": f"http://{HOST}:8080"},
    "a name like ours": {"origin": f"http://{HOST}.evil.example"},
}


@pytest.mark.parametrize("case", FOREIGN)
@pytest.mark.parametrize("path", ["/login", "/login/demo", "/logout", "/password", "/start"])
def test_a_form_of_another_site_does_nothing(street: Engines, path: str, case: str) -> None:
    token = log_in().token
    form = {"login": "demo-admin", "password": WORD, "old": WORD, "new": WORD, "again": WORD}
    answer = ask(path, form, token=token, **FOREIGN[case])
    assert (answer.status, answer.cookie) == (403, "")
    assert lives(street, token)


def test_the_browsers_own_word_is_enough(street: Engines) -> None:
    assert log_in(origin="", sec_fetch_site="same-origin").status == 303
