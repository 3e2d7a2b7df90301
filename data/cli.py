"""The command line: sample data, check, migrate, accounts, settings.

Exit codes: 0 done and clean, 1 ``check`` found differences, 2 it could not be done.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from data.check import check
from data.cipher import new_key
from data.cli_import import add_import_commands
from data.cli_keep import add_keep_commands
from data.cli_users import add_user_commands
from data.engines import open_engines, sqlite_warning
from data.errors import RuleError
from data.method.loading import MethodError, load_preset
from data.migrate import head_revision, upgrade
from data.settings import SETTINGS, database_url, setting, whole_number
from data.startup import DatabaseState, database_state, shown

DONE, DIFFERENT, FAILED = 0, 1, 2
MOST_SHOWN = 200

ERRORS = (
    (r"the following arguments are required: (.*)", "缺少 {0}"),
    (r"unrecognized arguments: (.*)", "不认识 {0}"),
    (r"argument (.*?): invalid choice: (.*?) \(.*", "{0} 不能写 {1}"),
    (r"argument (.*?): expected one argument", "{0} 后面要写一个值"),
    (r"argument (.*?): invalid int value: (.*)", "{0} 须是整数，现为 {1}"),
)


class _Format(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """An argument parser that speaks Chinese."""

    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, formatter_class=_Format, **options)
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(FAILED, f"参数有误：{_in_chinese(message)}\n")


def _in_chinese(message: str) -> str:
    for pattern, chinese in ERRORS:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            return chinese.format(*found.groups())
    return "请照上面的用法填写"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = _parser().parse_args(argv)
    warning = sqlite_warning()
    if warning:
        _complain(warning)
    try:
        return int(arguments.run(arguments))
    except (RuleError, MethodError) as error:
        _complain(str(error))
    except (SQLAlchemyError, OSError) as error:
        # the text of a driver's error may repeat the address with its password
        _complain(f"数据库操作失败（{type(error).__name__}），请检查数据库地址、权限和磁盘空间")
    return FAILED


def _parser() -> _Parser:
    parser = _Parser(prog="python -m data", description="网格治理看板的数据工具")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)
    sample = commands.add_parser("sample", help="在空数据库里生成示例数据")
    sample.add_argument("--database", required=True, metavar="URL", help="数据库地址")
    sample.add_argument("--seed", type=int, metavar="N", help="随机种子（整数）")
    sample.add_argument("--method", metavar="KEY", help="工作法（data/presets 下的文件名）")
    sample.set_defaults(run=_sample)
    checking = commands.add_parser("check", help="由原始记录重算所有汇总，并核对台账封印")
    checking.set_defaults(run=_check)
    migrating = commands.add_parser("migrate", help="建立数据库的表，或升级到最新版本")
    migrating.set_defaults(run=_migrate)
    for command in (checking, migrating):
        command.add_argument("--database", metavar="URL", help="数据库地址，默认按设置")
    add_keep_commands(commands)
    add_user_commands(commands)
    add_import_commands(commands)
    commands.add_parser("key", help="生成一个加密电话用的密钥").set_defaults(run=_key)
    commands.add_parser("settings", help="列出所有设置和现值").set_defaults(run=_settings)
    return parser


def _sample(arguments: argparse.Namespace) -> int:
    from data.sample.build import build_sample  # numpy and shapely: only this command needs them

    state = database_state(arguments.database)
    if state.kind in ("unreachable", "foreign", "newer", "ready"):
        return _refuse(state, ready="这个数据库里已经有单位，为免混在一起，没有生成示例数据")
    seed = whole_number("GRID_SAMPLE_SEED") if arguments.seed is None else arguments.seed
    method = load_preset(arguments.method or setting("GRID_SAMPLE_METHOD"))
    now = datetime.now(UTC)
    build_sample(arguments.database, seed=seed, method=method, now=now, progress=_report)
    print(f"示例数据已生成：{shown(make_url(arguments.database))}（{method.name}，种子 {seed}）")
    return DONE


def _report(fraction: float, text: str) -> None:
    print(f"{fraction:4.0%} {text}", flush=True)


def _check(arguments: argparse.Namespace) -> int:
    url = arguments.database or database_url()
    state = database_state(url)
    if state.kind not in ("ready", "empty"):
        return _refuse(state)
    differences = check(open_engines(url))
    for difference in differences[:MOST_SHOWN]:
        where = f" 第 {difference.row_id} 行" if difference.row_id else ""
        print(f"{difference.table}{where}：{difference.message}")
    if len(differences) > MOST_SHOWN:
        print(f"…… 还有 {len(differences) - MOST_SHOWN} 处")
    if differences:
        print(f"核对完毕：有 {len(differences)} 处不一致")
        return DIFFERENT
    print("核对完毕：没有不一致")
    return DONE


def _migrate(arguments: argparse.Namespace) -> int:
    url = arguments.database or database_url()
    state = database_state(url)
    if state.kind in ("unreachable", "foreign", "newer"):
        return _refuse(state)
    if state.kind in ("missing", "outdated"):
        upgrade(url)
        print(f"数据库 {shown(make_url(url))} 已升级到版本 {head_revision()}")
    else:
        print(f"数据库 {shown(make_url(url))} 已是最新版本 {head_revision()}")
    return DONE


def _settings(_arguments: argparse.Namespace) -> int:
    for one in SETTINGS:
        value = _public(one.name, one.shown(setting(one.name)))
        source = "环境变量" if os.environ.get(one.name) else "默认"
        print(f"{one.name} = {value or '（空）'}（{source}）\n    {one.help}")
    return DONE


def _key(_arguments: argparse.Namespace) -> int:
    print(f"GRID_SECRET_KEY={new_key()}")
    return DONE


def _public(name: str, value: str) -> str:
    """A setting's value fit to be shown: a database address without its password."""
    if name != "GRID_DATABASE" or not value:
        return value
    try:
        return shown(make_url(value))
    except ArgumentError:
        return "（写法不对，不显示）"


def _refuse(state: DatabaseState, ready: str = "") -> int:
    _complain(ready if ready and state.kind == "ready" else state.message)
    return FAILED


def _complain(text: str) -> None:
    print(text, file=sys.stderr)
