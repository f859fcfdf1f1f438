"""What the code makes of one parcel and of one unit of stock in a market, on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from simulator.logistics import landed_cost as lc
from simulator.logistics.charges import carbon_border, packaging_fee
from simulator.regulations import MarketRules
from simulator.terms import TradeTerms

UNIT = 18.0
"""Cost of a unit at the factory, USD."""
PACKAGING, CARBON = 0.125, 50.0
"""Packaging of a unit, kg; covered carbon of its making, kg CO2e."""


def monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


@dataclass(frozen=True)
class Taxed:
    """What the code makes of one parcel and of one unit of stock."""

    value: float
    borne: float
    net: float
    stock_duty: float
    import_vat: float
    price: float
    """That the rule gives back for the value."""
    closed: bool
    barred: bool
    packaging: float
    """Fee of `PACKAGING` kg."""
    carbon: float
    """Charge on `CARBON` kg CO2e."""


def taxed(
    market: str,
    day: date,
    price: float,
    duty: float,
    parcel: float,
    sea: float = 0.0,
    rules: MarketRules | None = None,
) -> Taxed:
    """Ask the code of the first Monday on or after a day."""
    law = None if rules is None else {(0, 0): rules}
    terms = TradeTerms.of(monday_from(day), 1, [market], np.array([[duty]]), law)
    tax, borne = terms.parcel(0, parcel), terms.borne(0, parcel)
    value = float(lc.parcel_value(price, *tax)[0, 0])
    border = float(lc.stock_duty(UNIT, sea, terms.duty_share[0, 0, 0]))
    return Taxed(
        value=value,
        borne=float(lc.parcel_duty(value, *borne)[0, 0]),
        net=float(lc.net_of_vat(price, terms.stock_vat_share[0, 0, 0])),
        stock_duty=border,
        import_vat=float(lc.import_vat(UNIT, sea, border, terms.import_vat_share[0, 0, 0])),
        price=float(lc.parcel_price(value, *tax)[0, 0]),
        closed=bool(terms.closed[0, 0, 0]),
        packaging=float(packaging_fee(PACKAGING, terms.packaging_usd_kg[0, 0, 0])),
        carbon=float(carbon_border(CARBON, terms.carbon_usd_t[0, 0, 0])),
        barred=bool(lc.barred(value, parcel, terms.minimum_usd[0, 0, 0])),
    )
