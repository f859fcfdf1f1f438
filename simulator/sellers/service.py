"""How long shoppers wait for an answer: from a desk at home, from a local team, or from a machine that never sleeps.

Questions come by the local hour, alike on all days. People answer while their desk is open, in its own time zone; a
question outside its hours waits until it opens. Where there is a local team, whoever is there first answers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.compiled import njit, rule
from simulator.exact import exp
from simulator.sellers.levers import Levers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SLOTS = 672
"""Quarter hours of a week, by the clock at home; a question stands in the middle of its slot."""
HOUR = (np.arange(SLOTS) + 0.5) / 4.0
"""Hours since the midnight before the first working day at home, by slot."""


# ------------------------------------------------------------------------------------------------- rules
@rule
def waiting(hour: float, open_hour: float, hours_day: float, days_week: float) -> float:
    """Return the hours until the desk is open, 0 while it is.

    `hour` is counted from the midnight before its first working day; working days follow each other, week by week.
    """
    wait = 168.0
    for day in range(int(days_week)):
        since = (hour - 24.0 * day - open_hour) % 168.0
        if since < hours_day:
            return 0.0
        wait = min(wait, 168.0 - since)
    return wait


@rule
def promptness(seconds: float, patience_seconds: float) -> float:
    """Return the share of those who ask that still wait when the answer comes: ``exp(-t / patience)``."""
    return exp(-seconds / patience_seconds)


# ----------------------------------------------------------------------------------------------- kernels
@njit
def mean(values: Floats, weights: Floats, out: Floats) -> None:
    """Write the mean over slots: `values` and `weights` (of sum 1) float64[F, S], `out` float64[F]."""
    for f in range(values.shape[0]):
        total = 0.0
        for s in range(values.shape[1]):
            total += weights[f, s] * values[f, s]
        out[f] = total


@njit
def median(values: Floats, weights: Floats, order: Ints, out: Floats) -> None:
    """Write the first value at which half of the weight is reached; shapes as in `mean`, `order` sorts `values`."""
    for f in range(values.shape[0]):
        reached = 0.0
        for s in order[f]:
            reached += weights[f, s]
            out[f] = values[f, s]
            if reached >= 0.5 - 1e-12:  # a sum of shares may miss one half by its rounding
                break


# ------------------------------------------------------------------------------------------------- state
@dataclass(frozen=True, eq=False)
class Week:
    """A market's questions in a week, float64[F, SLOTS]."""

    asked: Floats
    """Share of the questions, sum 1."""
    people: Floats
    """Seconds until a person answers."""
    machine: Floats
    """Seconds until somebody does where a machine takes the question too."""

    def prompt(self, seconds: Floats, patience_seconds: Floats) -> Floats:
        """Return the share of questions that are answered in time, float64[F]; patience [F, 1]."""
        out = np.empty(len(seconds))
        mean(promptness(seconds, patience_seconds), self.asked, out)
        return out

    def median_seconds(self, answered: Floats) -> Floats:
        """Return the median time to an answer, float64[F]; a machine takes the share `answered` [F] of questions."""
        part = answered[:, None]
        seconds = np.concatenate([self.machine, self.people], axis=1)
        weights = np.concatenate([self.asked * part, self.asked * (1.0 - part)], axis=1)
        out = np.empty(len(seconds))
        median(seconds, weights, np.argsort(seconds, axis=1, kind="stable"), out)
        return out


class Service:
    """How fast one strategy answers, in F futures and M markets."""

    def __init__(self, batch: Batch, levers: Levers) -> None:
        number = batch.behaviour
        self._team = levers.team
        self._ahead = batch.market("utc_offset_hours") - number("service_home_utc_offset_hours")
        self._hours = number("service_open_hour"), number("service_hours_day"), number("service_days_week")
        self._answer, self._machine = number("service_answer_seconds"), number("ai_service_answer_seconds")
        self._patience = number("service_patience_seconds")
        weights = [b.ask_hour_weights for b in batch.behaviours]
        self._by_hour: Floats = np.array([np.array(each) / sum(each) for each in weights])

    def week(self, market: int) -> Week:
        """Return the questions of a market, by its position."""
        local = HOUR + self._ahead[:, market : market + 1]
        wait = waiting(HOUR, *self._hours)
        if self._team[market]:
            wait = np.minimum(wait, waiting(local, *self._hours))
        people = wait * 3600.0 + self._answer
        hour = np.floor(local).astype(np.int64) % 24
        asked = np.take_along_axis(self._by_hour, hour, axis=1) / (SLOTS / 24.0)
        return Week(asked, people, np.minimum(people, self._machine))

    def sooner(self) -> Floats:
        """Return how much a machine raises the share of questions that are answered in time, float64[F, M]."""
        out: Floats = np.empty(self._ahead.shape)
        for m in range(out.shape[1]):
            week = self.week(m)
            out[:, m] = week.prompt(week.machine, self._patience) - week.prompt(week.people, self._patience)
        return out

    def median_seconds(self, answered: Floats) -> Floats:
        """Return the median time to an answer, float64[F, M]; a machine takes the share `answered` of questions."""
        out: Floats = np.empty(answered.shape)
        for m in range(out.shape[1]):
            out[:, m] = self.week(m).median_seconds(answered[:, m])
        return out
