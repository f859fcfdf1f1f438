"""Several runs side by side, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from simulator.experiments.compare import Side, changed_versions, inputs, outcomes, welch, why_unpaired
from simulator.outcomes import OUTCOMES

WORLD = {"seed": 1, "start": "2026-01-05", "weeks": 52, "period_days": 7, "demand": "expected"}


def side(label: str, profits: dict[str, list[float]], first: int = 0, **document: object) -> Side:
    rows = [
        {"strategy": name, "market": "ALL", "replication": first + r, **dict.fromkeys(OUTCOMES, value)}
        for name, values in profits.items()
        for r, value in enumerate(values)
    ]
    return Side(label, {**WORLD, **document}, pd.DataFrame(rows).astype(dict.fromkeys(OUTCOMES, "float64")), {})


def row(table: pd.DataFrame, strategy: str = "plan", outcome: str = "profit_usd") -> pd.Series:
    found = table[(table.strategy == strategy) & (table.outcome == outcome)]
    assert len(found) == 1
    return found.iloc[0]


def test_paired_runs_take_the_difference_future_by_future():
    a, b = [1.0, 100.0, -50.0, 7.0], [2.0, 101.5, -48.0, 8.0]
    found = row(outcomes([side("a", {"plan": a}), side("b", {"plan": b})]))
    pairs = np.subtract(b, a)
    low, high = stats.t.interval(0.95, 3, pairs.mean(), stats.sem(pairs))
    assert (found.difference, found.low, found.high) == pytest.approx((pairs.mean(), low, high))
    assert (found.pairing, found.n, found.win_share) == ("paired", 4, 1.0)


def test_unpaired_runs_take_welchs_interval():
    a, b = [1.0, 2.0, 4.0, 8.0, 16.0], [3.0, 9.0, 1.0]
    found = row(outcomes([side("a", {"plan": a}), side("b", {"plan": b}, seed=2)]))
    expected = stats.ttest_ind(b, a, equal_var=False).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert found.difference == pytest.approx(np.mean(b) - np.mean(a))
    assert (found.pairing, found.n, found.n_against) == ("unpaired", 3, 5)
    assert np.isnan(found.win_share)


def test_welch_has_no_interval_for_one_value_and_none_of_length_for_constants():
    assert np.isnan(welch(np.array([1.0]), np.array([1.0, 2.0]))).all()
    assert welch(np.array([3.0, 3.0]), np.array([1.0, 1.0])) == (2.0, 2.0)


@pytest.mark.parametrize("name", ["seed", "start", "weeks", "period_days", "demand"])
def test_whatever_changes_the_futures_forbids_pairing(name):
    assert why_unpaired(side("a", {"plan": [1.0]}), side("b", {"plan": [1.0]}, **{name: "other"})) == (name,)


def test_futures_with_other_numbers_cannot_be_paired_and_common_ones_are():
    a = side("a", {"plan": [1.0, 2.0, 4.0]})
    assert why_unpaired(side("b", {"plan": [1.0, 2.0]}, first=3), a) == ("replications",)
    found = row(outcomes([a, side("b", {"plan": [5.0, 5.0, 5.0]}, first=1)]))
    assert (found.pairing, found.n) == ("paired", 2)
    assert found.difference == pytest.approx((5 - 2 + 5 - 4) / 2)
    assert found["mean"] - found.mean_against == pytest.approx(found.difference)


def test_a_strategy_of_one_run_alone_has_no_difference():
    table = outcomes([side("a", {"plan": [1.0], "old": [3.0]}), side("b", {"plan": [1.0], "new": [4.0]})])
    assert list(dict.fromkeys(table.strategy)) == ["plan", "old", "new"]
    for name in ("old", "new"):
        found = row(table, name)
        assert found.pairing == "alone"
        assert np.isnan(found.difference)
    assert (row(table, "new")["mean"], row(table, "old").mean_against) == (4.0, 3.0)


def test_a_smaller_loss_wins():
    table = outcomes([side("a", {"plan": [-1.0, 2.0]}), side("b", {"plan": [1.0, 2.0]})])
    found = row(table, outcome="p_loss")
    assert (found["mean"], found.mean_against, found.difference, found.win_share) == (0.0, 0.5, -0.5, 0.5)
    assert row(table, outcome="payback_week").win_share == 0.0


def test_inputs_that_differ_are_leaves_by_dotted_path():
    sides = [
        side(
            "a", {"plan": [1.0]}, markets={"US": {}, "DE": {"mobile_share": 0.5}}, events=[{"kind": "fx", "factor": 1}]
        ),
        side(
            "b", {"plan": [1.0]}, markets={"US": {}}, events=[{"kind": "fx", "factor": 2}], payments=["card", "paypal"]
        ),
    ]
    table = inputs(sides)
    assert list(table.columns) == ["path", "a", "b"]
    assert table.path.tolist() == ["events.0.factor", "markets.DE.mobile_share", "payments"]
    assert table.a.tolist() == [1, 0.5, None]
    assert table.b.tolist() == [2, None, ["card", "paypal"]]


def test_a_value_that_is_there_differs_from_none():
    table = inputs([side("a", {"plan": [1.0]}, limit=0), side("b", {"plan": [1.0]})])
    assert table.path.tolist() == ["limit"]


def test_versions_that_decide_numbers_are_named():
    a, b = (Side(each, WORLD, pd.DataFrame(), {"numbers": n, "python": each}) for each, n in (("a", "1"), ("b", "2")))
    assert changed_versions(b, a) == {"numbers": ("1", "2")}
