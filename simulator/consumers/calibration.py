"""The start-up solve: constants that make a market start where the facts say (MODEL 5.4, DEFAULTS equation 3).

On the consumers of a market (the first rounds take a subsample, its first rows), weighted by need rate, with the
entrant absent: constants xi_k so that the archetypes have their shares of needs; the price scale mu_m so that the
average seller inside the archetypes has the category's own-price elasticity; the entrant's xi so that a neutral,
barrier-free offer, once considered, converts at c*. It alternates with drawing the memory (last purchase) on which it
rests. The close rivals carry the entrant's xi and are present.

Everything is computed once per future and rounded to float32 before the week uses it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import float32 as f32
from numba import int64 as i64
from numba import uint64 as u64

from simulator.compiled import njit
from simulator.consumers.kernels import race, remember
from simulator.consumers.population import (
    DISTRUST,
    GREEN,
    INCOME,
    LOYALTY,
    NEED_RATE,
    PRICE_RESIDUAL,
    TOLERANCE,
)  # fmt: skip
from simulator.errors import SimulationError
from simulator.exact import exp, exp32, hash_at, key_of, log, unit32_of

SUBSAMPLE, FULL_SAMPLE = 4096, 1 << 15
"""Rows on which the first rounds and the last one solve; what the last one misses would bias every future alike."""
BIRTH_CHOICES = 6
ALTERNATIONS = 2
TOLERANCE_SHARE = 1e-4


@dataclass(frozen=True)
class Targets:
    """What one market must start with.

    Attributes
    ----------
    shares : float64[archetypes]
        Shares of needs.
    sellers : float64[archetypes]
        Brands inside each archetype.
    elasticity : float
        Own-price elasticity of the average brand, negative.
    conversion : float
        c*, of a neutral offer once considered.
    price_scale : float or None
        Given instead of solved (lessons).
    constants : float64[archetypes]
        Given constants, NaN where they are solved.
    entrant_constant : float
        NaN where it is solved.
    """

    shares: np.ndarray
    sellers: np.ndarray
    elasticity: float
    conversion: float
    price_scale: float | None
    constants: np.ndarray
    entrant_constant: float


@dataclass(frozen=True)
class Solution:
    """Solved constants of a market, and what they reach (float64)."""

    price_scale: float
    constants: np.ndarray
    entrant_constant: float
    shares: np.ndarray
    elasticity: float
    conversion: float


@njit
def birth_choices(
    prefix_choice, prefix_class, answer, menu, variants, tables, traits, rounds, n, last, satisfaction
):  # fmt: skip
    """Draw the last purchase of the first n rows: `rounds` sampled choices among rivals in sequence, with loyalty."""
    rivals = menu.shape[0] - variants
    keys = np.empty((rounds, variants + rivals + 1), np.uint64)
    classes = np.empty(rounds, np.uint64)
    for r in range(rounds):
        for j in range(variants + rivals):
            keys[r, j] = key_of(prefix_choice, i64(r), menu[j].identity)
        keys[r, variants + rivals] = key_of(prefix_choice, i64(r), u64(0))
        classes[r] = key_of(prefix_class, i64(-1000 - r), u64(0))
    plain, q = np.empty((rivals, 1), np.float32), np.empty((rivals, 1), np.float32)
    loyalty = answer.price_scale * answer.loyalty
    for i in range(n):
        last[i] = 0
        satisfaction[i] = f32(0.0)
        mu = exp32(
            answer.log_price_scale
            + answer.income_slope * traits[INCOME, i]
            + answer.residual_slope * traits[PRICE_RESIDUAL, i]
        )
        for k in range(rivals):
            o = menu[variants + k]
            late = max(o.days - answer.tolerance * traits[TOLERANCE, i], f32(0.0))
            gains = o.rating - answer.distrust * traits[DISTRUST, i] * o.unfamiliar
            gains = gains - answer.delay * o.days - answer.late * late + o.quality
            taste = answer.taste_sd * tables[o.taste, i64(hash_at(o.taste_key, i) >> u64(52))]
            considered = unit32_of(hash_at(o.consider_key, i)) < o.considered * o.listed
            v = o.constant + taste + answer.price_scale * gains - mu * (o.price - f32(1.0))
            if o.green > f32(0.0):
                v += mu * answer.green * o.green * traits[GREEN, i]
            plain[k, 0] = exp32(v) if considered else f32(0.0)
        for r in range(rounds):
            boost = exp32(loyalty * traits[LOYALTY, i] * satisfaction[i])
            for k in range(rivals):
                q[k, 0] = plain[k, 0] * (boost if last[i] == menu[variants + k].code else f32(1.0))
            rival, _, _ = race(q, 0, i, keys[r], variants)
            if rival >= 0:
                remember(i, classes[r], menu[variants + rival], answer, last, satisfaction)


@njit
def fixed_parts(
    answer, menu, variants, tables, traits, last, satisfaction, n, gain, taste, considered, relative, entrant
):  # fmt: skip
    """Split utilities of the subsample into what mu_m multiplies and what it does not.

    ``V_ik = xi_k + taste_ik + mu_m * gain_ik`` with ``gain`` float64[rivals, n]; `entrant` float64[2, n] holds taste
    and gain of the neutral offer; `relative` = mu_i / mu_m.
    """
    rivals = menu.shape[0] - variants
    for i in range(n):
        relative[i] = exp(answer.income_slope * traits[INCOME, i] + answer.residual_slope * traits[PRICE_RESIDUAL, i])
        tolerated = answer.tolerance * traits[TOLERANCE, i]
        for k in range(rivals):
            o = menu[variants + k]
            g = o.rating - answer.distrust * traits[DISTRUST, i] * o.unfamiliar
            g -= answer.delay * o.days + answer.late * max(o.days - tolerated, f32(0.0)) - o.quality
            if last[i] == o.code:
                g += answer.loyalty * traits[LOYALTY, i] * satisfaction[i]
            gain[k, i] = g - relative[i] * (o.price - 1.0)
            if o.green > f32(0.0):
                gain[k, i] += relative[i] * answer.green * o.green * traits[GREEN, i]
            taste[k, i] = answer.taste_sd * tables[o.taste, i64(hash_at(o.taste_key, i) >> u64(52))]
            considered[k, i] = 1.0 if unit32_of(hash_at(o.consider_key, i)) < o.considered * o.listed else 0.0
        entrant[0, i] = answer.taste_sd * tables[menu[0].taste, i64(hash_at(menu[0].taste_key, i) >> u64(52))]
        entrant[1, i] = -answer.delay * answer.local_days - answer.late * max(answer.local_days - tolerated, f32(0.0))


@njit
def responses(mu, xi, archetypes, weight, gain, taste, considered, relative, entrant, sellers, out, slopes):
    """Shares, elasticities and the neutral offer's conversion at some constants, and how shares answer to constants.

    Parameters
    ----------
    xi : float64[archetypes + 1]
        Constants; the last is the entrant's, which the close rivals share.
    out : float64[2 * archetypes + 1]
        Shares, brand elasticities at price position 1, conversion.
    slopes : float64[archetypes + 1, archetypes + 1]
        d ln(share or conversion) / d constant.
    """
    rivals, n = gain.shape
    out[:] = 0.0
    slopes[:] = 0.0
    total_weight = 0.0
    q = np.empty(rivals)
    s = np.zeros(archetypes + 1)
    price = np.zeros(archetypes)
    for i in range(n):
        total = 1.0
        for k in range(rivals):
            constant = xi[min(k, archetypes)]
            q[k] = exp(constant + taste[k, i] + mu * gain[k, i]) if considered[k, i] > 0.0 else 0.0
            total += q[k]
        own = exp(xi[archetypes] + entrant[0, i] + mu * entrant[1, i])
        close = 0.0
        for k in range(archetypes):
            s[k] = q[k] / total
            price[k] += weight[i] * mu * relative[i] * s[k] * (1.0 - s[k] / sellers[k])
        for k in range(archetypes, rivals):
            close += q[k] / total
        s[archetypes] = own / (total + own)
        rest = total / (total + own)
        for k in range(archetypes):
            out[k] += weight[i] * s[k]
            slopes[k, k] += weight[i] * s[k]
            for j in range(archetypes):
                slopes[k, j] -= weight[i] * s[k] * s[j]
            slopes[k, archetypes] -= weight[i] * s[k] * close
            slopes[archetypes, k] -= weight[i] * s[archetypes] * rest * s[k]
        out[2 * archetypes] += weight[i] * s[archetypes]
        slopes[archetypes, archetypes] += weight[i] * s[archetypes] * rest * (1.0 - close)
        total_weight += weight[i]
    for k in range(archetypes + 1):
        whole = out[k] if k < archetypes else out[2 * archetypes]
        for j in range(archetypes + 1):
            slopes[k, j] = slopes[k, j] / whole if whole > 0.0 else 0.0
    for k in range(archetypes):
        out[archetypes + k] = -price[k] / out[k] if out[k] > 0.0 else 0.0
        out[k] /= total_weight
    out[2 * archetypes] /= total_weight


@njit
def eliminate(a, b):
    """Solve a x = b in place by Gaussian elimination with pivoting; x stands in b."""
    n = b.size
    for i in range(n):
        pivot = i
        for r in range(i + 1, n):
            if abs(a[r, i]) > abs(a[pivot, i]):
                pivot = r
        for c in range(n):
            a[i, c], a[pivot, c] = a[pivot, c], a[i, c]
        b[i], b[pivot] = b[pivot], b[i]
        for r in range(i + 1, n):
            factor = a[r, i] / a[i, i]
            for c in range(i, n):
                a[r, c] -= factor * a[i, c]
            b[r] -= factor * b[i]
    for i in range(n - 1, -1, -1):
        for c in range(i + 1, n):
            b[i] -= a[i, c] * b[c]
        b[i] /= a[i, i]


@njit
def solve_constants(mu, xi, free, targets, weight, gain, taste, considered, relative, entrant, sellers, out):
    """Newton steps (at most 2 utils) of the free constants to their targets at a given price scale.

    `targets` float64[archetypes + 1]: shares, then the conversion; `xi` is updated.
    """
    archetypes = xi.size - 1
    slopes = np.empty((archetypes + 1, archetypes + 1))
    step = np.empty(archetypes + 1)
    for _ in range(60):
        responses(mu, xi, archetypes, weight, gain, taste, considered, relative, entrant, sellers, out, slopes)
        worst = 0.0
        for k in range(archetypes + 1):
            reached = out[k] if k < archetypes else out[2 * archetypes]
            step[k] = log(targets[k] / max(reached, 1e-300)) if free[k] else 0.0
            worst = max(worst, abs(step[k]))
            if not free[k]:
                slopes[k, :] = 0.0
                slopes[k, k] = 1.0
        if worst < 1e-7:
            return
        eliminate(slopes, step)
        for k in range(archetypes + 1):
            xi[k] += min(max(step[k], -2.0), 2.0)


def solve(
    targets: Targets, answer: np.ndarray, menu: np.ndarray, variants: int, prefixes: np.ndarray, tables: np.ndarray,
    traits: np.ndarray,
) -> Solution:  # fmt: skip
    """Solve one market and write the constants into its records.

    Parameters
    ----------
    targets
        What the market must start with.
    answer : record of `columns.RESPONSE`
        Its price scale is written (0-d structured array view).
    menu : records of `columns.OFFER` [offers]
        Variants first, then archetypes, then close rivals; `constant` is written.
    variants
        Number of entrant variants.
    prefixes : uint64[2]
        Key prefixes of the streams birth_choice and delivery_class.
    tables : float32[tables, 4096]
        Quantiles of tastes.
    traits : float32[13, n]
        Columns of the market.

    Raises
    ------
    SimulationError
        Where no constants reach the targets, for instance a share above what is considered.
    """
    archetypes, rivals = targets.shares.size, menu.size - variants
    whole = min(FULL_SAMPLE, traits.shape[1])
    sizes = [*([min(SUBSAMPLE, whole)] * ALTERNATIONS), whole]
    last, satisfaction = np.zeros(whole, np.uint8), np.zeros(whole, np.float32)
    out = np.empty(2 * archetypes + 1)
    given = np.append(targets.constants, targets.entrant_constant)
    free = np.isnan(given)
    start = np.append([log(max(share, 1e-6)) for share in targets.shares], -2.5)
    xi = np.where(free, start, given)
    wished = np.append(targets.shares, targets.conversion)
    mu = targets.price_scale or -targets.elasticity

    def attempt(scale: float) -> float:
        """Solve the constants at a price scale; return the excess of the elasticity over its target."""
        solve_constants(
            scale, xi, free, wished, weight, gain, taste, considered, relative, entrant, targets.sellers, out
        )
        return float(np.average(-out[archetypes : 2 * archetypes], weights=targets.shares) + targets.elasticity)

    for step, n in enumerate(sizes):
        weight = traits[NEED_RATE, :n].astype(np.float64)
        gain, taste, considered = (np.empty((rivals, n)) for _ in range(3))
        relative, entrant = np.empty(n), np.empty((2, n))
        fixed_parts(
            answer, menu, variants, tables, traits, last, satisfaction, n, gain, taste, considered, relative, entrant
        )  # fmt: skip
        if targets.price_scale is None:
            mu = _root(attempt, mu)
        attempt(mu)
        answer["price_scale"], answer["log_price_scale"] = mu, log(mu)
        menu["constant"][:variants] = xi[-1]
        menu["constant"][variants : variants + archetypes] = xi[:-1]
        menu["constant"][variants + archetypes :] = xi[-1]
        if step < ALTERNATIONS:
            birth_choices(
                prefixes[0], prefixes[1], answer, menu, variants, tables, traits, BIRTH_CHOICES, sizes[step + 1], last,
                satisfaction,
            )  # fmt: skip
    reached = Solution(
        mu, xi[:-1].copy(), float(xi[-1]), out[:archetypes].copy(),
        -float(np.average(-out[archetypes : 2 * archetypes], weights=targets.shares)) if archetypes else np.nan,
        float(out[-1]),
    )  # fmt: skip
    off = np.abs(reached.shares - targets.shares)[free[:archetypes]]
    if not (off <= TOLERANCE_SHARE).all():  # also where a share is not a number
        raise SimulationError(
            f"no constants reach the rivals' shares {targets.shares.round(3).tolist()} (reached "
            f"{reached.shares.round(3).tolist()}): shares must stay below awareness, and leave room for the outside "
            "option"
        )
    return reached


def _root(excess, start: float, tolerance: float = 1e-4) -> float:  # type: ignore[no-untyped-def]
    """Return the price scale at which a rising function is zero: secant steps inside a bracket."""
    low, high = 0.05, 60.0
    a, fa = start, excess(start)
    b = min(max(a - fa, 0.5 * a), 2.0 * a)  # an elasticity is about minus the price scale
    for _ in range(60):
        if abs(fa) < tolerance:
            return a
        low, high = (low, min(high, a)) if fa > 0 else (max(low, a), high)
        fb = excess(b)
        if abs(fb) < tolerance:
            return b
        low, high = (low, min(high, b)) if fb > 0 else (max(low, b), high)
        step = b - fb * (b - a) / (fb - fa) if fb != fa else 0.0
        a, fa = b, fb
        b = step if low < step < high else 0.5 * (low + high)
    raise SimulationError("no price scale reaches the own-price elasticity: is it within what the shares allow?")
