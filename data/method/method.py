"""A whole work method and the references that must hold between its sections."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from data.method.appeals import Category, Workflow
from data.method.base import Key, Name, Section, SectionError, find, need, require_unique
from data.method.members import Checkup, MemberClass, PointsRule, PointsScheme
from data.method.reporting import ActivityKind, Indicator
from data.method.volunteers import MustVisit, TimeBank, Volunteering

# keys of data.metrics that a method may set a goal for
TARGETS = (
    "on_time_rate",
    "response_rate",
    "resolution_rate",
    "satisfaction_rate",
    "mean_points",
    "hours",
    "visits",
)

# sections that are lists of things with a key
KEYED = (
    "levels",
    "posts",
    "member_classes",
    "workflows",
    "categories",
    "must_visit",
    "activities",
    "indicators",
)


class Level(Section):
    """One storey of the unit tree, top first."""

    key: Key
    name: Name


class Post(Section):
    """A post (岗位) that units of one level fill with people."""

    key: Key
    name: Name
    level: Key
    duty: str = ""


class Method(Section):
    """A whole work method, ready to run a community by.

    ``targets``: rates in per cent, ``mean_points`` for a whole cycle, ``hours``
    and ``visits`` for one month of the whole top unit.
    """

    key: Key
    name: Name
    version: str = "1"
    description: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    levels: Annotated[list[Level], Field(min_length=2)]
    grid_level: Key
    posts: list[Post]
    member_classes: Annotated[list[MemberClass], Field(min_length=1)]
    points: PointsScheme | None = None
    checkup: Checkup | None = None
    workflows: Annotated[list[Workflow], Field(min_length=1)]
    categories: Annotated[list[Category], Field(min_length=1)]
    channels: Annotated[list[Name], Field(min_length=1)]
    volunteering: Volunteering
    time_bank: TimeBank | None = None
    must_visit: list[MustVisit] = Field(default_factory=list)
    activities: list[ActivityKind] = Field(default_factory=list)
    indicators: list[Indicator] = Field(default_factory=list)
    member_file: list[Name] = Field(default_factory=list)
    party_day: list[Name] = Field(default_factory=list)
    targets: dict[Key, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _references(self) -> Method:
        for field in KEYED:
            require_unique(getattr(self, field), field)
        self._check_posts()
        self._check_categories()
        self._check_members()
        for key, value in self.targets.items():
            if key not in TARGETS:
                raise SectionError(f"只能给 {'、'.join(TARGETS)} 定目标", "targets", key)
            if key.endswith("_rate") and value > 100:
                raise SectionError("比率的目标按百分数写，不能超过 100", "targets", key)
        return self

    def _check_posts(self) -> None:
        levels, posts = {x.key for x in self.levels}, {x.key for x in self.posts}
        need(self.grid_level, levels, "levels", "grid_level")
        if self.grid_level == self.levels[0].key:
            raise SectionError("填报单位不能是最上一级，否则没有上级可汇总", "grid_level")
        for index, post in enumerate(self.posts):
            need(post.level, levels, "levels", "posts", index, "level")
        for index, visit in enumerate(self.must_visit):
            need(visit.post, posts, "posts", "must_visit", index, "post")
        for index, indicator in enumerate(self.indicators):
            need(indicator.level, levels, "levels", "indicators", index, "level")
        for place, workflow in enumerate(self.workflows):
            for index, state in enumerate(workflow.states):
                if state.post is not None:
                    need(state.post, posts, "posts", "workflows", place, "states", index, "post")

    def _check_categories(self) -> None:
        known = {w.key for w in self.workflows}
        for index, category in enumerate(self.categories):
            need(category.workflow, known, "workflows", "categories", index, "workflow")
            try:
                category.check_states(self.workflow(category.workflow))
            except SectionError as fault:
                raise SectionError(str(fault), "categories", index, *fault.at) from None

    def _check_members(self) -> None:
        """Base points open a points cycle: every class has them, or there is no scheme."""
        for index, member_class in enumerate(self.member_classes):
            at = ("member_classes", index, "base_points")
            if self.points and member_class.base_points is None:
                raise SectionError("有积分制时，每类党员都要写基础分", *at)
            if not self.points and member_class.base_points is not None:
                raise SectionError("没有积分制（points），不能写基础分", *at)

    def workflow(self, key: str) -> Workflow:
        """The workflow called ``key``; KeyError where the method has none."""
        return find(self.workflows, key)

    def category(self, key: str) -> Category:
        """The appeal category called ``key``; KeyError where there is none."""
        return find(self.categories, key)

    def rule(self, key: str) -> PointsRule:
        """The points rule called ``key``; KeyError where there is none."""
        return find(self.points.rules if self.points else [], key)

    def member_class(self, key: str) -> MemberClass:
        """The member class called ``key``; KeyError where there is none."""
        return find(self.member_classes, key)

    def activity(self, key: str) -> ActivityKind:
        """The kind of activity called ``key``; KeyError where there is none."""
        return find(self.activities, key)

    def indicator(self, key: str) -> Indicator:
        """The indicator called ``key``; KeyError where there is none."""
        return find(self.indicators, key)
