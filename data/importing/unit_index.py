"""Units as files name them: by code, or by a name that only one unit within reach has."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from data.access import reach
from data.identity import Actor
from data.schema import unit

if TYPE_CHECKING:
    from datetime import datetime

    from data.importing.kind import Reading, Values
    from data.importing.plan import Plan

ACTION = "apply_import"
SEPARATORS = str.maketrans({"／": "/", ">": "/", "＞": "/", "\\": "/", "-": "/", "—": "/"})


@dataclass(frozen=True)
class Known:
    """A unit that is there."""

    id: int
    code: str
    name: str
    level: str
    path: str
    parent_id: int | None


@dataclass(frozen=True)
class Found:
    """The unit meant, or why none is; ``outside`` is the path of one that is out of reach."""

    unit: Known | None = None
    reason: str = ""
    outside: str = ""


@dataclass
class UnitIndex:
    """Every unit, by id, code and name; ``roots`` are the paths below which one may import."""

    units: list[Known]
    roots: list[str]
    by_id: dict[int, Known] = field(init=False)
    by_code: dict[str, Known] = field(init=False)
    by_name: dict[str, list[Known]] = field(init=False)
    _answers: dict[tuple[str, str], Found] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.by_id = {one.id: one for one in self.units}
        self.by_code = {one.code: one for one in self.units}
        self.by_name = defaultdict(list)
        for one in self.units:
            if self.reached(one):
                for name in self.names(one):
                    self.by_name[name].append(one)

    def names(self, one: Known) -> list[str]:
        """What a unit may be called: its name, and its name after those of the units above."""
        called, names = one.name, [one.name]
        parent = self.by_id.get(one.parent_id or 0)
        while parent is not None:
            called = f"{parent.name}/{called}"
            names.append(called)
            parent = self.by_id.get(parent.parent_id or 0)
        return names

    def reached(self, one: Known) -> bool:
        """Whether the importer may import there."""
        return any(one.path.startswith(root) for root in self.roots)

    def find(self, code: str | None, name: str | None = None) -> Found:
        """The unit with this code; without a code, the only one within reach of this name."""
        asked = (code or "", name or "")
        if asked not in self._answers:
            self._answers[asked] = self._by_code(code) if code else self._by_name(name)
        return self._answers[asked]

    def _by_code(self, code: str) -> Found:
        one = self.by_code.get(code)
        if one is None:
            return Found(reason=f"没有编码为 {code} 的单位，请核对单位编码，或先导入单位")
        if not self.reached(one):
            return Found(reason=f"单位 {code} 不在您的范围内，请去掉这一行", outside=one.path)
        return Found(one)

    def _by_name(self, name: str | None) -> Found:
        if not name:
            return Found(reason="没有写单位，请填写单位编码")
        found = self.by_name.get(name) or self.by_name.get(name.translate(SEPARATORS), [])
        if len(found) == 1:
            return Found(found[0])
        if found:
            codes = "、".join(sorted(one.code for one in found)[:5])
            return Found(reason=f"叫 “{name}” 的单位有 {len(found)} 个（{codes}），请改填单位编码")
        return self._elsewhere(name)

    def _elsewhere(self, name: str) -> Found:
        """Nobody of that name within reach: whether there is one outside."""
        path = next((one.path for one in self.units if one.name == name), "")
        where = "在您的范围内没有" if self.roots != ["/"] else "没有"
        return Found(reason=f"{where}叫 “{name}” 的单位，请核对，或改填单位编码", outside=path)


def fetch_unit_index(connection: Connection, actor: Actor, at: datetime) -> UnitIndex:
    """Every unit, and where ``actor`` may import."""
    columns = (unit.c.id, unit.c.code, unit.c.name, unit.c.level, unit.c.path, unit.c.parent_id)
    rows = connection.execute(select(*columns).order_by(unit.c.path))
    return UnitIndex([Known(*row) for row in rows], reach(connection, actor, ACTION, at=at))


def unit_of_rows(
    values: Values, reading: Reading, plan: Plan, held: dict[int, int] | None = None
) -> list[Any]:
    """The id of each row's unit; a row without one that may be meant is refused.

    ``held``: position → the unit that the row's fact is in already; it must be within
    reach, and is the row's unit where the file names none.
    """
    ids: list[int | None] = [None] * len(values.numbers)
    pairs = zip(values.of("unit_code"), values.of("unit_name"), strict=True)
    for position, (code, name) in enumerate(pairs):
        if plan.states[position] == "refused":
            continue
        own = reading.units.by_id.get((held or {}).get(position, 0))
        found = Found(own) if own and not code and not name else reading.units.find(code, name)
        if own is not None and not reading.units.reached(own):
            said = "这个编码已用在您的范围之外，请核对编码，或请管理员导入"
            found = Found(reason=said, outside=own.path)
        if found.outside:
            plan.outside.add(found.outside)
        if found.unit is None:
            plan.refuse(position, found.reason)
            continue
        ids[position] = found.unit.id
        plan.unit_ids |= {found.unit.id} | ({own.id} if own else set())
    return ids
