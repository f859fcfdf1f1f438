"""Requests for quotation and who sends them: drawn by name, the same for every strategy.

Which firms ask, when, and for how much depends on seed, replication, market, week and buyer alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.compiled import njit
from simulator.exact import exp, hash_at, key_of, normal_quantile, unit64_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

BUYER = np.dtype(
    [
        ("green", "?"), ("certified", "?"), ("local", "?"), ("framework", "?"), ("price_weight", "f8"),
        ("lead_weight", "f8"),
    ],
    align=True,
)  # fmt: skip
"""What a firm demands of its suppliers (a green certificate, a certified supplier, a local one), whether it buys by
framework contract, and how it weighs price and lead time (median 1)."""

REQUEST = np.dtype(
    [("week", "i8"), ("market", "i8"), ("buyer", "i8"), ("future", "i8"), ("units", "i8"), ("framework", "?")],
    align=True,
)
"""A request of a buyer, for a lot of whole units; `framework`: called off in parts."""

GREEN, CERTIFIED, LOCAL, FRAMEWORK, PRICE_WEIGHT, LEAD_WEIGHT = range(6)
"""Rows of the draws of a buyer."""
ARRIVAL, LOT = range(2)
"""Rows of the draws of a request."""


@njit
def _uniform(prefix, week, identity, row):
    return unit64_of(hash_at(key_of(prefix, np.int64(week), np.uint64(identity)), row))


@njit
def _draw_buyers(prefixes, shares, weight_sd, out):
    """Draw the buyers of all futures and markets into `out`, BUYER[F, M, B]; shares float64[F, 4] by row."""
    for f in range(out.shape[0]):
        for m in range(out.shape[1]):
            for b in range(out.shape[2]):
                p, to = prefixes[f, m], out[f, m, b]
                to.green = _uniform(p, 0, b, GREEN) < shares[f, GREEN]
                to.certified = _uniform(p, 0, b, CERTIFIED) < shares[f, CERTIFIED]
                to.local = _uniform(p, 0, b, LOCAL) < shares[f, LOCAL]
                to.framework = _uniform(p, 0, b, FRAMEWORK) < shares[f, FRAMEWORK]
                to.price_weight = exp(weight_sd[f] * normal_quantile(_uniform(p, 0, b, PRICE_WEIGHT)))
                to.lead_weight = exp(weight_sd[f] * normal_quantile(_uniform(p, 0, b, LEAD_WEIGHT)))


@njit
def _draw_requests(prefixes, weeks, buyers, chance, median, log_sd, framework, out):
    """Count the requests of all weeks and write those that fit into `out`, by week, market, buyer, future.

    Parameters
    ----------
    prefixes : uint64[F, M]
    buyers : int64[F]
    chance : float64[F, M], that a buyer asks in a week
    median, log_sd : float64[F], of lots, units
    framework : bool[F, M, B]
    """
    n = 0
    for week in range(weeks):
        for m in range(chance.shape[1]):
            for b in range(framework.shape[2]):
                for f in range(chance.shape[0]):
                    if b >= buyers[f] or _uniform(prefixes[f, m], week, b, ARRIVAL) >= chance[f, m]:
                        continue
                    if n < out.size:
                        to = out[n]
                        z = normal_quantile(_uniform(prefixes[f, m], week, b, LOT))
                        to.week, to.market, to.buyer, to.future = week, m, b, f
                        to.units = max(np.int64(median[f] * exp(log_sd[f] * z) + 0.5), 1)
                        to.framework = framework[f, m, b]
                    n += 1
    return n


def counts(batch: Batch) -> Ints:
    """Return how many buyers a market has, int64[F]."""
    return np.array([behaviour.b2b_buyers for behaviour in batch.behaviours], np.int64)


def draw_buyers(batch: Batch, prefixes: Keys) -> NDArray[np.void]:
    """Return the firms of each market, `BUYER`[F, M, B]; a future differs in who they are.

    Parameters
    ----------
    prefixes : uint64[F, M]
        Key prefixes of the stream business_buyer.
    """
    out = np.zeros((*prefixes.shape, int(counts(batch).max())), BUYER)
    names = "green_required", "certified_required", "local_required", "framework"
    shares = np.concatenate([batch.behaviour(f"b2b_{name}_share") for name in names], axis=1)
    _draw_buyers(prefixes, shares, batch.behaviour("b2b_weight_log_sd")[:, 0], out)
    return out


def chances(batch: Batch) -> Floats:
    """Return the probability that a buyer asks in a week, float64[F, M].

    A market has ``rfq_week · rfq_factor`` requests a week, evenly from its buyers; a buyer has at most one. Firms
    buy by their own calendar: the shoppers' season does not count (assumption).
    """
    rate = batch.market("rfq_week") * batch.category("business.rfq_factor")
    return np.minimum(rate / counts(batch)[:, None], 1.0) * batch.scenario.on("b2b")


def draw_requests(batch: Batch, prefixes: Keys, buyers: NDArray[np.void]) -> NDArray[np.void]:
    """Return all requests of the run, `REQUEST`[n], by week, market, buyer, future.

    Parameters
    ----------
    prefixes : uint64[F, M]
        Key prefixes of the stream business_request.
    buyers : `BUYER`[F, M, B]
    """
    lots = batch.category("business.lot_units")[:, 0], batch.category("business.lot_log_sd")[:, 0]
    framework = np.ascontiguousarray(buyers["framework"])
    arguments = (prefixes, batch.scenario.weeks, counts(batch), chances(batch), *lots, framework)
    out = np.zeros(_draw_requests(*arguments, np.zeros(0, REQUEST)), REQUEST)
    _draw_requests(*arguments, out)
    return out
