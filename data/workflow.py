"""Appeals in motion: what events make of a case, what may happen next, which light it shows.

Heads (the derived columns of an appeal) come from :func:`fold` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from data.case import Event, Head
from data.errors import RuleError
from data.imported import IMPORT, UNIMPORT, UNTIMED, imported, still_untimed, unimported
from data.method.appeals import Category, State, Workflow
from data.withdrawal import WITHDRAW, WITHDRAWN, check_standing, withdrawn
from data.workdays import WorkCalendar

EventKind = Literal["advance", "return", "extend", "redo"]
Light = Literal["green", "yellow", "red", "none"]

ENDED = ("closed", "rejected", WITHDRAWN, UNTIMED)
KIND_NAMES = {"advance": "推进", "return": "退单", "extend": "延期", "redo": "重办"}
REQUIREMENT_NAMES = {
    "reply": "办理说明",
    "handler": "办理人",
    "resolved": "是否解决",
    "rating": "满意度评分",
    "new_due_at": "新的办理期限",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step that may come next, and the inputs (keys of REQUIREMENT_NAMES) it asks for."""

    kind: EventKind
    state: str
    name: str
    requires: tuple[str, ...]


def fold(
    workflow: Workflow,
    category: Category,
    received_at: datetime,
    events: Iterable[Event],
    calendar: WorkCalendar,
) -> Head:
    """The head that ``events``, oldest first, lead to; the first one is the registration.

    Raises RuleError when there is no event or one that the workflow cannot carry.
    """
    head: Head | None = None
    for event in events:
        head = apply(head, event, workflow, category, received_at, calendar)
    if head is None:
        raise RuleError("诉求没有任何办理记录，至少应有一条登记记录", "办理记录")
    return head


def apply(
    head: Head | None,
    event: Event,
    workflow: Workflow,
    category: Category,
    received_at: datetime,
    calendar: WorkCalendar,
) -> Head:
    """The head after one more event (``head`` is None before the registration)."""
    if event.kind == IMPORT:
        return _imported(head, event, workflow, category, received_at, calendar)
    if head is None:
        return _registered(event, workflow, category, received_at, calendar)
    check_standing(head)
    if event.kind in (WITHDRAW, UNIMPORT):
        taken_back = withdrawn if event.kind == WITHDRAW else unimported
        return taken_back(head, event.happened_at)
    if event.kind == "extend":
        return _extended(head, event, category, received_at, calendar)
    if event.kind not in KIND_NAMES:
        raise RuleError(f"办理动作 “{event.kind}” 不存在", "办理动作")
    return _moved(head, event, workflow, category, calendar)


def _registered(
    event: Event,
    workflow: Workflow,
    category: Category,
    received_at: datetime,
    calendar: WorkCalendar,
) -> Head:
    first = workflow.states[0]
    if event.kind != "advance" or event.state != first.key:
        raise RuleError(f"第一条办理记录应为登记到 “{first.name}”", "办理记录")
    blank = _blank(first, category, received_at, calendar)
    return _moved(blank, event, workflow, category, calendar)


def _blank(first: State, category: Category, received_at: datetime, calendar: WorkCalendar) -> Head:
    at, due_at = received_at, calendar.add(received_at, category.limit)
    yellow_at = max(at, calendar.before(due_at, category.yellow))
    return Head(
        first.key, first.type, at, None, yellow_at, due_at, None, None, 0, 0, 0, 0, None, None
    )


def _imported(
    head: Head | None,
    event: Event,
    workflow: Workflow,
    category: Category,
    received_at: datetime,
    calendar: WorkCalendar,
) -> Head:
    """An import into the first state tells the case from its beginning, also when told again."""
    index, state = _locate(workflow, event.state)
    if head is not None:
        check_standing(head)
    elif index:
        raise RuleError(f"第一条办理记录应为登记到 “{workflow.states[0].name}”", "办理记录")
    if head is None or not index:
        head = _blank(state, category, received_at, calendar)
    if event.new_due_at is not None:
        yellow_at = max(received_at, calendar.before(event.new_due_at, category.yellow))
        head = replace(head, due_at=event.new_due_at, yellow_at=yellow_at)
    return imported(head, event, state, index, _locate(workflow, workflow.responded_at)[0])


def _extended(
    head: Head, event: Event, category: Category, received_at: datetime, calendar: WorkCalendar
) -> Head:
    due_at = event.new_due_at
    if due_at is None:
        raise RuleError("延期记录缺少新的办理期限", REQUIREMENT_NAMES["new_due_at"])
    return replace(
        head,
        due_at=due_at,
        yellow_at=max(received_at, calendar.before(due_at, category.yellow)),
        extensions=head.extensions + 1,
        resolved=_latest(event.resolved, head.resolved),
        rating=_latest(event.rating, head.rating),
    )


