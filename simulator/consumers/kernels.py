"""The compiled week of consumers: need, look, be blocked or choose (MODEL sections 2 and 5).

Every stage is a small function over the buffers of one block of polled consumers, because one large loop does not
vectorise. Arrays come in, tallies are written; integers make sums exact in any order. Float arithmetic is float32 in
the order written here; the reference model under ``tests/reference`` repeats it scalar by scalar.

Utilities, for consumer i and offer j (all WTP shares scaled to utils)::

    delivery = mu_m * (delay * days + late * max(days - T_i, 0))
    trust    = mu_m * (R_j - theta_i * (1 - T_j))
    features = mu_i * (h_i H_j + g_i G_j + s_i S_j) + mu_m * (quality_j - language_i)
    V_ij     = xi_j + taste_sd * z_ij + (trust - delivery) + features - mu_i * (p_j / P - 1)
"""

from __future__ import annotations

import numpy as np
from numba import float32 as f32
from numba import int32 as i32
from numba import int64 as i64
from numba import uint16 as u16
from numba import uint64 as u64

from simulator.compiled import njit
from simulator.consumers.polls import INDEX_BITS
from simulator.consumers.population import (
    DEVICE_BLOCK, DISTRUST, GREEN, HEALTH, INCOME, LANGUAGE, LOYALTY, MOBILE_ONLY, PAYMENT_BLOCK, PRICE_RESIDUAL,
    SAFETY, TERCILE, TOLERANCE,
)  # fmt: skip
from simulator.exact import exp32, hash_at, key_of, log32, normal_quantile, unit32_of

BLOCK = 1024
SCALE = np.float32(1 << 20)
SCALE_BITS = 28
"""Tallies are in units of 2^-28."""
_MASK = (1 << INDEX_BITS) - 1
UNAWARE, DEVICE, PAYMENT, WORDS, COMPLIANCE, STOCK, PRICE, DELIVERY, TRUST, FEATURES, HABIT, OUTSIDE, SALE = range(13)
_ZERO, _ONE, _HALF = np.float32(0.0), np.float32(1.0), np.float32(0.5)
_TERCILE = np.float32(TERCILE)

TASTE = np.array([normal_quantile((k + 0.5) / 4096) for k in range(4096)])
TASTE = (TASTE / np.sqrt(np.mean(TASTE * TASTE))).astype(np.float32)
"""Standard normal quantiles at 4,096 midpoints, scaled to variance 1: persistent tastes need no state."""


@njit
def unpack(events, weights, start, n, row, weight, mobile, web, need):
    """Split events into consumer row, weight (1/256) and flags."""
    for e in range(n):
        event = i64(events[start + e])
        row[e] = i32(event & _MASK)
        need[e] = i32((event >> 28) & 1)
        mobile[e] = i32((event >> 29) & 1)
        web[e] = i32((event >> 30) & 1)
        weight[e] = i64(weights[start + e])


@njit
def gather(column, row, n, out):
    """Copy a trait of the polled consumers into a buffer."""
    for e in range(n):
        out[e] = column[row[e]]


@njit
def price_scales(income, residual, n, response, out):
    """mu_i: median scale of the market with a lognormal spread, of which income explains a part."""
    base, slope, rest = response.log_price_scale, response.income_slope, response.residual_slope
    for e in range(n):
        out[e] = exp32(base + slope * income[e] + rest * residual[e])


@njit
def segments(income, mobile, n, out):
    """Income tercile x device: 2 * tercile + (0 mobile, 1 desktop)."""
    for e in range(n):
        tercile = i32(income[e] > -_TERCILE) + i32(income[e] > _TERCILE)
        out[e] = i32(2) * tercile + i32(1) - mobile[e]


@njit
def delivery_costs(days, tolerance, n, response, out):
    """mu_m * delta_i(days), utils."""
    scale, delay, late = response.price_scale, response.delay, response.late
    for e in range(n):
        out[e] = scale * (delay * days + late * max(days - response.tolerance * tolerance[e], _ZERO))


