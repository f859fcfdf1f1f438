"""Stock: what is on the shelf and on the way, at what cost, and who gets it when it is short.

A market is served by its *house*: its own warehouse, or one at the origin that like parcels share. Arrays are
[F, M] with a house's figures at the position of its market; the others stay 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import njit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@njit
def to_houses(values, house):
    """Sum a market quantity over the markets of each house, in order, of the kind of `values`."""
    out = np.zeros_like(values)
    for f in range(values.shape[0]):
        for m in range(values.shape[1]):
            out[f, house[m]] += values[f, m]
    return out


@njit
def pooled_sd(sd: Floats, house: Ints) -> Floats:
    """Return the standard deviation of the sum of independent errors by house, float64[F, M]."""
    out = np.zeros(sd.shape)
    for f in range(sd.shape[0]):
        for m in range(sd.shape[1]):
            out[f, house[m]] += sd[f, m] * sd[f, m]
    return np.sqrt(out)


@njit
def ration(demand: Ints, stock: Ints, house: Ints) -> Ints:
    """Return what each market gets, int64[F, M]: all, or its share of the house's stock by largest remainder.

    Ties go to the market that comes first.
    """
    futures, markets = demand.shape
    out = np.zeros((futures, markets), np.int64)
    for f in range(futures):
        for h in range(markets):
            total = np.int64(0)
            for m in range(markets):
                if house[m] == h:
                    total += demand[f, m]
            if total == 0:
                continue
            have = min(stock[f, h], total)
            left = have
            for m in range(markets):
                if house[m] == h:
                    out[f, m] = demand[f, m] * have // total
                    left -= out[f, m]
            while left > 0:
                best, best_rest = -1, np.int64(-1)
                for m in range(markets):
                    if house[m] == h and out[f, m] < demand[f, m]:
                        rest = demand[f, m] * have - out[f, m] * total
                        if rest > best_rest:
                            best, best_rest = m, rest
                out[f, best] += 1
                left -= 1
    return out


@njit
def lend(unmet: Ints, spill: Ints, stock: Ints, house: Ints, on_demand: Flags, offered: Flags, sold: Ints) -> Ints:
    """Let siblings of a variant that ran out sell what their own stock allows (MODEL 2, stock and diversion).

    The unmet units of each variant go to siblings, rivals and outside by largest remainder; a sibling takes what is
    left on its shelf, in the order of the variants.

    Parameters
    ----------
    unmet : int64[F, C]
    spill : int64[F, M, V, offers + 1]
        Tally of where a unit goes that a variant cannot deliver: variants first, outside last.
    stock : int64[F, C]
        On the shelves before the week's sales, by house.
    on_demand : bool[C]
    offered : bool[F, M, V]
    sold : int64[F, C]
        Raised by what siblings take.

    Returns
    -------
    int64[F, C]
        Units that go on to rivals and the outside option.
    """
    futures, markets, variants, offers = spill.shape
    lost = unmet.copy()
    left = stock.copy()
    for f in range(futures):
        for c in range(sold.shape[1]):
            if not on_demand[c]:
                left[f, house[c]] -= sold[f, c]
        for m in range(markets):
            for v in range(variants):
                c = m * variants + v
                if unmet[f, c] <= 0:
                    continue
                flow = np.int64(0)
                for j in range(offers):
                    flow += spill[f, m, v, j]
                if flow == 0:
                    continue
                for w in range(variants):
                    if w == v or not offered[f, m, w]:
                        continue
                    to = m * variants + w
                    share = np.float64(unmet[f, c]) * np.float64(spill[f, m, v, w]) / np.float64(flow)
                    wish = min(np.int64(share + 0.5), lost[f, c])
                    given = wish if on_demand[to] else min(wish, left[f, house[to]])
                    sold[f, to] += given
                    lost[f, c] -= given
                    if not on_demand[to]:
                        left[f, house[to]] -= given
    return lost


@njit
def take(sold: Ints, house: Ints, units: Ints, cents: Ints) -> Ints:
    """Take units off the shelves at moving average cost; return their cents by market, int64[F, M].

    The last unit carries the remaining cents, so an empty shelf is worth exactly 0 (IAS 2.27).
    """
    out = np.zeros(sold.shape, np.int64)
    for f in range(sold.shape[0]):
        for m in range(sold.shape[1]):
            h, n = house[m], sold[f, m]
            if n > 0:
                out[f, m] = cents[f, h] if n == units[f, h] else cents[f, h] * n // units[f, h]
                units[f, h] -= n
                cents[f, h] -= out[f, m]
    return out


class Warehouse:
    """Shelves and shipments of one strategy.

    Attributes
    ----------
    units, cents : int64[F, M]
        On the books, by house; cents is the landed value.
    misplaced : int64[F, M]
        Of the units those that nobody finds: they are worth their cents, but cannot be sold before a count.
    handled : int64[F, M]
        Units received, picked or put back since errors were last drawn.
    received, lost, seized : int64[F, M]
        Units that ever came in, those that a count missed for good, and those that an authority took.
    """

    def __init__(self, futures: int, markets: int, longest_lead: int) -> None:
        self.units: Ints = np.zeros((futures, markets), np.int64)
        self.cents: Ints = np.zeros((futures, markets), np.int64)
        self.misplaced: Ints = np.zeros((futures, markets), np.int64)
        self.handled: Ints = np.zeros((futures, markets), np.int64)
        self.received: Ints = np.zeros((futures, markets), np.int64)
        self.lost: Ints = np.zeros((futures, markets), np.int64)
        self.seized: Ints = np.zeros((futures, markets), np.int64)
        self._way_units: Ints = np.zeros((longest_lead + 1, futures, markets), np.int64)
        self._way_cents: Ints = np.zeros((longest_lead + 1, futures, markets), np.int64)
        self._way_goods: Ints = np.zeros((longest_lead + 1, futures, markets), np.int64)
        self._rows, self._columns = np.indices((futures, markets))

    @property
    def findable(self) -> Ints:
        """Return the units that can be picked, int64[F, M] by house."""
        return self.units - self.misplaced

    def order(self, week: int, lead: Ints, units: Ints, cents: Ints, goods: Ints) -> None:
        """Put shipments on the way, to arrive after `lead` int64[M] weeks.

        int64[F, M] units, their landed cents, and of these the price at the factory.
        """
        slot = (week + lead) % len(self._way_units)
        for way, added in zip(self._ways(), (units, cents, goods), strict=True):
            np.add.at(way, (slot[None, :], self._rows, self._columns), added)

    def _ways(self) -> tuple[Ints, Ints, Ints]:
        return self._way_units, self._way_cents, self._way_goods

    def due(self, week: int, ahead: Ints) -> tuple[Ints, Ints, Ints]:
        """Return units, landed cents and factory price, int64[F, M], of what is due in `ahead` int64[M] weeks."""
        slot = (week + ahead) % len(self._way_units)
        units, cents, goods = (way[slot[None, :], self._rows, self._columns] for way in self._ways())
        return units, cents, goods

    def receive(self, week: int) -> Ints:
        """Put what arrives this week on the shelf; return the units, int64[F, M]."""
        slot = week % len(self._way_units)
        arrived = self._way_units[slot].copy()
        self.units += arrived
        self.received += arrived
        self.handled += arrived
        self.cents += self._way_cents[slot]
        for way in self._ways():
            way[slot] = 0
        return arrived

    def hold(self, week: int, ahead: Ints, still: Flags) -> None:
        """Let shipments that are due in `ahead` weeks, int64[M], come a week later where bool[F, M] says so."""
        if not still.any():
            return
        rows, columns = np.nonzero(still)
        slot = (week + np.broadcast_to(ahead, still.shape[1:])[columns]) % len(self._way_units)
        later = (slot + 1) % len(self._way_units)
        for way in self._ways():
            way[later, rows, columns] += way[slot, rows, columns]
            way[slot, rows, columns] = 0

    def on_the_way(self, week: int, first: Ints, last: Ints) -> Ints:
        """Return the units that arrive in the weeks `first` to `last` (int64[M], inclusive), int64[F, M]."""
        slots = len(self._way_units)
        out = np.zeros_like(self.units)
        for ahead in range(1, slots):
            inside = (first <= week + ahead) & (week + ahead <= last)
            if inside.any():
                out += self._way_units[(week + ahead) % slots] * inside
        return out

    def cents_on_the_way(self) -> Ints:
        """Return the landed value of all shipments that have not arrived, cents int64[F, M]."""
        value: Ints = self._way_cents.sum(axis=0)
        return value

    def pick(self, sold: Ints, house: Ints) -> Ints:
        """Take sold units off the shelves of their houses; return their cents by market, int64[F, M]."""
        self.handled += to_houses(sold, house)
        return np.asarray(take(sold, house, self.units, self.cents))

    def put_back(self, units: Ints, cents: Ints) -> None:
        """Put returned goods back on the shelf, int64[F, M] by house."""
        self.units += units
        self.cents += cents
        self.handled += units

    def misplace(self, units: Ints) -> None:
        """Lose sight of units, int64[F, M] by house, as far as there are any to be found."""
        self.misplaced += np.minimum(units, self.findable)
        self.handled[:] = 0

    def count(self, houses: NDArray[np.bool_], lost: Ints) -> Ints:
        """Find what is misplaced in the houses, bool[F, M], but for `lost` units of it; return the cents of those."""
        self.misplaced -= self.misplaced * houses
        self.lost += lost
        return np.asarray(take(lost, np.arange(lost.shape[1]), self.units, self.cents))

    def seize(self, units: Ints) -> Ints:
        """Give up units that can be found, int64[F, M] by house; return their cents."""
        self.seized += units
        return np.asarray(take(units, np.arange(units.shape[1]), self.units, self.cents))

    def clear(self, houses: NDArray[np.bool_], shipments: bool = False) -> tuple[Ints, Ints]:
        """Empty the shelves of the houses bool[F, M] (and cancel what is on the way); return units and cents.

        Nothing stays behind, so misplaced units turn up and are cleared too.
        """
        units, cents = self.units * houses, self.cents * houses
        self.units -= units
        self.cents -= cents
        self.misplaced -= self.misplaced * houses
        if shipments:
            way_units, way_cents = self._way_units * houses, self._way_cents * houses
            self._way_units -= way_units
            self._way_cents -= way_cents
            self._way_goods -= self._way_goods * houses
            units = units + way_units.sum(axis=0)
            cents = cents + way_cents.sum(axis=0)
        return units, cents
