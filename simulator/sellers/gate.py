"""When the firm goes on from its first markets to the others: once these have earned enough for some weeks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.calendar import NEVER
from simulator.sellers.exit_rule import JUDGED_CURVE, keep, recent_mean
from simulator.sellers.levers import Levers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Gate:
    """The gate of a strategy in F futures: what the first markets earn decides for all that come later.

    Attributes
    ----------
    open : bool[F]
        It stays open: whoever has gone on does not go back, leaving is the exit rule's affair.
    """

    def __init__(self, levers: Levers, futures: int) -> None:
        self._levers = levers
        self._first: Flags = levers.entry == levers.entry.min()
        self._contribution: Floats = np.zeros((levers.gate_weeks, futures, 1))
        self._judged: Ints = np.zeros((futures, 1), np.int64)
        self.open: Flags = np.zeros(futures, bool)

    def hopeless(self, left: Flags) -> Flags:
        """Say where it can never open any more, bool[F]: no first market is left to earn; `left` bool[F, M]."""
        return ~self.open & left[:, self._first].all(axis=1)

    def observe(self, week: int, contribution_usd: Floats, live: Flags, listed_since: Ints, curve: float) -> Flags:
        """Take in a week and say where the gate opens for the next one, bool[F].

        As for the exit rule, weeks in which a generation starts or runs out are not judged, nor those in which no first
        market is on sale and open.

        Parameters
        ----------
        contribution_usd : float64[F, M], after advertising
        live : bool[F, M], on sale and not suspended
        listed_since : int64[F, M], week of the first sale, negative before it
        curve : demand by the life curve
        """
        levers, first = self._levers, self._first
        if curve >= JUDGED_CURVE:
            total = np.zeros((len(live), 1))
            for m in np.flatnonzero(first):  # in order, whatever the number of futures
                total[:, 0] += contribution_usd[:, m]
            keep(self._contribution, self._judged, total, live[:, first].any(axis=1, keepdims=True))
        weeks = np.array([levers.gate_weeks])
        mean = recent_mean(self._contribution, self._judged, weeks)[:, 0]
        since = np.where(listed_since >= 0, listed_since, NEVER)[:, first].min(axis=1)
        ripe = (self._judged[:, 0] >= levers.gate_weeks) & (week + 1 - since >= levers.gate_after)
        opens: Flags = ripe & (mean > levers.gate_above) & ~self.open
        self.open |= opens
        return opens
