"""Trend 2: labels that show, claims that are empty, and what the law makes of packaging and carbon."""

from __future__ import annotations

import numpy as np

from simulator.trends import measures
from simulator.trends.claim import Estimate, Part
from simulator.trends.value_upgrade import GREENER, SECOND_YEAR
from simulator.trends.verdict import Direction, Point, Untested
from simulator.trends.worlds import Need, Worlds

HIDDEN = GREENER.but({"mechanisms.exposure": False})
HAZARD = "behaviour.exposure_hazard"
HAZARDS = (0.004, 0.008, 0.016, 0.032)
"""Chances a week of being found out at the sales of a reference seller; the first is the default."""


def _brand(worlds: Worlds) -> Estimate:
    unproven = worlds.scenario(GREENER).behaviour_profile.green_unproven_share
    return worlds.people(GREENER).prefer_green(0.0, unproven)


def _sold(worlds: Worlds) -> Estimate:
    wanted = measures.wanted(SECOND_YEAR)
    ratio = worlds.figure(GREENER, "claimed", wanted) / worlds.figure(GREENER, "plain", wanted)
    return Estimate.of(ratio - 1.0, worlds.sampling(GREENER, "claimed"))


def _seen(worlds: Worlds) -> Estimate:
    with_it, without = (worlds.figure(GREENER, name, measures.visibility) for name in ("labelled", "plain"))
    return Estimate.of(with_it / without - 1.0, worlds.sampling(GREENER, "labelled"))


def _earned(worlds: Worlds) -> Estimate:
    return worlds.difference(GREENER, "labelled", "plain", "profit_usd")


def _exposure(worlds: Worlds) -> Estimate:
    found_out, hidden = (worlds.outcome(question, "claimed", "profit_usd") for question in (GREENER, HIDDEN))
    return Estimate.of(found_out - hidden, worlds.sampling(GREENER, "claimed"))


def _trap(worlds: Worlds) -> Estimate:
    return worlds.difference(GREENER, "claimed", "plain", "profit_usd")


def _break_even(worlds: Worlds) -> Estimate:
    """Return the hazard at which an empty claim is worth nothing, relative to the default.

    Between two hazards its mean value is taken as straight; the interval is that of the value's own interval.
    """
    plain = worlds.outcome(GREENER, "plain", "profit_usd")
    values = [Estimate.of(worlds.outcome(HIDDEN, "claimed", "profit_usd") - plain)]
    for hazard in HAZARDS:
        claimed = worlds.outcome(GREENER.but({HAZARD: hazard}), "claimed", "profit_usd")
        values.append(Estimate.of(claimed - plain))
    at = np.array((0.0, *HAZARDS)) / HAZARDS[0]
    mean, low, high = (_crossing(at, [getattr(v, name) for v in values]) for name in ("mean", "low", "high"))
    return Estimate(mean, low, high, worlds.sampling(GREENER, "claimed"))


def _crossing(at: np.ndarray, values: list[float]) -> float:
    """Return where a falling line through points first crosses 0; nan where it does not."""
    for (x, y), (x1, y1) in zip(zip(at, values), zip(at[1:], values[1:]), strict=False):
        if y >= 0.0 > y1:
            return float(x + (x1 - x) * y / (y - y1))
    return float("nan") if values[0] >= 0.0 else 0.0


_TWINS = (Need(GREENER, ("plain", "labelled")),)
_CLAIMED = (Need(GREENER, ("plain", "claimed")),)
_HIDDEN = (*_CLAIMED, Need(HIDDEN, ("claimed",)))
_SWEPT = (*_HIDDEN, *(Need(GREENER.but({HAZARD: hazard}), ("claimed",)) for hazard in HAZARDS))

PARTS: tuple[Part, ...] = (
    Part("6_brand", 6, 2, "recovered input", Point(0.61), "share", GREENER.path, measure=_brand),
    Part("6_sold", 6, 2, "emergent", Direction(+1), "change", GREENER.path, _CLAIMED, _sold),
    Part("10", 10, 2, "outside the model", Untested(140e6), "units"),
    Part("11_seen", 11, 2, "recovered input", Direction(+1), "change", GREENER.path, _TWINS, _seen),
    Part("11_earned", 11, 2, "emergent", Direction(+1), "money", GREENER.path, _TWINS, _earned),
    Part("12_exposure", 12, 2, "emergent", Direction(-1), "money", GREENER.path, _HIDDEN, _exposure),
    Part("12_trap", 12, 2, "emergent", Direction(-1), "money", GREENER.path, _CLAIMED, _trap),
    Part("12_break_even", 12, 2, "emergent", Untested(), "ratio", GREENER.path, _SWEPT, _break_even,
         {"hazard": f"{HAZARDS[0]:g}"}),
)  # fmt: skip
