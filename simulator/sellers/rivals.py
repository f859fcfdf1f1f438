"""Rivals: archetypes follow their costs; a close rival follows the entrant's price."""

from __future__ import annotations

import mesa
import numpy as np
from numpy.typing import NDArray

from simulator.sellers.pricing import PASS_THROUGH_WEEKS, archetype_price, rival_price
from simulator.views import View
from simulator.world import World

Floats = NDArray[np.float64]


class Rival(mesa.Agent):
    """One offer of the menu that is not the entrant's, in F futures and M markets.

    Attributes
    ----------
    price : float64[F, M]
        USD, tax included.
    """

    def __init__(self, model: mesa.Model, world: World, number: int, cost_change: Floats) -> None:
        """Take the rival's number and the change of its parcels' landed cost, float64[W, F, M], 0 for local goods."""
        super().__init__(model)
        self._shocks = world.shocks
        self._abroad = False
        self._cost_change = cost_change
        self.key = world.rivals[number]
        self._reference = world.reference_price
        offer = world.menu[:, :, len(world.variants) + number]
        self.listed = offer["listed"] > 0
        batch = world.batch
        shape = world.reference_price.shape
        self._position, self._floor = np.ones(shape), np.zeros(shape)
        self._follows = np.zeros(shape, bool)
        for f, future in enumerate(batch.futures):
            for m, code in enumerate(batch.codes):
                archetype = batch.categories[f].archetypes.get(self.key)
                if archetype is not None:
                    self._position[f, m] = archetype.price_position
                    self._abroad = archetype.delivery == "direct"
                for close in future.close_rivals(code):
                    if close.key == self.key and archetype is None:
                        self._position[f, m] = close.price_position
                        self._floor[f, m] = close.floor_position
                        self._follows[f, m] = close.rule == "follow"
        self.price: Floats = archetype_price(self._position, self._reference, 0.0)

    def decide(self, view: View) -> None:
        """Settle the next price: a follower keeps its position to the entrant once that is listed.

        Archetypes pass changes of their cost on after `PASS_THROUGH_WEEKS` weeks. Prices stand in local money.
        """
        week, shocks = view.week, self._shocks
        reference = self._reference * view.level
        level = 1.0 / shocks.exchange[week] if self._abroad else view.level
        known = self._cost_change[week - PASS_THROUGH_WEEKS] if week >= PASS_THROUGH_WEEKS else 0.0
        by_cost = archetype_price(self._position, self._reference * level, known)
        last = self.price * shocks.rescaled(week)
        following = rival_price(last, self._position, view.entrant_price, reference, self._floor)
        self._next = np.where(self._follows, following, by_cost)

    def commit(self) -> None:
        """Put the price on the shelf."""
        self.price = self._next
