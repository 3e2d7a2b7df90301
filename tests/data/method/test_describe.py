"""The description says in Chinese what the method says as data."""

from __future__ import annotations

import re

import pytest

from data.method.describe import describe
from data.method.loading import load_preset, parse_method, preset_keys
from data.method.members import Grade
from data.method.method import Method


def sentences(method: Method, heading: str) -> list[str]:
    return dict(describe(method))[heading]


@pytest.mark.parametrize("key", preset_keys())
def test_every_sentence_is_whole_and_free_of_identifiers(key):
    for heading, told in describe(load_preset(key)):
        assert told, heading
        for sentence in told:
            assert sentence.endswith("。")
            assert "None" not in sentence
            assert not re.search(r"[a-z]+_[a-z]+", sentence)


@pytest.mark.parametrize("key", preset_keys())
def test_everything_that_has_a_name_is_named(key):
    method = load_preset(key)
    text = "".join(s for _, told in describe(method) for s in told)
    named = [*method.levels, *method.posts, *method.member_classes, *method.categories]
    named += [*method.must_visit, *method.volunteering.teams, *method.volunteering.stars]
    named += [*method.time_bank.goods] if method.time_bank else []
    named += method.points.rules if method.points else []
    named += [s for w in method.workflows for s in w.states]
    assert [x.name for x in named if x.name not in text] == []


def test_what_a_method_lacks_is_left_out():
    headings = [heading for heading, _ in describe(load_preset("quannan_1234"))]
    assert "党性体检" in headings
    assert "党员积分" not in headings
    assert "时间银行" not in headings


def test_the_checkup_is_told_with_both_scales():
    told = sentences(load_preset("quannan_1234"), "党性体检")
    assert told[:3] == [
        "每季度一次，满分100分：党员自评10% + 民主测评40% + 组织点评50%。",
        "结果在体检后7天内公布。",
        "健康等次：80分及以上为党性健康，60分至不满80分为亚健康，不满60分为不健康。",
    ]
    assert told[3:5] == ["黄线：60分至不满70分，提醒谈话。", "红线：不满60分，限期改正。"]


def test_points_are_told_with_grades_and_what_follows():
    told = sentences(load_preset("duerping_points"), "党员积分")
    assert "当年评为“差”的，约谈提醒，限期改进。" in told
    assert any(s.startswith("连续2年评为“差”的，") and "劝退" in s for s in told)
    rescue = "见义勇为或抢险救灾加5分（可在3至10分之间酌定，全年最多20分，须审核）"
    assert any(rescue in s for s in told)
    assert any(s.startswith("扣减分") and "无故拖欠党费扣1分" in s for s in told)


def test_a_workflow_is_told_with_what_counts_as_settled():
    told = sentences(load_preset("duerping_points"), "诉求流程：接诉即办")
    assert told[0] == "环节：受理 → 派单 → 签收 → 办理 → 回复 → 回访 → 评价 → 归档。"
    assert "到“签收”算作已响应；到“回复”算作办结，是否按时以此为准。" in told
    assert "可以“不予受理”，单独统计，不算办结。" in told
    assert "退单、重办满3次的，提级督办。" in told
    assert "“派单”：由社区工作者负责，转入时须指定办理人，1个工作日内转入下一环节。" in told


def test_a_category_is_told_with_its_own_limits():
    told = sentences(load_preset("duerping_points"), "诉求类别与时限")
    assert told[0] == (
        "安全险情（紧急）：走接诉即办，4小时内办结，到期前1小时亮黄灯，超过时限亮红灯；"
        "其中“受理”须在15分钟内转出、“派单”须在15分钟内转出。"
    )


def test_targets_carry_their_units():
    told = sentences(load_preset("demo_street"), "目标")
    assert "按时办结率不低于95%。" in told
    assert "每月走访不低于800次。" in told


def test_grades_by_rank_are_told_as_shares():
    method = load_preset("duerping_points")
    assert method.points
    shares = zip(method.points.grades, (0.2, 0.7, 0.95, 1.0), strict=True)
    grades = [Grade(key=g.key, name=g.name, top_share=share) for g, share in shares]
    points = method.points.model_copy(update={"graded_by": "rank", "grades": grades})
    told = sentences(method.model_copy(update={"points": points}), "党员积分")
    assert "年底按名次评等次：前20%为优秀，20%至70%为良好，70%至95%为一般，其余为差。" in told


def test_hours_that_need_no_approval_are_told_so():
    method = load_preset("duerping_points")
    free = method.volunteering.model_copy(update={"hours_need_approval": False})
    told = sentences(method.model_copy(update={"volunteering": free}), "志愿服务")
    assert "服务时长登记后即计入。" in told


def test_a_described_method_is_one_that_was_validated():
    text = "[borrow]\n" + "".join(
        f'{section} = "duerping_points"\n'
        for section in Method.model_fields
        if section
        not in ("key", "name", "version", "description", "source", "checkup", "party_day")
    )
    own = 'key = "twin"\nname = "孪生"\ndescription = "照搬。"\nsource = "自拟。"\n'
    twin = parse_method(own + text, "twin.toml")
    assert describe(twin)[1:] == describe(load_preset("duerping_points"))[1:]
