"""Mistakes in the rest of a preset, and wrong types anywhere, are named."""

from __future__ import annotations

import pytest

from tests.data.method.mistakes import CHECKUP, POINTS, Mistake, refusal, tells_in_chinese

CASES: dict[str, Mistake] = {
    "unknown key": (
        POINTS,
        "[time_bank]\n",
        "[time_bank]\npoints_per_hours = 3\n",
        "time_bank.points_per_hours",
        "不认识的键，是否想写 “points_per_hour”？",
    ),
    "unknown top key": (POINTS, 'version = "1"', 'colour_of_sky = "1"', "colour_of_sky", "不认识"),
    "missing key": (
        CHECKUP,
        'name = "党员自评", ',
        "",
        "checkup.parts 第1项“self”.name",
        "缺少这一项",
    ),
    "missing section": (CHECKUP, 'grid_level = "grid"\n', "", "grid_level", "缺少这一项"),
    "key twice": (
        POINTS,
        'key = "utilities"',
        'key = "danger"',
        "categories 第2项“水电气暖”.key",
        "“danger” 重复",
    ),
    "post without level": (
        POINTS,
        'name = "党小组长", level = "micro_grid"',
        'name = "党小组长", level = "village"',
        "posts 第7项“党小组长”.level",
        "“village” 在 levels 里不存在",
    ),
    "visit without post": (
        POINTS,
        'name = "困难家庭月访", post = "group_leader"',
        'name = "困难家庭月访", post = "nobody"',
        "must_visit 第1项“困难家庭月访”.post",
        "不存在",
    ),
    "grid level unknown": (
        POINTS,
        'grid_level = "grid"',
        'grid_level = "cell"',
        "grid_level",
        "不存在",
    ),
    "grid level on top": (
        POINTS,
        'grid_level = "grid"',
        'grid_level = "street"',
        "grid_level",
        "最上一级",
    ),
    "key in Chinese": (
        POINTS,
        'key = "danger"',
        'key = "险情"',
        "categories 第1项“安全险情”.key",
        "小写英文字母",
    ),
    "name empty": (
        POINTS,
        'name = "安全险情"',
        'name = ""',
        "categories 第1项.name",
        "不能为空",
    ),
    "name too long": (
        POINTS,
        'name = "微网格"',
        f'name = "{"长" * 61}"',
        f"levels 第4项“{'长' * 61}”.name",
        "最多 60 个字",
    ),
    "too few levels": (
        CHECKUP,
        'channels = ["网格员上报", "走访发现", "民情日记", "来访", "来电", "网上服务"]',
        "channels = []",
        "channels",
        "至少要有 1 项",
    ),
    "list expected": (
        CHECKUP,
        'party_day = ["交纳党费", "组织学习", "交流心得", "民主议事", "志愿服务"]',
        'party_day = "交纳党费"',
        "party_day",
        "须是列表",
    ),
    "table expected": (
        POINTS,
        "order_arrival = { minutes = 15 }",
        "order_arrival = 15",
        "volunteering.order_arrival",
        "须是一张表",
    ),
    "true or false expected": (
        POINTS,
        "extendable = true",
        'extendable = "是"',
        "workflows 第1项“接诉即办”.extendable",
        "须是true 或 false",
    ),
    "text expected": (POINTS, 'version = "1"', "version = 1", "version", "须是文字"),
    "stars that fall": (
        POINTS,
        "hours = 600",
        "hours = 200",
        "volunteering.stars 第3项“三星志愿者”.hours",
        "逐级升高",
    ),
    "team twice": (
        POINTS,
        'key = "warm_stove"',
        'key = "red_voice"',
        "volunteering.teams 第3项“暖心灶助老队”.key",
        "重复",
    ),
    "goods twice": (
        POINTS,
        'key = "rice"',
        'key = "towel"',
        "time_bank.goods 第2项“大米一袋”.key",
        "重复",
    ),
    "target for nothing": (
        POINTS,
        "visits = 800",
        "happiness = 800",
        "targets.happiness",
        "只能给 on_time_rate、",
    ),
    "rate above all": (
        POINTS,
        "on_time_rate = 95",
        "on_time_rate = 950",
        "targets.on_time_rate",
        "不能超过 100",
    ),
    "key is not the file's": (
        POINTS,
        'key = "duerping_points"',
        'key = "duerping"',
        "key",
        "须与文件名 “duerping_points” 一致",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_mistake_names_its_place_and_reason_in_chinese(case: Mistake):
    key, old, new, place, reason = case
    error = refusal(key, old, new)
    assert error.key == place
    assert reason in error.reason
    assert tells_in_chinese(error)
