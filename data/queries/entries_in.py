"""更正记录: entries of a unit and period, found by words, for the office to take one back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    and_,
    case,
    false,
    func,
    or_,
    select,
)

from data import schema
from data.privacy import COMPOUND_SURNAMES
from data.queries.counting import in_period
from data.queries.labels import Labels, fetch_labels
from data.queries.my_entries import PARTS, entries_of
from data.schema import activity, decision, member, person, unit, volunteer
from data.scope import Scope, below
from data.withdrawal import WITHDRAW, WITHDRAWN

LATEST = 50  # how many are listed
MOST_WORDS, LONGEST_WORD = 5, 40  # what is searched for; the rest is left out
FREE_VISIT = "普通走访"
UNDONE = ("undone_by", "undone_at", "undone_why")
NOBODY = ("", None, "")


@dataclass(frozen=True)
class FoundEntries:
    """How many entries were found, and the latest of them."""

    count: int
    latest: pd.DataFrame


def fetch_entries_in(
    connection: Connection, scope: Scope, kind: str, words: str = ""
) -> FoundEntries:
    """Entries of a kind (key of KINDS) recorded in the scope's period, at or below its unit.

    Each of the ``words`` must be part of a code, a rule or title, a masked name, the unit's
    name or the recorder's; they are searched for as they are shown, so that a full name
    finds nobody.  ``latest`` holds LATEST rows, the newest first, with the columns of
    ``fetch_my_entries`` and undone_by, undone_at (UTC) and undone_why: who took it back,
    empty where nobody did.  KeyError for a kind that cannot be taken back.
    """
    table, source, words_of = KINDS[kind]
    labels = fetch_labels(connection)
    wanted = [below(scope.path), in_period(table.c.recorded_at, scope)]
    if "reverses_id" in table.c:
        wanted.append(table.c.reverses_id.is_(None))
    for word in _words(words):
        shown = (table.c.recorded_by.contains(word, autoescape=True), _in_unit(word))
        wanted.append(or_(*shown, *words_of(word, labels)))
    newest = select(table.c.id).select_from(source).where(*wanted).order_by(table.c.id.desc())
    ids = list(connection.scalars(newest.limit(LATEST + 1)))
    count = len(ids)
    if count > LATEST:  # else all were gone through already, and need no counting
        ids = ids[:LATEST]
        found = select(func.count()).select_from(source).where(*wanted)
        count = connection.scalar(found) or 0
    latest = entries_of(connection, [kind], lambda of: of.c.id.in_(ids), labels)
    undone = _undone(connection, table, ids)
    for place, column in enumerate(UNDONE):
        latest[column] = [undone.get(row_id, NOBODY)[place] for row_id in latest["id"]]
    return FoundEntries(count, latest)


def _undone(connection: Connection, table: Table, ids: list[int]) -> dict[int, tuple[Any, ...]]:
    """By the row: who took it back, when and why; rows that stand are left out."""
    found = [tuple(row) for one in _counters(table, ids) for row in connection.execute(one)]
    return {row_id: (who, at, why) for row_id, who, at, why in found}


def _counters(table: Table, ids: list[int]) -> Iterator[Select[Any]]:
    """What takes rows of a table back: counter-entries, withdrawals, an event of an appeal."""
    if table is schema.appeal:
        event = schema.appeal_event.c
        yield _told(event.appeal_id, event.reply).where(
            event.appeal_id.in_(ids), event.kind == WITHDRAW
        )
        return
    reason = table.c.finding if table is schema.visit else table.c.note
    yield _told(table.c.reverses_id, reason).where(table.c.reverses_id.in_(ids))
    if "status" in table.c:
        d = decision.c
        withdrawn = (d.subject == table.name) & (d.verdict == WITHDRAWN)
        yield _told(d.subject_id, d.reason).where(d.subject_id.in_(ids), withdrawn)


def _told(row_id: Column[Any], reason: Column[Any]) -> Select[Any]:
    recorded = row_id.table.c
    return select(row_id, recorded.recorded_by, recorded.recorded_at, reason)


def shown_name(name: ColumnElement[str]) -> ColumnElement[str]:
    """A name as :func:`data.privacy.mask_name` shows it, worked out by the database."""
    plain = func.trim(name)
    first, two = func.substr(plain, 1, 1), func.substr(plain, 1, 2)
    compound = and_(func.length(plain) > 2, two.in_(sorted(COMPOUND_SURNAMES)))
    return case((compound, two), else_=first).concat("*")


def _words(words: str) -> list[str]:
    """The words to search for; marks that nobody can see are no part of any."""
    plain = "".join(c if c.isprintable() else " " for c in words)
    return [word[:LONGEST_WORD] for word in plain.split()[:MOST_WORDS]]


def _in_unit(word: str) -> ColumnElement[bool]:
    """The row's unit has such a name; looked up once, not row by row."""
    called = unit.alias("called")
    return unit.c.id.in_(select(called.c.id).where(called.c.name.contains(word, autoescape=True)))


