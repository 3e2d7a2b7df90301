"""What a kind of import is: its fields, how its rows are planned, written and undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table

from data.identity import Actor
from data.importing.cells import Column
from data.importing.mapping import Mapping
from data.importing.tables import Cell
from data.importing.unit_index import UnitIndex
from data.queries.methods import MethodInForce

if TYPE_CHECKING:
    from data.importing.plan import Plan
    from data.importing.standing import Since
    from data.importing.undoing import Undoing
    from data.importing.writing import Writing


@dataclass(frozen=True)
class Reading:
    """What reading and planning a file depends on beside its cells.

    ``methods``: every adopted one, the latest first; ``adopted`` is the one in force today.
    ``units`` knows every unit and which of them the importer reaches.  ``imported`` holds
    the numbers of this file's rows that an earlier import, not undone, has taken already.
    ``epoch``: what the workbook counts its days from.
    """

    now: datetime
    zone: ZoneInfo
    actor: Actor
    mapping: Mapping
    adopted: MethodInForce
    methods: list[MethodInForce]
    units: UnitIndex
    imported: frozenset[int] = frozenset()
    epoch: int = 1900

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(self.zone).date()


@dataclass(frozen=True)
class Field:
    """One column that a kind takes.

    ``label`` is its header in templates and exports; ``synonyms`` are other headers it is
    known by.  ``read`` turns cells into values, ``rules`` is what the template says about
    it, ``example`` what it writes in the example row where the kind has nothing better.
    ``choices`` are the words it takes (word → key of ours), where it takes only some.
    ``personal`` marks names of people: what stood there before is shown masked.
    """

    key: str
    label: str
    synonyms: tuple[str, ...]
    read: Callable[[list[Cell], Reading], Column[Any]]
    required: bool = False
    rules: str = ""
    example: Cell = None
    personal: bool = False
    choices: Callable[[Reading], dict[str, str]] | None = None


@dataclass
class Values:
    """The mapped cells of a table, read: one list a field, each as long as the table.

    None is an empty cell.  ``faults`` are the rows refused so far: position → reason.
    """

    numbers: list[int]
    columns: dict[str, list[Any]]
    faults: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    questions: dict[str, str] = field(default_factory=dict)
    unmapped: dict[str, Counter[str]] = field(default_factory=dict)
    geometries: list[dict[str, Any] | None] | None = None

    def has(self, key: str) -> bool:
        """Whether a column was mapped to this field."""
        return key in self.columns

    def of(self, key: str) -> list[Any]:
        """The field's values; all None where no column was mapped to it."""
        return self.columns.get(key) or [None] * len(self.numbers)

    def refuse(self, position: int, reason: str) -> None:
        """Refuse a row; what was said of it before stays."""
        said = self.faults.get(position)
        self.faults[position] = f"{said}；{reason}" if said else reason

    def left(self) -> list[int]:
        """Positions of the rows that are not refused."""
        return [n for n in range(len(self.numbers)) if n not in self.faults]


Touched = Callable[[Connection, "Plan", "Since"], bool]


@dataclass(frozen=True)
class Kind:
    """One kind of import.

    ``plan`` decides every row's state (see data.importing.plan) and leaves in
    ``plan.work`` what ``write`` will need; it writes nothing.  ``write`` runs in a
    transaction in which the plan still stands; ``undo`` takes a batch back.  ``daily`` are
    the tables of daily entry that ``plan`` reads, and ``touched`` says whether what has come
    to them since concerns the plan (see data.importing.standing).  ``admin_only``: rows belong to
    no unit, so only an administrator may import them.  ``example`` gives the template's
    example row for this database: field key → cell.
    """

    key: str
    name: str
    fields: tuple[Field, ...]
    plan: Callable[[Connection, Values, Reading], Plan]
    write: Callable[[Connection, Plan, Writing], None]
    undo: Callable[[Connection, Undoing], None]
    example: Callable[[Connection, Reading], dict[str, Cell]]
    admin_only: bool = False
    notes: tuple[str, ...] = ()
    daily: tuple[Table, ...] = ()
    touched: Touched | None = None

    def field(self, key: str) -> Field:
        """The field called ``key``; KeyError where there is none."""
        return {one.key: one for one in self.fields}[key]
