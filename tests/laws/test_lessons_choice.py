"""Lessons of choice: who buys what, at which price, by the textbook and by the engine."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import lessons
from simulator.lessons import bertrand, elasticity, logit, segments
from simulator.lessons.lesson import compare

few = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

SETTINGS: list[tuple[str, dict[str, str]]] = [
    ("logit", {}),
    ("logit", {"utilities": "[0.0]", "consumers": "5000"}),
    ("logit", {"utilities": "[-2, 1.5]", "consumers": "5000"}),
    ("logit", {"utilities": "[0.3, 0.3, 0.3, -1, 2]", "consumers": "100"}),
    ("logit", {"utilities": "[12, 11]", "consumers": "1000"}),
    ("segments", {}),
    ("segments", {"weights": "[1.0]", "price_scales": "[2.5]", "prices": "[1.0]", "qualities": "[2.0]"}),
    (
        "segments",
        {
            "weights": "[0.2, 0.5, 0.3]",
            "price_scales": "[0.02, 0.05, 0.11]",
            "prices": "[65, 40, 90]",
            "qualities": "[2.5, 1.0, 4.5]",
            "consumers": "4000",
        },
    ),
    ("elasticity", {}),
    ("elasticity", {"price": "65", "price_scale": "0.04", "quality": "70"}),
    ("elasticity", {"price": "0.2", "price_scale": "40", "quality": "0.1"}),
    ("bertrand", {}),
    ("bertrand", {"qualities": "[1.5]", "costs": "[1.0]", "price_scale": "4"}),
    ("bertrand", {"owners": "[1, 1, 2]"}),
    ("bertrand", {"owners": "[ours, theirs, theirs]"}),
    ("bertrand", {"owners": "[a, a, a]"}),
    (
        "bertrand",
        {"qualities": "[3, 2, 2.5, 2.8]", "costs": "[1, 0, 0.5, 1]", "price_scale": "3", "owners": "[a, b, a, b]"},
    ),
    ("bertrand", {"qualities": "[3, 2, 2, 3]", "costs": "[1, 0, 0.5, 1]", "owners": "[a, a, a, a]"}),  # rivals alone
    ("bertrand", {"qualities": "[3, 2, 2, 3, 2]", "costs": "[1, 0, 0.5, 1, 1]", "owners": "[a, a, a, a, b]"}),
    ("bertrand", {"qualities": "[65, 60, 70, 66]", "costs": "[18, 15, 25, 60]", "price_scale": "0.05"}),
    ("bertrand", {"qualities": "[20, 19.5]", "costs": "[0, 0]", "price_scale": "1"}),
    (
        "bertrand",
        {
            "qualities": "[2, 2, 2, 2, 2, 2, 2, 2]",
            "costs": "[1, 1, 1, 1, 1, 1, 1, 1]",
            "price_scale": "4",
            "owners": "[1, 2, 2, 3, 3, 3, 4, 4]",
        },
    ),
]


@pytest.mark.parametrize(("name", "given_settings"), SETTINGS, ids=lambda value: str(value)[:60])
def test_a_lesson_meets_its_closed_form(name: str, given_settings: Mapping[str, str]) -> None:
    played = lessons.play(name, given_settings)
    assert played.ok, [check for check in played.checks if not check.ok]


@few
@given(st.lists(st.floats(-5.0, 5.0), min_size=1, max_size=6))
def test_choice_probabilities_are_a_logit_of_any_utilities(utilities: list[float]) -> None:
    parameters = logit.Logit(utilities=tuple(utilities), consumers=100)
    assert all(check.ok for check in compare(logit.expected(parameters), logit.simulated(parameters)))


@few
@given(price=st.floats(0.5, 500.0), effect=st.floats(0.2, 8.0), worth=st.floats(0.3, 1.5))
def test_the_elasticity_holds_at_any_price(price: float, effect: float, worth: float) -> None:
    parameters = elasticity.Elasticity(price=price, price_scale=effect / price, quality=price * worth)
    assert all(check.ok for check in compare(elasticity.expected(parameters), elasticity.simulated(parameters)))


@few
@given(
    utilities=st.lists(st.floats(-3.0, 6.0), min_size=1, max_size=4), costs=st.floats(0.1, 40.0),
    scale=st.floats(0.02, 2.0), owners=st.lists(st.sampled_from("abc"), min_size=4, max_size=4),
)  # fmt: skip
def test_prices_reach_the_equilibrium_of_any_market(
    utilities: list[float], costs: float, scale: float, owners: list[str]
) -> None:
    parameters = bertrand.Bertrand(
        qualities=tuple(costs + utility / scale for utility in utilities), costs=(costs,) * len(utilities),
        price_scale=scale, owners=tuple(owners[: len(utilities)]),
    )  # fmt: skip
    assert all(check.ok for check in compare(bertrand.expected(parameters), bertrand.simulated(parameters)))


def test_the_equilibrium_is_one_in_which_nobody_gains_by_another_price() -> None:
    """The closed form of the lesson against the definition: a grid of prices of each owner, the others given."""
    parameters = bertrand.Bertrand(owners=("a", "a", "b"))
    solved = bertrand.expected(parameters)
    prices = np.array([solved[f"price_{j}"] for j in (1, 2, 3)])
    qualities, costs = np.array(parameters.qualities), np.array(parameters.costs)

    def profit(at: np.ndarray, products: list[int]) -> float:
        odds = np.exp(parameters.price_scale * (qualities - at))
        return float(((at - costs) * odds / (1.0 + odds.sum()))[products].sum())

    for products in ([0, 1], [2]):
        best = profit(prices, products)
        for step in np.random.default_rng(1).normal(0.0, 0.05, (200, 3)):
            moved = prices.copy()
            moved[products] += step[products]
            assert profit(moved, products) < best
    assert sum(solved[f"share_{j}"] for j in (1, 2, 3)) < 1.0


def test_the_classes_elasticity_is_not_the_mean_of_theirs() -> None:
    """Dear classes buy less: weighing elasticities by consumers rather than by buyers would be far off."""
    parameters = segments.Segments(weights=(0.5, 0.5), price_scales=(4.0, 0.5), prices=(1.0,), qualities=(1.5,))
    simulated = segments.simulated(parameters)["own_elasticity_1"]
    shares = 1.0 / (1.0 + np.exp(-parameters.utilities[:, 0]))
    mean = float(np.mean(-np.array(parameters.price_scales) * (1.0 - shares)))
    assert abs(simulated.value - mean) > 100 * simulated.tolerance


def test_a_larger_sample_is_held_to_a_smaller_tolerance() -> None:
    small, large = (logit.simulated(logit.Logit(consumers=n))["share_1"].tolerance for n in (1000, 16_000))
    assert large == pytest.approx(small / 4.0, rel=0.05)


def test_a_wrong_utility_fails_the_logit() -> None:
    measured = logit.simulated(logit.Logit())
    checks = compare(logit.expected(logit.Logit(utilities=(1.1, 0.5, -0.5))), measured)
    wrong = {check.name for check in checks if not check.ok}
    assert {"share_1", "share_outside", "expected_share_1", "expected_share_3"} <= wrong


@pytest.mark.parametrize("change", [{"price_scales": (2.1, 0.5)}, {"weights": (0.65, 0.35)}, {"prices": (1.0, 1.6)}])
def test_a_wrong_class_fails_shares_and_elasticities(change: dict[str, tuple[float, ...]]) -> None:
    right = segments.Segments()
    checks = compare(segments.expected(right.model_copy(update=change)), segments.simulated(right))
    wrong = {check.name for check in checks if not check.ok}
    assert {"expected_share_1", "own_elasticity_1", "share_outside"} <= wrong


@pytest.mark.parametrize("change", [{"price": 1.01}, {"price_scale": 3.03}, {"quality": 0.52}])
def test_a_wrong_offer_fails_the_elasticity(change: dict[str, float]) -> None:
    right = elasticity.Elasticity()
    checks = compare(elasticity.expected(right.model_copy(update=change)), elasticity.simulated(right))
    assert not any(check.ok for check in checks)


@pytest.mark.parametrize(
    "change", [{"qualities": (3.001, 2.5, 2.8)}, {"costs": (1.001, 0.8, 1.2)}, {"price_scale": 2.001},
               {"owners": ("a", "a", "b")}],
)  # fmt: skip
def test_another_market_fails_prices_and_shares(change: dict[str, tuple[float, ...]]) -> None:
    right = bertrand.Bertrand()
    checks = compare(bertrand.expected(right.model_copy(update=change)), bertrand.simulated(right))
    wrong = {check.name for check in checks if not check.ok}
    assert {"price_1", "share_1"} <= wrong
