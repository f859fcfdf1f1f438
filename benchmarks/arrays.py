"""Peer of the consumer kernel: choice-week as one writes it with numpy, float32, all polled consumers at once."""

from __future__ import annotations

import numpy as np

from benchmarks.workload import listing, menu
from simulator import draws
from simulator.consumers import population as p
from simulator.consumers.polls import INDEX_BITS, SEGMENTS
from simulator.consumers.stages import COMPLIANCE, DEVICE, PAYMENT, WORDS
from simulator.consumers.utilities import TASTE
from simulator.startup import consumer_prefixes
from simulator.world import WARM_WEEKS, World

_U = np.uint64
_ONE = np.float32(1.0)


def bits(key: int, row: np.ndarray) -> np.ndarray:
    """Return 64 random bits of each row."""
    z = _U(key) + (row.astype(_U) + _U(1)) * _U(draws.GOLD)
    z = (z ^ (z >> _U(30))) * _U(draws.MIX_A)
    z = (z ^ (z >> _U(27))) * _U(draws.MIX_B)
    return z ^ (z >> _U(31))


def uniforms(key: int, row: np.ndarray) -> np.ndarray:
    """Return a float32 uniform of each row."""
    return ((bits(key, row) >> _U(41)).astype(np.float32) + np.float32(0.5)) * np.float32(2.0**-23)


