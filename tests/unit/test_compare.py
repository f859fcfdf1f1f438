"""Paired comparison: exact zeros, textbook intervals, honest nulls."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from simulator.comparison import COLUMNS, compare, interval
from simulator.outcomes import OUTCOMES


def table(**profits: list[float | None]) -> pd.DataFrame:
    """Return a summary in which every outcome has the same values."""
    rows = [
        {"strategy": name, "market": market, "replication": r, **dict.fromkeys(OUTCOMES, value)}
        for name, values in profits.items()
        for r, value in enumerate(values)
        for market in ("US", "ALL")
    ]
    return pd.DataFrame(rows).astype(dict.fromkeys(OUTCOMES, "float64"))


def pick(comparison: pd.DataFrame, strategy: str, outcome: str = "profit_usd", market: str = "ALL") -> pd.Series:
    chosen = comparison[
        (comparison.strategy == strategy) & (comparison.outcome == outcome) & (comparison.market == market)
    ]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_a_strategy_and_its_copy_differ_by_exactly_zero():
    values = [0.1, -7.3e5, 3.3e-7]
    row = pick(compare(table(a=values, copy=values), "a"), "copy")
    assert (row.difference, row.low, row.high, row.win_share) == (0.0, 0.0, 0.0, 0.0)
    assert row.p_best == 0.5
    assert row.n == 3


def test_the_interval_is_students_t_on_the_paired_differences():
    a, b = [1.0, 2.0, 4.0, 8.0], [2.5, 2.0, 7.0, 9.0]
    found = compare(table(a=a, b=b), "a")
    row = pick(found, "b")
    difference = np.array(b) - np.array(a)
    low, high = stats.t.interval(0.95, 3, difference.mean(), stats.sem(difference))
    assert list(found.columns) == list(COLUMNS)
    assert (row.low, row.high) == pytest.approx((low, high))
    assert row.difference == pytest.approx(difference.mean())
    assert row["mean"] == pytest.approx(np.mean(b))
    assert row.win_share == 0.75
    assert row.p_best == pytest.approx((1 + 0.5 + 1 + 1) / 4)


def test_a_smaller_cost_wins():
    row = pick(compare(table(a=[5.0, 5.0], b=[3.0, 6.0]), "a"), "b", "stockout_share")
    assert row.win_share == 0.5
    assert pd.isna(row.p_loss)


def test_only_futures_in_which_both_are_defined_are_compared():
    row = pick(compare(table(a=[1.0, None, 3.0], b=[2.0, 9.0, None]), "a"), "b")
    assert (row.n, row.difference) == (1, 1.0)
    assert pd.isna(row.low)
    assert row["mean"] == 5.5


def test_chance_of_loss_counts_futures_below_zero():
    found = compare(table(a=[-1.0, 0.0, 2.0, -3.0], b=[1.0, 1.0, 1.0, 1.0]), "a")
    assert pick(found, "a").p_loss == 0.5
    assert pick(found, "b").p_loss == 0.0


def test_an_outcome_that_is_nowhere_defined_stays_null():
    row = pick(compare(table(a=[None, None], b=[None, None]), "a"), "b")
    assert row.n == 0
    assert row[["mean", "difference", "low", "high", "win_share", "p_best", "p_loss"]].isna().all()


def test_equal_values_have_an_interval_without_rounding():
    assert interval(np.array([0.1, 0.1, 0.1])) == (0.1, 0.1)
