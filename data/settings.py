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
HIDDEN = "（已设置，不显示）"


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, what it is when unset, and what it does.

    The value of a ``secret`` one is shown nowhere.
    """

    name: str
    default: str
    help: str
    secret: bool = False

    def shown(self, value: str) -> str:
        """``value`` fit to be printed: of a secret no more than that it is set."""
        return HIDDEN if self.secret and value else value


SETTINGS = (
    Setting("GRID_DATABASE", "", "数据库地址（SQLAlchemy URL）。留空时自动生成并使用示例数据库"),
    Setting("GRID_TIMEZONE", "Asia/Shanghai", "页面显示时间、划分“今天”“本月”所用的时区"),
    Setting("GRID_SAMPLE_SEED", "2026", "示例数据的随机种子；同一种子、同一时刻得到同样的数据"),
    Setting("GRID_SAMPLE_METHOD", "demo_street", "示例数据采用的工作法（data/presets 下的文件名）"),
    Setting(
        "GRID_SECRET_KEY",
        "",
        "加密电话的密钥（python -m data key 生成），不存进数据库；可写多把，以逗号分开，新的在前",
        secret=True,
    ),
    Setting(
        "GRID_OIDC_ISSUER",
        "",
        "统一身份认证（OpenID Connect）的签发地址，须是 https；留空则不用，也不向外发请求",
    ),
    Setting("GRID_OIDC_CLIENT", "", "本系统在统一身份认证登记的客户端编号（client_id）"),
    Setting(
        "GRID_OIDC_SECRET",
        "",
        "与客户端编号相配的密钥（client_secret）；登记为公开客户端的留空",
        secret=True,
    ),
    Setting(
        "GRID_OIDC_CLAIM",
        "preferred_username",
        "身份令牌里哪一项是本系统的账号名；须是本人不能自行修改的一项",
    ),
    Setting("GRID_OIDC_NAME", "用统一身份认证登录", "登录页上统一身份认证按钮的文字"),
    Setting("GRID_BACKUP_AT", "02:30", "每天自动备份的时刻（示例数据不备份）；off 为不自动备份"),
    Setting("GRID_BACKUP_FOLDER", "", "备份文件夹，须已存在。留空时为数据库旁边的 backups"),
    Setting("GRID_BACKUP_COPY", "", "第二个文件夹，最好在另一块磁盘；每份备份再复制一份到那里"),
    Setting("GRID_BACKUP_DAYS", "14", "最近多少个有备份的日子各保留一份（两天以内的都保留）"),
    Setting("GRID_BACKUP_WEEKS", "8", "此外最近多少周各保留一份备份"),
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
