"""Pages' way to the data: every answer is cached by question, arguments and revision.

A write bumps the revision, so a page never shows what a write has overtaken,
and a page with nothing new to show costs one tiny read a question.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import pandas as pd
import streamlit as st
from pydantic import BaseModel
from sqlalchemy import Connection

from data.engines import Engines, open_engines
from data.method import Method
from data.queries.facts import fetch_unit_facts, roll_up
from data.queries.methods import MethodInForce, fetch_method, fetch_method_in_force
from data.queries.revision import fetch_revision
from data.queries.units import fetch_units
from data.scope import Scope
from data.settings import database_url

T = TypeVar("T")


def engines() -> Engines:
    """The configured database's engines."""
    return open_engines(database_url())


def load(fetch: Callable[..., T], *args: Any) -> T:
    """``fetch(connection, *args)``, from the cache while the database has not changed.

    The answer is a copy: a page may change it freely.
    """
    name = f"{fetch.__module__}.{fetch.__name__}"
    return _answer(fetch, args, (name, _current_revision(), *map(_key, args)))


def build_once(build: Callable[..., T], *args: Any) -> T:
    """``build(*args)``, kept while the database has not changed and shared by all sessions.

    For finished things that nobody changes any more, such as a drawn map.
    """
    name = f"{build.__module__}.{build.__name__}"
    return _built(build, args, (name, _current_revision(), *map(_key, args)))


def load_spec(build: Callable[..., Any], frame: pd.DataFrame, **options: Any) -> dict[str, Any]:
    """The Vega-Lite spec of ``build(frame, **options)``, cached by the builder and its data."""
    return _spec(build, build.__name__, frame, repr(options), options)


@st.cache_data(max_entries=400, show_spinner=False)
def _spec(
    _build: Callable[..., Any],
    name: str,
    frame: pd.DataFrame,
    options: str,
    _options: dict[str, Any],
) -> Any:
    return _build(frame, **_options).to_dict()


def load_method(on: date) -> MethodInForce:
    """The method in force on a local day, shared by all sessions (it cannot be changed)."""
    return _method(database_url(), _current_revision(), on)


def load_totals(scope: Scope) -> pd.DataFrame:
    """Every unit's facts with everything below it added in; index unit_id (see data.metrics)."""
    return load(_fetch_totals, scope)


def load_adopted(method_id: int) -> Method:
    """A method as it was adopted, by the id that a row keeps; shared by all sessions."""
    return build_once(_adopted, method_id)


def _adopted(method_id: int) -> Method:
    with engines().read() as connection:
        return fetch_method(connection, method_id).method


def _fetch_totals(connection: Connection, scope: Scope) -> pd.DataFrame:
    return roll_up(fetch_unit_facts(connection, scope), fetch_units(connection))


def _current_revision() -> tuple[str, int]:
    with engines().read() as connection:
        return database_url(), fetch_revision(connection)


@st.cache_data(max_entries=600, show_spinner=False)
def _answer(_fetch: Callable[..., Any], _args: tuple[Any, ...], key: tuple[Any, ...]) -> Any:
    with engines().read() as connection:
        return _fetch(connection, *_args)


@st.cache_resource(max_entries=120, show_spinner=False)
def _built(_build: Callable[..., Any], _args: tuple[Any, ...], key: tuple[Any, ...]) -> Any:
    return _build(*_args)


@st.cache_resource(max_entries=8, show_spinner=False)
def _method(url: str, revision: tuple[str, int], on: date) -> MethodInForce:
    with engines().read() as connection:
        return fetch_method_in_force(connection, on)


def _key(argument: Any) -> Any:
    """An argument as something cheap and certain to hash."""
    if isinstance(argument, Connection):
        raise TypeError("a loader opens its own connection")
    if isinstance(argument, BaseModel):
        return argument.model_dump_json()
    return repr(argument)
