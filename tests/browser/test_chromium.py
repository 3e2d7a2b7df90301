"""A missing browser is said aloud: skipped on a laptop, a failure where CI=true."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
SELF = f"{Path(__file__).relative_to(ROOT)}::test_chromium_runs"


def test_chromium_runs(browser: Browser) -> None:
    assert browser.is_connected()


@pytest.mark.parametrize(("ci", "code", "word"), [("true", 1, "1 error"), ("", 0, "1 skipped")])
def test_a_missing_chromium(ci: str, code: int, word: str) -> None:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", SELF]
    environment = os.environ | {"CI": ci, "CHROMIUM": "/nonexistent"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout
    assert word in done.stdout
    assert "/nonexistent" in done.stdout
