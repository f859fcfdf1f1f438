"""One number at a time: what cannot matter changes nothing, what is known in closed form comes out, ends are runs."""

from __future__ import annotations

from math import sqrt
from threading import Event
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulator import facts
from simulator.engine import run
from simulator.errors import SimulationError, Stopped, UsageError
from simulator.experiments.sensitivity import COLUMNS, best_strategy, row, tornado
from simulator.scenario import Scenario
from simulator.scenario.plausible import Span, span_of, spans
from tests.laws import worlds

HOME = {
    "entry": {"US": 0}, "channel": "both", "price": {"position": 0.9, "rule": "fixed"},
    "ads": {"rule": "fixed", "budget_usd_week": 3000}, "payments": ["card", "paypal"], "logistics": {"mode": "direct"},
}  # fmt: skip
"""Parcels to one market, with a store that no phone shows well."""
BOTH = HOME | {"entry": {"US": 0, "DE": 0}}

UNIT_COST, DUTY, PARITY = "seller.unit_cost_usd", "category.market.US.duty_share", "category.conversion_at_parity"
HEADQUARTERS = "behaviour.headquarters_usd_week"


def uniform(low: float, high: float, **more: Any) -> dict[str, Any]:
    return {"dist": "uniform", "low": low, "high": high, **more}


def question(**changed: Any) -> Scenario:
    """Return two markets, of which one strategy enters one."""
    plain = {
        "markets": ["US", "DE"], "strategies": {"home": HOME, "both": BOTH}, "weeks": 26, "consumers": 400,
        "replications": 4, "uncertainties": {PARITY: uniform(0.04, 0.08)},
    }  # fmt: skip
    return worlds.scenario(**(plain | changed))


def one(frame: pd.DataFrame, path: str) -> pd.Series:
    """Return the row of a number."""
    return frame.set_index("path").loc[path]


def mean_of(scenario: Scenario, strategy: str, outcome: str = "profit_usd") -> float:
    """Return the mean that a whole run reports."""
    found = run(scenario, workers=1).comparison
    chosen = (found["strategy"] == strategy) & (found["market"] == "ALL") & (found["outcome"] == outcome)
    return float(found.loc[chosen, "mean"].iloc[0])


# --------------------------------------------------------------------------------------------- in the model
def test_the_mobile_share_of_a_market_changes_nothing_for_whom_does_not_sell_there() -> None:
    paths = "markets.DE.mobile_share", "markets.US.mobile_share"
    scenario = question(uncertainties={path: uniform(0.2, 0.9) for path in paths})
    away, there = one(tornado(scenario, "home"), paths[0]), one(tornado(scenario, "both"), paths[0])
    assert (away["low_change"], away["high_change"], away["swing"]) == (0.0, 0.0, 0.0)
    assert (away["high_change_low"], away["high_change_high"]) == (0.0, 0.0)
    assert there["swing"] > 0.0
    assert one(tornado(scenario, "home"), paths[1])["swing"] > 0.0


@pytest.mark.parametrize(("path", "low", "high"), [(UNIT_COST, 15.0, 21.0), (DUTY, 0.05, 0.45)])
def test_what_a_unit_costs_more_lowers_profit(path: str, low: float, high: float) -> None:
    found = one(tornado(question(uncertainties={path: uniform(low, high)}), "home", paths=[path]), path)
    assert (found["low_value"], found["high_value"]) == pytest.approx(
        (low + 0.1 * (high - low), high - 0.1 * (high - low))
    )
    assert found["low_change"] > 0.0 > found["high_change"]
    assert found["at_low"] > found["base"] > found["at_high"]
    assert found["swing"] == pytest.approx(found["low_change"] - found["high_change"])


def test_headquarters_cost_their_difference_every_week_in_every_future() -> None:
    scenario = question()
    fact = facts.load("behaviour").leaves["headquarters_usd_week"]
    found = one(tornado(scenario, "home", paths=[HEADQUARTERS]), HEADQUARTERS)
    low = fact.low + sqrt(0.1 * (fact.high - fact.low) * (fact.value - fact.low))
    high = fact.high - sqrt(0.1 * (fact.high - fact.low) * (fact.high - fact.value))
    assert (found["low_value"], found["high_value"]) == pytest.approx((low, high))
    assert found["origin"] == "facts"
    cents = 0.01 * scenario.weeks
    for end, value in (("low", low), ("high", high)):
        expected = pytest.approx((fact.value - value) * scenario.weeks, abs=cents)
        assert [found[f"{end}_change{part}"] for part in ("", "_low", "_high")] == [expected] * 3


