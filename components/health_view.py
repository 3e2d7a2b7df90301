"""运行状况: whether all is well, and if not, what to do about it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pandas as pd
import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from components import health_texts as t
from components import identity
from components.admin_views import versions
from components.loaders import engines, load
from components.markup import escape, literal, moment, number
from components.offers import offer_table
from components.tables import plain, show_table, table_html
from components.texts import DATABASE_BUSY
from data.errors import RuleError
from data.keeping.schedule import begin_backup
from data.keeping.state import BackupState, backup_state
from data.queries.condition import Health, fetch_health
from data.queries.health import fetch_row_counts
from data.recent_errors import RecentError
from data.settings import database_url

MEGABYTE = 1024 * 1024
KEY, BEGUN = "admin_backup_now", "admin_backup_begun"
GIVEN_UP = timedelta(hours=1)

Rows = list[tuple[str, str]]


def load_health() -> Health:
    """How things stand at this moment; never cached, since disks and errors have no revision."""
    with engines().read() as connection:
        return fetch_health(connection, database_url(), datetime.now(UTC))


def show_health(found: Health) -> None:
    """The verdict, what it rests on, and the errors; for one panel."""
    listed = errors(found.errors) if found.errors else ""
    st.html(verdict(found) + facts(found) + listed)
    if found.errors:
        offer_table(lambda: error_table(found.errors))


def show_backups(found: Health) -> None:
    """How the backups stand, and a button that makes one; for another panel."""
    state = found.backups
    st.html(definitions(backup_rows(state)))
    if state.plan is None or not identity.may("make_backup", None):
        return
    running = state.running or _is_awaited(state)
    if st.button(t.BACKUP_RUNNING if running else t.BACKUP_NOW, key=KEY, disabled=running):
        _begin()
    if running:
        _watch()


def _is_awaited(state: BackupState) -> bool:
    """Whether the backup that this person began has not ended yet, nor been given up."""
    begun = st.session_state.get(BEGUN)
    if begun is None or datetime.now(UTC) - begun > GIVEN_UP:
        return False
    return state.tried is None or state.tried.at < begun


@st.fragment(run_every=2)
def _watch() -> None:
    """Draw the page anew once the backup has ended."""
    state = backup_state(database_url(), datetime.now(UTC))
    if not state.running and not _is_awaited(state):
        st.rerun(scope="app")


def show_row_counts() -> None:
    """Rows by table, the fullest first."""
    counts = load(fetch_row_counts)[["name", "rows"]]
    show_table(counts.set_axis(list(t.ROW_COLUMNS), axis=1), classes="short")


def verdict(found: Health) -> str:
    """All is well, or what is not, each with what to do."""
    if not found.problems:
        said = f"<h2>{t.WELL}</h2><p>{t.WELL_NOTE}</p>"
        return f'<section class="notice notice-plain" role="status">{said}</section>'
    head = escape(t.NOT_WELL.format(len(found.problems)))
    items = "".join(f"<li>{escape(problem)}</li>" for problem in found.problems)
    said = f"<h2>{head}</h2><ul>{items}</ul>"
    return f'<section class="notice notice-alarm" role="alert">{said}</section>'


def facts(found: Health) -> str:
    """The database, its schema, calendar and logins as a list of definitions."""
    database, sessions = found.database, found.sessions
    size = database.size_bytes
    newest = found.schema == found.newest_schema
    schema = t.SCHEMA_NEWEST if newest else t.SCHEMA_OLD
    return definitions(
        [
            (t.VERSIONS, versions()),
            (t.ENGINE, f"{database.engine} {database.version}"),
            (t.SIZE, "—" if size is None else f"{size / MEGABYTE:,.1f} MB"),
            (t.SCHEMA, schema.format(found.schema, found.newest_schema)),
            (t.CHANGED, t.WRITES.format(moment(database.changed_at), number(database.revision))),
            (t.FIRST, plain(database.first_day)),
            (t.CALENDAR, plain(found.calendar_until)),
            (
                t.SESSIONS,
                t.SESSIONS_VALUE.format(sessions.open, sessions.accounts, sessions.active),
            ),
            (t.ERRORS, _error_count(found)),
        ]
    )


def backup_rows(state: BackupState) -> Rows:
    """What is told of the backups: name, text."""
    plan, latest = state.plan, state.latest
    if plan is None:
        return [(t.BACKUP, state.note)]
    word = t.BACKUP_WORDS[state.word]
    last = t.BACKUP_VALUE.format(moment(latest.made_at), state.count, word) if latest else ""
    daily = t.BACKUP_DAILY.format(plan.at) if plan.at else ""
    rows = [
        (t.BACKUP, last or t.BACKUP_NONE),
        (t.BACKUP_CHECK, _checked(state)),
        (t.BACKUP_FOLDER, f"{plan.folder}"),
        *((t.BACKUP_COPY, f"{copy}") for copy in plan.copies),
        (t.BACKUP_PLAN, t.BACKUP_RUNNING if state.running else state.note or daily),
    ]
    return [(name, text) for name, text in rows if text]


def _checked(state: BackupState) -> str:
    tried = state.tried
    if tried is None:
        return ""
    if not tried.good:
        return f"{t.BACKUP_FAILED.format(moment(tried.at))}：{tried.message}"
    return t.BACKUP_CHECKED.format(tried.message, tried.size / MEGABYTE, tried.seconds)


def errors(found: list[RecentError]) -> str:
    """The errors of the last day, those from one place together, the most frequent first."""
    return table_html(error_table(found), classes="short")


def error_table(found: list[RecentError]) -> pd.DataFrame:
    """The same as a frame; times are aware."""
    times = Counter((one.kind, one.line or one.part) for one in found)
    latest = {(one.kind, one.line or one.part): one.at for one in reversed(found)}
    rows = [(latest[key], n, *key) for key, n in times.most_common(20)]
    return pd.DataFrame(rows, columns=list(t.ERROR_COLUMNS))


def definitions(rows: Rows) -> str:
    """Names and texts side by side."""
    cells = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in rows)
    return f'<dl class="definition wide">{cells}</dl>'


def _error_count(found: Health) -> str:
    if found.errors_since is None:
        return t.ERRORS_NOT_KEPT
    count = len(found.errors)
    if (datetime.now(UTC) - found.errors_since).days >= 1:
        return t.ERRORS_VALUE.format(count)
    return t.ERRORS_SINCE.format(count, moment(found.errors_since))


def _begin() -> None:
    now = datetime.now(UTC)
    try:
        begin_backup(engines(), actor=identity.actor("admin"), at=now)
    except RuleError as error:
        st.error(literal(error.message))
    except SQLAlchemyError:
        st.error(DATABASE_BUSY)
    else:
        st.session_state[BEGUN] = now
        st.success(t.BACKUP_BEGUN)
        _watch()
