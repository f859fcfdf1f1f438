"""The landed cost of a 60-dollar earbud in all markets, by hand.

The table's goods: the consumer pays 60 USD, tax included; a unit costs 18 USD at the factory, weighs 0.25 kg and takes
1.2 l. A parcel's line haul is 1.50 USD and the lane's rate per kg; sea freight is the port-to-port rate per m3, five
times over to the door. Rates are the typical ones of the research. Every expected number is arithmetic by the law's
wording, in USD at planning rates (EUR 1.16, GBP 1.32); nothing here is taken from the code under test.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest

from simulator import facts
from simulator.logistics import landed_cost as lc
from simulator.terms import TradeTerms
from tests.unit.taxing import UNIT, taxed

PRICE = 60.0
DAY = date(2026, 12, 7)
"""A Monday on which everything dated to 2026 is in force."""
MARKETS = facts.available("regulations")


def by_kg(usd_kg: float) -> float:
    return 1.50 + 0.25 * usd_kg


def by_m3(usd_m3: float) -> float:
    return 0.0012 * usd_m3 * 5.0


@dataclass(frozen=True)
class Row:
    """One market: what the lane and the goods are, and what the law makes of them."""

    duty: float
    """Of the goods there, a share: an input of the table, as a category's file would give it."""
    parcel: float
    sea: float
    """Freight, USD."""
    value: float
    """Customs value of the parcel = what is left for the seller of 60 USD."""
    borne: float
    """Duty and line fees that the seller pays out of it."""
    net: float
    """What is left of 60 USD for a seller from stock."""
    stock_duty: float
    import_vat: float


TABLE = {
    # Sales tax on top at checkout. No de minimis: duty from the first dollar, an entry of 3 USD.
    "US": Row(0.175, by_kg(12), by_m3(80), 60 / 1.0752, 0.175 * 60 / 1.0752 + 3, 60 / 1.0752, (18 + 0.48) * 0.175, 0.0),
    # VAT from the first euro; no ordinary duty up to 150 EUR, 3 EUR per heading and a handling fee of 2 EUR per line.
    "DE": Row(0.0, by_kg(10), by_m3(75), 60 / 1.19, (3 + 2) * 1.16, 60 / 1.19, 0.0, (18 + 0.45) * 0.19),
    # VAT at the sale, no duty up to 135 GBP.
    "GB": Row(0.0, by_kg(9.5), by_m3(80), 60 / 1.2, 0.0, 60 / 1.2, 0.0, (18 + 0.48) * 0.2),
    # Up to 10,000 JPY, 65 USD, neither duty nor consumption tax; a sale from stock carries 10 %.
    "JP": Row(0.0, by_kg(7), by_m3(45), 60.0, 0.0, 60 / 1.1, 0.0, (18 + 0.27) * 0.1),
    # As Germany; the handling fee of 2 EUR has taken the place of the French one.
    "FR": Row(0.0, by_kg(10.5), by_m3(78), 60 / 1.2, (3 + 2) * 1.16, 60 / 1.2, 0.0, (18 + 0.468) * 0.2),
    # VAT on all, 12 % on 11/12 of the price; flat 7.5 % from 3 to 1,500 USD, whatever the goods.
    "ID": Row(0.05, by_kg(5), by_m3(45), 60 / 1.11, 0.075 * 60 / 1.11, 60 / 1.11, (18 + 0.27) * 0.05,
              (18 + 0.27) * 1.05 * 0.11),
    # VAT from the first dong, 8 % in the window to the end of 2026, and duty, both on top of the value.
    "VN": Row(0.087, by_kg(4), by_m3(35), 60 / 1.08 / 1.087, 0.0, 60 / 1.08, (18 + 0.21) * 0.087,
              (18 + 0.21) * 1.087 * 0.08),
    # Duty on CIF and VAT on the duty-paid value from 1 THB.
    "TH": Row(0.084, by_kg(4), by_m3(35), 60 / 1.07 / 1.084, 0.0, 60 / 1.07, (18 + 0.21) * 0.084,
              (18 + 0.21) * 1.084 * 0.07),
    # Up to 10,000 PHP FOB, 172 USD, neither duty nor VAT.
    "PH": Row(0.057, by_kg(5), by_m3(45), 60.0, 0.0, 60 / 1.12, (18 + 0.27) * 0.057, (18 + 0.27) * 1.057 * 0.12),
    # Up to 500 MYR: sales tax of 10 % at checkout, no duty. Stock pays it once, at import on the duty-paid value, and
    # nothing at the sale: 10 % of 1.062 is for good.
    "MY": Row(0.062, by_kg(4), by_m3(35), 60 / 1.1, 0.0, 60.0, (18 + 0.21) * (0.062 + 0.1 * 1.062), 0.0),
    # GST of 9 % at the sale, no duty on ordinary goods.
    "SG": Row(0.0, by_kg(4), by_m3(35), 60 / 1.09, 0.0, 60 / 1.09, 0.0, (18 + 0.21) * 0.09),
    # VAT of 15 % on all values, no duty up to 1,000 SAR with freight.
    "SA": Row(0.055, by_kg(9), by_m3(75), 60 / 1.15, 0.0, 60 / 1.15, (18 + 0.45) * 0.055, (18 + 0.45) * 1.055 * 0.15),
    # VAT of 5 % on all values, no duty up to 1,000 AED.
    "AE": Row(0.05, by_kg(8), by_m3(65), 60 / 1.05, 0.0, 60 / 1.05, (18 + 0.39) * 0.05, (18 + 0.39) * 1.05 * 0.05),
    # No de minimis: duty on CIF, VAT of 14 % on the duty-paid value.
    "EG": Row(0.127, by_kg(11), by_m3(90), 60 / 1.14 / 1.127, 0.0, 60 / 1.14, (18 + 0.54) * 0.127,
              (18 + 0.54) * 1.127 * 0.14),
    # Full entry from the first lira: the tariff of 4.4 % and 20 % on top, VAT of 20 %. Parcels are closed all the same.
    "TR": Row(0.244, by_kg(11), by_m3(85), 60 / 1.2 / 1.244, 0.0, 60 / 1.2, (18 + 0.51) * 0.244,
              (18 + 0.51) * 1.244 * 0.2),
    # ICMS of 17 % inside the price, import tax of 20 % up to 50 USD: 49.80 are left of 60, and 41.50 is below 50.
    "BR": Row(0.137, by_kg(12), by_m3(110), (60 - 0.17 * 60) / 1.2, 0.0, 60 / 1.265, (18 + 0.66) * 0.137,
              (18 + 0.66) * 1.137 * 0.265),
    # Courier: one rate of 33.5 % on the value, duty and VAT in one. Stock: a covered line at 30 %, VAT of 16 %.
    "MX": Row(0.3, by_kg(11), by_m3(100), 60 / 1.335, 0.0, 60 / 1.16, (18 + 0.6) * 0.3, (18 + 0.6) * 1.3 * 0.16),
    # VAT of 19 % on all, no duty up to 500 USD through a registered platform; stock at the uniform 6 %.
    "CL": Row(0.06, by_kg(12), by_m3(110), 60 / 1.19, 0.0, 60 / 1.19, (18 + 0.66) * 0.06, (18 + 0.66) * 1.06 * 0.19),
    # Up to 200 USD neither VAT nor duty: the cut to 50 USD is suspended.
    "CO": Row(0.05, by_kg(12), by_m3(115), 60.0, 0.0, 60 / 1.19, (18 + 0.69) * 0.05, (18 + 0.69) * 1.05 * 0.19),
}  # fmt: skip


