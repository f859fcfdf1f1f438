"""A run is a value: a job goes in, a result or a failure comes out, and one bad run never ends the others."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.views import Records

if TYPE_CHECKING:
    from threading import Event

    from simulator.scenario import Scenario
    from simulator.world import World

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One strategy in a batch of futures played side by side."""

    scenario: Scenario
    strategy: str
    replications: tuple[int, ...]
    orders: int = 0
    """Shoppers of every market whose needs are written down."""

    @property
    def units(self) -> int:
        """Number of (strategy, future) pairs."""
        return len(self.replications)


@dataclass(frozen=True)
class RunResult:
    """What a job found, and what it cost."""

    job: Job
    records: Records
    wall_seconds: float
    cpu_seconds: float


@dataclass(frozen=True)
class RunFailure:
    """A job that stopped, and why."""

    job: Job
    stage: str
    """``world`` or ``week``."""
    message: str


def play(job: Job, world: World, stop: Event | None = None, threads: int = 1) -> RunResult | RunFailure:
    """Play a strategy in the futures of a world; between two weeks it ends early where `stop` is set.

    More `threads` share the consumers of the futures: worth it where nothing else is played meanwhile.
    """
    from simulator.model import MarketEntryModel

    wall, cpu = time.perf_counter(), time.thread_time()
    try:
        model = MarketEntryModel(job.scenario, job.strategy, list(job.replications), world, job.orders, threads)
        while model.week < model.weeks:
            if stop is not None and stop.is_set():
                return RunFailure(job, "week", "stopped")
            model.step()
        records = model.records
    except Exception as error:  # whatever went wrong is this job's result, the others go on
        return failed(job, "week", error)
    return RunResult(job, records, time.perf_counter() - wall, time.thread_time() - cpu)


def failed(job: Job, stage: str, error: Exception) -> RunFailure:
    """Turn an exception into a failure; its trace goes to the log."""
    log.debug("%s in futures %s failed", job.strategy, job.replications, exc_info=error)
    return RunFailure(job, stage, f"{type(error).__name__}: {error}")
