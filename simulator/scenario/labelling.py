"""Archetypes whose sellers differ by a green label: from one offer to two that were one before."""

from __future__ import annotations

import math

from simulator.scenario.category import Archetype, CategoryInMarket, CategoryProfile


class LabelledArchetype(Archetype):
    """The labelled sellers of an archetype."""

    of: str
    """The archetype that they are a part of: its buyers, tastes and loyalty are theirs."""


def labelled_key(key: str) -> str:
    """Return the key of an archetype's labelled sellers."""
    return f"{key}_labelled"


def divided(category: CategoryProfile) -> CategoryProfile:
    """Return a category in which every archetype with a label is two, the labelled sellers after the others.

    All sellers of an archetype are alike and sell alike, so its number of sellers is shared out as its units are, and
    constants that are given by the logarithm of these shares: together the two are worth what the whole was.
    """
    if all(archetype.labelled is None for archetype in category.archetypes.values()):
        return category
    parts: dict[str, Archetype] = {}
    for key, whole in category.archetypes.items():
        if whole.labelled is None:
            parts[key] = whole
            continue
        share = whole.labelled.share
        parts[key] = whole.model_copy(update=_part(whole, 1.0 - share))
        own = {name: getattr(whole, name) for name in Archetype.model_fields}
        parts[labelled_key(key)] = LabelledArchetype.model_construct(**(own | _part(whole, share)), of=key)
    return category.model_copy(update={"archetypes": parts})


def shared_out(numbers: CategoryInMarket, category: CategoryProfile) -> CategoryInMarket:
    """Return a category's numbers in one market with the shares of its divided archetypes; `category` is undivided."""
    if all(archetype.labelled is None for archetype in category.archetypes.values()):
        return numbers
    shares = dict(numbers.archetype_shares)
    for key, whole in category.archetypes.items():
        if whole.labelled is not None:
            all_units = shares[key]
            shares[key] = all_units * (1.0 - whole.labelled.share)
            shares[labelled_key(key)] = all_units * whole.labelled.share
    return numbers.model_copy(update={"archetype_shares": shares})


def _part(whole: Archetype, share: float) -> dict[str, float | None]:
    """Return the numbers of a part that has a share of an archetype's sellers."""
    constant = None if whole.constant is None else whole.constant + math.log(share)
    return {"share": whole.share * share, "sellers": whole.sellers * share, "constant": constant}
