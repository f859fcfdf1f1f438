"""Postponement: pooled safety stock (Eppen and Schrage 1981), equal fractiles, and money that follows the goods."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.sellers.postponement import Moves, Postponement, allocate, groups, levels

SERVICE = 0.95
Z = NormalDist().inv_cdf(SERVICE)
THREE = st.lists(st.integers(0, 3000), min_size=3, max_size=3)


def one_group(n: int) -> np.ndarray:
    return np.zeros((1, n), np.int64)


def weeks(number: int, n: int) -> np.ndarray:
    return np.full(n, number, np.int64)


def ordered(forecast, sd, production: int, way: int, moq: float = 0.0, position=None, past=None) -> np.ndarray:
    """Return what a group orders that is long in business, by planned destination."""
    n = len(forecast)
    policy = Postponement(one_group(n)[0], np.ones(n, bool), weeks(production, n), weeks(way, n))
    nothing, no = one_group(n), np.zeros((1, n), bool)
    held = nothing if position is None else np.array([position], np.int64)
    gone = held if past is None else np.array([past], np.int64)
    return policy.orders(
        np.zeros((1, n)), np.zeros((1, n)), no, np.array([forecast]), np.array([sd]), np.full((1, n), SERVICE),
        nothing, gone, held, no, np.full((1, n), moq), nothing,
    )[0]  # fmt: skip


# ------------------------------------------------------------------------------------------------ safety stock
@pytest.mark.parametrize("n", [2, 3, 8])
@pytest.mark.parametrize(("production", "way"), [(0, 4), (3, 1), (3, 7), (8, 0)])
def test_n_like_markets_hold_the_safety_stock_of_the_closed_form(n: int, production: int, way: int) -> None:
    """Variance L_p·n + (L_t + 1)·n² of a week's, against (L_p + L_t + 1)·n² when each market orders for itself."""
    forecast, sd = [1e5] * n, [2500.0] * n
    safety = ordered(forecast, sd, production, way).sum() - sum(forecast)
    assert safety == pytest.approx(Z * 2500 * math.sqrt(production * n + (way + 1) * n**2), abs=0.5)
    apart = n * Z * 2500 * math.sqrt(production + way + 1)
    assert safety / apart == pytest.approx(math.sqrt((production / n + way + 1) / (production + way + 1)), abs=1e-4)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.floats(0.0, 500.0), min_size=2, max_size=6), st.integers(0, 8), st.lists(st.integers(1, 8), min_size=6)
)
def test_pooling_saves_stock_but_never_more_than_one_market_in_one_place_would(safety, production, ways) -> None:
    n = len(safety)
    way = np.array(ways[:n])
    error, nothing = np.array([safety]), np.zeros((1, n))
    together = levels(nothing, error, weeks(production, n), way, one_group(n)).sum()
    apart = (error * np.sqrt(production + way + 1.0)).sum()
    placed = math.sqrt((error**2 * (production + way + 1.0)).sum())
    assert placed - 1e-6 <= together <= apart + 1e-6
    if production == 0:
        assert together == pytest.approx(apart)


def test_a_level_is_shared_as_the_own_safety_stocks_would_be() -> None:
    got = levels(
        np.array([[100.0, 100.0, 100.0]]), np.array([[30.0, 10.0, 0.0]]), weeks(3, 3), weeks(5, 3), one_group(3)
    )
    assert (got[0, 0] - 100) / (got[0, 1] - 100) == pytest.approx(3.0)
    assert got[0, 2] == 100.0


# ------------------------------------------------------------------------------------------------------ orders
def test_the_moq_binds_on_the_sum() -> None:
    assert ordered([40.0, 40.0], [0.0, 0.0], 3, 5, moq=100.0).tolist() == [50, 50]  # raised together
    assert ordered([30.0, 90.0], [0.0, 0.0], 3, 5, moq=100.0).tolist() == [30, 90]  # 30 alone would be none, or 100
    assert ordered([20.0, 25.0], [0.0, 0.0], 3, 5, moq=100.0).tolist() == [0, 0]


def test_too_much_on_one_shelf_serves_nobody_else_but_what_is_not_ready_does() -> None:
    levels_ = [500.0, 300.0]
    assert ordered(levels_, [0.0, 0.0], 3, 5, position=[900, 0], past=[900, 0]).tolist() == [0, 300]
    assert ordered(levels_, [0.0, 0.0], 3, 5, position=[900, 0], past=[0, 0]).tolist() == [0, 0]
    assert ordered(levels_, [0.0, 0.0], 3, 5, position=[700, 0], past=[0, 0]).sum() == 100


