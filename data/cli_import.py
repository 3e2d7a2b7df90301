"""``python -m data import …``: files into the database from the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.cli_users import OPERATOR
from data.engines import Engines, open_engines
from data.errors import RuleError
from data.importing.apply import apply_import
from data.importing.kind import Kind
from data.importing.kinds import KINDS
from data.importing.mapping import (
    Mapping,
    best_table,
    dump_mapping,
    guess_mapping,
    known_mapping,
    load_mapping,
)
from data.importing.plan import STATES, Plan, blank_reading, plan_import
from data.importing.report import refused_workbook
from data.importing.sources import Source, read_source
from data.importing.template import template_workbook
from data.importing.undo import undo_import
from data.settings import database_url
from data.startup import database_state

DONE, LEFT_OUT = 0, 1
MOST_SHOWN = 20


def add_import_commands(commands: Any) -> None:
    """``import``, ``template`` and ``undo-import``, on the sub-parsers of the command line."""
    kinds = "、".join(f"{kind.key}（{kind.name}）" for kind in KINDS.values())
    importing = _command(commands, "import", _import, "导入文件：先核对，再在一个事务里写入")
    importing.add_argument("kind", metavar="KIND", choices=list(KINDS), help=kinds)
    importing.add_argument("files", metavar="FILE", nargs="+", help="CSV、XLSX、XLS、GeoJSON、JSON")
    importing.add_argument("--mapping", metavar="M.toml", help="列的对应；不写则按列名猜")
    importing.add_argument("--save-mapping", metavar="M.toml", help="把用到的列的对应存成文件")
    importing.add_argument("--table", type=int, metavar="N", help="文件里的第几个表，默认自动挑选")
    importing.add_argument("--dry-run", action="store_true", help="只核对，不写入")
    importing.add_argument("--report", metavar="R.xlsx", help="把未通过的行连同原因存成文件")
    blank = _command(commands, "template", _template, "存一个导入用的模板")
    blank.add_argument("kind", metavar="KIND", choices=list(KINDS), help=kinds)
    blank.add_argument("file", metavar="FILE", help="模板存到哪里（.xlsx）")
    undoing = _command(commands, "undo-import", _undo, "整个撤销一次导入")
    undoing.add_argument("import_id", type=int, metavar="N", help="第几次导入")
    undoing.add_argument("--reason", required=True, metavar="原因", help="为什么撤销")


def _command(commands: Any, name: str, run: Callable[..., int], said: str) -> Any:
    parser = commands.add_parser(name, help=said)
    parser.add_argument("--database", metavar="URL", help="数据库地址，默认按设置")
    parser.set_defaults(run=run)
    return parser


def _engines(arguments: argparse.Namespace) -> Engines:
    url = arguments.database or database_url()
    state = database_state(url)
    if state.kind not in ("ready", "empty"):
        raise RuleError(state.message)
    return open_engines(url)


def _import(arguments: argparse.Namespace) -> int:
    engines, kind = _engines(arguments), KINDS[arguments.kind]
    given = None
    if arguments.mapping:
        given = load_mapping(Path(arguments.mapping).read_text("utf-8"))
    refused = 0
    for file in arguments.files:
        source = read_source(Path(file).name, Path(file).read_bytes())
        index = best_table(kind, source) if arguments.table is None else arguments.table - 1
        mapping = _mapping(engines, kind, source, index, given)
        if arguments.save_mapping:
            Path(arguments.save_mapping).write_text(dump_mapping(mapping), "utf-8")
        plan = _one(engines, kind, source, index, mapping, dry_run=arguments.dry_run)
        refused += plan.counts["refused"]
        if arguments.report and plan.counts["refused"]:
            content = refused_workbook(kind, source.tables[index], plan)
            Path(arguments.report).write_bytes(content)
            print(f"未通过的行已存到 {arguments.report}，改好后可以直接再导入")
    return LEFT_OUT if refused else DONE


def _mapping(
    engines: Engines, kind: Kind, source: Source, index: int, given: Mapping | None
) -> Mapping:
    """The mapping asked for, or the one that such a file was imported by last, or a guess.

    Of a mapping asked for, columns that this file does not have are left out.
    """
    if not 0 <= index < len(source.tables):
        raise RuleError(f"文件里没有第 {index + 1} 个表，共有 {len(source.tables)} 个", "文件")
    header = source.tables[index].header
    if given is not None:
        columns = {key: title for key, title in given.columns.items() if title in header}
        return replace(given, columns=columns)
    with engines.read() as connection:
        return known_mapping(connection, kind, header) or guess_mapping(kind, header)


def _one(
    engines: Engines, kind: Kind, source: Source, index: int, mapping: Mapping, *, dry_run: bool
) -> Plan:
    labels = {one.key: one.label for one in kind.fields}
    columns = "，".join(f"{labels.get(k, k)}←{title}" for k, title in mapping.columns.items())
    print(f"{source.name} · {source.tables[index].name}：{columns or '没有认出任何一列'}")
    now = datetime.now(UTC)
    if dry_run:
        with engines.read() as connection:
            plan = plan_import(connection, kind, source, index, mapping, now=now, actor=OPERATOR)
        _told(plan)
        counts = "，".join(f"{STATES[state]} {n} 行" for state, n in plan.counts.items())
        print(f"只核对，没有写入：{counts}")
        return plan
    report = apply_import(
        engines, kind, source, index, mapping, actor=OPERATOR, at=now, progress=_progress()
    )
    if report.plan is None:
        raise RuleError("这次导入已经做过", "文件")
    _told(report.plan)
    done = f"（第 {report.batch_id} 次导入）" if report.batch_id else ""
    print(f"{report.message}{done}")
    return report.plan


def _told(plan: Plan) -> None:
    """Notes, words nothing is known for, and the first refused rows with their reasons."""
    for note in [*plan.notes, *plan.questions.values()]:
        print(f"  说明：{note}")
    for label, words in plan.unmapped.items():
        told = "、".join(f"{word}（{count} 行）" for word, count in words.most_common(MOST_SHOWN))
        print(f"  不认识的{label}：{told}")
    refused = plan.positions("refused")
    for position in refused[:MOST_SHOWN]:
        print(f"  第 {plan.numbers[position]} 行未通过：{plan.reasons[position]}")
    if len(refused) > MOST_SHOWN:
        print(f"  …… 还有 {len(refused) - MOST_SHOWN} 行，用 --report 存成文件查看")


def _progress() -> Callable[[float, str], None] | None:
    """A line that is written over, where somebody watches."""
    if not sys.stderr.isatty():
        return None
    return lambda share, what: print(f"\r{share:4.0%} {what}　", end="", file=sys.stderr)


def _template(arguments: argparse.Namespace) -> int:
    engines, kind = _engines(arguments), KINDS[arguments.kind]
    with engines.read() as connection:
        reading = blank_reading(connection, kind, now=datetime.now(UTC), actor=OPERATOR)
        content = template_workbook(connection, kind, reading)
    Path(arguments.file).write_bytes(content)
    print(f"{kind.name}的模板已存到 {arguments.file}")
    return DONE


def _undo(arguments: argparse.Namespace) -> int:
    rows = undo_import(
        _engines(arguments),
        arguments.import_id,
        reason=arguments.reason,
        actor=OPERATOR,
        at=datetime.now(UTC),
    )
    print(f"已撤销第 {arguments.import_id} 次导入，涉及 {rows} 条记录")
    return DONE
