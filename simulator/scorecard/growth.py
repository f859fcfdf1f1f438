"""How a listing grows, and how its weeks scatter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.scorecard.pattern import Estimate
from simulator.scorecard.study import Study

Floats = NDArray[np.float64]

LATE = 26
"""Weeks of the late level."""
SMOOTH = 8
"""Weeks over which the ramp is smoothed."""
FIRST = 4
"""Weeks of the introduction."""
REACHED = 0.8
"""Of the late level: where the ramp ends."""


def ramp_week(study: Study) -> Estimate:
    """Return the first week in which the level reaches .8 of its mean in the last 26 weeks; median and quartiles over
    futures. Largest market, without editions, firms and exits; units over season and life curve, smoothed alike."""
    level = ramp(study)
    if level is None:
        return Estimate(np.nan)
    reached, end = _reached(level)
    return Estimate.median(np.where(reached, end, np.nan))


def ramp_start(study: Study) -> Estimate:
    """Return the level of the first four weeks on the shelf over the late level, pooled over futures."""
    levels = _levels(study)
    return Estimate(np.nan) if levels is None else Estimate.pooled(np.divide, levels[FIRST - 1], _late(levels))


def ramp_shape(study: Study) -> Estimate:
    """Return the part of the rise, from the first month to .8 of the late level, that is over when half its time is;
    pooled over futures, since single ones scatter."""
    levels = _levels(study)
    if levels is None:
        return Estimate(np.nan)
    path = levels.sum(axis=1) / _late(levels).sum()
    end = int(np.argmax(path >= REACHED))
    if end <= 2 * FIRST or path[end] <= path[FIRST]:
        return Estimate(np.nan)
    half = (FIRST + end) // 2
    return Estimate.pooled(lambda a, b, c: (b - a) / (c - a), levels[FIRST], levels[half], levels[end])


def weekly_cv(study: Study) -> Estimate:
    """Return sd over mean of the weekly units of the second year around their linear trend, in the largest market,
    without season, product lives, festival editions, firms and exits; mean over futures."""
    r = study.flat.records(study.named("staying"))
    units = r.units[52:104, :, _largest(study), 0].astype(float)
    if len(units) < LATE:
        return Estimate(np.nan)
    weeks = np.arange(len(units))
    trend = np.stack([np.polyval(np.polyfit(weeks, column, 1), weeks) for column in units.T], axis=1)
    with np.errstate(all="ignore"):
        return Estimate.of((units - trend).std(axis=0, ddof=2) / units.mean(axis=0))


def ramp(study: Study) -> Floats | None:
    """Return the smoothed level of the largest market by week from the start of the run, float64[W, F]; None where
    the run is too short for one."""
    model, r = study.main.model(study.named("marketplace_with")), study.main.records(study.named("marketplace_with"))
    if r.weeks < 3 * LATE:
        return None
    m = _largest(study)
    units = r.units[:, :, m, 0]
    shape = model.entrant.replenishment.shape[:, m * model.entrant.levers.variants, : r.weeks].T
    return trailing(units) / trailing(shape)


def _levels(study: Study) -> Floats | None:
    """Return the unsmoothed level from the first week on the shelf on, of futures that sell late, float64[W', F]."""
    if ramp(study) is None:
        return None
    model, r = study.main.model(study.named("marketplace_with")), study.main.records(study.named("marketplace_with"))
    m = _largest(study)
    shape = model.entrant.replenishment.shape[:, m * model.entrant.levers.variants, : r.weeks].T
    first = int(r.first_sale_week[:, m].max())
    levels = trailing(r.units[first:, :, m, 0], FIRST) / trailing(shape[first:], FIRST)
    sells = _late(levels) > 0.0
    return levels[:, sells] if first >= 0 and sells.any() else None


def _late(levels: Floats) -> Floats:
    late: Floats = levels[-LATE:].mean(axis=0)
    return late


def _reached(level: Floats) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return which futures reach .8 of the late level, and when."""
    above = level >= REACHED * _late(level)
    return above.any(axis=0) & (_late(level) > 0.0), np.argmax(above, axis=0)


def _largest(study: Study) -> int:
    """Return the position of the market with most needs among those that the strategy enters."""
    needs = study.main.records(study.focus).needs.sum(axis=(0, 1))
    codes = study.main.records(study.focus).markets
    return max((m for m, code in enumerate(codes) if code in study.markets), key=lambda m: needs[m])


def trailing(values: NDArray, weeks: int = SMOOTH) -> Floats:
    """Return the sum over the last weeks along the first axis; fewer at the start."""
    total = np.cumsum(values.astype(float), axis=0)
    total[weeks:] -= total[:-weeks].copy()
    return total
