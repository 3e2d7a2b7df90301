"""Files of facts taken into a small street whose two grids have boundaries."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from sqlalchemy import select, update

from data import schema
from data.check import check
from data.importing.apply import ImportReport, apply_import
from data.importing.kinds import KINDS
from data.importing.mapping import Mapping, guess_mapping
from data.importing.plan import Plan, plan_import
from data.importing.sources import Source, read_source
from data.importing.undo import undo_import
from data.queries.facts import fetch_unit_facts
from data.scope import Scope
from tests.data.writes.world import NOW, STAMP, World

Lines = list[list[Any]]
# two squares of about 1 km side by side; west is grid1, east is grid2
WEST, EAST = (112.400, 29.700), (112.410, 29.700)
SIDE = 0.010
IN_WEST, IN_EAST, NOWHERE = (112.4031, 29.7043), (112.4162, 29.7077), (112.5, 29.9)


def draw_boundaries(world: World) -> None:
    """Give the two grids their squares."""
    with world.engines.write() as connection:
        for key, (x, y) in (("grid1", WEST), ("grid2", EAST)):
            corners = [(x, y), (x + SIDE, y), (x + SIDE, y + SIDE), (x, y + SIDE), (x, y)]
            text = json.dumps({"type": "Polygon", "coordinates": [corners]})
            change = update(schema.unit).where(schema.unit.c.id == world.units[key])
            connection.execute(change.values(boundary=text))


def csv_of(header: list[str], rows: Lines) -> bytes:
    """A CSV file as spreadsheets write it."""
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode("utf-8-sig")


def source_of(header: list[str], rows: Lines, name: str = "文件.csv") -> Source:
    return read_source(name, csv_of(header, rows))


def mapped(kind: str, source: Source, **options: Any) -> Mapping:
    """The guessed mapping, with some options set."""
    guessed = guess_mapping(KINDS[kind], source.tables[0].header)
    return Mapping(guessed.kind, guessed.columns, **options)


def planned(world: World, kind: str, header: list[str], rows: Lines, **options: Any) -> Plan:
    """What the file would do."""
    source = source_of(header, rows)
    with world.engines.read() as connection:
        return plan_import(
            connection,
            KINDS[kind],
            source,
            0,
            mapped(kind, source, **options),
            now=NOW,
            actor=STAMP["actor"],
        )


def taken(
    world: World, kind: str, header: list[str], rows: Lines, *, at: Any = NOW, **options: Any
) -> ImportReport:
    """The file imported, with check clean after it."""
    source = source_of(header, rows)
    who = STAMP["actor"]
    mapping = mapped(kind, source, **options)
    report = apply_import(world.engines, KINDS[kind], source, 0, mapping, actor=who, at=at)
    assert check(world.engines) == []
    return report


def undone(world: World, report: ImportReport, at: Any = NOW) -> None:
    """The import taken back, with check clean after it."""
    assert report.batch_id is not None
    who = STAMP["actor"]
    undo_import(world.engines, report.batch_id, reason="导错了文件", actor=who, at=at)
    assert check(world.engines) == []


def unit_code(world: World, key: str) -> str:
    """The code of one of the world's units."""
    with world.engines.read() as connection:
        code = select(schema.unit.c.code).where(schema.unit.c.id == world.units[key])
        return str(connection.scalar(code))


def totals(world: World, start: Any, end: Any) -> dict[str, Any]:
    """All facts of the whole street in a period."""
    with world.engines.read() as connection:
        return fetch_unit_facts(connection, Scope("/", start, end, NOW)).sum().to_dict()
