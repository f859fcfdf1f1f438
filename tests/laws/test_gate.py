"""The gate: later markets wait until the first ones earn enough; they are paid for from then on, and not before."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from simulator import engine
from simulator.assembly import build_world
from simulator.errors import ScenarioError
from simulator.ledger import INDEX, UNIT_ACCOUNTS
from simulator.model import MarketEntryModel
from simulator.sellers.exit_rule import JUDGED_CURVE
from tests.laws import worlds
from tests.laws.test_determinism import digests

FUTURES = (0, 1, 2)
LATER = 20
ENTRY = {"US": 0, "DE": LATER, "ID": LATER + 10}
CERTIFIED = {"markets": {"DE": {"product": {"certificates": ["FDA"]}}}}
"""A certificate that only a later market has."""
PLAIN = worlds.STOCK | {"entry": ENTRY, "product": {"green": 0.8}, "b2b": {"enabled": True}} | CERTIFIED
OPEN = {"if_contribution_above_usd_week": -1e9, "after_weeks": 0, "for_weeks": 1}
SHUT = OPEN | {"if_contribution_above_usd_week": 1e9}
LIMIT, WEEKS = 14500.0, 6
SOME = {"if_contribution_above_usd_week": LIMIT, "after_weeks": 16, "for_weeks": WEEKS}
"""A gate that opens in some futures, in others later or never."""
POOLED = PLAIN | {"logistics": {"mode": "pool"}, "entry": {"US": LATER, "DE": 0, "ID": LATER}, "markets": {}}
STRATEGIES = {
    "plain": PLAIN,
    "first": PLAIN | {"entry": {"US": 0}},
    "open": PLAIN | {"gate": OPEN},
    "shut": PLAIN | {"gate": SHUT},
    "some": PLAIN | {"gate": SOME},
    "leaving": PLAIN
    | {"gate": SHUT, "exit": {"after_weeks": 4, "if_contribution_below_usd_week": 1e9, "for_weeks": 1}},
    "pooled": POOLED,
    "pooled_shut": POOLED | {"gate": SHUT},
    "pooled_first": POOLED | {"entry": {"DE": 0}},
}
SETUP, HEADQUARTERS = INDEX["setup"], INDEX["headquarters"]


def question(**changed: Any):
    """Return three markets over a year and a half."""
    return worlds.scenario(**({"strategies": STRATEGIES, "weeks": 80, "replications": len(FUTURES)} | changed))


@cache
def world():
    return build_world(question(), FUTURES)


@cache
def play(name: str) -> MarketEntryModel:
    """Play a strategy in all futures."""
    model = MarketEntryModel(question(), name, FUTURES, world=world())
    model.run()
    return model


def opened(model: MarketEntryModel) -> np.ndarray:
    """Return the first week of entry of each market by its ledger, int64[F, M]; -1: never."""
    paid = model.records.ledger[:, :, :-1, SETUP] != 0
    return np.where(paid.any(axis=0), paid.argmax(axis=0), -1)


# ------------------------------------------------------------------------------------------------ ends
def test_a_gate_that_is_open_before_anybody_waits_changes_nothing() -> None:
    assert worlds.same(play("plain").records, play("open").records) == []


@pytest.mark.parametrize(("shut", "first"), [("shut", "first"), ("pooled_shut", "pooled_first")])
def test_behind_a_gate_that_never_opens_no_market_is_entered_or_paid_for(shut: str, first: str) -> None:
    records = play(shut).records
    later = [m for m, code in enumerate(records.markets) if STRATEGIES[shut]["entry"][code] > 0]
    assert not records.ledger[:, :, later].any()
    assert not records.units[:, :, later, 0].any()
    assert worlds.same(records, play(first).records) == []


def test_no_cost_waits_for_a_gate_that_can_never_open() -> None:
    records = play("leaving").records
    assert (records.units[-1, :, 0, 0] == 0).all()
    paid = records.ledger[:, :, -1, HEADQUARTERS]
    gone = play("leaving").entrant.left[:, 0]
    assert gone.all()
    assert (paid[-1] == 0).all() and (paid[0] > 0).all()


# --------------------------------------------------------------------------------------------- in between
def test_it_opens_when_the_first_market_has_earned_enough_and_stays_open() -> None:
    model = play("some")
    records, since = model.records, model.records.first_sale_week[:, 0]
    accounts = [INDEX[name] for name in UNIT_ACCOUNTS]
    earned = -records.ledger[:, :, 0][..., accounts].sum(axis=-1) / 100.0
    curve = model.entrant.generations.curve[0]
    entries = opened(model)
    for f in range(len(FUTURES)):
        expected, kept = -1, []
        for week in range(records.weeks):
            if week >= since[f] and curve[week] >= JUDGED_CURVE and not np.isnan(records.rating[week, f, 0]):
                kept.append(earned[week, f])
            if len(kept) >= WEEKS and week + 1 - since[f] >= SOME["after_weeks"] and np.mean(kept[-WEEKS:]) > LIMIT:
                expected = week + 1
                break
        for m, planned in ((1, LATER), (2, LATER + 10)):
            assert entries[f, m] == (max(planned, expected) if expected >= 0 else -1)
    assert len(set(entries[:, 1])) > 1, "futures differ"


def test_waiting_changes_nothing_before_the_planned_week_and_much_after_it() -> None:
    plain, some = play("plain").records, play("some").records
    assert worlds.same(plain, some, slice(0, LATER)) == []
    assert "ledger" in worlds.same(plain, some)


def test_a_certificate_of_later_markets_alone_is_paid_and_granted_later() -> None:
    plain, some = play("plain"), play("some")
    account = INDEX["certificates"]
    entries, weeks = opened(some), world().batch.categories[0].certificates["FDA"].weeks
    assert weeks > 0
    for f in range(len(FUTURES)):
        paid = np.flatnonzero(some.records.ledger[:, f, -1, account])
        if entries[f, 1] < 0:
            assert not len(paid)
            continue
        assert paid[0] == entries[f, 1] >= np.flatnonzero(plain.records.ledger[:, f, -1, account])[0]
        shown = np.array([some.entrant.products.certificates.shown(week)[f, 1] for week in range(80)])
        ready = entries[f, 1] + weeks
        assert not shown[:ready].any()
        assert ready >= 80 or shown[ready]


def test_batches_and_threads_change_nothing() -> None:
    scenario = question(strategies={name: STRATEGIES[name] for name in ("plain", "some")}, replications=4)
    whole = engine.run(scenario, workers=1, batch=4)
    assert digests(engine.run(scenario, workers=2, batch=1)) == digests(whole)


# ----------------------------------------------------------------------------------------------- refused
def refused(gate: Any, **levers: Any) -> str:
    """Return the message on a strategy with such a gate."""
    with pytest.raises(ScenarioError) as error:
        question(strategies={"one": PLAIN | {"gate": gate} | levers})
    return str(error.value)


def test_a_gate_that_keeps_nobody_waiting_is_refused() -> None:
    message = refused(OPEN, entry={"US": 3, "DE": 3})
    assert "strategies.one.gate: read a gate, but all markets are entered in week 3" in message
    assert "allowed: a later week of entry" in message


@pytest.mark.parametrize(
    ("gate", "words"),
    [
        ({"after_weeks": 10}, "if_contribution_above_usd_week"),
        (OPEN | {"after_weeks": -1}, "after_weeks"),
        (OPEN | {"for_weeks": 0}, "for_weeks"),
        (OPEN | {"if_contribution_below_usd_week": 0}, "if_contribution_below_usd_week"),
        (5, "gate"),
    ],
)
def test_nonsense_is_refused_with_its_place(gate: Any, words: str) -> None:
    assert f"strategies.one.gate{'.' if words != 'gate' else ''}{words if words != 'gate' else ''}" in refused(gate)


def test_a_market_cannot_have_its_own_gate() -> None:
    message = refused(OPEN, markets={"DE": {"gate": OPEN}})
    assert "strategies.one.markets.DE.gate: unknown key: it holds for the whole firm" in message
