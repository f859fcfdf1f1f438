"""Own-price elasticity of a logit with one offer: ``-price_scale * price * (1 - share)``."""

from __future__ import annotations

from math import exp, log
from typing import Annotated, Self

from pydantic import Field, model_validator

from simulator.lessons import choice
from simulator.lessons.lesson import Measured, Parameters

CONSUMERS = 1000
"""Everybody is alike, so expected shares need few."""


class Elasticity(Parameters):
    """One offer with ``u = price_scale * (quality - price)`` beside an outside option of 0."""

    price: Annotated[float, Field(gt=0.0, le=1e5)] = 1.0
    """USD."""
    price_scale: Annotated[float, Field(gt=0.0, le=1e4)] = 3.0
    """Utils per USD."""
    quality: Annotated[float, Field(ge=-1e5, le=1e5)] = 0.5
    """Price at which one in two would buy, USD."""

    @model_validator(mode="after")
    def _measurable(self) -> Self:
        if self.price_scale * self.price > choice.MAX_SPREAD:
            read = f"price_scale * price is {self.price_scale * self.price:.6g}"
            raise ValueError(f"{read}; allowed: up to {choice.MAX_SPREAD:g}")
        if self.utility > choice.MAX_UTILITY or self.share < choice.MIN_SHARE:
            low = -log(1.0 / choice.MIN_SHARE - 1.0)
            read = f"price_scale * (quality - price) is {self.utility:.6g}"
            raise ValueError(
                f"{read}; allowed: from {low:.2f} (a share of {choice.MIN_SHARE:g}) to {choice.MAX_UTILITY:g}"
            )
        return self

    @property
    def utility(self) -> float:
        """Return u, utils."""
        return self.price_scale * (self.quality - self.price)

    @property
    def share(self) -> float:
        """Return the share of needs by the closed form."""
        return 1.0 / (1.0 + exp(-max(self.utility, -2.0 * choice.MAX_UTILITY)))


PARAMETERS = Elasticity


def expected(given: Elasticity) -> dict[str, float]:
    """Return the closed form."""
    return {"own_elasticity": -given.price_scale * given.price * (1.0 - given.share), "expected_share": given.share}


def simulated(given: Elasticity) -> dict[str, Measured]:
    """Return the elasticity between two runs of the same world, at a price slightly lower and slightly higher."""
    quality = given.price_scale * given.quality
    cheaper, here, dearer = (
        choice.play(
            [choice.Offer(quality, choice.stepped(given.price, direction))], given.price_scale, given.price, CONSUMERS
        )
        for direction in (-1, 0, 1)
    )
    return {
        "own_elasticity": choice.elasticity(float(cheaper.expected[0]), float(dearer.expected[0]), here.rounding),
        "expected_share": Measured(float(here.expected[0]), here.rounding),
    }
