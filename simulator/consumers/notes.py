"""What is written down of the sampled needs of a few shoppers, one by one: the rows of `orders` begin here.

A tally forgets who answered; a note keeps one need of one shopper, where it ended from the entrant's view, and what
was chosen instead. Nobody's choice depends on whether it is noted.
"""

from __future__ import annotations

import numpy as np
from numba import int32 as i32

from simulator.compiled import njit
from simulator.consumers.stages import DELIVERY, FEATURES, PRICE, TRUST
from simulator.exact import exp32, hash_at, key_of, unit32_of

_ZERO, _ONE = np.float32(0.0), np.float32(1.0)


@njit
def note(need, row, chosen, second, segment, mobile, stage, chance):
    """Write down a need: a record of `columns.NOTE`."""
    need.row, need.chosen, need.second = row, chosen, second
    need.segment, need.mobile = segment, mobile
    need.stage, need.chance = stage, chance


@njit
def reason(price, delivery, trust, features, own, total):
    """Why a considered need was lost to one alternative: (stage, its probability), the rest is habit (MODEL 5.4).

    Parameters
    ----------
    price, delivery, trust, features : float32
        Advantages of the alternative over the entrant, utils.
    own, total : float32
        e^V of the entrant, and of everything else.
    """
    gain = max(max(price, delivery), max(max(trust, features), _ZERO))
    raised = own * exp32(gain)
    after, before = raised / (raised + total), own / (own + total)
    chance = (after - before) / (_ONE - before)
    if price == gain:
        return i32(PRICE), chance
    if delivery == gain:
        return i32(DELIVERY), chance
    return (i32(TRUST) if trust == gain else i32(FEATURES)), chance


@njit
def lost(e, rival, mu, q, own_q, boost, own_price, own_delivery, own_trust, own_features, rival_price, rival_delivery,
         rival_trust, rival_features, local_delivery):  # fmt: skip
    """Why need `e` of a block chose a rival, or the outside option (-1), over the entrant: (stage, probability).

    `boost` is the loyalty of those who bought from the entrant last; the rest as in `stages.branch`.
    """
    own, total = _ZERO, _ONE
    for v in range(own_q.shape[0]):
        own = own + own_q[v, e] * boost
    for k in range(q.shape[0]):
        total = total + q[k, e]
    if rival < 0:
        return reason(mu * (own_price - _ONE), own_delivery - local_delivery, -own_trust, -own_features, own, total)
    return reason(
        mu * (own_price - rival_price[rival]), own_delivery - rival_delivery[rival, e],
        rival_trust[rival, e] - own_trust, rival_features[rival, e] - own_features, own, total,
    )  # fmt: skip


@njit
def luck(prefixes, week, future, market, row):
    """Uniform numbers of shoppers on the grid of the week of consumers, float64[n].

    Parameters
    ----------
    prefixes : uint64[F, M]
        Key prefixes of a stream.
    future, market, row : integers[n]
        Positions of the shoppers.
    """
    out = np.empty(row.size)
    for x in range(row.size):
        key = key_of(prefixes[future[x], market[x]], np.int64(week), np.uint64(0))
        out[x] = unit32_of(hash_at(key, row[x]))
    return out
