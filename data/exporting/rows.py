"""The rows of each kind as its import takes them: columns are the keys of its fields.

Words are those that people read (levels, posts, categories, 是/否), days are dates, moments
are aware, codes are texts; None is an empty cell.  What was taken back is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import shapely
from sqlalchemy import Connection, Select, and_, func, select

from data.imported import HAS_RESPONSE, UNTIMED
from data.importing.kinds.calendar import WORK
from data.importing.kinds.units import SORTS
from data.queries.labels import fetch_labels
from data.queries.methods import fetch_methods
from data.schema import (
    appeal,
    appeal_event,
    building,
    calendar_day,
    indicator_report,
    member,
    person,
    post,
    unit,
)
from data.scope import below
from data.withdrawal import WITHDRAWN

YES_NO = {1: "是", 0: "否"}
UNIT = (unit.c.code.label("unit_code"), unit.c.name.label("unit_name"))


def unit_rows(connection: Connection, path: str) -> pd.DataFrame:
    """Units, parents before their children."""
    above, u = unit.alias("above"), unit.c
    parent = (above.c.code.label("parent_code"), above.c.name.label("parent_name"))
    own = (u.code, u.name, u.level, u.kind, u.sort, u.households, u.residents, u.boundary)
    joined = unit.outerjoin(above, above.c.id == u.parent_id)
    found = select(*own, *parent).select_from(joined).where(below(path))
    rows = fetched(connection, found.order_by(func.length(u.path), u.path))
    shapes = [boundary and _right_handed(boundary) for boundary in rows["boundary"]]
    rows["boundary"] = pd.Series(shapes, dtype=object)
    return worded(
        rows, {"level": fetch_labels(connection).levels, "kind": {k: w for w, k in SORTS.items()}}
    )


def _right_handed(boundary: str) -> str:
    """A boundary with its rings turned as GeoJSON wants them, and as an import stores them."""
    shape = shapely.orient_polygons(shapely.from_geojson(boundary))
    return json.dumps(json.loads(shapely.to_geojson(shape)), separators=(",", ":"))


def building_rows(connection: Connection, path: str) -> pd.DataFrame:
    """Buildings."""
    b = building.c
    found = select(b.code, b.name, *UNIT, b.households, b.lon, b.lat).join(
        unit, unit.c.id == b.unit_id
    )
    return fetched(connection, found.where(below(path)).order_by(unit.c.path, b.code))


def people_rows(connection: Connection, path: str) -> pd.DataFrame:
    """Fillings of posts, those that have ended too."""
    p, codes = post.c, _member_codes()
    found = (
        select(
            *UNIT, p.post_key, person.c.name, codes.c.code.label("member_code"), p.since, p.until
        )
        .join(unit, unit.c.id == p.unit_id)
        .join(person, person.c.id == p.person_id)
        .outerjoin(codes, codes.c.person_id == person.c.id)
        .where(below(path))
        .order_by(unit.c.path, p.post_key, p.since, p.id)
    )
    names = {one.key: one.name for method in methods_of(connection) for one in method.posts}
    return worded(fetched(connection, found), {"post_key": names})


def _member_codes() -> Any:
    """One code a person: somebody who came back is a member twice."""
    latest = select(member.c.person_id, func.max(member.c.code).label("code"))
    return latest.group_by(member.c.person_id).subquery("codes")


def member_rows(connection: Connection, path: str) -> pd.DataFrame:
    """Members; who left on the day he came was an import that was undone."""
    m = member.c
    found = (
        select(m.code, person.c.name, *UNIT, m.class_key, m.joined_on, m.left_on)
        .join(unit, unit.c.id == m.unit_id)
        .join(person, person.c.id == m.person_id)
        .where(below(path), m.left_on.is_distinct_from(m.joined_on))
        .order_by(unit.c.path, m.code)
    )
    return worded(fetched(connection, found), {"class_key": fetch_labels(connection).classes})


def appeal_rows(connection: Connection, path: str) -> pd.DataFrame:
    """Appeals as they stand now, without the single steps; what nobody knows stays empty."""
    a = appeal.c
    own = (a.code, a.received_at, a.category_key.label("category"), a.state, a.responded_at)
    facts = (a.closed_at, a.due_at, a.title, a.content, a.lon, a.lat, a.channel)
    counts = (a.resolved, a.rating, a.returns, a.extensions, a.redos)
    marks = (a.workflow_key, a.state_type, a.untimed, a.id)
    found = (
        select(*own, *facts, *UNIT, *counts, *marks)
        .join(unit, unit.c.id == a.unit_id)
        .where(below(path), a.state_type != WITHDRAWN)
        .order_by(a.received_at, a.code)
    )
    rows, labels = fetched(connection, found), fetch_labels(connection)
    said = _said(connection)
    words = [said.get(row_id, (None, None)) for row_id in rows["id"]]
    rows["handler"] = pd.Series([handler or None for handler, _ in words], dtype=object)
    rows["reply"] = pd.Series([reply or None for _, reply in words], dtype=object)
    states = zip(rows["workflow_key"], rows["state"], strict=True)
    rows["state"] = pd.Series([labels.states.get(one, one[1]) for one in states], dtype=object)
    answered = rows["untimed"].isin(HAS_RESPONSE)
    rows["accepted_at"] = rows["responded_at"].where(answered, None)
    rows["closed_at"] = rows["closed_at"].where(rows["state_type"] != UNTIMED, None)
    return worded(rows, {"category": labels.categories, "resolved": YES_NO})


def _said(connection: Connection) -> dict[int, tuple[str, str]]:
    """Who handled each appeal last, and the last words of a reply."""
    e = appeal_event.c
    rows = select(e.appeal_id, e.handler, e.reply).where((e.handler != "") | (e.reply != ""))
    said: dict[int, tuple[str, str]] = {}
    for row in connection.execute(rows.order_by(e.id)):
        handler, reply = said.get(row.appeal_id, ("", ""))
        said[row.appeal_id] = (row.handler or handler, row.reply or reply)
    return said


def indicator_rows(connection: Connection, path: str) -> pd.DataFrame:
    """Reports that nobody has taken back."""
    r, undo = indicator_report.c, indicator_report.alias("undo")
    standing = and_(r.reverses_id.is_(None), undo.c.id.is_(None))
    found = (
        select(*UNIT, r.indicator_name.label("indicator_key"), r.period, r.value, r.note)
        .join(unit, unit.c.id == r.unit_id)
        .outerjoin(undo, undo.c.reverses_id == r.id)
        .where(below(path), standing)
        .order_by(unit.c.path, r.indicator_key, r.period)
    )
    return fetched(connection, found)


def calendar_rows(connection: Connection, _path: str) -> pd.DataFrame:
    """The whole calendar; it belongs to no unit."""
    rows = fetched(connection, select(calendar_day).order_by(calendar_day.c.day))
    return worded(rows, {"is_workday": {int(key): word for word, key in WORK.items()}})


def methods_of(connection: Connection) -> list[Any]:
    """Every adopted method, the latest last so that its names win."""
    return [adopted.method for adopted in reversed(fetch_methods(connection))]


def fetched(connection: Connection, statement: Select[Any]) -> pd.DataFrame:
    """The rows as Python's own values: pandas would make 3.0 of a 3 beside an empty cell."""
    result = connection.execute(statement)
    names: Iterable[str] = list(result.keys())
    rows = [[None if value == "" else value for value in row] for row in result]
    return pd.DataFrame(rows, columns=list(names), dtype=object)


def worded(rows: pd.DataFrame, words: Mapping[str, Mapping[Any, str]]) -> pd.DataFrame:
    """The rows with keys in words; a key that nobody knows any more stays."""
    for name, known in words.items():
        said = [known.get(key, key) for key in rows[name]]
        rows[name] = pd.Series(said, index=rows.index, dtype=object)
    return rows
