"""The grid map loads nothing from outside, escapes what it is told, and reports clicks."""

from __future__ import annotations

import json
import re
from typing import Any

import folium
import pandas as pd
import pytest
import streamlit_folium
from hypothesis import given
from hypothesis import strategies as st

from components import map_view, palette
from components.map_features import place_lights
from components.map_legend import legend_steps
from components.map_view import FrozenMap
from components.maps import LABELLED_SHAPES, NO_SHAPES, build_map, clicked_code
from components.web import ASSETS


def square(column: int) -> str:
    """A square of 0.01 degrees, ``column`` squares east of the first."""
    west, south = 117 + column / 100, 36
    ring = [[west, south], [west + 0.01, south], [west + 0.01, south + 0.01], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def make_shapes(count: int = 3) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": [f"grid_{place:02d}" for place in range(count)],
            "name": [f"第{place}网格" for place in range(count)],
            "boundary": [square(place) for place in range(count)],
            "value": [60.0 + place for place in range(count)],
            "text": [f"{60 + place}%" for place in range(count)],
        }
    )


def sent(shapes: pd.DataFrame, **options: Any) -> tuple[str, str]:
    """The script and the corner HTML that the browser gets, escapes undone."""
    chart = FrozenMap(build_map(shapes, metric="按时办结率", unit="%", **options))
    script = chart._template.module.script(chart)
    return script.encode().decode("unicode_escape"), chart.html.render()


def test_everything_comes_from_this_machine() -> None:
    lights = pd.DataFrame({"code": ["grid_01"], "light": ["red"], "count": [2]})
    chart = build_map(make_shapes(), metric="按时办结率", lights=lights, outlines=make_shapes(1))
    page = chart.get_root().render()
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(addresses) == 5
    assert all(address.startswith("/assets/") for address in addresses)
    assert "http" not in page.replace("http-equiv", "")


def test_folium_keeps_its_own_addresses_for_other_maps() -> None:
    build_map(make_shapes(), metric="按时办结率")
    assert any("cdn" in address for _, address in folium.Map.default_js)


def test_leaflet_is_the_release_that_its_licence_is_for() -> None:
    assert "Leaflet 1.9.4" in (ASSETS / "leaflet.js").read_text("utf-8")[:300]
    assert "BSD 2-Clause" in (ASSETS / "leaflet.LICENSE.txt").read_text("utf-8")
    for name in ("leaflet.js", "leaflet.css", "map.js", "map.css", "legend.css"):
        text = (ASSETS / name).read_text("utf-8")
        assert "@import" not in text
        assert not re.search(r"url\(\s*['\"]?(https?:)?//", text)


def test_functions_named_by_the_map_exist_in_its_script() -> None:
    script, _ = sent(make_shapes(), outlines=make_shapes(1), chosen="grid_00")
    named = set(re.findall(r"gridMap\.(\w+)", script))
    offered = re.search(r"return \{ (.+) \};\n\}\)", (ASSETS / "map.js").read_text("utf-8"))
    assert offered
    assert named == set(offered[1].split(", "))


def test_names_cannot_become_markup() -> None:
    evil = "<img src=x onerror=alert(1)>"
    shapes = make_shapes(1).assign(name=evil, text="</script>")
    lights = pd.DataFrame({"code": ["grid_00"], "light": ["red"], "count": [1]})
    script, _ = sent(shapes, lights=lights)
    assert "<img" not in script
    assert "</script>" not in script
    assert script.count("&lt;img src=x") == 3  # the shape's tip, its name, the light's tip


def test_a_metric_name_is_no_template() -> None:
    page = build_map(make_shapes(), metric="{{ 7 * 7 }}<b>").get_root().render()
    assert "49" not in page.split('class="map-legend"')[1].split("</div>")[0]
    assert "&lt;b&gt;" in page


