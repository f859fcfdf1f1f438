"""Business sales in the whole model: same requests for all, real units, money in its week, nothing when off."""

from __future__ import annotations

from dataclasses import fields
from functools import cache

import numpy as np
import pytest

from simulator.assembly import build_world
from simulator.business.buyers import Award
from simulator.business.requests import REQUEST
from simulator.ledger import INDEX, Ledger
from simulator.model import NO_ENTRY, MarketEntryModel
from simulator.outcomes import ALL, Setting, summary
from simulator.sellers.books import Books
from simulator.sellers.levers import Levers
from simulator.views import Records
from simulator.wholesale import flies
from tests.laws.worlds import PARCELS, STOCK, same, scenario

TRADE = {"b2b": {"enabled": True, "credit_weeks": 9}}
FUTURES = (0, 1, 3)
MARKETS = {code: {"rfq_week": 1.5} for code in ("US", "DE", "ID")}
RICH = {"cash_usd": 2e7, "unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2}
STRATEGIES = {
    "retail": STOCK, "stock": STOCK | TRADE, "parcels": PARCELS | TRADE,
    "partly": STOCK | {"markets": {"DE": TRADE}},
}  # fmt: skip


@cache
def played(name: str, off: tuple[str, ...] = ()) -> tuple[MarketEntryModel, Records]:
    """Play a strategy once."""
    asked = scenario(strategies=STRATEGIES, markets=MARKETS, mechanisms=dict.fromkeys(off, False))
    model = MarketEntryModel(asked, name, FUTURES, world=build_world(asked, FUTURES))
    return model, model.run()


def sums(records: Records, account: str) -> np.ndarray:
    """Return an account by week, future and market, USD."""
    return records.ledger[:, :, :-1, INDEX[account]] / 100.0


def test_all_strategies_meet_the_same_requests() -> None:
    models = [played(name)[0] for name in ("stock", "parcels", "partly")]
    first = models[0].wholesale.demand.requests
    assert len(first) > 300
    for model in models[1:]:
        np.testing.assert_array_equal(model.wholesale.demand.requests, first)
        np.testing.assert_array_equal(model.records.business_requests, models[0].records.business_requests)
    won = [model.records.business_won.sum() for model in models]
    assert 0 < won[2] < won[0] != won[1] > 0, "what is won depends on the bid"
    for model in models:
        records = model.records
        assert (records.business_won <= records.business_bids).all()
        assert (records.business_bids <= records.business_requests).all()


def test_a_firm_bids_only_where_it_wants_to() -> None:
    units = played("partly")[1].business_units.sum(axis=(0, 1))
    assert units[1] > 0 and units[0] == units[2] == 0


def test_without_business_buyers_nothing_differs_from_retail_alone() -> None:
    retail, off = played("retail")[1], played("stock", ("b2b",))[1]
    assert same(retail, off) == []
    assert not any(getattr(off, field.name).any() for field in fields(Records) if field.name.startswith("business"))


def test_lots_are_paid_for_at_the_wholesale_price_without_vat() -> None:
    model, records = played("stock")
    units, revenue = records.business_units.sum(), -sums(records, "business_sales").sum()
    contracts = model.wholesale.demand.contracts
    price = contracts.rows["price"]
    assert price.min() < revenue / units < price.max()
    vat = model.terms.stock_vat_share
    paid = records.price_usd[:, :, :, 0] / (1.0 + vat) * 0.85
    for m in range(3):
        mine = price[contracts.rows["market"] == m]
        low, high = np.nanmin(paid[:, :, m]), np.nanmax(paid[:, :, m])
        assert low * (1.0 - 1e-12) <= mine.min() <= mine.max() <= high * (1.0 + 1e-12)


def test_goods_of_lots_cost_what_goods_cost() -> None:
    records = played("stock")[1]
    lot = sums(records, "business_goods").sum() / records.business_units.sum()
    kept = records.units[..., 0].sum() - records.returned.sum()
    retail = sums(records, "cost_of_goods").sum() / kept
    assert lot == pytest.approx(retail, rel=0.1)


def test_lots_from_home_bear_carriage_and_duty() -> None:
    local, home = (played(name)[1] for name in ("stock", "parcels"))
    cost = [sums(r, "business_costs").sum() / -sums(r, "business_sales").sum() for r in (local, home)]
    assert 0.0 < cost[0] < cost[1] < 0.4


def test_leaked_goods_take_the_entrants_own_sales() -> None:
    on, off = played("stock")[1], played("stock", ("leakage",))[1]
    assert on.grey_units.sum() > 0 and not off.grey_units.any()
    np.testing.assert_array_equal(on.business_requests, off.business_requests)
    lost = off.units[..., 0].sum() - on.units[..., 0].sum()
    assert 0.4 * on.grey_units.sum() < lost < 2.5 * on.grey_units.sum()


def test_the_summary_counts_lots_in_units_revenue_and_contribution() -> None:
    model, records = played("stock")
    asked = model.world.batch.scenario
    table = summary(records, Setting(asked.start, asked.discount_rate, asked.seller.cash_usd, ("stock",)))
    whole = table[table.market == ALL]
    np.testing.assert_array_equal(whole.b2b_units, records.business_units.sum(axis=(0, 2)))
    retail = records.revenue_usd[..., 0].sum(axis=(0, 2))
    np.testing.assert_allclose(whole.revenue_usd, retail - sums(records, "business_sales").sum(axis=(0, 2)))
    assert (whole.units == records.units[..., 0].sum(axis=(0, 2))).all()
    accounts = ("business_sales", "business_goods", "business_costs")
    earned = -sum(sums(records, account) for account in accounts).sum(axis=(0, 2))
    assert (earned > 0.0).all()
    retail_alone = played("retail")[1]
    assert summary(retail_alone, Setting(asked.start, 0.1, 2e6, ("retail",))).b2b_units.eq(0).all()


def test_promised_lots_are_ordered_and_leave_in_their_week() -> None:
    """A lot larger than what a shop keeps ready: the order of the week rises by it, and it arrives in time."""
    quiet = {code: {"rfq_week": 0.0} for code in MARKETS}
    asked = scenario(strategies=STRATEGIES, markets=quiet, seller=RICH)
    world = build_world(asked, (0,))
    models = [MarketEntryModel(asked, "stock", (0,), world=world) for _ in range(2)]
    orders = np.zeros((2, 60), np.int64)
    lots = np.zeros(60, np.int64)
    due = 20 + int(models[0].entrant.lead[0]) + 1
    for week in range(60):
        if week == 20:
            request = np.zeros(1, REQUEST)
            request["units"] = 3000
            yes = np.ones(1, bool)
            models[1].wholesale.demand.contracts.sign(Award(request, yes, yes, ~yes, np.array([due]), np.array([40.0])))
        for n, model in enumerate(models):
            model.step()
            orders[n, week] = model.entrant.orders[0, 0]
        lots[week] = models[1].lots[0, 0]
    rest = slice(0, 20)
    np.testing.assert_array_equal(orders[0, rest], orders[1, rest])
    assert orders[1, 20] - orders[0, 20] == 3000
    assert lots.sum() == 3000
    assert 0.95 * 3000 < lots[due] <= 3000, "the shop keeps a week's demand back"
    assert models[1].wholesale.demand.contracts.on_time_units[0, 0] == lots[due]


# ------------------------------------------------------------------------------------------------- money
def test_lots_are_paid_after_the_credit() -> None:
    asked = scenario(strategies=STRATEGIES, weeks=30)
    batch = build_world(asked, (0,)).batch
    ledger = Ledger(30, 1, 3)
    books = Books(batch, Levers.of(batch, "stock"), ledger)
    usd = np.array([[1000.0, 500.0, 0.0]])
    books.sell_lots(4, usd, usd * 0.1, usd * 0.05, np.array([[13, 20, 4]]))
    assert not ledger.entries.sum(axis=-1).any()
    cash = ledger.entries[:, 0, :-1, INDEX["cash"]]
    expected = np.zeros((30, 3), np.int64)
    expected[4] = [-10000, -5000, 0]
    expected[13, 0], expected[20, 1] = 95000, 47500
    np.testing.assert_array_equal(cash, expected)
    assert ledger.balance("receivable", 12)[0].tolist() == [95000, 47500, 0, 0]
    assert not ledger.balance("receivable", 29).any()
    income = ledger.entries[4, 0, :-1]
    np.testing.assert_array_equal(income[:, INDEX["business_sales"]], [-100000, -50000, 0])
    np.testing.assert_array_equal(income[:, INDEX["business_costs"]], [15000, 7500, 0])


def test_lots_from_home_fly_where_buyers_pay_for_the_time() -> None:
    trade = played("parcels")[0].wholesale
    batch = trade.entrant.world.batch
    extra = 0.25 * batch.market("air_usd_kg") - 0.0012 * batch.market("sea_usd_m3") * batch.market("sea_door_factor")
    saved = batch.market("sea_weeks") - batch.market("air_weeks")
    worth = 0.02 * saved * trade.entrant.world.reference_price
    np.testing.assert_array_equal(trade.flies, extra <= worth)
    assert trade.flies.all(), "earbuds are light"
    np.testing.assert_array_equal(trade._transit, np.round(batch.market("air_weeks")))
    assert not played("stock")[0].wholesale._transit.any()
    assert flies(10.0, 4.0, 2.0) == 0.0 and flies(8.0, 4.0, 2.0) == 1.0


def test_who_serves_firms_alone_leaves_shoppers_as_if_it_were_not_there() -> None:
    """Nobody finds it, nothing is advertised, nothing leaks back; what it sells are lots."""
    alone = STOCK | {"compliance": "full", "products": {}, "b2b": {"enabled": True, "exclusive": True}}
    alone |= {"localisation": {"festival_edition": True}}
    asked = scenario(strategies={"alone": alone, "both": STOCK | TRADE}, markets=MARKETS)
    world = build_world(asked, FUTURES)
    served, none = (MarketEntryModel(asked, name, FUTURES, world=world).run() for name in ("alone", NO_ENTRY))
    for name in ("needs", "units", "price_usd", "funnel"):
        mine, without = getattr(served, name), getattr(none, name)
        if name != "funnel":
            np.testing.assert_array_equal(mine, without, err_msg=name)
        else:
            assert not mine.any()
    assert served.business_units.any() and not served.grey_units.any()
    for account in ("sales", "advertising", "packaging", "design"):
        assert not served.ledger[..., INDEX[account]].any(), account
    assert served.ledger[..., INDEX["business_sales"]].any()
