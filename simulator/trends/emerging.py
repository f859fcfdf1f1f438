"""Trend 5: how emerging markets grow, what stops foreigners there, what localisation is worth beside mature markets."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from simulator import facts
from simulator.trends import regions
from simulator.trends.claim import Estimate, Measured, Part
from simulator.trends.measures import YEAR
from simulator.trends.paired import Side, paired
from simulator.trends.regions import EMERGING, MATURE, REGIONS, Region, apart, inside, moved
from simulator.trends.verdict import AtLeast, Direction, Point, Untested
from simulator.trends.worlds import Worlds

Floats = NDArray[np.float64]


def _column(region: Region | None, name: str, bound: str) -> Floats:
    """Return a figure of the facts of all markets of a region (None: of all)."""
    leaves = [facts.load("markets", code).leaves for code in facts.available("markets")]
    chosen = [each for each in leaves if region in (None, each["region"].value)]
    return np.array([float(getattr(each[name], bound)) for each in chosen])


def _mean(region: Region, name: str, bound: str = "value") -> float:
    """Return the mean of a fact over a region's markets, weighted by their e-commerce."""
    weight = _column(region, "ecommerce_usd_year", "value")
    return float((weight * _column(region, name, bound)).sum() / weight.sum())


def _fact(region: Region, name: str) -> Measured:
    """Return the measure of such a mean; its interval is that of the facts."""
    return lambda _: Estimate(_mean(region, name), _mean(region, name, "low"), _mean(region, name, "high"))


def _growth_ratio(_: Worlds) -> Estimate:
    """Return how many times as fast emerging sites grow; the interval from the ends of the facts' ranges."""
    slow, fast = ({bound: _mean(r, "ecommerce_growth_share", bound) for bound in ("value", "low", "high")}
                  for r in (MATURE, EMERGING))  # fmt: skip
    return Estimate(fast["value"] / slow["value"], fast["low"] / slow["high"], fast["high"] / slow["low"])


def _cross_border(_: Worlds) -> Estimate:
    """Return what shoppers of the markets known buy abroad in a year, USD."""
    value, low, high = (
        float((_column(None, "ecommerce_usd_year", bound) * _column(None, "cross_border_share", bound)).sum())
        for bound in ("value", "low", "high")
    )
    return Estimate(value, low, high)


def _told(key: str, rule: AtLeast | Point, region: Region, name: str) -> Part:
    """Return the part on a fact of a region."""
    measure = _fact(region, name)
    return Part(key, int(key.split("_")[0]), 5, "recovered input", rule, "share", REGIONS.path, measure=measure)


def _edition(code: str) -> Part:
    """Return the part on what a festival edition earns in a market, its leftovers included."""

    def measure(worlds: Worlds) -> Estimate:
        on, off = (worlds.outcome(*side, "profit_usd", code) for side in (_EDITION, _PLAIN))
        return Estimate.of(on - off, worlds.sampling(*_EDITION))

    rule = Untested() if code == "DE" else _UP
    needs, names = regions.needed(_EDITION, _PLAIN), {"market": code}
    return Part("30_profit", 30, 5, "emergent", rule, "money", REGIONS.path, needs, measure, names)


def _edition_apart(worlds: Worlds) -> Estimate:
    """Return what an edition earns in Saudi Arabia less in Germany, by the thousand needs."""

    def gained(code: str) -> Floats:
        on, off = (worlds.outcome(*side, "profit_usd", code) for side in (_EDITION, _PLAIN))
        needs = worlds.figure(*_PLAIN, lambda r: r.needs[:, :, r.markets.index(code)].sum(axis=0) * 1.0)
        return regions.THOUSAND * (on - off) / needs

    return Estimate.of(gained("SA") - gained("DE"), worlds.sampling(*_EDITION))


def _side(name: str) -> Side:
    return REGIONS, name


_PLAIN, _STORE, _EDITION = _side("plain"), _side("store"), _side("edition")
_LOCAL, _ONE = _side("localised"), _side("one_size")
_UP = Direction(+1)
_profit, _npv = regions.money("profit_usd"), regions.money("npv_usd")
_grown = regions.growth(YEAR)
_earned = partial(moved, figure=_profit, step=regions.gain_per_thousand)
_sold = partial(moved, figure=regions.wanted, step=regions.change)

PARTS: tuple[Part, ...] = (
    Part("1", 1, 5, "outside the model", Untested(5e12), "money", measure=_cross_border),
    _told("24_facts", AtLeast(0.30), EMERGING, "ecommerce_growth_share"),
    inside("24_entrant", "emergent", AtLeast(0.30), "change", _PLAIN, _grown, EMERGING),
    _told("25_facts", Point(0.15), MATURE, "ecommerce_growth_share"),
    inside("25_entrant", "emergent", Point(0.15), "change", _PLAIN, _grown, MATURE),
    Part("25_ratio", 25, 5, "recovered input", Point(2.0), "ratio", REGIONS.path, measure=_growth_ratio),
    apart("25_apart", "emergent", _UP, "points", _PLAIN, _grown),
    _told("26_facts", AtLeast(0.70), EMERGING, "mobile_share"),
    apart("26_lost", "emergent", _UP, "points", _STORE, regions.lost_to("device")),
    _sold("26_won", _UP, "points", _side("store_mobile"), _STORE),
    apart("27_lost", "emergent", _UP, "points", _STORE, regions.lost_to("payment")),
    _sold("27_won", _UP, "points", _side("store_payments"), _STORE),
    _earned("27_profit", _UP, "usd", _side("store_payments"), _STORE),
    _sold("28_value", _UP, "points", _side("value"), _PLAIN),
    _earned("28_value_profit", _UP, "usd", _side("value"), _PLAIN),
    _sold("28_custom", _UP, "points", _side("custom"), _PLAIN),
    _earned("28_custom_profit", _UP, "usd", _side("custom"), _PLAIN),
    moved("29_need", _UP, "usd", _LOCAL, _ONE, _npv, regions.gain_per_thousand),
    moved("29_absolute", _UP, "money", _LOCAL, _ONE, _npv, regions.gain),
    moved("29_emerging", _UP, "money", _LOCAL, _ONE, _npv, regions.gain, EMERGING),
    moved("29_mature", Untested(), "money", _LOCAL, _ONE, _npv, regions.gain, MATURE),
    moved("29_stock", _UP, "usd", _LOCAL, _PLAIN, _npv, regions.gain_per_thousand),
    *(_edition(code) for code in ("SA", "ID", "DE")),
    Part("30_apart", 30, 5, "emergent", _UP, "usd", REGIONS.path, regions.needed(_EDITION, _PLAIN), _edition_apart),
    paired("30_left", 5, "emergent", Untested(), "points", _EDITION, _PLAIN, "leftover_share"),
)  # fmt: skip
