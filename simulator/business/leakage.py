"""Leakage: part of what business buyers receive reappears in retail, instead of the entrant's own units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.business.contracts import part
from simulator.compiled import njit
from simulator.exact import binomial_quantile, hash_at, key_of, unit64_of

Ints = NDArray[np.int64]


@njit
def _leak(prefixes, week, delivered, share, weeks, pool):
    """Draw the leaked units of a week, int64[F, M], and spread them over the next `weeks` int64[F] of the pool."""
    out = np.zeros(delivered.shape, np.int64)
    slots = pool.shape[0]
    for f in range(delivered.shape[0]):
        for m in range(delivered.shape[1]):
            if delivered[f, m] > 0:
                u = unit64_of(hash_at(key_of(prefixes[f, m], np.int64(week), np.uint64(0)), 0))
                out[f, m] = np.int64(binomial_quantile(u, np.float64(delivered[f, m]), share[f]))
                for k in range(weeks[f]):
                    pool[(week + 1 + k) % slots, f, m] += part(out[f, m], weeks[f], k)
    return out


class Leakage:
    """Grey offers of the entrant's own goods in F futures and M markets."""

    def __init__(self, batch: Batch, prefixes: NDArray[np.uint64]) -> None:
        self._prefixes = prefixes
        self._share = batch.behaviour("b2b_leak_share")[:, 0] * batch.scenario.on("leakage")
        self._weeks = np.array([b.b2b_leak_weeks for b in batch.behaviours], np.int64)
        self._pool: Ints = np.zeros((int(self._weeks.max()) + 1, *prefixes.shape), np.int64)

    def offered(self, week: int) -> Ints:
        """Return the grey units on offer in `week`, int64[F, M]."""
        return self._pool[week % len(self._pool)].copy()

    def sell(self, week: int, sold: Ints) -> None:
        """Take what shoppers bought, int64[F, M]; the rest is offered again next week."""
        now = week % len(self._pool)
        self._pool[(week + 1) % len(self._pool)] += self._pool[now] - sold
        self._pool[now] = 0

    def add(self, week: int, delivered: Ints) -> Ints:
        """Let part of the week's deliveries leak; return it, int64[F, M]. It sells from next week on."""
        return _leak(self._prefixes, week, delivered, self._share, self._weeks, self._pool)
