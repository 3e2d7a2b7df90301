"""What is exported can be imported: into an empty database, to the same export again."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from data.check import check
from data.engines import Engines, open_engines
from data.exporting.csv_files import to_csv
from data.exporting.kinds import ROWS, export_file, export_kind
from data.exporting.spreadsheets import Sheet, to_xlsx
from data.identity import system
from data.importing.apply import ImportReport, apply_import
from data.importing.cells import as_number, as_text
from data.importing.kinds import KINDS
from data.importing.mapping import best_table, guess_mapping
from data.importing.moments import as_day, as_moment
from data.importing.sources import Source, read_source
from data.method.loading import load_preset
from data.migrate import upgrade
from data.sample.build import build_sample
from data.sample.sizes import Sizes
from data.schema import method
from data.settings import zone

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
STAMP: dict[str, Any] = {"actor": system("往返", "test"), "at": NOW}
# what refers to something comes after it
ORDER = (
    "calendar", "units", "buildings", "members", "people", "volunteers", "points", "appeals",
    "service", "visits", "indicators",
)  # fmt: skip


@dataclass(frozen=True)
class Trip:
    """A street, the files of all its kinds, and the empty database they were taken into."""

    origin: Engines
    target: Engines
    files: dict[str, bytes]
    reports: dict[str, ImportReport]


def exported(engines: Engines, kind: str) -> pd.DataFrame:
    return export_kind(engines, kind=kind, **STAMP)


def file_of(engines: Engines, kind: str, form: str) -> bytes:
    return export_file(kind, exported(engines, kind), form, "全部单位", NOW)


def source_of(kind: str, form: str, content: bytes) -> Source:
    return read_source(f"{kind}.{form}", content)


def reasons(report: ImportReport) -> list[str]:
    """The first reasons why rows were refused."""
    assert report.plan is not None
    return list(report.plan.reasons.values())[:5]


def taken(engines: Engines, kind: str, form: str, content: bytes) -> ImportReport:
    source = source_of(kind, form, content)
    table = best_table(KINDS[kind], source)
    mapping = guess_mapping(KINDS[kind], source.tables[table].header)
    return apply_import(engines, KINDS[kind], source, table, mapping, **STAMP)


def fresh(origin: Engines, file: Path) -> Engines:
    """A new database that runs by the methods of another, with nothing else in it."""
    url = f"sqlite:///{file}"
    upgrade(url)
    with origin.read() as connection:
        adopted = [dict(row) for row in connection.execute(select(method)).mappings()]
    with open_engines(url).write() as connection:
        connection.execute(insert(method), adopted)
    return open_engines(url)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """A small sample street."""
    url = f"sqlite:///{tmp_path_factory.mktemp('street') / 'street.db'}"
    sizes = Sizes().scaled(0.04)
    build_sample(url, seed=7, method=load_preset("demo_street"), now=NOW, sizes=sizes)
    yield open_engines(url)
    open_engines(url).dispose()


@pytest.fixture(scope="module", params=["csv", "xlsx"])
def trip(
    request: pytest.FixtureRequest, street: Engines, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Trip]:
    form = request.param
    target = fresh(street, tmp_path_factory.mktemp("trip") / "target.db")
    files = {kind: file_of(street, kind, form) for kind in ORDER}
    reports = {kind: taken(target, kind, form, files[kind]) for kind in ORDER}
    yield Trip(street, target, files, reports)
    target.dispose()


def test_every_kind_can_be_exported() -> None:
    assert set(ROWS) == set(KINDS) == set(ORDER)


@pytest.mark.parametrize("kind", ORDER)
def test_nothing_is_refused_on_the_way_back(kind: str, trip: Trip) -> None:
    report = trip.reports[kind]
    assert reasons(report) == []
    came = report.counts["new"] + report.counts["same"]
    assert came == len(exported(trip.origin, kind)) > 0
    # only the opening points of this year are there already: the roster brought them
    assert kind == "points" or report.counts["same"] == 0


@pytest.mark.parametrize("kind", ORDER)
def test_the_second_export_is_the_first(kind: str, trip: Trip) -> None:
    first = exported(trip.origin, kind)
    second = exported(trip.target, kind)
    pd.testing.assert_frame_equal(second, first)
    assert export_file(kind, second, "csv", "", NOW) == export_file(kind, first, "csv", "", NOW)


def test_the_database_is_clean_afterwards(trip: Trip) -> None:
    assert check(trip.target) == []


def test_units_come_back_from_geojson(street: Engines, tmp_path: Path) -> None:
    target = fresh(street, tmp_path / "target.db")
    content = file_of(street, "units", "geojson")
    report = taken(target, "units", "geojson", content)
    assert reasons(report) == []
    pd.testing.assert_frame_equal(exported(target, "units"), exported(street, "units"))
    assert file_of(target, "units", "geojson") == content
    target.dispose()


WORDS = st.text(
    st.sampled_from([*"=+-@＝＋'\"，,;\t \n%.", *"01789", *"王网格𠮷A", "e"]), max_size=12
).map(lambda text: unicodedata.normalize("NFC", text).strip())
DAYS = st.dates(date(1990, 1, 1), date(2035, 12, 31))
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2035, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
ROW = st.tuples(
    WORDS.filter(bool), DAYS, MOMENTS, st.none() | st.integers(-(10**9), 10**9), st.none() | WORDS
)
HEADER = ["甲", "日期", "时间", "数", "说明"]


@settings(max_examples=60)
@given(st.lists(ROW, min_size=1, max_size=6))
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_a_file_says_is_what_was_exported(form: str, rows: list[Any]) -> None:
    """Cells full of signs, blanks, zeros and lines, read by the import's own reader."""
    frame = pd.DataFrame(rows, columns=HEADER, dtype=object)
    content = to_csv(frame) if form == "csv" else to_xlsx([Sheet("表", frame)])
    table = read_source(f"x.{form}", content).tables[0]
    assert table.header == HEADER
    cells = list(zip(*table.rows, strict=True))
    texts = [row[0] for row in rows], [row[4] or None for row in rows]
    assert as_text(list(cells[0]), longest=99, lines=True).values == texts[0]
    assert as_day(list(cells[1])).values == [row[1] for row in rows]
    moments = as_moment(list(cells[2]), zone=zone()).values
    assert [at and at.astimezone(zone()).replace(tzinfo=None) for at in moments] == [
        row[2] for row in rows
    ]
    assert as_number(list(cells[3]), low=-1e9, high=1e9, whole=True).values == [
        row[3] for row in rows
    ]
    assert as_text(list(cells[4]), longest=99, lines=True).values == texts[1]
