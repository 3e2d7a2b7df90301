"""A4 sheets with a code for each grid: scanned, they open the grid's entry page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import segno
import streamlit as st

from components import entry_texts as e
from components.entry_grid import own_grids
from components.forms import forms_of
from components.forms.sheet import local_now
from components.loaders import load, load_method
from components.markup import escape
from components.problems import show_banner
from data.queries.units import fetch_units

LOCAL = {"localhost", "127.0.0.1", "0.0.0.0", "::1"}  # noqa: S104 - names to warn of
STYLE = """
@page { size: A4 portrait; margin: 0 }
* { box-sizing: border-box }
body { margin: 0; color: #1b2a41;
  font-family: "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif }
.sheet { width: 210mm; height: 296mm; padding: 24mm 20mm 16mm; page-break-after: always;
  display: flex; flex-direction: column; align-items: center; text-align: center;
  border-top: 8mm solid #0f2a52 }
.street { font-size: 18pt; letter-spacing: .1em; color: #5a6a82 }
h1 { font-size: 40pt; margin: 6mm 0 2mm; line-height: 1.2 }
h2 { font-size: 22pt; margin: 0; font-weight: 500 }
.code svg { width: 118mm; height: 118mm; margin: 8mm 0 4mm }
.scan { font-size: 26pt; font-weight: 700; margin: 0 }
.help { font-size: 15pt; color: #5a6a82; margin: 4mm 0 }
.foot { margin-top: auto; font-size: 11pt; color: #5a6a82; overflow-wrap: anywhere }
@media screen { body { background: #8593a8 } .sheet { background: #fff; margin: 6mm auto } }
"""


@dataclass(frozen=True)
class Poster:
    """What one sheet says, and the address behind its code."""

    street: str
    above: str
    name: str
    code: str
    address: str


def qr_panel() -> None:
    """Choose the grids and the form, see the address, and download the sheets to print."""
    method = load_method(local_now().date()).method
    grids, street = list(own_grids(method).values()), load(fetch_units)["name"].iloc[0]
    scopes = {0: e.QR_ALL} | {grid.parent_id: grid.parent for grid in grids if grid.parent_id}
    scope = st.selectbox(e.QR_SCOPE, list(scopes), format_func=scopes.__getitem__, key="qr_scope")
    forms = {"": e.QR_CHOOSE} | forms_of(method)
    form = st.selectbox(e.QR_FORM, list(forms), format_func=forms.__getitem__, key="qr_form")
    st.session_state.setdefault("qr_host", _own_address())
    host = str(st.text_input(e.QR_HOST, key="qr_host", placeholder=e.QR_HOST_HINT)).strip()
    parts = urlsplit(host)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        show_banner(e.QR_HOST_WRONG)
        return
    if parts.hostname in LOCAL:
        show_banner(e.QR_LOCAL)
    posters = [
        Poster(street, grid.parent, grid.name, grid.code, entry_address(host, grid.code, form))
        for grid in grids
        if scope in (0, grid.parent_id)
    ]
    st.download_button(
        e.QR_DOWNLOAD.format(len(posters)),
        data=lambda: sheets(posters, forms[form] if form else "").encode(),
        file_name=e.QR_FILE,
        mime="text/html",
        key="qr_download",
        width="stretch",
    )


def entry_address(host: str, grid: str, form: str = "") -> str:
    """Where a grid's code leads: its entry page, or right to one form of it."""
    asked = {"grid": grid} | ({"form": form} if form else {})
    return f"{host.rstrip('/')}/entry?{urlencode(asked)}"


def sheets(posters: Sequence[Poster], form: str = "") -> str:
    """A whole HTML document that needs nothing from elsewhere, a page of A4 a grid."""
    pages = "".join(_sheet(poster, form) for poster in posters)
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{e.QR_TITLE}</title><style>{STYLE}</style></head><body>{pages}</body></html>"
    )


def _sheet(poster: Poster, form: str) -> str:
    # M mends a code of which a seventh is scratched or stained
    code = segno.make(poster.address, error="m", micro=False)
    picture = code.svg_inline(border=2, omitsize=True)
    scan = e.QR_SCAN.format(form or e.QR_DO)
    return (
        f'<section class="sheet"><div class="street">{escape(poster.street)}</div>'
        f"<h1>{escape(poster.name)}</h1><h2>{escape(poster.above)}</h2>"
        f'<div class="code">{picture}</div><p class="scan">{escape(scan)}</p>'
        f'<p class="help">{e.QR_HELP}</p>'
        f'<p class="foot">{escape(e.QR_CODE.format(poster.code))}<br>{escape(poster.address)}</p>'
        "</section>"
    )


def _own_address() -> str:
    """The address this browser reached the server by."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