def _moved(
    head: Head, event: Event, workflow: Workflow, category: Category, calendar: WorkCalendar
) -> Head:
    """After advance, return or redo: the case is in ``event.state`` now.

    A rejection does not count as progress, so it leaves ``furthest`` alone.
    """
    kind, at = event.kind, event.happened_at
    index, state = _locate(workflow, event.state)
    ended = state.type in ENDED
    limit = category.state_limits.get(state.key, state.limit)
    # closed before it came here, nobody knows when: what follows does not make it known
    untimed = head.state_type == UNTIMED and ended and kind != "redo"
    responded_at = head.responded_at
    answered = index >= _locate(workflow, workflow.responded_at)[0]
    if responded_at is None and answered and not untimed:
        responded_at = at
    return Head(
        state.key,
        UNTIMED if untimed else state.type,
        at,
        calendar.add(at, limit) if limit else None,
        head.yellow_at,
        head.due_at,
        responded_at,
        ((kind != "redo" and head.closed_at) or at) if ended else None,
        head.furthest if state.type == "rejected" else max(head.furthest, index),
        head.returns + (kind == "return"),
        head.extensions,
        head.redos + (kind == "redo"),
        _latest(event.resolved, head.resolved),
        _latest(event.rating, head.rating),
        still_untimed(head, responded_at, ended=ended, kind=kind),
    )


def _latest(new: int | None, old: int | None) -> int | None:
    return old if new is None else new


def _locate(workflow: Workflow, key: str) -> tuple[int, State]:
    for index, state in enumerate(workflow.states):
        if state.key == key:
            return index, state
    raise RuleError(f"流程 “{workflow.name}” 里没有环节 “{key}”", "环节")


def light_of(state_type: str, yellow_at: datetime, due_at: datetime, now: datetime) -> Light:
    """The light an appeal shows at ``now``; an ended one shows none."""
    if state_type in ENDED:
        return "none"
    if now > due_at:
        return "red"
    return "yellow" if now >= yellow_at else "green"


def needs_escalation(workflow: Workflow, head: Head) -> bool:
    """Whether the case was returned or redone so often that a higher level takes it (提级督办)."""
    return max(head.returns, head.redos) >= workflow.escalate_after


def allowed_steps(workflow: Workflow, head: Head) -> list[Step]:
    """What may happen next to a case, the moves forward first, then return, extend, redo."""
    if head.state_type == WITHDRAWN:
        return []
    index, state = _locate(workflow, head.state)
    onward = [_locate(workflow, key)[1] for key in workflow.following(state.key)]
    steps = [Step("advance", s.key, s.name, tuple(s.requires)) for s in onward]
    ended = state.type in ENDED
    back_to = workflow.return_to
    if back_to and not ended and _locate(workflow, back_to)[0] < index:
        name = f"退单（退回{workflow.state(back_to).name}）"
        steps.append(Step("return", back_to, name, ("reply",)))
    if workflow.extendable and not ended:
        steps.append(Step("extend", state.key, "延期", ("reply", "new_due_at")))
    again = workflow.redo_to
    if again and (ended or _locate(workflow, again)[0] < index):
        name = f"重办（回到{workflow.state(again).name}）"
        steps.append(Step("redo", again, name, ("reply",)))
    return steps


def check_step(
    workflow: Workflow,
    head: Head,
    *,
    kind: str,
    happened_at: datetime,
    state: str | None = None,
    handler: str = "",
    reply: str = "",
    resolved: int | None = None,
    rating: int | None = None,
    new_due_at: datetime | None = None,
) -> Event:
    """The event to append for a step; RuleError (field and fix) when it may not happen now.

    ``state`` may be left out where the kind of step leads to one state only.
    """
    step = _choose(workflow, head, kind, state)
    given = {
        "reply": reply.strip(),
        "handler": handler.strip(),
        "resolved": resolved,
        "rating": rating,
        "new_due_at": new_due_at,
    }
    for key in step.requires:
        if given[key] in (None, ""):
            label = REQUIREMENT_NAMES[key]
            raise RuleError(f"“{step.name}”须填写{label}，请补上后再提交", label)
    if happened_at < head.state_since:
        raise RuleError("办理时间早于上一环节的时间，请改为上一环节之后的时间", "办理时间")
    _check_answers(resolved, rating)
    _check_extension(kind, head, happened_at, new_due_at)
    return Event(kind, step.state, happened_at, resolved, rating, new_due_at)


def _choose(workflow: Workflow, head: Head, kind: str, state: str | None) -> Step:
    steps = [s for s in allowed_steps(workflow, head) if s.kind == kind]
    here = _locate(workflow, head.state)[1].name
    if not steps:
        action = KIND_NAMES.get(kind, f"“{kind}”")
        raise RuleError(f"当前环节 “{here}” 不能{action}，请选其他办理动作", "办理动作")
    names = "、".join(s.name for s in steps)
    if state is None and len(steps) > 1:
        raise RuleError(f"下一环节有多个，请选一个：{names}", "下一环节")
    for step in steps:
        if state in (None, step.state):
            return step
    target = _locate(workflow, state or "")[1].name
    raise RuleError(f"不能从 “{here}” 到 “{target}”，可选：{names}", "下一环节")


def _check_answers(resolved: int | None, rating: int | None) -> None:
    if resolved not in (None, 0, 1):
        raise RuleError("是否解决只能填 1（已解决）或 0（未解决）", REQUIREMENT_NAMES["resolved"])
    if rating not in (None, 1, 2, 3, 4, 5):
        raise RuleError("满意度评分须为 1 至 5 的整数", REQUIREMENT_NAMES["rating"])


def _check_extension(
    kind: str, head: Head, happened_at: datetime, new_due_at: datetime | None
) -> None:
    label = REQUIREMENT_NAMES["new_due_at"]
    if new_due_at is None:
        return
    if kind != "extend":
        raise RuleError(f"只有延期才能填{label}，请清空这一项", label)
    if new_due_at <= max(head.due_at, happened_at):
        raise RuleError(f"{label}须晚于原期限和办理时间，请改晚一些", label)
