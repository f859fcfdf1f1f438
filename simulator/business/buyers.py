"""Business buyers: each judges the bids on its own requests and awards its contracts."""

from __future__ import annotations

from collections.abc import Mapping
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
    """Requests of one week, one per buyer and future in which it asks, and what became of them."""

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


@dataclass(frozen=True, eq=False)
class Tender:
    """The requests of a week and the entrant's bids on them, laid out for all buyers at once."""

    requests: NDArray[np.void]
    """`requests.REQUEST`[n]."""
    present: Flags
    """The entrant bids, bool[n]."""
    scores: Floats
    """Of its bids as each asking buyer sees them, float64[n]; −inf where it does not qualify."""
    rival_scores: Floats
    """The best qualified rival's."""
    leave: Ints
    """Week in which the first goods would leave the warehouse, int64[n]."""
    price_usd: Floats

    @classmethod
    def of(
        cls, week: int, asked: NDArray[np.void], who: NDArray[np.void], rival_scores: Floats, first_part: Ints,
        offer: BusinessOffer, reliability: Floats, scoring: Scoring,
    ) -> Tender:  # fmt: skip
        """Return the tender of a week on the frozen offer.

        Parameters
        ----------
        who : `requests.BUYER`[n]
            Who asks.
        first_part : int64[n]
            Units of the first delivery.
        reliability : float64[F, M]
            The entrant's share of lots on time as buyers see it.
        """
        at = asked["future"], asked["market"]
        leaves = np.where(first_part <= offer.free_units[at], QUICK_WEEKS, offer.order_weeks[at])
        bids = np.zeros(len(asked), BID)
        bids["present"], bids["price"] = offer.open[at], offer.price_position[at]
        bids["lead_weeks"] = leaves + offer.transit_weeks[at]
        bids["on_time"], bids["proof"] = reliability[at], offer.proof[at]
        for claim in ("green", "certified", "local"):
            bids[claim] = getattr(offer, claim)[at]
        scores = scoring.of(asked["future"], who, bids, offer.credit_weeks[at])
        return cls(asked, bids["present"].copy(), scores, rival_scores, week + leaves, offer.price_usd[at])

    def award(self, won: Flags) -> Award:
        """Return what became of all requests, given those that the entrant won, bool[n]."""
        return Award(self.requests, self.present, won, np.isneginf(self.rival_scores), self.leave, self.price_usd)


class BusinessBuyer(mesa.Agent):
    """A firm that asks for quotations in one market, in a batch of F futures.

    Parameters
    ----------
    market, number : int
        Position of the market; which of its buyers.
    rows : mapping of int to slice
        Week -> its own among the requests of that week.
    """

    def __init__(self, model: mesa.Model, market: int, number: int, rows: Mapping[int, slice]) -> None:
        super().__init__(model)
        self.market, self.number, self.rows = market, number, rows

    def decide(self, week: int, tender: Tender) -> None:
        """Judge the bids on its own requests: the entrant wins where it beats the best rival."""
        own = self.rows[week]
        self._won = tender.scores[own] > tender.rival_scores[own]

    def commit(self) -> Flags:
        """Award what was decided: the own requests that the entrant won, bool[n]."""
        return self._won
