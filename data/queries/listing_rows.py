"""The rows behind a whole chart (see :mod:`data.listings`), with Chinese column names.

Times are local clock times and names are masked.  Rows about scores name nobody and
are listed under units of enough people, so that they cannot be told apart either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, case, null, select

from data.method import Checkup, PointsScheme, Volunteering, Workflow
from data.queries.appeals import cohort, fetch_stays, moved_since, steps_of
from data.queries.counting import happened, in_period, present
from data.queries.crowds import fetch_places, listed_under, place_names
from data.queries.frames import closing_time, frame_of, local_time, masked, moment
from data.queries.grades import fetch_standings
from data.queries.labels import fetch_labels
from data.queries.members import fetch_checkups
from data.queries.rows import NOT_PUBLIC, fetch_metric_rows
from data.queries.volunteers import MINUTES, ORDER_STEPS, minutes_ever
from data.ranking import stars_of
from data.schema import (
    appeal,
    person,
    service_order,
    team,
    time_account,
    time_posting,
    time_transfer,
    unit,
    volunteer,
)
from data.scope import Scope, below
from data.scoring import checkup_grade, warning_line

TRANSFERS = {
    "earn": "服务所得",
    "spend": "兑换",
    "give": "转赠",
    "reverse": "冲正收回",
    "refund": "兑换冲正",
}
ACCOUNTS = {"issue": "发放账户", "goods": "兑换账户"}
BOOKED = (("计入发放", "issue", -1), ("计入持有", "volunteer", 1), ("计入兑换", "goods", 1))


def fetch_listing_rows(connection: Connection, key: str, scope: Scope, *rules: Any) -> pd.DataFrame:
    """The rows that the chart ``key`` of ``data.listings.LISTINGS`` counts in a scope.

    ``rules`` are what the chart itself was asked by: the Workflow (appeal_funnel,
    state_durations), the Checkup (checkups), the PointsScheme and the year (grades), the
    Volunteering (stars), nothing (order_funnel, volunteer_hours, time_bank).  Each
    function below names its columns.  KeyError for an unknown listing.
    """
    return _FETCHERS[key](connection, scope, *rules)


def _appeals(*columns: ColumnElement[Any]) -> Select[Any]:
    return select(*columns).select_from(appeal.join(unit, unit.c.id == appeal.c.unit_id))


def _appeal_funnel(connection: Connection, scope: Scope, workflow: Workflow) -> pd.DataFrame:
    """The funnel's cohort: 编号, 标题, 单位, 类别, 走到第几步 (1 = received), 最远环节,
    现在环节, 受理时间, 首次响应, 办结时间.
    """
    statement = _appeals(
        appeal.c.code.label("编号"),
        appeal.c.title.label("标题"),
        unit.c.name.label("单位"),
        appeal.c.category_key.label("类别"),
        appeal.c.furthest.label("走到第几步"),
        appeal.c.furthest.label("最远环节"),
        appeal.c.state.label("现在环节"),
        moment(appeal.c.received_at).label("受理时间"),
        moment(appeal.c.responded_at).label("首次响应"),
        closing_time().label("办结时间"),
    )
    statement = statement.where(cohort(scope, workflow))
    rows = frame_of(connection, statement.order_by(appeal.c.received_at, appeal.c.id))
    categories = fetch_labels(connection).categories
    states = {s.key: s.name for s in workflow.states}
    steps = steps_of(workflow)
    passed = [[s for at, s in steps if at <= furthest] for furthest in rows["最远环节"]]
    rows["走到第几步"] = [len(reached) for reached in passed]
    rows["最远环节"] = [reached[-1].name if reached else "" for reached in passed]
    rows["现在环节"] = [states.get(key, key) for key in rows["现在环节"]]
    rows["类别"] = [categories.get(key, key) for key in rows["类别"]]
    return _clock(rows, "受理时间", "首次响应", "办结时间")


def _state_durations(connection: Connection, scope: Scope, workflow: Workflow) -> pd.DataFrame:
    """Stays, state by state and the longest first: 环节, 编号, 标题, 单位, 进入时间, 离开时间,
    用时（小时）.
    """
    stays = fetch_stays(connection, scope, workflow)
    order = {state.key: place for place, (_, state) in enumerate(steps_of(workflow))}
    stays = stays[stays["state"].isin(list(order))]
    stays = stays.assign(place=stays["state"].map(order))
    stays = stays.sort_values(["place", "hours"], ascending=[True, False], kind="stable")
    columns = (appeal.c.id, appeal.c.code, appeal.c.title, unit.c.name)
    statement = _appeals(*columns).where(moved_since(scope, workflow))
    cases = frame_of(connection, statement).set_index("id").reindex(stays["appeal_id"])
    names = {state.key: state.name for state in workflow.states}
    return pd.DataFrame(
        {
            "环节": [names[key] for key in stays["state"]],
            "编号": cases["code"].to_list(),
            "标题": cases["title"].to_list(),
            "单位": cases["name"].to_list(),
            "进入时间": _clock_of_seconds(stays["entered"]),
            "离开时间": _clock_of_seconds(stays["left"]),
            "用时（小时）": stays["hours"].round(4).to_list(),
        }
    )


def _checkups(connection: Connection, scope: Scope, scheme: Checkup) -> pd.DataFrame:
    """Counts by quarter (latest first) and unit: 季度, 单位, 体检人数, 等次：… and 警戒线：…."""
    held = fetch_checkups(connection, scope)
    places = fetch_places(connection, scope.path)
    paths = held["unit_id"].map(places.set_index("id")["path"])
    rounds = paths.groupby(held["quarter"])
    held["path"] = rounds.transform(listed_under, scope.path) if len(held) else paths
    counted: dict[str, Any] = {"体检人数": [1] * len(held)}
    grades = [checkup_grade(scheme, total).key for total in held["total"]]
    lines = [getattr(warning_line(scheme, total), "key", "") for total in held["total"]]
    counted |= {f"等次：{g.name}": [int(g.key == k) for k in grades] for g in scheme.grades}
    counted |= {f"警戒线：{x.name}": [int(x.key == k) for k in lines] for x in scheme.lines}
    by = [held["quarter"].rename("季度"), held["path"].rename("单位")]
    rows = pd.DataFrame(counted, index=held.index, dtype="int64").groupby(by).sum().reset_index()
    rows = rows.sort_values("季度", ascending=False, kind="stable").reset_index(drop=True)
    rows["季度"] = [f"{quarter[:4]}年第{quarter[-1]}季度" for quarter in rows["季度"]]
    rows["单位"] = place_names(rows["单位"], places)
    return rows


def _grades(connection: Connection, scope: Scope, scheme: PointsScheme, year: int) -> pd.DataFrame:
    """Members unnamed, in no order that would tell who they are: 单位, 党员类别, 积分, 等次."""
    standings = fetch_standings(connection, scope, scheme, year)
    places = fetch_places(connection, scope.path)
    paths = standings["unit_id"].map(places.set_index("id")["path"])
    classes = fetch_labels(connection).classes
    names = {grade.key: grade.name for grade in scheme.grades}
    rows = pd.DataFrame(
        {
            "单位": listed_under(paths, scope.path),
            "党员类别": [classes.get(key, key) for key in standings["class_key"]],
            "积分": standings["total"],
            "等次": [names[key] for key in standings["grade"]],
        }
    )
    rows = rows.sort_values(["单位", "党员类别", "积分"], ascending=[True, True, False])
    return rows.assign(单位=place_names(rows["单位"], places)).reset_index(drop=True)


def _order_funnel(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Orders of the period: 编号, 服务内容, 需求, 单位, 点单时间 … 评单时间, 评分."""
    times = {f"{name}时间": at for _, name, at in ORDER_STEPS}
    statement = (
        select(
            service_order.c.code.label("编号"),
            service_order.c.activity.label("服务内容"),
            service_order.c.title.label("需求"),
            unit.c.name.label("单位"),
            *(moment(case((happened(at, scope), at))).label(name) for name, at in times.items()),
            case((happened(service_order.c.rated_at, scope), service_order.c.rating)).label("评分"),
        )
        .select_from(service_order.join(unit, unit.c.id == service_order.c.unit_id))
        .where(below(scope.path), in_period(service_order.c.placed_at, scope))
        .order_by(service_order.c.placed_at, service_order.c.id)
    )
    rows = frame_of(connection, statement).astype({"评分": "Int64"})
    return _clock(rows, *times)


