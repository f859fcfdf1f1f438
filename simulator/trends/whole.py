"""The whole: what green, AI and local earn in the flagship, each with its share of what they earn together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulator import shapley
from simulator.trends.claim import Estimate, Part
from simulator.trends.verdict import Direction, Rule, Untested
from simulator.trends.worlds import Need, Question, Worlds

Floats = NDArray[np.float64]

BUNDLES = Question("bundles")
NAMES = ("green", "ai", "local")
COALITIONS = (
    "one_size_fits_all", "green", "ai", "green_ai", "localised", "green_local", "ai_local", "green_ai_local",
)  # fmt: skip
"""Strategy of each coalition: green is its first bit, AI the second, local the third."""
_NEEDS = (Need(BUNDLES, COALITIONS),)


def _values(worlds: Worlds) -> Floats:
    """Return the net present value of every coalition, USD, float64[8, F]."""
    return np.array([worlds.outcome(BUNDLES, name, "npv_usd") for name in COALITIONS])


def _part(key: str, figure: Callable[[Floats], Floats], rule: Rule | None = None) -> Part:
    """Return the part on a figure of the coalitions' values float64[8, F], by future float64[F]."""

    def measure(worlds: Worlds) -> Estimate:
        return Estimate.of(figure(_values(worlds)), worlds.sampling(BUNDLES, COALITIONS[-1]))

    return Part(f"39_{key}", 39, 0, "emergent", rule or Untested(), "money", BUNDLES.path, _NEEDS, measure)


def _bundle(i: int) -> tuple[Part, ...]:
    """Return the parts on one bundle: its share of the whole, and what it adds first and last."""
    name = NAMES[i]
    return (
        _part(name, lambda values: shapley.shapley(values)[i], Direction(+1)),
        _part(f"{name}_alone", lambda values: shapley.alone(values)[i]),
        _part(f"{name}_last", lambda values: shapley.last(values)[i]),
    )


def _pair(i: int, j: int) -> Part:
    """Return the part on how much more two bundles earn together."""
    return _part(f"{NAMES[i]}_{NAMES[j]}", lambda values: shapley.interactions(values)[i, j])


PARTS: tuple[Part, ...] = (
    *(part for i in range(len(NAMES)) for part in _bundle(i)),
    _pair(0, 1), _pair(0, 2), _pair(1, 2),
    _part("all", lambda values: values[-1] - values[0]),
)  # fmt: skip
