"""The admin page's lists of accounts, logins and displays.  Never through the shared caches."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from components import access_texts as a
from components import identity
from components.loaders import engines
from components.markup import escape
from components.problems import show_empty
from components.tables import show_table
from data.access_table import ROLES
from data.queries.accounts import fetch_accounts, fetch_display_keys, fetch_sessions


def accounts() -> pd.DataFrame:
    """One row a grant, as ``fetch_accounts`` gives it."""
    with engines().read() as connection:
        return fetch_accounts(connection, actor=identity.actor("admin"), at=datetime.now(UTC))


def sessions() -> pd.DataFrame:
    """Sessions that have not ended, the latest first."""
    with engines().read() as connection:
        return fetch_sessions(connection, actor=identity.actor("admin"), at=datetime.now(UTC))


def displays() -> pd.DataFrame:
    """Displays' keys, the latest first."""
    with engines().read() as connection:
        found = fetch_display_keys(connection, actor=identity.actor("admin"), at=datetime.now(UTC))
    return found.iloc[::-1]


def show_accounts(found: pd.DataFrame) -> None:
    """A table of accounts with their roles and whether they can be used."""
    rows = [
        (str(login), own["display_name"].iloc[0], _roles(own), _state(own.iloc[0]))
        for login, own in found.groupby("login", sort=False)
    ]
    show_table(pd.DataFrame(rows, columns=list(a.ACCOUNT_COLUMNS)), classes="short")


def role_text(role: str, unit_name: str) -> str:
    """A role with its unit: 书记/社区 · 柳溪社区."""
    return a.DEMO_PLACE.format(ROLES.get(role, role), unit_name or a.WHOLE)


def _roles(own: pd.DataFrame) -> str:
    columns = (own["role"], own["unit_name"])
    held = [role_text(role, unit) for role, unit in zip(*columns, strict=True) if role]
    return "；".join(held) or a.ACCOUNT_NO_ROLE


def _state(row: pd.Series) -> str:
    if pd.notna(row["disabled_at"]):
        return a.ACCOUNT_DISABLED
    if row["is_demo"]:
        return a.ACCOUNT_DEMO
    return a.ACCOUNT_MUST_CHANGE if row["must_change_password"] else a.ACCOUNT_ACTIVE


def show_sessions(found: pd.DataFrame) -> None:
    """A table of logins: whose, since when, from where, with what."""
    if found.empty:
        show_empty(a.SESSION_NONE)
        return
    own = identity.actor().session_id
    rows = [
        (
            f"{row.login}{a.SESSION_OWN if row.id == own else ''}",
            row.created_at,
            row.last_seen_at,
            row.address or "—",
            browser_text(row.user_agent),
        )
        for row in found.itertuples()
    ]
    show_table(pd.DataFrame(rows, columns=list(a.SESSION_COLUMNS)), classes="short")


def browser_text(user_agent: str) -> str:
    """What a browser calls itself, in a word people know."""
    name = next((word for mark, word in a.BROWSERS.items() if mark in user_agent), "")
    phone = next((word for mark, word in a.PHONES.items() if mark in user_agent), "")
    return " ".join(filter(None, (phone, name))) or a.BROWSER_OTHER


def show_displays(found: pd.DataFrame) -> None:
    """A table of displays' keys, live and dead."""
    if found.empty:
        show_empty(a.DISPLAY_NONE)
        return
    rows = [
        (
            row.name,
            row.unit_name,
            row.created_at,
            a.DISPLAY_LIVE if pd.isna(row.revoked_at) else a.DISPLAY_DEAD,
        )
        for row in found[["name", "unit_name", "created_at", "revoked_at"]].itertuples(index=False)
    ]
    show_table(pd.DataFrame(rows, columns=list(a.DISPLAY_COLUMNS)), classes="short")


def show_own() -> None:
    """Who one is, and the way to another password."""
    account = identity.me()
    if account is None:
        return
    roles = "；".join(role_text(held.role, held.unit_name) for held in account.grants)
    line = a.OWN_LINE.format(account.display_name, roles or a.ACCOUNT_NO_ROLE)
    way = "" if account.is_demo else f'<a href="/password" target="_self">{a.CHANGE}</a>'
    note = a.CHANGE_DEMO if account.is_demo else ""
    st.html(f'<p class="section-note"><b>{escape(line)}</b>　{way}{note}</p>')