# ------------------------------------------------------------------------------------------------ the table
def test_the_table_has_all_markets():
    assert set(TABLE) == set(MARKETS)
    assert len(MARKETS) == 19


@pytest.mark.parametrize("market", TABLE)
def test_a_60_dollar_earbud_by_hand(market):
    row = TABLE[market]
    found = taxed(market, DAY, PRICE, row.duty, row.parcel, row.sea)
    assert (found.value, found.borne) == pytest.approx((row.value, row.borne), abs=1e-9), "parcel"
    assert (found.net, found.stock_duty) == pytest.approx((row.net, row.stock_duty), abs=1e-9), "stock"
    assert found.import_vat == pytest.approx(row.import_vat, abs=1e-9)
    assert found.price == pytest.approx(PRICE), "the consumer pays 60 USD, no more"
    assert found.closed == (market == "TR")
    assert found.barred == (market == "ID"), "below 100 USD FOB"


@pytest.mark.parametrize("market", TABLE)
def test_what_the_seller_keeps_comes_from_nowhere_else(market):
    row = TABLE[market]
    found = taxed(market, DAY, PRICE, row.duty, row.parcel, row.sea)
    landed = float(lc.landed_cost(UNIT, row.parcel, found.borne))
    to_the_state = PRICE - found.value + found.borne
    assert found.value - landed + to_the_state + UNIT + row.parcel == pytest.approx(PRICE)
    landed = float(lc.landed_cost(UNIT, row.sea, found.stock_duty))
    assert found.net - landed + (PRICE - found.net) + found.stock_duty + UNIT + row.sea == pytest.approx(PRICE)


def test_the_ranking_of_markets_flips_between_parcel_and_stock():
    def keeps(market: str) -> tuple[float, float]:
        row = TABLE[market]
        return row.value - row.parcel - row.borne, row.net - row.sea - row.stock_duty

    for loser, winner in (("US", "DE"), ("US", "CO"), ("ID", "PH"), ("TR", "BR")):
        assert keeps(loser)[0] < keeps(winner)[0], "in parcels"
        assert keeps(loser)[1] > keeps(winner)[1], "from stock"


# ----------------------------------------------------------------------------------------------- thresholds
@dataclass(frozen=True)
class Edge:
    """A parcel beside a threshold of December 2026."""

    market: str
    price: float
    duty: float
    parcel: float
    value: float
    borne: float


