"""Trend 7: what the end of a relief costs, whether several sites spread the risk of policy, and whether compliance pays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator import facts
from simulator.trends import measures, risk
from simulator.trends.claim import Estimate, Kind, Measured, Part, Unit
from simulator.trends.paired import paired, single
from simulator.trends.verdict import Direction, Point, Rule, Untested
from simulator.trends.worlds import Need, Question, Worlds

Floats = NDArray[np.float64]

RELIEF, SITES, PROGRAMME = Question("relief"), Question("sites"), Question("programme")
TAXED = RELIEF.but({"mechanisms.events": False})
"""The law as it is: import VAT from the first euro."""
VAT, ITEM_USD, HANDLED_USD = 0.19 / 1.19, 3.48, 5.80
"""Germany: tax in a taxed price; 3 EUR an item, and the handling fee of 2 EUR besides, at 1.16 USD per EUR."""
ITEM_WEEK, HANDLED_WEEK = 26, 43
"""First Mondays on or after 2026-07-01 and 2026-11-01, in weeks of the run."""

MARKETS = ("DE", "FR", "GB", "JP")
TOGETHER = SITES.but(
    {f"events.{kind * len(MARKETS) + k}.key": name for kind, name in enumerate(("tariff", "fee")) for k in range(len(MARKETS))}
)
"""One luck for all tariffs, and one for all fees."""
CALM = SITES.but({"mechanisms.events": False})
SHOCKS = {"together": TOGETHER, "apart": SITES, "calm": CALM}

HAZARD = "behaviour.audit_hazard_none"
DEFAULT = float(facts.load("behaviour").leaves["audit_hazard_none"].value)
SWEEP = {times: PROGRAMME.but({HAZARD: times * DEFAULT}) for times in (0.0, 0.05, 0.2)} | {1.0: PROGRAMME}
"""Chance a week of a hit without a programme, in multiples of the default -> question."""
UNSEEN = PROGRAMME.but({"mechanisms.audits": False})


def _site(key: str, rule: Rule, unit: Unit, statistic, shocks: Question) -> Part:  # type: ignore[no-untyped-def]
    """Return the part on a statistic of the profit of several sites against one."""

    def measure(worlds: Worlds) -> Estimate:
        on, off = (worlds.outcome(shocks, name, "profit_usd") for name in ("several", "plain"))
        return risk.compared(statistic, on, off, worlds.sampling(shocks, "several"))

    return Part(key, 35, 7, "emergent", rule, unit, SITES.path, (Need(shocks, ("several", "plain")),), measure)


def _policy(key: str, shocks: Question) -> Part:
    """Return the part on how uncertain that part of profit is that policy takes, several sites against one."""

    def measure(worlds: Worlds) -> Estimate:
        on, off = (
            worlds.outcome(shocks, name, "profit_usd") - worlds.outcome(CALM, name, "profit_usd")
            for name in ("several", "plain")
        )
        return risk.compared(risk.spread_change, on, off, worlds.sampling(shocks, "several"))

    needs = tuple(Need(question, ("several", "plain")) for question in (shocks, CALM))
    return Part(key, 35, 7, "emergent", Direction(-1), "change", SITES.path, needs, measure)


def _break_even(worlds: Worlds) -> Estimate:
    """Return the hazard at which no programme is worth as much as the full one, relative to the default.

    Between two hazards the mean of the difference is taken as straight; the interval is that of its own interval.
    """
    values = [
        Estimate.of(worlds.outcome(q, "bare", "profit_usd") - worlds.outcome(q, "system", "profit_usd"))
        for q in SWEEP.values()
    ]
    mean, low, high = (
        measures.crossing(list(SWEEP), [getattr(v, name) for v in values]) for name in ("mean", "low", "high")
    )
    return Estimate(mean, low, high, worlds.sampling(PROGRAMME, "bare"))


def break_even_hazard(open_week: Floats, hit: Floats, shut_weeks: Floats, cost: Floats, residual: Floats) -> Floats:
    """Return the chance a week of a hit at which a seller without a programme earns what one with it does.

    Solves ``(m - h F) / (1 + h W) = B`` with ``B = (m - h₁ F) / (1 + h₁ W) - g``: an open week earns m, a hit costs F
    and shuts for W weeks, the programme costs g a week and leaves the hazard h₁. Rank and awareness come back at once.

    Parameters
    ----------
    open_week, hit, cost
        m, F and g, USD, float64[F].
    shut_weeks, residual
        W and h₁, float64[F].
    """
    with_it = (open_week - residual * hit) / (1.0 + residual * shut_weeks) - cost
    return (open_week - with_it) / (hit + shut_weeks * with_it)


def _closed_form(worlds: Worlds) -> Floats:
    """Return the break-even hazard by its closed form and future, relative to the default."""
    batch = worlds.batch(PROGRAMME)
    sites, weeks = len(batch.codes), batch.scenario.weeks
    number = {name: batch.behaviour(f"audit_{name}")[:, 0] for name in ("fine_usd", "seized_share", "hazard_full")}
    shut = np.array([b.audit_weeks for b in batch.behaviours], np.float64)
    stock = worlds.figure(UNSEEN, "bare", measures.stock_usd)
    hit = sites * number["fine_usd"] + number["seized_share"] * stock
    extra = [
        worlds.figure(UNSEEN, name, lambda r: r.ledger[..., measures.PROGRAMME].sum(axis=(0, 2, 3)) / 100.0)
        for name in ("system", "bare")
    ]
    cost = (extra[0] - extra[1]) / weeks
    earned = worlds.figure(UNSEEN, "bare", measures.open_week_usd)
    return break_even_hazard(earned, hit, shut, cost, number["hazard_full"]) / DEFAULT


def _formula(worlds: Worlds) -> Estimate:
    return Estimate.of(_closed_form(worlds), worlds.sampling(UNSEEN, "bare"))


_BARE, _PAPERS, _SYSTEM = (PROGRAMME, "bare"), (PROGRAMME, "plain"), (PROGRAMME, "system")
_SWEPT = tuple(Need(question, ("bare", "system")) for question in SWEEP.values())
_LARGER, _SMALLER = Direction(+1), Direction(-1)
_GAMBLE: Kind = "emergent"
_NAMES = {"hazard": f"{DEFAULT:g}"}

PARTS: tuple[Part, ...] = (
    single("34_before", 7, "recovered input", Point(0.0), "share", (RELIEF, "plain"), measures.tax_share),
    single("34_after", 7, "recovered input", Point(VAT), "share", (TAXED, "plain"), measures.tax_share),
    single("34_item", 7, "recovered input", Point(ITEM_USD), "usd", (TAXED, "plain"),
           measures.cost_per_unit("parcel_duty", ITEM_WEEK, HANDLED_WEEK)),
    single("34_handled", 7, "recovered input", Point(HANDLED_USD), "usd", (TAXED, "plain"),
           measures.cost_per_unit("parcel_duty", HANDLED_WEEK, 104)),
    paired("34_borne", 7, "emergent", _SMALLER, "money", (TAXED, "plain"), (RELIEF, "plain"), "profit_usd"),
    paired("34_passed", 7, "emergent", _SMALLER, "change", (TAXED, "passed_on"), (RELIEF, "plain"), measures.wanted()),
    paired("34_passed_profit", 7, "emergent", _SMALLER, "money", (TAXED, "passed_on"), (RELIEF, "plain"),
           "profit_usd"),
    *(_site(f"35_spread_{name}", _SMALLER, "change", risk.spread_change, shocks) for name, shocks in SHOCKS.items()),
    *(_policy(f"35_policy_{name}", shocks) for name, shocks in SHOCKS.items() if name != "calm"),
    *(_site(f"35_worst_{name}", _LARGER, "money", risk.worst_difference, shocks) for name, shocks in SHOCKS.items()),
    paired("35_mean", 7, "emergent", Untested(), "money", (TOGETHER, "several"), (TOGETHER, "plain"), "profit_usd"),
    paired("36_incidents_papers", 7, "recovered input", _SMALLER, "plain", _PAPERS, _BARE, "incidents"),
    paired("36_incidents_system", 7, "recovered input", _SMALLER, "plain", _SYSTEM, _BARE, "incidents"),
    paired("36_npv_papers", 7, "emergent", _LARGER, "money", _PAPERS, _BARE, "npv_usd"),
    paired("36_npv_system", 7, "emergent", _LARGER, "money", _SYSTEM, _BARE, "npv_usd"),
    paired("36_npv_more", 7, "emergent", _LARGER, "money", _SYSTEM, _PAPERS, "npv_usd"),
    Part("36_break_even", 36, 7, "emergent", Untested(), "ratio", PROGRAMME.path, _SWEPT, _break_even, _NAMES),
    Part("36_formula", 36, 7, "emergent", Untested(), "ratio", PROGRAMME.path, (Need(UNSEEN, ("bare", "system")),),
         _formula, _NAMES),
)  # fmt: skip
