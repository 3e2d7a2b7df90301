"""Indicators (指标) that units report, once a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select

from data.engines import Engines
from data.errors import RuleError
from data.identity import Actor
from data.method import Indicator
from data.periods import local_date
from data.queries.methods import MethodInForce
from data.reporting import FIELD, check_period, check_value, period_name
from data.schema import indicator_report, unit
from data.seals import append_sealed
from data.settings import zone
from data.writes.places import unit_place
from data.writes.requests import Act, Place, write_once
from data.writes.validation import NOTE_LENGTH, clean_text, need_method, need_row, stamp


@dataclass(frozen=True)
class RecordedIndicator:
    """A report: a unit's value of an indicator in a period."""

    id: int
    unit_id: int
    indicator_key: str
    period: str
    value: float


def record_indicator(
    engines: Engines,
    *,
    unit_id: int,
    indicator_key: str,
    period: str,
    value: float,
    source: str = "",
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> RecordedIndicator:
    """Report a unit's value for a period that has begun; ``source`` says where it is from.

    A period takes one report: to change it, take it back (``reverse_indicator``) first.
    """
    act = Act("record_indicator", actor, at, request_id)
    note = clean_text("数据来源", source, NOTE_LENGTH, required=False, lines=True)
    row = stamp(at, actor, request_id) | {"unit_id": unit_id, "period": period, "note": note}

    def where(connection: Connection) -> list[Place]:
        return [unit_place(connection, unit_id)]

    def work(connection: Connection) -> list[int]:
        today = local_date(at, zone())
        adopted = need_method(connection, today, "上报日期")
        one = _need_indicator(adopted, indicator_key)
        check_period(one.every, period, today)
        check_value(one, value)
        _check_level(adopted, one, need_row(connection, unit, unit_id, "单位"))
        _check_first(connection, unit_id, one, period)
        names = {"indicator_key": one.key, "indicator_name": one.name, "measure": one.measure}
        given = row | names | {"method_id": adopted.id, "value": float(value)}
        return append_sealed(connection, indicator_report, [given])

    return write_once(engines, indicator_report, act, where, work, _recorded)


def _need_indicator(adopted: MethodInForce, key: str) -> Indicator:
    if not adopted.method.indicators:
        raise RuleError(f"“{adopted.method.name}” 没有列出上报指标，不能上报", "指标")
    try:
        return adopted.method.indicator(key)
    except KeyError as error:
        raise RuleError("没有所选的指标，请从列表里选择", "指标") from error


def _check_level(adopted: MethodInForce, one: Indicator, row: Row[tuple[object, ...]]) -> None:
    if row.level != one.level:
        level = next(x.name for x in adopted.method.levels if x.key == one.level)
        raise RuleError(f"“{one.name}”由{level}上报，{row.name}不是{level}，请改选单位", "单位")


def _check_first(connection: Connection, unit_id: int, one: Indicator, period: str) -> None:
    report, undo = indicator_report.c, indicator_report.alias("undo")
    value = connection.scalar(
        select(report.value)
        .outerjoin(undo, undo.c.reverses_id == report.id)
        .where(report.unit_id == unit_id, report.indicator_key == one.key)
        .where(report.period == period, report.reverses_id.is_(None), undo.c.id.is_(None))
    )
    if value is not None:
        raise RuleError(
            f"{period_name(period)}的“{one.name}”已经报过 {value:g}{one.measure}，"
            "不能再报一次；要更正，请先冲正原来那一条",
            FIELD,
        )


def _recorded(connection: Connection, ids: list[int]) -> RecordedIndicator:
    row = need_row(connection, indicator_report, ids[0], "指标上报")
    return RecordedIndicator(row.id, row.unit_id, row.indicator_key, row.period, row.value)