def _stars(connection: Connection, scope: Scope, scheme: Volunteering) -> pd.DataFrame:
    """Volunteers, most stars first: 星级, 编号, 姓名, 单位, 队伍, 累计时长（小时）."""
    public = volunteer.c.in_public_ranking == 1
    statement = (
        select(
            case((public, volunteer.c.code), else_=NOT_PUBLIC).label("编号"),
            case((public, person.c.name), else_=null()).label("姓名"),
            unit.c.name.label("单位"),
            team.c.name.label("队伍"),
            minutes_ever(scope).label("minutes"),
        )
        .select_from(volunteer)
        .join(person, person.c.id == volunteer.c.person_id)
        .join(unit, unit.c.id == volunteer.c.unit_id)
        .join(team, team.c.id == volunteer.c.team_id)
        .where(below(scope.path), present(volunteer, scope))
    )
    rows = frame_of(connection, statement)
    hours = rows.pop("minutes").astype(float) / MINUTES
    names = {star.stars: star.name for star in scheme.stars} | {0: "未评星"}
    rows.insert(0, "星级", [names[stars_of(scheme.stars, h)] for h in hours])
    rows["姓名"] = masked(rows["姓名"], missing=NOT_PUBLIC)
    rows["累计时长（小时）"] = hours.round(4)
    order = rows.sort_values(["累计时长（小时）", "编号", "单位"], ascending=[False, True, True])
    return order.reset_index(drop=True)


