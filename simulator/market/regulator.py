"""Audits: a compliance programme lowers the hazard; a hit suspends the listing, costs a fine and the rank."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.market.environment import uniforms

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Regulator:
    """Audits of the entrant in F futures and M markets.

    Attributes
    ----------
    suspended_until : int64[F, M]
        First week after the last suspension.
    hits : int64[F, M]
    """

    def __init__(self, batch: Batch, programme: tuple[str, ...], traceable: Flags, prefix: NDArray[np.uint64]) -> None:
        hazards = np.concatenate([batch.behaviour(f"audit_hazard_{level}") for level in programme], axis=1)
        factor = np.where(traceable, batch.behaviour("audit_traceable_factor"), 1.0)
        self._hazard = hazards * factor * batch.scenario.on("audits")
        self._prefix = prefix
        self._weeks = np.array([[b.audit_weeks] for b in batch.behaviours], np.int64) * batch.scenario.on("compliance")
        self._fine, self._stock = batch.behaviour("audit_fine_usd"), batch.behaviour("audit_fine_stock_share")
        self.suspended_until: Ints = np.zeros(self._hazard.shape, np.int64)
        self.hits: Ints = np.zeros(self._hazard.shape, np.int64)

    def suspended(self, week: int) -> Flags:
        """Say where the listing is suspended, bool[F, M]."""
        return self.suspended_until > week

    def audit(self, week: int, live: Flags, stock_usd: Floats) -> Floats:
        """Audit the live listings; return the fines, USD float64[F, M]. A suspension starts next week."""
        hit = live & ~self.suspended(week) & (uniforms(self._prefix, week, np.uint64(0)) < self._hazard)
        self.suspended_until = np.where(hit, week + 1 + self._weeks, self.suspended_until)
        self.hits += hit
        return np.where(hit, self._fine + self._stock * stock_usd, 0.0)
