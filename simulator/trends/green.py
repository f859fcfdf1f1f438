"""Trend 2: labels that show, claims that are empty, and what the law makes of packaging and carbon."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulator import facts
from simulator.trends import measures
from simulator.trends.claim import Estimate, Part
from simulator.trends.measures import YEAR
from simulator.trends.paired import paired, single
from simulator.trends.value_upgrade import GREENER
from simulator.trends.verdict import Direction, Factor, Point, Untested
from simulator.trends.worlds import Need, Question, Worlds

Floats = NDArray[np.float64]

LABELS, BORDER = Question("labels"), Question("border")
UNPACKED = BORDER.but({"mechanisms.packaging": False})
PRODUCTS, UNITS = 2.2e6, 1.7e9
"""Products with a label, and their units a year, as the claim has them."""
HIDDEN = GREENER.but({"mechanisms.exposure": False})
HAZARD = "behaviour.exposure_hazard"
DEFAULT = float(facts.load("behaviour").leaves["exposure_hazard"].value)
SWEEP = {0.0: HIDDEN, 1.0: GREENER} | {times: GREENER.but({HAZARD: times * DEFAULT}) for times in (2.0, 4.0, 8.0)}
"""Chance a week of being found out at the sales of a reference seller, in multiples of the default -> question."""


def _grown(worlds: Worlds, measure: Callable[[int, int], measures.Measure]) -> Floats:
    """Return a figure of the second year over that of the first, by future."""
    second, first = (worlds.figure(LABELS, "labelled", measure(y * YEAR, (y + 1) * YEAR)) for y in (1, 0))
    return second / first


def _adopted(worlds: Worlds) -> Floats:
    """Return the growth of the number of labelled sellers, by future; the archetypes share one draw."""
    archetypes = [next(iter(future.category_profile.archetypes.values())) for future in worlds.batch(LABELS).futures]
    return np.array([1.0 + a.labelled.growth_share_year for a in archetypes if a.labelled is not None])


def _growth(worlds: Worlds) -> Estimate:
    return Estimate.of(_grown(worlds, measures.units_with_label) - 1.0)


def _market(worlds: Worlds) -> Estimate:
    return Estimate.of(_grown(worlds, measures.needs) - 1.0)


def _adoption(worlds: Worlds) -> Estimate:
    return Estimate.of(_adopted(worlds) - 1.0)


def _tilt(worlds: Worlds) -> Estimate:
    explained = _grown(worlds, measures.needs) * _adopted(worlds)
    return Estimate.of(_grown(worlds, measures.units_with_label) / explained - 1.0)


def _brand(worlds: Worlds) -> Estimate:
    unproven = worlds.scenario(GREENER).behaviour_profile.green_unproven_share
    return worlds.people(GREENER).prefer_green(0.0, unproven)


def _break_even(worlds: Worlds) -> Estimate:
    """Return the hazard at which an empty claim is worth nothing, relative to the default.

    Between two hazards its mean value is taken as straight; the interval is that of the value's own interval.
    """
    plain = worlds.outcome(GREENER, "plain", "profit_usd")
    values = [Estimate.of(worlds.outcome(question, "claimed", "profit_usd") - plain) for question in SWEEP.values()]
    mean, low, high = (
        measures.crossing(list(SWEEP), [getattr(v, name) for v in values]) for name in ("mean", "low", "high")
    )
    return Estimate(mean, low, high, worlds.sampling(GREENER, "claimed"))


_LABELLED = (Need(LABELS, ("labelled",)),)
_SWEPT = (Need(GREENER, ("plain",)), *(Need(question, ("claimed",)) for question in SWEEP.values()))
_PLAIN, _LABEL, _CLAIM, _CHAIR = (GREENER, "plain"), (GREENER, "labelled"), (GREENER, "claimed"), (BORDER, "plain")
_FIRST, _SECOND = (measures.cost_per_unit("carbon_border", year * YEAR, (year + 1) * YEAR) for year in (0, 1))

PARTS: tuple[Part, ...] = (
    Part("6_brand", 6, 2, "recovered input", Point(0.61), "share", GREENER.path, measure=_brand),
    paired("6_sold", 2, "emergent", Direction(+1), "change", _CLAIM, _PLAIN, measures.wanted(YEAR)),
    single("8_units", 2, "emergent", Factor(round(UNITS / PRODUCTS), 3.0), "units", (LABELS, "labelled"),
           measures.sold_a_year(YEAR)),
    Part("9_growth", 9, 2, "recovered input", Point(0.48), "change", LABELS.path, _LABELLED, _growth),
    Part("9_market", 9, 2, "recovered input", Untested(), "change", LABELS.path, _LABELLED, _market),
    Part("9_adoption", 9, 2, "recovered input", Untested(), "change", LABELS.path, measure=_adoption),
    Part("9_tilt", 9, 2, "emergent", Direction(+1), "change", LABELS.path, _LABELLED, _tilt),
    Part("10", 10, 2, "outside the model", Untested(140e6), "units"),
    paired("11_seen", 2, "recovered input", Direction(+1), "change", _LABEL, _PLAIN, measures.visibility),
    paired("11_earned", 2, "emergent", Direction(+1), "money", _LABEL, _PLAIN, "profit_usd"),
    paired("12_exposure", 2, "emergent", Direction(-1), "money", _CLAIM, (HIDDEN, "claimed"), "profit_usd"),
    paired("12_trap", 2, "emergent", Direction(-1), "money", _CLAIM, _PLAIN, "profit_usd"),
    Part("12_break_even", 12, 2, "emergent", Untested(), "ratio", GREENER.path, _SWEPT, _break_even,
         {"hazard": f"{DEFAULT:g}"}),
    paired("13_packaging", 2, "recovered input", Direction(+1), "usd", _CHAIR, (UNPACKED, "plain"), "landed_cost_usd"),
    paired("13_profit", 2, "emergent", Direction(-1), "money", _CHAIR, (UNPACKED, "plain"), "profit_usd"),
    single("13_carbon", 2, "recovered input", Direction(+1), "usd", _CHAIR, _FIRST),
    single("13_downstream", 2, "recovered input", Direction(+1), "usd", _CHAIR, _SECOND),
)  # fmt: skip
