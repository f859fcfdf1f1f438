"""Stages of the consumer week: small compiled functions over the buffers of one block (MODEL section 5).

One large loop would not vectorise. Tallies are integers, so their sums are exact in any order. Float arithmetic is
float32 in the order written here; the reference model under ``tests/reference`` repeats it scalar by scalar.
"""

from __future__ import annotations

import numpy as np
from numba import float32 as f32
from numba import int32 as i32
from numba import int64 as i64
from numba import uint32 as u32

from simulator.compiled import njit
from simulator.consumers.polls import INDEX_BITS
from simulator.consumers.population import (
    DEVICE_BLOCK,
    DISTRUST,
    GREEN,
    HEALTH,
    INCOME,
    LANGUAGE,
    LOYALTY,
    MOBILE_ONLY,
    PAYMENT_BLOCK,
    PRICE_RESIDUAL,
    SAFETY,
    TOLERANCE,
)  # fmt: skip
from simulator.consumers.utilities import eighth_root
from simulator.exact import exp32
from simulator.scenario.profiles import PAYMENT_METHODS

BLOCK = 1024
INSTALMENTS = 1 << PAYMENT_METHODS.index("instalments")
LANES = 64
"""Block lengths are multiples of this: four vectors of 16 floats, the widest step of a compiled loop."""
SCALE = np.float32(1 << 20)
"""Tallies are in units of 2^-20 times the weight's 2^-8."""
_MASK = (1 << INDEX_BITS) - 1
UNAWARE, DEVICE, PAYMENT, WORDS, COMPLIANCE, STOCK, PRICE, DELIVERY, TRUST, FEATURES, HABIT, OUTSIDE, SALE = range(13)
_ZERO, _ONE, _HALF = np.float32(0.0), np.float32(1.0), np.float32(0.5)
RIVAL_COLUMNS = (INCOME, PRICE_RESIDUAL, TOLERANCE, DISTRUST, LOYALTY)
FEATURE_COLUMNS = (HEALTH, GREEN, SAFETY)
ENTRANT_COLUMNS = (LANGUAGE, MOBILE_ONLY, PAYMENT_BLOCK, DEVICE_BLOCK)
"""Traits that every offer's utility, an offer with attributes, and the entrant's barriers need."""


@njit
def buffer():
    """Return room for one number of a block (rows of a larger array would not vectorise everywhere)."""
    return np.empty(BLOCK, np.float32)


@njit
def unpack(events, weights, start, n, row, weight, mobile, web, need):
    """Split events into consumer row, weight (1/256) and flags."""
    for e in range(n):
        event = i32(events[start + e])
        row[e] = u32(event & i32(_MASK))
        need[e] = (event >> i32(28)) & i32(1)
        mobile[e] = (event >> i32(29)) & i32(1)
        web[e] = (event >> i32(30)) & i32(1)
        weight[e] = i64(weights[start + e])


@njit
def pad(n, row, weight, mobile, web):
    """Fill a block with weightless copies up to whole vectors, whose scalar remainder costs ten times as much."""
    full = (n + LANES - 1) // LANES * LANES
    for e in range(n, full):
        row[e], weight[e], mobile[e], web[e] = row[n - 1], 0, 0, 0
    return full


@njit
def gather(column, row, n, out):
    """Copy a trait of the polled consumers into a buffer."""
    for e in range(n):
        out[e] = column[row[e]]


@njit
def weights_of_groups(row, weight, n, groups):
    """Weight of the polled by sampling group."""
    for e in range(n):
        groups[row[e] & 15, 1] += weight[e]


@njit
def looking(listing, web, mobile, own_share, here, n, consider, share, sat):
    """c of each polled consumer by where and how it looks, and the probability that its last buy was a rival's.

    `here` is the probability to be still in the market, of which `own_share` is a part.
    """
    shop_desktop, shop_mobile = listing.consider[0, 0], listing.consider[0, 1]
    web_desktop, web_mobile = listing.consider[1, 0], listing.consider[1, 1]
    satisfaction = listing.satisfaction
    for e in range(n):
        at_shop = shop_mobile if mobile[e] == 1 else shop_desktop
        on_web = web_mobile if mobile[e] == 1 else web_desktop
        consider[e] = on_web if web[e] == 1 else at_shop
        share[e] = here[e] - own_share[e]
        sat[e] = satisfaction


