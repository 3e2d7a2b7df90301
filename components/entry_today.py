"""What this person has entered today, in one line, with the way to all of it."""

from __future__ import annotations

import streamlit as st

from components import entry_texts as e
from components import identity
from components.forms.sheet import local_now
from components.loaders import load
from components.markup import escape, moment
from data.entry_forms import FORMS
from data.queries.entries import fetch_entry_count


def line() -> None:
    """Today's count and the latest entry: what is written is seen to be written."""
    me = identity.me()
    if me is None:
        return
    mine = load(fetch_entry_count, me.account_id, local_now().date())
    words = e.TODAY_NONE
    if mine.entries:
        words = e.TODAY.format(mine.entries, moment(mine.last_at)[-5:], FORMS[mine.last_kind])
    link = f'<a href="./mine" data-page>{e.TO_MY_ENTRIES}</a>'
    st.html(f'<p class="entry-today">{escape(words)}　{link}</p>')
