"""A missing browser is said aloud: skipped on a laptop, a failure where CI=true."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
SELF = f"{Path(__file__).relative_to(ROOT)}::test_chromium_runs"


def test_chromium_runs(browser: Browser) -> None:
    assert browser.is_connected()


def start_without_chromium(ci: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", "-rs", SELF]
    environment = os.environ | {"CI": ci, "CHROMIUM": "/nonexistent"}
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_missing_chromium_fails_in_ci_and_skips_elsewhere() -> None:
    runs = {ci: start_without_chromium(ci) for ci in ("true", "")}
    said = {ci: run.communicate()[0] for ci, run in runs.items()}
    assert runs["true"].returncode == 1, said["true"]
    assert "1 error" in said["true"]
    assert "没有找到 /nonexistent" in said["true"]
    assert runs[""].returncode == 0, said[""]
    assert "1 skipped" in said[""]
