"""The worlds behind a claim, each as a scenario of its own: what a reader opens to move its levers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from simulator.scenario import scenario_of
from simulator.trends.worlds import Question, Worlds

if TYPE_CHECKING:
    from simulator.scenario import Scenario
    from simulator.trends import Finding

MOST_SETTINGS = 2
"""Changed values that are told; a world with every fee at an end of its range has more than anybody reads."""


@dataclass(frozen=True)
class Experiment:
    """A world of a claim, and the strategies that the claim compares in it."""

    question: Question
    strategies: tuple[str, ...]
    """The one that the claim is about first, what it is compared with last; none: people alone are asked."""

    @property
    def settings(self) -> str:
        """Return what differs from the file, such as ``say_do_share = 1.0``; empty where nothing does."""
        told = [f"{path.rpartition('.')[2]} = {value}" for path, value in self.question.values]
        more = ["…"] if len(told) > MOST_SETTINGS else []
        return ", ".join([*told[:MOST_SETTINGS], *more])

    def scenario(self) -> Scenario:
        """Return the world with the strategies of the claim alone; its title says what differs from the file."""
        return _scenario(self)


@lru_cache(maxsize=128)
def _scenario(experiment: Experiment) -> Scenario:
    whole = Worlds().scenario(experiment.question)
    document = whole.document()
    if experiment.settings:
        document = {**document, "title": {k: f"{v} ({experiment.settings})" for k, v in document["title"].items()}}
    if experiment.strategies:
        kept = {name: each for name, each in document["strategies"].items() if name in experiment.strategies}
        baseline = whole.baseline if whole.baseline in kept else experiment.strategies[-1]
        document = {**document, "strategies": kept, "baseline": baseline}
    return scenario_of(document, whole.name)


def experiments(found: Sequence[Finding]) -> tuple[Experiment, ...]:
    """Return the worlds that the findings of a claim rest on, each once.

    Worlds of one file hold the same strategies: some claims compare one of them across worlds.
    """
    compared: dict[str, list[str]] = {}
    questions: dict[Question, None] = {}
    for finding in found:
        for need in finding.part.needs:
            compared.setdefault(need.question.file, []).extend(need.strategies)
            questions[need.question] = None
        if finding.part.scenario and not finding.part.needs:
            questions[Question.of(finding.part.scenario)] = None
    return tuple(Experiment(question, _ordered(compared.get(question.file, []))) for question in questions)


def _ordered(names: Sequence[str]) -> tuple[str, ...]:
    """Return each name once, the last one, which others are compared with, at the end."""
    return tuple(name for name in dict.fromkeys(names) if name != names[-1]) + tuple(names[-1:])
