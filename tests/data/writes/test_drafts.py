"""Drafts survive; what was sent is no draft any more."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from data.drafts import LONGEST, draft_owner
from data.engines import Engines, open_engines
from data.errors import AccessError
from data.identity import VISITOR, Actor, system
from data.queries.drafts import WRITTEN, Draft, fetch_draft
from data.writes.drafts import clear_draft, save_draft
from tests.data.writes.actors import actor_of
from tests.data.writes.test_points import points_of
from tests.data.writes.test_visits import visit_of
from tests.data.writes.world import (
    NOW,
    ODD_TEXT,
    STAMP,
    World,
    refused,
    revision_of,
    rolled_back,
    rows_of,
)

TYPED = {"finding": ODD_TEXT, "day": date(2026, 11, 20), "people": [1, 2]}


def saved(world: World, **changes: Any) -> None:
    given: dict[str, Any] = {"form": "visit", "content": TYPED, "grid": "U1", "request_id": "d-1"}
    save_draft(world.engines, **STAMP | given | changes)


def held(engines: Engines, form: str = "visit", actor: Actor = STAMP["actor"]) -> Draft | None:
    with engines.read() as connection:
        return fetch_draft(connection, draft_owner(actor), form)


def test_save_draft_commits(world: World) -> None:
    before, log = revision_of(world.engines), rows_of(world.engines, "audit_entry")
    saved(world)
    assert held(world.engines) == Draft("visit", "U1", TYPED, "d-1", NOW)
    assert revision_of(world.engines) == before  # no page has anything new to show
    assert rows_of(world.engines, "audit_entry") == log


def test_save_draft_rolls_back(world: World) -> None:
    saved(world)
    with rolled_back(world.engines):
        saved(world, content={"finding": "别的"})


def test_a_draft_survives_the_server(world: World) -> None:
    saved(world)
    world.engines.dispose()
    open_engines.cache_clear()
    again = open_engines(str(world.engines.url))
    assert held(again) == Draft("visit", "U1", TYPED, "d-1", NOW)
    again.dispose()


def test_there_is_one_draft_a_person_and_form(world: World) -> None:
    later = NOW + timedelta(minutes=1)
    saved(world)
    saved(world, form="appeal")
    saved(world, actor=system("别人", "test"), content={})
    saved(world, content={"finding": "新"}, request_id="d-2", at=later)
    assert len(rows_of(world.engines, "draft")) == 3
    assert held(world.engines) == Draft("visit", "U1", {"finding": "新"}, "d-2", later)


def test_clear_draft_commits(world: World) -> None:
    saved(world)
    saved(world, form="appeal")
    clear_draft(world.engines, form="visit", request_id="d-1", **STAMP)
    assert held(world.engines) is None
    assert held(world.engines, "appeal") is not None


def test_clear_draft_rolls_back(world: World) -> None:
    saved(world)
    with rolled_back(world.engines):
        clear_draft(world.engines, form="visit", **STAMP)


def test_a_draft_begun_since_is_not_cleared_with_the_one_that_was_sent(world: World) -> None:
    saved(world, request_id="d-2")
    clear_draft(world.engines, form="visit", request_id="d-1", **STAMP)
    assert held(world.engines) is not None
    clear_draft(world.engines, form="visit", **STAMP)
    assert held(world.engines) is None


def test_what_was_written_is_no_draft_even_where_the_answer_was_lost(world: World) -> None:
    saved(world)
    visit_of(world, request_id="d-1")
    assert held(world.engines) is None
    saved(world, form="points", request_id="d-2")
    assert held(world.engines, "points") is not None
    points_of(world, member_ids=world.members, request_id="d-2")
    assert held(world.engines, "points") is None


@pytest.mark.parametrize("form", WRITTEN)
def test_every_form_has_a_draft(world: World, form: str) -> None:
    saved(world, form=form)
    assert held(world.engines, form) is not None


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"form": "visits"}, "表单", "没有名为"),
        ({"content": {"x": "长" * LONGEST}}, "草稿", "太长"),
        ({"content": {"x": object()}}, "草稿", "无法保存"),
        ({"request_id": "x" * 57}, "请求编号", "最多 56"),
        ({"grid": "长" * 41}, "网格", "最多 40"),
    ],
)
def test_a_wrong_draft_is_refused(
    world: World, changes: dict[str, Any], field: str, word: str
) -> None:
    with refused(world.engines, field, word):
        saved(world, **changes)


def test_accounts_keep_their_own_and_visitors_none(world: World) -> None:
    mine, other = actor_of(world), actor_of(world)
    saved(world, actor=mine)
    assert held(world.engines, actor=mine) is not None
    assert held(world.engines, actor=other) is None
    with pytest.raises(AccessError):
        saved(world, actor=VISITOR)
