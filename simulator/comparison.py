"""Strategies against the baseline, future by future: the same people with the same luck.

Because both strategies meet the same futures, most of the noise cancels in the difference; a strategy and its copy
differ by exactly 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from simulator.outcomes import OUTCOMES

COLUMNS = (
    "strategy", "baseline", "market", "outcome", "mean", "difference", "low", "high", "win_share", "p_best", "p_loss",
    "n",
)  # fmt: skip

CONFIDENCE = 0.95
"""Level of the interval of the mean difference."""

LESS_IS_BETTER = frozenset(
    {
        "payback_week", "peak_funding_usd", "insolvent", "stockout_share", "leftover_share", "response_seconds",
        "return_share", "ad_share", "acos_share", "landed_cost_usd", "incidents", "fines_usd", "co2_kg",
        "co2_product_kg", "co2_freight_kg", "co2_last_mile_kg", "co2_kg_unit", "sampling_cv", "stock_error_share",
    }
)  # fmt: skip
"""Outcomes of which a smaller value wins."""


def compare(summary: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Return the paired comparison of all strategies with the baseline.

    Parameters
    ----------
    summary
        Table of outcomes, strategies × markets (and ``ALL``) × futures.
    baseline
        The strategy that the others are compared with.

    Returns
    -------
    DataFrame
        One row per strategy, market and outcome. `mean`: over the strategy's own futures where the outcome is
        defined. `difference`: mean of strategy − baseline over the `n` futures in which both are defined, with its 95 %
        interval `low`, `high` (Student's t; null for fewer than two). `win_share`: of those `n`, where the strategy
        is strictly better (for costs and losses: smaller). `p_best`: share of futures in which no other strategy is
        better; ties share the win. `p_loss`: share of futures with a negative value, for money alone.
    """
    strategies = list(dict.fromkeys(summary["strategy"]))
    markets = list(dict.fromkeys(summary["market"]))
    replications = np.unique(summary["replication"].to_numpy())
    cube = _cube(summary, strategies, markets, replications)
    reference = strategies.index(baseline)
    rows = []
    for s, strategy in enumerate(strategies):
        for m, market in enumerate(markets):
            for o, outcome in enumerate(OUTCOMES):
                values = cube[s, :, m, o]
                defined = values[~np.isnan(values)]
                paired = values - cube[reference, :, m, o]
                paired = paired[~np.isnan(paired)]
                sign = -1.0 if outcome in LESS_IS_BETTER else 1.0
                low, high = interval(paired)
                rows.append(
                    {
                        "strategy": strategy,
                        "baseline": baseline,
                        "market": market,
                        "outcome": outcome,
                        "mean": _mean(defined),
                        "difference": _mean(paired),
                        "low": low,
                        "high": high,
                        "win_share": _mean((sign * paired > 0).astype(float)),
                        "p_best": _chance_best(sign * cube[:, :, m, o], s),
                        "p_loss": _mean((defined < 0).astype(float)) if _is_money(outcome) else np.nan,
                        "n": len(paired),
                    }
                )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def interval(values: np.ndarray) -> tuple[float, float]:
    """Return the 95 % interval of a mean by Student's t; null for fewer than two values.

    Identical values have the interval of length 0 that they deserve, free of rounding.
    """
    count = len(values)
    if count < 2:
        return np.nan, np.nan
    if np.all(values == values[0]):
        return float(values[0]), float(values[0])
    half = student(count - 1) * float(values.std(ddof=1)) / np.sqrt(count)
    return float(values.mean()) - half, float(values.mean()) + half


@lru_cache(maxsize=256)
def student(freedom: int) -> float:
    """Return the two-sided quantile of Student's t."""
    from scipy.stats import t

    # To 12 digits: the last bits of special functions differ between processors.
    return float(f"{t.ppf(0.5 + CONFIDENCE / 2, freedom):.12g}")


def _cube(
    summary: pd.DataFrame, strategies: Sequence[str], markets: Sequence[str], replications: np.ndarray
) -> np.ndarray:
    """Return the outcomes as float64[strategies, futures, markets, outcomes]; nan where undefined or failed."""
    cube = np.full((len(strategies), len(replications), len(markets), len(OUTCOMES)), np.nan)
    values = summary[list(OUTCOMES)].astype("float64").to_numpy(dtype=float, na_value=np.nan)
    place = (
        pd.Index(strategies).get_indexer(pd.Index(summary["strategy"])),
        np.searchsorted(replications, summary["replication"].to_numpy()),
        pd.Index(markets).get_indexer(pd.Index(summary["market"])),
    )
    cube[place] = values
    return cube


def _chance_best(better: np.ndarray, strategy: int) -> float:
    """Return the share of futures in which a strategy is best; `better` [strategies, futures], larger wins."""
    known = ~np.isnan(better).all(axis=0)
    if not known.any():
        return np.nan
    best = better[:, known] == np.nanmax(better[:, known], axis=0)
    return float((best[strategy] / best.sum(axis=0)).mean())


def _mean(values: np.ndarray) -> float:
    if not len(values):
        return np.nan
    # The mean of equal values is that value, without the rounding of a sum.
    return float(values[0]) if np.all(values == values[0]) else float(values.mean())


def _is_money(outcome: str) -> bool:
    return outcome in ("profit_usd", "npv_usd", "run_rate_usd_year", "margin_share", "roi", "min_cash_usd")
