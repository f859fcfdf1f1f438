"""The scoreboard of claims: it plays each world once, says the same every time, and hides nothing."""

from __future__ import annotations

import json
import re
import signal
from collections import Counter

import numpy as np
import pytest
from typer.testing import CliRunner

from simulator import trends
from simulator.cli.app import app, run
from simulator.cli.signals import Interrupted
from simulator.examples import examples_dir
from simulator.scenario import load_scenario
from simulator.texts import LANGUAGES, catalogue, tr
from simulator.trends import machines
from simulator.trends import worlds as worlds_module
from simulator.trends.paired import paired
from simulator.trends.verdict import Direction
from simulator.trends.worlds import Need, Question, Worlds

PARTS = trends.parts()
KEYS = ("trend", "claim", "claimed", "simulated", "low", "high", "verdict", "kind", "how")
SMALL = {"replications": 3, "consumers": 400}


def command(*arguments: str):
    return CliRunner().invoke(app, ["trends", "--quiet", *arguments])


# ------------------------------------------------------------------------------------------- what is claimed
def test_every_claim_of_the_trends_is_examined() -> None:
    assert {part.claim for part in PARTS} == {*range(1, 40)}
    assert {part.trend for part in PARTS} == {*range(9)}


def test_a_recovered_input_stands_beside_an_emergent_figure() -> None:
    """Shares of people and days of lanes are put in: their consequences are the emergent rows of the same trend."""
    for trend in range(1, 9):
        kinds = Counter(part.kind for part in PARTS if part.trend == trend)
        assert kinds["emergent"] >= kinds["recovered input"] / 2
        assert kinds["emergent"] >= 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_part_has_its_words(lang: str) -> None:
    texts = catalogue(lang)
    for part in PARTS:
        assert tr(f"trends.claims.{part.claim}", lang)
        words = tr(f"trends.parts.{part.key}", lang, **part.names)
        assert "{" not in words
        if lang == "zh":
            assert re.search(r"[\u4e00-\u9fff]", words)
    unused = {key for key in texts if key.startswith("trends.parts.")} - {f"trends.parts.{p.key}" for p in PARTS}
    assert not unused


def test_every_world_that_is_needed_can_be_played() -> None:
    """The fewest futures of a verdict, consumers as promised, and every strategy there."""
    for part in PARTS:
        for need in part.needs:
            path = examples_dir() / need.question.path
            scenario = load_scenario(path)
            assert scenario.replications >= 32
            assert scenario.consumers in (2000, 5000)
            assert len(scenario.uncertainties) >= 3
            assert set(need.strategies) <= set(scenario.strategies)
            assert set(dict(need.question.values)) <= set(scenario.settable_paths())
        if part.needs:
            assert part.scenario == part.needs[0].question.path
        assert part.measure is not None or part.kind == "outside the model"


# ------------------------------------------------------------------------------------------------- playing
def test_a_world_that_two_parts_need_is_played_once(monkeypatch: pytest.MonkeyPatch) -> None:
    played: Counter[tuple[str, str, int]] = Counter()
    real = worlds_module.play_all

    def counting(scenario, work, *rest):
        for batch, names in work:
            played.update((json.dumps(scenario.document(), sort_keys=True), name, f) for name in names for f in batch)
        return real(scenario, work, *rest)

    monkeypatch.setattr(worlds_module, "play_all", counting)
    found = Worlds(**SMALL)
    asked = [need for part in PARTS if part.claim in (4, 11, 12) for need in part.needs]
    found.play(asked)
    found.play(asked)
    assert set(played.values()) == {1}
    assert len(played) == len({(n.question, s) for n in asked for s in n.strategies}) * SMALL["replications"]


def test_one_claim_alone_says_what_the_whole_board_says() -> None:
    alone = {f.part.key: f.estimate for f in trends.examine(16, **SMALL)}
    several = Worlds(**SMALL)
    several.play([need for part in PARTS if part.claim in (15, 16, 18) for need in part.needs])
    together = {part.key: part.measure(several) for part in PARTS if part.claim == 16}
    assert alone == together


