"""A strategy's levers as columns: numbers ``float64``, switches and modes common to all futures.

What holds for a listing stands by market, [F, M] or [M]; what holds for a product by **cell**, [F, C] or [C]: cell
``m * V + v`` is variant v in market m.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.calendar import NEVER
from simulator.network import hubs
from simulator.scenario.profiles import PAYMENT_METHODS
from simulator.scenario.strategy import Gate, Product, Strategy, VariantLevers
from simulator.world import CORE, FESTIVAL

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = tuple[str, ...]

ALL_METHODS = 0xFFFF
"""Every payment method: what a marketplace accepts for its sellers."""
FOREIGN_METHODS = {"card", "paypal", "wallet_global"}
"""Methods that a foreign seller's storefront takes without local contracts."""


@dataclass(frozen=True, eq=False)
class Levers:
    """Settings of one strategy in M markets, C cells and F futures."""

    # by market
    entry: Ints
    """Week of entry, int64[M]; `NEVER` where the market is not entered."""
    marketplace: Flags
    store: Flags
    """Channels, bool[M]."""
    ads_rule: Words
    ads_budget: Floats
    ads_own: Flags
    """The market has a budget of its own, bool[M]; elsewhere the firm's total is split."""
    ads_share: Floats
    ads_target: Floats
    """ACOS that the rule acos aims at."""
    ads_launch: Ints
    language: Flags
    team: Flags
    local_returns: Flags
    festival: Flags
    payments: Ints
    """Accepted methods of the store, bit mask, int64[M]."""
    local_payments: Flags
    """Methods that the market uses and that need local contracts, bool[M]."""
    mobile: Flags
    selection: Flags
    forecasting: Flags
    advertising: Flags
    service: Flags
    """Where a machine decides, bool[M]."""
    try_on: Flags
    mode: Words
    """direct, local, hub or pool."""
    hub: Words
    """Code of the hub that serves the market, empty in other modes."""
    air: Flags
    """Stock flies, bool[M]."""
    business: Flags
    """Bids on requests of business buyers, bool[M]."""
    retail: Flags
    """Sells to shoppers, bool[M]; elsewhere to business buyers alone."""
    business_discount: Floats
    """Share off the consumer price, both without VAT."""
    credit_weeks: Ints
    """From delivery to payment of a business buyer, int64[M]."""
    compliance: Words
    exit_after: Ints
    exit_below: Floats
    """USD a week, NaN: never."""
    exit_weeks: Ints
    gated: Flags
    """Entered after the first markets, and only once these earn enough, bool[M]."""
    gate_above: Floats
    """What they must earn together, USD a week, float64[F]; NaN: there is no gate."""
    gate_after: int
    gate_weeks: int
    # by cell
    offered: Flags
    """The strategy sells the variant in the market, bool[C]."""
    edition: Flags
    """The cell is the festival edition, bool[C]."""
    price_rule: Words
    position: Floats
    floor_margin: Floats
    promotions: tuple[tuple[tuple[tuple[int, ...], float], ...], ...]
    """ISO weeks and share off of each promotion, by cell."""
    products: tuple[Product, ...]
    """Options of the product, by cell, of the first future."""
    tier_cost: Floats
    tier_quality: Floats
    health: Floats
    green: Floats
    certificates: tuple[Words, ...]
    """Certificates that the product shows, by cell: those wished, and those that the market demands."""
    missing: Flags
    """The market demands a certificate that the product does not get, bool[C]."""
    on_demand: Flags
    """Made after the order, bool[C]."""
    forecast: Words
    service_level: Floats
    house: Ints
    """Cell whose warehouse serves each cell, int64[C]: its own stock, or one that like cells share."""
    postponed: Flags
    """Local stock that gets its destination when it leaves the factory gate, bool[C]."""
    pool: Ints
    """First cell whose goods are made together with those of each cell, int64[C]."""

    @cached_property
    def local_stock(self) -> Flags:
        """Say where the goods lie in the market, bool[M]."""
        return np.array([mode == "local" for mode in self.mode])

    @cached_property
    def shelved(self) -> Flags:
        """Say which cells are sold from a shelf in the market, bool[C]."""
        return self.cells(self.local_stock) & ~self.on_demand

    @cached_property
    def greener(self) -> Floats:
        """Return how green the goods are, float64[F, C]: not at all where the claim is empty."""
        return self.green * np.array([not product.empty_claim for product in self.products])

    @cached_property
    def variants(self) -> int:
        """Number of variants, V."""
        return len(self.house) // len(self.entry)

    def cells(self, by_market: NDArray) -> NDArray:
        """Return a quantity of markets (last axis) for each of their cells."""
        return by_market if self.variants == 1 else np.repeat(by_market, self.variants, axis=-1)

    def markets(self, by_cell: NDArray) -> NDArray:
        """Return the sum over the variants of each market."""
        if self.variants == 1:
            return by_cell
        return by_cell.reshape(*by_cell.shape[:-1], -1, self.variants).sum(axis=-1)

    def any(self, by_cell: NDArray) -> NDArray:
        """Say in which markets a flag holds for a variant."""
        if self.variants == 1:
            return by_cell
        return np.asarray(by_cell.reshape(*by_cell.shape[:-1], -1, self.variants).any(axis=-1))

    def core(self, by_cell: NDArray) -> NDArray:
        """Return the first variant's part, by market."""
        return by_cell[..., :: self.variants]

    @classmethod
    def of(cls, batch: Batch, name: str, variants: tuple[str, ...] = (CORE,)) -> Levers:
        """Return the levers of a strategy; the reserved ``no_entry`` enters nowhere."""
        if name == "no_entry":
            general = Strategy(entry={batch.codes[0]: 0})
            rows = [[general for _ in batch.codes] for _ in batch.futures]
            entry: dict[str, int] = {}
            gates: list[Gate | None] = [None for _ in batch.futures]
            own: set[str] = set()
            accepted: list[set[str]] = [set() for _ in batch.codes]
        else:
            rows = batch.strategies(name)
            entry = dict(batch.scenario.strategy(name).entry)
            gates = [row[0].gate for row in rows]
            own = {code for code in batch.codes if batch.scenario.own_budget_usd_week(name, code) is not None}
            accepted = [set(batch.scenario.payments(name, code)) for code in batch.codes]
        first = rows[0]
        options = [[VariantOf(s, v) for s in row for v in variants] for row in rows]
        cells = options[0]
        tiers = [category.tiers for category in batch.categories]
        markets = [code for code in batch.codes for _ in variants]
        certificates = [_certificates(batch, cell, code) for cell, code in zip(cells, markets, strict=True)]

        def number(get) -> Floats:  # type: ignore[no-untyped-def]
            return np.array([[get(s) for s in row] for row in rows], np.float64)

        def of_cell(get) -> Floats:  # type: ignore[no-untyped-def]
            return np.array([[get(cell) for cell in row] for row in options], np.float64)

        def flag(get) -> Flags:  # type: ignore[no-untyped-def]
            return np.array([get(s) for s in first], bool)

        def whole(get) -> Ints:  # type: ignore[no-untyped-def]
            return np.array([get(s) for s in first], np.int64)

        def tier(field: str) -> Floats:
            return np.array(
                [[getattr(t[cell.product.tier], field) for cell in row] for t, row in zip(tiers, options, strict=True)],
                np.float64,
            )

        below = [[s.exit.if_contribution_below_usd_week for s in row] for row in rows]
        postponed = _postponed(cells, markets, entry)
        gate = gates[0]
        gated = {code for code, week in entry.items() if gate is not None and week > min(entry.values())}
        return cls(
            entry=np.array([entry.get(code, NEVER) for code in batch.codes], np.int64),
            marketplace=flag(lambda s: s.channel != "store"),
            store=flag(lambda s: s.channel != "marketplace"),
            ads_rule=tuple(s.ads.rule for s in first),
            ads_budget=number(lambda s: s.ads.budget_usd_week),
            ads_own=np.array([code in own for code in batch.codes]),
            ads_share=number(lambda s: s.ads.share or 0.0),
            ads_target=number(lambda s: s.ads.target_share or np.nan),
            ads_launch=whole(lambda s: s.ads.launch_weeks),
            language=flag(lambda s: s.localisation.language),
            team=flag(lambda s: s.localisation.team),
            local_returns=flag(lambda s: s.localisation.local_returns),
            festival=flag(lambda s: s.localisation.festival_edition and not s.b2b.exclusive),
            payments=np.array([_mask(methods) for methods in accepted], np.int64),
            local_payments=np.array(
                [bool(methods & _used(batch, code) - FOREIGN_METHODS) for methods, code in zip(accepted, batch.codes)]
            ),
            mobile=flag(lambda s: s.mobile_storefront),
            selection=flag(lambda s: s.ai.selection),
            forecasting=flag(_forecasts),
            advertising=flag(lambda s: s.ai.advertising),
            service=flag(lambda s: s.ai.service),
            try_on=flag(lambda s: s.ar_try_on),
            mode=tuple(s.logistics.mode for s in first),
            hub=tuple((s.logistics.hub or "") if s.logistics.mode == "hub" else "" for s in first),
            air=flag(lambda s: s.logistics.transport == "air"),
            business=flag(lambda s: s.b2b.enabled),
            retail=flag(lambda s: not s.b2b.exclusive),
            business_discount=number(lambda s: s.b2b.discount_share),
            credit_weeks=whole(lambda s: s.b2b.credit_weeks),
            compliance=tuple(s.compliance for s in first),
            exit_after=whole(lambda s: s.exit.after_weeks),
            exit_below=np.array([[np.nan if x is None else x for x in row] for row in below], np.float64),
            exit_weeks=whole(lambda s: s.exit.for_weeks),
            gated=np.array([code in gated for code in batch.codes]),
            gate_above=np.array([np.nan if g is None else g.if_contribution_above_usd_week for g in gates], np.float64),
            gate_after=0 if gate is None else gate.after_weeks,
            gate_weeks=1 if gate is None else gate.for_weeks,
            offered=np.array([cell.offered for cell in cells]),
            edition=np.array([cell.edition for cell in cells]),
            price_rule=tuple(cell.price.rule for cell in cells),
            position=of_cell(lambda c: c.price.position),
            floor_margin=of_cell(lambda c: c.price.floor_margin_share),
            promotions=tuple(tuple((p.weeks, p.off_share) for p in cell.price.promotions) for cell in cells),
            products=tuple(cell.product for cell in cells),
            tier_cost=tier("cost"),
            tier_quality=tier("quality"),
            health=of_cell(lambda c: c.product.health),
            green=of_cell(lambda c: c.product.green),
            certificates=tuple(held for held, _ in certificates),
            missing=np.array([missing for _, missing in certificates]),
            on_demand=np.array([cell.product.custom == "pod" for cell in cells]),
            forecast=tuple("ai" if _forecasts(s) else s.inventory.forecast for s in first for _ in variants),
            service_level=np.repeat(number(lambda s: s.inventory.service_level), len(variants), axis=1),
            house=_houses(cells, markets, entry, gated),
            postponed=postponed,
            pool=_pools(cells, postponed),
        )


