"""The newsvendor: one order for one season, before anybody knows the demand (Arrow, Harris and Marschak 1951).

Profit is largest where the chance of selling out is the share that a unit too much costs of what it may swing:
``P(D <= order) = (price - cost) / (price - salvage)``. In the simulator the firm places one order, sells for a
week, leaves the market, and its shelf is cleared at the salvage value.
"""

from __future__ import annotations

from math import sqrt
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from simulator.ledger import RESULT
from simulator.lessons import neutral, noise
from simulator.lessons.choice import STANDARD_ERRORS
from simulator.lessons.lesson import Measured, Parameters
from simulator.model import MarketEntryModel, build_world
from simulator.regulations import regulations
from simulator.sellers.cost import BREAK_UNITS_1
from simulator.world import World

FUTURES = 1200
"""Seasons that every order size is tried in, the same for all."""
WEEKS = 4
"""The order, the season, the clearance; no run is shorter."""
STEPS = 6
"""Order sizes on either side of the textbook's."""
STEP_SDS = 0.25
"""Between two of them, standard deviations of demand."""
MONEY = 100.0
"""Books are in whole cents: the lesson is played in money of which a unit is so many USD."""
CENTS = 0.03
"""Rounding in the books of a season: goods, freight, duty, sales, salvage, each half a cent; USD."""
SWING = 0.1
"""Least price above salvage, USD."""
EDGE = 0.05
"""Least critical fractile, and least distance to 1: farther out the sample has nothing to say."""

Floats = NDArray[np.float64]
Usd = Annotated[float, Field(ge=0.0, le=5000.0)]


class Newsvendor(Parameters):
    """Money per unit, USD, and the demand of the season, units."""

    price: Usd = 10.0
    cost: Usd = 4.0
    salvage: Usd = 1.0
    """What is left of a unit that nobody bought."""
    mean: Annotated[float, Field(ge=1.0, le=1000.0)] = 100.0
    sd: Annotated[float, Field(gt=0.0, le=2000.0)] = 30.0

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if not self.salvage < self.cost < self.price or self.price - self.salvage < SWING:
            read = f"salvage is {self.salvage:g}, cost {self.cost:g} and price {self.price:g}"
            raise ValueError(f"{read}; allowed: salvage < cost < price, and price - salvage of at least {SWING:g}")
        if not EDGE <= self.fractile <= 1.0 - EDGE:
            read = f"(price - cost) / (price - salvage) is {self.fractile:.3g}"
            raise ValueError(f"{read}; allowed: from {EDGE:g} to {1.0 - EDGE:g}")
        noise.checked(self.mean, self.sd)
        if self.order < 1:
            raise ValueError(f"the best order is 0 units (P(D = 0) is {self.demand.cdf(0):.2f}); allowed: from 1")
        if self.orders[-1] >= BREAK_UNITS_1:
            read = f"orders up to {self.orders[-1]} units would be tried"
            raise ValueError(f"{read}; allowed: below {BREAK_UNITS_1:g}, where the factory gives a discount")
        return self

    @property
    def fractile(self) -> float:
        """Return the critical fractile."""
        return (self.price - self.cost) / (self.price - self.salvage)

    @property
    def demand(self) -> noise.Demand:
        """Return the demand of the season."""
        return noise.Demand(self.mean, self.sd)

    @property
    def order(self) -> int:
        """Return the best order of the closed form, units."""
        return self.demand.quantile(self.fractile)

    @property
    def step(self) -> int:
        """Return the distance of the order sizes that are tried, units."""
        return max(round(STEP_SDS * self.sd), 1)

    @property
    def orders(self) -> list[int]:
        """Return the order sizes that are tried, units."""
        tried = (self.order + k * self.step for k in range(-STEPS, STEPS + 1))
        return [order for order in tried if order > 0]


PARAMETERS = Newsvendor


# ---------------------------------------------------------------------------------------------- the textbook
def expected(given: Newsvendor) -> dict[str, float]:
    """Return the best order, units; its expected profit, USD; and the share of demand that it meets."""
    profit, fill = _closed(given, given.demand)
    return {"best_order": float(given.order), "expected_profit": profit, "fill_rate": fill}


def _closed(given: Newsvendor, demand: noise.Demand) -> tuple[float, float]:
    """Return expected profit and fill rate of the textbook's order."""
    sold = demand.sold(given.order)
    profit = (given.price - given.salvage) * sold - (given.cost - given.salvage) * given.order
    return profit, sold / demand.mean


