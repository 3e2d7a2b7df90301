"""Every figure on a screen: what it divides by what, and its definition (口径) in words.

A figure is made of additive facts (``FACTS``), so the figure of any unit is the
sum over everything below it.  :mod:`data.queries.counting` says which rows each
fact counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

FACTS = (
    "grids",
    "buildings",
    "members",
    "member_points",
    "volunteers",
    "active_volunteers",
    "volunteer_minutes",
    "service_minutes",
    "visits",
    "received_appeals",
    "responded_appeals",
    "answerable_appeals",
    "unanswerable_appeals",
    "closed_appeals",
    "rejected_appeals",
    "open_appeals",
    "yellow_appeals",
    "red_appeals",
    "judged_appeals",
    "untimed_appeals",
    "on_time_appeals",
    "asked_appeals",
    "resolved_appeals",
    "rated_appeals",
    "satisfied_appeals",
)
"""Additive columns of ``fetch_unit_facts``; minutes are minutes, points are points, else counts."""

SMALL = 10  # below this many cases a rate is marked as resting on a small sample
NO_VALUE = "—"
NOT_COUNTED = "导入的诉求没有{}，不计算"
LEFT_OUT = "另有导入的 {:,} 件没有{}，未计入"
CLOSED_TEXT = "时段内办结的诉求（不予受理的另计）"
CLOSING_TIME = {"gap": "untimed_appeals", "gap_text": "办结时间"}
RESPONSE_TIME = {"gap": "unanswerable_appeals", "gap_text": "响应时间"}


@dataclass(frozen=True)
class Metric:
    """One figure: numerator ÷ denominator × scale, where a denominator is given.

    ``amount`` names the column of its rows that is summed; None counts rows.  ``gap`` names
    the fact that counts what is left out for want of a time, ``gap_text`` which time.
    """

    key: str
    name: str
    unit: str
    numerator: str
    formula: str
    numerator_text: str
    as_of: Literal["period", "moment"]
    better: Literal["higher", "lower", "none"]
    denominator: str | None = None
    denominator_text: str = ""
    scale: float = 1
    decimals: int = 0
    amount: str | None = None
    gap: str | None = None
    gap_text: str = ""


@dataclass(frozen=True)
class Measure:
    """A metric's value with what it was made of; ``value`` is None over an empty denominator.

    ``text`` carries the per cent sign of a rate but no other unit.  ``note`` says what could
    not be counted because imports had no time for it; "" where nothing was left out.
    """

    value: float | None
    numerator: float
    denominator: float | None
    text: str
    note: str = ""

    @property
    def small(self) -> bool:
        """Whether the denominator is too small to read much into the rate."""
        return self.denominator is not None and self.denominator < SMALL


def measure(metric: Metric, totals: Mapping[Any, Any]) -> Measure:
    """The metric over a unit's totals of the facts (a mapping or one row of a frame)."""
    numerator = _plain(totals[metric.numerator])
    left_out = int(totals.get(metric.gap, 0)) if metric.gap else 0
    if metric.denominator is None:
        value = numerator * metric.scale
        text = format_value(metric, value)
        return Measure(value, numerator, None, text, _note(metric, left_out))
    denominator = _plain(totals[metric.denominator])
    if not denominator:
        note = NOT_COUNTED.format(metric.gap_text) if left_out else ""
        return Measure(None, numerator, denominator, NO_VALUE, note)
    value = numerator / denominator * metric.scale
    text = format_value(metric, value)
    return Measure(value, numerator, denominator, text, _note(metric, left_out))


def _note(metric: Metric, left_out: int) -> str:
    return LEFT_OUT.format(left_out, metric.gap_text) if left_out else ""


def measure_rows(metric: Metric, rows: Any) -> Measure:
    """The metric worked out again from the rows that ``fetch_metric_rows`` lists."""
    counted = rows if metric.denominator is None else rows[rows["计入"] == "分子"]
    totals = {metric.numerator: counted[metric.amount].sum() if metric.amount else len(counted)}
    if metric.denominator is not None:
        totals[metric.denominator] = len(rows)
    return measure(metric, totals)


def format_value(metric: Metric, value: float | None) -> str:
    """A metric's value as people read it: ``93.4%``, ``1,204``, ``1.2万``, ``—``."""
    if value is None or value != value:  # pandas hands over NaN for "no value"
        return NO_VALUE
    if metric.unit == "%":
        return f"{value:.{metric.decimals}f}%"
    if abs(value) >= 10_000:
        return f"{value / 10_000:.1f}万"
    return f"{value:,.{metric.decimals}f}"


def _plain(number: Any) -> float:
    """A plain int or float out of numpy's, so that a Measure can be compared and shown."""
    as_float = float(number)
    return int(as_float) if as_float.is_integer() else as_float


def _count(
    key: str, name: str, unit: str, text: str, as_of: Any, better: Any = "none", **gap: Any
) -> Metric:
    formula = f"{name} = {text}的{unit}数"
    return Metric(key, name, unit, key, formula, text, as_of, better, **gap)


def _held(text: str) -> str:
    """A sum in brackets, where it stands in a formula."""
    return f"（{text}）" if "，" in text else text