@njit
def trust_gains(offer, distrust, n, response, out):
    """mu_m * (R_j - theta_i (1 - T_j)), utils."""
    scale, mean = response.price_scale, response.distrust
    rating, unfamiliar = offer.rating, offer.unfamiliar
    for e in range(n):
        out[e] = scale * (rating - mean * distrust[e] * unfamiliar)


@njit
def tastes(key, row, n, taste_sd, out):
    """nu_ij from a hash of consumer and offer through the quantile table; 0 without heterogeneity."""
    if taste_sd == _ZERO:
        for e in range(n):
            out[e] = _ZERO
        return
    for e in range(n):
        out[e] = taste_sd * TASTE[i64(hash_at(key, row[e]) >> u64(52))]


@njit
def rival_weights(offer, row, mu, delivery, trust, taste, n, q):
    """e^V of a rival, 0 where it is not considered."""
    constant, price, share, key = offer.constant, offer.price, offer.considered * offer.listed, offer.consider_key
    for e in range(n):
        v = constant + taste[e] + (trust[e] - delivery[e]) - mu[e] * (price - _ONE)
        q[e] = exp32(v) * f32(unit32_of(hash_at(key, row[e])) < share)


@njit
def entrant_features(offer, response, mu, health, green, safety, friction, n, out):
    """Premiums and quality of a variant, utils."""
    a, b, c = response.health * offer.health, response.green * offer.green, response.safety * offer.safety
    scale, quality = response.price_scale, offer.quality
    for e in range(n):
        out[e] = mu[e] * (a * health[e] + b * green[e] + c * safety[e]) + scale * (quality - friction[e])


@njit
def entrant_weights(offer, mu, delivery, trust, taste, features, n, q):
    """e^V of a variant of the entrant."""
    constant, price, listed = offer.constant, offer.price, offer.listed
    for e in range(n):
        v = constant + taste[e] + (trust[e] - delivery[e]) + features[e] - mu[e] * (price - _ONE)
        q[e] = exp32(v) * listed


@njit
def boosts(loyalty, satisfaction, n, response, out):
    """e^(mu_m lambda_i sat): what having bought an offer last is worth."""
    scale = response.price_scale * response.loyalty
    for e in range(n):
        out[e] = exp32(scale * loyalty[e] * satisfaction[e])


@njit
def barriers(listing, response, row, mobile, web, wallet, language, only, device_u, payment_u, n, blocked, friction):
    """First barrier of each polled consumer (0 none), and its language friction; every block uniform is fixed."""
    for e in range(n):
        w = web[e]
        stage = i32(0)
        if listing.desktop_only[w] and (
            only[e] < response.mobile_only or (mobile[e] == 1 and device_u[e] < response.mobile_block)
        ):
            stage = i32(DEVICE)
        bits = i64(wallet[row[e]])
        accepted = i64(listing.pays[w])
        if stage == 0 and (accepted >> (bits >> 12)) & 1 == 0:
            loss = response.second_loss if (bits & accepted & 0xFFF) != 0 else response.none_loss
            if payment_u[e] < loss:
                stage = i32(PAYMENT)
        refuse = response.language_refuse * listing.refuse_factor[w]
        if stage == 0 and language[e] < refuse:
            stage = i32(WORDS)
        if stage == 0 and listing.barred[w]:
            stage = i32(COMPLIANCE)
        blocked[e] = stage
        friction[e] = response.language_cost * listing.language[w] * f32(language[e] < response.language_prefer)


@njit
def add(values, weight, segment, n, cells):
    """Add fixed-point values to the cells of their segments."""
    for e in range(n):
        cells[segment[e]] += i64(i32(values[e] * SCALE + _HALF)) * weight[e]


