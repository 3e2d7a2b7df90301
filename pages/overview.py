"""总览: where things stand, at a glance."""

from __future__ import annotations

from components import filters, overview
from components.board_view import show_board
from components.loaders import build_once, load_method
from data.periods import local_date
from data.settings import zone

view = filters.current()
method = load_method(local_date(view.scope.now, zone())).method

show_board(
    build_once(overview.board, view, method),
    key="overview",
    details=overview.details(view, method),
    choices={"unit": filters.choose_unit},
)
