"""Trend 2: labels that show, claims that are empty, and what the law makes of packaging and carbon."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.trends import measures
from simulator.trends.claim import Estimate, Measured, Part
from simulator.trends.value_upgrade import GREENER, SECOND_YEAR
from simulator.trends.verdict import Direction, Factor, Point, Untested
from simulator.trends.worlds import Need, Question, Worlds

Floats = NDArray[np.float64]

LABELS, BORDER = Question("labels"), Question("border")
UNPACKED = BORDER.but({"mechanisms.packaging": False})
YEAR = 52
PRODUCTS, UNITS = 2.2e6, 1.7e9
"""Products with a label, and their units a year, as the claim has them."""
HIDDEN = GREENER.but({"mechanisms.exposure": False})
HAZARD = "behaviour.exposure_hazard"
HAZARDS = (0.004, 0.008, 0.016, 0.032)
"""Chances a week of being found out at the sales of a reference seller; the first is the default."""


def _label_units(worlds: Worlds) -> Estimate:
    units = worlds.figure(
        LABELS, "labelled", lambda r: r.units[YEAR:, :, :, 0].sum(axis=(0, 2)) * 52.0 / (r.weeks - YEAR)
    )
    return Estimate.of(units, worlds.sampling(LABELS, "labelled"))


def _grown(worlds: Worlds, measure: Callable[[int, int], measures.Measure]) -> Floats:
    """Return a figure of the second year over that of the first, by future."""
    second, first = (worlds.figure(LABELS, "labelled", measure(y * YEAR, (y + 1) * YEAR)) for y in (1, 0))
    return second / first


def _adopted(worlds: Worlds) -> Floats:
    """Return the growth of the number of labelled sellers, by future; the archetypes share one draw."""
    scenario = worlds.scenario(LABELS)
    futures = Batch(scenario, range(scenario.replications)).futures
    archetypes = [next(iter(future.category_profile.archetypes.values())) for future in futures]
    return np.array([1.0 + a.labelled.growth_share_year for a in archetypes if a.labelled is not None])


def _growth(worlds: Worlds) -> Estimate:
    return Estimate.of(_grown(worlds, measures.units_with_label) - 1.0, worlds.sampling(LABELS, "labelled"))


def _market(worlds: Worlds) -> Estimate:
    return Estimate.of(_grown(worlds, measures.needs) - 1.0)


def _adoption(worlds: Worlds) -> Estimate:
    return Estimate.of(_adopted(worlds) - 1.0)


def _tilt(worlds: Worlds) -> Estimate:
    explained = _grown(worlds, measures.needs) * _adopted(worlds)
    tilt = _grown(worlds, measures.units_with_label) / explained - 1.0
    return Estimate.of(tilt, worlds.sampling(LABELS, "labelled"))


def _packaging(worlds: Worlds) -> Estimate:
    with_it, without = (worlds.outcome(question, "plain", "landed_cost_usd") for question in (BORDER, UNPACKED))
    return Estimate.of(with_it - without, worlds.sampling(BORDER, "plain"))


def _carbon(first: int, last: int) -> Measured:
    """Return the measure of the carbon border charge on a unit; without the event there is none."""

    def measure(worlds: Worlds) -> Estimate:
        charge = measures.cost_per_unit("carbon_border", first, last)
        return Estimate.of(worlds.figure(BORDER, "plain", charge), worlds.sampling(BORDER, "plain"))

    return measure


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


_LABELLED = (Need(LABELS, ("labelled",)),)
_PACKED = (Need(BORDER, ("plain",)), Need(UNPACKED, ("plain",)))
_TWINS = (Need(GREENER, ("plain", "labelled")),)
_CLAIMED = (Need(GREENER, ("plain", "claimed")),)
_HIDDEN = (*_CLAIMED, Need(HIDDEN, ("claimed",)))
_SWEPT = (*_HIDDEN, *(Need(GREENER.but({HAZARD: hazard}), ("claimed",)) for hazard in HAZARDS))

PARTS: tuple[Part, ...] = (
    Part("6_brand", 6, 2, "recovered input", Point(0.61), "share", GREENER.path, measure=_brand),
    Part("6_sold", 6, 2, "emergent", Direction(+1), "change", GREENER.path, _CLAIMED, _sold),
    Part("8_units", 8, 2, "emergent", Factor(round(UNITS / PRODUCTS), 3.0), "units", LABELS.path, _LABELLED,
         _label_units),
    Part("9_growth", 9, 2, "recovered input", Point(0.48), "change", LABELS.path, _LABELLED, _growth),
    Part("9_market", 9, 2, "recovered input", Untested(), "change", LABELS.path, _LABELLED, _market),
    Part("9_adoption", 9, 2, "recovered input", Untested(), "change", LABELS.path, measure=_adoption),
    Part("9_tilt", 9, 2, "emergent", Direction(+1), "change", LABELS.path, _LABELLED, _tilt),
    Part("10", 10, 2, "outside the model", Untested(140e6), "units"),
    Part("11_seen", 11, 2, "recovered input", Direction(+1), "change", GREENER.path, _TWINS, _seen),
    Part("11_earned", 11, 2, "emergent", Direction(+1), "money", GREENER.path, _TWINS, _earned),
    Part("12_exposure", 12, 2, "emergent", Direction(-1), "money", GREENER.path, _HIDDEN, _exposure),
    Part("12_trap", 12, 2, "emergent", Direction(-1), "money", GREENER.path, _CLAIMED, _trap),
    Part("12_break_even", 12, 2, "emergent", Untested(), "ratio", GREENER.path, _SWEPT, _break_even,
         {"hazard": f"{HAZARDS[0]:g}"}),
    Part("13_packaging", 13, 2, "recovered input", Direction(+1), "usd", BORDER.path, _PACKED, _packaging),
    Part("13_carbon", 13, 2, "recovered input", Direction(+1), "usd", BORDER.path, _PACKED[:1], _carbon(0, YEAR)),
    Part("13_downstream", 13, 2, "recovered input", Direction(+1), "usd", BORDER.path, _PACKED[:1],
         _carbon(YEAR, 2 * YEAR)),
)  # fmt: skip
