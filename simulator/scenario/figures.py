"""Checks of the numbers that a scenario lays over the facts: categories, markets, behaviour, rivals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from simulator import facts
from simulator.errors import Problem
from simulator.scenario import resolving
from simulator.scenario.behaviour import Behaviour
from simulator.scenario.category import CategoryNumbers, CategoryProfile
from simulator.scenario.labelling import divided, labelled_key
from simulator.scenario.names import MAX_CLOSE_RIVALS, allowed
from simulator.scenario.places import LEAF_KEYS, Node, collapse_nodes, is_leaf, plain, walk
from simulator.scenario.profiles import PAYMENT_METHODS, MarketProfile, Share
from simulator.scenario.validating import check, shown


def check_category(node: Node, problems: list[Problem]) -> CategoryProfile | None:
    """Return the category, or None after appending what is wrong."""
    if not isinstance(node.value, dict):
        return None
    problems.extend(_leaf_problems(node, ("category",)))
    key = node.items.get("key")
    known = facts.available("categories")
    if key is None:
        problems.append(
            node.start.problem("category", f"the key 'key' is missing; allowed: {', '.join(known)}, or own")
        )
        return None
    if not resolving.is_known_category(key.value) and len(node.items) <= len(CategoryProfile.model_fields) // 3:
        message = f"read {shown(key.value)}, no known category; {allowed(str(key.value), known)}; a new one needs all"
        problems.append(key.place.problem("category", f"{message} its numbers"))
        return None
    typical = node.items.get("typical_seller")
    if typical is not None:
        message = "says what `market-entry new` starts from; a scenario's own seller stands under `seller`"
        problems.append(typical.start.problem("category.typical_seller", message))
    overrides = plain(node)
    profile: CategoryProfile | None = check(
        CategoryProfile, node, ("category",), problems, facts=resolving.category_facts(overrides)
    )
    archetypes = node.items.get("archetypes")
    names = [*facts_archetypes(overrides), *(archetypes.items if archetypes is not None else {})]
    problems.extend(_market_numbers(node, names))
    problems.extend(_shares(profile, node) if profile is not None else ())
    problems.extend(_labels(profile, node) if profile is not None else ())
    return profile


def _labels(profile: CategoryProfile, node: Node) -> Iterator[Problem]:
    """Check that the labelled sellers of an archetype, which need a key of their own, take no other's."""
    for key, archetype in profile.archetypes.items():
        if archetype.labelled is not None and labelled_key(key) in profile.archetypes:
            path = ("archetypes", key, "labelled")
            found, _ = node.nearest(path)
            message = f"its labelled sellers are called {labelled_key(key)!r}, which is another archetype; rename one"
            yield found.start.problem(".".join(("category", *path)), message)