def test_threads_change_no_figure() -> None:
    one, two = (trends.examine(7, workers=workers, **SMALL) for workers in (1, 2))
    assert [f.estimate for f in one] == [f.estimate for f in two]


def test_a_strategy_compared_with_itself_differs_by_nothing() -> None:
    question = Question("green")
    found = Worlds(**SMALL)
    found.play([Need(question, ("plain",))])
    side = question, "plain"
    none = paired("1_none", 1, "emergent", Direction(+1), "money", side, side, "profit_usd").measure(found)
    assert (none.mean, none.low, none.high) == (0.0, 0.0, 0.0)


def test_questions_that_differ_in_a_value_meet_the_same_luck() -> None:
    """Without a claim nothing can be exposed: the hazard moves nothing, to the cent."""
    question = Question("green")
    other = question.but({"behaviour.exposure_hazard": 0.5})
    found = Worlds(**SMALL)
    found.play([Need(question, ("plain", "claimed")), Need(other, ("plain", "claimed"))])
    here, there = (found.outcome(q, "plain", "profit_usd") for q in (question, other))
    np.testing.assert_array_equal(here, there)
    here, there = (found.outcome(q, "claimed", "incidents") for q in (question, other))
    assert (there > here).all()


# ------------------------------------------------------------------------------------------------- command
def test_the_command_prints_what_the_contract_promises() -> None:
    done = command("--only", "7", "--replications", "3", "--consumers", "400", "--json")
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)
    assert len(rows) == len([part for part in PARTS if part.claim == 7])
    for row in rows:
        assert set(KEYS) <= set(row)
        assert row["trend"] in range(9)
        assert row["verdict"] in ("reproduced", "partly", "not reproduced", "not tested")
        assert row["kind"] in ("emergent", "recovered input", "outside the model")
        assert row["low"] <= row["simulated"] <= row["high"]
        assert row["sampling_cv"] > 0.0
        assert "scenarios/trends/premium.yaml" in row["how"]
        assert (row["replications"], row["consumers"]) == (3, 400)


def test_the_board_speaks_chinese() -> None:
    done = command("--only", "2", "--replications", "2", "--consumers", "400", "--lang", "zh")
    assert done.exit_code == 0
    assert "趋势一" in done.stdout
    assert not re.search(r"\b(reproduced|emergent|claimed)\b", done.stdout)


def test_figures_fit_a_terminal_and_few_futures_are_no_verdict() -> None:
    lines = command("--only", "15", "--replications", "3", "--consumers", "400").stdout.splitlines()
    figures = [line for line in lines if " … " in line]
    assert len(figures) == len([part for part in PARTS if part.claim == 15])
    assert max(map(len, figures)) <= 80
    assert any("meant for 32 futures or more" in line for line in lines)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_whoever_stops_it_is_told_so(
    number: int, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_, **__):
        raise Interrupted(number)

    monkeypatch.setattr(worlds_module, "play_all", stopped)
    assert run(["trends", "--quiet", "--only", "7"]) == code
    said = capsys.readouterr()
    assert (said.out, said.err.strip()) == ("", "Interrupted.")


def test_what_no_model_can_know_is_shown_and_not_tested() -> None:
    (row,) = json.loads(command("--only", "10", "--json").stdout)
    assert (row["kind"], row["verdict"], row["simulated"]) == ("outside the model", "not tested", None)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--only", "99"), "no claim 99"),
        (("--only", "0"), "no claim 0"),
        (("--only", "40"), "no claim 40"),
        (("--replications", "1"), "allowed: 2 or more"),
    ],
)
def test_a_wrong_number_is_refused(arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trends", "--quiet", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_the_second_generation_begins_when_the_first_life_ends() -> None:
    assert Worlds().scenario(machines.MACHINES).category_profile.life_weeks == machines.GENERATION
