"""Sellers of an archetype who take a green label: how many there are, and what their number is worth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.compiled import rule
from simulator.exact import log, power
from simulator.scenario.labelling import LabelledArchetype

Floats = NDArray[np.float64]


@rule
def labelled_share(start: float, growth: float, years: float) -> float:
    """Return the share of an archetype's sellers with a label: ``min(start · (1 + growth)^years, 1)``."""
    return min(start * power(1.0 + growth, years), 1.0)


@rule
def crowd_utility(share: float, start: float) -> float:
    """Return what a change of the number of like sellers adds to the utility of their aggregate, utils.

    The inclusive value of n like offers in a logit is ``V + ln n`` (Ben-Akiva and Lerman 1985); -inf: none is left.
    """
    return log(share / start) if share > 0.0 else -np.inf


def crowds(batch: Batch, key: str) -> Floats | None:
    """Return `crowd_utility` of a part of a divided archetype by week, float64[W, F, 1]; None for all other rivals."""
    parts = [category.archetypes.get(key) for category in batch.categories]
    labels = [part.labelled for part in parts if part is not None and part.labelled is not None]
    if not labels:
        return None
    start = np.array([[label.share] for label in labels])
    growth = np.array([[label.growth_share_year] for label in labels])
    weeks_per_year = 52.0 * 7.0 / batch.scenario.period_days
    share: Floats = labelled_share(start, growth, np.arange(batch.scenario.weeks)[:, None, None] / weeks_per_year)
    if isinstance(parts[0], LabelledArchetype):
        return np.asarray(crowd_utility(share, start))
    return np.asarray(crowd_utility(1.0 - share, 1.0 - start))
