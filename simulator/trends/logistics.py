"""Trend 4: one pool for the world, goods that are traced, hubs on the way."""

from __future__ import annotations

import numpy as np

from simulator.batch import Batch
from simulator.market.environment import promised_days
from simulator.trends import measures
from simulator.trends.claim import Estimate, Part
from simulator.trends.verdict import Direction
from simulator.trends.worlds import Need, Question, Worlds

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


def _converts(worlds: Worlds) -> Estimate:
    pool, local = (worlds.figure(POOL, name, measures.conversion) for name in ("pool", "plain"))
    return Estimate.of(pool / local - 1.0, worlds.sampling(POOL, "pool"))


def _net(worlds: Worlds) -> Estimate:
    return worlds.difference(POOL, "pool", "plain", "profit_usd")


def _accuracy(worlds: Worlds) -> Estimate:
    return worlds.difference(POOL, "traced", "plain", "stock_error_share")


def _incidents(worlds: Worlds) -> Estimate:
    return worlds.difference(POOL, "traced", "plain", "incidents")


def _days(hub: str, market: str) -> Part:
    def measure(worlds: Worlds) -> Estimate:
        scenario = worlds.scenario(HUBS)
        batch = Batch(scenario, range(scenario.replications))
        through, direct = (_mean_days(batch, f"{way}", market) for way in (f"hubs.{hub}.days", "direct_days"))
        return Estimate.of(through - direct)

    names = {"hub": hub, "market": market}
    return Part("23_days", 23, 4, "recovered input", Direction(-1), "days", HUBS.path, measure=measure, names=names)


def _mean_days(batch: Batch, way: str, market: str) -> np.ndarray:
    """Return the mean days of a way to a market by future, float64[F]: its lognormal's own."""
    m = batch.codes.index(market)
    head, _, hub = way.partition(".")
    out = []
    for row in batch.markets:
        lane = getattr(row[m], head) if head != "hubs" else row[m].hubs[hub.split(".")[0]].days
        out.append(np.mean([promised_days(lane.low, lane.typical, lane.high, q) for q in GRID]))
    return np.array(out)


_PATH = POOL.path
_POOL, _TRACED = (Need(POOL, ("plain", *LEVELS)),), (Need(POOL, ("plain", "traced")),)

PARTS: tuple[Part, ...] = (
    Part("21_cost", 21, 4, "emergent", Direction(-1), "usd", _PATH, _POOL, _carrying),
    Part("21_conversion", 21, 4, "emergent", Direction(-1), "change", _PATH, _POOL, _converts),
    Part("21_net", 21, 4, "emergent", Direction(+1), "money", _PATH, _POOL, _net),
    Part("22_accuracy", 22, 4, "emergent", Direction(-1), "points", _PATH, _TRACED, _accuracy),
    Part("22_incidents", 22, 4, "emergent", Direction(-1), "plain", _PATH, _TRACED, _incidents),
    *(_days(hub, market) for hub, markets in SERVED.items() for market in markets),
)
