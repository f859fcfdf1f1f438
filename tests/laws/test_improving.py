"""What would help: a step's change is that of a whole run, what cannot matter changes nothing, the way adds up."""

from __future__ import annotations

from threading import Event
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulator.comparison import interval
from simulator.engine import run
from simulator.errors import Stopped, UsageError
from simulator.experiments.improving import MOST_STEPS, Found, improvements, search
from simulator.experiments.steps import UNADVISED, steps
from simulator.scenario import Scenario
from simulator.scenario.levers import changed
from tests.laws import worlds

HOME: dict[str, Any] = {
    "entry": {"US": 0}, "channel": "both", "price": {"position": 0.9, "rule": "fixed"},
    "ads": {"rule": "fixed", "budget_usd_week": 3000}, "payments": ["card", "paypal"], "logistics": {"mode": "direct"},
}  # fmt: skip


def question(**levers: Any) -> Scenario:
    """Return two markets, of which the strategy enters one unless it says more."""
    return worlds.scenario(
        markets=["US", "DE"], strategies={"home": HOME | levers}, weeks=16, consumers=300, replications=3
    )


def profits(scenario: Scenario) -> np.ndarray:
    """Return what a whole run reports, by future."""
    summary = run(scenario, workers=1).summary
    firm = summary[(summary["market"] == "ALL") & (summary["strategy"] == "home")]
    return firm.sort_values("replication")["profit_usd"].to_numpy(dtype=float)


@pytest.fixture(scope="module")
def found() -> Found:
    return search(question(), "home")


def step(frame: pd.DataFrame, path: str, value: Any) -> pd.Series:
    """Return the row of a step."""
    return next(row for _, row in frame.iterrows() if row["path"] == path and row["value"] == value)


@pytest.mark.parametrize(("path", "value"), [("price.position", 0.72), ("entry.DE", 0), ("logistics.mode", "local")])
def test_a_step_changes_what_a_run_of_the_changed_scenario_says(found: Found, path: str, value: Any) -> None:
    row = step(found.single, path, value)
    there, here = profits(changed(question(), "home", row["moves"])), profits(question())
    assert row["profit"] == there.mean() and found.base == here.mean()
    assert row["change"] == (there - here).mean() != 0.0
    assert (row["low"], row["high"]) == interval(there - here)
    assert (row["n"], row["win_share"]) == (3, ((there - here) > 0).mean())


def test_what_cannot_matter_changes_nothing(found: Found) -> None:
    """Leaving a market is looked at after 26 weeks, and the world ends after 16; a firm without stock holds none."""
    for path, value in (("exit.if_contribution_below_usd_week", 0.0), ("inventory.service_level", 0.8)):
        row = step(found.single, path, value)
        assert (row["change"], row["low"], row["high"], row["win_share"]) == (0.0, 0.0, 0.0, 0.0)


def test_the_best_step_stands_first_and_the_same_question_has_the_same_answer(found: Found) -> None:
    assert found.single["change"].is_monotonic_decreasing
    pd.testing.assert_frame_equal(improvements(question(), "home"), found.single)


def test_the_way_leads_where_its_moves_lead(found: Found) -> None:
    """The strategy loses: each row is the best step from where the last one led."""
    assert found.base < 0.0 < found.way["change"].min() and 1 <= len(found.way) <= MOST_STEPS
    scenario, before = question(), found.base
    for _, row in found.way.iterrows():
        assert row["profit"] - before == pytest.approx(row["change"], abs=1e-6)
        scenario, before = changed(scenario, "home", row["moves"]), row["profit"]
    assert profits(scenario).mean() == before
    assert found.arrives == (before > 0.0)
    assert (found.way["profit"].iloc[:-1] <= 0.0).all()
    assert found.way["path"].iloc[0] == found.single["path"].iloc[0]
    if len(found.way) > 1:
        after = improvements(changed(question(), "home", found.way["moves"].iloc[0]), "home")
        assert found.way["change"].iloc[1] == after["change"].max()


def test_a_strategy_that_gains_needs_no_way() -> None:
    gains = question().with_values({"seller.unit_cost_usd": 0.01, "strategies.home.ads.budget_usd_week": 0.0})
    gains = gains.with_values({"behaviour.headquarters_usd_week": 0.0, "category.conversion_at_parity": 0.9})
    found = search(gains, "home")
    assert found.base > 0.0 and found.way.empty and not found.arrives


def test_it_stops_on_request_after_what_is_at_hand() -> None:
    stop, told = Event(), []

    def progress(each: Any) -> None:
        told.append((each.done, each.total))
        if len(told) == 2:
            stop.set()

    with pytest.raises(Stopped):
        search(question(), "home", progress=progress, stop=stop)
    assert len(told) == 2 and told[0][0] == 3 and told[0][1] > 100
    with pytest.raises(Stopped):
        improvements(question(), "home", stop=stop)


def test_an_unknown_strategy_is_named() -> None:
    with pytest.raises(UsageError, match=r"hone.*home"):
        improvements(question(), "hone")


# ------------------------------------------------------------------------------------------------- the steps
def test_every_step_is_another_setting_and_none_is_one_that_nobody_should_advise() -> None:
    scenario = question()
    found = steps(scenario, "home")
    settings = [there.strategies["home"] for _, there in found]
    assert scenario.strategies["home"] not in settings
    assert all(one != other for i, one in enumerate(settings) for other in settings[:i])
    assert not {(each.path, str(each.value)) for each, _ in found} & {(path, str(value)) for path, value in UNADVISED}
    assert {"price.position", "entry.DE", "payments", "logistics.mode", "b2b.enabled"} <= {e.path for e, _ in found}
    assert "entry.US" not in {each.path for each, _ in found}  # a strategy that enters nothing is none


def test_a_market_with_its_own_setting_takes_part() -> None:
    own = question(
        entry={"US": 0, "DE": 2}, markets={"DE": {"price": {"position": 0.5}, "localisation": {"team": False}}}
    )
    by_step = {(each.path, str(each.value)): there.strategy("home", "DE") for each, there in steps(own, "home")}
    assert by_step["price.position", "0.72"].price.position == 0.4
    assert by_step["localisation.team", "True"].localisation.team
    assert by_step["logistics.mode", "hub"].logistics.hub == "PL"
