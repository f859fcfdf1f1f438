"""Nothing happens before its cause: an entry, a law and a price of week 10 leave the weeks before as they were."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from simulator import model as models
from simulator.assembly import build_world
from simulator.model import NO_ENTRY, MarketEntryModel
from simulator.terms import TradeTerms
from simulator.views import Records
from tests.laws.worlds import PARCELS, STOCK, same, scenario

WEEK = 10
BEFORE, AFTER = slice(0, WEEK), slice(WEEK, None)
FUTURES = (0, 1)


def play(question, strategy: str) -> Records:
    """Play a strategy in two futures."""
    return MarketEntryModel(question, strategy, FUTURES, world=build_world(question, FUTURES)).run()


@pytest.fixture(scope="module")
def question():
    """Return a scenario with entries in week 10, in another week and never, from stock and in parcels."""
    strategies = {}
    for name, base in (("stock", STOCK), ("parcels", PARCELS)):
        strategies[f"{name}_never"] = base | {"entry": {"US": 0}}
        strategies[f"{name}_week_10"] = base | {"entry": {"US": 0, "DE": WEEK}}
        strategies[f"{name}_week_20"] = base | {"entry": {"US": 0, "DE": 20}}
        strategies[f"{name}_alone"] = base | {"entry": {"DE": WEEK}}
        strategies[f"{name}_alone_later"] = base | {"entry": {"DE": 20}}
        strategies[name] = base
    return scenario(strategies=strategies)


@pytest.mark.parametrize("lever", ["stock", "parcels"])
@pytest.mark.parametrize("other", ["never", "week_20"])
def test_an_entry_changes_nothing_before_its_week(question, lever: str, other: str) -> None:
    entering, staying = play(question, f"{lever}_week_10"), play(question, f"{lever}_{other}")
    assert same(entering, staying, BEFORE) == []
    changed = same(entering, staying, AFTER)
    assert {"ledger", "units", "price_usd", "rating", "visibility", "demand"} <= set(changed)
    first = np.flatnonzero((entering.ledger != staying.ledger).any(axis=(1, 2, 3))).min()
    assert first == WEEK, "the set-up is paid in the week of the entry"


@pytest.mark.parametrize("lever", ["stock", "parcels"])
def test_a_firm_that_enters_later_is_not_there_yet(question, lever: str) -> None:
    entering, later, never = (play(question, name) for name in (f"{lever}_alone", f"{lever}_alone_later", NO_ENTRY))
    assert same(entering, later, BEFORE) == []
    differing = set(same(entering, never, BEFORE))
    assert differing <= {"ledger"}, "the firm has running costs before it enters, and nothing else"
    np.testing.assert_array_equal(entering.ledger[BEFORE, :, :-1], never.ledger[BEFORE, :, :-1])
    assert "units" in same(entering, never, AFTER)


def repealed(weeks: slice) -> type[TradeTerms]:
    """Return terms of trade whose changes in some weeks do not come."""

    class Repealed(TradeTerms):
        @classmethod
        def of(cls, *arguments):
            terms = TradeTerms.of(*arguments)
            held = {}
            for field in fields(TradeTerms):
                values = getattr(terms, field.name).copy()
                values[weeks] = values[weeks.start - 1]
                held[field.name] = values
            return replace(terms, **held)

    return Repealed


def test_a_law_changes_nothing_before_its_week(question, monkeypatch) -> None:
    with_law = MarketEntryModel(question, "parcels", FUTURES, world=build_world(question, FUTURES))
    fee = with_law.terms.fee_usd[:, 0, question_position(question, "DE")]
    assert fee[WEEK - 1] == 0.0 < fee[WEEK], "Germany's fee per parcel begins in week 10"
    monkeypatch.setattr(models, "TradeTerms", repealed(AFTER))
    without = play(question, "parcels")
    records = with_law.run()
    assert same(records, without, BEFORE) == []
    assert "ledger" in same(records, without, AFTER)
    first = np.flatnonzero((records.ledger != without.ledger).any(axis=(1, 2, 3))).min()
    assert WEEK <= first <= WEEK + 4


def question_position(question, code: str) -> int:
    """Return a market's position."""
    return list(question.markets).index(code)


@pytest.mark.parametrize("strategy", ["stock", "parcels"])
def test_a_price_set_by_hand_changes_nothing_before_its_week(question, strategy: str) -> None:
    world = build_world(question, FUTURES)
    steered, left_alone = (MarketEntryModel(question, strategy, FUTURES, world=world) for _ in range(2))
    for _ in range(WEEK):
        steered.step()
        left_alone.step()
    us = question_position(question, "US")
    steered.entrant.set_price(us, 49.0)
    one, other = steered.run(), left_alone.run()
    assert same(one, other, BEFORE) == []
    assert {"price_usd", "revenue_usd", "units", "ledger"} <= set(same(one, other, AFTER))
    assert (one.price_usd[WEEK:, :, us, 0] == 49.0).all()
    assert (other.price_usd[WEEK, :, us, 0] != 49.0).all()


def test_steps_by_hand_play_the_same_run(question) -> None:
    stepped = MarketEntryModel(question, "stock", FUTURES, world=build_world(question, FUTURES))
    for week in range(question.weeks):
        assert stepped.week == week
        stepped.step()
    assert same(stepped.records, play(question, "stock")) == []


@pytest.mark.parametrize("strategy", ["stock", "parcels"])
def test_a_longer_run_begins_as_a_shorter_one(question, strategy: str) -> None:
    """The end of the run is no event that anybody foresees."""
    shorter = question.with_values({"weeks": 30})
    whole, part = play(question, strategy), play(shorter, strategy)
    for name in ("units", "needs", "price_usd", "demand", "stock", "ad_usd", "ledger"):
        np.testing.assert_array_equal(getattr(whole, name)[:30], getattr(part, name), err_msg=name)
