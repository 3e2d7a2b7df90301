"""The admin page's parts that only show: methods, health, settings."""

from __future__ import annotations

import platform
import tomllib
from datetime import UTC, date, datetime
from functools import cache
from importlib.metadata import version

import pandas as pd
import streamlit as st

from components import problems
from components import texts as t
from components.loaders import engines, load, load_method
from components.markup import day, escape
from components.tables import show_table
from data.method.describe import describe
from data.method.loading import preset_errors, usable_presets
from data.periods import local_date
from data.queries.methods import fetch_methods
from data.settings import ROOT, SETTINGS, setting, zone


def method_in_force() -> None:
    """The method in force today, in sentences a leader can read."""
    found = load_method(_today())
    method = found.method
    since = t.ADMIN_METHOD_SINCE.format(method.name, day(found.starts_on), method.version)
    st.html(f"<p><b>{escape(since)}</b></p>")
    for title, sentences in describe(method):
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
        st.html(f'<div class="plain-words"><h3>{escape(title)}</h3><ul>{items}</ul></div>')


def presets() -> None:
    """Every preset beside the product, and what is wrong with those that do not load."""
    rows = [(m.name, f"{m.key}.toml", m.description) for m in usable_presets()]
    show_table(pd.DataFrame(rows, columns=list(t.ADMIN_PRESET_COLUMNS)))
    for error in preset_errors():
        problems.show_banner(str(error))


def history() -> None:
    """Methods that were adopted, latest first."""
    rows = [(m.method.name, m.method.version, m.starts_on) for m in load(fetch_methods)]
    show_table(pd.DataFrame(rows, columns=list(t.ADMIN_HISTORY_COLUMNS)))


@cache
def versions() -> str:
    """The versions of the product and of what it stands on."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    parts = [f"{t.APP} {project['version']}", f"Python {platform.python_version()}"]
    parts += [f"{name} {version(name.lower())}" for name in ("Streamlit", "SQLAlchemy")]
    return " · ".join(parts)


def settings() -> None:
    """Every setting with its present value, without passwords and keys."""
    hidden = {"GRID_DATABASE": engines().url.render_as_string(hide_password=True)}
    rows = [
        (s.name, hidden.get(s.name) or s.shown(setting(s.name)) or t.ADMIN_UNSET, s.help)
        for s in SETTINGS
    ]
    show_table(pd.DataFrame(rows, columns=list(t.ADMIN_SETTING_COLUMNS)))


def _today() -> date:
    return local_date(datetime.now(UTC), zone())
