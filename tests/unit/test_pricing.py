"""Price rules against their closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.sellers import pricing

INCOME = {"US": 75_500, "DE": 62_800, "ID": 14_500, "SA": 62_700, "BR": 19_600}
VAT = {"US": 0.0752, "DE": 0.19, "ID": 0.11, "SA": 0.15, "BR": 0.265}
EXPECTED = {"US": 65.0, "DE": 68.8, "ID": 45.3, "SA": 66.5, "BR": 55.4}
"""DEFAULTS eq. 1."""

amounts = st.floats(0.5, 500)


@pytest.mark.parametrize("market", EXPECTED)
def test_reference_prices_follow_income_and_vat(market):
    price = pricing.reference_price(65.0, INCOME[market], INCOME["US"], VAT[market], VAT["US"])
    assert price == pytest.approx(EXPECTED[market], abs=0.07)


def test_prices_rise_by_18_percent_per_doubling_of_income():
    assert pricing.reference_price(65.0, 2.0, 1.0, 0.1, 0.1) / 65.0 == pytest.approx(1.18, abs=1e-3)


def test_a_fixed_price_keeps_its_position_to_the_local_reference():
    reference = np.array([[65.0, 45.3]])
    np.testing.assert_allclose(pricing.fixed_price(0.9, reference), [[58.5, 40.77]])


@settings(deadline=None)
@given(amounts, st.floats(0.5, 2), amounts)
def test_a_follower_closes_a_quarter_of_the_gap_and_arrives(price, position, competitors):
    gap = price - position * competitors
    after = pricing.follow_price(price, position, competitors)
    assert after - position * competitors == pytest.approx(0.75 * gap, abs=1e-9)
    for _ in range(100):
        price = pricing.follow_price(price, position, competitors)
    assert price == pytest.approx(position * competitors, rel=1e-9)


def test_a_follower_without_competitors_keeps_its_price():
    assert pricing.follow_price(50.0, 0.9, math.nan) == 50.0


def test_a_close_rival_follows_down_to_its_floor_and_returns_to_its_position():
    price = 0.95 * 65.0
    for _ in range(200):
        price = pricing.not_below(pricing.follow_price(price, 0.95, 20.0), 0.70 * 65.0)
    assert price == 0.70 * 65.0
    for _ in range(200):
        price = pricing.not_below(pricing.follow_price(price, 0.95, 65.0), 0.70 * 65.0)
    assert price == pytest.approx(0.95 * 65.0)


def test_two_that_follow_each_other_fall_until_the_floors_hold_them():
    own, other = 65.0, 0.95 * 65.0
    for week in range(400):
        before = own, other
        own, other = (
            pricing.not_below(pricing.follow_price(own, 1.0, other), 30.0),
            pricing.not_below(pricing.follow_price(other, 0.95, own), 0.70 * 65.0),
        )
        assert own <= before[0] and other <= before[1]
        if week == 50:  # far from both floors the fall is exponential, at the larger root of the pair of rules
            assert own / before[0] == pytest.approx(0.75 + math.sqrt(0.25 * 0.2375), abs=1e-4)
    assert other == 0.70 * 65.0
    assert own == pytest.approx(0.70 * 65.0), "who follows at 1 ends beside the other, above the own floor"


# ----------------------------------------------------------------------------------- undercut and best response
@settings(deadline=None)
@given(st.floats(0.5, 1.5), amounts, amounts)
def test_an_undercutter_is_at_once_below_the_cheapest_or_where_it_would_be_alone(position, cheapest, otherwise):
    assert pricing.undercut_price(position, cheapest, otherwise) == position * cheapest
    assert pricing.undercut_price(position, math.nan, otherwise) == otherwise


def test_an_undercutting_war_ends_at_the_higher_floor():
    own, other = 65.0, 65.0
    for _ in range(30):
        own, other = (
            pricing.not_below(pricing.undercut_price(0.97, other, own), 30.0),
            pricing.not_below(pricing.undercut_price(0.97, own, other), 40.0),
        )
    assert other == 40.0
    assert own == 0.97 * 40.0


def test_the_lowest_price_is_of_listed_offers():
    prices = np.array([[[10.0, 20.0, math.nan], [math.nan, 9.0, 7.0], [math.nan] * 3]])
    np.testing.assert_array_equal(pricing.lowest_listed(prices), [[10.0, 7.0, math.nan]])
    np.testing.assert_array_equal(pricing.lowest_listed(np.empty((1, 2, 0))), [[math.nan, math.nan]])


@settings(deadline=None)
@given(st.floats(-12, 12), st.floats(0.5, 8), st.floats(1, 200), st.floats(0.1, 1.5), st.floats(0.5, 4))
def test_a_best_response_is_the_price_of_the_highest_profit(constant, scale, reference, cost, start):
    """Against a market that does not answer: the closed form, and no neighbouring price earns more."""
    break_even, price = cost * reference, start * reference

    def share(p: float) -> float:
        return 1.0 / (1.0 + math.exp(scale * (p / reference - 1.0) - constant))

    for _ in range(120):
        price = pricing.logit_price(price, break_even, reference, scale, share(price))
    assert price == pytest.approx(break_even + reference / (scale * (1.0 - share(price))), rel=1e-9)
    best = (price - break_even) * share(price)
    for step in (0.99, 0.999, 1.001, 1.01):
        assert (step * price - break_even) * share(step * price) < best * (1.0 + 1e-9)


@settings(deadline=None)
@given(amounts, amounts, st.floats(0.1, 10), st.floats(0, 1), st.floats(0.5, 1.5))
def test_a_best_response_is_half_of_newtons_step(price, reference, scale, conversion, cost):
    after = pricing.logit_price(price, cost * reference, reference, scale, conversion)
    if conversion < 1.0:
        gap = cost * reference + reference / (scale * (1.0 - conversion)) - price
        assert after - price == pytest.approx(0.5 * (1.0 - conversion) * gap, rel=1e-6, abs=1e-9 * reference)
    else:
        assert after > price, "who sells to everybody can ask for more"


def test_a_best_responder_that_knows_nothing_keeps_its_price():
    assert pricing.logit_price(50.0, 30.0, 65.0, 2.5, math.nan) == 50.0
    assert pricing.logit_price(50.0, math.inf, 65.0, 2.5, 0.1) == 50.0


def test_a_copied_feature_costs_what_a_unit_in_the_market_bears():
    assert pricing.copied_cost(1.8, 1.0, 0.0, 0.0, 0.0) == 1.8
    assert pricing.copied_cost(1.8, 0.5, 0.1, 0.2, 0.15) == pytest.approx(0.9 * 1.1 * 1.2 / 0.85)


def test_archetypes_pass_on_six_tenths_of_a_change_of_cost():
    assert pricing.archetype_price(0.5, 65.0, 0.0) == 32.5
    assert pricing.archetype_price(0.5, 65.0, 0.10) == pytest.approx(32.5 * 1.06)


@settings(deadline=None)
@given(amounts, amounts)
def test_no_price_is_below_its_floor(price, floor):
    assert pricing.not_below(price, floor) == max(price, floor)
    assert pricing.not_below(price, math.inf) == price


def test_the_mean_price_counts_listed_offers_only():
    prices = np.array([[[10.0, 20.0, math.nan], [math.nan, math.nan, 7.0], [math.nan] * 3]])
    np.testing.assert_array_equal(pricing.mean_listed(prices), [[15.0, 7.0, math.nan]])


def test_rules_give_the_same_bits_for_a_scalar_inside_an_array_and_in_any_batch():
    rng = np.random.default_rng(5)
    income, vat = rng.uniform(2e3, 9e4, (9, 5)), rng.uniform(0, 0.3, (9, 5))
    whole = pricing.reference_price(65.0, income, 75_500.0, vat, 0.0752)
    parts = np.concatenate(
        [pricing.reference_price(65.0, income[i:j], 75_500.0, vat[i:j], 0.0752) for i, j in ((0, 1), (1, 4), (4, 9))]
    )
    np.testing.assert_array_equal(whole, parts)
    assert all(
        whole[i] == pricing.reference_price(65.0, income[i], 75_500.0, vat[i], 0.0752) for i in np.ndindex(whole.shape)
    )
