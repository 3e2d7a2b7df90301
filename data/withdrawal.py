"""An appeal that was registered by mistake: it leaves every figure but keeps its history.

Only a case with which nothing has been done may be withdrawn: whatever was taken up is
carried on by its workflow, so that no overdue case can be made to vanish.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from data.case import Head
from data.errors import RuleError

WITHDRAW = "withdraw"  # the kind of event
WITHDRAWN: Literal["withdrawn"] = "withdrawn"  # the type of state it leads to


def withdrawn(head: Head, at: datetime) -> Head:
    """The head after withdrawing the case at ``at``; RuleError where it was taken up already."""
    check_withdrawable(head, at)
    return replace(head, state_type=WITHDRAWN, state_since=at, state_due_at=None, closed_at=at)


def check_withdrawable(head: Head, at: datetime) -> None:
    """Refuse where more happened to the case than its registration."""
    check_standing(head)
    touched = head.furthest or head.returns or head.extensions or head.redos
    if touched or head.closed_at is not None:
        raise RuleError(
            "这件诉求已经开始办理，不能再按误登撤回，请按流程办理（例如退单、不予受理）", "诉求"
        )
    if at < head.state_since:
        raise RuleError("撤回时间早于登记时间，请改为登记之后的时间", "办理时间")


def check_standing(head: Head) -> None:
    """Refuse any step of a withdrawn case."""
    if head.state_type == WITHDRAWN:
        raise RuleError("这件诉求已按误登撤回，不能再办理；如确有此事请重新登记", "办理动作")
