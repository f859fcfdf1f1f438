"""Forecasts of weekly demand: a flat mean, exponential smoothing that knows season and life curve, or a machine.

The machine (`ai`) adds a damped trend that all cells of a firm share, trusted as its history grows, and errors pooled
over cells: it learns in one market what it uses in another.

Demand is what was wanted before stock ran out, units a week. Weeks before four observations use the business
plan (DEFAULTS eq. 8 and 11), and so does every week of the method `plan`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import njit, rule
from simulator.exact import exp, log

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MEMORY: Final = 13
"""Weeks of demand and of one-step errors that are kept."""

FIRST_WEEKS: Final = 4
"""Observations before which the plan is used; also the window of the mean."""

SPREAD_WEEKS: Final = 8
"""Window of the standard deviation of the mean's method."""


TREND_STEP: Final = 0.2
"""Weight of the newest weekly change of the level in its trend (assumption)."""

DAMPING: Final = 0.9
"""What is left of a trend a week later (DEFAULTS eq. 8)."""

TRUST_WEEKS: Final = 10.0
"""Weeks of history at which half of a trend is believed: n / (n + 10) (DEFAULTS eq. 8)."""


# ----------------------------------------------------------------------------------------- plan and curve
@rule
def plan_demand(plan_share: float, reference_share: float, needs_week: float, shape: float) -> float:
    """Return the business plan's demand in a week, units: ``.35 · s_ref · Q_m · season · life`` (DEFAULTS eq. 11)."""
    return plan_share * reference_share * needs_week * shape


def life_curve(
    weeks: int, start: float, rise_share: float, rise: float, fall_share: float, fall: float, end: float
) -> Floats:
    """Return demand by age of a variant relative to its mean, float64[weeks], mean 1.

    Straight lines from `start` at birth to `rise` at ``rise_share`` of the life, `fall` at ``fall_share`` and
    `end` at its end, taken in the middle of each week.
    """
    age = (np.arange(weeks) + 0.5) / weeks
    curve = np.interp(age, [0.0, rise_share, fall_share, 1.0], [start, rise, fall, end])
    return curve / curve.mean()


# ------------------------------------------------------------------------------------------------ kernels
@njit
def _observe(
    demand: Floats,
    shape: Floats,
    live: Flags,
    alpha: Floats,
    values: Floats,
    errors: Floats,
    level: Floats,
    trend: Floats,
    count: Ints,
) -> None:
    """Take one week in; arrays [F, M], alpha [F], values and errors [F, M, MEMORY] (position = count % MEMORY)."""
    for f in range(demand.shape[0]):
        for m in range(demand.shape[1]):
            if not live[f, m]:
                continue
            n = count[f, m]
            values[f, m, n % MEMORY] = demand[f, m]
            if shape[f, m] > 0.0:
                relative = demand[f, m] / shape[f, m]
                if n == 0:
                    level[f, m] = relative
                else:
                    errors[f, m, n % MEMORY] = relative - level[f, m]
                    before = level[f, m]
                    level[f, m] += alpha[f] * (relative - level[f, m])
                    if before > 0.0 and level[f, m] > 0.0:
                        trend[f, m] += TREND_STEP * (log(level[f, m] / before) - trend[f, m])
            count[f, m] = n + 1


@njit
def _mean_of_last(ring: Floats, count: int, n: int) -> float:
    """Return the mean of the last n of `count` values in a ring, oldest first."""
    total = 0.0
    for i in range(count - n, count):
        total += ring[i % MEMORY]
    return total / n


@njit
def _sd_of_last(ring: Floats, count: int, n: int) -> float:
    """Return the standard deviation (n − 1) of the last n of `count` values in a ring; 0 for fewer than two."""
    if n < 2:
        return 0.0
    mean = _mean_of_last(ring, count, n)
    total = 0.0
    for i in range(count - n, count):
        total += (ring[i % MEMORY] - mean) ** 2
    return math.sqrt(total / (n - 1))


@njit
def _plan(
    plan: Floats,
    plan_sd_share: Floats,
    week: int,
    lead: Ints,
    begin: Ints,
    end: Ints,
    total: Floats,
    sd: Floats,
) -> None:
    """Sum the plan over the weeks to cover that lie within the life; sd a week from their mean."""
    for f in range(total.shape[0]):
        for m in range(total.shape[1]):
            n = 0
            total[f, m] = 0.0
            for t in range(week + 1, min(week + lead[f, m] + 2, end[f, m], plan.shape[2])):
                if t >= begin[f, m]:
                    total[f, m] += plan[f, m, t]
                n += 1
            sd[f, m] = plan_sd_share[f] * total[f, m] / n if n else 0.0


@njit
def _mean(values: Floats, count: Ints, week: int, lead: Ints, begin: Ints, total: Floats, sd: Floats) -> None:
    """Overwrite the plan where enough weeks are known: the last four weeks, flat, from the begin of the life on."""
    for f in range(total.shape[0]):
        for m in range(total.shape[1]):
            n = count[f, m]
            if n >= FIRST_WEEKS:
                covered = max(week + lead[f, m] + 2 - max(begin[f, m], week + 1), 0)
                total[f, m] = _mean_of_last(values[f, m], n, FIRST_WEEKS) * covered
                sd[f, m] = _sd_of_last(values[f, m], n, min(n, SPREAD_WEEKS))


