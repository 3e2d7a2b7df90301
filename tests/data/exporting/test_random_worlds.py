"""Whatever a street holds: exported, imported elsewhere and exported again, it is the same."""

from __future__ import annotations

import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from data import schema
from data.check import check
from data.engines import Engines, open_engines
from data.identity import system
from data.writes.visits import record_visit
from tests.data.exporting.test_round_trip import NOW, file_of, reasons, taken
from tests.drills.town import small_town

KINDS = ("buildings", "visits")
SIGNS = [*"=+-@＝＋－＠'\"，,;|\t %.#", *"0178", *"王网格𠮷", "e", "=1+1", "007", "1E5", "2026-1-5"]


def clean(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


TEXT = st.lists(st.sampled_from(SIGNS), max_size=9).map("".join).map(clean)
LINES = st.lists(st.sampled_from([*SIGNS, "\n"]), max_size=9).map("".join).map(clean)
BUILDING = st.fixed_dictionaries(
    {
        "code": st.text("0179AX-", min_size=1, max_size=8).filter(lambda code: code.strip("-")),
        "name": TEXT.filter(bool),
        "households": st.none() | st.integers(0, 99_999),
        "lon": st.none() | st.floats(105, 106).map(lambda degree: round(degree, 7)),
    }
)
VISIT = st.fixed_dictionaries({"ago": st.integers(60, 10**7), "finding": LINES})


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A street of two grids with nothing in it, as one file."""
    folder = tmp_path_factory.mktemp("town")
    open_engines(small_town(folder, 2)).dispose()
    return folder / "town.db"


@contextmanager
def copy_of(town: Path, folder: Path, name: str) -> Iterator[Engines]:
    file = shutil.copy(town, folder / name)
    engines = open_engines(f"sqlite:///{file}")
    try:
        yield engines
    finally:
        engines.dispose()


def fill(engines: Engines, buildings: list[Any], visits: list[Any]) -> None:
    """Put buildings and visits into the grids by turns."""
    with engines.read() as connection:
        level = select(schema.unit.c.id).order_by(schema.unit.c.path.desc()).limit(2)
        grids = list(connection.scalars(level))
    with engines.write() as connection:
        for n, one in enumerate(buildings):
            lat = None if one["lon"] is None else 25.0 + n / 1000
            row = one | {"lat": lat, "unit_id": grids[n % 2]}
            connection.execute(insert(schema.building).values(row))
    for n, one in enumerate(visits):
        at = NOW - timedelta(seconds=one["ago"])
        who: dict[str, Any] = {"actor": system("走访", "test"), "at": NOW}
        record_visit(engines, unit_id=grids[n % 2], visited_at=at, finding=one["finding"], **who)


@settings(max_examples=6)
@given(
    buildings=st.lists(BUILDING, min_size=1, max_size=5, unique_by=lambda one: one["code"]),
    visits=st.lists(VISIT, min_size=1, max_size=3, unique_by=lambda one: one["ago"]),
)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_second_export_has_the_bytes_of_the_first(
    form: str, town: Path, buildings: list[Any], visits: list[Any]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with copy_of(town, folder, "a.db") as origin, copy_of(town, folder, "b.db") as target:
            fill(origin, buildings, visits)
            for kind, count in zip(KINDS, (len(buildings), len(visits)), strict=True):
                report = taken(target, kind, form, file_of(origin, kind, form))
                assert reasons(report) == []
                assert report.counts["new"] == count
                assert file_of(target, kind, "csv") == file_of(origin, kind, "csv")
            assert check(target) == []
