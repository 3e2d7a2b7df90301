"""Nobody approves what he entered himself, or what is about himself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from data import schema
from data.access import allowed, reach
from data.writes.approvals import record_decisions
from tests.data.access.ground import Ground, create_ground
from tests.data.writes.world import NOW, refused


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    made = create_ground(tmp_path)
    yield made
    made.world.engines.dispose()


def decide(ground: Ground, who: str, subject: str, row_id: int) -> None:
    record_decisions(
        ground.world.engines,
        subject=subject,
        subject_ids=[row_id],
        verdict="approved",
        actor=ground.actors[who],
        at=NOW,
    )


@pytest.mark.parametrize("who", ["secretary", "admin"])
@pytest.mark.parametrize("subject", ["points_entry", "service_record"])
def test_what_one_entered_oneself_waits_for_another(ground: Ground, who: str, subject: str) -> None:
    place, table = ground.at("own"), schema.metadata.tables[subject]
    row_id = place.ids["pending_points" if subject == "points_entry" else "pending_service"]
    with ground.world.engines.writer.begin() as connection:
        mine = update(table).where(table.c.id == row_id)
        connection.execute(mine.values(recorded_by_account=ground.accounts[who]))
    with refused(ground.world.engines, "审核", "自己登记的", "请另一位审核人"):
        decide(ground, who, subject, row_id)
    other = "admin" if who == "secretary" else "secretary"
    decide(ground, other, subject, row_id)


@pytest.mark.parametrize("subject", ["points_entry", "service_record"])
def test_what_is_about_oneself_waits_for_another(ground: Ground, subject: str) -> None:
    place = ground.at("own")
    points = subject == "points_entry"
    people, mine = (
        (schema.member, place.members) if points else (schema.volunteer, place.volunteers)
    )
    row_id = place.ids["pending_points" if points else "pending_service"]
    with ground.world.engines.writer.begin() as connection:
        person = connection.execute(people.select().where(people.c.id == mine[0])).one().person_id
        me = update(schema.account).where(schema.account.c.login == "secretary")
        connection.execute(me.values(person_id=person))
    with refused(ground.world.engines, "审核", "您本人"):
        decide(ground, "secretary", subject, row_id)
    decide(ground, "admin", subject, row_id)


def test_reach_and_menus_follow_the_table(ground: Ground) -> None:
    own = ground.at("own").path
    with ground.world.engines.read() as connection:
        found = {
            who: reach(connection, ground.actors[who], "record_appeal", at=NOW)
            for who in ("admin", "leader", "secretary", "worker", "disabled", "display", "visitor")
        }
        worker = ground.actors["worker"]
        assert allowed(connection, worker, "reverse_points", own, at=NOW)
        assert not allowed(connection, worker, "record_decisions", own, at=NOW)
    assert found == {
        "admin": ["/"],
        "leader": [],
        "secretary": [own],
        "worker": [own],
        "disabled": [],
        "display": [],
        "visitor": [],
    }
