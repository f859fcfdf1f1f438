"""The firm's factory: how much it has made, and how evenly; both move what it asks for a unit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.sellers.cost import evenness_factor, experience_factor, variation

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Factory:
    """Units that were made for the firm in F futures, all markets together.

    Attributes
    ----------
    produced : int64[F]
        Units ordered or made on demand so far.
    output : int64[W + L, F]
        Units made in each week: an order evenly over the L weeks of production from the week of the order on, what is
        made on demand at once.
    """

    def __init__(self, batch: Batch, production_weeks: int) -> None:
        futures, scenario = len(batch.futures), batch.scenario
        self._production = max(production_weeks, 1)
        self.produced: Ints = np.zeros(futures, np.int64)
        self.output: Ints = np.zeros((scenario.weeks + self._production, futures), np.int64)
        self._learning, self._uneven = scenario.on("experience_curve"), scenario.on("even_output")
        self._experience = batch.behaviour("experience_units"), batch.behaviour("experience_share")
        self._window = scenario.behaviour_profile.output_weeks
        self._usual = batch.behaviour("output_usual_variation")
        self._cost = batch.behaviour("output_variation_cost_share")
        self._evenness: Floats | float = 1.0

    def begin(self, week: int) -> None:
        """Look back at the output before a week: what it costs holds for the orders of the week."""
        if self._uneven:
            self._evenness = evenness_factor(self.variation(week), self._usual, self._cost)

    def order(self, week: int, units: Ints) -> None:
        """Take an order, int64[F, C], and make it over the weeks of production."""
        total, weeks = units.sum(axis=1), self._production
        for k in range(weeks):
            self.output[week + k] += total * (k + 1) // weeks - total * k // weeks
        self.produced = self.produced + total

    def make(self, week: int, units: Ints) -> None:
        """Make units at once, int64[F, cells or markets]."""
        total = units.sum(axis=1)
        self.output[week] += total
        self.produced = self.produced + total

    def variation(self, week: int) -> Floats:
        """Return the coefficient of variation of the weekly output of the last weeks, float64[F, 1].

        The usual one until a whole window has passed since the first unit was made, and where nothing was made in it.
        """
        window = self.output[max(week - self._window, 0) : week]
        total, squares = window.sum(axis=0), (window * window).sum(axis=0)  # whole numbers: exact in any order
        made = self.output[:week] > 0
        first = np.where(made.any(axis=0), made.argmax(axis=0), week) if week else np.zeros_like(total)
        known = (week - first >= self._window) & (total > 0)
        found = variation(float(self._window), np.maximum(total, 1) * 1.0, squares * 1.0)
        return np.where(known[:, None], found[:, None], self._usual)

    def factor(self) -> Floats | float:
        """Return the cost of a unit relative to the start, float64[F, 1] or 1."""
        learned = experience_factor(self.produced[:, None] * 1.0, *self._experience) if self._learning else 1.0
        return learned * self._evenness
