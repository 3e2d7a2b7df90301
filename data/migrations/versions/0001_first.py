"""The first schema: every table, written out, and the one revision row.

A picture of the tables as they were then: it does not follow data.schema.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
PARTS = ("self", "democratic", "organisation")
ORDER_STEPS = ("dispatched_at", "accepted_at", "served_at", "rated_at")


def upgrade() -> None:
    _create_system()
    _create_units()
    _create_members()
    _create_appeals()
    _create_volunteers()
    _create_services()
    _create_time_bank()


def downgrade() -> None:
    raise NotImplementedError("the first schema has none before it; delete the database instead")


def _create(name: str, *columns: sa.schema.SchemaItem) -> sa.Table:
    """A table with the usual integer primary key before its other columns."""
    return op.create_table(name, sa.Column("id", sa.Integer, primary_key=True), *columns)


def _ref(
    name: str, target: str, *, nullable: bool = False, unique: bool = False, index: bool = True
) -> sa.Column:
    key = sa.ForeignKey(target)
    return sa.Column(name, sa.Integer, key, nullable=nullable, unique=unique, index=index)


def _texts(**lengths: int) -> list[sa.Column]:
    """Text columns that may not be null, with their greatest length."""
    return [sa.Column(name, sa.String(n), nullable=False) for name, n in lengths.items()]


def _each(kind: Any, *names: str, nullable: bool = True) -> list[sa.Column]:
    return [sa.Column(name, kind, nullable=nullable) for name in names]


def _recorded() -> list[sa.Column]:
    return [
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("recorded_by", sa.String(60), nullable=False),
        sa.Column("surface", sa.String(20), nullable=False),
        sa.Column("request_id", sa.String(64), unique=True),
    ]


def _sealed() -> list[sa.Column]:
    return [*_recorded(), sa.Column("seal", sa.String(64), nullable=False)]


def _create_system() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("is_workday", sa.Integer, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
    )
    _create(
        "decision",
        sa.Column("subject", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        *_sealed(),
        sa.UniqueConstraint("subject", "subject_id"),
    )
    _create(
        "method",
        *_texts(key=40, name=60, version=20),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False, index=True),
        *_recorded(),
    )
    counter = _create(
        "revision",
        sa.Column("value", sa.Integer, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
    )
    op.bulk_insert(counter, [{"id": 1, "value": 0, "changed_at": datetime.now(UTC)}])
    op.create_table(
        "setting",
        sa.Column("key", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def _create_units() -> None:
    _create(
        "unit",
        _ref("parent_id", "unit.id", nullable=True),
        sa.Column("level", sa.String(40), nullable=False, index=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        *_texts(name=60, initials=60),
        sa.Column("path", sa.String(200), nullable=False, unique=True),
        sa.Column("sort", sa.Integer, nullable=False),
        *_each(sa.Integer, "households", "residents"),
        sa.Column("boundary", sa.Text),
        *_each(sa.Float, "centre_lat", "centre_lon"),
    )
    _create(
        "building",
        _ref("unit_id", "unit.id"),
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("households", sa.Integer),
        *_each(sa.Float, "lat", "lon"),
    )
    _create("person", sa.Column("name", sa.String(60), nullable=False))
    _create(
        "post",
        _ref("unit_id", "unit.id"),
        sa.Column("post_key", sa.String(40), nullable=False),
        _ref("person_id", "person.id"),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
    )
    op.create_index("ix_post_filled", "post", ["unit_id", "post_key", "until"])


def _create_members() -> None:
    _create(
        "member",
        _ref("person_id", "person.id"),
        _ref("unit_id", "unit.id"),
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        sa.Column("class_key", sa.String(40), nullable=False),
        sa.Column("joined_on", sa.Date, nullable=False),
        sa.Column("left_on", sa.Date),
    )
    _create(
        "points_entry",
        _ref("member_id", "member.id"),
        _ref("unit_id", "unit.id"),
        _ref("method_id", "method.id", index=False),
        *_texts(rule_key=40, rule_name=60, kind=20),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        _ref("reverses_id", "points_entry.id", nullable=True, unique=True, index=False),
        sa.Column("needs_approval", sa.Integer, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        *_sealed(),
        sa.CheckConstraint("points * 2 = round(points * 2)", name="half_points"),
    )
    columns = ["member_id", "happened_on", "status", "points"]
    op.create_index("ix_points_entry_sum", "points_entry", columns)
    columns = ["happened_on", "status", "member_id", "kind", "points"]
    op.create_index("ix_points_entry_period", "points_entry", columns)
    _create(
        "checkup",
        _ref("member_id", "member.id"),
        _ref("unit_id", "unit.id"),
        _ref("method_id", "method.id", index=False),
        sa.Column("quarter", sa.String(6), nullable=False, index=True),
        *(sa.Column(f"{part}_score", sa.Float, nullable=False) for part in PARTS),
        *(sa.Column(f"{part}_weight", sa.Integer, nullable=False) for part in PARTS),
        sa.Column("checked_on", sa.Date, nullable=False),
        sa.Column("published_on", sa.Date),
        *_recorded(),
    )
    op.create_index("uq_checkup_once", "checkup", ["member_id", "quarter"], unique=True)


def _create_appeals() -> None:
    _create(
        "appeal",
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        _ref("unit_id", "unit.id", index=False),
        _ref("method_id", "method.id", index=False),
        *_texts(workflow_key=40, category_key=40, channel=60, title=120),
        sa.Column("content", sa.Text, nullable=False),
        *_each(sa.Float, "lat", "lon"),
        sa.Column("received_at", TIME, nullable=False, index=True),
        *_recorded(),
        *_texts(state=40, state_type=20),
        sa.Column("state_since", TIME, nullable=False),
        sa.Column("state_due_at", TIME),
        *_each(TIME, "yellow_at", "due_at", nullable=False),
        sa.Column("responded_at", TIME),
        sa.Column("closed_at", TIME, index=True),
        *_each(sa.Integer, "furthest", "returns", "extensions", "redos", nullable=False),
        *_each(sa.Integer, "resolved", "rating"),
    )
    op.create_index("ix_appeal_open", "appeal", ["state_type", "due_at"])
    columns = ["unit_id", "received_at", "closed_at", "due_at", "yellow_at", "responded_at"]
    columns += ["state_type", "resolved", "rating"]
    op.create_index("ix_appeal_facts", "appeal", columns)
    _create(
        "appeal_event",
        _ref("appeal_id", "appeal.id", index=False),
        *_texts(kind=20, state=40),
        sa.Column("happened_at", TIME, nullable=False),
        sa.Column("handler", sa.String(60)),
        sa.Column("reply", sa.Text, nullable=False),
        *_each(sa.Integer, "resolved", "rating"),
        sa.Column("new_due_at", TIME),
        *_sealed(),
    )
    columns = ["appeal_id", "happened_at", "kind", "state"]
    op.create_index("ix_appeal_event_stays", "appeal_event", columns)


def _create_volunteers() -> None:
    _create(
        "team",
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        *_texts(name=60, skill=60, colour=20),
    )
    _create(
        "volunteer",
        _ref("person_id", "person.id"),
        _ref("unit_id", "unit.id"),
        _ref("team_id", "team.id"),
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        sa.Column("joined_on", sa.Date, nullable=False),
        sa.Column("left_on", sa.Date),
        sa.Column("in_public_ranking", sa.Integer, nullable=False),
    )
    _create(
        "service_order",
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        _ref("unit_id", "unit.id"),
        *_texts(activity=60, title=120),
        sa.Column("placed_at", TIME, nullable=False, index=True),
        *_each(TIME, *ORDER_STEPS),
        sa.Column("rating", sa.Integer),
        _ref("volunteer_id", "volunteer.id", nullable=True),
        *_recorded(),
    )


def _create_services() -> None:
    _create(
        "service_record",
        _ref("volunteer_id", "volunteer.id"),
        _ref("unit_id", "unit.id"),
        _ref("team_id", "team.id", index=False),
        _ref("order_id", "service_order.id", nullable=True, index=False),
        sa.Column("activity", sa.String(60), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("certified_by", sa.String(60), nullable=False),
        _ref("reverses_id", "service_record.id", nullable=True, unique=True, index=False),
        sa.Column("needs_approval", sa.Integer, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        *_sealed(),
    )
    columns = ["volunteer_id", "started_at", "status", "minutes"]
    op.create_index("ix_service_record_sum", "service_record", columns)
    columns = ["started_at", "status", "unit_id", "volunteer_id", "team_id", "minutes"]
    op.create_index("ix_service_record_period", "service_record", [*columns, "reverses_id"])
    _create(
        "visit",
        _ref("unit_id", "unit.id"),
        _ref("person_id", "person.id", nullable=True),
        sa.Column("rule_key", sa.String(40)),
        sa.Column("visited_at", TIME, nullable=False, index=True),
        sa.Column("finding", sa.Text, nullable=False),
        _ref("appeal_id", "appeal.id", nullable=True, index=False),
        _ref("reverses_id", "visit.id", nullable=True, unique=True, index=False),
        *_sealed(),
    )


def _create_time_bank() -> None:
    _create(
        "time_account",
        sa.Column("kind", sa.String(20), nullable=False),
        _ref("volunteer_id", "volunteer.id", nullable=True, unique=True, index=False),
        sa.Column("balance", sa.Integer, nullable=False),
        sa.CheckConstraint("kind = 'issue' OR balance >= 0", name="no_overdraft"),
    )
    _create(
        "time_transfer",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("happened_at", TIME, nullable=False, index=True),
        _ref("service_record_id", "service_record.id", nullable=True, unique=True, index=False),
        sa.Column("note", sa.Text, nullable=False),
        *_recorded(),
    )
    _create(
        "time_posting",
        _ref("time_transfer_id", "time_transfer.id"),
        _ref("time_account_id", "time_account.id"),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
    )
