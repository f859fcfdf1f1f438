"""What a user says about the own product and plan; what is left out comes from the facts of the category."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from simulator import facts
from simulator.errors import Problem, ScenarioError
from simulator.examples import USUAL_MARKETS
from simulator.scenario.describing import type_of
from simulator.scenario.names import allowed
from simulator.scenario.places import Place, node_of
from simulator.scenario.profiles import Frozen
from simulator.scenario.scenario import Start, Weeks
from simulator.scenario.seller import Cash, UnitCost, Volume, Weight
from simulator.scenario.strategy import Price, Usd
from simulator.scenario.validating import check
from simulator.texts import visible

LONGEST_TITLE = 120

FIRST_LAW = datetime.date(2020, 1, 1)
"""The dated rules of every market start here: an earlier week has no VAT."""

Pace = Literal["staged", "at_once"]
"""How the localised strategy enters its markets."""

PricePaid = Annotated[float, Field(gt=0.0, le=1e6)]
"""USD, tax included."""


def _title(text: str) -> str:
    if len(text) > LONGEST_TITLE:
        raise ValueError(f"read {len(text)} letters; allowed: a text of up to {LONGEST_TITLE}")
    return visible(text).strip()


def _category(key: str) -> str:
    if key not in facts.available("categories"):
        raise ValueError(f"read {key!r}; {allowed(key, facts.available('categories'))}")
    return key


def _markets(codes: tuple[str, ...]) -> tuple[str, ...]:
    known = facts.available("markets")
    if not codes:
        raise ValueError(f"read no market; allowed: {', '.join(known)}")
    for code in codes:
        if code not in known:
            raise ValueError(f"read {code!r}; {allowed(code, known)}")
    return tuple(dict.fromkeys(codes))


def _under_law(day: datetime.date) -> datetime.date:
    if day < FIRST_LAW:
        raise ValueError(f"read {day}; allowed: a Monday from {FIRST_LAW}, as no law is known before")
    return day


class Answers(Frozen):
    """One product, where it goes, and the money behind it; None: as the facts of the category have it."""

    category: Annotated[str, AfterValidator(_category)] = "sports_earbuds"
    title: Annotated[str, AfterValidator(_title)] | None = None
    """Of the product, in the words of the user; shown as plain text."""
    reference_price_usd: PricePaid | None = None
    """What such products usually cost in the US, tax included; elsewhere by income and VAT."""
    price_usd: PricePaid | None = None
    """The own US price, tax included; None: the reference price."""
    unit_cost_usd: UnitCost | None = None
    weight_kg: Weight | None = None
    volume_l: Volume | None = None
    penetration_share: Annotated[float, Field(gt=0.0, le=1.0)] | None = None
    """Of US online shoppers, who ever need such a product; other markets keep their ratio to the US."""
    frequency_per_year: Annotated[float, Field(gt=0.0, le=40.0)] | None = None
    """Needs of such a person per year."""
    markets: Annotated[tuple[str, ...], AfterValidator(_markets)] = USUAL_MARKETS
    """In the order of entry."""
    pace: Pace = "staged"
    cash_usd: Cash | None = None
    ads_usd_week: Usd | None = None
    """Of the firm in total."""
    start: Annotated[Start, AfterValidator(_under_law)] = datetime.date(2026, 1, 5)
    weeks: Weeks = 104

    @field_validator("price_usd")
    @classmethod
    def _near_the_usual(cls, price: float | None, info: ValidationInfo) -> float | None:
        if price is None or not {"category", "reference_price_usd"} <= info.data.keys():
            return price
        usual, bounds = _usual(info.data["category"], info.data["reference_price_usd"]), type_of(Price, "position")
        if not bounds.holds(_position(price, usual)):
            ends = " to ".join(f"{usual * end:,.10g}" for end in (bounds.low, bounds.high) if end is not None)
            raise ValueError(f"read {price:,.10g} where {usual:,.10g} is usual; allowed: {ends}")
        return price

    @property
    def usual_price_usd(self) -> float:
        """Return the reference price: the answer, else the fact."""
        return _usual(self.category, self.reference_price_usd)

    @property
    def position(self) -> float:
        """Return the own price ÷ the reference price."""
        return 1.0 if self.price_usd is None else _position(self.price_usd, self.usual_price_usd)


def _usual(category: str, answer: float | None) -> float:
    fact: float = facts.load("categories", category).values["reference_price_usd"]
    return fact if answer is None else answer


def _position(price: float, usual: float) -> float:
    return round(price / usual, 4)


def answered(values: Mapping[str, Any], name: str = "answers") -> Answers:
    """Return the answers that plain data give, null being none; ScenarioError with all that is wrong."""
    given = {
        key: value.isoformat()
        if isinstance(value, datetime.date)
        else _text(value)
        if isinstance(value, str)
        else value
        for key, value in values.items()
        if value is not None
    }
    problems: list[Problem] = []
    found: Answers | None = check(Answers, node_of(given, Place(name)), (), problems)
    if found is None:
        raise ScenarioError(problems)
    return found


def _text(value: str) -> str:
    """Return a text without half characters, which no file can hold."""
    return value.encode("utf-8", "replace").decode()
