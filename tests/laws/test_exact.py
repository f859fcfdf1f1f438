"""Portable functions against published values, arithmetic of 50 digits, and scipy's quantiles."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from scipy import stats

from simulator import exact

ULP64, ULP32 = 2.0**-52, 2.0**-23
UNIFORMS = (1e-9, 1e-6, 0.001, 0.0137, 0.1003, 0.2503, 0.4999, 0.5, 0.5001, 0.7701, 0.9003, 0.9751, 0.9999, 1.0 - 1e-6)
"""Closer to 1 the sum of a distribution has no digits left to tell two quantiles apart."""

NORMAL = {
    0.25: -0.6744897501960817,  # Wichura 1988, table of AS 241
    0.001: -3.090232306167814,
    1e-20: -9.262340089798408,
    0.5: 0.0,
    0.975: 1.959963984540054,
    2.866515718791939e-07: -5.0,  # the distribution function at whole standard deviations
    0.15865525393145707: -1.0,
    1e-300: -37.0471,
}


def digits(function: str, x: float) -> Decimal:
    """Return exp or ln of a float to 50 digits."""
    with localcontext() as context:
        context.prec = 50
        return getattr(Decimal(x), function)()


def relative(got: float, wanted: Decimal) -> float:
    """Return the relative error."""
    with localcontext() as context:
        context.prec = 50
        return float(abs(Decimal(float(got)) - wanted) / abs(wanted))


@pytest.mark.parametrize("p", NORMAL)
def test_the_normal_quantile_has_its_published_values(p: float) -> None:
    tolerance = 1e-6 if p == 1e-300 else 1e-15
    assert exact.normal_quantile(p) == pytest.approx(NORMAL[p], rel=tolerance, abs=1e-300)


def test_the_normal_quantile_is_symmetric_and_rises() -> None:
    grid = np.concatenate([np.logspace(-300, -3, 400), np.linspace(0.001, 0.999, 2001)])
    values = np.array([exact.normal_quantile(p) for p in grid])
    np.testing.assert_allclose(values, stats.norm.ppf(grid), rtol=1e-14, atol=1e-15)
    assert (np.diff(values[np.argsort(grid, kind="stable")]) >= 0).all()
    for p in (2.0**-5, 2.0**-20, 0.25, 0.375):  # 1 - p is exact
        assert exact.normal_quantile(p) == -exact.normal_quantile(1.0 - p)


def test_exp_and_log_are_within_a_few_units_of_the_last_place() -> None:
    points = [*np.linspace(-700, 700, 701), *np.linspace(-1, 1, 401), 1e-300, -1e-12, 5e-17]
    assert max(relative(exact.exp(x), digits("exp", x)) for x in points) < 2.0 * ULP64
    points = [*np.logspace(-307, 307, 615), *np.linspace(0.5, 2.0, 400), 1.0 + 2.0**-52, 1.0 - 2.0**-53, 5e-324]
    assert max(relative(exact.log(x), digits("ln", x)) for x in points if x != 1.0) < 1.5 * ULP64


def test_exp_and_log_at_their_ends() -> None:
    assert exact.exp(0.0) == 1.0 and exact.log(1.0) == 0.0
    assert exact.exp(-708.1) == 0.0 and exact.exp(-1e300) == 0.0
    assert math.isfinite(exact.exp(1e300)) and exact.exp(1e300) == exact.exp(709.0)
    assert exact.log(0.0) == -math.inf and exact.log(-1.0) == -math.inf


def test_power_agrees_with_exact_powers() -> None:
    for x in (0.3, 0.999, 1.5, 7.0, 1234.5):
        for n in (-3, -1, 1, 2, 5):
            assert exact.power(x, float(n)) == pytest.approx(x**n, rel=2e-14)
        assert exact.power(x, 0.5) == pytest.approx(math.sqrt(x), rel=1e-15)
        assert exact.power(x, 0.0) == 1.0
    assert exact.power(0.0, 0.0) == 1.0 and exact.power(0.0, 0.7) == 0.0


def test_single_precision_exp_and_log() -> None:
    points = np.concatenate([np.linspace(-79.9, 79.9, 1601), np.linspace(-1, 1, 401)]).astype(np.float32)
    assert max(relative(exact.exp32(x), digits("exp", float(x))) for x in points) < 1.0 * ULP32
    points = np.concatenate([np.logspace(-37, 37, 741), np.linspace(0.5, 2, 801)]).astype(np.float32)
    assert max(relative(exact.log32(x), digits("ln", float(x))) for x in points if x != 1.0) < 1.0 * ULP32
    assert exact.exp32(np.float32(0.0)) == 1.0 and exact.log32(np.float32(1.0)) == 0.0
    assert exact.exp32(np.float32(200.0)) == exact.exp32(np.float32(80.0))


@pytest.mark.parametrize("n", [0, 1, 2, 5, 15, 16, 17, 40, 170, 1000, 123456])
def test_log_factorials(n: int) -> None:
    assert exact.log_factorial(float(n)) == pytest.approx(math.lgamma(n + 1), rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("u", UNIFORMS)
def test_the_poisson_quantile_walks_up_with_its_mean(u: float) -> None:
    means = np.concatenate([np.linspace(0.0, 12.0, 481), np.linspace(12.0, 60.0, 193), np.logspace(1.8, 5.5, 120)])
    values = np.array([exact.poisson_quantile(u, mean) for mean in means])
    np.testing.assert_array_equal(values[1:], stats.poisson.ppf(u, means[1:]))
    assert values[0] == 0.0
    assert (np.diff(values) >= 0).all()


@pytest.mark.parametrize("mean", [0.02, 0.7, 3.0, 19.5, 400.0, 30_000.0])
def test_the_poisson_quantile_rises_with_its_uniform(mean: float) -> None:
    grid = np.linspace(0.0005, 0.9995, 1000)
    values = np.array([exact.poisson_quantile(u, mean) for u in grid])
    np.testing.assert_array_equal(values, stats.poisson.ppf(grid, mean))
    assert (np.diff(values) >= 0).all()


@pytest.mark.parametrize("u", UNIFORMS)
@pytest.mark.parametrize("n", [1, 2, 7, 60, 5000])
def test_the_binomial_quantile_walks_up_with_its_share(u: float, n: int) -> None:
    shares = np.linspace(0.0, 1.0, 201)
    values = np.array([exact.binomial_quantile(u, float(n), p) for p in shares])
    np.testing.assert_array_equal(values[1:-1], stats.binom.ppf(u, n, shares[1:-1]))
    assert values[0] == 0.0 and values[-1] == n
    assert (np.diff(values) >= 0).all()


@pytest.mark.parametrize("p", [0.003, 0.3, 0.95])
def test_the_binomial_quantile_rises_with_units_and_uniform(p: float) -> None:
    for u in (0.01, 0.4, 0.98):
        values = np.array([exact.binomial_quantile(u, float(n), p) for n in range(400)])
        np.testing.assert_array_equal(values, stats.binom.ppf(u, np.arange(400), p))
        assert (np.diff(values) >= 0).all()
    grid = np.linspace(0.0005, 0.9995, 1000)
    values = np.array([exact.binomial_quantile(u, 300.0, p) for u in grid])
    np.testing.assert_array_equal(values, stats.binom.ppf(grid, 300, p))
