"""Outside everybody's control: needs by week, the drifting taste, and how long lanes take."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import njit, rule
from simulator.exact import exp, hash_at, key_of, log, normal_quantile, power, unit64_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RANGE_SDS = 3.289707253902945
"""A lane's low and high are its 5 % and 95 % quantiles: so many standard deviations apart."""


@njit
def needs_path(prefixes, level, season, growth, noise_sd, ar1, weeks_per_year):
    """Real needs by week (DEFAULTS eq. 2).

    ``M_t = Q season_t (1 + g)^(t / year) noise_t``, noise lognormal AR(1) of mean 1, from its stationary law.

    Parameters
    ----------
    prefixes : uint64[F, M]
        Key prefixes of the stream market_noise.
    level, growth, noise_sd, ar1 : float64[F, M]
        Q a week; growth a year; standard deviation and autocorrelation of log noise.
    season : float64[F, M, W]

    Returns
    -------
    int64[W, F, M]
    """
    futures, markets, weeks = season.shape
    out = np.empty((weeks, futures, markets), np.int64)
    for f in range(futures):
        for m in range(markets):
            sd, rho = noise_sd[f, m], ar1[f, m]
            x = 0.0
            for t in range(weeks):
                z = normal_quantile(unit64_of(hash_at(key_of(prefixes[f, m], np.int64(t), np.uint64(0)), 0)))
                x = sd * z if t == 0 else rho * x + math.sqrt(1.0 - rho * rho) * sd * z
                trend = power(1.0 + growth[f, m], t / weeks_per_year)
                out[t, f, m] = np.int64(level[f, m] * season[f, m, t] * trend * exp(x - 0.5 * sd * sd) + 0.5)
    return out


@njit
def taste_path(prefixes, sd, history, weeks):
    """Random walk of the market's taste, float64[F, M, history + weeks], 0 at the first design week."""
    futures, markets = prefixes.shape
    out = np.zeros((futures, markets, history + weeks))
    for f in range(futures):
        for m in range(markets):
            for t in range(1, history + weeks):
                key = key_of(prefixes[f, m], np.int64(t - history), np.uint64(0))
                step = normal_quantile(unit64_of(hash_at(key, 0)))
                out[f, m, t] = out[f, m, t - 1] + sd[f, m] * step
    return out


@njit
def uniforms(prefixes, week, identity):
    """Uniform numbers by (future, market), float64[F, M]."""
    out = np.empty(prefixes.shape)
    for f in range(prefixes.shape[0]):
        for m in range(prefixes.shape[1]):
            out[f, m] = unit64_of(hash_at(key_of(prefixes[f, m], np.int64(week), identity), 0))
    return out


# --------------------------------------------------------------------------------------------------- lanes
@njit
def _lane_sd(low: float, high: float) -> float:
    return log(high / low) / RANGE_SDS


@njit
def _normal_cdf(x: float) -> float:
    """Standard normal distribution function (Zelen and Severo 1964, error below 7.5e-8), in portable arithmetic."""
    t = 1.0 / (1.0 + 0.2316419 * abs(x))
    tail = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    tail *= 0.3989422804014327 * exp(-0.5 * x * x)
    return tail if x < 0.0 else 1.0 - tail


@rule
def promised_days(low: float, typical: float, high: float, quantile: float) -> float:
    """Return the days that a platform promises: a quantile of the lane's lognormal delivery time (MODEL 5.5)."""
    return typical * exp(_lane_sd(low, high) * normal_quantile(quantile))


@rule
def late_at_most(days: float, promise: float, low: float, typical: float, high: float) -> float:
    """Return the probability of a delivery at most `days` after its promise."""
    return _normal_cdf(log((promise + days) / typical) / _lane_sd(low, high))
