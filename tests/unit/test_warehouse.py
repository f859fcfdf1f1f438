"""Stock: average cost, rationing, shipments."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.sellers.warehouse import Warehouse, lend, pooled_sd, ration, take, to_houses

OWN = np.array([0], np.int64)


def cell(value):
    return np.array([[value]], np.int64)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**10), st.integers(1, 10**6), st.lists(st.floats(0, 1), max_size=6))
def test_average_cost_leaves_an_empty_shelf_worth_nothing(value, units, shares):
    shelf, cents = cell(units), cell(value)
    booked = 0
    for share in [*shares, 1.0]:
        booked += int(take(cell(int(share * shelf[0, 0])), OWN, shelf, cents)[0, 0])
        assert cents[0, 0] >= 0
    assert shelf[0, 0] == 0 and cents[0, 0] == 0 and booked == value


@settings(deadline=None, max_examples=100)
@given(st.lists(st.integers(0, 5000), min_size=3, max_size=3), st.integers(0, 9000))
def test_a_short_house_shares_its_stock_in_proportion_and_hands_out_all_of_it(demand, have):
    wanted = np.array([demand], np.int64)
    stock = np.array([[have, 0, 0]], np.int64)
    got = ration(wanted, stock, np.zeros(3, np.int64))
    total = sum(demand)
    assert got.sum() == min(have, total) and (got <= wanted).all()
    if total:
        assert (np.abs(got - wanted * min(have, total) / total) < 1).all()


def test_houses_gather_in_order_and_serve_only_their_own():
    house = np.array([0, 1, 0], np.int64)
    np.testing.assert_array_equal(to_houses(np.array([[1.0, 2.0, 4.0]]), house), [[5.0, 2.0, 0.0]])
    got = ration(np.array([[3, 3, 3]], np.int64), np.array([[4, 9, 0]], np.int64), house)
    np.testing.assert_array_equal(got, [[2, 3, 2]])


def test_shipments_arrive_once_in_their_week():
    warehouse = Warehouse(1, 2, 4)
    lead = np.array([1, 3], np.int64)
    lots = np.array([[10, 20]], np.int64), np.array([[1000, 4000]], np.int64), np.array([[800, 3000]], np.int64)
    warehouse.order(0, lead, *lots)
    np.testing.assert_array_equal(warehouse.due(0, lead), lots)
    assert not np.any(warehouse.due(0, np.array([2, 2])))
    on_the_way = warehouse.on_the_way(0, np.array([1, 1]), np.array([2, 3]))
    np.testing.assert_array_equal(on_the_way, [[10, 20]])
    seen = [warehouse.receive(week)[0].tolist() for week in range(1, 5)]
    assert seen == [[10, 0], [0, 0], [0, 20], [0, 0]]
    np.testing.assert_array_equal(warehouse.cents, [[1000, 4000]])


def test_a_cleared_house_keeps_shipments_unless_they_are_cancelled():
    warehouse = Warehouse(1, 1, 3)
    warehouse.order(0, np.array([1]), cell(5), cell(500), cell(400))
    warehouse.receive(1)
    warehouse.order(1, np.array([2]), cell(7), cell(700), cell(600))
    assert warehouse.clear(np.array([[True]]))[0][0, 0] == 5
    units, cents = warehouse.clear(np.array([[True]]), shipments=True)
    assert (units[0, 0], cents[0, 0]) == (7, 700)
    assert not np.any(warehouse.due(1, np.array([2]))), "nor is anything left of its price at the factory"
    assert warehouse.receive(3)[0, 0] == 0


def test_what_is_misplaced_is_worth_its_cents_and_found_by_a_count_but_for_what_is_gone():
    warehouse = Warehouse(1, 1, 1)
    warehouse.put_back(cell(10), cell(1000))
    warehouse.misplace(cell(4))
    assert (warehouse.findable[0, 0], warehouse.units[0, 0], warehouse.cents[0, 0]) == (6, 10, 1000)
    assert warehouse.pick(cell(6), OWN)[0, 0] == 600
    warehouse.misplace(cell(5))  # nothing is left to be misplaced
    assert (warehouse.findable[0, 0], warehouse.misplaced[0, 0]) == (0, 4)
    assert warehouse.count(np.array([[False]]), cell(0))[0, 0] == 0 and warehouse.misplaced[0, 0] == 4
    assert warehouse.count(np.array([[True]]), cell(1))[0, 0] == 100
    assert (warehouse.findable[0, 0], warehouse.lost[0, 0], warehouse.cents[0, 0]) == (3, 1, 300)


def test_every_unit_that_comes_or_goes_is_handled_by_its_house():
    house = np.array([0, 0], np.int64)
    warehouse = Warehouse(1, 2, 2)
    warehouse.order(
        0,
        np.array([1, 1]),
        np.array([[50, 0]], np.int64),
        np.array([[5000, 0]], np.int64),
        np.array([[4000, 0]], np.int64),
    )
    warehouse.receive(1)
    warehouse.pick(np.array([[3, 4]], np.int64), house)
    warehouse.put_back(np.array([[2, 0]], np.int64), np.array([[200, 0]], np.int64))
    np.testing.assert_array_equal(warehouse.handled, [[59, 0]])
    warehouse.misplace(np.array([[5, 0]], np.int64))
    assert not warehouse.handled.any()


def test_a_cleared_house_keeps_nothing_misplaced():
    warehouse = Warehouse(1, 2, 1)
    warehouse.put_back(np.array([[10, 10]], np.int64), np.array([[1000, 1000]], np.int64))
    warehouse.misplace(np.array([[4, 4]], np.int64))
    units, cents = warehouse.clear(np.array([[True, False]]))
    assert (units.tolist(), cents.tolist()) == ([[10, 0]], [[1000, 0]])
    assert warehouse.misplaced.tolist() == [[0, 4]]


# ------------------------------------------------------------------------------------------------- siblings
OFFERS = 4  # two variants, a rival, outside
NONE = np.zeros(2, bool)


def lent(unmet, spill, stock, sold=(0, 0), on_demand=NONE, house=(0, 1), offered=(True, True)):
    """Return what is lost, and what each variant sells, of one market with two variants."""
    taken = np.array([sold], np.int64)
    lost = lend(
        np.array([unmet], np.int64), np.array([[spill]], np.int64), np.array([stock], np.int64),
        np.array(house, np.int64), np.asarray(on_demand), np.array([[offered]]), taken,
    )  # fmt: skip
    return lost[0].tolist(), taken[0].tolist()


def test_a_sibling_takes_its_share_of_what_ran_out_as_far_as_its_shelf_goes():
    half = [[0, 2, 1, 1], [0, 0, 1, 1]]
    assert lent([100, 0], half, [0, 500]) == ([50, 0], [0, 50])
    assert lent([100, 0], half, [0, 30]) == ([70, 0], [0, 30])
    assert lent([100, 0], half, [0, 60], sold=(0, 40)) == ([80, 0], [0, 60])
    assert lent([100, 0], half, [0, 500], offered=(True, False)) == ([100, 0], [0, 0])
    assert lent([100, 0], half, [0, 0], on_demand=[False, True]) == ([50, 0], [0, 50])
    assert lent([100, 0], [[0, 0, 0, 0], [0, 0, 1, 1]], [0, 500]) == ([100, 0], [0, 0])


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.integers(0, 400), min_size=2, max_size=2), st.lists(st.integers(0, 300), min_size=2, max_size=2),
    st.lists(st.lists(st.integers(0, 1000), min_size=OFFERS, max_size=OFFERS), min_size=2, max_size=2),
)  # fmt: skip
def test_what_is_lent_is_neither_lost_nor_made(unmet, stock, spill):
    for own in (0, 1):
        spill[own][own] = 0
    lost, sold = lent(unmet, spill, stock)
    assert sum(lost) + sum(sold) == sum(unmet)
    assert all(0 <= n <= have for n, have in zip(sold, stock, strict=True))
    assert all(0 <= n <= u for n, u in zip(lost, unmet, strict=True))


def test_errors_of_markets_that_share_a_house_pool_as_independent():
    house = np.array([0, 1, 0], np.int64)
    np.testing.assert_allclose(pooled_sd(np.array([[3.0, 7.0, 4.0]]), house), [[5.0, 7.0, 0.0]])
