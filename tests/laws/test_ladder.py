"""The ladder of rivals: each rung changes what close rivals do, and nothing else; a share of nothing is not told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.cli.rivalry import sentence
from simulator.errors import UsageError
from simulator.experiments import ladder
from simulator.experiments.ladder import FULL, STATIC, Overstatement, compared, on_rung, rungs
from simulator.model import MarketEntryModel
from simulator.scenario import Scenario, load_scenario
from tests.laws import worlds
from tests.laws.test_rivals import NEAR, STRATEGIES, column

HEAD_ON = NEAR | {"price_position": 1.0, "floor_position": 0.5, "awareness": 0.9}
"""A rival that nearly everybody considers, with room to go down."""


def question(**changed: Any) -> Scenario:
    """Return two markets, of which one has a close rival of its own."""
    plain = {
        "markets": ["US", "DE"], "rivals": {"US": [HEAD_ON]}, "mechanisms": {"stock": False, "fx": False},
        "strategies": {name: STRATEGIES[name] for name in ("par", "cheap")}, "weeks": 30, "consumers": 500,
    }  # fmt: skip
    return worlds.scenario(**(plain | changed))


def test_a_rung_changes_close_rivals_everywhere_and_nothing_else() -> None:
    scenario = question()
    for rung in rungs(copy_lag_weeks=7):
        there = on_rung(scenario, rung)
        for code in scenario.markets:
            for before, after in zip(scenario.close_rivals(code), there.close_rivals(code), strict=True):
                assert after == before.model_copy(update=dict(rung.fields))
        one, other = dict(scenario.document()), dict(there.document())
        for part in ("category", "rivals", *(["events"] if rung.enters else [])):
            one.pop(part, None), other.pop(part, None)
        assert one == other
        assert there.uncertainties == scenario.uncertainties
        assert [(event.kind, event.market) for event in there.events] == (
            [("rival_entry", "US"), ("rival_entry", "DE")] if rung.enters else []
        )


def test_the_flagship_keeps_its_events_and_uncertainties_on_every_rung() -> None:
    scenario = load_scenario("scenarios/flagship.yaml")
    for rung in rungs():
        there = on_rung(scenario, rung)
        assert there.events[: len(scenario.events)] == scenario.events
        assert there.uncertainties == scenario.uncertainties


def test_a_ladder_without_close_rivals_is_refused() -> None:
    empty = {"category": {"key": "sports_earbuds", "close_rivals": []}, "rivals": {}}
    with pytest.raises(UsageError, match="no close rivals"):
        on_rung(question(**empty), rungs()[0])


def test_static_rivals_charge_the_same_whatever_the_entrant_does() -> None:
    scenario = on_rung(question(), rungs()[0])
    prices = []
    for name in ("par", "cheap"):
        records = MarketEntryModel(scenario, name, (0, 1)).run()
        prices.append(records.price_usd[..., column(records, "near")])
    np.testing.assert_array_equal(*prices)


def test_rivals_that_undercut_cost_profit_and_the_ladder_says_how_much() -> None:
    scenario = question(replications=6, uncertainties={})
    rows = ladder.climb(scenario, workers=1)
    assert list(rows.columns[:3]) == ["strategy", "rung", "n"]
    assert list(rows["rung"]) == [rung.name for rung in rungs()] * 2
    assert (rows["n"] == 6).all()
    lowest = rows[rows["rung"] == STATIC]
    assert not lowest[["lost", "lost_low", "lost_high"]].to_numpy().any()
    undercut = rows[(rows["rung"] == "undercut") & (rows["strategy"] == "cheap")].iloc[0]
    assert 0.0 < undercut["lost_low"] < undercut["lost"] < undercut["lost_high"]
    static = rows[(rows["rung"] == STATIC) & (rows["strategy"] == "cheap")].iloc[0]
    assert static["profit"] - undercut["profit"] == pytest.approx(undercut["lost"])


# --------------------------------------------------------------------------------------------- its figures
PROFIT = np.array([90.0, 100.0, 120.0, 130.0, 160.0])


def test_a_profit_that_is_a_fifth_too_high_everywhere_is_overstated_by_a_fifth_for_sure() -> None:
    for sign, expected in ((1.0, 0.2), (-1.0, -0.2)):  # of a loss, a fifth more of it is understated profit
        row = compared("any", FULL, sign * 1.2 * PROFIT, sign * PROFIT)
        assert row["overstated_share"] == pytest.approx(expected)
        assert (row["overstated_low"], row["overstated_high"]) == pytest.approx((expected, expected))
        assert row["lost"] == pytest.approx(sign * 0.2 * PROFIT.mean())


def test_the_interval_of_the_share_covers_as_often_as_it_says() -> None:
    rng, hits, runs = np.random.default_rng(1), 0, 400
    for _ in range(runs):
        profit = rng.normal(100.0, 40.0, 32)
        row = compared("any", FULL, profit + rng.normal(25.0, 20.0, 32), profit)
        hits += row["overstated_low"] <= 0.25 <= row["overstated_high"]
    assert 0.90 <= hits / runs <= 0.99


def test_a_share_of_what_may_be_nothing_is_undefined_and_told_in_money() -> None:
    row = compared("any", FULL, PROFIT - 100.0, PROFIT - 110.0)
    assert np.isnan([row[name] for name in ("overstated_share", "overstated_low", "overstated_high")]).all()
    assert row["lost"] == pytest.approx(10.0)
    told = Overstatement("any", 10.0, 10.0, 10.0, *[float("nan")] * 3)
    assert "overstated by $10 ($10 … $10)" in sentence(told, "en")
    assert "%" not in sentence(told, "en")
    assert "高估 $10" in sentence(told, "zh")


def test_what_is_understated_is_told_without_minus_signs() -> None:
    told = sentence(Overstatement("any", -10.0, -20.0, 5.0, -0.1, -0.2, 0.05), "en")
    assert told == "any: profit is understated by 10.0 % (-5.0 % … 20.0 %) if rivals are ignored: $10 (-$5 … $20)."
