"""The one-time code that lets the set-up page make the first administrator.

Whoever reads the server's console may set the product up.  Only a hash of the code is
held, in this process's memory: a restart prints a new one.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from hashlib import sha256

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without what looks alike
LENGTH = 12
MOST_TRIES = 20  # then the code is dead until the next start

_lock = threading.Lock()
_held: dict[str, str] = {}
_tries: list[int] = []


def issue() -> str:
    """A new code, shown as ``XXXX-XXXX-XXXX``; earlier ones are void."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    with _lock:
        _held["code"] = _hash(code)
        _tries.clear()
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def matches(code: str) -> bool:
    """Whether this is the code, in whatever case and grouping; wrong ones are counted."""
    with _lock:
        if "code" not in _held or len(_tries) >= MOST_TRIES:
            return False
        right = hmac.compare_digest(_held["code"], _hash(code))
        if not right:
            _tries.append(1)
        return right


def withdraw() -> None:
    """No code is valid any more: the first administrator is there."""
    with _lock:
        _held.clear()


def _hash(code: str) -> str:
    plain = "".join(c for c in code.upper() if c.isalnum())
    return sha256(plain.encode()).hexdigest()
