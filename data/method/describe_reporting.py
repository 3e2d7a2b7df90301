"""In plain Chinese: what units hold, report and keep on file."""

from __future__ import annotations

from data.method.method import Method
from data.method.reporting import Indicator

REPORTED = {
    "week": "每周",
    "month": "每月",
    "quarter": "每季度",
    "half_year": "每半年",
    "year": "每年",
}
SIGNING = {"member": "党员", "volunteer": "志愿者"}


def files(method: Method) -> list[str]:
    """The member's file, and the steps of the party day."""
    sentences = []
    if method.member_file:
        sentences.append(f"党员一人一档，档案包括：{'、'.join(method.member_file)}。")
    if method.party_day:
        sentences.append(f"主题党日按步骤进行：{' → '.join(method.party_day)}。")
    return sentences


def activities(method: Method) -> list[str]:
    """The kinds of activity, by who signs in at them."""
    if not method.activities:
        return []
    told = (
        f"{kind.name}（{'、'.join(SIGNING[who] for who in kind.who)}签到）"
        for kind in method.activities
    )
    return [f"活动{len(method.activities)}类：{'、'.join(told)}。"]


def indicators(method: Method) -> list[str]:
    """The indicators, and what a missing report means."""
    if not method.indicators:
        return []
    levels = {level.key: level.name for level in method.levels}
    sentences = [f"{_indicator(one, levels[one.level])}。" for one in method.indicators]
    return [*sentences, "没有上报的记作“未报”，不当作零。"]


def _indicator(one: Indicator, level: str) -> str:
    limits = f"，须为{one.low:g}至{one.high:g}" if one.high is not None else ""
    return f"{one.name}（{one.measure}）：由{level}{REPORTED[one.every]}报一次{limits}"
