"""Appeals with their times and states, as a 12345 line or another system keeps them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from data.imported import RESPONSE, UNTIMED
from data.importing.case_moves import moved_cases
from data.importing.case_places import Sites, sites_of_rows
from data.importing.case_reading import history_of, read_cases
from data.importing.case_rows import (
    LONGEST_CODE,
    Cases,
    MovedCase,
    cases_touched,
    fetch_cases,
    new_cases,
    undo_cases,
    write_cases,
)
from data.importing.case_table import CaseTable
from data.importing.case_words import (
    RATING_FIELD,
    RESOLVED_FIELD,
    STATE_FIELD,
    category_names,
)
from data.importing.cases import NO_PROGRESS, Historian, Told
from data.importing.facts import hashed, numbered_keys
from data.importing.fields import (
    UNIT_FIELDS,
    choice_field,
    code_field,
    moment_field,
    number_field,
    text_field,
)
from data.importing.kind import Kind, Reading, Values
from data.importing.plan import Plan, refuse_repeats, start_plan
from data.importing.tables import Cell
from data.importing.writing import Writing
from data.queries.calendar import fetch_calendar
from data.schema import appeal, appeal_event
from data.writes.appeals import CONTENT_LENGTH, TITLE_LENGTH

Columns = dict[str, list[Any]]

CHANNEL = "导入"
TEXTS = ("title", "content", "channel", "handler", "reply")
MOST_OFTEN = 99
TITLE_FROM_CONTENT = 30
# mobile and landline numbers, identity numbers: they have no place here
_NUMBERS = re.compile(
    r"(?<![0-9A-Za-z])"
    r"(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8}|\d{17}[0-9Xx])"
    r"(?![0-9A-Za-z])"
)
_DIGITS = re.compile(r"\d{4}")
_BLANKED = "（号码略）"

FIELDS = (
    code_field(
        "code",
        "编号",
        ("工单编号", "工单号", "诉求编号", "案件编号", "受理编号", "流水号", "单号", "case id"),
        rules=f"原系统的编号，最多 {LONGEST_CODE} 个字；同一编号只导入一次。没有编号时按内容辨认",
        example="12345-20260105-0001",
    ),
    moment_field(
        "received_at",
        "受理时间",
        ("来电时间", "收到时间", "登记时间", "创建时间", "诉求时间", "工单生成时间", "上报时间",
         "时间", "created at"),
        required=True,
        rules="日期和时间，如 2026-01-05 15:20；时限从这时算起",
        example="2026-01-05 15:20",
    ),
    choice_field(
        "category",
        "类别",
        ("诉求类别", "诉求类型", "事项类别", "问题类型", "问题类别", "分类", "category"),
        category_names,
        required=True,
        rules="工作法里的诉求类别；别的说法在列的对应里指明",
    ),
    STATE_FIELD,
    moment_field(
        "accepted_at",
        "首次响应",
        ("响应时间", "签收时间", "接单时间", "首次响应时间", "responded at"),
        rules="第一次有人接手的时间；没有这一列时，没办结的不计入响应率",
        example="2026-01-05 16:00",
    ),
    moment_field(
        "closed_at",
        "办结时间",
        ("结案时间", "完成时间", "办理完成时间", "closed at"),
        rules="没有这一列时不计算办结率。回复即办结的，请把“回复时间”对应到这里",
        example="2026-01-07 10:00",
    ),
    moment_field(
        "due_at",
        "办理时限",
        ("办理期限", "截止时间", "办结期限", "要求办结时间", "due at"),
        rules="原系统给的期限；空着时按工作法计算",
    ),
    text_field("title", "标题", ("诉求标题", "主题", "事项名称", "title"), TITLE_LENGTH,
               rules="空着时取内容的开头", example="楼道照明不亮"),
    text_field("content", "内容", ("诉求内容", "问题描述", "事项描述", "具体内容", "content"),
               CONTENT_LENGTH, lines=True),
    *UNIT_FIELDS,
    number_field("lon", "经度", ("lng", "lon", "longitude", "x", "经度坐标"), low=-3e7, high=3e7,
                 rules="没有写网格时按坐标归入；坐标系在列的对应里选"),
    number_field("lat", "纬度", ("lat", "latitude", "y", "纬度坐标"), low=-3e7, high=3e7),
    text_field("channel", "来源", ("诉求来源", "渠道", "来源渠道", "受理渠道", "channel")),
    RESOLVED_FIELD,
    RATING_FIELD,
    number_field("returns", "退单次数", ("退单", "退回次数"), low=0, high=MOST_OFTEN, whole=True),
    number_field("extensions", "延期次数", ("延期",), low=0, high=MOST_OFTEN, whole=True),
    number_field("redos", "重办次数", ("重办", "返工次数"), low=0, high=MOST_OFTEN, whole=True),
    text_field("handler", "承办", ("承办单位", "办理单位", "承办部门", "承办人", "办理人")),
    text_field("reply", "办理结果", ("回复内容", "答复内容", "办理情况", "处理结果"),
               CONTENT_LENGTH, lines=True),
)  # fmt: skip


def plan(connection: Connection, values: Values, reading: Reading) -> Plan:
    """New cases, those that moved on since they were imported, and those that are the same."""
    plan = start_plan("appeals", values)
    if not values.has("state") and not values.has("closed_at"):
        for position in plan.left():
            plan.refuse(position, NO_PROGRESS)
    _check_codes(values, plan)
    sites = sites_of_rows(connection, values, reading, plan)
    _blank_numbers(values, plan)
    historian = Historian(Told.by(values), fetch_calendar(connection))
    rows, table = read_cases(values, reading, plan, historian)
    codes = _codes(values, plan)
    told = rows.positions[table.known].tolist()
    held = fetch_cases(connection, [codes[n] for n in told])
    there = {n: held[codes[n]] for n in told if codes[n] in held} if held else {}
    moves = moved_cases(connection, plan, history_of(values, rows, historian, there), there)
    words = {key: values.of(key) for key in TEXTS}
    moved = [_with_words(case, words) for case in moves]
    new = new_cases(rows, table, there.keys())
    for position in new.positions:
        plan.states[position] = "new"
    facts = _facts(words, codes, sites, new.positions)
    plan.unit_ids |= set(facts["unit_id"])
    plan.unit_ids |= {there[case.position].unit_id for case in moved}
    said = [(words["handler"][n], words["reply"][n] or "") for n in new.positions]
    ids = frozenset(row.id for row in there.values())
    plan.work = Cases(replace(new, facts=new.facts | facts, said=said), moved, ids)
    _tell_gaps(values, plan, table)
    return plan


def _check_codes(values: Values, plan: Plan) -> None:
    codes = values.of("code")
    for position in plan.left():
        code = codes[position]
        if code is not None and len(code) > LONGEST_CODE:
            plan.refuse(position, f"编号最多 {LONGEST_CODE} 个字，现有 {len(code)} 个，请缩短")
    refuse_repeats(plan, codes, "编号")


def _blank_numbers(values: Values, plan: Plan) -> None:
    """Telephone and identity numbers of residents stay out."""
    count = 0
    for key in ("title", "content", "reply"):
        texts = values.of(key)
        if not _DIGITS.search("\n".join(filter(None, texts))):
            continue
        for position, text in enumerate(texts):
            if text is not None and _DIGITS.search(text):
                texts[position], found = _NUMBERS.subn(_BLANKED, text)
                count += found
    if count:
        plan.notes.append(f"标题、内容和办理结果里的 {count} 个电话或证件号码没有导入")


def _codes(values: Values, plan: Plan) -> list[str]:
    """The number of each case; without one, one that is made of what the case is about."""
    if None not in values.of("code"):
        return values.of("code")
    columns = [values.of(key) for key in ("received_at", "category", "title", "content", "channel")]
    spots = [values.of("lon"), values.of("lat"), values.of("unit_code"), values.of("unit_name")]
    rows = enumerate(zip(values.of("code"), *columns, *spots, strict=True))
    given: list[str | None] = []
    keys: list[str | None] = []
    for position, (code, *facts) in rows:
        made = code is None and plan.states[position] != "refused"
        keys.append(hashed(facts)[:12] if made else None)
        given.append(code)
    received = values.of("received_at")
    return [
        code or (f"D{at:%Y%m%d}-{key[2:].replace(':', '-')}" if key else "")
        for code, key, at in zip(given, numbered_keys(keys), received, strict=True)
    ]


def _facts(
    words: Columns, codes: list[str], sites: Sites, positions: list[int]
) -> dict[str, list[Any]]:
    """The FACTS that do not follow from the times and the rules."""
    contents = [words["content"][n] or "" for n in positions]
    titles = [words["title"][n] for n in positions]
    pairs = zip(titles, contents, strict=True)
    return {
        "code": [codes[n] for n in positions],
        "unit_id": [sites.unit_ids[n] for n in positions],
        "lat": [sites.lats[n] for n in positions],
        "lon": [sites.lons[n] for n in positions],
        "title": [t or " ".join(text.split())[:TITLE_FROM_CONTENT] for t, text in pairs],
        "content": contents,
        "channel": [words["channel"][n] or CHANNEL for n in positions],
    }


def _with_words(case: MovedCase, words: Columns) -> MovedCase:
    handler, reply = words["handler"][case.position], words["reply"][case.position]
    return replace(case, handler=handler, reply=reply or "")


def _tell_gaps(values: Values, plan: Plan, table: CaseTable) -> None:
    """What the file has no times for, and what that means for the figures."""
    types, untimed = (table.heads[k][table.known].tolist() for k in ("state_type", "untimed"))
    if types and not values.has("closed_at"):
        plan.notes.append("文件没有办结时间：这些诉求不计算办结率，页面上会说明原因")
    elif count := types.count(UNTIMED):
        plan.notes.append(f"{count} 件已办结而没有办结时间，不计入办结和按时办结")
    if count := sum(bool(bits & RESPONSE) for bits in untimed):
        plan.notes.append(f"{count} 件不知道何时首次响应，不计入响应率")


def write(connection: Connection, plan: Plan, writing: Writing) -> None:
    """The cases and their histories, sealed."""
    write_cases(connection, plan.work, writing)


def example(_connection: Connection, reading: Reading) -> dict[str, Cell]:
    """A category and a unit that there are."""
    grids = [u for u in reading.units.units if u.level == reading.adopted.method.grid_level]
    names = [category.name for category in reading.adopted.method.categories]
    cells: dict[str, Cell] = {"category": names[0]} if names else {}
    return cells | ({"unit_code": grids[0].code, "unit_name": grids[0].name} if grids else {})


APPEALS = Kind(
    key="appeals",
    name="诉求",
    fields=FIELDS,
    plan=plan,
    write=write,
    undo=undo_cases,
    example=example,
    daily=(appeal, appeal_event),
    touched=cases_touched,
    notes=(
        "诉求人的姓名、电话、住址不导入，也没有地方存放；标题和内容里的电话和证件号码会隐去。",
        "没有办结时间的诉求不进入办结率，没有响应时间的不进入响应率。",
        "同一编号再导入一次时，环节、办结时间、是否解决、评价有新内容的会更新。",
    ),
)