def test_as_drawn_and_at_an_end_the_means_are_those_of_runs() -> None:
    scenario = question(uncertainties={PARITY: uniform(0.04, 0.08), UNIT_COST: uniform(15.0, 21.0)}, replications=5)
    for outcome in ("profit_usd", "units"):
        found = one(tornado(scenario, "both", outcome=outcome, paths=[PARITY], workers=2), PARITY)
        assert found["base"] == mean_of(scenario, "both", outcome)
        for end in ("low", "high"):
            fixed = scenario.with_values({PARITY: found[f"{end}_value"]})
            assert list(fixed.uncertainties) == [UNIT_COST]
            assert found[f"at_{end}"] == mean_of(fixed, "both", outcome)


def test_a_distribution_of_one_value_changes_nothing() -> None:
    scenario = question(uncertainties={PARITY: {"dist": "discrete", "values": [0.06]}, UNIT_COST: uniform(15.0, 21.0)})
    found = one(tornado(scenario, "home", paths=[PARITY]), PARITY)
    assert found["low_value"] == found["high_value"] == 0.06
    changes = [name for name in COLUMNS if "change" in name]
    assert (found[[*changes, "swing"]] == 0.0).all()
    assert found["base"] == found["at_low"] == found["at_high"]


def test_a_single_future_of_two_values_stands_at_one_of_the_ends_and_has_no_interval() -> None:
    scenario = question(uncertainties={PARITY: {"dist": "discrete", "values": [0.04, 0.08]}}, replications=1)
    found = one(tornado(scenario, "home", paths=[PARITY]), PARITY)
    assert found["at_low"] != found["at_high"]
    assert found["base"] in (found["at_low"], found["at_high"])
    assert np.isnan(found[["low_change_low", "low_change_high"]].to_numpy(dtype=float)).all()


def test_numbers_of_a_group_move_together() -> None:
    scenario = question(
        uncertainties={
            UNIT_COST: uniform(15.0, 21.0, group="costs"), DUTY: uniform(0.05, 0.45, group="costs"),
            PARITY: uniform(0.04, 0.08),
        }
    )  # fmt: skip
    for asked in (UNIT_COST, DUTY):
        found = tornado(scenario, "home", paths=[asked])
        assert list(found["path"]) == [UNIT_COST]
    together = scenario.with_values({UNIT_COST: 15.0 + 0.9 * 6.0, DUTY: 0.05 + 0.9 * 0.4})
    assert found["at_high"].iloc[0] == mean_of(together, "home")


def test_threads_change_nothing() -> None:
    scenario = question()
    paths = [PARITY, HEADQUARTERS, "category.own_price_elasticity"]
    pd.testing.assert_frame_equal(
        *(tornado(scenario, "home", paths=paths, workers=n) for n in (1, 3)), check_exact=True
    )


def test_the_chance_of_a_loss_is_an_outcome_and_the_largest_swing_comes_first() -> None:
    found = tornado(question(), "home", outcome="p_loss")
    assert found[["base", "at_low", "at_high"]].isin([0.0, 0.25, 0.5, 0.75, 1.0]).all(axis=None)
    found = tornado(question(), "home", market="US")
    assert list(found.columns) == list(COLUMNS)
    assert found["swing"].is_monotonic_decreasing
    assert found["swing"].iloc[0] > 0.0


def test_the_best_strategy_has_the_best_mean_by_the_sense_of_the_outcome() -> None:
    cheap = HOME | {"price": {"position": 0.3, "rule": "fixed"}}
    lean = HOME | {"ads": {"rule": "fixed", "budget_usd_week": 100}}
    seller = {"cash_usd": 2e6, "unit_cost_usd": 12.0, "weight_kg": 0.1, "volume_l": 0.4}
    no_office = {"headquarters_usd_week": 0.0}
    scenario = question(strategies={"cheap": cheap, "home": lean}, behaviour=no_office, seller=seller)
    best = {"profit_usd": "home", "units": "cheap", "co2_kg": "home", "p_loss": "home"}
    assert {outcome: best_strategy(scenario, outcome=outcome) for outcome in best} == best


