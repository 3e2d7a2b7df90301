"""One ugly file for each kind of data, as offices send them, made for a street.

Every maker's docstring says what is wrong with its file; the journeys know what of it loads.
"""

from __future__ import annotations

import json
from typing import Any

import shapely
import xlsxwriter

from tests.browser.street import Street
from tests.data.importing.files import xls, xlsx

Spot = tuple[float, float]
STEP = 0.004


def lines(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\n".join(rows).encode(encoding)


def square(west: float, south: float) -> dict[str, Any]:
    x, y = round(west + STEP, 6), round(south + STEP, 6)
    ring = [[west, south], [x, south], [x, y], [west, y], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def bow_tie(west: float, south: float) -> dict[str, Any]:
    x, y = round(west + STEP, 6), round(south + STEP, 6)
    ring = [[west, south], [x, y], [x, south], [west, y], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def east_of(street: Street) -> Spot:
    """A place beside the street where nothing is."""
    text = street.value("select boundary from unit where parent_id is null")
    _, south, east, _ = shapely.from_geojson(text).bounds
    return round(east + 0.02, 4), round(south + 0.01, 4)


def boundaries(street: Street) -> bytes:
    """A grid in two features, one that crosses itself, and one that is there already."""
    held = street.grid(0)
    above, old = street.rows(
        "select p.code, u.boundary from unit u join unit p on p.id = u.parent_id where u.id = ?",
        held.id,
    )[0]
    x, y = east_of(street)
    rows = [
        ("N1", "新网格一", square(x, y)),
        ("N2", "新网格二", bow_tie(x, y + 2 * STEP)),
        ("N3", "新网格三", square(x, y + 4 * STEP)),
        ("N3", "新网格三", square(x + STEP, y + 4 * STEP)),
        (held.code, held.name, json.loads(old)),
    ]
    found = []
    for code, name, shape in rows:
        facts = {"单位编码": code, "单位名称": name, "层级": "网格", "上级编码": above}
        found.append({"type": "Feature", "properties": facts, "geometry": shape})
    return json.dumps({"type": "FeatureCollection", "features": found}).encode()


def buildings(street: Street) -> bytes:
    """Title rows, numbers kept as text, a code twice, one building off the map, a total."""
    grid = street.grid(0)
    lon, lat = street.rows("select centre_lon, centre_lat from unit where id = ?", grid.id)[0]
    facts = (
        "select b.code, b.name, u.code, b.households from building b "
        "join unit u on u.id = b.unit_id order by b.id limit 2"
    )
    (*first, households), second = street.rows(facts)
    rows: list[list[Any]] = [
        ["滨河街道楼栋底册"],
        [],
        ["楼栋编号", "楼号", "网格编码", "总户数", "经度", "纬度"],
        ["0007", "七号楼", grid.code, "36"],
        ["0008", "八号楼", None, 40, lon, lat],
        ["0008", "八号楼", None, 40, lon, lat],
        ["0009", "九号楼", None, "12", 1.0, 1.0],
        [*first, households + 5],
        [*second],
        ["合计", None, None, 93 + households],
    ]
    return xlsx({"底册": rows})


def posts(street: Street) -> bytes:
    """An old workbook: the unit stands once for several rows, a post by another word."""
    code = street.grid(0).code
    rows: list[list[Any]] = [
        ["网格队伍一览"],
        ["网格编码", "职务", "姓名", "任职日期"],
        [code, "专职网格员", "周全", "20240301"],
        [None, "支书", "吴用", ("date", 45292.0)],
        [None, "街道党工委书记", "郑重", "2024/1/1"],
        [None, "专职网格员", None, "2024/1/1"],
    ]
    return xls({"一览": rows}, merged=((2, 5, 0, 0),))


def roster(street: Street, klass: str) -> bytes:
    """Two title rows, a merged grid, codes with zeros in front, days of three kinds."""
    one, other = street.grid(0).code, street.grid(1).code

    def merge(book: xlsxwriter.Workbook) -> None:
        (sheet,) = book.worksheets()
        sheet.merge_range(0, 0, 0, 4, "滨河街道党员名册（2026年）")
        sheet.merge_range(3, 3, 4, 3, one)

    rows: list[list[Any]] = [
        ["滨河街道党员名册（2026年）"],
        ["制表：党建办"],
        ["党员编号", "姓名", "类别", "所属网格编码", "转入日期"],
        ["0012", "王小明", klass, one, "2020-07-01"],
        ["0013", "李四", klass, None, 43831],
        ["0014", "赵六", "老同志", other, "2020/1/5"],
        [None, "孙七", klass, other, "20200105"],
    ]
    return xlsx({"名册": rows}, merge)


def history(members: list[str], rules: list[str]) -> bytes:
    """Days that can be read two ways, a member nobody knows, a third of a point."""
    return lines(
        "党员编号,积分项目,日期,分值,备注",
        f"{members[0]},{rules[0]},03/04/2026,1,一季度",
        f"{members[1]},{rules[1]},05/06/2026,,",
        f"查无此人,{rules[0]},03/04/2026,1,",
        f"{members[0]},{rules[0]},07/08/2026,0.3,",
        encoding="utf-8-sig",
    )


def cases(street: Street, category: str, other: str) -> bytes:
    """Days of four kinds, one of them of two readings; a strange word; a place off the map."""
    one, second = street.grid(0), street.grid(1)
    lon, lat = street.rows("select centre_lon, centre_lat from unit where id = ?", one.id)[0]
    return lines(
        "工单编号,来电时间,诉求类别,办理状态,办结时间,标题,网格编码,经度,纬度",
        f"T-001,2026/1/5 下午3:20,{category},已办结,2026-01-06 10:00,楼道灯不亮,{one.code},,",
        f"T-002,20260107,{category},办结,2026-01-08,水管漏水,,{lon},{lat}",
        f"T-003,01/05/2026 03:20:11 PM,天外来客,已办结,2026-01-09,井盖破损,{second.code},,",
        f"T-004,2026-01-05 09:00,{other},处理中,,占道停车,,1.0,1.0",
        encoding="gb18030",
    )


def volunteers(street: Street, known: str) -> bytes:
    """UTF-8 that somebody once opened as Latin-1 and saved; a team that is new, one missing."""
    one, other = street.grid(0).code, street.grid(1).code
    right = lines(
        "志愿者编号,姓名,网格编码,志愿队伍,注册日期,公开排行",
        f"0101,何一,{one},晨光服务队,2024年3月5日,是",
        f"0102,何二,{other},晨光服务队,45356,",
        f"0103,何三,{other},,2024-03-05,",
        f"{known},,,,,否",
    )
    return right.decode("latin-1").encode()


def services(who: str, activity: str, at: str) -> bytes:
    """JSON records: an hour told twice over, a number with its unit, an activity nobody knows."""
    names = ("志愿者编号", "服务项目", "开始时间", "时长")
    rows: list[tuple[Any, ...]] = [
        (who, activity, f"{at} 09:00", 90),
        (who, activity, f"{at} 10:00", 60),
        (who, activity, f"{at}T14:00:00+08:00", "2小时"),
        (who, "看星星", f"{at} 19:00", 30),
    ]
    records = [dict(zip(names, row, strict=True)) for row in rows]
    return json.dumps(records, ensure_ascii=False).encode()


def visits(street: Street) -> bytes:
    """A workbook whose first sheet only explains, and a table of which two rows are one visit."""
    one, other = street.grid(0).code, street.grid(1).code
    told: list[list[Any]] = [["填表说明"], ["每次入户填一行"]]
    rows: list[list[Any]] = [
        ["入户时间", "网格编码", "走访类型", "走访记录"],
        ["2026/3/2 上午9:05", one, "普通走访", "一切都好"],
        [46083.5, other, None, "灶台漏气，已报修"],
        ["2099-01-01 10:00", one, None, "写错了年份"],
        ["2026-03-03", "没有这个网格", None, "—"],
    ]
    return xlsx({"说明": told, "走访": rows})


def reports(street: Street, percent: str, money: str) -> bytes:
    """Blank lines on top, quarters in words, a share above 100, a unit of another level."""
    grid = street.grid(0)
    above = street.value("select p.code from unit u join unit p on p.id = u.parent_id "
                         "where u.id = ?", grid.id)  # fmt: skip
    return lines(
        "",
        "",
        "网格编码,项目,时间,完成数,来源",
        f"{grid.code},{percent},2022年第三季度,88.5,台账",
        f"{above},{money},2022Q4,3.25,",
        f"{grid.code},{percent},2022Q4,120,",
        f"{grid.code},{money},2022Q4,1,",
    )


def days() -> bytes:
    """Tabs, a header nobody would guess, days of three kinds, a word nobody knows, a day twice."""
    return lines(
        "日期\t安排\t节日",
        "2031/1/1\t休\t元旦",
        "20310104\t补班\t",
        "2031年1月2日\t半天\t",
        "2031-01-01\t休\t元旦",
    )