def test_colours_deepen_with_the_value_and_gaps_are_hatched() -> None:
    shapes = make_shapes().assign(value=[10.0, None, 90.0])
    script, corner = sent(shapes, steps=[0, 50, 100])
    assert f'"fill": "{palette.SEQUENTIAL[0]}"' in script
    assert f'"fill": "{palette.SEQUENTIAL[-1]}"' in script
    assert script.count('"look": "shape nodata"') == 1
    assert "无数据" in corner


def test_the_legend_hides_the_hatch_when_every_value_is_known() -> None:
    _, corner = sent(make_shapes())
    assert "无数据" not in corner
    assert "按时办结率（%）" in corner


def test_units_without_boundary_are_counted_not_dropped_silently() -> None:
    shapes = make_shapes(3).assign(boundary=[square(0), None, None])
    script, corner = sent(shapes)
    assert "grid_01" not in script
    assert "另有 2 个单位没有边界" in corner


def test_a_map_without_any_boundary_says_so() -> None:
    script, corner = sent(make_shapes().assign(boundary=None))
    assert NO_SHAPES in corner
    assert "geoJson" not in script


def test_lights_of_one_place_share_a_badge_red_first() -> None:
    places = dict.fromkeys(["grid_00"], None)
    lights = pd.DataFrame(
        [
            ("grid_00", 36.1, 117.1, "yellow", 5),
            ("grid_00", 36.1, 117.1, "red", 2),
            ("grid_00", 36.2, 117.1, "red", 0),
        ],
        columns=["code", "lat", "lon", "light", "count"],
    )
    (mark,) = place_lights(lights, places)
    assert mark.words == "红灯 2 件 · 黄灯 5 件"
    assert mark.badge == '<i class="red">红 2</i><i class="yellow">黄 5</i>'


def test_a_light_without_place_stands_in_its_unit_and_unknown_ones_are_left_out() -> None:
    lights = pd.DataFrame(
        {"code": ["grid_01", "elsewhere"], "light": ["red", "red"], "count": [1, 1]}
    )
    script, _ = sent(make_shapes(), lights=lights)
    spots = re.findall(r'"coordinates": \[(117\.\d+), (36\.\d+)\], "type": "Point"', script)
    assert len(spots) == 4  # three names and one light
    assert all(117.01 <= float(lon) <= 117.02 for lon, _ in spots[-1:])
    assert "elsewhere" not in script


def test_few_shapes_are_named_many_are_not_and_outlines_are() -> None:
    assert sent(make_shapes(LABELLED_SHAPES))[0].count('"look": "name') == LABELLED_SHAPES
    many = make_shapes(LABELLED_SHAPES + 1)
    assert '"look": "name' not in sent(many)[0]
    titled, _ = sent(many, outlines=make_shapes(2))
    assert titled.count('"look": "name over"') == 2


def test_the_chosen_unit_is_marked() -> None:
    script, _ = sent(make_shapes(), chosen="grid_01")
    marked = re.findall(r'"coordinates": \[\[\[(117\.\d+)', script.split("gridMap.chosen")[1])
    assert marked[0] == "117.01"
    assert "gridMap.chosen" not in sent(make_shapes(), chosen="elsewhere")[0]


@given(
    values=st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 1)), min_size=1),
    decimals=st.integers(0, 1),
)
def test_legend_steps_hold_every_value(values: list[float], decimals: int) -> None:
    edges = legend_steps(values, decimals)
    if min(values) == max(values):
        assert edges == [values[0]] * 2
        return
    assert 2 <= len(edges) <= 6
    assert edges == sorted(set(edges))
    assert edges[0] <= min(values)
    assert max(values) <= edges[-1]
    assert all(round(edge, decimals) == edge for edge in edges)


@pytest.mark.parametrize(
    ("values", "edges"),
    [
        ([3, 17, 41], [0, 10, 20, 30, 40, 50]),
        ([76.5, 88.1, 98.2], [75, 80, 85, 90, 95, 100]),
        ([4, 4], [4, 4]),
        ([0, 1], [0, 1]),
        ([None, float("nan")], []),
    ],
)
def test_legend_steps_are_round(values: list[Any], edges: list[float]) -> None:
    assert legend_steps(values) == edges


