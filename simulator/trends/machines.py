"""Trend 3: what machines change along the chain, fees included."""

from __future__ import annotations

import numpy as np

from simulator import facts
from simulator.batch import Batch
from simulator.trends import measures
from simulator.trends.claim import Estimate, Measured, Part
from simulator.trends.verdict import AtLeast, Direction, Point, Untested
from simulator.trends.worlds import Need, Question, Worlds

MACHINES, FORECASTS, VOICE = Question("machines"), Question("forecasts"), Question("voice")
LIVES = (26, 40, 52)
"""Weeks of a product's life; 40 is the default of the category."""
FORECAST = {"mean": 0.12, "smoothing": None, "machine": 0.03}
"""Strategy -> leftovers that the claim gives it; of smoothing it does not speak."""

VENDOR = MACHINES.but({"behaviour.ar_effect": 0.10, "category.fit_uncertainty": 0.10})
"""What vendors say of try-on: + 30 % are .10 of the price at an elasticity of 2.6."""
BEST = MACHINES.but(
    {
        f"behaviour.{name}": value
        for name, value in {
            "ai_ads_factor": 1.3, "ai_ads_waste_share": 0.0, "ai_service_effect": 0.15, "ai_service_wrong_share": 0.01,
            "ai_incubation_factor": 0.3, "ai_selection_miss_share": 0.02, "ai_ramp_weeks": 8.0,
            "ai_selection_usd_week": 100.0, "ai_forecasting_usd_week": 80.0, "ai_advertising_usd_week": 60.0,
            "ai_service_usd_week": 60.0,
        }.items()
    }
)  # fmt: skip
"""Every effect of AI at the best end of its range, every fee at the lowest."""


def _incubation(worlds: Worlds) -> Estimate:
    """Return the change of the weeks from idea to listing: incubation, production and the way to the shelf."""
    scenario = worlds.scenario(MACHINES)
    batch = Batch(scenario, range(scenario.replications))
    way = scenario.category_profile.lead_production_weeks + batch.market("sea_weeks").mean(axis=1)
    before = np.array([b.incubation_weeks for b in batch.behaviours], np.float64)
    after = before * batch.behaviour("ai_incubation_factor")[:, 0]
    return Estimate.of((after + way) / (before + way) - 1.0)


def _later_revenue(worlds: Worlds) -> Estimate:
    """Return the change of revenue from the second generation on, the first that a machine can have picked."""
    first = worlds.scenario(MACHINES).category_profile.life_weeks
    revenue = measures.revenue(first)
    picked, plain = (worlds.figure(MACHINES, name, revenue) for name in ("selection", "plain"))
    return Estimate.of(picked / plain - 1.0, worlds.sampling(MACHINES, "selection"))


def _paid(name: str) -> Measured:
    return lambda worlds: worlds.difference(MACHINES, name, "plain", "profit_usd")


def _converts(question: Question, name: str) -> Measured:
    def measure(worlds: Worlds) -> Estimate:
        with_it = worlds.figure(question, name, measures.conversion)
        ratio = with_it / worlds.figure(MACHINES, "plain", measures.conversion)
        return Estimate.of(ratio - 1.0, worlds.sampling(question, name))

    return measure


def _answers(name: str) -> Measured:
    return lambda worlds: Estimate.of(worlds.outcome(MACHINES, name, "response_seconds"))


def _stars(worlds: Worlds) -> Estimate:
    return worlds.difference(MACHINES, "service", "plain", "rating")


def _leftovers(life: int, name: str) -> Part:
    """Return the part on what a method of forecasting leaves, beside the stock-outs that it bears."""
    question = FORECASTS.but({"category.life_weeks": life})

    def measure(worlds: Worlds) -> Estimate:
        return Estimate.of(
            worlds.outcome(question, name, "leftover_share"), worlds.sampling(question, name),
            stockout_share=worlds.outcome(question, name, "stockout_share"),
        )  # fmt: skip

    key, names = f"17_{name}", {"life": str(life)}
    claim = FORECAST[name]
    rule, needs = Untested() if claim is None else Point(claim), (Need(question, (name,)),)
    return Part(key, 17, 3, "emergent", rule, "share", question.path, needs, measure, names)