def _volunteer_hours(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Volunteers with hours in the period, most first: 编号, 姓名, 单位, 队伍, 注册日期, 分钟."""
    rows = fetch_metric_rows(connection, "hours_per_volunteer", scope).drop(columns="计入")
    rows = rows[rows["分钟"] > 0].sort_values(["分钟", "编号"], ascending=[False, True])
    return rows.reset_index(drop=True)


def _time_bank(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Every transfer up to now, of all units: 编号, 时间, 类型, 转出方, 转入方, 积分,
    计入发放, 计入持有, 计入兑换 (signed points: each adds up to its total).
    """
    rows = frame_of(connection, _transfers())
    kinds = {side: rows.pop(f"{side}类").to_list() for side in ("转出方", "转入方")}
    for side, kind in kinds.items():
        names = masked(rows[side], missing=NOT_PUBLIC)
        rows[side] = [ACCOUNTS.get(k, name) for k, name in zip(kind, names.to_list(), strict=True)]
    rows["类型"] = rows["类型"].map(TRANSFERS)
    moves = list(zip(kinds["转出方"], kinds["转入方"], rows["积分"], strict=True))
    for column, account, sign in BOOKED:
        booked = [sign * points * ((to == account) - (of == account)) for of, to, points in moves]
        rows[column] = pd.Series(booked, dtype="int64")
    return _clock(rows.astype({"编号": "str"}), "时间")


def _transfers() -> Select[Any]:
    """Transfers with both their postings, account kinds and (public) names, latest first."""
    number = time_transfer.c.id
    source: FromClause = time_transfer
    columns: list[ColumnElement[Any]] = [
        number.label("编号"),
        moment(time_transfer.c.happened_at).label("时间"),
        time_transfer.c.kind.label("类型"),
    ]
    for side, sign in (("转出方", -1), ("转入方", 1)):
        posting, account = time_posting.alias(), time_account.alias()
        holder, named = volunteer.alias(), person.alias()
        mine = and_(posting.c.time_transfer_id == number, posting.c.points * sign > 0)
        source = source.join(posting, mine)
        source = source.join(account, account.c.id == posting.c.time_account_id)
        source = source.outerjoin(holder, holder.c.id == account.c.volunteer_id)
        source = source.outerjoin(named, named.c.id == holder.c.person_id)
        columns.append(case((holder.c.in_public_ranking == 1, named.c.name)).label(side))
        columns.append(account.c.kind.label(f"{side}类"))
    points = posting.c.points.label("积分")  # of the last side, who received them
    statement = select(*columns, points).select_from(source)
    return statement.order_by(time_transfer.c.happened_at.desc(), number.desc())


def _clock(rows: pd.DataFrame, *columns: str) -> pd.DataFrame:
    return rows.assign(**{column: local_time(rows[column]) for column in columns})


def _clock_of_seconds(seconds: pd.Series) -> list[Any]:
    return local_time(pd.to_datetime(seconds, unit="s", utc=True).dt.round("s")).to_list()


_FETCHERS: dict[str, Callable[..., pd.DataFrame]] = {
    "appeal_funnel": _appeal_funnel,
    "state_durations": _state_durations,
    "checkups": _checkups,
    "grades": _grades,
    "order_funnel": _order_funnel,
    "stars": _stars,
    "volunteer_hours": _volunteer_hours,
    "time_bank": _time_bank,
}
