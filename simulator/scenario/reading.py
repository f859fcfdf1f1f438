"""From the text of a YAML file to a tree with places.

The subset is small on purpose: one YAML 1.2 document of mappings with text keys, lists and plain values. No
anchors and aliases (a small file could expand to gigabytes), no tags, no duplicate keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from simulator.errors import Problem, ScenarioError
from simulator.scenario.places import Node, Place, Scalar

MAX_BYTES = 2 * 1024 * 1024
"""Largest scenario file."""

MAX_UPLOAD_BYTES = 256 * 1024
"""Largest scenario that the app takes from a browser."""

MAX_DEPTH = 24
"""Deepest nesting; a scenario needs 9."""

MAX_INTEGER_DIGITS = 300

SLIPS = (ValueError, LookupError, TypeError, AttributeError, AssertionError, ArithmeticError)
"""What the parser itself raises on some broken texts, such as an escape beyond Unicode."""

# The core schema of YAML 1.2 (section 10.3.2): `yes`, `on`, `012_3` and dates are texts.
NULL = {"", "~", "null", "Null", "NULL"}
BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
INTEGER = re.compile(r"[-+]?[0-9]+")
BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def decode(data: bytes, file: str, max_bytes: int = MAX_BYTES) -> str:
    """Return the text of a file; its size and encoding are checked."""
    place = Place(file)
    if len(data) > max_bytes:
        limit = f"{max_bytes / 1024:,.0f} KiB"
        raise ScenarioError([place.problem("", f"the file has {len(data):,} bytes; allowed: up to {limit}")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        message = f"read byte 0x{data[error.start]:02x}, which is not UTF-8; save the file as UTF-8"
        raise ScenarioError([Place(file, line, column).problem("", message)]) from None


def scalar(text: str, is_plain: bool = True) -> Scalar:
    """Return the value of a YAML scalar by the core schema; a quoted one is a text."""
    if not is_plain:
        return text
    if text in NULL:
        return None
    if text in BOOLEAN:
        return BOOLEAN[text]
    if INTEGER.fullmatch(text):
        return int(text) if len(text) <= MAX_INTEGER_DIGITS else float("inf")
    if BASED.fullmatch(text):
        return int(text, 0)
    if FLOAT.fullmatch(text):
        return float(text)
    if SPECIAL.fullmatch(text):
        return float(text.replace(".", "", 1))
    return text


def parse(text: str, file: str) -> Node:
    """Return the document of a text; every problem of form is raised at once."""
    reader = _Reader(file)
    node = reader.read(text)
    if reader.problems or node is None:
        raise ScenarioError(reader.problems)
    return node


class _Reader:
    """One pass over the events of a YAML parser, collecting problems."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def read(self, text: str) -> Node | None:
        """Return the root, or None after a problem that ends the reading."""
        try:
            events = self._events(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file)
            self._refuse(place, "", f"not valid YAML: {error.problem or error.context}")
        except (YAMLError, *SLIPS) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            self._refuse(Place(self.file), "", f"not valid YAML: {reason}")
        else:
            return None if self.problems else self._document(iter(events))
        return None

    def _events(self, text: str) -> list[Any]:
        """Return the events of the parser; a text nested too deeply is read no further (that is slow)."""
        events: list[Any] = []
        depth = 0
        for event in YAML(typ="safe", pure=True).parse(text):
            events.append(event)
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if depth > MAX_DEPTH:
                self._refuse(self._place(event), "", f"nested deeper than {MAX_DEPTH} levels")
                break
        return events

    def _document(self, events: Iterator[Any]) -> Node | None:
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents == 2:
                    self._refuse(self._place(event), "", "a second document starts here; allowed: one document")
                    return root
            elif isinstance(event, NodeEvent):
                root = self._node(event, events, ())
                if root is None:
                    return None
        if root is None or root.value is None:
            self._refuse(Place(self.file), "", "the file is empty; allowed: a mapping with category, markets, …")
        return root

    def _node(self, event: Any, events: Iterator[Any], path: tuple[str, ...], key: Place | None = None) -> Node | None:
        """Return the node that starts with an event; None when reading must stop."""
        place, where = self._place(event), ".".join(path)
        if isinstance(event, AliasEvent):
            self._refuse(
                place, where, f"read the alias *{event.anchor}; YAML aliases are not allowed, repeat the value"
            )
            return Node(None, place, key)
        if event.anchor is not None:
            self._refuse(place, where, f"read the anchor &{event.anchor}; YAML anchors are not allowed")
        if event.tag is not None:
            self._refuse(place, where, f"read the tag {event.tag}; YAML tags are not allowed")
        if isinstance(event, ScalarEvent):
            return self._scalar(event, place, where, key)
        if isinstance(event, SequenceStartEvent):
            return self._list(events, path, place, key)
        return self._mapping(events, path, place, key)

    def _scalar(self, event: Any, place: Place, where: str, key: Place | None) -> Node:
        value = scalar(event.value, is_plain=bool(event.implicit[0]))
        if isinstance(value, float) and not isfinite(value):
            self._refuse(place, where, f"read {event.value[:40]}; allowed: a finite number")
            value = 0.0
        if isinstance(value, str) and any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
            self._refuse(place, where, "read half of a surrogate pair; allowed: Unicode text")
            value = ""
        return Node(value, place, key)

    def _list(self, events: Iterator[Any], path: tuple[str, ...], place: Place, key: Place | None) -> Node | None:
        children: list[Node] = []
        for event in events:
            if isinstance(event, CollectionEndEvent):
                break
            child = self._node(event, events, (*path, str(len(children))))
            if child is None:
                return None
            children.append(child)
        return Node(children, place, key)

    def _mapping(self, events: Iterator[Any], path: tuple[str, ...], place: Place, key: Place | None) -> Node | None:
        children: dict[str, Node] = {}
        for event in events:
            if isinstance(event, CollectionEndEvent):
                break
            name_place = self._place(event)
            if isinstance(event, AliasEvent | MappingStartEvent | SequenceStartEvent):
                self._refuse(name_place, ".".join(path), "read a key that is no plain text; allowed: a name")
                return None
            name = str(event.value)
            if event.anchor is not None or event.tag is not None:
                self._refuse(name_place, ".".join((*path, name)), "YAML anchors and tags are not allowed")
            child = self._node(next(events), events, (*path, name), name_place)
            if child is None:
                return None
            if name in children:
                first = children[name].start.line
                self._refuse(name_place, ".".join((*path, name)), f"the key stands twice; the first is in line {first}")
            else:
                children[name] = child
        return Node(children, place, key)

    def _place(self, event: Any) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _refuse(self, place: Place, path: str, message: str) -> None:
        self.problems.append(place.problem(path, message))
