"""Risk pooling: one stock for n markets needs ``1 / sqrt(n)`` of the safety stock of n stocks (Eppen 1979).

Independent demands add up to n times the mean but only sqrt(n) times the spread. In the simulator n markets are
served from local stock, then from the firm's pool: both reorder weekly up to what the plan expects and the service
level asks for, and what is not on the shelf is lost. How much demand is met follows from how stock moves: what a week
sells is ordered anew, ``stock' = level - min(D, stock)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import floor, sqrt
from statistics import NormalDist
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from simulator.lessons import neutral, noise
from simulator.lessons.choice import STANDARD_ERRORS
from simulator.lessons.lesson import Measured, Parameters
from simulator.model import MarketEntryModel

MARKETS = (neutral.MARKET, "US", "GB", "FR", "JP", "AE", "SA", "SG", "MY")
"""Where a lesson of n markets plays: the first n. None of their figures matters here."""
SAMPLES = 1600
"""Stocks of one market that are followed, over all futures."""
LEAD, FIRST, WEEKS = 1, 2, 16
"""Weeks from order to shelf; week from which every order goes up to the level; weeks played."""
COVERED = LEAD + 1
"""Weeks that an order must last: the way and the week until the next order is there."""
HALF = 0.5 + 1e-6
"""Levels are whole units."""
REFERENCE_USD = 100.0
"""A price far above all fees."""

Floats = NDArray[np.float64]


class Pooling(Parameters):
    """Markets with independent demand, units a week in each."""

    markets: Annotated[int, Field(ge=1, le=len(MARKETS))] = 4
    mean: Annotated[float, Field(ge=1.0, le=300.0)] = 100.0
    sd: Annotated[float, Field(gt=0.0, le=400.0)] = 30.0
    service_level: Annotated[float, Field(ge=0.6, le=0.9999)] = 0.95

    @model_validator(mode="after")
    def _fit(self) -> Self:
        noise.checked(self.mean, self.sd)
        return self


PARAMETERS = Pooling


# ---------------------------------------------------------------------------------------------- the textbook
def expected(given: Pooling) -> dict[str, float]:
    """Return the safety stocks of all markets, units, their ratio, and the shares of demand that are met."""
    apart, joint = _stock(given, 1), _stock(given, given.markets)
    return {
        "safety_stock_separate": given.markets * apart.safety,
        "safety_stock_pooled": joint.safety,
        "ratio": 1.0 / sqrt(given.markets),
        "fill_separate": apart.fill,
        "fill_pooled": joint.fill,
    }


@dataclass(frozen=True)
class _Stock:
    """A stock in theory, over the weeks that count."""

    safety: float
    """Safety stock, units."""
    fill: float
    """Share of demand met."""
    variance: float
    """Of ``sold - fill * demand``, units, of weeks that did not depend on each other."""


@cache
def _stock(given: Pooling, markets: int) -> _Stock:
    """Return what becomes of a stock that serves so many markets.

    With ``min(D, x) = sum over k of [D >= k] [x >= k]``, demand and stock being independent, every mean is a sum over
    products of their tails.
    """
    safety = NormalDist().inv_cdf(given.service_level) * given.sd * sqrt(COVERED * markets)
    level = floor(markets * given.mean * COVERED + safety + 0.5)
    size = 1 << (markets * level + markets).bit_length()
    one = np.fft.rfft(noise.Demand(given.mean, given.sd).probabilities(level), size)
    chances = np.maximum(np.fft.irfft(one**markets, size)[: level + 1], 0.0)  # of 0 … level units
    tail = np.maximum(1.0 - np.append(0.0, chances.cumsum()), 0.0)[: level + 1]  # P(D >= k)
    mean, units = markets * given.mean, np.arange(level + 1.0)
    above = np.maximum(mean - np.append(0.0, (units * chances).cumsum())[: level + 1], 0.0)  # E[D; D >= k]
    square = markets * given.sd**2 + mean**2
    has = (units <= floor(mean * COVERED + 0.5)) * 1.0  # P(x >= k); the first order is the plan alone
    sold, moments = 0.0, []
    for week in range(LEAD, WEEKS):
        met = tail * has
        if week >= FIRST:
            sold += float(met[1:].sum())
            moments.append((float(((2.0 * units - 1.0) * met)[1:].sum()), float((above * has)[1:].sum())))
        has = np.append(1.0, 1.0 - met[:0:-1])  # P(x' >= k) = P(min(D, x) <= level - k)
    fill = sold / (mean * (WEEKS - FIRST))
    return _Stock(safety, fill, sum(own - 2.0 * fill * cross + fill**2 * square for own, cross in moments))


# --------------------------------------------------------------------------------------------- the simulator
def simulated(given: Pooling) -> dict[str, Measured]:
    """Return safety stocks, levels of all houses less the plan, and how much of demand was met."""
    count = given.markets
    (apart, apart_fill), (joint, joint_fill) = (_played(given, pooled) for pooled in (False, True))
    ratio = joint / apart
    return {
        "safety_stock_separate": Measured(apart, HALF * count),
        "safety_stock_pooled": Measured(joint, HALF),
        "ratio": Measured(ratio, HALF * (1.0 + ratio * count) / apart),
        "fill_separate": apart_fill,
        "fill_pooled": joint_fill,
    }


def _played(given: Pooling, pooled: bool) -> tuple[float, Measured]:
    """Return the safety stock of all houses together, units, and the share of demand met."""
    futures = max(SAMPLES // given.markets, 1)
    model = MarketEntryModel(neutral.scenario(_document(given, pooled)), neutral.STRATEGY, range(futures))
    sold, wanted = np.zeros((futures, given.markets)), np.zeros((futures, given.markets))
    while model.week < model.weeks:
        model.step()
        if model.week > FIRST:
            sold += model.deliveries.units[:, :, 0]
            wanted += model.deliveries.wanted[:, :, 0]
    # When it orders, the firm has on the shelf what it then sells and what it keeps.
    entrant, deliveries = model.entrant, model.deliveries
    level = sum(
        int(units.sum()) for units in (entrant.orders[0], entrant.warehouse.units[0], deliveries.units[0, :, 0])
    )
    if pooled:
        sold, wanted = sold.sum(axis=1), wanted.sum(axis=1)
    return float(level - given.markets * given.mean * COVERED), _fill(given, pooled, sold.ravel(), wanted.ravel())


def _fill(given: Pooling, pooled: bool, sold: Floats, wanted: Floats) -> Measured:
    """Return the share of demand met and how far luck may take it, from the weeks of independent stocks, float64[n].

    Its error is the mean of ``sold - fill * wanted``: its variance is that of the sample, which a rare shortage may
    have missed, or at least that of independent weeks.
    """
    markets = given.markets if pooled else 1
    theory, demand = _stock(given, markets), noise.Demand(given.mean, given.sd)
    error = sold - theory.fill * wanted
    spread = sqrt(max(float(error.var()), theory.variance) / len(error))
    luck = STANDARD_ERRORS * spread + STANDARD_ERRORS**2 / 6.0 * float(np.abs(error).max()) / len(error)
    tolerance = luck / (markets * given.mean * (WEEKS - FIRST)) + 2.0 * noise.rounding(demand)
    return Measured(float(sold.sum() / wanted.sum()), tolerance)


def _document(given: Pooling, pooled: bool) -> dict[str, Any]:
    """Return markets whose plan is right and is kept, with their own stocks or one."""
    markets = MARKETS[: given.markets]
    demand = noise.Demand(given.mean, given.sd)
    plain = noise.document(WEEKS, demand, markets)
    category = plain["category"]
    category["reference_price_usd"] = REFERENCE_USD
    category["market"] = {code: {"reference_price_usd": REFERENCE_USD} for code in markets}
    category["lead_production_weeks"] = LEAD if pooled else 0  # local stock is a week at sea
    category["reference_seller_share"] = noise.share(demand)
    plain["behaviour"] |= {
        "plan_share": 1.0, "plan_sd_share": given.sd / given.mean, "first_order_weeks": float(COVERED),
    }  # fmt: skip
    plain["strategies"][neutral.STRATEGY] |= {
        "logistics": {"mode": "pool" if pooled else "local"},
        "inventory": {"forecast": "plan", "service_level": given.service_level},
    }
    return plain