def _rate(
    key: str,
    name: str,
    parts: tuple[str, str],
    texts: tuple[str, str],
    as_of: Any = "period",
    **gap: Any,
) -> Metric:
    return Metric(
        key=key,
        name=name,
        unit="%",
        numerator=parts[0],
        denominator=parts[1],
        formula=f"{name} = {texts[0]} ÷ {_held(texts[1])} × 100%",
        numerator_text=texts[0],
        denominator_text=texts[1],
        as_of=as_of,
        better="higher",
        scale=100,
        decimals=1,
        **gap,
    )


_ALL = (
    _count("grids", "网格", "个", "所选单位及以下的网格（含专属网格）", "moment"),
    _count("buildings", "楼栋", "栋", "所选单位及以下登记的楼栋", "moment"),
    _count("members", "党员", "人", "统计时点在册（已转入、未转出）的党员", "moment"),
    _count("volunteers", "志愿者", "人", "统计时点在册（已注册、未退出）的志愿者", "moment"),
    _count("received_appeals", "收到诉求", "件", "时段内受理的诉求", "period"),
    _count("closed_appeals", "办结诉求", "件", CLOSED_TEXT, "period", **CLOSING_TIME),
    _count("open_appeals", "在办诉求", "件", "统计时点已受理、尚未办结的诉求", "moment", "lower"),
    _count(
        "red_appeals", "红灯诉求", "件", "统计时点尚未办结、已超过办理时限的诉求", "moment", "lower"
    ),
    _count(
        "yellow_appeals",
        "黄灯诉求",
        "件",
        "统计时点尚未办结、已到预警时间但未超过办理时限的诉求",
        "moment",
        "lower",
    ),
    _rate(
        "on_time_rate",
        "按时办结率",
        ("on_time_appeals", "judged_appeals"),
        ("时段内在时限内办结的诉求", "时段内办结的诉求，加上统计时点仍未办结且已超时限的诉求"),
        **CLOSING_TIME,
    ),
    _rate(
        "response_rate",
        "响应率",
        ("responded_appeals", "answerable_appeals"),
        ("其中到统计时点已有首次响应的诉求", "时段内受理的诉求（导入时不知道何时响应的除外）"),
        **RESPONSE_TIME,
    ),
    _rate(
        "resolution_rate",
        "解决率",
        ("resolved_appeals", "asked_appeals"),
        ("其中诉求人答复“已解决”的诉求", "时段内办结且诉求人答复了是否解决的诉求"),
        **CLOSING_TIME,
    ),
    _rate(
        "satisfaction_rate",
        "满意率",
        ("satisfied_appeals", "rated_appeals"),
        ("其中评价为4分或5分的诉求", "时段内办结且诉求人作了评价（1至5分）的诉求"),
        **CLOSING_TIME,
    ),
    Metric(
        key="mean_points",
        name="党员人均积分",
        unit="分",
        numerator="member_points",
        denominator="members",
        formula="党员人均积分 = 在册党员当年积分合计 ÷ 在册党员人数",
        numerator_text="在册党员自当年1月1日至统计时点已生效的积分（冲正相抵，待审批和退回的不计）",
        denominator_text="统计时点在册（已转入、未转出）的党员",
        as_of="moment",
        better="higher",
        decimals=1,
        amount="积分",
    ),
    Metric(
        key="hours",
        name="服务时长",
        unit="小时",
        numerator="service_minutes",
        formula="服务时长 = 时段内在本单位开展、已审批的服务分钟数合计 ÷ 60",
        numerator_text="时段内在本单位开展、已审批的服务（冲正相抵，待审批和退回的不计）",
        as_of="period",
        better="higher",
        scale=1 / 60,
        amount="分钟",
    ),
    Metric(
        key="hours_per_volunteer",
        name="人均服务时长",
        unit="小时",
        numerator="volunteer_minutes",
        denominator="volunteers",
        formula="人均服务时长 = 本单位在册志愿者时段内已审批的服务分钟数合计 ÷ 60 ÷ 在册志愿者人数",
        numerator_text="本单位在册志愿者时段内已审批的服务（不论在哪里开展；冲正相抵）",
        denominator_text="统计时点在册（已注册、未退出）的志愿者",
        as_of="period",
        better="higher",
        scale=1 / 60,
        decimals=1,
        amount="分钟",
    ),
    _rate(
        "active_volunteer_rate",
        "志愿者活跃率",
        ("active_volunteers", "volunteers"),
        ("其中时段内有已审批服务时长的志愿者", "统计时点在册（已注册、未退出）的志愿者"),
    ),
    _count("visits", "走访", "次", "时段内的走访（已冲正的不计）", "period", "higher"),
)

METRICS: dict[str, Metric] = {metric.key: metric for metric in _ALL}

MAP_METRICS = (
    "open_appeals",
    "red_appeals",
    "received_appeals",
    "on_time_rate",
    "response_rate",
    "resolution_rate",
    "satisfaction_rate",
    "mean_points",
    "members",
    "volunteers",
    "active_volunteer_rate",
    "hours",
    "hours_per_volunteer",
    "visits",
)
"""What the map can be coloured by, in the order it is offered."""
