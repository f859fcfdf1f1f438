"""The entrant's certificates: granted weeks after their first use, audited every year, suspended where that fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator import draws
from simulator.batch import Batch
from simulator.calendar import NEVER
from simulator.sellers.levers import Levers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CLAIMS = ("health", "green", "safety")
YEAR_WEEKS = 52
"""From the day it is granted to its first audit, and from one audit to the next."""


@dataclass(frozen=True, eq=False)
class Audit:
    """One surveillance audit of one certificate, which is the firm's and not a market's."""

    users: Flags
    """Markets whose products show the certificate, bool[M]."""
    held: Flags
    """Where it is held this week, bool[F]."""
    usd: Floats
    """float64[F]."""
    failed: Flags
    """bool[F]."""


class Certificates:
    """What is certified in W weeks, F futures and C cells, whether the firm is there or not.

    A certificate is suspended from the week after a failed audit for `certificate_suspended_weeks`: meanwhile it is as
    if there were none. All of this follows from entries and named draws, so it is known as soon as the entries are.

    Attributes
    ----------
    allowed_from : int64[F, C]
        Week from which every certificate that the market demands has been granted.
    hits : int64[F, M]
        Failed audits so far in the markets that use the certificate and are in business.
    """

    def __init__(self, batch: Batch, levers: Levers) -> None:
        self._batch, self._levers = batch, levers
        self.hits: Ints = np.zeros((len(batch.futures), len(batch.codes)), np.int64)
        self.plan(np.tile(levers.entry, (len(batch.futures), 1)))

    def plan(self, entry: Ints) -> None:
        """Take the weeks of entry, int64[F, M]; a later week than this one changes nothing before it."""
        batch, levers = self._batch, self._levers
        weeks, futures, cells = batch.scenario.weeks, len(batch.futures), len(levers.certificates)
        known = batch.categories[0].certificates
        lasts = [behaviour.certificate_suspended_weeks for behaviour in batch.behaviours]
        entry = levers.cells(entry)
        self.allowed_from: Ints = np.zeros((futures, cells), np.int64)
        self._shown = np.zeros((weeks, futures, cells), bool)
        self._proven = {claim: np.zeros((weeks, futures, cells), bool) for claim in CLAIMS}
        self._lapsed = np.zeros((weeks, futures, cells), bool)
        self._audits: dict[int, list[Audit]] = {}
        markets = np.array(batch.codes).repeat(levers.variants)
        empty = np.array([product.empty_claim for product in levers.products])
        for code, kind in known.items():
            holds = np.array([code in held for held in levers.certificates], bool)
            if not holds.any():
                continue
            ready = entry[:, holds].min(axis=1) + kind.weeks
            suspended = np.zeros((weeks, futures), bool)
            users = levers.any(holds & levers.offered) & (levers.entry < NEVER)
            for week, audit in _audits(batch, code, ready, users):
                self._audits.setdefault(week, []).append(audit)
                for f in np.flatnonzero(audit.failed):
                    suspended[week + 1 : week + 1 + lasts[f], f] = True
            valid = (np.arange(weeks)[:, None] >= ready) & ~suspended
            self._shown |= valid[:, :, None] & holds
            for claim in kind.supports:
                true = holds & ~empty if claim == "green" else holds
                self._proven[claim] |= valid[:, :, None] & true
            demanded = holds & np.isin(markets, kind.required_in)
            self._lapsed |= suspended[:, :, None] & demanded
            self.allowed_from[:, demanded] = np.maximum(self.allowed_from[:, demanded], ready[:, None])

    def shown(self, week: int) -> Flags:
        """Say which products show a certificate, bool[F, C]."""
        return self._shown[week]

    def proven(self, claim: str, week: int) -> Flags:
        """Say where a claim is proven, bool[F, C]."""
        return self._proven[claim][week]

    def lapsed(self, week: int) -> Flags:
        """Say where a certificate that the market demands is suspended, bool[F, C]."""
        return self._lapsed[week]

    def audit(self, week: int, active: Flags) -> Floats:
        """Hold the week's audits in the markets in business, bool[F, M]; return what the firm pays, USD float64[F]."""
        usd = np.zeros(len(active))
        for audit in self._audits.get(week, ()):
            used = active & audit.users & audit.held[:, None]
            usd = usd + audit.usd * used.any(axis=1)
            self.hits += used & audit.failed[:, None]
        return usd


def _audits(batch: Batch, code: str, ready: Ints, users: Flags) -> Iterator[tuple[int, Audit]]:
    """Yield the weeks and audits of a certificate that was granted in the weeks `ready`, int64[F].

    The luck of an audit goes by its number: whoever enters later meets the same auditor later.
    """
    kinds = [category.certificates[code] for category in batch.categories]
    usd = np.array([kind.audit_usd_year for kind in kinds], np.float64)
    chance = np.array([kind.audit_fail_share for kind in kinds], np.float64) * batch.scenario.on("audits")
    stream, name = draws.STREAMS["certificate_audit"], draws.name_id(code)
    for granted in np.unique(ready):
        held = ready == granted
        for number, week in enumerate(range(int(granted) + YEAR_WEEKS, batch.scenario.weeks, YEAR_WEEKS), 1):
            keys = [draws.key(batch.scenario.seed, r, stream, 0, number, name) for r in batch.replications]
            yield week, Audit(users, held, usd, (np.array([draws.unit(key) for key in keys]) < chance) & held)
