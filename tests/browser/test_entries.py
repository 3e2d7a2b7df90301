"""What is entered for a grid moves the figures that count it, by exactly that much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from data.engines import open_engines
from data.identity import system
from data.method import Method
from data.periods import local_date
from data.settings import zone
from data.writes.approvals import record_decisions
from tests.browser.looking import (
    card,
    expect_no_fault,
    first_step,
    number_in,
    pick,
    press,
    submit,
    type_day,
    visit,
)
from tests.browser.phone import SAVED, logged_in
from tests.browser.street import Street, Unit


@pytest.fixture
def page(browser: Browser, open_street: Street) -> Iterator[Page]:
    """An administrator at a desk."""
    size = {"width": 1920, "height": 1080}
    with logged_in(browser, open_street, "demo-admin", viewport=size) as context:
        yield context.new_page()


def moving_figures(page: Page, street: Street, grid: str) -> dict[str, float]:
    """Open and received appeals wherever they are shown, for a grid and for the street."""
    visit(page, f"{street.address}/appeals?unit={grid}&period=year")
    found = {"funnel": first_step(page, "appeals_funnel")}
    visit(page, f"{street.address}/map?unit={grid}&period=year")
    facts = page.locator(".st-key-panel_map_unit .facts")
    for metric in ("open_appeals", "received_appeals", "members"):
        found[f"map {metric}"] = number_in(facts.locator(f"[data-metric={metric}] b"))
    visit(page, f"{street.address}/?period=year")
    for metric in ("open_appeals", "members"):
        found[f"overview {metric}"] = number_in(card(page, "overview", metric))
    return found


def test_a_registered_appeal_moves_each_figure_by_one(
    page: Page, open_street: Street, method: Method
) -> None:
    grid = open_street.grid(1)
    before = moving_figures(page, open_street, grid.code)
    first = method.workflows[0].key
    category = next(c for c in method.categories if c.workflow == first)

    visit(page, f"{open_street.address}/entry?grid={grid.code}&form=appeal")
    expect(page.locator(".st-key-entry_grid input")).to_have_value(re.compile(grid.name))
    press(page, "entry_appeal_category", category.name)
    page.get_by_role("textbox", name="诉求标题").fill("楼道灯不亮")
    page.get_by_role("textbox", name="具体情况").fill("三单元二楼，昨晚起")
    submit(page, "entry_appeal")
    expect(page.locator(SAVED)).to_contain_text("已登记")
    expect(page.get_by_role("textbox", name="诉求标题")).to_have_value("")
    expect_no_fault(page)

    after = moving_figures(page, open_street, grid.code)
    moved = {name: after[name] - before[name] for name in before}
    assert moved == {
        "funnel": 1,
        "map open_appeals": 1,
        "map received_appeals": 1,
        "map members": 0,
        "overview open_appeals": 1,
        "overview members": 0,
    }


def hours_shown(page: Page, street: Street, grid: str) -> tuple[float, float]:
    """A grid's hours on the card, and added up from the ranking's rows."""
    today = local_date(datetime.now(UTC), zone())
    days = f"first={today - timedelta(days=90)}&last={today}"  # across a new year too
    visit(page, f"{street.address}/volunteers?unit={grid}&period=custom&{days}")
    table = page.locator(".st-key-panel_volunteers_people table")
    expect(table).to_be_visible()
    hours = table.locator("th").all_inner_texts().index("时长（小时）")
    rows = table.locator("tbody tr").all()
    ranked = [number_in(row.locator("td").nth(hours)) for row in rows]
    return number_in(card(page, "volunteers", "hours")), round(sum(ranked), 1)


def approve_all_that_waits(street: Street) -> None:
    """Empty the approval list, which offers the oldest entries first."""
    engines, now = open_engines(street.url), datetime.now(UTC)
    for subject in ("points_entry", "service_record"):
        ids = [row[0] for row in street.rows(f"select id from {subject} where status = 'pending'")]
        if ids:
            signed = {"at": now, "actor": system("测试", "test")}
            record_decisions(
                engines, subject=subject, subject_ids=ids, verdict="approved", **signed
            )
    engines.dispose()


def enter_two_hours(page: Page, street: Street, grid: Unit, volunteer: str) -> None:
    """Two hours of yesterday for one volunteer, as a form is filled in at a desk."""
    visit(page, f"{street.address}/entry?grid={grid.code}&form=service")
    press(page, "entry_service_activity", "助老助餐")
    page.locator(".st-key-entry_service_people button").filter(has_text=volunteer).first.click()
    expect(page.get_by_text("已选 1 人")).to_be_visible()
    press(page, "entry_service_length", "2小时")
    press(page, "entry_service_when", "其他时间")
    yesterday = local_date(datetime.now(UTC), zone()) - timedelta(days=1)
    type_day(page, "entry_service_day", f"{yesterday:%Y%m%d}")
    submit(page, "entry_service")
    expect(page.locator(SAVED)).to_contain_text("待审核后计入排行")


def secretarys_grid(street: Street) -> Unit:
    """A grid of the demo secretary's community, not the demo worker's."""
    return street.units(
        "level = 'grid' and boundary is not null and path like (select u.path || '%' from unit u "
        "join account_grant g on g.unit_id = u.id join account a on a.id = g.account_id "
        "where a.login = 'demo-secretary')"
    )[1]


def test_hours_count_only_once_approved(browser: Browser, page: Page, open_street: Street) -> None:
    approve_all_that_waits(open_street)
    grid = secretarys_grid(open_street)
    volunteer = open_street.value(
        "select p.name from volunteer v join service_record s on s.volunteer_id = v.id "
        "join person p on p.id = v.person_id "
        "where v.unit_id = ? and v.left_on is null and v.in_public_ranking "
        "and s.status = 'approved' order by s.started_at desc limit 1",
        grid.id,
    )
    before = hours_shown(page, open_street, grid.code)

    size = {"width": 1920, "height": 1080}
    with logged_in(browser, open_street, "demo-secretary", viewport=size) as context:
        enter_two_hours(context.new_page(), open_street, grid, volunteer)
    assert hours_shown(page, open_street, grid.code) == before

    visit(page, f"{open_street.address}/approvals")
    page.locator(".st-key-decide_rows button").filter(has_text="助老助餐").click()
    submit(page, "decide")
    expect(page.locator(SAVED)).to_contain_text("已审核 1 条")
    expect_no_fault(page)
    assert hours_shown(page, open_street, grid.code) == (before[0] + 2, before[1] + 2)


def test_points_reach_the_members_ledger(page: Page, open_street: Street, method: Method) -> None:
    grid = open_street.grid(3)
    rule = method.rule("attend_emergency")
    year = local_date(datetime.now(UTC), zone()).year
    # The best of last year, so that the file may be shown in any month; below the rule's cap.
    ((name, member),) = open_street.rows(
        "select o.name, m.code from member m join points_entry p on p.member_id = m.id "
        "join person o on o.id = m.person_id "
        "where m.unit_id = ? and m.left_on is null and p.status = 'approved' group by m.id "
        "having total(case when p.rule_key = ? and p.happened_on >= ? then p.points end) <= ? "
        "order by total(case when p.happened_on between ? and ? then p.points end) desc limit 1",
        *(grid.id, rule.key, f"{year}-01-01", (rule.cycle_cap or 0) - 2),
        *(f"{year - 1}-01-01", f"{year - 1}-12-31"),
    )

    visit(page, f"{open_street.address}/entry?grid={grid.code}&form=points")
    press(page, "entry_points_group", rule.group or "")
    page.locator(".st-key-entry_points_rule button").filter(has_text=rule.name).click()
    expect(page.locator(f".st-key-entry_points_value_{rule.key}")).to_be_visible()
    page.locator(".st-key-entry_points_members button").filter(has_text=name).first.click()
    expect(page.get_by_text("已选 1 人")).to_be_visible()
    page.get_by_role("textbox", name="说明").fill("深夜管道抢修")
    submit(page, "entry_points")
    expect(page.locator(SAVED)).to_contain_text(f"已记录 1 名党员“{rule.name}”")

    last_year = f"period=custom&first={year - 1}-01-01&last={year - 1}-12-31"
    visit(page, f"{open_street.address}/members?unit={grid.code}&{last_year}")
    pick(page, "members_file_pick", member, member)
    row = page.locator(".st-key-panel_members_file tr", has_text="深夜管道抢修")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(rule.name)
    expect(row).to_contain_text("+2")
    expect_no_fault(page)
