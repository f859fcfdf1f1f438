"""Birth of consumers: columns of standard draws, shared by all futures of a seed.

A column holds a *standard* trait (a uniform, a normal, a gamma or beta of mean 1, a stated premium before market
and say-do factors). A future's numbers are scalars that the week applies to it, so one population serves every
future and strategy. Row i is keyed by (seed, market, i): a larger population starts with the smaller one.

Correlations run through one Gaussian copula (assumptions): income with need rate .3, with mobile-only -.4, with
payment access .5; health with green .3. A smart home (.3 with income), age, children, festivals and the wish for a
custom product have no column: the week draws them from a hash of the person where an offer asks for them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import uint64 as u64

from simulator import draws
from simulator.compiled import njit
from simulator.exact import exp, hash_at, normal_quantile, unit64_of

COLUMNS = (
    "income", "price_residual", "need_rate", "health", "green", "safety", "tolerance",
    "language", "distrust", "mobile_only", "payment_block", "device_block", "loyalty",
)  # fmt: skip
"""Columns of the trait matrix, in order."""
(INCOME, PRICE_RESIDUAL, NEED_RATE, HEALTH, GREEN, SAFETY, TOLERANCE,
 LANGUAGE, DISTRUST, MOBILE_ONLY, PAYMENT_BLOCK, DEVICE_BLOCK, LOYALTY) = range(len(COLUMNS))  # fmt: skip

_STREAMS = (
    "income", "price_scale", "need_rate", "health", "green", "safety", "tolerance",
    "language", "distrust", "mobile_only", "payment_block", "device_block", "loyalty",
)  # fmt: skip

INCOME_NEED, INCOME_MOBILE_ONLY, INCOME_PAYMENT, HEALTH_GREEN, INCOME_SMART = 0.3, -0.4, 0.5, 0.3, 0.3
"""Correlations of the copula; below, the weights of the independent parts."""
NEED_REST, MOBILE_REST, PAYMENT_REST, GREEN_REST, SMART_REST = (
    math.sqrt(1 - rho * rho) for rho in (INCOME_NEED, INCOME_MOBILE_ONLY, INCOME_PAYMENT, HEALTH_GREEN, INCOME_SMART)
)
TERCILE = 0.4307272992954576
"""Upper tercile of the standard normal."""

_TABLE_LOW, _TABLE_STEP = -8.0, 1 / 256
_TABLE_SIZE = int(16 / _TABLE_STEP) + 1

AFFLUENCE = (6, 7, 4, 5, 3, 10, 8, 9, 11, 1, 2, 0)
"""Payment codes from the poorest users to the richest: cash first, card last (assumption)."""


@dataclass(frozen=True)
class Shape:
    """What fixes the columns of a market; none of it can be uncertain."""

    need_rate_shape: float
    identical: bool
    tolerance_sd: float
    health: tuple[float, float, float]
    """Share with any premium; lowest and highest stated premium of those."""
    green: tuple[float, float, float, float]
    """Committed share and mean premium, open share and mean premium."""
    safety_mean: float
    payment_mix: tuple[float, ...]
    """Share of each of the 12 codes as primary method; sums to 1."""
    payment_access: tuple[float, ...]
    """Share of shoppers who could use each code as a second method."""


@dataclass(frozen=True)
class Population:
    """Consumers of one market.

    Attributes
    ----------
    traits : float32[13, n]
        Columns named by `COLUMNS`.
    wallet : uint16[n]
        Bits 0 to 11: usable payment methods; bits 12 to 15: the primary one.
    """

    traits: np.ndarray
    wallet: np.ndarray

    @property
    def size(self) -> int:
        """Return the number of consumers."""
        return self.traits.shape[1]


def quantile_table(name: str, shape: float) -> np.ndarray:
    """Return float64 quantiles of a law of mean 1 on a grid of standard normal scores.

    ``gamma`` has the given shape; ``beta`` is Beta(2, 2) doubled; ``skewed`` is Beta(1, 3) times 4.
    """
    from scipy import special

    score = _TABLE_LOW + _TABLE_STEP * np.arange(_TABLE_SIZE)
    p = np.clip(special.ndtr(score), 1e-300, 1 - 1e-16)
    if name == "gamma":
        table = special.gammaincinv(shape, p) / shape
    elif name == "beta":
        table = 2.0 * special.betaincinv(2.0, 2.0, p)
    else:
        table = 4.0 * special.betaincinv(1.0, 3.0, p)
    return table.astype(np.float32).astype(np.float64)  # without the last bits, which differ between processors


@njit
def _look_up(table, z):
    """Return the linear interpolation of a quantile table at a normal score."""
    x = min(max((z - _TABLE_LOW) / _TABLE_STEP, 0.0), np.float64(table.size - 2))
    i = int(x)
    return table[i] + (x - i) * (table[i + 1] - table[i])


@njit
def _share_below(z):
    """Return the standard normal distribution function."""
    return 0.5 * math.erfc(-z * 0.7071067811865476)


@njit
def _birth(keys, other_keys, first, traits, wallet, rate, beta, skewed, scalars, mix, access, order):
    """Fill the columns of rows `first` onwards."""
    tolerance_sd, any_health, health_low, health_high = scalars[0], scalars[1], scalars[2], scalars[3]
    committed, committed_premium, willing, willing_premium = scalars[4], scalars[5], scalars[6], scalars[7]
    safety_mean = scalars[8]
    for x in range(traits.shape[1]):
        i = u64(first + x)
        z = normal_quantile(unit64_of(hash_at(keys[0], i)))
        z_rate = INCOME_NEED * z + NEED_REST * normal_quantile(unit64_of(hash_at(keys[2], i)))
        z_health = normal_quantile(unit64_of(hash_at(keys[3], i)))
        z_green = HEALTH_GREEN * z_health + GREEN_REST * normal_quantile(unit64_of(hash_at(keys[4], i)))
        z_mobile = INCOME_MOBILE_ONLY * z + MOBILE_REST * normal_quantile(unit64_of(hash_at(keys[9], i)))
        traits[0, x] = z
        traits[1, x] = normal_quantile(unit64_of(hash_at(keys[1], i)))
        traits[2, x] = _look_up(rate, z_rate)
        u = _share_below(z_health)
        if u > 1.0 - any_health:
            traits[3, x] = health_low + (health_high - health_low) * (u - (1.0 - any_health)) / any_health
        else:
            traits[3, x] = 0.0
        u = _share_below(z_green)
        if u > 1.0 - committed:
            traits[4, x] = committed_premium * (0.5 + (u - (1.0 - committed)) / committed)
        elif u > 1.0 - committed - willing:
            traits[4, x] = willing_premium * (0.5 + (u - (1.0 - committed - willing)) / willing)
        else:
            traits[4, x] = 0.0
        traits[5, x] = safety_mean * _look_up(skewed, normal_quantile(unit64_of(hash_at(keys[5], i))))
        traits[6, x] = exp(tolerance_sd * normal_quantile(unit64_of(hash_at(keys[6], i))))
        traits[7, x] = unit64_of(hash_at(keys[7], i))
        traits[8, x] = _look_up(beta, normal_quantile(unit64_of(hash_at(keys[8], i))))
        traits[9, x] = _share_below(z_mobile)
        traits[10, x] = unit64_of(hash_at(keys[10], i))
        traits[11, x] = unit64_of(hash_at(keys[11], i))
        traits[12, x] = _look_up(beta, normal_quantile(unit64_of(hash_at(keys[12], i))))
        # primary payment method: the mix of the market, dearer methods going to richer shoppers
        z_pay = INCOME_PAYMENT * z + PAYMENT_REST * normal_quantile(unit64_of(hash_at(keys[13], i)))
        u = _share_below(z_pay)
        below = 0.0
        primary = order[order.size - 1]
        for k in range(order.size):
            below += mix[order[k]]
            if u < below:
                primary = order[k]
                break
        mask = 1 << primary
        for k in range(mix.size):
            if access[k] > 0.0:
                z_other = INCOME_PAYMENT * z + PAYMENT_REST * normal_quantile(unit64_of(hash_at(other_keys[k], i)))
                if _share_below(z_other) > 1.0 - access[k]:
                    mask |= 1 << k
        wallet[x] = mask | (primary << 12)


def birth(seed: int, market: str, size: int, shape: Shape) -> Population:
    """Return the consumers of a market.

    Parameters
    ----------
    seed
        Seed of the scenario.
    market
        Market code.
    size
        Number of consumers.
    shape
        What fixes the columns.

    Notes
    -----
    An ``identical`` population (lessons) has every row at the median of its trait and a need rate of 1.
    """
    traits = np.empty((len(COLUMNS), size), np.float32)
    wallet = np.empty(size, np.uint16)
    place = draws.name_id(market)
    names = (*_STREAMS, "wallet_primary")
    keys = np.array([draws.key(seed, 0, draws.STREAMS[n], place) for n in names], np.uint64)
    others = np.array(
        [draws.key(seed, 0, draws.STREAMS["wallet_other"], place, 0, k) for k in range(len(shape.payment_mix))],
        np.uint64,
    )
    scalars = np.array([shape.tolerance_sd, *shape.health, *shape.green, shape.safety_mean])
    _birth(
        keys, others, 0, traits, wallet,
        quantile_table("gamma", shape.need_rate_shape), quantile_table("beta", 2.0), quantile_table("skewed", 1.0),
        scalars, np.array(shape.payment_mix), np.array(shape.payment_access), np.array(AFFLUENCE),
    )  # fmt: skip
    if shape.identical:
        traits[:] = np.array([0, 0, 1, 0, 0, 0, 1, 0.5, 0, 0.5, 0.5, 0.5, 0], np.float32)[:, None]
    traits.setflags(write=False)
    wallet.setflags(write=False)
    return Population(traits, wallet)
