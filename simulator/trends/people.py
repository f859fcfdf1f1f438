"""What people say and do: shares of the simulated shoppers, before anybody has sold anything."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.consumers.population import GREEN
from simulator.shoppers import births, responses
from simulator.trends.claim import TWO_SIDED, Estimate

Floats = NDArray[np.float64]


class People:
    """The shoppers of all markets, in all futures of a batch."""

    def __init__(self, batch: Batch) -> None:
        self._traits, _ = births(batch)
        self._response = responses(batch)
        self.size = self._traits.shape[0] * self._traits.shape[2]

    def state(self, premium: int) -> Estimate:
        """Return the share who state a premium (a column of traits)."""
        stated = np.full(len(self._response), (self._traits[:, premium] > 0.0).mean())
        return Estimate.of_people(stated, self.size)

    def percentile(self, premium: int, share: float) -> Estimate:
        """Return a percentile of the stated premium of those who have one, with that of its order statistics."""
        stated = self._traits[:, premium][self._traits[:, premium] > 0.0]
        blur = TWO_SIDED * np.sqrt(share * (1.0 - share) / len(stated))
        mean, low, high = np.quantile(stated, (share, max(share - blur, 0.0), min(share + blur, 1.0)))
        return Estimate(float(mean), float(low), float(high))

    def prefer_green(self, dearer: float, credibility: float = 1.0) -> Estimate:
        """Return the share who prefer the green twin that is dearer by a share, luck excluded, by what they do.

        Indifferent is who has no green premium at all: at an equal price they do not prefer it.
        """
        weight = self._response["green"].astype(np.float64) * credibility
        premium = self._traits[:, GREEN].astype(np.float64)
        does = [(premium * row[:, None] > dearer).mean() for row in weight]
        return Estimate.of_people(np.array(does), self.size)
