"""When a product sells: generations that follow each other, and festival editions that come once a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator import calendar
from simulator.batch import Batch
from simulator.calendar import NEVER
from simulator.exact import log
from simulator.sellers.forecasting import life_curve
from simulator.sellers.levers import Levers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NOTHING = 1e-9
"""Relative demand of a week in which an edition is not sold."""


@dataclass(frozen=True, eq=False)
class Generations:
    """Lives of the products of C cells over T weeks.

    Attributes
    ----------
    begins, ends : int64[C, T]
        First week of the generation that a sale in week t belongs to, and the first week after it.
    curve : float64[C, T]
        Demand relative to the mean over a life.
    log_curve : float64[C, T]
    """

    begins: Ints
    ends: Ints
    curve: Floats
    log_curve: Floats
    start: int
    """First week of sales of the first generation."""
    last: int

    @classmethod
    def of(cls, batch: Batch, levers: Levers, first: Ints, weeks: int) -> Generations:
        """Return the lives of a strategy's products; `first` int64[C]: week in which each would be on the shelf."""
        scenario, category = batch.scenario, batch.scenario.category_profile
        entry = levers.cells(levers.entry)
        selling = (entry < NEVER) & ~levers.edition & levers.offered & ~levers.cells(levers.gated)
        start = min(int(first[selling].min(initial=NEVER)), scenario.weeks)
        time = np.arange(weeks)
        cells = len(first)
        begins, ends = np.full((cells, weeks), -NEVER), np.full((cells, weeks), NEVER)
        curve = np.ones((cells, weeks))
        if scenario.on("product_life"):
            form, life = category.life_curve, category.life_weeks
            turns = form.rise_share, form.rise, form.fall_share, form.fall
            shape = life_curve(life, form.start, *turns, form.end)
            number = np.maximum(time - start, 0) // life
            begins[:] = np.where(time < start, -NEVER, start + number * life)
            ends[:] = start + (number + 1) * life
            curve[:] = shape[(time - start) % life]
        for c in np.flatnonzero(levers.edition):
            market = scenario.market(batch.codes[c // levers.variants])
            length = min(market.festival.weeks, scenario.behaviour_profile.festival_life_weeks)
            windows = festival_windows(market.festival.iso_weeks, length, scenario, weeks)
            core = curve[c // levers.variants * levers.variants].copy()  # the edition is the core, and as old
            begins[c], ends[c], curve[c] = NEVER, NEVER, NOTHING
            for window in reversed(windows):  # a week belongs to the window that it is in, or to the next one
                begins[c, : max(window + length, 0)] = window
                ends[c, : max(window + length, 0)] = window + length
                season = slice(max(window, 0), max(window + length, 0))
                curve[c, season] = core[season]
        return cls(begins, ends, curve, np.array([[log(x) for x in row] for row in curve]), start, weeks - 1)

    def starts(self, week: int) -> Ints:
        """Return the first week of the generation that sells in `week`, int64[C]."""
        return self.begins[:, min(week, self.last)]

    def at(self, weeks: Ints) -> tuple[Ints, Ints]:
        """Return begin and end of the generations that sell in the weeks int64[C]."""
        at = np.minimum(weeks, self.last)
        cells = np.arange(len(self.begins))
        return self.begins[cells, at], self.ends[cells, at]

    def over(self, week: int) -> Flags:
        """Say where a generation ended with last week, bool[C]."""
        return self.ends[:, week - 1] == week if week > 0 else np.zeros(len(self.ends), bool)


def festival_windows(iso_weeks: Mapping[int, int], length: int, scenario, weeks: int) -> list[int]:  # type: ignore[no-untyped-def]
    """Return the first weeks of the festival's shopping seasons that touch the run, oldest first."""
    first_year = calendar.iso_week(scenario.start)[0]
    out = []
    for year in range(first_year - 1, first_year + weeks // 52 + 2):
        week = calendar.first_week_of(iso_weeks, year, scenario.start)
        if -length < week < weeks:
            out.append(week)
    return out
