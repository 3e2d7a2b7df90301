"""A wall shows what the method in force knows: no points, no figures of points."""

from __future__ import annotations

from datetime import date

import pytest

from components.wall import boards
from components.wall import texts as t
from components.wall.options import TURNS, parse
from data.method import Method
from data.method.loading import load_preset
from data.metrics import MAP_METRICS
from data.offered import offered
from tests import builders
from tests.components.wall.conftest import Ask

pytestmark = pytest.mark.usefixtures("public")


@pytest.fixture
def method() -> Method:
    """A method with a check-up and without points."""
    return load_preset("quannan_1234")


@pytest.fixture
def members(engines, ground: dict[str, int]) -> None:
    with engines.write() as connection:
        for n in range(7):
            grid = ground["grid1"] if n else ground["grid2"]
            builders.create_member(connection, grid, joined_on=date(2020, 1, 1))


def html_of(ask: Ask, scene: str) -> str:
    return ask("/wall/board", scene=scene).json["board"]["html"]


def test_without_points_members_are_counted_and_checked_up(ask: Ask, members) -> None:
    html = html_of(ask, "members")
    assert "no-points" in html
    assert "人均积分" not in html
    counts = html.split('data-part="member_counts"')[1].split("</section>")[0]
    assert "<b>7 人</b>" in counts
    assert 'data-part="checkups"' in html


def test_without_points_the_overview_shows_the_check_up_in_their_place(ask: Ask, members) -> None:
    html = html_of(ask, "overview")
    assert "人均积分" not in html
    assert 'data-part="checkups"' in html
    assert 'data-part="grades"' not in html


@pytest.mark.parametrize("scene", ["overview", "members"])
def test_every_opener_opens_without_points(ask: Ask, members, scene: str) -> None:
    openers = {part.split('"')[0] for part in html_of(ask, scene).split('data-open="')[1:]}
    assert openers
    for key in openers:
        assert ask("/wall/detail", open=key).status == 200, key


def test_the_map_turns_through_metrics_the_method_knows(method: Method) -> None:
    turns = {boards._metric(parse([]), method, "map", turn) for turn in range(len(TURNS))}
    assert turns == set(TURNS) - {"mean_points"}
    # a wall that asks for nothing else still has something to show
    only = parse([("metric", "mean_points")])
    assert boards._metric(only, method, "map", 0) == "on_time_rate"


def test_points_are_offered_where_there_is_a_scheme(method: Method) -> None:
    assert offered(MAP_METRICS, load_preset("demo_street")) == MAP_METRICS
    assert offered(("members", "mean_points", "visits"), method) == ("members", "visits")


class TestWithNeither:
    """A method without points and without a check-up."""

    @pytest.fixture
    def method(self) -> Method:
        return load_preset("quannan_1234").model_copy(update={"checkup": None})

    def test_the_overview_says_that_there_are_no_points(self, ask: Ask, members) -> None:
        assert t.NO_GRADES in html_of(ask, "overview")

    def test_the_scene_of_members_is_skipped(self, ask: Ask, members) -> None:
        answer = ask("/wall/board", scenes="members,overview", scene="members").json
        assert [key for key, _, _ in answer["scenes"]] == ["overview"]
