"""What postponement moves and what it leaves alone: paired worlds, and the money of a shipment sent elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.comparison import interval
from simulator.ledger import INDEX
from simulator.logistics.lanes import standstill
from simulator.model import MarketEntryModel
from simulator.sellers.postponement import Moves
from tests.laws.worlds import STOCK, same, scenario

RICH = {"cash_usd": 2e7, "unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2}
MARKETS = ("US", "DE", "GB", "FR", "JP")
NOISY = {"key": "sports_earbuds", "season": {"listing_noise_sd": 0.5}}
FREE = {"behaviour": {"postponement_usd_unit": 0.0, "postponement_setup_usd": 0.0}}
WEEKS = 38
"""Within one generation of the product."""
STEADY = {"weeks": 80, "mechanisms": {"product_life": False, "season": False, "growth": False}}
"""Demand that only luck moves."""
BEGUN = 30
"""Weeks until the first orders, made on the plan, are sold off."""


def play(
    postponed: bool, entry: tuple[str, ...] = MARKETS, futures: int = 12, levers: Any = None, **changed: Any
) -> MarketEntryModel:
    inventory = {"forecast": "smoothing", "service_level": 0.9, "postponed": postponed}
    plan = STOCK | {"entry": dict.fromkeys(entry, 0), "inventory": inventory} | (levers or {})
    world = {"markets": list(MARKETS), "seller": RICH, "weeks": WEEKS, "uncertainties": {}, "category": NOISY}
    model = MarketEntryModel(scenario(strategies={"plan": plan}, **world | changed), "plan", tuple(range(futures)))
    model.run()
    return model


# ----------------------------------------------------------------------------------------------- what it moves
def shelves(postponed: bool, service_level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return mean stock and share of demand that goes unserved, float64[F], in equal worlds at equal prices."""
    levers = {"inventory": {"forecast": "smoothing", "service_level": service_level, "postponed": postponed}}
    records = play(postponed, futures=24, levers=levers, **STEADY, **FREE).records
    stock = records.stock[BEGUN:].sum(axis=2).mean(axis=0)
    served = records.units[BEGUN:, :, :, 0].sum(axis=(0, 2)) / records.demand[BEGUN:].sum(axis=(0, 2))
    return stock, 1.0 - served


def test_markets_that_share_the_risk_hold_less_stock_at_the_same_service() -> None:
    (apart, lost), (together, lost_together) = shelves(False, 0.95), shelves(True, 0.95)
    low, high = interval(together / apart - 1.0)
    assert -0.4 < low <= high < -0.1
    low, high = interval(lost_together - lost)
    assert low <= 0.0 <= high < 0.01, "and not by going without"


def test_with_the_stock_that_is_saved_fewer_shoppers_find_an_empty_shelf() -> None:
    (apart, lost), (together, lost_together) = shelves(False, 0.95), shelves(True, 0.98)
    assert interval(together / apart - 1.0)[1] < 0.0
    assert interval(lost_together - lost)[1] < 0.0


def test_what_it_costs_stands_in_the_books() -> None:
    free, paid = (play(True, futures=3, **changed) for changed in (FREE, {}))
    assert set(same(free.records, paid.records)) == {"ledger", "landed_cost_usd", "end_stock_value_usd"}
    logistics = paid.records.ledger[..., INDEX["logistics"]]
    assert (logistics.sum(axis=(1, 2)) == [3 * 400_000] + [0] * (WEEKS - 1)).all(), "paid once, for all markets"
    assert not free.records.ledger[..., INDEX["logistics"]].any()
    dearer = paid.records.landed_cost_usd - free.records.landed_cost_usd
    duty = paid.lanes.terms.duty_share
    assert (dearer > 0.35 * (1.0 + duty.min(axis=(0, 1))) - 0.02).all(), "a finished unit, and duty on its value"
    assert (dearer < 0.35 * (1.0 + duty.max(axis=(0, 1))) + 0.02).all()


# ------------------------------------------------------------------------------------------ what it leaves alone
def test_a_market_alone_is_served_as_without_it() -> None:
    apart, together = (play(postponed, ("DE",), 3, **FREE).records for postponed in (False, True))
    assert same(apart, together) == []


def test_a_future_alone_is_what_it_is_in_a_batch() -> None:
    """No allocation looks at another future, to the last bit."""
    batch = play(True, futures=3).records
    changed = {"markets": list(MARKETS), "seller": RICH, "weeks": WEEKS, "uncertainties": {}, "category": NOISY}
    plan = STOCK | {
        "entry": dict.fromkeys(MARKETS, 0),
        "inventory": {"forecast": "smoothing", "service_level": 0.9, "postponed": True},
    }
    model = MarketEntryModel(scenario(strategies={"plan": plan}, **changed), "plan", (2,))
    alone = model.run()
    for name in ("units", "stock", "ledger"):
        np.testing.assert_array_equal(getattr(batch, name)[:, 2], getattr(alone, name)[:, 0])


