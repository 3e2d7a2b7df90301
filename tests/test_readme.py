"""The README names every setting, page and command there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.navigation import PAGES
from data.settings import SETTINGS

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.name)
def test_every_setting_is_in_the_readme(setting) -> None:
    default = f"`{setting.default}` " if setting.default else ""
    assert f"| `{setting.name}` | {default}| {setting.help} |" in README


@pytest.mark.parametrize("entry", PAGES, ids=lambda e: e.title)
def test_every_page_is_in_the_readme(entry) -> None:
    assert f"| {entry.title} | `/{entry.url}` |" in README


@pytest.mark.parametrize(
    "command",
    ["sample", "check", "migrate", "backup", "restore", "export", "user", "key", "settings"],
)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"`uv run python -m data {command}" in README
