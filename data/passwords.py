"""Passwords: what may be one, argon2id hashes, and generated first passwords."""

from __future__ import annotations

import re
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from data.errors import RuleError

SHORTEST, LONGEST = 10, 128
FIELD = "密码"
_COMMON = """
1234567890 0123456789 12345678910 9876543210 1234512345 1122334455 qwertyuiop password12
password123 1qaz2wsx3edc admin12345 admin123456 woaini1314 a123456789 abcd123456 qwer123456
abc1234567 aa12345678 5201314520 qwertyuiop123 administrator iloveyou1314
"""
COMMON = frozenset(re.findall(r"\S+", _COMMON))
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without what looks alike
UNUSABLE = "!"  # no password gives this hash

_hasher = PasswordHasher()  # argon2id with the library's recommended cost
# each hashing takes 64 MiB: a flood of logins must not take the machine's memory
_turns = threading.BoundedSemaphore(2)


def clean_password(password: str, login: str) -> str:
    """``password`` in one spelling of its characters; RuleError when it is too easy to guess."""
    text = unicodedata.normalize("NFKC", password)
    if len(text) < SHORTEST:
        raise RuleError(f"密码至少 {SHORTEST} 个字符，现有 {len(text)} 个，请再长一些", FIELD)
    if len(text) > LONGEST:
        raise RuleError(f"密码最多 {LONGEST} 个字符，请缩短", FIELD)
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in text):
        raise RuleError("密码里有看不见的字符，请重新输入", FIELD)
    if len(set(text)) < 5 or text.lower() in COMMON:
        raise RuleError("这个密码太容易被猜到，请换一个，例如几个不相干的词连在一起", FIELD)
    if login.lower() in text.lower():
        raise RuleError("密码里不能包含账号名，请换一个", FIELD)
    return text


def hash_password(password: str) -> str:
    """The argon2id hash, with its own salt and parameters inside."""
    with _turns:
        return _hasher.hash(unicodedata.normalize("NFKC", password))


def is_password(stored: str | None, password: str) -> bool:
    """Whether ``password`` is the one hashed; takes as long when there is no hash at all."""
    given = unicodedata.normalize("NFKC", password)[: LONGEST + 1]
    with _turns:
        try:
            return _hasher.verify(stored or _nobody(), given) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def generate_password() -> str:
    """A first password that can be read out: four groups of four, about 79 bits."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


_stand_in: list[str] = []


def _nobody() -> str:
    """A hash of nobody's password, made once."""
    if not _stand_in:
        _stand_in.append(_hasher.hash(secrets.token_urlsafe(24)))
    return _stand_in[0]
