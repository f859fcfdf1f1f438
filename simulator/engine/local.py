"""All strategies in all futures on the threads of this machine; compiled code releases the GIL.

Futures are played in batches. A batch's world is built once, all strategies meet it, then it is dropped: no more
than one world per worker and one in waiting are held. Neither the batches nor the number of workers changes a
result, only its cost.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Literal

import psutil

from simulator.engine.job import Job, RunFailure, RunResult, failed, play
from simulator.errors import Problem, ScenarioError, Stopped, UsageError

if TYPE_CHECKING:
    from simulator.scenario import Scenario
    from simulator.world import World

BATCH = 10
"""Futures side by side at most: a week's rules cost the same for all of them, the cache bounds how many."""

BASE_BYTES = 350_000_000
"""Python with its libraries and the compiled code (290 MB measured)."""

TABLE_BYTES = 4_000
"""Of all tables and what they are made from, per week, market, future and strategy (2,900 to 3,600 measured)."""

CONTAINER_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""Where Linux says what a container may use (control groups, versions 2 and 1)."""

MEMORY_SHARE = 0.70
"""Of the machine's memory that a run may need by estimate."""

LOOK_SECONDS = 0.1
"""At most so long until a stop, or an interrupt, is seen."""


Task = tuple[tuple[int, ...], tuple[str, ...]]
"""Futures to play side by side, and the strategies to play in them."""


@dataclass(frozen=True)
class Progress:
    """How far a run is; a unit is one strategy in one future."""

    done: int
    total: int
    seconds: float
    kept: int = 0
    """Units among those done that an interrupted run had left."""

    @property
    def remaining_seconds(self) -> float | None:
        """Expected rest; None before the first unit is done."""
        played = self.done - self.kept
        return self.seconds / played * (self.total - self.done) if played else None


@dataclass
class Cost:
    """Seconds spent, summed over threads."""

    wall: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)

    def add(self, stage: str, wall: float, cpu: float) -> None:
        """Book the seconds of a stage."""
        self.wall[stage] = self.wall.get(stage, 0.0) + wall
        self.cpu[stage] = self.cpu.get(stage, 0.0) + cpu


@dataclass(frozen=True)
class _Built:
    world: World
    wall_seconds: float
    cpu_seconds: float


def worker_count(workers: int | Literal["auto"]) -> int:
    """Return the number of threads: the cores that this process may use, unless a number is given."""
    if workers == "auto":
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not 1 <= workers <= 1024:
        raise UsageError(f"workers is {workers}; allowed: auto, or a number from 1 to 1024")
    return workers


