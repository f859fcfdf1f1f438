"""The factory: what it has made, how evenly, and what that costs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.batch import Batch
from simulator.sellers import cost
from simulator.sellers.factory import Factory
from tests.laws.worlds import scenario

WINDOW, USUAL, COST = 6, 0.55, 0.1
BEHAVIOUR = {"output_weeks": WINDOW, "output_usual_variation": USUAL, "output_variation_cost_share": COST}


def factory(production_weeks: int = 1, futures: int = 1, **mechanisms: bool) -> Factory:
    asked = scenario(behaviour=BEHAVIOUR, mechanisms=mechanisms, uncertainties={})
    return Factory(Batch(asked, tuple(range(futures))), production_weeks)


def evenness(output: list[int], **mechanisms: bool) -> float:
    """Return the factor of evenness after weeks of output; experience is off."""
    made = factory(experience_curve=False, **mechanisms)
    for week, units in enumerate(output):
        made.make(week, np.array([[units]]))
    made.begin(len(output))
    return float(np.asarray(made.factor()).item())


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=52).filter(any))
def test_the_variation_is_sd_over_mean(units: list[int]) -> None:
    total, squares = sum(units), sum(n * n for n in units)
    got = cost.variation(float(len(units)), float(total), float(squares))
    assert got == pytest.approx(np.std(units) / np.mean(units), rel=1e-6, abs=1e-6)


def test_an_even_output_is_cheapest_and_the_usual_one_costs_what_was_given() -> None:
    assert evenness([100] * WINDOW) == pytest.approx(1.0 - COST * USUAL)
    assert evenness([0, 200] * (WINDOW // 2) + [0, 200] * 3) == pytest.approx(1.0 + COST * (1.0 - USUAL))  # CV 1
    assert cost.evenness_factor(USUAL, USUAL, COST) == 1.0
    one_in_six = math.sqrt(WINDOW - 1.0)
    assert evenness([600, 0, 0, 0, 0, 0]) == pytest.approx(1.0 + COST * (one_in_six - USUAL))


def test_lots_in_the_empty_weeks_make_a_unit_cheaper_and_in_the_full_ones_dearer() -> None:
    retail = [50, 150, 50, 150, 50, 150]
    alone = evenness(retail)
    filling = evenness([n + m for n, m in zip(retail, [100, 0] * 3, strict=True)])
    crowding = evenness([n + m for n, m in zip(retail, [0, 100] * 3, strict=True)])
    assert filling < alone < crowding
    assert filling == pytest.approx(1.0 - COST * USUAL)


def test_only_the_last_weeks_count_and_nothing_before_a_window_is_known() -> None:
    assert evenness([900, 0, 300] + [100] * WINDOW) == evenness([100] * WINDOW)
    assert evenness([100] * (WINDOW - 1)) == 1.0
    assert evenness([0, 0, 0, 0, 0, 700]) == 1.0  # a firm that has begun this week
    assert evenness([700] + [0] * WINDOW) == 1.0  # nothing made in it
    assert evenness([600, 0, 0, 0, 0, 0], even_output=False) == 1.0


def test_an_order_is_made_over_the_weeks_of_production_and_no_unit_is_lost() -> None:
    made = factory(production_weeks=3)
    made.order(2, np.array([[70, 30]]))
    made.order(3, np.array([[0, 10]]))
    made.make(3, np.array([[5, 0]]))
    np.testing.assert_array_equal(made.output[:7, 0], [0, 0, 33, 33 + 3 + 5, 34 + 3, 4, 0])
    assert made.output.sum() == made.produced[0] == 115


def test_a_future_is_the_same_in_any_batch() -> None:
    rng = np.random.default_rng(1)
    units = rng.integers(0, 10**5, (40, 3))
    together = factory(futures=3)
    alone = factory()
    for week, of_week in enumerate(units):
        together.make(week, of_week[:, None])
        alone.make(week, of_week[2:, None])
    together.begin(40)
    alone.begin(40)
    assert np.asarray(together.factor())[2, 0] == np.asarray(alone.factor())[0, 0]
