"""One entry form as one person fills it in: its fields, its draft and its one request.

What is typed is kept in the database whenever it changes, under the request id that
sending it will use.  So a draft that is taken up after a lost connection, a locked phone
or a restart cannot be written twice, whether or not its first sending had arrived.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError
from streamlit.delta_generator import DeltaGenerator

from components import entry_texts as e
from components import identity
from components.entry_grid import Grid
from components.filters import index
from components.forms.whole import whole
from components.loaders import engines, load
from components.markup import escape, moment
from data.drafts import draft_owner
from data.entry_forms import FORMS
from data.errors import RuleError
from data.queries.drafts import fetch_draft
from data.queries.entries import fetch_last_used
from data.settings import zone
from data.writes.drafts import clear_draft, save_draft

log = logging.getLogger(__name__)

LIVELY = timedelta(minutes=10)  # a draft this old was not begun "now" any more
NOW = "now"


@dataclass
class Sheet:
    """A form being filled in; it lives as long as the browser's session."""

    form: str
    owner: str
    grid: Grid
    request_id: str = field(default_factory=lambda: uuid4().hex)
    content: dict[str, Any] = field(default_factory=dict)  # as it was last kept
    usual: dict[str, Any] = field(default_factory=dict)  # what untouched fields of this run hold
    kept_at: datetime | None = None
    restored_at: datetime | None = None
    trouble: str = ""
    fresh: bool = False  # the fields are to be emptied, whatever the browser says they hold
    taken_over: bool = False  # the content is another form's, and in no draft yet
    outcome: tuple[bool, str] | None = None
    sent: dict[str, str] = field(default_factory=dict)

    def key(self, name: str) -> str:
        """The key of a field's widget."""
        return f"entry_{self.form}_{name}"

    def begin(self, name: str, usual: Any = None) -> str:
        """Make a field hold what was typed before, or what it usually holds; its widget's key."""
        self.usual[name] = usual
        key = self.key(name)
        if self.fresh or key not in st.session_state:
            # assigned, not removed: only an assignment reaches the browser
            st.session_state[key] = self.content.get(name, usual)
        return key

    def get(self, name: str, default: Any = None) -> Any:
        """What a field holds now; ``default`` where it is empty or not drawn."""
        held = st.session_state.get(self.key(name))
        return default if held is None else held

    def put(self, name: str, value: Any) -> None:
        """Fill a field in, in a callback or before it is drawn."""
        st.session_state[self.key(name)] = value

    def typed(self) -> dict[str, Any]:
        """What every field of this run holds."""
        return {name: st.session_state.get(self.key(name)) for name in self.usual}

    def touched(self) -> bool:
        """Whether anything was filled in."""
        return any(not _same(held, self.usual[name]) for name, held in self.typed().items())

    def start_over(self) -> None:
        """A new, empty form with a request of its own."""
        self.fresh, self.request_id, self.content = True, uuid4().hex, {}
        self.kept_at = self.restored_at = None
        self.trouble, self.taken_over = "", False

    @whole
    def clear(self) -> None:
        """Throw away what was typed, here and in the database."""
        self._forget(self.request_id)
        self.start_over()
        self.outcome = None

    @whole
    def send(self, request_id: str, write: Callable[[str], str]) -> None:
        """Write once.  A second press on the same form is the same request, however late."""
        if request_id in self.sent:
            # the browser had not heard yet that the form was emptied, and sent it all again
            self.fresh = True
            self.outcome = (True, self.sent[request_id])
            return
        try:
            said = write(request_id)
        except RuleError as error:
            self.outcome = (False, e.NOT_SAVED.format(error))
        except SQLAlchemyError:
            log.exception("an entry could not be saved")
            self.outcome = (False, e.NOT_SAVED.format(e.LOST_DATABASE))
        else:
            self.sent = {request_id: said}
            self.outcome = (True, said)
            self._forget(request_id)
            self.start_over()

    def keep(self) -> None:
        """Keep what is typed in the database, where it changed; once every field is drawn."""
        self.fresh = False
        if not self.touched():
            if self.kept_at is not None:
                self._forget(self.request_id)
                self.content, self.kept_at = {}, None
            return
        typed = self.typed()
        if typed == self.content and not self.trouble and not self.taken_over:
            return
        # a newer change may end this run wherever the session is looked at: not after this
        at, who, place = datetime.now(UTC), identity.actor(), engines()
        self.content = typed
        try:
            save_draft(
                place,
                form=self.form,
                grid=self.grid.code,
                content=typed,
                at=at,
                actor=who,
                request_id=self.request_id,
            )
        except RuleError as error:
            self.trouble = str(error)
        except SQLAlchemyError:
            log.exception("a draft could not be saved")
            self.trouble = e.DRAFT_BUSY
        else:
            self.kept_at, self.trouble, self.taken_over = at, "", False

    def _forget(self, request_id: str) -> None:
        try:
            given = {"form": self.form, "request_id": request_id}
            clear_draft(engines(), **given, at=datetime.now(UTC), actor=identity.actor())
        except (RuleError, SQLAlchemyError):
            # what was sent is no draft any more, whether or not its row is still there
            log.warning("a draft could not be cleared", exc_info=True)


