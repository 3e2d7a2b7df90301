"""A town: cells grown into contiguous communities, with enclaves cut out of some cells."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from shapely.geometry import Polygon

from data.sample.geometry import Array, Ring, cut_ring
from data.sample.mesh import Loop, draw_mesh, edges_of


@dataclass(frozen=True)
class Town:
    """Rings of the ordinary cells, the community of each, and enclaves cut from some."""

    cells: list[Ring]
    community_of: list[int]
    enclaves: list[Ring]
    enclave_community: list[int]


def draw_town(rng: Generator, *, cells: int, communities: int, enclaves: int) -> Town:
    """A town of ``cells`` ordinary cells in contiguous communities, plus cut-out enclaves."""
    loops, rings = draw_mesh(rng, cells)
    community_of = _grow_communities(rng, rings, loops, communities)
    enclave_rings, enclave_community = [], []
    for host in _pick_hosts(rng, rings, community_of, enclaves):
        small, rings[host] = cut_ring(rng, rings[host], float(rng.uniform(0.16, 0.3)))
        enclave_rings.append(small)
        enclave_community.append(community_of[host])
    return Town(rings, community_of, enclave_rings, enclave_community)


def _neighbours(loops: list[Loop]) -> list[set[int]]:
    """For each cell the cells it shares an edge with."""
    sides: dict[tuple[int, int], list[int]] = defaultdict(list)
    for cell, loop in enumerate(loops):
        for edge in edges_of(loop):
            sides[edge].append(cell)
    near: list[set[int]] = [set() for _ in loops]
    for cells in sides.values():
        for cell in cells:
            near[cell].update(c for c in cells if c != cell)
    return near


def _centres(rings: list[Ring]) -> Array:
    return np.array([Polygon(ring).centroid.coords[0] for ring in rings])


def _grow_communities(
    rng: Generator, rings: list[Ring], loops: list[Loop], count: int
) -> list[int]:
    """A community number for each cell; each community is contiguous, sizes differ a little."""
    centres, near = _centres(rings), _neighbours(loops)
    seeds = _far_apart(centres, min(count, len(rings)))
    community = np.full(len(rings), -1)
    community[seeds] = range(len(seeds))
    wanted = rng.uniform(0.75, 1.25, len(seeds))
    while (community < 0).any():
        filled = np.bincount(community[community >= 0], minlength=len(seeds)) / wanted
        for index in np.argsort(filled):
            own = np.flatnonzero(community == index)
            free = sorted({n for c in own for n in near[c] if community[n] < 0})
            if free:
                middle = (centres[own].mean(axis=0) + centres[seeds[index]]) / 2
                away = np.hypot(*(centres[free] - middle).T)
                community[free[int(np.argmin(away))]] = index
                break
    return [int(c) for c in community]


def _far_apart(centres: Array, count: int) -> list[int]:
    """Cells far from one another, but nearer the middle than the rim."""
    middle = centres.mean(axis=0)
    reach = np.hypot(*(centres - middle).T)
    allowed = reach <= np.quantile(reach, 0.75)
    chosen = [int(np.argmax(np.where(allowed, reach, -1)))]
    while len(chosen) < count:
        gaps = np.min([np.hypot(*(centres - centres[c]).T) for c in chosen], axis=0)
        gaps[~allowed] *= 0.1
        gaps[chosen] = -1
        chosen.append(int(np.argmax(gaps)))
    return chosen


def _pick_hosts(
    rng: Generator, rings: list[Ring], community_of: list[int], count: int
) -> list[int]:
    """Cells that an enclave is cut from: roomy ones, in every community in turn."""
    areas = np.array([Polygon(ring).area for ring in rings]) * rng.uniform(0.7, 1.3, len(rings))
    by_size = [int(c) for c in np.argsort(-areas)]
    turns: dict[int, int] = defaultdict(int)
    order = []
    for cell in by_size:
        order.append((turns[community_of[cell]], cell))
        turns[community_of[cell]] += 1
    return [cell for _, cell in sorted(order, key=lambda pair: pair[0])[:count]]