def batches(replications: Sequence[int], workers: int, size: int | None = None) -> list[tuple[int, ...]]:
    """Split the futures into even batches, as many as keep all workers busy."""
    count = len(replications)
    if size is None:
        rounds = -(-count // (BATCH * workers))
        size = -(-count // (rounds * workers))
    return [tuple(replications[first : first + size]) for first in range(0, count, size)]


def estimated_bytes(scenario: Scenario, strategies: int, batch: int, workers: int, orders: int = 0) -> int:
    """Estimate the memory of a run, bytes.

    Per consumer: 80 of traits, per future 9 of state and, with about an eighth polled, 8 a week. Per strategy and
    future, the records and the tables made from them. Per need of the `orders` shoppers, its record and its row, each
    with a copy.
    """
    people = scenario.consumers * len(scenario.markets)
    worlds = workers + 1
    population = people * 80 * worlds
    polls = people * scenario.weeks * batch * worlds
    state = people * 9 * batch * workers
    tables = scenario.weeks * (len(scenario.markets) + 1) * TABLE_BYTES * scenario.replications * strategies
    often = (scenario.category_in(code).frequency_per_year * scenario.period_days / 364.0 for code in scenario.markets)
    needs = sum(min(each, 1.0) for each in often) * scenario.weeks * orders
    notes = int(needs * 400 * scenario.replications * strategies)
    return BASE_BYTES + population + polls + state + tables + notes


def machine_bytes() -> int:
    """Return the memory of this machine, or of the container that the process lives in, bytes."""
    total = int(psutil.virtual_memory().total)
    for path in CONTAINER_LIMITS:
        try:
            limit = int(path.read_text(encoding="ascii"))
        except (OSError, ValueError):  # no such file, or "max"
            continue
        total = min(total, limit)
    return total


def check_memory(scenario: Scenario, strategies: int, batch: int, workers: int, orders: int = 0) -> int:
    """Return the estimate in bytes; refuse what does not fit this machine."""
    needed, available = estimated_bytes(scenario, strategies, batch, workers, orders), machine_bytes()
    if needed > MEMORY_SHARE * available:
        fewer = "consumers, orders, weeks" if orders else "consumers, weeks"
        message = (
            f"{scenario.consumers} need about {needed / 1e9:.1f} GB of memory; allowed are {MEMORY_SHARE:.2f} of this "
            f"machine's {available / 1e9:.1f} GB: use fewer {fewer}, replications or workers"
        )
        raise ScenarioError([Problem(scenario.name, 1, 1, "consumers", message)])
    return needed


def play_all(
    scenario: Scenario,
    work: Sequence[Task],
    workers: int,
    cost: Cost,
    progress: Callable[[Progress], None] | None = None,
    kept: int = 0,
    orders: int = 0,
    stop: Event | None = None,
) -> Iterator[RunResult | RunFailure]:
    """Yield results as they finish, in no particular order.

    A batch that fails is played again one future at a time, so that only the futures at fault are lost.

    Parameters
    ----------
    work
        What to play; no task stands twice.
    kept
        Units that need not be played any more, for the progress.
    orders
        Shoppers of every market whose needs are written down.
    stop
        Looked at all the time; once it is set what runs ends after its week, and what waits is dropped.

    Raises
    ------
    Stopped
        Where `stop` was set; what was finished by then has been yielded.
    """
    import simulator.model  # noqa: F401  (here, so that a mistake in loading it is not taken for one of a unit)

    begin = time.perf_counter()
    total, done = kept + sum(len(batch) * len(names) for batch, names in work), kept
    waiting: list[Task] = list(reversed(work))
    worlds: dict[Future, Task] = {}
    runs: dict[Future, Task] = {}
    open_jobs: dict[Task, int] = {}
    pool = ThreadPoolExecutor(workers, thread_name_prefix="market-entry")
    halt, is_stopped = Event(), False

    def build(task: Task) -> None:
        open_jobs[task] = len(task[1])
        worlds[pool.submit(_build, scenario, task[0])] = task

    def finish(task: Task, jobs: int) -> None:
        open_jobs[task] -= jobs
        if not open_jobs[task]:
            del open_jobs[task]

    def look() -> None:
        nonlocal is_stopped
        if stop is not None and stop.is_set():
            is_stopped = True
            raise Stopped("the run was stopped on request")

    try:
        while waiting or worlds or runs:
            look()
            while waiting and len(open_jobs) <= workers:
                build(waiting.pop())
            # The timeout lets a stop through, and an interrupt where waiting cannot be interrupted (Windows).
            ready, _ = wait([*worlds, *runs], timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
            for each in ready:
                found: list[RunResult | RunFailure] = []
                if each in worlds:
                    task = batch, names = worlds.pop(each)
                    built = each.result()
                    if isinstance(built, _Built):
                        cost.add("world", built.wall_seconds, built.cpu_seconds)
                        for name in names:
                            runs[pool.submit(play, Job(scenario, name, batch, orders), built.world, halt)] = task
                    else:
                        finish(task, len(names))
                        found = [failed(Job(scenario, name, batch, orders), "world", built) for name in names]
                    del built
                else:
                    task = batch, names = runs.pop(each)
                    finish(task, 1)
                    found = [each.result()]
                if len(batch) > 1:
                    lost = tuple(result.job.strategy for result in found if isinstance(result, RunFailure))
                    waiting += [((alone,), lost) for alone in reversed(batch) if lost]
                    found = [result for result in found if isinstance(result, RunResult)]
                for result in found:
                    done += result.job.units
                    if isinstance(result, RunResult):
                        cost.add("weeks", result.wall_seconds, result.cpu_seconds)
                    yield result
                    if progress is not None:
                        progress(Progress(done, total, time.perf_counter() - begin, kept))
        look()
    finally:
        # Also on an interrupt: what runs ends after its week, what waits is dropped.
        halt.set()
        # Whoever asked for a stop does not wait for worlds that nobody will meet: seconds, in a large run.
        pool.shutdown(wait=not is_stopped, cancel_futures=True)
        wait([each for each in runs if not each.cancelled()])


def _build(scenario: Scenario, batch: tuple[int, ...]) -> _Built | Exception:
    from simulator.model import build_world

    wall, cpu = time.perf_counter(), time.thread_time()
    try:
        world = build_world(scenario, batch)
    except Exception as error:  # reported for every strategy of the batch; the other batches go on
        return error
    return _Built(world, time.perf_counter() - wall, time.thread_time() - cpu)
