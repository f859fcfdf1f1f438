"""The board that ships: of this version or of none, to the last digit, and honest about what fails."""

from __future__ import annotations

import json
from math import isnan

import numpy as np
import pytest

from simulator import trends
from simulator.examples import examples_dir
from simulator.report import board
from simulator.report.experiments import experiments
from simulator.report.findings import number
from simulator.scenario import load_scenario, parse_scenario
from simulator.texts import LANGUAGES, catalogue
from simulator.trends import Finding
from simulator.trends.verdict import FEWEST

CURE = "run `make shipped`"


@pytest.fixture(scope="module")
def found() -> tuple[Finding, ...]:
    held = board.load()
    assert held is not None, CURE
    return held


def test_what_ships_is_the_whole_board_at_its_full_size(found) -> None:
    assert [each.part.key for each in found] == [part.key for part in trends.parts()]
    for each in found:
        assert (each.replications >= FEWEST) == bool(each.part.scenario)
        # Stored verdicts are those of the rules of today.
        assert each.verdict == each.part.rule.judge(each.estimate.mean, each.estimate.low, each.estimate.high)
        assert isnan(each.estimate.mean) or each.estimate.low <= each.estimate.mean <= each.estimate.high


@pytest.mark.parametrize("claim", [2, 5, 8, 19])
def test_a_replay_gives_what_ships_to_the_last_digit(claim: int, found) -> None:
    """Shopper, facts and one market: claims of a few seconds; the test of the pages holds the whole board to it."""
    shipped = [each for each in found if each.part.claim == claim]
    for here, there in zip(trends.examine(claim), shipped, strict=True):
        np.testing.assert_array_equal(figures(here), figures(there), f"{here.part.key} ({CURE})")
        assert here.estimate.beside == there.estimate.beside
        np.testing.assert_allclose(here.estimate.futures, there.estimate.futures, rtol=10.0 ** (1 - board.DIGITS))
        assert (here.verdict, here.replications, here.consumers) == (there.verdict, there.replications, there.consumers)


def figures(finding: Finding) -> list[float]:
    estimate = finding.estimate
    return [estimate.mean, estimate.low, estimate.high, estimate.sampling]


def test_the_mean_of_the_futures_is_the_figure(found) -> None:
    played = [each.estimate for each in found if each.estimate.futures]
    assert len(played) > 100
    for each in played:
        spread = max(map(abs, each.futures))
        assert np.mean(each.futures) == pytest.approx(each.mean, abs=10.0 ** (1 - board.DIGITS) * spread)


def test_a_board_is_read_as_it_was_written(found, tmp_path) -> None:
    again = board.save(found, tmp_path / "again.json")
    assert again.read_bytes() == board.FILE.read_bytes()
    assert repr(board.load(again)) == repr(found)


@pytest.mark.parametrize("name", ["numbers", "data", "scenarios_sha256"])
def test_a_board_of_other_numbers_data_or_worlds_is_refused(name: str, tmp_path) -> None:
    held = json.loads(board.FILE.read_text("utf-8"))
    held["label"][name] = f"not {held['label'][name]}"
    assert board.load(written(held, tmp_path)) is None


def test_a_board_of_other_claims_is_refused(tmp_path) -> None:
    held = json.loads(board.FILE.read_text("utf-8"))
    fewer = {**held, "rows": held["rows"][1:]}
    assert board.load(written(fewer, tmp_path)) is None
    held["rows"][1]["claim"]["claimed"] = 0.74
    assert board.load(written(held, tmp_path)) is None
    assert board.load(tmp_path / "none.json") is None


def written(held, folder):
    path = folder / "board.json"
    path.write_text(json.dumps(held), "utf-8")
    return path


def test_every_figure_has_a_number_of_its_own(found) -> None:
    numbers = [number(each) for each in found]
    assert len(set(numbers)) == len(numbers)
    assert {int(each.split(".")[0]) for each in numbers} == {*range(1, 40)}
    assert [n for n, each in zip(numbers, found) if each.part.claim == 3] == ["3.1", "3.2"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_claim_that_fails_somewhere_says_why(lang: str, found) -> None:
    failing = {each.part.claim for each in found if each.verdict in ("partly", "not reproduced")}
    told = {int(key.rpartition(".")[2]) for key in catalogue(lang) if key.startswith("board.why.")}
    assert told == failing


@pytest.mark.parametrize("claim", range(1, 40))
def test_the_worlds_of_a_claim_open_with_what_it_compares(claim: int, found) -> None:
    own = [each for each in found if each.part.claim == claim]
    worlds = experiments(own)
    assert {each.part.scenario for each in own if each.part.scenario} == {
        f"trends/{w.question.file}.yaml" for w in worlds
    }
    assert {(need.question, name) for each in own for need in each.part.needs for name in need.strategies} <= {
        (world.question, name) for world in worlds for name in world.strategies
    }
    titles = [world.scenario().title.en for world in worlds]
    assert len(set(titles)) == len(titles)
    for world in worlds:
        scenario = world.scenario()
        text = scenario.to_yaml()
        assert parse_scenario(text, "text", folder=examples_dir()) == scenario
        assert not world.strategies or set(scenario.strategies) == set(world.strategies)
        of_file = load_scenario(examples_dir() / world.question.path).baseline
        assert not world.strategies or scenario.baseline in (of_file, world.strategies[-1])
