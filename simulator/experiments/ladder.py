"""The ladder of rivals: the same strategies in the same futures, against close rivals that react more and more.

A plan that takes rivals as they are today is the lowest rung. Above it they follow the entrant's price, undercut it,
answer it as best they can, copy its product as well; at last one more enters. All else is alike, so what a rung takes
from the lowest one is what that reaction costs, future by future.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator import engine
from simulator.comparison import interval
from simulator.engine import Progress
from simulator.errors import SimulationError, UsageError
from simulator.outcomes import ALL
from simulator.scenario.category import Feature

if TYPE_CHECKING:
    from simulator.scenario import Scenario

Floats = NDArray[np.float64]

FEATURES: tuple[str, ...] = get_args(Feature)
ENTRY_WEEK = 26
"""Week in which one more close rival enters every market (assumption: half a year to see that there is money in it)."""
OUTCOME = "profit_usd"


@dataclass(frozen=True)
class Rung:
    """What all close rivals do."""

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Their own numbers and rules that are replaced."""
    enters: bool = False
    """One more enters every market in `ENTRY_WEEK`."""


STATIC, FULL = "static", "copying"
"""The rung that ignores what rivals do, and the one with all their reactions; an entry is no reaction."""


def rungs(copy_lag_weeks: int | None = None) -> tuple[Rung, ...]:
    """Return the ladder, lowest first; from what the entrant shows to its copy it takes each rival its own weeks, or
    these.
    """
    best = {"rule": "best_respond"}
    copying = best | {"copies": FEATURES} | ({} if copy_lag_weeks is None else {"copy_lag_weeks": copy_lag_weeks})
    return (
        Rung(STATIC, {"rule": "cost", "copies": (), "leave_after_weeks": 0}),
        Rung("follow", {"rule": "follow", "copies": ()}),
        Rung("undercut", {"rule": "undercut", "copies": ()}),
        Rung("best_respond", best | {"copies": ()}),
        Rung(FULL, copying),
        Rung("entry", copying, enters=True),
    )


def on_rung(scenario: Scenario, rung: Rung) -> Scenario:
    """Return the scenario with its close rivals on a rung.

    Raises
    ------
    UsageError
        Where there is no close rival to change.
    """
    places = {
        **{f"category.close_rivals.{i}": rival for i, rival in enumerate(scenario.category_profile.close_rivals)},
        **{f"rivals.{code}.{i}": r for code, there in scenario.rivals.items() for i, r in enumerate(there)},
    }
    if not any(scenario.close_rivals(code) for code in scenario.markets):
        raise UsageError("the scenario has no close rivals, so none can react; allowed: one or more in some market")
    values: dict[str, Any] = {
        f"{place}.{name}": list(value) if isinstance(value, tuple) else value
        for place in places
        for name, value in rung.fields.items()
    }
    if rung.enters:
        values["events"] = [*scenario.document().get("events", []), *_entries(scenario)]
    return scenario.with_values(values)


def _entries(scenario: Scenario) -> list[dict[str, Any]]:
    """Return the events that bring one more close rival into every market that has one."""
    day = scenario.start + timedelta(weeks=min(ENTRY_WEEK, scenario.weeks // 2))
    there = {code: scenario.close_rivals(code) for code in scenario.markets}
    return [
        {"kind": "rival_entry", "market": code, "like": close[0].key, "date": day.isoformat()}
        for code, close in there.items()
        if close
    ]


def climb(
    scenario: Scenario,
    *,
    copy_lag_weeks: int | None = None,
    workers: int | Literal["auto"] = "auto",
    progress: Callable[[Progress], None] | None = None,
) -> pd.DataFrame:
    """Play all strategies on every rung.

    Returns
    -------
    DataFrame
        One row per strategy and rung: strategy, rung, n, profit (mean over futures, USD) with its 95 % interval low,
        high; lost, lost_low, lost_high: profit on the lowest rung less on this one, paired by future;
        overstated_share, overstated_low, overstated_high: that relative to the size of the profit on this rung, null
        where the interval of the profit includes 0, because a ratio to nothing says nothing.
    """
    ladder, begin = rungs(copy_lag_weeks), time.perf_counter()
    found: dict[str, pd.DataFrame] = {}

    def tell(state: Progress) -> None:
        if progress is not None:
            done = len(found) * state.total + state.done
            progress(Progress(done, len(ladder) * state.total, time.perf_counter() - begin))

    for rung in ladder:
        results = engine.run(on_rung(scenario, rung), workers=workers, progress=tell)
        if len(results.failures):
            first = results.failures.iloc[0]
            raise SimulationError(f"rung {rung.name}, {first.strategy}: {first.message}")
        found[rung.name] = results.summary[results.summary["market"] == ALL]
    rows = []
    for strategy in scenario.strategies:
        profit = {name: _profits(summary, strategy) for name, summary in found.items()}
        rows += [compared(strategy, name, profit[STATIC], values) for name, values in profit.items()]
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class Overstatement:
    """By how much the profit of a strategy is overstated where rivals are ignored."""

    strategy: str
    usd: float
    usd_low: float
    usd_high: float
    share: float
    """Of the size of the profit where they react; nan where that might be nothing."""
    share_low: float
    share_high: float

    @classmethod
    def all_of(cls, ladder: pd.DataFrame) -> tuple[Overstatement, ...]:
        """Return that of every strategy of a ladder: its lowest rung against the one with all reactions."""
        columns = "strategy", "lost", "lost_low", "lost_high", "overstated_share", "overstated_low", "overstated_high"
        rows = ladder.loc[ladder["rung"] == FULL, list(columns)]
        return tuple(cls(*row) for row in rows.itertuples(index=False))


def compared(strategy: str, rung: str, static: Floats, profit: Floats) -> dict[str, Any]:
    """Return the row of a rung; profits on the lowest one and on this one by future, USD, float64[F]."""
    mean, lost = float(profit.mean()), static - profit
    low, high = interval(profit)
    usd, (usd_low, usd_high) = float(lost.mean()), interval(lost)
    share = share_low = share_high = np.nan
    if low * high > 0.0:
        # The interval of a ratio of two means (delta method): that of the mean of each future's part in its error.
        share = usd / abs(mean)
        share_low, share_high = interval(share + (lost - share * np.sign(mean) * profit) / abs(mean))
    return {
        "strategy": strategy, "rung": rung, "n": len(profit), "profit": mean, "low": low, "high": high,
        "lost": usd, "lost_low": usd_low, "lost_high": usd_high,
        "overstated_share": share, "overstated_low": share_low, "overstated_high": share_high,
    }  # fmt: skip


def _profits(summary: pd.DataFrame, strategy: str) -> Floats:
    """Return the profit of a strategy by future, USD, float64[F]."""
    return summary.loc[summary["strategy"] == strategy, OUTCOME].to_numpy(dtype=np.float64)
