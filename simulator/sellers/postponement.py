"""Postponement: like goods are made together and get their destination when they leave the factory gate.

Eppen and Schrage (1981): the factory's order covers all markets, and what is ready is allocated so that every market
is as likely to run out as the others. Label, language and plug are added at the gate (Lee and Tang 1997). Cells that
act together in a week are a *group*: same goods, and the same product generation on arrival. Arrays are by cell,
[F, C]; sums of a group stand at its first cell.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import njit, rule
from simulator.exact import normal_quantile
from simulator.sellers import inventory
from simulator.sellers.warehouse import to_houses

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

LEAST_SPREAD = 1.0
"""Units; a market whose demand looks certain still takes part when a surplus or a lack is shared (assumption)."""


@rule
def week_safety(sd: float, service_level: float) -> float:
    """Return the safety stock against one week's error, units: z times its standard deviation."""
    return normal_quantile(service_level) * sd


@rule
def pooled_safety(squares: float, spread: float, production: float) -> float:
    """Return the safety stock of a group, units: ``√(L_p · Σ s² + (Σ s·√(L_t + 1))²)`` (Eppen and Schrage 1981).

    During the ``L_p`` weeks of `production` the errors of independent markets offset each other; on the way (``L_t``
    weeks and the review week) each market stands alone.

    Parameters
    ----------
    squares
        Sum of the squares of each market's safety stock s against one week's error.
    spread
        Sum of each market's safety stock over its way and the review week.
    """
    return math.sqrt(production * squares + spread * spread)


@njit
def groups(pool: Ints, members: Flags, begins: Ints) -> Ints:
    """Return the first cell of each member's group, int64[F, C]; -1 for others and for a member that stands alone.

    Members of the same `pool`, int64[C], whose goods arrive in the generation that begins in the same week, int64[C].
    """
    futures, cells = members.shape
    out = np.full((futures, cells), -1)
    for f in range(futures):
        for c in range(cells):
            if not members[f, c] or out[f, c] >= 0:
                continue
            for d in range(c + 1, cells):
                if members[f, d] and pool[d] == pool[c] and begins[d] == begins[c]:
                    out[f, c] = c
                    out[f, d] = c
    return out


@njit
def to_groups(values, group):
    """Sum a quantity over the members of each group, in order, of the kind of `values`."""
    out = np.zeros_like(values)
    for f in range(values.shape[0]):
        for c in range(values.shape[1]):
            if group[f, c] >= 0:
                out[f, group[f, c]] += values[f, c]
    return out


def levels(forecast: Floats, safety: Floats, production: Ints, way: Ints, group: Ints) -> Floats:
    """Return order-up-to levels of the members of groups, float64[F, C]: forecasts and a part of the pooled safety.

    Each member's part is as large as its own safety stock would be among theirs.

    Parameters
    ----------
    forecast : float64[F, C], over production, way and review week
    safety : float64[F, C], safety stock against one week's error
    production, way : int64[C], weeks
    group : int64[F, C]
    """
    own = safety * np.sqrt(production + way + 1.0)
    apart = to_groups(own, group)
    spread = to_groups(safety * np.sqrt(way + 1.0), group)
    together = pooled_safety(to_groups(safety * safety, group), spread, production * 1.0)
    part = np.where(apart > 0.0, together / np.where(apart > 0.0, apart, 1.0), 0.0)
    return np.asarray(forecast + own * np.take_along_axis(part, np.maximum(group, 0), axis=1))


@njit
def allocate(units: Ints, level: Floats, position: Floats, spread: Floats, group: Ints) -> Ints:
    """Hand out the units of each group to equal fractiles, int64[F, C]; nobody gives anything back.

    Every member that gets something ends the same number k of standard deviations away from its level:
    ``position + units = level + k · spread``. Whole units by largest remainder, ties to the cell that comes first.

    Parameters
    ----------
    units : int64[F, C], of the groups, at their first cells
    level, position : float64[F, C]
    spread : float64[F, C], above 0: standard deviation of the demand until the next allocation arrives
    group : int64[F, C]
    """
    futures, cells = level.shape
    out = np.zeros((futures, cells), np.int64)
    wish, gets = np.zeros(cells), np.zeros(cells, np.bool_)
    for f in range(futures):
        for g in range(cells):
            if group[f, g] != g or units[f, g] <= 0:
                continue
            for c in range(cells):
                gets[c] = group[f, c] == g
            left_out = True
            while left_out:  # who would have to give leaves the group; the others then get less
                lack, width = np.float64(units[f, g]), 0.0
                for c in range(cells):
                    if gets[c]:
                        lack -= level[f, c] - position[f, c]
                        width += spread[f, c]
                left_out = False
                for c in range(cells):
                    if gets[c]:
                        wish[c] = level[f, c] - position[f, c] + lack / width * spread[f, c]
                for c in range(cells):
                    if gets[c] and wish[c] < 0.0:
                        gets[c] = False
                        left_out = True
            left = units[f, g]
            for c in range(cells):
                if gets[c]:
                    out[f, c] = np.int64(math.floor(wish[c]))
                    left -= out[f, c]
            while left > 0:
                best, best_rest = -1, -1e300
                for c in range(cells):
                    if gets[c] and wish[c] - out[f, c] > best_rest:
                        best, best_rest = c, wish[c] - out[f, c]
                out[f, best] += 1
                left -= 1
    return out


