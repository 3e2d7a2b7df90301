"""Accounts and roles, as administrators keep them."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet

from data import setup_code
from data.check import check
from data.errors import RuleError
from data.queries.personal import fetch_account_phone
from data.writes.accounts_admin import (
    NewAccount,
    create_account,
    create_first_account,
    disable_account,
    enable_account,
    grant_role,
    reset_password,
    revoke_role,
)
from tests.data.writes.world import (
    NOW,
    ODD_TEXT,
    STAMP,
    World,
    dump,
    refused,
    revision_of,
    rolled_back,
    rows_of,
)

PHONE = "13812345678"
GOOD = "correct horse battery"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRID_SECRET_KEY", Fernet.generate_key().decode())


def account_of(world: World, **changes: Any) -> NewAccount:
    given: dict[str, Any] = {"login": "wang", "display_name": "王小明"}
    given["grants"] = [("worker", world.units["grid1"])]
    return create_account(world.engines, **STAMP | given | changes)


def admin_of(world: World, login: str = "boss") -> NewAccount:
    return account_of(world, login=login, grants=[("admin", None)])


def grants_of(world: World) -> list[tuple[int, str, int | None]]:
    return [(r.account_id, r.role, r.unit_id) for r in rows_of(world.engines, "account_grant")]


def test_create_account_commits(world: World) -> None:
    before = revision_of(world.engines)
    made = account_of(world, login="  Ｗang ")
    (row,) = rows_of(world.engines, "account")
    assert (row.login, row.display_name, row.must_change_password) == ("wang", "王小明", 1)
    assert len(made.password) == 19
    assert made.password not in repr(made)
    assert made.password not in str(dump(world.engines))
    assert grants_of(world) == [(made.id, "worker", world.units["grid1"])]
    entry = rows_of(world.engines, "audit_entry")[-1]
    assert (entry.action, entry.subject_id, entry.role) == ("create_account", made.id, "system")
    assert "argon2" not in entry.after
    assert revision_of(world.engines) == before + 1
    assert check(world.engines) == []


def test_create_account_rolls_back(world: World) -> None:
    with rolled_back(world.engines):
        account_of(world)


def test_no_two_accounts_get_the_same_first_password(world: World) -> None:
    made = [account_of(world, login=f"user{n}").password for n in range(20)]
    assert len(set(made)) == 20


def test_a_phone_stands_nowhere_in_the_database_file(world: World) -> None:
    made = account_of(world, phone=PHONE)
    read = {"account_id": made.id} | STAMP
    assert fetch_account_phone(world.engines, **read) == PHONE
    world.engines.dispose()
    file = str(world.engines.url.database)
    for name in (file, f"{file}-wal"):
        try:
            with open(name, "rb") as stored:
                held = stored.read()
        except FileNotFoundError:
            continue
        assert PHONE.encode() not in held
        assert PHONE[3:].encode() not in held


def test_without_a_key_a_phone_is_refused_and_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRID_SECRET_KEY")
    monkeypatch.setenv("GRID_DATABASE", "sqlite:////srv/grid/grid.db")
    with refused(world.engines, "电话", "GRID_SECRET_KEY"):
        account_of(world, phone=PHONE)
    account_of(world)


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"login": ""}, "账号名", "2 到 40"),
        ({"login": "<script>"}, "账号名", "2 到 40"),
        ({"login": "a' OR '1'='1"}, "账号名", "2 到 40"),
        ({"login": "wang\u202ename"}, "账号名", "2 到 40"),
        ({"login": "wang\x00"}, "账号名", "2 到 40"),
        ({"login": "长" * 10_000}, "账号名", "2 到 40"),
        ({"display_name": ""}, "姓名", "不能为空"),
        ({"display_name": "长" * 10_000}, "姓名", "最多 60 个字"),
        ({"display_name": "王\x07明"}, "姓名", "控制字符"),
        ({"display_name": "王\u202e明"}, "姓名", "文字方向"),
        ({"display_name": "王\n明"}, "姓名", "换行"),
        ({"password": "short"}, "密码", "至少 10 个字符"),
        ({"phone": "call me"}, "电话", "只能写数字"),
        ({"person_id": 9999}, "人员", "找不到"),
        ({"grants": [("king", None)]}, "角色", "没有所选的角色"),
        ({"grants": [("display", 1)]}, "角色", "没有所选的角色"),
        ({"grants": [("worker", None)]}, "单位", "须选一个单位"),
        ({"grants": [("admin", 1)]}, "单位", "管理员管全部单位"),
        ({"grants": [("worker", 9999)]}, "单位", "找不到"),
        ({"grants": [("worker", 1), ("worker", 1)]}, "角色", "已经有这个角色"),
    ],
)
def test_a_wrong_account_is_refused(
    world: World, changes: dict[str, Any], field: str, word: str
) -> None:
    with refused(world.engines, field, word):
        account_of(world, **changes)


def test_markup_in_a_name_is_stored_as_the_text_it_is(world: World) -> None:
    account_of(world, display_name=ODD_TEXT)
    assert rows_of(world.engines, "account")[0].display_name == ODD_TEXT


def test_a_login_is_taken_once_whatever_its_case(world: World) -> None:
    account_of(world)
    with refused(world.engines, "账号名", "已经有人用了"):
        account_of(world, login="WANG")


def first_of(world: World, code: str, **changes: Any) -> NewAccount:
    given = {"login": "boss", "display_name": "主任", "password": GOOD, "at": NOW}
    return create_first_account(world.engines, code=code, **given | changes)


def test_create_first_account_commits(world: World) -> None:
    code = setup_code.issue()
    made = first_of(world, f" {code.lower().replace('-', ' ')} ")
    assert grants_of(world) == [(made.id, "admin", None)]
    assert rows_of(world.engines, "account")[0].must_change_password == 0
    assert not setup_code.matches(code)
    setup_code.issue()
    with refused(world.engines, "账号", "已经有账号了"):
        first_of(world, code, login="second")


def test_create_first_account_rolls_back(world: World) -> None:
    code = setup_code.issue()
    with rolled_back(world.engines):
        first_of(world, code)
    assert setup_code.matches(code)


def test_the_first_account_needs_the_code_on_the_console(world: World) -> None:
    setup_code.withdraw()
    with refused(world.engines, "启用码", "控制台"):
        first_of(world, "")
    code = setup_code.issue()
    for _ in range(setup_code.MOST_TRIES):
        with refused(world.engines, "启用码", "控制台"):
            first_of(world, "AAAA-AAAA-AAAA")
    with refused(world.engines, "启用码", "重新启动"):
        first_of(world, code)


def test_reset_password_commits(world: World) -> None:
    made = account_of(world, password=GOOD)
    again = reset_password(world.engines, account_id=made.id, **STAMP)
    assert again.password != GOOD
    (row,) = rows_of(world.engines, "account")
    assert row.must_change_password == 1
    assert rows_of(world.engines, "audit_entry")[-1].action == "reset_password"


def test_reset_password_rolls_back(world: World) -> None:
    made = account_of(world)
    with rolled_back(world.engines):
        reset_password(world.engines, account_id=made.id, **STAMP)


def test_disable_account_commits(world: World) -> None:
    admin_of(world)
    made = account_of(world)
    disable_account(world.engines, account_id=made.id, **STAMP)
    assert rows_of(world.engines, "account")[1].disabled_at == NOW
    with refused(world.engines, "账号", "已经停用"):
        disable_account(world.engines, account_id=made.id, **STAMP)


def test_disable_account_rolls_back(world: World) -> None:
    admin_of(world)
    made = account_of(world)
    with rolled_back(world.engines):
        disable_account(world.engines, account_id=made.id, **STAMP)


def test_enable_account_commits(world: World) -> None:
    admin_of(world)
    made = account_of(world)
    disable_account(world.engines, account_id=made.id, **STAMP)
    enable_account(world.engines, account_id=made.id, **STAMP)
    assert rows_of(world.engines, "account")[1].disabled_at is None
    with refused(world.engines, "账号", "没有停用"):
        enable_account(world.engines, account_id=made.id, **STAMP)


def test_enable_account_rolls_back(world: World) -> None:
    admin_of(world)
    made = account_of(world)
    disable_account(world.engines, account_id=made.id, **STAMP)
    with rolled_back(world.engines):
        enable_account(world.engines, account_id=made.id, **STAMP)


def test_the_last_administrator_stays(world: World) -> None:
    boss = admin_of(world)
    with refused(world.engines, "角色", "至少要留一位"):
        disable_account(world.engines, account_id=boss.id, **STAMP)
    with refused(world.engines, "角色", "至少要留一位"):
        revoke_role(world.engines, grant_id=1, **STAMP)
    admin_of(world, "second")
    revoke_role(world.engines, grant_id=1, **STAMP)


def test_grant_role_commits(world: World) -> None:
    made = account_of(world)
    given = {"account_id": made.id, "role": "worker", "unit_id": world.units["grid2"]}
    grant_role(world.engines, **given, **STAMP)
    assert [g[2] for g in grants_of(world)] == [world.units["grid1"], world.units["grid2"]]
    with pytest.raises(RuleError, match="已经有这个角色"):
        grant_role(world.engines, **given, **STAMP)


def test_grant_role_rolls_back(world: World) -> None:
    made = account_of(world)
    with rolled_back(world.engines):
        grant_role(world.engines, account_id=made.id, role="admin", unit_id=None, **STAMP)


def test_revoke_role_commits(world: World) -> None:
    admin_of(world)
    account_of(world)
    revoke_role(world.engines, grant_id=2, **STAMP)
    assert [g[1] for g in grants_of(world)] == ["admin"]
    assert '"role": "worker"' in rows_of(world.engines, "audit_entry")[-1].before


def test_revoke_role_rolls_back(world: World) -> None:
    admin_of(world)
    account_of(world)
    with rolled_back(world.engines):
        revoke_role(world.engines, grant_id=2, **STAMP)
