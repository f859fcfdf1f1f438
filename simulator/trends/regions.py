"""Mature against emerging markets: figures of a region, differences in differences, and levers that change sign."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from simulator import outcomes
from simulator.trends.claim import Estimate, Kind, Part, Unit
from simulator.trends.paired import Side
from simulator.trends.verdict import Rule
from simulator.trends.worlds import Need, Question, Worlds
from simulator.views import STAGES, Records

Floats = NDArray[np.float64]
Region = Literal["mature", "emerging"]
Regional = Callable[[Worlds, Side, Region], Floats]
"""A figure of a side in a region, by future, float64[F]."""

REGIONS = Question("regions")
MATURE: Region = "mature"
EMERGING: Region = "emerging"
THOUSAND = 1000.0
"""Money is compared by the thousand needs: emerging niches are smaller."""


def codes(worlds: Worlds, question: Question, region: Region) -> tuple[str, ...]:
    """Return the markets of a region that a question plays in."""
    scenario = worlds.scenario(question)
    return tuple(code for code in scenario.markets if scenario.market(code).region == region)


def _summed(worlds: Worlds, side: Side, region: Region, figure: Callable[[Records, list[int]], Floats]) -> Floats:
    """Return a figure of the markets of a region, given their positions."""
    wanted = codes(worlds, side[0], region)
    return worlds.figure(*side, lambda records: figure(records, [records.markets.index(code) for code in wanted]))


# ------------------------------------------------------------------------------------------------- figures
def needs(worlds: Worlds, side: Side, region: Region) -> Floats:
    """Return the needs of the niche."""
    return _summed(worlds, side, region, lambda r, at: r.needs[:, :, at].sum(axis=(0, 2)) * 1.0)


def wanted(worlds: Worlds, side: Side, region: Region) -> Floats:
    """Return the units wanted, in stock or not."""
    return _summed(worlds, side, region, lambda r, at: r.demand[:, :, at].sum(axis=(0, 2)) * 1.0)


def growth(year: int) -> Regional:
    """Return the measure of the units sold in the second year over those of the first, less 1."""

    def grown(records: Records, at: list[int]) -> Floats:
        sold = records.units[:, :, at, 0].sum(axis=2)
        return sold[year:].sum(axis=0) / np.maximum(sold[:year].sum(axis=0), 1) - 1.0

    return lambda worlds, side, region: _summed(worlds, side, region, grown)


def lost_to(stage: str) -> Regional:
    """Return the measure of the share of the needs that considered the offer which a barrier stopped."""
    first, end = STAGES.index("device"), STAGES.index(stage)

    def share(records: Records, at: list[int]) -> Floats:
        stages = records.funnel[:, at].sum(axis=(1, 2))
        return stages[:, end] / np.maximum(stages[:, first:].sum(axis=1), 1)

    return lambda worlds, side, region: _summed(worlds, side, region, share)


def money(outcome: str) -> Regional:
    """Return the measure of the money of a region: its markets, and all that the headquarters pay.

    So a difference of two sides bears the whole of what a lever costs the firm once, as if the region stood alone.
    """

    def total(worlds: Worlds, side: Side, region: Region) -> Floats:
        table = worlds.summary(*side).pivot(index="replication", columns="market", values=outcome)
        others = [code for code in worlds.scenario(side[0]).markets if code not in codes(worlds, side[0], region)]
        return (table[outcomes.ALL] - table[others].sum(axis=1)).to_numpy(dtype=np.float64)

    return total


# -------------------------------------------------------------------------------------------------- changes
def gain(worlds: Worlds, figure: Regional, on: Side, off: Side, region: Region) -> Floats:
    """Return what a side has more than another."""
    return figure(worlds, on, region) - figure(worlds, off, region)


def gain_per_thousand(worlds: Worlds, figure: Regional, on: Side, off: Side, region: Region) -> Floats:
    """Return what a side has more than another, by the thousand needs of the region."""
    return THOUSAND * gain(worlds, figure, on, off, region) / needs(worlds, off, region)


def change(worlds: Worlds, figure: Regional, on: Side, off: Side, region: Region) -> Floats:
    """Return the relative change from one side to another."""
    return figure(worlds, on, region) / np.maximum(figure(worlds, off, region), 1.0) - 1.0


Step = Callable[[Worlds, Regional, Side, Side, Region], Floats]


def needed(*sides: Side) -> tuple[Need, ...]:
    """Return what must be played."""
    return tuple(Need(question, (strategy,)) for question, strategy in sides)


def inside(key: str, kind: Kind, rule: Rule, unit: Unit, side: Side, figure: Regional, region: Region) -> Part:
    """Return the part on a figure of one region."""

    def measure(worlds: Worlds) -> Estimate:
        return Estimate.of(figure(worlds, side, region), worlds.sampling(*side))

    return Part(key, int(key.split("_")[0]), 5, kind, rule, unit, side[0].path, needed(side), measure)


def apart(key: str, kind: Kind, rule: Rule, unit: Unit, side: Side, figure: Regional) -> Part:
    """Return the part on a figure in emerging markets less that in mature ones."""

    def measure(worlds: Worlds) -> Estimate:
        return Estimate.of(figure(worlds, side, EMERGING) - figure(worlds, side, MATURE), worlds.sampling(*side))

    return Part(key, int(key.split("_")[0]), 5, kind, rule, unit, side[0].path, needed(side), measure)


def moved(
    key: str, rule: Rule, unit: Unit, on: Side, off: Side, figure: Regional, step: Step, region: Region | None = None
) -> Part:
    """Return the part on what a side changes in a region; None: in emerging markets less in mature ones."""

    def measure(worlds: Worlds) -> Estimate:
        if region is not None:
            return Estimate.of(step(worlds, figure, on, off, region), worlds.sampling(*on))
        emerging, mature = (step(worlds, figure, on, off, each) for each in (EMERGING, MATURE))
        return Estimate.of(emerging - mature, worlds.sampling(*on))

    return Part(key, int(key.split("_")[0]), 5, "emergent", rule, unit, on[0].path, needed(on, off), measure)


# ------------------------------------------------------------------------------------------- levers by sign
LEVERS = (
    "language", "team", "returns", "payments", "cash", "instalments", "mobile", "edition", "value", "premium", "custom",
    "parcels",
)  # fmt: skip
"""Strategies of the question, each the foreign seller with one lever more."""


@dataclass(frozen=True)
class Sign:
    """What a lever earns in mature and in emerging markets, USD by the thousand needs."""

    lever: str
    mature: Estimate
    emerging: Estimate

    @property
    def flips(self) -> bool:
        """Say whether it helps for sure on one side and hurts for sure on the other."""
        low, high = sorted((self.mature, self.emerging), key=lambda each: each.mean)
        return high.low > 0.0 > low.high

    def as_dict(self) -> dict[str, Any]:
        """Return plain data without words."""
        mature, emerging = ({"mean": e.mean, "low": e.low, "high": e.high} for e in (self.mature, self.emerging))
        unit = "usd_per_thousand_needs"
        return {"lever": self.lever, "mature": mature, "emerging": emerging, "flips": self.flips, "unit": unit}


PLAYED = Need(REGIONS, ("plain", *LEVERS))
"""What `signs` reads."""


def signs(worlds: Worlds) -> tuple[Sign, ...]:
    """Return what each lever earns by region, those that change sign first."""
    plain = REGIONS, "plain"
    found = []
    for lever in LEVERS:
        parts = (
            Estimate.of(gain_per_thousand(worlds, money("profit_usd"), (REGIONS, lever), plain, region))
            for region in (MATURE, EMERGING)
        )
        found.append(Sign(lever, *parts))
    return tuple(sorted(found, key=lambda sign: not sign.flips))
