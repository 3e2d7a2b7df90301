"""Displays: their addresses, shown once, and whether everybody may look."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import pandas as pd
import streamlit as st

from components import access_texts as a
from components import identity
from components.choices import distinct
from components.forms.accounts import need, signed
from components.forms.common import names_of, show_outcome, submit_button, value
from components.loaders import engines
from components.markup import escape
from data.writes.displays import create_display_key, revoke_display_key, set_public_display

FORM, REVOKE, PUBLIC = "admin_display", "admin_display_end", "admin_public"
NAME, PICK = f"{FORM}_name", f"{REVOKE}_pick"
LINK = f"{FORM}_link"


def display_form(unit_id: int, query: str) -> None:
    """A new display's key for a unit, in an address whose other options are ``query``.

    It is shown this once, because only its hash is kept.
    """
    show_outcome(FORM)
    link = st.session_state.pop(LINK, None)
    if link:
        st.code(link, language=None, wrap_lines=True)

    def write(_request_id: str) -> str:
        made = create_display_key(engines(), name=value(NAME), unit_id=unit_id, **signed())
        st.session_state[LINK] = _address(query, made.key)
        return a.DISPLAY_CREATED.format(escape(value(NAME)))

    with st.form(FORM, enter_to_submit=False, border=False):
        st.text_input(a.DISPLAY_NAME, key=NAME, placeholder=a.DISPLAY_NAME_HINT)
        submit_button(FORM, write, lambda: {NAME: ""}, a.DISPLAY_CREATE)


def revoke_form(found: pd.DataFrame) -> None:
    """Shut a display out."""
    show_outcome(REVOKE)
    live = found[found["revoked_at"].isna()]
    if live.empty:
        return
    words = distinct(
        {
            int(i): f"{name}　{unit}"
            for i, name, unit in zip(live["id"], live["name"], live["unit_name"], strict=True)
        }
    )

    def write(_request_id: str) -> str:
        key_id = need(PICK, a.DISPLAY_PICK)
        revoke_display_key(engines(), key_id=key_id, **signed())
        return a.DISPLAY_REVOKED.format(words[key_id])

    with st.form(REVOKE, enter_to_submit=False, border=False):
        st.selectbox(
            a.DISPLAY_PICK,
            list(words),
            index=None,
            format_func=names_of(words),
            key=PICK,
            placeholder=a.PICK,
        )
        submit_button(REVOKE, write, lambda: {PICK: None}, a.DISPLAY_REVOKE, "secondary")


def public_form() -> None:
    """Whether displays can be read without a login."""
    show_outcome(PUBLIC)
    public = identity.is_public()
    st.html(f'<p class="section-note">{a.PUBLIC_ON if public else a.PUBLIC_OFF}</p>')

    def write(_request_id: str) -> str:
        set_public_display(engines(), public=not public, **signed())
        return a.PUBLIC_DONE

    with st.form(PUBLIC, enter_to_submit=False, border=False):
        label = a.PUBLIC_SHUT if public else a.PUBLIC_OPEN
        submit_button(PUBLIC, write, label=label, tone="secondary")


def _address(query: str, key: str) -> str:
    here = urlsplit(st.context.url or "")
    asked = "&".join(filter(None, (query, urlencode({identity.KEY: key}))))
    return f"{here.scheme or 'http'}://{here.netloc}/wall?{asked}"
