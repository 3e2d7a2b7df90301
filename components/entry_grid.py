"""Which grid an entry is for: from the address, from the filter, or picked from the list."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components import filters
from components import texts as t
from components.choices import url_select
from components.loaders import load
from data.method import Method
from data.queries.units import fetch_units


@dataclass(frozen=True)
class Grid:
    """The grid that is being filled in for."""

    id: int
    code: str
    name: str
    path: str


def pick(method: Method) -> Grid:
    """The grid in ``?grid=CODE``, else the one the filter stands on, else the first."""
    units = load(fetch_units)
    grids = units[units["level"] == method.grid_level].set_index("code")
    codes = grids.index.to_list()
    chosen = filters.chosen_code()
    if chosen in codes and "grid" not in st.query_params:
        st.session_state.setdefault("entry_grid", chosen)
    parents = units.set_index("id")["name"]
    above = [parents[parent] for parent in grids["parent_id"]]
    labels = dict(
        zip(codes, [f"{a} · {n}" for a, n in zip(above, grids["name"], strict=True)], strict=True)
    )
    code = url_select(t.ENTRY_GRID, codes, param="grid", key="entry_grid", names=labels.__getitem__)
    row = grids.loc[code]
    return Grid(int(row["id"]), code, row["name"], row["path"])
