"""Settings of Streamlit that other parts of the product rely on."""

from __future__ import annotations

import tomllib
from pathlib import Path

SETTINGS = Path(__file__).parents[2] / ".streamlit" / "config.toml"


def test_two_runs_of_one_session_never_go_on_side_by_side() -> None:
    """Else a second quick change fails the page: "dictionary keys changed during iteration"."""
    settings = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
    assert settings["runner"]["fastReruns"] is False
