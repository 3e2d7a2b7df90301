"""Large files are read without Python looking for cycles among their cells again and again."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_inside = 0


@contextmanager
def calm() -> Iterator[None]:
    """No search for cyclic garbage while anybody is in here; what is read holds no cycles.

    A search goes through every cell that is held, which is a sixth of an import's time.
    """
    global _inside
    with _lock:
        _inside += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                gc.enable()
