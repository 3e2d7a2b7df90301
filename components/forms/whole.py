"""Callbacks that go to their end.

Streamlit looks for a newer change of the page whenever the session's state is read, also
inside a callback, and leaves it there and then.  A write would be cut off from what is to
be said about it, or a press on its button would come to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec

from streamlit.runtime.scriptrunner import get_script_run_ctx

P = ParamSpec("P")


def whole(callback: Callable[P, None]) -> Callable[P, None]:
    """The callback; newer changes of the page are looked at once it has ended."""

    @wraps(callback)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with _newer_changes_waiting():
            callback(*args, **kwargs)

    return run


@contextmanager
def _newer_changes_waiting() -> Iterator[None]:
    context = get_script_run_ctx(suppress_warning=True)
    requests = context and context.script_requests
    if requests is None or "on_scriptrunner_yield" in vars(requests):
        yield
        return
    # the runner's only question; an attribute of the object stands before the class's method
    vars(requests)["on_scriptrunner_yield"] = lambda: None
    try:
        yield
    finally:
        del vars(requests)["on_scriptrunner_yield"]
