"""Who has a need this week, and whom we ask: the events that every strategy of a future shares.

Consumer i with need rate r (mean 1) and one uniform u a week has a *true need* if u < min(1, f r) and is *polled* if
u < min(1, phi r), phi = max(f, 1/8), where f is the category's weekly frequency with season. The polled contain the
true needs; inclusion is proportional to r, so polled consumers count equally, except one with phi r > 1, who is always
polled and carries that weight in fixed point 2^-8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import float32 as f32
from numba import int64 as i64
from numba import uint16 as u16
from numba import uint32 as u32

from simulator.compiled import njit
from simulator.consumers.population import INCOME, MOBILE_ONLY, NEED_RATE, TERCILE
from simulator.exact import hash_at, key_of, unit32_of

POLLED = 0.125
"""Least share of the population that is asked in a week."""
INDEX_BITS = 28
NEED, MOBILE, WEB = 1 << 28, 1 << 29, 1 << 30
"""Flags of an event above the consumer's row: true need, mobile session, need that started on the open web."""
WEIGHT_ONE = 256
SEGMENTS = 6
"""Income tercile x device: 2 * tercile + (0 mobile, 1 desktop)."""
_TERCILE = np.float32(TERCILE)


@dataclass(frozen=True)
class Polls:
    """Events of a batch of futures.

    Attributes
    ----------
    events : uint32[total]
        Consumer row and flags.
    weights : uint16[total]
        Weight in units of 1/256.
    offsets : int64[futures, markets, weeks * 6 + 1]
        Events of (future, market, week, segment) are ``events[offsets[f, m, x] : offsets[f, m, x + 1]]`` with
        ``x = 6 * week + segment``: a segment is a run of events, so its tallies are plain sums.
    """

    events: np.ndarray
    weights: np.ndarray
    offsets: np.ndarray


@njit
def poll(prefixes, first_week, frequency, mobile_only, mobile_share, web_share, traits, events, weights, offsets, at):
    """Write the events of one (future, market) from position `at`; return the next free position, -1 if full.

    Parameters
    ----------
    prefixes : uint64[3]
        Key prefixes of the streams poll, session and venue.
    first_week : int
        Number of the first week (negative in the warm start).
    frequency : float64[weeks]
        Needs per consumer and week, season included.
    mobile_only, mobile_share, web_share : float
        Shares of mobile-only shoppers, of mobile sessions (the former included), of needs that start on the web.
    traits : float32[13, n]
    events, weights, offsets
        Outputs, see `Polls`; `offsets` is int64[weeks * 6 + 1].
    """
    n = traits.shape[1]
    flags = np.empty(n, np.uint32)
    found = np.empty((SEGMENTS, n), np.uint32)
    count = np.empty(SEGMENTS, np.int64)
    only = f32(mobile_only)
    session = f32((mobile_share - mobile_only) / (1.0 - mobile_only)) if mobile_only < 1.0 else f32(1.0)
    web = f32(web_share)
    rate = traits[NEED_RATE]
    offsets[0] = at
    for t in range(frequency.size):
        week = i64(first_week + t)
        key_poll = key_of(prefixes[0], week, np.uint64(0))
        key_session = key_of(prefixes[1], week, np.uint64(0))
        key_venue = key_of(prefixes[2], week, np.uint64(0))
        f = f32(frequency[t])
        phi = max(f, f32(POLLED))
        for i in range(n):
            u = unit32_of(hash_at(key_poll, i))
            flags[i] = u32(u < phi * rate[i]) + u32(u < f * rate[i])
        if at + n > events.size:
            return i64(-1)
        count[:] = 0
        for i in range(n):
            if flags[i]:
                event = u32(i)
                if flags[i] == 2:
                    event |= u32(NEED)
                segment = 2 * (i64(traits[INCOME, i] > -_TERCILE) + i64(traits[INCOME, i] > _TERCILE)) + 1
                if traits[MOBILE_ONLY, i] < only or unit32_of(hash_at(key_session, i)) < session:
                    event |= u32(MOBILE)
                    segment -= 1
                if unit32_of(hash_at(key_venue, i)) < web:
                    event |= u32(WEB)
                found[segment, count[segment]] = event
                count[segment] += 1
        for segment in range(SEGMENTS):
            for x in range(count[segment]):
                event = found[segment, x]
                heavy = phi * rate[event & u32(NEED - 1)] * f32(WEIGHT_ONE)
                events[at] = event
                weights[at] = u16(min(max(heavy, f32(WEIGHT_ONE)) + f32(0.5), f32(65535.0)))
                at += 1
            offsets[t * SEGMENTS + segment + 1] = at
    return i64(at)


@njit
def needs_of_first(count, events, offsets):
    """Return (events, offsets) of the true needs of the first `count` consumers of every market, as in `Polls`."""
    kept = np.empty_like(offsets)
    total = 0
    for e in range(events.size):
        total += i64(events[e] & u32(NEED) != 0 and i64(events[e] & u32(NEED - 1)) < count)
    out = np.empty(total, np.uint32)
    at = 0
    for f in range(offsets.shape[0]):
        for m in range(offsets.shape[1]):
            kept[f, m, 0] = at
            for x in range(offsets.shape[2] - 1):
                for e in range(offsets[f, m, x], offsets[f, m, x + 1]):
                    if events[e] & u32(NEED) != 0 and i64(events[e] & u32(NEED - 1)) < count:
                        out[at] = events[e]
                        at += 1
                kept[f, m, x + 1] = at
    return out, kept
