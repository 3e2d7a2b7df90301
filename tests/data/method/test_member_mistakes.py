"""Mistakes in classes, points schemes and check-ups are named."""

from __future__ import annotations

import pytest

from tests.data.method.mistakes import CHECKUP, POINTS, Mistake, refusal, tells_in_chinese

CASES: dict[str, Mistake] = {
    "weights": (CHECKUP, "weight = 10", "weight = 20", "checkup.parts", "应为 100，现为 110"),
    "weight too big": (
        CHECKUP,
        "weight = 50",
        "weight = 500",
        "checkup.parts 第3项“组织点评”.weight",
        "须不大于 100，现为 500",
    ),
    "part twice": (
        CHECKUP,
        'key = "democratic"',
        'key = "self"',
        "checkup.parts 第2项“民主测评”.key",
        "“self” 重复",
    ),
    "part unknown": (
        CHECKUP,
        'key = "democratic"',
        'key = "others"',
        "checkup.parts 第2项“民主测评”.key",
        "只能是 self、democratic、organisation 之一，现为 “others”",
    ),
    "part missing": (
        CHECKUP,
        '  { key = "self", name = "党员自评", weight = 10 },\n',
        "",
        "checkup.parts",
        "须写全",
    ),
    "grades out of order": (
        CHECKUP,
        "at_least = 80",
        "at_least = 50",
        "checkup.grades 第2项“亚健康”.at_least",
        "从高到低",
    ),
    "grade without line": (
        CHECKUP,
        'name = "亚健康", at_least = 60',
        'name = "亚健康"',
        "checkup.grades 第2项“亚健康”.at_least",
        "都要写 at_least",
    ),
    "grade by both": (
        CHECKUP,
        'name = "亚健康", at_least = 60',
        'name = "亚健康", at_least = 60, top_share = 0.5',
        "checkup.grades 第2项“亚健康”.top_share",
        "不能再写 top_share",
    ),
    "nobody below the last line": (
        CHECKUP,
        'name = "不健康", at_least = 0',
        'name = "不健康", at_least = 20',
        "checkup.grades",
        "从 0 分起",
    ),
    "warning line upside down": (
        CHECKUP,
        "at_least = 60, below = 70",
        "at_least = 70, below = 60",
        "checkup.lines 第1项“黄线”.at_least",
        "须小于 below",
    ),
    "warning lines overlap": (CHECKUP, "below = 60", "below = 65", "checkup.lines", "不能重叠"),
    "quarter points": (
        POINTS,
        'name = "按时足额交纳党费", kind = "duty", group = "组织生活", points = 0.5',
        'name = "按时足额交纳党费", kind = "duty", group = "组织生活", points = 0.25',
        "points.rules 第3项“按时足额交纳党费”.points",
        "整数倍",
    ),
    "points outside their range": (
        POINTS,
        "points = 2, points_min = 1, points_max = 3, cycle_cap = 12",
        "points = 4, points_min = 1, points_max = 3, cycle_cap = 12",
        "points.rules 第6项“突发险情必到”.points",
        "points_min 与 points_max 之间",
    ),
    "cap below one entry": (
        POINTS,
        "points = 2, points_min = 1, points_max = 3, cycle_cap = 12",
        "points = 2, points_min = 1, points_max = 3, cycle_cap = 2.5",
        "points.rules 第6项“突发险情必到”.cycle_cap",
        "须不小于单次最高分 3",
    ),
    "negative deduction": (
        POINTS,
        'group = "违纪", points = 10',
        'group = "违纪", points = -10',
        "points.rules 第24项“违反纪律受到处理”.points",
        "须大于 0，现为 -10",
    ),
    "points that are no number": (
        POINTS,
        'group = "违纪", points = 10',
        'group = "违纪", points = nan',
        "points.rules 第24项“违反纪律受到处理”.points",
        "有限的数字",
    ),
    "failing grade unknown": (
        POINTS,
        'failing_grade = "poor"',
        'failing_grade = "bad"',
        "points.failing_grade",
        "“bad” 在 grades 里不存在",
    ),
    "follow-ups out of order": (
        POINTS,
        "years_in_a_row = 2",
        "years_in_a_row = 1",
        "points.follow_ups",
        "从少到多",
    ),
    "by rank without shares": (
        POINTS,
        'graded_by = "line"',
        'graded_by = "rank"',
        "points.grades 第1项“优秀”.top_share",
        "都要写 top_share",
    ),
    "class without base points": (
        POINTS,
        'name = "青年党员", base_points = 60',
        'name = "青年党员"',
        "member_classes 第1项“青年党员”.base_points",
        "每类党员都要写基础分",
    ),
    "base points without scheme": (
        CHECKUP,
        'name = "流动党员"',
        'name = "流动党员", base_points = 5',
        "member_classes 第3项“流动党员”.base_points",
        "没有积分制",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_mistake_names_its_place_and_reason_in_chinese(case: Mistake):
    key, old, new, place, reason = case
    error = refusal(key, old, new)
    assert error.key == place
    assert reason in error.reason
    assert tells_in_chinese(error)