@njit
def branch(q, own_q, variants, consider, blocked, share, n, totals, pi, pi_own, left):
    """Choice probabilities of one branch of memory (last buy a rival's, or the entrant's), times its probability.

    Writes ``totals`` = 1 + sum of rivals, ``pi`` [rivals + 1, n] (outside last), ``pi_own`` [variants, n] and
    ``left`` = the probability of considering the entrant unblocked.
    """
    rivals = q.shape[0]
    for e in range(n):
        total = _ONE
        for k in range(rivals):
            total = total + q[k, e]
        totals[e] = total
        own = _ZERO
        for v in range(variants):
            own = own + own_q[v, e]
        z = share[e] * consider[e] * f32(blocked[e] == 0)
        left[e] = z
        with_own = z / (total + own)
        without = (share[e] - z) / total
        for k in range(rivals):
            pi[k, e] = q[k, e] * (without + with_own)
        pi[rivals, e] = without + with_own
        for v in range(variants):
            pi_own[v, e] = own_q[v, e] * with_own


@njit
def add_reasons(
    q, own_q, variants, totals, left, mu, own_price, own_delivery, own_trust, own_features,
    rival_price, rival_delivery, rival_trust, local_delivery, n, weight, segment, work, cells,
):  # fmt: skip
    """Why considered needs were lost, in closed form (MODEL 5.4), added to the stages.

    For each alternative the largest advantage over the entrant in price, delivery, trust or features takes the
    share that the entrant would win without it; the rest is habit, or the outside option.
    """
    rivals = q.shape[0]
    price, delivery, trust, features, habit, outside = work[0], work[1], work[2], work[3], work[4], work[5]
    for e in range(n):
        price[e] = _ZERO
        delivery[e] = _ZERO
        trust[e] = _ZERO
        features[e] = _ZERO
        habit[e] = _ZERO
    for k in range(rivals + 1):
        last = k == rivals
        for e in range(n):
            own = _ZERO
            for v in range(variants):
                own = own + own_q[v, e]
            d_price = mu[e] * (own_price[e] - (_ONE if last else rival_price[k]))
            d_delivery = own_delivery[e] - (local_delivery[e] if last else rival_delivery[k, e])
            d_trust = (_ZERO if last else rival_trust[k, e]) - own_trust[e]
            d_features = -own_features[e]
            gain = max(max(d_price, d_delivery), max(max(d_trust, d_features), _ZERO))
            raised = own * exp32(gain)
            total = totals[e]
            rho = left[e] * (_ONE if last else q[k, e]) / total
            before = own / (own + total)
            after = raised / (raised + total)
            won = rho * (after - before)
            rest = rho * (_ONE - after)
            is_price = gain > _ZERO and d_price == gain
            is_delivery = gain > _ZERO and not is_price and d_delivery == gain
            is_trust = gain > _ZERO and not is_price and not is_delivery and d_trust == gain
            is_features = gain > _ZERO and not is_price and not is_delivery and not is_trust
            price[e] = price[e] + (won if is_price else _ZERO)
            delivery[e] = delivery[e] + (won if is_delivery else _ZERO)
            trust[e] = trust[e] + (won if is_trust else _ZERO)
            features[e] = features[e] + (won if is_features else _ZERO)
            if last:
                outside[e] = rest
            else:
                habit[e] = habit[e] + rest
    for s in range(6):
        for e in range(n):
            cells[segment[e], PRICE + s] += i64(i32(work[s, e] * SCALE + _HALF)) * weight[e]


