"""The reference's own arithmetic: named draws in Python integers, exp and ln in float32 scalars.

Nothing here comes from the product. The constants are those of the publications (SplitMix64: Steele, Lea and Flood
2014, Stafford's "mix13" finaliser; float32 polynomials: Cephes), and those of MODEL section 4 for the key chain.
"""

from __future__ import annotations

import hashlib
import math
import struct
from statistics import NormalDist

import numpy as np

f32 = np.float32
WORD = (1 << 64) - 1
ZERO, HALF, ONE = f32(0), f32(0.5), f32(1)

STREAMS = {
    "taste": 17, "consideration": 18, "poll": 19, "session": 20, "venue": 21, "birth_choice": 22, "choice": 23,
    "delivery_class": 24, "listing_noise": 26, "units": 27, "rationing": 35, "exposure": 36,
    "smart_home": 37, "age": 38, "parent": 39, "observing": 40, "custom": 41,
}  # fmt: skip
"""Numbers of the streams that consumers draw from; they are part of every result and never change."""


def mix(z: int) -> int:
    """Return the finaliser of SplitMix64."""
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & WORD
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & WORD
    return z ^ (z >> 31)


def name_id(name: str) -> int:
    """Return the first eight bytes of a SHA-256."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:16], 16)


def key(seed: int, replication: int, stream: str, market: str, week: int = 0, identity: int = 0) -> int:
    """Return the key of a name: every part is absorbed as ``h = mix(h ^ x * odd)``."""
    h = 0
    for part, odd in (
        (seed, 0xD1342543DE82EF95),
        (replication, 0xDA942042E4DD58B5),
        (STREAMS[stream], 0xA0761D6478BD642F),
        (name_id(market), 0xE7037ED1A0B428DB),
        (week, 0x8EBC6AF09C88C6E3),
        (identity, 0x589965CC75374CC3),
    ):
        h = mix((h ^ (part * odd)) & WORD)
    return h


def bits(key: int, row: int = 0) -> int:
    """Return the 64 random bits of a row."""
    return mix((key + (row + 1) * 0x9E3779B97F4A7C15) & WORD)


def uniform(key: int, row: int = 0) -> np.float32:
    """Return a float32 uniform from the upper 23 bits."""
    return f32(((bits(key, row) >> 41) + 0.5) / 2**23)


def uniform64(key: int, row: int = 0) -> float:
    """Return a float64 uniform from the upper 52 bits."""
    return ((bits(key, row) >> 12) + 0.5) / 2**52


def _as_integer(x: np.float32) -> int:
    return struct.unpack("<i", struct.pack("<f", x))[0]


def _as_float(n: int) -> np.float32:
    return f32(struct.unpack("<f", struct.pack("<I", n & 0xFFFFFFFF))[0])


def _horner(x: np.float32, *coefficients: float) -> np.float32:
    value = f32(coefficients[0])
    for coefficient in coefficients[1:]:
        value = value * x + f32(coefficient)
    return value


LN2_HIGH, LN2_LOW = f32(0.693359375), f32(-2.12194440e-4)
EXP = 1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1
LOG = (
    7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
    2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
)  # fmt: skip


def exp32(x: np.float32) -> np.float32:
    """Return e^x, x clipped to [-80, 80]: e^x = 2^n e^r with n the nearest integer to x / ln 2."""
    x = min(max(x, f32(-80)), f32(80))
    n = np.rint(x * f32(1.44269504088896341))
    r = x - n * LN2_HIGH - n * LN2_LOW
    p = _horner(r, *EXP) * (r * r) + r + ONE
    return _as_float(_as_integer(p) + (int(n) << 23))


def log32(x: np.float32) -> np.float32:
    """Return ln x of a positive normal number: x = 2^e (1 + r) with 1 + r around 1 on the logarithmic scale."""
    exponent = (_as_integer(x) - _as_integer(f32(math.sqrt(0.5)))) >> 23
    e = f32(exponent)
    r = _as_float(_as_integer(x) - (exponent << 23)) - ONE
    z = r * r
    y = _horner(r, *LOG) * r * z
    y = y + e * LN2_LOW
    y = y - HALF * z
    return r + y + e * LN2_HIGH


def _normal_table(size: int) -> list[np.float32]:
    quantiles = [NormalDist().inv_cdf((k + 0.5) / size) for k in range(size)]
    scale = math.sqrt(math.fsum(x * x for x in quantiles) / size)
    return [f32(x / scale) for x in quantiles]


def _premium_table(size: int) -> list[np.float32]:
    quantiles = [1.0 - (1.0 - (k + 0.5) / size) ** (1.0 / 3.0) for k in range(size)]
    mean = math.fsum(quantiles) / size
    return [f32(x / mean) for x in quantiles]


PREMIUM = _premium_table(4096)
"""Quantiles of Beta(1, 3) at the midpoints of 4,096 equal parts, scaled to mean 1."""
NORMAL = _normal_table(4096)
"""Standard normal quantiles at the midpoints of 4,096 equal parts, scaled to variance 1."""


def taste(key: int, row: int) -> np.float32:
    """Return the persistent standard taste of a consumer for an offer."""
    return NORMAL[bits(key, row) >> 52]
