"""Lanes of one strategy: what a unit costs on its way to each market, and how long it takes.

A **local** unit is taxed as stock; one that crosses the border to the consumer, from home (direct), from a hub abroad
or from the global pool, is taxed as a parcel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.logistics.charges import carbon_border, packaging_fee
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
from simulator.shocks import Shocks
from simulator.terms import TradeTerms
from simulator.views import Quote

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


LANDED_SHARE = 0.6
"""Landed cost of a rival's parcel in its price before tax; the rest is fees, handling and margin (assumption)."""


def parcel_cost_change(terms: TradeTerms, price: Floats, freight_usd: Floats) -> Floats:
    """Return by how much taxes, duties, fees and freight have changed the landed cost of a rival's parcel.

    Parameters
    ----------
    terms : dated terms
    price : float64[F, M], what the rival's consumers pay at the start, USD
    freight_usd : float64[W, F, M], freight above that of the start

    Returns
    -------
    float64[W, F, M], relative to the landed cost of the first week
    """
    out = np.zeros(terms.fee_usd.shape)
    for week in range(len(out)):
        value = parcel_value(price, *terms.parcel(week))
        out[week] = price - value + parcel_duty(value, *terms.borne(week)) + freight_usd[week]
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
    carbon_kg : float64[F, C]
        kg CO2e of making a unit.
    instalment_fee : float64[F, M]
        Of a store's sales.
    """

    mode: tuple[str, ...]
    hub: tuple[str, ...]
    air: Flags
    store: Flags
    marketplace: Flags
    variants: int
    weight_kg: Floats
    volume_l: Floats
    carbon_kg: Floats
    instalment_fee: Floats

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
    """Line haul of a parcel at the start; 0 from local stock."""
    inbound: Floats
    """Freight of stock to the shelf or the hub at the start; 0 from home and from the pool."""
    parcel_factor: Floats
    inbound_factor: Floats
    """Factors of the week on both, float64[W, F, C]."""
    handling: Floats
    commission_share: Floats
    """By week, float64[W, F, C]."""
    commission_gross: Floats
    commission_order: Floats
    payment_share: Floats
    storage_usd_m3_month: Floats
    storage_peak_usd_m3_month: Floats
    volume_l: Floats
    packaging_kg: Floats
    """Of a unit; 0 where packaging costs nothing."""
    covered_kg: Floats
    """kg CO2e of making a unit that a carbon border covers."""

    @classmethod
    def of(cls, batch: Batch, terms: TradeTerms, route: Route, shocks: Shocks) -> Lanes:
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
            lane, fixed = cells(lane_numbers(batch, code, "usd_kg")), cells(lane_numbers(batch, code, "usd"))
            parcel[:, at] = parcel_freight(route.weight_kg, lane, fixed)[:, at]
            inbound[:, at] = parcel_freight(route.weight_kg, hub.freight_usd_kg, 0.0)[:, at]
            handling[:, at] = hub.handling_usd
            rent[:, at] = peak[:, at] = hub.storage_usd_m3_month
        inside = np.array([h != "" and code in hubs()[h].in_market for h, code in zip(route.hub, batch.codes)])
        fees = number("marketplace_payment_fee_share"), number("store_fee_share")
        commission_share = np.maximum(batch.market("commission_share") + shocks.commission_change, 0.0)
        return cls(
            terms=terms.repeated(route.variants),
            local=local | cells(inside & route.of("hub")),
            parcel=np.where(local, 0.0, parcel),
            inbound=inbound,
            parcel_factor=cells(shocks.parcel_freight),
            inbound_factor=np.where(cells(route.air), cells(shocks.air_freight), cells(shocks.sea_freight)),
            handling=handling,
            commission_share=cells(commission_share * (1.0 - in_store)),
            commission_gross=cells(gross),
            commission_order=cells(batch.market("commission_order_usd") * (1.0 - in_store)),
            payment_share=cells(fees[0] * (1.0 - in_store) + (fees[1] + route.instalment_fee) * in_store),
            storage_usd_m3_month=rent,
            storage_peak_usd_m3_month=peak,
            volume_l=route.volume_l,
            packaging_kg=route.weight_kg * batch.category("packaging_share") * batch.scenario.on("packaging"),
            covered_kg=route.carbon_kg * batch.category("carbon_covered_share"),
        )

    def parcel_freight(self, week: int) -> Floats:
        """Return the line haul of a parcel, USD, float64[F, C]; 0 from local stock."""
        return self.parcel * self.parcel_factor[week]

    def inbound_freight(self, week: int) -> Floats:
        """Return the freight of stock to the shelf or the hub, USD, float64[F, C]; 0 from home and from the pool."""
        return self.inbound * self.inbound_factor[week]

    def packaging(self, week: int) -> Floats:
        """Return the fee of a unit's packaging, USD, float64[F, C]."""
        return np.asarray(packaging_fee(self.packaging_kg, self.terms.packaging_usd_kg[week]))

    def carbon_border(self, week: int) -> Floats:
        """Return the carbon border charge of a unit, USD, float64[F, C]."""
        return np.asarray(carbon_border(self.covered_kg, self.terms.carbon_usd_t[week]))

    def quote(self, week: int, price: Floats) -> Quote:
        """Return what one unit earns and costs at a consumer price, float64[F, C]."""
        terms, freight = self.terms, self.parcel_freight(week)
        tax = terms.parcel(week, freight)
        net = np.where(self.local, net_of_vat(price, terms.stock_vat_share[week]), parcel_value(price, *tax))
        duty = np.where(self.local, 0.0, parcel_duty(net, *terms.borne(week, freight)))
        rates = self.commission_share[week], self.commission_gross, self.commission_order
        return Quote(
            price=price, net=net, tax=price - net, freight=freight, duty=duty,
            commission=commission(price, net, *rates),
            payment_fee=self.payment_share * net, handling=self.handling,
            packaging=self.packaging(week), carbon_border=self.carbon_border(week),
        )  # fmt: skip

    def price_floor(self, week: int, unit_usd: Floats, margin_share: Floats) -> Floats:
        """Return the lowest consumer price that earns the floor margin, USD, float64[F, C]; inf: none does."""
        terms, inbound, freight = self.terms, self.inbound_freight(week), self.parcel_freight(week)
        each = self.handling + self.commission_order + self.packaging(week) + self.carbon_border(week)
        stock = (unit_usd + inbound) * (1.0 + terms.duty_share[week]) + each
        parcel = unit_usd + freight + each + terms.fee_usd[week]
        fees = margin_share, self.commission_share[week], self.commission_gross, self.payment_share
        return np.where(
            self.local,
            stock_price_floor(stock, *fees, terms.stock_vat_share[week]),
            parcel_price_floor(parcel, *fees, *terms.parcel(week, freight)),
        )

    def barred(self, week: int, price: Floats) -> Flags:
        """Say where the law bars the foreign offer from marketplaces, bool[F, C]."""
        freight = self.parcel_freight(week)
        value = parcel_value(price, *self.terms.parcel(week, freight))
        below = barred(value, freight, self.terms.minimum_usd[week]) > 0.0
        return (below & ~self.local) | self.closed(week)

    def closed(self, week: int) -> Flags:
        """Say where the law lets nothing in that is shipped order by order, whatever the channel, bool[F, C]."""
        return (self.terms.closed[week] > 0.0) & ~self.local

    def storage(self, units: NDArray[np.int64], peak: bool) -> Floats:
        """Return a week's rent of the stock by its house, USD, float64[F, C]; `peak`: October to December."""
        rent = self.storage_peak_usd_m3_month if peak else self.storage_usd_m3_month
        return storage(units.astype(np.float64), self.volume_l, rent)


