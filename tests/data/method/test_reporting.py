"""Kinds of activity and indicators: what a preset may say, and how it is told."""

from __future__ import annotations

import pytest

from data.method.describe import describe
from data.method.loading import load_preset, preset_keys
from tests.data.method.mistakes import POINTS, Mistake, refusal, tells_in_chinese

MISTAKES: list[Mistake] = [
    (
        POINTS,
        'key = "party_day", name = "主题党日", who',
        'key = "meeting", name = "甲", who',
        "activities 第2项“甲”.key",
        "重复",
    ),
    (
        POINTS,
        'name = "主题党日", who = ["member"]',
        'name = "主题党日", who = ["member", "member"]',
        "activities 第2项“主题党日”.who",
        "写了两次",
    ),
    (
        POINTS,
        'name = "主题党日", who = ["member"]',
        'name = "主题党日", who = []',
        "activities 第2项“主题党日”.who",
        "至少",
    ),
    (
        POINTS,
        'name = "主题党日", who = ["member"]',
        'name = "主题党日", who = ["guest"]',
        "activities 第2项“主题党日”.who 第1项“guest”",
        "member",
    ),
    (
        POINTS,
        'key = "hazards"',
        'key = "patrols"',
        "indicators 第2项“发现并报告安全隐患”.key",
        "重复",
    ),
    (
        POINTS,
        'every = "week", level = "grid"',
        'every = "week", level = "village"',
        "indicators 第1项“网格巡查”.level",
        "“village” 在 levels 里不存在",
    ),
    (
        POINTS,
        'every = "week", level',
        'every = "event", level',
        "indicators 第1项“网格巡查”.every",
        "week",
    ),
    (POINTS, "high = 500", "high = 0", "indicators 第1项“网格巡查”.high", "大于 low"),
    (
        POINTS,
        "decimals = 1",
        "decimals = 3",
        "indicators 第4项“住户联系覆盖率”.decimals",
        "不大于 2",
    ),
    (POINTS, 'measure = "次", ', "", "indicators 第1项“网格巡查”.measure", "缺"),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m[3] + m[4])
def test_a_mistake_is_named_with_file_place_and_reason(mistake: Mistake) -> None:
    key, old, new, place, reason = mistake
    error = refusal(key, old, new)
    assert error.key == place
    assert reason in error.reason
    assert tells_in_chinese(error)


@pytest.mark.parametrize("key", preset_keys())
def test_every_preset_has_activities_and_indicators_and_tells_them(key: str) -> None:
    method = load_preset(key)
    text = "".join(s for _, told in describe(method) for s in told)
    named = [*method.activities, *method.indicators]
    assert len(named) >= 8
    assert [x.name for x in named if x.name not in text] == []
    assert {i.level for i in method.indicators} <= {x.key for x in method.levels}


def test_parts_are_found_by_key() -> None:
    method = load_preset(POINTS)
    assert method.activity("meeting").who == ["member"]
    assert method.activity("emergency").who == ["member", "volunteer"]
    assert method.indicator("coverage").high == 100
    with pytest.raises(KeyError):
        method.activity("nothing")
    with pytest.raises(KeyError):
        method.indicator("nothing")


def test_limits_and_cycles_are_told() -> None:
    told = dict(describe(load_preset(POINTS)))["指标上报"]
    assert told[3] == "住户联系覆盖率（%）：由网格每季度报一次，须为0至100。"
    assert told[-1] == "没有上报的记作“未报”，不当作零。"
