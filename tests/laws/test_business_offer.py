"""What the firm bids and keeps back, by hand from the state of the model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.ledger import INDEX
from simulator.model import MarketEntryModel
from simulator.views import BusinessOffer
from tests.laws.worlds import STOCK, scenario

WEEK = 30
PLAIN = STOCK | {
    "entry": {"US": 0}, "product": {}, "compliance": "minimum", "localisation": {}, "b2b": {"enabled": True},
}  # fmt: skip


def played(levers: dict[str, Any], until: int = WEEK, rate: float = 3.0) -> MarketEntryModel:
    asked = scenario(
        strategies={"plan": PLAIN | levers}, markets={"US": {"rfq_week": rate}}, uncertainties={},
        mechanisms={"audits": False},
    )  # fmt: skip
    model = MarketEntryModel(asked, "plan")
    while model.week < until:
        model.step()
    return model


def offer(model: MarketEntryModel, open_: bool = True) -> BusinessOffer:
    price, reference = model.entrant.price[:, :1], model.world.reference_price
    open_markets = np.full(reference.shape, open_)
    return model.wholesale._offer(model.week, price, reference, open_markets, np.zeros_like(reference))


@pytest.mark.parametrize(
    ("levers", "green", "certified", "local"),
    [
        ({}, False, False, True),
        ({"product": {"green": 1.0, "certificates": ["FSC"]}}, False, True, True),
        ({"product": {"green": 1.0, "traceable": True}}, False, False, True),
        ({"product": {"green": 1.0, "certificates": ["FSC"], "traceable": True}}, True, True, True),
        ({"compliance": "full"}, False, True, True),
        ({"logistics": {"mode": "direct"}}, False, False, False),
        ({"logistics": {"mode": "direct"}, "localisation": {"team": True}}, False, False, True),
    ],
)
def test_what_a_bid_can_claim(levers, green, certified, local):
    bid = offer(played(levers))
    assert (bid.green.all(), bid.certified.all(), bid.local.all()) == (green, certified, local)
    assert bid.open.all() and not offer(played(levers), open_=False).open.any()


def test_what_is_promised_at_once_is_what_neither_shoppers_nor_contracts_need():
    model = played({})
    wholesale, week = model.wholesale, np.full(1, WEEK + 1)
    due = wholesale.demand.contracts.committed(WEEK, week, week)[0, 0]
    recent = model.entrant.replenishment.history.recent()[0, 0]
    behaviour = model.world.batch.behaviours[0]
    assert due > 0 and recent > 0
    warehouse = model.entrant.warehouse
    warehouse.misplaced[:] = 12  # on the books, but not to be had
    warehouse.units[:] = int(due + behaviour.b2b_spare_weeks * recent + 1) + 77 + 12
    assert offer(model).free_units[0, 0] == pytest.approx(77, abs=1)
    wanted = wholesale.demand.contracts.wanted(WEEK)[0, 0]
    kept = int(np.ceil(behaviour.b2b_floor_weeks * recent))
    warehouse.units[:] = kept + wanted // 2 + 12
    assert wanted > 1 and wholesale.reserve(WEEK)[0, 0] == wanted // 2


@pytest.mark.parametrize("mode", ["local", "direct"])
def test_buyers_pay_after_their_credit_and_the_platform_takes_its_part(mode, monkeypatch):
    trade = {"b2b": {"enabled": True, "credit_weeks": 7, "discount_share": 0.25}, "compliance": "full"}
    model, booked = played(trade | {"logistics": {"mode": mode}, "localisation": {"team": True}}, 0), []
    sell = model.books.sell_lots

    def spy(week, revenue, costs, fees, due):
        booked.append((week, float(revenue[0, 0]), float(fees[0, 0]), int(due[0, 0])))
        sell(week, revenue, costs, fees, due)

    monkeypatch.setattr(model.books, "sell_lots", spy)
    while model.week < WEEK:
        model.step()
    way = 0 if mode == "local" else round(model.world.batch.markets[0][0].air_weeks)
    share = model.world.batch.behaviours[0].b2b_fee_factor * model.lanes.commission_share[0, 0, 0]
    assert len(booked) > 5
    for week, revenue, fees, due in booked:
        assert due == week + way + 7
        assert fees == pytest.approx(share * revenue)


def test_lots_made_to_order_are_experience_too():
    model = played({"product": {"custom": "pod"}, "logistics": {"mode": "direct"}})
    records = model.observer
    assert records._business.sum() > 0
    assert model.entrant.factory.produced[0] == records._units[:, :, :, 0].sum() + records._business.sum()


def test_a_firm_that_leaves_owes_no_lots():
    gone = {"exit": {"after_weeks": 10, "if_contribution_below_usd_week": 1e9, "for_weeks": 4}}
    model = played(gone, until=50)
    assert model.entrant.left.all() and len(model.wholesale.demand.contracts.rows)
    assert not len(model.wholesale.demand.contracts.calls)
    left = int(np.flatnonzero(model.ledger.entries[:50, 0, 0, INDEX["overhead"]])[-1])
    assert not model.observer._business[left + 1 :].any()