def facts_archetypes(overrides: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the archetypes that a category has by its facts."""
    return tuple(resolving.category_facts(overrides).get("archetypes", {}))


def _market_numbers(node: Node, archetypes: Sequence[str]) -> list[Problem]:
    """Check what a category says of single markets."""
    problems: list[Problem] = []
    for code, patch in (node.items.get("market") or Node(None, node.place)).items.items():
        path = ("category", "market", code)
        if code not in facts.available("markets"):
            problems.append(patch.start.problem(".".join(path), f"unknown market; {_markets(code)}"))
            continue
        for name, child in patch.items.items():
            where = (*path, name)
            if name in resolving.NUMBERS:
                check(CategoryNumbers.model_fields[name].rebuild_annotation(), collapse_nodes(child), where, problems)
            elif name == "archetype_shares":
                check(Mapping[str, Share], collapse_nodes(child), where, problems)
                for archetype, share in child.items.items():
                    if archetype not in archetypes:
                        message = f"unknown archetype; {allowed(archetype, archetypes)}"
                        problems.append(share.start.problem(".".join((*where, archetype)), message))
            else:
                message = f"unknown key; {allowed(name, resolving.MARKET_KEYS)}"
                problems.append(child.start.problem(".".join(where), message))
    return problems


def _shares(profile: CategoryProfile, node: Node) -> Iterator[Problem]:
    """Check that the archetypes leave something to the outside option."""
    own = (node.items.get("market") or node).items
    for code in facts.available("markets"):
        try:
            here = resolving.category_in(profile, code)
        except ValidationError:
            continue  # a number of that market is wrong, which has its own message
        if not resolving.leaves_room(here):
            total = sum(here.archetype_shares.values())
            place = own[code] if code in own else node.items.get("archetypes") or node
            message = f"the archetypes' shares sum to {total:.4g} in {code}; allowed: below 1 (the rest buys outside)"
            yield place.start.problem("category.archetypes", message)


def check_market(code: str, node: Node, problems: list[Problem]) -> None:
    """Append what is wrong with one market."""
    path = ("markets", code)
    if code not in facts.available("markets"):
        problems.append(node.start.problem(".".join(path), f"unknown market; {_markets(code)}"))
        return
    problems.extend(_leaf_problems(node, path))
    profile = check(MarketProfile, node, path, problems, facts=facts.load("markets", code).values)
    if profile is None:
        return
    mix = node.items.get("payment_mix", node)
    where = ".".join((*path, "payment_mix"))
    for name, child in mix.items.items() if mix is not node else ():
        if name not in PAYMENT_METHODS and not (name in LEAF_KEYS and is_leaf(plain(mix))):
            problems.append(child.start.problem(f"{where}.{name}", f"unknown code; {allowed(name, PAYMENT_METHODS)}"))
    if not resolving.is_whole(profile):
        total = sum(profile.payment_mix.values())
        problems.append(mix.start.problem(where, f"the shares sum to {total:.4g}; allowed: 1"))


def check_behaviour(node: Node, problems: list[Problem]) -> None:
    """Append what is wrong with the replaced behaviour."""
    if not isinstance(node.value, dict):
        return
    problems.extend(_leaf_problems(node, ("behaviour",)))
    check(Behaviour, node, ("behaviour",), problems, facts=facts.load("behaviour").values)


def check_rivals(
    rivals: Node | None, markets: Node | None, category: CategoryProfile | None, category_node: Node | None
) -> Iterator[Problem]:
    """Yield what is wrong with close rivals beyond their own numbers."""
    codes = markets.items if markets is not None else {}
    own = rivals.items if rivals is not None else {}
    for code, node in own.items():
        if code not in codes:
            yield node.start.problem(f"rivals.{code}", f"no market of this scenario; {allowed(code, codes)}")
        if isinstance(node.value, list):
            yield from _crowd(len(node.value), node, f"rivals.{code}")
            named = [child.items["key"].value for child in node.value if "key" in child.items]
            keys = [key for key in named if isinstance(key, str)]
            if len(set(keys)) < len(keys):
                yield node.start.problem(f"rivals.{code}", "two rivals have the same key; allowed: one each")
    if category is not None:
        yield from _namesakes(own, category, category_node)
    if category is not None and category_node is not None and set(codes) - set(own):
        where = category_node.items.get("close_rivals", category_node)
        yield from _crowd(len(category.close_rivals), where, "category.close_rivals")


def _namesakes(own: Mapping[str, Node], category: CategoryProfile, category_node: Node | None) -> Iterator[Problem]:
    """Check that no close rival has the key of an archetype, or of its labelled sellers."""
    taken = divided(category).archetypes
    message = "is the key of an archetype of the category; allowed: another one"
    for code, node in own.items():
        for i, child in enumerate(node.value if isinstance(node.value, list) else ()):
            key = child.items.get("key")
            if key is not None and isinstance(key.value, str) and key.value in taken:
                yield key.place.problem(f"rivals.{code}.{i}.key", f"{shown(key.value)} {message}")
    for i, rival in enumerate(category.close_rivals):
        if rival.key in taken and category_node is not None:
            found, _ = category_node.nearest(("close_rivals", i, "key"))
            yield found.start.problem(f"category.close_rivals.{i}.key", f"{shown(rival.key)} {message}")


def _crowd(count: int, node: Node, path: str) -> Iterator[Problem]:
    if count > MAX_CLOSE_RIVALS:
        message = f"read {count} close rivals; allowed: at most {MAX_CLOSE_RIVALS} per market"
        yield node.start.problem(path, message)


def _leaf_problems(node: Node, path: tuple[str, ...]) -> Iterator[Problem]:
    """Check numbers written with their range and source."""
    for below, child in walk(node, path):
        value = plain(child)
        if not is_leaf(value):
            continue
        where = ".".join(below)
        for name, inner in child.items.items():
            if name not in LEAF_KEYS:
                yield inner.start.problem(f"{where}.{name}", f"unknown key of a figure; {allowed(name, LEAF_KEYS)}")
            elif name in ("low", "high") and (
                isinstance(inner.value, bool) or not isinstance(inner.value, int | float)
            ):
                yield inner.place.problem(f"{where}.{name}", f"read {shown(plain(inner))}; allowed: a number")
        ends = [value[name] for name in ("low", "value", "high") if _is_number(value.get(name))]
        if ends != sorted(ends):
            yield child.start.problem(where, "the value does not lie between low and high")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _markets(code: str) -> str:
    return allowed(code, facts.available("markets"))
