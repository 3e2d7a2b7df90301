"""Guessing passwords over HTTP: slower and slower, and never at the cost of whoever knows one.

Waiting up to fifteen minutes a thousand times would take ten days, so where the drill waits
it moves the clock of the failures back instead; everything else is the real server.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import select, update

from data.engines import Engines
from data.schema import login_attempt
from data.throttle import FREE, LONGEST, delay
from tests.drills.server import Server
from tests.drills.tab import COOKIE
from tests.drills.town import OWN, people, small_town

GUESSER = "127.0.0.66"
OPENED, WRONG, TOO_EARLY = 303, 401, 429
Serve = Callable[[str], tuple[Server, Engines]]


@dataclass(frozen=True)
class Answer:
    """What the login's route answered; ``wait`` in seconds, 0 where it asks for none."""

    status: int
    wait: int
    cookie: str
    page: str


def log_in(server: Server, login: str, password: str, address: str) -> Answer:
    """Send the login's form from a network address of this machine."""
    door = HTTPConnection("127.0.0.1", server.port, timeout=60, source_address=(address, 0))
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.site}
    form = urlencode({"login": login, "password": password})
    try:
        door.request("POST", "/login", form, kind)
        response = door.getresponse()
        wait = int(response.headers.get("retry-after", 0))
        cookie = response.headers.get("set-cookie", "")
        # any other way on, to the home page for one, is no login
        assert response.status != OPENED or COOKIE in cookie
        return Answer(response.status, wait, cookie, response.read().decode())
    finally:
        door.close()


def let_pass(engines: Engines, seconds: int) -> None:
    """As if so much time had gone by since every failure."""
    c = login_attempt.c
    with engines.trace() as connection:
        for row in connection.execute(select(login_attempt)).all():
            mine = (c.kind == row.kind) & (c.subject == row.subject)
            if row.failed_at is not None:
                earlier = row.failed_at - timedelta(seconds=seconds)
                connection.execute(update(login_attempt).where(mine).values(failed_at=earlier))


def test_guessing_gets_slower_and_shuts_nobody_out(
    serve: Serve, tmp_path: Path, full: bool
) -> None:
    guesses = 1000 if full else 30
    url = small_town(tmp_path, 1)
    server, engines = serve(url)
    name = people(engines, 1)[0].name
    waits, elsewhere = _patient(server, engines, name, guesses)
    longest = LONGEST.total_seconds()
    assert longest / 2 < max(waits) <= longest, "it never became slow"
    assert len(waits) > guesses - FREE - 6  # but for the shortest each was made to wait
    assert elsewhere == [OPENED] * len(elsewhere)
    own = _own_address(server, engines, name)
    rush = _impatient(server, name, guesses)
    assert rush[WRONG] <= FREE + 8  # 1 + 2 + 4 … s: hardly any is even looked at
    assert rush[WRONG] + rush[TOO_EARLY] == guesses
    spread = _from_everywhere(server, engines, name, guesses // 10)
    slowest = sum(wait < longest / 2 for wait in waits) + FREE + 1
    print(
        f"\n逐次猜 {guesses} 次：等待 {waits[0]}→{max(waits)} 秒，第 {slowest} 次"
        f"起每次 {max(waits)} 秒；别处用对的密码 {len(elsewhere)} 次都进；本处等 {own} 秒后可进"
        f"\n连发 {guesses} 次：只核对了 {rush[WRONG]} 次，其余 {rush[TOO_EARLY]} 次叫等"
        f"\n从 {spread} 个地址各猜一次后，别处和其中一处用对的密码都能进"
    )


def _patient(
    server: Server, engines: Engines, name: str, guesses: int
) -> tuple[list[int], list[int]]:
    """Guess one after another, waiting as told; the owner comes in from elsewhere meanwhile."""
    waits, elsewhere, failed = [], [], 0.0
    for n in range(guesses):
        asked = time.monotonic()
        answer = log_in(server, name, f"wrong guess {n}", GUESSER)
        due, passed = delay(n).total_seconds(), time.monotonic() - failed
        if answer.status == TOO_EARLY:
            assert due - passed - 1 <= answer.wait <= due, f"guess {n}"
            assert f"{answer.wait} 秒后再试" in answer.page
            waits.append(answer.wait)
            let_pass(engines, answer.wait)
            asked = time.monotonic()
            answer = log_in(server, name, f"wrong guess {n}", GUESSER)
        else:  # a slow machine may take longer to ask than the first waits last
            assert n < FREE or passed >= due, f"guess {n} had not to wait"
        failed = asked  # the server noted the failure no earlier than this
        assert (answer.status, answer.cookie) == (WRONG, ""), f"guess {n}"
        if n % max(guesses // 10, 1) == 0:
            place = f"127.0.1.{n * 10 // guesses + 1}"
            elsewhere.append(log_in(server, name, OWN, place).status)
    return waits, elsewhere


def _own_address(server: Server, engines: Engines, name: str) -> int:
    """The owner at the guesser's very address: not at once, but after the wait; returns that."""
    early = log_in(server, name, OWN, GUESSER)
    assert (early.status, early.cookie) == (TOO_EARLY, ""), "the right password must not stand out"
    let_pass(engines, early.wait)
    late = log_in(server, name, OWN, GUESSER)
    assert late.status == OPENED
    assert "HttpOnly" in late.cookie
    assert "samesite=lax" in late.cookie.lower()
    return early.wait


def _impatient(server: Server, name: str, guesses: int) -> Counter[int]:
    """Guess as fast as the server answers, without waiting."""
    return Counter(
        log_in(server, name, f"hasty guess {n}", "127.0.0.77").status for n in range(guesses)
    )


def _from_everywhere(server: Server, engines: Engines, name: str, addresses: int) -> int:
    """One guess each from many addresses; then the owner, from a new and from one of those."""
    places = [f"127.2.{n // 250}.{n % 250 + 1}" for n in range(addresses)]
    assert {log_in(server, name, "another guess", place).status for place in places} == {WRONG}
    assert log_in(server, name, OWN, "127.3.0.1").status == OPENED
    among = log_in(server, name, OWN, places[-1])
    if among.status == TOO_EARLY:
        assert among.wait <= LONGEST.total_seconds()
        let_pass(engines, among.wait)
        among = log_in(server, name, OWN, places[-1])
    assert among.status == OPENED
    return addresses
