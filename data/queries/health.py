"""The database itself: how full, how large, which engine, since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
from sqlalchemy import Connection, func, literal, select, text, union_all

from data.periods import local_date
from data.schema import (
    appeal,
    metadata,
    points_entry,
    revision,
    service_record,
    visit,
)
from data.settings import zone

TABLE_NAMES = {
    "account": "账号",
    "account_grant": "账号角色",
    "activity": "活动",
    "activity_signin": "活动签到",
    "appeal": "诉求",
    "appeal_event": "诉求办理记录",
    "audit_entry": "操作日志",
    "building": "楼栋",
    "calendar_day": "工作日历",
    "checkup": "党性体检",
    "checkup_part": "党性体检分项",
    "decision": "审批记录",
    "display_key": "大屏密钥",
    "draft": "草稿",
    "import_batch": "导入批次",
    "import_row": "导入明细",
    "indicator_report": "指标上报",
    "login_attempt": "登录尝试",
    "member": "党员",
    "method": "工作法",
    "person": "人员",
    "points_entry": "积分台账",
    "post": "岗位任职",
    "revision": "数据版本",
    "service_order": "服务订单",
    "service_record": "服务记录",
    "session": "登录",
    "setting": "系统设置",
    "team": "志愿队伍",
    "time_account": "时间银行账户",
    "time_posting": "时间银行分录",
    "time_transfer": "时间银行流水",
    "unit": "单位",
    "visit": "走访",
    "volunteer": "志愿者",
}

_SIZES = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}


@dataclass(frozen=True)
class DatabaseHealth:
    """The engine, its version, size in bytes (None: not known), revision and last change (UTC)."""

    engine: str
    version: str
    size_bytes: int | None
    revision: int
    changed_at: datetime | None
    first_day: date | None


def fetch_row_counts(connection: Connection) -> pd.DataFrame:
    """Rows of every table: table, name (Chinese), rows; the fullest table first."""
    counts = [
        select(literal(table.name), func.count()).select_from(table)
        for table in metadata.sorted_tables
    ]
    rows = [(table, TABLE_NAMES[table], n) for table, n in connection.execute(union_all(*counts))]
    rows.sort(key=lambda row: (-row[2], row[0]))
    return pd.DataFrame(rows, columns=["table", "name", "rows"])


def fetch_database_health(connection: Connection) -> DatabaseHealth:
    """Which database this is and how it is."""
    name = connection.dialect.name
    version = ".".join(str(part) for part in connection.dialect.server_version_info or ())
    size = _SIZES.get(name)
    changed = connection.execute(select(revision.c.value, revision.c.changed_at)).first()
    return DatabaseHealth(
        engine={"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(name, name),
        version=version,
        size_bytes=connection.scalar(text(size)) if size else None,
        revision=changed.value if changed else 0,
        changed_at=changed.changed_at if changed else None,
        first_day=fetch_first_day(connection),
    )


def fetch_first_day(connection: Connection) -> date | None:
    """The first local day with a fact: where "from the beginning" begins; None without any."""
    moments = (appeal.c.received_at, service_record.c.started_at, visit.c.visited_at)
    times = [connection.scalar(select(func.min(moment))) for moment in moments]
    days = [local_date(at, zone()) for at in times if at is not None]
    points = connection.scalar(select(func.min(points_entry.c.happened_on)))
    return min([*days, *([points] if points else [])], default=None)
