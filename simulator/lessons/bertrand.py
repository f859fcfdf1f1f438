"""Price competition in a logit market: every owner prices at ``cost + 1 / (price_scale * (1 - its share))``.

The textbook's equilibrium (Anderson, de Palma and Thisse 1992; several products: Nocke and Schutz 2018) is solved
through its one aggregate, the denominator of the logit. In the simulator nobody solves anything: sellers begin at the
same price, look at last week's shares, and take steps to their best response until nothing moves. One of them is the
entrant, with the price rule `logit`; the others are close rivals that `best_respond`.
"""

from __future__ import annotations

from math import exp, log1p
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field, model_validator
from scipy.optimize import brentq

from simulator.consumers.demand import UNIT
from simulator.lessons import choice, neutral
from simulator.lessons.lesson import Measured, Parameters
from simulator.model import NO_ENTRY, MarketEntryModel
from simulator.sellers.pricing import BEST_RESPONSE_STEP

WEEKS, CONSUMERS = 104, 100
"""Long enough for prices to come to rest (`_prices_left`), and few people: all of them are alike."""
TALLIES = 7
"""Rounded tallies in a conversion: the sale, and the six stages of those who looked."""

Floats = NDArray[np.float64]


def _name(value: Any) -> Any:
    """A number names an owner as well as a text does."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Usd = Annotated[float, Field(ge=0.0, le=1e4)]
Worth = Annotated[float, Field(ge=-1e4, le=1e4)]
Owner = Annotated[str, BeforeValidator(_name), Field(pattern=r"^[a-z0-9_]{1,32}$")]


class Bertrand(Parameters):
    """Products by quality, cost and owner; ``u = price_scale * (quality - price)``, outside 0."""

    qualities: Annotated[tuple[Worth, ...], Field(min_length=1, max_length=8)] = (3.0, 2.5, 2.8)
    """What shoppers would pay, USD."""
    costs: Annotated[tuple[Usd, ...], Field(min_length=1, max_length=8)] = (1.0, 0.8, 1.2)
    """USD a unit, tax and fees included."""
    price_scale: Annotated[float, Field(gt=0.0, le=1e4)] = 2.0
    """Utils per USD."""
    owners: Annotated[tuple[Owner, ...], Field(min_length=1, max_length=8)] | None = None
    """Who owns each product, by name or number; null: everybody one."""

    @model_validator(mode="after")
    def _fit(self) -> Self:
        sizes = {"qualities": len(self.qualities), "costs": len(self.costs)}
        if self.owners is not None:
            sizes["owners"] = len(self.owners)
        if len(set(sizes.values())) > 1:
            read = ", ".join(f"{name} has {size} entries" for name, size in sizes.items())
            raise ValueError(f"{read}; allowed: as many of each")
        utilities = self.price_scale * (np.array(self.qualities) - self.costs)
        largest = float(utilities.flat[np.abs(utilities).argmax()])
        if abs(largest) > choice.MAX_UTILITY:
            read = f"price_scale * (quality - cost) is {largest:.6g}"
            raise ValueError(f"{read}; allowed: from {-choice.MAX_UTILITY:g} to {choice.MAX_UTILITY:g}")
        if self.price_scale * max(self.costs) > choice.MAX_SPREAD:
            read = f"price_scale * cost is {self.price_scale * max(self.costs):.6g}"
            raise ValueError(f"{read}; allowed: up to {choice.MAX_SPREAD:g}")
        return self

    @property
    def owner_of(self) -> NDArray[np.int64]:
        """Return the number of each product's owner, int64[products], from 0 in the order of appearance."""
        names = self.owners or tuple(str(j) for j in range(len(self.costs)))
        return np.array([list(dict.fromkeys(names)).index(name) for name in names])


PARAMETERS = Bertrand


# ---------------------------------------------------------------------------------------------- the textbook
def expected(given: Bertrand) -> dict[str, float]:
    """Return prices and shares in equilibrium.

    Given the logit's denominator D, the products of an owner have a joint share S with ``S = A / D e^(-1 / (1 - S))``,
    where ``A = sum e^(scale (quality - cost))``; D is right where shares and the outside option's ``1 / D`` sum to 1.
    """
    owner = given.owner_of
    odds = np.exp(given.price_scale * (np.array(given.qualities) - given.costs))
    strength = np.bincount(owner, odds)
    log_d = brentq(
        lambda x: exp(-x) + sum(_share(a * exp(-x)) for a in strength) - 1.0, 0.0, log1p(strength.sum()), xtol=1e-15
    )
    joint = np.array([_share(a * exp(-log_d)) for a in strength])
    prices = np.array(given.costs) + 1.0 / (given.price_scale * (1.0 - joint[owner]))
    return _named(prices.tolist(), (joint[owner] * odds / strength[owner]).tolist())


def _share(strength: float) -> float:
    """Return the joint share of an owner's products, of strength A / D."""
    return float(brentq(lambda s: s - strength * exp(-1.0 / (1.0 - s)), 0.0, 1.0 - 1e-12, xtol=1e-16))


def _named(prices: list[Any], shares: list[Any]) -> dict[str, Any]:
    out = {f"price_{j}": price for j, price in enumerate(prices, start=1)}
    return out | {f"share_{j}": share for j, share in enumerate(shares, start=1)}


