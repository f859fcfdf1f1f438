"""The calendar: weeks of a run <-> dates, ISO years, and the season of a market.

Week t of a run is the ISO week that starts on the Monday ``start + 7·t``. A calendar year here is an ISO year, of 52
or 53 whole weeks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Window(Protocol):
    """Weeks of raised or lowered demand, repeated every year (`simulator.scenario.profiles.SeasonWindow`)."""

    @property
    def iso_weeks(self) -> Mapping[int, int]: ...
    @property
    def weeks(self) -> int: ...
    @property
    def multiplier(self) -> float: ...


NEVER = 1 << 29
"""A week that does not come; sums of a few stay whole numbers of any kind."""


def monday(start: date, week: int) -> date:
    """Return the first day of week `week` of a run that starts on the Monday `start`."""
    if start.weekday():
        raise ValueError(f"{start} is no Monday")
    return start + timedelta(weeks=week)


def iso_week(day: date) -> tuple[int, int]:
    """Return ISO year and week (1 to 53) of a day."""
    year, week, _ = day.isocalendar()
    return year, week


@lru_cache(maxsize=64)
def iso_weeks(start: date, weeks: int) -> tuple[int, ...]:
    """Return the ISO week (1 to 53) of every week of a run."""
    return tuple(iso_week(monday(start, week))[1] for week in range(weeks))


def weeks_in_year(year: int) -> int:
    """Return the number of weeks of an ISO year: 53 if its 28 December lies in week 53 (it is never later)."""
    return date(year, 12, 28).isocalendar().week


def season_curve(windows: Sequence[Window], start: date, weeks: int, strength: float = 1.0) -> NDArray[np.float64]:
    """Return demand by week relative to an average week of its calendar year.

    Parameters
    ----------
    windows : sequence
        First ISO week by year, length and multiplier of every event. A year that an event does not list takes the week
        of the nearest listed year. A window may run over the end of its year.
    start : date
        Monday of week 0.
    weeks : int
        Length of the run.
    strength : float
        Factor on every deviation from 1: 0 is a flat year.

    Returns
    -------
    float64[weeks]
        Mean 1 over every whole ISO year, also where the run covers only a part of it. Where windows overlap, the one
        that deviates most from 1 counts (they are not multiplied); of equals, the first.
    """
    first_year, _ = iso_week(monday(start, 0))
    last_year, _ = iso_week(monday(start, max(weeks - 1, 0)))
    origin = date.fromisocalendar(first_year, 1, 1)
    lengths = [weeks_in_year(year) for year in range(first_year, last_year + 1)]
    deviation = np.zeros(sum(lengths))
    for window in windows:
        # The year before may reach into the first weeks.
        for year in range(first_year - 1, last_year + 1):
            begin = (date.fromisocalendar(year, _first_week(window.iso_weeks, year), 1) - origin).days // 7
            part = deviation[max(begin, 0) : max(begin + window.weeks, 0)]
            part[np.abs(part) < abs(window.multiplier - 1.0)] = window.multiplier - 1.0
    curve = np.maximum(1.0 + strength * deviation, 0.0)
    for year_weeks in np.split(curve, np.cumsum(lengths)[:-1]):
        year_weeks /= year_weeks.mean()
    offset = (start - origin).days // 7
    return curve[offset : offset + weeks].copy()


def first_week_of(iso_weeks: Mapping[int, int], year: int, start: date) -> int:
    """Return the week of a run in which a yearly event starts; negative before the run."""
    return (date.fromisocalendar(year, _first_week(iso_weeks, year), 1) - start).days // 7


def _first_week(iso_weeks: Mapping[int, int], year: int) -> int:
    """Return the first week in `year`, or in the nearest year that is listed (the earlier of two)."""
    nearest = min(iso_weeks, key=lambda listed: (abs(listed - year), listed))
    return min(iso_weeks[nearest], weeks_in_year(year))
