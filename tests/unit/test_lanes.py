"""Ways to the consumer by hand: days, freight, lead and the tax regime of stock, hubs and the pool."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.model import MarketEntryModel
from simulator.scenario import scenario_of

KG = 0.25
SELLER = {"cash_usd": 1e6, "unit_cost_usd": 18.0, "weight_kg": KG, "volume_l": 1.2}
CODES = ("US", "DE", "FR", "GB")
HUBS = {code: {"logistics": {"hub": "PL"}} for code in ("DE", "FR", "GB")}
STRATEGIES = {
    "direct": {"logistics": {"mode": "direct"}},
    "sea": {"logistics": {"mode": "local"}},
    "air": {"logistics": {"mode": "local", "transport": "air"}},
    "hub": {"logistics": {"mode": "hub", "hub": "CA"}, "markets": HUBS},
    "pool": {"logistics": {"mode": "pool"}},
    "idle": {"logistics": {"mode": "direct", "hub": "CA"}},
}


def model(strategy: str, period_days: int = 7) -> MarketEntryModel:
    entry = {"entry": dict.fromkeys(CODES, 0), "compliance": "full"}
    scenario = scenario_of(
        {
            "weeks": 12,
            "period_days": period_days,
            "consumers": 200,
            "category": {"key": "sports_earbuds", "market": {code: {"duty_share": 0.05} for code in CODES}},
            "markets": list(CODES),
            "seller": SELLER,
            "mechanisms": {"fx": False},
            "strategies": {name: entry | levers for name, levers in STRATEGIES.items()},
        }
    )
    return MarketEntryModel(scenario, strategy)


PARCEL = {
    "direct": [KG * 12.0, KG * 10.0 + 1.0, KG * 10.5 + 1.0, KG * 9.5 + 1.0],
    "hub": [KG * 6.0 + 1.0, KG * 4.0 + 1.5, KG * 5.5 + 1.5, KG * 6.5 + 1.5],
    "pool": [KG * 9.0, KG * 7.5, KG * 7.9, KG * 7.1],
    "sea": [0.0] * 4,
    "air": [0.0] * 4,
}
INBOUND = {"hub": [KG * 1.0, KG * 0.9, KG * 0.9, KG * 0.9], "air": [KG * 5.8, KG * 5.0, KG * 5.2, KG * 4.8]}
LEAD = {"direct": [3] * 4, "pool": [3] * 4, "hub": [8, 10, 10, 10], "sea": [7, 10, 10, 10], "air": [4, 4, 4, 4]}
TYPICAL = {"direct": [12, 11, 12, 10], "hub": [5, 3, 5, 6], "pool": [8, 7, 8, 7], "sea": [2] * 4, "air": [2] * 4}


@pytest.mark.parametrize("strategy", PARCEL)
def test_freight_and_weeks_are_those_of_the_lane(strategy: str) -> None:
    played = model(strategy)
    np.testing.assert_allclose(played.lanes.parcel_freight(0)[0], PARCEL[strategy])
    if strategy != "sea":
        np.testing.assert_allclose(played.lanes.inbound_freight(0)[0], INBOUND.get(strategy, [0.0] * 4))
    assert played.entrant.lead.tolist() == LEAD[strategy]


def test_leads_are_counted_in_steps_where_those_are_shorter_than_a_week() -> None:
    days, weeks = model("sea", period_days=1), model("sea")
    assert days.entrant.lead.tolist() == [7 * week for week in weeks.entrant.lead]
    assert (days.entrant.transit == 7 * weeks.entrant.transit).all()


def test_the_promise_is_a_quantile_of_the_lane_and_faster_lanes_promise_less() -> None:
    promise = {name: model(name).storefront.days(0)[0] for name in TYPICAL}
    for name, typical in TYPICAL.items():
        assert (promise[name] > typical).all() and (promise[name] < 1.6 * np.array(typical)).all()
    np.testing.assert_array_equal(promise["sea"], promise["air"])
    assert (promise["hub"] < promise["pool"]).all() and (promise["pool"] < promise["direct"]).all()


def test_a_hub_is_a_parcel_abroad_and_stock_in_its_own_customs_territory() -> None:
    hub, direct, sea = model("hub"), model("direct"), model("sea")
    assert hub.lanes.local.tolist() == [False, True, True, False]
    price = np.full((1, 4), 60.0)
    at_hub, parcel, stock = (each.lanes.quote(0, price) for each in (hub, direct, sea))
    # In the EU: output VAT out of the price, no duty at the door; elsewhere the parcel's own tax and duty.
    np.testing.assert_allclose(at_hub.net[0, 1:3], [60.0 / 1.19, 60.0 / 1.20])
    np.testing.assert_array_equal(at_hub.net[0, 1:3], stock.net[0, 1:3])
    assert not at_hub.duty[0, 1:3].any()
    np.testing.assert_array_equal(at_hub.net[0, [0, 3]], parcel.net[0, [0, 3]])
    np.testing.assert_array_equal(at_hub.duty[0, [0, 3]], parcel.duty[0, [0, 3]])
    # The duty of the EU is paid when the stock is bought, on unit and freight.
    unit = hub.entrant.unit_cost()[0]
    hub.step()
    np.testing.assert_allclose(hub.landed[0, 1:3], (unit[1:3] + KG * 0.9) * 1.05)
    np.testing.assert_allclose(hub.landed[0, [0, 3]], unit[[0, 3]] + KG * np.array([1.0, 0.9]))


def test_like_parcels_share_a_warehouse_and_customs_territories_do_not() -> None:
    assert model("pool").entrant.levers.house.tolist() == [0, 0, 0, 0]
    assert model("direct").entrant.levers.house.tolist() == [0, 0, 0, 0]
    assert model("sea").entrant.levers.house.tolist() == [0, 1, 2, 3]
    assert model("hub").entrant.levers.house.tolist() == [0, 1, 1, 3]


def test_the_pool_and_each_hub_cost_their_contract_once_and_their_fee_every_week() -> None:
    from simulator.ledger import INDEX

    paid = {name: model(name).run().ledger[..., INDEX["logistics"]].sum() / 100.0 for name in STRATEGIES}
    assert paid["pool"] == 5000.0 + 12 * 120.0
    assert paid["hub"] == 2 * (6000.0 + 12 * 80.0)
    assert paid["direct"] == paid["sea"] == paid["air"] == 0.0
    assert paid["idle"] == 0.0, "a hub that is named and not used"
