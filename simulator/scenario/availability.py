"""What the schema knows and the model does not play yet.

A value is refused here with "not available yet" rather than accepted and ignored. When a mechanism is built, its
line goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simulator.errors import Problem
from simulator.scenario.places import Node, children, plain
from simulator.scenario.validating import shown


@dataclass(frozen=True, slots=True)
class NotYet:
    """A place of the scenario and the values that it may not have yet.

    Parameters
    ----------
    path : str
        Dotted; ``*`` stands for any name or position. Levers are given without ``strategies.*.``.
    refused : tuple
        Codes that are not available; empty: every value but the neutral ones.
    neutral : tuple
        Values that change nothing and are accepted.
    """

    path: str
    refused: tuple[Any, ...] = ()
    neutral: tuple[Any, ...] = (False, "none", (), {})

    def refuses(self, value: Any) -> bool:
        """Say whether a plain value is not available yet."""
        if self.refused:
            return value in self.refused
        value = tuple(value) if isinstance(value, list) else value
        return not any(type(value) is type(neutral) and value == neutral for neutral in self.neutral)


LEVERS: tuple[NotYet, ...] = ()
"""Levers of a strategy, in general and for one market."""

WORLD = ()
"""Everything outside the strategies."""

OFF = frozenset(line.path.removeprefix("mechanisms.") for line in WORLD if line.path.startswith("mechanisms."))
"""Mechanisms that can only be off."""

MAX_CLOSE_RIVALS = 8
"""Close rivals per market; one or two are usual, lessons make whole markets of them."""

UNKNOWN_TO_PROFILES = frozenset(line.path for line in WORLD if line.path.startswith("behaviour."))
"""Numbers of the contract that the profiles do not have yet."""


def refusals(document: Node) -> Iterator[Problem]:
    """Yield a problem for everything in a scenario that is not available yet."""
    for line in WORLD:
        yield from _at(document, tuple(line.path.split(".")), line)
    for line in LEVERS:
        parts = tuple(line.path.split("."))
        yield from _at(document, ("strategies", "*", *parts), line)
        yield from _at(document, ("strategies", "*", "markets", "*", *parts), line)


def _at(document: Node, pattern: tuple[str, ...], line: NotYet) -> Iterator[Problem]:
    for path, node in _matches(document, pattern, ()):
        value = plain(node)
        if value is not None and line.refuses(value):
            yield node.place.problem(".".join(path), f"read {shown(value)}; not available yet")


def _matches(node: Node, pattern: tuple[str, ...], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Yield the nodes at a pattern of keys."""
    if not pattern:
        yield path, node
        return
    head, rest = pattern[0], pattern[1:]
    for key, child in children(node):
        if head in ("*", key):
            yield from _matches(child, rest, (*path, key))
