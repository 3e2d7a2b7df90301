"""A board's parts: everything that is data is escaped, and every choice can be told apart."""

from __future__ import annotations

import json
import re

import pytest

from components import board

NASTY = "<img src=x onerror=alert(1)>\"'"


def test_what_is_packed_is_html_and_maps() -> None:
    packed = json.loads(board.pack("<p>一</p>", {"overview": {"shapes": []}}))
    assert packed == {"html": "<p>一</p>", "maps": {"overview": {"shapes": []}}}
    assert json.loads(board.pack("")) == {"html": "", "maps": {}}


@pytest.mark.parametrize(
    "drawn",
    [
        board.panel("one", NASTY, "", note=NASTY),
        board.cards_row({"one": (NASTY, "")}),
        board.choice("unit", NASTY, {NASTY: NASTY}, NASTY, NASTY),
        board.radios("period", NASTY, {"week": NASTY}, "week"),
        board.empty(NASTY),
        board.map_place(NASTY, 100),
    ],
)
def test_names_are_text_whatever_they_hold(drawn: str) -> None:
    assert "<img" not in drawn
    assert "&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;" in drawn


def test_a_panel_has_its_own_opener_and_says_of_what() -> None:
    drawn = board.panel("one", "漏斗", "<p>一</p>")
    assert 'data-open="panel_one" aria-label="口径：漏斗"' in drawn
    assert "<p>一</p>" in drawn


def test_every_card_has_its_own_opener() -> None:
    row = board.cards_row({"a": ("甲", "<b>1</b>"), "b": ("乙", "<b>2</b>")})
    assert re.findall(r'data-open="(\w+)"', row) == ["a", "b"]
    assert re.findall(r'data-key="(\w+)"', row) == ["card_a", "card_b"]


def test_one_option_is_chosen_and_the_list_shows_its_plain_name() -> None:
    drawn = board.choice("unit", "单位", {"A": "街道", "B": "\u2003社区"}, "B", "社区")
    assert re.findall(r'value="(\w)" selected', drawn) == ["B"]
    assert "<span>社区</span>" in drawn
    drawn = board.radios("period", "期间", {"week": "本周", "year": "本年"}, "year")
    assert re.findall(r'value="(\w+)"[^>]* checked', drawn) == ["year"]
