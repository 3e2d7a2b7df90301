"""Building: for every method, the same for a seed, all or nothing, never over somebody's data."""

from __future__ import annotations

import gc
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import DateTime, Table, func, select

from data import schema
from data.check import check
from data.engines import open_engines
from data.errors import RuleError
from data.method import Method
from data.method.loading import load_preset, preset_keys
from data.migrate import upgrade
from data.sample.build import Builder, build_sample
from data.sample.sizes import Sizes
from data.schema import metadata
from data.schema.base import UtcDateTime
from tests.data.sample.conftest import NOW, SMALL, rows_of

TINY = Sizes().scaled(0.01)
TABLES = list(metadata.sorted_tables)


def _count(url: str, table: Table) -> int:
    with open_engines(url).read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("key", preset_keys())
def test_every_method_gets_a_sample_without_a_difference(
    small_urls: dict[str, str], key: str
) -> None:
    assert check(open_engines(small_urls[key])) == []


@pytest.mark.parametrize("key", preset_keys())
def test_each_section_of_a_method_has_its_rows_and_no_other(
    small_urls: dict[str, str], key: str
) -> None:
    method, url = load_preset(key), small_urls[key]

    assert _count(url, schema.member) == SMALL.members + SMALL.members_left
    assert _count(url, schema.appeal) == SMALL.appeals + 1  # the demo worker's
    assert (_count(url, schema.points_entry) > 0) == (method.points is not None)
    assert (_count(url, schema.checkup) > 0) == (method.checkup is not None)
    assert (_count(url, schema.checkup_part) > 0) == (method.checkup is not None)
    assert (_count(url, schema.activity_signin) > 0) == bool(method.activities)
    assert (_count(url, schema.indicator_report) > 0) == bool(method.indicators)
    assert (_count(url, schema.time_transfer) > 0) == (method.time_bank is not None)
    assert (_count(url, schema.decision) > 0) == method.volunteering.hours_need_approval


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_nothing_happens_after_now_except_what_is_due(
    small_urls: dict[str, str], table: Table
) -> None:
    ahead = ("due_at", "state_due_at", "yellow_at", "new_due_at")
    for column in table.columns:
        if isinstance(column.type, UtcDateTime | DateTime) and column.name not in ahead:
            moments = [row[column.name] for row in rows_of(small_urls["demo_street"], table)]
            assert all(at is None or at <= NOW for at in moments), column.name


def test_the_same_seed_and_moment_give_the_same_rows(
    small_urls: dict[str, str], database: Path, method: Method
) -> None:
    again = f"sqlite:///{database}"
    build_sample(again, seed=7, method=method, now=NOW, sizes=SMALL)

    for table in TABLES:
        assert rows_of(again, table) == rows_of(small_urls["demo_street"], table), table.name


def test_another_seed_gives_other_rows(
    small_urls: dict[str, str], database: Path, method: Method
) -> None:
    other = f"sqlite:///{database}"
    build_sample(other, seed=8, method=method, now=NOW, sizes=SMALL)

    titles = [row["title"] for row in rows_of(other, schema.appeal)]
    assert titles != [row["title"] for row in rows_of(small_urls["demo_street"], schema.appeal)]


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 12, 31, 16, 2, tzinfo=UTC),  # two minutes into a year without a calendar
        datetime(2026, 2, 17, 1, 0, tzinfo=UTC),  # the Spring Festival
        datetime(2026, 11, 30, 16, 0, tzinfo=UTC),  # midnight on the first of a month
    ],
)
def test_the_history_may_end_at_any_moment(database: Path, method: Method, now: datetime) -> None:
    url = f"sqlite:///{database}"
    build_sample(url, seed=1, method=method, now=now, sizes=TINY)

    assert check(open_engines(url)) == []
    assert max(row["received_at"] for row in rows_of(url, schema.appeal)) > now - timedelta(days=1)


def test_the_method_is_in_force_before_the_first_fact(small_urls: dict[str, str]) -> None:
    url = small_urls["demo_street"]
    (adopted,) = rows_of(url, schema.method)
    first = [
        min(row["happened_on"] for row in rows_of(url, schema.points_entry)),
        min(row["received_at"] for row in rows_of(url, schema.appeal)).date(),
        min(row["visited_at"] for row in rows_of(url, schema.visit)).date(),
    ]

    assert adopted["key"] == "demo_street"
    assert adopted["starts_on"] <= min(first)


def test_an_empty_database_is_filled_where_it_is(database: Path, method: Method) -> None:
    url = f"sqlite:///{database}"
    upgrade(url)

    build_sample(url, seed=1, method=method, now=NOW, sizes=TINY)

    assert check(open_engines(url)) == []
    assert _count(url, schema.appeal) == TINY.appeals + 1


def test_a_database_with_units_is_refused_and_left_as_it_was(
    database: Path, method: Method
) -> None:
    url = f"sqlite:///{database}"
    build_sample(url, seed=1, method=method, now=NOW, sizes=TINY)
    before = rows_of(url, schema.appeal)

    with pytest.raises(RuleError, match="已有单位"):
        build_sample(url, seed=2, method=method, now=NOW, sizes=TINY)

    assert rows_of(url, schema.appeal) == before


def test_a_build_that_fails_leaves_no_file_behind(
    database: Path, method: Method, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_builder: Builder) -> None:
        raise OSError("磁盘已满")

    monkeypatch.setattr(Builder, "run", fail)
    with pytest.raises(OSError, match="磁盘已满"):
        build_sample(f"sqlite:///{database}", seed=1, method=method, now=NOW, sizes=TINY)

    assert list(database.parent.iterdir()) == []
    assert gc.isenabled()


def test_progress_rises_from_nothing_to_all_with_a_text_each_time(
    database: Path, method: Method
) -> None:
    seen: list[tuple[float, str]] = []
    build_sample(
        f"sqlite:///{database}",
        seed=1,
        method=method,
        now=NOW,
        sizes=TINY,
        progress=lambda fraction, text: seen.append((fraction, text)),
    )

    fractions = [fraction for fraction, _ in seen]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert len(fractions) >= 8
    assert all(text for _, text in seen)


def test_a_moment_without_a_zone_is_refused(database: Path, method: Method) -> None:
    with pytest.raises(ValueError, match="aware"):
        build_sample(f"sqlite:///{database}", seed=1, method=method, now=NOW.replace(tzinfo=None))