@njit
def _part(cents: int, part: int, units: int) -> int:
    """Return the cents of a part of a lot; the whole lot takes all."""
    return cents if part == units else cents * part // units


@njit
def _move(before, after, cents, goods, group, out_units, out_cents, out_goods, in_units, in_goods):
    """Fill in what leaves a lot and what joins one; goods at factory price go from the givers to the takers."""
    futures, cells = before.shape
    for f in range(futures):
        for c in range(cells):
            if group[f, c] < 0:
                continue
            n = after[f, c] - before[f, c]
            if n < 0:
                out_units[f, c] = -n
                out_cents[f, c] = _part(cents[f, c], -n, before[f, c])
                out_goods[f, c] = _part(goods[f, c], -n, before[f, c])
            else:
                in_units[f, c] = n
        for g in range(cells):
            units, value = np.int64(0), np.int64(0)
            for c in range(cells):
                if group[f, c] == g:
                    units += out_units[f, c]
                    value += out_goods[f, c]
            for c in range(cells):
                if group[f, c] == g and in_units[f, c] > 0:
                    in_goods[f, c] = _part(value, in_units[f, c], units)
                    value -= in_goods[f, c]
                    units -= in_units[f, c]


@dataclass(frozen=True, eq=False)
class Moves:
    """Units that change their destination at the gate, int64[F, C] each."""

    out_units: Ints
    out_cents: Ints
    """Landed value that they had at their old destination."""
    out_goods: Ints
    """Of it their price at the factory, cents."""
    in_units: Ints
    in_goods: Ints
    """Price at the factory of what joins, cents."""

    @classmethod
    def of(cls, before: Ints, after: Ints, cents: Ints, goods: Ints, group: Ints) -> Moves:
        """Return the moves from the planned units of each lot to the allocated ones."""
        moves = cls(*(np.zeros_like(before) for _ in range(5)))
        _move(
            before, after, cents, goods, group,
            moves.out_units, moves.out_cents, moves.out_goods, moves.in_units, moves.in_goods,
        )  # fmt: skip
        return moves


class Postponement:
    """The postponed cells of a strategy, and how the factory's order for them is made up."""

    def __init__(self, pool: Ints, postponed: Flags, production: Ints, way: Ints) -> None:
        """Take pools int64[C], cells that are postponed bool[C], and weeks to the gate and from it, int64[C]."""
        self.pool, self.postponed, self.production, self.way = pool, postponed, production, way

    def together(self, units: Floats) -> Floats:
        """Return the units that the factory makes in one go for each cell, float64[F, C]: those of its pool."""
        if not self.postponed.any():
            return units
        return np.where(self.postponed, to_houses(units, self.pool)[:, self.pool], units)

    def orders(
        self, wished: Floats, first: Floats, opens: Flags, total: Floats, sd: Floats, service: Floats, firm: Ints,
        past: Ints, position: Ints, settled: Flags, moq: Floats, group: Ints,
    ) -> Floats:  # fmt: skip
        """Return the units to order by planned destination, float64[F, C]: `wished` where a cell acts alone.

        A group orders what lacks up to the sum of its levels; the MOQ binds on the sum. Beyond the gate a market's
        stock counts up to its own level only, as nobody else can have it.

        Parameters
        ----------
        first : float64[F, C], plan of cells that open now
        opens : bool[F, C], they do
        total, sd : float64[F, C], forecast and one week's error
        service : float64[F, C]
        firm : int64[F, C], promised to business buyers
        past, position : int64[F, C], stock on hand and beyond the gate, and with what is not ready
        settled : bool[F, C], a destination is fixed at order (nothing has arrived yet)
        """
        level = levels(total, week_safety(sd, service), self.production, self.way, group) + firm
        level = np.where(opens, first, level)
        fixed = np.where(settled, position, past)
        counted = np.minimum(fixed, level) + (position - fixed)
        lack = to_groups(np.where(opens, level, level - counted), group)
        opening = to_groups(opens * 1.0, group) > 0.0
        lot = np.where(opening, inventory.first_lot(lack, moq), inventory.lot(lack, 0.0, moq))
        spread = np.maximum(sd * np.sqrt(self.production + self.way + 1.0), LEAST_SPREAD)
        return np.where(group >= 0, allocate(lot.astype(np.int64), level, position * 1.0, spread, group), wished)

    def least(self, moq: Floats) -> Floats:
        """Return the MOQ of single lots, float64[F, C]: none where it binds on a sum."""
        return np.where(self.postponed, 0.0, moq)

    def whole(self, orders: Ints, moq: Floats) -> Ints:
        """Return the orders without those of pools that are below half of the MOQ together, int64[F, C]."""
        enough = self.together(orders.astype(np.float64)) >= 0.5 * moq
        return np.where(self.postponed & ~enough, 0, orders)
