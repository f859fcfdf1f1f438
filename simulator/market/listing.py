"""The entrant's listing on the platform: rank, reviews, stars, memory of it, and the satisfaction of its buyers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.compiled import njit
from simulator.exact import binomial_quantile, hash_at, key_of, unit64_of
from simulator.market.platform import (
    awareness,
    badges,
    memory,
    organic_visibility,
    rank_share,
    shown_stars,
    star_premium,
    trust,
)  # fmt: skip
from simulator.views import Reach, Sales, Shelf

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

REVIEW_SLOTS = 8
"""Weeks ahead for which deliveries can wait to be reviewed."""


@njit
def thin(prefix, week, identity, units, share):
    """Binomial part of integer units by inversion of a named uniform, int64[F, M]."""
    out = np.zeros(units.shape, np.int64)
    for f in range(units.shape[0]):
        for m in range(units.shape[1]):
            if units[f, m] > 0:
                u = unit64_of(hash_at(key_of(prefix[f, m], np.int64(week), np.uint64(identity)), 0))
                out[f, m] = np.int64(binomial_quantile(u, np.float64(units[f, m]), share[f, m]))
    return out


@njit
def draw_stars(prefix, week, klass, reviews, shares):
    """Sum of stars of integer reviews, drawn binomially in sequence; shares float64[F, 5], int64[F, M]."""
    out = np.zeros(reviews.shape, np.int64)
    for f in range(reviews.shape[0]):
        for m in range(reviews.shape[1]):
            left = reviews[f, m]
            rest = 1.0
            for s in range(4):
                if left > 0:
                    u = unit64_of(hash_at(key_of(prefix[f, m], np.int64(week), np.uint64(klass * 5 + s)), 0))
                    p = min(max(shares[f, s] / rest, 0.0), 1.0) if rest > 0.0 else 0.0
                    n = np.int64(binomial_quantile(u, np.float64(left), p))
                    out[f, m] += n * (s + 1)
                    left -= n
                rest -= shares[f, s]
            out[f, m] += left * 5
    return out


class Listing:
    """State of the listing in F futures and M markets.

    Attributes
    ----------
    rank : float64[F, M]
        u, average share of needs.
    hazard : float64[F, M]
        H, cumulated memory.
    reviews, stars : int64[F, M]
        Number of reviews and sum of their stars.
    """

    def __init__(self, batch: Batch, people: Floats, local: Flags, team: Flags, local_returns: Flags,
                 marketplace: Flags, store: Flags, stars_prefix: NDArray[np.uint64],
                 review_prefix: NDArray[np.uint64]) -> None:  # fmt: skip
        shape = people.shape
        scenario, number = batch.scenario, batch.behaviour
        self.people = people
        self.rank: Floats = np.zeros(shape)
        self.hazard: Floats = np.zeros(shape)
        self.reviews: Ints = np.zeros(shape, np.int64)
        self.stars: Ints = np.zeros(shape, np.int64)
        self.satisfied: Floats = np.zeros((scenario.weeks + 1, *shape))
        self._satisfaction_sum: Floats = np.zeros(shape)
        self._delivered: Ints = np.zeros(shape, np.int64)
        self._waiting: Ints = np.zeros((REVIEW_SLOTS, 3, *shape), np.int64)
        self._prefix = stars_prefix, review_prefix
        self._ratings, self._trust, self._organic = (scenario.on(n) for n in ("ratings", "trust", "organic"))
        self._memory, self._mouth = scenario.on("memory"), scenario.on("word_of_mouth")
        self._local = (local | team) * 1.0
        self._returns = local_returns * 1.0
        self._store = np.where(store & marketplace, number("web_share"), store * 1.0)
        breadth = batch.category("organic_factor")
        self._organic_terms = (
            number("organic_reference_share") * breadth, number("organic_exponent"),
            number("organic_floor_share") * breadth, number("organic_new_share") * breadth, number("organic_new_weeks"),
            number("star_visibility") * self._ratings, number("organic_cap_share"),
        )  # fmt: skip
        self.reference_share = batch.category_in("reference_seller_share")
        factors = "green_badge_factor", "fast_badge_factor", "voice_badge_factor"
        self._badge_factors = tuple(number(name) for name in factors)
        self._star_loss = number("exposure_star_loss")
        self._rank_weeks = number("organic_rank_weeks")
        self._prior = number("prior_stars"), number("prior_reviews")
        self._star_effect = number("star_effect") * self._ratings
        names = ("trust_base", "trust_local", "trust_certificate", "trust_local_returns", "trust_store_loss",
                 "reviews_to_trust")  # fmt: skip
        self._trust_terms = tuple(number(name) for name in names)
        self._memory_terms = (
            np.minimum(number("memory_fade_share") * batch.category("memory_fade_factor"), 1.0),
            number("contact_stick_share"),
            number("informed_per_adopter_year") * self._mouth,
        )  # fmt: skip
        self._review_share = batch.constant(1.0) * number("review_rate_share")
        classes = ("stars_on_time_shares", "stars_slight_shares", "stars_bad_shares")
        self._star_shares = [np.array([getattr(b, name) for b in batch.behaviours], np.float64) for name in classes]
        slight, bad = number("satisfaction_slight"), number("satisfaction_bad")
        self._worth = np.ones_like(slight), slight, bad
        cycle = 52.0 / batch.category_in("frequency_per_year")
        if batch.categories[0].once:  # nobody needs another one: owners stay owners
            cycle = np.full_like(cycle, np.inf)
        self._cycle = np.minimum(np.round(cycle), scenario.weeks).astype(np.int64)
        self._rows, self._columns = np.indices(shape)

    # ---------------------------------------------------------------------------------------- what shows
    def shown(self, exposed: Flags) -> Floats:
        """Return the stars shown, float64[F, M]; a claim that was found out costs some of them, bool[F, M]."""
        return shown_stars(self.stars * 1.0, self.reviews * 1.0, *self._prior) - self._star_loss * exposed

    def rating(self, exposed: Flags) -> Floats:
        """Return R, the effect of the stars on utility, WTP share."""
        return star_premium(self.shown(exposed), self._star_effect)

    def unfamiliar(self, certified: Flags) -> Floats:
        """Return 1 - T."""
        if not self._trust:
            return np.zeros_like(self.rank)
        base, local, certificate, returns, loss, reviews = self._trust_terms
        return 1.0 - trust(
            self.reviews * 1.0, self._local, certified * 1.0, self._returns, self._store, base, local, certificate,
            returns, loss, reviews,
        )  # fmt: skip

    def organic(self, shelf: Shelf, fast: Flags, exposed: Flags) -> Floats:
        """Return v before device factors; 0 where nothing is listed, no green badge where a claim was found out."""
        if not self._organic:
            return np.zeros_like(self.rank)
        green = shelf.green_badge & ~exposed
        factor = badges(green * 1.0, fast * 1.0, shelf.voice_badge * 1.0, *self._badge_factors)
        v = organic_visibility(
            self.rank, self.reference_share, shelf.age_weeks * 1.0, self.shown(exposed), factor, *self._organic_terms
        )
        return np.where(shelf.listed, v, 0.0)

    def aware(self) -> Floats:
        """Return A."""
        return awareness(self.hazard) if self._memory else np.zeros_like(self.hazard)

    def satisfaction(self) -> Floats:
        """Return the mean satisfaction of the entrant's buyers, -1 to 1; 1 before anyone bought."""
        return np.where(self._delivered > 0, self._satisfaction_sum / np.maximum(self._delivered, 1), 1.0)

    def satisfied_owners(self, week: int) -> Floats:
        """Return the units of the last cycle that were kept by satisfied buyers, float64[F, M].

        A cycle is the mean time between two needs, or all time where people buy once.
        """
        before = np.maximum(week - self._cycle, 0)
        return self.satisfied[week] - self.satisfied[before, self._rows, self._columns]

    # ----------------------------------------------------------------------------------------- the week
    def review(self, week: int, sales: Sales, delay: Ints) -> None:
        """Queue the week's deliveries for review after `delay` int64[F, M] weeks, and count what is reviewed now."""
        slot = (week + np.minimum(delay, REVIEW_SLOTS - 1)) % REVIEW_SLOTS
        for c, units in enumerate((sales.on_time, sales.slight, sales.bad)):
            np.add.at(self._waiting[:, c], (slot, self._rows, self._columns), units)
            self._satisfaction_sum += self._worth[c] * units
            self._delivered += units
        now = week % REVIEW_SLOTS
        stars_prefix, review_prefix = self._prefix
        for c in range(3):
            n = thin(review_prefix, week, c, self._waiting[now, c], self._review_share)
            self.reviews += n
            self.stars += draw_stars(stars_prefix, week, c, n, self._star_shares[c])
        self._waiting[now] = 0

    def remember(self, week: int, reach: Reach, sales: Sales, needs: Ints, open_: Flags) -> None:
        """Move rank and memory on by the week's contacts and sales (`open_`: not suspended)."""
        happy = sales.on_time + sales.slight
        kept = sales.on_time + sales.slight + sales.bad - sales.returned
        share = np.where(happy + sales.bad > 0, happy / np.maximum(happy + sales.bad, 1), 0.0)
        self.satisfied[week + 1] = self.satisfied[week] + kept * share
        adopters = self.satisfied_owners(week + 1)
        self.hazard = memory(self.hazard, reach.contacts, reach.found, adopters, self.people, *self._memory_terms)
        self.rank = np.where(open_, rank_share(self.rank, sales.sold * 1.0, needs * 1.0, self._rank_weeks), 0.0)