def _cheaper(question: Question) -> Measured:
    def measure(worlds: Worlds) -> Estimate:
        with_it = worlds.figure(question, "all_ai", measures.expenses_per_unit)
        without = worlds.figure(MACHINES, "plain", measures.expenses_per_unit)
        return Estimate.of(with_it / without - 1.0, worlds.sampling(question, "all_ai"))

    return measure


def _hubs(smart_only: bool) -> Measured:
    """Return the share of (smart) households with a voice hub; the interval is that of the facts."""

    def measure(worlds: Worlds) -> Estimate:
        codes = list(worlds.scenario(VOICE).markets)
        leaves = [facts.load("markets", code).leaves for code in codes]
        people = np.array([float(each["shoppers"].value) for each in leaves])

        def mean(bound: str) -> float:
            hub, home = (
                np.array([float(getattr(each[name], bound)) for each in leaves])
                for name in ("voice_hub_share", "smart_home_share")
            )
            return float((people * hub * (1.0 if smart_only else home)).sum() / people.sum())

        return Estimate(mean("value"), mean("low"), mean("high"))

    return measure


def _seen(worlds: Worlds) -> Estimate:
    with_it, without = (worlds.figure(VOICE, name, measures.visibility) for name in ("ecosystem", "plain"))
    return Estimate.of(with_it / without - 1.0, worlds.sampling(VOICE, "ecosystem"))


def _earned(worlds: Worlds) -> Estimate:
    return worlds.difference(VOICE, "ecosystem", "plain", "profit_usd")


def _needs(*names: str) -> tuple[Need, ...]:
    return (Need(MACHINES, ("plain", *names)),)


_ALL, _VOICE = _needs("all_ai"), (Need(VOICE, ("plain", "ecosystem")),)
_PATH = MACHINES.path

PARTS: tuple[Part, ...] = (
    Part("14_weeks", 14, 3, "recovered input", Point(-0.50), "change", _PATH, measure=_incubation),
    Part("14_revenue", 14, 3, "emergent", Direction(+1), "change", _PATH, _needs("selection"), _later_revenue),
    Part("14_profit", 14, 3, "emergent", Direction(+1), "money", _PATH, _needs("selection"), _paid("selection")),
    Part("15_seconds", 15, 3, "recovered input", Point(15.0), "seconds", _PATH, _needs("service"), _answers("service")),
    Part("15_people", 15, 3, "recovered input", Untested(), "seconds", _PATH, _needs(), _answers("plain")),
    Part("15_conversion", 15, 3, "emergent", Direction(+1), "change", _PATH, _needs("service"),
         _converts(MACHINES, "service")),
    Part("15_stars", 15, 3, "emergent", Direction(+1), "stars", _PATH, _needs("service"), _stars),
    Part("15_profit", 15, 3, "emergent", Direction(+1), "money", _PATH, _needs("service"), _paid("service")),
    Part("16_vendor", 16, 3, "recovered input", AtLeast(0.30), "change", _PATH,
         (*_needs(), Need(VENDOR, ("try_on",))), _converts(VENDOR, "try_on")),
    Part("16_causal", 16, 3, "emergent", AtLeast(0.30), "change", _PATH, _needs("try_on"),
         _converts(MACHINES, "try_on")),
    *(_leftovers(life, name) for name in FORECAST for life in LIVES),
    Part("18_prior", 18, 3, "emergent", Point(-0.22), "change", _PATH, _ALL, _cheaper(MACHINES)),
    Part("18_best", 18, 3, "emergent", Point(-0.22), "change", _PATH, (*_ALL, Need(BEST, ("all_ai",))),
         _cheaper(BEST)),
    Part("19_households", 19, 3, "recovered input", AtLeast(0.50), "share", VOICE.path, measure=_hubs(False)),
    Part("19_smart", 19, 3, "recovered input", AtLeast(0.50), "share", VOICE.path, measure=_hubs(True)),
    Part("20_seen", 20, 3, "recovered input", Direction(+1), "change", VOICE.path, _VOICE, _seen),
    Part("20_earned", 20, 3, "emergent", Direction(+1), "money", VOICE.path, _VOICE, _earned),
)  # fmt: skip
