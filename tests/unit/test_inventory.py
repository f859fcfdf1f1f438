"""Orders: base stock, lots, cash (DEFAULTS eq. 8); the factory's price."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.sellers import cost, inventory


@pytest.mark.parametrize("service, lead", [(0.5, 0.0), (0.95, 3.0), (0.99, 10.0)])
def test_the_order_up_to_level_is_the_textbook_one(service, lead):
    z = NormalDist().inv_cdf(service)
    level = inventory.order_up_to(400.0, 25.0, lead, service)
    assert level == pytest.approx(400 + z * 25 * math.sqrt(lead + 1), abs=1e-9)


@settings(deadline=None)
@given(st.floats(0, 1e5), st.floats(0, 1e4), st.integers(0, 20), st.floats(0.5, 0.995))
def test_more_spread_lead_or_service_never_lowers_the_level(forecast, sd, lead, service):
    level = inventory.order_up_to(forecast, sd, float(lead), service)
    assert level >= forecast - 1e-9
    assert inventory.order_up_to(forecast, sd + 1, float(lead), service) >= level
    assert inventory.order_up_to(forecast, sd, lead + 1.0, service) >= level
    assert inventory.order_up_to(forecast, sd, float(lead), service + 0.004) >= level


def test_a_lot_is_whole_at_least_the_moq_and_nothing_below_half_of_it():
    position = np.array([0.0, 50.0, 51.0, 101.0, 300.0])
    np.testing.assert_array_equal(inventory.lot(100.4, position, 100.0), [100, 100, 0, 0, 0])
    assert inventory.lot(1234.6, 0.0, 100.0) == 1235.0
    assert inventory.lot(0.3, 0.0, 0.0) == 0.0


def test_the_first_order_is_the_plan_or_the_moq():
    assert inventory.first_lot(812.6, 100.0) == 813.0
    assert inventory.first_lot(12.6, 100.0) == 100.0


def within(lots: list[float], unit: list[float], cash: float, moq: float = 0.0) -> list[int]:
    """Return one future's lots after the cash cap."""
    row = [np.array([values], float) for values in (lots, unit)]
    return inventory.within_cash(*row, np.array([cash]), np.full((1, len(lots)), moq))[0].tolist()


def test_lots_that_cash_covers_are_untouched_and_others_shrink_alike():
    assert inventory.spendable(100.0, 50.0, 60.0) == 90.0 and inventory.spendable(0.0, 50.0, 60.0) == 0.0
    assert within([100, 200], [10, 20], 5000) == [100, 200]
    assert within([100, 200], [10, 20], 2500) == [50, 100]
    assert within([100, 200], [10, 20], 0) == [0, 0]
    assert within([100, 200], [10, 20], 1000, moq=60) == [0, 40]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**5), st.floats(1, 100)), min_size=1, max_size=6), st.floats(0, 1e6))
def test_orders_never_cost_more_than_may_be_spent_and_no_market_comes_first(wishes, cash):
    lots, unit = [float(n) for n, _ in wishes], [price for _, price in wishes]
    units = within(lots, unit, cash)
    assert sum(n * price for n, price in zip(units, unit, strict=True)) <= cash * (1 + 1e-12) + 1e-9
    assert within(lots[::-1], unit[::-1], cash)[::-1] == pytest.approx(units, abs=1)


# ------------------------------------------------------------------------------------------ unit cost
def test_cost_falls_by_eight_percent_per_doubling_of_experience():
    volume = np.array([0.0, 50_000.0, 150_000.0])
    np.testing.assert_allclose(cost.experience_factor(volume, 50_000.0, 0.92), [1.0, 0.92, 0.92**2], rtol=1e-13)
    assert cost.experience_factor(1e6, 50_000.0, 1.0) == 1.0


def test_price_breaks_by_order_size():
    units = np.array([1.0, 500.0, 1999.0, 2000.0, 9999.0, 10_000.0])
    np.testing.assert_array_equal(cost.order_factor(units), [1, 1, 1, 0.95, 0.95, 0.90])


def test_tier_and_options_add_up():
    product = cost.product_cost(18.0, 1.35, 1.0, 1.8, 0.5, 1.2, 1.0, 0.3)
    assert product == pytest.approx(18 * 1.35 + 1.8 + 0.6 + 0.3)
    assert cost.unit_cost(product, 0.92, 0.95, 0.05) == pytest.approx(product * 0.92 * 0.95 + 0.05)


def test_safety_wanes_in_the_last_twelve_weeks_of_a_life():
    left = np.array([1e6, 12.0, 9.0, 3.0, 0.0, -4.0])
    np.testing.assert_allclose(inventory.waning_service(0.9, left), [0.9, 0.9, 0.8, 0.6, 0.5, 0.5])
    assert inventory.order_up_to(400.0, 25.0, 3.0, inventory.waning_service(0.99, 0.0)) == pytest.approx(400.0)
