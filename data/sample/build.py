"""Builds the sample database: everything in one transaction, a new file put in place whole."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, select, update

from data import schema
from data.engines import Engines, open_engines
from data.errors import RuleError
from data.method import Method
from data.migrate import upgrade
from data.sample.accounts import add_demo_accounts
from data.sample.activities import make_activities
from data.sample.appeals import make_appeals
from data.sample.bulk import continue_numbering, indexes_last, insert_rows
from data.sample.checkup_parts import make_checkup_parts
from data.sample.checkups import make_checkups
from data.sample.decisions import Verdict, decision_rows
from data.sample.indicators import make_reports
from data.sample.moments import Clock
from data.sample.orders import make_orders
from data.sample.people import People, settle_people
from data.sample.points import make_points
from data.sample.sizes import Sizes
from data.sample.time_bank import make_time_bank
from data.sample.today import add_entries_of_today
from data.sample.units import Row, Street, lay_out_street
from data.sample.visits import make_visits
from data.sample.volunteers import make_service
from data.settings import zone
from data.workdays import WorkCalendar, published_calendar

Progress = Callable[[float, str], None]

CALENDAR_AHEAD = 1  # years after the present one, as far as they are published


def build_sample(
    url: str,
    *,
    seed: int,
    method: Method,
    now: datetime,
    progress: Progress | None = None,
    sizes: Sizes | None = None,
) -> None:
    """Fill the database at ``url`` with an invented street that ``method`` has run for two years.

    The same seed, method and ``now`` give the same rows.  RuleError when the
    database holds units already.  A missing SQLite file appears only once it
    is complete.
    """
    if now.tzinfo is None:
        raise ValueError("now must be an aware datetime")
    report = progress or _silent
    report(0.0, "正在准备数据库")
    now = now.astimezone(UTC).replace(microsecond=0)
    with _without_collector(), _target(url) as engines, engines.write() as connection:
        _refuse_used(connection)
        with indexes_last(connection):
            builder = Builder(connection, method, seed, now, sizes or Sizes(), report)
            builder.run()
        add_demo_accounts(connection, now)
        add_entries_of_today(connection, method, builder.clock)
        connection.execute(update(schema.revision).values(changed_at=now))
        report(0.98, "正在写入磁盘")
    report(1.0, "示例数据已备好")


def _silent(_fraction: float, _text: str) -> None:
    return None


@contextmanager
def _without_collector() -> Iterator[None]:
    """Hundreds of thousands of rows without a cycle among them: collecting only costs time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _target(url: str) -> Iterator[Engines]:
    """Engines on the database itself, or on a new file that takes its place at the end."""
    parsed = open_engines(url).url
    file = Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None
    if file is None or file.exists():
        upgrade(url)
        yield open_engines(url)
        return
    partial = file.with_name(f".{file.name}.{os.getpid()}.partial")
    temporary = parsed.set(database=str(partial)).render_as_string(hide_password=False)
    try:
        upgrade(temporary)
        engines = open_engines(temporary)
        _hurry(engines)
        yield engines
        engines.dispose()
        os.replace(partial, file)
    finally:
        open_engines(temporary).dispose()
        for name in (partial.name, f"{partial.name}-wal", f"{partial.name}-shm"):
            partial.with_name(name).unlink(missing_ok=True)


def _hurry(engines: Engines) -> None:
    """Trade safety for speed on the pooled connection: the file counts only once complete.

    References are not looked up either; the tests check all of them for every method.
    """
    pragmas = ("journal_mode=MEMORY", "synchronous=OFF", "cache_size=-100000", "foreign_keys=OFF")
    connection: Any = engines.writer.raw_connection()
    try:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
    finally:
        connection.close()


def _refuse_used(connection: Connection) -> None:
    if connection.execute(select(schema.unit.c.id).limit(1)).first() is not None:
        raise RuleError(
            "数据库里已有单位，示例数据只能放进空的数据库；请换一个数据库地址", "数据库地址"
        )


