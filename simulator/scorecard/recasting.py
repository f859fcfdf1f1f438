"""The same scenario with another category: whatever belongs to the category changes, and nothing else.

What belongs to it besides its own file: what its goods cost, weigh and tie up in cash (the category's typical
seller), which certificates prove a claim, and how uncertain its numbers are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator import facts
from simulator.errors import UsageError
from simulator.scenario import Scenario, scenario_of

CLAIMS = ("health", "green", "safety")
SELLER = ("unit_cost_usd", "weight_kg", "volume_l", "cash_usd")
"""Of a seller, what follows the category."""


def recast(scenario: Scenario, key: str) -> Scenario:
    """Return a scenario with another category; itself where it has that one already.

    Raises
    ------
    UsageError
        There is no such category, or the seller's products are described one by one.
    """
    known = facts.available("categories")
    if key not in known:
        raise UsageError(f"--category: no category {key!r}; there are {', '.join(known)}")
    if key == scenario.category_profile.key:
        return scenario
    document = scenario.document()
    if document["seller"]["products"]:
        raise UsageError("--category: the seller describes its products, which belong to the scenario's own category")
    goods = facts.load("categories", key)
    typical = goods.values["typical_seller"]
    old, new = (_claims(facts.load("categories", name).values) for name in (scenario.category_profile.key, key))
    changes = {
        "category": key,
        "seller": document["seller"] | {name: typical[name] for name in SELLER},
        "strategies": {name: _proven(each, old, new) for name, each in document["strategies"].items()},
        "uncertainties": dict(_uncertain(document["uncertainties"], goods)),
    }
    return scenario_of(document | changes, scenario.name)


def _claims(category: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return what each certificate proves."""
    return {code: tuple(each["supports"]) for code, each in category["certificates"].items()}


def _proven(node: Any, old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]) -> Any:
    """Return a strategy with certificates of the new category that prove the same claims, where it has any."""
    if not isinstance(node, Mapping):
        return node
    changed = {name: _proven(each, old, new) for name, each in node.items()}
    if "certificates" in changed and isinstance(changed["certificates"], list):
        claims = [claim for code in changed["certificates"] for claim in old.get(code, ())]
        found = [code for claim in CLAIMS if claim in claims for code in _optional(claim, new)]
        changed["certificates"] = list(dict.fromkeys(found))
    return changed


def _optional(claim: str, new: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the first certificate that proves a claim; those that speak of it alone go before others."""
    proving = sorted((code for code, claims in new.items() if claim in claims), key=lambda code: len(new[code]))
    return proving[:1]


def _uncertain(uncertainties: Mapping[str, Any], goods: facts.Facts) -> Iterator[tuple[str, Any]]:
    """Yield what is uncertain: of the category, the same numbers within the ranges that its own file gives."""
    for path, spread in uncertainties.items():
        top, _, rest = path.partition(".")
        if top != "category":
            yield path, spread
        elif rest in goods.leaves and goods.leaves[rest].low is not None:
            yield path, "from_facts"
