"""Lanes of one strategy: what a unit costs on its way to each market, in parcels or from local stock."""

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
class Lanes:
    """Freight, handling and fees by market, USD per unit, float64[F, M] unless noted."""

    terms: TradeTerms
    local: Flags
    """Sold from stock in the market, bool[M]."""
    parcel: Floats
    """Line haul of a parcel; 0 from local stock."""
    inbound: Floats
    """Sea freight of stock to the shelf; 0 for parcels."""
    handling: Floats
    commission_share: Floats
    commission_gross: Floats
    commission_order: Floats
    payment_share: Floats
    storage_usd_m3_month: Floats
    storage_peak_usd_m3_month: Floats
    volume_l: Floats

    @classmethod
    def of(cls, batch: Batch, terms: TradeTerms, local: Flags, store: Flags, marketplace: Flags) -> Lanes:
        """Return the lanes of a strategy; `store` and `marketplace` are its channels, bool[M].

        A listing in both channels pays each channel's fees for the needs that start there.
        """
        in_store = np.where(store & marketplace, batch.behaviour("web_share"), store * 1.0)
        gross = np.array([[profile.commission_base == "gross" for profile in row] for row in batch.markets], float)
        weight, volume = batch.seller("weight_kg"), batch.constant(1.0) * batch.seller("volume_l")
        parcel = parcel_freight(weight, batch.market("parcel_usd_kg"), batch.market("parcel_usd"))
        sea = sea_freight(volume, batch.market("sea_usd_m3"), batch.market("sea_door_factor"))
        fees = batch.behaviour("marketplace_payment_fee_share"), batch.behaviour("store_fee_share")
        return cls(
            terms=terms,
            local=local,
            parcel=np.where(local, 0.0, parcel),
            inbound=np.where(local, sea, 0.0),
            handling=np.where(local, batch.market("fulfilment_usd"), batch.behaviour("direct_handling_usd")),
            commission_share=batch.market("commission_share") * (1.0 - in_store),
            commission_gross=gross,
            commission_order=batch.market("commission_order_usd") * (1.0 - in_store),
            payment_share=fees[0] * (1.0 - in_store) + fees[1] * in_store,
            storage_usd_m3_month=batch.market("storage_usd_m3_month"),
            storage_peak_usd_m3_month=batch.market("storage_peak_usd_m3_month"),
            volume_l=volume,
        )

    def quote(self, week: int, price: Floats) -> Quote:
        """Return what one unit earns and costs at a consumer price, float64[F, M]."""
        terms, tax = self.terms, self.terms.parcel(week, self.parcel)
        net = np.where(self.local, net_of_vat(price, terms.stock_vat_share[week]), parcel_value(price, *tax))
        duty = np.where(self.local, 0.0, parcel_duty(net, *terms.borne(week, self.parcel)))
        return Quote(
            price=price, net=net, tax=price - net, freight=self.parcel, duty=duty,
            commission=commission(price, net, self.commission_share, self.commission_gross, self.commission_order),
            payment_fee=self.payment_share * net, handling=self.handling,
        )  # fmt: skip

    def price_floor(self, week: int, unit_usd: Floats, margin_share: Floats) -> Floats:
        """Return the lowest consumer price that earns the floor margin, USD, float64[F, M]; inf: none does."""
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
        """Say where the law bars the foreign offer from marketplaces, bool[F, M]."""
        value = parcel_value(price, *self.terms.parcel(week, self.parcel))
        below = barred(value, self.parcel, self.terms.minimum_usd[week]) > 0.0
        return (below & ~self.local) | self.closed(week)

    def closed(self, week: int) -> Flags:
        """Say where the law lets nothing in that is shipped order by order, whatever the channel, bool[F, M]."""
        return (self.terms.closed[week] > 0.0) & ~self.local

    def storage(self, units: NDArray[np.int64], peak: bool) -> Floats:
        """Return a week's rent of local stock, USD, float64[F, M]; `peak`: October to December."""
        rent = self.storage_peak_usd_m3_month if peak else self.storage_usd_m3_month
        return np.where(self.local, storage(units.astype(np.float64), self.volume_l, rent), 0.0)
