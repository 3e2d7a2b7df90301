"""A work method in plain Chinese, for the people who answer for it."""

from __future__ import annotations

from collections.abc import Iterable

from data.method.appeals import Category, State, Workflow
from data.method.describe_reporting import activities, files, indicators
from data.method.members import Checkup, Grade, PointsRule, PointsScheme
from data.method.method import Method
from data.method.volunteers import MustVisit, Volunteering

EVERY = {
    "week": "每周一次",
    "month": "每月一次",
    "quarter": "每季度一次",
    "half_year": "每半年一次",
    "year": "每年一次",
    "event": "遇事即访",
}
KINDS = {"duty": "履职分", "award": "奖励分", "deduction": "扣减分"}
ASKED = {
    "reply": "填写办理说明",
    "handler": "指定办理人",
    "resolved": "问清是否解决",
    "rating": "请诉求人打分",
}
TARGETS = {
    "on_time_rate": ("按时办结率", "%"),
    "response_rate": ("响应率", "%"),
    "resolution_rate": ("解决率", "%"),
    "satisfaction_rate": ("满意率", "%"),
    "mean_points": ("全年人均积分", "分"),
    "hours": ("每月志愿服务", "小时"),
    "visits": ("每月走访", "次"),
}

Described = list[tuple[str, list[str]]]


def describe(method: Method) -> Described:
    """The method as (heading, sentences); sections that it does not have are left out."""
    sections = [
        ("概况", _overview(method)),
        ("组织与岗位", _organisation(method)),
        ("党员分类", _classes(method)),
        ("党员积分", _points(method.points) if method.points else []),
        ("党性体检", _checkup(method.checkup) if method.checkup else []),
        *((f"诉求流程：{w.name}", _workflow(method, w)) for w in method.workflows),
        ("诉求类别与时限", [_category(method, c) for c in method.categories]),
        ("志愿服务", _volunteering(method)),
        ("时间银行", _time_bank(method)),
        ("必访", [_visit(method, v) for v in method.must_visit]),
        ("一人一档与主题党日", files(method)),
        ("活动签到", activities(method)),
        ("指标上报", indicators(method)),
        ("目标", _targets(method)),
    ]
    return [(heading, sentences) for heading, sentences in sections if sentences]


def _overview(method: Method) -> list[str]:
    return [
        f"{method.name}（版本 {method.version}）。",
        method.description,
        f"来源：{method.source}",
    ]


def _organisation(method: Method) -> list[str]:
    levels = {x.key: x.name for x in method.levels}
    sentences = [
        f"组织分{len(levels)}级：{' → '.join(levels.values())}。",
        f"数据由{levels[method.grid_level]}填报，逐级向上汇总。",
    ]
    for level in method.levels:
        posts = [p for p in method.posts if p.level == level.key]
        if posts:
            told = "；".join(f"{p.name}（{p.duty}）" if p.duty else p.name for p in posts)
            sentences.append(f"{level.name}设{len(posts)}个岗位：{told}。")
    return sentences


def _classes(method: Method) -> list[str]:
    classes = method.member_classes
    sentences = [f"党员分{len(classes)}类：{_list(c.name for c in classes)}。"]
    if method.points:
        base = _list(f"{c.name}{c.base_points:g}分" for c in classes if c.base_points is not None)
        sentences.append(f"年初的基础分：{base}。")
    return sentences


def _points(scheme: PointsScheme) -> list[str]:
    by = "名次" if scheme.graded_by == "rank" else "分数线"
    sentences = [
        "积分按自然年计算：总分 = 基础分 + 履职分 + 奖励分 − 扣减分。",
        "需要审核的记分，审核通过后才计入总分；记错了用反向记录冲正，原记录保留。",
        f"年底按{by}评等次：{grade_bands(scheme.grades)}。",
    ]
    failing = next(g.name for g in scheme.grades if g.key == scheme.failing_grade)
    for follow in scheme.follow_ups:
        years = follow.years_in_a_row
        when = f"当年评为“{failing}”" if years == 1 else f"连续{years}年评为“{failing}”"
        sentences.append(f"{when}的，{follow.action}。")
    for kind, name in KINDS.items():
        sentences += _rules(name, [r for r in scheme.rules if r.kind == kind])
    return sentences


