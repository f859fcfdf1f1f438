"""Events in paired worlds: nothing before their week, then what they are about, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.ledger import INDEX
from simulator.model import MarketEntryModel
from simulator.views import Records
from tests.laws.worlds import PARCELS, STOCK, same, scenario

FUTURES = (0, 1)
WEEK = 10
DAY = "2026-07-06"
"""Monday of week 10."""
BEFORE, AFTER = slice(0, WEEK), slice(WEEK, None)
US, DE, ID = range(3)

OWN_ADS = {code: {"ads": {"rule": "fixed", "budget_usd_week": 1000}} for code in ("US", "DE", "ID")}
PRICEY = {"price": {"position": 1.3, "rule": "fixed", "floor_margin_share": 0.0}, "markets": OWN_ADS}
"""Prices above every floor and a budget per market, so that no decision depends on cost."""
STRATEGIES = {
    "parcels": PARCELS | PRICEY | {"ads": {"rule": "fixed", "budget_usd_week": 1000}},
    "stock": STOCK | PRICEY | {"entry": {"US": 0, "DE": 0, "ID": 0}},
    "same": PARCELS | {"price": {"position": 1.0, "rule": "global"}, "markets": OWN_ADS},
}


def model(strategy: str, *events: dict[str, Any], weeks: int = 18, **changed: Any) -> MarketEntryModel:
    """Return a model of the small world, in which exchange rates stand still."""
    settings = {"consumers": 300, "mechanisms": {"fx": False}, "uncertainties": {}, "strategies": STRATEGIES} | changed
    return MarketEntryModel(scenario(weeks=weeks, events=list(events), **settings), strategy, FUTURES)


def play(strategy: str, *events: dict[str, Any], **changed: Any) -> Records:
    return model(strategy, *events, **changed).run()


def accounts(one: Records, other: Records, market: int | slice = slice(None)) -> set[str]:
    """Return the accounts that differ in some week."""
    differing = (one.ledger[:, :, market] != other.ledger[:, :, market]).any(axis=tuple(range(one.ledger.ndim - 1)))
    return {name for name, position in INDEX.items() if differing[position]}


TARIFF = {"kind": "tariff", "market": "US", "change": 0.1, "date": DAY}


def test_a_tariff_changes_nothing_before_its_week_and_then_the_duty_alone() -> None:
    """Seven weeks on, before rivals pass their costs on, parcels pay more duty and all else is as it was."""
    base, taxed = play("parcels"), play("parcels", TARIFF)
    assert same(base, taxed, BEFORE) == []
    assert set(same(base, taxed)) == {"ledger", "landed_cost_usd"}
    assert accounts(base, taxed) == {"parcel_duty", "cash"}
    assert accounts(base, taxed, slice(DE, None)) == set()
    more = (taxed.ledger - base.ledger)[AFTER, :, US, INDEX["parcel_duty"]] / 100.0
    net = -base.ledger[AFTER, :, US, INDEX["sales"]] / 100.0
    assert (more.sum(axis=0) > 0.0).all()
    np.testing.assert_allclose(more, 0.1 * net, rtol=0.15)  # refused and returned parcels pay duty too


def test_a_tariff_that_reverses_is_gone() -> None:
    base, taxed = (play("parcels", *events, weeks=17) for events in ((), (TARIFF | {"reverses_after_weeks": 3},)))
    duty = (taxed.ledger - base.ledger)[:, :, US, INDEX["parcel_duty"]]
    assert (duty[WEEK : WEEK + 3].sum(axis=0) > 0).all()
    assert not duty[:WEEK].any()
    assert not duty[WEEK + 3 :].any()


def ordered(strategy: str, *events: dict[str, Any], **changed: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return units ordered for the US, and the duty share expected at each order, float64[W, F]."""
    found = model(strategy, *events, **changed)
    units, duty = [], []
    while found.week < found.weeks:
        duty.append(found.public_view(found.week).duty_share[:, US])
        found.step()
        units.append(found.entrant.orders[:, US].copy())
    return np.array(units), np.array(duty)


