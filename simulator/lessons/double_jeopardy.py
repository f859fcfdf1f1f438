"""Double jeopardy: small brands have fewer buyers, who buy them less often too (Goodhardt, Ehrenberg, Chatfield 1984).

The NBD-Dirichlet needs no weak brands for that. How often people buy the category is Poisson around a Gamma of shape K,
each brand's chance at a purchase is a Dirichlet of weights ``a_j = S * share_j``, and nothing else sets brands apart.
In the simulator need rates are that Gamma and persistent tastes logs of Gammas of shapes a_j: the odds of a logit are
then the Gammas themselves, and Gammas by their sum are a Dirichlet. Brand 1 is the entrant's, the others are rivals'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import exp, hypot, log1p, sqrt
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator
from scipy import special, stats
from scipy.optimize import brentq

from simulator.lessons import neutral
from simulator.lessons.choice import STANDARD_ERRORS
from simulator.lessons.lesson import Measured, Parameters
from simulator.model import MarketEntryModel
from simulator.scenario.names import ENTRANT

STEPS = 520
"""Weeks of the period: purchases are rare in each, so that many weeks make a Poisson number."""
WORTH = 50.0
"""Constant of every brand: somebody buys nothing only where all tastes are below -50, one in 10^11."""
MAX_SHAPE = 50.0
"""Largest K: beyond it people hardly differ, and it is not to be told from penetration and rate."""
MAX_SCALE = 20.0
"""Largest M / K, the purchases that come with a unit of the Gamma: beyond it weeks are too few for the heavy buyers."""
BLUR = 1e-4
"""Relative error of a brand's figures by its taste having 4,096 values."""
REACH = 8.0
"""Standard normal scores over which need rates are integrated, and their step."""
NODE = 1.0 / 64.0
LEAST_CHANCE = 1e-13
"""Of a number of purchases that is still counted."""

Floats = NDArray[np.float64]


class DoubleJeopardy(Parameters):
    """Brands by their share of purchases, and the category by its buyers: how many, and how often they buy it."""

    shares: Annotated[tuple[Annotated[float, Field(ge=0.02, lt=1.0)], ...], Field(min_length=2, max_length=10)] = (
        0.45, 0.25, 0.12, 0.04,
    )  # fmt: skip
    """What is missing to 1 is bought from a brand of which no more is said."""
    penetration: Annotated[float, Field(ge=0.05, le=0.95)] = 0.8
    """Share of people who buy the category at all."""
    rate: Annotated[float, Field(gt=1.0, le=100.0)] = 8.0
    """Purchases of the category per buyer."""
    switching: Annotated[float, Field(ge=0.5, le=20.0)] = 2.0
    """S of the Dirichlet: near 0 everybody has one brand, large where all have the same chances."""
    consumers: Annotated[int, Field(ge=1000, le=200_000)] = 30_000

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if sum(self.shares) > 1.0 + 1e-6:
            raise ValueError(f"the shares sum to {sum(self.shares):.6g}; allowed: up to 1")
        if len(set(self.shares)) == 1:
            raise ValueError(
                f"all shares are {self.shares[0]:g}; allowed: two that differ, or no brand is the small one"
            )
        missing = log1p(-self.penetration)
        least = MAX_SHAPE * (exp(-missing / MAX_SHAPE) - 1.0) / self.penetration
        most = MAX_SCALE * -missing / log1p(MAX_SCALE) / self.penetration
        if not least <= self.rate <= most:
            read = f"rate is {self.rate:g}; allowed with penetration {self.penetration:g}: from {least:.3g}"
            raise ValueError(f"{read} (buyers by chance alone) to {most:.3g}")
        return self

    @property
    def mean(self) -> float:
        """Return M, the category purchases per person."""
        return self.penetration * self.rate

    @property
    def shape(self) -> float:
        """Return K of the NBD, whose zero class is ``(1 + M / K)^-K = 1 - penetration``."""
        low, high = self.mean / MAX_SCALE / 2.0, 2.0 * MAX_SHAPE
        return float(brentq(lambda k: k * log1p(self.mean / k) + log1p(-self.penetration), low, high, xtol=1e-14))

    @property
    def brands(self) -> tuple[float, ...]:
        """Return the shares of all brands, the one of which no more is said at the end."""
        rest = 1.0 - sum(self.shares)
        return (*self.shares, rest) if rest > 1e-6 else self.shares


