"""The colours of the office look, shared by charts, maps and the map's style sheet.

Every pair that can stand side by side differs in lightness too, so a grey print
and colour-blind eyes still tell them apart; a word stands beside each light.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Literal

FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif'

GROUND = "#f3f5f9"
CARD = "#ffffff"
INK = "#1b2a41"
MUTED = "#5b6b82"
LINE = "#dde3ec"
PRIMARY = "#1f5fbf"
SOFT = "#c9d8ee"  # bars that are not the point of the chart
ACCENT = "#d7263d"  # party red: one thing a view, never a surface
GOLD = "#c98a00"

LightKey = Literal["green", "yellow", "red"]
LIGHTS = MappingProxyType({"green": "#2e9e6b", "yellow": "#f0b429", "red": "#e5484d"})
RED_BADGE = "#c92a35"  # the red light's ground where white text stands on it
LIGHT_WORDS = MappingProxyType({"green": "绿", "yellow": "黄", "red": "红"})

SEQUENTIAL = ("#d6e6f7", "#a3c8ec", "#659fdb", "#2b6cb8", "#123d78")
NO_DATA = "#e9edf3"
SERIES = ("#1f5fbf", "#c2570c", "#12806a", "#7b3fa0", "#6b5b00")


def luminance(colour: str) -> float:
    """How light ``#rrggbb`` looks, from 0 (black) to 1 (white), as WCAG defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two ``#rrggbb`` colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def text_on(colour: str) -> str:
    """Ink or white, whichever reads better on ``colour``."""
    return max((INK, CARD), key=lambda text: contrast(text, colour))


def shades(count: int) -> list[str]:
    """``count`` (1–5) colours spread over the sequential scale, light to deep."""
    if count == 1:
        return [SEQUENTIAL[2]]
    last = len(SEQUENTIAL) - 1
    return [SEQUENTIAL[round(place * last / (count - 1))] for place in range(count)]


def shade_of(value: float, edges: Sequence[float]) -> str:
    """The colour of the class that holds ``value``; ``edges`` ascend, ends included.

    Values outside the edges take the colour of the nearest class.
    """
    place = sum(value >= edge for edge in edges[1:-1])
    return shades(max(len(edges) - 1, 1))[place]


GRADES = ("#1f9d86", "#4f93dd", "#a9b5c7", "#e07b39")


def grade_colours(count: int) -> list[str]:
    """``count`` colours from the best grade to the worst; they differ in hue and lightness."""
    last = len(GRADES) - 1
    return [GRADES[round(place * last / max(count - 1, 1)) % len(GRADES)] for place in range(count)]