@njit
def add_branch(pi, pi_own, variants, totals, own_q, q, consider, blocked, share, n, weight, segment, row,
               shares, stages, divert, groups):  # fmt: skip
    """Add the probabilities of a branch to the tallies, and where an undelivered unit would go."""
    rivals = pi.shape[0] - 1
    for v in range(variants):
        for e in range(n):
            units = i64(i32(pi_own[v, e] * SCALE + _HALF)) * weight[e]
            shares[v, segment[e]] += units
            stages[segment[e], SALE] += units
            groups[row[e] & 15, 0] += units
    for k in range(rivals + 1):
        for e in range(n):
            shares[variants + k, segment[e]] += i64(i32(pi[k, e] * SCALE + _HALF)) * weight[e]
    for e in range(n):
        s = segment[e]
        stages[s, UNAWARE] += i64(i32(share[e] * (_ONE - consider[e]) * SCALE + _HALF)) * weight[e]
        if blocked[e] != 0:
            stages[s, blocked[e]] += i64(i32(share[e] * consider[e] * SCALE + _HALF)) * weight[e]
    for v in range(variants):
        for e in range(n):
            rest = totals[e]
            for w in range(variants):
                if w != v:
                    rest = rest + own_q[w, e]
            unit = pi_own[v, e] / rest
            for w in range(variants):
                if w != v:
                    divert[v, w] += i64(i32(unit * own_q[w, e] * SCALE + _HALF)) * weight[e]
            for k in range(rivals):
                divert[v, variants + k] += i64(i32(unit * q[k, e] * SCALE + _HALF)) * weight[e]
            divert[v, variants + rivals] += i64(i32(unit * SCALE + _HALF)) * weight[e]


@njit
def race(q, e, row, choice_keys, variants):
    """Sample among rivals and the outside option by exponential clocks; return (rival or -1, weight, clock).

    Clocks E = -ln u decide argmax e^V / E, compared by cross-multiplication; the outside option has weight 1 and
    the last key, rival k the key `variants + k`.
    """
    winner, best_q, best_x = i32(-1), _ONE, -log32(unit32_of(hash_at(choice_keys[variants + q.shape[0]], row)))
    for k in range(q.shape[0]):
        x = -log32(unit32_of(hash_at(choice_keys[variants + k], row)))
        if q[k, e] * best_x > best_q * x:
            winner, best_q, best_x = i32(k), q[k, e], x
    return winner, best_q, best_x


@njit
def remember(k, i, key_class, offer, response, last, satisfaction):
    """Write the purchase of rival k into a consumer's memory."""
    u = unit32_of(hash_at(key_class, i))
    x = _ONE if u < offer.on_time else (response.slight if u < offer.not_bad else response.bad)
    if last[i] == k + 1:
        satisfaction[i] = response.carry * satisfaction[i] + (_ONE - response.carry) * x
    else:
        last[i] = k + 1
        satisfaction[i] = x


@njit
def settle(listing, sampled, key_ration, count, rows, buy, keep, second, offers, variants, response, key_class,
           last, satisfaction, own):  # fmt: skip
    """Apply last week's purchases of the entrant, now that it is known how many were delivered."""
    share = listing.sold_share
    for p in range(count):
        i = rows[p]
        if not sampled:
            own[i] = buy[p] * share + keep[p]
        elif unit32_of(hash_at(key_ration, i)) < share:
            own[i] = _ONE
        elif second[p] > 0:
            own[i] = _ZERO
            k = i32(second[p]) - 1
            remember(k, i, key_class, offers[variants + k], response, last, satisfaction)