EDGES = [
    # 150 EUR are 174 USD: above it the ordinary duty, and no fee per line.
    Edge("DE", 174 * 1.19, 0.12, 4.0, 174.0, 5.8),
    Edge("DE", 200 * 1.19, 0.12, 4.0, 200.0, 24.0),
    # 135 GBP are 178 USD.
    Edge("GB", 178 * 1.2, 0.12, 4.0, 178.0, 0.0),
    Edge("GB", 200 * 1.2, 0.12, 4.0, 200.0, 24.0),
    # 65 USD are free of tax; a price of 70 is above 65 untaxed and below it taxed: the value stays at 65.
    Edge("JP", 65.0, 0.12, 3.0, 65.0, 0.0),
    Edge("JP", 70.0, 0.12, 3.0, 65.0, 0.0),
    Edge("JP", 110.0, 0.12, 3.0, 100.0, 12.0),
    # FOB: with freight of 8 a parcel of 180 is at 172 and free, one of 200 is worth 200/1.12, less 8 on the duty.
    Edge("PH", 180.0, 0.1, 8.0, 180.0, 0.0),
    Edge("PH", 224.0, 0.1, 8.0, 200.0, 0.1 * (200 - 8)),
    Edge("CO", 204.5, 0.1, 4.5, 204.5, 0.0),
    Edge("CO", 357.0, 0.1, 4.5, 300.0, 0.1 * (300 - 4.5)),
    # 500 MYR are 115 USD.
    Edge("MY", 115 * 1.1, 0.1, 2.5, 115.0, 0.0),
    Edge("MY", 220.0, 0.1, 2.5, 200.0, 20.0),
    # 500 USD and the uniform 6 %.
    Edge("CL", 595.0, 0.0, 9.0, 500.0, 0.0),
    Edge("CL", 714.0, 0.0, 9.0, 600.0, 36.0),
    # The courier's rate ends at 2,500 USD: duty of the goods and VAT above.
    Edge("MX", 2000 * 1.335, 0.3, 9.0, 2000.0, 0.0),
    Edge("MX", 3000 * 1.3 * 1.16, 0.3, 9.0, 3000.0, 0.0),
    # Above 50 USD: 60 % less 20 USD, and ICMS inside.
    Edge("BR", 100.0, 0.137, 4.5, (83 + 20) / 1.6, 0.0),
    # 1,000 SAR and 1,000 AED.
    Edge("SA", 300 * 1.15, 0.055, 4.0, 300.0, 16.5),
    Edge("AE", 300 * 1.05, 0.05, 4.0, 300.0, 15.0),
]


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: f"{edge.market}-{edge.price:.0f}")
def test_thresholds_by_hand(edge):
    found = taxed(edge.market, DAY, edge.price * (1 - 1e-15), edge.duty, edge.parcel)
    assert (found.value, found.borne) == pytest.approx((edge.value, edge.borne), abs=1e-9)


# -------------------------------------------------------------------------------------------------- its solver
def test_relief_flat_rate_and_freight_never_leave_a_better_value():
    """The value is the highest one whose price the consumer's price covers: tried on a fine grid."""
    cases = {
        "relief": (0.19, 0.0, 50.0, 0.0, 0.0, 200.0, 0.1, 0.0, 4.5),
        "flat": (0.2, 0.0, 34.8, 1.0, 0.6, 34.8, 0.2, 0.0, 0.0),
        "added": (0.07, 0.0, 0.0, 1.0, 0.0, 46.0, 0.3, 0.0, 3.0),
        "both": (0.1, 0.0, 65.0, 1.0, 0.0, 40.0, 0.25, 0.0, 2.0),
    }
    grid = np.linspace(5.0, 400.0, 79001)
    for name, tax in cases.items():
        prices = lc.parcel_price(grid, *tax)
        for price in np.linspace(20.0, 300.0, 57):
            best = grid[prices <= price + 1e-9].max()
            assert lc.parcel_value(price, *tax) == pytest.approx(best, abs=0.0051), (name, price)


@pytest.mark.parametrize("market", MARKETS)
def test_at_the_floor_a_parcel_earns_its_margin_or_sits_on_a_threshold(market):
    terms = TradeTerms.of(DAY, 1, [market], np.array([[0.1]]))
    tax, borne = terms.parcel(0, 4.0), terms.borne(0, 4.0)
    for cost in (10.0, 30.0, 55.0, 90.0, 180.0):
        floor = lc.parcel_price_floor(cost, 0.1, 0.15, 1.0, 0.012, *tax)
        value = lc.parcel_value(floor, *tax)
        duty = lc.parcel_duty(value, *borne) - borne[-2] * (value <= borne[-1])
        earned = float((value * (1 - 0.012) - 0.15 * floor - duty - cost - 0.1 * value)[0, 0])
        at = [edge for edge in (tax[2], tax[5]) if np.isclose(value - tax[-1], edge).all()]
        assert earned == pytest.approx(0.0, abs=1e-6) or (at and earned > -1e-6), (market, cost)