def test_other_ways_and_other_goods_are_left_alone() -> None:
    mixed = {
        "markets": {
            "US": {"logistics": {"mode": "direct"}}, "GB": {"product": {"tier": "premium"}},
            "JP": {"inventory": {"postponed": False}}, "FR": {"logistics": {"mode": "hub", "hub": "PL"}},
        }
    }  # fmt: skip
    apart, together = (play(postponed, futures=2, levers=mixed, **FREE) for postponed in (False, True))
    assert together.entrant.levers.postponed.tolist() == [False, True, True, False, False]
    assert together.entrant.levers.pool.tolist() == [0, 1, 2, 3, 4]
    assert same(apart.records, together.records) == []


def test_nothing_moves_before_the_first_goods_arrive() -> None:
    apart, together = (play(postponed, futures=3) for postponed in (False, True))
    first = int(apart.entrant.lead.min())
    differing = same(apart.records, together.records, slice(0, first))
    assert differing == ["ledger"], "fees, and a better price for what is made in one go"
    moved = [name for name in same(apart.records, together.records, slice(first, None)) if name != "ledger"]
    assert {"units", "stock"} <= set(moved)


@pytest.mark.parametrize("rule", ["fixed", "follow", "global"])
def test_prices_and_people_do_not_feel_it_while_stock_lasts(rule: str) -> None:
    plenty = {"price": {"rule": rule}, "inventory": {"forecast": "smoothing", "service_level": 0.9999}}
    records = []
    for postponed in (False, True):
        levers = plenty | {"inventory": plenty["inventory"] | {"postponed": postponed}}
        records.append(play(postponed, futures=3, levers=levers, **FREE).records)
    np.testing.assert_array_equal(*(r.needs for r in records))
    shown = ~np.isnan(records[0].price_usd[..., 0]) & ~np.isnan(records[1].price_usd[..., 0])
    assert shown.any()
    np.testing.assert_allclose(*(r.price_usd[..., 0][shown] for r in records), rtol=1e-12)


# --------------------------------------------------------------------------------------------------- the gate
class Seen(MarketEntryModel):
    """A model that keeps the moves of every week and the books before and after each."""

    moves: list[Moves]
    changes: list[np.ndarray]

    def _redirect(self, view) -> None:
        kept = self.entrant.redirected

        def redirected(week, firm):
            self.moves.append(kept(week, firm))
            return self.moves[-1]

        self.entrant.redirected = redirected  # type: ignore[method-assign]
        before = self.ledger.entries[view.week].copy()
        way = self.entrant.warehouse.cents_on_the_way()
        super()._redirect(view)
        del self.entrant.redirected
        change = self.ledger.entries[view.week] - before
        np.testing.assert_array_equal(
            change[:, :-1, INDEX["inventory"]], self.entrant.warehouse.cents_on_the_way() - way
        )
        self.changes.append(change)


def seen(**changed: Any) -> Seen:
    plan = STOCK | {
        "entry": dict.fromkeys(MARKETS, 0), "inventory": {"forecast": "smoothing", "postponed": True},
        "price": {"position": 0.9},
    }  # fmt: skip
    world = {"markets": list(MARKETS), "seller": RICH, "weeks": WEEKS, "uncertainties": {}, "category": NOISY}
    model = Seen(scenario(strategies={"plan": plan}, **world | changed), "plan", (0, 1))
    model.moves, model.changes = [], []
    model.run()
    return model


def test_a_move_costs_the_difference_of_freight_and_duty_and_nothing_else() -> None:
    model = seen()
    lanes = model.lanes
    total, moved = 0.0, 0
    for week, (moves, change) in enumerate(zip(model.moves, model.changes, strict=True)):
        freight = lanes.inbound_freight(week)
        value = moves.in_goods / 100.0 + freight * moves.in_units
        due = (value * (1.0 + lanes.terms.duty_share[week]) * 100.0 - moves.in_goods).sum(axis=1)
        got_back = (moves.out_cents - moves.out_goods).sum(axis=1)
        np.testing.assert_allclose(change[..., INDEX["inventory"]].sum(axis=1), due - got_back, atol=len(MARKETS))
        vat = INDEX["import_vat_receivable"]
        paid = -change[..., INDEX["cash"]] - change[..., INDEX["inventory"]]
        np.testing.assert_array_equal(paid, change[..., vat], "cash pays for goods and for import VAT alone")
        rest = np.delete(change, [INDEX["inventory"], INDEX["cash"], vat], axis=-1)
        assert not rest.any()
        total += np.abs(due - got_back).sum()
        moved += int(moves.in_units.sum())
    assert moved > 500 and total > 0.0


def test_goods_do_not_change_their_destination_while_its_lane_is_closed() -> None:
    closed = {"kind": "port_closure", "node": "los_angeles", "weeks": 6, "date": "2026-08-31"}
    open_, shut = seen(), seen(events=[closed])
    still = standstill(shut.world.batch, shut.route, shut.world.shocks).still
    weeks = np.flatnonzero(still[:, 0, 0])
    assert len(weeks) >= 6 and still[weeks].any(axis=2).all() and not still[:, :, 1].any()
    us = [
        int((model.moves[w].in_units + model.moves[w].out_units)[:, 0].sum()) for model in (open_, shut) for w in weeks
    ]
    assert sum(us[: len(weeks)]) > 0 and sum(us[len(weeks) :]) == 0
    others = sum(int(shut.moves[w].in_units[:, 1:].sum()) for w in weeks)
    assert others > 0, "the other markets go on"
