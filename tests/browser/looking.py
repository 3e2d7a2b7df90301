"""What a person does and reads on a page, for the journeys in this folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import FrameLocator, Locator, Page, expect

QUIET = "[data-testid=stApp][data-test-script-state=notRunning]"
FAULTS = ".notice-bad, [data-testid=stException], [data-testid=stAlertContentError]"
WORDS_PATIENCE = 20  # tenths of a second
ENGLISH = re.compile(r"[A-Za-z][A-Za-z_]+")
VISIBLE_WORDS = Path(__file__).with_name("visible_words.js").read_text(encoding="utf-8")


def settle(page: Page) -> None:
    """Wait until the script has ended and every chart and map of the page is drawn."""
    expect(page.locator(QUIET)).to_have_count(1)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    for chart in page.get_by_test_id("stVegaLiteChart").all():
        expect(chart.locator("svg.marks")).to_be_attached()
    for frame in page.locator("iframe[data-testid=stCustomComponentV1]").all():
        expect(frame.content_frame.locator(".leaflet-pane path").first).to_be_attached()
    for sketch in page.locator(".quick-map").all():
        expect(sketch.locator("path").first).to_be_attached()


def visit(page: Page, url: str) -> None:
    """Go to an address and wait for its page."""
    page.goto(url)
    expect(page.locator(".st-key-app_header")).to_be_visible()
    settle(page)


def sign_in(page: Page, site: str, name: str = "体验管理员") -> None:
    """Log this browser in as one of the sample's demo accounts."""
    page.goto(f"{site}/login")
    corner = page.locator(".corner")
    expect(corner.or_(page.get_by_label("密码"))).to_be_visible()
    if corner.count() and name not in corner.inner_text():
        sign_out(page)  # somebody else is logged in here
        page.goto(f"{site}/login")
    if not corner.count():
        page.get_by_role("button", name=name).click()
    expect(page.locator(".corner")).to_contain_text(name)


def sign_out(page: Page) -> None:
    """Log this browser out."""
    page.locator(".corner").get_by_role("button", name="退出").click()
    expect(page.locator(".corner")).to_have_text("登录")


def number_in(place: Locator) -> float:
    """The first number a place shows, once it shows one."""
    expect(place).to_have_text(re.compile(r"\d"))
    found = re.search(r"[\d,]+(\.\d+)?", place.inner_text())
    assert found is not None
    return float(found[0].replace(",", ""))


def card(page: Page, prefix: str, metric: str) -> Locator:
    """The number on a figure card."""
    return page.locator(f"[data-key=card_{prefix}_{metric}] .card-value")


def first_step(page: Page, panel: str) -> float:
    """How many reached the first step of a panel's funnel: its largest whole number."""
    words = page.locator(f".st-key-panel_{panel} svg.marks text")
    expect(words.filter(has_text="100.0%").first).to_be_attached()
    numbers = [w for w in words.all_text_contents() if re.fullmatch(r"[\d,]+", w)]
    return max(float(number.replace(",", "")) for number in numbers)


def map_frame(page: Page, panel: str) -> FrameLocator:
    """Inside of the map in a panel."""
    return page.frame_locator(f".st-key-panel_{panel} iframe")


def pick(page: Page, key: str, typed: str, option: str) -> None:
    """Choose an option of a select box or multiselect by typing some of it."""
    box = page.locator(f".st-key-{key} input").first
    box.scroll_into_view_if_needed()  # a list closes again when the page scrolls
    box.click()
    box.fill(typed)
    page.get_by_role("option", name=option).click()


def press(page: Page, key: str, label: str) -> None:
    """Press one of the pills, segments or buttons under a key."""
    page.locator(f".st-key-{key}").get_by_text(label, exact=True).click()


def type_day(page: Page, key: str, digits: str) -> None:
    """Type eight digits into a date field from its year on; it is read when left."""
    page.locator(f".st-key-{key} [data-type=year]").press_sequentially(digits)


def submit_button(page: Page, form: str) -> Locator:
    """A form's submit button."""
    return page.locator(f"[class*=st-key-{form}_submit]").get_by_role("button")


def submit(page: Page, form: str) -> None:
    """Press a form's submit button."""
    submit_button(page, form).click()


def english_words(page: Page, known: Iterable[str] = ()) -> set[str]:
    """Latin words of two letters or more that stay to be read or heard on a page.

    ``known`` are whole texts that may appear, such as setting names and codes.
    The framework's own words are put into Chinese when the browser is idle, so
    a page has a moment for it.
    """
    words = _english_now(page, known)
    for _ in range(WORDS_PATIENCE):
        if not words:
            break
        page.wait_for_timeout(100)
        words = _english_now(page, known)
    return words


def _english_now(page: Page, known: Iterable[str]) -> set[str]:
    texts = page.evaluate(VISIBLE_WORDS)
    for text in sorted(known, key=len, reverse=True):
        texts = [t.replace(text, "") for t in texts]
    return {word for text in texts for word in ENGLISH.findall(text)}


def expect_no_fault(page: Page) -> None:
    """Nothing on the page says that something went wrong, in Chinese or in English."""
    expect(page.locator(FAULTS)).to_have_count(0)
    expect(page.locator("body")).not_to_contain_text("Traceback")


def expect_no_sideways_scroll(page: Page) -> None:
    """Nothing sticks out of the window to the right."""
    for place in ("html", "[data-testid=stMain]"):
        room = page.locator(place).evaluate("e => e.clientWidth - e.scrollWidth")
        assert room >= 0, f"{place} is {-room} px too wide"


def expect_whole_tables(page: Page) -> None:
    """No table of the page has columns that are only seen by pushing it sideways."""
    missing = "tables => tables.map(t => t.scrollWidth - t.clientWidth)"
    assert max(page.locator(".table-wrap").evaluate_all(missing), default=0) <= 0
