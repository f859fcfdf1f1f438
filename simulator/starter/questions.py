"""The questions that a new scenario asks, each with the default that the facts give and where it comes from."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from simulator import facts
from simulator.scenario.describing import type_of
from simulator.starter.answers import Answers, Pace
from simulator.starter.writing import budget_of, seller_of

Kind = Literal["text", "number", "whole", "choice", "choices", "day"]

UNITS = {
    "reference_price_usd": "USD, tax included",
    "price_usd": "USD, tax included",
    "unit_cost_usd": "USD/unit, ex VAT",
    "weight_kg": "kg, packed",
    "volume_l": "litres, packed",
    "penetration_share": "share of US online shoppers",
    "frequency_per_year": "needs per such person and year",
    "cash_usd": "USD",
    "ads_usd_week": "USD/week",
    "weeks": "weeks",
}
"""Question -> unit of its number."""

SOURCED = {
    "reference_price_usd": "reference_price_usd",
    "penetration_share": "penetration_share",
    "frequency_per_year": "frequency_per_year",
    "unit_cost_usd": "typical_seller.unit_cost_usd",
    "weight_kg": "typical_seller.weight_kg",
    "volume_l": "typical_seller.volume_l",
    "cash_usd": "typical_seller.cash_usd",
}
"""Question -> figure of the category that is its default."""

ORDER: tuple[tuple[str, Kind], ...] = (
    ("title", "text"), ("unit_cost_usd", "number"), ("reference_price_usd", "number"), ("price_usd", "number"),
    ("weight_kg", "number"), ("volume_l", "number"), ("penetration_share", "number"), ("frequency_per_year", "number"),
    ("markets", "choices"), ("pace", "choice"), ("cash_usd", "number"), ("ads_usd_week", "number"), ("start", "day"),
    ("weeks", "whole"),
)  # fmt: skip
"""As people think of a plan: the product, its buyers, where, with what money, when."""


@dataclass(frozen=True)
class Question:
    """One question about a product or plan; its words are in the catalogue."""

    key: str
    """Field of `Answers`."""
    kind: Kind
    default: Any
    """Null: nothing has to be answered."""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    """What is allowed."""
    low_open: bool = False
    """True: `low` itself is not allowed."""
    choices: tuple[str, ...] = ()
    likely: tuple[float, float] | None = None
    """Low and high of the fact; null where there is none."""
    source: str = facts.ASSUMPTION
    confidence: facts.Confidence = "low"


def questions(category: str, markets: Sequence[str]) -> tuple[Question, ...]:
    """Return the questions about a product of a category for some markets, in order."""
    usual = Answers(category=category, markets=tuple(markets))
    return tuple(_question(usual, key, kind) for key, kind in ORDER)


def _question(usual: Answers, key: str, kind: Kind) -> Question:
    goods = facts.load("categories", usual.category)
    bounds = type_of(Answers, key)
    choices = {"markets": facts.available("markets"), "pace": get_args(Pace)}.get(key, ())
    fact = goods.leaves.get(SOURCED.get(key, ""))
    question = Question(
        key, kind, _default(usual, goods, key), UNITS.get(key, ""), bounds.low, bounds.high, bounds.low_open, choices
    )
    if fact is None:
        return question
    likely = None if fact.low is None else (float(fact.low), float(fact.high))
    return replace(question, likely=likely, source=fact.source, confidence=fact.confidence)


def _default(usual: Answers, goods: facts.Facts, key: str) -> Any:
    """Return what the scenario has where nothing is answered."""
    seller = seller_of(usual, goods.values)
    if key in seller:
        return seller[key]
    if key == "ads_usd_week":
        return float(budget_of(seller["cash_usd"]))
    if key in goods.leaves:
        return float(goods.leaves[key].value)
    value = getattr(usual, key)
    return value.isoformat() if isinstance(value, datetime.date) else value
