"""An import killed with SIGKILL: all of it is there afterwards or nothing, never a part.

Each time the command line imports a file into a copy of a small street.  Some are killed
at any moment of their lives, the others while they hold the lock for writing: they are
stopped first, and only if the lock is still held then does it count as in between.  The
same file is imported again afterwards, and what is there then is the whole of it, once.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from data import schema
from data.check import check
from data.cli import main
from data.engines import Engines, sqlite_driver
from data.settings import ROOT
from tests.data.importing.taking import IN_EAST, IN_WEST, csv_of, draw_boundaries
from tests.data.writes.world import World, copied, create_world

ROWS, PATIENCE = 3000, 300  # rows of a file; seconds that an import may take
FIRST = datetime(2025, 1, 1, 8)  # noqa: DTZ001 (as files write it)
KINDS = ("appeals", "visits")
Counts = dict[str, int]


@dataclass
class Outcome:
    """How the kills fell, and what they left behind."""

    fell: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = create_world(tmp_path_factory.mktemp("street"))
    draw_boundaries(world)
    return world


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A file of each kind, every row of which can be taken."""
    folder, at = tmp_path_factory.mktemp("files"), [FIRST + timedelta(hours=n) for n in range(ROWS)]
    header = ["工单编号", "受理时间", "签收时间", "办结时间", "诉求类别", "标题", "经度", "纬度"]
    spots = [(IN_WEST, IN_EAST)[n % 2] for n in range(ROWS)]
    cases = [
        [f"K-{n:05}", t, t + timedelta(hours=1), t + timedelta(hours=30), "公共设施", "灯", *spot]
        for n, (t, spot) in enumerate(zip(at, spots, strict=True))
    ]
    visits = [["第1网格", t, f"走访 {n}"] for n, t in enumerate(at)]
    made = {"appeals": (header, cases), "visits": (["网格名称", "走访时间", "走访情况"], visits)}
    for kind, (names, rows) in made.items():
        (folder / f"{kind}.csv").write_bytes(csv_of(names, rows))
    return {kind: folder / f"{kind}.csv" for kind in made}


def test_import_killed_leaves_all_or_nothing(
    street: World, files: dict[str, Path], tmp_path: Path, full: bool
) -> None:
    chance, outcome = random.Random(2026), Outcome()
    whole = {kind: _whole(street, files[kind], tmp_path / f"whole-{kind}") for kind in KINDS}
    for number in range(20 if full else 3):
        kind = KINDS[number % 3 == 2]
        folder = tmp_path / str(number)
        folder.mkdir()
        with copied(street, folder) as world:
            before = _counts(world.engines)
            fell = _killed(world, kind, files[kind], number, chance, whole[kind][1])
            outcome.fell[fell] += 1
            outcome.left[_need_all_or_nothing(world, before, whole[kind][0])] += 1
            assert main(_arguments(world, kind, files[kind])) == 0
            assert _counts(world.engines) == whole[kind][0], "not the whole file, or more"
            assert check(world.engines) == []
    print(f"\nSIGKILL {outcome.fell.total()} 次：{dict(outcome.fell)}；留下 {dict(outcome.left)}")
    assert outcome.fell["正在写入"] > 0
    assert outcome.left["什么也没有"] >= outcome.fell["写入之前"] + outcome.fell["正在写入"]
    assert not full or outcome.fell["写入之前"] > 0


def _whole(street: World, file: Path, folder: Path) -> tuple[Counts, float]:
    """Rows by table after an import that nobody killed, and how many seconds it took."""
    folder.mkdir()
    with copied(street, folder) as world:
        begun = time.monotonic()
        with _importing(world, file.stem, file) as process:
            assert process.wait(PATIENCE) == 0
        took = time.monotonic() - begun
        counts = _counts(world.engines)
    assert (counts["import_batch"], counts["import_row"]) == (1, ROWS)
    return counts, took


def _arguments(world: World, kind: str, file: Path) -> list[str]:
    return ["import", kind, str(file), "--database", world.engines.url.render_as_string()]


def _importing(world: World, kind: str, file: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "data", *_arguments(world, kind, file)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)


def _killed(
    world: World, kind: str, file: Path, number: int, chance: random.Random, took: float
) -> str:
    """When the kill fell: every third at any moment, the others once the lock is held."""
    with _importing(world, kind, file) as process:
        if number % 3:
            _wait_for_lock(world, process)
            time.sleep(chance.choice((0, 0, 0.05, 0.1)))
        else:
            time.sleep(chance.uniform(0, took))
        if process.poll() is not None:
            return "之后"
        process.send_signal(signal.SIGSTOP)
        held = _is_locked(world)
        process.kill()
        process.wait(PATIENCE)
    if held:
        return "正在写入"
    return "写入之后" if _counts(world.engines)["import_batch"] else "写入之前"


def _wait_for_lock(world: World, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and not _is_locked(world):
        assert time.monotonic() < deadline, "the import never wrote"
        time.sleep(0.002)


def _is_locked(world: World) -> bool:
    """Whether somebody else holds the lock for writing."""
    driver = sqlite_driver()
    with closing(driver.connect(str(world.engines.url.database), timeout=0)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except driver.OperationalError as error:
            if "locked" not in str(error):
                raise
            return True
        connection.execute("ROLLBACK")
    return False


def _counts(engines: Engines) -> Counts:
    """Rows by table."""
    with engines.read() as connection:
        tables = schema.metadata.sorted_tables
        return {t.name: connection.scalar(select(func.count()).select_from(t)) or 0 for t in tables}


def _need_all_or_nothing(world: World, before: Counts, whole: Counts) -> str:
    counts = _counts(world.engines)
    assert counts in (before, whole), "a part of the import is there"
    assert check(world.engines) == []
    return "全部" if counts == whole else "什么也没有"
