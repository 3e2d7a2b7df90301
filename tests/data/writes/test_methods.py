"""Adopting a method."""

from __future__ import annotations

from datetime import date
from typing import Any

from data.method.loading import load_preset
from data.queries.methods import (
    MethodInForce,
    fetch_method,
    fetch_method_in_force,
    fetch_methods,
)
from data.writes.methods import adopt_method
from tests.data.writes.world import STAMP, TODAY, World, dump, refused, revision_of, rolled_back

SPRING = date(2027, 3, 1)


def adoption(world: World, **changes: Any) -> MethodInForce:
    given: dict[str, Any] = {"method": load_preset("duerping_points"), "starts_on": SPRING}
    return adopt_method(world.engines, **STAMP | given | changes)


def test_adopt_method_commits(world: World) -> None:
    before = revision_of(world.engines)
    adopted = adoption(world)
    with world.engines.read() as connection:
        assert fetch_method_in_force(connection, date(2027, 2, 28)).id == world.method_id
        assert fetch_method_in_force(connection, SPRING) == adopted
        assert fetch_method(connection, adopted.id).method == load_preset("duerping_points")
        assert [m.id for m in fetch_methods(connection)] == [adopted.id, world.method_id]
    assert revision_of(world.engines) == before + 1


def test_adopt_method_rolls_back(world: World) -> None:
    with rolled_back(world.engines):
        adoption(world)


def test_of_two_methods_of_one_day_the_later_adopted_is_in_force(world: World) -> None:
    adoption(world)
    second = adoption(world, method=world.method)
    with world.engines.read() as connection:
        assert fetch_method_in_force(connection, SPRING).id == second.id


def test_a_repeated_request_adopts_once(world: World) -> None:
    first = adoption(world, request_id="m-1")
    before = dump(world.engines)
    assert adoption(world, request_id="m-1") == first
    assert dump(world.engines) == before


def test_a_method_may_not_start_before_the_one_in_force(world: World) -> None:
    adoption(world)
    with refused(world.engines, "启用日期", "不能早于上一份工作法的启用日期 2027-03-01"):
        adoption(world, starts_on=TODAY)


def test_a_method_must_know_the_levels_and_classes_in_use(world: World) -> None:
    levels = [level for level in world.method.levels if level.key != "community"]
    with refused(world.engines, "工作法", "单位层级（community）"):
        adoption(world, method=world.method.model_copy(update={"levels": levels}))
    classes = [c for c in world.method.member_classes if c.key != "employed"]
    with refused(world.engines, "工作法", "党员类别（employed）"):
        adoption(world, method=world.method.model_copy(update={"member_classes": classes}))
