"""All business demand of one strategy: buyers, their contracts, and leakage, week by week."""

from __future__ import annotations

import mesa
import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.business import bids, requests
from simulator.business.buyers import BusinessBuyer
from simulator.business.contracts import Contracts
from simulator.business.leakage import Leakage
from simulator.views import BusinessOffer, BusinessWeek

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Keys = NDArray[np.uint64]

STREAMS = "business_buyer", "business_request", "business_bid", "business_renewal", "leakage"
"""Draws of business buyers."""


class BusinessDemand:
    """Business buyers of all markets and their dealings with the entrant.

    Parameters
    ----------
    keys : mapping of each of `STREAMS` to uint64[F, M]
        Key prefixes of the streams.

    Attributes
    ----------
    requests : `requests.REQUEST`[n]
        Every request of the run; no strategy moves them.
    buyers : tuple of `BusinessBuyer`
    contracts : `Contracts`
    leakage : `Leakage`
    """

    def __init__(self, model: mesa.Model, batch: Batch, keys: dict[str, Keys]) -> None:
        firms = requests.draw_buyers(batch, keys["business_buyer"])
        self.requests = asked = requests.draw_requests(batch, keys["business_request"], firms)
        self.contracts = Contracts(batch, keys["business_renewal"])
        self.leakage = Leakage(batch, keys["leakage"])
        self._shape = firms.shape[:2]
        scoring = bids.Scoring(batch)
        who = firms[asked["future"], asked["market"], asked["buyer"]]
        best = scoring.best_rival(asked, who, bids.draw_rivals(batch, keys["business_bid"], asked))
        first = self.contracts.first_part(asked)
        self.buyers = tuple(
            BusinessBuyer(model, m, b, firms[:, m, b], asked[own], best[own], first[own], scoring)
            for m in range(firms.shape[1])
            for b in range(firms.shape[2])
            for own in [(asked["market"] == m) & (asked["buyer"] == b)]
        )
        self._asking: list[list[BusinessBuyer]] = [[] for _ in range(batch.scenario.weeks)]
        for buyer in self.buyers:
            for week in np.unique(buyer.requests["week"]):
                self._asking[week].append(buyer)

    def step(self, week: int, offer: BusinessOffer, granted: Ints) -> BusinessWeek:
        """Play a week: contracts deliver, requests arrive, buyers award and renew.

        Parameters
        ----------
        granted : int64[F, M]
            Units that the warehouse spares for what is due.
        """
        done = self.contracts.deliver(week, granted)
        reliability = self.contracts.reliability(offer.on_time)
        for buyer in self._asking[week]:
            buyer.decide(week, offer, reliability)  # nobody signs yet
        count = {name: np.zeros(self._shape, np.int64) for name in ("requests", "bids", "won", "won_units")}
        awards = [buyer.commit() for buyer in self._asking[week]]
        for buyer, award in zip(self._asking[week], awards, strict=True):
            at = award.requests["future"], buyer.market
            count["requests"][at] += 1
            count["bids"][at] += award.bid
            count["won"][at] += award.won
            count["won_units"][at] += award.requests["units"] * award.won
        self.contracts.sign(awards)
        self.contracts.renew(week, offer)
        return BusinessWeek(
            **count, delivered=done.units, alone=done.alone, on_time=done.on_time, lost=done.lost,
            revenue_usd=done.revenue_usd, leaked=self.leakage.add(week, done.units),
        )  # fmt: skip
