"""Multinomial logit: identical consumers split by ``e^u / (1 + sum e^u)`` (McFadden 1974)."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from simulator.lessons import choice
from simulator.lessons.lesson import Measured, Parameters

Utility = Annotated[float, Field(ge=-choice.MAX_UTILITY, le=choice.MAX_UTILITY)]


class Logit(Parameters):
    """Offers by their utility; the outside option has 0."""

    utilities: Annotated[tuple[Utility, ...], Field(min_length=1, max_length=20)] = (1.0, 0.5, -0.5)
    consumers: Annotated[int, Field(ge=100, le=1_000_000)] = 20_000


PARAMETERS = Logit


def expected(given: Logit) -> dict[str, float]:
    """Return the shares of the closed form, for the sample and for the engine's choice probabilities."""
    shares = choice.logit(np.array(given.utilities))
    whole = [*shares.tolist(), 1.0 - float(shares.sum())]
    count = len(given.utilities)
    return dict(zip(choice.names(count) + choice.names(count, "expected_share"), whole * 2, strict=True))


def simulated(given: Logit) -> dict[str, Measured]:
    """Return the shares of a run in which every offer costs 1 USD and is worth 1 util more than its utility."""
    offers = [choice.Offer(utility + 1.0, price=1.0) for utility in given.utilities]
    done = choice.play(offers, price_scale=1.0, reference=1.0, consumers=given.consumers)
    variances = (done.expected * (1.0 - done.expected) / done.needs).tolist()
    out = {}
    for name, share, variance in zip(choice.names(len(offers)), done.sampled.tolist(), variances, strict=True):
        out[name] = choice.sampling(share, variance, done.needs)
    for name, share in zip(choice.names(len(offers), "expected_share"), done.expected.tolist(), strict=True):
        out[name] = Measured(share, done.rounding)
    return out
