"""What charts are drawn from, beside ``busy``: moves, check-ups, orders and transfers.

Every sort of row that counts has one beside it that must not: of another unit, another
period, another workflow, or not happened yet.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from tests import builders as build
from tests.data.queries.busy import AT, BEFORE, DAY, HOUR, NOW, Busy

WORKFLOW, OTHER_WORKFLOW = "prompt_response", "member_agency"
STEP_TIMES = ("dispatched_at", "accepted_at", "served_at", "rated_at")
PARTS = ("self_score", "democratic_score", "organisation_score")

Step = tuple[str, datetime] | tuple[str, datetime, str]


def add_charted(busy: Busy) -> None:
    """Rows for every listing, in the grid of ``busy`` and beside it."""
    with busy.engines.write() as connection:
        _moves(connection, busy)
        _checkups(connection, busy)
        _orders(connection, busy)
        _services(connection, busy)
        _transfers(connection, busy)


def _moves(connection: Connection, busy: Busy) -> None:
    def walk(
        code: str, unit: str, *steps: Step, workflow: str = WORKFLOW, **values: object
    ) -> None:
        row = {"code": code, "workflow_key": workflow, "received_at": steps[0][1]}
        row |= {"state": steps[-1][0], "state_since": steps[-1][1], "furthest": len(steps) - 1}
        appeal = build.create_appeal(connection, busy.ids[unit], busy.method_id, **row | values)
        for state, at, *kind in steps:
            event = {"kind": kind[0] if kind else "advance"}
            build.create_appeal_event(connection, appeal, state, at, **event)

    quick = (("accepted", AT), ("dispatched", AT + 2 * HOUR))
    # an extension does not end a stay
    extended = (*quick, ("dispatched", AT + 3 * HOUR, "extend"), ("signed", AT + 6 * HOUR))
    walk("extended", "grid1", *extended, furthest=2)
    slow = (("accepted", AT), ("dispatched", AT + 8 * HOUR))
    walk("slow", "micro", *slow, category_key="noise")
    walk("sent back", "grid1", *extended[:2], ("accepted", AT + 9 * HOUR, "return"), furthest=1)
    declined = (("accepted", AT), ("declined", AT + HOUR))
    closed = {"state_type": "rejected", "closed_at": AT + HOUR, "furthest": 0}
    walk("declined", "grid1", *declined, **closed)
    walk("of october", "grid1", ("accepted", BEFORE), ("dispatched", BEFORE + DAY))
    walk("left in november", "grid1", ("accepted", BEFORE), ("dispatched", AT))
    walk("beside", "grid2", *quick)
    walk("unlike", "grid1", ("entrusted", AT), ("accepted", AT + DAY), workflow=OTHER_WORKFLOW)


def _checkups(connection: Connection, busy: Busy) -> None:
    def check(who: str, unit: str, score: float, quarter: str, held: date) -> None:
        row = dict.fromkeys(PARTS, score) | {"quarter": quarter, "checked_on": held}
        ids = (busy.ids[who], busy.ids[unit], busy.method_id)
        build.create_checkup(connection, *ids, **row)

    third, fourth = ("2026Q3", date(2026, 9, 20)), ("2026Q4", date(2026, 12, 20))
    check("first", "grid1", 85, *third)
    check("second", "micro", 65, *third)
    check("gone", "grid1", 50, *third)
    check("elsewhere", "grid2", 50, *third)
    check("first", "grid1", 60, "2026Q2", date(2026, 6, 20))
    check("first", "grid1", 40, *fourth)  # not held yet


def _orders(connection: Connection, busy: Busy) -> None:
    def order(code: str, done: int, unit: str = "grid1", **values: object) -> None:
        row = dict.fromkeys(STEP_TIMES[:done], AT + HOUR) | {"code": code}
        build.create_order(connection, busy.ids[unit], **row | values)

    for done in (4, 3, 1, 0):
        order(f"to step {done}", done)
    order("not yet", 0, dispatched_at=NOW + HOUR)
    order("of october", 1, placed_at=BEFORE)
    order("beside", 1, "grid2")


def _services(connection: Connection, busy: Busy) -> None:
    """Enough hours for a star: approved, pending, of who has left, and still to come."""

    def serve(who: str, **values: object) -> None:
        ids = (busy.ids[who], busy.ids["grid1"], busy.ids["team"])
        build.create_service(connection, *ids, 100 * 60, **{"started_at": BEFORE} | values)

    serve("shy")
    serve("keen", status="pending")
    serve("left")
    serve("undone", started_at=NOW + DAY)


def _transfers(connection: Connection, busy: Busy) -> None:
    opened: dict[str, int] = {}
    balances = {"issue": -(90 + 30 - 30), "keen": 90 - 20 - 15, "shy": 20, "goods": 15}
    for name, balance in balances.items():
        kind = name if name in ("issue", "goods") else "volunteer"
        holder = {"volunteer_id": busy.ids[name]} if kind == "volunteer" else {}
        opened[name] = build.create_time_account(connection, kind, balance=balance, **holder)

    def move(kind: str, giver: str, taker: str, points: int) -> None:
        transfer = build.create_time_transfer(connection, kind)
        build.create_time_posting(connection, transfer, opened[giver], -points)
        build.create_time_posting(connection, transfer, opened[taker], points)

    move("earn", "issue", "keen", 90)
    move("earn", "issue", "shy", 30)
    move("reverse", "shy", "issue", 30)
    move("give", "keen", "shy", 20)
    move("spend", "keen", "goods", 15)