class Builder:
    """One build: makes each family of rows from the ones before it and inserts it."""

    def __init__(
        self,
        connection: Connection,
        method: Method,
        seed: int,
        now: datetime,
        sizes: Sizes,
        report: Progress,
    ) -> None:
        self.connection, self.method, self.sizes, self.report = connection, method, sizes, report
        self.rng, self.more = np.random.default_rng(seed), np.random.default_rng([seed, 1])
        local = now.astimezone(zone()).date()
        years = (local.year - sizes.days // 365 - 1, local.year + CALENDAR_AHEAD)
        self.calendar_rows = published_calendar(*years)
        days = {row["day"]: bool(row["is_workday"]) for row in self.calendar_rows}
        self.clock = Clock(now, sizes.days, WorkCalendar(days, zone()), zone())

    def run(self) -> None:
        """Everything, in an order in which each row finds the rows it points at."""
        self.report(0.04, "正在绘制街道和网格")
        street = lay_out_street(self.rng, self.method, self.sizes)
        people = settle_people(self.rng, self.method, street, self.sizes, self.clock)
        self._ground(street, people)
        self.report(0.10, "正在生成诉求和办理过程")
        appeals = self._appeals(street, people)
        self.report(0.40, "正在生成党员积分")
        verdicts = self._points(street, people)
        self.report(0.56, "正在生成志愿服务")
        self._service(street, people, verdicts)
        self.report(0.90, "正在生成走访记录")
        visits = make_visits(self.rng, self.method, street, people, self.sizes, self.clock, appeals)
        insert_rows(self.connection, schema.visit, visits)
        self._entries(street, people)
        continue_numbering(self.connection)

    def _ground(self, street: Street, people: People) -> None:
        """Method, calendar, units and people."""
        insert = insert_rows
        insert(self.connection, schema.method, [self._method_row()])
        insert(self.connection, schema.calendar_day, self.calendar_rows)
        insert(self.connection, schema.unit, street.units)
        insert(self.connection, schema.building, street.buildings)
        insert(self.connection, schema.person, people.persons)
        insert(self.connection, schema.post, people.posts)
        insert(self.connection, schema.member, people.members)
        insert(self.connection, schema.team, people.teams)
        insert(self.connection, schema.volunteer, people.volunteers)

    def _method_row(self) -> Row:
        starts_on = date(self.clock.first_day.year, 1, 1)
        return {
            "id": 1,
            "key": self.method.key,
            "name": self.method.name,
            "version": self.method.version,
            "document": self.method.model_dump_json(),
            "starts_on": starts_on,
            "recorded_at": self.clock.office_moment(starts_on, 0, 0.0),
            "recorded_by": "街道办公室",
        }

    def _appeals(self, street: Street, people: People) -> list[Row]:
        made = make_appeals(self.rng, self.method, street, people, self.sizes, self.clock)
        self.report(0.26, "正在写入诉求")
        insert_rows(self.connection, schema.appeal, made.appeals)
        insert_rows(self.connection, schema.appeal_event, made.events)
        return made.appeals

    def _points(self, street: Street, people: People) -> list[Verdict]:
        entries, verdicts = make_points(
            self.rng, self.method, street, people, self.sizes, self.clock
        )
        self.report(0.48, "正在写入党员积分")
        insert_rows(self.connection, schema.points_entry, entries)
        given = (self.method, street, people, self.clock)
        partwise = make_checkup_parts(self.more, *given)
        insert_rows(self.connection, schema.checkup_part, partwise.parts)
        insert_rows(self.connection, schema.checkup, make_checkups(self.rng, *given, partwise))
        return verdicts

    def _service(self, street: Street, people: People, verdicts: list[Verdict]) -> None:
        """Orders, service records, all decisions and the time bank."""
        rng, clock = self.rng, self.clock
        service = make_service(rng, self.method, street, people, self.sizes, clock)
        orders = make_orders(rng, self.method, street, people, self.sizes, clock, service.records)
        self.report(0.64, "正在写入志愿服务")
        insert_rows(self.connection, schema.service_order, orders)
        insert_rows(self.connection, schema.service_record, service.records)
        insert_rows(self.connection, schema.decision, decision_rows(verdicts + service.verdicts))
        self.report(0.76, "正在生成时间银行")
        bank = make_time_bank(
            rng, self.method, street, people, clock, service.records, service.verdicts
        )
        insert_rows(self.connection, schema.time_account, bank.accounts)
        insert_rows(self.connection, schema.time_transfer, bank.transfers)
        insert_rows(self.connection, schema.time_posting, bank.postings)

    def _entries(self, street: Street, people: People) -> None:
        """Activities with their sign-ins, and reports of indicators."""
        given = (self.method, street, people, self.clock)
        activities, signins = make_activities(self.more, *given)
        insert_rows(self.connection, schema.activity, activities)
        insert_rows(self.connection, schema.activity_signin, signins)
        insert_rows(self.connection, schema.indicator_report, make_reports(self.more, *given))
