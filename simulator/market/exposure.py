"""Claims that are found out: what no certificate proves is examined the more, the better it sells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.compiled import rule
from simulator.market.environment import uniforms

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@rule
def hazard(base: float, pace: float) -> float:
    """Return the chance a week that an unproven claim is found out; `pace` is sales relative to a reference seller."""
    return min(base * pace, 1.0)


class Exposure:
    """Exposures of the entrant's claims in F futures and M markets.

    Attributes
    ----------
    hits : int64[F, M]
    """

    def __init__(self, batch: Batch, prefix: NDArray[np.uint64]) -> None:
        self._hazard = batch.behaviour("exposure_hazard") * batch.scenario.on("exposure")
        self._fine = batch.behaviour("exposure_fine_usd")
        self._weeks = np.array([[b.exposure_weeks] for b in batch.behaviours], np.int64)
        self._prefix = prefix
        self._until: Ints = np.zeros(prefix.shape, np.int64)
        self.hits: Ints = np.zeros(prefix.shape, np.int64)

    def active(self, week: int) -> Flags:
        """Say where nobody believes an unproven claim, bool[F, M]."""
        return self._until > week

    def examine(self, week: int, unproven: Flags, pace: Floats) -> Floats:
        """Find claims out; return the fines, USD float64[F, M]. Disbelief starts next week."""
        open_ = unproven & ~self.active(week)
        hit = open_ & (uniforms(self._prefix, week, np.uint64(0)) < hazard(self._hazard, pace))
        self._until = np.where(hit, week + 1 + self._weeks, self._until)
        self.hits += hit
        return np.where(hit, self._fine, 0.0)
