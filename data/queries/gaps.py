"""Appeals that figures leave out: registered by mistake, or imported without the time needed.

The latter are in no rate that asks for that time, and told apart.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from data.imported import HAS_CLOSING, HAS_RESPONSE, UNTIMED
from data.schema import appeal
from data.withdrawal import WITHDRAWN

Condition = ColumnElement[Any]


def counted_appeal() -> Condition:
    """Every appeal but those registered by mistake, which count in no figure at any moment."""
    return appeal.c.state_type != WITHDRAWN


def timed() -> Condition:
    """Not out of an import without closing times: such a case is not judged while it is open."""
    return appeal.c.untimed.in_(HAS_CLOSING)


def untimed(received: Condition, red: Condition) -> Condition:
    """What is not judged for want of a closing time, of the appeals received and those overdue."""
    return or_(and_(received, appeal.c.state_type == UNTIMED), and_(red, ~timed()))


def answerable() -> Condition:
    """Appeals of which it is known whether, and when, they were answered."""
    return or_(appeal.c.untimed.in_(HAS_RESPONSE), appeal.c.responded_at.is_not(None))
