"""Trend 7: the end of VAT relief, the risk of policy on one site and on several, and whether compliance pays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulator import facts
from simulator.trends import measures, risk
from simulator.trends.claim import Estimate, Part, Unit
from simulator.trends.paired import paired, single
from simulator.trends.verdict import Direction, Point, Rule, Untested
from simulator.trends.worlds import Need, Question, Worlds

Floats = NDArray[np.float64]
Statistic = Callable[[Floats, Floats], float]

RELIEF, SITES, PROGRAMME = Question("relief"), Question("sites"), Question("programme")
TAXED = RELIEF.but({"mechanisms.events": False})
"""The law as it is: import VAT from the first euro."""
TAX_USD, ITEM_USD, HANDLED_USD = 3.51, 3.48, 5.80
"""Germany: 19 % in 22.00 USD; 3 EUR an item, and the handling fee of 2 EUR besides, at 1.16 USD per EUR."""
ITEM_WEEK, HANDLED_WEEK = 26, 43
"""First Mondays on or after 2026-07-01 and 2026-11-01, in weeks of the run."""

MARKETS = ("DE", "FR", "GB", "JP")
TOGETHER = SITES.but(
    {
        f"events.{kind * len(MARKETS) + k}.key": name
        for kind, name in enumerate(("tariff", "fee"))
        for k in range(len(MARKETS))
    }
)
"""One luck for all tariffs, and one for all fees."""
CALM = SITES.but({"mechanisms.events": False})
SHOCKS = {"together": TOGETHER, "apart": SITES, "calm": CALM}

HAZARD = "behaviour.audit_hazard_none"
DEFAULT = float(facts.load("behaviour").leaves["audit_hazard_none"].value)
SWEEP = {times: PROGRAMME.but({HAZARD: times * DEFAULT}) for times in (0.0, 0.1, 0.3)} | {1.0: PROGRAMME}
"""Chance a week of a hit without a programme, in multiples of the default -> question."""
UNSEEN = SWEEP[0.0]


def _site(key: str, rule: Rule, unit: Unit, statistic: Statistic, shocks: Question, taken: bool = False) -> Part:
    """Return the part on a statistic of several sites against one; of profit, or of what policy takes of a dollar."""
    questions = (shocks, CALM) if taken else (shocks,)

    def figure(worlds: Worlds, name: str) -> Floats:
        profit = worlds.outcome(shocks, name, "profit_usd")
        if not taken:
            return profit
        return (profit - worlds.outcome(CALM, name, "profit_usd")) / worlds.outcome(CALM, name, "revenue_usd").mean()

    def measure(worlds: Worlds) -> Estimate:
        on, off = (figure(worlds, name) for name in ("several", "plain"))
        return risk.jackknife(statistic, on, off, sampling=worlds.sampling(shocks, "several"))

    needs = tuple(Need(question, ("several", "plain")) for question in questions)
    return Part(key, 35, 7, "emergent", rule, unit, SITES.path, needs, measure)


def _gamble(worlds: Worlds) -> list[Floats]:
    """Return the profit without a programme less that with the full one by chance of a hit, float64[F] each.

    The programme is ready before the first goods are, so the hazard without one does not concern it.
    """
    system = worlds.outcome(PROGRAMME, "system", "profit_usd")
    return [worlds.outcome(question, "bare", "profit_usd") - system for question in SWEEP.values()]


def _simulated(*differences: Floats) -> float:
    """Return where the mean difference crosses 0, relative to the default; straight between two hazards."""
    return measures.crossing(list(SWEEP), [float(each.mean()) for each in differences])


def break_even_hazard(open_week: float, hit: float, shut_weeks: float, cost: float, residual: float) -> float:
    """Return the chance a week of a hit at which a seller without a programme earns what one with it does.

    Solves ``(m - h F) / (1 + h W) = B`` with ``B = (m - h' F) / (1 + h' W) - g``: an open week earns m, a hit costs F
    and shuts for W weeks, the programme costs g a week and leaves the hazard h'. Rank and awareness come back at once.

    Parameters
    ----------
    open_week, hit, cost
        m, F and g, USD.
    shut_weeks, residual
        W and h'.
    """
    with_it = (open_week - residual * hit) / (1.0 + residual * shut_weeks) - cost
    return (open_week - with_it) / (hit + shut_weeks * with_it)


def _closed(*terms: Floats) -> float:
    """Return the same by its closed form, at the means of its terms."""
    return break_even_hazard(*(float(term.mean()) for term in terms)) / DEFAULT


def _terms(worlds: Worlds) -> list[Floats]:
    """Return the terms of the closed form by future, all markets together, float64[F] each."""
    batch = worlds.batch(PROGRAMME)
    fine, share, residual = (
        batch.behaviour(f"audit_{name}")[:, 0] for name in ("fine_usd", "seized_share", "hazard_full")
    )
    shut = np.array([b.audit_weeks for b in batch.behaviours], np.float64)
    hit = len(batch.codes) * fine + share * worlds.figure(UNSEEN, "bare", measures.stock_usd)
    cost = worlds.figure(PROGRAMME, "system", measures.programme_usd)
    return [worlds.figure(UNSEEN, "bare", measures.open_week_usd), hit, shut, cost / batch.scenario.weeks, residual]


def _break_even(worlds: Worlds) -> Estimate:
    return risk.jackknife(_simulated, *_gamble(worlds), sampling=worlds.sampling(PROGRAMME, "bare"))


def _formula(worlds: Worlds) -> Estimate:
    return risk.jackknife(_closed, *_terms(worlds), sampling=worlds.sampling(UNSEEN, "bare"))


def _rank(worlds: Worlds) -> Estimate:
    def change(*columns: Floats) -> float:
        return _simulated(*columns[: len(SWEEP)]) / _closed(*columns[len(SWEEP) :]) - 1.0

    return risk.jackknife(change, *_gamble(worlds), *_terms(worlds), sampling=worlds.sampling(PROGRAMME, "bare"))


_BARE, _PAPERS, _SYSTEM = (PROGRAMME, "bare"), (PROGRAMME, "plain"), (PROGRAMME, "system")
_SWEPT = (Need(PROGRAMME, ("system",)), *(Need(question, ("bare",)) for question in SWEEP.values()))
_LARGER, _SMALLER = Direction(+1), Direction(-1)
_NAMES = {"hazard": f"{DEFAULT:g}"}

PARTS: tuple[Part, ...] = (
    single("34_before", 7, "recovered input", Untested(0.0), "usd", (RELIEF, "plain"), measures.tax_usd),
    single("34_after", 7, "recovered input", Point(TAX_USD), "usd", (TAXED, "plain"), measures.tax_usd),
    single("34_item", 7, "recovered input", Point(ITEM_USD), "usd", (TAXED, "plain"),
           measures.cost_per_unit("parcel_duty", ITEM_WEEK, HANDLED_WEEK)),
    single("34_handled", 7, "recovered input", Point(HANDLED_USD), "usd", (TAXED, "plain"),
           measures.cost_per_unit("parcel_duty", HANDLED_WEEK, 2 * measures.YEAR)),
    paired("34_borne", 7, "emergent", _SMALLER, "money", (TAXED, "plain"), (RELIEF, "plain"), "profit_usd"),
    paired("34_passed", 7, "emergent", _SMALLER, "change", (TAXED, "passed_on"), (RELIEF, "plain"), measures.wanted()),
    paired("34_passed_profit", 7, "emergent", _SMALLER, "money", (TAXED, "passed_on"), (RELIEF, "plain"),
           "profit_usd"),
    *(_site(f"35_spread_{name}", _SMALLER, "change", risk.spread_change, shocks) for name, shocks in SHOCKS.items()),
    *(_site(f"35_worst_{name}", _LARGER, "money", risk.worst_difference, shocks) for name, shocks in SHOCKS.items()),
    *(_site(f"35_policy_{name}", _SMALLER, "change", risk.spread_change, SHOCKS[name], taken=True)
      for name in ("together", "apart")),
    paired("35_mean", 7, "emergent", Untested(), "money", (TOGETHER, "several"), (TOGETHER, "plain"), "profit_usd"),
    paired("36_incidents_papers", 7, "recovered input", _SMALLER, "plain", _PAPERS, _BARE, "incidents"),
    paired("36_incidents_system", 7, "recovered input", _SMALLER, "plain", _SYSTEM, _BARE, "incidents"),
    paired("36_npv_papers", 7, "emergent", _LARGER, "money", _PAPERS, _BARE, "npv_usd"),
    paired("36_npv_system", 7, "emergent", _LARGER, "money", _SYSTEM, _BARE, "npv_usd"),
    paired("36_npv_more", 7, "emergent", _LARGER, "money", _SYSTEM, _PAPERS, "npv_usd"),
    Part("36_break_even", 36, 7, "emergent", Untested(), "ratio", PROGRAMME.path, _SWEPT, _break_even, _NAMES),
    Part("36_formula", 36, 7, "emergent", Untested(), "ratio", PROGRAMME.path, _SWEPT, _formula, _NAMES),
    Part("36_rank", 36, 7, "emergent", Untested(), "change", PROGRAMME.path, _SWEPT, _rank),
)  # fmt: skip
