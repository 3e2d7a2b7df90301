"""系统管理: accounts, logins, displays and the log, as an administrator keeps them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select, text
from streamlit.testing.v1 import AppTest

from components.wall import texts as t
from components.wall.access import audience
from components.wall.options import parse
from data.engines import open_engines
from data.identity import visitor
from data.schema import unit as unit_table
from data.sessions import resolve_session
from data.writes.sessions import open_session
from tests.pages import people
from tests.pages.driver import everything_said, fill, html_of, open_page, press, reading, said

FIRST = re.compile(r"首次密码：([a-z0-9-]{19})")


def pick(page: AppTest, what: str) -> AppTest:
    """The form for one thing to do with accounts."""
    return fill(page, 要做什么=what).run()


def choose(page: AppTest, key: str, word: str) -> AppTest:
    """The first option of a list that holds ``word``."""
    box = page.selectbox(key=key)
    box.select(next(option for option in box.options if word in option))
    return page


def create(page: AppTest, login: str = "zhao_yi", role: str = "网格员") -> AppTest:
    page.text_input(key="admin_account_login").set_value(login)
    page.text_input(key="admin_account_name").set_value("赵一")
    page.selectbox(key="admin_account_role").select(role)
    if role != "管理员":
        options = page.selectbox(key="admin_account_unit").options
        page.selectbox(key="admin_account_unit").select(options[1])
    return press(page, "新增账号")


def one(url: str, query: str) -> str:
    with reading(url) as connection:
        return str(connection.scalar(text(query)))


def test_a_new_account_gets_a_password_that_is_shown_once(own_small: str) -> None:
    page = create(open_page("系统管理"))
    assert not page.exception
    (found,) = FIRST.findall(said(page)[0])
    who, now = visitor("10.4.4.4"), datetime.now(UTC)
    opened = open_session(
        open_engines(own_small), login="zhao_yi", password=found, actor=who, at=now
    )
    assert opened.must_change_password
    assert found not in everything_said(page.run())
    assert "待改密码" in html_of(page)


@pytest.mark.parametrize("role", ["管理员", "领导", "书记/社区"])
def test_every_role_can_be_given(own_small: str, role: str) -> None:
    create(open_page("系统管理"), role=role)
    with reading(own_small) as connection:
        asked = "select count(*) from account a join account_grant g on g.account_id = a.id"
        assert connection.scalar(text(f"{asked} where a.login = 'zhao_yi'")) == 1


def test_an_account_without_a_unit_is_refused_and_says_why(own_small: str) -> None:
    page = open_page("系统管理")
    page.text_input(key="admin_account_login").set_value("zhao_yi")
    page.text_input(key="admin_account_name").set_value("赵一")
    press(page, "新增账号")
    assert said(page) == ["没有保存：网格员须选一个单位，请修改"]
    assert page.text_input(key="admin_account_login").value == "zhao_yi"


def test_a_role_is_granted_and_taken_back(own_small: str) -> None:
    page = pick(open_page("系统管理"), "授予角色")
    choose(page, "admin_account_who", "demo-leader")
    page.selectbox(key="admin_account_role").select("管理员")
    assert said(press(page, "授予角色")) == ["已授予 demo-leader：管理员。"]
    page = choose(pick(page, "收回角色"), "admin_account_grant", "demo-leader　管理员")
    assert "已收回" in said(press(page, "收回角色"))[0]
    held = "select count(*) from account_grant g join account a on a.id = g.account_id"
    assert one(own_small, f"{held} where a.login = 'demo-leader'") == "1"


def test_the_last_administrator_cannot_be_shut_out(own_small: str) -> None:
    page = choose(pick(open_page("系统管理"), "停用"), "admin_account_who", "demo-admin")
    assert "没有保存：不能停用自己" in said(press(page, "停用"))[0]


def test_a_disabled_account_is_enabled_again(own_small: str) -> None:
    page = choose(pick(open_page("系统管理"), "停用"), "admin_account_who", "demo-worker")
    assert "已停用 demo-worker" in said(press(page, "停用"))[0]
    page = choose(pick(page, "启用"), "admin_account_who", "demo-worker")
    assert said(press(page, "启用")) == ["已启用 demo-worker。"]


def test_a_reset_shows_a_new_password_and_ends_the_logins(own_small: str) -> None:
    page = create(open_page("系统管理"))
    page = choose(pick(page, "重置密码"), "admin_account_who", "zhao_yi")
    assert "只显示这一次" in said(press(page, "重置密码"))[0]


def test_ending_somebodys_login_works_at_once(own_small: str) -> None:
    token = people.new_token(own_small, people.LEADER)
    page = choose(open_page("系统管理"), "admin_session_pick", "demo-leader")
    assert "已结束 demo-leader 的登录" in said(press(page, "结束这次登录"))[0]
    now = datetime.now(UTC)
    assert resolve_session(open_engines(own_small), token, at=now, address="x") is None


def test_ones_own_other_logins_are_ended(own_small: str) -> None:
    for _ in range(3):
        people.new_token(own_small, people.ADMIN)
    mine = people.new_token(own_small, people.ADMIN)
    page = press(open_page("系统管理", token=mine), "退出其他地方的登录")
    assert re.fullmatch(r"已退出其他地方的 [3-9] 次登录。", said(page)[0])


def test_a_displays_address_is_shown_once_and_opens_its_unit(own_small: str) -> None:
    page = open_page("系统管理")
    page = page.selectbox(key="wall_link_unit").select_index(1).run()
    page.text_input(key="admin_display_name").set_value("一楼*大厅*")
    chosen = page.selectbox(key="wall_link_unit").value
    press(page, "生成带密钥的网址")
    (link,) = (code.value for code in page.code if "key=" in code.value)
    asked = dict(parse_qsl(urlsplit(link).query))
    assert urlsplit(link).path == "/wall"
    assert asked["unit"] == chosen
    engines = open_engines(own_small)
    shown = audience(asked["key"], "", "x")
    assert shown is not None
    with engines.read() as connection:
        path = connection.scalar(select(unit_table.c.path).where(unit_table.c.code == chosen))
    assert shown.reach == (path,)
    assert asked["key"] not in everything_said(page.run())
    page = choose(page, "admin_display_end_pick", "一楼")
    assert "已停用" in said(press(page, "停用"))[0] or "已停用" in said(page)[0]
    assert audience(asked["key"], "", "x") is None


def test_the_address_says_what_was_chosen_and_what_cannot_be_used(own_small: str) -> None:
    page = open_page("系统管理")
    page.multiselect(key="wall_link_scenes").set_value(["map", "overview"]).run()
    page.number_input(key="wall_link_seconds_map").set_value(40).run()
    page.text_input(key="wall_link_schedule").set_value("7-22").run()
    page.segmented_control(key="wall_link_theme").set_value("light").run()
    page = page.toggle(key="wall_link_present").set_value(True).run()
    (link,) = (code.value for code in page.code)
    asked = parse(parse_qsl(urlsplit(link).query))
    assert asked.seconds == {"map": 40, "overview": 20}
    assert (asked.theme, asked.present, len(asked.schedule)) == ("light", True, 1)
    page = page.text_input(key="wall_link_schedule").set_value("七点").run()
    assert [error.value for error in page.error] == [t.WRONG_SCHEDULE.format("七点")]
    page = page.text_input(key="wall_link_schedule").set_value("").run()
    page = page.multiselect(key="wall_link_scenes").set_value([]).run()
    assert "至少写一个场景" in page.error[0].value


def test_displays_are_shut_and_opened(own_small: str) -> None:
    page = press(open_page("系统管理"), "改为登录才能看")
    assert "请先登录" in html_of(open_page("总览", who=""))
    press(page, "改为免登录可看")
    assert "请先登录" not in html_of(open_page("总览", who=""))


def test_the_log_tells_who_did_what_and_can_be_verified(own_small: str) -> None:
    page = create(open_page("系统管理"))
    table = next(part for part in html_of(page).split("<table>") if "前 → 后" in part)
    first = [re.sub("<.*?>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", table)][:7]
    assert first[1:5] == ["体验管理员", "管理员", "增加账号", first[4]]
    assert "zhao_yi" in first[4]
    assert first[6] == people.ADDRESS
    page.button(key="admin_audit_check").click().run()
    assert said(page) == ["日志链完整，没有被改动。"]


def test_a_tampered_log_is_named(own_small: str) -> None:
    page = open_page("系统管理")
    with open_engines(own_small).write() as connection:
        connection.execute(text("update audit_entry set name = '别人' where id = 1"))
    page.button(key="admin_audit_check").click().run()
    assert "日志链断在第 1 条" in said(page)[0]


def test_the_log_is_filtered_by_who_and_what(own_small: str) -> None:
    open_page("党员积分", who=people.LEADER)
    page = choose(open_page("系统管理"), "admin_audit_who", "体验领导").run()
    page = choose(page, "admin_audit_what", "查看党员档案").run()
    table = next(part for part in html_of(page).split("<table>") if "前 → 后" in part)
    rows = [
        re.findall(r"<td[^>]*>(.*?)</td>", row) for row in table.split("</table>")[0].split("<tr>")
    ]
    assert {(row[1], row[3]) for row in rows if row} == {("体验领导", "查看党员档案")}


def test_the_log_speaks_chinese(own_small: str) -> None:
    create(open_page("系统管理"))
    table = next(
        part for part in html_of(open_page("系统管理")).split("<table>") if "前 → 后" in part
    )
    words = re.sub(r"<[^>]*>|demo-\w+|zhao_yi", " ", table.split("</table>")[0])
    assert re.findall(r"[A-Za-z]{2,}", words) == []
