"""Many people writing at once: everything is there, nothing twice, every chain whole."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from data.check import check
from tests.data.writes.test_appeals import appeal_of
from tests.data.writes.test_points import points_of
from tests.data.writes.test_service import service_of
from tests.data.writes.world import NOW, World, revision_of, rows_of

THREADS, WRITES = 16, 25


def write(world: World, number: int) -> None:
    """The ``number``-th write of the run: the three kinds take turns."""
    apart = NOW - timedelta(hours=3 * (number + 1))  # nobody serves twice at once
    kinds: tuple[Callable[..., object], ...] = (
        lambda r: appeal_of(world, request_id=r),
        lambda r: points_of(world, rule_key="shirking", request_id=r),
        lambda r: service_of(world, request_id=r, started_at=apart),
    )
    kinds[number % 3](f"run-{number}")


def test_sixteen_threads_of_twenty_five_writes_lose_and_double_none(world: World) -> None:
    before, total = revision_of(world.engines), THREADS * WRITES

    def work(thread: int) -> None:
        for number in range(thread * WRITES, (thread + 1) * WRITES):
            write(world, number)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))

    written = [
        row.request_id
        for table in ("appeal", "points_entry", "service_record")
        for row in rows_of(world.engines, table)
    ]
    assert sorted(written) == sorted(f"run-{number}" for number in range(total))
    codes = [row.code for row in rows_of(world.engines, "appeal")]
    assert sorted(codes) == [f"20261120-{n:04d}" for n in range(1, len(codes) + 1)]
    assert revision_of(world.engines) == before + total
    assert check(world.engines) == []


def test_one_request_sent_by_many_threads_is_written_once(world: World) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(lambda _: appeal_of(world, request_id="same"), range(THREADS)))
    assert len(rows_of(world.engines, "appeal")) == 1
    assert len(set(results)) == 1
    assert check(world.engines) == []
