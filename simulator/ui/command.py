"""The command line that plays what the page shows, with the same digits."""

from __future__ import annotations

import json
import os
import shlex
from functools import lru_cache
from pathlib import Path
from typing import Any

from simulator.errors import ScenarioError
from simulator.examples import examples_dir
from simulator.scenario import Scenario, load_scenario
from simulator.scenario.levers import GATE
from simulator.ui.asked import OWN, Asked, example

FILE = "scenario.yaml"
"""What the download of a scenario is called."""


def command(question: Asked, played: Scenario) -> str:
    """Return the command; where it names `FILE`, that is the download beside it.

    Parameters
    ----------
    played
        The scenario at the size that answered.
    """
    settings = None if question.example.startswith(OWN) else _settings(question)
    if settings is None:
        path = Path(FILE)
    else:
        path = Path(os.path.relpath(examples_dir() / f"{question.example}.yaml"))
        path = path if ".." not in path.parts else examples_dir() / path.name
    words = ["market-entry", "run", str(path)]
    for name in ("replications", "consumers"):
        if getattr(played, name) != getattr(question.original, name):
            words += [f"--{name}", str(getattr(played, name))]
    for setting in settings or ():
        words += ["--set", setting]
    return shlex.join(words)


def _settings(question: Asked) -> list[str] | None:
    """Return the moves as settings; None where they cannot say it.

    No setting enters or leaves a market, or takes a gate away; and one of a strategy reaches those that extend it.
    """
    entered = question.original.strategies[question.strategy].entry
    found = []
    for path, value in question.moves.items():
        if path.startswith("entry.") and (value is None or path.removeprefix("entry.") not in entered):
            return None
        if path == GATE:
            return None
        market, _, lever = path.rpartition(":")
        place = f"markets.{market}.{lever}" if market else lever
        found.append(f"strategies.{question.strategy}.{place}={_written(value)}")
    return found if _says(question.example, tuple(found)) == question.scenario() else None


@lru_cache(maxsize=32)
def _says(name: str, settings: tuple[str, ...]) -> Scenario | None:
    """Return the scenario that an example is with settings; None where they make none."""
    try:
        return load_scenario(examples_dir() / f"{name}.yaml", settings) if settings else example(name)
    except ScenarioError:
        return None


def _written(value: Any) -> str:
    # JSON is YAML, and writes numbers to the last digit.
    return json.dumps(value)