def test_shades_can_be_told_apart_in_grey_and_carry_readable_text() -> None:
    greys = [palette.luminance(colour) for colour in palette.SEQUENTIAL]
    pairs = zip(palette.SEQUENTIAL, palette.SEQUENTIAL[1:], strict=False)
    assert greys == sorted(greys, reverse=True)
    assert all(palette.contrast(one, other) > 1.3 for one, other in pairs)
    for colour in palette.SEQUENTIAL:
        assert palette.contrast(colour, palette.text_on(colour)) >= 4.5
    assert palette.contrast(palette.RED_BADGE, palette.CARD) >= 4.5
    assert palette.contrast(palette.LIGHTS["yellow"], palette.INK) >= 4.5


def test_the_style_sheet_uses_the_palette_only() -> None:
    known = {value.lower() for value in vars(palette).values() if isinstance(value, str)}
    known |= {*palette.LIGHTS.values(), *palette.SEQUENTIAL, *palette.SERIES}
    for name in ("map.css", "map.js"):
        used = set(re.findall(r"#[0-9a-f]{6}\b", (ASSETS / name).read_text("utf-8")))
        assert used <= known


@pytest.mark.parametrize(
    "result",
    [
        None,
        {},
        {"last_active_drawing": None},
        {"last_active_drawing": "grid_01"},
        {"last_active_drawing": {"properties": None}},
        {"last_active_drawing": {"properties": {"code": ""}}},
        {"last_active_drawing": {"properties": {"code": 7}}},
    ],
)
def test_whatever_is_no_click_gives_no_code(result: Any) -> None:
    assert clicked_code(result) is None


def test_a_click_gives_the_code_of_its_unit() -> None:
    result = {"last_active_drawing": {"type": "Feature", "properties": {"code": "grid_01"}}}
    assert clicked_code(result) == "grid_01"


def test_the_same_values_give_the_same_map_and_nothing_random() -> None:
    one, other = (FrozenMap(build_map(make_shapes(), metric="党员")) for _ in range(2))
    assert one.digest == other.digest
    assert not re.search(r"_[0-9a-f]{32}", one._template.module.script(one))


def test_maps_that_differ_only_in_what_st_folium_ignores_get_frames_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(streamlit_folium, "_component_func", lambda **args: calls.append(args))
    for code in ("grid_a", "grid_a", "grid_b"):
        shapes = make_shapes(1).assign(code=code)
        map_view.show_map(FrozenMap(build_map(shapes, metric="党员")), key="map", on_click=str)
    same, again, other = (call["key"] for call in calls)
    assert same == again != other
    assert '"code": "grid_b"' in calls[2]["script"]
    assert 'class="map-legend"' in calls[2]["html"]
    assert all(link.startswith("/assets/") for link in calls[0]["js_links"] + calls[0]["css_links"])


def test_drawing_a_map_again_leaves_it_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(streamlit_folium, "_component_func", lambda **args: calls.append(args))
    chart = FrozenMap(build_map(make_shapes(), metric="党员"))
    for _ in range(2):
        map_view.show_map(chart, key="map", on_click=str)
    first, second = ({k: v for k, v in call.items() if k != "on_change"} for call in calls)
    assert first == second


def test_a_click_reaches_the_page_and_a_stray_answer_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chart = FrozenMap(build_map(make_shapes(), metric="党员"))
    state: dict[str, Any] = {}
    drawn: list[dict[str, Any]] = []
    clicks: list[str] = []
    monkeypatch.setattr(map_view.st, "session_state", state)
    monkeypatch.setattr(streamlit_folium, "st_folium", lambda _chart, **args: drawn.append(args))
    map_view.show_map(chart, key="map", on_click=clicks.append)
    drawn[0]["on_change"]()
    assert clicks == []
    state[drawn[0]["key"]] = {"last_active_drawing": {"properties": {"code": "grid_02"}}}
    drawn[0]["on_change"]()
    assert clicks == ["grid_02"]
