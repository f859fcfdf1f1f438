"""Write ``simulator/report/world.json``, the land on the map of markets.

    npm pack world-atlas@2 && tar -xzf world-atlas-2.0.2.tgz
    python tools/make_world.py package/countries-110m.json

The geometry is that of Natural Earth, 1:110m, version 4.1 (https://www.naturalearthdata.com, public domain), as
TopoJSON by world-atlas (ISC licence, Copyright 2013-2019 Michael Bostock). Their terms stand in
``simulator/report/world.LICENSE.txt``. Names and Antarctica are left out. Natural
Earth draws boundaries as they are in fact; the map names no country but the simulated markets and takes no side.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

OUT = Path(__file__).resolve().parents[1] / "simulator" / "report" / "world.json"
ANTARCTICA = "010"
"""ISO 3166-1 numeric."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the land on the map of markets.")
    parser.add_argument("atlas", type=Path, help="countries-110m.json of world-atlas")
    atlas = json.loads(parser.parse_args().atlas.read_text(encoding="utf-8"))
    text = json.dumps(slimmed(atlas), separators=(",", ":"))
    OUT.write_text(text + "\n", encoding="utf-8")
    print(f"{OUT.name}: {len(text) / 1e3:.0f} kB")


def slimmed(atlas: dict[str, Any]) -> dict[str, Any]:
    """Return the topology with the countries' outlines alone, and only the arcs that they use."""
    shapes = [
        {"type": each["type"], "arcs": each["arcs"]}
        for each in atlas["objects"]["countries"]["geometries"]
        if each.get("id") != ANTARCTICA
    ]
    places: dict[int, int] = {}
    for shape in shapes:
        shape["arcs"] = _renumbered(shape["arcs"], places)
    return {
        "type": "Topology",
        "transform": atlas["transform"],
        "arcs": [atlas["arcs"][old] for old in places],
        "objects": {"countries": {"type": "GeometryCollection", "geometries": shapes}},
    }


def _renumbered(arcs: Any, places: dict[int, int]) -> Any:
    """Return nested numbers of arcs in the order of their first use; ~n is arc n backwards."""
    if isinstance(arcs, list):
        return [_renumbered(each, places) for each in arcs]
    old = arcs if arcs >= 0 else ~arcs
    new = places.setdefault(old, len(places))
    return new if arcs >= 0 else ~new


if __name__ == "__main__":
    main()
