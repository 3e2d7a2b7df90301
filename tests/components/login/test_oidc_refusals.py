"""What comes back from an identity provider and must not be believed, or does not come at all."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from components import oidc, web_oidc
from data.engines import Engines
from tests.components.login.provider import CLIENT, SECRET, FakeProvider, secret_key
from tests.components.login.site import Answer, ask, lives, log_in
from tests.components.login.test_oidc_routes import agree, fake, leave, told, walk

__all__ = ["fake"]
HOUR = 3600


def epoch(seconds: float) -> int:
    return int(time.time() + seconds)


Spoil = Callable[[FakeProvider], None]
FORGED: dict[str, Spoil] = {
    "another key": lambda p: setattr(p, "key", RSAKey.generate_key(2048, {"kid": "one"})),
    "no signature": lambda p: setattr(p, "algorithm", "none"),
    "the shared secret": lambda p: vars(p).update(algorithm="HS256", key=secret_key()),
    "wrong nonce": lambda p: p.claims.update(nonce="of another login"),
    "no nonce": lambda p: setattr(p, "dropped", ("nonce",)),
    "wrong audience": lambda p: p.claims.update(aud="another-client"),
    "no audience": lambda p: setattr(p, "dropped", ("aud",)),
    "for us by way of another": lambda p: p.claims.update(aud=["other", CLIENT], azp="other"),
    "wrong issuer": lambda p: p.claims.update(iss="https://evil.example"),
    "no issuer": lambda p: setattr(p, "dropped", ("iss",)),
    "expired": lambda p: p.claims.update(exp=epoch(-HOUR), iat=epoch(-2 * HOUR)),
    "no expiry": lambda p: setattr(p, "dropped", ("exp",)),
    "of the future": lambda p: p.claims.update(nbf=epoch(HOUR)),
}


@pytest.mark.parametrize("kind", FORGED)
def test_a_token_that_does_not_hold_opens_nothing(
    street: Engines, fake: FakeProvider, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    FORGED[kind](fake)
    with caplog.at_level(logging.INFO):
        answer = walk(address=f"10.5.0.{list(FORGED).index(kind)}")
    assert (answer.status, answer.cookie) == (403, "")
    assert "没有通过核对" in answer.body
    assert told(street) == ("", {"ok": False, "why": "unproven", "way": "oidc"})
    assert "was refused" in caplog.text
    assert "li.na" not in caplog.text


def test_several_audiences_are_fine_when_we_are_the_one_meant(
    street: Engines, fake: FakeProvider
) -> None:
    fake.claims = {"aud": ["other", CLIENT], "azp": CLIENT}
    assert lives(street, walk().token)


def test_a_clock_that_is_a_little_off_is_fine(street: Engines, fake: FakeProvider) -> None:
    fake.claims = {"iat": epoch(30), "nbf": epoch(30)}
    assert lives(street, walk().token)


def stale(answer: Answer) -> bool:
    said = "不是从这个浏览器开始的" in answer.body
    return (answer.status, answer.cookie, said) == (400, "", True)


def test_a_wrong_state_is_not_even_asked_about(street: Engines, fake: FakeProvider) -> None:
    address, flow = leave()
    back = agree(address)
    fake.seen.clear()
    path, _, _ = back.partition("&state=")
    for state in ("", "&state=", "&state=another", "&state=%ff%00", f"&state={'长' * 50}"):
        assert stale(ask(f"{path}{state}".encode("ascii", "ignore").decode(), cookie=flow))
    assert fake.seen == []


def test_a_return_without_the_browser_that_left_is_nothing(fake: FakeProvider) -> None:
    address, _ = leave()
    _, others = leave()
    back = agree(address)
    for cookie in ("", "grid_oidc=", "grid_oidc=forged", others):
        assert stale(ask(back, cookie=cookie))


def test_a_flow_that_took_too_long_has_ended(
    fake: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, flow = leave()
    later = datetime.now(UTC) + timedelta(seconds=oidc.KEPT + 5)
    monkeypatch.setattr("cryptography.fernet.time.time", later.timestamp)
    held = flow.partition("=")[2]
    assert oidc.unsealed(held) is None
    monkeypatch.undo()
    assert oidc.unsealed(held) is not None
    assert address


def test_a_code_is_good_once(street: Engines, fake: FakeProvider) -> None:
    address, flow = leave()
    back = agree(address)
    first = ask(back, cookie=flow)
    assert lives(street, first.token)
    assert stale(ask(back))  # as the browser itself would ask: its cookie is gone
    again = ask(back, cookie=flow, address="10.5.1.1")  # as a thief of both would
    assert (again.status, again.cookie) == (403, "")
    assert lives(street, first.token)


def test_a_code_of_another_login_is_refused(street: Engines, fake: FakeProvider) -> None:
    """The provider binds a code to the proof key of the browser that left for it."""
    theirs = agree(leave()[0]).partition("code=")[2].partition("&")[0]
    address, flow = leave()
    mine = agree(address).partition("&state=")[2]
    answer = ask(f"/login/oidc/back?code={theirs}&state={mine}", cookie=flow, address="10.5.1.2")
    assert (answer.status, answer.cookie) == (403, "")


def test_whoever_declines_at_the_provider_is_told(fake: FakeProvider) -> None:
    address, flow = leave()
    state = agree(address).partition("&state=")[2]
    answer = ask(f"/login/oidc/back?error=access_denied&state={state}", cookie=flow)
    assert (answer.status, answer.cookie) == (403, "")
    assert "没有同意这次登录" in answer.body


def test_a_token_without_the_claim_says_whom_to_ask(fake: FakeProvider) -> None:
    fake.dropped = ("preferred_username",)
    answer = walk()
    assert (answer.status, answer.cookie) == (502, "")
    assert "没有给出您的账号名，请联系管理员" in answer.body


def password_works(street: Engines, answer: Answer) -> None:
    assert 'action="/login"' in answer.body
    assert answer.cookie == ""
    assert lives(street, log_in().token)


MISTAKES: dict[str, Spoil] = {
    "another issuer": lambda p: setattr(p, "issuer", "https://other.example"),
    "no endpoint": lambda p: p.more.update(authorization_endpoint=None),
    "keys in the clear": lambda p: p.more.update(jwks_uri="http://login.example/keys"),
    "no address": lambda p: p.more.update(token_endpoint="javascript:alert(1)"),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_provider_that_is_not_set_up_is_told_and_passwords_work(
    street: Engines, fake: FakeProvider, kind: str
) -> None:
    MISTAKES[kind](fake)
    answer = ask("/login/oidc")
    assert (answer.status, "没有设置好" in answer.body) == (502, True)
    password_works(street, answer)


@pytest.mark.parametrize("issuer", ["http://login.example", "login.example", "https://[bad", "x:y"])
def test_an_issuer_in_the_clear_is_never_asked(
    street: Engines, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch, issuer: str
) -> None:
    monkeypatch.setenv("GRID_OIDC_ISSUER", issuer)
    answer = ask("/login/oidc")
    assert (answer.status, "没有设置好" in answer.body) == (502, True)


def test_a_wrong_secret_is_the_administrators_matter_and_is_not_told(
    street: Engines,
    fake: FakeProvider,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("GRID_OIDC_SECRET", "mistyped-secret")
    answer = walk()
    assert (answer.status, "没有设置好" in answer.body) == (502, True)
    assert "GRID_OIDC_SECRET" in caplog.text
    assert "mistyped-secret" not in caplog.text + answer.body
    assert SECRET not in caplog.text


def test_a_provider_that_is_away_is_told_and_passwords_work(
    street: Engines, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as shut:  # bound and not listening: every connection is refused
        shut.bind(("127.0.0.1", 0))
        monkeypatch.setenv("GRID_OIDC_ISSUER", f"http://127.0.0.1:{shut.getsockname()[1]}")
        answer = ask("/login/oidc?next=/map")
    assert (answer.status, "暂时连不上统一身份认证" in answer.body) == (502, True)
    assert 'name="next" value="/map"' in answer.body
    password_works(street, answer)


def test_a_provider_that_fails_on_the_way_back_is_told(street: Engines, fake: FakeProvider) -> None:
    address, flow = leave()
    back = agree(address)
    fake.broken = True
    answer = ask(back, cookie=flow)
    assert (answer.status, "暂时连不上" in answer.body) == (502, True)
    password_works(street, answer)


def test_a_slow_provider_is_given_up_within_seconds(
    street: Engines, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc, "READ", 0.3)
    fake.late = 5
    begun = time.monotonic()
    answer = ask("/login/oidc")
    assert time.monotonic() - begun < 4
    assert (answer.status, "暂时连不上" in answer.body) == (502, True)
    password_works(street, answer)


def test_where_even_the_waiting_hangs_the_page_is_answered_and_no_session_opens(
    street: Engines, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking up a name knows no timeout: the thread goes on, the person does not wait for it."""
    address, flow = leave()
    back, done = agree(address), []

    def hang(*_given: Any) -> str:
        time.sleep(1)
        done.append(1)
        return "li.na"

    monkeypatch.setattr(oidc, "prove", hang)
    monkeypatch.setattr(web_oidc, "LONGEST", 0.2)
    before = told(street)
    answer = ask(back, cookie=flow)
    assert (answer.status, "暂时连不上" in answer.body, done) == (503, True, [])
    time.sleep(1.5)
    assert done
    assert told(street) == before
    password_works(street, answer)


def test_only_so_many_wait_for_the_provider(street: Engines, fake: FakeProvider) -> None:
    taken = [web_oidc._places.acquire(blocking=False) for _ in range(web_oidc.MOST)]
    try:
        assert all(taken)
        answer = ask("/login/oidc")
        assert (answer.status, fake.seen) == (503, [])
        password_works(street, answer)
    finally:
        for _ in taken:
            web_oidc._places.release()
    assert ask("/login/oidc").status == 303
