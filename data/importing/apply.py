"""Applying an import: planned, then written and told to the log in one transaction."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from data.audit import audit
from data.engines import Engines
from data.identity import Actor
from data.importing.calm import calm
from data.importing.kind import Kind
from data.importing.mapping import Mapping, header_text, to_json
from data.importing.plan import (
    STATES,
    Plan,
    Progress,
    State,
    allow,
    check_plan,
    make_reading,
    need_table,
    plan_import,
)
from data.importing.sources import Source
from data.importing.standing import Since, since_now, stands
from data.importing.tables import RawTable
from data.importing.unit_index import ACTION
from data.importing.writing import Writing, stop_if
from data.periods import local_date
from data.schema import import_batch
from data.settings import zone
from data.writes.validation import stamp

log = logging.getLogger(__name__)

READING, DONE = "正在核对", "完成"
PLANNED = 0.4  # share of the work that planning is
TRIES = 3  # plans made while others may write


@dataclass(frozen=True)
class ImportReport:
    """What an import did: rows by state, and the plan with every row's state and reason.

    ``batch_id`` is None where nothing was written.  ``earlier``: when this very file was
    imported before.  ``plan`` is None for a request that had been answered already.
    """

    batch_id: int | None
    kind: str
    file: str
    counts: dict[State, int]
    plan: Plan | None = None
    earlier: list[datetime] = field(default_factory=list)

    @property
    def message(self) -> str:
        """What happened, in a sentence."""
        told = "，".join(f"{STATES[state]} {n} 行" for state, n in self.counts.items() if n)
        said = f"{self.file}：{told or '没有数据行'}"
        days = [f"{local_date(at, zone())}" for at in self.earlier]
        if days:
            said += f"。这个文件在 {'、'.join(days)} 导入过"
        if self.batch_id is None:
            said += "，没有新内容，什么也没有写入" if not self.counts["refused"] else "，没有写入"
        return said


def apply_import(
    engines: Engines,
    kind: Kind,
    source: Source,
    table_index: int,
    mapping: Mapping,
    *,
    actor: Actor,
    at: datetime,
    request_id: str | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ImportReport:
    """Import a table of a file: all rows that are not refused, or (on any error) none.

    ``progress`` is told a share from 0 to 1 and what is being done; ``cancelled`` is asked
    now and then, and Cancelled is raised with nothing written.
    """
    signed = stamp(at, actor, request_id)
    job = _Job(kind, source, table_index, mapping, actor, at, signed, progress, cancelled)
    job.say(0.02, READING)
    with calm():
        report = _applied(engines, job)
    if progress is not None:  # it stands: too late to stop it
        progress(1.0, DONE)
    log.info("%s 导入了%s：%s", actor.name, kind.name, report.counts)
    return report


@dataclass(frozen=True)
class _Job:
    """What is imported, as what, by whom."""

    kind: Kind
    source: Source
    table_index: int
    mapping: Mapping
    actor: Actor
    at: datetime
    signed: dict[str, Any]
    progress: Progress | None
    cancelled: Callable[[], bool] | None

    def say(self, share: float, what: str) -> None:
        stop_if(self.cancelled)
        if self.progress is not None:
            self.progress(share, what)

    def plan(self, connection: Connection) -> Plan:
        """What would be done now; RuleError where a question is open."""
        given = (self.kind, self.source, self.table_index, self.mapping)
        plan = plan_import(connection, *given, now=self.at, actor=self.actor)
        check_plan(plan)
        self.say(PLANNED, READING)
        return plan

    @property
    def table(self) -> RawTable:
        return need_table(self.source, self.table_index)


class _OvertakenError(Exception):
    """Somebody wrote what the plan was made from, after it was made."""


def _applied(engines: Engines, job: _Job) -> ImportReport:
    """Planned while others write, and written in one transaction.

    A plan that was overtaken is made anew, outside the transaction again: planning takes
    longer than others should wait.  Only where it happens time after time nobody else may
    write meanwhile.
    """
    for _ in range(TRIES):
        with engines.read() as connection:
            since = since_now(connection, job.kind.daily)
            report = _planned(connection, job)
        if report.plan is None or not report.plan.writes:
            return report
        with suppress(_OvertakenError), engines.write() as connection:
            return _written(connection, job, report, since)
        log.info("核对之后有人改动了同样的内容，重新核对")
    with engines.write() as connection:
        return _written(connection, job, _planned(connection, job), None)


def _planned(connection: Connection, job: _Job) -> ImportReport:
    """What the import would do, or what it did if this request was answered already."""
    answered = _answered(connection, job.signed["request_id"])
    if answered is not None:
        return answered
    plan, earlier = job.plan(connection), earlier_imports(connection, job)
    return ImportReport(None, job.kind.key, job.source.name, plan.counts, plan, earlier)


def _written(
    connection: Connection, job: _Job, report: ImportReport, since: Since | None
) -> ImportReport:
    """The plan carried out; _OvertakenError where it does not stand any more."""
    answered = _answered(connection, job.signed["request_id"])
    plan = report.plan
    if answered is not None or plan is None or not plan.writes:
        return answered or report
    if since is not None and not stands(connection, job.kind, plan, since):
        raise _OvertakenError
    return replace(report, batch_id=_write(connection, job, plan))


def earlier_imports(connection: Connection, job: _Job) -> list[datetime]:
    """When this very file was imported as this kind before; undone imports do not count."""
    batch = import_batch.c
    same = (batch.sha256 == job.source.sha256) & (batch.kind == job.kind.key)
    standing = select(batch.recorded_at).where(same, batch.undone_at.is_(None))
    return list(connection.scalars(standing.order_by(batch.id)))


def _answered(connection: Connection, request_id: str | None) -> ImportReport | None:
    if request_id is None:
        return None
    row = connection.execute(
        select(import_batch).where(import_batch.c.request_id == request_id)
    ).first()
    if row is None:
        return None
    counts: dict[State, int] = {state: row._mapping[f"{state}_rows"] for state in STATES}
    return ImportReport(row.id, row.kind, row.file, counts)


def _write(connection: Connection, job: _Job, plan: Plan) -> int:
    given = (job.kind, job.source, job.table, job.mapping)
    reading = make_reading(connection, *given, now=job.at, actor=job.actor)
    role = allow(connection, job.kind, plan, reading)
    batch_id = _add_batch(connection, job, plan)
    signed = job.signed | {"request_id": None}
    writing = Writing(
        connection, batch_id, plan.numbers, signed, reading, job.progress, job.cancelled
    )
    writing.tick(0)
    job.kind.write(connection, plan, writing)
    writing.tick(1)
    told: dict[str, Any] = {"kind": job.kind.key}
    audit(
        connection,
        job.actor,
        ACTION,
        at=job.at,
        role=role,
        table=import_batch.name,
        row_id=batch_id,
        after=told | dict(plan.counts),
    )
    return batch_id


def _add_batch(connection: Connection, job: _Job, plan: Plan) -> int:
    row: dict[str, Any] = {f"{state}_rows": count for state, count in plan.counts.items()}
    row |= {"kind": job.kind.key, "file": job.source.name[-200:]}
    row |= {"source_table": job.table.name[:200], "sha256": job.source.sha256}
    row |= {"header": header_text(job.table.header), "mapping": to_json(job.mapping)}
    row["unit_ids"] = None if job.kind.admin_only else json.dumps(sorted(plan.unit_ids))
    new_id = insert(import_batch).returning(import_batch.c.id)
    return int(connection.execute(new_id, row | job.signed).scalar_one())
