"""Lanes of one strategy: what a unit costs on its way to each market, and how long it takes.

A **local** unit is taxed as stock; one that crosses the border to the consumer, from home (direct), from a hub abroad
or from the global pool, is taxed as a parcel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.logistics.landed_cost import (
    barred,
    commission,
    net_of_vat,
    parcel_duty,
    parcel_freight,
    parcel_price_floor,
    parcel_value,
    sea_freight,
    stock_price_floor,
    storage,
)  # fmt: skip
from simulator.network import hubs
from simulator.terms import TradeTerms
from simulator.views import Quote

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


LANDED_SHARE = 0.6
"""Landed cost of a rival's parcel in its price before tax; the rest is fees, handling and margin (assumption)."""


def parcel_cost_change(terms: TradeTerms, price: Floats) -> Floats:
    """Return by how much dated taxes, duties and fees have changed the landed cost of a rival's parcel since the start.

    Parameters
    ----------
    terms : dated terms
    price : float64[F, M], what the rival's consumers pay at the start, USD

    Returns
    -------
    float64[W, F, M], relative to the landed cost of the first week
    """
    out = np.zeros(terms.fee_usd.shape)
    for week in range(len(out)):
        value = parcel_value(price, *terms.parcel(week))
        out[week] = price - value + parcel_duty(value, *terms.borne(week))
    return (out - out[0]) / (LANDED_SHARE * parcel_value(price, *terms.parcel(0)))


@dataclass(frozen=True, eq=False)
class Route:
    """How a strategy ships to its markets and cells; `levers` of the entrant, without knowing them.

    Attributes
    ----------
    mode, hub : by market
        direct, local, hub or pool; code of the hub.
    air : bool[M]
        Local stock flies.
    store, marketplace : bool[M]
        Channels.
    variants : int
        Cells per market.
    weight_kg, volume_l : float64[F, C]
    """

    mode: tuple[str, ...]
    hub: tuple[str, ...]
    air: Flags
    store: Flags
    marketplace: Flags
    variants: int
    weight_kg: Floats
    volume_l: Floats

    def cells(self, by_market: NDArray) -> NDArray:
        """Return a quantity of markets (last axis) for each of their cells."""
        return by_market if self.variants == 1 else np.repeat(by_market, self.variants, axis=-1)

    def of(self, mode: str) -> Flags:
        """Say which markets are served in a mode, bool[M]."""
        return np.array([each == mode for each in self.mode])


