"""Rivals: archetypes follow their costs; close rivals follow, undercut, best-respond, copy, enter and leave."""

from __future__ import annotations

from typing import get_args

import mesa
import numpy as np
from numpy.typing import NDArray

from simulator.calendar import NEVER
from simulator.scenario.category import CloseRival, Feature
from simulator.sellers.adoption import crowds
from simulator.sellers.copying import Copies
from simulator.sellers.pricing import (
    PASS_THROUGH_WEEKS,
    archetype_price,
    follow_price,
    logit_price,
    lowest_listed,
    not_below,
    undercut_price,
)  # fmt: skip
from simulator.views import View
from simulator.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

AT_FLOOR = 1.0 + 1e-9
"""A price up to so many times the floor stands on it: rounding is no profit."""


class Rival(mesa.Agent):
    """One offer of the menu that is not the entrant's, in F futures and M markets.

    A close rival knows what is public: last week's prices, shares and products. It has stock for all who want it, and
    no ledger; its floor is the price at which it earns nothing.

    Attributes
    ----------
    price : float64[F, M]
        USD, tax included.
    listed : bool[F, M]
        Whether it can be bought this week.
    crowd : float64[F, 1] or None
        ln of its number of sellers relative to the start, for parts of an archetype that a label divides.
    """

    def __init__(self, model: mesa.Model, world: World, number: int, cost_change: Floats, vat_share: Floats) -> None:
        """Take its place in the menu.

        Parameters
        ----------
        number
            Position among the rivals.
        cost_change
            Relative change of its parcels' landed cost, float64[W, F, M]; 0 for local goods.
        vat_share
            VAT in the price of what is sold from stock, float64[F, M].
        """
        super().__init__(model)
        self.key = world.rivals[number]
        self._number, self._world, self._cost_change = number, world, cost_change
        self._reference = world.reference_price
        self._start, self._end = world.rival_start[:, :, number], world.rival_end[:, :, number]
        self.listed: Flags = self._start <= 0
        shape = world.reference_price.shape
        self._position, self._cost = np.ones(shape), np.zeros(shape)
        self._patience: Ints = np.full(shape, NEVER)
        self._lag: Ints = np.ones(shape, np.int64)
        self._wanted: dict[Feature, Flags] = {part: np.zeros(shape, bool) for part in get_args(Feature)}
        self._rules = ["cost"] * shape[1]
        self._owned: list[list[int]] = [[number] for _ in self._rules]
        self._competing: list[list[int]] = [[] for _ in self._rules]
        self._abroad = False
        self._read()
        wanted = {part: where for part, where in self._wanted.items() if where.any()}
        self._copies = Copies(world.batch, wanted, self._lag, vat_share)
        self._crowds = crowds(world.batch, self.key)
        self.crowd: Floats | None = None
        self._standing: Ints = np.zeros(shape, np.int64)
        self._left: Flags = np.zeros(shape, bool)
        self._floor: Floats = self._cost
        self.price: Floats = not_below(archetype_price(self._position, self._reference, 0.0), self._floor)

    def _read(self) -> None:
        """Read the profiles: numbers of each future and market, rules and owners of each market."""
        world, batch = self._world, self._world.batch
        for f in range(len(batch.futures)):
            if self._number < world.archetypes:
                archetype = batch.categories[f].archetypes[self.key]
                self._position[f], self._abroad = archetype.price_position, archetype.delivery == "direct"
                continue
            for m in range(len(batch.codes)):
                there = world.close_rivals[f][m]
                found = [rival for rival in there if rival.key == self.key]
                for rival in found:
                    self._position[f, m] = rival.price_position
                    self._cost[f, m] = rival.floor_position * self._reference[f, m]
                    self._patience[f, m] = rival.leave_after_weeks or NEVER
                    self._lag[f, m] = rival.copy_lag_weeks
                    for part in rival.copies:
                        self._wanted[part][f, m] = True
                    self._rules[m] = rival.rule
                    self._meet(m, rival, there)

    def _meet(self, market: int, itself: CloseRival, there: tuple[CloseRival, ...]) -> None:
        """Sort the close rivals of a market into those of its owner, itself included, and competitors."""
        ours = [r.key for r in there if r.key == self.key or (r.owner is not None and r.owner == itself.owner)]
        position = self._world.rivals.index
        self._owned[market] = [position(key) for key in ours]
        self._competing[market] = [position(r.key) for r in there if r.key not in ours]

    @property
    def copied(self) -> dict[str, Floats]:
        """Return the fields of its record that it copies, float64[F, M] each."""
        return self._copies.levels

    # ------------------------------------------------------------------------------------------ the week
    def decide(self, view: View) -> None:
        """Settle the next price, what to copy, and whether to be in the market at all."""
        self._copies.watch(view.week, view.shown)
        standing = self.listed & (self.price <= self._floor * AT_FLOOR) & (view.week > 0)
        self._next_standing = np.where(standing, self._standing + 1, 0)
        self._next_left = self._left | (self._next_standing >= self._patience)
        self._next_listed = (self._start <= view.week) & (view.week < self._end) & ~self._next_left
        self._next_crowd = None
        if self._crowds is not None:
            crowd = self._crowds[view.week]
            self._next_crowd = np.where(crowd > -np.inf, crowd, 0.0)
            self._next_listed = self._next_listed & (crowd > -np.inf)  # none is left when all have taken the label
        self._next_floor = self._cost + self._copies.cost()
        last = self.price * self._world.shocks.rescaled(view.week)  # prices stand in local money
        wished = np.where(self.listed, self._wished(view, last), last)  # before it is in, its price waits
        self._next_price = not_below(wished, self._next_floor)

    def commit(self) -> None:
        """Act: put the price on the shelf, enter or leave."""
        self.price, self._floor = self._next_price, self._next_floor
        self._standing, self._left = self._next_standing, self._next_left
        self.listed, self.crowd = self._next_listed, self._next_crowd

    def _wished(self, view: View, last: Floats) -> Floats:
        """Return the price by its rule in each market, before the floor."""
        week, shocks = view.week, self._world.shocks
        known = self._cost_change[week - PASS_THROUGH_WEEKS] if week >= PASS_THROUGH_WEEKS else 0.0
        reference = self._reference / shocks.exchange[week] if self._abroad else view.reference_price
        price: Floats = archetype_price(self._position, reference, known)
        for m, rule in enumerate(self._rules):
            now, position, reference = last[:, m], self._position[:, m], view.reference_price[:, m]
            if rule == "follow":
                entrant = view.entrant_price[:, m]
                price[:, m] = follow_price(now, position, np.where(np.isnan(entrant), reference, entrant))
            elif rule == "undercut":
                seen = [view.entrant_low[:, m], *(view.rival_price[:, m, k] for k in self._competing[m])]
                cheapest = lowest_listed(np.ascontiguousarray(np.stack(seen, axis=-1)[:, None]))[:, 0]
                price[:, m] = undercut_price(position, cheapest, position * reference)
            elif rule == "best_respond":
                conversion = np.where(np.isnan(view.rival_conversion[:, m, self._number]), np.nan, 0.0)
                for k in self._owned[m]:
                    sold = view.rival_conversion[:, m, k]
                    conversion = conversion + np.where(np.isnan(sold), 0.0, sold)
                price[:, m] = logit_price(now, self._next_floor[:, m], reference, view.price_scale[:, m], conversion)
        return price
