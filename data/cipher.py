"""Phone numbers at rest: encrypted with a key that never lies in the database."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from data.errors import RuleError
from data.settings import SAMPLE_FILE, setting, uses_sample

NAME = "GRID_SECRET_KEY"
MISSING = (
    f"还没有设置加密密钥，电话号码不能保存；请先设置环境变量 {NAME}"
    "（运行 python -m data key 生成一个），或把电话留空"
)
WRONG = f"环境变量 {NAME} 的写法不对，请用 python -m data key 重新生成，多个密钥以英文逗号分开"
LOST = f"这个号码是用另一把密钥加密的，打不开；请把原来的密钥加到 {NAME} 后面，用英文逗号分开"


def new_key() -> str:
    """A fresh key, as GRID_SECRET_KEY takes it."""
    return Fernet.generate_key().decode()


def seal_text(plain: str) -> str:
    """``plain`` encrypted; RuleError when no key is configured."""
    return _fernet().encrypt(plain.encode()).decode()


def open_text(sealed: str) -> str:
    """The plain text again; RuleError when the key that sealed it is not configured."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise RuleError(LOST, "电话") from error


def _fernet() -> MultiFernet:
    """The first key seals, every key opens: so a key can be changed without losing anything."""
    keys = setting(NAME) or (_sample_key() if uses_sample() else "")
    if not keys:
        raise RuleError(MISSING, "电话")
    try:
        return MultiFernet([Fernet(key.strip()) for key in keys.split(",") if key.strip()])
    except ValueError as error:
        raise RuleError(WRONG, "电话") from error


def _sample_key(file: Path | None = None) -> str:
    """The key beside the sample database, made on first use and readable by its owner only."""
    file = file or SAMPLE_FILE.with_name("sample.key")
    try:
        return file.read_text("ascii")
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was quicker
        return file.read_text("ascii")
    with os.fdopen(made, "w", encoding="ascii") as written:
        written.write(new_key())
    return file.read_text("ascii")
