"""Conditions on outcomes: how they are read, and when they hold."""

from __future__ import annotations

import pandas as pd
import pytest

from simulator.errors import UsageError
from simulator.experiments.condition import OPERATORS, parse
from simulator.outcomes import OUTCOMES, SUMMARY_COLUMNS

STRATEGIES, MARKETS = ("local", "war"), ("US", "ID")


def summary(**values: list[float | None]) -> pd.DataFrame:
    """Return a summary with the values of every outcome by strategy; ALL is ten times a market."""
    rows = [
        {"strategy": name, "market": market, "replication": r}
        | dict.fromkeys(OUTCOMES, None if value is None else value * factor)
        for name, own in values.items()
        for market, factor in (("US", 1), ("ID", 1), ("ALL", 10))
        for r, value in enumerate(own)
    ]
    return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS)).astype(dict.fromkeys(OUTCOMES, "float64"))


def met(text: str, **values: list[float | None]) -> list[str]:
    return [each.strategy for each in parse(text, STRATEGIES, MARKETS).judge(summary(**values)) if each.met]


def test_the_default_is_any_strategy_all_markets_and_the_mean_over_futures():
    assert met("profit_usd<0", local=[-3.0, 5.0], war=[-5.0, 3.0]) == ["war"]
    assert met("profit_usd < 20", local=[1.0, 2.0], war=[2.0, 3.0]) == ["local"]
    assert met("US:profit_usd < 2", local=[1.0, 2.0], war=[2.0, 3.0]) == ["local"]
    assert met("war.ID:profit_usd>=2.5", local=[9.0, 9.0], war=[2.0, 3.0]) == ["war"]
    assert met(" war . ALL : units > 24 ", local=[9.0, 9.0], war=[2.0, 3.0]) == ["war"]


@pytest.mark.parametrize(
    ("sign", "holds"), [("<", (1,)), ("<=", (1, 2)), ("==", (2,)), ("!=", (1, 3)), (">=", (2, 3)), (">", (3,))]
)
def test_operators_mean_what_they_say(sign, holds):
    assert sign in OPERATORS
    for value in (1, 2, 3):
        assert bool(met(f"US:units {sign} 2", local=[float(value)])) == (value in holds)


def test_the_chance_of_a_loss_is_the_share_of_futures_below_zero():
    assert met("p_loss > 0.5", local=[-1.0, -1.0, 1.0], war=[-1.0, 1.0]) == ["local"]
    assert met("p_loss >= 5e-1", local=[-1.0, -1.0, 1.0], war=[-1.0, 1.0]) == ["local", "war"]


def test_what_is_undefined_is_left_out_of_the_mean_and_never_met():
    assert met("US:payback_week == 3", local=[None, 3.0], war=[None, None]) == ["local"]
    assert met("US:payback_week != 3", local=[None, 3.0], war=[None, None]) == []


@pytest.mark.parametrize(
    "text", ["1 < 2", "a.b.profit_usd < 0", "profit_usd < 0 0", "profit_usd << 0", "profit_usd < 1_000"]
)
def test_nonsense_is_refused(text):
    with pytest.raises(UsageError, match="--fail-if"):
        parse(text, STRATEGIES, MARKETS)
