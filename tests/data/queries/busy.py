"""A grid with one row of every sort that counts, and beside each one that must not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from data.engines import Engines
from data.method import Method
from data.scope import Scope
from tests import builders as build

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Shanghai
MONTH = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)  # 1 November, 00:00 in Shanghai
MONTH_END = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
AT = build.AT  # 2 November, 09:00 in Shanghai
BEFORE = datetime(2026, 10, 20, 1, 0, tzinfo=UTC)  # in the month before
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True)
class Busy:
    """The database: ``path`` is the grid looked at, ``other`` its neighbour."""

    engines: Engines
    ids: dict[str, int]
    path: str
    street_path: str
    method_id: int

    def scope(self, path: str | None = None) -> Scope:
        """November 2026 as far as it has run, of the grid unless told otherwise."""
        return Scope(path or self.path, MONTH, MONTH_END, NOW)


def create_busy(engines: Engines, method: Method) -> Busy:
    """What EXPECTED in test_rows.py works out, with a spurious row beside every row."""
    with engines.write() as connection:
        ids = build.create_street(connection)
        ids["micro"] = build.create_unit(connection, ids["grid1"], "micro_grid", name="微网格")
        method_id = build.create_method(connection, method)
        _appeals(connection, ids, method_id)
        _members(connection, ids, method_id)
        _volunteers(connection, ids)
        _visits(connection, ids)
        for unit_id in (ids["grid1"], ids["micro"], ids["grid2"]):
            build.create_building(connection, unit_id)
        path, street = (build.path_of(connection, ids[key]) for key in ("grid1", "street"))
    return Busy(engines, ids, path, street, method_id)


def closed(received_at: datetime, closed_at: datetime, **values: Any) -> dict[str, Any]:
    """Columns of an appeal that was answered on the way and closed."""
    row = {"received_at": received_at, "closed_at": closed_at, "state": "replied"}
    row |= {"state_type": "closed", "state_since": closed_at, "furthest": 4}
    return row | {"responded_at": received_at + HOUR} | values


def _appeals(connection: Connection, ids: dict[str, int], method_id: int) -> None:
    cases: dict[str, dict[str, Any]] = {
        "green": {"received_at": NOW - HOUR},
        "yellow": {"received_at": NOW - 3.5 * DAY, "responded_at": NOW - 3 * DAY},
        "red": {"received_at": AT},
        "red_from_october": {"received_at": BEFORE},
        "on_time": closed(AT, AT + DAY, resolved=1, rating=5),
        "late": closed(BEFORE, AT, resolved=0, rating=3, extensions=1),
        "not_asked": closed(AT, AT + 2 * DAY, unit_id=ids["micro"], returns=1, redos=1),
        "rejected": closed(AT, AT + HOUR, state="declined", state_type="rejected", furthest=0),
        "closed_in_october": closed(BEFORE, BEFORE + DAY, resolved=1, rating=5),
    }
    for code, values in cases.items():
        row = {"unit_id": ids["grid1"], "method_id": method_id, "code": code}
        build.create_appeal(connection, **row | {"workflow_key": "prompt_response"} | values)
    for code in ("green", "red", "on_time"):
        row = cases[code] | {"method_id": method_id, "code": f"other {code}"}
        build.create_appeal(connection, ids["grid2"], **row)


def _members(connection: Connection, ids: dict[str, int], method_id: int) -> None:
    grid, other = ids["grid1"], ids["grid2"]
    first = build.create_member(connection, grid, "王小明", code="first")
    second = build.create_member(connection, ids["micro"], "欧阳小红", code="second")
    gone = build.create_member(connection, grid, code="gone", left_on=date(2026, 11, 1))
    build.create_member(connection, grid, code="coming", joined_on=date(2026, 12, 1))
    elsewhere = build.create_member(connection, other, "李大海", code="elsewhere")
    ids |= {"first": first, "second": second, "gone": gone, "elsewhere": elsewhere}

    def points(who: int, number: float, unit_id: int = grid, **values: Any) -> int:
        return build.create_points(connection, who, unit_id, method_id, number, **values)

    points(first, 10, kind="base", happened_on=date(2026, 1, 1))
    points(first, 5, unit_id=other)  # earned while registered elsewhere
    points(first, -2, kind="deduction")
    mistake = points(first, 3, kind="award")
    points(first, -3, kind="award", reverses_id=mistake)
    points(second, 1.5, unit_id=ids["micro"])
    points(first, 8, status="pending", needs_approval=1)
    points(first, 4, status="returned", needs_approval=1)
    points(first, 20, happened_on=date(2025, 12, 31))
    points(first, 7, happened_on=date(2026, 11, 25))
    points(gone, 50)
    points(elsewhere, 30, unit_id=other)


def _volunteers(connection: Connection, ids: dict[str, int]) -> None:
    grid, other = ids["grid1"], ids["grid2"]
    team = build.create_team(connection, "爱心队")
    ids["team"] = team
    ids["idle_team"] = build.create_team(connection, "环保队")

    def volunteer(code: str, unit_id: int = grid, **values: Any) -> int:
        ids[code] = build.create_volunteer(connection, unit_id, team, code=code, **values)
        return ids[code]

    def serve(who: int, minutes: int, unit_id: int = grid, **values: Any) -> int:
        return build.create_service(connection, who, unit_id, team, minutes, **values)

    keen, shy = volunteer("keen", name="张三丰"), volunteer("shy", in_public_ranking=0)
    left = volunteer("left", left_on=date(2026, 10, 1))
    undone, visitor = volunteer("undone"), volunteer("visitor", other, name="赵小燕")
    serve(keen, 120)
    serve(keen, 75, unit_id=other)
    serve(shy, 90)
    serve(shy, -30, reverses_id=serve(shy, 30))
    serve(undone, -40, reverses_id=serve(undone, 40))
    serve(left, 45)
    serve(visitor, 15)
    serve(keen, 600, status="pending")
    serve(keen, 500, status="returned")
    serve(keen, 700, started_at=BEFORE)
    serve(visitor, 35, unit_id=other)


def _visits(connection: Connection, ids: dict[str, int]) -> None:
    grid = ids["grid1"]
    visitor = build.create_person(connection, "孙小圣")
    build.create_visit(connection, grid, person_id=visitor, rule_key="lonely_week")
    build.create_visit(connection, ids["micro"])
    mistake = build.create_visit(connection, grid)
    build.create_visit(connection, grid, reverses_id=mistake)
    build.create_visit(connection, grid, visited_at=BEFORE)
    build.create_visit(connection, ids["grid2"])
