"""Packaging fees and the carbon border: to the cent by hand, by date, and in worlds that differ in one rule."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest

from simulator.errors import ScenarioError
from simulator.ledger import INDEX
from simulator.logistics.charges import carbon_border, packaging_fee
from simulator.model import MarketEntryModel
from simulator.regulations import optional_rule, regulations
from simulator.scenario import Scenario, scenario_of
from simulator.views import Records
from tests.laws.worlds import same

KG, SHARE = 0.25, 0.5
CODES = ("DE", "GB", "US")
DE, GB, US = range(3)
CBAM = {"kind": "rule", "key": "eu_cbam_downstream", "date": "2026-04-06"}
WEEK = 13
"""In which the Monday of that day lies."""
STRATEGIES: dict[str, dict[str, Any]] = {
    "direct": {"logistics": {"mode": "direct"}},
    "sea": {"logistics": {"mode": "local"}},
    "hub": {"logistics": {"mode": "hub", "hub": "PL"}, "entry": {"DE": 0, "GB": 0}},
    "floored": {"logistics": {"mode": "direct"}, "price": {"position": 0.4, "floor_margin_share": 0.05}},
    "firms": {"logistics": {"mode": "direct"}, "b2b": {"enabled": True, "discount_share": 0.3}},
}


def scenario(*events: dict[str, Any], **changed: Any) -> Scenario:
    ads = {"ads": {"rule": "fixed", "budget_usd_week": 3000}}
    general = {"entry": dict.fromkeys(CODES, 0), "compliance": "full"} | ads
    document: dict[str, Any] = {
        "weeks": 30,
        "consumers": 400,
        "category": {"key": "sports_earbuds", "carbon_covered_share": 1.0, "business": {"rfq_factor": 20.0}},
        "markets": list(CODES),
        "seller": {"cash_usd": 3e6, "unit_cost_usd": 18.0, "weight_kg": KG, "volume_l": 1.2},
        "strategies": {name: general | levers for name, levers in STRATEGIES.items()},
        "events": list(events),
    }
    return scenario_of(document | changed)


@cache
def played(strategy: str, packaging: bool = True, cbam: bool = False) -> Records:
    events = [CBAM] if cbam else []
    return MarketEntryModel(
        scenario(*events, mechanisms={"experience_curve": False, "even_output": False, "packaging": packaging}),
        strategy,
        (0, 1),
    ).run()


def booked(records: Records, account: str) -> np.ndarray:
    """Return USD by week, future and market."""
    return records.ledger[:, :, :-1, INDEX[account]] / 100.0


# ------------------------------------------------------------------------------------------------ by hand
def test_the_formulas_by_hand() -> None:
    assert packaging_fee(0.125, 0.36) == pytest.approx(0.045)
    assert carbon_border(5.0, 9.3) == pytest.approx(0.0465)
    assert carbon_border(5.0, -1.0) == 0.0


def test_a_unit_of_earbuds_in_three_markets() -> None:
    """0.25 kg, half of it packaging: 0.36 USD/kg in Germany, 0.38 in Britain, nothing in the United States."""
    model = MarketEntryModel(scenario(CBAM), "sea")
    quotes = [model.lanes.quote(week, np.full((1, 3), 60.0)) for week in (WEEK - 1, WEEK)]
    for quote in quotes:
        assert quote.packaging[0].tolist() == pytest.approx([KG * SHARE * 0.36, KG * SHARE * 0.38, 0.0])
    assert quotes[0].carbon_border[0].tolist() == [0.0, 0.0, 0.0]
    assert quotes[1].carbon_border[0].tolist() == pytest.approx([5.0 / 1000 * 9.3, 0.0, 0.0])


@pytest.mark.parametrize("strategy", ["direct", "sea", "hub"])
def test_every_unit_sold_pays_its_packaging_to_the_cent(strategy: str) -> None:
    records = played(strategy)
    fee = records.units[..., 0] * np.array([KG * SHARE * 0.36, KG * SHARE * 0.38, 0.0])
    np.testing.assert_allclose(booked(records, "packaging"), fee, atol=0.00501)
    assert booked(records, "packaging")[..., [DE, GB]].sum() > 20.0


def test_the_border_takes_the_carbon_of_what_is_imported_once() -> None:
    """Parcels pay when they are sent; of stock, what comes back and is sold again has paid already."""
    parcels, stock = played("direct", cbam=True), played("sea", cbam=True)
    sent = parcels.units[WEEK:, :, DE, 0] * 5.0 / 1000 * 9.3
    np.testing.assert_allclose(booked(parcels, "carbon_border")[WEEK:, :, DE], sent, atol=0.00501)
    sold = stock.units[WEEK:, :, DE, 0].sum(axis=0)
    paid = booked(stock, "carbon_border")[WEEK:, :, DE].sum(axis=0) / (5.0 / 1000 * 9.3)
    assert (paid < sold).all() and (paid > 0.9 * sold).all()
    for records in (parcels, stock):
        assert not booked(records, "carbon_border")[:WEEK].any()
        assert not booked(records, "carbon_border")[..., [GB, US]].any()


def test_the_price_floor_rises_by_the_charges_over_what_the_price_leaves() -> None:
    """From stock, per USD of cost: 1 / (1/1.19 · (1 − payment fee) − commission on the gross price)."""
    on, off = (
        MarketEntryModel(scenario(CBAM, mechanisms={"packaging": packaging}), "sea").lanes
        for packaging in (True, False)
    )
    unit, margin = np.full((1, 3), 18.0), np.zeros((1, 3))
    left = 1.0 / 1.19 * (1.0 - float(on.payment_share[0, DE])) - float(on.commission_share[WEEK, 0, DE])
    added = on.price_floor(WEEK, unit, margin) - off.price_floor(WEEK, unit, margin)
    assert added[0, DE] == pytest.approx(KG * SHARE * 0.36 / left)
    assert added[0, US] == 0.0 < added[0, GB]
    rise = on.price_floor(WEEK, unit, margin) - on.price_floor(WEEK - 1, unit, margin)
    assert rise[0, DE] == pytest.approx(5.0 / 1000 * 9.3 / left)


# ---------------------------------------------------------------------------------------------------- by date
def test_britain_charges_packaging_from_april_2025() -> None:
    fee = regulations("GB").packaging_usd_kg
    assert [fee.on(date(2025, 3, 31)), fee.on(date(2025, 4, 1))] == [0.05, 0.38]
    model = MarketEntryModel(scenario(start="2025-03-03"), "direct")
    fees = [float(model.lanes.packaging(week)[0, GB]) for week in (4, 5)]
    assert fees == pytest.approx([KG * SHARE * 0.05, KG * SHARE * 0.38])


def test_consumer_goods_pay_no_carbon_border_before_2028_nor_without_the_rule() -> None:
    assert optional_rule("eu_cbam_downstream").start == date(2028, 1, 1)
    for start in ("2026-01-05", "2028-03-06"):
        lanes = MarketEntryModel(scenario(start=start), "direct").lanes
        assert not any(lanes.carbon_border(week).any() for week in range(30))
    assert not booked(played("direct"), "carbon_border").any()


def test_goods_without_metal_are_not_covered() -> None:
    category = {"key": "sports_earbuds"}
    assert not MarketEntryModel(scenario(CBAM, category=category), "direct").lanes.carbon_border(WEEK).any()
    chair = scenario(CBAM, category={"key": "ergonomic_chair"})
    charge = MarketEntryModel(chair, "sea").lanes.carbon_border(WEEK)
    assert charge[0].tolist() == pytest.approx([70.0 * 0.5 / 1000 * 9.3, 0.0, 0.0])


def test_fees_that_look_at_recycling_are_a_rule_that_may_come() -> None:
    rule = {"kind": "rule", "key": "eu_packaging_fees_modulated", "date": "2026-04-06"}
    lanes = MarketEntryModel(scenario(rule), "direct").lanes
    before, after = lanes.packaging(WEEK - 1)[0], lanes.packaging(WEEK)[0]
    assert after[DE] / before[DE] == pytest.approx(1.5)
    assert after[GB] == before[GB]
    with pytest.raises(ScenarioError, match="the rule changes nothing in GB"):
        scenario(rule | {"market": "GB"})


# ------------------------------------------------------------------------------------- worlds that differ in one rule
@pytest.mark.parametrize("strategy", ["direct", "sea"])
def test_packaging_moves_landed_cost_and_not_demand(strategy: str) -> None:
    on, off = played(strategy), played(strategy, packaging=False)
    assert set(same(on, off)) == {"ledger", "landed_cost_usd"}
    moved = {name for name, at in INDEX.items() if (on.ledger[..., at] != off.ledger[..., at]).any()}
    assert moved == {"packaging", "cash"}
    fee = np.array([KG * SHARE * 0.36, KG * SHARE * 0.38, 0.0])
    np.testing.assert_allclose(on.landed_cost_usd - off.landed_cost_usd, np.broadcast_to(fee, (2, 3)), atol=2e-3)


def test_a_seller_on_its_floor_passes_the_fee_on() -> None:
    on, off = played("floored"), played("floored", packaging=False)
    assert (on.price_usd[5:, :, DE, 0] > off.price_usd[5:, :, DE, 0]).all()
    np.testing.assert_array_equal(on.price_usd[..., US, 0], off.price_usd[..., US, 0])


def test_the_carbon_border_changes_nothing_before_its_week() -> None:
    base, taxed = played("direct"), played("direct", cbam=True)
    assert same(base, taxed, slice(WEEK)) == []
    assert set(same(base, taxed)) == {"ledger", "landed_cost_usd"}
    assert (taxed.landed_cost_usd[:, DE] > base.landed_cost_usd[:, DE]).all()
    np.testing.assert_array_equal(taxed.landed_cost_usd[:, [GB, US]], base.landed_cost_usd[:, [GB, US]])


def test_lots_for_firms_pay_the_border_and_no_household_fee() -> None:
    base, taxed = played("firms"), played("firms", cbam=True)
    lots = base.business_units[WEEK:, :, DE]
    assert lots.sum() > 0
    more = booked(taxed, "business_costs") - booked(base, "business_costs")
    np.testing.assert_allclose(more[WEEK:, :, DE], lots * 5.0 / 1000 * 9.3, atol=0.0101)
    assert not more[..., [GB, US]].any()
    kept = booked(base, "packaging")[..., DE]
    np.testing.assert_allclose(kept, base.units[..., DE, 0] * KG * SHARE * 0.36, atol=0.00501)
