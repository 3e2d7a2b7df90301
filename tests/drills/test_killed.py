"""The server killed with SIGKILL in the middle of writes, again and again.

People go on entering while the server dies under them.  What a page had acknowledged is
there exactly once; what was on its way is there once or not at all, and then the draft is,
under the same request, so that sending it again after the restart makes one entry of it.
"""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from websockets.exceptions import WebSocketException

from data.engines import Engines, open_engines
from tests.drills.ledger import WHERE, count_entries, need_kept, need_whole
from tests.drills.server import Server
from tests.drills.tab import Tab, run
from tests.drills.town import Person, count_of, people, small_town
from tests.drills.worker import FIELD, FORMS, Tally, Worker, address

WRITERS, KEEPERS = 6, 2
SPAN = (0.5, 3.0)  # seconds of writing before the kill comes
LOST = (WebSocketException, OSError, EOFError)
RESTORED = "已恢复上次未提交的内容"
KEPT = "已保存草稿"
Serve = Callable[[str], tuple[Server, Engines]]


@dataclass
class Drill:
    """The people, what they entered, and what the kills did to it."""

    server: Server
    engines: Engines
    tally: Tally = field(default_factory=Tally)
    kills: int = 0
    cut: dict[str, tuple[str, str]] = field(default_factory=dict)  # person to (form, text)
    cut_written: int = 0  # sendings without an answer whose entry had been written
    cut_sent_again: int = 0  # … and those that were sent again from the draft
    drafts: int = 0  # drafts of people who were only typing, found again


def test_killed_in_the_middle_of_writes(
    serve: Serve, request: pytest.FixtureRequest, tmp_path: Path, full: bool
) -> None:
    url = _database(request, tmp_path, full)
    folk = people(open_engines(url), WRITERS + KEEPERS)
    drill = Drill(*serve(url))
    run(_run(drill, folk, 20 if full else 2))
    entries = count_entries(drill.engines)
    print(
        f"\nSIGKILL {drill.kills} 次：确认 {len(drill.tally.acknowledged)} 条，库中 {entries} 条；"
        f"没等到回答的提交：已写入 {drill.cut_written} 次，未写入、由草稿接着提交 "
        f"{drill.cut_sent_again} 次；只填未交的草稿 {drill.drafts} 份都在"
    )
    assert drill.tally.refused == []
    need_kept(drill.engines, drill.tally)
    assert entries == len(drill.tally.acknowledged)
    need_whole(drill.engines)


def _database(request: pytest.FixtureRequest, folder: Path, full: bool) -> str:
    """The sample street with its history for the full drill, a small one for the short."""
    if not full:
        return small_town(folder, WRITERS + KEEPERS)
    sample = make_url(request.getfixturevalue("sample_url")).database or ""
    shutil.copy(sample, folder / "own.db")
    return f"sqlite:///{folder / 'own.db'}"


async def _run(drill: Drill, folk: list[Person], kills: int) -> None:
    chance = random.Random(2026)
    for life in range(kills):
        busy = asyncio.Barrier(len(folk) + 1)
        async with asyncio.TaskGroup() as group:
            for person in folk[:WRITERS]:
                group.create_task(_write_on(drill, person, life, busy))
            for person in folk[WRITERS:]:
                group.create_task(_only_type(drill, person, life, busy))
            await busy.wait()
            await asyncio.sleep(chance.uniform(*SPAN))
            drill.server.kill()
            drill.kills += 1
        drill.server.start()
    for person in folk[:WRITERS]:
        await _take_up(drill, person)
    for person in folk[WRITERS:]:
        await _need_draft(drill, person, kills - 1)


async def _write_on(drill: Drill, person: Person, life: int, busy: asyncio.Barrier) -> None:
    """Settle what the last kill had cut, then enter one thing after another until the next."""
    await _take_up(drill, person)
    chance = random.Random(f"{person.name} {life}")
    async with _opened(drill, person, FORMS[0]) as tab:
        worker = Worker(person, tab, drill.tally, chance)
        await busy.wait()
        text = ""
        try:
            for number in range(1_000_000):
                form, text = FORMS[number % 2], f"演练{person.name}第{life}回{number}"
                await worker.enter(form, text)
        except LOST:
            if text in drill.tally.tried and text not in drill.tally.acknowledged:
                drill.cut[person.name] = (form, text)


async def _take_up(drill: Drill, person: Person) -> None:
    """After a restart: the entry that got no answer is written, or its draft is there."""
    form, text = drill.cut.pop(person.name, ("", ""))
    if not form:
        return
    async with _opened(drill, person, form) as tab:
        written = count_of(drill.engines, WHERE[form], text)
        if RESTORED in tab.text():
            assert written == 0, "a draft is offered although its entry is written"
            assert tab.value(FIELD[form]) == text, "the draft is not what was typed"
            await Worker(person, tab, drill.tally, random.Random(0)).send(form, text)
            drill.cut_sent_again += 1
        else:
            assert written == 1, f"neither the entry nor its draft is there: {text}"
            drill.tally.acknowledged.add(text)  # the person finds it among his entries
            drill.cut_written += 1


async def _only_type(drill: Drill, person: Person, life: int, busy: asyncio.Barrier) -> None:
    """Somebody who types, is told that the draft is kept, and puts the phone away."""
    if life:
        await _need_draft(drill, person, life - 1)
    async with _opened(drill, person, FORMS[0]) as tab:
        await tab.set(FIELD[FORMS[0]], _typed(person, life))
        assert KEPT in tab.text()
        await busy.wait()


async def _need_draft(drill: Drill, person: Person, life: int) -> None:
    async with _opened(drill, person, FORMS[0]) as tab:
        assert RESTORED in tab.text(), "the draft is gone"
        assert tab.value(FIELD[FORMS[0]]) == _typed(person, life)
    drill.drafts += 1


def _typed(person: Person, life: int) -> str:
    return f"{person.name}还没写完的第{life}条"


@asynccontextmanager
async def _opened(drill: Drill, person: Person, form: str) -> AsyncIterator[Tab]:
    """The form, as soon as the server has its database ready again."""
    while True:
        async with Tab.opened(drill.server.site, address(person, form), person.token) as tab:
            if tab.has(FIELD[form]):
                yield tab
                return
        await asyncio.sleep(0.2)
