"""Whatever a scenario file says, the answer is a scenario or a list of problems with their places, never a trace.

Each run plays the same examples, at least 2,000 in all. ``FUZZ=20 pytest tests/unit/test_fuzzing.py`` plays 20 times as
many new ones.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from simulator.cli import app
from simulator.errors import Problem, ScenarioError
from simulator.scenario import Scenario, load_scenario, parse_scenario, scenario_of
from tests.unit import mutations

FACTOR = int(os.environ.get("FUZZ", "0"))


def fuzz(examples: int) -> settings:
    """Return settings for a number of examples."""
    return settings(
        max_examples=examples * max(FACTOR, 1),
        derandomize=not FACTOR,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def check_problems(problems: tuple[Problem, ...], file: str) -> None:
    """Check that each problem has a place and words."""
    assert problems
    for problem in problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.file
        assert problem.message.strip()
        assert len(problem.message) < 2_000
        str(problem).encode()  # half a surrogate pair would stop the terminal


def check_scenario(scenario: Scenario) -> None:
    """Check that the scenario can be written down and read again."""
    document = scenario.document()
    again = scenario_of(document)
    assert again == scenario
    assert again.digest() == scenario.digest()


def outcome(text: str | bytes, **options: object) -> Scenario | None:
    """Return the scenario, or None after checking the problems."""
    try:
        scenario = parse_scenario(text, "my.yaml", folder=mutations.FOLDER, **options)  # type: ignore[arg-type]
    except ScenarioError as error:
        check_problems(error.problems, "my.yaml")
        return None
    check_scenario(scenario)
    return scenario


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file beside the examples, so that it may extend them."""
    folder = tmp_path_factory.mktemp("scenarios")
    for path in mutations.FOLDER.glob("*.yaml"):
        shutil.copyfile(path, folder / path.name)
    return folder / "mine.yaml"


@fuzz(900)
@given(mutations.texts())
def test_a_damaged_file_through_the_command_line(file, data):
    file.write_bytes(data)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = app.run(["validate", str(file), "--json"])
    assert code in (0, 3), err.getvalue()
    answer = json.loads(out.getvalue())
    assert answer["valid"] is (code == 0)
    if code == 3:
        check_problems(tuple(Problem(**each) for each in answer["problems"]), str(file))
    else:
        scenario = load_scenario(file)
        assert scenario.digest() == answer["scenario_sha256"]
        written = parse_scenario(scenario.to_yaml())
        assert written == scenario
        assert written.digest() == scenario.digest()


@fuzz(1100)
@given(mutations.trees())
def test_a_scenario_with_a_wrong_part(text):
    outcome(text)


PATHS = tuple(load_scenario(mutations.FOLDER / "flagship.yaml").settable_paths())


@fuzz(100)
@given(mutations.settings_of(PATHS))
def test_wrong_settings(values):
    outcome("extends: flagship.yaml\n", settings=values)


def test_what_is_damaged_is_a_scenario_in_all_its_parts():
    """The fuzz is worth what its sources hold: they are read, and name every key of a scenario and of a strategy."""
    assert all(outcome(text) is not None for text in mutations.sources())
    keys = {key for tree in mutations.documents() for key in tree}
    assert keys >= set(Scenario.model_fields)
    levers = {key for tree in mutations.documents() for own in tree.get("strategies", {}).values() for key in own}
    assert levers >= set(type(load_scenario(mutations.FOLDER / "flagship.yaml").strategies["localised"]).model_fields)
