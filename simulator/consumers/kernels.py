"""The compiled week of consumers: need, look, be blocked or choose, remember (MODEL sections 2 and 5).

Arrays come in, tallies are written; integers make sums exact in any order. The reference model under
``tests/reference`` repeats it scalar by scalar.
"""

from __future__ import annotations

import numpy as np
from numba import int32 as i32
from numba import int64 as i64
from numba import uint64 as u64

from simulator.compiled import njit
from simulator.consumers.notes import lost, note
from simulator.consumers.polls import SEGMENTS
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
from simulator.consumers.stages import (
    BLOCK,
    ENTRANT_COLUMNS,
    FEATURE_COLUMNS,
    RIVAL_COLUMNS,
    SALE,
    UNAWARE,
    add_product,
    add_up,
    any_above_zero,
    barriers,
    branch,
    buffer,
    gather,
    looking,
    pad,
    product,
    tally,
    unpack,
    weights_of_groups,
    without,
)  # fmt: skip
from simulator.consumers.utilities import (
    boosts,
    delivery_costs,
    entrant_weights,
    has_features,
    keep_best,
    loyal_weights,
    nest,
    offer_features,
    price_scales,
    rival_weights,
    tastes,
    trust_gains,
)  # fmt: skip
from simulator.exact import hash_at, key_of, log32, unit32_of

_ZERO, _ONE = np.float32(0.0), np.float32(1.0)


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
def remember(i, key_class, offer, response, last, satisfaction):
    """Write the purchase of a rival's offer into a consumer's memory."""
    u = unit32_of(hash_at(key_class, i))
    x = _ONE if u < offer.on_time else (response.slight if u < offer.not_bad else response.bad)
    if last[i] == offer.code:
        satisfaction[i] = response.carry * satisfaction[i] + (_ONE - response.carry) * x
    else:
        last[i] = offer.code
        satisfaction[i] = x


@njit
def settle(listing, sampled, once, key_ration, count, rows, buy, keep, second, offers, variants, response, key_class,
           last, satisfaction, own, left):  # fmt: skip
    """Apply last week's purchases of the entrant, now that it is known how many were delivered."""
    share = listing.sold_share
    for p in range(count):
        i = rows[p]
        if not sampled:
            own[i] = buy[p] * share + keep[p]
        elif unit32_of(hash_at(key_ration, i)) < share:
            own[i] = _ONE
            if once:
                left[i] = _ONE
        elif second[p] > 0:
            own[i] = _ZERO
            if once:
                left[i] = _ONE
            remember(i, key_class, offers[variants + i32(second[p]) - 1], response, last, satisfaction)


