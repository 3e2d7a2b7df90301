"""Members' points and check-ups: totals, grades, warning lines and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil, fsum
from typing import TypeVar

from data.errors import RuleError
from data.method.members import Checkup, FollowUp, Grade, PointsRule, PointsScheme, WarningLine
from data.ranking import competition_rank

Id = TypeVar("Id")

_PART_NAMES = {"self": "党员自评", "democratic": "民主测评", "organisation": "组织点评"}


def total(points: Iterable[float]) -> float:
    """The sum of signed points, exact whatever their order."""
    return fsum(points)


def validate_points(rule: PointsRule, points: float | None, already_this_cycle: float) -> float:
    """The signed points one entry under ``rule`` carries (a deduction is negative).

    ``points`` are given without a sign, None for the rule's usual number;
    ``already_this_cycle`` is what the member has under this rule in the cycle,
    signed or not.  Raises RuleError outside the rule's range or above its cap.
    """
    low, high = rule.allowed
    given = rule.points if points is None else points
    if given % 0.5 != 0:
        raise RuleError(f"分值须为 0.5 的整数倍，现为 {given:g}，请修改", "分值")
    if not low <= given <= high:
        allowed = f"{low:g}" if low == high else f"{low:g} 至 {high:g}"
        raise RuleError(f"“{rule.name}”的分值应为 {allowed} 分，现为 {given:g} 分，请修改", "分值")
    _check_cap(rule, given, abs(already_this_cycle))
    return -given if rule.kind == "deduction" else given


def _check_cap(rule: PointsRule, given: float, already: float) -> None:
    if rule.cycle_cap is None or already + given <= rule.cycle_cap:
        return
    left = max(rule.cycle_cap - already, 0)
    raise RuleError(
        f"“{rule.name}”本年度上限 {rule.cycle_cap:g} 分，已有 {already:g} 分，"
        f"最多还能记 {left:g} 分，现为 {given:g} 分，请修改",
        "分值",
    )


def grade_of_line(grades: Sequence[Grade], score: float) -> Grade:
    """The best grade whose line ``score`` reaches; the last one below every line."""
    for grade in grades:
        if grade.at_least is not None and score >= grade.at_least:
            return grade
    return grades[-1]


def grade_points(scheme: PointsScheme, totals: Mapping[Id, float]) -> dict[Id, str]:
    """The grade key of everybody in ``totals`` (id → points), by line or by rank.

    By rank, a share of people is rounded up and ties share the better grade.
    """
    if scheme.graded_by == "line":
        return {who: grade_of_line(scheme.grades, score).key for who, score in totals.items()}
    last_ranks = [_last_rank(grade, len(totals)) for grade in scheme.grades]
    ranks = competition_rank(totals.values())
    return {
        who: _grade_of_rank(scheme.grades, last_ranks, rank)
        for who, rank in zip(totals, ranks, strict=True)
    }


def _last_rank(grade: Grade, people: int) -> int:
    # through str: 0.14 × 50 must be 7, not a hair above it
    return ceil(Fraction(str(grade.top_share)) * people)


def _grade_of_rank(grades: Sequence[Grade], last_ranks: Sequence[int], rank: int) -> str:
    for grade, last_rank in zip(grades, last_ranks, strict=True):
        if rank <= last_rank:
            return grade.key
    return grades[-1].key


def follow_up(scheme: PointsScheme, grades_by_year: Sequence[str]) -> FollowUp | None:
    """What the failing years in a row at the end of ``grades_by_year`` lead to, if anything."""
    failing = 0
    for grade in reversed(grades_by_year):
        if grade != scheme.failing_grade:
            break
        failing += 1
    due = [f for f in scheme.follow_ups if f.years_in_a_row <= failing]
    return max(due, key=lambda f: f.years_in_a_row, default=None)


def weights_of(checkup: Checkup) -> dict[str, int]:
    """Per cent by part: self, democratic, organisation."""
    return {part.key: part.weight for part in checkup.parts}


def checkup_total(
    self_score: float, democratic: float, organisation: float, weights: Mapping[str, int]
) -> float:
    """The weighted total of a check-up, 0–100, rounded half up to one decimal.

    ``weights`` are in per cent, by part.  Raises RuleError for a part outside 0–100.
    """
    parts = {"self": self_score, "democratic": democratic, "organisation": organisation}
    for key, score in parts.items():
        if not 0 <= score <= 100:
            name = _PART_NAMES[key]
            raise RuleError(f"{name}须在 0 至 100 分之间，现为 {score:g}，请修改", name)
    weighted = sum(Decimal(str(parts[key])) * weights[key] for key in parts) / 100
    return float(Decimal(weighted).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


def checkup_grade(checkup: Checkup, score: float) -> Grade:
    """The health grade (健康, 亚健康…) of a check-up's total."""
    return grade_of_line(checkup.grades, score)


def warning_line(checkup: Checkup, score: float) -> WarningLine | None:
    """The warning line a check-up's total falls on, if any: apart from its grade."""
    for line in checkup.lines:
        if line.at_least <= score < line.below:
            return line
    return None
