"""One builder a table: sensible defaults, any column overridden, the new id returned.

Builders insert rows as they are; they do not go through the product's writes,
so a query test does not depend on a write being right.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from data import schema
from data.method import Method

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
_serial = count(1)

RECORDED = {"recorded_at": AT, "recorded_by": "测试员", "surface": "test"}
SEALED = {**RECORDED, "seal": "0" * 64}


def _create(connection: Connection, table: Table, **values: Any) -> int:
    return int(connection.execute(insert(table).values(**values)).inserted_primary_key[0])


def create_unit(
    connection: Connection, parent_id: int | None = None, level: str = "street", **values: Any
) -> int:
    """A unit below ``parent_id``; its path follows from its ancestors."""
    n = next(_serial)
    row = {"code": f"U{n}", "name": f"单位{n}", "initials": f"DW{n}", "kind": "ordinary", "sort": n}
    row |= {"path": f"tmp{n}", "parent_id": parent_id, "level": level} | values
    unit_id = _create(connection, schema.unit, **row)
    table = schema.unit
    parent = connection.scalar(select(table.c.path).where(table.c.id == parent_id)) or "/"
    connection.execute(
        table.update().where(table.c.id == unit_id).values(path=f"{parent}{unit_id}/")
    )
    return unit_id


def create_street(connection: Connection, grids: int = 2) -> dict[str, int]:
    """A street, one community and ``grids`` grids: ids by street, community, grid1, grid2…"""
    ids = {"street": create_unit(connection, name="测试街道")}
    ids["community"] = create_unit(connection, ids["street"], "community", name="测试社区")
    for n in range(1, grids + 1):
        ids[f"grid{n}"] = create_unit(connection, ids["community"], "grid", name=f"第{n}网格")
    return ids


def path_of(connection: Connection, unit_id: int) -> str:
    """The materialised path of a unit."""
    return str(connection.scalar(select(schema.unit.c.path).where(schema.unit.c.id == unit_id)))


def create_method(connection: Connection, method: Method, starts_on: date | None = None) -> int:
    """``method`` in force from ``starts_on`` (2024-01-01 unless told)."""
    return _create(
        connection,
        schema.method,
        key=method.key,
        name=method.name,
        version=method.version,
        document=method.model_dump_json(),
        starts_on=starts_on or date(2024, 1, 1),
        **RECORDED,
    )


def create_building(connection: Connection, unit_id: int, **values: Any) -> int:
    n = next(_serial)
    row = {"unit_id": unit_id, "code": f"B{n}", "name": f"{n}号楼", "households": 40}
    return _create(connection, schema.building, **row | values)


def create_person(connection: Connection, name: str = "王小明") -> int:
    return _create(connection, schema.person, name=name)


def create_post(connection: Connection, unit_id: int, post_key: str, **values: Any) -> int:
    row = {"unit_id": unit_id, "post_key": post_key, "since": date(2025, 1, 1)}
    row["person_id"] = values.pop("person_id", None) or create_person(connection)
    return _create(connection, schema.post, **row | values)


def create_member(connection: Connection, unit_id: int, name: str = "王小明", **values: Any) -> int:
    row = {"unit_id": unit_id, "code": f"M{next(_serial)}", "class_key": "employed"}
    row |= {"person_id": create_person(connection, name), "joined_on": date(2020, 7, 1)}
    return _create(connection, schema.member, **row | values)


def create_points(
    connection: Connection,
    member_id: int,
    unit_id: int,
    method_id: int,
    points: float,
    **values: Any,
) -> int:
    row = {"member_id": member_id, "unit_id": unit_id, "method_id": method_id, "points": points}
    row |= {"rule_key": "duty_one", "rule_name": "履职", "kind": "duty", "note": ""}
    row |= {"happened_on": date(2026, 11, 2), "needs_approval": 0, "status": "approved"}
    return _create(connection, schema.points_entry, **row | SEALED | values)


def create_checkup(
    connection: Connection, member_id: int, unit_id: int, method_id: int, **values: Any
) -> int:
    row = {"member_id": member_id, "unit_id": unit_id, "method_id": method_id}
    row |= {"quarter": "2026Q3", "checked_on": date(2026, 9, 20), "published_on": date(2026, 9, 25)}
    row |= {"self_score": 80, "democratic_score": 80, "organisation_score": 80}
    row |= {"self_weight": 10, "democratic_weight": 40, "organisation_weight": 50}
    return _create(connection, schema.checkup, **row | RECORDED | values)


def create_appeal(connection: Connection, unit_id: int, method_id: int, **values: Any) -> int:
    """An open appeal received at AT, due four days on, unless told otherwise."""
    received = values.get("received_at", AT)
    row = {"unit_id": unit_id, "method_id": method_id, "code": f"A{next(_serial)}"}
    row |= {"workflow_key": "hotline", "category_key": "facility", "channel": "12345热线"}
    row |= {"title": "楼道照明不亮", "content": "", "received_at": received}
    row |= {"state": "accepted", "state_type": "open", "state_since": received, "furthest": 0}
    row |= {"yellow_at": received + timedelta(days=3), "due_at": received + timedelta(days=4)}
    return _create(connection, schema.appeal, **row | RECORDED | values)


def create_appeal_event(
    connection: Connection, appeal_id: int, state: str, happened_at: datetime = AT, **values: Any
) -> int:
    row = {"appeal_id": appeal_id, "kind": "advance", "state": state, "happened_at": happened_at}
    return _create(connection, schema.appeal_event, **row | {"reply": ""} | SEALED | values)


def create_team(connection: Connection, name: str = "爱心服务队", **values: Any) -> int:
    row = {"code": f"T{next(_serial)}", "name": name, "skill": "助老", "colour": ""}
    return _create(connection, schema.team, **row | values)


def create_volunteer(
    connection: Connection, unit_id: int, team_id: int, name: str = "李小红", **values: Any
) -> int:
    row = {"unit_id": unit_id, "team_id": team_id, "code": f"V{next(_serial)}"}
    row |= {"person_id": create_person(connection, name), "joined_on": date(2024, 1, 1)}
    return _create(connection, schema.volunteer, **row | values)


def create_order(connection: Connection, unit_id: int, **values: Any) -> int:
    row = {"unit_id": unit_id, "code": f"O{next(_serial)}", "activity": "助老", "title": "送药上门"}
    return _create(connection, schema.service_order, **row | {"placed_at": AT} | RECORDED | values)


def create_service(
    connection: Connection,
    volunteer_id: int,
    unit_id: int,
    team_id: int,
    minutes: int,
    **values: Any,
) -> int:
    row = {"volunteer_id": volunteer_id, "unit_id": unit_id, "team_id": team_id}
    row |= {"minutes": minutes, "activity": "助老", "started_at": AT, "note": ""}
    row |= {"certified_by": "测试员", "needs_approval": 1, "status": "approved"}
    return _create(connection, schema.service_record, **row | SEALED | values)


def create_time_account(connection: Connection, kind: str, **values: Any) -> int:
    return _create(connection, schema.time_account, **{"kind": kind, "balance": 0} | values)


def create_time_transfer(connection: Connection, kind: str, **values: Any) -> int:
    row = {"kind": kind, "happened_at": AT, "note": ""}
    return _create(connection, schema.time_transfer, **row | RECORDED | values)


def create_time_posting(
    connection: Connection, transfer_id: int, account_id: int, points: int
) -> int:
    return _create(
        connection,
        schema.time_posting,
        time_transfer_id=transfer_id,
        time_account_id=account_id,
        points=points,
        seal="0" * 64,
    )


def create_visit(connection: Connection, unit_id: int, **values: Any) -> int:
    row = {"unit_id": unit_id, "visited_at": AT, "finding": ""}
    return _create(connection, schema.visit, **row | SEALED | values)


def create_decision(
    connection: Connection, subject: str, subject_id: int, verdict: str = "approved", **values: Any
) -> int:
    row = {"subject": subject, "subject_id": subject_id, "verdict": verdict, "reason": ""}
    return _create(connection, schema.decision, **row | SEALED | values)