@njit
def consumer_week(
    t, week, entering, sampled, once, variants, rivals, response, offers, listing, prefixes, events, weights, offsets,
    tables, traits, wallet, last, satisfaction, own, left, shares, stages, divert, groups, polled, counts,
    pend_count, pend_row, pend_buy, pend_keep, pend_second, noted, notes,
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
    once : bool
        Who has bought leaves the market.
    variants, rivals : int
        Offers in order: the entrant's variants, then rivals.
    response, offers, listing
        Records [futures, markets], [futures, markets, offers], [futures, markets]; see `columns`.
    prefixes : uint64[futures, markets, 4]
        Key prefixes of the streams choice, delivery_class, exposure and rationing.
    events, weights, offsets
        `Polls`.
    tables : float32[tables, 4096]
        Quantiles of tastes; an offer names its row.
    traits : float32[markets, 13, n]
    wallet : uint16[markets, n]
    last, satisfaction, own, left
        `Memory`, updated.
    shares, stages, divert, groups, polled, counts
        `Tallies`, overwritten, `noted` and `notes` at the end too.
    pend_count, pend_row, pend_buy, pend_keep, pend_second
        `Pending`, read (last week's) and rewritten.
    """
    f_count, m_count = response.shape
    row = np.empty(BLOCK, np.uint32)  # unsigned: an index that needs no test for counting from the end
    weight = np.empty(BLOCK, np.int64)
    mobile, web, need = np.empty(BLOCK, np.int32), np.empty(BLOCK, np.int32), np.empty(BLOCK, np.int32)
    blocked, bought = np.empty(BLOCK, np.int32), np.empty(BLOCK, np.int32)
    columns = np.empty((13, BLOCK), np.float32)
    mu, friction, dearer, boost, own_boost = buffer(), buffer(), buffer(), buffer(), buffer()
    share, own_share, consider, taste = buffer(), buffer(), buffer(), buffer()
    local_delivery, sat, first_own, outside = buffer(), buffer(), buffer(), buffer()
    nothing, ones = np.zeros(BLOCK, np.float32), np.ones(BLOCK, np.float32)
    q, plain_q = np.empty((rivals, BLOCK), np.float32), np.empty((rivals, BLOCK), np.float32)
    rival_delivery, rival_trust = np.empty((rivals, BLOCK), np.float32), np.empty((rivals, BLOCK), np.float32)
    rival_features, featured = np.zeros((rivals, BLOCK), np.float32), np.zeros(rivals, np.bool_)
    here = np.ones(BLOCK, np.float32)
    rival_price = np.empty(rivals, np.float32)
    own_q, pi_own = np.empty((variants, BLOCK), np.float32), np.empty((variants, BLOCK), np.float32)
    relative, whole = np.ones((variants, BLOCK), np.float32), np.ones(BLOCK, np.float32)
    own_features, own_trust, own_delivery, own_price = buffer(), buffer(), buffer(), buffer()
    features, trust, delivery = buffer(), buffer(), buffer()
    buffers, work = np.empty((6, BLOCK), np.float32), np.empty((6, BLOCK), np.float32)
    own_q2, pi_own2 = np.empty((variants, BLOCK), np.float32), np.empty((variants, BLOCK), np.float32)
    kept = buffer()
    choice_keys = np.empty(variants + rivals + 1, np.uint64)
    cells, reached = np.empty(variants + rivals + 1, np.int64), np.empty(13, np.int64)
    shares[:] = 0
    stages[:] = 0
    divert[:] = 0
    groups[:] = 0
    polled[:] = 0
    counts[:] = 0
    noted[:] = 0
    noting = notes.shape[2] > 0
    for fm in range(f_count * m_count * SEGMENTS):
        f, m, segment = fm // (m_count * SEGMENTS), fm // SEGMENTS % m_count, fm % SEGMENTS
        answer = response[f, m]
        shop = listing[f, m]
        menu = offers[f, m]
        key_class = key_of(prefixes[f, m, 1], i64(week), u64(0))
        key_exposure = key_of(prefixes[f, m, 2], i64(week), u64(0))
        if entering and segment == 0:
            settle(
                shop, sampled, once, key_of(prefixes[f, m, 3], i64(week) - 1, u64(0)), pend_count[f, m],
                pend_row[f, m], pend_buy[f, m], pend_keep[f, m], pend_second[f, m], menu, variants, answer,
                key_of(prefixes[f, m, 1], i64(week) - 1, u64(0)), last[f, m], satisfaction[f, m], own[f, m],
                left[f, m],
            )  # fmt: skip
            pend_count[f, m] = 0
        for j in range(variants + rivals):
            choice_keys[j] = key_of(prefixes[f, m, 0], i64(week), menu[j].identity)
        choice_keys[variants + rivals] = key_of(prefixes[f, m, 0], i64(week), u64(0))
        any_featured = False
        for k in range(rivals):
            rival_price[k] = menu[variants + k].price
            if featured[k] and not has_features(menu[variants + k]):
                rival_features[k, :] = _ZERO
            featured[k] = has_features(menu[variants + k])
            any_featured = any_featured or featured[k]
        listed = False
        for v in range(variants):
            listed = listed or menu[v].listed > _ZERO
        present = entering and listed
        cells[:] = 0
        reached[:] = 0
        start, end = offsets[f, m, t * SEGMENTS + segment], offsets[f, m, t * SEGMENTS + segment + 1]
        while start < end:
            n = min(end - start, BLOCK)
            unpack(events, weights, start, n, row, weight, mobile, web, need)
            start += n
            real, n = n, pad(n, row, weight, mobile, web)
            for c in RIVAL_COLUMNS:
                gather(traits[m, c], row, n, columns[c])
            price_scales(columns[INCOME], columns[PRICE_RESIDUAL], n, answer, mu)
            gather(satisfaction[f, m], row, n, sat)
            boosts(columns[LOYALTY], sat, n, answer, boost)
            gather(last[f, m], row, n, bought)
            if present or any_featured:
                for c in FEATURE_COLUMNS:
                    gather(traits[m, c], row, n, columns[c])
            if once:
                gather(left[f, m], row, n, here)
                for e in range(n):
                    here[e] = _ONE - here[e]
            for k in range(rivals):
                offer = menu[variants + k]
                if featured[k]:
                    offer_features(
                        offer, answer, row, mu, columns[INCOME], columns[HEALTH], columns[GREEN], columns[SAFETY],
                        nothing, n, rival_features[k],
                    )  # fmt: skip
                delivery_costs(offer.days, columns[TOLERANCE], n, answer, rival_delivery[k])
                trust_gains(offer, columns[DISTRUST], n, answer, rival_trust[k])
                tastes(tables[offer.taste], offer.taste_key, row, n, answer.taste_sd, taste)
                rival_weights(
                    offer, row, mu, rival_delivery[k], rival_trust[k], taste, rival_features[k], n, plain_q[k]
                )
                loyal_weights(bought, offer.code, boost, plain_q[k], n, q[k])
            weights_of_groups(row, weight, n, groups[f, m])
            for e in range(n):
                polled[f, m] += weight[e]
            if present:
                for c in ENTRANT_COLUMNS:
                    gather(traits[m, c], row, n, columns[c])
                gather(own[f, m], row, n, own_share)
                barriers(
                    shop, answer, row, mobile, web, wallet[m], columns[LANGUAGE], columns[MOBILE_ONLY],
                    columns[DEVICE_BLOCK], columns[PAYMENT_BLOCK], n, blocked, friction, dearer,
                )  # fmt: skip
                if once:  # who is still here has bought nothing
                    own_share[:] = _ZERO
                looking(shop, web, mobile, own_share, here, n, consider, share, sat)
                boosts(columns[LOYALTY], sat, n, answer, own_boost)
                delivery_costs(answer.local_days, columns[TOLERANCE], n, answer, local_delivery)
                for v in range(variants):
                    offer = menu[v]
                    delivery_costs(offer.days, columns[TOLERANCE], n, answer, delivery)
                    trust_gains(offer, columns[DISTRUST], n, answer, trust)
                    tastes(tables[offer.taste], offer.taste_key, row, n, answer.taste_sd, taste)
                    offer_features(
                        offer, answer, row, mu, columns[INCOME], columns[HEALTH], columns[GREEN], columns[SAFETY],
                        friction, n, features,
                    )  # fmt: skip
                    entrant_weights(offer, mu, delivery, trust, taste, features, dearer, n, own_q[v])
                    keep_best(
                        v == 0, own_q[v], offer.price, dearer, delivery, trust, features, n, first_own, own_price,
                        own_delivery, own_trust, own_features,
                    )  # fmt: skip
                if variants > 1:
                    nest(own_q, n, relative, whole)
                branch(
                    q, own_q, variants, consider, blocked, share, mu, own_price, own_delivery, own_trust,
                    own_features, rival_price, rival_delivery, rival_trust, rival_features, local_delivery, nothing,
                    ones, n, weight, row, buffers, work, relative, whole, pi_own, outside, cells, reached,
                    divert[f, m], groups[f, m],
                )  # fmt: skip
                if any_above_zero(own_share, n):
                    for v in range(variants):
                        product(own_q[v], own_boost, n, own_q2[v])
                    branch(
                        plain_q, own_q2, variants, ones, blocked, own_share, mu, own_price, own_delivery, own_trust,
                        own_features, rival_price, rival_delivery, rival_trust, rival_features, local_delivery, nothing,
                        ones, n, weight, row, buffers, work, relative, whole, pi_own2, kept, cells, reached,
                        divert[f, m], groups[f, m],
                    )  # fmt: skip
                    for v in range(variants):
                        for e in range(n):
                            pi_own[v, e] = pi_own[v, e] + pi_own2[v, e]
                else:
                    kept[:] = _ZERO
            else:
                for e in range(n):
                    blocked[e] = 0
                    own_share[e] = _ZERO
                if entering:
                    gather(own[f, m], row, n, own_share)
                if once:  # who is still here has bought nothing
                    own_share[:] = _ZERO
                add_up(q, n, _ONE, buffers[0])
                add_up(plain_q, n, _ONE, buffers[1])
                without(buffers[0], buffers[1], own_share, here, n, share, kept, outside)
                remembered = any_above_zero(own_share, n)
                for k in range(rivals):
                    product(q[k], share, n, buffers[2])
                    if remembered:  # who bought from it once and cannot now has no rival to be loyal to
                        add_product(plain_q[k], kept, n, buffers[2])
                    cells[variants + k] += tally(buffers[2], weight, n)
                cells[variants + rivals] += tally(outside, weight, n)
            for e in range(real):
                if need[e] == 0:
                    continue
                i = row[e]
                if once and sampled and left[f, m, i] > _ZERO:
                    continue
                mine = sampled and entering and own[f, m, i] > _ZERO
                rival, best_q, best_x = race(plain_q if mine else q, e, i, choice_keys, variants)
                chosen = rival + variants if rival >= 0 else variants + rivals
                looks = (
                    sampled
                    and present
                    and (
                        mine
                        or unit32_of(hash_at(menu[0].consider_key, i)) < shop.aware
                        or unit32_of(hash_at(key_exposure, i)) < shop.found[web[e], mobile[e]]
                    )
                )
                if looks and blocked[e] == 0:
                    for v in range(variants):
                        weight_v = own_q[v, e] * (own_boost[e] if mine else _ONE)
                        x = -log32(unit32_of(hash_at(choice_keys[v], i)))
                        if weight_v * best_x > best_q * x:
                            chosen, best_q, best_x = i32(v), weight_v, x
                counts[f, m, chosen] += 1
                if noting:
                    stage, chance = i32(-1), _ZERO
                    if present:
                        stage = i32(SALE) if chosen < variants else (blocked[e] if looks else i32(UNAWARE))
                        if looks and stage == 0:  # it looked, met no barrier, and chose another
                            stage, chance = lost(
                                e, rival, mu[e], plain_q if mine else q, own_q, own_boost[e] if mine else _ONE,
                                own_price[e], own_delivery[e], own_trust[e], own_features[e], rival_price,
                                rival_delivery, rival_trust, rival_features, local_delivery[e],
                            )  # fmt: skip
                    note(notes[f, m, noted[f, m]], i, chosen, rival, segment, mobile[e], stage, chance)
                    noted[f, m] += 1
                if chosen < variants:  # waits for the week's rationing; refused, it takes the rival
                    p = pend_count[f, m]
                    pend_row[f, m, p] = i
                    pend_second[f, m, p] = rival + 1
                    pend_count[f, m] = p + 1
                    continue
                if rival >= 0:
                    remember(i, key_class, menu[variants + rival], answer, last[f, m], satisfaction[f, m])
                    if sampled:
                        own[f, m, i] = _ZERO
                        if once:
                            left[f, m, i] = _ONE
                if sampled:
                    continue
                if once:
                    left[f, m, i] = _ONE - (outside[e] + kept[e] if present else outside[e])
                if present:
                    p = pend_count[f, m]
                    units = _ZERO
                    for v in range(variants):
                        units = units + pi_own[v, e]
                    pend_row[f, m, p] = i
                    pend_buy[f, m, p] = units
                    pend_keep[f, m, p] = kept[e]
                    pend_count[f, m] = p + 1
                elif entering:
                    own[f, m, i] = kept[e]
        for j in range(variants + rivals + 1):
            shares[f, m, j, segment] = cells[j]
        for k in range(13):
            stages[f, m, segment, k] = reached[k]
