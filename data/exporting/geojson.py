"""Units with their boundaries as GeoJSON, as maps and the import take them."""

from __future__ import annotations

import json

import pandas as pd

BOUNDARY = "边界"


def to_geojson(units: pd.DataFrame) -> bytes:
    """A FeatureCollection in WGS84 of an export of units.

    Columns become properties under their own names; 边界 (a GeoJSON geometry as text)
    becomes the geometry, null where the unit has not been surveyed.
    """
    features = [
        {
            "type": "Feature",
            "properties": {name: row[name] for name in units.columns if name != BOUNDARY},
            "geometry": json.loads(row[BOUNDARY]) if row[BOUNDARY] else None,
        }
        for row in units.to_dict("records")
    ]
    found = {"type": "FeatureCollection", "features": features}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
