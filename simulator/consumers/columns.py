"""Records that the week of consumers reads and writes: one row per (future, market) or offer, all float32 inside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike

f4, u2, u8, b1 = "f4", "u2", "u8", "u1"

RESPONSE = np.dtype(
    [
        ("price_scale", f4),  # mu_m, utils per reference price
        ("log_price_scale", f4),
        ("income_slope", f4),  # ln mu_i = log_price_scale + income_slope * income + residual_slope * residual
        ("residual_slope", f4),
        ("health", f4),  # factor on the stated premium: say-do, category weight, market level
        ("green", f4),
        ("safety", f4),
        ("smart", f4),  # category weight of functions
        ("smart_base", f4),  # WTP share of full functions: everyone, and more in smart homes
        ("smart_home", f4),
        ("complexity", f4),  # part of the value lost per unit of load, and by seniors
        ("complexity_senior", f4),
        ("custom", f4),  # stated premium of the mean shopper times say-do, weight
        ("festival", f4),  # premium of those who keep the festival times say-do
        ("home_score", f4),  # normal score above which a household is smart
        ("senior", f4),  # shares of shoppers
        ("parent", f4),
        ("observing", f4),
        ("home_key", u8),  # draws of what has no column: the same person in every future
        ("age_key", u8),
        ("parent_key", u8),
        ("observing_key", u8),
        ("custom_key", u8),
        ("delay", f4),  # WTP share per promised day
        ("late", f4),  # WTP share per day beyond the tolerance
        ("tolerance", f4),  # days
        ("language_refuse", f4),  # share that refuses a foreign language
        ("language_prefer", f4),  # share that refuses or prefers its own
        ("language_cost", f4),  # WTP share of those who prefer
        ("distrust", f4),  # mean of theta
        ("mobile_only", f4),
        ("mobile_block", f4),
        ("second_loss", f4),
        ("none_loss", f4),
        ("instalments", f4),  # part by which a price feels dearer to those who miss instalments
        ("loyalty", f4),  # mean of lambda
        ("taste_sd", f4),
        ("local_days", f4),  # what the outside option is compared with
        ("slight", f4),  # satisfaction after a slightly late and a bad delivery
        ("bad", f4),
        ("carry", f4),
    ]
)
"""How the shoppers of one (future, market) respond; constant over a run."""

OFFER = np.dtype(
    [
        ("identity", u8),
        ("taste_key", u8),
        ("consider_key", u8),
        ("taste", "i4"),  # row of the tables of taste quantiles
        ("code", "i4"),  # what who buys it remembers: 1 + the place of the rival, or of the archetype it is a part of
        ("listed", f4),  # 1 or 0
        ("considered", f4),  # rivals: share of shoppers who consider it
        ("constant", f4),  # xi
        ("price", f4),  # what the consumer pays / reference price
        ("days", f4),  # promised
        ("unfamiliar", f4),  # 1 - T
        ("rating", f4),  # R
        ("quality", f4),  # b + try-on - taste mismatch + ... (WTP shares)
        ("health", f4),  # function level times credibility
        ("green", f4),
        ("safety", f4),
        ("smart_gain", f4),  # 1 - e^(-functions / 3)
        ("smart_load", f4),  # functions, halved by voice or a simple interface
        ("custom", f4),
        ("festival", f4),
        ("child_safe", f4),
        ("on_time", f4),  # probability of a delivery on time
        ("not_bad", f4),  # ... on time or slightly late
    ]
)
"""One offer of a (future, market) in a week: variants of the entrant first, then rivals."""

LISTING = np.dtype(
    [
        ("consider", f4, (2, 2)),  # c by [web, mobile]
        ("found", f4, (2, 2)),  # 1 - (1-v)(1-a)(1-B), for sampled demand
        ("aware", f4),  # A
        ("desktop_only", b1, (2,)),  # by [web]: where a need that started there would buy
        ("pays", u2, (2,)),  # accepted payment methods, bit mask; all bits on a marketplace
        ("refuse_factor", f4, (2,)),  # on the refusal of a foreign language; 0 with the local language
        ("language", f4, (2,)),  # factor on the language friction; 0 with the local language
        ("barred", b1, (2,)),
        ("satisfaction", f4),  # of the entrant's buyers
        ("sold_share", f4),  # last week's sold / demanded
    ]
)
"""The entrant's listing in a (future, market) and week."""


