"""Panels: a titled white box whose heading opens what is behind it and what may be taken away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import streamlit as st

from components import texts as t
from components.board import panel_title
from components.details import Detail, open_detail, open_offers
from components.offers import Offer, gathering


@contextmanager
def panel(key: str, title: str, note: str = "", detail: Detail | None = None) -> Iterator[None]:
    """A box called ``key`` with a heading; with ``detail`` it has a 口径 button.

    What is drawn inside may be taken away (see ``offers``): out of what 口径 opens, or by a
    button of its own where there is none.
    """
    with st.container(key=f"panel_{key}", border=True, gap="small"):
        head = st.container(key=f"panel_{key}_head", horizontal=True, vertical_alignment="center")
        with head:
            st.html(panel_title(title, note))
            asked = detail and st.button(t.DETAIL, key=f"panel_{key}_detail", type="tertiary")
        with gathering() as offers:
            yield
        if asked and detail:
            open_detail(replace(detail, offers=(*detail.offers, *_named(offers, title))))
        elif offers and not detail:
            with head:
                take_button(f"panel_{key}", title, offers)


def take_button(key: str, name: str, offers: Sequence[Offer], place: str = "") -> None:
    """A small button that opens the files of what stands beside it."""
    if st.button(t.TAKE, key=f"{key}_take", type="tertiary"):
        open_offers(key, name, place, _named(offers, name))


def _named(offers: Sequence[Offer], name: str) -> list[Offer]:
    """Offers that have no name of their own, by the name of where they stand."""
    return [one if one.name else replace(one, name=name) for one in offers]
