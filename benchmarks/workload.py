"""The workload "choice-week": consumers of frozen sellers, on arrays that all contestants share.

One or more markets of a small scenario (sports earbuds). Each consumer has the 13 traits, three archetypes of rivals,
one close rival, the entrant and the outside option: six alternatives. An eighth is polled each week. Sellers stand
still: prices, ratings and the visibility of the entrant are those of its listing `LISTED`.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from simulator.assembly import build_world
from simulator.consumers import kernels
from simulator.consumers.columns import LISTING, Memory, Pending, Tallies
from simulator.consumers.polls import SEGMENTS
from simulator.scenario import Scenario, load_scenario
from simulator.startup import consumer_prefixes
from simulator.world import WARM_WEEKS, World

SCENARIO = """
start: 2026-01-05
weeks: {weeks}
seed: 20260105
replications: {futures}
consumers: {consumers}
category: sports_earbuds
markets: [{markets}]
discount_rate: 0.12
baseline: only
seller: {{cash_usd: 800000, credit_limit_usd: 200000, unit_cost_usd: 18.0, weight_kg: 0.25, volume_l: 1.2}}
strategies:
  only:
    title: {{en: Only, zh: 唯一}}
    entry: {{{entry}}}
    channel: both
    price: {{position: 1.00, rule: global}}
    ads: {{rule: fixed, budget_usd_week: 4000}}
    localisation: {{language: false, team: false, local_returns: false}}
    payments: [card, paypal]
    mobile_storefront: false
    product: {{tier: standard, health: 0.0, green: 0.0, certificates: [], traceable: false}}
    logistics: {{mode: direct}}
    inventory: {{forecast: mean, service_level: 0.95}}
    compliance: minimum
"""
CONSIDERED = ((0.30, 0.40), (0.10, 0.15))
"""Share that considers the entrant, by [web, mobile]."""
MARKETS = ("US", "DE", "ID")


@lru_cache(maxsize=4)
def world(consumers: int, markets: tuple[str, ...] = MARKETS, futures: int = 1, weeks: int = 104) -> World:
    """Return a world of the small scenario, and keep it for the next benchmark."""
    return build_world(scenario(consumers, markets, futures, weeks), range(futures))


def written(consumers: int, markets: tuple[str, ...], futures: int, weeks: int) -> str:
    """Return a small scenario with one strategy, as a file."""
    entry = ", ".join(f"{code}: 0" for code in markets)
    return SCENARIO.format(weeks=weeks, futures=futures, consumers=consumers, markets=", ".join(markets), entry=entry)


def scenario(consumers: int, markets: tuple[str, ...], futures: int, weeks: int) -> Scenario:
    """Return that scenario, read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "benchmark.yaml"
        path.write_text(written(consumers, markets, futures, weeks), encoding="utf-8")
        return load_scenario(path)


def listing(shape: tuple[int, int]) -> np.ndarray:
    """Return the entrant's listing: own store for needs that start on the web, barriers in force there."""
    out = np.zeros(shape, LISTING)
    out["consider"] = CONSIDERED
    out["found"], out["aware"], out["satisfaction"], out["sold_share"] = CONSIDERED, 0.05, 0.3, 1.0
    out["pays"] = 0xFFFF
    out["desktop_only"][..., 1] = 1
    out["pays"][..., 1] = 0b11
    out["refuse_factor"], out["language"] = 0.5, 0.5
    return out


def menu(world: World) -> np.ndarray:
    """Return the offers of a world with the entrant listed at the reference price."""
    out = world.menu.copy()
    own = out[:, :, 0]
    own["listed"], own["price"], own["days"], own["unfamiliar"] = 1.0, 0.95, 6.0, 0.5
    own["rating"], own["quality"], own["health"], own["green"] = 0.02, 0.05, 0.5, 0.5
    return out


@dataclass
class Play:
    """A run of the product's kernel over some (future, market) pairs of a world, with its own memory."""

    world: World
    futures: slice
    markets: slice

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Start again from the memory that the world begins with."""
        w, at = self.world, (self.futures, self.markets)
        shape = w.offsets[at].shape[:2]
        variants, rivals = len(w.variants), len(w.rivals)
        self.memory = Memory.of(w.last[at].copy(), w.satisfaction[at].copy(), once=False)
        self.tallies = Tallies.empty(*shape, variants, rivals)
        self.pending = Pending.empty(*shape, w.capacity)
        self.menu, self.listing = np.ascontiguousarray(menu(w)[at]), listing(shape)
        whole = w.offsets[at], w.response[at], consumer_prefixes(w.batch)[at]
        self.offsets, self.response, self.prefixes = (np.ascontiguousarray(each) for each in whole)

    def arguments(self, t: int, entering: bool = True) -> tuple[object, ...]:
        """Return the arguments of `kernels.consumer_week` in week `t`."""
        w, m, s, p = self.world, self.memory, self.tallies, self.pending
        return (
            WARM_WEEKS + t, t, entering, False, False, len(w.variants), len(w.rivals), self.response, self.menu,
            self.listing, self.prefixes, w.events, w.weights, self.offsets, w.tables, w.traits[self.markets],
            w.wallet[self.markets], m.last, m.satisfaction, m.own, m.left, s.shares, s.stages, s.divert, s.groups,
            s.polled, s.counts, p.count, p.row, p.buy, p.keep, p.second, s.noted, s.notes,
        )  # fmt: skip

    def week(self, t: int) -> None:
        """Play one week."""
        kernels.consumer_week(*self.arguments(t))

    def weeks(self, count: int, entering: bool = True) -> None:
        """Play `count` weeks."""
        for t in range(count):
            kernels.consumer_week(*self.arguments(t, entering))


def span(play: Play, weeks: int) -> int:
    """Return the number of polled events in the first `weeks` weeks."""
    offsets = play.world.offsets[play.futures, play.markets]
    first = WARM_WEEKS * SEGMENTS
    return int((offsets[:, :, first + weeks * SEGMENTS] - offsets[:, :, first]).sum())
