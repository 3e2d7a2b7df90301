"""Pages' way to the data: every answer is cached by question, arguments and revision.

A write bumps the revision, so a page never shows what a write has overtaken; what daily
entry cannot change (units, methods) is kept until something else is written.
The revision is read once a run (``begin_run``): everything on one page belongs
to one revision, and a page with nothing new to show costs one tiny read.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from contextvars import ContextVar
from datetime import date
from typing import Any, TypeVar

import pandas as pd
import streamlit as st
from pydantic import BaseModel
from sqlalchemy import Connection
from streamlit import dataframe_util

from data.engines import Engines, open_engines
from data.method import Method
from data.queries.facts import fetch_unit_facts, roll_up
from data.queries.methods import MethodInForce, fetch_method, fetch_method_in_force
from data.queries.revision import Revision, fetch_revision, is_standing
from data.queries.units import fetch_units
from data.scope import Scope
from data.settings import database_url

T = TypeVar("T")

TEXTS_HELD = 200
_texts: dict[int, tuple[BaseModel, str]] = {}
_revision: ContextVar[tuple[str, Revision] | None] = ContextVar("revision", default=None)


def engines() -> Engines:
    """The configured database's engines."""
    return open_engines(database_url())


def begin_run() -> tuple[str, Revision]:
    """Read the revision that this run of the page shows; the frame calls it first."""
    with engines().read() as connection:
        revision = database_url(), fetch_revision(connection)
    _revision.set(revision)
    return revision


def load(fetch: Callable[..., T], *args: Any) -> T:
    """``fetch(connection, *args)``, from the cache while the database has not changed.

    Frames are handed out as copies, so a page may change them freely.
    """
    answer = _answer(_key(fetch, *args), fetch, args)
    # pandas copies on write: a shallow copy is a page's own, and costs nothing to hand out
    return answer.copy(deep=False) if isinstance(answer, pd.DataFrame) else answer


def load_totals(scope: Scope) -> pd.DataFrame:
    """Every unit's facts with everything below it added in; index unit_id (see data.metrics)."""
    return load(_fetch_totals, scope)


def load_method(on: date) -> MethodInForce:
    """The method in force on a local day."""
    return load(fetch_method_in_force, on)


def load_adopted(method_id: int) -> Method:
    """A method as it was adopted, by the id that a row keeps."""
    return load(fetch_method, method_id).method


def build_once(build: Callable[..., T], *args: Any) -> T:
    """``build(*args)``, kept while the database has not changed and shared by all sessions.

    For finished things that nobody changes any more, such as a drawn map.
    """
    return _built(_key(build, *args), build, args)


def load_spec(build: Callable[..., Any], frame: pd.DataFrame, **options: Any) -> dict[str, Any]:
    """The Vega-Lite spec of ``build(frame, **options)``, cached by the builder and its data."""
    content = pickle.dumps((build.__name__, frame, options))
    return _spec(content, build, frame, options)


def _fetch_totals(connection: Connection, scope: Scope) -> pd.DataFrame:
    return roll_up(fetch_unit_facts(connection, scope), fetch_units(connection))


@st.cache_resource(max_entries=800, show_spinner=False)
def _answer(key: str, _fetch: Callable[..., Any], _args: tuple[Any, ...]) -> Any:
    with engines().read() as connection:
        return _fetch(connection, *_args)


@st.cache_resource(max_entries=120, show_spinner=False)
def _built(key: str, _build: Callable[..., Any], _args: tuple[Any, ...]) -> Any:
    return _build(*_args)


@st.cache_data(max_entries=400, show_spinner=False)
def _spec(
    content: bytes, _build: Callable[..., Any], _frame: pd.DataFrame, _options: dict[str, Any]
) -> Any:
    spec = _build(_frame, **_options).to_dict()
    # In the form Streamlit sends rows in, which it would put them into on every run.
    arrow = dataframe_util.convert_anything_to_arrow_bytes
    spec["datasets"] = {name: arrow(rows) for name, rows in spec.get("datasets", {}).items()}
    return spec


def _key(function: Callable[..., Any], *args: Any) -> str:
    """One text for a question: what is asked, of which revision, with which arguments."""
    revision = _revision.get()
    if revision is None or revision[0] != database_url():
        revision = begin_run()
    url, age = revision
    since = age.standing if is_standing(function) else age.value
    name = f"{function.__module__}.{function.__name__}"
    asked = [name, url, str(since), *map(_text, args)]
    return "\x1f".join(asked)


def _text(argument: Any) -> str:
    """An argument as text that differs whenever the argument does."""
    if isinstance(argument, (Connection, pd.DataFrame)):
        raise TypeError("a loader opens its own connection and takes plain values")
    return _model_text(argument) if isinstance(argument, BaseModel) else repr(argument)


def _model_text(model: BaseModel) -> str:
    """A method's section as JSON, written once an object: a section never changes."""
    held = _texts.get(id(model))
    if held is None or held[0] is not model:
        if len(_texts) >= TEXTS_HELD:
            _texts.clear()
        held = _texts[id(model)] = (model, model.model_dump_json())
    return held[1]
