"""A newer change of the page neither cuts a callback off nor is it forgotten."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests, ScriptRequestType

from components.forms import whole as module
from components.forms.whole import whole
from data.errors import RuleError


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> ScriptRequests:
    """Those of a run in progress."""
    found = ScriptRequests()
    context = SimpleNamespace(script_requests=found)
    monkeypatch.setattr(module, "get_script_run_ctx", lambda **_: context)
    return found


def test_a_newer_change_waits_for_the_end_of_the_callback(requests: ScriptRequests) -> None:
    seen = []

    @whole
    def inner() -> None:
        seen.append(requests.on_scriptrunner_yield())

    @whole
    def outer(word: str) -> None:
        requests.request_rerun(RerunData(query_string="newer"))
        inner()
        seen.extend([word, requests.on_scriptrunner_yield()])

    outer("said")
    assert seen == [None, "said", None]
    found = requests.on_scriptrunner_yield()
    assert found is not None
    assert (found.type, found.rerun_data.query_string) == (ScriptRequestType.RERUN, "newer")


def test_a_callback_that_fails_lets_the_newer_change_through(requests: ScriptRequests) -> None:
    @whole
    def refused() -> None:
        requests.request_rerun(RerunData())
        raise RuleError("不行")

    with pytest.raises(RuleError):
        refused()
    assert requests.on_scriptrunner_yield() is not None


def test_without_a_session_it_is_the_callback_itself() -> None:
    done = []
    whole(done.append)("said")
    assert done == ["said"]
