"""``python -m data backup | restore | export``: what goes out, and the way back."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.engines import Engines, open_engines
from data.errors import RuleError
from data.identity import Actor, system
from data.keeping.backup import Backup, run_backup
from data.keeping.places import arrangement, database_file
from data.keeping.restore import restore
from data.keeping.schedule import daily_backup
from data.settings import database_url
from data.startup import database_state

DONE = 0
MEGABYTE = 1024 * 1024
OPERATOR: Actor = system("命令行", "cli")
NICE = 10


def add_keep_commands(commands: Any) -> None:
    """``backup``, ``restore`` and ``export`` on the sub-parsers of the main command line."""
    backing = commands.add_parser("backup", help="备份数据库（不用停看板），打开核对后才算数")
    backing.add_argument("--to", metavar="文件夹", help="备份到哪里，默认按设置")
    backing.add_argument("--copy", metavar="文件夹", help="第二个文件夹，默认按设置")
    backing.add_argument("--daily", action="store_true", help="今天的已经做过就不再做")
    backing.set_defaults(run=_backup)
    restoring = commands.add_parser("restore", help="恢复一份备份（先停看板），现有数据库另存")
    restoring.add_argument("file", metavar="文件", help="备份文件")
    said = "备份里有不一致也恢复"
    restoring.add_argument("--accept-differences", action="store_true", help=said)
    restoring.set_defaults(run=_restore)
    exporting = commands.add_parser("export", help="导出一类数据，格式与导入模板一致")
    exporting.add_argument("kind", metavar="类别", help="如 units、members、appeals")
    exporting.add_argument("--unit", default="", metavar="编码", help="只导出这个单位和下级")
    exporting.add_argument("--format", default="xlsx", metavar="格式", help="xlsx、csv 或 geojson")
    exporting.add_argument("--to", default=".", metavar="路径", help="文件或文件夹，默认当前文件夹")
    exporting.set_defaults(run=_export)
    for command in (backing, restoring, exporting):
        command.add_argument("--database", metavar="URL", help="数据库地址，默认按设置")


def _backup(arguments: argparse.Namespace) -> int:
    plan = arrangement(arguments.database or database_url())
    if arguments.to:
        plan = replace(plan, folder=Path(arguments.to).absolute(), own=False)
    if arguments.copy:
        plan = replace(plan, copies=(Path(arguments.copy).absolute(),))
    if not arguments.daily:
        _tell(run_backup(plan, at=datetime.now(UTC)))
        return DONE
    if hasattr(os, "nice"):
        os.nice(NICE)  # the pages go first
    made = daily_backup(plan, now=datetime.now(UTC))
    if made is None:
        print("今天的备份已经有了，或正在进行")
    else:
        _tell(made)
    return DONE


def _tell(made: Backup) -> None:
    size = made.size / MEGABYTE
    print(f"已备份到 {made.path}（{size:,.1f} MB，用时 {made.seconds:.1f} 秒，{made.checked}）")
    for copy in made.copies:
        print(f"另有一份：{copy}")
    for problem in made.problems:
        print(f"注意：{problem}")


def _restore(arguments: argparse.Namespace) -> int:
    url = arguments.database or database_url()
    done = restore(
        url,
        Path(arguments.file).absolute(),
        actor=OPERATOR,
        at=datetime.now(UTC),
        accept_differences=arguments.accept_differences,
    )
    print(f"已恢复到 {database_file(url)}（版本 {done.schema}）")
    if done.aside is not None:
        print(f"恢复前的数据库另存为 {done.aside}")
    if done.differences:
        print(
            f"注意：这份备份有 {len(done.differences)} 处不一致，请运行 python -m data check 查看"
        )
    if done.outdated:
        print("这份备份是旧版本：请运行 python -m data migrate，或直接启动看板由它升级")
    else:
        print(f"备份里记着的 {done.ended_sessions} 个登录已全部结束，请重新登录")
    return DONE


def _export(arguments: argparse.Namespace) -> int:
    from data.exporting import kinds  # pandas and shapely: only this command needs them

    kind, form, at = arguments.kind, arguments.format, datetime.now(UTC)
    if kind not in kinds.ROWS:
        able = "、".join(f"{key}（{kinds.KINDS[key].name}）" for key in kinds.ROWS)
        raise RuleError(f"没有“{kind}”这一类，可写 {able}", "类别")
    if form not in kinds.FORMATS:
        raise RuleError(f"没有“{form}”这种格式，可写 {'、'.join(kinds.FORMATS)}", "格式")
    engines = _engines(arguments)
    with engines.read() as connection:
        path, place = kinds.unit_of(connection, arguments.unit)
    found = kinds.export_kind(engines, kind=kind, path=path, actor=OPERATOR, at=at)
    target = Path(arguments.to)
    if target.is_dir():
        target /= kinds.file_name(kind, place, form, at)
    target.write_bytes(kinds.export_file(kind, found, form, place, at))
    print(f"已导出 {len(found)} 行到 {target}")
    return DONE


def _engines(arguments: argparse.Namespace) -> Engines:
    url = arguments.database or database_url()
    state = database_state(url)
    if state.kind not in ("ready", "empty"):
        raise RuleError(state.message)
    return open_engines(url)
