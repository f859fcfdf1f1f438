"""Forecast methods on demand whose future is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator.sellers.forecasting import DAMPING, MEMORY, TREND_STEP, TRUST_WEEKS, History, life_curve, plan_demand

FUTURES, MARKETS, WEEKS = 2, 2, 60
LIVE = np.ones((FUTURES, MARKETS), bool)
ALPHA = np.full(FUTURES, 0.25)
SD_SHARE = np.full(FUTURES, 0.35)
LEAD = np.array([[3, 7], [3, 7]])
NO_BEGIN = np.full((FUTURES, MARKETS), -10_000)
NO_END = np.full((FUTURES, MARKETS), 10_000)
FLAT = np.ones((FUTURES, MARKETS, WEEKS))
PLAN = np.full((FUTURES, MARKETS, WEEKS), 30.0)


def observed(demand: np.ndarray, shape: np.ndarray = FLAT) -> History:
    """Return the history after demand float64[n], the same everywhere."""
    history = History(FUTURES, MARKETS)
    for week, value in enumerate(demand):
        history.observe(np.full((FUTURES, MARKETS), value), np.ascontiguousarray(shape[:, :, week]), LIVE, ALPHA)
    return history


def forecast(history, method, week, begin=NO_BEGIN, end=NO_END, shape=FLAT):
    return history.forecast(method, week, LEAD, begin, end, shape, PLAN, SD_SHARE)


@pytest.mark.parametrize("method", ["mean", "smoothing", "ai"])
def test_before_four_weeks_every_method_is_the_plan(method):
    out = forecast(observed(np.array([999.0, 999.0, 999.0])), method, 2)
    np.testing.assert_allclose(out.total, 30.0 * (LEAD + 1))
    np.testing.assert_allclose(out.sd, 0.35 * 30.0)


def test_the_plan_stands_whatever_sells():
    out = forecast(observed(np.array([999.0] * 20)), "plan", 19)
    np.testing.assert_allclose(out.total, 30.0 * (LEAD + 1))
    np.testing.assert_allclose(out.sd, 0.35 * 30.0)


def test_the_mean_uses_four_weeks_and_the_spread_of_eight():
    demand = np.array([5.0, 90, 10, 20, 30, 40, 50, 60, 70, 81])
    out = forecast(observed(demand), "mean", 9)
    np.testing.assert_allclose(out.total, demand[-4:].mean() * (LEAD + 1))
    np.testing.assert_allclose(out.sd, demand[-8:].std(ddof=1))


def test_constant_demand_is_forecast_exactly_without_spread():
    for method in ("mean", "smoothing", "ai"):
        out = forecast(observed(np.full(20, 40.0)), method, 19)
        np.testing.assert_allclose(out.total, 40.0 * (LEAD + 1))
        np.testing.assert_allclose(out.sd, 0.0, atol=1e-12)


def test_smoothing_sees_a_season_coming_and_the_mean_does_not():
    season = np.ones(WEEKS)
    season[20:24] = 2.0
    shape = np.broadcast_to(season, FLAT.shape).copy()
    history = observed(50.0 * season[:18], shape)
    smooth, mean = (forecast(history, method, 17, shape=shape) for method in ("smoothing", "mean"))
    np.testing.assert_allclose(smooth.total[0], [50 * (1 + 1 + 2 + 2), 50 * (1 + 1 + 4 * 2 + 1 + 1)])
    np.testing.assert_allclose(mean.total[0], [200, 400])


def test_smoothing_follows_the_recursion_by_hand():
    demand = np.array([10.0, 20.0, 12.0, 30.0, 22.0])
    level, errors = 10.0, []
    for value in demand[1:]:
        errors.append(value - level)
        level += 0.25 * (value - level)
    out = forecast(observed(demand), "smoothing", 4)
    np.testing.assert_allclose(out.total, level * (LEAD + 1))
    np.testing.assert_allclose(out.sd, np.std(errors, ddof=1))


def test_only_the_last_thirteen_errors_count():
    rng = np.random.default_rng(2)
    demand = rng.uniform(20, 60, 3 * MEMORY)
    level, errors = demand[0], []
    for value in demand[1:]:
        errors.append(value - level)
        level += 0.25 * (value - level)
    out = forecast(observed(demand), "smoothing", len(demand) - 1)
    np.testing.assert_allclose(out.sd, np.std(errors[-MEMORY:], ddof=1))
    np.testing.assert_allclose(observed(demand).recent(), demand[-4:].mean())
    np.testing.assert_allclose(observed(demand[:2]).recent(), demand[:2].mean())


def test_nothing_is_expected_after_the_end_of_the_life():
    end = np.array([[12, 12], [10, 10_000]])
    out = forecast(observed(np.full(10, 40.0)), "smoothing", 9, end=end)
    np.testing.assert_allclose(out.total, [[80, 80], [0, 320]])


@pytest.mark.parametrize("method", ["mean", "smoothing", "ai"])
def test_nothing_is_expected_before_a_life_begins(method):
    begin = np.array([[11, 12], [-5, 30]])
    out = forecast(observed(np.full(10, 40.0)), method, 9, begin=begin)  # weeks 10 to 13, and 10 to 17
    np.testing.assert_allclose(out.total, [[3 * 40, 6 * 40], [4 * 40, 0]])


def test_markets_that_are_not_live_learn_nothing():
    history = History(FUTURES, MARKETS)
    live = np.array([[True, False], [False, True]])
    for _ in range(6):
        history.observe(np.full((FUTURES, MARKETS), 40.0), np.ones((FUTURES, MARKETS)), live, ALPHA)
    np.testing.assert_array_equal(history.count, [[6, 0], [0, 6]])
    out = forecast(history, "mean", 5)
    np.testing.assert_allclose(out.total, [[160, 240], [120, 320]])


def test_a_batch_of_futures_forecasts_as_each_alone():
    rng = np.random.default_rng(7)
    demand, shape = rng.uniform(0, 90, (25, 8, 3)), rng.uniform(0.4, 2, (8, 3, WEEKS))
    lead, begin, end = (rng.integers(*limits, (8, 3)) for limits in ((1, 9), (15, 32), (20, 40)))
    plan, alpha = rng.uniform(10, 50, (8, 3, WEEKS)), rng.uniform(0.1, 0.5, 8)

    def total(rows: slice) -> np.ndarray:
        history = History(len(demand[0, rows]), 3)
        for week in range(25):
            live = np.ones_like(demand[week, rows], bool)
            history.observe(demand[week, rows].copy(), shape[rows, :, week].copy(), live, alpha[rows])
        out = history.forecast(
            "smoothing", 24, lead[rows], begin[rows], end[rows], shape[rows], plan[rows], alpha[rows]
        )
        return np.stack([out.total, out.sd])

    np.testing.assert_array_equal(
        total(slice(0, 8)), np.concatenate([total(slice(i, i + 1)) for i in range(8)], axis=1)
    )


def test_the_life_curve_has_mean_one_its_corners_and_its_shape():
    curve = life_curve(40, 0.5, 0.2, 1.3, 0.6, 1.2, 0.15)
    assert curve.mean() == pytest.approx(1.0)
    assert curve.argmax() in (7, 8) and curve[0] == curve[:8].min() and curve[-1] == curve.min()
    scale = curve[7] / np.interp(7.5 / 40, [0, 0.2, 0.6, 1], [0.5, 1.3, 1.2, 0.15])
    assert curve[30] == pytest.approx(scale * np.interp(30.5 / 40, [0, 0.2, 0.6, 1], [0.5, 1.3, 1.2, 0.15]))


def test_the_plan_is_a_third_of_the_reference_seller():
    assert plan_demand(0.35, 0.003, 200_000.0, 1.2) == pytest.approx(252.0)


# ------------------------------------------------------------------------------------------------ the machine
def by_hand(demand: list[float]) -> tuple[float, float, float]:
    """Return level, trend and the relative one-step error of demand in average weeks."""
    level, trend, errors = demand[0], 0.0, []
    for value in demand[1:]:
        errors.append(value - level)
        before, level = level, level + 0.25 * (value - level)
        trend += TREND_STEP * (math.log(level / before) - trend)
    return level, trend, float(np.std(errors, ddof=1)) / level


def damped(level: float, believed: float, weeks: int) -> float:
    """Return level x the sum of exp(believed x (d + d^2 + ... )) over the weeks ahead."""
    powers = np.cumsum(DAMPING ** np.arange(1, weeks + 1))
    return level * float(np.exp(believed * powers).sum())


def test_the_machine_damps_its_trend_and_believes_it_by_its_history():
    demand = [20.0 * 1.06**week for week in range(9)]
    level, trend, error = by_hand(demand)
    seen = MARKETS * len(demand)  # both cells of a future saw the same
    believed = trend * seen / (seen + TRUST_WEEKS)
    out = forecast(observed(np.array(demand)), "ai", 8)
    expected = [damped(level, believed, int(lead) + 1) for lead in LEAD[0]]
    np.testing.assert_allclose(out.total[0], expected)
    np.testing.assert_allclose(out.sd[0], error * np.array(expected) / (LEAD[0] + 1))
    assert (out.total[0] > forecast(observed(np.array(demand)), "smoothing", 8).total[0]).all()


def test_the_machine_pools_trend_and_error_over_cells_by_their_weeks():
    long, short = [20.0 * 1.05**week for week in range(12)], [50.0, 44.0, 51.0, 40.0, 38.0]
    history = History(1, 2)
    for week, value in enumerate(long):
        other = short[week - 7] if week >= 7 else 0.0
        live = np.array([[True, week >= 7]])
        history.observe(np.array([[value, other]]), np.ones((1, 2)), live, ALPHA[:1])
    (a, b), weights = (by_hand(long), by_hand(short)), np.array([12.0, 5.0])
    pooled = float(weights @ [a[1], b[1]]) / 17.0 * (17.0 / (17.0 + TRUST_WEEKS))
    error = math.sqrt(float(weights @ [a[2] ** 2, b[2] ** 2]) / 17.0)
    lead = np.array([[2, 4]])
    out = history.forecast("ai", 11, lead, NO_BEGIN[:1], NO_END[:1], FLAT[:1], PLAN[:1], SD_SHARE[:1])
    expected = np.array([[damped(a[0], pooled, 3), damped(b[0], pooled, 5)]])
    np.testing.assert_allclose(out.total, expected)
    np.testing.assert_allclose(out.sd, error * expected / (lead + 1))


def test_a_cell_without_history_has_the_plan_and_adds_nothing_to_the_pool():
    history, alone = History(1, 2), History(1, 1)
    for value in (20.0, 24.0, 26.0, 31.0, 35.0):
        history.observe(np.array([[value, 0.0]]), np.ones((1, 2)), np.array([[True, False]]), ALPHA[:1])
        alone.observe(np.array([[value]]), np.ones((1, 1)), np.array([[True]]), ALPHA[:1])
    out = history.forecast("ai", 4, LEAD[:1], NO_BEGIN[:1], NO_END[:1], FLAT[:1], PLAN[:1], SD_SHARE[:1])
    one = alone.forecast(
        "ai", 4, LEAD[:1, :1], NO_BEGIN[:1, :1], NO_END[:1, :1], FLAT[:1, :1], PLAN[:1, :1], SD_SHARE[:1]
    )
    np.testing.assert_array_equal(out.total[:, :1], one.total)
    np.testing.assert_allclose(out.total[0, 1], 30.0 * 8)


def test_the_machine_expects_nothing_after_the_end_of_the_life_and_sees_the_season():
    season = np.ones(WEEKS)
    season[20:24] = 2.0
    shape = np.broadcast_to(season, FLAT.shape).copy()
    history = observed(50.0 * season[:18], shape)
    np.testing.assert_allclose(forecast(history, "ai", 17, shape=shape).total[0], [50 * 6, 50 * 12])
    ending = forecast(history, "ai", 17, end=np.full((FUTURES, MARKETS), 20), shape=shape)
    np.testing.assert_allclose(ending.total, 100.0)
