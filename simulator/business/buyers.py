"""Business buyers: each judges the bids on its own requests and awards its contracts."""

from __future__ import annotations

from dataclasses import dataclass

import mesa
import numpy as np
from numpy.typing import NDArray

from simulator.business.bids import BID, Scoring
from simulator.views import BusinessOffer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

QUICK_WEEKS = 1
"""From the award to a lot that stands ready in the warehouse (the step of time)."""


@dataclass(frozen=True, eq=False)
class Award:
    """Requests of one buyer in one week, one per future in which it asks, and what became of them."""

    requests: NDArray[np.void]
    """`requests.REQUEST`[n]."""
    bid: Flags
    """The entrant took part, bool[n]."""
    won: Flags
    alone: Flags
    """No other bidder qualified, bool[n]."""
    due: Ints
    """Week in which the first goods leave the entrant's warehouse, int64[n]."""
    price_usd: Floats
    """Of a unit, net of VAT, float64[n]."""


class BusinessBuyer(mesa.Agent):
    """A firm that asks for quotations in one market, in a batch of F futures.

    Parameters
    ----------
    market, number : int
        Position of the market; which of its buyers.
    traits : `requests.BUYER`[F]
    requests : `requests.REQUEST`[n]
        Its own, all weeks and futures, by week and future.
    rival_score : float64[n]
        The best qualified rival's.
    first_part : int64[n]
        Units of the first delivery.
    """

    def __init__(
        self, model: mesa.Model, market: int, number: int, traits: NDArray[np.void], requests: NDArray[np.void],
        rival_score: Floats, first_part: Ints, scoring: Scoring,
    ) -> None:  # fmt: skip
        super().__init__(model)
        self.market, self.number, self.traits, self.requests = market, number, traits, requests
        self._rival_score, self._first_part, self._scoring = rival_score, first_part, scoring

    def decide(self, week: int, offer: BusinessOffer, reliability: Floats) -> None:
        """Score this week's bids on the frozen offer; the entrant wins where it beats the best rival.

        Parameters
        ----------
        reliability : float64[F, M]
            The entrant's share of lots on time as buyers see it.
        """
        start, end = np.searchsorted(self.requests["week"], (week, week + 1))
        asked = self.requests[start:end]
        at = asked["future"], np.full(len(asked), self.market)
        ready = self._first_part[start:end] <= offer.free_units[at]
        leaves = np.where(ready, QUICK_WEEKS, offer.order_weeks[at])
        bids = np.zeros(len(asked), BID)
        bids["present"], bids["price"] = offer.open[at], offer.price_position[at]
        bids["lead_weeks"] = leaves + offer.transit_weeks[at]
        bids["on_time"], bids["proof"] = reliability[at], offer.proof[at]
        for claim in ("green", "certified", "local"):
            bids[claim] = getattr(offer, claim)[at]
        scores = self._scoring.of(asked["future"], self.traits[asked["future"]], bids, offer.credit_weeks[at])
        self._award = Award(
            requests=asked, bid=bids["present"].copy(), won=scores > self._rival_score[start:end],
            alone=np.isneginf(self._rival_score[start:end]), due=week + leaves, price_usd=offer.price_usd[at],
        )  # fmt: skip

    def commit(self) -> Award:
        """Award what was decided."""
        return self._award
