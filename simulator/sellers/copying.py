"""What a close rival copies from the entrant's product, and what that costs it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.calendar import NEVER
from simulator.scenario.category import Feature
from simulator.sellers.pricing import copied_cost
from simulator.sellers.product import smart_gain

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

FIELDS: dict[Feature, tuple[str, ...]] = {
    "health": ("health",),
    "green": ("green",),
    "safety": ("safety",),
    "smart": ("smart_gain", "smart_load"),
    "custom": ("custom",),
    "child_safe": ("child_safe",),
}
"""Feature -> fields of an offer's record; the first one is its level."""

ADDERS: dict[Feature, str] = {
    "health": "health_usd",
    "green": "green_usd",
    "safety": "traceable_usd",
    "smart": "smart_full_usd",
    "custom": "options_usd",
    "child_safe": "child_safe_usd",
}
"""Feature -> what it adds to the cost of a unit at full level (`unit_adders` of the category)."""


class Copies:
    """Features that one rival has taken over, in F futures and M markets.

    The entrant shows a feature in a week in which it is listed with a level above 0. From `lag` weeks after the first
    such week in a market, the rival offers the highest level that the entrant has shown there since, last week's
    included. It keeps what it has learned, whatever the entrant does later.

    Attributes
    ----------
    levels : dict of float64[F, M]
        Fields of the rival's record; 0 where nothing is copied (yet).
    """

    def __init__(self, batch: Batch, wanted: Mapping[Feature, Flags], lag: Ints, vat_share: Floats) -> None:
        """Take what it copies, feature -> bool[F, M] (those that it copies somewhere), and the lag, int64[F, M]."""
        self._wanted, self._lag = wanted, lag
        self._first: dict[Feature, Ints] = {feature: np.full(lag.shape, NEVER, np.int64) for feature in wanted}
        self.levels: dict[str, Floats] = {name: np.zeros(lag.shape) for part in wanted for name in FIELDS[part]}
        self._adders: dict[Feature, Floats] = {
            part: batch.category(f"unit_adders.{ADDERS[part]}") / _full(batch, part) for part in wanted
        }
        self._terms = batch.category_in("duty_share"), vat_share, batch.market("commission_share")

    def watch(self, week: int, shown: NDArray[np.void]) -> None:
        """Look at the records that the entrant showed last week, `columns.OFFER`[F, M, V], and copy what is due."""
        listed = shown["listed"] > 0.0
        for feature, wanted in self._wanted.items():
            names = FIELDS[feature]
            level = np.where(listed, shown[names[0]], 0.0)
            best = level.argmax(axis=-1)[:, :, None]
            first = self._first[feature]
            first[(first == NEVER) & (level.max(axis=-1) > 0.0)] = week - 1
            better = np.take_along_axis(level, best, axis=-1)[:, :, 0] > self.levels[names[0]]
            due = wanted & (week >= first + self._lag) & better
            for name in names:
                value = np.take_along_axis(shown[name], best, axis=-1)[:, :, 0].astype(np.float64)
                self.levels[name] = np.where(due, value, self.levels[name])

    def cost(self) -> Floats:
        """Return by how much what is copied lifts the price at which the rival earns nothing, USD, float64[F, M]."""
        total = np.zeros(self._lag.shape)
        for feature in self._wanted:
            total = total + copied_cost(self._adders[feature], self.levels[FIELDS[feature][0]], *self._terms)
        return total


def _full(batch: Batch, feature: Feature) -> Floats:
    """Return the level of a whole feature, float64[F, 1]: functions have diminishing returns, the others count to 1."""
    if feature != "smart":
        return np.ones((len(batch.futures), 1))
    functions, scale = batch.behaviour("smart_functions_full"), batch.behaviour("smart_functions_scale")
    return smart_gain(functions, scale)
