"""What every section of a method shares: strictness, keys, time limits, look-ups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Annotated, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Name = Annotated[str, Field(min_length=1, max_length=60)]
Score = Annotated[float, Field(ge=0, multiple_of=0.5)]


class Keyed(Protocol):
    """Anything that a preset names by ``key``."""

    @property
    def key(self) -> str: ...


K = TypeVar("K", bound=Keyed)


class SectionError(ValueError):
    """A broken rule of a section; ``at`` is the path of the culprit within that section."""

    def __init__(self, reason: str, *at: str | int) -> None:
        super().__init__(reason)
        self.at = at


class Section(BaseModel):
    """Base of every section: unknown keys and loose types are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def require_unique(items: Sequence[Keyed], *at: str | int) -> None:
    """Raise SectionError at the first item of the list at ``at`` whose key stood there before."""
    seen: set[str] = set()
    for index, item in enumerate(items):
        if item.key in seen:
            raise SectionError(f"key “{item.key}” 重复", *at, index, "key")
        seen.add(item.key)


class Span(Section):
    """A time limit: exactly one of minutes, hours (clock time) or working days."""

    minutes: Annotated[int, Field(gt=0)] | None = None
    hours: Annotated[int, Field(gt=0)] | None = None
    working_days: Annotated[int, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _one_unit(self) -> Span:
        given = [v for v in (self.minutes, self.hours, self.working_days) if v is not None]
        if len(given) != 1:
            raise SectionError("时限须在 minutes、hours、working_days 中恰好写一个")
        return self

    @property
    def clock(self) -> timedelta | None:
        """Clock-time length, or None when the span counts working days."""
        if self.working_days is not None:
            return None
        return timedelta(minutes=self.minutes or 0, hours=self.hours or 0)

    @property
    def rough(self) -> timedelta:
        """Length for comparing two spans (a working day counts as 24 hours)."""
        return self.clock or timedelta(days=self.working_days or 0)

    @property
    def text(self) -> str:
        """The span in words, e.g. ``5个工作日``."""
        if self.working_days is not None:
            return f"{self.working_days}个工作日"
        return f"{self.hours}小时" if self.hours is not None else f"{self.minutes}分钟"


def need(key: str, known: Iterable[str], what: str, *at: str | int) -> None:
    """Raise SectionError at ``at`` when ``key`` is not among the keys of the section ``what``."""
    if key not in known:
        raise SectionError(f"“{key}” 在 {what} 里不存在", *at)


def find(items: Sequence[K], key: str) -> K:
    """The item called ``key``; KeyError where there is none."""
    for item in items:
        if item.key == key:
            return item
    raise KeyError(key)