def open_sheet(form: str, grid: Grid) -> Sheet | None:
    """The form as this person left it; None while he is asked about one of another grid."""
    held_at = f"entry_{form}_sheet"
    owner = draft_owner(identity.actor())
    sheet = st.session_state.get(held_at)
    if sheet is None or sheet.owner != owner:
        sheet = st.session_state[held_at] = _take_up(form, owner, grid)
    untouched = sheet.restored_at is not None and sheet.kept_at == sheet.restored_at
    if sheet.grid.code != grid.code and untouched:
        _ask_which(sheet, grid)
        return None
    sheet.grid = grid
    sheet.usual = {}
    if st.session_state.get(f"entry_{form}_found"):
        _take_over(sheet, f"entry_{form}_found")
    _tell_restored(sheet)
    return sheet


def last_used(form: str) -> dict[str, Any]:
    """What the logged-in account chose last in a form."""
    me = identity.me()
    return load(fetch_last_used, me.account_id, form) if me else {}


def local_now() -> datetime:
    """This minute in the configured zone."""
    return datetime.now(zone()).replace(second=0, microsecond=0)


def _take_up(form: str, owner: str, grid: Grid) -> Sheet:
    """The sheet of a draft, or an empty one."""
    with engines().read() as connection:
        draft = fetch_draft(connection, owner, form)
    sheet = Sheet(form, owner, grid)
    if draft is None or not draft.content:
        return sheet
    content, kept = dict(draft.content), draft.updated_at
    if content.get("when") == NOW and datetime.now(UTC) - kept > LIVELY:
        local = kept.astimezone(zone()).replace(second=0, microsecond=0, tzinfo=None)
        content |= {"when": "other", "day": local.date(), "clock": local.time()}
    sheet.content, sheet.kept_at, sheet.restored_at = content, kept, kept
    sheet.request_id = draft.request_id or sheet.request_id
    if draft.grid and draft.grid != grid.code:
        sheet.grid = Grid(0, draft.grid, draft.grid, "")
    return sheet


def _take_over(sheet: Sheet, found_at: str) -> None:
    """Begin with what another form found out; what was typed here stays before it."""
    found: dict[str, Any] = st.session_state[found_at]
    held = {name: st.session_state.get(sheet.key(name)) for name in found} | sheet.content
    words = {
        name: f"{held[name]}\n{text}" if name == "content" and held.get(name) else text
        for name, text in found.items()
    }
    del st.session_state[found_at]  # the last look at the session, where a run may be cut off
    sheet.content, sheet.fresh, sheet.outcome = sheet.content | words, True, None
    sheet.taken_over = True


def _ask_which(sheet: Sheet, grid: Grid) -> None:
    """Another grid's draft is neither carried over nor lost: the person says which."""
    there = sheet.grid.code
    name = index()[there][2] if there in index() else there
    words = e.ELSEWHERE.format(name, FORMS[sheet.form], moment(sheet.restored_at))
    st.html(f'<p class="banner" role="alert">{escape(words)}</p>')

    def go_on() -> None:
        st.session_state["entry_grid"] = there

    def drop() -> None:
        sheet.clear()
        sheet.grid = grid

    key = f"entry_{sheet.form}"
    st.button(e.CONTINUE_THERE, key=f"{key}_there", width="stretch", on_click=go_on)
    words = e.DROP_THERE.format(grid.name)
    st.button(words, key=f"{key}_here", width="stretch", on_click=drop)


def place(key: str, *, horizontal: bool = False) -> DeltaGenerator:
    """A place for what is not always there; nothing is seen of it while it is empty.

    It is taken up either way, so that what comes after keeps its own: a text field that moves
    is taken away and made anew, without what was typed and has not been sent yet.
    """
    return st.container(key=key, horizontal=horizontal)


def _tell_restored(sheet: Sheet) -> None:
    with place(f"entry_{sheet.form}_restored", horizontal=True):
        if sheet.restored_at is None:
            return
        words = e.RESTORED.format(moment(sheet.restored_at))
        st.html(f'<p class="restored" role="status">{escape(words)}</p>')
        st.button(e.CLEAR, key=f"entry_{sheet.form}_clear", on_click=sheet.clear)


def _same(held: Any, usual: Any) -> bool:
    return held == usual or (not held and not usual and held is not False and held != 0)
