"""Charts as pictures: real Chinese glyphs, no network, and a refusal instead of empty boxes."""

from __future__ import annotations

import io
import re
import socket
from collections.abc import Iterator
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from components import chart_pictures as pictures
from components.chart_pictures import NO_GLYPH, SCALE, WIDTH, draws_chinese, picture
from components.chart_theme import no_data
from components.charts import ranking_bars, trend_chart
from data.errors import RuleError
from tests.components.test_charts import BUILDERS, RANKING, TREND


@pytest.fixture(autouse=True)
def _fresh_search() -> Iterator[None]:
    pictures._found_font.cache_clear()
    yield
    pictures._found_font.cache_clear()


def pixels(content: bytes) -> Any:
    """A PNG as an array of grey values."""
    return np.asarray(Image.open(io.BytesIO(content)).convert("L"))


def ink(content: bytes) -> int:
    """How many pixels are dark."""
    return int((pixels(content) < 128).sum())


@BUILDERS
@pytest.mark.parametrize("form", ["png", "svg"])
def test_every_chart_becomes_a_picture(build: Any, data: pd.DataFrame, form: Any) -> None:
    content = picture(build, data, form, title="第1网格", note="2026年11月")
    if form == "png":
        assert pixels(content).shape[1] >= WIDTH * SCALE
        assert pixels(content)[0, 0] == 255  # a white ground, not a transparent one
        assert ink(content) > 500
    else:
        assert "第1网格" in content.decode()
        assert "2026年11月" in content.decode()


def words(text: str) -> bytes:
    """A picture that shows one text and nothing else."""
    return picture(lambda _frame: no_data(text), TREND, "png")


def test_chinese_is_drawn_as_glyphs_and_not_as_boxes() -> None:
    boxes = words(NO_GLYPH * 4)
    for text in ("网格治理", "诉求漏斗", "𠮷祥如意"):
        drawn = words(text)
        assert pixels(drawn).shape == pixels(boxes).shape
        assert (pixels(drawn) != pixels(boxes)).sum() > 200
    # four boxes are four times the same; four characters are not
    assert _distinct_columns(words("网格治理")) > 2 * _distinct_columns(boxes)
    assert ink(words("网格治理")) > 1.5 * ink(words("一一一一"))


def _distinct_columns(content: bytes) -> int:
    return len({bytes(column) for column in pixels(content).T})


def test_titles_and_numbers_are_chinese() -> None:
    frame = pd.DataFrame({"label": ["1月", "2月"], "value": [120_000.0, 350_000.0]})
    svg = picture(trend_chart, frame, "svg", title="走势", unit="件").decode()
    assert "万" in svg
    assert re.search(r">走势<", svg)


def test_an_svg_names_fonts_of_other_machines_too() -> None:
    svg = picture(ranking_bars, RANKING, "svg").decode()
    families = set(re.findall(r'font-family="([^"]*)"', svg))
    assert families
    for family in families:
        assert "Microsoft YaHei" in family
        assert family.endswith("sans-serif")


def test_without_a_chinese_font_the_picture_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "FAMILIES", ("No Such Font",))
    for form in ("png", "svg"):
        with pytest.raises(RuleError, match=r"没有中文字体.*fonts-noto-cjk"):
            picture(ranking_bars, RANKING, form)  # type: ignore[arg-type]


def test_a_font_that_draws_boxes_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    really = pictures._glyph

    def boxes(character: str, family: str) -> bytes:
        return really(NO_GLYPH if character in pictures.PROBES else character, family)

    monkeypatch.setattr(pictures, "_glyph", boxes)
    assert not any(draws_chinese(family) for family in pictures.FAMILIES)
    with pytest.raises(RuleError, match="没有中文字体"):
        picture(ranking_bars, RANKING, "png")


def test_a_font_that_draws_nothing_is_not_taken() -> None:
    assert not draws_chinese("No Such Font")


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chart that asks for data elsewhere gets none, and no connection is made."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/data.json"
        with pytest.raises(ValueError, match=r"(?i)not allowed|denied|external|blocked|access"):
            picture(lambda _f: alt.Chart(url).mark_bar().encode(x="a:Q"), TREND, "png")
        with pytest.raises(TimeoutError):
            server.accept()


def test_the_caller_s_data_stays_as_it_was() -> None:
    before = RANKING.copy(deep=True)
    picture(ranking_bars, RANKING, "svg")
    pd.testing.assert_frame_equal(RANKING, before)
