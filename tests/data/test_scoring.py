from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import RuleError
from data.method.loading import load_preset
from data.method.members import Checkup, FollowUp, Grade, PointsRule, PointsScheme
from data.scoring import (
    checkup_grade,
    checkup_total,
    follow_up,
    grade_of_line,
    grade_points,
    total,
    validate_points,
    warning_line,
    weights_of,
)

POINTS = st.integers(-80, 80).map(lambda half: half / 2)
SCORES = st.integers(0, 1000).map(lambda tenth: tenth / 10)
TOTALS = st.dictionaries(st.integers(), POINTS, max_size=30)
WEIGHTS = {"self": 10, "democratic": 40, "organisation": 50}

BY_LINE = [
    Grade(key="excellent", name="优秀", at_least=90),
    Grade(key="good", name="良好", at_least=75),
    Grade(key="fair", name="一般", at_least=60),
    Grade(key="poor", name="差", at_least=0),
]
BY_RANK = [
    Grade(key="excellent", name="优秀", top_share=0.1),
    Grade(key="good", name="良好", top_share=0.6),
    Grade(key="poor", name="差", top_share=1),
]


def scheme_of(grades: Sequence[Grade], graded_by: str) -> PointsScheme:
    return PointsScheme.model_validate(
        {
            "graded_by": graded_by,
            "grades": [grade.model_dump() for grade in grades],
            "failing_grade": "poor",
            "follow_ups": [
                {"years_in_a_row": 1, "key": "talk", "action": "约谈"},
                {"years_in_a_row": 2, "key": "leave", "action": "进入劝退程序"},
            ],
            "rules": [{"key": "visit", "name": "走访", "kind": "duty", "points": 1}],
        }
    )


LINES, RANKS = scheme_of(BY_LINE, "line"), scheme_of(BY_RANK, "rank")


@pytest.fixture(scope="module")
def checkup() -> Checkup:
    """The check-up as 全南县 published it: 10/40/50, 80/60, lines at 70 and 60."""
    published = load_preset("quannan_1234").checkup
    assert published is not None
    return published


def rule_of(**given: Any) -> PointsRule:
    return PointsRule.model_validate(
        {"key": "visit", "name": "走访", "kind": "duty", "points": 2} | given
    )


def test_a_total_is_base_plus_duty_plus_award_minus_deduction() -> None:
    assert total([60, 20, 5.5, -3]) == 82.5


def test_nobody_entered_anything_totals_zero() -> None:
    assert total([]) == 0


@given(st.lists(POINTS), st.lists(POINTS))
def test_totals_of_parts_add_up_to_the_whole(some: list[float], rest: list[float]) -> None:
    assert total(some) + total(rest) == total(rest + some)


@given(st.lists(POINTS))
def test_reversing_every_entry_leaves_nothing(points: list[float]) -> None:
    assert total([*points, *(-p for p in points)]) == 0


def test_points_left_out_are_the_usual_ones_of_the_rule() -> None:
    assert validate_points(rule_of(), None, 0) == 2


def test_a_deduction_counts_against_the_member() -> None:
    assert validate_points(rule_of(kind="deduction"), None, 0) == -2


@pytest.mark.parametrize("points", [0.5, 2, 5])
def test_points_may_lie_anywhere_in_the_range_of_the_rule(points: float) -> None:
    assert validate_points(rule_of(points_min=0.5, points_max=5), points, 0) == points


@pytest.mark.parametrize(
    ("points", "says"),
    [
        (0, "0.5 至 5 分，现为 0 分"),
        (5.5, "0.5 至 5 分，现为 5.5 分"),
        (-1, "0.5 至 5 分，现为 -1 分"),
        (1.25, "0.5 的整数倍，现为 1.25"),
        (float("nan"), "0.5 的整数倍"),
        (float("inf"), "0.5 的整数倍"),
    ],
)
def test_points_outside_the_range_are_refused(points: float, says: str) -> None:
    with pytest.raises(RuleError, match=says) as refused:
        validate_points(rule_of(points_min=0.5, points_max=5), points, 0)
    assert refused.value.field == "分值"


def test_a_rule_without_a_range_takes_its_usual_points_only() -> None:
    with pytest.raises(RuleError, match="应为 2 分，现为 3 分"):
        validate_points(rule_of(), 3, 0)


@pytest.mark.parametrize("kind", ["duty", "deduction"])
def test_a_cap_may_be_reached_but_not_passed(kind: str) -> None:
    capped = rule_of(kind=kind, cycle_cap=10)
    sign = -1 if kind == "deduction" else 1
    assert validate_points(capped, None, sign * 8) == sign * 2
    with pytest.raises(RuleError, match=r"上限 10 分，已有 8.5 分，最多还能记 1.5 分"):
        validate_points(capped, None, sign * 8.5)


def test_a_cap_that_is_already_passed_leaves_nothing() -> None:
    with pytest.raises(RuleError, match="最多还能记 0 分"):
        validate_points(rule_of(cycle_cap=10), None, 12)


@pytest.mark.parametrize(
    ("score", "grade"),
    [(90, "excellent"), (89.5, "good"), (75, "good"), (60, "fair"), (59.5, "poor"), (-4, "poor")],
)
def test_a_line_is_reached_at_its_score(score: float, grade: str) -> None:
    assert grade_of_line(BY_LINE, score).key == grade


@given(TOTALS)
def test_grading_by_line_gives_everybody_the_grade_of_their_own_total(
    totals: dict[int, float],
) -> None:
    expected = {who: grade_of_line(BY_LINE, score).key for who, score in totals.items()}
    assert grade_points(LINES, totals) == expected


