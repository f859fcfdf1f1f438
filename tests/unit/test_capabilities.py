"""Machines that decide or show: their ramp, gain and error, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.batch import Batch
from simulator.sellers.capabilities import AI, Capabilities, ramp
from simulator.sellers.levers import Levers
from tests.laws.worlds import scenario

ENTRY = {"US": 0, "DE": 6, "ID": 10}
MACHINE = {"entry": ENTRY, "ai": dict.fromkeys(AI, True), "ar_try_on": True}
PEOPLE = {"entry": ENTRY}
HALF = {"entry": ENTRY, "markets": {"DE": {"ai": {"advertising": True}}}}


LAG = np.full((2, 1), 24.0)
"""Weeks from idea to listing, float64[F, 1]."""


def capabilities(name: str) -> Capabilities:
    batch = Batch(scenario(strategies={"machine": MACHINE, "people": PEOPLE, "half": HALF}), (0, 1))
    return Capabilities(batch, Levers.of(batch, name))


def works(week: int, weeks: float) -> np.ndarray:
    """Return the part of a capability that works, by market."""
    return np.clip((week + 1 - np.array(list(ENTRY.values()))) / weeks, 0.0, 1.0)


@settings(deadline=None)
@given(st.integers(-100, 100), st.integers(0, 30))
def test_a_ramp_rises_in_a_straight_line_to_one(weeks, length):
    share = ramp(float(weeks), float(length))
    assert share == (0.0 if weeks <= 0 else 1.0 if length == 0 else min(weeks / length, 1.0))


@pytest.mark.parametrize("week", [0, 4, 8, 30])
def test_gains_grow_with_the_weeks_since_entry(week):
    machine, part = capabilities("machine"), works(week, 10.0)
    np.testing.assert_allclose(machine.advertising(week)[1], 1.0 + (1.12 * 0.98 - 1.0) * part)
    np.testing.assert_allclose(machine.service(week)[1], np.log(1.0 + 0.04 * machine.answers.sooner()[1]) * part)
    np.testing.assert_allclose(machine.wrong_answers(week)[1], 0.25 * 0.04 * part)
    np.testing.assert_allclose(machine.try_on(week)[1], 0.036 * works(week, 8.0))
    shown = 0.97 * 0.85 + 0.03 * 2.0  # the rest is shown what does not fit
    np.testing.assert_allclose(machine.returns(week)[1], 1.0 - (1.0 - shown) * works(week, 8.0))


def test_without_machines_nothing_changes():
    people = capabilities("people")
    for week in (0, 30):
        assert (people.advertising(week) == 1.0).all() and (people.returns(week) == 1.0).all()
        assert not people.service(week).any() and not people.wrong_answers(week).any()
        assert not people.try_on(week).any()
    launch = np.array([20, 20, 20])
    picked = people.picks(launch, LAG, 1)
    assert not picked.any() and (people.incubation(picked) == 1.0).all()
    assert not people.missed(np.zeros((2, 3, 40)), launch, picked).any()


def test_a_capability_works_where_it_is_used():
    half = capabilities("half").advertising(30)
    assert (half[:, [0, 2]] == 1.0).all() and (half[:, 1] > 1.0).all()


def test_try_on_removes_no_more_than_the_doubt_about_fit():
    asked = scenario(strategies={"machine": MACHINE}, behaviour={"ar_effect": 0.1})
    batch = Batch(asked, (0,))
    assert Capabilities(batch, Levers.of(batch, "machine")).try_on(30).max() == asked.category_profile.fit_uncertainty


def test_selection_halves_the_way_to_the_market_of_designs_that_begin_with_the_machine():
    launch = np.array([4, 35, 80])
    since = np.clip((launch + 1 - np.array([0, 6, 10]) - 24.0) / 10.0, 0.0, 1.0)
    assert since[0] == 0.0 < since[1] < 1.0 == since[2]
    machine = capabilities("machine")
    picked = machine.picks(launch, LAG, 1)
    np.testing.assert_allclose(picked[0], since)
    np.testing.assert_allclose(machine.incubation(picked)[0], 1.0 - 0.5 * since)


def test_one_pick_in_ten_misses():
    luck = np.zeros((2, 3, 5))
    luck[:, :, 3] = [[0.09, 0.11, 0.5], [0.5, 0.0999, 0.1]]
    whole = np.ones((2, 3))
    missed = capabilities("machine").missed(luck, np.array([3, 3, 3]), whole)
    np.testing.assert_allclose(missed, [[0.1, 0.0, 0.0], [0.0, 0.1, 0.0]])
    assert not capabilities("machine").missed(luck, np.array([3, 3, 3]), 0.0 * whole).any(), "nobody asked it yet"
