"""Many people entering at once: nothing is lost, nothing is there twice, nobody waits long.

A session here is a person with a phone: between two touches passes what it takes to read,
to think and to type (``PAUSE``).  One person alone, at the same pace and on the same server,
gives the measure.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from data.engines import Engines, open_engines
from tests.drills.ledger import count_entries, need_kept, need_whole
from tests.drills.server import Server
from tests.drills.tab import Tab, run
from tests.drills.town import Person, people, small_town
from tests.drills.worker import FORMS, Tally, Worker, address

PAUSE = (2.0, 8.0)  # seconds between two touches, evenly spread
HASTE = (0.0, 0.2)  # the short drill wants many entries in little time
SESSIONS, MINUTE, ALONE = 50, 60.0, 20
TIMES_SLOWER = 5.0
Serve = Callable[[str], tuple[Server, Engines]]


def test_every_acknowledged_entry_is_there_once(serve: Serve, tmp_path: Path, full: bool) -> None:
    """The short drill: 6 sessions, 3 seconds, no times asserted."""
    if full:
        pytest.skip("the full drill covers it")
    url = small_town(tmp_path, 6)
    folk = people(open_engines(url), 6)
    server, engines = serve(url)
    tally = Tally()
    run(_together(server.site, folk, tally, 3.0, HASTE))
    need_kept(engines, tally)
    need_whole(engines)
    assert tally.refused == []
    assert len(tally.acknowledged) >= len(folk)


def test_fifty_sessions_for_a_minute(
    serve: Serve, request: pytest.FixtureRequest, tmp_path: Path, full: bool
) -> None:
    """The full drill, on the sample street with its two years of history."""
    if not full:
        pytest.skip("runs with DRILL=full")
    sample = request.getfixturevalue("sample_url")  # takes its time: not for a skipped test
    shutil.copy(make_url(sample).database or "", tmp_path / "own.db")
    url = f"sqlite:///{tmp_path / 'own.db'}"
    folk = people(open_engines(url), SESSIONS + 1)
    server, engines = serve(url)
    alone, tally = Tally(), Tally()
    run(_alone(server.site, folk[-1], alone))
    run(_together(server.site, folk[:-1], tally, MINUTE, PAUSE))
    one, many = statistics.median(alone.seconds), statistics.quantiles(tally.seconds, n=20)[-1]
    print(
        f"\n{SESSIONS} 个会话 {MINUTE:.0f} 秒：确认 {len(tally.acknowledged)} 条，"
        f"拒绝 {len(tally.refused)} 条，"
        f"触屏 {tally.interactions} 次（间隔 {PAUSE[0]}–{PAUSE[1]} 秒）"
        f"\n提交：单人中位数 {one * 1000:.0f} ms（{len(alone.seconds)} 次），"
        f"{SESSIONS} 人中位数 {statistics.median(tally.seconds) * 1000:.0f} ms，"
        f"p95 {many * 1000:.0f} ms = {many / one:.1f} 倍（目标 ≤ {TIMES_SLOWER}）"
    )
    both = Tally(alone.tried | tally.tried, alone.acknowledged | tally.acknowledged)
    need_kept(engines, both)
    assert count_entries(engines) == len(both.acknowledged)
    need_whole(engines)
    assert tally.refused == []
    assert many <= TIMES_SLOWER * one


async def _alone(site: str, person: Person, tally: Tally) -> None:
    """One person, until he has made as many entries as a median wants."""
    async with Tab.opened(site, address(person), person.token) as tab:
        worker = Worker(person, tab, tally, random.Random(0), HASTE)
        for n in range(-2, ALONE):
            await worker.enter(FORMS[n % 2], f"演练独自{n}")
            if n < 0:
                tally.seconds.clear()  # the first ones fill the server's caches


async def _together(
    site: str, folk: list[Person], tally: Tally, seconds: float, pause: tuple[float, float]
) -> None:
    """Everybody until the time is up; whoever has begun an entry finishes it."""
    doors = asyncio.Semaphore(4)  # pages are opened a few at a time, as people come in
    ready, begun = asyncio.Barrier(len(folk)), asyncio.Event()

    async def one(n: int, person: Person) -> None:
        async with doors:
            opening = Tab.opened(site, address(person), person.token)
            tab = await opening.__aenter__()
        try:
            await ready.wait()
            begun.set()
            latest = time.monotonic() + seconds
            worker = Worker(person, tab, tally, random.Random(n), pause)
            for number in range(1_000_000):
                if time.monotonic() > latest:
                    return
                await worker.enter(FORMS[(n + number) % 2], f"演练{person.name}第{number}条")
        finally:
            await opening.__aexit__(None, None, None)

    async with asyncio.TaskGroup() as group:
        for n, person in enumerate(folk):
            group.create_task(one(n, person))
