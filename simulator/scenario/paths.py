"""The dotted paths of a scenario that one can set: for ``--set``, uncertainties and sweeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from simulator import facts
from simulator.scenario.behaviour import Behaviour
from simulator.scenario.category import CategoryNumbers, CategoryProfile
from simulator.scenario.describing import Type, describe, members, type_of, unwrap
from simulator.scenario.names import closest
from simulator.scenario.places import collapse
from simulator.scenario.profiles import MarketProfile
from simulator.scenario.resolving import category_facts
from simulator.scenario.strategy import Levers, Strategy
from simulator.scenario.validating import laid_over

WHOLE = ("category", "markets", "rivals", "events", "uncertainties", "outcomes")
"""Keys that can also be replaced as a whole."""


def settable(scenario: type[BaseModel], document: Mapping[str, Any]) -> dict[str, Type]:
    """Return every path of a document that can be set, with its type.

    Parameters
    ----------
    scenario : type
        The model `Scenario`.
    document : mapping
        Plain data of a scenario, valid or not: it names the markets, strategies and variants.
    """
    found: dict[str, Type] = {}
    markets = [code for code in _mapping(document, "markets") if code in facts.available("markets")]
    for name in scenario.model_fields:
        kind = type_of(scenario, name)
        if name in WHOLE:
            found[name] = kind
        match name:
            case "markets":
                for code in markets:
                    own = laid_over(facts.load("markets", code).values, collapse(_mapping(document, name, code)))
                    found |= _prefixed(f"markets.{code}", _below(MarketProfile, own))
            case "category":
                found |= _prefixed("category", _category(_mapping(document, name), markets))
            case "behaviour":
                found |= _prefixed("behaviour", _below(Behaviour, {}))
            case "strategies":
                for strategy in _mapping(document, name):
                    found |= _prefixed(f"strategies.{strategy}", _strategy(document, strategy, markets))
            case "rivals":
                own = _mapping(document, name)
                for code in markets:
                    found |= _prefixed(f"rivals.{code}", _leaves(unwrap(kind.element), own.get(code)))
            case "mechanisms":
                found |= {f"mechanisms.{word}": Type(bool) for word in kind.core.__args__[0].__args__}
            case "events":
                found |= _prefixed(name, _events(kind, document.get(name)))
            case "uncertainties" | "outcomes":
                continue
            case _:
                found |= _prefixed(name, _leaves(kind, _mapping(document, name)))
    return found


def describe_all(types: Mapping[str, Type]) -> dict[str, str]:
    """Return path -> what is allowed, in words."""
    return {path: describe(kind) for path, kind in types.items()}


def closest_path(path: str, paths: Mapping[str, object]) -> str:
    """Return the end of a message about an unknown path."""
    parts = path.split(".")
    near = closest(path, paths) or next((known for known in paths if known.endswith("." + parts[-1])), None)
    hint = f"did you mean '{near}'? " if near else ""
    return f"{hint}`market-entry schema --paths` lists all"


def _strategy(document: Mapping[str, Any], name: str, markets: list[str]) -> Iterator[tuple[str, Type]]:
    own = _mapping(document, "strategies", name)
    for field in Strategy.model_fields:
        if field not in ("entry", "markets"):
            yield from _prefixed(field, _leaves(type_of(Strategy, field), own.get(field))).items()
    week = unwrap(type_of(Strategy, "entry").element)
    for code in markets:
        yield f"entry.{code}", week
        patch = _mapping(own, "markets", code)
        for field in Levers.model_fields:
            # A market may replace what a variant is, also where it has not yet.
            names = own.get(field) if field == "products" else patch.get(field)
            yield from _prefixed(f"markets.{code}.{field}", _leaves(type_of(Levers, field), names)).items()


def _events(kind: Type, events: Any) -> Iterator[tuple[str, Type]]:
    """Yield the paths of events by their positions; the kind of an event stays."""
    models = {get_args(model.model_fields["kind"].annotation)[0]: model for model in members(unwrap(kind.element))}
    for position, event in enumerate(events if isinstance(events, list | tuple) else ()):
        word = event.get("kind") if isinstance(event, Mapping) else None
        if isinstance(word, str) and word in models:
            below = ((path, found) for path, found in _below(models[word], event) if path != "kind")
            yield from _prefixed(str(position), below).items()


def _category(overrides: Mapping[str, Any], markets: list[str]) -> Iterator[tuple[str, Type]]:
    values = laid_over(category_facts(overrides), collapse(overrides))
    for path, kind in _below(CategoryProfile, values):
        if path.partition(".")[0] not in ("market", "typical_seller"):
            yield path, kind
    share = unwrap(type_of(MarketProfile, "mobile_share").core)
    for code in markets:
        for number in CategoryNumbers.model_fields:
            yield f"market.{code}.{number}", type_of(CategoryNumbers, number)
        for archetype in _mapping(values, "archetypes"):
            bounds = type_of(MarketProfile, "mobile_share")
            yield f"market.{code}.archetype_shares.{archetype}", Type(share.core, bounds.low, bounds.high)


def _below(model: type[BaseModel], values: Any) -> Iterator[tuple[str, Type]]:
    own = values if isinstance(values, Mapping) else {}
    for field in model.model_fields:
        yield from _prefixed(field, _leaves(type_of(model, field), own.get(field))).items()


def _leaves(kind: Type, value: Any) -> Iterator[tuple[str, Type]]:
    """Yield the paths below a type (the empty one for a leaf); `value` names what mappings and lists hold."""
    if kind.model is not None:
        yield from _below(kind.model, value)
    elif kind.is_mapping and kind.element is not object:
        for key, child in value.items() if isinstance(value, Mapping) else ():
            yield from _prefixed(str(key), _leaves(unwrap(kind.element), child)).items()
    else:
        yield "", kind
        if kind.element is not None and unwrap(kind.element).model is not None and isinstance(value, list | tuple):
            for position, child in enumerate(value):
                yield from _prefixed(str(position), _leaves(unwrap(kind.element), child)).items()


def _prefixed(prefix: str, paths: Iterator[tuple[str, Type]]) -> dict[str, Type]:
    return {f"{prefix}.{path}" if path else prefix: kind for path, kind in paths}


def _mapping(document: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """Return the mapping at a path, empty where there is something else."""
    value: Any = document
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}
