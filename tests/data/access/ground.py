"""A street in which every unit holds one row of everything, and somebody of every role.

Every role is granted in the first grid; its community is the parent, the second grid a
sibling, a micro-grid below the first its child.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from data import schema
from data.engines import Engines
from data.identity import VISITOR, Actor
from data.importing.apply import apply_import
from data.importing.kinds import KINDS
from data.importing.mapping import guess_mapping
from data.importing.sources import Source, read_source
from data.sessions import resolve_display_key
from data.writes.accounts_admin import create_account
from data.writes.activities import record_activity
from data.writes.appeals import record_appeal, record_appeal_step
from data.writes.approvals import record_decisions
from data.writes.checkup_parts import record_checkup_part
from data.writes.displays import create_display_key
from data.writes.indicators import record_indicator
from data.writes.points import record_points
from data.writes.service import record_service
from data.writes.sessions import token_hash
from data.writes.time_bank import spend_points
from data.writes.visits import record_visit
from tests import builders
from tests.data.writes.world import NOW, STAMP, TODAY, World, create_world

RELATIONS = ("own", "child", "sibling", "parent")
HOLDERS = ("admin", "leader", "secretary", "worker")
LOCKED_OUT = ("disabled", "logged_out", "expired", "idle", "first_password", "revoked", "nobody")
ACTORS = (*HOLDERS, *LOCKED_OUT, "display", "old_display", "visitor", "forged")


@dataclass(frozen=True)
class Place:
    """Ids of what there is in one unit."""

    unit_id: int
    path: str
    members: list[int]
    volunteers: list[int]
    ids: dict[str, int]


@dataclass(frozen=True)
class Ground:
    """The world, its places by relation and the actors by name."""

    world: World
    places: dict[str, Place]
    actors: dict[str, Actor]
    accounts: dict[str, int]

    def at(self, relation: str) -> Place:
        return self.places[relation]


def create_ground(folder: Path) -> Ground:
    world = create_world(folder)
    with world.engines.writer.begin() as connection:
        micro = builders.create_unit(connection, world.units["grid1"], "micro_grid", name="微网格")
    units = {"own": world.units["grid1"], "child": micro}
    units |= {"sibling": world.units["grid2"], "parent": world.units["community"]}
    ground = Ground(world, {}, {}, {})
    for relation in RELATIONS:
        ground.places[relation] = _place(world, units[relation])
    _report_indicators(ground)
    _add_actors(ground)
    return ground


def _place(world: World, unit_id: int) -> Place:
    with world.engines.writer.begin() as connection:
        team = builders.create_team(connection)
        members = [builders.create_member(connection, unit_id) for _ in range(2)]
        volunteers = [builders.create_volunteer(connection, unit_id, team) for _ in range(2)]
        builders.create_post(connection, unit_id, "grid_head")
        path = builders.path_of(connection, unit_id)
    place = Place(unit_id, path, members, volunteers, {})
    _appeals(world, place)
    _ledgers(world, place)
    _service(world, place)
    _file(world, place)
    return place


def _appeals(world: World, place: Place) -> None:
    for name in ("fresh", "appeal"):
        given = {"unit_id": place.unit_id, "category_key": "facilities", "channel": "网格员上报"}
        given |= {"title": "楼道照明不亮", "content": "", "received_at": NOW - timedelta(hours=1)}
        place.ids[name] = record_appeal(world.engines, **STAMP | given).id
    step = {"kind": "advance", "state": "dispatched", "handler": "乙", "happened_at": NOW}
    record_appeal_step(world.engines, appeal_id=place.ids["appeal"], **STAMP | step)
    visited: dict[str, Any] = {"unit_id": place.unit_id, "visited_at": NOW}
    place.ids["visit"] = record_visit(world.engines, **STAMP | visited).id


def _ledgers(world: World, place: Place) -> None:
    for name, rule, points in (("points", "check_in", None), ("pending_points", "discipline", 5)):
        given = {"member_ids": place.members[:1], "rule_key": rule, "points": points}
        given |= {"happened_on": TODAY, "note": ""}
        place.ids[name] = record_points(world.engines, **STAMP | given)[0].id
    part = {"member_id": place.members[0], "quarter": "2026Q3", "part": "self", "score": 80}
    done = record_checkup_part(world.engines, checked_on=TODAY, **STAMP | part)
    place.ids["part"] = done.id
    started: dict[str, Any] = {"kind_key": "lecture", "title": "党课", "started_at": NOW}
    given = {"unit_id": place.unit_id, "member_ids": place.members[:1]} | started
    place.ids["activity"] = record_activity(world.engines, **STAMP | given).id
    with world.engines.read() as connection:
        table = schema.metadata.tables["activity_signin"]
        mine = select(table.c.id).where(table.c.activity_id == place.ids["activity"])
        place.ids["signin"] = connection.execute(mine).scalar_one()


def _service(world: World, place: Place) -> None:
    for name, days, minutes in (("service", 2, 1200), ("pending_service", 4, 60)):
        given: dict[str, Any] = {"volunteer_ids": place.volunteers[:1], "unit_id": place.unit_id}
        given |= {"activity": world.method.volunteering.activities[0], "minutes": minutes}
        given |= {"started_at": NOW - timedelta(days=days), "note": "", "certified_by": "书记"}
        place.ids[name] = record_service(world.engines, **STAMP | given)[0].id
    decided: dict[str, Any] = {"subject": "service_record", "verdict": "approved"}
    ids = [place.ids["service"]]
    record_decisions(world.engines, subject_ids=ids, **STAMP | decided)
    goods: dict[str, Any] = {"volunteer_id": place.volunteers[0], "goods_key": "towel"}
    place.ids["spend"] = spend_points(world.engines, **STAMP | goods).id
    # the spent points were the service's: more of them, so that it can be taken back
    more = {"started_at": NOW - timedelta(days=6), "minutes": 1200, "note": ""}
    given = {"volunteer_ids": place.volunteers[:1], "unit_id": place.unit_id} | more
    given |= {"activity": world.method.volunteering.activities[0], "certified_by": "书记"}
    record = record_service(world.engines, **STAMP | given)[0]
    record_decisions(world.engines, subject_ids=[record.id], **STAMP | decided)


def buildings_of(engines: Engines, place: Place, code: str) -> Source:
    """A file with one building in the place's unit."""
    with engines.read() as connection:
        table = schema.unit.c
        unit_code = connection.scalar(select(table.code).where(table.id == place.unit_id))
    return read_source("楼栋.csv", f"楼栋编码,楼栋名称,单位编码\n{code},楼,{unit_code}\n".encode())


