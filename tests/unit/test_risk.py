"""Worst futures and chances: closed forms, and intervals that cover as often as they say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulator import risk
from simulator.comparison import interval


def worst(values: np.ndarray, share: float) -> float:
    """Return the mean of the worst share of futures, taken from a sorted list, the last one in part."""
    left, total = share * len(values), 0.0
    for value in sorted(values):
        weight = min(1.0, left)
        total, left = total + weight * value, left - weight
    return total / (share * len(values))


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 1.0])
@pytest.mark.parametrize("futures", [10, 32, 33, 96])
def test_the_mean_of_the_parts_is_the_mean_of_the_worst(share: float, futures: int) -> None:
    values = np.random.default_rng(futures).normal(1e5, 3e5, futures)
    parts = risk.worst_parts(values, share)
    assert parts.mean() == pytest.approx(worst(values, share))
    order = np.random.default_rng(1).permutation(futures)
    np.testing.assert_array_equal(risk.worst_parts(values[order], share), parts[order])


def test_a_future_more_in_the_middle_does_not_move_the_worst_beyond_its_part() -> None:
    values = np.linspace(-100.0, 100.0, 20)
    better = np.where(values > 50.0, values * 10.0, values)
    np.testing.assert_array_equal(risk.worst_parts(values), risk.worst_parts(better))
    assert risk.worst_parts(values, 1.0).mean() == pytest.approx(values.mean())


def test_the_interval_of_the_worst_covers_the_truth_of_a_normal_law() -> None:
    rng, share = np.random.default_rng(5), 0.25
    truth = -1.2711  # mean of the lowest quarter of a standard normal: −φ(z)/0.25 at z = −0.6745
    hits = 0
    for _ in range(400):
        low, high = interval(risk.worst_parts(rng.normal(size=96), share))
        hits += low <= truth <= high
    assert 0.88 <= hits / 400 <= 0.99


@pytest.mark.parametrize(("happened", "of"), [(0, 32), (1, 32), (16, 32), (32, 32)])
def test_a_chance_keeps_between_nothing_and_certainty_and_is_never_sure(happened: int, of: int) -> None:
    p, low, high = risk.chance(np.arange(of) < happened)
    assert p == happened / of
    assert 0.0 <= low <= p <= high <= 1.0
    assert high - low > 0.1
    # Wilson: at its ends the observed share is just 1.96 standard errors away
    for end in (low, high):
        if 0.0 < end < 1.0:
            assert abs(p - end) == pytest.approx(1.959964 * np.sqrt(end * (1.0 - end) / of), abs=1e-9)


def test_risks_of_a_strategy_are_its_own_and_its_gain_is_paired() -> None:
    futures, rng = 40, np.random.default_rng(3)
    profit = {"base": rng.normal(0.0, 1e5, futures), "other": rng.normal(0.0, 1.0, futures)}
    profit["other"] += profit["base"] + 1000.0
    rows = [
        {"strategy": name, "market": market, "replication": f, "profit_usd": usd * (market == "ALL"),
         "insolvent": (usd < 0.0) if market == "ALL" else None}
        for name, values in profit.items() for market in ("US", "ALL") for f, usd in enumerate(values)
    ]  # fmt: skip
    mixed = pd.DataFrame(rows).sample(frac=1.0, random_state=1)
    found = risk.risks(mixed, "base").set_index("strategy")
    for name, values in profit.items():
        row = found.loc[name]
        assert row["profit"] == pytest.approx(values.mean())
        assert row["worst"] == pytest.approx(worst(values, risk.WORST))
        assert row["insolvent"] == (values < 0.0).mean()
    assert found.loc["base", "difference"] == found.loc["base", "difference_high"] == 0.0
    assert found.loc["other", "difference_low"] < 1000.0 < found.loc["other", "difference_high"]
    assert found.loc["other", "difference_high"] - found.loc["other", "difference_low"] < 1.0
