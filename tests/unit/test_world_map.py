"""The land on the map: only what the atlas says, without names, and small enough to send with every chart."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from simulator import report
from simulator.report.maps import PLACES
from tools.make_world import ANTARCTICA, slimmed

WORLD = Path(report.__file__).with_name("world.json")


def outlines(topology) -> list:
    """Return the rings of every shape as positions before the transform."""
    found = []
    for shape in topology["objects"]["countries"]["geometries"]:
        rings = shape["arcs"] if shape["type"] == "Polygon" else [ring for part in shape["arcs"] for ring in part]
        found.append([[_points(topology["arcs"], arc) for arc in ring] for ring in rings])
    return found


def _points(arcs, number) -> list[list[int]]:
    points = np.cumsum(arcs[number if number >= 0 else ~number], axis=0)
    return (points if number >= 0 else points[::-1]).tolist()


def test_what_is_left_of_an_atlas_has_the_same_outlines():
    atlas = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [[[9, 9], [1, 0]], [[0, 0], [4, 0], [0, 4]], [[4, 4], [-4, -4]], [[7, 7], [1, 1], [1, -2], [-2, 1]]],
        "objects": {
            "land": {},
            "countries": {
                "geometries": [
                    {"type": "Polygon", "id": ANTARCTICA, "arcs": [[0]]},
                    {"type": "Polygon", "id": "001", "properties": {"name": "A"}, "arcs": [[1, 2]]},
                    {"type": "MultiPolygon", "id": "002", "arcs": [[[-3, -2]], [[3]]]},
                ]
            },
        },
    }
    small = slimmed(atlas)
    kept = {**atlas, "objects": {"countries": {"geometries": atlas["objects"]["countries"]["geometries"][1:]}}}
    assert outlines(small) == outlines(kept)
    assert len(small["arcs"]) == 3
    assert set(small["objects"]["countries"]["geometries"][0]) == {"type", "arcs"}


def test_the_map_names_no_country_and_the_markets_lie_on_its_land():
    text = WORLD.read_text(encoding="utf-8")
    assert len(text) < 150_000
    world = json.loads(text)
    assert all(set(shape) == {"type", "arcs"} for shape in world["objects"]["countries"]["geometries"])
    scale, shift = (np.array(world["transform"][name]) for name in ("scale", "translate"))
    rings = [
        np.concatenate([np.array(arc) for arc in ring]) * scale + shift
        for shape in outlines(world)
        for ring in shape
    ]  # fmt: skip
    for code, place in PLACES.items():
        spot = np.array([place.longitude, place.latitude])
        coast = min(float(np.hypot(*(ring - spot).T).min()) for ring in rings)
        # Islands too small for the map, and capes, are near some land.
        assert any(_inside(ring, *spot) for ring in rings) or coast < 1.5, code


def _inside(ring, x, y) -> bool:
    """Tell whether a point lies in a ring, by the crossings of a ray."""
    ends = np.roll(ring, -1, axis=0)
    across = (ring[:, 1] > y) != (ends[:, 1] > y)
    start, end = ring[across], ends[across]
    meets = start[:, 0] + (y - start[:, 1]) / (end[:, 1] - start[:, 1]) * (end[:, 0] - start[:, 0])
    return bool((meets > x).sum() % 2)
