"""What offers are worth to the consumers of a block, and the weights e^V of the logit (MODEL section 5).

Utilities, for consumer i and offer j (all WTP shares scaled to utils)::

    delivery = mu_m * (delay * days + late * max(days - T_i, 0))
    trust    = mu_m * (R_j - theta_i * (1 - T_j))
    features = mu_i * (h_i H_j + g_i G_j + s_i S_j + extras_ij) + mu_m * (quality_j - language_i)
    extras   = m_i (gain_j - complexity_i load_j) + c_i C_j + k_i K_j + parents' s_i for a child-safe product
    V_ij     = xi_j + taste_sd * z_ij + (trust - delivery) + features - mu_i * (dearer_ij p_j / P - 1)
"""

from __future__ import annotations

import numpy as np
from numba import float32 as f32
from numba import int64 as i64
from numba import uint64 as u64

from simulator.compiled import njit
from simulator.consumers.population import INCOME_SMART, SMART_REST
from simulator.exact import exp32, hash_at, normal_quantile, unit32_of

TASTE = np.array([normal_quantile((k + 0.5) / 4096) for k in range(4096)])
TASTE = (TASTE / np.sqrt(np.mean(TASTE * TASTE))).astype(np.float32)
"""Standard normal quantiles at 4,096 midpoints, scaled to variance 1: persistent tastes need no state."""
PREMIUM = 1.0 - np.cbrt(1.0 - (np.arange(4096) + 0.5) / 4096)
PREMIUM = (PREMIUM / np.mean(PREMIUM)).astype(np.float32)
"""Quantiles of Beta(1, 3), scaled to mean 1: most want a custom product little, a few a lot."""
LEAST_GAMMA = 1e-35
"""Below it nobody chooses an offer."""
_HOME_INCOME, _HOME_REST = np.float32(INCOME_SMART), np.float32(SMART_REST)
_ZERO, _ONE = np.float32(0.0), np.float32(1.0)


def gamma_tastes(shape: float) -> np.ndarray:
    """Return quantiles of the log of a Gamma of that shape, float32[4096]: a logit of such tastes is a Dirichlet.

    Each stands for the mean of the Gamma over its part of the law, so the mean is kept.
    """
    from scipy import special

    edges = special.gammaincinv(shape, np.arange(4097) / 4096)
    means = 4096 * shape * np.diff(special.gammainc(shape + 1.0, edges))
    return np.log(np.maximum(means, LEAST_GAMMA)).astype(np.float32)


@njit
def price_scales(income, residual, n, response, out):
    """mu_i: median scale of the market with a lognormal spread, of which income explains a part."""
    base, slope, rest = response.log_price_scale, response.income_slope, response.residual_slope
    for e in range(n):
        out[e] = exp32(base + slope * income[e] + rest * residual[e])


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
def tastes(table, key, row, n, taste_sd, out):
    """nu_ij from a hash of consumer and offer through a quantile table; 0 without heterogeneity."""
    if taste_sd == _ZERO:
        for e in range(n):
            out[e] = _ZERO
        return
    for e in range(n):
        out[e] = taste_sd * table[i64(hash_at(key, row[e]) >> u64(52))]


@njit
def rival_weights(offer, row, mu, delivery, trust, taste, features, n, q):
    """e^V of a rival, 0 where it is not considered."""
    constant, price, share, key = offer.constant, offer.price, offer.considered * offer.listed, offer.consider_key
    for e in range(n):
        v = constant + taste[e] + (trust[e] - delivery[e]) + features[e] - mu[e] * (price - _ONE)
        q[e] = exp32(v) * f32(unit32_of(hash_at(key, row[e])) < share)


@njit
def loyal_weights(bought, code, boost, plain, n, q):
    """e^V with the loyalty of those who bought the offer last."""
    for e in range(n):
        q[e] = plain[e] * (boost[e] if bought[e] == code else _ONE)


@njit
def has_features(offer):
    """Say whether an offer differs from a plain one in quality or attributes."""
    claims = offer.health + offer.green + offer.safety + abs(offer.quality)
    return claims + offer.smart_load + offer.custom + offer.festival + offer.child_safe > _ZERO


@njit
def offer_features(offer, response, row, mu, income, health, green, safety, friction, n, out):
    """Premiums and quality of an offer, utils; `friction` is what its language costs."""
    a, b, c = response.health * offer.health, response.green * offer.green, response.safety * offer.safety
    scale, quality = response.price_scale, offer.quality
    for e in range(n):
        out[e] = mu[e] * (a * health[e] + b * green[e] + c * safety[e]) + scale * (quality - friction[e])
    if offer.smart_load + offer.custom + offer.festival + offer.child_safe > _ZERO:
        extras(offer, response, row, mu, income, safety, n, out)


