"""A backup taken while 200 entries a second are written: whole, in order, and clean.

Writers are processes of their own and number what they write.  What the backup holds of
each must be its first entries without a gap, at least all that were acknowledged before the
backup began, and the way back must lead to a database in which ``check`` finds nothing.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.engine import make_url

from data import schema
from data.check import check
from data.engines import Engines, open_engines
from data.identity import system
from data.keeping.backup import Backup, backup
from data.keeping.restore import restore
from data.settings import ROOT
from tests.drills.ledger import need_whole
from tests.drills.town import small_town

WRITERS = 2
RATE = 200  # entries a second, of all writers together
BULK = 2500, 8000  # rows and characters that make the small database worth copying
WRITER = """
import sys, time
from datetime import UTC, datetime
from data.engines import open_engines
from data.identity import system
from data.writes.visits import record_visit

url, name, unit_id, seconds = sys.argv[1:]
engines, pause, begun = open_engines(url), float(seconds), time.monotonic()
number = 0
print("ready", flush=True)
while True:
    now = datetime.now(UTC)
    record_visit(engines, unit_id=int(unit_id), visited_at=now, finding=f"演练{name}-{number}",
                 actor=system(f"drill{name}", "test"), at=now)
    print(number, flush=True)
    number += 1
    time.sleep(max(0.0, begun + number * pause - time.monotonic()))
"""


class Writer:
    """A process that enters visits; what it has acknowledged is in its file."""

    def __init__(self, url: str, name: str, unit_id: int, folder: Path) -> None:
        self.name, self.said = name, folder / f"writer{name}.txt"
        command = [sys.executable, "-c", WRITER, url, name, str(unit_id), str(WRITERS / RATE)]
        with self.said.open("w") as out:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=out)

    def acknowledged(self) -> int:
        """How many entries it was told are written; -1 before it has begun."""
        return len(re.findall(r"^\d+\n", self.said.read_text("utf-8"), re.MULTILINE))


@contextmanager
def writing(url: str, folder: Path) -> Iterator[list[Writer]]:
    """Writers at work, each in a grid of its own, until the block ends."""
    with open_engines(url).read() as connection:
        level = select(schema.unit.c.id).order_by(schema.unit.c.path.desc())
        grids = list(connection.scalars(level.limit(WRITERS)))
    with ExitStack() as stack:
        writers = [Writer(url, str(n), grid, folder) for n, grid in enumerate(grids)]
        for writer in writers:
            stack.callback(writer.process.wait)
            stack.callback(writer.process.terminate)
        while not all(writer.acknowledged() > 5 for writer in writers):
            assert all(writer.process.poll() is None for writer in writers), "a writer died"
            time.sleep(0.05)
        yield writers


def numbers_of(engines: Engines, writer: Writer) -> list[int]:
    """The numbers of a writer's entries in a database, in the order they were written."""
    table, start = schema.visit, f"演练{writer.name}-"
    mine = select(table.c.finding).where(table.c.finding.like(f"{start}%")).order_by(table.c.id)
    with engines.read() as connection:
        return [int(text.removeprefix(start)) for text in connection.scalars(mine)]


def test_backup_while_writing(request: pytest.FixtureRequest, tmp_path: Path, full: bool) -> None:
    url = _database(request, tmp_path, full)
    folder = tmp_path / "kept"
    folder.mkdir()
    made: list[tuple[Backup, list[int], list[int]]] = []
    with writing(url, tmp_path) as writers:
        usual = _usual_rate(writers)
        for turn in range(3 if full else 1):
            before, begun = [w.acknowledged() for w in writers], time.monotonic()
            at = datetime.fromtimestamp(1_800_000_000 + turn, UTC)
            kept = backup(url, folder, at=at)
            seconds = time.monotonic() - begun
            after = [w.acknowledged() for w in writers]
            made.append((kept, before, after))
            rate = (sum(after) - sum(before)) / seconds
            print(
                f"\n备份 {kept.size / 1e6:.1f} MB 用 {seconds:.1f} 秒（含核对），"
                f"其间写入 {sum(after) - sum(before)} 条，每秒 {rate:.0f} 条"
                f"（备份前每秒 {usual:.0f} 条）"
            )
            assert sum(after) > sum(before), "writing stood still"
    for kept, before, after in made:
        _need_first_ones(open_engines(f"sqlite:///{kept.path}"), writers, before, after)
    _restored(url, made[-1][0], writers)


def _usual_rate(writers: list[Writer]) -> float:
    """Entries a second while no backup is made; printed beside the rate during one.

    Neither is judged: the machine may be busy with something else.
    """
    before, begun = sum(w.acknowledged() for w in writers), time.monotonic()
    time.sleep(1)
    return (sum(w.acknowledged() for w in writers) - before) / (time.monotonic() - begun)


def _need_first_ones(
    engines: Engines, writers: list[Writer], before: list[int], after: list[int]
) -> None:
    for writer, least, most in zip(writers, before, after, strict=True):
        found = numbers_of(engines, writer)
        assert found == list(range(len(found))), "an entry is missing in the middle"
        assert least <= len(found) <= most + 1  # one may be written and not told yet
    engines.dispose()


def _restored(url: str, kept: Backup, writers: list[Writer]) -> None:
    """The database of before is clean and complete; so is the one that comes back."""
    engines = open_engines(url)
    for writer in writers:
        found = numbers_of(engines, writer)
        assert found == list(range(len(found)))
        assert len(found) >= writer.acknowledged(), "acknowledged and lost"
    need_whole(engines)
    engines.dispose()
    done = restore(url, kept.path, actor=system("演练", "test"), at=datetime.now(UTC))
    assert done.differences == ()
    assert check(engines) == []
    assert len(numbers_of(engines, writers[0])) > 0
    engines.dispose()


def _database(request: pytest.FixtureRequest, folder: Path, full: bool) -> str:
    """The sample street for the full drill; a small one with some bulk for the short."""
    if full:
        return str(request.getfixturevalue("own_sample_url"))
    url = small_town(folder, WRITERS)
    rows, length = BULK
    with open_engines(url).write() as connection:
        bulk = [{"key": f"bulk{n}", "value": "x" * length} for n in range(rows)]
        connection.execute(insert(schema.setting), bulk)
    assert Path(make_url(url).database or "").exists()
    return url
