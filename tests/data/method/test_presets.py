"""The presets that come with the product say what their source says."""

from __future__ import annotations

from itertools import pairwise

import pytest

from data.method import Method
from data.method.loading import load_preset, method_from_document, preset_keys


@pytest.fixture(params=preset_keys())
def preset(request: pytest.FixtureRequest) -> Method:
    return load_preset(request.param)


def test_the_three_presets_are_there():
    assert {"duerping_points", "quannan_1234", "demo_street"} <= set(preset_keys())


def test_a_preset_survives_being_kept_in_the_database(preset):
    assert method_from_document(preset.model_dump_json()) == preset


def test_every_workflow_is_used_and_settles_before_its_end(preset):
    used = {category.workflow for category in preset.categories}
    assert used == {workflow.key for workflow in preset.workflows}
    for workflow in preset.workflows:
        answered = [s.key for s in workflow.states].index(workflow.responded_at)
        settled = [s.type for s in workflow.states].index("closed")
        assert answered < settled
        assert "reply" in workflow.states[settled].requires


def test_a_case_is_asked_about_and_rated_once_it_is_settled(preset):
    for workflow in preset.workflows:
        asked = [r for s in workflow.states if s.type == "closed" for r in s.requires]
        assert asked.count("resolved") == asked.count("rating") == 1


def test_a_rejection_has_to_be_explained_and_ends_the_case(preset):
    rejected = [s for w in preset.workflows for s in w.states if s.type == "rejected"]
    assert rejected
    for state in rejected:
        assert (state.requires, state.next) == (["reply"], [])


def test_every_activity_of_a_team_can_be_recorded(preset):
    skills = {team.skill for team in preset.volunteering.teams}
    assert skills <= set(preset.volunteering.activities)


def test_stars_are_the_national_ones(preset):
    assert [s.hours for s in preset.volunteering.stars] == [100, 300, 600, 1000, 1500]


def test_duerping_opens_each_class_with_its_own_base_points():
    method = load_preset("duerping_points")
    assert [c.name for c in method.member_classes] == ["青年党员", "在职党员", "退休党员"]
    assert len({c.base_points for c in method.member_classes}) == 3


def test_duerping_grades_four_ways_and_follows_up_on_failures():
    points = load_preset("duerping_points").points
    assert points is not None
    assert [g.name for g in points.grades] == ["优秀", "良好", "一般", "差"]
    assert points.failing_grade == points.grades[-1].key
    first, second = points.follow_ups
    assert (first.years_in_a_row, second.years_in_a_row) == (1, 2)
    assert "约谈" in first.action
    assert "劝退" in second.action


def test_duerping_keeps_three_calls_and_six_visits_as_rules():
    points = load_preset("duerping_points").points
    assert points is not None
    groups = [rule.group for rule in points.rules]
    assert (groups.count("三必到"), groups.count("六必访")) == (3, 6)
    assert {rule.kind for rule in points.rules} == {"duty", "award", "deduction"}
    assert any(rule.needs_approval for rule in points.rules)


def test_duerping_has_six_branded_teams_and_no_checkup():
    method = load_preset("duerping_points")
    assert len(method.volunteering.teams) == 6
    assert method.checkup is None


def test_duerping_handles_appeals_on_receipt():
    workflow = load_preset("duerping_points").workflow("prompt_response")
    names = [s.name for s in workflow.states if s.type != "rejected"]
    assert names == ["受理", "派单", "签收", "办理", "回复", "回访", "评价", "归档"]
    assert workflow.return_to
    assert workflow.redo_to
    assert workflow.extendable


def test_emergencies_are_taken_up_within_minutes():
    method = load_preset("duerping_points")
    accepted = method.workflow("prompt_response").state("accepted")
    limits = {c.key: c.state_limit(accepted) for c in method.categories}
    texts = {key: limit.text for key, limit in limits.items() if limit}
    assert texts["danger"] == "15分钟"
    assert texts["utilities"] == "30分钟"
    assert texts["property"] == "1个工作日"


def test_quannan_weighs_the_checkup_as_published():
    checkup = load_preset("quannan_1234").checkup
    assert checkup is not None
    assert {p.key: p.weight for p in checkup.parts} == {
        "self": 10,
        "democratic": 40,
        "organisation": 50,
    }
    assert [(g.name, g.at_least) for g in checkup.grades] == [
        ("党性健康", 80),
        ("亚健康", 60),
        ("不健康", 0),
    ]
    assert [(line.key, line.at_least, line.below, line.action) for line in checkup.lines] == [
        ("yellow_line", 60, 70, "提醒谈话"),
        ("red_line", 0, 60, "限期改正"),
    ]
    assert (checkup.cycle, checkup.publish_within_days) == ("quarter", 7)


def test_quannan_has_no_points_but_four_classes():
    method = load_preset("quannan_1234")
    assert method.points is None
    assert [c.name for c in method.member_classes] == [
        "在职党员",
        "无职党员",
        "流动党员",
        "老弱困党员",
    ]


def test_quannan_fills_one_head_and_five_members_in_each_grid():
    posts = [p.name for p in load_preset("quannan_1234").posts if p.level == "grid"]
    assert posts[0] == "党小组长"
    assert len(posts[1:]) == 5


def test_quannan_keeps_a_card_and_six_tables_and_five_steps():
    method = load_preset("quannan_1234")
    assert len(method.member_file) == 1 + 6
    assert method.party_day == ["交纳党费", "组织学习", "交流心得", "民主议事", "志愿服务"]
    assert len(method.volunteering.teams) == 9


def test_quannan_counts_a_dispute_as_settled_when_struck_off():
    states = load_preset("quannan_1234").workflow("strike_off").states
    assert next(s.name for s in states if s.type == "closed") == "销号"


def test_the_sample_street_shows_every_section():
    method = load_preset("demo_street")
    assert method.points == load_preset("duerping_points").points
    assert method.checkup == load_preset("quannan_1234").checkup
    assert method.time_bank
    assert method.must_visit
    assert method.party_day
    assert len(method.workflows) > 1


def test_red_and_yellow_never_swap_in_any_category(preset):
    for category in preset.categories:
        assert category.yellow.rough < category.limit.rough
    for lower, higher in pairwise(preset.volunteering.stars):
        assert lower.hours < higher.hours
