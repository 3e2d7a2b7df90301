"""A phone in one hand: every tap and every typing is counted as it is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page
from sqlalchemy import text

from data.engines import open_engines
from data.identity import visitor
from data.writes.sessions import open_demo_session
from tests.browser.looking import visit
from tests.browser.street import Street

SIZE = {"width": 390, "height": 844}
PATIENCE = 60_000
SAVED = "[data-testid=stAlertContentSuccess]"
REFUSED = "[data-testid=stAlertContentError]"


_devices: dict[tuple[Browser, str, str], BrowserContext] = {}


@contextmanager
def logged_in(
    browser: Browser, street: Street, login: str, **options: object
) -> Iterator[BrowserContext]:
    """A device on which a demo account is logged in, with nothing left unsent.

    A device stays with its person from test to test, as in life: what it keeps of the
    framework's files need not be fetched and compiled each time.
    """
    engines = open_engines(street.url)
    who, at = visitor("127.0.0.1"), datetime.now(UTC)
    token = open_demo_session(engines, login=login, actor=who, at=at).token
    with engines.trace() as connection:
        connection.execute(text("delete from draft"))
    engines.dispose()
    context = _device(browser, login, **options)
    parts = urlsplit(street.address)
    address = f"{parts.scheme}://{parts.netloc}"
    context.add_cookies([{"name": "grid_session", "value": token, "url": address}])
    try:
        yield context
    finally:
        for page in context.pages:
            page.close()
        context.clear_cookies()


def _device(browser: Browser, login: str, **options: object) -> BrowserContext:
    known = (browser, login, repr(sorted(options.items())))
    if known not in _devices:
        context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **options)
        context.set_default_timeout(PATIENCE)
        _devices[known] = context
    return _devices[known]


class Thumb:
    """What one thumb does on a page; ``count`` is how often it did something."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def scan(self, address: str) -> None:
        """Open what a grid's code leads to; scanning is not counted."""
        visit(self.page, address)
        self.count = 0

    def tap(self, place: Locator) -> None:
        """One tap."""
        place.scroll_into_view_if_needed()
        place.tap()
        self.count += 1

    def choose(self, key: str, label: str) -> None:
        """Tap one of the buttons under a key."""
        self.tap(self.page.locator(f".st-key-{key} button").filter(has_text=label).first)

    def write(self, label: str, words: str) -> None:
        """Tap a field and type into it: two."""
        field = self.page.get_by_label(label, exact=True)
        self.tap(field)
        field.press_sequentially(words)
        self.count += 1

    def submit(self, form: str) -> None:
        """Tap the form's button."""
        self.tap(self.page.locator(f"[class*=st-key-entry_{form}_submit] button"))
