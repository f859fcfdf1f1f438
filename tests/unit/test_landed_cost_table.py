"""The landed cost of a 60-dollar earbud in all markets, by hand, and the days of 2024 to 2029 that move it.

The table's goods: the consumer pays 60 USD, tax included; a unit costs 18 USD at the factory, weighs 0.25 kg and takes
1.2 l. A parcel's line haul is 1.50 USD and the lane's rate per kg; sea freight is the port-to-port rate per m3, five
times over to the door. Rates are the typical ones of the research. Every expected number is arithmetic by the law's
wording, in USD at planning rates (EUR 1.16, GBP 1.32); nothing here is taken from the code under test.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pytest

from simulator import facts
from simulator.logistics import landed_cost as lc
from simulator.regulations import MarketRules, amended, regulations
from simulator.terms import TradeTerms

PRICE, UNIT = 60.0, 18.0
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


# ------------------------------------------------------------------------------------------------- the code
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
        barred=bool(lc.barred(value, parcel, terms.minimum_usd[0, 0, 0])),
    )


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


# ---------------------------------------------------------------------------------------------------- dates
@dataclass(frozen=True)
class Move:
    """A change of law: a figure of one parcel or one unit of stock, before and from the day."""

    market: str
    day: date
    figure: str
    price: float
    duty: float
    before: float
    after: float


def d(text: str) -> date:
    return date.fromisoformat(text)


MOVES = [
    # GST from 8 to 9 %.
    Move("SG", d("2024-01-01"), "value", 60, 0.0, 60 / 1.08, 60 / 1.09),
    Move("SG", d("2024-01-01"), "net", 60, 0.0, 60 / 1.08, 60 / 1.09),
    # 10 % on parcels up to 500 MYR.
    Move("MY", d("2024-01-01"), "value", 60, 0.1, 60.0, 60 / 1.1),
    # 7 % on parcels up to 1,500 THB, 46 USD, and no duty yet.
    Move("TH", d("2024-07-05"), "value", 40, 0.1, 40.0, 40 / 1.07),
    # 20 % below 50 USD; 60 % less 20 USD above.
    Move("BR", d("2024-08-01"), "value", 60, 0.137, 0.83 * 60, 0.83 * 60 / 1.2),
    Move("BR", d("2024-08-01"), "value", 120, 0.137, 0.83 * 120 / 1.6, (0.83 * 120 + 20) / 1.6),
    # Flat tax from 30 to 60 %; above 30 EUR full entry, with VAT of 20 %.
    Move("TR", d("2024-08-21"), "value", 30, 0.2, 30 / 1.3, 30 / 1.6),
    Move("TR", d("2024-08-21"), "value", 60, 0.2, 60 / 1.3, 60 / 1.2 / 1.2),
    # Courier global rate.
    Move("MX", d("2025-01-01"), "value", 60, 0.3, 60 / 1.17, 60 / 1.19),
    Move("MX", d("2025-08-15"), "value", 60, 0.3, 60 / 1.19, 60 / 1.335),
    # A duty of 17.5 % holds the 10 points of the surcharge of 2026; before it 7.5 % and the emergency tariffs.
    Move("US", d("2025-02-04"), "stock_duty", 60, 0.175, 18 * 0.075, 18 * 0.175),
    Move("US", d("2025-03-04"), "stock_duty", 60, 0.175, 18 * 0.175, 18 * 0.275),
    Move("US", d("2025-04-10"), "stock_duty", 60, 0.175, 18 * 0.275, 18 * 1.525),
    Move("US", d("2025-05-14"), "stock_duty", 60, 0.175, 18 * 1.525, 18 * 0.375),
    Move("US", d("2025-11-10"), "stock_duty", 60, 0.175, 18 * 0.375, 18 * 0.275),
    Move("US", d("2026-02-20"), "stock_duty", 60, 0.175, 18 * 0.275, 18 * 0.075),
    Move("US", d("2026-02-24"), "stock_duty", 60, 0.175, 18 * 0.075, 18 * 0.175),
    # De minimis of 800 USD ends, at the peak of the tariffs; then parcels follow.
    Move("US", d("2025-05-02"), "borne", 60, 0.175, 0.0, 1.525 * 60 / 1.0752 + 3),
    Move("US", d("2025-05-14"), "borne", 60, 0.175, 1.525 * 60 / 1.0752 + 3, 0.375 * 60 / 1.0752 + 3),
    Move("US", d("2026-02-20"), "borne", 60, 0.175, 0.275 * 60 / 1.0752 + 3, 0.075 * 60 / 1.0752 + 3),
    Move("US", d("2026-02-24"), "borne", 60, 0.175, 0.075 * 60 / 1.0752 + 3, 0.175 * 60 / 1.0752 + 3),
    # Parcels up to 1 million VND, 38.5 USD, lose their freedom; those above never had it.
    Move("VN", d("2025-02-18"), "value", 35, 0.1, 35.0, 35 / 1.08 / 1.1),
    Move("VN", d("2025-02-18"), "value", 60, 0.1, 60 / 1.08 / 1.1, 60 / 1.08 / 1.1),
    # 41 USD were free of all; between them and 500 USD the duty of 6 % falls.
    Move("CL", d("2025-10-25"), "value", 35, 0.06, 35.0, 35 / 1.19),
    Move("CL", d("2025-10-25"), "borne", 60, 0.06, 0.06 * 60 / 1.19, 0.0),
    # Duty from 1 THB.
    Move("TH", d("2026-01-01"), "value", 40, 0.1, 40 / 1.07, 40 / 1.07 / 1.1),
    # Covered lines from 6 to 30 %; a line at 0 stays there.
    Move("MX", d("2026-01-01"), "stock_duty", 60, 0.3, 18 * 0.06, 18 * 0.3),
    Move("MX", d("2026-01-01"), "stock_duty", 60, 0.0, 0.0, 0.0),
    # Relief of 200 USD FOB cut to 50: with freight of 4 a parcel of 60 stays at 54, one of 100 pays; then the court.
    Move("CO", d("2026-01-01"), "value", 60, 0.05, 60.0, 54.0),
    Move("CO", d("2026-01-01"), "value", 100, 0.05, 100.0, 100 / 1.19),
    Move("CO", d("2026-01-29"), "value", 100, 0.05, 100 / 1.19, 100.0),
    # The flat tax ends: full entry, and nobody ships.
    Move("TR", d("2026-02-06"), "value", 30, 0.2, 30 / 1.6, 30 / 1.2 / 1.2),
    Move("TR", d("2026-02-06"), "closed", 30, 0.2, False, True),
    # 2 EUR in France; 3 EUR per heading in the Union; 2 EUR of handling, which replace the French ones.
    Move("FR", d("2026-03-01"), "borne", 60, 0.0, 0.0, 2 * 1.16),
    Move("FR", d("2026-07-01"), "borne", 60, 0.0, 2 * 1.16, 5 * 1.16),
    Move("FR", d("2026-11-01"), "borne", 60, 0.0, 5 * 1.16, 5 * 1.16),
    Move("DE", d("2026-03-01"), "borne", 60, 0.0, 0.0, 0.0),
    Move("DE", d("2026-07-01"), "borne", 60, 0.0, 0.0, 3 * 1.16),
    Move("DE", d("2026-11-01"), "borne", 60, 0.0, 3 * 1.16, 5 * 1.16),
    # The window of 8 % ends.
    Move("VN", d("2027-01-01"), "value", 60, 0.1, 60 / 1.08 / 1.1, 60 / 1.1 / 1.1),
    Move("VN", d("2027-01-01"), "net", 60, 0.1, 60 / 1.08, 60 / 1.1),
    Move("VN", d("2027-01-01"), "import_vat", 60, 0.1, 18 * 1.1 * 0.08, 18 * 1.1 * 0.1),
    # Consumption tax from the first yen; the duty's threshold stays.
    Move("JP", d("2028-04-01"), "value", 60, 0.1, 60.0, 60 / 1.1),
    Move("JP", d("2028-04-01"), "borne", 60, 0.1, 0.0, 0.0),
    # The ordinary tariff, and the handling fee alone.
    Move("DE", d("2028-07-01"), "borne", 60, 0.12, 5 * 1.16, 0.12 * 60 / 1.19 + 2 * 1.16),
    Move("FR", d("2028-07-01"), "borne", 60, 0.12, 5 * 1.16, 0.12 * 60 / 1.2 + 2 * 1.16),
    # Duty relief of 135 GBP.
    Move("GB", d("2029-03-01"), "borne", 60, 0.12, 0.0, 0.12 * 60 / 1.2),
    # Before the calendar: a cut to 300 AED, 82 USD, that was suspended after two months.
    Move("AE", d("2023-01-01"), "borne", 105, 0.05, 0.0, 0.05 * 100),
    Move("AE", d("2023-03-01"), "borne", 105, 0.05, 0.05 * 100, 0.0),
]


@pytest.mark.parametrize("move", MOVES, ids=lambda move: f"{move.market}-{move.day}-{move.figure}-{move.price}")
def test_the_calendar_moves_the_figures(move):
    last_monday_before = monday_from(move.day) - timedelta(weeks=1)
    for day, expected in ((last_monday_before, move.before), (move.day, move.after)):
        found = taxed(move.market, day, move.price, move.duty, parcel=4.0)
        assert getattr(found, move.figure) == pytest.approx(expected, abs=1e-9), day


def test_every_dated_change_is_among_them():
    changes = set()
    for market in MARKETS:
        rules = regulations(market)
        for part in (rules, rules.parcel, rules.stock):
            for name in type(part).model_fields:
                dated = getattr(part, name)
                days = dated.days() if hasattr(dated, "days") else ()
                changes |= {(market, day) for day in days if day.year >= 2024}
    assert changes <= {(move.market, move.day) for move in MOVES}


# ------------------------------------------------------------------------------------------- rules that may come
@dataclass(frozen=True)
class Maybe:
    """An optional rule, in force from its day: one figure with and without it."""

    key: str
    market: str
    day: date
    figure: str
    price: float
    duty: float
    law: float
    rule: float


MAYBES = [
    Maybe("us_surcharge_lapses", "US", d("2026-08-03"), "stock_duty", 60, 0.175, 18 * 0.175, 18 * 0.075),
    Maybe("us_surcharge_lapses", "US", d("2026-08-03"), "stock_duty", 60, 0.0, 0.0, 0.0),
    Maybe("us_301_replacement", "US", d("2026-08-03"), "borne", 60, 0.175, 0.175 * 60 / 1.0752 + 3,
          0.25 * 60 / 1.0752 + 3),
    Maybe("us_301_lists_lapse", "US", d("2026-08-24"), "stock_duty", 60, 0.175, 18 * 0.175, 18 * 0.1),
    Maybe("us_de_minimis_back", "US", d("2026-10-05"), "borne", 60, 0.175, 0.175 * 60 / 1.0752 + 3, 0.0),
    Maybe("us_de_minimis_back", "US", d("2027-07-05"), "borne", 60, 0.175, *2 * (0.175 * 60 / 1.0752 + 3,)),
    Maybe("eu_handling_fee_delayed", "DE", d("2026-12-07"), "borne", 60, 0.0, 5.8, 3.48),
    Maybe("eu_handling_fee_delayed", "DE", d("2028-07-03"), "borne", 60, 0.0, 2.32, 2.32),
    Maybe("eu_item_duty_delayed", "DE", d("2026-07-06"), "borne", 60, 0.0, 3.48, 0.0),
    Maybe("eu_item_duty_delayed", "FR", d("2026-07-06"), "borne", 60, 0.0, 5.8, 2.32),
    Maybe("eu_item_duty_delayed", "DE", d("2026-11-02"), "borne", 60, 0.0, 5.8, 5.8),
    Maybe("eu_ordinary_tariff_slips", "DE", d("2028-07-03"), "borne", 60, 0.12, 0.12 * 60 / 1.19 + 2.32, 5.8),
    Maybe("eu_ordinary_tariff_slips", "FR", d("2028-07-03"), "borne", 60, 0.12, 0.12 * 60 / 1.2 + 2.32, 5.8),
    Maybe("gb_duty_relief_ends", "GB", d("2027-04-05"), "borne", 60, 0.12, 0.0, 6.0),
    Maybe("jp_small_parcels_taxed_early", "JP", d("2027-04-05"), "value", 60, 0.0, 60.0, 60 / 1.1),
    Maybe("id_minimum_lifted", "ID", d("2026-10-05"), "barred", 60, 0.05, True, False),
    Maybe("vn_duty_relief", "VN", d("2026-10-05"), "value", 60, 0.1, 60 / 1.08 / 1.1, 60 / 1.08),
    Maybe("vn_vat_8_stays", "VN", d("2027-01-04"), "net", 60, 0.1, 60 / 1.1, 60 / 1.08),
    Maybe("vn_vat_8_stays", "VN", d("2027-01-04"), "value", 60, 0.1, 60 / 1.1 / 1.1, 60 / 1.08 / 1.1),
    Maybe("th_vat_10", "TH", d("2026-10-05"), "value", 60, 0.1, 60 / 1.07 / 1.1, 60 / 1.1 / 1.1),
    Maybe("th_vat_10", "TH", d("2026-10-05"), "net", 60, 0.1, 60 / 1.07, 60 / 1.1),
    Maybe("ph_de_minimis_ends", "PH", d("2026-10-05"), "value", 60, 0.1, 60.0, 60 / 1.12),
    Maybe("ph_de_minimis_ends", "PH", d("2026-10-05"), "borne", 60, 0.1, 0.0, 0.1 * (60 / 1.12 - 4)),
    Maybe("ae_threshold_300", "AE", d("2026-10-05"), "borne", 105, 0.05, 0.0, 5.0),
    Maybe("tr_parcels_reopened", "TR", d("2026-10-05"), "closed", 30, 0.2, True, False),
    Maybe("tr_parcels_reopened", "TR", d("2026-10-05"), "value", 30, 0.2, 30 / 1.2 / 1.2, 30 / 1.6),
    Maybe("br_parcel_tax_repeal", "BR", d("2026-10-05"), "value", 60, 0.137, 0.83 * 60 / 1.2, 0.83 * 60),
    Maybe("br_icms_20", "BR", d("2027-01-04"), "value", 60, 0.137, 0.83 * 60 / 1.2, 0.8 * 60 / 1.2),
    Maybe("mx_courier_rate_19", "MX", d("2027-01-04"), "value", 60, 0.3, 60 / 1.335, 60 / 1.19),
    Maybe("co_vat_threshold_50", "CO", d("2026-10-05"), "value", 100, 0.05, 100.0, 100 / 1.19),
]  # fmt: skip


@pytest.mark.parametrize("maybe", MAYBES, ids=lambda maybe: f"{maybe.key}-{maybe.market}-{maybe.day}-{maybe.figure}")
def test_an_optional_rule_moves_its_figure(maybe):
    rules = amended(maybe.market, maybe.key, facts_day(maybe.key))
    given = maybe.market, maybe.day, maybe.price, maybe.duty, 4.0
    assert getattr(taxed(*given), maybe.figure) == pytest.approx(maybe.law, abs=1e-9)
    assert getattr(taxed(*given, rules=rules), maybe.figure) == pytest.approx(maybe.rule, abs=1e-9)


def facts_day(key: str) -> date:
    """Return the day on which the data expect a rule."""
    return d(facts.read(facts.DATA / "regulations.yaml")["rules"][key]["date"])


def test_every_optional_rule_is_among_them():
    assert {maybe.key for maybe in MAYBES} == set(facts.read(facts.DATA / "regulations.yaml")["rules"])


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
