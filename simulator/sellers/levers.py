"""A strategy's levers as columns: numbers ``float64[F, M]``, switches and modes by market (common to all futures)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.scenario.profiles import PAYMENT_METHODS
from simulator.scenario.strategy import Strategy

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = tuple[str, ...]

ALL_METHODS = 0xFFFF
"""Every payment method: what a marketplace accepts for its sellers."""
FOREIGN_METHODS = {"card", "paypal", "wallet_global"}
"""Methods that a foreign seller's storefront takes without local contracts."""
NEVER = 1 << 30


@dataclass(frozen=True, eq=False)
class Levers:
    """Settings of one strategy in M markets and F futures."""

    entry: Ints
    """Week of entry, int64[M]; `NEVER` where the market is not entered."""
    marketplace: Flags
    store: Flags
    """Channels, bool[M]."""
    price_rule: Words
    position: Floats
    floor_margin: Floats
    ads_rule: Words
    ads_budget: Floats
    ads_own: Flags
    """The market has a budget of its own, bool[M]; elsewhere the firm's total is split."""
    ads_share: Floats
    ads_launch: Ints
    language: Flags
    team: Flags
    local_returns: Flags
    payments: Ints
    """Accepted methods of the store, bit mask, int64[M]."""
    local_payments: Flags
    """Methods that the market uses and that need local contracts, bool[M]."""
    mobile: Flags
    tier_cost: Floats
    tier_quality: Floats
    health: Floats
    green: Floats
    certificates: tuple[Words, ...]
    traceable: Flags
    local_stock: Flags
    forecast: Words
    service_level: Floats
    compliance: Words
    exit_after: Ints
    exit_below: Floats
    """USD a week, NaN: never."""
    exit_weeks: Ints
    house: Ints
    """Market whose warehouse serves each market, int64[M]: its own stock, or one at the origin for like parcels."""

    @classmethod
    def of(cls, batch: Batch, name: str) -> Levers:
        """Return the levers of a strategy; the reserved ``no_entry`` enters nowhere."""
        if name == "no_entry":
            general = Strategy(entry={batch.codes[0]: 0})
            rows = [[general for _ in batch.codes] for _ in batch.futures]
            entry: dict[str, int] = {}
            own: set[str] = set()
            accepted: list[set[str]] = [set() for _ in batch.codes]
        else:
            rows = batch.strategies(name)
            entry = dict(batch.scenario.strategy(name).entry)
            own = {code for code in batch.codes if batch.scenario.own_budget_usd_week(name, code) is not None}
            accepted = [set(batch.scenario.payments(name, code)) for code in batch.codes]
        first = rows[0]
        tiers = [category.tiers for category in batch.categories]

        def number(get) -> Floats:  # type: ignore[no-untyped-def]
            return np.array([[get(s) for s in row] for row in rows], np.float64)

        def flag(get) -> Flags:  # type: ignore[no-untyped-def]
            return np.array([get(s) for s in first], bool)

        def whole(get) -> Ints:  # type: ignore[no-untyped-def]
            return np.array([get(s) for s in first], np.int64)

        below = [[s.exit.if_contribution_below_usd_week for s in row] for row in rows]
        return cls(
            entry=np.array([entry.get(code, NEVER) for code in batch.codes], np.int64),
            marketplace=flag(lambda s: s.channel != "store"),
            store=flag(lambda s: s.channel != "marketplace"),
            price_rule=tuple(s.price.rule for s in first),
            position=number(lambda s: s.price.position),
            floor_margin=number(lambda s: s.price.floor_margin_share),
            ads_rule=tuple(s.ads.rule for s in first),
            ads_budget=number(lambda s: s.ads.budget_usd_week),
            ads_own=np.array([code in own for code in batch.codes]),
            ads_share=number(lambda s: s.ads.share or 0.0),
            ads_launch=whole(lambda s: s.ads.launch_weeks),
            language=flag(lambda s: s.localisation.language),
            team=flag(lambda s: s.localisation.team),
            local_returns=flag(lambda s: s.localisation.local_returns),
            payments=np.array([_mask(methods) for methods in accepted], np.int64),
            local_payments=np.array(
                [bool(methods & _used(batch, code) - FOREIGN_METHODS) for methods, code in zip(accepted, batch.codes)]
            ),
            mobile=flag(lambda s: s.mobile_storefront),
            tier_cost=np.array([[t[s.product.tier].cost for s in row] for t, row in zip(tiers, rows, strict=True)]),
            tier_quality=np.array(
                [[t[s.product.tier].quality for s in row] for t, row in zip(tiers, rows, strict=True)]
            ),
            health=number(lambda s: s.product.health),
            green=number(lambda s: s.product.green),
            certificates=tuple(tuple(s.product.certificates) for s in first),
            traceable=flag(lambda s: s.product.traceable),
            local_stock=flag(lambda s: s.logistics.mode == "local"),
            forecast=tuple(s.inventory.forecast for s in first),
            service_level=number(lambda s: s.inventory.service_level),
            compliance=tuple(s.compliance for s in first),
            exit_after=whole(lambda s: s.exit.after_weeks),
            exit_below=np.array([[np.nan if x is None else x for x in row] for row in below], np.float64),
            exit_weeks=whole(lambda s: s.exit.for_weeks),
            house=_houses(first),
        )


def _used(batch: Batch, code: str) -> set[str]:
    """Return the payment methods that a market uses."""
    return {method for method, share in batch.scenario.market(code).payment_mix.items() if share > 0.0}


def _mask(methods: set[str]) -> int:
    return sum(1 << PAYMENT_METHODS.index(method) for method in methods)


def _houses(settings: list[Strategy]) -> Ints:
    """Return the warehouse of each market: its own, or the first with the same product among direct markets."""
    out = list(range(len(settings)))
    for m, setting in enumerate(settings):
        if setting.logistics.mode == "direct":
            like = (
                h for h in range(m) if settings[h].logistics.mode == "direct" and settings[h].product == setting.product
            )
            out[m] = next(like, m)
    return np.array(out, np.int64)