PARAMETERS = DoubleJeopardy


# ---------------------------------------------------------------------------------------------- the textbook
@dataclass(frozen=True)
class Buyers:
    """Those who bought something, in theory."""

    penetration: float
    """As a share of all people."""
    rate: float
    """Purchases per buyer; below, their variance and third central moment."""
    variance: float
    third: float


def expected(given: DoubleJeopardy) -> dict[str, float]:
    """Return penetration and purchases per buyer of the category and of each brand; the order of both agrees."""
    chances = _nbd(given)
    brands = [buyers(given, share, chances) for share in given.shares]
    return _named(given.penetration, given.rate, [b.penetration for b in brands], [b.rate for b in brands], 1.0)


def _named(
    penetration: Any, rate: Any, by_brand: Sequence[Any], rates: Sequence[Any], agreement: Any
) -> dict[str, Any]:
    out = {"category_penetration": penetration, "category_rate": rate}
    out |= {f"penetration_{j}": each for j, each in enumerate(by_brand, start=1)}
    out |= {f"rate_{j}": each for j, each in enumerate(rates, start=1)}
    return out | {"rank_agreement": agreement}


@cache
def _nbd(given: DoubleJeopardy) -> Floats:
    """Return the probabilities of 0, 1, … category purchases, float64[n]."""
    law = stats.nbinom(given.shape, given.shape / (given.shape + given.mean))
    return np.asarray(law.pmf(np.arange(int(law.isf(LEAST_CHANCE)) + 2)))


def buyers(given: DoubleJeopardy, share: float, chances: Floats) -> Buyers:
    """Return the buyers of a brand, or of the category where the share is 1.

    Parameters
    ----------
    given
        S is all that is read.
    share
        Of purchases; of n purchases the brand's are beta-binomial.
    chances : float64[n]
        Probabilities of 0, 1, … category purchases.
    """
    n, s, a = np.arange(float(len(chances))), given.switching, given.switching * share
    none = np.append(1.0, np.cumprod((s - a + n[:-1]) / (s + n[:-1])))
    bought = float(chances @ (1.0 - none))
    one = float(chances @ n) * share
    two = float(chances @ (n * (n - 1.0))) * share * (a + 1.0) / (s + 1.0)
    three = float(chances @ (n * (n - 1.0) * (n - 2.0))) * share * (a + 1.0) / (s + 1.0) * (a + 2.0) / (s + 2.0)
    mean, square, cube = one / bought, (two + one) / bought, (three + 3.0 * two + one) / bought
    return Buyers(bought, mean, square - mean**2, cube - 3.0 * mean * square + 2.0 * mean**3)


# --------------------------------------------------------------------------------------------- the simulator
def simulated(given: DoubleJeopardy) -> dict[str, Measured]:
    """Return penetrations and purchases per buyer, counted over the orders of all people."""
    model = MarketEntryModel(neutral.scenario(_document(given)), neutral.STRATEGY, orders=given.consumers)
    orders = model.run().orders
    count, own = given.consumers, len(given.shares)
    bought = np.zeros((count, own + 2), np.int64)  # by offer; those that nobody considers, or all else, come last
    np.add.at(bought, (orders["consumer"], np.minimum(orders["offer"], own)), 1)
    bought[:, -1] = bought.sum(axis=1)
    people = (bought > 0).sum(axis=0)
    penetration, rate = people / count, bought.sum(axis=0) / np.maximum(people, 1)
    exact = [_tolerances(given, share) for share in (*given.shares, 1.0)]
    named = [
        [Measured(float(value), blurred[which]) for value, blurred in zip(values, exact, strict=True)]
        for which, values in enumerate((np.delete(penetration, own), np.delete(rate, own)))
    ]
    agreement = _agreement(given, penetration, rate)
    return _named(named[0][-1], named[1][-1], named[0][:-1], named[1][:-1], agreement)


