"""How files call the state of a case and what the asker said, and what we call it."""

from __future__ import annotations

from data.importing.fields import choice_field
from data.importing.kind import Reading
from data.method import State, Workflow
from data.method.appeals import UNFINISHED

FIRST, OPEN, CLOSED, REJECTED = "@first", "@open", "@closed", "@rejected"
# what a state may be mapped to where the file does not speak of single steps
STAGES = {"待受理": FIRST, "办理中": OPEN, "已办结": CLOSED, "不予受理": REJECTED}
USUAL = {
    FIRST: "待受理 未受理 新建 新增 登记 已登记 已受理 待派单 待派发 待签收 待处理 new received",
    OPEN: "办理中 处理中 处置中 在办 待办 待办结 流转中 未办结 未结案 未完成 派单 已派单 已派发 "
    "已签收 已接单 open processing inprogress pending",
    CLOSED: "已办结 办结 已完成 完成 办理完毕 已处理 处理完毕 已处置 已结案 结案 "
    "已解决 已回复 已答复 已反馈 closed done completed finished resolved",
    REJECTED: "不予受理 不受理 不予办理 rejected declined",
}
SATISFACTION = {
    "5": "非常满意 很满意 五星",
    "4": "满意 比较满意 较满意 四星",
    "3": "基本满意 一般 三星",
    "2": "不满意 不太满意 二星 两星",
    "1": "非常不满意 很不满意 一星",
}
RESOLVED = {"1": "是 已解决 解决 有效解决 y yes true 1", "0": "否 未解决 没有解决 n no false 0"}


def _spread(words: dict[str, str]) -> dict[str, str]:
    return {word: ours for ours, said in words.items() for word in said.split()}


def category_names(reading: Reading) -> dict[str, str]:
    """Categories of every adopted method by name, those of the latest first."""
    found: dict[str, str] = {}
    for adopted in reading.methods:
        for category in adopted.method.categories:
            found.setdefault(category.name, category.key)
    return found


def state_names(reading: Reading) -> dict[str, str]:
    """The stages, and every state of every workflow, by its name."""
    workflows = [w for adopted in reading.methods for w in adopted.method.workflows]
    return STAGES | {s.name: s.name for w in workflows for s in w.states}


STATE_FIELD = choice_field(
    "state",
    "环节",
    (
        "状态",
        "办理状态",
        "工单状态",
        "当前状态",
        "当前环节",
        "办理环节",
        "处理状态",
        "state",
        "status",
    ),
    state_names,
    also=_spread(USUAL),
    rules="流程里的环节，或“待受理”“办理中”“已办结”“不予受理”；没有这一列时看有没有办结时间",
    example="已办结",
)
RESOLVED_FIELD = choice_field(
    "resolved",
    "是否解决",
    ("解决情况", "是否已解决", "是否办成", "resolved"),
    lambda _reading: {"是": "1", "否": "0"},
    also=_spread(RESOLVED),
    rules="填“是”或“否”，没有问过的空着",
    example="是",
)
RATING_FIELD = choice_field(
    "rating",
    "评价",
    ("满意度", "满意度评价", "评价结果", "是否满意", "满意度评分", "评分", "rating"),
    lambda _reading: {str(n): str(n) for n in (5, 4, 3, 2, 1)},
    also=_spread(SATISFACTION),
    rules="1 至 5 分，或“非常满意”到“非常不满意”，没有评价的空着",
    example="5",
)


def state_of(workflow: Workflow, said: str) -> tuple[int, State] | None:
    """The state of a workflow that a word of ``state_names`` means; None where it has none."""
    states = list(enumerate(workflow.states))
    closing = next(index for index, state in states if state.type == "closed")
    if said == FIRST:
        return states[0]
    if said == CLOSED:
        return states[closing]
    if said == OPEN:
        under_way = [one for one in states[:closing] if one[1].type in UNFINISHED]
        return under_way[-1]
    if said == REJECTED:
        return next((one for one in states if one[1].type == "rejected"), None)
    return next((one for one in states if one[1].name == said), None)