class VariantOf:
    """A variant as a strategy has it in one market."""

    def __init__(self, setting: Strategy, variant: str) -> None:
        self.setting, self.variant = setting, variant
        own: VariantLevers | None = setting.products.get(variant)
        self.edition = variant == FESTIVAL
        self.product: Product = setting.product if own is None else own
        self.price = setting.price if own is None or own.price is None else own.price
        retail = not setting.b2b.exclusive  # firms buy the core product alone
        if self.edition:
            self.offered = retail and setting.localisation.festival_edition
        else:
            self.offered = variant == CORE or (retail and own is not None and own.offered)

    def options(self) -> dict[str, object]:
        """Return the options of the product as plain data."""
        return {field: getattr(self.product, field) for field in Product.model_fields}


def _forecasts(setting: Strategy) -> bool:
    """Say whether a machine forecasts: the method and the capability are one thing, with one price."""
    return setting.ai.forecasting or setting.inventory.forecast == "ai"


def _certificates(batch: Batch, cell: VariantOf, market: str) -> tuple[Words, bool]:
    """Return the certificates of a product in a market, and whether one that is demanded stays missing.

    A compliance programme gets what the law demands; without one the seller has what it asked for.
    """
    wished = cell.product.certificates
    demanded = [code for code, c in batch.categories[0].certificates.items() if market in c.required_in]
    lacking = [code for code in demanded if code not in wished]
    if cell.setting.compliance == "none":
        return wished, bool(lacking)
    return (*wished, *lacking), False


