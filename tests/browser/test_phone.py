"""The entry forms on a phone: nothing sticks out, and the button fits a thumb."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from components import texts as t
from tests.browser.looking import expect_no_fault, expect_no_sideways_scroll, submit_button, visit

THUMB = 44  # pixels


@pytest.mark.parametrize("form", t.ENTRY_FORMS)
def test_a_form_fits_a_phone(
    site: str, form: str, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_page(width=390, height=844)
    visit(page, f"{site}/entry?form={form}")
    button = submit_button(page, f"entry_{form}")
    expect(button).to_be_visible()
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= THUMB
    expect_no_sideways_scroll(page)
    expect_no_fault(page)
    page.screenshot(path=tmp_path / f"{form}.png")
