"""Certificates that a market demands: without them its marketplaces are closed, with them they open."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.ledger import INDEX
from simulator.model import MarketEntryModel
from simulator.views import STAGES, Records
from tests.laws.worlds import scenario

WEEKS_TO_GET, SETUP = 9, 6000
MARK = {"setup_usd": SETUP, "weeks": WEEKS_TO_GET, "per_unit_usd": 0.05, "required_in": ["DE"], "supports": []}
GOODS = {"key": "sports_earbuds", "certificates": {"CE": MARK}}


def play(**levers: Any) -> Records:
    plan = {"entry": {"US": 0, "DE": 0}, "ads": {"budget_usd_week": 4000}, "payments": ["local"]} | levers
    asked = scenario(
        strategies={"plan": plan}, markets=["US", "DE"], category=GOODS, uncertainties={}, weeks=30,
        mechanisms={"audits": False},
    )  # fmt: skip
    return MarketEntryModel(asked, "plan").run()


def sold(records: Records) -> np.ndarray:
    return records.units[:, 0, :, 0].sum(axis=0)


def test_without_a_programme_the_marketplace_of_the_market_is_closed() -> None:
    none, minimum = play(compliance="none"), play(compliance="minimum")
    assert sold(none)[0] > 0 and sold(none)[1] == 0
    assert (sold(minimum) > 0).all()
    stages = none.funnel[0].sum(axis=1)
    assert stages[1, STAGES.index("compliance")] > 0 and stages[0, STAGES.index("compliance")] == 0
    assert stages[1, STAGES.index("sale")] == 0


def test_a_store_of_ones_own_is_not_watched_by_a_marketplace() -> None:
    assert (sold(play(compliance="none", channel="store", mobile_storefront=True)) > 0).all()


def test_who_asks_for_the_certificate_needs_no_programme() -> None:
    assert (sold(play(compliance="none", product={"certificates": ["CE"]})) > 0).all()


def test_a_programme_gets_the_certificate_and_sells_when_it_is_there() -> None:
    parcels, stock = play(), play(logistics={"mode": "local"})
    assert parcels.first_sale_week[0].tolist() == [3, WEEKS_TO_GET]
    assert stock.first_sale_week[0].tolist() == [7, 10], "stock takes longer than the papers"
    for records in (parcels, stock):
        assert records.ledger[..., INDEX["certificates"]].sum() == SETUP * 100


def test_the_law_switched_off_demands_nothing() -> None:
    plan = {"entry": {"DE": 0}, "compliance": "none", "ads": {"budget_usd_week": 4000}}
    asked = scenario(
        strategies={"plan": plan}, markets=["DE"], category=GOODS, uncertainties={}, weeks=20,
        mechanisms={"compliance": False},
    )  # fmt: skip
    assert MarketEntryModel(asked, "plan").run().units[..., 0].sum() > 0
