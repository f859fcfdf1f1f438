"""One strategy at a time, in worlds that stay: what an app plays while somebody moves a lever.

A world depends on no strategy, so it is built once and met again by every setting of the levers. The tables are those
that a run of the same scenario writes for the strategy, to the last digit.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

import pandas as pd

from simulator import outcomes
from simulator.batch import Batch
from simulator.engine.job import Job, RunFailure, play
from simulator.errors import SimulationError

if TYPE_CHECKING:
    from simulator.scenario import Scenario
    from simulator.world import World

OF_THE_FIRM = ("title", "summary", "strategies", "baseline", "outcomes")
"""Keys of a scenario that change no world."""


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


def play_strategy(scenario: Scenario, strategy: str, world: World) -> dict[str, pd.DataFrame]:
    """Return `summary`, `weekly`, `funnel` and `ledger` of one strategy; SimulationError where it cannot be played.

    `world` is that of a scenario with the same `world_key`.
    """
    replications = tuple(range(scenario.replications))
    own = replace(world, batch=Batch(scenario, replications))
    played = play(Job(scenario, strategy, replications), own)
    if isinstance(played, RunFailure):
        raise SimulationError(f"{strategy}: {played.message}")
    setting = outcomes.Setting(
        start=scenario.start,
        discount_rate=scenario.discount_rate,
        cash_usd=scenario.seller.cash_usd,
        strategies=(strategy,),
    )
    return {
        name: getattr(outcomes, name)(played.records, setting) for name in ("summary", "weekly", "funnel", "ledger")
    }
