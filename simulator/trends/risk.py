"""How uncertain a result is, and how bad its worst futures are, with intervals from leaving out one future at a time.

A standard deviation and a mean of the worst futures are no means over futures, so Student's interval does not hold
for them. Jackknife (Tukey 1958): with θ₍ᵢ₎ the figure without future i, n·θ − (n − 1)·θ₍ᵢ₎ are taken as n independent
values; the interval is that of their mean, around θ. No luck is drawn, so the interval is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from math import nan

import numpy as np
from numpy.typing import NDArray

from simulator.comparison import interval
from simulator.risk import WORST, worst_parts
from simulator.trends.claim import Estimate

Floats = NDArray[np.float64]


def spread(values: Floats) -> float:
    """Return the standard deviation over futures float64[F]."""
    return float(values.std(ddof=1))


def worst(values: Floats, share: float = WORST) -> float:
    """Return the mean of the worst `share` of futures float64[F] (CVaR); the last of them counts in part."""
    return float(worst_parts(values, share).mean())


def jackknife(statistic: Callable[..., float], *columns: Floats, sampling: float = nan) -> Estimate:
    """Return a statistic of columns, float64[F] each, whose futures are paired, with its jackknife interval."""
    futures = np.arange(len(columns[0]))
    whole = statistic(*columns)
    without = np.array([statistic(*(column[futures != f] for column in columns)) for f in futures])
    low, high = interval(len(futures) * whole - (len(futures) - 1) * without)
    middle = (low + high) / 2.0
    return Estimate(whole, low - middle + whole, high - middle + whole, sampling)


def spread_change(on: Floats, off: Floats) -> float:
    """Return the standard deviation of one side over that of the other, less 1."""
    return spread(on) / spread(off) - 1.0


def worst_difference(on: Floats, off: Floats) -> float:
    """Return the mean of the worst futures of one side less that of the other's, each by its own order."""
    return worst(on) - worst(off)


def mean_of_like(n: int, correlation: float) -> float:
    """Return the standard deviation of the mean of n like risks, relative to that of one of them.

    √(ρ + (1 − ρ)/n): 1/√n where they are independent, 1 where they are the same (Markowitz 1952).
    """
    return float(np.sqrt(correlation + (1.0 - correlation) / n))
