"""What ships is what the examples give today."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from simulator import engine
from simulator.examples import app_examples, examples_dir
from simulator.report import shipped
from simulator.report.answer import Answer
from simulator.scenario import NUMBERS_VERSION, load_scenario
from simulator.ui.asked import example
from tests.ui.conftest import Opened

CURE = "run `make shipped`"


@pytest.mark.parametrize("name", app_examples())
def test_every_example_ships_with_an_answer_of_this_version(name: str) -> None:
    said = shipped.label(name)
    assert said is not None and said["numbers"] == NUMBERS_VERSION, CURE
    answers = shipped.load(example(name))
    assert answers is not None, CURE
    scenario = example(name)
    assert list(answers) == list(scenario.strategies)
    for answer in answers.values():
        assert sorted(answer.firm.index) == list(range(scenario.replications))


@pytest.mark.parametrize("name", ["flagship", "toy_middle_east"])
def test_a_replay_gives_what_ships_to_the_last_digit(name: str) -> None:
    results = engine.run(load_scenario(examples_dir() / f"{name}.yaml"))
    answers = shipped.load(results.scenario)
    assert answers is not None, CURE
    for strategy, found in answers.items():
        played = Answer.of_results(results, strategy)
        for field in dataclasses.fields(Answer)[1:]:
            pd.testing.assert_frame_equal(
                getattr(found, field.name), getattr(played, field.name), check_exact=True, check_dtype=False,
                check_categorical=False, obj=f"{strategy} {field.name} ({CURE})",
            )  # fmt: skip


def test_another_seed_has_no_shipped_answer() -> None:
    assert shipped.load(example("flagship").with_values({"seed": 1})) is None


def test_the_lab_opens_with_what_ships(opened: Opened) -> None:
    page = opened()
    assert any("Played in full: 20 simulated futures" in each.value for each in page.caption)