def lane_numbers(batch: Batch, hub: str, field: str) -> Floats:
    """Return a number of the lanes from a hub by market, float64[F, M]; 0 where it does not serve one."""

    def one(f: int, m: int) -> float:
        lane = batch.markets[f][m].hubs.get(hub)
        return 0.0 if lane is None else float(getattr(lane, field))

    return batch.each(one)


def days(batch: Batch, route: Route, part: str) -> Floats:
    """Return low, typical or high days to the door by market, float64[F, M]."""

    def one(f: int, m: int) -> float:
        profile, mode = batch.markets[f][m], route.mode[m]
        lanes = {"local": profile.local_days, "direct": profile.direct_days, "pool": profile.pool_days}
        if mode == "hub" and route.hub[m] in profile.hubs:  # a hub serves every market that is entered through it
            lanes["hub"] = profile.hubs[route.hub[m]].days
        return float(getattr(lanes.get(mode, profile.direct_days), part))

    return batch.each(one)


def lead_weeks(batch: Batch, route: Route) -> NDArray[np.int64]:
    """Return the steps (weeks) from order to shelf, int64[C]: production, and the way of stock to its shelf."""
    production = batch.scenario.category_profile.lead_production_weeks
    out = []
    for m, code in enumerate(batch.codes):
        profile = batch.scenario.market(code)
        transport = 0.0
        if route.mode[m] == "local":
            transport = profile.air_weeks if route.air[m] else profile.sea_weeks
        elif route.mode[m] == "hub":
            transport = hubs()[route.hub[m]].weeks
        out.append(_steps(batch, production + transport))
    return route.cells(np.array(out, np.int64))


def _steps(batch: Batch, weeks: float) -> int:
    """Return weeks as whole steps, which a lesson may make shorter than a week."""
    return round(weeks * (7.0 / batch.scenario.period_days))


# ------------------------------------------------------------------------------------------------ closed nodes
@dataclass(frozen=True, eq=False)
class Standstill:
    """When stock cannot leave the origin or reach its shelf."""

    still: Flags
    """bool[W, F, C]: a node on the way of the stock is closed."""
    transit: Ints
    """Weeks from the factory gate to the shelf, int64[C]."""


def standstill(batch: Batch, route: Route, shocks: Shocks) -> Standstill:
    """Return where the way of stock to its shelf is closed, by week."""
    ways: list[tuple[str, ...]] = []
    for m, mode in enumerate(route.mode):
        profile = batch.scenario.market(batch.codes[m])
        way: tuple[str, ...] = ()  # stock of parcels from home and of the pool lies at the origin
        if mode == "local":
            way = profile.air_nodes if route.air[m] else profile.sea_nodes
        elif mode == "hub":
            way = hubs()[route.hub[m]].nodes
        ways.append(way)
    production = _steps(batch, batch.scenario.category_profile.lead_production_weeks)
    transit = np.maximum(lead_weeks(batch, route) - production, 0)
    return Standstill(route.cells(shocks.wait(tuple(ways)) > 0), transit)


def parcel_nodes(batch: Batch, route: Route | None = None) -> tuple[tuple[str, ...], ...]:
    """Return the nodes that parcels to each market pass; those of a route, or (None) of parcels from home."""
    ways: list[tuple[str, ...]] = []
    for m, code in enumerate(batch.codes):
        mode = "direct" if route is None else route.mode[m]
        if mode == "local":
            ways.append(())
        elif mode == "hub" and route is not None:
            ways.append(hubs()[route.hub[m]].nodes[-1:])
        else:
            ways.append(batch.scenario.market(code).air_nodes)
    return tuple(ways)
