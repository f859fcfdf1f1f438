"""Carbon by hand: one parcel, one unit of stock, one way over a hub; and whole runs that differ in one thing."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulator import outcomes
from simulator.assembly import build_world
from simulator.logistics.carbon import embodied_carbon, freight_carbon, load_kg
from simulator.model import MarketEntryModel
from simulator.scenario import Scenario, scenario_of
from simulator.texts.numbers import figure
from simulator.views import CARBON_PARTS, Records
from tests.laws.worlds import same
from tests.unit.records import blank

KG, LITRES = 0.25, 1.2
AIR_LOAD, SURFACE_LOAD = 0.25, 0.396  # 1.2 l count for 0.2004 kg by air, for 0.396 kg on the ground
AIR, SEA, ROAD, LAST_MILE, MAKING = 0.75, 0.01, 0.12, 0.2, 5.0
CATEGORY = {"key": "sports_earbuds", "business": {"rfq_factor": 20.0, "lot_units": 40.0}}
CODES = ("US", "DE", "GB")
CARBON = tuple(name for name in outcomes.OUTCOMES if name.startswith("co2_"))
STRATEGIES: dict[str, dict[str, Any]] = {
    "direct": {"logistics": {"mode": "direct"}},
    "sea": {"logistics": {"mode": "local"}},
    "air": {"logistics": {"mode": "local", "transport": "air"}},
    "hub": {"logistics": {"mode": "hub", "hub": "PL"}, "entry": {"DE": 0, "GB": 0}},
    "pool": {"logistics": {"mode": "pool"}},
    "green": {"logistics": {"mode": "local"}, "product": {"green": 1.0}},
    "premium": {"logistics": {"mode": "local"}, "product": {"tier": "premium"}},
    "pod": {"logistics": {"mode": "local"}, "product": {"custom": "pod"}},
    "business": {"logistics": {"mode": "direct"}, "b2b": {"enabled": True, "discount_share": 0.3}},
    "back": {"logistics": {"mode": "direct"}, "localisation": {"local_returns": True}},
    "leaving": {
        "logistics": {"mode": "local"},
        "exit": {"after_weeks": 14, "if_contribution_below_usd_week": 1e9, "for_weeks": 1},
    },
}  # fmt: skip


def scenario(**changed: Any) -> Scenario:
    ads = {"ads": {"rule": "fixed", "budget_usd_week": 3000}}
    general = {"entry": dict.fromkeys(CODES, 0), "compliance": "full"} | ads
    document: dict[str, Any] = {
        "weeks": 40,
        "consumers": 400,
        "category": CATEGORY,
        "markets": list(CODES),
        "seller": {"cash_usd": 3e6, "unit_cost_usd": 18.0, "weight_kg": KG, "volume_l": LITRES},
        "strategies": {name: general | levers for name, levers in STRATEGIES.items()},
    }
    return scenario_of(document | changed)


@cache
def played(strategy: str) -> MarketEntryModel:
    model = MarketEntryModel(scenario(), strategy, (0, 1), world=world())
    model.run()
    return model


@cache
def world():
    return build_world(scenario(), (0, 1))


def rerun(strategy: str, **changed: Any) -> Records:
    return MarketEntryModel(scenario(**changed), strategy, (0, 1)).run()


def summary(records: Records) -> pd.DataFrame:
    return outcomes.summary(records, outcomes.Setting(date(2026, 1, 5), 0.12, 3e6, tuple(STRATEGIES)))


# ------------------------------------------------------------------------------------------------ by hand
def test_the_formulas_by_hand() -> None:
    assert embodied_carbon(5.0, 1.4, 0.5, 0.2) == pytest.approx(5.0 * 1.4 * 0.9)
    assert load_kg(KG, LITRES, 167.0) == KG and load_kg(KG, LITRES, 330.0) == pytest.approx(SURFACE_LOAD)
    assert freight_carbon(2000.0, 300.0, 0.1) == pytest.approx(60.0)  # 2 t over 300 km: 600 tonne-km


BY_AIR = np.array(
    [AIR_LOAD * 11.7 * AIR + SURFACE_LOAD * 1.5 * ROAD, AIR_LOAD * 9.2 * AIR + SURFACE_LOAD * 0.45 * ROAD]
)
BY_SEA = np.array([SURFACE_LOAD * (12.0 * SEA + 1.5 * ROAD), SURFACE_LOAD * (24.6 * SEA + 0.45 * ROAD)])
"""US and DE, thousand km: by air 11.7 and 9.2, by sea 12.0 and 24.6, then by road 1.5 and 0.45."""


@pytest.mark.parametrize(
    ("strategy", "product", "inbound", "parcel"),
    [
        ("direct", MAKING, 0.0, BY_AIR),
        ("pool", MAKING, 0.0, BY_AIR),
        ("sea", MAKING, BY_SEA, 0.0),
        ("air", MAKING, BY_AIR, 0.0),
        ("hub", MAKING, SURFACE_LOAD * (25.7 * SEA + 0.35 * ROAD), SURFACE_LOAD * 0.7 * ROAD),
        ("green", MAKING * 0.75, BY_SEA, 0.0),
    ],
)
def test_a_unit_by_hand(strategy: str, product: float, inbound: Any, parcel: Any) -> None:
    """The hub is in Poland and serves Germany by road."""
    unit = played(strategy).footprint.unit
    at = [1] if strategy == "hub" else [0, 1]
    assert unit.product[0, at] == pytest.approx(product)
    for found, wanted in ((unit.inbound, inbound), (unit.parcel, parcel)):
        expected = np.broadcast_to(wanted, (2,))[at]
        np.testing.assert_allclose(found[0, at], expected, rtol=1e-12)
    np.testing.assert_allclose(unit.last_mile[0], LAST_MILE)


def test_a_run_of_parcels_is_its_units_times_one_unit() -> None:
    records = played("direct").records
    sold = records.units[..., 0].sum(axis=0)
    assert sold.sum() > 1000
    np.testing.assert_allclose(records.co2_kg[:, :2, 1], sold[:, :2] * BY_AIR)
    refused = sold - records.delivered
    np.testing.assert_allclose(records.co2_kg[..., 2], LAST_MILE * (sold + refused))  # returns stay with the shopper


def test_a_run_of_stock_counts_what_is_left_over() -> None:
    model = played("sea")
    records, received = model.records, model.records.received_units
    np.testing.assert_allclose(records.co2_kg[..., 0], MAKING * received)
    np.testing.assert_allclose(records.co2_kg[:, :2, 1], received[:, :2] * BY_SEA)
    trips = records.units[..., 0].sum(axis=0) * 2 - records.delivered + records.returned
    np.testing.assert_allclose(records.co2_kg[..., 2], LAST_MILE * trips)
    assert (received > records.units[..., 0].sum(axis=0)).all() and records.returned.all()


@pytest.mark.parametrize("strategy", [*STRATEGIES])
def test_every_unit_that_the_firm_took_over_is_counted_once(strategy: str) -> None:
    """Goods out of a shared warehouse are parted by where they went; the sum is what came in or was made."""
    model = played(strategy)
    entrant, footprint = model.entrant, model.footprint
    made = footprint.gone * footprint._made
    np.testing.assert_array_equal(footprint.brought().sum(axis=1), (entrant.warehouse.received + made).sum(axis=1))
    assert (footprint.brought() >= footprint.gone).all()
    if strategy in ("direct", "pool"):
        assert set(entrant.levers.house) == {0}, "one warehouse at the origin"
        assert (footprint.brought() > 0).all()


def test_shipments_that_are_called_off_were_made_and_never_sailed() -> None:
    model = played("leaving")
    received, cancelled = model.records.received_units, model.entrant.cancelled
    assert cancelled.any()
    np.testing.assert_allclose(model.records.co2_kg[..., 0], MAKING * (received + cancelled))
    np.testing.assert_allclose(model.records.co2_kg[:, :2, 1], received[:, :2] * BY_SEA)


def test_business_lots_travel_as_lots() -> None:
    model = played("business")
    records, lots = model.records, model.footprint.lots
    assert lots.sum() > 0
    np.testing.assert_array_equal(lots, records.business_units.sum(axis=0))
    unit = model.footprint.unit
    way = np.where(model.wholesale.flies, unit.lot_air, unit.lot_sea)
    sold = records.units[..., 0].sum(axis=0)
    np.testing.assert_allclose(records.co2_kg[..., 1], unit.parcel * sold + way * lots)


# ------------------------------------------------------------------------------------- worlds that differ in one thing
def test_the_sea_emits_least_and_the_air_most() -> None:
    """Freight for every unit that was carried; Germany over Poland takes ship and lorry."""
    freight = {}
    for name in ("direct", "sea", "air", "hub"):
        model = played(name)
        carried = model.footprint.brought()[:, 1]
        freight[name] = model.records.co2_kg[:, 1, 1] / carried
    assert (freight["sea"] < freight["hub"]).all()
    assert (freight["hub"] < freight["air"] / 5).all()
    assert (freight["sea"] < freight["direct"] / 5).all()


def test_a_return_to_an_address_in_the_market_rides_once_more() -> None:
    records = played("back").records
    sold = records.units[..., 0].sum(axis=0)
    trips = sold * 2 - records.delivered + records.returned
    assert records.returned.any()
    np.testing.assert_allclose(records.co2_kg[..., 2], LAST_MILE * trips)


def test_the_level_of_green_and_the_tier_move_the_making_alone() -> None:
    for name, factor in (("green", 0.75), ("premium", 1.35)):
        records = played(name).records
        tier = scenario().category_profile.tiers["premium"].cost if name == "premium" else factor
        np.testing.assert_allclose(records.co2_kg[..., 0], MAKING * tier * records.received_units)


def test_freight_grows_with_distance() -> None:
    """Germany twice as far by sea: the leg at sea doubles, nothing else moves."""
    far = rerun("sea", markets={"US": {}, "DE": {"sea_km": 49200}, "GB": {}})
    near = played("sea").records
    added = far.co2_kg - near.co2_kg
    np.testing.assert_allclose(added[:, 1, 1], near.received_units[:, 1] * SURFACE_LOAD * 24.6 * SEA)
    added[:, 1, 1] = 0.0
    assert not added.any() and same(near, far) == ["co2_kg"]


def test_carbon_changes_nothing_else() -> None:
    """Every figure of carbon doubled: the records and all outcomes but carbon's are the same to the last bit."""
    names = ("air_carbon_kg_tkm", "sea_carbon_kg_tkm", "road_carbon_kg_tkm", "last_mile_carbon_kg")
    behaviour = {name: 2.0 * getattr(scenario().behaviour_profile, name) for name in names}
    heavy = rerun("green", behaviour=behaviour, category=CATEGORY | {"carbon_kg": 2.0 * MAKING})
    light = played("green").records
    assert same(light, heavy) == ["co2_kg"]
    np.testing.assert_allclose(heavy.co2_kg, 2.0 * light.co2_kg)
    one, two = summary(light), summary(heavy)
    pd.testing.assert_frame_equal(one.drop(columns=list(CARBON)), two.drop(columns=list(CARBON)), check_exact=True)
    assert (two.co2_kg > one.co2_kg).all()


# --------------------------------------------------------------------------------------------------- outcomes
def test_the_parts_and_the_markets_add_up() -> None:
    records = blank(business_units=np.full((4, 1, 2), 1, np.int64))
    records.units[:, 0, 0, 0] = 9
    records.co2_kg[0] = [[200.0, 60.0, 20.0], [1.0, 2.0, 4.0]]
    table = summary(records)
    assert table.co2_kg.tolist() == [280.0, 7.0, 287.0]
    assert table.co2_freight_kg.tolist() == [60.0, 2.0, 62.0]
    assert table.co2_kg_unit.tolist() == pytest.approx([280.0 / 40, 7.0 / 4, 287.0 / 44])
    parts = table[[f"co2_{part}_kg" for part in CARBON_PARTS]]
    np.testing.assert_array_equal(parts.sum(axis=1), table.co2_kg)


def test_people_read_tonnes_as_thousands_and_units_to_a_tenth() -> None:
    assert figure("co2_kg", 412_345.6) == "412k" and figure("co2_kg", 412_345.6, "zh") == "41.2万"
    assert figure("co2_freight_kg", -1_250.0, signed=True) == "-1.2k" and figure("co2_kg_unit", 6.54) == "6.5"
