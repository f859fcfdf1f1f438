"""All business demand of one strategy: buyers, their contracts, and leakage, week by week."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import mesa
import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.business import bids, requests
from simulator.business.buyers import BusinessBuyer, Tender
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
        self._scoring = bids.Scoring(batch)
        self._who = firms[asked["future"], asked["market"], asked["buyer"]]
        self._best = self._scoring.best_rival(asked, self._who, bids.draw_rivals(batch, keys["business_bid"], asked))
        self._first_part = self.contracts.first_part(asked)
        weeks = batch.scenario.weeks
        self._week = [slice(*ends) for ends in pairwise(np.searchsorted(asked["week"], range(weeks + 1)).tolist())]
        rows = _rows_of_buyers(asked, self._week)
        self.buyers = tuple(
            BusinessBuyer(model, m, b, rows.get((m, b), {}))
            for m in range(firms.shape[1])
            for b in range(firms.shape[2])
        )
        self._asking = [[buyer for buyer in self.buyers if week in buyer.rows] for week in range(weeks)]

    def step(self, week: int, offer: BusinessOffer, granted: Ints) -> BusinessWeek:
        """Play a week: contracts deliver, requests arrive, buyers award and renew.

        Parameters
        ----------
        granted : int64[F, M]
            Units that the warehouse spares for what is due.
        """
        done = self.contracts.deliver(week, granted)
        now = self._week[week]
        asked = self.requests[now]
        tender = Tender.of(
            week, asked, self._who[now], self._best[now], self._first_part[now], offer,
            self.contracts.reliability(offer.on_time), self._scoring,
        )  # fmt: skip
        for buyer in self._asking[week]:
            buyer.decide(week, tender)  # nobody signs yet
        won = np.zeros(len(asked), np.bool_)
        for buyer in self._asking[week]:
            won[buyer.rows[week]] = buyer.commit()
        award = tender.award(won)
        sums: dict[str, NDArray] = {
            "requests": np.ones(len(asked), np.int64),
            "bids": award.bid,
            "won": won,
            "won_units": asked["units"] * won,
        }
        count = {name: np.zeros(self._shape, np.int64) for name in sums}
        for name, each in sums.items():
            np.add.at(count[name], (asked["future"], asked["market"]), each)
        self.contracts.sign(award)
        self.contracts.renew(week, offer)
        return BusinessWeek(
            **count, delivered=done.units, alone=done.alone, on_time=done.on_time, lost=done.lost,
            revenue_usd=done.revenue_usd, leaked=self.leakage.add(week, done.units),
        )  # fmt: skip


def _rows_of_buyers(asked: NDArray[np.void], weeks: Sequence[slice]) -> dict[tuple[int, int], dict[int, slice]]:
    """Return (market, buyer) -> week -> its rows among the requests of that week, which stand by market and buyer."""
    found: dict[tuple[int, int], dict[int, slice]] = {}
    order = [asked[name] for name in ("week", "market", "buyer")]
    firsts = np.flatnonzero(np.any([np.diff(each, prepend=-1) != 0 for each in order], axis=0))
    places = zip(*(each[firsts].tolist() for each in order), strict=True)
    for (week, market, buyer), (start, end) in zip(places, pairwise([*firsts.tolist(), len(asked)]), strict=True):
        begin = weeks[week].start
        found.setdefault((market, buyer), {})[week] = slice(start - begin, end - begin)
    return found