def _file(world: World, place: Place) -> None:
    source = buildings_of(world.engines, place, f"旧{place.unit_id}")
    mapping = guess_mapping(KINDS["buildings"], source.tables[0].header)
    done = apply_import(world.engines, KINDS["buildings"], source, 0, mapping, **STAMP)
    assert done.batch_id is not None
    place.ids["import"] = done.batch_id


def _report_indicators(ground: Ground) -> None:
    """One report a unit; the method allows it in grids, so the others get a copy of that row."""
    engines, own = ground.world.engines, ground.places["own"]
    given: dict[str, Any] = {"unit_id": own.unit_id, "indicator_key": "policy_talks"}
    given |= {"period": "2026-10", "value": 3}
    own.ids["report"] = record_indicator(engines, **STAMP | given).id
    table = schema.metadata.tables["indicator_report"]
    with engines.writer.begin() as connection:
        first = dict(connection.execute(select(table)).mappings().one())
        for relation in RELATIONS[1:]:
            place = ground.places[relation]
            row = {k: v for k, v in first.items() if k != "id"} | {"unit_id": place.unit_id}
            copied = connection.execute(insert(table).values(row))
            place.ids["report"] = copied.inserted_primary_key[0]


def _add_actors(ground: Ground) -> None:
    engines, own = ground.world.engines, ground.places["own"]
    for name in (*HOLDERS, *LOCKED_OUT):
        role = name if name in HOLDERS else "admin"
        grants = [] if name == "nobody" else [(role, None if role == "admin" else own.unit_id)]
        made = create_account(engines, login=name, display_name=name, grants=grants, **STAMP)
        ground.accounts[name] = made.id
        ground.actors[name] = _log_in(ground, name)
    _lock_out(ground)
    for name in ("display", "old_display"):
        made_key = create_display_key(engines, name=name, unit_id=own.unit_id, **STAMP)
        shown = resolve_display_key(engines, made_key.key, at=NOW, address="")
        assert shown is not None
        ground.actors[name] = shown
    with engines.writer.begin() as connection:
        old = schema.display_key.c.name == "old_display"
        connection.execute(schema.display_key.update().where(old).values(revoked_at=NOW))
    ground.actors["visitor"] = VISITOR
    admin = ground.actors["admin"]
    ground.actors["forged"] = replace(admin, session_id=ground.actors["worker"].session_id)


def _log_in(ground: Ground, name: str) -> Actor:
    """A session of the account, as logging in makes it."""
    account_id = ground.accounts[name]
    row = {"token_hash": token_hash(name), "account_id": account_id, "created_at": NOW}
    row |= {"last_seen_at": NOW, "expires_at": NOW + timedelta(days=1)}
    with ground.world.engines.writer.begin() as connection:
        mine = schema.account.c.id == account_id
        connection.execute(schema.account.update().where(mine).values(must_change_password=0))
        new = connection.execute(insert(schema.session).values(row))
        return Actor(account_id, name, "account", "test", "", new.inserted_primary_key[0])


def _lock_out(ground: Ground) -> None:
    """Each of LOCKED_OUT was an administrator until something happened."""
    account, session = schema.account, schema.session
    changes: dict[str, tuple[Any, dict[str, Any]]] = {
        "disabled": (account, {"disabled_at": NOW}),
        "first_password": (account, {"must_change_password": 1}),
        "logged_out": (session, {"revoked_at": NOW}),
        "expired": (session, {"expires_at": NOW}),
        "idle": (session, {"last_seen_at": NOW - timedelta(days=1)}),
    }
    with ground.world.engines.writer.begin() as connection:
        for name, (table, values) in changes.items():
            actor = ground.actors[name]
            row_id = actor.account_id if table is account else actor.session_id
            connection.execute(table.update().where(table.c.id == row_id).values(values))
        grant = schema.account_grant
        taken = grant.c.account_id == ground.accounts["revoked"]
        connection.execute(grant.delete().where(taken))