def test_grading_by_rank_gives_the_best_share_the_best_grade() -> None:
    totals = {who: float(100 - who) for who in range(30)}
    grades = list(grade_points(RANKS, totals).values())
    # 0.1 × 30 = 3, up to 0.6 × 30 = 18, the other 12
    assert grades == ["excellent"] * 3 + ["good"] * 15 + ["poor"] * 12


def test_a_share_of_people_is_exact_where_floating_point_is_not() -> None:
    shares = [BY_RANK[0].model_copy(update={"top_share": 0.14}), BY_RANK[2]]
    totals = {who: float(100 - who) for who in range(50)}
    grades = list(grade_points(scheme_of(shares, "rank"), totals).values())
    assert grades == ["excellent"] * 7 + ["poor"] * 43  # 0.14 * 50 makes 7.000000000000001


def test_ties_share_the_better_grade() -> None:
    totals = dict.fromkeys(range(5), 80.0) | dict.fromkeys(range(5, 10), 70.0)
    grades = grade_points(RANKS, totals)
    assert [grades[who] for who in (0, 4, 5, 9)] == ["excellent"] * 2 + ["good"] * 2


def test_one_member_alone_is_the_best() -> None:
    assert grade_points(RANKS, {"only": 3.0}) == {"only": "excellent"}


@given(st.sampled_from([LINES, RANKS]), TOTALS)
def test_everybody_gets_exactly_one_grade_of_the_scheme(
    scheme: PointsScheme, totals: dict[int, float]
) -> None:
    grades = grade_points(scheme, totals)
    assert grades.keys() == totals.keys()
    assert set(grades.values()) <= {grade.key for grade in scheme.grades}


@given(st.sampled_from([LINES, RANKS]), TOTALS)
def test_who_has_more_points_never_has_a_worse_grade(
    scheme: PointsScheme, totals: dict[int, float]
) -> None:
    order = [grade.key for grade in scheme.grades]
    grades = grade_points(scheme, totals)
    best_first = sorted(totals, key=lambda who: -totals[who])
    places = [order.index(grades[who]) for who in best_first]
    assert places == sorted(places)


@given(TOTALS)
def test_equal_totals_have_equal_grades(totals: dict[int, float]) -> None:
    grades = grade_points(RANKS, totals)
    assert len({(totals[who], grades[who]) for who in totals}) == len(set(totals.values()))


@pytest.mark.parametrize(
    ("years", "action"),
    [
        ([], None),
        (["good"], None),
        (["poor"], "talk"),
        (["poor", "poor"], "leave"),
        (["poor", "poor", "poor"], "leave"),
        (["poor", "good", "poor"], "talk"),  # not in a row
        (["poor", "poor", "good"], None),  # mended
    ],
)
def test_failing_years_in_a_row_lead_to_a_follow_up(years: list[str], action: str | None) -> None:
    due = follow_up(LINES, years)
    assert (due.key if due else None) == action


def test_a_scheme_without_follow_ups_asks_for_none() -> None:
    lenient = LINES.model_copy(update={"follow_ups": list[FollowUp]()})
    assert follow_up(lenient, ["poor"] * 5) is None


def test_a_checkup_weighs_its_three_parts(checkup: Checkup) -> None:
    # 95 × 10 % + 80 × 40 % + 70 × 50 % = 9.5 + 32 + 35
    assert checkup_total(95, 80, 70, weights_of(checkup)) == 76.5
    assert weights_of(checkup) == WEIGHTS


@pytest.mark.parametrize(
    ("democratic", "rounded"), [(80.1, 92.0), (80.125, 92.1), (80.25, 92.1), (80.0, 92.0)]
)
def test_a_checkup_total_is_rounded_half_up_to_one_decimal(
    democratic: float, rounded: float
) -> None:
    # 100 × 10 % + democratic × 40 % + 100 × 50 %: 92.04, 92.05, 92.1, 92
    assert checkup_total(100, democratic, 100, WEIGHTS) == rounded


@pytest.mark.parametrize(
    ("scores", "field"),
    [((100.5, 80, 80), "党员自评"), ((80, -1, 80), "民主测评"), ((80, 80, 101), "组织点评")],
)
def test_a_part_of_a_checkup_outside_0_to_100_is_refused(
    scores: tuple[float, float, float], field: str
) -> None:
    with pytest.raises(RuleError, match=f"{field}须在 0 至 100 分之间") as refused:
        checkup_total(*scores, WEIGHTS)
    assert refused.value.field == field


@given(SCORES, SCORES, SCORES)
def test_a_checkup_total_lies_between_its_parts(a: float, b: float, c: float) -> None:
    assert min(a, b, c) <= checkup_total(a, b, c, WEIGHTS) <= max(a, b, c)


@given(SCORES)
def test_equal_parts_make_the_same_total_whatever_the_weights(score: float) -> None:
    assert checkup_total(score, score, score, WEIGHTS) == score


@pytest.mark.parametrize(
    ("score", "grade", "line"),
    [
        (80, "党性健康", None),
        (79.9, "亚健康", None),
        (70, "亚健康", None),
        (69.9, "亚健康", "yellow_line"),
        (60, "亚健康", "yellow_line"),
        (59.9, "不健康", "red_line"),
        (0, "不健康", "red_line"),
    ],
)
def test_grades_and_warning_lines_are_two_scales(
    checkup: Checkup, score: float, grade: str, line: str | None
) -> None:
    warned = warning_line(checkup, score)
    assert (checkup_grade(checkup, score).name, warned.key if warned else None) == (grade, line)
