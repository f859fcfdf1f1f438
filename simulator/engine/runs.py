"""From a scenario to results: all strategies in all futures, paired."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Literal

from simulator.engine import manifest, store
from simulator.engine.local import Progress, batches, worker_count
from simulator.engine.results import Finisher, Results
from simulator.engine.work import planned, strategies_of
from simulator.errors import UsageError

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
    lang: str = "en",
    orders: int = 0,
    stop: Event | None = None,
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
    lang
        Language in which it writes, for a process that resumes the run.
    orders
        So many shoppers of every market have each of their needs written down (`Results.orders`), 0 to all consumers.
        Changes no other table.
    stop
        Looked at all the time; once it is set the work ends after the week at hand, and what is finished is kept in
        `out` as after an interrupt.

    Raises
    ------
    UsageError
        There are not so many consumers.
    ScenarioError
        The run would need too much memory.
    SimulationError
        No unit could be played, or the folder could not be written.
    Stopped
        `stop` was set; with the results of the futures in which everything had been played.
    """
    if replications is not None:
        scenario = scenario.with_values({"replications": replications})
    if not 0 <= orders <= scenario.consumers:
        raise UsageError(
            f"orders is {orders}; allowed: 0 to {scenario.consumers}, the simulated consumers of a market "
            "(more: raise consumers)"
        )
    threads = worker_count(workers)
    split = batches(range(scenario.replications), threads, batch)
    full_name = store.run_name(name or scenario.name, scenario)
    start = manifest.opening(scenario, full_name, command, threads, len(split[0]), lang, orders)
    work = planned(scenario, start, [(each, strategies_of(scenario)) for each in split], threads)
    if out is None:
        return work.play(None, progress, finisher, stop)
    with store.Part(Path(out), full_name).at_work(start, scenario.to_yaml()) as part:
        return work.play(part, progress, finisher, stop)
