"""Volunteers, the time bank and must-visit rules."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from data.method.base import Key, Name, Section, SectionError, Span, require_unique

VisitCycle = Literal["week", "month", "quarter", "half_year", "year", "event"]


class Star(Section):
    """A volunteer star level reached at ``hours`` approved hours in all."""

    stars: Annotated[int, Field(ge=1, le=5)]
    name: Name
    hours: Annotated[float, Field(gt=0)]


class Goods(Section):
    """Something time-bank points are spent on."""

    key: Key
    name: Name
    points: Annotated[int, Field(gt=0)]


class TimeBank(Section):
    """时间银行: points per approved hour and what they buy."""

    points_per_hour: Annotated[int, Field(gt=0)]
    goods: list[Goods] = Field(default_factory=list)

    @model_validator(mode="after")
    def _unique(self) -> TimeBank:
        require_unique(self.goods, "goods")
        return self


class Team(Section):
    """A volunteer team and the skill or colour it stands for."""

    key: Key
    name: Name
    skill: Name
    colour: str = ""


class MustVisit(Section):
    """必访: who (post) visits whom (condition) how often."""

    key: Key
    name: Name
    post: Key
    every: VisitCycle


class Volunteering(Section):
    """Stars, teams, kinds of service and whether hours need approval."""

    stars: Annotated[list[Star], Field(min_length=1)]
    teams: list[Team] = Field(default_factory=list)
    activities: Annotated[list[Name], Field(min_length=1)]
    order_arrival: Span | None = None
    hours_need_approval: bool = True

    @model_validator(mode="after")
    def _rising(self) -> Volunteering:
        require_unique(self.teams, "teams")
        pairs = enumerate(pairwise(self.stars), start=1)
        for index, (lower, higher) in pairs:
            for field in ("stars", "hours"):
                if getattr(higher, field) <= getattr(lower, field):
                    raise SectionError(f"星级的 {field} 须逐级升高", "stars", index, field)
        return self