def test_an_announced_tariff_is_paid_on_what_arrives_after_it_starts_and_stocked_up_against() -> None:
    lead = int(model("stock").entrant.lead[US])
    announced = TARIFF | {"date": "2026-08-31", "announced_weeks": 16}  # week 18, known from week 2
    plain, duty = ordered("stock", weeks=20)
    warned, dearer = ordered("stock", announced, weeks=20)
    surprised, late = ordered("stock", announced | {"announced_weeks": 0}, weeks=20)
    first = 18 - lead
    np.testing.assert_array_equal(plain[: first - 1], warned[: first - 1])
    np.testing.assert_allclose(dearer - duty, np.where(np.arange(20) >= first, 0.1, 0.0)[:, None] * np.ones(2))
    assert (warned[first - 1] > plain[first - 1]).all(), "four weeks of demand more in the last untaxed week"
    np.testing.assert_array_equal(plain[:18], surprised[:18])
    np.testing.assert_allclose(late - duty, np.where(np.arange(20) >= 18, 0.1, 0.0)[:, None] * np.ones(2))


def received(strategy: str, *events: dict[str, Any], **changed: Any) -> np.ndarray:
    """Return the units received by week, int64[W, F, M]."""
    found, out = model(strategy, *events, **changed), []
    while found.week < found.weeks:
        found.step()
        out.append(found.entrant.warehouse.received.copy())
    return np.array(out)


def test_a_closed_node_delays_the_markets_that_share_it_and_no_other() -> None:
    way = {"US": {"sea_nodes": ["shenzhen", "suez"]}, "DE": {"sea_nodes": ["suez"]}, "ID": {}}
    lead = model("stock", markets=way).entrant.lead
    first = int(lead[[US, DE]].min())
    day = str(np.datetime64("2026-04-27") + 7 * first)
    closure = {"kind": "port_closure", "node": "suez", "weeks": 4, "date": day}
    open_, shut = (received("stock", *events, markets=way, weeks=first + 8) for events in ((), (closure,)))
    np.testing.assert_array_equal(open_[:first], shut[:first])
    for m in (US, DE):
        due = int(lead[m])
        assert (open_[due, :, m] > 0).all()
        assert not shut[: max(due, first + 4), :, m].any()
        np.testing.assert_array_equal(shut[max(due, first + 4), :, m], open_[max(due, first + 3), :, m])
    assert (shut[lead[ID] :, :, ID] > 0).all()
    np.testing.assert_array_equal(open_[: first + 5, :, ID], shut[: first + 5, :, ID])


def test_a_closed_airport_lengthens_the_promise_of_parcels_until_it_opens() -> None:
    closure = {"kind": "port_closure", "node": "shenzhen_airport", "weeks": 2, "date": DAY}
    base, shut = play("parcels", weeks=14), play("parcels", closure, weeks=14)
    assert same(base, shut, BEFORE) == []
    assert (shut.units[WEEK, :, :, 0].sum() < base.units[WEEK, :, :, 0].sum()).all()
    days = [model("parcels", closure).storefront.days(week)[0, DE] for week in range(WEEK - 1, WEEK + 3)]
    np.testing.assert_allclose(np.diff(days), [14.0, -7.0, -7.0])


def test_a_devaluation_cuts_local_prices_in_dollars_and_leaves_global_ones() -> None:
    event = {"kind": "fx", "market": "ID", "factor": 1.25, "date": DAY}
    for strategy, factor in (("parcels", 0.8), ("same", 1.0)):
        base, fallen = play(strategy, weeks=26), play(strategy, event, weeks=26)
        assert same(base, fallen, BEFORE) == []
        ratio = fallen.price_usd[:, :, ID, 0] / base.price_usd[:, :, ID, 0]
        during = slice(WEEK, WEEK + 13)
        np.testing.assert_allclose(ratio[during], factor)
        np.testing.assert_allclose(ratio[WEEK + 13 :], 1.0)
        np.testing.assert_array_equal(base.price_usd[:, :, US], fallen.price_usd[:, :, US])


def test_rivals_prices_stand_in_local_money() -> None:
    """Local rivals fall with the currency and come back in a quarter; cross-border ones pass their costs on earlier."""
    event = {"kind": "fx", "market": "ID", "factor": 1.25, "date": DAY}
    prices = []
    for events in ((), (event,)):
        found, rows = model("parcels", *events, weeks=30), []
        while found.week < found.weeks:
            found.step()
            rows.append([found.sellers[key].price[0, ID] for key in ("local_champion", "low_cost_cross_border")])
        prices.append(np.array(rows))
    champion, abroad = (prices[1] / prices[0]).T
    np.testing.assert_allclose(champion, np.where((np.arange(30) >= 10) & (np.arange(30) < 23), 0.8, 1.0))
    passed = (1.0 + 0.6 * 0.25) / 1.25
    t = np.arange(30)
    np.testing.assert_allclose(abroad, np.where(t < 10, 1.0, np.where(t < 18, 0.8, passed)))