def test_what_the_factory_makes_together_is_the_sum_of_the_pool() -> None:
    policy = Postponement(np.array([0, 1, 0, 3]), np.array([True, False, True, True]), weeks(3, 4), weeks(5, 4))
    assert policy.together(np.array([[400.0, 500.0, 600.0, 7.0]])).tolist() == [[1000.0, 500.0, 1000.0, 7.0]]
    small = np.array([[30, 30, 30, 30]], np.int64)
    assert policy.whole(small, np.full((1, 4), 100.0)).tolist() == [[30, 30, 30, 0]]
    assert policy.least(np.full((1, 4), 100.0)).tolist() == [[0.0, 100.0, 0.0, 0.0]]


# -------------------------------------------------------------------------------------------------- allocation
@settings(deadline=None, max_examples=200)
@given(
    st.integers(0, 6000), THREE, st.lists(st.integers(-500, 4000), min_size=3, max_size=3),
    st.lists(st.floats(1.0, 300.0), min_size=3, max_size=3),
)  # fmt: skip
def test_the_gate_hands_out_all_to_equal_fractiles_and_takes_nothing_back(ready, level, position, spread) -> None:
    base, wide = np.array([level], float), np.array([spread])
    got = allocate(np.array([[ready, 0, 0]], np.int64), base, np.array([position], float), wide, one_group(3))[0]
    assert got.sum() == ready and (got >= 0).all()
    if not ready:
        return
    low = (position + got - 1 - base[0]) / wide[0]  # a unit is the finest that can be told apart
    high = (position + got + 1 - base[0]) / wide[0]
    for i in np.flatnonzero(got > 1):  # nobody who gets something is better off than anyone else by more than a unit
        assert (low[i] <= high + 1e-9).all()


def test_shares_of_the_closed_form() -> None:
    group, units = one_group(3), np.array([[600, 0, 0]], np.int64)
    level, none = np.array([[100.0, 200.0, 300.0]]), np.zeros((1, 3))
    assert allocate(units, level, none, np.ones((1, 3)), group).tolist() == [[100, 200, 300]]
    units[0, 0] = 900  # three standard deviations more for each
    assert allocate(units, level, none, np.array([[10.0, 30.0, 60.0]]), group).tolist() == [[130, 290, 480]]
    units[0, 0] = 100  # who has plenty gets nothing
    assert allocate(units, level, np.array([[0.0, 0.0, 900.0]]), np.ones((1, 3)), group).tolist() == [[0, 100, 0]]
    units[0, 0] = 1  # a tie goes to the first
    assert allocate(units, np.zeros((1, 3)), none, np.ones((1, 3)), group).tolist() == [[1, 0, 0]]


def test_groups_hold_like_goods_of_one_generation_and_at_least_two_markets() -> None:
    pool, begins = np.array([0, 1, 0, 0, 1]), np.array([8, 8, 8, 48, 8])
    yes = np.ones((1, 5), bool)
    assert groups(pool, yes, begins).tolist() == [[0, 1, 0, -1, 1]]
    assert groups(pool, yes & (np.arange(5) != 1), begins).tolist() == [[0, -1, 0, -1, -1]]
    late = groups(pool, yes & (np.arange(5) != 0), np.full(5, 8))
    assert late.tolist() == [[-1, 1, 2, 2, 1]]


# ------------------------------------------------------------------------------------------------------- money
@settings(deadline=None, max_examples=200)
@given(
    THREE,
    st.lists(st.integers(0, 5000), min_size=3, max_size=3),
    st.lists(st.integers(0, 2000), min_size=3, max_size=3),
    st.data(),
)
def test_a_move_neither_makes_nor_loses_units_or_value(before, price, freight, data) -> None:
    total = sum(before)
    cut = sorted(data.draw(st.lists(st.integers(0, total), min_size=2, max_size=2)))
    after = np.array([[cut[0], cut[1] - cut[0], total - cut[1]]], np.int64)
    held = np.array([before], np.int64)
    goods = held * np.array([price])
    cents = goods + held * np.array([freight])
    moves = Moves.of(held, after, cents, goods, one_group(3))
    np.testing.assert_array_equal(held - moves.out_units + moves.in_units, after)
    assert not (moves.out_units * moves.in_units).any()
    assert moves.in_goods.sum() == moves.out_goods.sum()
    assert (moves.out_goods <= moves.out_cents).all()
    np.testing.assert_array_equal(moves.out_cents, moves.out_units * (np.array([price]) + np.array([freight])))
    assert not moves.in_goods[moves.in_units == 0].any()


def test_goods_outside_a_group_stay_where_they_are() -> None:
    held, after = np.array([[5, 7]], np.int64), np.zeros((1, 2), np.int64)
    moves = Moves.of(held, after, held * 100, held * 80, np.full((1, 2), -1))
    assert not moves.out_units.any() and not moves.in_units.any() and not moves.out_cents.any()
