"""Elementary functions and quantiles that give the same bits on every x86-64 processor.

libm and numpy differ between processors in the last bit; these use only IEEE ``+ - * /``, square root and bit
moves, without fastmath. Inside the week kernels and rules take ``exp``, ``log`` and powers from here alone.
The float32 pair serves the consumer kernel (relative error below 1e-7, vectorises); the float64 functions serve
rules and quantiles (error of about one unit in the last place).

Sources: Cephes (float32 polynomials), fdlibm (log), Wichura 1988 (AS 241, normal quantile).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import float32 as f32
from numba import int32 as i32
from numba import int64 as i64
from numba import uint64 as u64
from numba.core import types
from numba.extending import intrinsic

from simulator.compiled import njit
from simulator.draws import GOLD, MIX_A, MIX_B, ODD

_G, _A, _B = np.uint64(GOLD), np.uint64(MIX_A), np.uint64(MIX_B)
_ODD_WEEK, _ODD_IDENTITY = np.uint64(ODD[4]), np.uint64(ODD[5])


# ---------------------------------------------------------------------------------------------------- bits
def _bitcast(to: Any, source: Any, target: Any) -> Any:
    @intrinsic
    def cast(typing_context: Any, x: Any) -> Any:
        def lower(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return builder.bitcast(args[0], target)

        return to(source), lower

    return cast


float_bits32 = _bitcast(types.int32, types.float32, ir.IntType(32))
bits_float32 = _bitcast(types.float32, types.int32, ir.FloatType())
float_bits64 = _bitcast(types.int64, types.float64, ir.IntType(64))
bits_float64 = _bitcast(types.float64, types.int64, ir.DoubleType())


@njit
def mix64(z):
    """Return the SplitMix64 finaliser (compiled twin of `simulator.draws.mix`)."""
    z = (z ^ (z >> u64(30))) * _A
    z = (z ^ (z >> u64(27))) * _B
    return z ^ (z >> u64(31))


@njit
def hash_at(key, row):
    """Return 64 random bits of a row (compiled twin of `simulator.draws.draw`)."""
    return mix64(key + (u64(row) + u64(1)) * _G)


@njit
def key_of(prefix, week, identity):
    """Return a key from its prefix (compiled twin of `simulator.draws.extend`); week int64."""
    return mix64(mix64(prefix ^ (u64(week) * _ODD_WEEK)) ^ (identity * _ODD_IDENTITY))


@njit
def unit64_of(h):
    """Return a float64 uniform strictly inside (0, 1) from 64 random bits."""
    return (np.float64(i64(h >> u64(12))) + 0.5) * 2.220446049250313e-16


@njit
def unit32_of(h):
    """Return a float32 uniform on the grid of 2^-23, never 0 or 1, from 64 random bits."""
    return (f32(i32(h >> u64(41))) + f32(0.5)) * f32(1.1920928955078125e-07)


# ------------------------------------------------------------------------------------------------- float32
_f = np.float32
_LOG2E, _MAGIC, _LN2H, _LN2L = _f(1.44269504088896341), _f(12582912.0), _f(0.693359375), _f(-2.12194440e-4)
_E0, _E1, _E2 = _f(1.9875691500e-4), _f(1.3981999507e-3), _f(8.3334519073e-3)
_E3, _E4, _E5 = _f(4.1665795894e-2), _f(1.6666665459e-1), _f(5.0000001201e-1)
_L0, _L1, _L2 = _f(7.0376836292e-2), _f(-1.1514610310e-1), _f(1.1676998740e-1)
_L3, _L4, _L5 = _f(-1.2420140846e-1), _f(1.4249322787e-1), _f(-1.6668057665e-1)
_L6, _L7, _L8 = _f(2.0000714765e-1), _f(-2.4999993993e-1), _f(3.3333331174e-1)
_ONE, _HALF, _LIMIT = _f(1.0), _f(0.5), _f(80.0)


@njit
def exp32(x):
    """Return e^x in float32, x clipped to [-80, 80]; Cephes polynomial."""
    x = min(max(x, -_LIMIT), _LIMIT)
    t = x * _LOG2E + _MAGIC
    n = t - _MAGIC  # nearest integer, by the magic-number trick
    r = x - n * _LN2H
    r = r - n * _LN2L
    p = _E0
    p = p * r + _E1
    p = p * r + _E2
    p = p * r + _E3
    p = p * r + _E4
    p = p * r + _E5
    p = p * (r * r) + r + _ONE
    return bits_float32(i32(float_bits32(f32(p)) + i32(float_bits32(f32(t)) << i32(23))))


@njit
def log32(x):
    """Return ln x in float32 for a positive normal x; Cephes polynomial."""
    bits = float_bits32(f32(x))
    k = i32(i32(bits - i32(0x3F3504F3)) >> i32(23))
    m = bits_float32(i32(bits - i32(k << i32(23))))
    e = f32(k)
    r = m - _ONE
    z = r * r
    p = _L0
    p = p * r + _L1
    p = p * r + _L2
    p = p * r + _L3
    p = p * r + _L4
    p = p * r + _L5
    p = p * r + _L6
    p = p * r + _L7
    p = p * r + _L8
    y = p * r * z
    y = y + e * _LN2L
    y = y - _HALF * z
    return r + y + e * _LN2H


# ------------------------------------------------------------------------------------------------- float64
_C = tuple(1.0 / f for f in (6227020800, 479001600, 39916800, 3628800, 362880, 40320, 5040, 720, 120, 24, 6, 2))
_D0, _D1, _D2, _D3, _D4, _D5, _D6, _D7, _D8, _D9, _D10, _D11 = _C
_LN2_HI, _LN2_LO = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_G1, _G2, _G3, _G4 = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
)
_G5, _G6, _G7 = 1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01
_MAGIC64 = 6755399441055744.0


@njit
def exp(x):
    """Return e^x (float64), 0 below -708, clipped at e^709; Taylor on the reduced argument."""
    if x < -708.0:
        return 0.0
    x = min(x, 709.0)
    n = (x * 1.4426950408889634 + _MAGIC64) - _MAGIC64
    r = (x - n * _LN2_HI) - n * _LN2_LO
    p = _D0
    p = p * r + _D1
    p = p * r + _D2
    p = p * r + _D3
    p = p * r + _D4
    p = p * r + _D5
    p = p * r + _D6
    p = p * r + _D7
    p = p * r + _D8
    p = p * r + _D9
    p = p * r + _D10
    p = p * r + _D11
    p = p * (r * r) + r + 1.0
    return p * bits_float64(i64((i64(n) + i64(1023)) << i64(52)))


@njit
def log(x):
    """Return ln x (float64) for x > 0; minus infinity at 0 and below (fdlibm)."""
    if x <= 0.0:
        return -np.inf
    scale = 0.0
    if x < 2.2250738585072014e-308:
        x = x * 18014398509481984.0
        scale = -54.0
    bits = float_bits64(x)
    k = (bits - i64(0x3FE6A09E667F3BCD)) >> i64(52)
    m = bits_float64(i64(bits - (k << i64(52))))
    e = np.float64(k) + scale
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    t = w * (_G2 + w * (_G4 + w * _G6)) + z * (_G1 + w * (_G3 + w * (_G5 + w * _G7)))
    half = 0.5 * f * f
    return e * _LN2_HI - ((half - (s * (half + t) + e * _LN2_LO)) - f)


@njit
def power(x, y):
    """Return x^y for x >= 0 (0^0 = 1)."""
    if y == 0.0:
        return 1.0
    if x <= 0.0:
        return 0.0
    return exp(y * log(x))


@njit
def normal_quantile(p):
    """Return the standard normal quantile of p in (0, 1): AS 241, PPND16 (Wichura 1988)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        a = 2.5090809287301226727e3
        a = a * r + 3.3430575583588128105e4
        a = a * r + 6.7265770927008700853e4
        a = a * r + 4.5921953931549871457e4
        a = a * r + 1.3731693765509461125e4
        a = a * r + 1.9715909503065514427e3
        a = a * r + 1.3314166789178437745e2
        a = a * r + 3.3871328727963666080e0
        b = 5.2264952788528545610e3
        b = b * r + 2.8729085735721942674e4
        b = b * r + 3.9307895800092710610e4
        b = b * r + 2.1213794301586595867e4
        b = b * r + 5.3941960214247511077e3
        b = b * r + 6.8718700749205790830e2
        b = b * r + 4.2313330701600911252e1
        b = b * r + 1.0
        return q * a / b
    r = np.sqrt(-log(p if q < 0.0 else 1.0 - p))
    if r <= 5.0:
        r = r - 1.6
        a = 7.74545014278341407640e-4
        a = a * r + 2.27238449892691845833e-2
        a = a * r + 2.41780725177450611770e-1
        a = a * r + 1.27045825245236838258e0
        a = a * r + 3.64784832476320460504e0
        a = a * r + 5.76949722146069140550e0
        a = a * r + 4.63033784615654529590e0
        a = a * r + 1.42343711074968357734e0
        b = 1.05075007164441684324e-9
        b = b * r + 5.47593808499534494600e-4
        b = b * r + 1.51986665636164571966e-2
        b = b * r + 1.48103976427480074590e-1
        b = b * r + 6.89767334985100004550e-1
        b = b * r + 1.67638483018380384940e0
        b = b * r + 2.05319162663775882187e0
        b = b * r + 1.0
    else:
        r = r - 5.0
        a = 2.01033439929228813265e-7
        a = a * r + 2.71155556874348757815e-5
        a = a * r + 1.24266094738807843860e-3
        a = a * r + 2.65321895265761230930e-2
        a = a * r + 2.96560571828504891230e-1
        a = a * r + 1.78482653991729133580e0
        a = a * r + 5.46378491116411436990e0
        a = a * r + 6.65790464350110377720e0
        b = 2.04426310338993978564e-15
        b = b * r + 1.42151175831644588870e-7
        b = b * r + 1.84631831751005468180e-5
        b = b * r + 7.86869131145613259100e-4
        b = b * r + 1.48753612908506148525e-2
        b = b * r + 1.36929880922735805310e-1
        b = b * r + 5.99832206555887937690e-1
        b = b * r + 1.0
    return -(a / b) if q < 0.0 else a / b


