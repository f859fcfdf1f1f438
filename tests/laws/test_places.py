"""Where goods lie, whom they can be sold to, and what is known when: paired worlds and what the week itself holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.ledger import INDEX
from simulator.model import MarketEntryModel
from tests.laws.worlds import PARCELS, STOCK, scenario

RICH = {"cash_usd": 2e7, "unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2}
TRADE = {"b2b": {"enabled": True}}


def play(strategy: dict[str, Any], **changed: Any) -> MarketEntryModel:
    asked = scenario(strategies={"plan": strategy}, seller=RICH, **({"uncertainties": {}} | changed))
    model = MarketEntryModel(asked, "plan", (0, 1))
    model.run()
    return model


@pytest.mark.parametrize("mode", [{"mode": "direct"}, {"mode": "hub", "hub": "PL"}])
def test_a_market_that_is_never_entered_holds_nothing_for_others(mode: dict[str, str]) -> None:
    last = "FR" if "hub" in mode else "ID"
    leaving = {"after_weeks": 20, "if_contribution_below_usd_week": 1e9, "for_weeks": 4}
    model = play(
        PARCELS | {"entry": {last: 0}, "price": {"position": 0.9}, "logistics": mode, "exit": leaving},
        markets=["US", "DE", last],
    )
    records = model.records
    assert records.received_units[:, -1].all() and not records.received_units[:, :-1].any()
    assert not records.ledger[:, :, :2].any()
    assert model.entrant.left[:, -1].all() and not model.entrant.warehouse.units.any(), "nobody needs the stock"


def test_lots_from_a_hub_in_the_customs_union_pay_no_second_duty() -> None:
    hub = STOCK | TRADE | {"entry": {"DE": 0}, "logistics": {"mode": "hub", "hub": "PL"}}
    dear = {}
    for mode, strategy in {"hub": hub, "direct": hub | {"logistics": {"mode": "direct"}}}.items():
        costs = []
        for duty in (0.0, 0.2):
            records = play(
                strategy, markets={"DE": {"rfq_week": 3.0}},
                category={"key": "sports_earbuds", "market": {"DE": {"duty_share": duty}}},
            ).records  # fmt: skip
            usd = records.ledger[:, :, 0, INDEX["business_costs"]].sum() / 100.0
            costs.append(usd / -records.ledger[:, :, 0, INDEX["business_sales"]].sum() * 100.0)
        dear[mode] = costs[1] - costs[0]
    assert abs(dear["hub"]) < 0.01
    assert dear["direct"] == pytest.approx(0.2 / 1.2, abs=0.03)


def test_an_audit_finds_the_stock_that_lies_in_its_market(monkeypatch: pytest.MonkeyPatch) -> None:
    for strategy, there in ((PARCELS, False), (STOCK, True)):
        model = MarketEntryModel(scenario(strategies={"plan": strategy}), "plan", (0,))
        seen = []
        monkeypatch.setattr(model.regulator, "audit", lambda week, live: live | True)
        monkeypatch.setattr(model.regulator, "seized", lambda units, seen=seen: seen.append(units.copy()) or 0 * units)
        for _ in range(20):
            model.step()
            here = model.entrant.warehouse.findable
            np.testing.assert_array_equal(seen[-1], here if there else 0 * here)
        assert here.any(), "there is stock, at home or there"


def test_firms_are_bid_what_shoppers_left(monkeypatch: pytest.MonkeyPatch) -> None:
    model = MarketEntryModel(
        scenario(
            strategies={"plan": STOCK | TRADE}, markets={c: {"rfq_week": 2.0} for c in ("US", "DE", "ID")},
            mechanisms={"audits": False},
        ),
        "plan", (0, 1),
    )  # fmt: skip
    seen, step = [], model.wholesale.step
    monkeypatch.setattr(
        model.wholesale, "step", lambda *a: (seen.append(model.entrant.warehouse.units.copy()), step(*a))[1]
    )
    lots = 0
    while model.week < 50:
        model.step()
        np.testing.assert_array_equal(seen[-1] - model.lots, model.entrant.warehouse.units)
        lots += model.lots.sum()
    assert lots > 0


def test_without_stock_what_is_bought_to_be_sold_is_learned_from() -> None:
    model = play(STOCK, mechanisms={"stock": False})
    assert (model.entrant.factory.produced == model.records.units[..., 0].sum(axis=(0, 2))).all()
    assert (model.entrant.unit_cost() < model.entrant.products.unit_usd).all()


def test_a_listing_that_the_law_bars_is_not_found_and_not_remembered() -> None:
    quiet = PARCELS | {"entry": {"ID": 0}, "channel": "marketplace", "ads": {"rule": "fixed", "budget_usd_week": 0}}
    model = play(quiet, markets=["US", "ID"])
    assert not model.records.awareness[:, :, 1].any() and not model.records.units[:, :, 1, 0].any()
    assert play(quiet | {"entry": {"US": 0}}, markets=["US", "ID"]).records.awareness[:, :, 0].any()


def test_without_compliance_a_hit_closes_nothing() -> None:
    often = {"audit_hazard_minimum": 0.2, "audit_fine_usd": 0.0, "audit_seized_share": 0.0}
    with_, without = (
        play(STOCK | {"compliance": "minimum"}, behaviour=often, mechanisms={"compliance": False, "audits": audits})
        for audits in (True, False)
    )
    assert with_.records.incidents.sum() > without.records.incidents.sum() + 20, "audits find something"
    for name in ("units", "ad_usd", "awareness", "visibility", "ledger"):
        np.testing.assert_array_equal(getattr(with_.records, name), getattr(without.records, name))


def test_exposure_alone_fines_empty_claims() -> None:
    empty = STOCK | {"product": {"green": 1.0}}
    fines = [
        play(empty, behaviour={"exposure_hazard": 0.2}, mechanisms={"audits": False, "exposure": on})
        .records.ledger[..., INDEX["fines"]]
        .sum()
        for on in (True, False)
    ]
    assert fines[0] > 0 and fines[1] == 0
