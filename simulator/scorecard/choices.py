"""What decisions are worth: forecasts, localisation, strategies, and what profit hangs on."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simulator.comparison import compare
from simulator.scorecard.demand import rank_correlation
from simulator.scorecard.pattern import Estimate
from simulator.scorecard.study import Study

Floats = NDArray[np.float64]

MATURE = ("US", "DE", "GB", "JP", "FR")
"""Markets that are not emerging."""
FORECASTS = ("mean", "smoothing", "ai")
"""From the one that should leave most."""
TRIFLES = ("return_share", "on_time_share", "rating", "incidents", "stock_error_share", "co2_kg_unit")
"""Outcomes that should decide little."""


def leftover_share(study: Study) -> dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return units written off and units received with each forecast, int64[F] each; without editions and firms."""
    runs = {name: study.main.records(study.named(name)) for name in FORECASTS}
    return {name: (r.leftover_units.sum(axis=1), r.received_units.sum(axis=1)) for name, r in runs.items()}


def leftover_order(study: Study) -> Estimate:
    """Return how much more each forecast writes off than the next better one, pooled: the smaller of the two ratios;
    and the shares."""
    left = leftover_share(study)
    parts = {name: _ratio(a.sum(), b.sum()) for name, (a, b) in left.items()}
    if not all(value > 0.0 for value in parts.values()):
        return Estimate(np.nan, parts=parts)
    sums = [each for name in FORECASTS for each in left[name]]

    def smallest(*s: Floats) -> Floats:
        shares = [np.divide(a, b) for a, b in zip(s[::2], s[1::2], strict=True)]
        return np.min([np.divide(a, b) for a, b in pairwise(shares)])

    return Estimate.pooled(smallest, *sums, parts=parts)


def localisation_multiples(study: Study, weeks: slice = slice(None)) -> dict[str, dict[str, float]]:
    """Return, by channel and market, demand with language, team, local returns, local payments and mobile storefront
    over demand without; from the first sale on, without editions, firms and exits, pooled over futures."""
    found: dict[str, dict[str, float]] = {}
    for channel in ("marketplace", "store"):
        with_it, without = (study.main.records(study.named(f"{channel}_{side}")) for side in ("with", "without"))
        found[channel] = {}
        for m, code in enumerate(with_it.markets):
            first = with_it.first_sale_week[:, m].max()
            if first >= 0:
                on, off = (r.demand[first:, :, m][weeks].sum() for r in (with_it, without))
                found[channel][code] = _ratio(on, off)
    return found


def localisation(study: Study) -> Estimate:
    """Return how many times as much localisation multiplies demand in emerging markets as in mature ones: geometric
    means, the smaller of marketplace and own store; and every multiple."""
    ratios: list[float] = []
    parts: dict[str, float] = {}
    for channel, multiples in localisation_multiples(study).items():
        parts |= {f"{channel} {code}": value for code, value in multiples.items()}
        logs = {code: np.log(value) for code, value in multiples.items() if value > 0.0 and np.isfinite(value)}
        groups = [[value for code, value in logs.items() if (code in MATURE) == mature] for mature in (False, True)]
        ratios.append(float(np.exp(np.mean(groups[0]) - np.mean(groups[1]))) if all(groups) else np.nan)
    return Estimate(float(np.min(ratios)), parts=parts)


def no_winner(study: Study) -> Estimate:
    """Return the share of futures in which a strategy is best by profit in the market where it wins least, of the
    strategy for which this is most; and that of every strategy."""
    import pandas as pd

    if len(study.strategies) < 2:
        return Estimate(np.nan)
    tables = pd.concat([study.main.summary(name) for name in study.strategies], ignore_index=True)
    best = compare(tables, study.scenario.baseline).query("outcome == 'profit_usd'")
    parts = {str(name): float(value) for name, value in best.groupby("strategy", sort=False)["p_best"].min().items()}
    return Estimate(max(parts.values()), parts=parts)


# --------------------------------------------------------------------------------------- what profit hangs on
def profit_drivers(study: Study) -> Estimate:
    """Return the share of the variance of profit's ranks that the ranks of units, contribution per unit, weeks of
    stock and ramp tell, adjusted for their number; and the rank correlation of each."""
    drivers, profit = _drivers(study), study.main.profit(study.focus)
    parts = {name: rank_correlation(values, profit) for name, values in drivers.items()}
    ranks = [_ranks(values) for values in drivers.values() if values.std() > 0.0]
    count = len(profit) - len(ranks) - 1
    if count < 4 or not ranks or profit.std() == 0.0:
        return Estimate(np.nan, parts=parts)
    table = np.stack([np.ones(len(profit)), *ranks], axis=1)
    wanted = _ranks(profit)
    rest = wanted - table @ np.linalg.lstsq(table, wanted, rcond=None)[0]
    unexplained = (rest @ rest) / ((wanted - wanted.mean()) @ (wanted - wanted.mean()))
    return Estimate(float(1.0 - unexplained * (len(profit) - 1) / count), parts=parts)


def profit_trifles(study: Study) -> Estimate:
    """Return the largest rank correlation with profit, in size, of what should decide little over that of the
    drivers; and every trifle's."""
    profit = study.main.profit(study.focus)
    trifles = {name: rank_correlation(*_known(study.main.outcome(study.focus, name), profit)) for name in TRIFLES}
    drivers = [abs(rank_correlation(values, profit)) for values in _drivers(study).values()]
    sizes = [abs(value) for value in trifles.values() if np.isfinite(value)]
    strongest = max((each for each in drivers if np.isfinite(each)), default=np.nan)
    return Estimate(_ratio(max(sizes), strongest) if sizes else np.nan, parts=trifles)


def _drivers(study: Study) -> dict[str, Floats]:
    """Return by future, float64[F]: units, contribution per unit, weeks of stock, and how late the units come."""
    r = study.main.records(study.focus)
    units = r.units[..., 0].sum(axis=(0, 2)).astype(float)
    sold = np.maximum(units, 1.0)
    contribution = study.main.outcome(study.focus, "margin_share") * study.main.outcome(study.focus, "revenue_usd")
    by_week = r.units[..., 0].sum(axis=2)
    late = (by_week * np.arange(r.weeks)[:, None]).sum(axis=0) / sold
    stock = r.stock.sum(axis=(0, 2)) / sold
    return {"units": units, "contribution": np.nan_to_num(contribution / sold), "stock": stock, "ramp": late}


def _known(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    known = np.isfinite(one) & np.isfinite(other)
    return one[known], other[known]


def _ranks(values: Floats) -> Floats:
    from scipy.stats import rankdata

    ranks: Floats = rankdata(values)
    return ranks


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0.0 else float("nan")
