"""Files written so that they are there whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from pathlib import Path

from data.errors import RuleError

SPARE = 8 * 1024 * 1024  # bytes that are to stay free beside a backup
OWNER_ONLY = 0o600  # a copy of the database is as personal as the database
MEGABYTE = 1024 * 1024

REASONS = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EROFS: "磁盘是只读的",
    errno.EACCES: "没有写入权限",
    errno.EPERM: "没有写入权限",
    errno.ENOENT: "文件夹不存在",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.EIO: "磁盘读写出错",
}


def need_folder(folder: Path, size: int) -> None:
    """RuleError unless ``folder`` is there, can be written to and has room for ``size`` bytes."""
    if not folder.is_dir():
        raise RuleError(
            f"备份文件夹 {folder} 不存在，可能是磁盘没有挂载；请挂载磁盘或建立这个文件夹", "备份"
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise RuleError(f"备份文件夹 {folder} 不能写入，请检查它的权限和磁盘是否只读", "备份")
    free = shutil.disk_usage(folder).free
    if free < size + SPARE:
        raise RuleError(
            f"备份文件夹 {folder} 所在磁盘空间不足：需要 {_megabytes(size + SPARE)}，"
            f"只剩 {_megabytes(free)}；请清理磁盘或换一个文件夹",
            "备份",
        )


def reason_of(error: Exception) -> str:
    """Why a file could not be written or read, in Chinese."""
    if isinstance(error, OSError):
        return REASONS.get(error.errno or 0, f"读写文件出错（{type(error).__name__}）")
    said = str(error)
    if "disk is full" in said:
        return "磁盘已满"
    if "readonly" in said or "unable to open" in said:
        return "文件夹不能写入"
    if "malformed" in said or "not a database" in said:
        return "数据库文件已损坏"
    if "locked" in said:
        return "数据库正忙"
    return f"读写数据库文件出错（{type(error).__name__}）"


def sha256(path: Path) -> str:
    """The SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def settle(path: Path) -> None:
    """Bring a file onto the disk itself, readable by its owner alone."""
    path.chmod(OWNER_ONLY)
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def put(part: Path, path: Path) -> None:
    """Give a settled file its name, in one step."""
    os.replace(part, path)
    settle_folder(path.parent)


def settle_folder(folder: Path) -> None:
    """Bring the names in a folder onto the disk; Windows does that by itself."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: Path, text: str) -> None:
    """Write a small file whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    settle(part)
    put(part, path)


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:,.0f} MB"