# --------------------------------------------------------------------------------------------- the simulator
def simulated(given: Newsvendor) -> dict[str, Measured]:
    """Return the order that earned most in the same seasons, and what the textbook's order earned and met."""
    scenario = neutral.scenario(_document(given))
    world = build_world(scenario, range(FUTURES))
    best, most, at_order = 0, -np.inf, (np.zeros(FUTURES), 0.0)
    for order in given.orders:
        profit, fill = _season(world, order)
        if profit.mean() > most:
            best, most = order, float(profit.mean())
        if order == given.order:
            at_order = profit, fill
    order_blur, profit_blur, fill_blur = _tolerances(given)
    return {
        "best_order": Measured(float(best), order_blur),
        "expected_profit": Measured(float(at_order[0].mean()), profit_blur),
        "fill_rate": Measured(at_order[1], fill_blur),
    }


def _document(given: Newsvendor) -> dict[str, Any]:
    """Return a scenario of one selling week: whatever it earns, the firm leaves after it."""
    plain = noise.document(WEEKS, given.demand)
    category = plain["category"]
    vat = regulations(neutral.MARKET).stock.vat_share.on(neutral.scenario(plain).start)
    gross = MONEY * given.price * (1.0 + vat)
    category["reference_price_usd"] = category["market"][neutral.MARKET]["reference_price_usd"] = gross
    category["salvage_share"] = given.salvage / given.cost
    plain["seller"]["unit_cost_usd"] = MONEY * given.cost
    plain["behaviour"]["plan_share"] = 0.0  # nothing is expected, so nothing is ordered but the first lot
    plain["strategies"][neutral.STRATEGY]["exit"] = {
        "after_weeks": 0, "if_contribution_below_usd_week": 1e9, "for_weeks": 1,
    }  # fmt: skip
    return plain


def _season(world: World, order: int) -> tuple[Floats, float]:
    """Return the profit of each future, USD, float64[F], and the share of all demand that was met."""
    model = MarketEntryModel(world.batch.scenario, neutral.STRATEGY, world.batch.replications, world)
    model.entrant.products.moq[:] = order  # the lot of the first order
    wanted = 0
    while model.week < model.weeks:
        model.step()
        wanted += int(model.deliveries.wanted[:, 0, 0].sum())
    records = model.records
    profit = -records.ledger[..., RESULT].sum(axis=(0, 2, 3)) / 100.0 / MONEY
    return profit, float(records.units[:, :, 0, 0].sum()) / wanted


def _tolerances(given: Newsvendor) -> tuple[float, float, float]:
    """Return how far luck, the grid and rounding may move best order, profit and fill rate.

    Profit over the sample is concave in the order and largest at the sample's quantile, whose place in the true
    distribution is the fractile give or take its standard error; of a concave function the best point of a grid lies
    within a step of the best of all. Where it falls by more than twice the rounding in a step, rounding cannot hide it.
    """
    q, demand, swing = given.fractile, given.demand, given.price - given.salvage
    luck = STANDARD_ERRORS * sqrt(q * (1.0 - q) / FUTURES) + STANDARD_ERRORS**2 / 6.0 / FUTURES
    luck += 2.0 * CENTS / MONEY / (swing * given.step)
    low, high = (noise.Demand(given.mean * (1.0 + side * noise.rounding(demand)), given.sd) for side in (-1, 1))
    span = low.quantile(q - luck), high.quantile(min(q + luck, 1.0 - 1e-3))
    order = max(given.order - span[0], span[1] - given.order) + given.step
    sold, square, cross = demand.moments(given.order)
    fill = sold / given.mean
    second = given.mean**2 + given.sd**2
    spread = square - sold**2, square - 2.0 * fill * cross + fill**2 * second
    largest = demand.quantile(1.0 - 0.01 / FUTURES)
    moved = [abs(a - b) / 2.0 for a, b in zip(_closed(given, low), _closed(given, high), strict=True)]
    by_profit, by_fill = (
        STANDARD_ERRORS * sqrt(max(variance, 0.0) / FUTURES) + STANDARD_ERRORS**2 / 6.0 * reach / FUTURES
        for variance, reach in zip(spread, (given.order, largest), strict=True)
    )
    return float(order), swing * by_profit + CENTS / MONEY + moved[0], by_fill / given.mean + moved[1]
