"""Every query over a database without rows: its documented columns, and SQL for PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Connection, TextClause, event
from sqlalchemy.dialects import postgresql

from data.engines import Engines
from data.method.loading import load_preset
from data.metrics import FACTS, METRICS
from data.periods import buckets
from data.queries import (
    appeal_files,
    appeals,
    entries,
    facts,
    grades,
    health,
    members,
    my_entries,
    overview,
    pending,
    quality,
    rows,
    units,
    volunteers,
)
from data.queries.revision import fetch_revision
from data.scope import Scope
from data.settings import zone
from data.workflow import Head

START, NOW = datetime(2026, 10, 31, 16, tzinfo=UTC), datetime(2026, 11, 20, 2, tzinfo=UTC)
END = datetime(2026, 11, 30, 16, tzinfo=UTC)
SCOPE = Scope("/1/", START, END, NOW)
DAYS = buckets(START, END, zone())
METHOD = load_preset("demo_street")
WORKFLOW = METHOD.workflows[0]
POINTS, CHECKUP = METHOD.points, METHOD.checkup
assert POINTS is not None
assert CHECKUP is not None

Query = Callable[[Connection], pd.DataFrame]

LIGHTS = "id code title unit_id unit_name community_name category_key workflow_key state light"
POINTS_OF = "member_id code name unit_id unit_name class_key base duty award deduction total"
OPEN = "id code title unit_id unit_name category_key workflow_key method_id received_at"
LEDGER = "id happened_on kind rule_key rule_name points status note reverses_id reversed_by reason"
UNITS = "id parent_id level kind code name initials path sort households residents"
RANKING = "rank volunteer_id name team_name unit_name hours services total_hours"

EMPTY: dict[str, tuple[Query, str]] = {
    "units": (units.fetch_units, f"{UNITS} centre_lat centre_lon has_boundary"),
    "boundaries below": (
        lambda c: units.fetch_boundaries_below(c, "/1/", "grid"),
        "id code name boundary",
    ),
    "posts": (lambda c: units.fetch_posts(c, 1), "post_key name since"),
    "lights": (lambda c: units.fetch_unit_lights(c, SCOPE), "unit_id red yellow"),
    "facts": (lambda c: facts.fetch_unit_facts(c, SCOPE), " ".join(FACTS)),
    "categories": (
        lambda c: appeals.fetch_categories(c, SCOPE),
        "category_key appeals share cumulative_share",
    ),
    "light list": (
        lambda c: appeal_files.fetch_light_list(c, SCOPE, 10),
        f"{LIGHTS} due_at late_hours",
    ),
    "open appeals": (
        lambda c: appeal_files.fetch_open_appeals(c, "/1/", NOW),
        " ".join([OPEN, *Head.__dataclass_fields__]),
    ),
    "member points": (
        lambda c: members.fetch_member_points(c, SCOPE, 2026),
        POINTS_OF,
    ),
    "checkups": (lambda c: members.fetch_checkups(c, SCOPE), "member_id unit_id quarter total"),
    "checkup summary": (
        lambda c: members.fetch_checkup_summary(c, SCOPE, CHECKUP),
        "quarter kind key name members",
    ),
    "ledger": (
        lambda c: members.fetch_ledger(c, 1),
        f"{LEDGER} recorded_at recorded_by surface running",
    ),
    "standings": (
        lambda c: grades.fetch_standings(c, SCOPE, POINTS, 2026),
        f"{POINTS_OF} grade failing",
    ),
    "members of": (lambda c: members.fetch_members_of(c, "/1/"), "id code name class_key"),
    "ranking": (lambda c: volunteers.fetch_volunteer_ranking(c, SCOPE, 10), RANKING),
    "teams": (
        lambda c: volunteers.fetch_team_ranking(c, SCOPE),
        "rank team_id team_name skill hours services volunteers",
    ),
    "volunteers of": (
        lambda c: volunteers.fetch_volunteers_of(c, "/1/"),
        "id code name team_id team_name",
    ),
    "pending": (
        lambda c: pending.fetch_pending(c, "/1/"),
        "subject id unit_name who what amount recorded_at recorded_by",
    ),
    "waiting": (
        lambda c: pending.fetch_waiting(c, "/1/", 1),
        "subject id unit_name who what amount recorded_at recorded_by",
    ),
    "my entries": (
        lambda c: my_entries.fetch_my_entries(c, 1, NOW.date()),
        " ".join(my_entries.COLUMNS),
    ),
    "similar appeals": (
        lambda c: entries.fetch_similar_appeals(c, "/1/", "noise", NOW),
        "id code title unit_name state_name received_at due_at",
    ),
    "activities": (
        lambda c: entries.fetch_activities(c, "/1/", START),
        "id title kind_key kind_name place unit_id unit_name started_at signed_in",
    ),
    "signins": (
        lambda c: entries.fetch_signins(c, 1),
        "id person_kind person_id code name signed_at",
    ),
    "indicator reports": (
        lambda c: entries.fetch_indicator_reports(c, "/1/", "2026-11"),
        "id unit_id unit_name indicator_key indicator_name measure value note recorded_at "
        "recorded_by",
    ),
    "checkup parts": (
        lambda c: entries.fetch_checkup_parts(c, "/1/", "2026Q4"),
        "id member_id part",
    ),
    "data quality": (
        lambda c: quality.fetch_data_quality(c, SCOPE),
        " ".join(quality.COLUMNS),
    ),
}

# these list fixed things, so without data they show noughts or gaps
NOUGHTS: dict[str, tuple[Query, str, str, int]] = {
    "funnel": (
        lambda c: appeals.fetch_appeal_funnel(c, SCOPE, WORKFLOW),
        "position state name reached step_rate overall_rate",
        "reached",
        8,
    ),
    "durations": (
        lambda c: appeals.fetch_state_durations(c, SCOPE, WORKFLOW),
        "state name visits median_hours p90_hours now_in_state",
        "visits",
        8,
    ),
    "apart": (lambda c: appeals.fetch_counts_apart(c, SCOPE), "key name appeals", "appeals", 6),
    "ageing": (lambda c: appeals.fetch_ageing(c, SCOPE), "bucket open", "open", 6),
    "follow-ups": (
        lambda c: grades.fetch_follow_up_counts(c, SCOPE, POINTS),
        "key action years_in_a_row members",
        "members",
        2,
    ),
    "hours trend": (
        lambda c: volunteers.fetch_hours_trend(c, SCOPE, DAYS),
        "label hours",
        "hours",
        30,
    ),
    "stars": (
        lambda c: volunteers.fetch_star_distribution(c, SCOPE, METHOD.volunteering.stars),
        "stars name volunteers",
        "volunteers",
        1 + len(METHOD.volunteering.stars),
    ),
    "orders": (
        lambda c: volunteers.fetch_order_funnel(c, SCOPE),
        "step name orders step_rate rate",
        "orders",
        5,
    ),
}


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_is_an_empty_frame_with_its_columns(engines: Engines, name: str) -> None:
    query, columns = EMPTY[name]
    with engines.read() as connection:
        frame = query(connection)
    assert frame.empty
    assert list(frame.columns) == columns.split()


@pytest.mark.parametrize("name", NOUGHTS)
def test_nothing_counts_as_nought(engines: Engines, name: str) -> None:
    query, columns, counted, length = NOUGHTS[name]
    with engines.read() as connection:
        frame = query(connection)
    assert list(frame.columns) == columns.split()
    assert len(frame) == length
    assert frame[counted].fillna(0).sum() == 0


@pytest.mark.parametrize("key", METRICS)
def test_a_trend_over_nothing_is_nought_or_a_gap(engines: Engines, key: str) -> None:
    with engines.read() as connection:
        trend = overview.fetch_trend(connection, SCOPE, key, DAYS)
    assert list(trend.columns) == ["label", "value"]
    assert len(trend) == len(DAYS)
    assert trend["value"].fillna(0).sum() == 0


def test_single_answers_of_an_empty_database(engines: Engines) -> None:
    with engines.read() as connection:
        assert fetch_revision(connection) == (0, 0)
        assert health.fetch_first_day(connection) is None
        assert health.fetch_database_health(connection).first_day is None
        assert volunteers.fetch_time_bank(connection) == volunteers.TimeBankTotals(0, 0, 0, 0)


def test_every_statement_is_sql_that_postgresql_has(engines: Engines) -> None:
    statements: list[Any] = []
    calls = [query for query, *_ in [*EMPTY.values(), *NOUGHTS.values()]]
    with engines.reader.connect() as connection:
        event.listen(connection, "before_execute", lambda _c, s, *_: statements.append(s))
        for call in [*calls, health.fetch_row_counts, health.fetch_database_health]:
            call(connection)
        for key in METRICS:
            rows.fetch_metric_rows(connection, key, SCOPE)
            overview.fetch_trend(connection, SCOPE, key, DAYS)
    neutral = [s for s in statements if not isinstance(s, TextClause)]
    assert len(neutral) > len(calls)
    for statement in neutral:
        text = str(statement.compile(dialect=postgresql.dialect()))
        assert text.startswith("SELECT")
        assert "strftime" not in text.lower()