@njit
def log_factorial(n):
    """Return ln n! for an integer-valued n >= 0 (Stirling's series; direct product below 16)."""
    if n < 16.0:
        product = 1.0
        k = 2.0
        while k <= n:
            product *= k
            k += 1.0
        return log(product)
    inverse = 1.0 / n
    square = inverse * inverse
    series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680))))
    return (n + 0.5) * log(n) - n + 0.9189385332046727 + series


@njit
def poisson_quantile(u, mean):
    """Return the smallest k with P(Poisson(mean) <= k) >= u; monotone in u and in the mean.

    The cumulative sum starts at the mode and runs down until its terms vanish, so it is exact at every mean.
    """
    if mean <= 0.0:
        return 0.0
    k = np.floor(mean)
    mode = exp(k * log(mean) - mean - log_factorial(k))
    cumulative = 0.0
    term = mode
    j = k
    while term > 1e-19 and j >= 0.0:
        cumulative += term
        term *= j / mean
        j -= 1.0
    term = mode
    if u <= cumulative:
        while k > 0.0 and u <= cumulative - term:
            cumulative -= term
            term *= k / mean
            k -= 1.0
        return k
    while u > cumulative and term > 1e-300:
        k += 1.0
        term *= mean / k
        cumulative += term
    return k


@njit
def binomial_quantile(u, n, p):
    """Return the smallest k with P(Binomial(n, p) <= k) >= u; n integer-valued; monotone in u and p."""
    if n <= 0.0 or p <= 0.0:
        return 0.0
    if p >= 1.0:
        return n
    odds = p / (1.0 - p)
    k = min(np.floor((n + 1.0) * p), n)
    mode = exp(log_factorial(n) - log_factorial(k) - log_factorial(n - k) + k * log(p) + (n - k) * log(1.0 - p))
    cumulative = 0.0
    term = mode
    j = k
    while term > 1e-19 and j >= 0.0:
        cumulative += term
        term *= j / ((n - j + 1.0) * odds)
        j -= 1.0
    term = mode
    if u <= cumulative:
        while k > 0.0 and u <= cumulative - term:
            cumulative -= term
            term *= k / ((n - k + 1.0) * odds)
            k -= 1.0
        return k
    while u > cumulative and k < n:
        term *= (n - k) * odds / (k + 1.0)
        k += 1.0
        cumulative += term
    return k
