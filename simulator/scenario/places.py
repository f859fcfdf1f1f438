"""A YAML document as a tree in which every key and value remembers its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.errors import Problem

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: file (or option), line and column from 1."""

    file: str
    line: int = 1
    column: int = 1

    def problem(self, path: str, message: str) -> Problem:
        """Return a problem at this place."""
        return Problem(self.file, self.line, self.column, path, message)


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the document: a scalar, a mapping from texts to nodes, or a list of nodes."""

    value: Scalar | dict[str, Node] | list[Node]
    place: Place
    key: Place | None = None
    """Place of the key that the value belongs to."""

    @property
    def items(self) -> dict[str, Node]:
        """Return the children of a mapping; nothing for other values, so a caller may look before it checks."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def start(self) -> Place:
        """Return the place to name when something is missing or superfluous."""
        return self.key or self.place

    def get(self, *path: str) -> Node | None:
        """Return the node at a path of keys, None where there is none."""
        node: Node | None = self
        for key in path:
            node = node.items.get(key) if node else None
        return node

    def nearest(self, path: Sequence[str | int]) -> tuple[Node, bool]:
        """Return the deepest node on a path, and whether it is the end of the path.

        Parts that stand only in a type, such as the kind of a distribution, are skipped.
        """
        node = self
        for position, part in enumerate(path):
            if isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
            elif str(part) in node.items:
                node = node.items[str(part)]
            elif part not in {child.value for child in node.items.values() if isinstance(child.value, str)}:
                return node, False
            elif position == len(path) - 1:
                return node, True
        return node, True


def node_of(value: Any, place: Place) -> Node:
    """Return plain data as a tree whose every part stands at one place (an option, or data made in Python)."""
    if isinstance(value, Mapping):
        return Node({str(key): node_of(child, place) for key, child in value.items()}, place, place)
    if isinstance(value, list | tuple):
        return Node([node_of(child, place) for child in value], place, place)
    if value is not None and not isinstance(value, str | int | float | bool):
        value = str(value)
    return Node(value, place, place)


def plain(node: Node) -> Any:
    """Return the tree as plain data."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def merge(base: Node, over: Node) -> Node:
    """Return `over` laid on `base`: mappings merge deeply, lists and scalars replace, null removes a key."""
    if not isinstance(base.value, dict) or not isinstance(over.value, dict):
        return over
    merged = dict(base.value)
    for key, child in over.value.items():
        if child.value is None:
            merged.pop(key, None)
        elif key in merged:
            merged[key] = merge(merged[key], child)
        else:
            merged[key] = child
    return Node(merged, over.place, over.key)


def without_nulls(node: Node) -> Node:
    """Return the tree without keys whose value is null: a key set to null is a key left out."""
    if isinstance(node.value, dict):
        kept = {key: without_nulls(child) for key, child in node.value.items() if child.value is not None}
        return Node(kept, node.place, node.key)
    if isinstance(node.value, list):
        return Node([without_nulls(child) for child in node.value], node.place, node.key)
    return node


def placed(node: Node, path: Sequence[str], child: Node) -> Node:
    """Return the tree with `child` at a path, making mappings on the way (all other parts are shared)."""
    if not path:
        return child
    items = dict(node.items)
    below = items.get(path[0]) or Node({}, child.place, child.key)
    items[path[0]] = placed(below, path[1:], child)
    return Node(items, node.place, node.key)


def walk(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Yield every node below, with its path, parents first."""
    yield path, node
    for key, child in children(node):
        yield from walk(child, (*path, key))


def children(node: Node) -> list[tuple[str, Node]]:
    """Return the parts of a mapping by key, of a list by position."""
    if isinstance(node.value, list):
        return [(str(position), child) for position, child in enumerate(node.value)]
    return list(node.items.items())


# ------------------------------------------------------------------------------------------- data leaves
LEAF_KEYS = frozenset({"value", "low", "high", "unit", "year", "source", "confidence", "note"})
"""A number may be written with its range and source, as in the data files."""


def is_leaf(value: Any) -> bool:
    """Say whether plain data is a number written as ``{value, low, high, unit, source, confidence}``.

    The tier named `value` is a mapping, so a leaf is known by a value that is none.
    """
    return isinstance(value, Mapping) and "value" in value and not isinstance(value["value"], Mapping)


def collapse(value: Any) -> Any:
    """Return plain data with each leaf replaced by its value alone."""
    if is_leaf(value):
        return value["value"]
    if isinstance(value, Mapping):
        return {key: collapse(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [collapse(child) for child in value]
    return value


def collapse_nodes(node: Node) -> Node:
    """Return the tree with each leaf replaced by its value alone, at the place of that value."""
    inner = node.items.get("value")
    if inner is not None and not isinstance(inner.value, dict):
        return Node(inner.value, inner.place, node.key)
    if isinstance(node.value, dict):
        return Node({key: collapse_nodes(child) for key, child in node.value.items()}, node.place, node.key)
    if isinstance(node.value, list):
        return Node([collapse_nodes(child) for child in node.value], node.place, node.key)
    return node
