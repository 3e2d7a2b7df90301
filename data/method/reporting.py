"""What units hold and report: kinds of activity to sign in at, and indicators by period."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from data.method.base import Key, Name, Section, SectionError

ReportCycle = Literal["week", "month", "quarter", "half_year", "year"]
Attendee = Literal["member", "volunteer"]
ATTENDEES: tuple[Attendee, ...] = ("member", "volunteer")


class ActivityKind(Section):
    """A kind of event (活动), and whether members, volunteers or both sign in at it."""

    key: Key
    name: Name
    who: Annotated[list[Attendee], Field(min_length=1)] = Field(
        default_factory=lambda: list(ATTENDEES)
    )

    @model_validator(mode="after")
    def _once_each(self) -> ActivityKind:
        if len(set(self.who)) < len(self.who):
            raise SectionError("签到的人写了两次，每类只写一次", "who")
        return self


class Indicator(Section):
    """A number (指标) that every unit of ``level`` reports once a period.

    ``measure`` is the word after the number (件, 万元…); ``low`` and ``high`` bound
    what is possible, both included.  A period without a report is 未报, never zero.
    """

    key: Key
    name: Name
    measure: Name
    every: ReportCycle
    level: Key
    decimals: Annotated[int, Field(ge=0, le=2)] = 0
    low: float = 0
    high: float | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Indicator:
        if self.high is not None and self.high <= self.low:
            raise SectionError(f"high 须大于 low（{self.low:g}）", "high")
        return self
