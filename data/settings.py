"""Settings: one (name, default, help) line each, read from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from data.errors import RuleError

ROOT = Path(__file__).resolve().parent.parent
SAMPLE_FILE = ROOT / ".local" / "sample.db"


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, what it is when unset, and what it does."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting("GRID_DATABASE", "", "数据库地址（SQLAlchemy URL）。留空时自动生成并使用示例数据库"),
    Setting("GRID_TIMEZONE", "Asia/Shanghai", "页面显示时间、划分“今天”“本月”所用的时区"),
    Setting("GRID_SAMPLE_SEED", "2026", "示例数据的随机种子；同一种子、同一时刻得到同样的数据"),
    Setting("GRID_SAMPLE_METHOD", "demo_street", "示例数据采用的工作法（data/presets 下的文件名）"),
    Setting(
        "GRID_SECRET_KEY",
        "",
        "加密电话的密钥（python -m data key 生成），不存进数据库；可写多把，以逗号分开，新的在前",
    ),
)


def setting(name: str) -> str:
    """The value of one setting; KeyError for a name not in SETTINGS."""
    defaults = {s.name: s.default for s in SETTINGS}
    return os.environ.get(name) or defaults[name]


def whole_number(name: str) -> int:
    """The value of a setting that is a whole number; RuleError naming it where it is not."""
    value = setting(name)
    if not value.isdecimal():
        raise RuleError(f"环境变量 {name} 须是整数，现为“{value}”，请改正后重新启动", name)
    return int(value)


def database_url() -> str:
    """The configured database, or the sample file's URL when none is configured."""
    return setting("GRID_DATABASE") or f"sqlite:///{SAMPLE_FILE}"


def uses_sample() -> bool:
    """Whether no database is configured, so the sample one is built and shown."""
    return not setting("GRID_DATABASE")


@cache
def zone(name: str | None = None) -> ZoneInfo:
    """The zone that days and months are cut in."""
    return ZoneInfo(name or setting("GRID_TIMEZONE"))