@njit
def barriers(
    listing, response, row, mobile, web, wallet, language, only, device_u, payment_u, n, blocked, friction, dearer
):  # fmt: skip
    """First barrier of each polled consumer (0 none), its language friction, and how much dearer a price feels to it.

    Every block uniform is fixed. Who could pay in instalments misses them where they are not taken.
    """
    mobile_only, mobile_block = response.mobile_only, response.mobile_block
    second_loss, none_loss = response.second_loss, response.none_loss
    shop_pays, web_pays = i32(listing.pays[0]), i32(listing.pays[1])
    shop_desktop_only, web_desktop_only = i32(listing.desktop_only[0]), i32(listing.desktop_only[1])
    shop_refuse = response.language_refuse * listing.refuse_factor[0]
    web_refuse = response.language_refuse * listing.refuse_factor[1]
    shop_barred, web_barred = i32(listing.barred[0]), i32(listing.barred[1])
    shop_cost, web_cost = response.language_cost * listing.language[0], response.language_cost * listing.language[1]
    prefer, missed = response.language_prefer, response.instalments
    for e in range(n):
        on_web = web[e] == 1
        bits = i32(wallet[row[e]])
        accepted = web_pays if on_web else shop_pays
        dearer[e] = _ONE + missed * f32((bits & ~accepted & i32(INSTALMENTS)) != 0)
        loss = second_loss if (bits & accepted & i32(0xFFF)) != 0 else none_loss
        loss = _ZERO if ((accepted >> (bits >> i32(12))) & i32(1)) == 1 else loss
        stage = i32(COMPLIANCE) if (web_barred if on_web else shop_barred) == 1 else i32(0)
        stage = i32(WORDS) if language[e] < (web_refuse if on_web else shop_refuse) else stage
        blocked[e] = i32(PAYMENT) if payment_u[e] < loss else stage
    for e in range(n):
        small = (only[e] < mobile_only) | ((mobile[e] == 1) & (device_u[e] < mobile_block))
        desktop_only = web_desktop_only if web[e] == 1 else shop_desktop_only
        blocked[e] = i32(DEVICE) if (desktop_only == 1) & small else blocked[e]
    for e in range(n):
        friction[e] = (web_cost if web[e] == 1 else shop_cost) * f32(language[e] < prefer)


@njit
def add_product(a, b, n, out):
    """Add an element-wise product."""
    for e in range(n):
        out[e] = out[e] + a[e] * b[e]


@njit
def without(totals, plain_totals, own_share, here, n, by_rival, by_entrant, outside):
    """What multiplies e^V where the entrant is not listed, for those who bought a rival's and its own last."""
    for e in range(n):
        by_rival[e] = (here[e] - own_share[e]) / totals[e]
        by_entrant[e] = own_share[e] / plain_totals[e]
        outside[e] = by_rival[e] + by_entrant[e]


@njit
def any_above_zero(values, n):
    """Say whether anybody may have bought from the entrant."""
    total = _ZERO
    for e in range(n):
        total = max(total, values[e])
    return total > _ZERO


@njit
def tally(values, weight, n):
    """Sum of fixed-point values (2^-20) times weights: exact in any order."""
    total = i64(0)
    for e in range(n):
        total += i64(i32(values[e] * SCALE + _HALF)) * weight[e]
    return total


@njit
def add_up(q, n, start, out):
    """out = start + sum of the rows of q, in order."""
    for e in range(n):
        out[e] = start
    for k in range(q.shape[0]):
        row = q[k]
        for e in range(n):
            out[e] = out[e] + row[e]


@njit
def split(totals, own, consider, blocked, share, n, left, with_own, without):
    """Chance to consider the entrant unblocked (`left`), and what multiplies e^V with and without the entrant."""
    for e in range(n):
        z = share[e] * consider[e] * f32(blocked[e] == 0)
        left[e] = z
        with_own[e] = z / (totals[e] + own[e])
        without[e] = (share[e] - z) / totals[e] + with_own[e]


@njit
def product(a, b, n, out):
    """Element-wise product."""
    for e in range(n):
        out[e] = a[e] * b[e]


@njit
def add_barriers(consider, blocked, share, n, weight, stages):
    """Needs that never looked, and those that met a barrier."""
    unaware = i64(0)
    for e in range(n):
        unaware += i64(i32(share[e] * (_ONE - consider[e]) * SCALE + _HALF)) * weight[e]
    stages[UNAWARE] += unaware
    for e in range(n):
        if blocked[e] != 0:
            stages[blocked[e]] += i64(i32(share[e] * consider[e] * SCALE + _HALF)) * weight[e]


