"""Machines that decide or show: AI and try-on by market, each with a ramp, a fee and an error.

A capability starts with the entry of a market that uses it and works in full after its ramp.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.calendar import NEVER
from simulator.compiled import rule
from simulator.exact import log
from simulator.sellers.levers import Levers
from simulator.sellers.service import Service

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AI = ("selection", "forecasting", "advertising", "service")


@rule
def ramp(weeks: float, ramp_weeks: float) -> float:
    """Return the share of a capability that works so many weeks after its start."""
    if weeks <= 0.0:
        return 0.0
    return min(weeks / max(ramp_weeks, 1e-9), 1.0)  # without a ramp all of it, and no division by 0


@rule
def odds_gain(effect: float, sooner: float) -> float:
    """Return the gain in log odds where the share of prompt answers rises by `sooner`: ln(1 + effect · sooner)."""
    return log(1.0 + effect * sooner)


@rule
def try_on_returns(factor: float, wrong_share: float, wrong_factor: float) -> float:
    """Return the factor on returns where all try on: fewer surprises, but some are shown what does not fit."""
    return (1.0 - wrong_share) * factor + wrong_share * wrong_factor


class Capabilities:
    """What machines do for one strategy, in F futures and M markets."""

    def __init__(self, batch: Batch, levers: Levers) -> None:
        number = batch.behaviour
        self.levers = levers
        self._shape = batch.constant(1.0)
        self.plan(np.tile(levers.entry, (len(self._shape), 1)))
        self._ai_ramp, self._try_on_ramp = number("ai_ramp_weeks"), number("ar_ramp_weeks")
        self._ads = number("ai_ads_factor"), number("ai_ads_waste_share")
        self.answers = Service(batch, levers)
        self._odds = odds_gain(number("ai_service_effect"), self.answers.sooner())
        self._wrong = number("ai_service_contact_share") * number("ai_service_wrong_share")
        self._incubation = number("ai_incubation_factor")
        self._miss = number("ai_selection_miss_share"), number("ai_selection_miss_taste")
        # What trying on removes is no more than a category's uncertainty about fit.
        self._fit = np.minimum(number("ar_effect"), batch.category("fit_uncertainty"))
        self._try_on_returns = try_on_returns(
            number("ar_returns_factor"), number("ar_wrong_share"), number("ar_wrong_returns_factor")
        )

    def plan(self, entry: Ints) -> None:
        """Take the weeks of entry, int64[F, M]."""
        self._entry = entry

    def _works(self, week: int, ramp_weeks: Floats) -> Floats:
        return ramp((week + 1 - self._entry) * self._shape, ramp_weeks)

    def advertising(self, week: int) -> Floats:
        """Return the factor on contacts: better targets, less what a machine wastes."""
        gain, waste = self._ads
        full = gain * (1.0 - waste) - 1.0
        return 1.0 + full * self._works(week, self._ai_ramp) * self.levers.advertising

    def answered(self, week: int) -> Floats:
        """Return the share of questions that a machine takes."""
        return self._works(week, self._ai_ramp) * self.levers.service

    def service(self, week: int) -> Floats:
        """Return what sooner answers add to the constant, utils."""
        return self._odds * self.answered(week)

    def wrong_answers(self, week: int) -> Floats:
        """Return the share of buyers for whom a wrong answer spoils the purchase."""
        return self._wrong * self.answered(week)

    def try_on(self, week: int) -> Floats:
        """Return what trying on is worth, WTP share."""
        return self._fit * self._works(week, self._try_on_ramp) * self.levers.try_on

    def returns(self, week: int) -> Floats:
        """Return the factor of try-on on returns, what was shown wrongly included."""
        return 1.0 + (self._try_on_returns - 1.0) * self._works(week, self._try_on_ramp) * self.levers.try_on

    def picks(self, launch: Ints, lag: Floats, variants: int) -> Floats:
        """Return how far a machine picked the designs on the shelf, 0 to 1, float64[F, M].

        `launch` int64[C] is the week of their first sale, `lag` float64[F, 1] how long before a design usually begins:
        what began before the machine was there is nobody's pick but the firm's.
        """
        since = np.minimum(launch[::variants] + 1 - self._entry, NEVER) - lag
        return ramp(since * self._shape, self._ai_ramp) * self.levers.selection

    def incubation(self, picked: Floats) -> Floats:
        """Return the factor on the weeks from idea to listing, float64[F, M]; `picked` as from `picks`."""
        return 1.0 - (1.0 - self._incubation) * picked

    def missed(self, luck: Floats, launch: Ints, picked: Floats) -> Floats:
        """Return how far a machine's pick lies off, units of taste, float64[F, C]; `luck` uniform [F, M, T]."""
        market_of = np.arange(len(launch)) * picked.shape[1] // len(launch)
        share, size = self._miss
        return size * (luck[:, market_of, launch] < share * picked[:, market_of])
