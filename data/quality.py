"""Entries that are possible but odd: accepted, and put before the secretary to look into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from data.periods import local_date

LATE = 30  # local days from what happened to its entry
AT_ONCE, AT_ONCE_WITHIN = 10, timedelta(minutes=1)
ROUND_FROM = 10  # records a month before round hours say anything
ALIKE_FROM = 5  # entries of one person and day in the same words


@dataclass(frozen=True, slots=True)
class Entered:
    """One entry as these rules see it; ``who`` is the recorder's name, ``account_id`` his account.

    ``text`` is what was written in free words; ``minutes`` are those of a service;
    ``closes`` marks the step by which an appeal was closed.
    """

    kind: str
    id: int
    label: str
    unit_name: str
    who: str
    account_id: int | None
    recorded_at: datetime
    happened_at: datetime
    text: str = ""
    minutes: int | None = None
    closes: bool = False


@dataclass(frozen=True)
class Finding:
    """Entries of one person and kind that a rule finds odd, and why."""

    rule: str
    why: str
    entries: tuple[Entered, ...]


@dataclass(frozen=True)
class QualityRule:
    """A rule's name, what to do about its findings, and how it finds them."""

    name: str
    advice: str
    find: Callable[[list[Entered], tzinfo], Iterator[Finding]]


def findings(entries: Iterable[Entered], tz: tzinfo) -> list[Finding]:
    """What every rule finds, rule by rule."""
    given = list(entries)
    return [finding for rule in RULES for finding in found_by(rule, given, tz)]


def found_by(rule: str, entries: Iterable[Entered], tz: tzinfo) -> list[Finding]:
    """What one rule (key of RULES) finds among ``entries``."""
    ordered = sorted(entries, key=lambda e: (e.recorded_at, e.kind, e.id))
    return list(RULES[rule].find(ordered, tz))


def _late(entries: list[Entered], tz: tzinfo) -> Iterator[Finding]:
    def days(entry: Entered) -> int:
        recorded, happened = local_date(entry.recorded_at, tz), local_date(entry.happened_at, tz)
        return (recorded - happened).days

    for group in _groups([e for e in entries if days(e) > LATE], lambda _e: None):
        most = max(days(e) for e in group)
        why = f"{len(group)} 条在事情发生 {LATE} 天以后才登记，最久隔了 {most} 天"
        yield Finding("late", why, group)


def _at_once(entries: list[Entered], tz: tzinfo) -> Iterator[Finding]:
    for group in _groups([e for e in entries if e.closes], lambda _e: None):
        for burst in _bursts(group):
            yield Finding("at_once", f"一分钟之内办结 {len(burst)} 件诉求", burst)


def _bursts(group: tuple[Entered, ...]) -> Iterator[tuple[Entered, ...]]:
    """Runs in which every ``AT_ONCE`` that follow one another lie within a minute."""
    start = 0
    while start <= len(group) - AT_ONCE:
        end = start + AT_ONCE
        if _apart(group[start:end]) > AT_ONCE_WITHIN:
            start += 1
            continue
        while end < len(group) and _apart(group[end + 1 - AT_ONCE : end + 1]) <= AT_ONCE_WITHIN:
            end += 1
        yield group[start:end]
        start = end


def _apart(entries: tuple[Entered, ...]) -> timedelta:
    return entries[-1].recorded_at - entries[0].recorded_at


def _round(entries: list[Entered], tz: tzinfo) -> Iterator[Finding]:
    def month(entry: Entered) -> Any:
        day = local_date(entry.recorded_at, tz)
        return day.year, day.month

    for group in _groups([e for e in entries if e.minutes is not None], month):
        if len(group) >= ROUND_FROM and all((e.minutes or 0) % 60 == 0 for e in group):
            year, number = month(group[0])
            why = f"{year}年{number}月登记的 {len(group)} 条服务时长全是整小时，可能是估计的"
            yield Finding("round", why, group)


def _alike(entries: list[Entered], tz: tzinfo) -> Iterator[Finding]:
    def words(entry: Entered) -> Any:
        return local_date(entry.recorded_at, tz), " ".join(entry.text.split())

    for group in _groups([e for e in entries if e.text.strip()], words):
        if len(group) >= ALIKE_FROM:
            day, text = words(group[0])
            shown = text if len(text) <= 20 else f"{text[:20]}…"
            yield Finding("alike", f"{day} 一天内有 {len(group)} 条写得一样：“{shown}”", group)


def _groups(
    entries: Iterable[Entered], key: Callable[[Entered], Any]
) -> Iterator[tuple[Entered, ...]]:
    """Entries of one recorder and kind that share ``key``, in the order of their first."""
    groups: dict[Any, list[Entered]] = {}
    for entry in entries:
        whose = entry.account_id if entry.account_id is not None else entry.who
        groups.setdefault((whose, entry.kind, key(entry)), []).append(entry)
    for group in groups.values():
        yield tuple(group)


RULES = {
    "late": QualityRule("补登过晚", "问清为什么现在才登记，不实的请冲正", _late),
    "at_once": QualityRule("集中办结", "抽查这些诉求是否真的办好，没办好的请重办", _at_once),
    "round": QualityRule("时长全是整小时", "对照签到表核实时长，不准的请冲正后重记", _round),
    "alike": QualityRule("内容雷同", "抽查是否确有其事，重复登记的请撤回或冲正", _alike),
}
