"""What an import would do, row by row, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from data.access import require
from data.errors import RuleError
from data.identity import Actor
from data.importing.calm import calm
from data.importing.cells import Column
from data.importing.kind import Field, Kind, Reading, Values
from data.importing.mapping import Mapping, check_mapping
from data.importing.sources import Source
from data.importing.tables import Cell, RawTable
from data.importing.unit_index import ACTION, fetch_unit_index
from data.periods import local_date
from data.privacy import mask_name
from data.queries.methods import fetch_methods
from data.schema import import_batch, import_row
from data.settings import zone
from data.writes.validation import need_method

State = Literal["new", "changed", "same", "refused"]
STATES: dict[State, str] = {"new": "新增", "changed": "更新", "same": "相同", "refused": "未通过"}
NONE = "（空）"

Progress = Callable[[float, str], None]  # share done from 0 to 1, and what is being done


@dataclass(frozen=True)
class Change:
    """One value that a row would change, as people read it."""

    label: str
    before: str
    after: str


@dataclass
class Plan:
    """Every row of the table in exactly one state.

    ``reasons``: position → why refused.  ``changes``: position → what changes.
    ``unit_ids``: the units concerned by rows not refused.  ``outside``: paths of units
    the importer named and does not reach.  ``unmapped``: field label → words nothing is
    known for, with how often each stands there.  ``questions``: field key → what has to be
    answered (day before month?) before anything can be applied.  ``work`` belongs to the kind.
    """

    kind: str
    numbers: list[int]
    states: list[State]
    reasons: dict[int, str] = field(default_factory=dict)
    changes: dict[int, list[Change]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    questions: dict[str, str] = field(default_factory=dict)
    unmapped: dict[str, Counter[str]] = field(default_factory=dict)
    unit_ids: set[int] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    work: Any = None

    @property
    def counts(self) -> dict[State, int]:
        """Rows by state, every state named."""
        found = Counter(self.states)
        return {state: found[state] for state in STATES}

    @property
    def writes(self) -> bool:
        """Whether applying it would write anything."""
        return "new" in self.states or "changed" in self.states

    def positions(self, state: State) -> list[int]:
        """The rows in a state, in the order of the file."""
        return [n for n, one in enumerate(self.states) if one == state]

    def left(self) -> list[int]:
        """The rows not refused so far."""
        return [n for n, one in enumerate(self.states) if one != "refused"]

    def refuse(self, position: int, reason: str) -> None:
        """Refuse a row; a second reason follows the first."""
        said = self.reasons.get(position)
        self.states[position] = "refused"
        self.reasons[position] = f"{said}；{reason}" if said else reason
        self.changes.pop(position, None)

    def change(self, position: int, changes: list[Change]) -> None:
        """Mark a row of something that is there: changed, or the same where nothing changes."""
        self.states[position] = "changed" if changes else "same"
        if changes:
            self.changes[position] = changes


def start_plan(kind: str, values: Values) -> Plan:
    """A plan of the rows read: refused where a cell was, the same until the kind knows better."""
    states: list[State] = ["same"] * len(values.numbers)
    for position in values.faults:
        states[position] = "refused"
    return Plan(
        kind,
        values.numbers,
        states,
        reasons=dict(values.faults),
        notes=list(values.notes),
        questions=dict(values.questions),
        unmapped=dict(values.unmapped),
    )


def refuse_repeats(plan: Plan, keys: list[Any], label: str) -> None:
    """Refuse every row whose key stood in an earlier row of the file; None is no key."""
    first: dict[Any, int] = {}
    for position in plan.left():
        key = keys[position]
        if key is None:
            continue
        if key in first:
            number = plan.numbers[first[key]]
            plan.refuse(position, f"{label}与第 {number} 行相同，一个文件里只能写一次，请去掉一行")
        else:
            first[key] = position


def changes_of(
    kind: Kind, before: dict[str, Any], after: dict[str, Any], shown: dict[str, Any] | None = None
) -> list[Change]:
    """What differs between two sets of values by field key; an empty new value changes nothing.

    ``shown`` turns stored values of a field into words (field key → function or dict).
    """
    found = []
    for key, value in after.items():
        if value is None or before.get(key) == value:
            continue
        one, words = kind.field(key), (shown or {}).get(key, {})
        old = _shown(before.get(key), words)
        masked = mask_name(old) if one.personal and old != NONE else old
        found.append(Change(one.label, masked, _shown(value, words)))
    return found


def _shown(value: Any, words: Any) -> str:
    if value is None:
        return NONE
    value = words(value) if callable(words) else words.get(value, value)
    if isinstance(value, datetime):
        return f"{value.astimezone(zone()):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:g}" if isinstance(value, float) else str(value)


def plan_import(
    connection: Connection,
    kind: Kind,
    source: Source,
    table_index: int,
    mapping: Mapping,
    *,
    now: datetime,
    actor: Actor,
) -> Plan:
    """What importing a table of a file would do; nothing is written.

    AccessError where the actor may import none of it; RuleError where the mapping does not fit.
    """
    table = need_table(source, table_index)
    mapping = check_mapping(kind, mapping, table.header)
    reading = make_reading(connection, kind, source, table, mapping, now=now, actor=actor)
    with calm():
        plan = kind.plan(connection, read_values(kind, table, reading), reading)
    allow(connection, kind, plan, reading)
    if plan.unit_ids and not all(
        reading.units.reached(reading.units.by_id[one]) for one in plan.unit_ids
    ):
        raise AssertionError("a plan reaches units that its importer does not")
    plan.notes = [*source.notes, *table.notes, *plan.notes]
    return plan


def need_table(source: Source, index: int) -> RawTable:
    """A table of the file; RuleError where there is none of that number."""
    if not 0 <= index < len(source.tables):
        raise RuleError(f"文件里没有第 {index + 1} 个表，请重新选择", "文件")
    return source.tables[index]


def make_reading(
    connection: Connection,
    kind: Kind,
    source: Source,
    table: RawTable,
    mapping: Mapping,
    *,
    now: datetime,
    actor: Actor,
) -> Reading:
    """Everything that reading this table depends on."""
    return Reading(
        now,
        _zone(mapping.zone),
        actor,
        mapping,
        need_method(connection, local_date(now, zone()), "工作法"),
        fetch_methods(connection),
        fetch_unit_index(connection, actor, now),
        _imported(connection, kind, source, table),
        table.epoch,
    )


def blank_reading(connection: Connection, kind: Kind, *, now: datetime, actor: Actor) -> Reading:
    """What a file would be read by before there is one: for templates, and words to map to."""
    table = RawTable("", [], [], [])
    source = Source("", "", "", [table], [])
    return make_reading(connection, kind, source, table, Mapping(kind.key), now=now, actor=actor)


def _zone(name: str) -> ZoneInfo:
    try:
        return zone(name or None)
    except (KeyError, ValueError, OSError) as error:
        raise RuleError(f"没有时区 “{name}”，请写成 Asia/Shanghai 这样的名称", "时区") from error


def _imported(
    connection: Connection, kind: Kind, source: Source, table: RawTable
) -> frozenset[int]:
    """Row numbers of this very table that an import took which still stands."""
    batch = import_batch.c
    numbers = (
        select(import_row.c.number)
        .join(import_batch, batch.id == import_row.c.import_batch_id)
        .where(batch.sha256 == source.sha256, batch.kind == kind.key, batch.undone_at.is_(None))
        .where(batch.source_table == table.name[:200])
    )
    return frozenset(connection.scalars(numbers))


def allow(connection: Connection, kind: Kind, plan: Plan, reading: Reading) -> str:
    """The role that lets the importer in; AccessError where none of the file is his to import."""
    path = None
    if not kind.admin_only:
        inside = [reading.units.by_id[one].path for one in sorted(plan.unit_ids)[:1]]
        path = next(iter([*inside, *sorted(plan.outside), *reading.units.roots]), None)
    return require(connection, reading.actor, ACTION, path, at=reading.now)


def read_values(kind: Kind, table: RawTable, reading: Reading) -> Values:
    """The cells of every mapped column, read; rows with a bad cell are refused."""
    values = Values(table.numbers, {}, dict(table.broken), geometries=table.geometries)
    places = {title: at for at, title in enumerate(table.header)}
    for one in kind.fields:
        title = reading.mapping.columns.get(one.key)
        if title is None:
            continue
        cells = list(map(itemgetter(places[title]), table.rows))
        column = one.read(cells, reading)
        values.columns[one.key] = list(column.values)
        _note_faults(values, one, title, cells, column)
    return values


def _note_faults(
    values: Values, one: Field, title: str, cells: list[Cell], column: Column[Any]
) -> None:
    called = one.label if title == one.label else f"{one.label}（{title}）"
    for position, problem in column.problems.items():
        values.refuse(position, f"{called}：{problem}")
    if one.choices is not None and column.problems:
        words = Counter(str(cells[position]) for position in column.problems)
        values.unmapped[one.label] = words
    values.notes += [f"{called}：{note}" for note in column.notes]
    if column.question is not None:
        values.questions[one.key] = f"{called}：{column.question}"
    elif one.required:
        for position, value in enumerate(column.values):
            if value is None and position not in column.problems:
                values.refuse(position, f"{one.label}不能为空，请填写")


def check_plan(plan: Plan) -> None:
    """Refuse to apply a plan with an open question."""
    for question in plan.questions.values():
        raise RuleError(question, "日期顺序")
