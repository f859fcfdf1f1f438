"""Advertising: what a budget becomes and what it buys (DEFAULTS eq. 4)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.sellers import advertising as ads

NEEDS, PRICE = 200_000.0, 65.0
REFERENCE = float(ads.reference_spend(0.10, 0.003, NEEDS, PRICE))
COST = float(ads.contact_cost(0.30, PRICE, 0.05))


def test_the_reference_seller_by_hand():
    assert ads.reference_spend(0.10, 0.003, 200_000.0, 65.0) == pytest.approx(0.10 * 0.003 * 200_000 * 65)
    assert ads.contact_cost(0.30, 65.0, 0.05) == pytest.approx(0.975)
    assert ads.contacts(REFERENCE, REFERENCE, COST, 0.45, 1.0) == pytest.approx(REFERENCE / COST)


def test_a_neutral_offer_at_the_reference_spend_has_the_markets_acos():
    contacts = ads.contacts(REFERENCE, REFERENCE, COST, 0.45, 1.0)
    assert REFERENCE / (contacts * 0.05 * PRICE) == pytest.approx(0.30)


@settings(deadline=None)
@given(st.floats(1, 1e5), st.floats(0.2, 0.8))
def test_contacts_are_concave_with_the_given_exponent(spend, exponent):
    one, two = ads.contacts(np.array([spend, 2 * spend]), REFERENCE, COST, exponent, 1.0)
    assert two / one == pytest.approx(2**exponent, rel=1e-12)
    assert ads.contacts(spend, REFERENCE, 1.5 * COST, exponent, 1.0) == pytest.approx(one / 1.5)


def test_nothing_spent_or_nobody_in_need_is_nothing_reached():
    assert ads.contacts(0.0, REFERENCE, COST, 0.45, 1.0) == 0.0
    assert ads.contacts(100.0, 0.0, COST, 0.45, 1.0) == 0.0
    assert ads.reach(1000.0, 0.0) == 0.0


@settings(deadline=None)
@given(st.floats(0, 1e7), st.floats(1, 1e7))
def test_reach_is_a_share_that_fewer_needs_raise(contacts, needs):
    a = ads.reach(contacts, needs)
    assert 0 <= a <= 1
    assert a == pytest.approx(-math.expm1(-contacts / needs), abs=1e-15)
    assert ads.reach(contacts, 0.2 * needs) >= a


def test_a_store_has_the_reference_of_the_open_web_and_its_part_of_the_budget():
    assert ads.channel_reference(REFERENCE, 1.0, 0.0, 0.2) == REFERENCE
    assert ads.channel_reference(REFERENCE, 0.0, 1.0, 0.2) == pytest.approx(0.2 * REFERENCE)
    assert ads.store_part(1.0, 0.0, 0.2) == 0.0 and ads.store_part(0.0, 1.0, 0.2) == 1.0
    assert ads.store_part(1.0, 1.0, 0.2) == pytest.approx(0.2 / 1.2)
    assert ads.store_part(0.0, 0.0, 0.2) == 0.0


def split(budget: float, reference: list[float], live: list[bool]) -> list[float]:
    """Return one future's split with a cap of two reference spends."""
    each = np.full((1, len(reference)), budget)
    out = ads.split_budget(each, np.array([reference]), np.array([live]), np.array([[2.0]]))
    return out[0].tolist()


def test_the_budget_goes_to_live_markets_by_reference_spend():
    assert split(900.0, [1000.0, 500.0, 700.0], [True, True, False]) == [600.0, 300.0, 0.0]
    assert split(900.0, [1000.0, 500.0], [False, False]) == [0.0, 0.0]


def test_a_market_takes_no_more_than_its_cap_and_the_rest_stays_unspent():
    assert split(10_000.0, [1000.0, 500.0], [True, True]) == [2000.0, 1000.0]
    assert ads.capped_budget(10_000.0, 500.0, 2.0) == 1000.0
    assert ads.capped_budget(100.0, 500.0, 2.0) == 100.0


@settings(deadline=None)
@given(st.floats(0, 1e5), st.lists(st.tuples(st.floats(1, 1e4), st.booleans()), min_size=1, max_size=8))
def test_a_split_never_spends_more_than_the_budget(budget, markets):
    parts = split(budget, [reference for reference, _ in markets], [live for _, live in markets])
    assert sum(parts) <= budget * (1 + 1e-12) + 1e-300  # the smallest floats have few digits
    assert all(part == 0 for part, (_, live) in zip(parts, markets, strict=True) if not live)


def test_tacos_spends_the_fixed_budget_first_and_at_least_while_launching():
    revenue = np.array([0.0, 10_000.0, 10_000.0, 90_000.0])
    launching, history = np.array([1.0, 1.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0, 1.0])
    np.testing.assert_allclose(ads.tacos_budget(0.10, revenue, 4000.0, launching, history), [4000, 4000, 1000, 9000])


def test_revenue_is_credited_to_advertising_by_how_the_listing_was_met():
    assert ads.attributed_share(0.02, 0.03, 0.05) == pytest.approx(0.2)
    assert ads.attributed_share(0.0, 0.0, 0.0) == 0.0


def test_a_budget_follows_its_acos_within_a_fifth_down_and_a_quarter_up():
    measured = np.array([0.30, 0.25, 0.40, 0.90, 0.10, np.nan, 0.0])
    after = ads.acos_budget(1000.0, 400.0, measured, 0.30)
    np.testing.assert_allclose(after, [1000.0, 1200.0, 800.0, 800.0, 1250.0, 1000.0, 1000.0])
    assert ads.acos_budget(np.nan, 400.0, 0.9, 0.30) == 400.0, "it starts at the fixed budget"