@dataclass(frozen=True, eq=False)
class Lanes:
    """Freight, handling and fees by cell, USD per unit, float64[F, C] unless noted."""

    terms: TradeTerms
    """Of the cells."""
    local: Flags
    """Taxed as stock: it lies in the market, or in a hub within its customs territory, bool[C]."""
    parcel: Floats
    """Line haul of a parcel; 0 from local stock."""
    inbound: Floats
    """Freight of stock to the shelf or the hub; 0 from home and from the pool."""
    handling: Floats
    commission_share: Floats
    commission_gross: Floats
    commission_order: Floats
    payment_share: Floats
    storage_usd_m3_month: Floats
    storage_peak_usd_m3_month: Floats
    volume_l: Floats

    @classmethod
    def of(cls, batch: Batch, terms: TradeTerms, route: Route) -> Lanes:
        """Return the lanes of a strategy; `terms` are those of the markets.

        A listing in both channels pays each channel's fees for the needs that start there.
        """
        cells, number = route.cells, batch.behaviour
        in_store = np.where(route.store & route.marketplace, number("web_share"), route.store * 1.0)
        gross = np.array([[profile.commission_base == "gross" for profile in row] for row in batch.markets], float)
        local, pool = cells(route.of("local")), cells(route.of("pool"))
        sea = sea_freight(route.volume_l, cells(batch.market("sea_usd_m3")), cells(batch.market("sea_door_factor")))
        air = parcel_freight(route.weight_kg, cells(batch.market("air_usd_kg")), 0.0)
        parcel = parcel_freight(
            route.weight_kg, cells(batch.market("parcel_usd_kg")), cells(batch.market("parcel_usd"))
        )
        parcel = np.where(pool, parcel_freight(route.weight_kg, cells(batch.market("pool_usd_kg")), 0.0), parcel)
        inbound = np.where(local, np.where(cells(route.air), air, sea), 0.0)
        handling = np.where(local, cells(batch.market("fulfilment_usd")), number("direct_handling_usd"))
        rent = cells(batch.market("storage_usd_m3_month")) * local
        peak = cells(batch.market("storage_peak_usd_m3_month")) * local
        rent, peak = (np.where(pool, number("pool_storage_usd_m3_month"), each) for each in (rent, peak))
        for m, code in enumerate(route.hub):
            if route.mode[m] != "hub":
                continue
            hub, at = hubs()[code], slice(m * route.variants, (m + 1) * route.variants)
            lane = batch.each(lambda f, k, c=code: _lane(batch, f, k, c, "usd_kg"))
            fixed = batch.each(lambda f, k, c=code: _lane(batch, f, k, c, "usd"))
            parcel[:, at] = parcel_freight(route.weight_kg, cells(lane), cells(fixed))[:, at]
            inbound[:, at] = parcel_freight(route.weight_kg, hub.freight_usd_kg, 0.0)[:, at]
            handling[:, at] = hub.handling_usd
            rent[:, at] = peak[:, at] = hub.storage_usd_m3_month
        inside = np.array([h != "" and code in hubs()[h].in_market for h, code in zip(route.hub, batch.codes)])
        fees = number("marketplace_payment_fee_share"), number("store_fee_share")
        return cls(
            terms=terms.repeated(route.variants),
            local=local | cells(inside & route.of("hub")),
            parcel=np.where(local, 0.0, parcel),
            inbound=inbound,
            handling=handling,
            commission_share=cells(batch.market("commission_share") * (1.0 - in_store)),
            commission_gross=cells(gross),
            commission_order=cells(batch.market("commission_order_usd") * (1.0 - in_store)),
            payment_share=cells(fees[0] * (1.0 - in_store) + fees[1] * in_store),
            storage_usd_m3_month=rent,
            storage_peak_usd_m3_month=peak,
            volume_l=route.volume_l,
        )

    def quote(self, week: int, price: Floats) -> Quote:
        """Return what one unit earns and costs at a consumer price, float64[F, C]."""
        terms, tax = self.terms, self.terms.parcel(week, self.parcel)
        net = np.where(self.local, net_of_vat(price, terms.stock_vat_share[week]), parcel_value(price, *tax))
        duty = np.where(self.local, 0.0, parcel_duty(net, *terms.borne(week, self.parcel)))
        return Quote(
            price=price, net=net, tax=price - net, freight=self.parcel, duty=duty,
            commission=commission(price, net, self.commission_share, self.commission_gross, self.commission_order),
            payment_fee=self.payment_share * net, handling=self.handling,
        )  # fmt: skip

    def price_floor(self, week: int, unit_usd: Floats, margin_share: Floats) -> Floats:
        """Return the lowest consumer price that earns the floor margin, USD, float64[F, C]; inf: none does."""
        terms = self.terms
        stock = (unit_usd + self.inbound) * (1.0 + terms.duty_share[week]) + self.handling + self.commission_order
        parcel = unit_usd + self.parcel + self.handling + self.commission_order + terms.fee_usd[week]
        fees = margin_share, self.commission_share, self.commission_gross, self.payment_share
        return np.where(
            self.local,
            stock_price_floor(stock, *fees, terms.stock_vat_share[week]),
            parcel_price_floor(parcel, *fees, *terms.parcel(week, self.parcel)),
        )

    def barred(self, week: int, price: Floats) -> Flags:
        """Say where the law bars the foreign offer from marketplaces, bool[F, C]."""
        value = parcel_value(price, *self.terms.parcel(week, self.parcel))
        below = barred(value, self.parcel, self.terms.minimum_usd[week]) > 0.0
        return (below & ~self.local) | self.closed(week)

    def closed(self, week: int) -> Flags:
        """Say where the law lets nothing in that is shipped order by order, whatever the channel, bool[F, C]."""
        return (self.terms.closed[week] > 0.0) & ~self.local

    def storage(self, units: NDArray[np.int64], peak: bool) -> Floats:
        """Return a week's rent of the stock by its house, USD, float64[F, C]; `peak`: October to December."""
        rent = self.storage_peak_usd_m3_month if peak else self.storage_usd_m3_month
        return storage(units.astype(np.float64), self.volume_l, rent)


def _lane(batch: Batch, f: int, m: int, hub: str, field: str) -> float:
    """Return a number of a market's lane from a hub; 0 where the hub does not serve it."""
    lane = batch.markets[f][m].hubs.get(hub)
    return 0.0 if lane is None else float(getattr(lane, field))


def days(batch: Batch, route: Route, part: str) -> Floats:
    """Return low, typical or high days to the door by market, float64[F, M]."""

    def one(f: int, m: int) -> float:
        profile, mode = batch.markets[f][m], route.mode[m]
        if mode == "hub":
            lane = profile.hubs[route.hub[m]].days
        else:
            lane = {"local": profile.local_days, "direct": profile.direct_days, "pool": profile.pool_days}[mode]
        return float(getattr(lane, part))

    return batch.each(one)


def lead_weeks(batch: Batch, route: Route) -> NDArray[np.int64]:
    """Return the weeks from order to shelf, int64[C]: production, and the way of stock to its shelf."""
    production = batch.scenario.category_profile.lead_production_weeks
    out = []
    for m, code in enumerate(batch.codes):
        profile = batch.scenario.market(code)
        transport = 0.0
        if route.mode[m] == "local":
            transport = profile.air_weeks if route.air[m] else profile.sea_weeks
        elif route.mode[m] == "hub":
            transport = hubs()[route.hub[m]].weeks
        out.append(round(production + transport))
    return route.cells(np.array(out, np.int64))