@njit
def _smoothing(
    level: Floats,
    errors: Floats,
    count: Ints,
    shape: Floats,
    week: int,
    lead: Ints,
    begin: Ints,
    end: Ints,
    total: Floats,
    sd: Floats,
) -> None:
    """Overwrite the plan where enough weeks are known: the level, re-shaped by season and life curve."""
    for f in range(total.shape[0]):
        for m in range(total.shape[1]):
            n = count[f, m]
            if n < FIRST_WEEKS:
                continue
            weight, covered = 0.0, 0
            for t in range(week + 1, min(week + lead[f, m] + 2, end[f, m], shape.shape[2])):
                if t >= begin[f, m]:
                    weight += shape[f, m, t]
                covered += 1
            total[f, m] = max(level[f, m], 0.0) * weight
            spread = _sd_of_last(errors[f, m], n, min(n - 1, MEMORY))
            sd[f, m] = spread * weight / covered if covered else 0.0


@njit
def _machine(
    level: Floats,
    trend: Floats,
    errors: Floats,
    count: Ints,
    shape: Floats,
    week: int,
    lead: Ints,
    begin: Ints,
    end: Ints,
    total: Floats,
    sd: Floats,
) -> None:
    """Overwrite the plan where enough weeks are known: level and shared trend, re-shaped; errors pooled over cells."""
    for f in range(total.shape[0]):
        weight, change, spread = 0.0, 0.0, 0.0
        for m in range(total.shape[1]):
            n = count[f, m]
            if n >= FIRST_WEEKS and level[f, m] > 0.0:
                weight += n
                change += n * trend[f, m]
                relative = _sd_of_last(errors[f, m], n, min(n - 1, MEMORY)) / level[f, m]
                spread += n * relative * relative
        if weight <= 0.0:
            continue
        believed = change / weight * (weight / (weight + TRUST_WEEKS))
        error = math.sqrt(spread / weight)
        for m in range(total.shape[1]):
            if count[f, m] < FIRST_WEEKS:
                continue
            sum_, growth, step, covered = 0.0, 0.0, DAMPING, 0
            for t in range(week + 1, min(week + lead[f, m] + 2, end[f, m], shape.shape[2])):
                growth += step * believed
                step *= DAMPING
                if t >= begin[f, m]:
                    sum_ += shape[f, m, t] * exp(growth)
                covered += 1
            total[f, m] = max(level[f, m], 0.0) * sum_
            sd[f, m] = error * total[f, m] / covered if covered else 0.0


@njit
def _recent(values: Floats, count: Ints, weeks: int, out: Floats) -> None:
    for f in range(out.shape[0]):
        for m in range(out.shape[1]):
            n = min(count[f, m], weeks)
            out[f, m] = _mean_of_last(values[f, m], count[f, m], n) if n > 0 else 0.0


# -------------------------------------------------------------------------------------------------- state
@dataclass(frozen=True, eq=False)
class Forecast:
    """Demand over lead time and review week."""

    total: Floats
    """Units in the ``lead + 1`` weeks to come, float64[F, M]."""
    sd: Floats
    """Standard deviation of one week's error, units, float64[F, M]."""


class History:
    """What a seller has seen of its weekly demand, in F futures and M markets.

    Attributes
    ----------
    count : int64[F, M]
        Weeks observed.
    level : float64[F, M]
        Smoothed demand of an average week (season and life curve removed), units.
    trend : float64[F, M]
        Smoothed weekly change of the log of the level.
    """

    def __init__(self, futures: int, markets: int) -> None:
        self.count: Ints = np.zeros((futures, markets), np.int64)
        self.level: Floats = np.zeros((futures, markets))
        self.trend: Floats = np.zeros((futures, markets))
        self._values: Floats = np.zeros((futures, markets, MEMORY))
        self._errors: Floats = np.zeros((futures, markets, MEMORY))

    def observe(self, demand: Floats, shape: Floats, live: Flags, alpha: Floats) -> None:
        """Take in a week of the live markets.

        Parameters
        ----------
        demand : float64[F, M], units wanted
        shape : float64[F, M], season × life curve of the week, mean about 1
        live : bool[F, M], markets that could sell
        alpha : float64[F], weight of the newest week
        """
        _observe(demand, shape, live, alpha, self._values, self._errors, self.level, self.trend, self.count)

    def recent(self, weeks: int = FIRST_WEEKS) -> Floats:
        """Return the mean of the last `weeks` observations (at most `MEMORY`), float64[F, M]; 0 without any."""
        out = np.empty(self.level.shape)
        _recent(self._values, self.count, min(weeks, MEMORY), out)
        return out

    def forecast(
        self, method: str, week: int, lead: Ints, begin: Ints, end: Ints, shape: Floats, plan: Floats,
        plan_sd_share: Floats,
    ) -> Forecast:  # fmt: skip
        """Forecast the weeks ``week + 1 … week + lead + 1``.

        Parameters
        ----------
        method : "mean", "smoothing", "ai" or "plan"
            Mean of the last four weeks, flat, with the spread of the last eight; the level by exponential
            smoothing, re-shaped, with the spread of the last 13 one-step errors; or that level with a damped trend,
            both trend and relative error pooled over cells; or the plan, whatever sells.
        lead : int64[F, M], weeks from order to shelf
        begin, end : int64[F, M]
            First week of the life of the variant, and the first week after it: nothing is expected outside them, but
            the flat mean does not know the end.
        shape : float64[F, M, T], season × life curve by week of the calendar
        plan : float64[F, M, T], business plan by week, units
        plan_sd_share : float64[F], spread of the plan relative to its mean
        """
        out = Forecast(np.empty(self.level.shape), np.empty(self.level.shape))
        total, sd = out.total, out.sd
        _plan(plan, plan_sd_share, week, lead, begin, end, total, sd)
        if method == "mean":
            _mean(self._values, self.count, week, lead, begin, total, sd)
        elif method == "ai":
            _machine(self.level, self.trend, self._errors, self.count, shape, week, lead, begin, end, total, sd)
        elif method == "smoothing":
            _smoothing(self.level, self._errors, self.count, shape, week, lead, begin, end, total, sd)
        return out
