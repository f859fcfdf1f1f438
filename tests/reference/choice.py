"""A consumer's expected choice, the reasons of lost sales, and what a week of the reference model adds up to."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp
from typing import Any, NamedTuple

import numpy as np

from tests.reference.arithmetic import ONE, ZERO

STAGES = (
    "unaware", "device", "payment", "language", "compliance", "stock", "price", "delivery", "trust", "features",
    "habit", "outside", "sale",
)  # fmt: skip
COMPONENTS = "price", "delivery", "trust", "features"
"""Why an alternative can be better, in the order in which ties are broken."""


class Need(NamedTuple):
    """One answer to "had I a need this week": how it counts and how it would start."""

    weight: int
    """In 1/256."""
    true: bool
    mobile: bool
    web: bool


class Note(NamedTuple):
    """A sampled need: what was chosen, the rival behind the entrant, and why it was not the entrant."""

    chosen: int
    rival: int | None
    segment: int
    mobile: bool
    stage: str | None
    """None: the entrant is not there; a reason holds with `chance`, else habit or outside."""
    chance: float


class Rated(NamedTuple):
    """An offer in the eyes of one consumer: e^V without loyalty, and the parts of V."""

    weight: np.float32
    price: np.float32
    delivery: np.float32
    trust: np.float32
    features: np.float32


def nobody(local_delivery: np.float32) -> Rated:
    """Return the outside option: the reference price, local days, trust, and nothing special."""
    return Rated(ONE, ONE, local_delivery, ZERO, ZERO)


@dataclass
class Answers:
    """What a week of one market adds up to; probabilities times weight (a weight of one is 1.0)."""

    shares: np.ndarray
    """float64[offers + 1, 6], outside last."""
    stages: np.ndarray
    """float64[6, 13]."""
    divert: np.ndarray
    """float64[variants, offers + 1]."""
    counts: np.ndarray
    """int64[offers + 1]: sampled choices at true needs."""
    polled: np.ndarray
    """float64[6]: weight by segment."""
    needs: list[tuple[int, Need]] = field(default_factory=list)
    """Polled consumers by row."""
    notes: dict[int, Note] = field(default_factory=dict)
    """Sampled needs by row."""


class Nest:
    """The variants of the entrant's listing as a nest of dissimilarity 1/8, float32 as the kernels have it."""

    def __init__(self, q: list[Any]) -> None:
        top = max(q, default=ZERO)
        self.relative = []
        for x in q:
            x = x / top if top > 0 else ZERO
            x = x * x
            x = x * x
            self.relative.append(x * x)
        self.whole = ZERO
        for x in self.relative:
            self.whole = self.whole + x
        self.whole = self.whole if self.whole > 0 else ONE
        inclusive = top * np.sqrt(np.sqrt(np.sqrt(self.whole)))
        self.weights = q if len(q) == 1 else [inclusive * (x / self.whole) for x in self.relative]

    def without(self, v: int, entrant: float) -> tuple[float, list[float]]:
        """Return the weight of the nest without a variant, and its parts."""
        rest = float(self.whole) - float(self.relative[v])
        weight = entrant * (rest / float(self.whole)) ** 0.125
        parts = [weight * float(x) / rest if rest > 0 and w != v else 0.0 for w, x in enumerate(self.relative)]
        return weight, parts


class Branch:
    """Expected choice given what was bought last, times the probability of that (MODEL 2, "Expected shares")."""

    def __init__(
        self, share: float, considers: float, blocked: str | None, q: list[Any], own: list[Any], nest: Nest
    ) -> None:
        self.share, self.considers, self.blocked, self.nest = share, considers, blocked, nest
        self.q, self.own_q = [float(x) for x in q], [float(x) for x in own]
        self.rest = 1.0 + sum(self.q)
        self.entrant = sum(self.own_q)
        self.reached = considers if blocked is None else 0.0
        everything = self.rest + self.entrant
        self.own = [share * self.reached * x / everything for x in self.own_q]
        self.rivals = [share * self.without(x) for x in self.q]
        self.outside = share * self.without(1.0)

    def without(self, q: float) -> float:
        """Return the probability of an alternative of weight q that is not the entrant's."""
        return (1.0 - self.reached) * q / self.rest + self.reached * q / (self.rest + self.entrant)

    def add_shares(self, tally: Answers, variants: int, segment: int, weight: float) -> None:
        """Add the probabilities, and where a unit would go that a variant cannot deliver."""
        for v, share in enumerate(self.own):
            tally.shares[v, segment] += share * weight
            # what the others gain where the variant is missing
            entrant, own = self.nest.without(v, self.entrant)
            now, then = self.rest + self.entrant, self.rest + entrant
            reached = weight * self.share * self.reached
            gains = [x / then - y / now for x, y in zip(own, self.own_q, strict=True)]
            gains += [0.0] * (variants - len(gains)) + [q / then - q / now for q in (*self.q, 1.0)]
            for j, gain in enumerate(gains):
                if j != v:
                    tally.divert[v, j] += reached * gain
        for j, share in enumerate([*self.rivals, self.outside]):
            tally.shares[variants + j, segment] += share * weight

    def add_stages(
        self, tally: Answers, segment: int, weight: float, mu: np.float32, rivals: list[Rated], own: list[Rated],
        local_delivery: np.float32,
    ) -> None:  # fmt: skip
        """Add where the need ends from the entrant's view, in closed form (MODEL 5.4)."""

        def add(stage: str, share: float) -> None:
            tally.stages[segment, STAGES.index(stage)] += share * weight

        add("unaware", self.share * (1.0 - self.considers))
        if self.blocked is not None:
            add(self.blocked, self.share * self.considers)
            return
        add("sale", sum(self.own))
        if self.entrant == 0.0:
            return
        outside = nobody(local_delivery)
        for q, other in [*zip(self.q, rivals, strict=True), (1.0, outside)]:
            component, after, before = self.reason(mu, own, other)
            lost = self.share * self.considers * q / self.rest
            add(component, lost * (after - before))
            add("outside" if other is outside else "habit", lost * (1.0 - after))

    def reason(self, mu: np.float32, own: list[Rated], other: Rated) -> tuple[str, float, float]:
        """Return the largest advantage of an alternative, and the entrant's shares without it and with it."""
        best = max(own, key=lambda rated: rated.weight)
        gains = {
            "price": mu * (best.price - other.price),
            "delivery": best.delivery - other.delivery,
            "trust": other.trust - best.trust,
            "features": other.features - best.features,
        }
        component = max(COMPONENTS, key=lambda name: gains[name])  # the first of equals
        raised = self.entrant * exp(float(max(gains[component], ZERO)))
        return component, raised / (raised + self.rest), self.entrant / (self.entrant + self.rest)