# --------------------------------------------------------------------------------------------- the simulator
def simulated(given: Bertrand) -> dict[str, Measured]:
    """Return prices and expected shares of the last week."""
    own, others = _roles(given)
    reference = max(given.costs) + 1.0 / given.price_scale
    plain = _document(given, own, others, reference)
    model = MarketEntryModel(neutral.scenario(plain), neutral.STRATEGY if own else NO_ENTRY)
    model.run()
    variants, rivals = len(model.world.variants), model.rivals[model.world.archetypes :]
    prices = np.array([*model.entrant.price[0, : len(own)], *(float(rival.price[0, 0]) for rival in rivals)])
    tallied = model.tallies.shares[0, 0].sum(axis=1)
    kept = [*range(len(own)), *range(variants + model.world.archetypes, variants + len(model.rivals))]
    order = np.argsort([*own, *others])
    prices, shares = prices[order], tallied[kept][order] * UNIT / model.tallies.polled[0, 0]
    price_blur, share_blur = _tolerances(given, prices, shares, reference)
    return _named(
        [Measured(*pair) for pair in zip(prices.tolist(), price_blur.tolist(), strict=True)],
        [Measured(share, share_blur) for share in shares.tolist()],
    )


def _roles(given: Bertrand) -> tuple[list[int], list[int]]:
    """Return the entrant's product, that of the first owner of just one, if any; and the others, all close rivals.

    The entrant's variants would be close substitutes (a nest), which the textbook's products are not.
    """
    owner = given.owner_of
    mine = next((o for o in range(owner.max() + 1) if (owner == o).sum() == 1), -1)
    return np.flatnonzero(owner == mine).tolist(), np.flatnonzero(owner != mine).tolist()


def _document(given: Bertrand, own: list[int], others: list[int], reference: float) -> dict[str, Any]:
    """Return a market in which the products differ by quality and cost, and all start at the reference price."""
    plain = neutral.document(WEEKS, CONSUMERS) | {"demand": "expected"}
    base = given.qualities[own[0] if own else 0]
    better = {j: (quality - base) / reference for j, quality in enumerate(given.qualities)}
    category = plain["category"]
    category["reference_price_usd"] = category["market"][neutral.MARKET]["reference_price_usd"] = reference
    category["price_scale"] = given.price_scale * reference
    # The engine counts prices from the reference price: u = constant + scale * quality - scale * (price - reference).
    category["entrant_constant"] = given.price_scale * (base - reference)
    category["close_rivals"] = [
        {
            "key": f"product_{j + 1}",
            "owner": f"owner_{given.owner_of[j]}",
            "price_position": 1.0,
            "floor_position": max(given.costs[j], neutral.NOTHING) / reference,
            "quality": better[j],
            "rating": 4.3,
            "reviews": 0.0,
            "trust": 1.0,
            "awareness": 1.0,
            "rule": "best_respond",
            "leave_after_weeks": 0,
        }
        for j in others
    ]
    # Stock on the spot, free of charge but for the unit itself: break-even is proportional to its cost.
    plain["markets"][neutral.MARKET] |= {
        "commission_share": 0.0, "fulfilment_usd": 0.0, "sea_usd_m3": neutral.NOTHING, "sea_weeks": 1,
    }  # fmt: skip
    plain["behaviour"]["marketplace_payment_fee_share"] = 0.0
    strategy = plain["strategies"][neutral.STRATEGY]
    strategy |= {
        "price": {"rule": "logit"}, "logistics": {"mode": "local"}, "exit": {"if_contribution_below_usd_week": None},
    }  # fmt: skip
    if own:
        plain["seller"]["products"] = {"core": {"unit_cost_usd": 1.0}}
        cost = max(given.costs[own[0]], neutral.NOTHING) / _break_even(plain)
        plain["seller"]["products"]["core"]["unit_cost_usd"] = cost
    return plain


def _break_even(plain: dict[str, Any]) -> float:
    """Return the consumer price at which the entrant earns nothing if a unit costs 1 USD."""
    model = MarketEntryModel(neutral.scenario(plain | {"weeks": 4}), neutral.STRATEGY)
    return float(model.public_view(0).break_even[0, 0])


def _tolerances(given: Bertrand, prices: Floats, shares: Floats, reference: float) -> tuple[Floats, float]:
    """Return how far rounding may move prices, USD, float64[products], and shares.

    Let ``m = 1 / (1 - S)`` be an owner's margin in utils. Where its conversion is read with an error e, margins rest
    where ``dm - M dm = m e`` with ``M_ok = S_o S_k / (1 - S_o)``: how best responses answer each other. That is the
    error of prices; shares move by at most a quarter of their utils, and have their own rounding. What the last step
    left open is added.
    """
    scale, owner = given.price_scale, given.owner_of
    parts = [scale * reference, *(scale * (prices - reference)), *(scale * (np.array(given.qualities) - reference))]
    rounding = choice.EXACT * max(1.0, max(map(abs, parts)) / choice.EXACT_UTILS)
    joint = np.bincount(owner, shares)
    margin = 1.0 / (1.0 - joint)
    answers = np.outer(joint * margin, joint)
    np.fill_diagonal(answers, 0.0)
    error = margin * TALLIES * rounding * np.bincount(owner)
    moved = np.linalg.solve(np.eye(len(joint)) - answers, error) + _prices_left(given, answers)
    return moved[owner] / scale, rounding + 0.25 * float(moved.sum())


def _prices_left(given: Bertrand, answers: Floats) -> float:
    """Return the largest gap to rest after all weeks, utils.

    A margin of more than its place falls by half of the excess at least, one of less rises by half a util a week or
    so until it is near; from there a gap shrinks by ``step * (1 - r)`` a week, r the spectral radius of the answers.
    """
    widest = choice.MAX_UTILITY + choice.MAX_SPREAD
    weeks = WEEKS - choice.MAX_UTILITY / BEST_RESPONSE_STEP
    radius = float(np.abs(np.linalg.eigvals(answers)).max())
    return widest * (1.0 - BEST_RESPONSE_STEP * (1.0 - radius)) ** weeks
