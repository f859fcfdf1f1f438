"""Some strategies of a scenario alone: what an app plays while somebody moves a lever.

A world depends on no strategy, so it can stay and be met again by every setting of the levers. The tables are those
that a run of the whole scenario writes for the strategies, to the last digit.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from threading import Event, Lock
from typing import TYPE_CHECKING

import pandas as pd

from simulator import outcomes
from simulator.engine.job import Job, RunFailure, RunResult, play
from simulator.engine.local import Cost, Progress, batches, check_memory, play_all
from simulator.errors import SimulationError, Stopped

if TYPE_CHECKING:
    from simulator.scenario import Scenario
    from simulator.views import Records
    from simulator.world import World

OF_THE_FIRM = ("title", "summary", "strategies", "baseline", "outcomes")
"""Keys of a scenario that change no world."""


DRAFT_FUTURES, DRAFT_CONSUMERS = 6, 1_000
"""Of a draft; consumers per market."""


THREADS = 2
"""That share the consumers of a draft; what is left of a week is Python, which threads do not speed up."""


@lru_cache(maxsize=64)
def drafted(scenario: Scenario) -> Scenario:
    """Return the scenario at the size of a draft, never larger than it is itself."""
    most = {"replications": DRAFT_FUTURES, "consumers": DRAFT_CONSUMERS}
    smaller = {name: size for name, size in most.items() if getattr(scenario, name) > size}
    return scenario.with_values(smaller) if smaller else scenario


class Worlds:
    """The worlds of the last scenarios that were asked for; safe under threads.

    Parameters
    ----------
    most
        Worlds held at once: they are what takes memory.
    """

    def __init__(self, most: int = 4) -> None:
        self._most = most
        self._held: OrderedDict[str, tuple[Lock, list[World]]] = OrderedDict()
        self._lock = Lock()

    def of(self, scenario: Scenario) -> World:
        """Return the world of all futures of a scenario, side by side."""
        from simulator.model import build_world

        key = world_key(scenario)
        with self._lock:
            lock, held = self._held.setdefault(key, (Lock(), []))
            self._held.move_to_end(key)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        with lock:  # whoever comes first builds it, the others wait
            if not held:
                held.append(build_world(scenario, tuple(range(scenario.replications))))
            return held[0]


def world_key(scenario: Scenario) -> str:
    """Return what tells worlds apart: scenarios that differ in strategies alone share one.

    What the strategies may sell is all that a world knows of them.
    """
    import json

    from simulator.assembly import variants_of

    document = {name: value for name, value in scenario.document().items() if name not in OF_THE_FIRM}
    return json.dumps([document, variants_of(scenario)], sort_keys=True)


def play_strategy(
    scenario: Scenario, strategy: str, world: World, stop: Event | None = None
) -> dict[str, pd.DataFrame]:
    """Return `summary`, `weekly`, `funnel` and `ledger` of one strategy.

    `world` is that of a scenario with the same `world_key`.

    Raises
    ------
    SimulationError
        Where the strategy cannot be played.
    Stopped
        Where `stop` was set.
    """
    own = replace(world, batch=world.batch.playing(scenario))
    played = play(Job(scenario, strategy, world.batch.replications), own, stop, THREADS)
    if isinstance(played, RunFailure):
        if stop is not None and stop.is_set():
            raise Stopped("the work was stopped on request")
        raise SimulationError(f"{strategy}: {played.message}")
    return _tables(scenario, strategy, [played.records])


def play_strategies(
    scenario: Scenario,
    strategies: Sequence[str],
    *,
    progress: Callable[[Progress], None] | None = None,
    stop: Event | None = None,
) -> dict[str, dict[str, pd.DataFrame]]:
    """Return strategy -> the same tables, played batch by batch on one thread, which leaves the others to drafts.

    Raises
    ------
    SimulationError
        Where a strategy cannot be played in some future.
    Stopped
        Where `stop` was set.
    """
    split = [(batch, tuple(strategies)) for batch in batches(range(scenario.replications), 1)]
    check_memory(scenario, len(strategies), len(split[0][0]), 1)
    found: dict[str, list[RunResult]] = {name: [] for name in strategies}
    for result in play_all(scenario, split, 1, Cost(), progress, stop=stop):
        if isinstance(result, RunFailure):
            raise SimulationError(f"{result.job.strategy}: {result.message}")
        found[result.job.strategy].append(result)
    return {
        name: _tables(
            scenario, name, [each.records for each in sorted(results, key=lambda each: each.job.replications)]
        )
        for name, results in found.items()
    }


def _tables(scenario: Scenario, strategy: str, records: Sequence[Records]) -> dict[str, pd.DataFrame]:
    setting = outcomes.Setting(
        start=scenario.start,
        discount_rate=scenario.discount_rate,
        cash_usd=scenario.seller.cash_usd,
        strategies=(strategy,),
    )
    return {
        name: pd.concat([getattr(outcomes, name)(each, setting) for each in records], ignore_index=True)
        for name in ("summary", "weekly", "funnel", "ledger")
    }
