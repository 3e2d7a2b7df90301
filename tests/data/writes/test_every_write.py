"""Every write has a test that it commits and one that it rolls back."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

import pytest

HELPERS = {"write_once", "acting"}  # ways into the database that writes share
# a second arrival of these finds what the first one left, and is refused or harmless
WITHOUT_REQUEST = {"accounts_admin", "displays", "sessions"}
FOLDER = Path(__file__).parent
MODULES = sorted(p.stem for p in (FOLDER.parents[2] / "data" / "writes").glob("[a-z]*.py"))
WRITES = {
    name: function
    for module in MODULES
    for name, function in vars(importlib.import_module(f"data.writes.{module}")).items()
    if inspect.isfunction(function)
    and function.__module__ == f"data.writes.{module}"
    and not name.startswith("_")
    and next(iter(inspect.signature(function).parameters), "") == "engines"
    and name not in HELPERS
}
TESTS = "\n".join(path.read_text("utf-8") for path in FOLDER.glob("test_*.py"))


def test_the_writes_are_found() -> None:
    assert {"record_appeal", "record_points", "record_service", "set_up_street"} <= WRITES.keys()


@pytest.mark.parametrize("name", sorted(WRITES))
def test_a_write_is_tested_both_ways(name: str) -> None:
    assert f"def test_{name}_commits(" in TESTS
    assert f"def test_{name}_rolls_back(" in TESTS


@pytest.mark.parametrize("name", sorted(WRITES))
def test_a_write_takes_keywords_and_says_who_when_and_where(name: str) -> None:
    _, *others = inspect.signature(WRITES[name]).parameters.values()
    assert {p.kind for p in others} == {inspect.Parameter.KEYWORD_ONLY}
    names = {p.name for p in others}
    assert {"at", "actor"} <= names
    module = WRITES[name].__module__.rpartition(".")[2]
    assert "request_id" in names or module in WITHOUT_REQUEST
