"""The sheets of codes: an A4 page a grid, whose code leads to its entry page."""

from __future__ import annotations

import re

import segno

from components.qr_sheet import Poster, entry_address, sheets


def poster(name: str = "第三网格", code: str = "G-3") -> Poster:
    return Poster("测试街道", "滨河社区", name, code, entry_address("http://10.0.0.8:8501/", code))


def test_an_address_names_the_grid_and_the_form() -> None:
    assert entry_address("http://10.0.0.8:8501/", "G-3") == "http://10.0.0.8:8501/entry?grid=G-3"
    both = "http://10.0.0.8:8501/entry?grid=G+3&form=visit"
    assert entry_address("http://10.0.0.8:8501", "G 3", "visit") == both


def test_every_grid_has_a_page_of_its_own() -> None:
    html = sheets([poster(f"第{n}网格", f"G-{n}") for n in range(69)])
    assert html.count('<section class="sheet">') == 69
    assert html.count("<svg") == 69
    assert "size: A4" in html


def test_the_code_is_the_addresses() -> None:
    drawn = segno.make(poster().address, error="m", micro=False)
    assert drawn.svg_inline(border=2, omitsize=True) in sheets([poster()])


def test_a_sheet_says_in_words_what_it_opens() -> None:
    html = sheets([poster()], "走访")
    for words in ("测试街道", "滨河社区", "第三网格", "扫一扫，走访", "http://10.0.0.8:8501/entry"):
        assert words in html


def test_nothing_is_fetched_from_elsewhere() -> None:
    html = sheets([poster()])
    assert not re.findall(r'(?:src|href)="', html)


def test_names_are_text() -> None:
    html = sheets([poster("<script>alert(1)</script>")])
    assert "<script>" not in html
