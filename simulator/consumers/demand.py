"""From choice probabilities to real units, and to where each need ended (MODEL section 2)."""

from __future__ import annotations

import numpy as np
from numba import int64 as i64

from simulator.compiled import njit
from simulator.consumers.stages import OUTSIDE, SALE, STOCK
from simulator.exact import exp, hash_at, key_of, normal_quantile, poisson_quantile, unit64_of

UNIT = 1.0 / (1 << 20)
"""Tallies per unit of weight (weights are in 1/256, as is `polled`)."""


@njit
def demand(shares, polled, counts, needs, sampled, variants, listed, noise_prefix, units_prefix, identities, noise_sd,
           week, expected, wanted):  # fmt: skip
    """Real demand of the entrant's variants.

    ``lambda_v = M (sum pi_v / n_polled) noise_v``; ``D_v`` is its Poisson quantile at a uniform keyed by market, week
    and offer; the sum is clipped to M, the last variants first.

    Parameters
    ----------
    shares : int64[F, M, offers + 1, 6]
    polled : int64[F, M]
    listed : bool[F, M, variants]
    counts : int64[F, M, offers + 1]
        Sampled choices, which are the units when `sampled`.
    needs : int64[F, M]
    noise_prefix, units_prefix : uint64[F, M]
    identities : uint64[variants]
    noise_sd : float64[F, M]
    expected, wanted : float64 and int64[F, M, offers + 1]
        Outputs: lambda of every offer (noise on the variants only), and D of the variants.
    """
    futures, markets, offers = expected.shape
    for f in range(futures):
        for m in range(markets):
            total = np.float64(polled[f, m])
            left = needs[f, m]
            for j in range(offers):
                cell = i64(0)
                for s in range(shares.shape[3]):
                    cell += shares[f, m, j, s]
                mean = np.float64(needs[f, m]) * (np.float64(cell) * UNIT / total) if total > 0.0 else 0.0
                wanted[f, m, j] = 0
                if j < variants and listed[f, m, j]:
                    if sampled:
                        mean = np.float64(counts[f, m, j])
                        wanted[f, m, j] = counts[f, m, j]
                    else:
                        sd = noise_sd[f, m]
                        key = key_of(noise_prefix[f, m], i64(week), identities[j])
                        mean *= exp(sd * normal_quantile(unit64_of(hash_at(key, 0))) - 0.5 * sd * sd)
                        key = key_of(units_prefix[f, m], i64(week), identities[j])
                        wanted[f, m, j] = min(left, i64(poisson_quantile(unit64_of(hash_at(key, 0)), mean)))
                    left -= wanted[f, m, j]
                expected[f, m, j] = mean


@njit
def apportion(total, weights, out):
    """Split an integer by largest remainder in proportion to float64[n] weights; ties to the first."""
    n = weights.size
    whole = 0.0
    for j in range(n):
        whole += weights[j]
    out[:] = 0
    if total <= 0 or whole <= 0.0:
        return
    rest = np.empty(n)
    given = i64(0)
    for j in range(n):
        exact = np.float64(total) * weights[j] / whole
        out[j] = i64(np.floor(exact))
        rest[j] = exact - np.floor(exact)
        given += out[j]
    while given < total:
        best = 0
        for j in range(1, n):
            if rest[j] > rest[best]:
                best = j
        out[best] += 1
        rest[best] = -1.0
        given += 1
    while given > total:  # the floors can only exceed it by rounding
        worst = 0
        for j in range(1, n):
            if out[j] > 0 and (rest[j] < rest[worst] or out[worst] == 0):
                worst = j
        out[worst] -= 1
        rest[worst] = 2.0
        given -= 1


@njit
def divert(expected, lost, sold, spill, needs, sampled, counts, units):
    """Units of every offer (outside last): what the entrant could not deliver goes to rivals and outside.

    Rivals and outside are integers by largest remainder of ``M - sum sold`` over lambda plus what is diverted.

    Parameters
    ----------
    lost : int64[F, M, variants]
        Units wanted that neither the variant nor a sibling delivers.
    spill : int64[F, M, variants, offers + 1]
        Tally of where a unit goes that a variant cannot deliver.
    units : int64[F, M, offers + 1]
        Output.
    """
    futures, markets, variants = lost.shape
    rest = expected.shape[2] - variants
    weights, part = np.empty(rest), np.empty(rest, np.int64)
    for f in range(futures):
        for m in range(markets):
            left = needs[f, m]
            for v in range(variants):
                units[f, m, v] = sold[f, m, v]
                left -= sold[f, m, v]
            for j in range(rest):
                base = counts[f, m, variants + j] if sampled else expected[f, m, variants + j]
                weights[j] = np.float64(base)
            for v in range(variants):
                unmet = np.float64(lost[f, m, v])
                flow = i64(0)
                for j in range(rest):
                    flow += spill[f, m, v, variants + j]
                if unmet > 0.0 and flow > 0:
                    for j in range(rest):
                        weights[j] += unmet * (np.float64(spill[f, m, v, variants + j]) / np.float64(flow))
            apportion(left, weights, part)
            for j in range(rest):
                units[f, m, variants + j] = part[j]


@njit
def funnel(stages, wanted, sold, needs, variants, counting, out):
    """Add the week's needs to the stages in which they ended; exact integers.

    ``sale`` = units sold and ``stock`` = units wanted but not delivered, over segments in proportion to the choice
    probabilities; the rest of the needs over the other stages and segments in proportion to their tallies.

    Parameters
    ----------
    stages : int64[F, M, 6, 13]
    counting : bool[F, M]
        From the first saleable stock to the exit.
    out : int64[F, M, 6, 13]
        Updated.
    """
    futures, markets, segments, count = stages.shape
    other = count - 2
    weights, part = np.empty(segments * other), np.empty(segments * other, np.int64)
    sales, share = np.empty(segments), np.empty(segments, np.int64)
    for f in range(futures):
        for m in range(markets):
            if not counting[f, m]:
                continue
            delivered, refused = i64(0), i64(0)
            for v in range(variants):
                delivered += sold[f, m, v]
                refused += wanted[f, m, v] - sold[f, m, v]
            for s in range(segments):
                sales[s] = np.float64(stages[f, m, s, SALE])
            apportion(delivered, sales, share)
            for s in range(segments):
                out[f, m, s, SALE] += share[s]
            apportion(refused, sales, share)
            for s in range(segments):
                out[f, m, s, STOCK] += share[s]
            x = 0
            for s in range(segments):
                for k in range(OUTSIDE + 1):
                    if k != STOCK:
                        weights[x] = np.float64(stages[f, m, s, k])
                        x += 1
            apportion(needs[f, m] - delivered - refused, weights, part)
            x = 0
            for s in range(segments):
                for k in range(OUTSIDE + 1):
                    if k != STOCK:
                        out[f, m, s, k] += part[x]
                        x += 1
