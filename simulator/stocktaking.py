"""Stock that is on the books and not to be found: misplaced as it is handled, found again by a count.

What the records say and the shelves do not hold is never reordered, so a small rate of errors makes stock-outs
(DeHoratius and Raman 2008; Kang and Gershwin 2005). Each traced unit is scanned, so fewer of them go astray.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.fulfilment import Fulfilment
from simulator.sellers.entrant import Entrant

Ints = NDArray[np.int64]

ASTRAY, GONE = 0, 1
"""Numbers of the draws of a week: units that are misplaced, and misplaced ones that no count finds."""


class Stocktaking:
    """Errors and counts of the entrant's stock, in F futures and C cells; figures lie at the houses."""

    def __init__(self, entrant: Entrant, deliveries: Fulfilment) -> None:
        """Take the firm whose stock it is, and the deliveries, which draw parts of units by cell."""
        self.entrant, self.deliveries = entrant, deliveries
        batch, levers = entrant.world.batch, entrant.levers
        traceable = np.array([product.traceable for product in levers.products])
        prevented = np.where(traceable, batch.behaviour("stock_error_traceable_factor"), 1.0)
        self._share = batch.behaviour("stock_error_share") * prevented * batch.scenario.on("stock_accuracy")
        self._lost_share = batch.behaviour("stock_error_lost_share") * np.ones_like(prevented)
        self._every: Ints = np.array([[b.stock_count_weeks] for b in batch.behaviours], np.int64)

    def count(self, week: int) -> Ints:
        """Count the shelves where it is time; return the cents of what is gone for good, int64[F, C]."""
        warehouse = self.entrant.warehouse
        due = np.broadcast_to(week % self._every == 0, warehouse.misplaced.shape)
        lost = self.deliveries.part("stock_error", week, GONE, warehouse.misplaced * due, self._lost_share)
        return warehouse.count(due, lost)

    def misplace(self, week: int) -> None:
        """Let a part of what was handled this week go astray: from next week nobody finds it."""
        warehouse = self.entrant.warehouse
        warehouse.misplace(self.deliveries.part("stock_error", week, ASTRAY, warehouse.handled, self._share))
