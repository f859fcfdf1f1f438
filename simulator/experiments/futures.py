"""Outcomes as numbers of one future each: those of the summary, and the loss."""

from __future__ import annotations

from typing import get_args

import pandas as pd

from simulator.scenario.names import Outcome

NAMES: tuple[str, ...] = get_args(Outcome)
"""What can be asked of a run."""


def by_future(summary: pd.DataFrame, names: tuple[str, ...] = NAMES) -> pd.DataFrame:
    """Return strategy, market, replication and outcomes as ``float64``; null where undefined.

    `p_loss` of a future is 1 where its profit is negative, so that its mean over futures is the chance of a loss.
    """
    columns = {name: summary[name].astype("float64") for name in names if name != "p_loss"}
    if "p_loss" in names:
        columns["p_loss"] = (summary["profit_usd"] < 0).astype("float64").where(summary["profit_usd"].notna())
    labels = {name: summary[name].astype(str) for name in ("strategy", "market")}
    return pd.DataFrame({**labels, "replication": summary["replication"].astype("int64"), **columns})
