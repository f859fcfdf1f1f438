"""Named draws: every random number is a pure function of its name.

A name is (seed, replication, stream, market, week, identity) and a row. The key is a chain of mixes over the name,
``h = mix(h ^ x * odd_k)``; the draw of a row is ``mix(key + (row + 1) * G)``, random access into the SplitMix64
sequence that starts at the key (Steele, Lea and Flood 2014, finaliser "mix13"). Market and identity enter as the
first eight bytes of a SHA-256 of their names, so adding an offer shifts no other draw; strategy, batch and thread
are never in a key. Hence two strategies in one replication meet the same people with the same luck.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

MASK = (1 << 64) - 1
GOLD = 0x9E3779B97F4A7C15
MIX_A = 0xBF58476D1CE4E5B9
MIX_B = 0x94D049BB133111EB

ODD = (
    0xD1342543DE82EF95, 0xDA942042E4DD58B5, 0xA0761D6478BD642F,
    0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3,
)  # fmt: skip
"""One odd multiplier per part of the name, in the order of the name."""

STREAMS = {
    name: number
    for number, name in enumerate(
        (
            "uncertainty",
            "income", "price_scale", "need_rate", "health", "green", "safety", "tolerance", "language",
            "distrust", "mobile_only", "wallet_primary", "wallet_other", "payment_block", "device_block", "loyalty",
            "taste", "consideration",
            "poll", "session", "venue", "birth_choice", "choice", "delivery_class",
            "market_noise", "listing_noise", "units", "taste_drift", "returns", "cash_refusal", "delivery",
            "reviews", "stars", "audit", "rationing", "exposure",
            "smart_home", "age", "parent", "observing", "custom", "exposure_of_claims", "selection",
            "business_buyer", "business_request", "business_bid", "business_renewal", "leakage",
            "events", "fx",
            "reason", "order_delivery", "order_review", "order_return",
            "certificate_audit", "stock_error",
        ),
        start=1,
    )
}  # fmt: skip
"""Numbers of the streams. Append only: renumbering would change every result."""


def mix(z: int) -> int:
    """Return the SplitMix64 finaliser of a 64-bit integer."""
    z &= MASK
    z = ((z ^ (z >> 30)) * MIX_A) & MASK
    z = ((z ^ (z >> 27)) * MIX_B) & MASK
    return z ^ (z >> 31)


@lru_cache(maxsize=4096)
def name_id(name: str) -> int:
    """Return the 64-bit identity of a market, offer or path: the first 8 bytes of its SHA-256."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")


def prefix(seed: int, replication: int, stream: int, market: int = 0) -> int:
    """Return the part of a key that does not change over weeks and identities."""
    h = mix(seed * ODD[0])
    for part, odd in zip((replication, stream, market), ODD[1:4], strict=True):
        h = mix(h ^ (part * odd & MASK))
    return h


def extend(start: int, week: int, identity: int = 0) -> int:
    """Return the whole key from its prefix; weeks of the warm start are negative."""
    h = mix(start ^ ((week & MASK) * ODD[4] & MASK))
    return mix(h ^ (identity * ODD[5] & MASK))


def key(seed: int, replication: int, stream: int, market: int = 0, week: int = 0, identity: int = 0) -> int:
    """Return the 64-bit key of a name."""
    return extend(prefix(seed, replication, stream, market), week, identity)


def draw(key: int, row: int) -> int:
    """Return 64 random bits of a row."""
    return mix(key + (row + 1) * GOLD)


def unit(key: int, row: int = 0) -> float:
    """Return a uniform number strictly inside (0, 1) on the grid of 2^-53 (the top value stays below 1)."""
    return ((draw(key, row) >> 12) + 0.5) * 2.0**-52


def unit32(key: int, row: int) -> float:
    """Return a uniform number on the grid of 2^-23 that float32 holds exactly, never 0 or 1."""
    return ((draw(key, row) >> 41) + 0.5) * 2.0**-23
