"""Members: classes, the yearly points scheme and the quarterly check-up."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from data.method.base import Key, Name, Score, Section, SectionError, need, require_unique

EntryKind = Literal["base", "duty", "award", "deduction"]


class MemberClass(Section):
    """A class of members; ``base_points`` opens the cycle (None: no points scheme)."""

    key: Key
    name: Name
    base_points: Score | None = None


class Grade(Section):
    """A grade reached at ``at_least`` points, or by being in the best ``top_share``."""

    key: Key
    name: Name
    at_least: float | None = None
    top_share: Annotated[float, Field(gt=0, le=1)] | None = None


class FollowUp(Section):
    """What happens after ``years_in_a_row`` failing years."""

    years_in_a_row: Annotated[int, Field(ge=1)]
    key: Key
    action: Name


class PointsRule(Section):
    """One reason to give or take points; ``points`` is the usual, min/max the range.

    All are written as positive numbers; the kind gives the sign.  ``group`` is
    the heading the rule stands under in forms and files.
    """

    key: Key
    name: Name
    group: Name | None = None
    kind: Literal["duty", "award", "deduction"]
    points: Annotated[float, Field(gt=0, multiple_of=0.5)]
    points_min: Score | None = None
    points_max: Score | None = None
    cycle_cap: Score | None = None
    needs_approval: bool = False

    @property
    def allowed(self) -> tuple[float, float]:
        """Smallest and largest number of points one entry may carry."""
        low = self.points if self.points_min is None else self.points_min
        return low, self.points if self.points_max is None else self.points_max

    @model_validator(mode="after")
    def _in_range(self) -> PointsRule:
        low, high = self.allowed
        if not low <= self.points <= high:
            raise SectionError("points 须落在 points_min 与 points_max 之间", "points")
        if self.cycle_cap is not None and self.cycle_cap < high:
            raise SectionError(f"年度上限须不小于单次最高分 {high:g}", "cycle_cap")
        return self


class PointsScheme(Section):
    """Yearly points: 基础分 + 履职分 + 奖励分 − 扣减分, graded by line or by rank."""

    cycle: Literal["year"] = "year"
    graded_by: Literal["line", "rank"] = "line"
    grades: Annotated[list[Grade], Field(min_length=2)]
    failing_grade: Key
    follow_ups: list[FollowUp] = Field(default_factory=list)
    rules: Annotated[list[PointsRule], Field(min_length=1)]

    @model_validator(mode="after")
    def _consistent(self) -> PointsScheme:
        require_unique(self.rules, "rules")
        require_unique(self.follow_ups, "follow_ups")
        need(self.failing_grade, {g.key for g in self.grades}, "grades", "failing_grade")
        check_grades(self.grades, by_rank=self.graded_by == "rank")
        years = [f.years_in_a_row for f in self.follow_ups]
        if years != sorted(set(years)):
            raise SectionError("须按连续不达标的年数从少到多排列，且不重复", "follow_ups")
        return self


def check_grades(grades: list[Grade], *, by_rank: bool = False) -> None:
    """Raise SectionError unless grades run best first and leave nobody without one."""
    require_unique(grades, "grades")
    field, other = ("top_share", "at_least") if by_rank else ("at_least", "top_share")
    values: list[float] = []
    for index, grade in enumerate(grades):
        value = getattr(grade, field)
        if value is None:
            raise SectionError(f"每个等次都要写 {field}", "grades", index, field)
        if getattr(grade, other) is not None:
            raise SectionError(f"等次按 {field} 划分，不能再写 {other}", "grades", index, other)
        if values and (value <= values[-1] if by_rank else value >= values[-1]):
            raise SectionError("等次须从高到低排列", "grades", index, field)
        values.append(value)
    if by_rank and values[-1] != 1:
        raise SectionError("最后一个等次的 top_share 须为 1，否则有人没有等次", "grades")
    if not by_rank and values[-1] > 0:
        raise SectionError("最后一个等次须从 0 分起，否则有人没有等次", "grades")


class CheckupPart(Section):
    """One part of the check-up and its weight in per cent."""

    key: Literal["self", "democratic", "organisation"]
    name: Name
    weight: Annotated[int, Field(gt=0, le=100)]


class WarningLine(Section):
    """A band of scores [at_least, below) that asks for an action."""

    key: Literal["yellow_line", "red_line"]
    name: Name
    at_least: Annotated[float, Field(ge=0)]
    below: Annotated[float, Field(le=100)]
    action: Name

    @model_validator(mode="after")
    def _band(self) -> WarningLine:
        if self.at_least >= self.below:
            raise SectionError("at_least 须小于 below", "at_least")
        return self


class Checkup(Section):
    """党性体检: weighted parts, health grades and, apart from them, warning lines."""

    cycle: Literal["quarter"] = "quarter"
    publish_within_days: Annotated[int, Field(gt=0)] = 7
    parts: list[CheckupPart]
    grades: Annotated[list[Grade], Field(min_length=2)]
    lines: list[WarningLine] = Field(default_factory=list)

    @model_validator(mode="after")
    def _consistent(self) -> Checkup:
        require_unique(self.parts, "parts")
        if {p.key for p in self.parts} != {"self", "democratic", "organisation"}:
            raise SectionError("须写全 self、democratic、organisation 三项", "parts")
        total = sum(p.weight for p in self.parts)
        if total != 100:
            raise SectionError(f"各项 weight 之和应为 100，现为 {total}", "parts")
        check_grades(self.grades)
        self._check_lines()
        return self

    def _check_lines(self) -> None:
        require_unique(self.lines, "lines")
        bands = sorted((line.at_least, line.below) for line in self.lines)
        if any(b[0] < a[1] for a, b in pairwise(bands)):
            raise SectionError("警戒线的分数段不能重叠", "lines")
