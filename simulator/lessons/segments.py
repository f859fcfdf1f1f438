"""Latent classes: a market of groups that differ in their price scale (Kamakura and Russell 1989).

The population is stratified: each class is a run of the engine with so many consumers as its weight asks for, and the
market's shares are the classes' shares by weight. A share responds to a price through all classes at once, so
the market's own elasticity is not a mean of the classes' elasticities by weight.
"""

from __future__ import annotations

from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from simulator.lessons import choice
from simulator.lessons.lesson import Measured, Parameters

FEW = 100
"""Consumers of a run whose expected shares alone are read: everybody in a class is alike."""
SUM_TOLERANCE = 1e-6

Floats = NDArray[np.float64]
Positive = Annotated[float, Field(gt=0.0, le=1e4)]
MAX_CLASSES, MAX_OFFERS = 6, 8


class Segments(Parameters):
    """Classes by weight and price scale, offers by price and quality; ``u = quality - price_scale * price``."""

    weights: Annotated[tuple[Positive, ...], Field(min_length=1, max_length=MAX_CLASSES)] = (0.6, 0.4)
    """Share of consumers in each class; they sum to 1."""
    price_scales: Annotated[tuple[Positive, ...], Field(min_length=1, max_length=MAX_CLASSES)] = (2.0, 0.5)
    """Utils per USD of each class."""
    prices: Annotated[tuple[Positive, ...], Field(min_length=1, max_length=MAX_OFFERS)] = (1.0, 1.5)
    """USD, of each offer."""
    qualities: Annotated[tuple[float, ...], Field(min_length=1, max_length=MAX_OFFERS)] = (1.5, 2.5)
    """Utils, of each offer."""
    consumers: Annotated[int, Field(ge=1000, le=1_000_000)] = 20_000

    @model_validator(mode="after")
    def _fit(self) -> Self:
        for one, other in (("weights", "price_scales"), ("prices", "qualities")):
            sizes = len(getattr(self, one)), len(getattr(self, other))
            if sizes[0] != sizes[1]:
                raise ValueError(f"{one} has {sizes[0]} entries and {other} {sizes[1]}; allowed: as many of each")
        if abs(sum(self.weights) - 1.0) > SUM_TOLERANCE:
            raise ValueError(f"the weights sum to {sum(self.weights):.6g}; allowed: 1")
        self._measurable()
        return self

    def _measurable(self) -> None:
        """Refuse what float32 and shares in millionths cannot tell apart."""
        spread = np.outer(self.price_scales, np.array(self.prices) - self.prices[0])
        largest = float(spread.flat[np.abs(spread).argmax()])
        if abs(largest) > choice.MAX_SPREAD:
            read = f"price_scale * (price - first price) is {largest:.6g}"
            raise ValueError(f"{read}; allowed: from {-choice.MAX_SPREAD:g} to {choice.MAX_SPREAD:g}")
        largest = float(self.utilities.flat[np.abs(self.utilities).argmax()])
        if abs(largest) > choice.MAX_UTILITY:
            read = f"quality - price_scale * price is {largest:.6g}"
            raise ValueError(f"{read}; allowed: from {-choice.MAX_UTILITY:g} to {choice.MAX_UTILITY:g}")
        shares = np.array(self.weights) @ choice.logit(self.utilities)
        if shares.min() < choice.MIN_SHARE:
            read = f"offer {int(shares.argmin()) + 1} would have a share of {shares.min():.3g}"
            raise ValueError(f"{read}; allowed: at least {choice.MIN_SHARE:g}, or its elasticity cannot be measured")

    @property
    def utilities(self) -> Floats:
        """Return float64[classes, offers]."""
        return np.array(self.qualities) - np.outer(self.price_scales, self.prices)


PARAMETERS = Segments


def expected(given: Segments) -> dict[str, float]:
    """Return the closed forms."""
    weights, scales, prices = np.array(given.weights), np.array(given.price_scales), np.array(given.prices)
    by_class = choice.logit(given.utilities)
    shares = weights @ by_class
    slopes = -(weights * scales) @ (by_class * (1.0 - by_class))
    count = len(prices)
    whole = [*shares.tolist(), 1.0 - float(shares.sum())]
    out = dict(zip(choice.names(count) + choice.names(count, "expected_share"), whole * 2, strict=True))
    own = (prices * slopes / shares).tolist()
    return out | {f"own_elasticity_{j}": value for j, value in enumerate(own, start=1)}


def simulated(given: Segments) -> dict[str, Measured]:
    """Return the shares of the market, and its elasticities between worlds that differ in one price."""
    count = len(given.prices)
    people = [max(round(weight * given.consumers), FEW) for weight in given.weights]
    done = [_play(given, c, given.prices, consumers) for c, consumers in enumerate(people)]
    weights = np.array(given.weights)
    needs = np.array([one.needs for one in done])
    sampled = weights @ np.stack([one.sampled for one in done])
    chances = np.stack([one.expected for one in done])
    variances = (weights**2 / needs) @ (chances * (1.0 - chances))
    here = weights @ chances
    rounding = max(one.rounding for one in done)
    out = {}
    for j, name in enumerate(choice.names(count)):
        out[name] = choice.sampling(float(sampled[j]), float(variances[j]), float(needs.min()))
    for j, name in enumerate(choice.names(count, "expected_share")):
        out[name] = Measured(float(here[j]), rounding)
    for j in range(count):
        cheaper, dearer = (_share(given, j, direction) for direction in (-1, 1))
        out[f"own_elasticity_{j + 1}"] = choice.elasticity(cheaper, dearer, rounding)
    return out


def _play(given: Segments, which: int, prices: tuple[float, ...], consumers: int) -> choice.Choices:
    """Return what one class chooses."""
    offers = [choice.Offer(quality, price) for quality, price in zip(given.qualities, prices, strict=True)]
    return choice.play(offers, given.price_scales[which], given.prices[0], consumers, seed=which)


def _share(given: Segments, offer: int, direction: int) -> float:
    """Return the market's expected share of an offer whose own price is slightly lower (-1) or higher (+1)."""
    prices = list(given.prices)
    prices[offer] = choice.stepped(prices[offer], direction)
    shares = [_play(given, c, tuple(prices), FEW).expected[offer] for c in range(len(given.weights))]
    return float(np.dot(given.weights, shares))
