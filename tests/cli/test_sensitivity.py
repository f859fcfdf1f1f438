"""``sensitivity``: the largest swing first, files and JSON that say the same, one message for a mistake."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from simulator.cli.varying import cells
from simulator.experiments.sensitivity import COLUMNS
from simulator.scenario import load_scenario
from simulator.texts.numbers import NOTHING
from tests.cli.conftest import SMALL

PLAN = """
category: sports_earbuds
markets: [US]
seller: {cash_usd: 800000, unit_cost_usd: 18, weight_kg: 0.25, volume_l: 1.2}
strategies:
  dear: {entry: {US: 0}, price: {position: 1.6, rule: fixed}, logistics: {mode: direct}}
  fair: {entry: {US: 0}, price: {position: 0.9, rule: fixed}, logistics: {mode: direct}}
uncertainties:
  seller.unit_cost_usd: {dist: uniform, low: 10, high: 30}
  behaviour.ai_ads_factor: from_facts
"""


@pytest.fixture
def plan(tmp_path):
    """Return the file of a scenario with a number that matters and one that does not."""
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN)
    return path


def test_the_table_the_json_and_the_csv_tell_the_same(cli, plan, tmp_path):
    csv = tmp_path / "all.csv"
    said = cli("sensitivity", plan, *SMALL, "--outcome", "units", "--top", "3", "--csv", csv, "--json")
    assert said.code == 0, said.err
    numbers = said.json["numbers"]
    assert (said.json["strategy"], said.json["outcome"], len(numbers)) == ("fair", "units", 3)
    assert "fair" in said.err, "the choice of the strategy is told"
    frame = pd.read_csv(io.BytesIO(csv.read_bytes()))
    assert list(frame.columns) == list(COLUMNS)
    assert len(frame) == said.json["count"] > 3
    assert [row["path"] for row in numbers] == list(frame["path"][:3])
    assert frame["swing"].is_monotonic_decreasing
    scenario = load_scenario(plan)
    assert set(frame.loc[frame["origin"] == "scenario", "path"]) == set(scenario.uncertainties)
    idle = frame.set_index("path").loc["behaviour.ai_ads_factor"]
    assert idle["swing"] == 0.0
    told = cli("sensitivity", plan, *SMALL, "--outcome", "units", "--top", "3", "--strategy", "fair", "--quiet")
    assert told.code == 0
    assert told.err == ""
    places = [told.out.index(row["label"]) for row in numbers]
    assert places == sorted(places)
    assert f"The first 3 of {len(frame)}." in told.out


def test_a_single_future_has_no_interval(cli, plan):
    said = cli("sensitivity", plan, *SMALL, "--replications", "1", "--strategy", "fair", "--json")
    assert said.code == 0
    assert {row["high_change_low"] for row in said.json["numbers"]} == {None}


def test_changes_of_shares_are_points_and_what_is_undefined_is_a_dash():
    nan = float("nan")
    row = {
        "path": "markets.ID.mobile_share", "origin": "facts", "low_value": 0.0351, "high_value": 1234.5,
        "low_change": 0.125, "low_change_low": 0.1, "low_change_high": 0.15,
        "high_change": nan, "high_change_low": nan, "high_change_high": nan, "swing": nan,
    }  # fmt: skip
    assert cells(pd.DataFrame([row]), "p_loss", "en") == [
        ("Mobile share (ID)*", "0.0351 … 1,234", "+12.5 pp", "10.0 pp … 15.0 pp", NOTHING, NOTHING, NOTHING)
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--method", "morris"], "--method morris: not available yet; allowed: tornado"),
        (["--method", "sobol"], "not available yet"),
        (["--method", "tornados"], "read 'tornados'"),
        (["--outcome", "profit"], "did you mean 'profit_usd'"),
        (["--strategy", "fairy"], "did you mean 'fair'"),
        (["--market", "DE"], "unknown market 'DE'"),
        (["--market", "US", "--outcome", "roi"], "figure of the firm"),
        (["--top", "0"], "--top"),
        (["--csv", "nosuch/all.csv"], "nosuch is no folder"),
        (["--workers", "0"], "workers is 0"),
    ],
)
def test_mistakes_are_one_message(cli, plan, arguments, told):
    said = cli("sensitivity", plan, *arguments)
    assert said.code == 2
    assert told in said.err
    assert said.out == ""
