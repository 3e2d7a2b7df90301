"""Errors are counted and placed, and nothing of what they were about is kept."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from data import boot, recent_errors
from data.errors import RuleError
from data.recent_errors import MOST, Memory, install
from data.settings import whole_number

SECRET = "王小明 13800000000"


@pytest.fixture
def log() -> tuple[logging.Logger, Memory]:
    """A logger of ours with a memory of its own."""
    logger, memory = logging.Logger("data.somewhere"), Memory(datetime.now(UTC))
    logger.addHandler(memory)
    return logger, memory


def now() -> datetime:
    return datetime.now(UTC)


def test_an_error_is_kept_with_its_kind_and_the_last_line_of_ours(
    log: tuple[logging.Logger, Memory], monkeypatch: pytest.MonkeyPatch
) -> None:
    logger, memory = log
    monkeypatch.setenv("GRID_SAMPLE_SEED", SECRET)
    try:
        whole_number("GRID_SAMPLE_SEED")
    except RuleError:
        logger.exception("nothing works for %s", SECRET)
    (found,) = memory.lately(now())
    assert (found.part, found.kind) == ("data.somewhere", "RuleError")
    assert found.line.startswith("data/settings.py:")
    assert "王小明" not in repr(found)
    assert "138" not in repr(found)


def test_an_error_in_foreign_code_is_placed_where_ours_called_it(
    log: tuple[logging.Logger, Memory],
) -> None:
    logger, memory = log
    try:
        boot.replace(None, message="x")  # type: ignore[type-var]
    except TypeError:
        logger.exception("x")
    assert memory.lately(now())[0].line == ""  # tests are not ours either
    assert memory.lately(now())[0].kind == "TypeError"


def test_an_error_without_an_exception_keeps_its_level_and_no_word(
    log: tuple[logging.Logger, Memory],
) -> None:
    logger, memory = log
    logger.error(f"could not save {SECRET}")
    (found,) = memory.lately(now())
    assert found.kind == "ERROR"
    assert "王小明" not in repr(found)


def test_warnings_are_no_errors(log: tuple[logging.Logger, Memory]) -> None:
    logger, memory = log
    logger.warning("a wrong password")
    assert memory.lately(now()) == []


def test_after_a_day_they_are_forgotten(log: tuple[logging.Logger, Memory]) -> None:
    logger, memory = log
    logger.error("x")
    assert len(memory.lately(now() + timedelta(hours=23, minutes=59))) == 1
    assert memory.lately(now() + timedelta(days=1, minutes=1)) == []


def test_the_latest_come_first_and_not_without_end(log: tuple[logging.Logger, Memory]) -> None:
    logger, memory = log
    for _ in range(MOST + 5):
        logger.error("x")
    found = memory.lately(now())
    assert len(found) == MOST
    assert found[0].at >= found[-1].at


def test_it_is_installed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(recent_errors, "_memory", [])
    before = list(root.handlers)
    install()
    install()
    try:
        assert len(root.handlers) == len(before) + 1
        logging.getLogger("data.x").error("once")
        assert len(recent_errors.recent_errors(now())) == 1
        assert recent_errors.remembered_since() is not None
    finally:
        root.removeHandler(recent_errors._memory[0])