def _rules(kind: str, rules: list[PointsRule]) -> list[str]:
    """One sentence a group, in the order the groups first appear."""
    groups = list(dict.fromkeys(r.group for r in rules))
    return [
        f"{kind}{f'·{group}' if group else ''}："
        + "；".join(_rule(r) for r in rules if r.group == group)
        + "。"
        for group in groups
    ]


def _rule(rule: PointsRule) -> str:
    low, high = rule.allowed
    sign = "扣" if rule.kind == "deduction" else "加"
    usual = f"{sign}{rule.points:g}分"
    notes = [f"可在{low:g}至{high:g}分之间酌定"] if low != high else []
    if rule.cycle_cap is not None:
        notes.append(f"全年最多{rule.cycle_cap:g}分")
    if rule.needs_approval:
        notes.append("须审核")
    return f"{rule.name}{usual}" + (f"（{'，'.join(notes)}）" if notes else "")


def grade_bands(grades: list[Grade]) -> str:
    """Bands from best to worst, by line or by cumulative share."""
    told: list[str] = []
    for above, grade in zip([None, *grades], grades, strict=False):
        last = grade is grades[-1]
        band = _by_line(above, grade, last) if grade.top_share is None else _by_rank(above, grade)
        told.append(f"{band}为{grade.name}")
    return "，".join(told)


def _by_line(above: Grade | None, grade: Grade, last: bool) -> str:
    if above is None:
        return f"{grade.at_least:g}分及以上"
    low = "" if last else f"{grade.at_least:g}分至"
    return f"{low}不满{above.at_least:g}分"


def _by_rank(above: Grade | None, grade: Grade) -> str:
    if grade.top_share == 1:
        return "其余"
    share = f"{(grade.top_share or 0) * 100:g}%"
    return f"前{share}" if above is None else f"{(above.top_share or 0) * 100:g}%至{share}"


def _checkup(checkup: Checkup) -> list[str]:
    parts = " + ".join(f"{p.name}{p.weight}%" for p in checkup.parts)
    sentences = [
        f"每季度一次，满分100分：{parts}。",
        f"结果在体检后{checkup.publish_within_days}天内公布。",
        f"健康等次：{grade_bands(checkup.grades)}。",
    ]
    sentences += [
        f"{band}，{line.action}。"
        for band, line in zip(checkup_bands(checkup), checkup.lines, strict=True)
    ]
    if checkup.lines:
        sentences.append("健康等次与警戒线分开计算，警戒线以下的党员不在大屏上点名。")
    return sentences


def checkup_bands(checkup: Checkup) -> list[str]:
    """The warning lines' bands in words, in the order of the lines."""
    told = []
    for line in checkup.lines:
        low = f"{line.at_least:g}分至" if line.at_least else ""
        told.append(f"{line.name}：{low}不满{line.below:g}分")
    return told


def _workflow(method: Method, workflow: Workflow) -> list[str]:
    main = [s for s in workflow.states if s.type != "rejected"]
    settled = next(s for s in main if s.type == "closed")
    after = main[main.index(settled) + 1 :]
    sentences = [f"环节：{' → '.join(s.name for s in main)}。"]
    sentences.append(
        f"到“{workflow.state(workflow.responded_at).name}”算作已响应；"
        f"到“{settled.name}”算作办结，是否按时以此为准。"
    )
    if after:
        sentences.append(f"{_list(s.name for s in after)}在办结之后进行，不影响是否按时。")
    for state in (s for s in workflow.states if s.type == "rejected"):
        sentences.append(f"可以“{state.name}”，单独统计，不算办结。")
    return sentences + _turns(workflow) + _duties(method, workflow)


