"""Drafts: what is typed and not sent yet, kept through a lost connection or a restart."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, update

from data.access import require
from data.drafts import check_form, draft_owner, pack
from data.engines import Engines
from data.identity import Actor
from data.schema import draft
from data.writes.validation import clean_text


def save_draft(
    engines: Engines,
    *,
    form: str,
    content: dict[str, Any],
    grid: str = "",
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> None:
    """Keep what a person has typed into a form, in place of what was kept before.

    ``request_id`` is the one that sending the form will use.  No figure counts drafts, so
    the revision stays; and they are no facts, so the log does not repeat what was typed.
    """
    text = pack(content)
    clean_text("请求编号", request_id or "", 56, required=False)
    clean_text("网格", grid, 40, required=False)
    mine = {"owner": draft_owner(actor), "form": check_form(form)}
    row = mine | {"grid": grid, "content": text, "request_id": request_id, "updated_at": at}
    with engines.trace() as connection:
        require(connection, actor, "save_draft", None, at=at)
        held = update(draft).where(*(draft.c[name] == value for name, value in mine.items()))
        if connection.execute(held.values(row)).rowcount == 0:
            connection.execute(insert(draft), row)


def clear_draft(
    engines: Engines,
    *,
    form: str,
    at: datetime,
    actor: Actor,
    request_id: str | None = None,
) -> None:
    """Forget a draft; with ``request_id`` only the one of that request, not one begun since."""
    gone = delete(draft).where(draft.c.owner == draft_owner(actor), draft.c.form == form)
    if request_id is not None:
        gone = gone.where(or_(draft.c.request_id == request_id, draft.c.request_id.is_(None)))
    with engines.trace() as connection:
        require(connection, actor, "clear_draft", None, at=at)
        connection.execute(gone)
