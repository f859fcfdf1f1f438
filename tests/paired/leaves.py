"""The leaves of the strategy schema: every lever that a user can set, read from the code that defines them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from simulator.scenario.category import CategoryProfile
from simulator.scenario.describing import Type, type_of, unwrap
from simulator.scenario.names import Title
from simulator.scenario.strategy import Levers, MarketCode, Strategy, VariantLevers

PER_MARKET = "markets.<market>"
"""The leaf that stands for every lever set for one market."""
CERTIFICATES = "product.certificates"
"""The leaf whose values are codes of the category."""
VARIANT = "products.<variant>"
"""Where the levers of one variant stand."""


@dataclass(frozen=True)
class Leaf:
    """A lever: its path in a strategy, and the values among which one chooses (none: a number, a date, a switch)."""

    path: str
    values: tuple[Any, ...] = ()


def is_words(kind: Type) -> bool:
    """Say whether a field is a text for people, which no number of the model depends on."""
    return kind.core == unwrap(Title).core


def leaves(category: CategoryProfile) -> tuple[Leaf, ...]:
    """Return every lever of a strategy, in the order of the schema.

    A variant's options and price are those of `product` and `price`: their values are listed once, there.
    """
    found: list[Leaf] = []
    for field in Strategy.model_fields:
        kind = type_of(Strategy, field)
        if is_words(kind):
            continue
        if field == "markets":
            found.append(Leaf(PER_MARKET))
        elif field == "entry":
            found.append(Leaf("entry.<market>"))
        elif field == "products":
            found += [Leaf(leaf.path) for leaf in _fields(VARIANT, VariantLevers)]
        else:
            found += _below(field, kind)
    return tuple(Leaf(CERTIFICATES, tuple(category.certificates)) if x.path == CERTIFICATES else x for x in found)


def market_levers() -> tuple[str, ...]:
    """Return the first parts of the paths that a market may have its own setting of."""
    return tuple(Levers.model_fields)


def _below(path: str, kind: Type) -> Iterator[Leaf]:
    if kind.model is not None:
        yield from _fields(path, kind.model)
    else:
        yield Leaf(path, _choices(kind))


def _fields(path: str, model: type[BaseModel]) -> Iterator[Leaf]:
    for field in model.model_fields:
        yield from _below(f"{path}.{field}", type_of(model, field))


def _choices(kind: Type) -> tuple[Any, ...]:
    """Return the values of a choice, or of the elements of a list of choices; codes of markets are no choice."""
    core = unwrap(kind.element).core if get_origin(kind.core) is tuple else kind.core
    if core is MarketCode or get_origin(core) is not Literal:
        return ()
    return get_args(core)
