"""The record of a batch's shocks: what events and exchange rates do to the world, week by week."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class DutyChange:
    """One event that changes duties."""

    points: Floats
    """Added to the duty share, float64[F, M]; 0 where it does not act."""
    announced: Ints
    start: Ints
    end: Ints
    """First week in which sellers know of it, in which it holds, in which it holds no more, int64[F]."""


@dataclass(frozen=True, eq=False)
class Newcomer:
    """A close rival that enters during the run: a copy of one that there is."""

    key: str
    like: str
    enter: Ints
    """First week on the shelf, int64[F, M]; NEVER where it does not come."""
    leave: Ints
    """First week off the shelf again, int64[F, M]; NEVER where it stays."""


@dataclass(frozen=True, eq=False)
class RuleInForce:
    """A rule that may come, as each future has it."""

    key: str
    markets: tuple[int, ...]
    """Positions of the markets where it is put in force, if it names them."""
    announced: Ints
    start: Ints
    end: Ints
    """First week in which sellers know of it, in force, and in which the law is as before, int64[F]."""


@dataclass(frozen=True, eq=False)
class Shocks:
    """What happens to a batch of futures, the same for all strategies. Axes: W weeks, F futures, M markets, N nodes."""

    duty_change: Floats
    """Points on the category's duty share, float64[W, F, M]."""
    exchange: Floats
    """Local price of a dollar relative to the start, float64[W, F, M]."""
    level: Floats
    """Local prices in USD relative to the start, float64[W, F, M]: they catch up with `exchange` a quarter later."""
    parcel_freight: Floats
    sea_freight: Floats
    air_freight: Floats
    """Factors on freight, float64[W, F, M]."""
    commission_change: Floats
    """Points on the marketplace's commission share, float64[W, F, M]."""
    demand: Floats
    """Factor on needs, float64[W, F, M]."""
    nodes: tuple[str, ...]
    """Nodes of the network that close in some week."""
    closed: Flags
    """bool[W, F, M, N]: whether a market's lanes over the node stand still."""
    duties: tuple[DutyChange, ...]
    newcomers: tuple[Newcomer, ...]
    rules: tuple[RuleInForce, ...]

    def wait(self, nodes: tuple[tuple[str, ...], ...]) -> Ints:
        """Return the weeks until a lane moves again, int64[W, F, M]; 0 in a week in which it moves.

        Parameters
        ----------
        nodes
            Nodes that the lane to each market passes, by market; one closed node stops the whole lane.
        """
        weeks, futures, markets = self.demand.shape
        passed = np.array([[node in lane for node in self.nodes] for lane in nodes], bool)
        still = (self.closed & passed.reshape(markets, len(self.nodes))).any(axis=-1)
        out = np.zeros((weeks, futures, markets), np.int64)
        ahead = np.zeros((futures, markets), np.int64)
        for t in range(weeks - 1, -1, -1):
            ahead = np.where(still[t], ahead + 1, 0)
            out[t] = ahead
        return out

    def known_duty_change(self, week: int, arrival: Ints) -> Floats:
        """Return the points on the duty that sellers expect in `week` for goods that arrive in `arrival`.

        They know what holds, and what was announced; that a change will reverse they do not know.

        Parameters
        ----------
        arrival : int64[M] or int64[F, M], weeks

        Returns
        -------
        float64[F, M]
        """
        out = np.zeros(self.demand.shape[1:])
        for change in self.duties:
            start, end = change.start[:, None], change.end[:, None]
            known = (change.announced[:, None] <= week) & (start <= arrival) & (end > week)
            out += change.points * known
        return out

    def rescaled(self, week: int) -> Floats:
        """Return the factor of a week on what last week's local price is worth in USD, float64[F, M]."""
        return self.exchange[max(week - 1, 0)] / self.exchange[week]
