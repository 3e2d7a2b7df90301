"""A browser's tab without a browser: speaks Streamlit's own protocol over a websocket.

What it is for: fifty people entering at once would need fifty Chromiums, and this machine has
two cores.  A :class:`Tab` sends and receives exactly what a tab's JavaScript would, so the
server does the same work; only the drawing is missing.

How the protocol goes.  The tab connects to ``/_stcore/stream`` with the visitor's cookie and
sends a ``BackMsg.rerun_script``: the address's page and query, and the state of every widget.
The server answers with ``ForwardMsg``s: ``new_session`` (a run begins), one ``delta`` for each
thing drawn, at a path of numbers in the page's tree (``delta_path``), and ``script_finished``.
A changed widget or a pressed button is another ``rerun_script``.  What the run before had drawn
and this one has not is removed when the run ends, as in the browser.  Messages that the tab
says it still holds (``cached_message_hashes``) come as a mere ``ref_hash``.

How to use it::

    async with Tab.opened(site, "/entry?grid=G01&form=appeal", cookie=token) as tab:
        await tab.set("entry_appeal_title", "路灯不亮")   # types, and leaves the field
        await tab.press("提交")                          # by key or by label
        assert "已登记" in tab.text()

Widgets are found by key (``key*`` matches a beginning) or by label.  ``set``, ``press`` and
``opened`` return when the run they caused has ended.  A widget inside ``st.form`` is only
sent with the form's button, one inside a fragment reruns only that fragment.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from tests.drills.shown import Shown, state_of, states_from_server, words_of

COOKIE = "grid_session"
T = TypeVar("T")
PATIENCE = 60.0  # seconds for a run to end; a shared two-core machine may take its time
DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run ``work`` to its end, on a thread of its own: Playwright keeps a loop on this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class Tab:
    """One open page of one visitor."""

    def __init__(self, socket: ClientConnection, page: str, query: str) -> None:
        self.query, self.runs = query, 0
        self._socket, self._page, self._hash = socket, page, ""
        self._states: dict[str, WidgetState] = {}
        self._held_back: dict[str, dict[str, WidgetState]] = {}  # by form, until it is sent
        self._drawn: dict[tuple[int, ...], Shown] = {}
        self._fragments: frozenset[str] = frozenset()
        self._kept: dict[str, tuple[int, ForwardMsg]] = {}

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, site: str, address: str = "/", cookie: str = "", patience: float = PATIENCE
    ) -> AsyncIterator[Tab]:
        """The tab at ``address`` of ``site``, when its first run has ended."""
        parts, host = urlsplit(address), urlsplit(site).netloc
        headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
        socket = await connect(
            f"ws://{host}/_stcore/stream",
            additional_headers=headers,
            origin=site,  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            open_timeout=patience,
            close_timeout=1,
            proxy=None,
        )
        async with socket:
            tab = cls(socket, parts.path.strip("/"), parts.query)
            await tab.run(patience=patience)
            yield tab

    async def run(self, *more: WidgetState, fragment: str = "", patience: float = PATIENCE) -> None:
        """Ask for a run with what the widgets hold, and ``more`` for once; wait for its end."""
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string, rerun.page_script_hash = self.query, self._hash
        rerun.page_name = "" if self._hash else self._page
        rerun.fragment_id = fragment
        rerun.widget_states.widgets.extend([*self._states.values(), *more])
        rerun.cached_message_hashes.extend(self._kept)
        rerun.context_info.timezone, rerun.context_info.locale = "Asia/Shanghai", "zh-CN"
        await self._socket.send(message.SerializeToString())
        async with asyncio.timeout(patience):
            await self._until_done()

    async def set(self, name: str, value: Any) -> None:
        """Give a widget a value as a person would: text, option, options, number, date…"""
        widget = self.widget(name)
        state = state_of(widget, value)
        if widget.proto.form_id:
            self._held_back.setdefault(widget.proto.form_id, {})[widget.id] = state
            return
        self._states[widget.id] = state
        await self.run(fragment=widget.fragment)

    async def press(self, name: str) -> None:
        """Press a button; a form's button sends the form."""
        button = self.widget(name, "button", "download_button")
        self._states |= self._held_back.pop(button.proto.form_id, {})
        pressed = WidgetState(id=button.id, trigger_value=True)
        await self.run(pressed, fragment=button.fragment)

    def shown(self, *kinds: str) -> Iterator[Shown]:
        """Everything drawn, from top to bottom, or only what is of these kinds."""
        for path in sorted(self._drawn):
            if not kinds or self._drawn[path].kind in kinds:
                yield self._drawn[path]

    def widget(self, name: str, *kinds: str) -> Shown:
        """The one widget with this key or label; LookupError naming what there is instead."""
        widgets = [one for one in self.shown(*kinds) if one.id]
        found = [one for one in widgets if one.is_called(name)]
        if not found:
            there = "、".join(f"{one.key or one.label}" for one in widgets)
            raise LookupError(f"no {name!r}; there is {there}; the page says: {self.text()[:500]}")
        return found[0]

    def has(self, name: str) -> bool:
        """Whether there is a widget with this key or label."""
        return any(one.is_called(name) for one in self.shown() if one.id)

    def value(self, name: str) -> Any:
        """What a widget holds: as it was set, else as the server drew it."""
        widget = self.widget(name)
        held = self._held_back.get(widget.proto.form_id, {}).get(widget.id)
        return widget.value_in(held or self._states.get(widget.id))

    def text(self) -> str:
        """Every word of the page that is not inside a widget, HTML as it was sent."""
        return "\n".join(words for one in self.shown() if (words := words_of(one)))

    async def _until_done(self) -> None:
        while True:
            message = ForwardMsg.FromString(await self._socket.recv(decode=False))
            kind = message.WhichOneof("type")
            if kind == "ref_hash":
                path = list(message.metadata.delta_path)
                message = ForwardMsg.FromString(self._kept[message.ref_hash][1].SerializeToString())
                message.metadata.delta_path[:] = path
                kind = message.WhichOneof("type")
            elif message.metadata.cacheable and message.hash:
                self._kept[message.hash] = (self.runs, message)
            if kind == "script_finished" and message.script_finished in DONE:
                self._forget_old()
                return
            self._take(kind, message)

    def _take(self, kind: str | None, message: ForwardMsg) -> None:
        if kind == "new_session":
            self.runs += 1
            self._hash = message.new_session.page_script_hash
            self._fragments = frozenset(message.metadata.run.fragment_ids)
        elif kind == "navigation":
            self._hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta":
            path = tuple(message.metadata.delta_path)
            one = Shown.from_delta(message.delta, self.runs)
            if one.kind == "transient":  # spinners and toasts: they take nobody's place
                return
            self._drawn[path] = one
            self._states |= states_from_server(one)

    def _forget_old(self) -> None:
        """What this run has not drawn again is gone, and so is what its widgets held."""
        self._drawn = {path: one for path, one in self._drawn.items() if self._stays(one)}
        live = {one.id for one in self._drawn.values()}
        self._states = {id_: held for id_, held in self._states.items() if id_ in live}
        # the server counts a message as forgotten after two runs in which it was not sent
        recent = self.runs - 2
        self._kept = {name: held for name, held in self._kept.items() if held[0] > recent}

    def _stays(self, one: Shown) -> bool:
        others = bool(self._fragments) and one.fragment not in self._fragments
        return one.run == self.runs or others
