"""The figures of the data one by one: a mix, a dated rule and a list are told part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.texts.numbers import NOTHING


@dataclass(frozen=True, slots=True)
class Figure:
    """A part of a fact that is one value."""

    path: str
    value: Any
    """A number, a text, a truth, null, or a list of them."""
    low: Any = None
    high: Any = None


def figures(path: str, value: Any, low: Any = None, high: Any = None) -> Iterator[Figure]:
    """Yield a fact's value; of a mapping (a mix, a dated rule) those of its parts, each with its range."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from figures(f"{path}.{name}", part, _part(low, name), _part(high, name))
    else:
        yield Figure(path, value, low, high)


def written(value: Any) -> str:
    """Return a value of the data as text, with all its digits."""
    if value is None:
        return NOTHING
    if isinstance(value, list | tuple):
        return ", ".join(map(written, value))
    if isinstance(value, float):
        return f"{value:,.10g}"
    return f"{value:,}" if isinstance(value, int) and abs(value) >= 10_000 else str(value)


def _part(bounds: Any, name: Any) -> Any:
    """Return the bound of a part; None where it has none."""
    return bounds.get(name) if isinstance(bounds, Mapping) else None
