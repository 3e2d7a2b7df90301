"""Charts as PNG and SVG files, drawn on the server without a browser or a network.

Chinese needs a font that has it.  One is looked for among those of the machine and tried;
where there is none the picture is refused, because it would be full of empty boxes.
"""

from __future__ import annotations

import html
import logging
from collections.abc import Callable
from functools import cache
from typing import Any, Literal

import pandas as pd
import vl_convert

from components.chart_theme import LOCALE
from components.palette import CARD, FONT, INK, MUTED
from data.errors import RuleError

log = logging.getLogger(__name__)

Form = Literal["png", "svg"]

WIDTH = 900  # of a chart that fills its column on the page
SCALE = 2  # pixels of a PNG for each one of the page: sharp in print
PADDING = 16
FAMILIES = (
    "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC",
    "Source Han Sans CN", "HarmonyOS Sans SC", "MiSans", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "Droid Sans Fallback", "Hiragino Sans GB", "SimHei", "DengXian",
    "Noto Serif CJK SC", "Source Han Serif SC", "STSong", "SimSun", "AR PL UMing CN", "sans-serif",
)  # fmt: skip
PROBES = "国网"
NO_GLYPH, BLANK = "\ue123", " "  # a private-use character that no font draws
NO_FONT = (
    "服务器上没有中文字体，图里的汉字会变成方框，所以没有生成图片。"
    "请在服务器上安装一种中文字体（如 fonts-noto-cjk，或把字体文件放进系统的字体文件夹）后重启看板"
)


def picture(
    build: Callable[..., Any],
    frame: pd.DataFrame,
    form: Form,
    *,
    title: str = "",
    note: str = "",
    **options: Any,
) -> bytes:
    """The chart ``build(frame, **options)`` as the content of a PNG or SVG file.

    ``title`` and ``note`` (whose figures, of when) stand above it.  RuleError where the
    machine has no Chinese font.
    """
    family = chinese_font()
    spec = _for_paper(build(frame, **options).to_dict(), family, title, note)
    locale: dict[str, Any] = {
        "format_locale": LOCALE["number"],
        "time_format_locale": LOCALE["time"],
        "allowed_base_urls": [],  # whatever the data says, nothing is fetched
    }
    if form == "png":
        return bytes(vl_convert.vegalite_to_png(spec, scale=SCALE, **locale))
    return _with_stack(vl_convert.vegalite_to_svg(spec, **locale), family).encode()


def chinese_font() -> str:
    """The family that pictures are drawn with; RuleError where no font has Chinese."""
    found = _found_font()
    if found is None:
        raise RuleError(NO_FONT, "图片")
    return found


@cache
def _found_font() -> str | None:
    found = next((family for family in FAMILIES if draws_chinese(family)), None)
    log.info("charts are drawn in %s", found or "no font: none on this machine has Chinese")
    return found


def draws_chinese(family: str) -> bool:
    """Whether text in ``family`` shows Chinese: neither nothing, nor one box for everything."""
    drawn = [_glyph(character, family) for character in PROBES]
    missing = {_glyph(NO_GLYPH, family), _glyph(BLANK, family)}
    return len(set(drawn)) == len(PROBES) and not missing & set(drawn)


def _glyph(character: str, family: str) -> bytes:
    """A character as a small picture."""
    text = f'<text x="4" y="32" font-size="32" font-family="{html.escape(family)}">{character}'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">{text}</text></svg>'
    return bytes(vl_convert.svg_to_png(svg))


def _for_paper(spec: dict[str, Any], family: str, title: str, note: str) -> dict[str, Any]:
    """The spec with a size, a white ground and a font of its own instead of the page's."""
    page: dict[str, Any] = _in_font(spec, family)
    config = page.setdefault("config", {})
    config |= {"background": CARD, "padding": PADDING}
    if page.get("width", "container") == "container":
        page["width"] = WIDTH
    if title:
        page["title"] = {
            "text": title,
            "fontSize": 20,
            "fontWeight": 600,
            "color": INK,
            "subtitle": [line for line in (note, *_own_title(page)) if line],
            "subtitleFont": family,
            "subtitleFontSize": 13,
            "subtitleColor": MUTED,
            "subtitlePadding": 6,
            "anchor": "start",
            "offset": 18,
        }
    return page


def _own_title(page: dict[str, Any]) -> list[str]:
    """What a chart says above itself, such as how to read its marks."""
    held = page.get("title")
    text = held.get("text") if isinstance(held, dict) else held
    return text if isinstance(text, list) else [str(text)] if text else []


def _in_font(part: Any, family: str) -> Any:
    if isinstance(part, dict):
        return {key: _in_font(value, family) for key, value in part.items()}
    if isinstance(part, list):
        return [_in_font(value, family) for value in part]
    return family if part == FONT else part


def _with_stack(svg: str, family: str) -> str:
    """An SVG is drawn where it is opened: the fonts of other machines come after ours."""
    stack = ", ".join([family, *(f for f in FAMILIES[:3] if f != family), "sans-serif"])
    return svg.replace(f'font-family="{family}"', f'font-family="{stack}"')
