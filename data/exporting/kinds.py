"""Every kind of import as an export: the same columns, so that what goes out comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, select

from data.access import permit
from data.audit import audit
from data.engines import Engines
from data.errors import RuleError
from data.exporting import ledger_rows, rows
from data.exporting.csv_files import to_csv
from data.exporting.geojson import to_geojson
from data.exporting.spreadsheets import Notes, Sheet, to_xlsx
from data.identity import Actor
from data.importing.kinds import KINDS
from data.schema import unit
from data.settings import zone

Rows = Callable[[Connection, str], pd.DataFrame]

ROWS: dict[str, Rows] = {
    "units": rows.unit_rows,
    "buildings": rows.building_rows,
    "people": rows.people_rows,
    "members": rows.member_rows,
    "points": ledger_rows.points_rows,
    "appeals": rows.appeal_rows,
    "volunteers": ledger_rows.volunteer_rows,
    "service": ledger_rows.service_rows,
    "visits": ledger_rows.visit_rows,
    "indicators": rows.indicator_rows,
    "calendar": rows.calendar_rows,
}
FORMATS = {"xlsx": "XLSX", "csv": "CSV", "geojson": "GeoJSON"}
MAPPED = "units"  # the kind that has boundaries
EVERYWHERE = "全部单位"
PERSONAL = "含有姓名等个人信息：只用于工作，用完请妥善删除。这次导出已记入操作日志"
BACK = "各列与导入模板一致，改后可以从“数据导入”导回"


def export_kind(
    engines: Engines, *, kind: str, path: str = "/", actor: Actor, at: datetime
) -> pd.DataFrame:
    """The rows of a kind in the units at and below ``path``; each export is told to the log.

    Columns are the labels of the kind's fields (see ``Field.label``), in their order.
    KeyError for a kind that there is not.
    """
    known, fetch = KINDS[kind], ROWS[kind]
    with engines.trace() as connection:
        allowed = permit(connection, actor, "export_kind", path, at)
        found = fetch(connection, path)
        audit(
            connection,
            actor,
            "export_kind",
            at=at,
            role=allowed.role,
            subject=f"{path} {known.name}",
            after={"rows": len(found)},
        )
    return found[[one.key for one in known.fields]].set_axis(
        [one.label for one in known.fields], axis=1
    )


def export_file(kind: str, found: pd.DataFrame, form: str, place: str, at: datetime) -> bytes:
    """An export as a file of a form (see FORMATS); ``place`` is the name of its unit."""
    if form == "csv":
        return to_csv(found)
    if form == "xlsx":
        return to_xlsx([Sheet(KINDS[kind].name, found, notes_of(kind, found, place, at))])
    if kind != MAPPED:
        raise RuleError("只有“单位和边界”能导出为 GeoJSON，请改选 XLSX 或 CSV", "格式")
    return to_geojson(found)


def notes_of(kind: str, found: pd.DataFrame, place: str, at: datetime) -> Notes:
    """What the sheet 口径 says of an export: what it is, of where and when, and each column."""
    known = KINDS[kind]
    personal = any(one.personal for one in known.fields)
    return [
        ("内容", f"{known.name}，共 {len(found)} 行"),
        ("范围", place),
        ("数据截至", f"{at.astimezone(zone()):%Y-%m-%d %H:%M}"),
        ("时区", str(zone())),
        ("坐标", "经纬度和边界为 WGS84 / CGCS2000"),
        ("导回", BACK),
        *([("个人信息", PERSONAL)] if personal else []),
        *(("说明", note) for note in known.notes),
        *((f"列：{one.label}", one.rules) for one in known.fields),
    ]


def file_name(kind: str, place: str, form: str, at: datetime) -> str:
    """The name of an exported file."""
    return f"{KINDS[kind].name}_{place}_{at.astimezone(zone()):%Y%m%d}.{form}"


def unit_of(connection: Connection, code: str) -> tuple[str, str]:
    """Path and name of the unit with a code, of everything for ""; RuleError for no unit."""
    if not code:
        return "/", EVERYWHERE
    row = connection.execute(select(unit.c.path, unit.c.name).where(unit.c.code == code)).first()
    if row is None:
        raise RuleError(f"没有编码为 {code} 的单位，请核对", "单位")
    return row.path, row.name
