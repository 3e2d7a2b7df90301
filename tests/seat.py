"""A database for one test after another at the same place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from data.engines import Engines, open_engines


@contextmanager
def seated(source: Path, file: Path) -> Iterator[Engines]:
    """A copy of ``source`` at ``file``.

    Tests that share the place, one after another, share the engines too, which remember the
    SQL of every question.  Whoever leaves a connection open would let the next test read his
    own database: that is a failure of the test that does it.
    """
    engines = open_engines(f"sqlite:///{shutil.copy(source, file)}")
    yield engines
    engines.dispose()
    left = [one for one in _open_files() if one.startswith(str(file))]
    for one in file.parent.glob(f"{file.name}*"):
        one.unlink()
    assert not left, "a connection to this database is still open"


def _open_files() -> list[str]:
    """What this process has open, where the system tells."""
    told = Path("/proc/self/fd")
    found = []
    for link in told.iterdir() if told.exists() else ():
        with suppress(OSError):  # closed meanwhile, by another thread
            found.append(os.readlink(link))
    return found
