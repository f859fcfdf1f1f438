"""Strict checks of a part of the tree against its type, with problems that name place, value and what is allowed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from simulator.errors import Problem
from simulator.scenario.describing import Type, descend, describe, members, unwrap
from simulator.scenario.names import allowed
from simulator.scenario.places import Node, collapse, plain

MAX_PROBLEMS = 200
"""Problems that are put into words per part of a scenario; nobody reads more, and the words take time."""

SHOWN = 60
"""Letters of a value that a message repeats."""


@lru_cache(maxsize=256)
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)


def strict(annotation: Any, value: Any) -> Any:
    """Return plain data as an instance of a type; pydantic's ValidationError otherwise.

    The JSON door is used because its strict mode is YAML's: a date is a text and a list may become a tuple, while
    neither `"12"` nor `true` is a number.
    """
    return _adapter(annotation).validate_json(json.dumps(value), strict=True)


def check(
    annotation: Any,
    node: Node,
    path: Sequence[str],
    problems: list[Problem],
    *,
    facts: Any = None,
) -> Any:
    """Return the instance that a node describes, or None after appending its problems.

    Parameters
    ----------
    annotation : type
        What the node must be.
    node : Node
        Part of the scenario.
    path : sequence of str
        Where the node stands in the scenario.
    problems : list of Problem
        Grows by what is wrong.
    facts : mapping, optional
        Plain values that the node's go over (its leaves then count by their value).
    """
    value = plain(node) if facts is None else laid_over(facts, collapse(plain(node)))
    try:
        return strict(annotation, value)
    except ValidationError as error:
        problems.extend(problems_of(error, unwrap(annotation), node, path))
        return None


def laid_over(base: Any, over: Any) -> Any:
    """Return plain data with replacements: mappings merge deeply, all else replaces.

    A mapping from positions replaces single elements of a list: ``close_rivals: {0: {price_position: 0.9}}``.
    """
    if isinstance(base, list) and isinstance(over, dict) and over.keys() <= {str(i) for i in range(len(base))}:
        return [laid_over(old, over[str(i)]) if str(i) in over else old for i, old in enumerate(base)]
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    # Facts index years by numbers, a scenario by texts.
    merged = {str(key): child for key, child in base.items()}
    for key, child in over.items():
        merged[key] = laid_over(merged[key], child) if key in merged else child
    return merged


def problems_of(error: ValidationError, kind: Type, node: Node, path: Sequence[str]) -> list[Problem]:
    """Return pydantic's findings with places of the file."""
    details = error.errors(include_url=False)
    # A list whose elements are all wrong is reported as empty too.
    inner = {detail["loc"][:-1] for detail in details if detail["loc"]}
    told = [detail for detail in details if detail["type"] != "too_short" or detail["loc"] not in inner]
    return [_problem(detail, kind, node, tuple(path)) for detail in told[:MAX_PROBLEMS]]


def _problem(detail: ErrorDetails, kind: Type, node: Node, path: tuple[str, ...]) -> Problem:
    location = detail["loc"]
    found, complete = node.nearest(location)
    dotted = ".".join((*path, *(str(part) for part in _named(kind, location))))
    match detail["type"]:
        case "extra_forbidden":
            owner = descend(kind, location[:-1])
            fields = owner.model.model_fields if owner is not None and owner.model is not None else {}
            return found.start.problem(dotted, f"unknown key; {allowed(str(location[-1]), fields)}")
        case "missing":
            target = descend(kind, location)
            wanted = describe(target) if target is not None else "a value"
            return found.start.problem(dotted, f"the key '{location[-1]}' is missing; allowed: {wanted}")
        case "union_tag_not_found" | "union_tag_invalid":
            return _union(detail, kind, found, dotted)
        case "value_error":
            return found.place.problem(dotted, str(detail["ctx"]["error"]))
        case "too_long" | "too_short" if not isinstance(found.value, str):
            ctx = detail["ctx"]
            limit = f"at most {ctx['max_length']}" if "max_length" in ctx else f"at least {ctx['min_length']}"
            return found.start.problem(dotted, f"read {ctx['actual_length']} entries; allowed: {limit}")
    if location and location[-1] == "[key]":
        owner = descend(kind, location[:-2])
        codes = get_args(get_args(owner.core)[0]) if owner is not None and owner.is_mapping else ()
        return found.start.problem(dotted, f"unknown name; {allowed(str(detail['input']), codes)}")
    target = descend(kind, location)
    wanted = _wanted(found, target) if target is not None else detail["msg"].lower()
    place = found.place if complete else found.start
    return place.problem(dotted, f"read {shown(detail['input'])}; {wanted}")


def _wanted(node: Node, target: Type) -> str:
    """Return what is allowed, with the closest code where the value is a wrong code."""
    codes = [code for code in get_args(target.core) if isinstance(code, str)]
    if codes and isinstance(node.value, str):
        return allowed(node.value, codes)
    return f"allowed: {describe(target)}"


def _union(detail: ErrorDetails, kind: Type, node: Node, dotted: str) -> Problem:
    """Say which kinds there are when the word that chooses among them is missing or unknown."""
    target = descend(kind, detail["loc"])
    word = str(detail["ctx"]["discriminator"]).strip("'")
    codes: list[str] = []
    for member in members(target) if target is not None else ():
        codes += get_args(member.model_fields[word].annotation)
    inner = node.get(word)
    if inner is None:
        return node.start.problem(dotted, f"the key '{word}' is missing; allowed: {', '.join(codes)}")
    return inner.place.problem(f"{dotted}.{word}", f"read {shown(inner.value)}; {allowed(str(inner.value), codes)}")


def _named(kind: Type, location: Sequence[str | int]) -> list[str | int]:
    """Return a location without the parts that only name the member of a union."""
    named: list[str | int] = []
    for position, part in enumerate(location):
        owner = descend(kind, tuple(location[:position]))
        if part != "[key]" and not (owner is not None and any(True for _ in members(owner))):
            named.append(part)
    return named


def shown(value: Any) -> str:
    """Return a value as the user may have written it, shortened."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
