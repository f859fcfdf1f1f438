"""Offers in front of identical consumers: what they choose, by sample and by expected shares.

The first offer is the entrant's, the others are archetypes: both kinds take their own path through the engine and
must obey the same logit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from simulator.consumers.demand import UNIT
from simulator.lessons import neutral
from simulator.lessons.lesson import Measured
from simulator.model import MarketEntryModel

Floats = NDArray[np.float64]

WEEKS = 12
STANDARD_ERRORS = 4.0
"""Of a sampled share; a right share is farther away once in 16,000."""
EXACT = 1e-6
"""Of an expected share: half of the tallies' unit (2^-21), and the rounding of utilities to float32."""
EXACT_UTILS = 8.0
"""Largest part of a utility with which that holds; float32 rounds larger ones in proportion."""
MAX_UTILITY = 20.0
"""Beyond it a share is 0 or 1 in float32, and there is nothing to learn."""
MIN_SHARE = 0.001
"""Least share whose elasticity is measured: tallies count shares in millionths."""
MAX_SPREAD = 100.0
"""Largest effect of a price, utils."""
PRICE_STEP = 0.005
"""Relative change of the price, up and down, of a measured elasticity."""


@dataclass(frozen=True)
class Offer:
    """An offer: utility of a price of 0, and its price in USD."""

    quality: float
    price: float


@dataclass(frozen=True)
class Choices:
    """What consumers chose.

    Attributes
    ----------
    needs : int
        Number of sampled choices.
    sampled, expected : float64[offers + 1]
        Shares of needs, outside option last: of the units that the run recorded, and of choice probabilities.
    rounding : float
        Largest error of an expected share.
    """

    needs: int
    sampled: Floats
    expected: Floats
    rounding: float


def play(offers: Sequence[Offer], price_scale: float, reference: float, consumers: int, seed: int = 1) -> Choices:
    """Return what identical consumers choose from offers with ``u = quality - price_scale * price``, outside 0.

    Parameters
    ----------
    offers
        The first is the entrant's; its price must lie between a tenth of the reference price and ten times it.
    price_scale
        Utils per USD.
    reference
        The market's reference price, USD: it changes nothing but the point from which the engine counts prices.
    consumers
        Simulated persons; each has a need in 10 of 13 weeks.
    seed
        Of their luck: samples that are added up need different ones.
    """
    first, *others = offers
    plain = neutral.document(WEEKS, consumers) | {"seed": seed}
    plain["strategies"][neutral.STRATEGY]["price"] = {"position": first.price / reference}
    category = plain["category"]
    category["reference_price_usd"] = category["market"][neutral.MARKET]["reference_price_usd"] = reference
    category["price_scale"] = price_scale * reference
    # The engine counts prices from the reference price: u = constant - scale * (price / reference - 1).
    constants = [offer.quality - price_scale * reference for offer in offers]
    category["entrant_constant"] = constants[0]
    if others:
        category["archetypes"] = {
            f"offer_{j}": neutral.rival(constant, offer.price / reference)
            for j, (offer, constant) in enumerate(zip(others, constants[1:], strict=True), start=2)
        }
    model = MarketEntryModel(neutral.scenario(plain), neutral.STRATEGY)
    tallied, polled = np.zeros(model.tallies.shares.shape[2], np.int64), 0
    while model.week < model.weeks:
        model.step()
        tallied += model.tallies.shares[0, 0].sum(axis=1)
        polled += int(model.tallies.polled[0, 0])
    records = model.records
    needs = int(records.needs.sum())
    sold = records.units.sum(axis=(0, 1, 2))
    units = np.append(sold, needs - sold.sum())
    kept = [*range(len(offers)), len(tallied) - 1]  # without the rival that nobody considers
    parts = [*constants, *(price_scale * (offer.price - reference) for offer in offers)]
    rounding = EXACT * max(1.0, max(map(abs, parts)) / EXACT_UTILS)
    return Choices(needs, units[kept] / needs, tallied[kept] * UNIT / polled, rounding)


def logit(utilities: Floats) -> Floats:
    """Return the shares of a logit with an outside option of utility 0, float64[..., n] -> float64[..., n]."""
    odds = np.exp(utilities)
    return odds / (1.0 + odds.sum(axis=-1, keepdims=True))


def names(offers: int, prefix: str = "share") -> list[str]:
    """Return the names of the shares of offers, numbered from 1, and of the outside option."""
    return [*(f"{prefix}_{j}" for j in range(1, offers + 1)), f"{prefix}_outside"]


def sampling(share: float, variance: float, needs: float) -> Measured:
    """Return a sampled share and how far luck may take it.

    Parameters
    ----------
    share : float
    variance : float
        Of the sampled share, by the engine's choice probabilities: those of the sample are 0 where nobody chose.
    needs : float
        Size of the (smallest) sample, for the skewness of rare choices (Bernstein's inequality).
    """
    return Measured(share, STANDARD_ERRORS * sqrt(variance) + STANDARD_ERRORS**2 / 6.0 / needs)


def elasticity(cheaper: float, dearer: float, rounding: float) -> Measured:
    """Return the elasticity between two expected shares, and how far rounding and curvature may move it.

    Parameters
    ----------
    cheaper, dearer : float
        Share at a price that is lower, and higher, by the factor ``e^PRICE_STEP``.
    rounding : float
        Largest error of each share.
    """
    value = log(dearer / cheaper) / (2.0 * PRICE_STEP)
    blur = rounding / (dearer * PRICE_STEP)
    curvature = PRICE_STEP**2 / 3.0 * (1.0 + abs(value)) ** 3
    return Measured(value, blur + curvature)


def stepped(price: float, direction: int) -> float:
    """Return a price that is lower (-1) or higher (+1) by the step of the measured elasticity."""
    return price * exp(direction * PRICE_STEP)
