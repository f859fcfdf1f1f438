"""Bids: what buyers see of them, who may take part, and how they are scored."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.compiled import njit, rule
from simulator.exact import exp, hash_at, key_of, normal_quantile, unit64_of

Floats = NDArray[np.float64]

BID = np.dtype(
    [
        ("present", "?"), ("green", "?"), ("certified", "?"), ("local", "?"), ("price", "f8"), ("lead_weeks", "f8"),
        ("on_time", "f8"), ("proof", "f8"),
    ],
    align=True,
)  # fmt: skip
"""Price relative to the market's reference price; weeks from award to delivery; share of deliveries on time; how far
retail proves the product, from 0 to 1."""

PRICE, LEAD, ON_TIME, GREEN, CERTIFIED, LOCAL = range(6)
ROWS = 8
"""Draws of a bid, and the rows that each bidder has for them."""


@rule
def score(
    price: float,
    lead_weeks: float,
    certified: float,
    on_time: float,
    credit_weeks: float,
    proof: float,
    price_weight: float,
    lead_weight: float,
    week_share: float,
    certificate_share: float,
    on_time_share: float,
    credit_week_share: float,
    proof_share: float,
) -> float:
    """Return the score of a bid, a weighted sum in shares of the retail price; the highest wins.

    ``certificate · C + reliability · o + credit · n + proof · r − a · price − b · week · lead``, where a and b are the
    buyer's weights (median 1).

    Parameters
    ----------
    price
        Relative to the market's reference price.
    lead_weeks
        From award to delivery.
    certified
        1 for a certified supplier.
    on_time
        Share of deliveries on time.
    credit_weeks
        From delivery to payment.
    proof
        How far retail proves the product, from 0 to 1.
    """
    worth = certificate_share * certified + on_time_share * on_time + credit_week_share * credit_weeks
    worth += proof_share * proof
    return worth - price_weight * price - lead_weight * week_share * lead_weeks


@rule
def qualifies(
    green: float, certified: float, local: float, needs_green: float, needs_certified: float, needs_local: float
) -> float:
    """Say whether a bidder meets all that the buyer demands: 1 or 0."""
    if needs_green > green or needs_certified > certified or needs_local > local:
        return 0.0
    return 1.0


@rule
def proof(reviews: float, stars: float, good_stars: float, proof_reviews: float) -> float:
    """Return how far retail proves a product to firms, from 0 to 1: ``(1 − e^(−reviews/n)) · (1 + stars − 4.3)``.

    The second factor is at most 1, and 0 a star below the rating that neither helps nor hurts.
    """
    return (1.0 - exp(-reviews / proof_reviews)) * min(max(1.0 + stars - good_stars, 0.0), 1.0)


@njit
def _draw(prefixes, requests, bids, low, high, lead, log_sd, on_time_low, on_time_high, proven, shares, out):
    """Draw the rivals' bids on each request into `out`, BID[n, K]; numbers float64[F], shares float64[F, 3]."""
    for i in range(out.shape[0]):
        request = requests[i]
        f, m = request.future, request.market
        key = key_of(prefixes[f, m], request.week, np.uint64(request.buyer))
        for k in range(out.shape[1]):
            to, row = out[i, k], k * ROWS
            to.present = k < bids[f]
            discount = low[f] + (high[f] - low[f]) * unit64_of(hash_at(key, row + PRICE))
            to.price = 1.0 - discount
            to.lead_weeks = lead[f] * exp(log_sd[f] * normal_quantile(unit64_of(hash_at(key, row + LEAD))))
            spread = on_time_high[f] - on_time_low[f]
            to.on_time = on_time_low[f] + spread * unit64_of(hash_at(key, row + ON_TIME))
            to.proof = proven[f]
            to.green = unit64_of(hash_at(key, row + GREEN)) < shares[f, 0]
            to.certified = unit64_of(hash_at(key, row + CERTIFIED)) < shares[f, 1]
            to.local = unit64_of(hash_at(key, row + LOCAL)) < shares[f, 2]


def draw_rivals(batch: Batch, prefixes: NDArray[np.uint64], requests: NDArray[np.void]) -> NDArray[np.void]:
    """Return the rivals' bids on each request, `BID`[n, K].

    Parameters
    ----------
    prefixes : uint64[F, M]
        Key prefixes of the stream business_bid.
    requests : `REQUEST`[n]
    """
    bids = np.array([behaviour.b2b_rival_bids for behaviour in batch.behaviours], np.int64)
    names = (
        "discount_low_share", "discount_high_share", "lead_weeks", "lead_log_sd", "on_time_low_share",
        "on_time_high_share", "proof_share",
    )  # fmt: skip
    numbers = [batch.behaviour(f"b2b_rival_{name}")[:, 0] for name in names]
    kinds = "green", "certified", "local"
    shares = np.concatenate([batch.behaviour(f"b2b_rival_{kind}_share") for kind in kinds], axis=1)
    out = np.zeros((len(requests), int(bids.max())), BID)
    _draw(prefixes, requests, bids, *numbers, shares, out)
    return out


class Scoring:
    """How buyers judge bids in F futures: the weights of `score` that all buyers share."""

    def __init__(self, batch: Batch) -> None:
        names = "week_share", "certificate_share", "on_time_share", "credit_week_share"
        proven = batch.behaviour("b2b_proof_share")[:, 0] * batch.scenario.on("retail_proof")
        self._shares = (*(batch.behaviour(f"b2b_{name}")[:, 0] for name in names), proven)
        self._rival_credit: Floats = batch.behaviour("b2b_rival_credit_weeks")[:, 0]

    def of(
        self, future: NDArray[np.int64], buyers: NDArray[np.void], bids: NDArray[np.void], credit_weeks: Floats
    ) -> Floats:
        """Return the score of each bid, −inf where the bidder does not qualify; all arrays of one shape."""
        shares = (share[future] for share in self._shares)
        value = score(
            bids["price"], bids["lead_weeks"], bids["certified"] * 1.0, bids["on_time"], credit_weeks,
            bids["proof"], buyers["price_weight"], buyers["lead_weight"], *shares,
        )  # fmt: skip
        claims = "green", "certified", "local"
        met = qualifies(*(bids[claim] * 1.0 for claim in claims), *(buyers[claim] * 1.0 for claim in claims)) > 0.0
        return np.where(met & bids["present"], value, -np.inf)

    def best_rival(self, requests: NDArray[np.void], buyers: NDArray[np.void], bids: NDArray[np.void]) -> Floats:
        """Return the best qualified rival's score on each request, float64[n]; −inf where none qualifies.

        Parameters
        ----------
        buyers : `BUYER`[n], who asks
        bids : `BID`[n, K]
        """
        shape = bids.shape
        future = np.broadcast_to(requests["future"][:, None], shape)
        who = np.broadcast_to(buyers[:, None], shape)
        scores = self.of(future, who, bids, np.ascontiguousarray(self._rival_credit[future]))
        return scores.max(axis=1, initial=-np.inf)
