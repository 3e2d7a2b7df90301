"""Who gets to see which page, under whose name, and for how long a cookie is worth anything."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from components.navigation import PAGES, PageEntry
from data.access import SESSION_IDLE
from data.access_table import ACCESS
from data.engines import Engines, open_engines
from data.identity import system, visitor
from data.sessions import resolve_session
from data.writes.accounts_admin import create_account, disable_account, revoke_role
from data.writes.displays import create_display_key, revoke_display_key, set_public_display
from data.writes.sessions import change_password, close_session, open_session, revoke_session
from tests.pages import people
from tests.pages.driver import (
    everything_said,
    html_of,
    notice,
    open_figure,
    open_page,
    page_links,
    press,
    reading,
    row_counts,
    said,
)

ROLES = {
    people.ADMIN: "admin",
    people.LEADER: "leader",
    people.SECRETARY: "secretary",
    people.WORKER: "worker",
}
SYSTEM = system("测试", "test")
WORD, OTHER = "pear-anchor-quiet-lamp", "seven-green-boats-drift"
FORGED = ["forged", "x" * 3000, "' or 1=1 --", "<script>", "\u202e\x00"]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def shut(own_small: str) -> str:
    """A private street whose displays are not public."""
    set_public_display(open_engines(own_small), public=False, actor=SYSTEM, at=now())
    return own_small


def gated(page: AppTest) -> bool:
    """Whether a gate stands there instead of the page."""
    assert not page.exception
    return 'class="notice"' in html_of(page) and not page.button and not page.selectbox


def granted(login: str, entry: PageEntry) -> bool:
    return bool(getattr(ACCESS[entry.needs], ROLES[login]))


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
@pytest.mark.parametrize("login", ROLES)
def test_a_role_opens_what_the_table_grants_and_nothing_else(
    small: str, login: str, entry: PageEntry
) -> None:
    page = open_page(entry, who=login)
    assert gated(page) is not granted(login, entry)
    assert set(page_links(page)) == {e.title for e in PAGES if granted(login, e)}


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_a_visitor_sees_displays_only_where_they_are_public(small: str, entry: PageEntry) -> None:
    page = open_page(entry, who="")
    assert gated(page) is (entry.needs != "view_board")
    assert set(page_links(page)) == {e.title for e in PAGES if e.needs == "view_board"}


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_a_visitor_sees_nothing_where_they_are_not(shut: str, entry: PageEntry) -> None:
    page = open_page(entry, who="", unit="A", period="month")
    assert gated(page)
    assert notice(page)[0] == "请先登录"
    assert page_links(page) == {}
    with reading(shut) as connection:
        units = connection.scalars(text("select name from unit")).all()
    assert [name for name in units if name in everything_said(page)] == []
    assert re.search(r'href="/login\?next=%2F[^"]*unit%3DA', html_of(page))


@pytest.mark.parametrize("token", FORGED)
def test_a_forged_cookie_is_a_visitors(shut: str, token: str) -> None:
    page = open_page("总览", token=token)
    assert notice(page)[0] == "登录已失效"
    assert page_links(page) == {}


def test_the_band_says_who_is_logged_in(small: str) -> None:
    assert ">登录</a></div></header>" in html_of(open_page("总览", who=""))
    corner = html_of(open_page("总览", who=people.WORKER))
    assert "<span>体验网格员<em>体验</em></span>" in corner
    assert 'action="/logout"' in corner


def test_a_name_in_the_band_is_plain_text(own_small: str) -> None:
    token = account(own_small, "<b onclick=x>王&")[1]
    assert "&lt;b onclick=x&gt;王&amp;" in html_of(open_page("总览", token=token))


def account(url: str, name: str = "李娜", role: str = "admin") -> tuple[int, str]:
    """An account that may begin at once: its id and a token."""
    engines = open_engines(url)
    facts = {"login": "li.na", "display_name": name, "password": WORD}
    made = create_account(engines, **facts, grants=[(role, None)], actor=SYSTEM, at=now())
    with engines.write() as connection:
        connection.execute(text("update account set must_change_password = 0"))
    return made.id, entered(engines)


def entered(engines: Engines) -> str:
    who = visitor(people.ADDRESS)
    return open_session(engines, login="li.na", password=WORD, actor=who, at=now()).token


def ends(engines: Engines, how: str, token: str, account_id: int) -> None:
    """The ways in which a cookie becomes worthless."""
    who = resolve_session(engines, token, at=now(), address=people.ADDRESS)
    assert who
    number = int(who.session_id or 0)
    if how == "logout":
        close_session(engines, actor=who, at=now())
    elif how == "password":
        change_password(engines, old=WORD, new=OTHER, actor=who, at=now())
    elif how == "revoked":
        revoke_session(engines, session_id=number, actor=SYSTEM, at=now())
    elif how == "disabled":
        disable_account(engines, account_id=account_id, actor=SYSTEM, at=now())
    else:
        idle = now() - timedelta(seconds=SESSION_IDLE + 60)
        with engines.trace() as connection:
            changed = text("update session set last_seen_at = :at where id = :id")
            connection.execute(changed, {"at": idle.replace(tzinfo=None), "id": number})


ENDS = ["logout", "password", "revoked", "disabled", "idle"]


@pytest.mark.parametrize("how", ENDS)
def test_a_stolen_cookie_is_worth_nothing_once_the_login_has_ended(shut: str, how: str) -> None:
    account_id, token = account(shut)
    assert not gated(open_page("系统管理", token=token))
    ends(open_engines(shut), how, token, account_id)
    assert notice(open_page("系统管理", token=token))[0] == "登录已失效"


@pytest.mark.parametrize("how", ENDS)
def test_a_page_that_stands_open_shuts_with_its_next_run(shut: str, how: str) -> None:
    account_id, token = account(shut)
    page = open_page("系统管理", token=token)
    ends(open_engines(shut), how, token, account_id)
    assert notice(page.run())[0] == "登录已失效"
    assert page_links(page) == {}


@pytest.mark.parametrize("how", ENDS)
def test_a_form_that_stands_open_writes_nothing_more(own_small: str, how: str) -> None:
    account_id, token = account(own_small)
    page = open_page("系统管理", token=token)
    ends(open_engines(own_small), how, token, account_id)
    before = row_counts(own_small)
    press(page, "从这天起执行")
    assert row_counts(own_small) == before
    assert gated(page)


def test_a_role_taken_away_is_gone_with_the_next_run(own_small: str) -> None:
    _, token = account(own_small)
    page = open_page("系统管理", token=token)
    with reading(own_small) as connection:
        grant = connection.scalar(text("select max(id) from account_grant"))
    revoke_role(open_engines(own_small), grant_id=int(grant or 0), actor=SYSTEM, at=now())
    assert notice(page.run())[0] == "账号还没有角色"


def test_a_first_password_opens_no_page(own_small: str) -> None:
    _, token = account(own_small)
    with open_engines(own_small).write() as connection:
        connection.execute(text("update account set must_change_password = 1"))
    for title in ("总览", "系统管理"):
        page = open_page(title, token=token)
        assert notice(page)[0] == "请先修改密码"
        assert 'href="/password"' in html_of(page)


def test_a_display_shows_its_unit_and_what_lies_below(shut: str) -> None:
    engines = open_engines(shut)
    with reading(shut) as connection:
        query = "select id, code, name from unit where level = 'community' order by path"
        (number, code, name), (_, other, _), *_ = connection.execute(text(query)).all()
    made = create_display_key(engines, name="大厅", unit_id=number, actor=SYSTEM, at=now())
    page = open_page("总览", who="", key=made.key, unit=other)
    assert not page.exception
    assert page.query_params["unit"] == code
    listed = re.search(r'id="choose_unit".*?</select>', html_of(page))
    assert listed
    assert name in listed[0]
    assert f'value="{other}"' not in listed[0]
    links = page_links(page)
    assert set(links) == {e.title for e in PAGES if e.needs == "view_board"}
    assert all(f"key={made.key}" in address for address in links.values())
    assert gated(open_page("数据填报", who="", key=made.key))
    revoke_display_key(engines, key_id=made.id, actor=SYSTEM, at=now())
    assert notice(page.run())[0] == "大屏密钥已停用"


def test_who_has_one_community_sees_no_other_where_displays_are_not_public(shut: str) -> None:
    with reading(shut) as connection:
        asked = "select u.path from account_grant g join unit u on u.id = g.unit_id join account a"
        asked += " on a.id = g.account_id where a.login = 'demo-secretary'"
        path = connection.scalar(text(asked))
        inside = set(
            connection.scalars(text("select code from unit where path like :p"), {"p": f"{path}%"})
        )
    for title in ("总览", "网格地图", "党员积分"):
        page = open_page(title, who=people.SECRETARY, unit="A-nowhere")
        assert not page.exception
        listed = re.search(r'id="choose_unit".*?</select>', html_of(page))
        assert listed
        assert set(re.findall(r'value="([^"]+)"', listed[0])) <= inside


def names_of(url: str, query: str) -> set[str]:
    with reading(url) as connection:
        return set(connection.scalars(text(query)))


PERSON = "select distinct p.name from person p join member m on m.person_id = p.id"


@pytest.mark.parametrize(
    ("login", "full"), [("", False), (people.LEADER, True), (people.ADMIN, True)]
)
def test_full_names_stand_in_the_members_file_for_who_may_read_them(
    small: str, login: str, full: bool
) -> None:
    page = open_page("党员积分", who=login)
    listed = "".join(page.selectbox(key="members_file_pick").options)
    assert any(name in listed for name in names_of(small, PERSON)) is full


def test_names_read_by_one_are_not_shown_to_the_next(small: str) -> None:
    """The caches are everybody's: a leader's look must leave no name in them."""
    names = names_of(small, PERSON)
    for title in ("党员积分", "网格地图", "志愿排行"):
        for login in (people.ADMIN, ""):
            page = open_page(title, who=login)
        said_to_visitor = everything_said(page)
        assert [name for name in names if len(name) > 2 and name in said_to_visitor] == []


def test_each_look_at_names_is_told_to_the_log(own_small: str) -> None:
    with reading(own_small) as connection:
        before = connection.scalar(text("select max(id) from audit_entry")) or 0
    open_page("党员积分", who=people.LEADER)
    asked = "select action, role, name from audit_entry where action like 'fetch_member%'"
    with reading(own_small) as connection:
        told = {tuple(row) for row in connection.execute(text(f"{asked} and id > {before}"))}
    assert told == {
        ("fetch_member_names", "leader", "体验领导"),
        ("fetch_member_file", "leader", "体验领导"),
    }


def test_rows_behind_a_figure_are_named_for_who_may_read_them(small: str) -> None:
    shown = []
    for login in (people.ADMIN, ""):
        page = open_figure(open_page("志愿排行", who=login), "volunteers_volunteers")
        assert not page.exception
        shown.append("含姓名" in html_of(page))
    assert shown == [True, False]


def test_a_dialog_that_stands_open_shuts_too(shut: str) -> None:
    _, token = account(shut)
    page = open_figure(open_page("总览", token=token), "overview_members")
    ends(open_engines(shut), "revoked", token, 0)
    assert notice(page.run())[0] == "登录已失效"


def test_the_admin_refused_by_the_write_says_why(own_small: str) -> None:
    page = open_page("系统管理")
    page.text_input(key="admin_account_login").set_value("<b>x")
    press(page, "新增账号")
    assert ["账号名须是" in words for words in said(page)] == [True]
