"""Wrong input is refused in Chinese, writes nothing and loses nothing that was typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from data.periods import local_date
from data.settings import zone
from tests.browser.looking import expect_no_fault, pick, press, settle, submit, type_day, visit
from tests.browser.phone import logged_in
from tests.browser.street import Street

REFUSED = "[data-testid=stAlertContentError]"
SCRIPT = "<script>alert(1)</script>🚧"
LONG = "长" * 3000
# how high a folded block is, right after its heading was pressed, and when all has settled
OPENED_HEIGHTS = """async (block) => {
  const details = document.querySelector(`${block} details`);
  const height = () => details.getBoundingClientRect().height;
  const folded = height();
  details.querySelector("summary").click();
  await new Promise(requestAnimationFrame);
  const first = height();
  await new Promise((done) => setTimeout(done, 1500));
  return {folded, first, later: height()};
}"""


@pytest.fixture
def form(browser: Browser, open_street: Street) -> Iterator[Page]:
    """The appeal form of a grid, with everything filled in but title and content."""
    size = {"width": 1920, "height": 1080}
    with logged_in(browser, open_street, "demo-admin", viewport=size) as context:
        page = context.new_page()
        visit(page, f"{open_street.address}/entry?grid={open_street.grid(4).code}&form=appeal")
        press(page, "entry_appeal_category", "公共设施")
        settle(page)
        yield page


def appeals_held(street: Street) -> tuple[int, int]:
    count = street.value("select count(*) from appeal")
    return count, street.value("select count(*) from appeal_event")


@pytest.mark.parametrize(
    ("title", "content", "said"),
    [("", "水管漏水", "诉求标题"), ("水管漏水😀", LONG, "3000"), (LONG, "水管漏水", "3000")],
    ids=["no title", "long content", "long title"],
)
def test_a_wrong_text_is_refused(
    form: Page, open_street: Street, title: str, content: str, said: str
) -> None:
    held = appeals_held(open_street)
    form.get_by_role("textbox", name="诉求标题").fill(title)
    form.get_by_role("textbox", name="具体情况").fill(content)
    submit(form, "entry_appeal")
    expect(form.locator(REFUSED)).to_contain_text("没有保存")
    expect(form.locator(REFUSED)).to_contain_text(said)
    expect(form.get_by_role("textbox", name="诉求标题")).to_have_value(title)
    expect(form.get_by_role("textbox", name="具体情况")).to_have_value(content)
    expect(form.get_by_role("radio", name="公共设施")).to_be_checked()
    expect(form.locator(".stAlert")).to_have_count(1)
    assert appeals_held(open_street) == held


def test_a_future_day_is_refused(form: Page, open_street: Street) -> None:
    held = appeals_held(open_street)
    tomorrow = local_date(datetime.now(UTC), zone()) + timedelta(days=1)
    form.get_by_role("textbox", name="诉求标题").fill("明天的事")
    form.locator(".st-key-entry_appeal_more summary").click()
    press(form, "entry_appeal_when", "其他时间")
    type_day(form, "entry_appeal_day", f"{tomorrow:%Y%m%d}")
    submit(form, "entry_appeal")
    expect(form.locator(REFUSED)).to_contain_text("不能晚于")
    expect(form.get_by_role("textbox", name="诉求标题")).to_have_value("明天的事")
    day = form.locator(".st-key-entry_appeal_day [data-type=day]")
    expect(day).to_have_text(f"{tomorrow:%d}")
    assert appeals_held(open_street) == held


def test_what_is_folded_away_opens_at_once(form: Page) -> None:
    """A press a moment later meets the button it was meant for, not one that slides there."""
    heights = form.evaluate(OPENED_HEIGHTS, ".st-key-entry_appeal_more")
    assert heights["first"] == heights["later"] > heights["folded"]
    form.locator(".st-key-entry_appeal_more summary").click()
    expect(form.locator(".st-key-entry_appeal_when")).to_be_hidden(timeout=400)


def test_a_script_is_only_text(form: Page, open_street: Street) -> None:
    spoken: list[str] = []

    def note(dialog: Dialog) -> None:
        spoken.append(dialog.message)
        dialog.dismiss()

    form.on("dialog", note)
    form.get_by_role("textbox", name="诉求标题").fill(SCRIPT)
    form.get_by_role("textbox", name="具体情况").fill(f"<img src=x onerror=alert(2)>{SCRIPT}")
    submit(form, "entry_appeal")
    expect(form.locator("[data-testid=stAlertContentSuccess]")).to_contain_text("已登记")
    code = open_street.value("select code from appeal where title = ?", SCRIPT)

    grid = open_street.grid(4).code
    visit(form, f"{open_street.address}/appeals?unit={grid}&period=year")
    pick(form, "appeals_timeline_pick", code, f"{code}　{SCRIPT}")
    # the case shown before may come of a visit, which is a second word in bold
    expect(form.locator(".st-key-panel_appeals_timeline p b").first).to_have_text(SCRIPT)
    expect_no_fault(form)
    assert spoken == []
