"""From a scenario to results: all strategies in all futures, paired."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd

from simulator import outcomes
from simulator.engine import manifest, store
from simulator.engine.job import RunFailure, RunResult
from simulator.engine.local import Cost, Progress, batches, check_memory, play_all, worker_count
from simulator.engine.results import FAILURE_COLUMNS, Finisher, Results
from simulator.errors import SimulationError
from simulator.outcomes import NO_ENTRY
from simulator.views import Records

if TYPE_CHECKING:
    from simulator.scenario import Scenario


def run(
    scenario: Scenario,
    replications: int | None = None,
    workers: int | Literal["auto"] = "auto",
    *,
    out: str | Path | None = None,
    name: str | None = None,
    batch: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    command: Sequence[str] = (),
    finisher: Finisher | None = None,
) -> Results:
    """Play all strategies of a scenario, and the world without the entrant, in the same futures.

    Parameters
    ----------
    scenario
        What to play.
    replications
        Number of futures; default: the scenario's.
    workers
        Threads; ``"auto"``: one per core. Changes no result.
    out
        Folder that receives the run folder; None: nothing is written until `Results.save`.
    name
        Of the run folder, before the hash; default: the scenario's own name.
    batch
        Futures side by side; default: as fits workers and processor. Changes no result.
    progress
        Called after every unit with what is done and what remains.
    command
        The command line, for the manifest.
    finisher
        Writes into the run folder what belongs beside the tables.

    Raises
    ------
    ScenarioError
        The run would need too much memory.
    SimulationError
        No unit could be played.
    """
    begin = time.perf_counter()
    if replications is not None:
        scenario = scenario.with_values({"replications": replications})
    threads = worker_count(workers)
    split = batches(range(scenario.replications), threads, batch)
    strategies = (*scenario.strategies, NO_ENTRY)
    estimate = check_memory(scenario, len(strategies), len(split[0]), threads)
    full_name = store.run_name(name or scenario.name, scenario)
    start = manifest.opening(scenario, full_name, command, threads, len(split[0]))
    part = None if out is None else store.Part(Path(out), full_name)
    cost = Cost()
    with nullcontext() if part is None else part.at_work(start):
        kept: dict[str, list[RunResult]] = {name: [] for name in strategies}
        failures: list[RunFailure] = []
        for result in play_all(scenario, strategies, split, threads, cost, progress):
            if isinstance(result, RunFailure):
                failures.append(result)
            elif part is not None:
                part.write_unit(result)
            else:
                kept[result.job.strategy].append(result)

        def records(strategy: str) -> Iterator[Records]:
            if part is not None:
                return part.units(strategy)
            return (each.records for each in sorted(kept[strategy], key=lambda each: each.job.replications))

        _check_played(scenario, failures)
        wall, cpu = time.perf_counter(), time.thread_time()
        tables = _tables(scenario, strategies, records)
        cost.add("outcomes", time.perf_counter() - wall, time.thread_time() - cpu)
        results = Results(
            scenario=scenario,
            name=full_name,
            summary=tables["summary"],
            weekly=tables["weekly"],
            funnel=tables["funnel"],
            ledger=tables["ledger"],
            failures=_failure_table(failures),
            manifest=manifest.closing(start, cost, time.perf_counter() - begin, estimate, len(failures)),
            finisher=finisher,
        )
        if part is None:
            return results
        folder = results.publish(part)
    return replace(results, folder=folder)


def _tables(
    scenario: Scenario, strategies: Sequence[str], records: Callable[[str], Iterable[Records]]
) -> dict[str, pd.DataFrame]:
    """Merge the records in a fixed order: strategies, then futures.

    The world without the entrant appears in `weekly` only.
    """
    setting = outcomes.Setting(
        start=scenario.start,
        discount_rate=scenario.discount_rate,
        cash_usd=scenario.seller.cash_usd,
        strategies=tuple(strategies),
    )
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in store.PARQUET}
    for strategy in strategies:
        for each in records(strategy):
            parts["weekly"].append(outcomes.weekly(each, setting))
            if strategy != NO_ENTRY:
                parts["summary"].append(outcomes.summary(each, setting))
                parts["funnel"].append(outcomes.funnel(each, setting))
                parts["ledger"].append(outcomes.ledger(each, setting))
    return {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}


def _check_played(scenario: Scenario, failures: Sequence[RunFailure]) -> None:
    lost = {(each.job.strategy, r) for each in failures for r in each.job.replications}
    if all((strategy, r) in lost for strategy in scenario.strategies for r in range(scenario.replications)):
        first = failures[0]
        raise SimulationError(f"no unit could be played; the first stopped at stage {first.stage}: {first.message}")


def _failure_table(failures: Sequence[RunFailure]) -> pd.DataFrame:
    rows = sorted((each.job.strategy, r, each.stage, each.message) for each in failures for r in each.job.replications)
    return pd.DataFrame(rows, columns=list(FAILURE_COLUMNS))
