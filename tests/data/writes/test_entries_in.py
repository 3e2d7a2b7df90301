"""更正记录: what the office finds by words among the entries of a unit, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import literal, select

from data.entry_forms import FORMS
from data.privacy import COMPOUND_SURNAMES, mask_name
from data.queries.entries_in import KINDS, LATEST, FoundEntries, fetch_entries_in, shown_name
from data.queries.my_entries import COLUMNS
from data.scope import Scope
from tests.builders import create_member, create_volunteer
from tests.data.writes.actors import actor_of
from tests.data.writes.test_activities import activity_of, signin_of
from tests.data.writes.test_appeals import appeal_of
from tests.data.writes.test_checkup_parts import part_of
from tests.data.writes.test_corrections import undone
from tests.data.writes.test_indicators import report_of
from tests.data.writes.test_points import points_of, reversal_of
from tests.data.writes.test_service import service_of
from tests.data.writes.test_visits import visit_of
from tests.data.writes.test_withdrawals import mistaken, waiting, withdrawal_of
from tests.data.writes.world import NOW, World, rows_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONTH = Scope("/1/", datetime(2026, 10, 31, 16, tzinfo=NOW.tzinfo), NOW + HOUR, NOW + HOUR)


def found(world: World, kind: str, words: str = "", **changes: Any) -> FoundEntries:
    with world.engines.read() as connection:
        return fetch_entries_in(connection, replace(MONTH, **changes), kind, words)


def ids(world: World, kind: str, words: str = "", **changes: Any) -> list[int]:
    entries = found(world, kind, words, **changes)
    assert entries.count == len(entries.latest)
    return list(entries.latest["id"])


def people_of(world: World) -> dict[str, list[int]]:
    """A member and a volunteer called 欧阳小红 in the first grid, beside those called 王 and 李."""
    team = rows_of(world.engines, "team")[0].id
    with world.engines.write() as connection:
        unit_id = world.units["grid1"]
        member = create_member(connection, unit_id, "欧阳小红", code="M-欧1")
        return {
            "member_ids": [member],
            "volunteer_ids": [
                create_volunteer(connection, unit_id, team, "欧阳小红", code="V-欧1")
            ],
        }


MADE: dict[str, Callable[..., Any]] = {
    "points": points_of,
    "service": service_of,
    "visit": visit_of,
    "appeal": appeal_of,
    "signin": lambda world, **who: signin_of(world, activity_of(world, **who).id, **who),
    "checkup": part_of,
    "indicator": report_of,
}


def test_every_form_but_the_steps_can_be_corrected() -> None:
    assert set(KINDS) == set(FORMS) - {"step"} == set(MADE)


@pytest.mark.parametrize("kind", KINDS)
def test_entries_of_a_kind_are_told_with_recorder_state_and_undo(world: World, kind: str) -> None:
    me = actor_of(world)
    for make in MADE.values():
        make(world, actor=me)
    entries = found(world, kind)
    rows = entries.latest
    assert list(rows) == [*COLUMNS, "undone_by", "undone_at", "undone_why"]
    assert set(rows["kind"]) == {kind}
    assert entries.count == len(rows) >= 1
    assert set(zip(rows["who"], rows["account_id"], strict=True)) == {(me.name, me.account_id)}
    assert (rows["undo"] != "").all()
    assert (rows["undone_by"] == "").all()


@pytest.mark.parametrize("kind", KINDS)
def test_units_and_periods_keep_entries_apart(world: World, kind: str) -> None:
    MADE[kind](world)
    mine = f"/1/2/{world.units['grid1']}/"
    elsewhere = f"/1/2/{world.units['grid2']}/"
    assert ids(world, kind, path=mine) == ids(world, kind) != []
    assert ids(world, kind, path=elsewhere) == []
    assert ids(world, kind, start=NOW + timedelta(minutes=1)) == []
    assert ids(world, kind, end=NOW) == []


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("points", "欧阳*"),
        ("points", "M-欧1"),
        ("service", "欧阳*"),
        ("service", "V-欧1"),
        ("signin", "欧阳*"),
        ("signin", "M-欧1"),
        ("checkup", "欧阳*"),
        ("checkup", "m-欧1"),
    ],
)
def test_people_are_found_by_code_and_masked_name(world: World, kind: str, words: str) -> None:
    special = people_of(world)
    member = {"member_ids": special["member_ids"]}
    activity = activity_of(world).id
    points_of(world), service_of(world), signin_of(world, activity), part_of(world)
    before = {one: set(ids(world, one)) for one in KINDS}
    points_of(world, **member)
    service_of(world, volunteer_ids=special["volunteer_ids"], started_at=NOW - 9 * HOUR)
    signin_of(world, activity, **member)
    part_of(world, member_id=special["member_ids"][0])
    new = set(ids(world, kind)) - before[kind]
    assert set(ids(world, kind, words)) == new != set()
    assert before[kind]
    assert "欧阳*" in found(world, kind, words).latest["text"].iloc[0]
    assert ids(world, kind, "欧阳小红") == []  # nobody is found by what is not shown


@pytest.mark.parametrize(
    ("kind", "beside", "changes", "words"),
    [
        ("points", {}, {"rule_key": "study"}, ""),
        ("visit", {}, {"finding": "家里100%漏水"}, "100%"),
        ("visit", {"rule_key": "lonely_elder"}, {}, "普通"),
        ("visit", {}, {"unit_id": "grid2"}, "第2网格"),
        ("appeal", {}, {"title": "占道_停车"}, "道_停"),
        ("appeal", {}, {"category_key": "noise"}, ""),
        ("indicator", {"period": "2026-10"}, {"unit_id": "grid2"}, "第2"),
        ("checkup", {}, {"part": "democratic"}, "民主"),
    ],
)
def test_entries_are_found_by_rule_title_and_unit(
    world: World, kind: str, beside: dict[str, Any], changes: dict[str, Any], words: str
) -> None:
    if "unit_id" in changes:
        changes = {"unit_id": world.units[changes["unit_id"]]}
    if beside.get("rule_key"):
        beside = {"rule_key": world.method.must_visit[0].key}
    if changes.get("rule_key"):
        words = world.method.rule(changes["rule_key"]).name
    if changes.get("category_key"):
        words = world.method.category(changes["category_key"]).name
    MADE[kind](world, **beside)
    spurious = set(ids(world, kind))
    MADE[kind](world, **changes)
    mine = set(ids(world, kind)) - spurious
    assert set(ids(world, kind, words)) == mine != set()


def test_every_word_must_be_found(world: World) -> None:
    # names without figures: numbers are searched for as well
    me, other = replace(actor_of(world), name="甲员"), replace(actor_of(world), name="乙员")
    rule = world.method.must_visit[0]
    visit_of(world, actor=me, rule_key=rule.key)
    visit_of(world, actor=other, rule_key=rule.key)
    visit_of(world, actor=me)
    assert ids(world, "visit", f"{rule.name[:3]} {me.name}") == [1]
    assert ids(world, "visit", f"　{me.name} ") == [3, 1]
    assert ids(world, "visit", "2") == [2]  # by its number
    assert ids(world, "visit", f"{me.name} 没有这样的词") == []


@pytest.mark.parametrize(
    "words", ["%", "_", "\\", "'; drop table x; --", "长" * 10_000, "9" * 30, "²", "灯\u202e亮"]
)
def test_odd_words_are_only_words(world: World, words: str) -> None:
    for make in MADE.values():
        make(world)
    assert {kind: ids(world, kind, words) for kind in KINDS} == {kind: [] for kind in KINDS}


def test_what_nobody_can_see_is_not_searched_for(world: World) -> None:
    visit_of(world, finding="灯亮")
    assert ids(world, "visit", "\u202e\a灯亮\ud83d") == [1]


def test_the_latest_are_listed_and_all_are_counted(world: World) -> None:
    visit_of(world, finding="漏水", at=NOW - 5 * HOUR, visited_at=NOW - DAY)
    for minutes in range(LATEST + 3, 0, -1):
        visit_of(world, at=NOW - timedelta(minutes=minutes), visited_at=NOW - DAY)
    entries = found(world, "visit")
    assert entries.count == LATEST + 4
    assert list(entries.latest["id"]) == list(range(LATEST + 4, 4, -1))
    assert ids(world, "visit", "漏水") == [1]


@pytest.mark.parametrize("kind", ["visit", "indicator", "checkup", "signin"])
def test_a_counter_entry_is_told_with_what_it_took_back(world: World, kind: str) -> None:
    MADE[kind](world)
    row_id = ids(world, kind)[0]
    undone(world, "part" if kind == "checkup" else kind, row_id, reason="记错了人")
    rows = found(world, kind).latest.set_index("id")
    assert rows.loc[row_id, "state"] == "withdrawn"
    assert rows.loc[row_id, ["undone_by", "undone_at", "undone_why"]].tolist() == [
        "网格员甲",
        NOW,
        "记错了人",
    ]
    assert (rows.drop(row_id)["undone_by"] == "").all()


def test_points_taken_back_either_way_tell_how(world: World) -> None:
    first = points_of(world, rule_key="study")[0].id
    reversal_of(world, first, reason="算错了")
    waits, stays = waiting(world, member_ids=world.members[:2])
    withdrawal_of(world, [waits])
    told = found(world, "points").latest.set_index("id")["undone_why"].to_dict()
    assert {k: told[k] for k in (first, waits, stays)} == {
        first: "算错了",
        waits: "选错了人",
        stays: "",
    }


def test_a_mistaken_appeal_tells_how(world: World) -> None:
    appeal_of(world), appeal_of(world)
    mistaken(world, 1)
    told = found(world, "appeal").latest.set_index("id")
    assert told["undone_why"].to_dict() == {1: "同一件事登了两次", 2: ""}
    assert told["undo"].to_dict() == {1: "", 2: "withdraw_appeal"}


def test_what_is_no_kind_is_an_error(world: World) -> None:
    with pytest.raises(KeyError):
        found(world, "step")


@pytest.mark.parametrize(
    "name", ["王小明", "欧阳锋锋", "欧阳", "王", " 李红 ", "司马光", *sorted(COMPOUND_SURNAMES)[:5]]
)
def test_the_database_masks_names_as_the_program_does(world: World, name: str) -> None:
    with world.engines.read() as connection:
        assert connection.scalar(select(shown_name(literal(name)))) == mask_name(name)