@njit
def extras(offer, response, row, mu, income, safety, n, out):
    """Add what functions, customisation, a festival edition and child safety are worth, utils.

    Smart homes, age, children, festivals and the wish for a custom product have no column: a hash of the person
    decides, as it does for tastes.
    """
    base, more = response.smart * response.smart_base, response.smart * response.smart_home
    gain, load = offer.smart_gain, offer.smart_load
    plain, senior_cost = response.complexity * load, response.complexity_senior * load
    custom, festival = response.custom * offer.custom, response.festival * offer.festival
    child = response.safety * offer.child_safe
    for e in range(n):
        score = _HOME_INCOME * income[e] + _HOME_REST * TASTE[i64(hash_at(response.home_key, row[e]) >> u64(52))]
        worth = base + more * f32(score > response.home_score)
        senior = unit32_of(hash_at(response.age_key, row[e])) < response.senior
        total = worth * (gain - (senior_cost if senior else plain))
        total += custom * PREMIUM[i64(hash_at(response.custom_key, row[e]) >> u64(52))]
        total += festival * f32(unit32_of(hash_at(response.observing_key, row[e])) < response.observing)
        total += child * safety[e] * f32(unit32_of(hash_at(response.parent_key, row[e])) < response.parent)
        out[e] = out[e] + mu[e] * total


@njit
def entrant_weights(offer, mu, delivery, trust, taste, features, dearer, n, q):
    """e^V of a variant of the entrant, whose price feels `dearer` to those who miss instalments."""
    constant, price, listed = offer.constant, offer.price, offer.listed
    for e in range(n):
        v = constant + taste[e] + (trust[e] - delivery[e]) + features[e] - mu[e] * (price * dearer[e] - _ONE)
        q[e] = exp32(v) * listed


@njit
def keep_best(
    first, q, price, dearer, delivery, trust, features, n, best, own_price, own_delivery, own_trust, own_features
):  # fmt: skip
    """The variant with the largest e^V stands for the listing when a loss is explained; ties to the later one."""
    if first:
        for e in range(n):
            best[e] = q[e]
            own_price[e] = price * dearer[e]
        for e in range(n):
            own_delivery[e] = delivery[e]
        for e in range(n):
            own_trust[e] = trust[e]
        for e in range(n):
            own_features[e] = features[e]
        return
    for e in range(n):
        own_price[e] = price * dearer[e] if q[e] >= best[e] else own_price[e]
    for e in range(n):
        own_delivery[e] = delivery[e] if q[e] >= best[e] else own_delivery[e]
    for e in range(n):
        own_trust[e] = trust[e] if q[e] >= best[e] else own_trust[e]
    for e in range(n):
        own_features[e] = features[e] if q[e] >= best[e] else own_features[e]
    for e in range(n):
        best[e] = max(q[e], best[e])


@njit
def eighth_root(x):
    """x^(1/8) by three square roots, which every processor rounds alike."""
    return np.sqrt(np.sqrt(np.sqrt(x)))


@njit
def nest(own_q, n, relative, whole):
    """Make the variants of a listing close substitutes: a nested logit with dissimilarity 1/8 (McFadden 1978).

    ``own_q`` [variants, n] holds e^V and gets ``q_e r_v / S``: the inclusive weight ``q_e = top S^(1/8)`` of the nest,
    split by ``r_v = (e^V_v / top)^8``, which is kept in `relative`, and ``S = sum r_v`` in `whole`. A single variant
    stays as it is; a twin adds 9 % where two unrelated offers would double the weight.
    """
    variants = own_q.shape[0]
    for e in range(n):
        top, total = own_q[0, e], _ZERO
        for v in range(1, variants):
            top = max(top, own_q[v, e])
        for v in range(variants):
            x = own_q[v, e] / top if top > _ZERO else _ZERO
            x = x * x
            x = x * x
            relative[v, e] = x * x
            total = total + relative[v, e]
        whole[e] = total if total > _ZERO else _ONE
        weight = top * eighth_root(whole[e])
        for v in range(variants):
            own_q[v, e] = weight * (relative[v, e] / whole[e])


@njit
def boosts(loyalty, satisfaction, n, response, out):
    """e^(mu_m lambda_i sat): what having bought an offer last is worth."""
    scale = response.price_scale * response.loyalty
    for e in range(n):
        out[e] = exp32(scale * loyalty[e] * satisfaction[e])