NOTE = np.dtype(
    [
        ("row", "u4"),  # the shopper
        ("chosen", "i2"),  # offer, the entrant's variants first; the outside option has the last number
        ("second", "i2"),  # rival taken where the entrant cannot deliver, -1: none
        ("segment", "u1"),
        ("mobile", "u1"),
        ("stage", "i1"),  # -1: the entrant is not there; a reason holds with `chance`, else habit or outside
        ("chance", "f4"),
    ]
)
"""One sampled need."""


@dataclass
class Memory:
    """What consumers remember, per future and strategy.

    Attributes
    ----------
    last : uint8[futures, markets, n]
        Rival bought last, 0 none, k + 1 the k-th rival.
    satisfaction : float32[futures, markets, n]
        With that rival, -1 to 1.
    own : float32[futures, markets, n]
        Probability that the last buy was the entrant's.
    left : float32[futures, markets, n]
        Probability to have bought and left, where people buy once; one row otherwise.
    """

    last: np.ndarray
    satisfaction: np.ndarray
    own: np.ndarray
    left: np.ndarray

    @classmethod
    def of(cls, last: np.ndarray, satisfaction: np.ndarray, once: bool, entering: bool = True) -> Memory:
        """Return what consumers remember after the warm start, nothing of the entrant; both arrays are taken over."""
        own = np.zeros((*last.shape[:2], last.shape[2] if entering else 1), np.float32)
        return cls(last, satisfaction, own, np.zeros((*last.shape[:2], last.shape[2] if once else 1), np.float32))


@dataclass
class Tallies:
    """What a week of consumers reports; shares are int64 in units of 2^-28 (2^-20 times the weight's 2^-8).

    Attributes
    ----------
    shares : int64[futures, markets, variants + rivals + 1, 6]
        Sum of choice probabilities by offer (outside last) and segment.
    stages : int64[futures, markets, 6, 13]
        Where the needs end, from the entrant's view, without `stock`; sums to the shares of all offers.
    divert : int64[futures, markets, variants, variants + rivals + 1]
        Where a unit that a variant cannot deliver goes.
    groups : int64[futures, markets, 16, 2]
        Entrant's share and weight by row modulo 16 (sampling error).
    polled : int64[futures, markets]
        Sum of weights, in 1/256.
    counts : int64[futures, markets, variants + rivals + 1]
        Sampled choices at true needs (outside last).
    noted : int64[futures, markets]
        Needs that were written down.
    notes : records of `NOTE`[futures, markets, room]
        In the order of the polls; without room nothing is noted.
    """

    shares: np.ndarray
    stages: np.ndarray
    divert: np.ndarray
    groups: np.ndarray
    polled: np.ndarray
    counts: np.ndarray
    noted: np.ndarray
    notes: np.ndarray

    @classmethod
    def empty(cls, futures: int, markets: int, variants: int, rivals: int, room: int = 0) -> Tallies:
        """Return zeroed tallies with room for the notes of so many needs a week."""

        def zeros(*shape: int, kind: DTypeLike = np.int64) -> np.ndarray:
            return np.zeros((futures, markets, *shape), kind)

        offers = variants + rivals + 1
        return cls(
            zeros(offers, 6), zeros(6, 13), zeros(variants, offers), zeros(16, 2), zeros(), zeros(offers), zeros(),
            zeros(room, kind=NOTE),
        )  # fmt: skip


@dataclass
class Pending:
    """Buyers whose memory waits for the week's rationing: rows of true needs by (future, market)."""

    count: np.ndarray
    row: np.ndarray
    buy: np.ndarray
    keep: np.ndarray
    second: np.ndarray

    @classmethod
    def empty(cls, futures: int, markets: int, capacity: int) -> Pending:
        """Return room for `capacity` needs a week."""
        shape = (futures, markets, capacity)
        return cls(
            np.zeros(shape[:2], np.int64), np.zeros(shape, np.int32), np.zeros(shape, np.float32),
            np.zeros(shape, np.float32), np.zeros(shape, np.uint8),
        )  # fmt: skip
