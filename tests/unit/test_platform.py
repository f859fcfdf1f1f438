"""Ranking, memory, trust and stars against their closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.market import platform

S_REF = 0.003
RANK = {
    "reference_visibility": 0.035,
    "exponent": 0.60,
    "floor": 0.004,
    "new_boost": 0.006,
    "new_weeks": 8.0,
    "star_visibility": 0.25,
    "cap": 0.35,
}
shares = st.floats(0, 1)


def visibility(rank, age=52.0, stars=4.3, badges=1.0):
    return platform.organic_visibility(rank, S_REF, age, stars, badges, *RANK.values())


def test_visibility_of_the_reference_seller_a_newcomer_and_a_giant():
    assert visibility(S_REF) == pytest.approx(0.035)
    assert visibility(0.0, age=3.0) == pytest.approx(0.010)
    assert visibility(0.0, age=8.0) == pytest.approx(0.004)
    assert visibility(0.9) == 0.35
    assert visibility(S_REF, stars=4.8, badges=1.15) == pytest.approx(0.035 * math.exp(0.125) * 1.15)


@settings(deadline=None)
@given(st.floats(0, 0.5), st.floats(0, 0.5), st.floats(1, 5), st.floats(0, 1))
def test_visibility_rises_with_sales_and_stars(rank, more, stars, better):
    v = visibility(rank, stars=stars)
    assert 0 < v <= 0.35
    assert visibility(rank + more, stars=stars) >= v
    assert visibility(rank, stars=stars + better) >= v


def test_an_exponent_below_one_gives_one_fixed_point():
    def settle(rank: float) -> float:
        for _ in range(4000):
            units = 0.06 * visibility(rank) * 1e5
            rank = float(platform.rank_share(rank, units, 1e5, 6.0))
        return rank

    assert settle(1e-5) == pytest.approx(settle(0.05), rel=1e-6)


def test_the_rank_is_an_average_of_about_six_weeks():
    rank = 0.0
    for _ in range(6):
        rank = float(platform.rank_share(rank, 300.0, 1e5, 6.0))
    assert rank == pytest.approx(0.003 * (1 - (5 / 6) ** 6))
    assert platform.rank_share(0.6, 1.0, 0.0, 6.0) == pytest.approx(0.5)


def test_badges_multiply():
    green, fast = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 0.0, 1.0, 1.0])
    for voice, factor in ((0.0, 1.0), (1.0, 1.2)):
        both = platform.badges(green, fast, voice, 1.15, 1.10, 1.2)
        np.testing.assert_allclose(both, np.array([1, 1.15, 1.10, 1.265]) * factor)


@settings(deadline=None)
@given(shares, shares, shares, shares)
def test_consideration_is_the_chance_of_at_least_one_way(v, a, memory, contagion):
    c = platform.consideration(v, a, memory, contagion)
    assert max(v, a, memory, contagion) - 1e-12 <= c <= min(1, v + a + memory + contagion) + 1e-12


def test_memory_by_hand_and_its_steady_state():
    inflow = {"contacts": 500.0, "found": 1000.0, "satisfied_adopters": 5200.0, "people": 1e6}
    rest = {"fade": 0.015, "stick": 0.5, "informed_per_year": 8.0}
    h = platform.memory(0.02, *inflow.values(), *rest.values())
    assert h == pytest.approx(0.985 * 0.02 + (750 + 800) / 1e6)
    for _ in range(3000):
        h = platform.memory(h, *inflow.values(), *rest.values())
    assert h == pytest.approx(0.00155 / 0.015)
    assert platform.awareness(h) == pytest.approx(1 - math.exp(-h))
    assert platform.awareness(0.0) == 0.0


TRUST = {
    "base": 0.15,
    "local_gain": 0.25,
    "certificate_gain": 0.15,
    "returns_gain": 0.05,
    "store_loss": 0.10,
    "reviews_to_trust": 5.0,
}


def trust(reviews, local=0.0, certificate=0.0, returns=0.0, store=0.0):
    return platform.trust(reviews, local, certificate, returns, store, *TRUST.values())


def test_trust_of_an_unknown_seller_and_what_raises_it():
    assert trust(0.0) == pytest.approx(0.15)
    assert trust(0.0, local=1.0, certificate=1.0) == pytest.approx(0.55)
    assert trust(5.0) == pytest.approx(1 - 0.85 / math.e)
    assert trust(0.0, returns=1.0) - trust(0.0) == pytest.approx(0.05)
    assert trust(3.0) - trust(3.0, store=1.0) == pytest.approx(0.10)
    assert trust(1e6, returns=1.0) == 1.0


@settings(deadline=None)
@given(st.floats(0, 1e4), st.floats(0, 100), shares, shares, shares, shares)
def test_trust_is_a_share_that_reviews_never_lower(reviews, more, local, certificate, returns, store):
    before, after = trust(np.array([reviews, reviews + more]), local, certificate, returns, store)
    assert 0 <= before <= after <= 1


def test_stars_shown_start_at_the_prior_and_reach_the_mean():
    assert platform.shown_stars(0.0, 0.0, 4.2, 10.0) == pytest.approx(4.2)
    assert platform.shown_stars(45.0, 10.0, 4.2, 10.0) == pytest.approx((42 + 45) / 20)
    assert platform.shown_stars(4.5e7, 1e7, 4.2, 10.0) == pytest.approx(4.5, abs=1e-5)


def test_stars_count_from_the_neutral_rating():
    assert platform.star_premium(4.3, 0.06) == 0.0
    assert platform.star_premium(4.8, 0.06) == pytest.approx(0.03)


def test_rival_awareness_is_at_most_everybody():
    assert platform.rival_awareness(0.06, 4.3, 1.0, 0.25) == pytest.approx(0.06)
    assert platform.rival_awareness(0.9, 5.0, 1.15, 0.25) == 1.0


def test_rules_give_the_same_bits_for_a_scalar_and_inside_an_array():
    rank = np.random.default_rng(4).uniform(0, 0.05, (8, 5))
    whole = visibility(rank)
    assert all(whole[i] == visibility(rank[i]) for i in np.ndindex(rank.shape))


@settings(deadline=None)
@given(st.floats(0, 1), st.floats(0, 5))
def test_contagion_is_the_chance_of_at_least_one_owner_who_infects(owners, imitation):
    caught = platform.contagion(owners, imitation)
    assert caught == pytest.approx(-math.expm1(-imitation * owners), abs=1e-15)
    assert platform.consideration(0.0, 0.0, 0.0, caught) == pytest.approx(caught, abs=1e-15)
