"""The worlds of the experiments: each (scenario, strategy) is played once, whoever asks for it.

Strategies of one question meet the same people with the same luck, and so do questions that differ in a value: draws
carry names. A difference between two worlds is therefore taken future by future.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator import outcomes
from simulator.batch import Batch
from simulator.engine.job import RunFailure
from simulator.engine.local import Cost, Progress, batches, check_memory, play_all, worker_count
from simulator.errors import SimulationError
from simulator.examples import examples_dir
from simulator.scenario import Scenario, load_scenario
from simulator.trends.measures import Measure
from simulator.trends.people import People
from simulator.views import Records

Floats = NDArray[np.float64]

FOLDER = "trends"
"""Of the examples, where the experiments are."""


@dataclass(frozen=True)
class Question:
    """A scenario of the experiments, some values of it changed."""

    file: str
    values: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, path: str) -> Question:
        """Return the question of a file, relative to the examples."""
        return cls(path.removeprefix(f"{FOLDER}/").removesuffix(".yaml"))

    @property
    def path(self) -> str:
        """Return the file relative to the examples."""
        return f"{FOLDER}/{self.file}.yaml"

    def but(self, values: Mapping[str, Any]) -> Question:
        """Return the question with other values at dotted paths."""
        return Question(self.file, (*self.values, *values.items()))


@dataclass(frozen=True)
class Need:
    """Strategies of a question that must be played."""

    question: Question
    strategies: tuple[str, ...]


COMMON = Question("common")
"""What every experiment starts from."""


class Worlds:
    """What was played, by question and strategy."""

    def __init__(
        self,
        replications: int | None = None,
        consumers: int | None = None,
        seed: int | None = None,
        workers: int | Literal["auto"] = "auto",
    ) -> None:
        """Take what replaces the numbers of the files; None leaves them."""
        self._load = partial(load_scenario, replications=replications, consumers=consumers, seed=seed)
        self._workers = worker_count(workers)
        self._scenarios: dict[Question, Scenario] = {}
        self._played: dict[tuple[Question, str], tuple[Records, ...]] = {}
        self._batches: dict[Question, Batch] = {}
        self._people: dict[Question, People] = {}
        self.scenario(COMMON)  # so that wrong numbers are refused even where nothing is played

    def scenario(self, question: Question) -> Scenario:
        """Return the scenario of a question."""
        if question not in self._scenarios:
            if question.values:
                found = self.scenario(Question(question.file)).with_values(dict(question.values))
            else:
                found = self._load(examples_dir() / question.path)
            self._scenarios[question] = found
        return self._scenarios[question]

    # ------------------------------------------------------------------------------------------ playing
    def play(self, needs: Sequence[Need], progress: Callable[[Progress], None] | None = None) -> None:
        """Play what is needed and not there yet.

        Raises
        ------
        SimulationError
            Where a world cannot be played: a verdict on fewer futures than promised would be none.
        """
        wanted = self._missing(needs)
        units = {q: self.scenario(q).replications * len(names) for q, names in wanted.items()}
        total, done, seconds = sum(units.values()), 0, 0.0
        for question, names in wanted.items():
            last = Progress(0, units[question], 0.0)

            def tell(state: Progress, done: int = done, seconds: float = seconds) -> None:
                nonlocal last
                last = state
                if progress is not None:
                    progress(Progress(done + state.done, total, seconds + state.seconds))

            self._play(question, names, tell)
            done, seconds = done + last.done, seconds + last.seconds

    def _missing(self, needs: Sequence[Need]) -> dict[Question, tuple[str, ...]]:
        wanted: dict[Question, dict[str, None]] = {}
        for need in needs:
            for name in need.strategies:
                if (need.question, name) not in self._played:
                    wanted.setdefault(need.question, {})[name] = None
        return {question: tuple(names) for question, names in wanted.items()}

    def _play(self, question: Question, names: tuple[str, ...], progress: Callable[[Progress], None]) -> None:
        scenario = self.scenario(question)
        split = batches(range(scenario.replications), self._workers)
        check_memory(scenario, len(names), max(map(len, split)), self._workers)
        found: dict[str, list[Records]] = {name: [] for name in names}
        for result in play_all(scenario, [(batch, names) for batch in split], self._workers, Cost(), progress):
            if isinstance(result, RunFailure):
                raise SimulationError(f"{question.path}, {result.job.strategy}: {result.message}")
            found[result.job.strategy].append(result.records)
        for name, records in found.items():
            self._played[question, name] = tuple(sorted(records, key=lambda each: each.replications))

    # ----------------------------------------------------------------------------------------- reading
    def figure(self, question: Question, strategy: str, measure: Measure) -> Floats:
        """Return a figure of every future, float64[F]; the measure gives it for the futures of its records."""
        return np.concatenate([measure(records) for records in self._played[question, strategy]])

    def outcome(self, question: Question, strategy: str, name: str, market: str = outcomes.ALL) -> Floats:
        """Return an outcome of the summary by future, float64[F]; nan where it is undefined."""
        summary = self.summary(question, strategy)
        values: Floats = summary.loc[summary["market"] == market, name].to_numpy(dtype=np.float64, na_value=np.nan)
        return values

    def summary(self, question: Question, strategy: str) -> pd.DataFrame:
        """Return the table of outcomes of a strategy, futures × markets (and ``ALL``)."""
        scenario = self.scenario(question)
        setting = outcomes.Setting(scenario.start, scenario.discount_rate, scenario.seller.cash_usd, (strategy,))
        return pd.concat(
            [outcomes.summary(each, setting) for each in self._played[question, strategy]], ignore_index=True
        )

    def value(self, question: Question, strategy: str, figure: Measure | str) -> Floats:
        """Return a figure by future, float64[F]: a measure, or an outcome by its name."""
        read = self.outcome if isinstance(figure, str) else self.figure
        return read(question, strategy, figure)  # type: ignore[arg-type]

    def batch(self, question: Question) -> Batch:
        """Return all futures of a question side by side: their numbers, nothing played."""
        if question not in self._batches:
            scenario = self.scenario(question)
            self._batches[question] = Batch(scenario, range(scenario.replications))
        return self._batches[question]

    def people(self, question: Question) -> People:
        """Return the shoppers of a question."""
        if question not in self._people:
            self._people[question] = People(self.batch(question))
        return self._people[question]

    def sampling(self, question: Question, strategy: str) -> float:
        """Return the relative sampling error of the firm's units, mean over futures."""
        return float(np.nanmean(self.outcome(question, strategy, "sampling_cv")))
