"""Audits: a compliance programme lowers the hazard; a hit costs a fine, a part of the stock, weeks, and the rank."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.compiled import rule
from simulator.market.environment import uniforms

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@rule
def seized_units(units: float, share: float) -> float:
    """Return the units that an authority takes of those that it finds, whole, halves upwards."""
    return math.floor(share * units + 0.5)


class Regulator:
    """Audits of the entrant in F futures and M markets.

    A programme is not there on the day it is begun: the papers of `minimum` are ready some weeks after the entry, and
    `full` is worth no more than `minimum` until its system works.

    Attributes
    ----------
    suspended_until : int64[F, M]
        First week after the last suspension.
    hits : int64[F, M]
    """

    def __init__(
        self, batch: Batch, programme: tuple[str, ...], traceable: Flags, entry: Ints, prefix: NDArray[np.uint64]
    ) -> None:
        """Take programme, traceability bool[M] and week of entry int64[M] of every market."""
        factor = np.where(traceable, batch.behaviour("audit_traceable_factor"), 1.0) * batch.scenario.on("audits")
        self._hazard = {
            level: batch.behaviour(f"audit_hazard_{level}") * factor for level in ("none", "minimum", "full")
        }
        self._runs = np.array(programme) != "none", np.array(programme) == "full"
        self._ready = tuple(
            entry + np.array([[getattr(b, f"compliance_{level}_weeks")] for b in batch.behaviours], np.int64)
            for level in ("minimum", "full")
        )
        self._prefix = prefix
        self._weeks = np.array([[b.audit_weeks] for b in batch.behaviours], np.int64) * batch.scenario.on("compliance")
        self.fine_usd: Floats = batch.behaviour("audit_fine_usd")
        self._seized_share = batch.behaviour("audit_seized_share")
        self.suspended_until: Ints = np.zeros(factor.shape, np.int64)
        self.hits: Ints = np.zeros(factor.shape, np.int64)

    def suspended(self, week: int) -> Flags:
        """Say where the listing is suspended, bool[F, M]."""
        return self.suspended_until > week

    def hazard(self, week: int) -> Floats:
        """Return the chance of a hit this week, float64[F, M]: that of what is ready of the programme."""
        papers, system = (runs & (week >= ready) for runs, ready in zip(self._runs, self._ready, strict=True))
        hazard = self._hazard
        return np.where(system, hazard["full"], np.where(papers, hazard["minimum"], hazard["none"]))

    def audit(self, week: int, live: Flags) -> Flags:
        """Audit the live listings; say which are hit, bool[F, M]. A suspension starts next week."""
        hit = live & ~self.suspended(week) & (uniforms(self._prefix, week, np.uint64(0)) < self.hazard(week))
        self.suspended_until = np.where(hit, week + 1 + self._weeks, self.suspended_until)
        self.hits += hit
        return np.asarray(hit)

    def seized(self, found: Ints) -> Ints:
        """Return the units that are taken of those found in a market that is hit, int64[F, C]."""
        return np.asarray(seized_units(found * 1.0, self._seized_share)).astype(np.int64)
