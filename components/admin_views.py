"""The admin page's parts: methods, approvals, health, settings."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from components import problems
from components import texts as t
from components.forms.common import show_outcome, signature, submit_button, value
from components.loaders import engines, load, load_method
from components.markup import day, escape, moment, number
from components.tables import plain, show_table
from data.engines import sqlite_warning
from data.method.describe import describe
from data.method.loading import load_preset, preset_errors, usable_presets
from data.migrate import current_revision, head_revision
from data.periods import local_date
from data.queries.calendar import fetch_calendar
from data.queries.health import fetch_database_health, fetch_row_counts
from data.queries.methods import fetch_methods
from data.queries.pending import fetch_pending
from data.settings import SETTINGS, database_url, zone
from data.writes.approvals import record_decisions
from data.writes.methods import adopt_method

ADOPT, DECIDE = "admin_adopt", "admin_decide"
PENDING_SHOWN = 50
MEGABYTE = 1024 * 1024
TOP = "/"


def method_in_force() -> None:
    """The method in force today, in sentences a leader can read."""
    found = load_method(_today())
    method = found.method
    since = t.ADMIN_METHOD_SINCE.format(method.name, day(found.starts_on), method.version)
    st.html(
        f"<p><b>{escape(since)}</b></p><p>{escape(method.description)}</p>"
        f'<p class="section-note">{escape(t.ADMIN_METHOD_SOURCE.format(method.source))}</p>'
    )
    for title, sentences in describe(method):
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
        st.html(f'<div class="plain-words"><h3>{escape(title)}</h3><ul>{items}</ul></div>')


def adopt_form() -> None:
    """Put another preset in force from a day on; what was recorded keeps its own rules."""
    names = {m.key: m.name for m in usable_presets()}

    def write() -> str:
        done = adopt_method(
            engines(),
            method=load_preset(value(f"{ADOPT}_method")),
            starts_on=value(f"{ADOPT}_day", _today()),
            **signature(ADOPT, value(f"{ADOPT}_who")),
        )
        return t.ADMIN_ADOPTED.format(day(done.starts_on), done.method.name)

    show_outcome(ADOPT)
    with st.form(ADOPT, enter_to_submit=False, border=False):
        st.selectbox(
            t.SETUP_METHOD, list(names), format_func=names.__getitem__, key=f"{ADOPT}_method"
        )
        left, right = st.columns(2)
        left.date_input(t.ADMIN_ADOPT_DAY, value=_today(), key=f"{ADOPT}_day")
        right.text_input(t.ENTRY_WHO, key=f"{ADOPT}_who", placeholder=t.ENTRY_WHO_HINT)
        submit_button(ADOPT, write, (), label=t.ADMIN_ADOPT_SUBMIT)


def pending() -> None:
    """Entries that wait for approval, oldest first: approve or return them, many at once."""
    show_outcome(DECIDE)
    waiting = load(fetch_pending, TOP)
    if waiting.empty:
        problems.show_empty(t.ADMIN_PENDING_NONE)
        return
    kinds = [kind for kind in t.ADMIN_SUBJECTS if kind in set(waiting["subject"])]
    subject: Any = st.pills(
        t.ADMIN_PENDING,
        kinds,
        format_func=t.ADMIN_SUBJECTS.__getitem__,
        default=kinds[0],
        required=True,
        key=f"{DECIDE}_subject_{len(kinds)}",
        label_visibility="collapsed",
    )
    waiting = waiting[waiting["subject"] == subject]
    shown = waiting.head(PENDING_SHOWN)
    words = {
        row.id: f"{row.unit_name}　{row.who}　{row.what}　{row.amount}"
        for row in shown.itertuples()
    }
    count = t.ADMIN_PENDING_COUNT.format(len(waiting), len(shown))
    st.html(f'<p class="section-note">{count}</p>')

    def write() -> str:
        verdict = value(f"{DECIDE}_verdict")
        done = record_decisions(
            engines(),
            subject=subject,
            subject_ids=list(value(f"{DECIDE}_rows", [])),
            verdict=verdict,
            reason=value(f"{DECIDE}_reason"),
            **signature(DECIDE, value(f"{DECIDE}_who")),
        )
        return t.ADMIN_DECIDED.format(len(done), t.ADMIN_VERDICTS[verdict])

    with st.form(DECIDE, enter_to_submit=False, border=False):
        st.multiselect(
            t.ADMIN_PENDING_PICK,
            list(words),
            format_func=words.__getitem__,
            key=f"{DECIDE}_rows",
            placeholder=t.PICK_NONE,
        )
        verdicts = t.ADMIN_VERDICTS
        st.pills(
            t.ADMIN_VERDICT,
            list(verdicts),
            format_func=verdicts.__getitem__,
            default="approved",
            required=True,
            key=f"{DECIDE}_verdict",
        )
        st.text_input(t.ADMIN_REASON, key=f"{DECIDE}_reason")
        st.text_input(t.ADMIN_WHO, key=f"{DECIDE}_who", placeholder=t.ENTRY_WHO_HINT)
        submit_button(DECIDE, write, (f"{DECIDE}_rows", f"{DECIDE}_reason"), label=t.ADMIN_DECIDE)


def presets() -> None:
    """Every preset beside the product, and what is wrong with those that do not load."""
    rows = [(m.name, f"{m.key}.toml", m.description) for m in usable_presets()]
    show_table(pd.DataFrame(rows, columns=list(t.ADMIN_PRESET_COLUMNS)))
    for error in preset_errors():
        problems.show_banner(str(error))


def history() -> None:
    """Methods that were adopted, latest first."""
    rows = [
        (m.method.name, m.method.version, day(m.starts_on)) for m in reversed(load(fetch_methods))
    ]
    show_table(pd.DataFrame(rows, columns=list(t.ADMIN_HISTORY_COLUMNS)))


def health() -> None:
    """The database, its migrations and the calendar's horizon, with warnings on top."""
    for warning in filter(None, (sqlite_warning(), _calendar_warning())):
        problems.show_banner(warning)
    found = load(fetch_database_health)
    url = database_url()
    size = "—" if found.size_bytes is None else f"{found.size_bytes / MEGABYTE:,.1f} MB"
    version = current_revision(url)
    current = t.HEALTH_LATEST if version == head_revision() else t.HEALTH_OLD
    rows = (
        (t.HEALTH_ENGINE, f"{found.engine} {found.version}"),
        (t.HEALTH_SIZE, size),
        (
            t.HEALTH_SCHEMA,
            f"{version}（{current}）",
        ),
        (t.HEALTH_REVISION, number(found.revision)),
        (t.HEALTH_CHANGED, moment(found.changed_at)),
        (t.HEALTH_FIRST, plain(found.first_day)),
        (t.HEALTH_CALENDAR, plain(load(fetch_calendar).known_until)),
    )
    cells = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in rows)
    st.html(f'<dl class="definition wide">{cells}</dl>')


def _calendar_warning() -> str | None:
    """A warning where the running year's public holidays are not in the calendar."""
    known, today = load(fetch_calendar).known_until, _today()
    if known and known.year >= today.year:
        return None
    return t.ADMIN_CALENDAR_UNKNOWN.format(today.year)


def row_counts() -> None:
    """Rows by table, the fullest first."""
    counts = load(fetch_row_counts)[["name", "rows"]]
    counts.columns = list(t.ADMIN_ROW_COLUMNS)
    show_table(counts, classes="short")


def settings() -> None:
    """Every setting with its present value; the database's address without its password."""
    hidden = {"GRID_DATABASE": engines().url.render_as_string(hide_password=True)}
    rows = [
        (s.name, hidden.get(s.name) or os.environ.get(s.name) or s.default or t.ADMIN_UNSET, s.help)
        for s in SETTINGS
    ]
    show_table(pd.DataFrame(rows, columns=list(t.ADMIN_SETTING_COLUMNS)))


def _today() -> date:
    return local_date(datetime.now(UTC), zone())
