"""Shapley values and interactions: the axioms, and the mean over all orders taken one by one."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest

from simulator import shapley
from simulator.examples import examples_dir
from simulator.scenario import load_scenario
from simulator.trends.whole import COALITIONS, NAMES

FUTURES = 5


def game(n: int, seed: int = 0) -> np.ndarray:
    """Return values of all coalitions of n parts in some futures, of the size of profits."""
    return np.random.default_rng(seed).normal(0.0, 1e5, (1 << n, FUTURES))


def swapped(values: np.ndarray, i: int, j: int) -> np.ndarray:
    """Return the game in which two parts have changed names."""
    there = [s ^ (1 << i | 1 << j) if (s >> i & 1) != (s >> j & 1) else s for s in range(len(values))]
    return values[there]


sizes = pytest.mark.parametrize("n", [1, 2, 3, 4])


@sizes
def test_the_values_are_the_mean_over_all_orders(n: int) -> None:
    values = game(n)
    added = np.zeros((n, FUTURES))
    orders = list(permutations(range(n)))
    for order in orders:
        s = 0
        for i in order:
            added[i] += values[s | 1 << i] - values[s]
            s |= 1 << i
    np.testing.assert_allclose(shapley.shapley(values), added / len(orders), rtol=1e-12, atol=1e-7)


@sizes
def test_the_values_add_up_to_the_whole(n: int) -> None:
    values = game(n)
    np.testing.assert_allclose(shapley.shapley(values).sum(axis=0), values[-1] - values[0], rtol=1e-12, atol=1e-7)


def test_parts_that_do_the_same_are_worth_the_same() -> None:
    values = game(4)
    alike = (values + swapped(values, 0, 2)) / 2.0
    found = shapley.shapley(alike)
    np.testing.assert_allclose(found[0], found[2], rtol=1e-12)
    assert not np.allclose(found[0], found[1])


def test_names_do_not_matter() -> None:
    values = game(3)
    np.testing.assert_allclose(shapley.shapley(swapped(values, 0, 1))[[1, 0, 2]], shapley.shapley(values), rtol=1e-12)


def test_a_part_that_adds_nothing_is_worth_nothing_and_helps_nobody() -> None:
    values = game(3)
    idle = values[[s & 0b101 for s in range(8)]]
    assert not shapley.shapley(idle)[1].any()
    assert not shapley.interactions(idle)[1].any()


def test_a_part_that_always_adds_the_same_is_worth_that() -> None:
    values = game(3)
    more = values + 7.0 * np.array([[s >> 1 & 1] for s in range(8)])
    gain = np.array([0.0, 7.0, 0.0])[:, None]
    np.testing.assert_allclose(shapley.shapley(more), shapley.shapley(values) + gain, rtol=1e-12)


def test_two_games_at_once_are_worth_their_sum() -> None:
    one, other = game(4, 1), game(4, 2)
    for figure in (shapley.shapley, shapley.interactions):
        np.testing.assert_allclose(figure(one + 3.0 * other), figure(one) + 3.0 * figure(other), rtol=1e-9)


def test_interactions_are_the_mean_over_the_orders_in_which_two_come_as_one() -> None:
    n, values = 4, game(4)
    found = shapley.interactions(values)
    for i, j in combinations(range(n), 2):
        others = [k for k in range(n) if k not in (i, j)]
        total = np.zeros(FUTURES)
        orders = list(permutations([*others, "both"]))
        for order in orders:
            s = sum(1 << k for k in order[: order.index("both")])
            total += values[s | 1 << i | 1 << j] - values[s | 1 << i] - values[s | 1 << j] + values[s]
        np.testing.assert_allclose(found[i, j], total / len(orders), rtol=1e-12)
        np.testing.assert_array_equal(found[i, j], found[j, i])
        assert not found[i, i].any()


def test_of_two_parts_the_interaction_is_what_is_left_of_the_sum() -> None:
    values = game(2)
    expected = values[3] - values[0] - shapley.alone(values).sum(axis=0)
    np.testing.assert_allclose(shapley.interactions(values)[0, 1], expected, rtol=1e-12)
    np.testing.assert_allclose(
        shapley.shapley(values), (shapley.alone(values) + shapley.last(values)) / 2.0, rtol=1e-12
    )


@pytest.mark.parametrize("rows", [0, 1, 3, 6])
def test_coalitions_that_are_missing_are_refused(rows: int) -> None:
    with pytest.raises(ValueError, match="coalitions"):
        shapley.shapley(np.zeros((rows, 2)))


# --------------------------------------------------------------------------------------- the bundles
def levers(name: str, file: str) -> dict:
    """Return the levers of a strategy, without words."""
    scenario = load_scenario(examples_dir() / file)
    plain = scenario.strategies[name].model_dump(mode="json")
    return {key: value for key, value in plain.items() if key not in ("title", "summary")}


def test_a_bundle_is_what_the_flagship_says_and_combinations_are_its_bundles() -> None:
    green, ai = (levers(name, "flagship.yaml") for name in ("green_premium", "ai_driven"))
    own = {name: levers(name, "trends/bundles.yaml") for name in COALITIONS}
    for end in (0, -1):
        assert own[COALITIONS[end]]["exit"] == green["exit"]
    for name in ("one_size_fits_all", "localised"):
        assert own[name] == levers(name, "flagship.yaml")
    bare = {0: own["one_size_fits_all"], 4: own["localised"]}
    for s, name in enumerate(COALITIONS):
        has = {NAMES[i] for i in range(3) if s >> i & 1}
        expected = dict(bare[s & 4])
        if "green" in has:
            expected["product"] = green["product"]
            expected["price"] = expected["price"] | {"position": green["price"]["position"]}
        if "ai" in has:
            expected["ai"] = ai["ai"]
            expected["inventory"] = expected["inventory"] | {"forecast": ai["inventory"]["forecast"]}
        if has == {"green", "local"} or len(has) == 3:
            cheaper = expected["markets"]["ID"]["price"]["position"] * green["price"]["position"]
            expected["markets"] = {"ID": {"product": {"tier": "value"}, "price": {"position": pytest.approx(cheaper)}}}
        assert own[name] == expected, name