def test_demand_moves_the_needs_of_its_market_alone() -> None:
    base, halved = (
        play("parcels", *events, weeks=14)
        for events in ((), ({"kind": "demand", "market": "DE", "factor": 0.5, "date": DAY},))
    )
    assert same(base, halved, BEFORE) == []
    np.testing.assert_allclose(halved.needs[AFTER, :, DE], 0.5 * base.needs[AFTER, :, DE], atol=1.0)
    for m in (US, ID):
        np.testing.assert_array_equal(base.needs[:, :, m], halved.needs[:, :, m])


def test_a_platform_fee_costs_commission_alone() -> None:
    event = {"kind": "platform_fee", "market": "US", "change": 0.05, "date": DAY}
    base, dearer = play("parcels"), play("parcels", event)
    assert same(base, dearer, BEFORE) == []
    assert accounts(base, dearer) <= {"commission", "receivable", "cash"}
    paid = [r.ledger[AFTER, :, US, INDEX["commission"]].sum() for r in (base, dearer)]
    assert paid[1] > paid[0]


@pytest.mark.parametrize(
    ("lane", "strategy", "account"), [("parcel", "parcels", "parcel_freight"), ("sea", "stock", "inventory")]
)
def test_freight_costs_its_own_account(lane: str, strategy: str, account: str) -> None:
    event = {"kind": "freight", "lane": lane, "factor": 2.0, "date": DAY}
    base, dearer = play(strategy, weeks=13), play(strategy, event, weeks=13)
    assert same(base, dearer, BEFORE) == []
    assert account in accounts(base, dearer)
    other = "air" if lane == "sea" else "sea"
    assert same(base, play(strategy, event | {"lane": other}, weeks=13)) == []


def test_a_rule_is_in_force_from_its_week_and_as_before_after_its_end() -> None:
    event = {
        "kind": "rule",
        "key": "us_301_replacement",
        "market": "US",
        "date": "2026-08-03",
        "reverses_after_weeks": 2,
    }
    base, ruled = model("parcels"), model("parcels", event)
    change = ruled.terms.duty_share - base.terms.duty_share
    assert (change[14:16, :, US] > 0.0).all()
    change[14:16, :, US] = 0.0
    assert not change.any()
    one, other = base.run(), ruled.run()
    assert same(one, other, slice(0, 14)) == []
    assert accounts(one, other) == {"parcel_duty", "cash"}


def test_switched_off_events_leave_every_bit_as_it_is_without_them() -> None:
    events = [
        TARIFF,
        {"kind": "demand", "factor": 0.5, "date": DAY},
        {"kind": "port_closure", "node": "shenzhen", "weeks": 4, "date": DAY},
    ]
    off = {"mechanisms": {"events": False, "fx": False}}
    for strategy in ("parcels", "stock"):
        assert same(play(strategy), play(strategy, *events, **off)) == []


def test_a_rival_enters_in_its_week_and_leaves_again() -> None:
    event = {"kind": "rival_entry", "like": "near", "market": "US", "date": DAY, "reverses_after_weeks": 5}
    alone, crowded = (model("parcels", *events) for events in ((), (event,)))
    listed = []
    while crowded.week < crowded.weeks:
        crowded.step()
        listed.append(crowded.sellers["near_2"].listed[0].tolist())
    weeks = np.arange(crowded.weeks)
    there = (weeks >= WEEK) & (weeks < WEEK + 5)
    np.testing.assert_array_equal(np.array(listed), there[:, None] * np.array([True, False, False]))
    one, other = alone.run(), crowded.records
    units = other.units[..., other.sellers.index("near_2")]
    assert not units[~there].any()
    assert (units[there][..., US].sum(axis=0) > 0).all()
    for name in ("demand", "price_usd", "needs", "awareness"):
        np.testing.assert_array_equal(getattr(one, name)[BEFORE][..., :1], getattr(other, name)[BEFORE][..., :1])
    np.testing.assert_array_equal(one.ledger[BEFORE], other.ledger[BEFORE])