# --------------------------------------------------------------------------------------------- stop and fail
def test_a_stop_ends_the_work_between_two_worlds() -> None:
    stop, told = Event(), []

    def look(state: Any) -> None:
        told.append(state)
        stop.set()

    with pytest.raises(Stopped, match="on request"):
        tornado(question(), "home", workers=1, progress=look, stop=stop)
    assert told
    assert told[-1].done < told[-1].total
    before = len(told)
    with pytest.raises(Stopped):
        tornado(question(), "home", progress=look, stop=stop)
    assert len(told) == before


def test_a_failure_names_the_number_that_brought_it_about(monkeypatch: pytest.MonkeyPatch) -> None:
    from simulator.model import MarketEntryModel

    class Broken(MarketEntryModel):
        def step(self) -> None:
            if self.world.batch.scenario.seller.unit_cost_usd > 20.0:
                raise ArithmeticError("the factory is on fire")
            super().step()

    monkeypatch.setattr("simulator.model.MarketEntryModel", Broken)
    scenario = question(
        uncertainties={UNIT_COST: {"dist": "discrete", "values": [18.0, 21.0], "weights": [0.85, 0.15]}}
    )
    with pytest.raises(SimulationError, match=r"seller\.unit_cost_usd = 21: ArithmeticError: the factory"):
        tornado(scenario.with_values({"replications": 1}), "home", paths=[UNIT_COST])


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"strategy": "hone"}, "did you mean 'home'"),
        ({"outcome": "profit"}, "did you mean 'profit_usd'"),
        ({"market": "ID"}, "unknown market 'ID'"),
        ({"market": "US", "outcome": "roi"}, "figure of the firm"),
        ({"paths": ["category.conversion_at_party"]}, "did you mean 'category.conversion_at_parity'"),
        ({"paths": ["seller.cash_usd"]}, "seller.cash_usd: no range"),
    ],
)
def test_what_there_is_not_is_refused(asked: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        tornado(question(), **({"strategy": "home"} | asked))


# ------------------------------------------------------------------------------------------------- figures
def test_changes_are_paired_over_the_futures_in_which_all_is_defined() -> None:
    nan = float("nan")
    base, low, high = (np.array(each) for each in ([1.0, 2.0, nan, 4.0], [0.0, 1.0, 1.0, nan], [3.0, 5.0, 1.0, 9.0]))
    found = row(Span("a", "scenario", {"a": 1.0}, {"a": 2.0}), base, low, high)
    assert found["n"] == 2
    assert (found["base"], found["at_low"], found["at_high"]) == pytest.approx((7 / 3, 2 / 3, 4.5))
    assert (found["low_change"], found["high_change"], found["swing"]) == (-1.0, 2.5, 3.5)
    assert (found["low_change_low"], found["low_change_high"]) == (-1.0, -1.0)
    half = 12.706204736432 * np.std([2.0, 3.0], ddof=1) / sqrt(2.0)
    assert (found["high_change_low"], found["high_change_high"]) == pytest.approx((2.5 - half, 2.5 + half))


def test_facts_add_the_numbers_of_the_largest_market_or_of_the_one_that_is_asked_for() -> None:
    scenario = question()
    for market, code in ((None, "US"), ("DE", "DE")):
        added = [each.path for each in spans(scenario, "both", market) if each.origin == "facts"]
        placed = {path.split(".")[-2] for path in added if path.startswith(("markets.", "category.market."))}
        assert placed == {code}
    small = question(strategies={"de": HOME | {"entry": {"DE": 0}}})
    assert "markets.DE.mobile_share" in [each.path for each in spans(small, "de")]


def test_a_value_of_the_scenario_is_the_tip_of_the_facts_range_and_outside_it_there_is_none() -> None:
    fact = facts.load("markets", "US").leaves["acos_share"]
    path = "markets.US.acos_share"
    for value, known in ((fact.high, True), (fact.high + 0.1, False)):
        span = span_of(question(markets={"US": {"acos_share": value}, "DE": {}}), path)
        assert (span is not None) == known
        if span is not None:
            # With the tip at the upper end the distribution is (x - low)² / (high - low)².
            ends = [fact.low + sqrt(p) * (fact.high - fact.low) for p in (0.1, 0.9)]
            assert [span.low[path], span.high[path]] == pytest.approx(ends)


def test_a_duty_of_the_whole_category_outside_a_markets_range_is_not_tried_there() -> None:
    fact = facts.load("categories", "sports_earbuds").leaves["market.DE.duty_share"]
    assert span_of(question(), "category.market.DE.duty_share") is not None
    category = {"key": "sports_earbuds", "duty_share": fact.high + 0.1}
    assert span_of(question(category=category), "category.market.DE.duty_share") is None