def _whose(column: ColumnElement[Any], people: Table, word: str) -> ColumnElement[bool]:
    """The row is about somebody (a member or volunteer) with this code or masked name."""
    code = people.c.code.contains(word, autoescape=True)
    name = shown_name(person.c.name).contains(word, autoescape=True)
    of_person = people.join(person, person.c.id == people.c.person_id)
    return column.in_(select(people.c.id).select_from(of_person).where(or_(code, name)))


def _named(names: dict[str, str], word: str) -> list[str]:
    """Keys of what is called so."""
    return [key for key, name in names.items() if word in name]


Words = Callable[[str, Labels], tuple[ColumnElement[bool], ...]]


def _appeal_words(word: str, labels: Labels) -> tuple[ColumnElement[bool], ...]:
    a = schema.appeal.c
    texts = (column.contains(word, autoescape=True) for column in (a.code, a.title))
    return (*texts, a.category_key.in_(_named(labels.categories, word)))


def _visit_words(word: str, labels: Labels) -> tuple[ColumnElement[bool], ...]:
    v = schema.visit.c
    free = v.rule_key.is_(None) if word in FREE_VISIT else false()
    number = v.id == int(word) if word.isdecimal() and len(word) < 16 else false()
    found = v.finding.contains(word, autoescape=True)
    return found, free, number, v.rule_key.in_(_named(labels.visits, word))


def _points_words(word: str, _labels: Labels) -> tuple[ColumnElement[bool], ...]:
    p = schema.points_entry.c
    return p.rule_name.contains(word, autoescape=True), _whose(p.member_id, member, word)


def _service_words(word: str, _labels: Labels) -> tuple[ColumnElement[bool], ...]:
    s = schema.service_record.c
    return s.activity.contains(word, autoescape=True), _whose(s.volunteer_id, volunteer, word)


def _part_words(word: str, _labels: Labels) -> tuple[ColumnElement[bool], ...]:
    p = schema.checkup_part.c
    return p.part.in_(_named(PARTS, word)), _whose(p.member_id, member, word)


def _signin_words(word: str, _labels: Labels) -> tuple[ColumnElement[bool], ...]:
    s = schema.activity_signin.c
    people = (_whose(s.member_id, member, word), _whose(s.volunteer_id, volunteer, word))
    return activity.c.title.contains(word, autoescape=True), *people


def _report_words(word: str, _labels: Labels) -> tuple[ColumnElement[bool], ...]:
    return (schema.indicator_report.c.indicator_name.contains(word, autoescape=True),)


def _on_unit(table: Table) -> FromClause:
    # an expression, not the column: the rows as they lie are read faster than unit by unit
    return table.join(unit, unit.c.id == table.c.unit_id + 0)


_SIGNED_IN = schema.activity_signin.join(
    activity, activity.c.id == schema.activity_signin.c.activity_id
).join(unit, unit.c.id == activity.c.unit_id)

# what can be taken back: the table, its rows with their units, what words are searched in
KINDS: dict[str, tuple[Table, FromClause, Words]] = {
    "points": (schema.points_entry, _on_unit(schema.points_entry), _points_words),
    "service": (schema.service_record, _on_unit(schema.service_record), _service_words),
    "visit": (schema.visit, _on_unit(schema.visit), _visit_words),
    "appeal": (schema.appeal, _on_unit(schema.appeal), _appeal_words),
    "signin": (schema.activity_signin, _SIGNED_IN, _signin_words),
    "checkup": (schema.checkup_part, _on_unit(schema.checkup_part), _part_words),
    "indicator": (schema.indicator_report, _on_unit(schema.indicator_report), _report_words),
}
