"""Nothing appears from nowhere: needs, goods, money and the reasons of losses add up, week by week, exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from simulator.assembly import build_world
from simulator.ledger import CASH, INDEX
from simulator.model import NO_ENTRY
from simulator.sellers.capabilities import AI
from simulator.views import STAGES, Records
from tests.laws.worlds import MIXED, PARCELS, STOCK, Watched, scenario

POOR = {"cash_usd": 150_000, "unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2}
LEAVING = STOCK | {
    "product": {"tier": "premium"}, "price": {"position": 0.8},
    "exit": {"after_weeks": 8, "if_contribution_below_usd_week": 1e6, "for_weeks": 2},
}  # fmt: skip
SCARCE = {"forecast": "mean", "service_level": 0.5}

SHORT = {"inventory": SCARCE, "price": {"position": 0.8}}
TWO = {"products": {"pro": {"green": 1.0}}}
PAIR = {
    "seller": {
        "cash_usd": 2e6, "unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2,
        "products": {"pro": {"unit_cost_usd": 24.0, "moq_units": 50}},
    },
}  # fmt: skip
CANADA, POLAND = ({"logistics": {"mode": "hub", "hub": hub}} for hub in ("CA", "PL"))
TRADING = {"b2b": {"enabled": True}, "compliance": "full"}
RAIDED = {"audit_hazard_full": 0.05, "compliance_full_weeks": 0}
ASTRAY = {"stock_error_share": 0.15, "stock_count_weeks": 5, "stock_error_lost_share": 0.3}
FIRMS = {"category": {"key": "sports_earbuds", "business": {"rfq_factor": 5.0}}}

POSTPONED = {"forecast": "smoothing", "postponed": True}

CASES = {
    "stock": (STOCK, {}),
    "parcels": (PARCELS, {}),
    "mixed": (MIXED, {}),
    "sampled": (STOCK, {"demand": "sampled"}),
    "short_lives": (MIXED, {"category": {"key": "sports_earbuds", "life_weeks": 13}}),
    "scarce": (
        PARCELS | {"inventory": SCARCE, "ads": {"rule": "fixed", "budget_usd_week": 100_000}},
        {"behaviour": {"plan_share": 0.01}},
    ),
    "business": (STOCK | TRADING, FIRMS),
    "business_from_home": (MIXED | TRADING, FIRMS),
    "business_unbounded": (PARCELS | TRADING, FIRMS | {"mechanisms": {"stock": False}}),
    "variants": (STOCK | TWO | SHORT, PAIR),
    "edition_and_demand": (
        MIXED | {"localisation": {"festival_edition": True}, "products": {"pro": {"custom": "pod"}}},
        PAIR,
    ),
    "hub": (MIXED | {"markets": {"US": CANADA, "DE": POLAND}}, {}),
    "pool": (PARCELS | TWO | {"logistics": {"mode": "pool"}, "inventory": SCARCE}, PAIR),
    "machines": (STOCK | {"ai": dict.fromkeys(AI, True), "ar_try_on": True}, {}),
    "postponed": (STOCK | {"inventory": POSTPONED}, {}),
    "postponed_variants": (STOCK | TWO | TRADING | {"inventory": POSTPONED, "price": {"position": 0.8}}, PAIR | FIRMS),
    "postponed_on_moving_ground": (
        STOCK | {"inventory": POSTPONED, "markets": {"DE": {"logistics": {"transport": "air"}}}},
        {
            "category": {"key": "sports_earbuds", "life_weeks": 20},
            "events": [
                {"kind": "port_closure", "node": "frankfurt_airport", "weeks": 3, "date": "2026-09-07"},
                {"kind": "port_closure", "node": "los_angeles", "weeks": 4, "date": "2026-10-05"},
                {"kind": "freight", "lane": "sea", "factor": 3.0, "date": "2026-11-02", "reverses_after_weeks": 5},
                {"kind": "tariff", "market": "DE", "change": 0.1, "date": "2026-08-03"},
            ],
        },
    ),
    "postponed_and_leaving": (LEAVING | {"inventory": POSTPONED}, {}),
    "postponed_and_poor": (STOCK | {"inventory": POSTPONED}, {"seller": POOR}),
    "once": (STOCK, {"category": {"key": "sports_earbuds", "once": True, "frequency_per_year": 4.0}}),
    "insolvent": (STOCK, {"seller": POOR}),
    "leaving": (LEAVING, {}),
    "astray": (
        MIXED | TRADING,
        {"behaviour": ASTRAY, "category": FIRMS["category"] | {"life_weeks": 13}},
    ),
    "leaving_astray": (LEAVING, {"behaviour": ASTRAY}),
    "raided": (STOCK | TWO | TRADING, PAIR | FIRMS | {"behaviour": RAIDED | ASTRAY}),
    "unbounded": (PARCELS, {"mechanisms": {"stock": False}}),
    "no_entry": (STOCK, {}),
}
"""Strategy, and what else differs from the small world."""


@dataclass(frozen=True)
class Played:
    """One case, with the sums over its weeks."""

    case: str
    model: Watched
    records: Records
    ordered: np.ndarray
    put_back: np.ndarray
    sold: np.ndarray
    refused: np.ndarray
    outside: np.ndarray


def by_house(values: np.ndarray, house: np.ndarray) -> np.ndarray:
    """Sum a market quantity over the markets of each warehouse."""
    out = np.zeros_like(values)
    np.add.at(out, (slice(None), house), values)
    return out


def play(case: str) -> Played:
    """Play a case week by week; what must hold in every week is checked here."""
    strategy, changed = CASES[case]
    world_scenario = scenario(strategies={"plan": strategy}, **changed)
    name = NO_ENTRY if case == NO_ENTRY else "plan"
    model = Watched(world_scenario, name, (0, 2), world=build_world(world_scenario, (0, 2)))
    warehouse, levers = model.entrant.warehouse, model.entrant.levers
    house, total = levers.house, levers.markets
    ordered, put_back, sold, refused = (np.zeros_like(warehouse.units) for _ in range(4))
    outside = np.zeros((model.weeks, *model.deliveries.needs.shape), np.int64)
    bounded = world_scenario.on("stock")
    for week in range(model.weeks):
        model.step()
        units, needs = model.deliveries.units, model.deliveries.needs
        assert (units >= 0).all()
        np.testing.assert_array_equal(units.sum(axis=-1), needs)
        outside[week] = units[..., -1]
        page = model.ledger.entries[week]
        assert not page.sum(axis=-1).any(), "an entity's week does not balance"
        sales = model.sales
        ordered += model.entrant.orders
        shelved = sales.sold * ~levers.on_demand
        shelved[:, :: levers.variants] += model.lots  # business buyers have the core product
        sold += by_house(shelved, house)
        refused += sales.refused
        back = sales.resold + sales.refused * levers.cells(levers.local_stock)
        put_back += by_house(back * ~levers.on_demand, house) * bounded
        assert (total(sales.sold) <= total(sales.demand)).all() and (total(sales.demand) <= needs).all()
        assert (sales.refused + sales.on_time + sales.slight + sales.bad == sales.sold).all()
        assert (sales.resold <= sales.returned).all() and (sales.returned <= sales.sold - sales.refused).all()
        assert (warehouse.units >= 0).all() and (warehouse.cents >= 0).all()
        assert not warehouse.cents[warehouse.units == 0].any(), "an empty shelf is worth something"
        assert (warehouse.misplaced >= 0).all() and (warehouse.misplaced <= warehouse.units).all()
        if bounded:
            way = warehouse._way_units.sum(axis=0)
            left = warehouse.units + way + model.entrant.leftover + model.entrant.cancelled
            gone = left + warehouse.lost + warehouse.seized
            np.testing.assert_array_equal(ordered + model.entrant.rerouted + put_back, sold + gone)
            assert not by_house(model.entrant.rerouted, levers.pool).any(), "a move makes or loses a unit"
            value = warehouse.cents + warehouse._way_cents.sum(axis=0)
            np.testing.assert_array_equal(model.ledger.balance("inventory", week)[:, :-1], total(value))
            assert (warehouse._way_units >= 0).all()
            assert (warehouse._way_goods >= 0).all() and (warehouse._way_goods <= warehouse._way_cents).all()
            assert not warehouse._way_cents[warehouse._way_units == 0].any()
    sums = (total(each) for each in (ordered, put_back, sold, refused))
    return Played(case, model, model.records, *sums, outside)


@pytest.fixture(scope="module", params=CASES)
def played(request) -> Played:
    return play(request.param)


def test_units_are_conserved(played: Played) -> None:
    records = played.records
    total = records.units.sum(axis=-1)
    np.testing.assert_array_equal(total + played.outside, records.needs)
    assert (records.units[..., 0] <= records.demand).all()
    assert (records.demand <= records.needs).all()
    assert (records.units[..., 0].sum() > 0) == (played.case != NO_ENTRY)


def test_goods_are_conserved(played: Played) -> None:
    warehouse, records = played.model.entrant.warehouse, played.records
    if not played.model.world.batch.scenario.on("stock"):
        assert not played.ordered.any() and not records.received_units.any()
        return
    total = played.model.entrant.levers.markets
    way = total(warehouse._way_units.sum(axis=0))
    rerouted = total(played.model.entrant.rerouted)
    cancelled = played.ordered + rerouted - records.received_units - way  # shipments of a firm that leaves
    np.testing.assert_array_equal(cancelled, total(played.model.entrant.cancelled))
    np.testing.assert_array_equal(
        records.received_units + played.put_back,
        played.sold + records.leftover_units + records.lost_units + records.seized_units + records.end_stock_units,
    )
    if not played.model.entrant.left.any():
        assert not cancelled.any()


def test_money_is_conserved(played: Played) -> None:
    entries = played.records.ledger
    assert not entries.sum(axis=-1).any()
    opening = np.round(played.model.world.batch.seller("cash_usd")[:, 0] * 100).astype(np.int64)
    np.testing.assert_array_equal(-entries[..., INDEX["equity"]].sum(axis=(0, 2)), opening)
    # What the firm owns at the end is its capital and its profit, claims and debts included.
    profit = played.model.ledger.profit().sum(axis=(0, 2))
    owned = entries[..., : INDEX["equity"]].sum(axis=(0, 2, 3))
    np.testing.assert_array_equal(owned, opening + profit)
    np.testing.assert_array_equal(played.model.ledger.cash(played.model.weeks - 1), entries[..., CASH].sum(axis=(0, 2)))


@pytest.mark.parametrize("case", ["leaving", "postponed_and_leaving"])
def test_a_firm_that_has_left_is_owed_nothing_and_owes_nothing(case: str) -> None:
    """Every claim and every tax of a sale comes due; goods that nobody sells are sold off."""
    played = play(case)
    behaviour = played.model.world.batch.scenario.behaviour_profile
    last = np.flatnonzero(played.records.units[..., 0].any(axis=(1, 2))).max()
    longest = max(
        behaviour.payout_weeks + behaviour.cash_remittance_weeks, behaviour.vat_remittance_weeks,
        behaviour.import_vat_weeks, behaviour.export_vat_refund_weeks,
    )  # fmt: skip
    assert last + longest < played.records.weeks - 1, "the firm stays too long for this test"
    accounts = "receivable", "tax_payable", "import_vat_receivable", "export_vat_receivable", "inventory"
    for account in accounts:
        moved = played.records.ledger[..., INDEX[account]]
        assert moved.any() and not moved.sum(axis=0).any(), account


def test_the_funnel_tells_where_every_need_ended(played: Played) -> None:
    records = played.records
    counted = ~np.isnan(records.rating)  # weeks on the shelf
    if played.case == NO_ENTRY:
        assert not counted.any() and not records.funnel.any()
        return
    assert (records.funnel >= 0).all()
    np.testing.assert_array_equal(records.funnel.sum(axis=(2, 3)), (records.needs * counted).sum(axis=0))
    stage = {name: records.funnel[..., STAGES.index(name)].sum(axis=2) for name in ("sale", "stock")}
    np.testing.assert_array_equal(stage["sale"], records.units[..., 0].sum(axis=0))
    np.testing.assert_array_equal(stage["stock"], (records.demand - records.units[..., 0]).sum(axis=0))


@pytest.mark.parametrize(
    ("case", "happened"),
    [
        ("scarce", lambda p: (p.records.demand > p.records.units[..., 0]).any()),
        ("insolvent", lambda p: (p.records.insolvent_week >= 0).any()),
        ("leaving", lambda p: p.model.entrant.left.any() and (p.records.insolvent_week < 0).all()),
        ("short_lives", lambda p: p.records.leftover_units.any()),
        ("stock", lambda p: p.put_back.any()),
        (
            "astray",
            lambda p: p.records.lost_units.any() and p.records.leftover_units.any() and p.records.business_units.any(),
        ),
        ("leaving_astray", lambda p: p.model.entrant.left.any() and p.records.misplaced.any()),
        ("raided", lambda p: p.records.seized_units.any(axis=0).all() and p.records.business_units.any()),
        ("parcels", lambda p: p.refused.any()),
        ("variants", lambda p: (p.records.demand > p.records.units[..., 0]).any()),
        (
            "edition_and_demand",
            lambda p: p.model.entrant.levers.on_demand.any() and p.model.entrant.warehouse.received[:, 2::3].any(),
        ),
        ("hub", lambda p: p.model.lanes.local.tolist() == [False, True, False]),
        ("postponed", lambda p: p.model.entrant.rerouted.all(axis=1).any()),
        ("postponed_variants", lambda p: p.model.entrant.rerouted.any(axis=0).all()),
        ("postponed_on_moving_ground", lambda p: p.model.entrant.rerouted.any(axis=0).all()),
        ("postponed_and_leaving", lambda p: p.model.entrant.left.any() and p.model.entrant.cancelled.any()),
        ("once", lambda p: p.records.needs[-1].sum() < 0.8 * p.records.needs[0].sum()),
        ("business", lambda p: p.records.business_units.any(axis=(0, 1)).all() and p.records.grey_units.any()),
        ("business_from_home", lambda p: p.records.business_units.any(axis=(0, 1)).all()),
        ("business_unbounded", lambda p: p.records.business_units.any()),
    ],
)
def test_the_cases_are_what_they_say(case, happened) -> None:
    assert happened(play(case))
