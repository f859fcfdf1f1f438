"""The days of 2024 to 2029 that move the landed cost of a parcel or of stock, and the law that may come, by hand.

A unit costs 18 USD at the factory, a parcel's freight is 4 USD, stock has none. Every expected number is arithmetic by
the law's wording, in USD at planning rates (EUR 1.16, GBP 1.32); nothing here is taken from the code under test.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from simulator import facts
from simulator.regulations import amended, regulations
from tests.unit.taxing import monday_from, taxed

MARKETS = facts.available("regulations")


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
    # The relief from import VAT up to 22 EUR ends: 19 % from the first euro.
    Move("DE", d("2021-07-01"), "value", 20, 0.0, 20.0, 20 / 1.19),
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
    # 125 g of packaging: 0.8 paper and 0.2 plastic, in Britain the plastic tax beside the fees; rates to the cent.
    Move("FR", d("2024-01-01"), "packaging", 60, 0.0, 0.125 * 0.26, 0.125 * 0.33),
    Move(
        "GB",
        d("2025-04-01"),
        "packaging",
        60,
        0.0,
        0.125 * round(0.2 * 0.2 * 1.32, 2),
        0.125 * round((0.8 * 0.196 + 0.2 * (0.423 + 0.22882)) * 1.32, 2),
    ),
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
    # Half as much again; 10 % of 80 EUR a tonne CO2e, of which the goods have 50 kg.
    *(Maybe("eu_packaging_fees_modulated", code, d("2028-07-03"), "packaging", 60, 0.04, 0.125 * fee, 0.125 * risen)
      for code, fee, risen in (("DE", 0.36, 0.54), ("FR", 0.33, 0.5))),
    *(Maybe("eu_cbam_downstream", code, d("2028-01-03"), "carbon", 60, 0.04, 0.0, 0.05 * round(80 * 1.16 * 0.1, 1))
      for code in ("DE", "FR")),
    Maybe("us_301_replacement", "US", d("2026-08-03"), "borne", 60, 0.175, 0.175 * 60 / 1.0752 + 3,
          0.25 * 60 / 1.0752 + 3),
    Maybe("us_301_lists_lapse", "US", d("2026-08-24"), "stock_duty", 60, 0.175, 18 * 0.175, 18 * 0.1),
    Maybe("us_de_minimis_back", "US", d("2026-10-05"), "borne", 60, 0.175, 0.175 * 60 / 1.0752 + 3, 0.0),
    Maybe("us_de_minimis_back", "US", d("2027-07-05"), "borne", 60, 0.175, *2 * (0.175 * 60 / 1.0752 + 3,)),
    Maybe("eu_vat_relief_back", "DE", d("2026-01-05"), "value", 20, 0.0, 20 / 1.19, 20.0),
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
    rules = amended(maybe.market, maybe.key, expected_day(maybe.key))
    given = maybe.market, maybe.day, maybe.price, maybe.duty, 4.0
    assert getattr(taxed(*given), maybe.figure) == pytest.approx(maybe.law, abs=1e-9)
    assert getattr(taxed(*given, rules=rules), maybe.figure) == pytest.approx(maybe.rule, abs=1e-9)


def expected_day(key: str) -> date:
    """Return the day on which the data expect a rule."""
    return d(facts.read(facts.DATA / "regulations.yaml")["rules"][key]["start"])


def test_every_optional_rule_is_among_them():
    assert {maybe.key for maybe in MAYBES} == set(facts.read(facts.DATA / "regulations.yaml")["rules"])
