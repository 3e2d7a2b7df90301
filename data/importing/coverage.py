"""A layer of boundaries as a whole: overlaps, gaps, and lighter copies for drawing.

Neighbours share an edge when they have the same vertices along it; such a layer is
called a coverage.  Overlaps and gaps are told and never changed: which of two units
a strip belongs to is not for a program to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
import shapely

from data.importing.ground import middle_latitude, square_metres, to_degrees, to_ground
from data.importing.rings import DIGITS

TOLD_M2 = 1.0  # overlaps and gaps below a square metre are not worth a word
HELD = 0.99  # so much of a shape inside another: it lies within it, as a grid in its community
CRACK_M = 2.0  # edges that run so close beside each other were meant to be one
MOST_CHANGE = 0.5  # a lighter copy that lost half its area is none


class Called(Protocol):
    """Anything with an index and a name: see boundaries.Finding."""

    @property
    def index(self) -> int: ...
    @property
    def name(self) -> str: ...


class Named(Called, Protocol):
    """And with a geometry: see boundaries.Shape."""

    @property
    def geometry(self) -> Any: ...


Note = tuple[int, str, str]  # index and name of a feature, what is to be said about it


def layer_notes(shapes: Sequence[Named]) -> list[Note]:
    """Overlaps, shapes inside shapes, gaps, and edges that should be shared and are not."""
    pairs = _overlaps(shapes)
    notes = [*_overlap_notes(shapes, pairs), *_inside_notes(shapes, pairs)]
    told = {shapes[n].index for *both, how in pairs if how != "inside" for n in both}
    leaves = _leaves(shapes, pairs)
    for around, size in _gaps(leaves):
        notes.append(_gap_note(around, size))
        told |= {shape.index for shape in around}
    return notes + _loose_notes(leaves, told)


def drawn_copies(shapes: list[Any], tolerance_m: float) -> list[Any]:
    """Copies with fewer vertices for drawing, in the same order; edges shared stay shared.

    ``tolerance_m``: details whose triangle is smaller than a square of this side go.  Give
    one level at a time.  Where edges are shared vertex by vertex, both neighbours keep the
    same vertices; where they are not (:func:`edges_match`), each side is thinned by itself,
    and a copy that would not be sound is made from its shape alone.
    """
    latitude = middle_latitude(shapes)
    ground = np.array(to_ground(shapes, latitude), dtype=object)
    thin = shapely.coverage_simplify(ground, tolerance_m) if len(ground) else ground
    copies = to_degrees(list(thin), latitude)
    rounded = [_rounded(copy) for copy in copies]
    return [
        copy if _faithful(copy, shape) else _alone(shape, tolerance_m)
        for copy, shape in zip(rounded, shapes, strict=True)
    ]


def edges_match(shapes: list[Any]) -> bool:
    """Whether neighbours have the same vertices along every edge they share."""
    return bool(shapely.coverage_is_valid(np.array(shapes, dtype=object))) if shapes else True


def _rounded(shape: Any) -> Any:
    return shapely.transform(shape, lambda places: np.round(places, DIGITS))


def _faithful(copy: Any, shape: Any) -> bool:
    return bool(copy.is_valid and not copy.is_empty and copy.area > MOST_CHANGE * shape.area)


def _alone(shape: Any, tolerance_m: float) -> Any:
    latitude = middle_latitude([shape])
    thin = shapely.coverage_simplify(to_ground([shape], latitude), tolerance_m)
    copy = _rounded(to_degrees(list(thin), latitude)[0])
    return copy if _faithful(copy, shape) else shape


def _overlaps(shapes: Sequence[Named]) -> list[tuple[int, int, Any]]:
    """Pairs of positions that share an area: (first, second, m²), (inner, outer, "inside") or
    (first, second, "equal").
    """
    areas = np.array([s.geometry for s in shapes], dtype=object)
    if not len(areas):
        return []
    one, other = shapely.STRtree(areas).query(areas, predicate="intersects")
    one, other = one[one < other], other[one < other]
    shared = shapely.area(shapely.intersection(areas[one], areas[other]))
    found = []
    sizes = shapely.area(areas)
    for i, j, size in zip(one.tolist(), other.tolist(), shared.tolist(), strict=True):
        whole = square_metres(areas[i]) * size / sizes[i]
        if whole >= TOLD_M2:
            found.append(_judged(i, j, sizes[i], sizes[j], size, whole))
    return sorted(found, key=lambda pair: pair[:2])


def _judged(
    i: int, j: int, first: float, second: float, shared: float, metres: float
) -> tuple[int, int, Any]:
    if shared < HELD * min(first, second):
        return i, j, metres
    if shared >= HELD * max(first, second):
        return i, j, "equal"
    return (i, j, "inside") if first < second else (j, i, "inside")


def _overlap_notes(shapes: Sequence[Named], pairs: list[tuple[int, int, Any]]) -> Iterator[Note]:
    for i, j, how in pairs:
        other = called(shapes[j])
        if how == "equal":
            yield shapes[i].index, shapes[i].name, f"与{other}的范围几乎相同，请确认是不是重复"
        elif how != "inside":
            share = how / min(square_metres(shapes[n].geometry) for n in (i, j))
            said = f"与{other}重叠 {_size(how)}（小的一方的 {share:.1%}），照原样导入，请核对"
            yield shapes[i].index, shapes[i].name, said


def _inside_notes(shapes: Sequence[Named], pairs: list[tuple[int, int, Any]]) -> Iterator[Note]:
    held: dict[int, list[int]] = defaultdict(list)
    for inner, outer, how in pairs:
        if how == "inside":
            held[outer].append(inner)
    for outer, inner_ones in sorted(held.items()):
        first = called(shapes[min(inner_ones)])
        few = f"{first}等 {len(inner_ones)} 个单位" if len(inner_ones) > 1 else first
        said = f"范围里套着{few}：若是上下级则无误，否则请核对"
        yield shapes[outer].index, shapes[outer].name, said


def _leaves(shapes: Sequence[Named], pairs: list[tuple[int, int, Any]]) -> list[Named]:
    """The shapes that hold no other: gaps above them are filled by what lies above."""
    holding = {outer for _, outer, how in pairs if how == "inside"}
    return [shape for i, shape in enumerate(shapes) if i not in holding]


def _gaps(shapes: list[Named]) -> Iterator[tuple[list[Named], float]]:
    """Closed empty places between two or more shapes, and their size in m²."""
    areas = np.array([s.geometry for s in shapes], dtype=object)
    if not len(areas):
        return
    tree = shapely.STRtree(areas)
    for part in shapely.get_parts([shapely.union_all(areas)]):
        for ring in part.interiors:
            around = sorted(tree.query(ring, predicate="dwithin", distance=1e-9).tolist())
            size = square_metres(shapely.Polygon(ring))
            if len(around) > 1 and size >= TOLD_M2:
                yield [shapes[i] for i in around], size


def _gap_note(around: list[Named], size: float) -> Note:
    first, *others = around
    names = "、".join(called(shape) for shape in others[:3])
    more = f"等 {len(others)} 个单位" if len(others) > 3 else ""
    said = f"与{names}{more}之间有 {_size(size)}的空隙，落在里面的诉求归不到单位，请核对"
    return first.index, first.name, said


def _loose_notes(shapes: list[Named], told: set[int]) -> list[Note]:
    """Edges that nearly meet, of shapes about which nothing else was said; and what follows."""
    ground = np.array(to_ground([s.geometry for s in shapes]), dtype=object)
    if not len(ground):
        return []
    loose = shapely.length(shapely.coverage_invalid_edges(ground, gap_width=CRACK_M))
    notes = [
        (shape.index, shape.name, f"有 {length:.0f} 米边界与相邻单位没有对齐（错开不到 2 米）")
        for shape, length in zip(shapes, loose.tolist(), strict=True)
        if length and shape.index not in told
    ]
    if loose.any():
        said = "相邻边界没有处处对齐：没有对齐的地方，图上简化后的两条边会略有出入"
        notes.append((0, "整个图层", said))
    return notes


def called(shape: Called) -> str:
    """How a message names a feature: 第 3 个要素（滨河网格）."""
    return f"第 {shape.index} 个要素" + (f"（{shape.name}）" if shape.name else "")


def _size(metres: float) -> str:
    return f"{metres / 10_000:.1f} 公顷" if metres >= 10_000 else f"{metres:,.0f} 平方米"