def _used(batch: Batch, code: str) -> set[str]:
    """Return the payment methods that a market uses."""
    return {method for method, share in batch.scenario.market(code).payment_mix.items() if share > 0.0}


def _mask(methods: set[str]) -> int:
    return sum(1 << PAYMENT_METHODS.index(method) for method in methods)


def _houses(cells: list[VariantOf], markets: list[str], entry: Mapping[str, int], gated: Container[str]) -> Ints:
    """Return the warehouse of each cell: its own, or the first that holds the same goods in the same place abroad.

    A market that is never entered holds nothing for others; one that may never be comes after those that are for sure.
    """
    out = list(range(len(cells)))
    order = sorted(out, key=lambda c: (markets[c] in gated, c))
    places = [_place(cell, market) for cell, market in zip(cells, markets, strict=True)]
    sells = [market in entry and cell.offered for cell, market in zip(cells, markets, strict=True)]
    for c, cell in enumerate(cells):
        if sells[c] and places[c][0] != "local" and not cell.edition:
            like = (
                h
                for h in order[: order.index(c)]
                if sells[h]
                and cells[h].variant == cell.variant
                and places[h] == places[c]
                and cells[h].options() == cell.options()
            )
            out[c] = next(like, c)
    return np.array(out, np.int64)


def _postponed(cells: list[VariantOf], markets: list[str], entry: Mapping[str, int]) -> Flags:
    """Say which cells get their destination at the gate: local stock that is sold, ordered week by week."""
    return np.array(
        [
            market in entry
            and cell.offered
            and cell.setting.inventory.postponed
            and cell.setting.logistics.mode == "local"
            and not cell.edition
            and cell.product.custom != "pod"
            for cell, market in zip(cells, markets, strict=True)
        ]
    )


def _pools(cells: list[VariantOf], postponed: Flags) -> Ints:
    """Return the first postponed cell with the same goods as each; its own number where nothing is postponed."""
    out = list(range(len(cells)))
    for c in np.flatnonzero(postponed):
        like = (
            int(h)
            for h in np.flatnonzero(postponed[:c])
            if cells[h].variant == cells[c].variant and cells[h].options() == cells[c].options()
        )
        out[c] = next(like, int(c))
    return np.array(out, np.int64)


def _place(cell: VariantOf, market: str) -> tuple[str, str | None, bool]:
    """Return mode and hub, and whether the market lies in the hub's customs territory."""
    logistics = cell.setting.logistics
    hub = hubs().get(logistics.hub or "") if logistics.mode == "hub" else None
    return logistics.mode, logistics.hub, hub is not None and market in hub.in_market
