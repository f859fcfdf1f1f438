"""What matters most: one number at a time at the low and at the high end of its plausible range ("tornado").

All else is drawn as in the scenario, and the futures are the same, so what an end changes is taken future by future.
One at a time says nothing of what numbers do together.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator import outcomes
from simulator.comparison import LESS_IS_BETTER, interval
from simulator.engine import Progress
from simulator.engine.job import Job, RunFailure, failed, play
from simulator.engine.local import BATCH, batches, check_memory, worker_count
from simulator.errors import SimulationError, Stopped, UsageError
from simulator.experiments.condition import OF_THE_FIRM
from simulator.experiments.futures import NAMES, by_future
from simulator.outcomes import ALL
from simulator.scenario.names import allowed
from simulator.scenario.plausible import Span, spans

if TYPE_CHECKING:
    from simulator.scenario import Scenario

Floats = NDArray[np.float64]

COLUMNS = (
    "path", "origin", "low_value", "high_value", "base", "at_low", "at_high", "low_change", "low_change_low",
    "low_change_high", "high_change", "high_change_low", "high_change_high", "swing", "n",
)  # fmt: skip


@dataclass(frozen=True)
class _Setup:
    """One strategy in all futures of a scenario, and what it is told by."""

    scenario: Scenario
    strategy: str
    outcome: str
    market: str
    what: str
    """What is set, for messages."""


def tornado(
    scenario: Scenario,
    strategy: str,
    *,
    outcome: str = "profit_usd",
    market: str = ALL,
    paths: Sequence[str] | None = None,
    workers: int | Literal["auto"] = "auto",
    progress: Callable[[Progress], None] | None = None,
    stop: Event | None = None,
) -> pd.DataFrame:
    """Play a strategy with each number at both ends of its range.

    Parameters
    ----------
    outcome
        Any of `simulator.scenario.names.Outcome`.
    market
        A market of the scenario, or ``ALL``.
    paths
        Numbers to try; None: those of `simulator.scenario.plausible.spans`.
    stop
        Looked at all the time; once it is set the work ends after the week at hand.

    Returns
    -------
    DataFrame
        One row per number (of a group that moves together: its first one), the largest swing first: path; origin of
        the range, ``scenario`` or ``facts``; low_value, high_value: its P10 and P90; base: mean outcome as drawn, over
        the futures in which it is defined; at_low, at_high: the same at the ends; low_change, high_change: end less
        base over the `n` futures in which all three are defined, with their 95 % intervals (Student's t on the
        pairs; null for fewer than two); swing: distance of the two changes.

    Raises
    ------
    UsageError
        For a strategy, outcome, market or path that there is not.
    Stopped
        Where `stop` was set.
    """
    check_outcome(scenario, outcome, market)
    found = spans(scenario, _known(scenario, strategy), None if market == ALL else market, paths)
    setups = [_Setup(scenario, strategy, outcome, market, "as drawn")]
    for span in found:
        for end in (span.low, span.high):
            what = ", ".join(f"{path} = {value:.6g}" for path, value in end.items())
            setups.append(_Setup(scenario.with_values(end), strategy, outcome, market, what))
    base, *ends = _outcomes(setups, workers, progress, stop)
    rows = [row(span, base, low, high) for span, low, high in zip(found, ends[::2], ends[1::2], strict=True)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    # A stable sort: numbers that do not matter keep the order of the scenario.
    return table.sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def best_strategy(
    scenario: Scenario,
    *,
    outcome: str = "profit_usd",
    market: str = ALL,
    workers: int | Literal["auto"] = "auto",
    progress: Callable[[Progress], None] | None = None,
    stop: Event | None = None,
) -> str:
    """Return the strategy whose mean outcome is best; the first one of several, and where none is defined."""
    check_outcome(scenario, outcome, market)
    names = tuple(scenario.strategies)
    if len(names) == 1:
        return names[0]
    setups = [_Setup(scenario, name, outcome, market, "as drawn") for name in names]
    sign = -1.0 if outcome in (*LESS_IS_BETTER, "p_loss") else 1.0
    means = [sign * _mean(values[~np.isnan(values)]) for values in _outcomes(setups, workers, progress, stop)]
    return names[int(np.nanargmax(means))] if not np.isnan(means).all() else names[0]


def check_outcome(scenario: Scenario, outcome: str, market: str) -> None:
    """Refuse an outcome or a market that there is not, and figures of the firm in a market."""
    if outcome not in NAMES:
        raise UsageError(f"unknown outcome {outcome!r}; {allowed(outcome, NAMES)}")
    if market != ALL and market not in scenario.markets:
        raise UsageError(f"unknown market {market!r}; {allowed(market, (*scenario.markets, ALL))}")
    if market != ALL and outcome in OF_THE_FIRM:
        raise UsageError(f"{outcome} is a figure of the firm; leave the market out")


def row(span: Span, base: Floats, low: Floats, high: Floats) -> dict[str, Any]:
    """Return the row of a number; outcomes as drawn and at the ends by future, float64[F], nan where undefined."""
    known = ~(np.isnan(base) | np.isnan(low) | np.isnan(high))
    to_low, to_high = (end[known] - base[known] for end in (low, high))
    changes = _mean(to_low), _mean(to_high)
    figures = {"base": base, "at_low": low, "at_high": high}
    return {
        "path": span.path, "origin": span.origin,
        "low_value": span.low[span.path], "high_value": span.high[span.path],
        **{name: _mean(values[~np.isnan(values)]) for name, values in figures.items()},
        **dict(zip(("low_change", "low_change_low", "low_change_high"), (changes[0], *interval(to_low)), strict=True)),
        **dict(zip(("high_change", "high_change_low", "high_change_high"), (changes[1], *interval(to_high)),
                   strict=True)),
        "swing": abs(changes[1] - changes[0]), "n": int(known.sum()),
    }  # fmt: skip


def _known(scenario: Scenario, strategy: str) -> str:
    if strategy not in scenario.strategies:
        raise UsageError(f"unknown strategy {strategy!r}; {allowed(strategy, scenario.strategies)}")
    return strategy


def _mean(values: Floats) -> float:
    if not len(values):
        return np.nan
    # The mean of equal values is that value, without the rounding of a sum.
    return float(values[0]) if np.all(values == values[0]) else float(values.mean())


# ------------------------------------------------------------------------------------------------- playing
def _outcomes(
    setups: Sequence[_Setup],
    workers: int | Literal["auto"],
    progress: Callable[[Progress], None] | None,
    stop: Event | None,
) -> list[Floats]:
    """Return the outcome of each setup by future; setups are played side by side, each on one thread."""
    scenario, threads = setups[0].scenario, worker_count(workers)
    check_memory(scenario, 1, min(BATCH, scenario.replications), threads)
    import simulator.model  # noqa: F401  (here, so that a mistake in loading it is not taken for one of a setup)

    begin, total = time.perf_counter(), len(setups) * scenario.replications
    found: dict[int, Floats] = {}
    halt = Event()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="market-entry")
    waiting: dict[Future[Floats], int] = {}
    try:
        _check_stop(stop)
        waiting = {pool.submit(_play, setup, halt): i for i, setup in enumerate(setups)}
        while waiting:
            # The timeout lets a stop through, and an interrupt where waiting cannot be interrupted (Windows).
            ready, _ = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
            for each in ready:
                found[waiting.pop(each)] = each.result()
                if progress is not None:
                    done = len(found) * scenario.replications
                    progress(Progress(done, total, time.perf_counter() - begin))
            _check_stop(stop)
    finally:
        # Also on an interrupt: what runs ends after its week, what waits is dropped.
        halt.set()
        pool.shutdown(wait=True, cancel_futures=True)
    return [found[i] for i in range(len(setups))]


def _check_stop(stop: Event | None) -> None:
    if stop is not None and stop.is_set():
        raise Stopped("the work was stopped on request")


def _play(setup: _Setup, halt: Event) -> Floats:
    """Return the outcome by future, float64[F]."""
    return np.concatenate(list(_by_batch(setup, halt)))


def _by_batch(setup: _Setup, halt: Event) -> Iterator[Floats]:
    from simulator.model import build_world

    scenario = setup.scenario
    told = outcomes.Setting(scenario.start, scenario.discount_rate, scenario.seller.cash_usd, (setup.strategy,))
    for batch in batches(range(scenario.replications), 1):
        job = Job(scenario, setup.strategy, batch)
        try:
            played = play(job, build_world(scenario, batch), halt)
        except Exception as error:  # told as that of a week is, with the number that brought it about
            played = failed(job, "world", error)
        if isinstance(played, RunFailure):
            raise SimulationError(f"{setup.strategy}, {setup.what}: {played.message}")
        summary = outcomes.summary(played.records, told)
        yield by_future(summary[summary["market"] == setup.market], (setup.outcome,))[setup.outcome].to_numpy()
