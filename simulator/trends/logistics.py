"""Trend 4: one pool for the world, goods that are traced, hubs on the way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.market.environment import promised_days
from simulator.trends import measures
from simulator.trends.claim import Estimate, Part
from simulator.trends.paired import paired
from simulator.trends.verdict import Direction
from simulator.trends.worlds import Need, Question, Worlds

Floats = NDArray[np.float64]

POOL, HUBS = Question("pool"), Question("hubs")
LEVELS = ("pool_80", "pool", "pool_99")
"""The pool by rising service level: what a point of fill costs it."""
SERVED = {"VN": ("TH", "PH", "MY", "SG", "ID"), "CA": ("US",), "AU": ("MY", "SG", "ID")}
"""Hub -> markets that it can serve."""
GRID = (np.arange(400) + 0.5) / 400
"""Quantiles over which the mean of a lane's days is taken."""


def _carrying(worlds: Worlds) -> Estimate:
    """Return the difference of stock cost per unit sold, pool less local, at the fill of the local stock.

    What a point of fill costs the pool is the slope between its lowest and highest service level, over all futures.
    """
    cost = measures.stock_cost_per_unit(worlds.scenario(POOL).discount_rate)
    costs = {name: worlds.figure(POOL, name, cost) for name in (*LEVELS, "plain")}
    fills = {name: worlds.figure(POOL, name, measures.fill) for name in (*LEVELS, "plain")}
    rise = np.nanmean(fills[LEVELS[-1]]) - np.nanmean(fills[LEVELS[0]])
    slope = (np.nanmean(costs[LEVELS[-1]]) - np.nanmean(costs[LEVELS[0]])) / rise if rise > 0.0 else 0.0
    at_equal_fill = costs["pool"] + slope * (fills["plain"] - fills["pool"])
    return Estimate.of(
        at_equal_fill - costs["plain"], worlds.sampling(POOL, "pool"),
        fill_pool=fills["pool"], fill_local=fills["plain"], cost_local_usd=costs["plain"],
    )  # fmt: skip


def _days(hub: str, market: str) -> Part:
    def measure(worlds: Worlds) -> Estimate:
        batch = worlds.batch(HUBS)
        through, direct = (_mean_days(batch, way, market) for way in (hub, None))
        return Estimate.of(through - direct)

    names = {"hub": hub, "market": market}
    return Part("23_days", 23, 4, "recovered input", Direction(-1), "days", HUBS.path, measure=measure, names=names)


def _mean_days(batch: Batch, hub: str | None, market: str) -> Floats:
    """Return the mean days to a market through a hub, or from home, by future, float64[F]."""
    m = batch.codes.index(market)
    lanes = [row[m].direct_days if hub is None else row[m].hubs[hub].days for row in batch.markets]
    return np.array([np.mean([promised_days(way.low, way.typical, way.high, q) for q in GRID]) for way in lanes])


_STOCKED = (Need(POOL, ("plain", *LEVELS)),)
_LOCAL, _POOLED, _TRACED = (POOL, "plain"), (POOL, "pool"), (POOL, "traced")
_DOWN = Direction(-1)

PARTS: tuple[Part, ...] = (
    Part("21_cost", 21, 4, "emergent", _DOWN, "usd", POOL.path, _STOCKED, _carrying),
    paired("21_conversion", 4, "emergent", _DOWN, "change", _POOLED, _LOCAL, measures.conversion),
    paired("21_net", 4, "emergent", Direction(+1), "money", _POOLED, _LOCAL, "profit_usd"),
    paired("22_accuracy", 4, "recovered input", _DOWN, "points", _TRACED, _LOCAL, "stock_error_share"),
    paired("22_incidents", 4, "recovered input", _DOWN, "plain", _TRACED, _LOCAL, "incidents"),
    paired("22_stockouts", 4, "emergent", _DOWN, "points", _TRACED, _LOCAL, "stockout_share"),
    paired("22_profit", 4, "emergent", Direction(+1), "money", _TRACED, _LOCAL, "profit_usd"),
    *(_days(hub, market) for hub, markets in SERVED.items() for market in markets),
    paired("23_profit", 4, "emergent", Direction(+1), "money", (HUBS, "hubs"), (HUBS, "plain"), "profit_usd"),
)
