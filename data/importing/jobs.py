"""Imports that run beside the pages: started once, watched, stopped, and found again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError

from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.importing.apply import ImportReport, apply_import
from data.importing.kind import Kind
from data.importing.mapping import Mapping
from data.importing.sources import Source
from data.importing.writing import CANCELLED, Cancelled

log = logging.getLogger(__name__)

BUSY = "您还有一个导入正在进行，请等它完成，或先取消它"
DATABASE = "数据库暂时写不进去，什么也没有写入，请稍后再点一次导入"
UNEXPECTED = "导入没有完成，什么也没有写入；原因已记入服务器日志，请告知管理员"
MOST_KEPT = 20  # ended imports whose files and reports are still held

State = Literal["running", "done", "cancelled", "failed"]
ImportWork = Callable[..., ImportReport]


@dataclass
class Job:
    """One import: what is imported for whom, how far it is (0–1), and what it came to."""

    request_id: str
    engines: Engines
    kind: Kind
    source: Source
    table_index: int
    mapping: Mapping
    actor: Actor
    state: State = "running"
    share: float = 0.0
    doing: str = ""
    trouble: str = ""
    report: ImportReport | None = None
    _stop: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def stopping(self) -> bool:
        """Whether somebody has asked to stop it."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask it to stop; what it has written so far is rolled back."""
        self._stop.set()

    def say(self, share: float, what: str) -> None:
        """How far it is."""
        self.share, self.doing = share, what


_lock = threading.Lock()
_jobs: dict[str, Job] = {}


def start(job: Job, work: ImportWork = apply_import) -> Job:
    """Run ``job`` in a thread of its own; the job there is, where its request came before.

    RuleError while another import of the same account in the same database is running.
    """
    with _lock:
        known = _jobs.get(job.request_id)
        if known is not None:
            return known
        mine = _mine(job.engines, job.actor)
        if any(one.state == "running" for one in mine):
            raise RuleError(BUSY, "导入")
        for old in mine:
            del _jobs[old.request_id]
        _forget_oldest()
        _jobs[job.request_id] = job
    threading.Thread(target=_run, args=(job, work), name="import", daemon=True).start()
    return job


def find(engines: Engines, actor: Actor) -> Job | None:
    """The running or last ended import of an account, from whichever window it was started."""
    with _lock:
        return next(iter(reversed(_mine(engines, actor))), None)


def dismiss(job: Job) -> None:
    """Let go of an import that has ended."""
    with _lock:
        if job.state != "running":
            _jobs.pop(job.request_id, None)


def _mine(engines: Engines, actor: Actor) -> list[Job]:
    return [
        one
        for one in _jobs.values()
        if one.engines is engines and one.actor.account_id == actor.account_id
    ]


def _forget_oldest() -> None:
    ended = [key for key, one in _jobs.items() if one.state != "running"]
    for key in ended[: max(0, len(ended) - MOST_KEPT + 1)]:
        del _jobs[key]


def _run(job: Job, work: ImportWork) -> None:
    try:
        report = work(
            job.engines,
            job.kind,
            job.source,
            job.table_index,
            job.mapping,
            actor=job.actor,
            at=datetime.now(UTC),
            request_id=job.request_id,
            progress=job.say,
            cancelled=lambda: job.stopping,
        )
    except Cancelled as error:
        _end(job, "cancelled", error.message)
    except RuleError as error:
        _end(job, "failed", error.message)
    except SQLAlchemyError:
        if job.stopping:  # it was waiting for the database, and nobody wants it any more
            _end(job, "cancelled", CANCELLED)
            return
        log.exception("an import could not be written")
        _end(job, "failed", DATABASE)
    except Exception:  # whatever it was: whoever waits for it must hear of it
        log.exception("an import failed")
        _end(job, "failed", UNEXPECTED)
    else:
        # what was only needed to write it may be as large as the file
        plan = report.plan and replace(report.plan, work=None)
        job.report = replace(report, plan=plan)
        _end(job, "done", "")


def _end(job: Job, state: State, trouble: str) -> None:
    job.trouble = trouble
    job.state = state
