"""From a database URL to a database that pages can read: build, migrate or explain.

The work runs once a process and URL, in a thread, so that the first page can
show how far the sample database has got.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import select

from data import setup_code
from data.access import is_sample
from data.engines import open_engines, sqlite_warning
from data.errors import RuleError
from data.keeping.upgrading import backup_before_upgrade
from data.method.loading import MethodError, load_preset
from data.migrate import upgrade
from data.queries.accounts import has_accounts
from data.queries.methods import fetch_methods
from data.sample.accounts import add_demo_accounts
from data.sample.build import build_sample
from data.schema import revision
from data.settings import SAMPLE_FILE, database_url, setting, uses_sample, whole_number
from data.startup import database_state

log = logging.getLogger(__name__)

SAMPLE_LASTS = timedelta(days=1)
CODE = "还没有任何账号。请在启用页面输入这个一次性启用码建立管理员：{}"
KEEPING = "新版程序要升级数据库，正在先做备份"
SAMPLE_WRITES = 1  # the revision that a sample is born with

Kind = Literal["building", "ready", "empty", "broken"]


@dataclass(frozen=True)
class Status:
    """How far starting up has got; ``message`` is Chinese, ``progress`` 0–1."""

    kind: Kind
    message: str = ""
    progress: float = 0.0


_lock = threading.Lock()
_statuses: dict[str, Status] = {}


def begin() -> None:
    """Start preparing the configured database, once; safe to call again."""
    url = database_url()
    with _lock:
        if url in _statuses:
            return
        _statuses[url] = Status("building", "正在检查数据库")
    warning = sqlite_warning()
    if warning:
        log.warning(warning)
    threading.Thread(target=_prepare, args=(url,), name="boot", daemon=True).start()


def status() -> Status:
    """Where the configured database stands; starts preparing it if nobody has."""
    begin()
    return _statuses[database_url()]


def forget() -> None:
    """Look at the configured database afresh next time (after set-up, or in a test)."""
    with _lock:
        _statuses.pop(database_url(), None)


def stop() -> None:
    """Close the configured database."""
    open_engines(database_url()).dispose()


def _prepare(url: str) -> None:
    try:
        result = _build_sample(url) if uses_sample() and not _sample_serves(url) else _open(url)
    except (MethodError, RuleError) as error:
        result = Status("broken", str(error))
    except Exception as error:  # the page must show that starting failed, whatever the reason
        log.exception("the database could not be prepared")
        result = Status("broken", f"数据库未能准备好（{type(error).__name__}），详情见服务器日志")
    _statuses[url] = result


def _sample_serves(url: str) -> bool:
    """Whether the sample database that lies there is to be used.

    It is built afresh when it is over a day old or of another method, because its
    history is to end now; but never once somebody has written to it.
    """
    if not SAMPLE_FILE.exists():
        return False
    kind = database_state(url).kind
    if kind not in ("ready", "outdated"):
        return True  # let it be opened, and what is wrong with it be shown
    with open_engines(url).read() as connection:
        writes = connection.execute(select(revision.c.value, revision.c.changed_at)).one()
        untouched = writes.value <= SAMPLE_WRITES
        if kind == "outdated":
            return not untouched
        method = fetch_methods(connection)[0].method
    fresh = datetime.now(UTC) - writes.changed_at < SAMPLE_LASTS
    return not untouched or (fresh and method.key == setting("GRID_SAMPLE_METHOD"))


def _open(url: str) -> Status:
    state = database_state(url)
    if state.kind == "outdated" and not uses_sample():
        _statuses[url] = Status("building", KEEPING)
        backup_before_upgrade(url)
    if state.kind in ("missing", "outdated"):
        upgrade(url)
        state = database_state(url)
    if state.kind == "ready":
        with open_engines(url).read() as connection:
            fetch_methods(connection)  # a stored method that no longer validates stops here
        _welcome(url)
    elif state.kind == "empty":
        _welcome(url)
    if state.kind in ("ready", "empty"):
        return Status(state.kind, progress=1.0)
    return Status("broken", state.message)


def _welcome(url: str) -> None:
    """Let the first person in: by demo accounts in the sample, by a one-time code elsewhere."""
    engines = open_engines(url)
    if uses_sample():
        with engines.read() as connection:
            complete = is_sample(connection)
        if not complete:  # made before there were accounts, and written to since
            with engines.trace() as connection:
                add_demo_accounts(connection, datetime.now(UTC))
        return
    with engines.read() as connection:
        nobody = not has_accounts(connection)
    if nobody:
        # printed whatever the level of logging is: without it nobody can log in
        print(CODE.format(setup_code.issue()), flush=True)  # noqa: T201


def _build_sample(url: str) -> Status:
    def report(fraction: float, text: str) -> None:
        _statuses[url] = replace(_statuses[url], message=text, progress=fraction)
        log.info("示例数据 %3.0f%% %s", fraction * 100, text)

    SAMPLE_FILE.parent.mkdir(parents=True, exist_ok=True)
    method = load_preset(setting("GRID_SAMPLE_METHOD"))
    seed = whole_number("GRID_SAMPLE_SEED")
    open_engines(url).dispose()
    for stale in SAMPLE_FILE.parent.glob(f"{SAMPLE_FILE.name}*"):
        stale.unlink()
    build_sample(url, seed=seed, method=method, now=datetime.now(UTC), progress=report)
    return Status("ready", progress=1.0)