def _turns(workflow: Workflow) -> list[str]:
    """What may go back, be extended or be taken to a higher level."""
    sentences = []
    if workflow.return_to:
        sentences.append(f"退单的回到“{workflow.state(workflow.return_to).name}”重新分派。")
    if workflow.redo_to:
        sentences.append(f"没有解决的可以重办，回到“{workflow.state(workflow.redo_to).name}”。")
    if workflow.extendable:
        sentences.append("确有困难的可以延期，延期次数单独统计。")
    if workflow.return_to or workflow.redo_to:
        what = _list(
            w for w, on in (("退单", workflow.return_to), ("重办", workflow.redo_to)) if on
        )
        sentences.append(f"{what}满{workflow.escalate_after}次的，提级督办。")
    return sentences


def _duties(method: Method, workflow: Workflow) -> list[str]:
    posts = {p.key: p.name for p in method.posts}
    told = [(s.name, _duty(s, posts)) for s in workflow.states]
    return [f"“{name}”：{duty}。" for name, duty in told if duty]


def _duty(state: State, posts: dict[str, str]) -> str:
    parts = [f"由{posts[state.post]}负责"] if state.post else []
    if state.requires:
        parts.append(f"转入时须{_list(ASKED[r] for r in state.requires)}")
    if state.limit:
        parts.append(f"{state.limit.text}内转入下一环节")
    return "，".join(parts)


def _category(method: Method, category: Category) -> str:
    workflow = method.workflow(category.workflow)
    sentence = (
        f"{category.name}{'（紧急）' if category.urgent else ''}：走{workflow.name}，"
        f"{category.limit.text}内办结，到期前{category.yellow.text}亮黄灯，超过时限亮红灯"
    )
    own = [
        f"“{workflow.state(key).name}”须在{limit.text}内转出"
        for key, limit in category.state_limits.items()
    ]
    return sentence + (f"；其中{_list(own)}" if own else "") + "。"


def _volunteering(method: Method) -> list[str]:
    rules = method.volunteering
    approval = (
        "服务时长审核通过后才计入时长和排行。"
        if rules.hours_need_approval
        else "服务时长登记后即计入。"
    )
    sentences = [
        f"服务项目：{_list(rules.activities)}。",
        approval,
        f"累计时长评星：{star_bands(rules)}。",
    ]
    if rules.order_arrival:
        sentences.append(f"居民点单的应急服务，{rules.order_arrival.text}内到达。")
    if rules.teams:
        teams = _list(f"{t.name}（{t.skill}）" for t in rules.teams)
        sentences.append(f"志愿服务队{len(rules.teams)}支：{teams}。")
    return sentences


def star_bands(rules: Volunteering) -> str:
    """How many hours make which star."""
    return _list(f"{s.hours:g}小时为{s.name}" for s in rules.stars)


def _time_bank(method: Method) -> list[str]:
    bank = method.time_bank
    if bank is None:
        return []
    sentences = [
        f"每满1小时服务得{bank.points_per_hour}分，可以兑换，也可以转赠给自己帮扶的人。",
        "全部账户的积分之和始终等于已发放的积分。",
    ]
    if bank.goods:
        sentences.append(f"可兑换：{_list(f'{g.name}{g.points}分' for g in bank.goods)}。")
    return sentences


def _visit(method: Method, visit: MustVisit) -> str:
    post = next(p.name for p in method.posts if p.key == visit.post)
    return f"{visit.name}：由{post}负责，{EVERY[visit.every]}。"


def _targets(method: Method) -> list[str]:
    told = ((TARGETS[key], value) for key, value in method.targets.items())
    return [f"{name}不低于{value:g}{unit}。" for (name, unit), value in told]


def _list(items: Iterable[str]) -> str:
    return "、".join(items)
