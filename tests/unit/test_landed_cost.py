"""Landed cost by hand, market by market, in both tax regimes (DEFAULTS eq. 9 and section 3)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.logistics import landed_cost as lc

UNIT = 18.0
ANY = 1e8
"""USD, more than any parcel is worth: fees without an upper value."""


@dataclass(frozen=True)
class Terms:
    """One market's taxes and fees of the examples."""

    price: float
    stock_vat: float
    stock_duty: float
    sea: float
    parcel: float
    """Freight, USD."""
    tax: tuple[float, ...]
    """vat_share, vat_inside, vat_free_usd, duty_added, low_share, band_usd, high_share, deduction_usd, outside_usd."""
    fee: float
    commission: float
    on_gross: float
    order: float
    fulfilment: float
    returns: float
    cash_refused: float
    stock_contribution: float
    parcel_contribution: float


MARKETS = {
    "US": Terms(65.0, 0.0752, 0.175, 0.65, 3.0, (0.0752, 0, 0, 0, 0.175, 0, 0.175, 0, 0),
                3.0, 0.15, 0, 0, 5.5, 0.075, 0, 19.027, 10.186),
    "DE": Terms(68.845, 0.19, 0.0, 0.75, 3.5, (0.19, 0, 0, 0, 0, 174.0, 0, 0, 0),
                5.8, 0.15, 1, 0, 4.2, 0.09195, 0, 18.924, 12.746),
    "ID": Terms(45.252, 0.11, 0.05, 0.45, 2.05, (0.11, 0, 0, 0, 0, 3.0, 0.075, 0, 0),
                0.0, 0.16, 1, 0.08, 1.5, 0.06, 0.0088, 9.877, 6.092),
    "SA": Terms(66.505, 0.15, 0.055, 0.70, 3.25, (0.15, 0, 0, 0, 0, 267.0, 0.055, 0, 0),
                0.0, 0.12, 1, 0, 3.5, 0.105, 0.018, 20.206, 20.239),
    "BR": Terms(55.419, 0.265, 0.137, 0.95, 4.5, (0.17, 1, 0, 1, 0.2, 50.0, 0.6, 20.0, 0),
                0.0, 0.17, 1, 0, 3.5, 0.075, 0, 5.839, 1.709),
}  # fmt: skip
"""Prototype's constants; the last two are its contributions per unit, stock and parcel."""


def contribution(terms: Terms, from_stock: bool) -> float:
    """Return net revenue less everything that a unit costs, with returns, as the prototype counted it."""
    resold = 0.5 if from_stock else 0.0
    if from_stock:
        net, freight, handling = float(lc.net_of_vat(terms.price, terms.stock_vat)), terms.sea, terms.fulfilment
        duty = float(lc.stock_duty(UNIT, freight, terms.stock_duty))
    else:
        net, freight, handling = float(lc.parcel_value(terms.price, *terms.tax)), terms.parcel, 1.0
        duty = float(lc.parcel_duty(net, *terms.tax[3:], terms.fee, ANY))
    commission = float(lc.commission(terms.price, net, terms.commission, terms.on_gross, terms.order))
    returned = terms.returns * (net + UNIT * -resold + 3.0 + 0.2 * commission)
    refused = terms.cash_refused * (freight + handling + 2.0)
    return net - UNIT - freight - duty - commission - 0.012 * net - handling - returned - refused


@pytest.mark.parametrize("market", MARKETS)
def test_contributions_per_unit_of_both_regimes(market):
    terms = MARKETS[market]
    assert contribution(terms, True) == pytest.approx(terms.stock_contribution, abs=2e-3)
    assert contribution(terms, False) == pytest.approx(terms.parcel_contribution, abs=2e-3)


def test_the_ranking_of_markets_flips_between_the_regimes():
    stock = sorted(MARKETS, key=lambda m: -contribution(MARKETS[m], True))
    parcel = sorted(MARKETS, key=lambda m: -contribution(MARKETS[m], False))
    assert stock.index("US") < stock.index("DE")
    assert parcel.index("US") > parcel.index("DE")


BRAZIL = MARKETS["BR"].tax


@pytest.mark.parametrize("price, value", [(55.419, 0.83 * 55.419 / 1.2), (100.0, (83.0 + 20.0) / 1.6)])
def test_brazil_by_hand_in_both_bands(price, value):
    assert lc.parcel_value(price, *BRAZIL) == pytest.approx(value, rel=1e-15)
    duty = 0.2 * value if value <= 50 else 0.6 * value - 20
    assert value + duty == pytest.approx(0.83 * price)
    assert lc.parcel_duty(value, *BRAZIL[3:], 0.0, ANY) == 0.0, "the consumer pays it"


def test_brazils_two_bands_meet_at_50_dollars():
    edge = 50.0 * 1.2 / 0.83
    assert lc.parcel_value(edge, *BRAZIL) == pytest.approx(50.0)
    below, above = lc.parcel_value(np.array([edge - 1e-9, edge + 1e-9]), *BRAZIL)
    assert above - below == pytest.approx(0.0, abs=1e-8)


def test_a_jump_of_duty_at_the_band_holds_the_value_there():
    jump = (0.17, 1.0, 0.0, 1.0, 0.2, 50.0, 0.6, 0.0, 0.0)
    prices = np.linspace(70.0, 100.0, 301)
    values = lc.parcel_value(prices, *jump)
    assert (np.diff(values) >= 0).all()
    inside = (prices * 0.83 > 60.0) & (prices * 0.83 < 80.0)
    assert (values[inside] == 50.0).all()


