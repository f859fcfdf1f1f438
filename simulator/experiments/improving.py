"""What would help: a strategy with one lever after the other at another setting, in the same futures.

Each step is played alone, so what two of them do together is seen only where the search goes on from the best one. It
goes on while the strategy loses, so that it names the nearest profitable setting that it found: a search by single
steps, which may miss a better one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.comparison import interval
from simulator.engine import Progress
from simulator.engine.local import check_memory
from simulator.engine.solo import Worlds, play_strategy
from simulator.errors import SimulationError, Stopped, UsageError
from simulator.experiments.futures import by_future
from simulator.experiments.steps import Step, steps
from simulator.outcomes import ALL
from simulator.scenario.levers import changed
from simulator.scenario.names import allowed

if TYPE_CHECKING:
    from simulator.scenario import Scenario

Floats = NDArray[np.float64]
Told = Callable[[Progress], None]

OUTCOME = "profit_usd"

MOST_STEPS = 3
"""Steps that the search takes one after the other."""

COLUMNS = (
    "path", "value", "moves", "profit", "profit_low", "profit_high", "change", "low", "high", "win_share", "n", "pays",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Found:
    """What was tried, and the way to a profit."""

    base: float
    """Mean profit of the strategy as it is, USD."""
    single: pd.DataFrame
    """Every step alone, see `improvements`."""
    way: pd.DataFrame
    """The best step, then the best one after it, and so on, until the mean profit is above 0; columns of
    `improvements`, each row against the one before. Empty where the strategy gains as it is, or no step helps."""

    @property
    def arrives(self) -> bool:
        """Say whether the way ends with a mean profit above 0."""
        return len(self.way) > 0 and float(self.way["profit"].iloc[-1]) > 0.0


def search(
    scenario: Scenario,
    strategy: str,
    *,
    progress: Told | None = None,
    stop: Event | None = None,
    worlds: Worlds | None = None,
) -> Found:
    """Return every single step, and where the strategy loses, the way to a profit; arguments of `improvements`."""
    kept = worlds or Worlds(most=1)
    clock = _Clock(progress)
    single, base = _round(scenario, strategy, clock, stop, kept)
    found, mean = single, base
    way: list[dict[Any, Any]] = []
    while mean <= 0.0 and len(way) < MOST_STEPS and len(found) and found["change"].iloc[0] > 0.0:
        best = found.iloc[0].to_dict()
        way.append(best)
        scenario, mean = changed(scenario, strategy, best["moves"]), float(best["profit"])
        if mean <= 0.0 and len(way) < MOST_STEPS:
            found, _ = _round(scenario, strategy, clock, stop, kept)
    return Found(base, single, _table(way))


def improvements(
    scenario: Scenario,
    strategy: str,
    *,
    progress: Told | None = None,
    stop: Event | None = None,
    worlds: Worlds | None = None,
) -> pd.DataFrame:
    """Play a strategy with each lever in turn at other settings (`simulator.experiments.steps`).

    Parameters
    ----------
    scenario
        All its futures are played side by side: of few futures, such as `simulator.engine.solo.drafted`.
    stop
        Once it is set the work ends after the week at hand.
    worlds
        Worlds that are there already.

    Returns
    -------
    DataFrame
        One row per step, the largest change of mean profit first: path, value of its lever; moves: what
        `simulator.scenario.levers.changed` takes for it; profit: mean, USD, with its 95 % interval profit_low,
        profit_high; change: mean of step less strategy as it is over the `n` futures, with its paired 95 % interval
        low, high; win_share: of the futures, where the step earns more; pays: the whole interval of profit is above 0.
        Intervals by Student's t, null for one future. Steps that cannot be played are left out.

    Raises
    ------
    UsageError
        For a strategy that there is not.
    Stopped
        Where `stop` was set.
    """
    return _round(scenario, strategy, _Clock(progress), stop, worlds or Worlds(most=1))[0]


class _Clock:
    """Tells the progress of one round after the other."""

    def __init__(self, progress: Told | None) -> None:
        self._progress, self._begin, self._done, self._total = progress, time.perf_counter(), 0, 0

    def expect(self, units: int) -> None:
        """Take note of what a round will take."""
        self._total += units

    def tick(self, units: int) -> None:
        """Take note of what was played."""
        self._done += units
        if self._progress is not None:
            self._progress(Progress(self._done, self._total, time.perf_counter() - self._begin))


def _round(
    scenario: Scenario, strategy: str, clock: _Clock, stop: Event | None, worlds: Worlds
) -> tuple[pd.DataFrame, float]:
    """Return all steps from one setting, the best first, and the mean profit without any."""
    if strategy not in scenario.strategies:
        raise UsageError(f"unknown strategy {strategy!r}; {allowed(strategy, scenario.strategies)}")
    check_memory(scenario, 1, scenario.replications, 1)
    if stop is not None and stop.is_set():
        raise Stopped("the work was stopped on request")
    tried = steps(scenario, strategy)
    clock.expect((len(tried) + 1) * scenario.replications)
    base = _profit(scenario, strategy, worlds, stop)
    clock.tick(scenario.replications)
    rows: list[dict[Any, Any]] = []
    for step, there in tried:
        with suppress(SimulationError):  # what cannot be played helps nobody
            rows.append(_row(step, base, _profit(there, strategy, worlds, stop)))
        clock.tick(scenario.replications)
    table = _table(rows)
    # A stable sort: steps that change nothing keep the order of the levers.
    return table.sort_values("change", ascending=False, kind="stable", ignore_index=True), _mean(base)


def _profit(scenario: Scenario, strategy: str, worlds: Worlds, stop: Event | None) -> Floats:
    """Return the profit of the firm by future, float64[F], USD."""
    summary = play_strategy(scenario, strategy, worlds.of(scenario), stop)["summary"]
    return by_future(summary[summary["market"] == ALL], (OUTCOME,))[OUTCOME].to_numpy(dtype=np.float64)


def _row(step: Step, base: Floats, there: Floats) -> dict[Any, Any]:
    """Return the row of a step; `base` and `there` are profits by future, float64[F]."""
    pairs = there - base
    low, high = interval(there)
    change_low, change_high = interval(pairs)
    return {
        "path": step.path, "value": step.value, "moves": dict(step.moves),
        "profit": _mean(there), "profit_low": low, "profit_high": high,
        "change": _mean(pairs), "low": change_low, "high": change_high,
        "win_share": float((pairs > 0).mean()), "n": len(pairs), "pays": bool(low > 0.0),
    }  # fmt: skip


def _table(rows: list[dict[Any, Any]]) -> pd.DataFrame:
    # Null is a setting too, and must not turn into a number.
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"value": object, "moves": object})


def _mean(values: Floats) -> float:
    # The mean of equal values is that value, without the rounding of a sum.
    return float(values[0]) if np.all(values == values[0]) else float(values.mean())