@njit
def consumer_week(
    t, week, entering, sampled, variants, rivals, response, offers, listing, prefixes, events, weights, offsets,
    traits, wallet, last, satisfaction, own, shares, stages, divert, groups, polled, counts,
    pend_count, pend_row, pend_buy, pend_keep, pend_second,
):  # fmt: skip
    """Play one week of every (future, market).

    Parameters
    ----------
    t : int
        Position of the week in the polls; `week` is its number (negative in the warm start).
    entering : bool
        False in a world without the entrant: its offers, memory and stages are skipped.
    sampled : bool
        True: sampled choices of true needs are the units (lessons); False: expected shares are.
    variants, rivals : int
        Offers in order: the entrant's variants, then rivals.
    response, offers, listing
        Records [futures, markets], [futures, markets, offers], [futures, markets]; see `columns`.
    prefixes : uint64[futures, markets, 4]
        Key prefixes of the streams choice, delivery_class, exposure and rationing.
    events, weights, offsets
        `Polls`.
    traits : float32[markets, 13, n]
    wallet : uint16[markets, n]
    last, satisfaction, own
        `Memory`, updated.
    shares, stages, divert, groups, polled, counts
        `Tallies`, overwritten.
    pend_count, pend_row, pend_buy, pend_keep, pend_second
        `Pending`, read (last week's) and rewritten.
    """
    f_count, m_count = response.shape
    row = np.empty(BLOCK, np.int32)
    weight = np.empty(BLOCK, np.int64)
    mobile, web, need = np.empty(BLOCK, np.int32), np.empty(BLOCK, np.int32), np.empty(BLOCK, np.int32)
    segment, blocked, open_ = np.empty(BLOCK, np.int32), np.empty(BLOCK, np.int32), np.zeros(BLOCK, np.int32)
    columns = np.empty((13, BLOCK), np.float32)
    mu, friction, boost, own_boost = np.empty((4, BLOCK), np.float32)
    share, own_share, consider, totals, left = np.empty((5, BLOCK), np.float32)
    taste, local_delivery, sat, first_own = np.empty((4, BLOCK), np.float32)
    q, plain_q = np.empty((rivals, BLOCK), np.float32), np.empty((rivals, BLOCK), np.float32)
    rival_delivery, rival_trust = np.empty((rivals, BLOCK), np.float32), np.empty((rivals, BLOCK), np.float32)
    rival_price = np.empty(rivals, np.float32)
    own_q = np.empty((max(variants, 1), BLOCK), np.float32)
    own_features, own_trust, own_delivery, own_price = np.empty((4, BLOCK), np.float32)
    features, trust, delivery = np.empty((3, BLOCK), np.float32)
    pi, pi_own = np.empty((rivals + 1, BLOCK), np.float32), np.empty((max(variants, 1), BLOCK), np.float32)
    work = np.empty((6, BLOCK), np.float32)
    # rows whose last buy may be the entrant's, packed for the second branch
    at = np.empty(BLOCK, np.int32)
    row2, segment2, blocked2 = np.empty(BLOCK, np.int32), np.empty(BLOCK, np.int32), np.empty(BLOCK, np.int32)
    weight2 = np.empty(BLOCK, np.int64)
    packed = np.empty((9, BLOCK), np.float32)
    q2, own_q2 = np.empty((rivals, BLOCK), np.float32), np.empty((max(variants, 1), BLOCK), np.float32)
    delivery2, trust2 = np.empty((rivals, BLOCK), np.float32), np.empty((rivals, BLOCK), np.float32)
    pi2, pi_own2 = np.empty((rivals + 1, BLOCK), np.float32), np.empty((max(variants, 1), BLOCK), np.float32)
    kept = np.empty(BLOCK, np.float32)
    choice_keys = np.empty(variants + rivals + 1, np.uint64)
    shares[:] = 0
    stages[:] = 0
    divert[:] = 0
    groups[:] = 0
    polled[:] = 0
    counts[:] = 0
    for f in range(f_count):
        for m in range(m_count):
            answer = response[f, m]
            shop = listing[f, m]
            menu = offers[f, m]
            key_class = key_of(prefixes[f, m, 1], i64(week), u64(0))
            key_exposure = key_of(prefixes[f, m, 2], i64(week), u64(0))
            if entering:
                settle(
                    shop, sampled, key_of(prefixes[f, m, 3], i64(week) - 1, u64(0)), pend_count[f, m],
                    pend_row[f, m], pend_buy[f, m], pend_keep[f, m], pend_second[f, m], menu, variants, answer,
                    key_of(prefixes[f, m, 1], i64(week) - 1, u64(0)), last[f, m], satisfaction[f, m], own[f, m],
                )  # fmt: skip
                pend_count[f, m] = 0
            for j in range(variants + rivals):
                choice_keys[j] = key_of(prefixes[f, m, 0], i64(week), menu[j].identity)
            choice_keys[variants + rivals] = key_of(prefixes[f, m, 0], i64(week), u64(0))
            for k in range(rivals):
                rival_price[k] = menu[variants + k].price
            listed = False
            for v in range(variants):
                listed = listed or menu[v].listed > _ZERO
            present = entering and listed
            start = offsets[f, m, t]
            while start < offsets[f, m, t + 1]:
                n = min(offsets[f, m, t + 1] - start, BLOCK)
                unpack(events, weights, start, n, row, weight, mobile, web, need)
                start += n
                for c in range(13):
                    gather(traits[m, c], row, n, columns[c])
                price_scales(columns[INCOME], columns[PRICE_RESIDUAL], n, answer, mu)
                segments(columns[INCOME], mobile, n, segment)
                gather(satisfaction[f, m], row, n, sat)
                boosts(columns[LOYALTY], sat, n, answer, boost)
                for k in range(rivals):
                    offer = menu[variants + k]
                    delivery_costs(offer.days, columns[TOLERANCE], n, answer, rival_delivery[k])
                    trust_gains(offer, columns[DISTRUST], n, answer, rival_trust[k])
                    tastes(offer.taste_key, row, n, answer.taste_sd, taste)
                    rival_weights(offer, row, mu, rival_delivery[k], rival_trust[k], taste, n, plain_q[k])
                    for e in range(n):
                        q[k, e] = plain_q[k, e] * (boost[e] if last[f, m, row[e]] == k + 1 else _ONE)
                for e in range(n):
                    polled[f, m] += weight[e]
                    groups[f, m, row[e] & 15, 1] += weight[e]
                    share[e] = _ONE
                    consider[e] = _ZERO
                    blocked[e] = 0
                if present:
                    gather(own[f, m], row, n, own_share)
                    barriers(
                        shop, answer, row, mobile, web, wallet[m], columns[LANGUAGE], columns[MOBILE_ONLY],
                        columns[DEVICE_BLOCK], columns[PAYMENT_BLOCK], n, blocked, friction,
                    )  # fmt: skip
                    for e in range(n):
                        share[e] = _ONE - own_share[e]
                        consider[e] = shop.consider[web[e], mobile[e]]
                        sat[e] = shop.satisfaction
                        own_price[e] = _ZERO
                    boosts(columns[LOYALTY], sat, n, answer, own_boost)
                    delivery_costs(answer.local_days, columns[TOLERANCE], n, answer, local_delivery)
                    for v in range(variants):
                        offer = menu[v]
                        delivery_costs(offer.days, columns[TOLERANCE], n, answer, delivery)
                        trust_gains(offer, columns[DISTRUST], n, answer, trust)
                        tastes(offer.taste_key, row, n, answer.taste_sd, taste)
                        entrant_features(
                            offer, answer, mu, columns[HEALTH], columns[GREEN], columns[SAFETY], friction, n, features
                        )
                        entrant_weights(offer, mu, delivery, trust, taste, features, n, own_q[v])
                        for e in range(n):  # the best variant stands for the listing when a loss is explained
                            if v == 0 or own_q[v, e] > first_own[e]:
                                first_own[e] = own_q[v, e]
                                own_price[e] = offer.price
                                own_delivery[e] = delivery[e]
                                own_trust[e] = trust[e]
                                own_features[e] = features[e]
                    branch(q, own_q, variants, consider, blocked, share, n, totals, pi, pi_own, left)
                    add_branch(
                        pi, pi_own, variants, totals, own_q, q, consider, blocked, share, n, weight, segment, row,
                        shares[f, m], stages[f, m], divert[f, m], groups[f, m],
                    )  # fmt: skip
                    add_reasons(
                        q, own_q, variants, totals, left, mu, own_price, own_delivery, own_trust, own_features,
                        rival_price, rival_delivery, rival_trust, local_delivery, n, weight, segment, work,
                        stages[f, m],
                    )  # fmt: skip
                    n2 = 0
                    for e in range(n):
                        if own_share[e] > _ZERO:
                            at[n2] = e
                            n2 += 1
                    if n2 > 0:
                        for x in range(n2):
                            e = at[x]
                            row2[x], segment2[x], blocked2[x], weight2[x] = row[e], segment[e], blocked[e], weight[e]
                            packed[0, x], packed[1, x], packed[2, x] = own_share[e], mu[e], own_price[e]
                            packed[3, x], packed[4, x], packed[5, x] = own_delivery[e], own_trust[e], own_features[e]
                            packed[6, x], packed[7, x] = local_delivery[e], _ONE
                            for k in range(rivals):
                                q2[k, x] = plain_q[k, e]
                                delivery2[k, x], trust2[k, x] = rival_delivery[k, e], rival_trust[k, e]
                            for v in range(variants):
                                own_q2[v, x] = own_q[v, e] * own_boost[e]
                        branch(q2, own_q2, variants, packed[7], blocked2, packed[0], n2, totals, pi2, pi_own2, left)
                        add_branch(
                            pi2, pi_own2, variants, totals, own_q2, q2, packed[7], blocked2, packed[0], n2, weight2,
                            segment2, row2, shares[f, m], stages[f, m], divert[f, m], groups[f, m],
                        )  # fmt: skip
                        add_reasons(
                            q2, own_q2, variants, totals, left, packed[1], packed[2], packed[3], packed[4], packed[5],
                            rival_price, delivery2, trust2, packed[6], n2, weight2, segment2, work, stages[f, m],
                        )  # fmt: skip
                    for e in range(n):
                        kept[e] = _ZERO
                    for x in range(n2):
                        e = at[x]
                        kept[e] = pi2[rivals, x]
                        for v in range(variants):
                            pi_own[v, e] = pi_own[v, e] + pi_own2[v, x]
                else:
                    branch(q, own_q, 0, consider, open_, share, n, totals, pi, pi_own, left)
                    for k in range(rivals + 1):
                        add(pi[k], weight, segment, n, shares[f, m, variants + k])
                for e in range(n):
                    if need[e] == 0:
                        continue
                    i = row[e]
                    mine = sampled and present and own[f, m, i] > _ZERO
                    rival, best_q, best_x = race(plain_q if mine else q, e, i, choice_keys, variants)
                    chosen = rival + variants if rival >= 0 else variants + rivals
                    if (
                        sampled
                        and present
                        and blocked[e] == 0
                        and (
                            mine
                            or unit32_of(hash_at(menu[0].consider_key, i)) < shop.aware
                            or unit32_of(hash_at(key_exposure, i)) < shop.found[web[e], mobile[e]]
                        )
                    ):
                        for v in range(variants):
                            weight_v = own_q[v, e] * (own_boost[e] if mine else _ONE)
                            x = -log32(unit32_of(hash_at(choice_keys[v], i)))
                            if weight_v * best_x > best_q * x:
                                chosen, best_q, best_x = i32(v), weight_v, x
                    counts[f, m, chosen] += 1
                    if chosen < variants:  # waits for the week's rationing; refused, it takes the rival
                        p = pend_count[f, m]
                        pend_row[f, m, p] = i
                        pend_second[f, m, p] = rival + 1
                        pend_count[f, m] = p + 1
                        continue
                    if rival >= 0:
                        remember(rival, i, key_class, menu[variants + rival], answer, last[f, m], satisfaction[f, m])
                        if sampled:
                            own[f, m, i] = _ZERO
                    if sampled:
                        continue
                    if present:
                        p = pend_count[f, m]
                        bought = _ZERO
                        for v in range(variants):
                            bought = bought + pi_own[v, e]
                        pend_row[f, m, p] = i
                        pend_buy[f, m, p] = bought
                        pend_keep[f, m, p] = kept[e]
                        pend_count[f, m] = p + 1
                    elif entering:
                        own[f, m, i] = own[f, m, i] * pi[rivals, e]
