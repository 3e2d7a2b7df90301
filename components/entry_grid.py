"""Which grid an entry is for: from the address, from the account's reach, or picked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from components import entry_texts as e
from components import filters, identity, problems
from components.choices import distinct, url_select
from components.loaders import build_once, load
from components.markup import escape
from data.method import Method
from data.queries.revision import standing
from data.queries.units import fetch_units

MOST_BUTTONS = 8


@dataclass(frozen=True)
class Grid:
    """The grid that is being filled in for."""

    id: int
    code: str
    name: str
    path: str
    parent_id: int = 0  # the unit above, 0 for none
    parent: str = ""  # its name


def pick(method: Method) -> Grid | None:
    """The grid in ``?grid=CODE``, else the one the filter stands on, else the account's first.

    None where the account has none, or the address names one that is not among them:
    an entry for another grid than the one that was scanned would be worse than none.
    """
    grids = own_grids(method)
    if not grids:
        problems.show_notice(e.NO_GRID, e.NO_GRID_ADVICE)
        return None
    asked = st.query_params.get("grid")
    if asked and asked not in grids and st.session_state.get("entry_grid") not in grids:
        _refuse(asked)
        return None
    if filters.chosen_code() in grids and not asked:
        st.session_state.setdefault("entry_grid", filters.chosen_code())
    return grids[_choose(grids)]


def own_grids(method: Method) -> dict[str, Grid]:
    """Grids that the account may enter for, by code, in tree order."""
    return build_once(_own_grids, tuple(identity.reach("record_appeal")), method.grid_level)


@standing
def _own_grids(reach: tuple[str, ...], level: str) -> dict[str, Grid]:
    units = load(fetch_units)
    names = dict(zip(units["id"], units["name"], strict=True))
    mine = [row for row in units.itertuples() if row.path.startswith(reach)]
    # whoever is granted less than a grid (a micro grid) enters for that
    grids = [row for row in mine if row.level == level] or [r for r in mine if r.path in reach]
    return {row.code: _grid(row, names) for row in grids}


def _grid(row: Any, names: dict[int, str]) -> Grid:
    above = 0 if pd.isna(row.parent_id) else int(row.parent_id)
    return Grid(row.id, row.code, row.name, row.path, above, names.get(above, ""))


def _choose(grids: dict[str, Grid]) -> str:
    codes = list(grids)
    names = {code: f"{grid.parent} · {grid.name}" for code, grid in grids.items()}
    if len(codes) == 1:
        # one grid needs no choice
        st.session_state["entry_grid"] = codes[0]
        if st.query_params.get("grid") != codes[0]:
            st.query_params["grid"] = codes[0]
        st.html(f'<p class="entry-grid">{escape(names[codes[0]])}</p>')
        return codes[0]
    if len({grid.parent for grid in grids.values()}) == 1:
        names = {code: grid.name for code, grid in grids.items()}  # one community needs no mention
    return url_select(
        e.GRID,
        codes,
        param="grid",
        key="entry_grid",
        names=distinct(names).__getitem__,
        pills=len(codes) <= MOST_BUTTONS,
    )


def _refuse(asked: str) -> None:
    """The grid in the address is none of this account's."""
    known = filters.index()
    title, advice = e.UNKNOWN_GRID.format(asked), e.UNKNOWN_GRID_ADVICE
    if asked in known:
        title, advice = e.WRONG_GRID.format(known[asked][2]), e.WRONG_GRID_ADVICE
    problems.show_notice(title, advice, tone="bad")

    def own() -> None:
        st.query_params.pop("grid")

    st.button(e.MY_GRIDS, key="entry_my_grids", type="primary", width="stretch", on_click=own)
