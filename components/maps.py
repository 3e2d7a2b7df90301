"""The grid map: shapes coloured by one metric, lights, borders and a legend.

Plain values in, ``folium.Map`` out.  Nothing is loaded from outside the machine,
and the same values always give the same map.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import folium
import pandas as pd
import shapely
from branca.element import Figure, MacroElement
from folium.map import CustomPane
from folium.template import Template
from folium.utilities import JsCode

from components import map_features
from components.map_features import Feature
from components.map_legend import legend_html, legend_steps, note_html
from components.web import asset

LABELLED_SHAPES = 25  # more names than this would cover the shapes
CORNER = "corner"  # the name of the HTML we add to the figure, beside the map
NO_SHAPES = "这里还没有边界数据，导入边界后即可在地图上查看"


class Start(MacroElement):
    """Hands the finished map to ``gridMap.start``: zoom buttons, fitting, tidy names."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            gridMap.start({{ this._parent.get_name() }}, {{ this.bounds|tojson }});
        {% endmacro %}
    """)

    def __init__(self, bounds: list[list[float]]) -> None:
        super().__init__()
        self.bounds = bounds


def build_map(
    shapes: pd.DataFrame,
    *,
    metric: str,
    unit: str = "",
    decimals: int = 0,
    steps: Sequence[float] | None = None,
    lights: pd.DataFrame | None = None,
    outlines: pd.DataFrame | None = None,
    chosen: str | None = None,
) -> folium.Map:
    """One level of units, coloured by ``metric``; ``chosen`` is the code of a marked unit.

    ``shapes``: code, name, boundary (GeoJSON text, may be missing), value (may be
    missing), text (the value as people read it).  ``lights``: light
    ("red"/"yellow"), count, and lat + lon or the code of a shape.  ``outlines``:
    name, boundary of the units above, drawn heavier and named.  ``unit`` and
    ``decimals`` are the legend's; ``steps`` are its ascending class edges, taken
    from the values when left out.
    """
    drawn = shapes[shapes["boundary"].notna()]
    if drawn.empty:
        return _map_without_shapes()
    edges = list(steps) if steps is not None else legend_steps(drawn["value"], decimals)
    places = dict(zip(drawn["code"], shapely.from_geojson(drawn["boundary"]), strict=True))
    marks = map_features.place_lights(lights, places) if lights is not None else []
    chart = _empty_map()
    shown = map_features.shape_features(drawn, edges, metric=metric, marks=marks)
    _add(chart, shown, style="style", on_each_feature="behave")
    borders = outlines[outlines["boundary"].notna()] if outlines is not None else drawn[:0]
    _add_borders(chart, borders, "border")
    _add_borders(chart, drawn[drawn["code"] == chosen], "chosen")
    if len(borders):
        _add(chart, map_features.title_features(borders), point_to_layer="mark")
    elif len(drawn) <= LABELLED_SHAPES:
        _add(chart, map_features.name_features(drawn, edges, marks), point_to_layer="mark")
    names = dict(zip(drawn["code"], drawn["name"], strict=True))
    _add(chart, map_features.light_features(marks, names), point_to_layer="mark")
    legend = legend_html(
        f"{metric}（{unit}）" if unit else metric,
        edges,
        decimals,
        gaps=bool(drawn["value"].isna().any()),
        lights=bool(marks),
        missing=len(shapes) - len(drawn),
    )
    _add_corner(chart, legend)
    Start(_bounds(list(places.values()))).add_to(chart)
    return chart


def clicked_code(result: Mapping[str, Any] | None) -> str | None:
    """The unit code of the shape or light a person clicked; ``result`` comes from st_folium."""
    drawing = (result or {}).get("last_active_drawing")
    properties = drawing.get("properties") if isinstance(drawing, Mapping) else None
    code = properties.get("code") if isinstance(properties, Mapping) else None
    return code if isinstance(code, str) and code else None


def _empty_map() -> folium.Map:
    chart = folium.Map(
        location=(0, 0),
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        zoom_snap=0,
        zoom_delta=0.5,
        scroll_wheel_zoom=False,
        double_click_zoom=False,
        font_size="14px",
    )
    CustomPane("borders", z_index=450).add_to(chart)
    chart.default_js = [("leaflet_js", asset("leaflet.js")), ("map_js", asset("map.js"))]
    sheets = ("leaflet", "map", "legend")
    chart.default_css = [(f"{name}_css", asset(f"{name}.css")) for name in sheets]
    return chart


def _map_without_shapes() -> folium.Map:
    chart = _empty_map()
    _add_corner(chart, note_html(NO_SHAPES))
    return chart


def _add(chart: folium.Map, features: list[Feature], **options: str) -> None:
    """Add features as one layer; all options but ``pane`` name functions of map.js."""
    if features:
        scripts: dict[str, Any] = {
            option: value if option == "pane" else JsCode(f"gridMap.{value}")
            for option, value in options.items()
        }
        collection = {"type": "FeatureCollection", "features": features}
        folium.GeoJson(collection, smooth_factor=0, **scripts).add_to(chart)


def _add_borders(chart: folium.Map, units: pd.DataFrame, style: str) -> None:
    """Borders on a pane of their own, above the shapes and deaf to clicks."""
    _add(chart, map_features.border_features(units), pane="borders", style=style)


def _bounds(places: Sequence[shapely.Geometry]) -> list[list[float]]:
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(places))
    return [[south, west], [north, east]]


def _add_corner(chart: folium.Map, html: str) -> None:
    # branca reads the text as a Jinja template; these characters must not start an expression.
    safe = html.replace("{", "&#123;").replace("}", "&#125;")
    figure = cast(Figure, chart.get_root())
    figure.html.add_child(folium.Element(safe), name=CORNER)
