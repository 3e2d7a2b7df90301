"""What administrators do with accounts and logins; a first password is shown once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from components import access_texts as a
from components import account_views, filters, identity
from components.choices import distinct
from components.forms.common import names_of, show_outcome, submit_button, value
from components.loaders import engines
from components.markup import moment
from data.access_table import GRANTED, ROLES
from data.errors import RuleError
from data.writes import accounts_admin as writes
from data.writes.sessions import close_other_sessions, revoke_session

FORM, SESSION, OWN = "admin_account", "admin_session", "admin_own"
ACCOUNT, ROLE, UNIT, GRANT = (f"{FORM}_{name}" for name in ("who", "role", "unit", "grant"))
LOGIN, NAME, PHONE = (f"{FORM}_{name}" for name in ("login", "name", "phone"))


def signed() -> dict[str, Any]:
    """Who does it and when, as the writes of this page want it."""
    return {"actor": identity.actor("admin"), "at": datetime.now(UTC)}


def need(key: str, label: str) -> Any:
    """What was picked; RuleError naming the field where nothing was."""
    held = value(key, None)
    if held is None or held == "":
        raise RuleError(a.PICK_MISSING.format(label), label)
    return held


def account_form(found: pd.DataFrame) -> None:
    """Choose what to do, then the form for it."""
    show_outcome(FORM)
    chosen: Any = st.segmented_control(
        a.ACCOUNT_WHAT,
        list(a.ACCOUNT_DO),
        format_func=a.ACCOUNT_DO.__getitem__,
        default="create",
        required=True,
        key=f"{FORM}_what",
        label_visibility="collapsed",
    )
    with st.form(f"{FORM}_{chosen}", enter_to_submit=False, border=False):
        _FIELDS[chosen](found)
        submit_button(FORM, lambda _id: _WRITES[chosen](found), _emptied, a.ACCOUNT_DO[chosen])


def session_form(found: pd.DataFrame) -> None:
    """End somebody's login."""
    show_outcome(SESSION)
    if found.empty:
        return
    words = distinct(
        {
            int(row.id): a.SESSION_ONE.format(row.login, moment(row.last_seen_at), row.address)
            for row in found.itertuples()
        }
    )
    key = f"{SESSION}_pick"

    def write(_request_id: str) -> str:
        session_id = need(key, a.SESSION_PICK)
        revoke_session(engines(), session_id=session_id, **signed())
        return a.SESSION_ENDED.format(words[session_id].split("　")[0])

    with st.form(SESSION, enter_to_submit=False, border=False):
        _choice(a.SESSION_PICK, words, key)
        submit_button(SESSION, write, lambda: {key: None}, a.SESSION_END, "secondary")


def own_form() -> None:
    """End one's own logins elsewhere."""
    show_outcome(OWN)

    def write(_request_id: str) -> str:
        return a.OWN_OTHERS_DONE.format(close_other_sessions(engines(), **signed()))

    with st.form(OWN, enter_to_submit=False, border=False):
        submit_button(OWN, write, label=a.OWN_OTHERS, tone="secondary")


def unit_choice(label: str, key: str, note: str = "") -> None:
    """A list of all units, indented by their depth; its value is a unit's id."""
    units = filters.index().values()
    top = min(path.count("/") for *_, path in units)
    words = {i: "\u2003" * (path.count("/") - top) + name for i, _, name, _, path in units}
    _choice(label, distinct(words), key, note)


def _choice(label: str, words: dict[int, str], key: str, note: str = "") -> None:
    st.selectbox(
        label,
        list(words),
        index=None,
        format_func=names_of(words),
        key=key,
        placeholder=note or a.PICK,
    )


def _pick_account(found: pd.DataFrame, keep: pd.Series | None = None) -> None:
    people = (found if keep is None else found[keep]).drop_duplicates("id")
    words = {
        int(row.id): a.DEMO_PLACE.format(row.display_name, row.login) for row in people.itertuples()
    }
    _choice(a.ACCOUNT_PICK, distinct(words), ACCOUNT)


