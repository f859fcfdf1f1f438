"""The entrant's greenhouse gases: whole units at each step of their way, times kg CO2e of one.

Units count as made when the firm takes them over, so what is left over counts too: stock when it reaches its shelf, or
is called off on its way; a unit that is made after the order when it is sold.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.logistics.carbon import UnitCarbon
from simulator.sellers.entrant import Entrant
from simulator.sellers.warehouse import to_houses
from simulator.views import Sales

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Footprint:
    """What a strategy emits in F futures, M markets and C cells.

    Attributes
    ----------
    parcels : int64[F, C]
        Sent to shoppers, those refused at the door included.
    trips : int64[F, C]
        Last miles: there, and back where a parcel is refused or goods return to an address in the market.
    gone : int64[F, C]
        Left their shelf for good, to shoppers and firms.
    lots : int64[F, C]
        Of them to firms.
    """

    def __init__(self, unit: UnitCarbon, entrant: Entrant, flies: Flags) -> None:
        """Take the carbon of a unit; `flies` bool[F, M]: business lots from abroad go by air."""
        self.unit, self.entrant = unit, entrant
        levers = entrant.levers
        self._made = levers.on_demand | (not entrant.replenishment.bounded)
        self._kept = levers.shelved
        self._returns = levers.cells(levers.local_stock | levers.local_returns)
        abroad = np.where(levers.cells(flies), unit.lot_air, unit.lot_sea)
        self._lot = np.where(levers.cells(levers.local_stock), unit.lot_road, abroad)
        shape = entrant.orders.shape
        self.parcels: Ints = np.zeros(shape, np.int64)
        self.trips: Ints = np.zeros(shape, np.int64)
        self.gone: Ints = np.zeros(shape, np.int64)
        self.lots: Ints = np.zeros(shape, np.int64)

    def week(self, sales: Sales, lots: Ints) -> None:
        """Count a week's sales by cell, and the core products int64[F, M] that firms received."""
        self.parcels += sales.sold
        self.trips += sales.sold + sales.refused + sales.returned * self._returns
        self.gone += sales.sold - sales.resold - sales.refused * self._kept
        self.gone[:, :: self.entrant.levers.variants] += lots
        self.lots[:, :: self.entrant.levers.variants] += lots

    def brought(self) -> Ints:
        """Return the units that came to each market's shelf, or were made for it, int64[F, C].

        Out of a shelf that markets share, a unit belongs to the market that it was sent to; what nobody got stays with
        the house.
        """
        left = self.entrant.warehouse.received - to_houses(self.gone * ~self._made, self.entrant.levers.house)
        return self.gone + left

    def kg(self) -> Floats:
        """Return kg CO2e of product, freight and last mile, float64[F, M, 3] (`simulator.views.CARBON_PARTS`)."""
        unit, total = self.unit, self.entrant.levers.markets
        brought = self.brought()
        product = unit.product * (brought + self.entrant.cancelled)
        freight = unit.inbound * brought + unit.parcel * self.parcels + self._lot * self.lots
        return np.stack([total(part) for part in (product, freight, unit.last_mile * self.trips)], axis=-1)