@settings(deadline=None)
@given(st.floats(1, 500), st.sampled_from(list(MARKETS)))
def test_price_and_value_of_a_parcel_are_inverse(price, market):
    tax = MARKETS[market].tax
    value = lc.parcel_value(price, *tax)
    assert 0 < value < price
    assert lc.parcel_price(value, *tax) == pytest.approx(price, rel=1e-12)


def test_duty_starts_above_the_threshold_and_line_fees_always_count():
    indonesia = MARKETS["ID"].tax[3:]
    assert lc.parcel_duty(3.0, *indonesia, 0.0, ANY) == 0.0
    assert lc.parcel_duty(40.0, *indonesia, 0.0, ANY) == pytest.approx(3.0)
    germany = MARKETS["DE"].tax[3:]
    assert lc.parcel_duty(57.85, *germany, (3 + 2) * 1.16, ANY) == pytest.approx(5.8)
    assert lc.parcel_duty(100.0, *MARKETS["US"].tax[3:], 3.0, ANY) == pytest.approx(20.5)


def test_stock_pays_duty_on_unit_and_freight_and_import_vat_on_the_duty_paid_value():
    duty = lc.stock_duty(18.0, 0.65, 0.175)
    assert duty == pytest.approx(3.26375)
    assert lc.import_vat(18.0, 0.65, duty, 0.19) == pytest.approx(0.19 * 21.91375)
    assert lc.landed_cost(18.0, 0.65, duty) == pytest.approx(21.91375)
    assert 119.0 - lc.net_of_vat(119.0, 0.19) == pytest.approx(19.0), "output VAT"


def test_freight_storage_and_commission_by_hand():
    assert lc.parcel_freight(0.25, 12.0, 3.0) == pytest.approx(6.0)
    assert lc.sea_freight(1.2, 80.0, 6.8) == pytest.approx(0.6528)
    assert lc.storage(1000.0, 1.2, 26.0) == pytest.approx(1.2 * 26 * 12 / 52)
    assert lc.commission(119.0, 100.0, 0.15, 1.0, 0.08) == pytest.approx(17.93)
    assert lc.commission(119.0, 100.0, 0.15, 0.0, 0.0) == pytest.approx(15.0)


def test_marketplaces_bar_foreign_offers_below_their_minimum():
    fob = np.array([99.0, 100.0, 101.0])
    np.testing.assert_array_equal(lc.barred(fob + 2.05, 2.05, 100.0), [1.0, 0.0, 0.0])
    assert lc.barred(1.0, 2.0, 0.0) == 0.0, "no rule"


def earned(price: float, terms: Terms, from_stock: bool, cost: float) -> float:
    """Return net revenue after the costs of the price floor, USD per unit."""
    if from_stock:
        net, duty = float(lc.net_of_vat(price, terms.stock_vat)), 0.0
    else:
        net = float(lc.parcel_value(price, *terms.tax))
        duty = float(lc.parcel_duty(net, *terms.tax[3:], 0.0, ANY))
    fees = float(lc.commission(price, net, terms.commission, terms.on_gross, 0.0)) + 0.012 * net
    return net - duty - fees - cost


@settings(deadline=None)
@given(st.sampled_from(list(MARKETS)), st.booleans(), st.floats(5, 150), st.floats(0, 0.3))
def test_at_the_price_floor_a_unit_earns_exactly_the_floor_margin(market, from_stock, cost, margin):
    terms = MARKETS[market]
    fees = (cost, margin, terms.commission, terms.on_gross, 0.012)
    if from_stock:
        floor = float(lc.stock_price_floor(*fees, terms.stock_vat))
        net = float(lc.net_of_vat(floor, terms.stock_vat))
    else:
        floor = float(lc.parcel_price_floor(*fees, *terms.tax))
        net = float(lc.parcel_value(floor, *terms.tax))
    band = terms.tax[5]
    if not from_stock and net == pytest.approx(band) and market != "BR":
        assert earned(floor, terms, from_stock, cost) <= margin * net + 1e-6, "duty starts just above the threshold"
    else:
        assert earned(floor, terms, from_stock, cost) == pytest.approx(margin * net, abs=1e-6)


def test_the_floor_from_stock_is_the_textbook_formula_where_fees_are_on_net():
    assert lc.stock_price_floor(21.9, 0.10, 0.15, 0.0, 0.012, 0.0) == pytest.approx(21.9 / (1 - 0.162 - 0.10))


def test_no_price_covers_fees_of_more_than_everything():
    assert math.isinf(lc.stock_price_floor(20.0, 0.5, 0.5, 1.0, 0.012, 0.2))
    assert math.isinf(lc.parcel_price_floor(20.0, 0.1, 0.15, 1.0, 0.012, 0.1, 0, 0, 0, 0.9, 0.0, 0.9, 0.0, 0.0))


def test_a_rule_gives_the_same_bits_for_a_scalar_and_inside_an_array():
    prices = np.random.default_rng(3).uniform(1, 300, (7, 5))
    values = lc.parcel_value(prices, *BRAZIL)
    assert all(values[i] == lc.parcel_value(prices[i], *BRAZIL) for i in np.ndindex(prices.shape))
