"""Which units a map draws around the chosen one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from components import mapping
from components.filters import View
from data.scope import Scope

AT = datetime(2026, 1, 1, tzinfo=UTC)
LEVELS = ["street", "community", "grid", "micro_grid"]


def make_view(level: str, path: str) -> View:
    return View(1, "X", "单位", level, path, "year", Scope(path, AT, AT, AT))


def test_a_unit_is_drawn_from_within() -> None:
    assert mapping.map_path(make_view("community", "/1/4/"), "grid") == "/1/4/"


@pytest.fixture(autouse=True)
def everything_in_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's reach is asked of a database here."""
    monkeypatch.setattr(mapping.filters.identity, "board_reach", lambda: ["/"])


def test_a_leaf_is_drawn_among_its_siblings() -> None:
    assert mapping.map_path(make_view("micro_grid", "/1/4/9/20/"), "micro_grid") == "/1/4/9/"


def test_a_lone_top_unit_is_drawn_by_itself() -> None:
    assert mapping.map_path(make_view("street", "/1/"), "street") == "/"


@pytest.mark.parametrize(
    ("level", "drawn"),
    [("street", "grid"), ("community", "grid"), ("grid", "below"), ("micro_grid", "below")],
)
def test_grids_are_drawn_from_above_and_what_is_below_from_a_grid_on(
    monkeypatch: pytest.MonkeyPatch, level: str, drawn: str
) -> None:
    monkeypatch.setattr(mapping, "next_level", lambda _view: "below")
    assert mapping.grid_level(make_view(level, "/1/"), LEVELS, "grid") == drawn


def test_a_level_the_method_no_longer_knows_is_drawn_by_what_is_below(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mapping, "next_level", lambda _view: "below")
    assert mapping.grid_level(make_view("ward", "/1/"), LEVELS, "grid") == "below"
