"""When the entrant gives a market up: the mean contribution of the last judged weeks is below a limit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import njit
from simulator.sellers.levers import Levers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

JUDGED_CURVE = 0.5
"""The exit rule looks at weeks with at least this part of a generation's mean demand (assumption)."""


class ExitRule:
    """The exit rule of a strategy, in F futures and M markets."""

    def __init__(self, levers: Levers, futures: int) -> None:
        shape = (futures, len(levers.entry))
        self._levers = levers
        self._contribution: Floats = np.zeros((int(levers.exit_weeks.max()), *shape))
        self._judged: Ints = np.zeros(shape, np.int64)

    def observe(self, contribution_usd: Floats, live: Flags, curve: float) -> None:
        """Take in a week: contribution float64[F, M], where it counts bool[F, M], demand by the life curve.

        A generation that starts or runs out, and a suspension, say little of the market: not judged.
        """
        if curve >= JUDGED_CURVE:
            keep(self._contribution, self._judged, contribution_usd, live)

    def due(self, on_sale_weeks: Ints) -> Flags:
        """Say where to leave, bool[F, M], after so many weeks on sale, int64[F, M]."""
        levers = self._levers
        mean = recent_mean(self._contribution, self._judged, levers.exit_weeks)
        ripe = (self._judged >= levers.exit_weeks) & (on_sale_weeks >= levers.exit_after)
        return ripe & (mean < levers.exit_below)


@njit
def keep(ring, count, values, where):
    """Put values float64[F, M] into a ring float64[size, F, M] of the last weeks, where bool[F, M] says so."""
    for f in range(count.shape[0]):
        for m in range(count.shape[1]):
            if where[f, m]:
                ring[count[f, m] % ring.shape[0], f, m] = values[f, m]
                count[f, m] += 1


@njit
def recent_mean(ring, count, weeks):
    """Mean of the last `weeks` int64[M] values of a ring, oldest first, float64[F, M]; NaN before there are so many."""
    out = np.full(count.shape, np.nan)
    for f in range(count.shape[0]):
        for m in range(count.shape[1]):
            if count[f, m] >= weeks[m]:
                total = 0.0
                for i in range(count[f, m] - weeks[m], count[f, m]):
                    total += ring[i % ring.shape[0], f, m]
                out[f, m] = total / weeks[m]
    return out
