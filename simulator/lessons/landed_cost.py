"""Landed cost: duty on cost, insurance and freight, tax on the duty-paid value, and a fee for each parcel.

``landed = (goods + freight) * (1 + duty) * (1 + vat) + fee``, to the cent, in three places of the simulator: the
rules of landed cost, the books of a seller who ships parcels to consumers, and those of one who imports stock.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from simulator.ledger import INDEX
from simulator.lessons import neutral
from simulator.lessons.lesson import Measured, Parameters
from simulator.logistics import landed_cost as rules
from simulator.model import MarketEntryModel

WEEKS, CONSUMERS, LOT = 6, 1000, 1900
"""The lot stays below the size at which the factory gives a discount."""
CENT = 0.005
"""Books are in whole cents: a unit's figure may be half a cent off."""
RULE_ROUNDING = 1e-12
"""Relative error of a few operations in float64."""
LATE = 52
"""Weeks after which taxes are settled: not within the lesson, so they stand in the books unsettled."""
SURE = 20.0
"""Utils of an offer that everybody buys, whatever it costs."""

Usd = Annotated[float, Field(ge=0.0, le=1e5)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class LandedCost(Parameters):
    """One unit on its way from the factory to the consumer."""

    goods_usd: Annotated[float, Field(ge=0.01, le=1e5)] = 18.0
    freight_usd: Usd = 4.0
    duty_share: Share = 0.1
    vat_share: Share = 0.2
    per_parcel_fee_usd: Usd = 3.0


PARAMETERS = LandedCost


def expected(given: LandedCost) -> dict[str, float]:
    """Return the closed forms, USD per unit; stock arrives in containers and pays no parcel fee."""
    duty_paid = (given.goods_usd + given.freight_usd) * (1.0 + given.duty_share)
    landed = duty_paid * (1.0 + given.vat_share)
    return {
        "landed_usd": landed + given.per_parcel_fee_usd,
        "rule_landed_usd": landed + given.per_parcel_fee_usd,
        "fee_usd": given.per_parcel_fee_usd,
        "stock_duty_paid_usd": duty_paid,
        "stock_import_vat_usd": duty_paid * given.vat_share,
        "stock_landed_usd": landed,
    }


def simulated(given: LandedCost) -> dict[str, Measured]:
    """Return the figures of the rules, and those that the books of two runs hold for a unit."""
    value = rules.landed_cost(given.goods_usd, given.freight_usd, 0.0)
    duty = rules.stock_duty(given.goods_usd, given.freight_usd, given.duty_share)
    vat = rules.import_vat(given.goods_usd, given.freight_usd, duty, given.vat_share)
    by_rule = float(value + duty + vat + given.per_parcel_fee_usd)
    parcel, stock = _parcel_books(given), _stock_books(given)
    paid = sum(parcel[name] for name in ("cost_of_goods", "parcel_freight", "parcel_duty", "tax_payable"))
    return {
        "landed_usd": Measured(paid, CENT),
        "rule_landed_usd": Measured(by_rule, RULE_ROUNDING * by_rule),
        "fee_usd": Measured(parcel["parcel_duty"], CENT),
        "stock_duty_paid_usd": Measured(stock["inventory"], CENT),
        "stock_import_vat_usd": Measured(stock["import_vat_receivable"], CENT),
        "stock_landed_usd": Measured(stock["inventory"] + stock["import_vat_receivable"], CENT),
    }


def _parcel_books(given: LandedCost) -> dict[str, float]:
    """Return the accounts of parcels, USD per unit sold.

    Duty and tax come on top of a value of goods and freight, and the consumer pays them (the seller owes them to the
    state); the fee falls on the seller.
    """
    model = _model(given, "direct")
    tax = model.terms.parcel(0)
    price = rules.parcel_price(np.full((1, 1), given.goods_usd + given.freight_usd), *tax)
    model.entrant.set_price(0, float(price[0, 0]))
    records = model.run()
    units = int(records.units[:, 0, 0, 0].sum())
    cents = records.ledger[:, 0, 0].sum(axis=0)
    return {name: abs(float(cents[position])) / 100.0 / units for name, position in INDEX.items()}


def _stock_books(given: LandedCost) -> dict[str, float]:
    """Return the accounts of the week in which stock is ordered and paid, USD per unit ordered."""
    model = _model(given, "local")
    model.step()
    units = int(model.entrant.orders[0, 0])
    cents = model.ledger.entries[0, 0, 0]
    return {name: float(cents[position]) / 100.0 / units for name, position in INDEX.items()}


def _model(given: LandedCost, mode: str) -> MarketEntryModel:
    """Return a model of one market whose terms of trade are the lesson's."""
    plain = neutral.document(WEEKS, CONSUMERS)
    plain["mechanisms"]["stock"] = True
    plain["markets"][neutral.MARKET] |= _lane(given)
    plain["seller"] = {
        "cash_usd": 1e12,
        "unit_cost_usd": given.goods_usd,
        "weight_kg": 1.0,
        "volume_l": 1000.0,
        "moq_units": LOT,
    }
    plain["behaviour"] |= {"vat_remittance_weeks": LATE, "import_vat_weeks": LATE}
    plain["category"] |= {"lead_production_weeks": 1, "entrant_constant": SURE, "price_scale": neutral.NOTHING}
    plain["strategies"][neutral.STRATEGY]["logistics"] = {"mode": mode}
    model = MarketEntryModel(neutral.scenario(plain), neutral.STRATEGY)
    whole, none = np.full_like(model.terms.duty_share, 1.0), np.zeros_like(model.terms.duty_share)
    duty, vat = given.duty_share * whole, given.vat_share * whole
    model.terms = replace(
        model.terms, duty_added=whole, low_share=duty, high_share=duty, band_usd=none, deduction_usd=none,
        parcel_vat_share=vat, vat_inside=none, fee_usd=given.per_parcel_fee_usd * whole, stock_vat_share=vat,
        import_vat_share=vat, duty_share=duty, minimum_usd=none, vat_free_usd=none, fob=none, closed=none,
        fee_band_usd=np.full_like(none, np.inf),
    )  # fmt: skip
    model.lanes = model.storefront.lanes = replace(model.lanes, terms=model.terms)
    known = model.foresight.base
    known = replace(known, duty_share=np.full_like(known.duty_share, given.duty_share))
    model.foresight = replace(model.foresight, base=known)
    return model


def _lane(given: LandedCost) -> dict[str, Any]:
    """Return a market whose lanes cost the lesson's freight per unit: a parcel, or a cubic metre at sea."""
    return {
        "parcel_usd": given.freight_usd,
        "parcel_usd_kg": neutral.NOTHING,
        "sea_usd_m3": max(given.freight_usd, neutral.NOTHING),
        "sea_door_factor": 1.0,
        "sea_weeks": 1,
    }
