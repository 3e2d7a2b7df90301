"""The very rows behind a figure, with Chinese column names, ready to be shown or downloaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, FromClause, case, literal, null, select

from data.access import Permit
from data.metrics import METRICS, Metric
from data.queries.counting import Family, family_of, view_of
from data.queries.crowds import fetch_places, listed_under, place_names
from data.queries.frames import closing_time, frame_of, local_time, moment, named
from data.queries.labels import Labels, fetch_labels
from data.schema import (
    appeal,
    building,
    member,
    person,
    service_record,
    team,
    unit,
    visit,
    volunteer,
)
from data.scope import Scope, below

Columns = list[ColumnElement[Any]]

NOT_PUBLIC = "不公开"


def fetch_metric_rows(
    connection: Connection, metric_key: str, scope: Scope, permit: Permit | None = None
) -> pd.DataFrame:
    """The rows a metric counts in a scope; ``data.metrics.measure_rows`` gives its figure back.

    First column 计入: 分子 or 分母 for a rate (every row counts in the denominator, those
    marked 分子 in the numerator too), 计数 otherwise.  The rest depends on what is
    counted; times are local clock times, names are masked without a permit, and people who
    opted out of public ranking, or whose points would be shown, are not named.  KeyError for an
    unknown metric.
    """
    metric = METRICS[metric_key]
    family = family_of(metric.numerator, view_of(connection, scope))
    base = family.facts[metric.denominator or metric.numerator]
    source, columns, order = _SHAPES[family.name](family.source, metric, family)
    statement = select(_counted_as(metric, family).label("计入"), *columns).select_from(source)
    statement = statement.where(below(scope.path), base.condition).order_by(*order)
    rows = frame_of(connection, statement)
    if family.name == "member" and metric.amount:
        rows = _under_enough_people(rows, scope.path, fetch_places(connection, scope.path))
    for column in rows.columns.intersection(["姓名", "走访人"]):
        missing = NOT_PUBLIC if column == "姓名" else ""
        rows[column] = named(rows[column], permit, scope.path, missing)
    return _readable(rows, fetch_labels(connection))


def _under_enough_people(rows: pd.DataFrame, root: str, places: pd.DataFrame) -> pd.DataFrame:
    """Rows with points are told by units of enough people: a lone row would be a name."""
    rows = rows.assign(单位=listed_under(rows["单位"], root))
    rows = rows.sort_values(["单位", "党员类别", "积分"], ascending=[True, True, False])
    return rows.assign(单位=place_names(rows["单位"], places)).reset_index(drop=True)


def _counted_as(metric: Metric, family: Family) -> ColumnElement[str]:
    if metric.denominator is None:
        return literal("计数")
    return case((family.facts[metric.numerator].condition, literal("分子")), else_=literal("分母"))


Shape = tuple[FromClause, Columns, Columns]


def _appeal_rows(source: FromClause, metric: Metric, family: Family) -> Shape:
    columns: Columns = [
        appeal.c.code.label("编号"),
        appeal.c.title.label("标题"),
        unit.c.name.label("单位"),
        appeal.c.category_key.label("类别"),
        appeal.c.workflow_key.label("流程"),
        appeal.c.state.label("环节"),
        moment(appeal.c.received_at).label("受理时间"),
        moment(appeal.c.responded_at).label("首次响应"),
        moment(appeal.c.due_at).label("办理时限"),
        closing_time().label("办结时间"),
        appeal.c.resolved.label("是否解决"),
        appeal.c.rating.label("评价"),
        appeal.c.returns.label("退单次数"),
        appeal.c.extensions.label("延期次数"),
        appeal.c.redos.label("重办次数"),
    ]
    return source, columns, [appeal.c.received_at, appeal.c.id]


def _member_rows(source: FromClause, metric: Metric, family: Family) -> Shape:
    """Members unnamed: beside the lists that leave out who is below a line, names would tell."""
    columns: Columns = [unit.c.name.label("单位"), member.c.class_key.label("党员类别")]
    order: Columns = [unit.c.path, member.c.class_key]
    points = family.facts[metric.numerator].amount
    if metric.amount and points is not None:
        columns[0] = unit.c.path.label("单位")  # see _under_enough_people
        return source, [*columns, points.label(metric.amount)], order
    return source, [*columns, member.c.joined_on.label("转入日期")], order


def _volunteer_rows(source: FromClause, metric: Metric, family: Family) -> Shape:
    public = volunteer.c.in_public_ranking == 1
    hidden = literal(NOT_PUBLIC)
    columns: Columns = [
        case((public, volunteer.c.code), else_=hidden).label("编号"),
        case((public, person.c.name), else_=null()).label("姓名"),
        unit.c.name.label("单位"),
        team.c.name.label("队伍"),
        volunteer.c.joined_on.label("注册日期"),
    ]
    amount = family.facts[metric.numerator].amount
    if metric.amount and amount is not None:
        columns.append(amount.label(metric.amount))
    source = source.join(person, person.c.id == volunteer.c.person_id)
    source = source.join(team, team.c.id == volunteer.c.team_id)
    # whoever is not named stands last: among the codes, their place would tell
    order: Columns = [volunteer.c.in_public_ranking.desc(), case((public, volunteer.c.code))]
    return source, columns, [*order, unit.c.path, volunteer.c.joined_on]


def _service_rows(source: FromClause, metric: Metric, family: Family) -> Shape:
    public = volunteer.c.in_public_ranking == 1
    columns: Columns = [
        service_record.c.id.label("编号"),
        case((public, person.c.name), else_=null()).label("姓名"),
        unit.c.name.label("单位"),
        team.c.name.label("队伍"),
        service_record.c.activity.label("服务内容"),
        moment(service_record.c.started_at).label("开始时间"),
        service_record.c.minutes.label("分钟"),
        service_record.c.reverses_id.label("冲正编号"),
    ]
    source = source.join(volunteer, volunteer.c.id == service_record.c.volunteer_id)
    source = source.join(person, person.c.id == volunteer.c.person_id)
    source = source.join(team, team.c.id == service_record.c.team_id)
    return source, columns, [service_record.c.started_at, service_record.c.id]


def _visit_rows(source: FromClause, metric: Metric, family: Family) -> Shape:
    columns: Columns = [
        visit.c.id.label("编号"),
        unit.c.name.label("单位"),
        visit.c.rule_key.label("走访类型"),
        moment(visit.c.visited_at).label("走访时间"),
        person.c.name.label("走访人"),
    ]
    source = source.outerjoin(person, person.c.id == visit.c.person_id)
    return source, columns, [visit.c.visited_at, visit.c.id]


def _building_rows(source: FromClause, metric: Metric, family: Family) -> Shape:
    columns: Columns = [
        building.c.code.label("编号"),
        building.c.name.label("名称"),
        unit.c.name.label("单位"),
        building.c.households.label("户数"),
    ]
    return source, columns, [building.c.code]


def _unit_rows(source: FromClause, metric: Metric, family: Family) -> Shape:
    columns: Columns = [
        unit.c.code.label("编号"),
        unit.c.name.label("名称"),
        unit.c.kind.label("类型"),
        unit.c.households.label("户数"),
        unit.c.residents.label("人数"),
    ]
    return source, columns, [unit.c.path]


_SHAPES: dict[str, Callable[[FromClause, Metric, Family], Shape]] = {
    "appeal": _appeal_rows,
    "member": _member_rows,
    "volunteer": _volunteer_rows,
    "service": _service_rows,
    "visit": _visit_rows,
    "building": _building_rows,
    "unit": _unit_rows,
}

_TIMES = ("受理时间", "首次响应", "办理时限", "办结时间", "开始时间", "走访时间")
_WHOLE = ("是否解决", "评价", "户数", "人数", "冲正编号")


def _readable(rows: pd.DataFrame, labels: Labels) -> pd.DataFrame:
    """Times on the local clock, keys by their Chinese names."""
    rows = rows.copy()
    if "环节" in rows:
        states = zip(rows.pop("流程"), rows["环节"], strict=True)
        rows["环节"] = [labels.states.get(state, state[1]) for state in states]
    named = {"类别": labels.categories, "党员类别": labels.classes, "走访类型": labels.visits}
    for column in rows.columns.intersection(list(named)):
        rows[column] = [named[column].get(key, key) for key in rows[column]]
    for column in rows.columns.intersection(_TIMES):
        rows[column] = local_time(rows[column])
    for column in rows.columns.intersection(_WHOLE):
        rows[column] = rows[column].astype("Int64")
    return _plain_words(rows)


def _plain_words(rows: pd.DataFrame) -> pd.DataFrame:
    if "是否解决" in rows:
        rows["是否解决"] = rows["是否解决"].map({1: "已解决", 0: "未解决"}).fillna("")
    if "类型" in rows:
        rows["类型"] = rows["类型"].map({"ordinary": "普通", "special": "专属"})
    if "走访类型" in rows:
        rows["走访类型"] = rows["走访类型"].fillna("日常走访")
    return rows
