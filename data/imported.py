"""Appeals that came in by import: what their events say, and what the file could not tell.

An import tells a case as a short history: received (the workflow's first state), perhaps
answered, and the state it is in.  What the file has no time for is marked and never made
up: such a case is in no rate that needs the time.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from data.case import Event, Head
from data.errors import RuleError
from data.method.appeals import UNFINISHED, State
from data.withdrawal import WITHDRAWN, check_standing

IMPORT, UNIMPORT = "import", "unimport"  # kinds of events
IMPORTING = (IMPORT, UNIMPORT)
SURFACE = "import"  # of every fact that a file brought: nobody entered it row by row

# the type of a head that is closed or rejected, nobody knows since when
UNTIMED: Literal["untimed"] = "untimed"

# What ``untimed`` of an event is made of: no closing time (the case's, or the whole file has
# none), no time of the first response, no time at which it came into its present state.
CLOSING, RESPONSE, SINCE = 1, 2, 4
HAS_CLOSING = (0, RESPONSE)  # values of a head's ``untimed`` that leave the closing time known
HAS_RESPONSE = (0, CLOSING)


def imported(head: Head, event: Event, state: State, index: int, response: int) -> Head:
    """The head after an import says that a case is in ``state``.

    ``index`` and ``response`` are the places in the workflow of the state and of the one
    that counts as the first response.  Only a time that is known becomes one of the head's;
    the ``closed_at`` of an untimed head counts nowhere and says up to when it was surely open.
    """
    unknown, ended = event.untimed or 0, state.type not in UNFINISHED
    responded_at = head.responded_at
    if responded_at is None and index >= response and answers(unknown, ended=ended):
        responded_at = event.happened_at
    return Head(  # no replace(): a hundred thousand of them are made at once
        state.key,
        UNTIMED if ended and unknown & CLOSING else state.type,
        event.happened_at,
        None,  # limits of single states are for steps taken here
        head.yellow_at,
        head.due_at,
        responded_at,
        event.happened_at if ended else None,
        head.furthest if state.type == "rejected" else max(head.furthest, index),
        _newest(event.returns, head.returns),
        _newest(event.extensions, head.extensions),
        _newest(event.redos, head.redos),
        head.resolved if event.resolved is None else event.resolved,
        head.rating if event.rating is None else event.rating,
        unknown & (CLOSING | RESPONSE),
    )


def answers(unknown: int, *, ended: bool) -> bool:
    """Whether the time of an event that finds a case answered may be that of the answer."""
    return not unknown & (RESPONSE | SINCE) and not (ended and unknown & CLOSING)


def _newest(said: int | None, before: int) -> int:
    return before if said is None else said


def unimported(head: Head, at: datetime) -> Head:
    """The head after its import was undone: like a case registered by mistake, it counts nowhere.

    That nothing was done about it since is asked by the undoing and by ``check``.
    """
    check_standing(head)
    return replace(head, **taken_out(head.state_since, at))


def taken_out(since: datetime, at: datetime) -> dict[str, Any]:
    """What changes in the head of a case that stands, in its state ``since`` then."""
    if at < since:
        raise RuleError("撤销导入的时间早于导入的办理时间", "办理时间")
    return {"state_type": WITHDRAWN, "state_since": at, "state_due_at": None, "closed_at": at}


def still_untimed(head: Head, responded_at: datetime | None, *, ended: bool, kind: str) -> int:
    """What is left unknown after a step taken here, whose time is known."""
    left = head.untimed
    if responded_at is not None:
        left &= ~RESPONSE
    closes_now = ended and head.state_type != UNTIMED
    return left & ~CLOSING if closes_now or kind == "redo" else left
