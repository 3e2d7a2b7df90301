"""Imports beside the pages: once a request, one at a time, stopped, found again, never silent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from data.errors import RuleError
from data.importing import jobs
from data.importing.apply import ImportReport, apply_import
from data.importing.jobs import Job
from data.importing.kinds import KINDS
from tests.data.importing.taking import mapped, source_of
from tests.data.writes.world import STAMP, World, dump, rows_of

HEADER = ["楼栋编码", "楼栋名称", "网格名称", "户数"]
ROWS = [["A", "一号楼", "第1网格", 36], ["B", "", "第2网格", 48]]
PATIENCE = 30
COUNTS: dict[Any, int] = {"new": 1, "changed": 0, "same": 0, "refused": 1}


@pytest.fixture(autouse=True)
def none_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_jobs", {})


def job_of(world: World, request_id: str = "r-1", account_id: int | None = 1) -> Job:
    source = source_of(HEADER, ROWS)
    actor = replace(STAMP["actor"], account_id=account_id)
    mapping = mapped("buildings", source)
    return Job(request_id, world.engines, KINDS["buildings"], source, 0, mapping, actor)


def ended(job: Job) -> Job:
    for thread in threading.enumerate():
        if thread.name == "import":
            thread.join(PATIENCE)
    assert job.state != "running"
    return job


class Gate:
    """Work that waits until it is let through or stopped."""

    def __init__(self) -> None:
        self.open, self.calls = threading.Event(), 0

    def __call__(self, *_given: Any, cancelled: Callable[[], bool], **_others: Any) -> ImportReport:
        self.calls += 1
        assert self.open.wait(PATIENCE)
        return ImportReport(None, "buildings", "文件.csv", COUNTS)


def failing(error: Exception) -> Callable[..., ImportReport]:
    def work(*_given: Any, **_others: Any) -> ImportReport:
        raise error

    return work


def test_a_job_imports_and_keeps_its_report(town: World) -> None:
    job = ended(jobs.start(job_of(town)))
    assert (job.state, job.trouble, job.share) == ("done", "", 1.0)
    assert job.report is not None
    assert job.report.counts == COUNTS
    assert [row.code for row in rows_of(town.engines, "building")] == ["A"]
    assert job.report.plan is not None
    assert job.report.plan.work is None
    assert list(job.report.plan.reasons) == [1]


def test_the_same_request_is_the_same_job(town: World) -> None:
    gate = Gate()
    first = jobs.start(job_of(town), gate)
    assert jobs.start(job_of(town), gate) is first
    gate.open.set()
    ended(first)
    assert jobs.start(job_of(town), gate) is first
    assert gate.calls == 1


def test_an_account_imports_one_thing_at_a_time_and_others_beside_it(town: World) -> None:
    gate = Gate()
    first = jobs.start(job_of(town), gate)
    with pytest.raises(RuleError, match="还有一个导入正在进行"):
        jobs.start(job_of(town, "r-2"), gate)
    other = jobs.start(job_of(town, "r-3", account_id=2), gate)
    gate.open.set()
    assert {ended(first).state, ended(other).state} == {"done"}
    assert gate.calls == 2


def test_a_job_is_found_by_its_account_until_it_is_put_away(town: World) -> None:
    gate, job = Gate(), job_of(town)
    jobs.start(job, gate)
    assert jobs.find(town.engines, job.actor) is job
    assert jobs.find(town.engines, replace(job.actor, account_id=2)) is None
    jobs.dismiss(job)
    assert jobs.find(town.engines, job.actor) is job  # it is still running
    gate.open.set()
    jobs.dismiss(ended(job))
    assert jobs.find(town.engines, job.actor) is None


def test_a_stopped_job_leaves_nothing_behind(town: World) -> None:
    before, job = dump(town.engines), job_of(town)
    job.cancel()
    ended(jobs.start(job))
    assert (job.state, job.trouble) == ("cancelled", "已取消导入，没有写入任何内容")
    assert dump(town.engines) == before


def test_what_stands_is_not_said_to_be_stopped(town: World) -> None:
    def stopped_late(*given: Any, **options: Any) -> ImportReport:
        options["cancelled"] = lambda: bool(rows_of(town.engines, "building"))
        return apply_import(*given, **options)

    job = ended(jobs.start(job_of(town), stopped_late))
    assert (job.state, job.share) == ("done", 1.0)


def test_a_stopped_job_that_waits_in_vain_was_stopped(town: World) -> None:
    job = job_of(town)
    job.cancel()
    ended(jobs.start(job, failing(OperationalError("begin", {}, OSError("locked")))))
    assert (job.state, job.trouble) == ("cancelled", "已取消导入，没有写入任何内容")


TROUBLES = {
    "a rule": (RuleError("请检查年份", "日期"), "请检查年份"),
    "the database": (OperationalError("insert", {}, OSError("locked")), jobs.DATABASE),
    "anything else": (ZeroDivisionError("x"), jobs.UNEXPECTED),
}


@pytest.mark.parametrize("case", TROUBLES)
def test_whatever_goes_wrong_is_told(town: World, case: str) -> None:
    error, said = TROUBLES[case]
    job = ended(jobs.start(job_of(town), failing(error)))
    assert (job.state, job.trouble, job.report) == ("failed", said, None)


def test_ended_jobs_do_not_pile_up(town: World) -> None:
    for number in range(jobs.MOST_KEPT + 5):
        ended(jobs.start(job_of(town, f"r-{number}", account_id=number), failing(RuleError("x"))))
    assert len(jobs._jobs) == jobs.MOST_KEPT
    assert "r-0" not in jobs._jobs