def _document(given: DoubleJeopardy) -> dict[str, Any]:
    """Return a category whose buyers differ in how often they need it and in their tastes, and in nothing else."""
    plain = neutral.document(STEPS, given.consumers)
    plain["mechanisms"] |= {"taste": True}
    first, *others = given.brands
    keys = [f"brand_{j}" for j in range(2, len(given.brands) + 1)]
    plain["category"] |= {
        "frequency_per_year": given.mean * 52.0 / STEPS, "need_rate_shape": given.shape, "entrant_constant": WORTH,
        "archetypes": {key: neutral.rival(WORTH, 1.0) for key in keys},
        "price_scale": neutral.NOTHING,  # in ten years fees come into force that parcels pay
    }  # fmt: skip
    shapes = {key: given.switching * share for key, share in zip((ENTRANT, *keys), (first, *others), strict=True)}
    plain["consumers_override"] = {"income_sigma": 0.0, "taste_shapes": shapes}
    return plain


# ------------------------------------------------------------------------------------------- the tolerances
def _tolerances(given: DoubleJeopardy, share: float) -> tuple[float, float]:
    """Return how far luck, weeks and tables may move penetration and purchases per buyer, of one share of purchases.

    People are independent, so luck is that of a mean over people, and of one over buyers; skewed numbers reach farther.
    """
    theory, steps = buyers(given, share, _nbd(given)), buyers(given, share, _weekly(given))
    reach, count = STANDARD_ERRORS**2 / 6.0, theory.penetration * given.consumers
    spread = theory.penetration * (1.0 - theory.penetration) / given.consumers
    penetration = STANDARD_ERRORS * sqrt(spread) + reach / given.consumers
    rate = STANDARD_ERRORS * sqrt(theory.variance / count) + reach * max(theory.third / theory.variance, 1.0) / count
    blur = BLUR if share < 1.0 else 0.0
    return (
        penetration + abs(steps.penetration - theory.penetration) + blur * theory.penetration,
        rate + abs(steps.rate - theory.rate) + blur * theory.rate,
    )


@cache
def _weekly(given: DoubleJeopardy) -> Floats:
    """Return the probabilities of 0, 1, … needs if a week has one with the chance ``M r / weeks``, at most 1."""
    z = np.arange(-REACH, REACH + NODE / 2.0, NODE)
    rates = special.gammaincinv(given.shape, special.ndtr(z)) / given.shape
    weights = np.exp(-0.5 * z * z)
    chance = np.minimum(given.mean * rates / STEPS, 1.0)
    return np.asarray(weights / weights.sum() @ stats.binom.pmf(np.arange(STEPS + 1.0), STEPS, chance[:, None]))


def _agreement(given: DoubleJeopardy, penetration: Floats, rate: Floats) -> Measured:
    """Return the share of pairs of unlike brands in which the larger one has more buyers who buy it more often.

    Luck may swap those whose figures are closer than their tolerances.
    """
    pairs = [
        pair for pair in combinations(range(len(given.shares)), 2) if given.shares[pair[0]] != given.shares[pair[1]]
    ]
    theory = [buyers(given, share, _nbd(given)) for share in given.shares]
    blurred = [_tolerances(given, share) for share in given.shares]
    agree, unsure = 0, 0
    for i, j in pairs:
        larger, smaller = (i, j) if given.shares[i] > given.shares[j] else (j, i)
        agree += int(penetration[larger] > penetration[smaller] and rate[larger] > rate[smaller])
        gaps = theory[larger].penetration - theory[smaller].penetration, theory[larger].rate - theory[smaller].rate
        unsure += int(any(gap <= hypot(blurred[i][x], blurred[j][x]) for x, gap in enumerate(gaps)))
    return Measured(agree / len(pairs), unsure / len(pairs))