class ArrayMarket:
    """Consumers of one (future, market) as columns.

    What never changes for a consumer (price scale, tastes, which rivals it considers) is computed once, and kept in
    memory, as one would. Reasons of lost sales, diversion and sampling groups are left out.

    Attributes
    ----------
    shares : float64[offers + 1, segments]
        Sum of choice probabilities of the last week, by offer (outside last), in units of polled consumers.
    """

    def __init__(self, world: World, future: int = 0, market: int = 0) -> None:
        self.world, self.at = world, (future, market)
        self.answer, self.menu = world.response[self.at], menu(world)[self.at]
        self.shop = listing((1, 1))[0, 0]
        self.traits, self.wallet = world.traits[market], world.wallet[market].astype(np.int32)
        self.last, self.satisfaction = world.last[self.at].copy(), world.satisfaction[self.at].copy()
        self.own = np.zeros(self.last.size, np.float32)
        self.prefixes = [int(x) for x in consumer_prefixes(world.batch)[self.at]]
        self.variants, self.rivals = len(world.variants), len(world.rivals)
        self.pending: tuple[np.ndarray, np.ndarray] | None = None
        a, row = self.answer, np.arange(self.last.size)
        spread = a["income_slope"] * self.traits[p.INCOME] + a["residual_slope"] * self.traits[p.PRICE_RESIDUAL]
        self.mu = np.exp(a["log_price_scale"] + spread)
        self.taste = np.stack(
            [a["taste_sd"] * TASTE[(bits(int(o["taste_key"]), row) >> _U(52)).astype(np.int64)] for o in self.menu]
        )
        self.considered = np.stack(
            [
                (uniforms(int(o["consider_key"]), row) < o["considered"] * o["listed"]).astype(np.float32)
                for o in self.menu[self.variants :]
            ]
        )

    def week(self, t: int) -> None:
        """Play one week."""
        w, a, shop = self.world, self.answer, self.shop
        offsets = w.offsets[self.at]
        x = (WARM_WEEKS + t) * SEGMENTS
        start, end = int(offsets[x]), int(offsets[x + SEGMENTS])
        event = w.events[start:end]
        row = (event & np.uint32((1 << INDEX_BITS) - 1)).astype(np.int64)
        need, mobile, web = ((event >> np.uint32(28 + b)) & np.uint32(1) for b in range(3))
        weight = w.weights[start:end].astype(np.float64) / 256.0
        if self.pending is not None:
            self.own[self.pending[0]] = self.pending[1]
        traits, mu = self.traits[:, row], self.mu[row]
        scale = a["price_scale"]
        tolerance = a["tolerance"] * traits[p.TOLERANCE]

        def fixed(j: int) -> np.ndarray:
            """Utility of an offer without premiums."""
            o = self.menu[j]
            delivery = a["delay"] * o["days"] + a["late"] * np.maximum(o["days"] - tolerance, np.float32(0.0))
            trust = o["rating"] - a["distrust"] * traits[p.DISTRUST] * o["unfamiliar"]
            return o["constant"] + self.taste[j, row] + scale * (trust - delivery) - mu * (o["price"] - _ONE)

        loyal = scale * a["loyalty"] * traits[p.LOYALTY]
        boost, bought = np.exp(loyal * self.satisfaction[row]), self.last[row]
        plain = np.stack([np.exp(fixed(self.variants + k)) * self.considered[k, row] for k in range(self.rivals)])
        q = np.stack([np.where(bought == k + 1, boost, _ONE) * plain[k] for k in range(self.rivals)])
        blocked, friction = self._barriers(row, traits, mobile, web)
        own_q = []
        for v in range(self.variants):
            o = self.menu[v]
            premium = (
                a["health"] * o["health"] * traits[p.HEALTH]
                + a["green"] * o["green"] * traits[p.GREEN]
                + a["safety"] * o["safety"] * traits[p.SAFETY]
            )
            own_q.append(np.exp(fixed(v) + mu * premium + scale * (o["quality"] - friction)) * o["listed"])
        own = np.stack(own_q)
        consider, free = shop["consider"][web, mobile], (blocked == 0).astype(np.float32)
        share = self.own[row]
        first = _branch(q, own, consider * free, _ONE - share)
        second = _branch(plain, own * np.exp(loyal * shop["satisfaction"]), free, share)
        pi = first + second
        runs = [slice(int(offsets[x + s]) - start, int(offsets[x + s + 1]) - start) for s in range(SEGMENTS)]
        self.shares = np.stack([pi[:, run] @ weight[run] for run in runs], axis=-1)
        lost = weight * ((_ONE - share) * consider + share)
        self.blocked = np.bincount(blocked, lost, COMPLIANCE + 1)
        self.blocked[0] = weight @ ((_ONE - share) * (_ONE - consider))
        self._buy(t, row, np.flatnonzero(need), q, pi, second[-1])

    def _barriers(
        self, row: np.ndarray, traits: np.ndarray, mobile: np.ndarray, web: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the first barrier of each polled consumer, 0 where none, and the language friction."""
        a, shop = self.answer, self.shop
        wallet, accepted = self.wallet[row], shop["pays"].astype(np.int32)[web]
        device = (mobile == 1) & (traits[p.DEVICE_BLOCK] < a["mobile_block"])
        no_device = (shop["desktop_only"][web] == 1) & ((traits[p.MOBILE_ONLY] < a["mobile_only"]) | device)
        loss = np.where((wallet & accepted & 0xFFF) != 0, a["second_loss"], a["none_loss"])
        no_payment = ((accepted >> (wallet >> 12)) & 1 == 0) & (traits[p.PAYMENT_BLOCK] < loss)
        no_words = traits[p.LANGUAGE] < a["language_refuse"] * shop["refuse_factor"][web]
        blocked = np.select(
            [no_device, no_payment, no_words, shop["barred"][web] == 1], [DEVICE, PAYMENT, WORDS, COMPLIANCE], 0
        )
        friction = a["language_cost"] * shop["language"][web] * (traits[p.LANGUAGE] < a["language_prefer"])
        return blocked, friction

    def _buy(self, t: int, row: np.ndarray, at: np.ndarray, q: np.ndarray, pi: np.ndarray, kept: np.ndarray) -> None:
        """Race among rivals and the outside option at true needs; remember."""
        i, a = row[at], self.answer
        names = [*(int(o["identity"]) for o in self.menu[self.variants :]), 0]
        clocks = np.stack([-np.log(uniforms(draws.extend(self.prefixes[0], t, name), i)) for name in names])
        weights = np.concatenate([q[:, at], np.ones((1, at.size), np.float32)])
        winner = np.argmax(weights / clocks, axis=0)
        some = winner < self.rivals
        i, k = i[some], winner[some]
        u = uniforms(draws.extend(self.prefixes[1], t, 0), i)
        o = self.menu[self.variants + k]
        x = np.where(u < o["on_time"], _ONE, np.where(u < o["not_bad"], a["slight"], a["bad"]))
        again = a["carry"] * self.satisfaction[i] + (_ONE - a["carry"]) * x
        self.satisfaction[i] = np.where(self.last[i] == k + 1, again, x)
        self.last[i] = k + 1
        self.pending = row[at], pi[: self.variants, at].sum(axis=0) + kept[at]


def _branch(q: np.ndarray, own: np.ndarray, consider: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return choice probabilities [variants + rivals + 1, n] of one branch of memory, times its probability."""
    total = _ONE + q.sum(axis=0)
    z = share * consider
    with_own = z / (total + own.sum(axis=0))
    rest = (share - z) / total + with_own
    return np.concatenate([own * with_own, q * rest, rest[None]])
