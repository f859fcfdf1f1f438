"""The work of one process on a run: units are played, kept, and merged in fixed order into tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Event
from typing import TYPE_CHECKING, Any

import pandas as pd

from simulator import outcomes, sources
from simulator.engine import manifest, store
from simulator.engine.job import RunFailure, RunResult
from simulator.engine.local import Cost, Progress, Task, check_memory, play_all
from simulator.engine.results import FAILURE_COLUMNS, Finisher, Results
from simulator.errors import SimulationError, Stopped
from simulator.outcomes import NO_ENTRY
from simulator.views import Records

if TYPE_CHECKING:
    from simulator.scenario import Scenario


@dataclass(frozen=True)
class Work:
    """What is to be played."""

    scenario: Scenario
    start: Mapping[str, Any]
    """The manifest so far."""
    batches: Sequence[Task]
    """Futures side by side, each batch with the strategies to play in it."""
    workers: int
    estimated_bytes: int
    kept: int = 0
    """Units that an interrupted process had left."""

    def play(
        self,
        part: store.Part | None,
        progress: Callable[[Progress], None] | None = None,
        finisher: Finisher | None = None,
        stop: Event | None = None,
    ) -> Results:
        """Play what is left and return the results, published where the work has a folder.

        Stopped, with the results of the futures that are whole, where `stop` was set before the last unit was done.
        """
        begin, cost = time.perf_counter(), Cost()
        strategies = strategies_of(self.scenario)
        memory: dict[str, list[RunResult]] = {name: [] for name in strategies}
        failures: list[RunFailure] = []
        orders = int(self.start.get("orders", 0))

        def records(strategy: str) -> Iterator[Records]:
            if part is not None:
                return part.records(strategy)
            return (each.records for each in sorted(memory[strategy], key=lambda each: each.job.replications))

        def results(futures: Sequence[int] | None = None) -> Results:
            wall, cpu = time.perf_counter(), time.thread_time()
            tables = _tables(self.scenario, strategies, records, orders > 0, futures)
            cost.add("outcomes", time.perf_counter() - wall, time.thread_time() - cpu)
            return self._results(tables, failures, cost, time.perf_counter() - begin, futures, finisher)

        try:
            for result in play_all(self.scenario, self.batches, self.workers, cost, progress, self.kept, orders, stop):
                if isinstance(result, RunFailure):
                    failures.append(result)
                elif part is not None:
                    part.write_unit(result)
                else:
                    memory[result.job.strategy].append(result)
        except Stopped as stopped:
            whole = _whole(part.units.kept(strategies) if part is not None else _played(memory))
            stopped.partial = results(whole) if whole else None
            raise
        _check_played(self.scenario, failures)
        found = results()
        return found if part is None else replace(found, folder=found.publish(part))

    def _results(
        self,
        tables: Mapping[str, pd.DataFrame],
        failures: Sequence[RunFailure],
        cost: Cost,
        seconds: float,
        futures: Sequence[int] | None,
        finisher: Finisher | None,
    ) -> Results:
        """Return the results, of some futures where the work was stopped; the failures are all that there were."""
        closed = manifest.closing(self.start, cost, seconds, self.estimated_bytes, len(failures))
        return Results(
            scenario=self.scenario,
            name=self.start["name"],
            summary=tables["summary"],
            weekly=tables["weekly"],
            funnel=tables["funnel"],
            ledger=tables["ledger"],
            orders=tables.get("orders"),
            failures=_failure_table(failures),
            sources=tables["sources"],
            manifest=closed if futures is None else manifest.stopped(closed, futures),
            finisher=finisher,
        )


def planned(
    scenario: Scenario,
    start: Mapping[str, Any],
    batches: Sequence[Task],
    workers: int,
    kept: int = 0,
) -> Work:
    """Return the work; ScenarioError where it would not fit the machine's memory."""
    largest = max((len(batch) for batch, _ in batches), default=1)
    estimate = check_memory(scenario, len(strategies_of(scenario)), largest, workers, int(start.get("orders", 0)))
    return Work(scenario, start, batches, workers, estimate, kept)


def strategies_of(scenario: Scenario) -> tuple[str, ...]:
    """Return what is played: all strategies, and the world without the entrant."""
    return (*scenario.strategies, NO_ENTRY)


def _tables(
    scenario: Scenario,
    strategies: Sequence[str],
    records: Callable[[str], Iterable[Records]],
    with_orders: bool,
    futures: Sequence[int] | None = None,
) -> dict[str, pd.DataFrame]:
    """Merge the records of all futures, or of some, in a fixed order: strategies, then futures.

    The world without the entrant appears in `weekly`, and as a reference in `sources`.
    """
    setting = outcomes.Setting(
        start=scenario.start,
        discount_rate=scenario.discount_rate,
        cash_usd=scenario.seller.cash_usd,
        strategies=tuple(strategies),
    )
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in store.PARQUET}
    if with_orders:
        parts[store.ORDERS] = []
    volumes: list[sources.Volumes] = []
    for strategy in strategies:
        of_strategy: list[sources.Volumes] = []
        for each in records(strategy):
            wanted = each.replications if futures is None else tuple(r for r in each.replications if r in futures)
            if not wanted:
                continue
            of_strategy.append(sources.Volumes.of(each).only(wanted))
            for name in ("weekly",) if strategy == NO_ENTRY else parts:
                table = getattr(outcomes, name)(each, setting)
                parts[name].append(table if wanted == each.replications else table[table["replication"].isin(wanted)])
        if of_strategy:
            volumes.append(sources.joined(of_strategy))
    compared = sources.tables(volumes, (NO_ENTRY, scenario.baseline))
    merged = {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}
    return {**merged, "sources": compared}


def _played(memory: Mapping[str, Sequence[RunResult]]) -> dict[str, set[int]]:
    """Return the futures that each strategy has met."""
    return {name: {r for each in found for r in each.job.replications} for name, found in memory.items()}


def _whole(played: Mapping[str, set[int]]) -> list[int]:
    """Return the futures that all strategies have met."""
    return sorted(set.intersection(*played.values()))


def _check_played(scenario: Scenario, failures: Sequence[RunFailure]) -> None:
    lost = {(each.job.strategy, r) for each in failures for r in each.job.replications}
    if all((strategy, r) in lost for strategy in scenario.strategies for r in range(scenario.replications)):
        first = failures[0]
        raise SimulationError(f"no unit could be played; the first stopped at stage {first.stage}: {first.message}")


def _failure_table(failures: Sequence[RunFailure]) -> pd.DataFrame:
    rows = sorted((each.job.strategy, r, each.stage, each.message) for each in failures for r in each.job.replications)
    return pd.DataFrame(rows, columns=list(FAILURE_COLUMNS))
