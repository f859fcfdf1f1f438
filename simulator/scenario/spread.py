"""Checks of uncertainties: paths that may be uncertain, distributions within the bounds of the number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from simulator import facts
from simulator.errors import Problem
from simulator.scenario.describing import Type, describe
from simulator.scenario.names import allowed
from simulator.scenario.paths import closest_path
from simulator.scenario.places import Node, is_leaf, plain
from simulator.scenario.resolving import is_known_category
from simulator.scenario.uncertainty import DISTRIBUTIONS, LARGEST, Triangular, Uncertain, support
from simulator.scenario.validating import check, shown

FROM_FACTS = "from_facts"

MAX_UNCERTAINTIES = 300

POPULATION = "it shapes the columns of the population, which all futures share"
LAYOUT = "it is common to all futures, which are played side by side"

CERTAIN = (
    (re.compile(r"category\.(need_rate_shape|safety_premium_share|green_segments\..*)"), POPULATION),
    (re.compile(r"markets\.\w+\.(income_sigma|card_share|account_share|payment_mix(\..*)?)"), POPULATION),
    (re.compile(r"behaviour\.(tolerance_sd|health_any_share|health_premium_(low|high)_share)"), POPULATION),
    (re.compile(r"consumers_override\..*"), POPULATION),
    (re.compile(r"category\.(life_weeks|life_curve\..*|lead_production_weeks)"), LAYOUT),
    (re.compile(r"markets\.\w+\.(sea_weeks|seasonality\..*)|behaviour\.first_order_weeks"), LAYOUT),
    (re.compile(r"markets\.\w+\.(voice_hub|cross_border)_share"), "it is printed, and no part of the model reads it"),
    (re.compile(r"discount_rate"), "it values the results and is no part of the world"),
)
"""Numbers that cannot be uncertain, with the reason; whole numbers and everything that is no number neither."""


def certain(path: str, kind: Type) -> str | None:
    """Return why a path cannot be uncertain, None if it can."""
    for pattern, reason in CERTAIN:
        if pattern.fullmatch(path):
            return reason
    if kind.core is int:
        return f"whole numbers are dates and counts; {LAYOUT}"
    if not kind.is_number:
        return f"it is no number (allowed: {describe(kind)}); {LAYOUT}"
    return None


def check_uncertainties(
    node: Node, document: Node, types: Mapping[str, Type], problems: list[Problem]
) -> dict[str, Uncertain]:
    """Return the distributions that are valid, after appending the problems of the others."""
    found: dict[str, Uncertain] = {}
    if len(node.items) > MAX_UNCERTAINTIES:
        message = f"read {len(node.items)} uncertainties; allowed: up to {MAX_UNCERTAINTIES}"
        problems.append(node.start.problem("uncertainties", message))
        return found
    for path, law in node.items.items():
        where = ("uncertainties", path)
        kind = types.get(path)
        if kind is None:
            problems.append(law.start.problem(".".join(where), f"unknown path; {closest_path(path, types)}"))
            continue
        reason = certain(path, kind)
        if reason is not None:
            problems.append(law.start.problem(".".join(where), f"cannot be uncertain: {reason}"))
            continue
        distribution = _distribution(law, path, document, problems)
        if distribution is None:
            continue
        low, high = support(distribution)
        if kind.holds(low) and kind.holds(high):
            found[path] = distribution
        else:
            message = f"the distribution reaches {low:.6g} to {high:.6g}; allowed: {describe(kind)}"
            problems.append(law.start.problem(".".join(where), f"{message} (low and high truncate)"))
    return found


def _distribution(law: Node, path: str, document: Node, problems: list[Problem]) -> Uncertain | None:
    where = ("uncertainties", path)
    if law.value == FROM_FACTS:
        return _from_facts(law, path, document, problems)
    names = (*DISTRIBUTIONS, FROM_FACTS)
    if not isinstance(law.value, dict):
        message = f"read {shown(plain(law))}; {allowed(str(law.value), names)}"
        problems.append(
            law.place.problem(".".join(where), f"{message}; for example {{dist: uniform, low: 0, high: 1}}")
        )
        return None
    dist = law.items.get("dist")
    if dist is None:
        message = f"the key 'dist' is missing; allowed: {', '.join(DISTRIBUTIONS)}"
        problems.append(law.start.problem(".".join(where), message))
        return None
    if not isinstance(dist.value, str) or dist.value not in DISTRIBUTIONS:
        message = f"read {shown(plain(dist))}; {allowed(str(dist.value), DISTRIBUTIONS)}"
        problems.append(dist.place.problem(".".join((*where, "dist")), message))
        return None
    result: Uncertain | None = check(DISTRIBUTIONS[dist.value], law, where, problems)
    return result


def _from_facts(law: Node, path: str, document: Node, problems: list[Problem]) -> Uncertain | None:
    """Return the triangle on a fact's own range; a value that the scenario gives instead is its tip."""
    where = ".".join(("uncertainties", path))
    low, mode, high, source = range_of(path, document)
    if low is None or high is None or mode is None or not low < high:
        message = "from_facts needs a figure with low and high, and this one has no range; give a distribution instead"
        problems.append(law.place.problem(where, message))
        return None
    if max(-low, high) >= LARGEST:
        problems.append(law.place.problem(where, f"the range is {low:g} to {high:g}; allowed: below {LARGEST:g}"))
        return None
    if not low <= mode <= high:
        message = f"the scenario's value {mode:g} is outside the fact's range {low:g} to {high:g}; give a distribution"
        problems.append(law.place.problem(where, message))
        return None
    return Triangular(dist="triangular", low=low, mode=mode, high=high, source=source)


def range_of(path: str, document: Node) -> tuple[float | None, float | None, float | None, str | None]:
    """Return low, value, high and source of a figure: as the document has it, else of the fact; null without."""
    written = plain(document)
    for part in path.split("."):
        written = written.get(part) if isinstance(written, Mapping) else None
    if is_leaf(written):
        return _number(written.get("low")), _number(written["value"]), _number(written.get("high")), _source(written)
    head, *rest = path.split(".")
    leaves: Mapping[str, facts.Fact] = {}
    if head == "markets" and rest[0] in facts.available("markets"):
        leaves, rest = facts.load("markets", rest[0]).leaves, rest[1:]
    elif head == "behaviour":
        leaves = facts.load("behaviour").leaves
    elif head == "category":
        key = document.get("category", "key")
        leaves = facts.load("categories", str(key.value)).leaves if key and is_known_category(key.value) else {}
    for end in range(len(rest), 0, -1):
        fact = leaves.get(".".join(rest[:end]))
        if fact is not None:
            low, value, high = (_inside(part, rest[end:]) for part in (fact.low, fact.value, fact.high))
            return low, value if written is None else _number(written), high, fact.source
    return None, None, None, None


def _inside(value: Any, path: list[str]) -> float | None:
    """Return the number at a path inside a fact that is a mapping."""
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return _number(value)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _source(written: Mapping[str, Any]) -> str | None:
    source = written.get("source")
    return source if isinstance(source, str) else None