def _role_fields() -> None:
    left, right = st.columns([1, 1.4])
    with left:
        st.selectbox(a.ACCOUNT_ROLE, GRANTED[::-1], format_func=ROLES.__getitem__, key=ROLE)
    with right:
        unit_choice(a.ACCOUNT_UNIT, UNIT, a.ACCOUNT_UNIT_HELP)


def _create_fields(_found: pd.DataFrame) -> None:
    left, right = st.columns(2)
    left.text_input(a.LOGIN_NAME, key=LOGIN, placeholder=a.FIRST_LOGIN_HINT, autocomplete="off")
    right.text_input(a.FIRST_NAME, key=NAME, autocomplete="off")
    st.text_input(a.ACCOUNT_PHONE, key=PHONE, autocomplete="off")
    _role_fields()


def _grant_fields(found: pd.DataFrame) -> None:
    _pick_account(found)
    _role_fields()


def _revoke_fields(found: pd.DataFrame) -> None:
    _choice(a.ACCOUNT_GRANT, _grants(found), GRANT)


def _grants(found: pd.DataFrame) -> dict[int, str]:
    held = found[found["grant_id"].notna()]
    words = {
        int(row.grant_id): f"{row.login}　{account_views.role_text(row.role, row.unit_name)}"
        for row in held.itertuples()
    }
    return distinct(words)


def _create(_found: pd.DataFrame) -> str:
    made = writes.create_account(
        engines(),
        login=value(LOGIN),
        display_name=value(NAME),
        phone=value(PHONE),
        grants=[(value(ROLE), _unit())],
        **signed(),
    )
    return a.DONE_CREATED.format(_plain(made.login), made.password)


def _grant(found: pd.DataFrame) -> str:
    account_id = need(ACCOUNT, a.ACCOUNT_PICK)
    role, unit_id = value(ROLE), _unit()
    writes.grant_role(engines(), account_id=account_id, role=role, unit_id=unit_id, **signed())
    return a.DONE_GRANTED.format(_login(found, account_id), ROLES[role])


def _revoke(found: pd.DataFrame) -> str:
    grant_id = need(GRANT, a.ACCOUNT_GRANT)
    writes.revoke_role(engines(), grant_id=grant_id, **signed())
    return a.DONE_REVOKED.format(_plain(_grants(found).get(grant_id, "")))


def _reset(_found: pd.DataFrame) -> str:
    account_id = need(ACCOUNT, a.ACCOUNT_PICK)
    made = writes.reset_password(engines(), account_id=account_id, **signed())
    return a.DONE_RESET.format(_plain(made.login), made.password)


def _disable(found: pd.DataFrame) -> str:
    account_id = need(ACCOUNT, a.ACCOUNT_PICK)
    writes.disable_account(engines(), account_id=account_id, **signed())
    return a.DONE_DISABLED.format(_login(found, account_id))


def _enable(found: pd.DataFrame) -> str:
    account_id = need(ACCOUNT, a.ACCOUNT_PICK)
    writes.enable_account(engines(), account_id=account_id, **signed())
    return a.DONE_ENABLED.format(_login(found, account_id))


def _unit() -> int | None:
    """The unit picked; none for an administrator, whatever stands in the list."""
    held = value(UNIT, None)
    return None if value(ROLE) == "admin" else held


def _login(found: pd.DataFrame, account_id: int) -> str:
    return _plain(found.set_index("id")["login"].to_dict().get(account_id, ""))


def _plain(text: object) -> str:
    """A name in a message: underscores must not turn into emphasis."""
    return str(text).replace("_", "\\_")


def _emptied() -> dict[str, Any]:
    return {LOGIN: "", NAME: "", PHONE: "", UNIT: None, ACCOUNT: None, GRANT: None}


_FIELDS: dict[str, Any] = {
    "create": _create_fields,
    "grant": _grant_fields,
    "revoke": _revoke_fields,
    "reset": lambda found: _pick_account(found, found["is_demo"] == 0),
    "disable": lambda found: _pick_account(found, found["disabled_at"].isna()),
    "enable": lambda found: _pick_account(found, found["disabled_at"].notna()),
}
_WRITES: dict[str, Any] = {
    "create": _create,
    "grant": _grant,
    "revoke": _revoke,
    "reset": _reset,
    "disable": _disable,
    "enable": _enable,
}
