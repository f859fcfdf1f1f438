"""The numbers of a scenario's world: the facts, and over them what the scenario replaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator import facts
from simulator.scenario.behaviour import Behaviour
from simulator.scenario.category import CategoryInMarket, CategoryNumbers, CategoryProfile
from simulator.scenario.places import collapse
from simulator.scenario.profiles import MarketProfile
from simulator.scenario.validating import laid_over, strict

NUMBERS = tuple(CategoryNumbers.model_fields)
"""Numbers of a category that a market may replace, besides the shares of the archetypes."""

MARKET_KEYS = (*NUMBERS, "archetype_shares")

SUM_TOLERANCE = 0.005
"""Parts that must sum to 1 may be rounded."""


def is_known_category(key: Any) -> bool:
    """Say whether the data have a category of that name."""
    return isinstance(key, str) and key in facts.available("categories")


def category_facts(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures that a category starts from; empty for one that the scenario writes in full.

    A number that the scenario gives for the whole category holds in every market: the data's own value of that
    number for single markets is dropped, or the scenario's would be read and have no effect.
    """
    key = overrides.get("key")
    if not is_known_category(key):
        return {}
    values = facts.load("categories", str(key)).values
    archetypes = overrides.get("archetypes")
    shares = [
        name
        for name, own in (archetypes.items() if isinstance(archetypes, Mapping) else ())
        if isinstance(own, Mapping) and "share" in own
    ]
    for numbers in values.get("market", {}).values():
        for name in NUMBERS:
            if name in overrides:
                numbers.pop(name, None)
        for name in shares:
            numbers.get("archetype_shares", {}).pop(name, None)
    return values


def category_profile(overrides: Mapping[str, Any]) -> CategoryProfile:
    """Return the category of a scenario; pydantic's ValidationError where a number is out of range."""
    profile: CategoryProfile = strict(CategoryProfile, laid_over(category_facts(overrides), collapse(overrides)))
    return profile


def category_in(profile: CategoryProfile, market: str) -> CategoryInMarket:
    """Return a category as one market has it: the market's own numbers, else the general ones."""
    own = dict(profile.market.get(market, {}))
    shares = {name: archetype.share for name, archetype in profile.archetypes.items()}
    values = {name: getattr(profile, name) for name in NUMBERS} | own
    own_shares = own.get("archetype_shares", {})
    # What is no mapping is left for the type to refuse.
    values["archetype_shares"] = shares | dict(own_shares) if isinstance(own_shares, Mapping) else own_shares
    values["reference_price_given"] = "reference_price_usd" in own
    result: CategoryInMarket = strict(CategoryInMarket, values)
    return result


def leaves_room(category: CategoryInMarket) -> bool:
    """Say whether the archetypes leave something to the outside option."""
    return sum(category.archetype_shares.values()) < 1.0


def is_whole(market: MarketProfile) -> bool:
    """Say whether the payment methods are all that people use."""
    return abs(sum(market.payment_mix.values()) - 1.0) <= SUM_TOLERANCE


def market_profile(market: str, overrides: Mapping[str, Any]) -> MarketProfile:
    """Return a market of a scenario."""
    values = facts.load("markets", market).values
    profile: MarketProfile = strict(MarketProfile, laid_over(values, collapse(overrides)))
    return profile


def behaviour_profile(overrides: Mapping[str, Any]) -> Behaviour:
    """Return the behaviour of a scenario."""
    values = facts.load("behaviour").values
    profile: Behaviour = strict(Behaviour, laid_over(values, collapse(overrides)))
    return profile
