"""Spreads, worst futures and their intervals, on numbers whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.comparison import interval
from simulator.exact import normal_quantile
from simulator.trends import risk

NORMAL = np.array([normal_quantile((k + 0.5) / 4000) for k in range(4000)])
"""A standard normal by its quantiles."""


def shuffled(number: int) -> np.ndarray:
    return np.random.default_rng(number).permutation(NORMAL)


@pytest.mark.parametrize("n", [2, 4, 9])
@pytest.mark.parametrize("correlation", [0.0, 0.3, 1.0])
def test_sites_spread_what_is_their_own_and_not_what_they_share(n: int, correlation: float) -> None:
    """The mean of n like risks has √(ρ + (1 − ρ)/n) of the standard deviation of one."""
    shared, own = shuffled(0), [shuffled(1 + k) for k in range(n)]
    sites = [np.sqrt(correlation) * shared + np.sqrt(1.0 - correlation) * each for each in own]
    found = risk.spread_change(np.mean(sites, axis=0), sites[0]) + 1.0
    assert found == pytest.approx(risk.mean_of_like(n, correlation), abs=0.03)


def test_the_ends_of_the_closed_form() -> None:
    assert risk.mean_of_like(4, 0.0) == 0.5
    assert risk.mean_of_like(4, 1.0) == 1.0
    assert risk.mean_of_like(1, 0.3) == 1.0


def test_the_worst_tenth_of_a_normal_lies_where_its_density_says() -> None:
    # E[z | z < q] = -phi(q) / Phi(q) = -1.755 at the first decile
    assert risk.worst(NORMAL) == pytest.approx(-1.755, abs=0.003)


def test_the_last_of_the_worst_counts_in_part() -> None:
    values = np.arange(15.0)  # a tenth is one and a half: 0, and half of 1
    assert risk.worst(values) == pytest.approx((0.0 + 0.5 * 1.0) / 1.5)
    assert risk.worst(values, 1.0) == values.mean()
    assert risk.worst(values[::-1]) == risk.worst(values)


def test_of_a_mean_the_interval_is_students() -> None:
    values = shuffled(3)[:40]
    found = risk.jackknife(lambda each: float(each.mean()), values)
    assert (found.low, found.high) == pytest.approx(interval(values), rel=1e-9)


def test_the_interval_of_a_spread_covers_it_as_often_as_it_says() -> None:
    """Of 400 samples of 60 normal numbers, 95 % of the intervals hold the true standard deviation."""
    rows = np.random.default_rng(7).normal(size=(400, 60))
    found = [risk.jackknife(risk.spread, row) for row in rows]
    covered = np.mean([each.low <= 1.0 <= each.high for each in found])
    assert 0.90 < covered < 0.98


def test_a_side_against_itself_differs_by_nothing() -> None:
    values = shuffled(5)[:30]
    for statistic in (risk.spread_change, risk.worst_difference):
        found = risk.jackknife(statistic, values, values.copy())
        assert (found.mean, found.low, found.high) == (0.0, 0.0, 0.0)
