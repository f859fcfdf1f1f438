"""``run --fail-if``: exit code 5 with the reason, and nothing played for a condition that makes no sense."""

from __future__ import annotations

import pytest

import simulator
from simulator import load_scenario
from tests.cli.conftest import SMALL


def test_a_condition_that_holds_is_exit_5_with_the_run_kept(cli, played, flagship, tmp_path):
    mean = {each["strategy"]: each["profit"] for each in played.said.json["strategies"]}
    between = sorted(mean.values())[:2]
    limit = sum(between) / 2
    worst = min(mean, key=mean.__getitem__)
    said = cli("run", flagship, *SMALL, "--out", tmp_path, "--fail-if", f"profit_usd < {limit}", "--json", "--quiet")
    assert said.code == 5, said.err
    assert f"met by {worst}" in said.err
    assert said.err.count("met by") == 1
    (judged,) = said.json["fail_if"]
    assert judged["met"] is True
    assert {each["strategy"]: each["met"] for each in judged["strategies"]} == {name: name == worst for name in mean}
    assert {each["strategy"]: each["mean"] for each in judged["strategies"]} == pytest.approx(mean)
    assert said.json["folder"]


def test_conditions_that_do_not_hold_change_nothing(cli, played, flagship, tmp_path):
    conditions = ("price_war.US:units >= 1e9", "p_loss>1", "localised.insolvent == 1")
    options = [part for each in conditions for part in ("--fail-if", each)]
    said = cli("run", flagship, *SMALL, "--out", tmp_path, *options, "--json", "--quiet")
    assert said.code == 0, said.err
    assert [each["met"] for each in said.json["fail_if"]] == [False, False, False]


def test_what_nobody_can_judge_is_said_and_is_no_failure(cli, flagship, tmp_path):
    said = cli(
        "run", flagship, *SMALL, "--out", tmp_path, "--fail-if", "run_rate_usd_year > 0", "--quiet", "--lang", "zh"
    )
    assert said.code == 0
    assert "无法判断" in said.err


def test_a_run_that_goes_on_is_judged_too(cli, flagship, tmp_path):
    def stop(progress):
        raise KeyboardInterrupt

    out = tmp_path / "runs"
    scenario = load_scenario(flagship, consumers=300, weeks=12, replications=2)
    with pytest.raises(KeyboardInterrupt):
        simulator.run(scenario, out=out, progress=stop)
    (hidden,) = out.iterdir()
    before = sorted(path.name for path in hidden.iterdir())
    name = hidden.name.removeprefix(".").removesuffix(".part")
    resume = ("run", "--resume", name, "--out", out, "--quiet", "--json")
    refused = cli(*resume, "--fail-if", "localized.units > 0")
    assert refused.code == 2
    assert "did you mean 'localised'" in refused.err
    assert sorted(path.name for path in hidden.iterdir()) == before
    said = cli(*resume, "--fail-if", "localised.profit_usd < 0")
    assert said.code == 5, said.err
    assert said.json["fail_if"][0]["met"] is True
    assert (out / name / "summary.csv").exists()


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("profit < 0", "did you mean 'profit_usd'"),
        ("localized.profit_usd < 0", "did you mean 'localised'"),
        ("UK:profit_usd < 0", "unknown market 'UK'"),
        ("us:profit_usd < 0", "did you mean 'US'"),
        ("US:roi < 0", "figure of the firm"),
        ("profit_usd", "allowed: [strategy.][market:]outcome OP number"),
        ("profit_usd = 0", "'='"),
        ("profit_usd < nan", "'nan'"),
        ("profit_usd < ten", "'ten'"),
        ("p_loss > 30%", "0.25"),
        ("profit_usd <", "''"),
        ("", "allowed"),
    ],
)
def test_what_cannot_be_understood_is_refused_before_anything_is_played(cli, flagship, tmp_path, condition, told):
    said = cli("run", flagship, *SMALL, "--out", tmp_path / "runs", "--fail-if", condition)
    assert said.code == 2
    assert told in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert said.out == ""
    assert not (tmp_path / "runs").exists()
