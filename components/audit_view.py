"""操作日志: who did what, when and from where, and whether anybody has altered it since."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from components import access_texts as a
from components import identity
from components.choices import distinct
from components.forms.common import names_of
from components.loaders import build_once, engines, load
from components.markup import moment
from components.problems import show_empty
from components.tables import show_table
from data.access_table import ACCESS, ROLES
from data.chains import broken_rows
from data.metrics import METRICS
from data.queries.accounts import fetch_audit
from data.queries.units import fetch_units
from data.schema import audit_entry

KEY = "admin_audit"
SHOWN = 200
LONGEST = 90
MACHINE_WORD = re.compile(r"[a-z][a-z_]*")
STORED_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def audit_log(accounts: pd.DataFrame) -> None:
    """The latest entries, of everybody or of one account, of every kind or of one."""
    people = {0: a.AUDIT_ALL} | dict(zip(accounts["id"], accounts["display_name"], strict=True))
    actions = {"": a.AUDIT_ALL} | {action: rule.label for action, rule in ACCESS.items()}
    people, actions = distinct(people), distinct(actions)
    left, middle, right = st.columns([1, 1, 1])
    who: Any = left.selectbox(
        a.AUDIT_WHO,
        list(people),
        format_func=names_of(people),
        key=f"{KEY}_who",
    )
    what: Any = middle.selectbox(
        a.AUDIT_WHAT,
        list(actions),
        format_func=names_of(actions),
        key=f"{KEY}_what",
    )
    with right.container(key=f"{KEY}_check_box", vertical_alignment="bottom", height="stretch"):
        asked = st.button(a.AUDIT_CHECK, key=f"{KEY}_check", width="stretch")
    if asked:
        _chain()
    with engines().read() as connection:
        found = fetch_audit(
            connection,
            actor=identity.actor("admin"),
            at=datetime.now(UTC),
            account_id=int(who) or None,
            action=what or None,
            limit=SHOWN,
        )
    if found.empty:
        show_empty(a.AUDIT_NONE)
        return
    rows = [_row(entry) for entry in found.to_dict("records")]
    show_table(pd.DataFrame(rows, columns=list(a.AUDIT_COLUMNS)), classes="tall")


def _chain() -> None:
    with engines().read() as connection:
        broken = next(iter(broken_rows(connection, audit_entry)), None)
    if broken is None:
        st.success(a.AUDIT_CHAIN_GOOD)
    else:
        st.error(a.AUDIT_CHAIN_BAD.format(broken))


def _row(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    role = str(entry["role"])
    return (
        entry["at"],
        str(entry["name"]),
        a.AUDIT_ROLES.get(role) or ROLES.get(role, role),
        _label(str(entry["action"])) or str(entry["action"]),
        _subject(entry),
        _change(entry),
        str(entry["address"]) or "—",
    )


def _label(action: str) -> str:
    return ACCESS[action].label if action in ACCESS else ""


def _subject(entry: Mapping[str, Any]) -> str:
    number = "" if pd.isna(entry["subject_id"]) else a.AUDIT_NUMBER.format(entry["subject_id"])
    return " ".join(filter(None, (_named(str(entry["subject"] or "")), number))) or "—"


def _named(subject: str) -> str:
    """A subject in words: a unit's path by its name, a figure's key by its title."""
    path, _, key = subject.partition(" ")
    if not path.startswith("/"):
        return subject
    metric = METRICS[key].name if key in METRICS else key
    return f"{_places().get(path, path)} {metric}".strip()


def _places() -> dict[str, str]:
    return build_once(_unit_names)


def _unit_names() -> dict[str, str]:
    units = load(fetch_units)
    return {"/": a.WHOLE} | dict(zip(units["path"], units["name"], strict=True))


def _change(entry: Mapping[str, Any]) -> str:
    """What was there before and what is there now, of the columns that differ."""
    before, after = _read(entry["before"]), _read(entry["after"])
    if entry["action"] == "open_session":
        word = a.AUDIT_GOOD if after.get("ok") else a.AUDIT_BAD
        why = a.AUDIT_WHYS.get(str(after.get("why", "")), "")
        way = a.AUDIT_WAYS.get(str(after.get("way", "")), "")
        return " ".join(filter(None, (word, why, way)))
    if before:
        keys = [k for k in before | after if before.get(k) != after.get(k)]
        parts = [f"{_word(before.get(k)) or '—'} → {_word(after.get(k)) or '—'}" for k in keys]
    else:
        parts = [_word(held) for key, held in after.items() if not key.endswith("id")]
    text = "；".join(part for part in parts if part.strip("— →")) or "—"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _word(held: Any) -> str:
    """A stored value as people say it; "" for a key that only the program reads."""
    if isinstance(held, bool):
        return a.AUDIT_YES if held else a.AUDIT_NO
    if isinstance(held, list):
        return a.AUDIT_MANY.format(len(held))
    text = "" if held is None else str(held)
    known = ROLES.get(text) or a.AUDIT_WORDS.get(text)
    return known or ("" if MACHINE_WORD.fullmatch(text) else _moment(text))


def _moment(text: str) -> str:
    """11月22日 10:58 for a stored time; any other text as it is."""
    if not STORED_TIME.match(text):
        return text
    return moment(datetime.fromisoformat(text))


def _read(text: Any) -> dict[str, Any]:
    held = json.loads(text) if isinstance(text, str) and text else {}
    return held if isinstance(held, dict) else {"": held}
