"""100,000 appeals as CSV: the import beside what pandas needs for the same file, in one run.

`uv run pytest -m bench -n 0 -s tests/bench/test_import_speed.py` prints the ratio beside its
target, the peak of memory, how long readers and writers waited meanwhile, and how long
taking it back takes.
"""

from __future__ import annotations

import csv
import io
import os
import random
import resource
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import create_engine

from data.check import check
from data.importing.apply import apply_import
from data.importing.kinds import KINDS
from data.importing.mapping import guess_mapping
from data.importing.sources import read_source
from data.importing.undo import undo_import
from data.queries.facts import fetch_unit_facts
from data.scope import Scope
from tests.data.importing.taking import EAST, SIDE, WEST, draw_boundaries
from tests.data.writes.test_visits import visit_of
from tests.data.writes.world import NOW, STAMP, World, create_world

ROWS, ROUNDS, TARGET, MOST_MIB = int(os.environ.get("IMPORT_ROWS", "100000")), 3, 5.0, 1024
HEADER = ["工单编号", "受理时间", "签收时间", "办结时间", "状态", "诉求类别", "来源", "标题"]
HEADER += ["内容", "经度", "纬度", "是否解决"]
CATEGORIES = ("环境卫生", "噪音扰民", "物业管理", "停车与道路", "公共设施")


@pytest.fixture(scope="module")
def content() -> bytes:
    """Three years of cases, most of them closed."""
    draw, first = random.Random(5), datetime(2023, 1, 1, 8)  # noqa: DTZ001 (as files write it)
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(HEADER)
    for number in range(ROWS):
        received = first + timedelta(minutes=draw.randrange(3 * 365 * 1440))
        signed = received + timedelta(minutes=draw.randrange(600))
        closed = signed + timedelta(minutes=draw.randrange(10_000))
        lon = WEST[0] + draw.random() * (EAST[0] + SIDE - WEST[0])
        lat = WEST[1] + draw.random() * SIDE
        over = draw.random() < 0.97
        times = (received, signed, closed if over else "")
        state = "已办结" if over else "办理中"
        text = f"居民反映{number % 50}号楼楼道照明不亮，夜间出行不便，请尽快处理，谢谢。"
        told = (draw.choice(CATEGORIES), "12345热线", f"{number % 50}号楼楼道照明不亮", text)
        answer = draw.choice(["是", "否", ""]) if over else ""
        rows.writerow(
            [f"GD-{number:07d}", *times, state, *told, f"{lon:.6f}", f"{lat:.6f}", answer]
        )
    return out.getvalue().encode("utf-8-sig")


@pytest.fixture
def town(tmp_path: Path) -> Iterator[World]:
    world = create_world(tmp_path)
    draw_boundaries(world)
    yield world
    world.engines.dispose()


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def by_pandas(content: bytes, folder: Path) -> None:
    """What it is measured by: parsed, and written as it stands."""
    path = folder / "pandas.db"
    path.unlink(missing_ok=True)
    engine = create_engine(f"sqlite:///{path}")
    pd.read_csv(io.BytesIO(content)).to_sql("appeal", engine, index=False)
    engine.dispose()


def by_import(content: bytes, world: World) -> None:
    """The whole way of a file: read, mapped, planned, written, told to the log."""
    kind, source = KINDS["appeals"], read_source("appeals.csv", content)
    mapping = guess_mapping(kind, source.tables[0].header)
    actor = STAMP["actor"]
    report = apply_import(world.engines, kind, source, 0, mapping, actor=actor, at=NOW)
    assert report.counts["new"] == ROWS, report.plan and list(report.plan.reasons.items())[:3]


def test_import_against_pandas(town: World, content: bytes, tmp_path: Path) -> None:
    pandas = [timed(lambda: by_pandas(content, tmp_path)) for _ in range(ROUNDS)]
    before = _peak()
    ours = timed(lambda: by_import(content, town))
    pandas += [timed(lambda: by_pandas(content, tmp_path)) for _ in range(ROUNDS)]
    clock, processor = (statistics.median(one) for one in zip(*pandas, strict=True))
    print(f"\n{ROWS:,} appeals, {len(content) / 2**20:.1f} MiB of CSV")
    print(f"  pandas  {clock:6.2f} s by the clock, {processor:6.2f} s of the processor")
    print(f"  import  {ours[0]:6.2f} s by the clock, {ours[1]:6.2f} s of the processor")
    ratios = f"{ours[0] / clock:.2f} (processor {ours[1] / processor:.2f})"
    print(f"  ratio   {ratios}, target {TARGET:.0f}")
    print(f"  memory  {_peak():,.0f} MiB at most ({before:,.0f} before), target {MOST_MIB:,}")
    assert _peak() < MOST_MIB
    assert check(town.engines) == []


def test_readers_and_writers_meanwhile(town: World, content: bytes) -> None:
    """How long others wait while a file comes in; nobody is refused."""
    over, reads, writes = threading.Event(), list[float](), list[float]()

    def read() -> None:
        scope = Scope("/", NOW - timedelta(days=365), NOW, NOW)
        while not over.is_set():
            began = time.perf_counter()
            with town.engines.read() as connection:
                fetch_unit_facts(connection, scope)
            reads.append(time.perf_counter() - began)
            over.wait(0.2)

    def write() -> None:
        while not over.is_set():
            began = time.perf_counter()
            visit_of(town)
            writes.append(time.perf_counter() - began)
            over.wait(0.5)

    others = [threading.Thread(target=read), threading.Thread(target=write)]
    for one in others:
        one.start()
    took = timed(lambda: by_import(content, town))
    over.set()
    for one in others:
        one.join()
    print(f"\nimport {took[0]:.2f} s with a reader and a writer beside it")
    for name, waits in (("reads", reads), ("writes", writes)):
        middle = statistics.median(waits)
        print(f"  {len(waits):3} {name}: {middle:.3f} s in the middle, {max(waits):.2f} s at most")
    assert check(town.engines) == []


def test_taking_it_back(town: World, content: bytes) -> None:
    """Others wait for it as a whole: it must end long before they are refused (15 s)."""
    there = timed(lambda: by_import(content, town))
    given = {"reason": "导错了文件", "actor": STAMP["actor"], "at": NOW}
    back = timed(lambda: undo_import(town.engines, 1, **given))
    print(
        f"\n{ROWS:,} appeals taken back in {back[0]:.2f} s, {back[0] / there[0]:.2f} × the import"
    )
    assert check(town.engines) == []


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
