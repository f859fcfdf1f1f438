"""How bad the worst futures are, and how likely something is: figures of futures with their intervals."""

from __future__ import annotations

from math import ceil, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.comparison import interval
from simulator.outcomes import ALL

Floats = NDArray[np.float64]

WORST = 0.10
"""Share of the futures that are called the worst."""
TWO_SIDED = 1.959964
"""Standard normal quantile of a 95 % interval."""


def worst_parts(values: Floats, share: float = WORST) -> Floats:
    """Return what each future contributes to the mean of the worst `share` of them, float64[F].

    ``q + min(x − q, 0) / share`` with q the quantile at `share` (Rockafellar and Uryasev 2000): the mean over all
    futures is the mean of the worst ones (expected shortfall), the last of them in part. As that is largest in q, an
    error of q hardly moves it, and the interval of the mean is that of these parts.
    """
    q = np.sort(values)[ceil(share * len(values) - 1e-9) - 1]
    return np.asarray(q + np.minimum(values - q, 0.0) / share)


def chance(happened: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Return the share of futures bool[F] in which something happened, and its 95 % interval (Wilson 1927).

    What happened in none of 32 futures may still happen in one of ten: Student's interval would have length 0.
    """
    n, p, z2 = len(happened), float(happened.mean()), TWO_SIDED * TWO_SIDED
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = TWO_SIDED * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return p, max(middle - half, 0.0), min(middle + half, 1.0)


def risks(summary: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Return what each strategy earns and risks, one row each.

    Columns: strategy, n; profit, low, high (mean and its interval, USD); difference, difference_low, difference_high
    (profit less that of the baseline, future by future); worst, worst_low, worst_high (mean profit of
    the worst tenth of futures); insolvent, insolvent_low, insolvent_high (probability to run out of cash).
    """
    rows = []
    firm = summary[summary["market"] == ALL].set_index("replication").sort_index()
    reference = firm.loc[firm["strategy"] == baseline, "profit_usd"]
    for name in dict.fromkeys(summary["strategy"]):
        group = firm[firm["strategy"] == name]
        profit = group["profit_usd"].to_numpy(dtype=np.float64)
        gained = (group["profit_usd"] - reference).dropna().to_numpy(dtype=np.float64)
        parts = worst_parts(profit)
        figures = {
            "profit": (float(profit.mean()), *interval(profit)),
            "difference": (float(gained.mean()), *interval(gained)),
            "worst": (float(parts.mean()), *interval(parts)),
            "insolvent": chance(group["insolvent"].to_numpy(dtype=bool)),
        }
        row: dict[str, object] = {"strategy": str(name), "n": len(profit)}
        for figure, (middle, low, high) in figures.items():
            prefix = "" if figure == "profit" else f"{figure}_"
            row |= {figure: middle, f"{prefix}low": low, f"{prefix}high": high}
        rows.append(row)
    return pd.DataFrame(rows)
