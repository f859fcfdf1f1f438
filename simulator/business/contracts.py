"""Contracts with business buyers: deliveries that fall due, what is late or lost, and renewals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.business.buyers import Award
from simulator.compiled import njit
from simulator.exact import hash_at, key_of, unit64_of
from simulator.views import BusinessOffer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CONTRACT = np.dtype(
    [
        ("future", "i8"), ("market", "i8"), ("buyer", "i8"), ("asked", "i8"), ("term", "i8"), ("units", "i8"),
        ("delivered", "i8"), ("open", "i8"), ("framework", "?"), ("alone", "?"), ("price", "f8"),
    ],
    align=True,
)  # fmt: skip
"""`asked`: week of the request; `term`: number of renewals; `open`: deliveries to come; `alone`: no
other bidder qualified; price: USD a unit, net."""

CALL = np.dtype([("contract", "i8"), ("future", "i8"), ("market", "i8"), ("due", "i8"), ("left", "i8")], align=True)
"""A delivery of a contract (its row) that leaves the warehouse in week `due`; `left`: units not delivered yet."""


@njit
def part(units, deliveries, number):
    """Return the units of one of several deliveries; all of them sum to the lot."""
    return units * (number + 1) // deliveries - units * number // deliveries


@njit
def _first_part(units, framework, future, deliveries):
    out = np.empty(units.size, np.int64)
    for i in range(units.size):
        n = min(deliveries[future[i]], units[i])
        out[i] = part(units[i], n, np.int64(0)) if framework[i] else units[i]
    return out


@njit
def _calls(first_row, contracts, due, deliveries, cycle):
    """Return the deliveries of new contracts, CALL[n]; `due` int64[len(contracts)] is the week of the first."""
    n = 0
    for i in range(contracts.size):
        c = contracts[i]
        c.open = min(deliveries[c.future], c.units) if c.framework else 1
        n += c.open
    out = np.zeros(n, CALL)
    n = 0
    for i in range(contracts.size):
        c = contracts[i]
        for k in range(c.open):
            to = out[n]
            to.contract, to.future, to.market = first_row + i, c.future, c.market
            to.due = due[i] + k * cycle[c.future]
            to.left = part(c.units, c.open, np.int64(k))
            n += 1
    return out


@njit
def _deliver(week, calls, contracts, granted, cycle, late_share, delivered, alone, on_time, lost, revenue):
    """Hand out the granted units int64[F, M] to the calls that are due, the oldest first; update everything."""
    for i in range(calls.size):
        call = calls[i]
        if call.due > week:
            continue
        f, m, c = call.future, call.market, contracts[call.contract]
        got = min(call.left, granted[f, m] - delivered[f, m])
        late = week - call.due
        call.left -= got
        c.delivered += got
        delivered[f, m] += got
        if c.alone:
            alone[f, m] += got
        revenue[f, m] += got * c.price * (1.0 - late_share[f] * late)
        if late == 0:
            on_time[f, m] += got
        if late >= cycle[f]:
            lost[f, m] += call.left
            call.left = 0
        if call.left == 0:
            c.open -= 1


@njit
def _sum(calls, first, last, week, out):
    """Add up what is left of calls due in the weeks first to last int64[M], and of those due until `week`."""
    for i in range(calls.size):
        call = calls[i]
        m = call.market
        if call.due <= last[m] and (call.due >= first[m] or call.due <= week):
            out[call.future, m] += call.left


@njit
def _renews(prefixes, contracts, share):
    """Say which ended framework contracts are renewed: with probability ``share · delivered / units``."""
    out = np.zeros(contracts.size, np.bool_)
    for i in range(contracts.size):
        c = contracts[i]
        key = key_of(prefixes[c.future, c.market], c.asked, np.uint64(c.buyer))
        out[i] = unit64_of(hash_at(key, c.term)) < share[c.future] * c.delivered / c.units
    return out


@dataclass(frozen=True, eq=False)
class Delivered:
    """Deliveries of a week, int64[F, M] and USD float64[F, M]."""

    units: Ints
    alone: Ints
    """Of them on contracts for which no other bidder qualified."""
    on_time: Ints
    lost: Ints
    revenue_usd: Floats


class Contracts:
    """All contracts of one strategy in F futures and M markets.

    Attributes
    ----------
    rows : `CONTRACT`[n]
        Signed contracts in order.
    calls : `CALL`[k]
        Their open deliveries, the oldest first.
    due_units, on_time_units : int64[F, M]
        Fallen due so far (delivered or lost); of them delivered in their week.
    """

    def __init__(self, batch: Batch, prefixes: NDArray[np.uint64]) -> None:
        self._prefixes = prefixes
        self._deliveries = np.array([b.b2b_framework_deliveries for b in batch.behaviours], np.int64)
        self._cycle = np.array([b.b2b_cycle_weeks for b in batch.behaviours], np.int64)
        self._late = batch.behaviour("b2b_late_week_share")[:, 0]
        self._renewal = batch.behaviour("b2b_renewal_share")[:, 0]
        self._prior = batch.category("business.lot_units")
        self.rows = np.zeros(0, CONTRACT)
        self.calls = np.zeros(0, CALL)
        self.due_units: Ints = np.zeros(prefixes.shape, np.int64)
        self.on_time_units: Ints = np.zeros(prefixes.shape, np.int64)

    def first_part(self, requests: NDArray[np.void]) -> Ints:
        """Return the units of the first delivery of each request, int64[n]."""
        columns = (np.ascontiguousarray(requests[name]) for name in ("units", "framework", "future"))
        return _first_part(*columns, self._deliveries)

    def reliability(self, prior: Floats) -> Floats:
        """Return the share of units delivered on time as buyers see it, float64[F, M].

        The entrant's retail deliveries, `prior`, count as one median lot.
        """
        return (self._prior * prior + self.on_time_units) / (self._prior + self.due_units)

    def wanted(self, week: int) -> Ints:
        """Return the units that are due or overdue in `week`, int64[F, M]."""
        last = np.full(self.due_units.shape[1], week)
        return self.committed(week, last, last)

    def committed(self, week: int, first: Ints, last: Ints) -> Ints:
        """Return the units due in the weeks `first` to `last` (int64[M], inclusive), overdue ones included."""
        out = np.zeros(self.due_units.shape, np.int64)
        _sum(self.calls, first, last, week, out)
        return out

    def sign(self, award: Award) -> None:
        """Sign what the entrant has won this week."""
        if not award.won.any():
            return
        won = award.requests[award.won]
        new = np.zeros(len(won), CONTRACT)
        for name in ("future", "market", "buyer", "units", "framework"):
            new[name] = won[name]
        new["asked"], new["price"], new["alone"] = won["week"], award.price_usd[award.won], award.alone[award.won]
        self._add(new, award.due[award.won])

    def _add(self, new: NDArray[np.void], due: Ints) -> None:
        if not len(new):
            return
        calls = np.concatenate([self.calls, _calls(len(self.rows), new, due, self._deliveries, self._cycle)])
        self.calls = calls[np.argsort(calls["due"], kind="stable")]
        self.rows = np.concatenate([self.rows, new])

    def deliver(self, week: int, granted: Ints) -> Delivered:
        """Deliver up to `granted` units, int64[F, M]; what waits longer than a cycle is lost to the firm."""
        units, alone, on_time, lost = (np.zeros_like(granted) for _ in range(4))
        revenue = np.zeros(granted.shape)
        _deliver(week, self.calls, self.rows, granted, self._cycle, self._late, units, alone, on_time, lost, revenue)
        self.calls = self.calls[self.calls["left"] > 0]
        self.due_units += units + lost
        self.on_time_units += on_time
        return Delivered(units, alone, on_time, lost, revenue)

    def renew(self, week: int, offer: BusinessOffer) -> None:
        """Renew framework contracts that ended this week, at today's price; the next delivery is a cycle away."""
        ended = (self.rows["open"] == 0) & self.rows["framework"]
        if not ended.any():
            return
        old = self.rows[ended]
        at = old["future"], old["market"]
        again = _renews(self._prefixes, old, self._renewal) & offer.open[at]
        new = old[again]
        new["term"] += 1
        new["delivered"] = 0
        new["price"] = offer.price_usd[at][again]
        self.rows["framework"][ended] = False  # asked once
        self._add(new, week + self._cycle[new["future"]])

    def cancel(self, markets: Flags) -> None:
        """End all contracts of markets that the firm leaves, bool[F, M]."""
        gone = markets[self.rows["future"], self.rows["market"]]
        self.rows["open"][gone] = 0
        self.rows["framework"][gone] = False
        self.calls = self.calls[~gone[self.calls["contract"]]]