@njit
def reasons(alternative, price, delivery, trust, features, own, totals, left, mu, own_price, own_delivery, own_trust,
            own_features, n, work, rest):  # fmt: skip
    """Why considered needs were lost to one alternative, in closed form (MODEL 5.4).

    Its largest advantage over the entrant in price, delivery, trust or features (ties in this order) takes the share
    that the entrant would win without it: added to ``work`` [4, n]. What remains is added to `rest`: habit, or the
    outside option. `alternative` is e^V of the alternative; price is relative to P, the other components are utils.
    """
    by_price, by_delivery, by_trust, by_features = work[0], work[1], work[2], work[3]
    for e in range(n):
        d_price = mu[e] * (own_price[e] - price)
        d_delivery = own_delivery[e] - delivery[e]
        d_trust = trust[e] - own_trust[e]
        d_features = features[e] - own_features[e]
        gain = max(max(d_price, d_delivery), max(max(d_trust, d_features), _ZERO))
        raised = own[e] * exp32(gain)
        rho = left[e] * alternative[e] / totals[e]
        after = raised / (raised + totals[e])
        won = rho * (after - own[e] / (own[e] + totals[e]))  # exactly 0 where no advantage is positive
        rest[e] = rest[e] + rho * (_ONE - after)
        is_price = d_price == gain
        is_delivery = d_delivery == gain and not is_price
        is_trust = d_trust == gain and not is_price and not is_delivery
        by_price[e] = by_price[e] + (won if is_price else _ZERO)
        by_delivery[e] = by_delivery[e] + (won if is_delivery else _ZERO)
        by_trust[e] = by_trust[e] + (won if is_trust else _ZERO)
        by_features[e] = by_features[e] + (_ZERO if is_price or is_delivery or is_trust else won)


@njit
def branch(q, own_q, variants, consider, blocked, share, mu, own_price, own_delivery, own_trust, own_features,
           rival_price, rival_delivery, rival_trust, rival_features, local_delivery, nothing, ones, n, weight, row,
           buffers, work, relative, whole, pi_own, pi_outside, shares, stages, spill, groups):  # fmt: skip
    """Tally one branch of memory (last buy a rival's, or the entrant's), which has probability `share`.

    ``q`` [rivals, n] is e^V, ``own_q`` [variants, n] the same after `nest`, which also left `relative` and `whole`.
    Writes ``pi_own`` [variants, n] and ``pi_outside`` [n], adds to ``shares`` [offers + 1], ``stages`` [13], ``spill``
    [variants, offers + 1] and ``groups`` [16, 2].
    """
    rivals = q.shape[0]
    totals, own, left, with_own, without, pi = buffers[0], buffers[1], buffers[2], buffers[3], buffers[4], buffers[5]
    add_up(q, n, _ONE, totals)
    add_up(own_q, n, _ZERO, own)
    split(totals, own, consider, blocked, share, n, left, with_own, without)
    for k in range(rivals):
        product(q[k], without, n, pi)
        shares[variants + k] += tally(pi, weight, n)
    product(without, ones, n, pi_outside)
    shares[variants + rivals] += tally(pi_outside, weight, n)
    add_barriers(consider, blocked, share, n, weight, stages)
    for v in range(variants):
        product(own_q[v], with_own, n, pi_own[v])
        units = tally(pi_own[v], weight, n)
        shares[v] += units
        stages[SALE] += units
        for e in range(n):
            groups[row[e] & 15, 0] += i64(i32(pi_own[v, e] * SCALE + _HALF)) * weight[e]
        other = work[0]
        for e in range(n):  # where a unit goes that this variant cannot deliver: the nest without it is `other`
            other[e] = own[e] * eighth_root((whole[e] - relative[v, e]) / whole[e])
            without[e] = with_own[e] * (own[e] - other[e]) / (totals[e] + other[e])
        for w in range(variants):
            if w != v:
                for e in range(n):
                    rest = whole[e] - relative[v, e]
                    then = left[e] * other[e] / ((totals[e] + other[e]) * rest) if rest > _ZERO else _ZERO
                    pi[e] = max(relative[w, e] * (then - with_own[e] * own[e] / whole[e]), _ZERO)
                spill[v, w] += tally(pi, weight, n)
        for k in range(rivals):
            product(without, q[k], n, pi)
            spill[v, variants + k] += tally(pi, weight, n)
        spill[v, variants + rivals] += tally(without, weight, n)
    for e in range(n):
        for s in range(6):
            work[s, e] = _ZERO
    for k in range(rivals):
        reasons(q[k], rival_price[k], rival_delivery[k], rival_trust[k], rival_features[k], own, totals, left, mu,
                own_price, own_delivery, own_trust, own_features, n, work, work[4])  # fmt: skip
    reasons(ones, _ONE, local_delivery, nothing, nothing, own, totals, left, mu, own_price, own_delivery, own_trust,
            own_features, n, work, work[5])  # fmt: skip
    for s in range(6):
        stages[PRICE + s] += tally(work[s], weight, n)
