"""Trend 3: what machines change along the chain, fees included."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator import facts
from simulator.trends import measures
from simulator.trends.claim import Estimate, Measured, Part
from simulator.trends.paired import paired, single
from simulator.trends.verdict import AtLeast, Direction, Point, Untested
from simulator.trends.worlds import Question, Worlds

MACHINES, FORECASTS, VOICE = Question("machines"), Question("forecasts"), Question("voice")
LIVES = (26, 40, 52)
"""Weeks of a product's life; 40 is the default of the category."""
GENERATION = 40
"""Weeks of a generation of earbuds; what sells in the first, no machine can have picked."""
FORECAST = {"mean": 0.12, "smoothing": None, "machine": 0.03}
"""Strategy -> leftovers that the claim gives it; of smoothing it does not speak."""

VENDOR = MACHINES.but({"behaviour.ar_effect": 0.10, "category.fit_uncertainty": 0.10})
"""What vendors say of try-on: + 30 % are .10 of the price at an elasticity of 2.6."""
MORE_IS_BETTER = ("ai_ads_factor", "ai_service_effect")
LESS_IS_BETTER = (
    "ai_ads_waste_share", "ai_service_answer_seconds", "ai_service_wrong_share", "ai_incubation_factor",
    "ai_selection_miss_share", "ai_selection_miss_taste", "ai_ramp_weeks",
    *(f"ai_{work}_{fee}" for work in ("selection", "forecasting", "advertising", "service")
      for fee in ("setup_usd", "usd_week")),
)  # fmt: skip
_RANGES = facts.load("behaviour").leaves
BEST = MACHINES.but(
    {f"behaviour.{name}": _RANGES[name].high for name in MORE_IS_BETTER}
    | {f"behaviour.{name}": _RANGES[name].low for name in LESS_IS_BETTER}
)
"""Every effect of AI at the best end of its range, every fee at the lowest."""


def _incubation(worlds: Worlds) -> Estimate:
    """Return the change of the weeks from idea to listing: incubation, production and the way to the shelf."""
    batch = worlds.batch(MACHINES)
    way = batch.scenario.category_profile.lead_production_weeks + batch.market("sea_weeks").mean(axis=1)
    before = np.array([b.incubation_weeks for b in batch.behaviours], np.float64)
    after = before * batch.behaviour("ai_incubation_factor")[:, 0]
    return Estimate.of((after + way) / (before + way) - 1.0)


def _leftovers(life: int, name: str) -> Part:
    """Return the part on what a method of forecasting leaves, beside the stock-outs that it bears."""
    claim = FORECAST[name]
    rule = Untested() if claim is None else Point(claim)
    side = FORECASTS.but({"category.life_weeks": life}), name
    names, beside = {"life": str(life)}, ("stockout_share",)
    return single(f"17_{name}", 3, "emergent", rule, "share", side, measures.left_over(life), names, beside)


def _hubs(smart_only: bool) -> Measured:
    """Return the share of (smart) households with a voice hub; the interval is that of the facts."""

    def measure(worlds: Worlds) -> Estimate:
        codes = list(worlds.scenario(VOICE).markets)
        leaves = [facts.load("markets", code).leaves for code in codes]

        def column(name: str, bound: str = "value") -> NDArray[np.float64]:
            return np.array([float(getattr(each[name], bound)) for each in leaves])

        weight = column("shoppers") * (column("smart_home_share") if smart_only else 1.0)

        def mean(bound: str) -> float:
            hub = column("voice_hub_share", bound) * (1.0 if smart_only else column("smart_home_share", bound))
            return float((weight * hub).sum() / weight.sum())

        return Estimate(mean("value"), mean("low"), mean("high"))

    return measure


_PLAIN, _SELECT, _ANSWER = (MACHINES, "plain"), (MACHINES, "selection"), (MACHINES, "service")
_ALONE, _ECOSYSTEM = (VOICE, "plain"), (VOICE, "ecosystem")
_UP = Direction(+1)

PARTS: tuple[Part, ...] = (
    Part("14_weeks", 14, 3, "recovered input", Point(-0.50), "change", MACHINES.path, measure=_incubation),
    paired("14_revenue", 3, "emergent", _UP, "change", _SELECT, _PLAIN, measures.revenue_after(GENERATION)),
    paired("14_profit", 3, "emergent", _UP, "money", _SELECT, _PLAIN, "profit_usd"),
    single("15_seconds", 3, "recovered input", Point(15.0), "seconds", _ANSWER, "response_seconds"),
    single("15_people", 3, "recovered input", Untested(), "seconds", _PLAIN, "response_seconds"),
    paired("15_conversion", 3, "emergent", _UP, "change", _ANSWER, _PLAIN, measures.conversion),
    paired("15_stars", 3, "emergent", _UP, "stars", _ANSWER, _PLAIN, "rating"),
    paired("15_profit", 3, "emergent", _UP, "money", _ANSWER, _PLAIN, "profit_usd"),
    paired("16_vendor", 3, "recovered input", AtLeast(0.30), "change", (VENDOR, "try_on"), _PLAIN, measures.conversion),
    paired("16_causal", 3, "emergent", AtLeast(0.30), "change", (MACHINES, "try_on"), _PLAIN, measures.conversion),
    *(_leftovers(life, name) for name in FORECAST for life in LIVES),
    paired("18_prior", 3, "emergent", Point(-0.22), "change", (MACHINES, "all_ai"), _PLAIN, measures.expenses_per_unit),
    paired("18_best", 3, "emergent", Point(-0.22), "change", (BEST, "all_ai"), _PLAIN, measures.expenses_per_unit),
    Part("19_households", 19, 3, "recovered input", AtLeast(0.50), "share", VOICE.path, measure=_hubs(False)),
    Part("19_smart", 19, 3, "recovered input", AtLeast(0.50), "share", VOICE.path, measure=_hubs(True)),
    paired("20_seen", 3, "recovered input", _UP, "change", _ECOSYSTEM, _ALONE, measures.visibility),
    paired("20_earned", 3, "emergent", _UP, "money", _ECOSYSTEM, _ALONE, "profit_usd"),
)  # fmt: skip
