"""Links: ``?v=1&s=flagship&lang=zh&strategy=localised&price.position=0.9``; only what was moved is in them.

A link may come from anybody, so nothing of it is trusted: examples, strategies and levers are looked up, values are
checked against the type and range of their lever, and what does not fit is named and left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Any

from simulator.examples import app_examples
from simulator.scenario.levers import GATE, PROMOTIONS, Lever, firm_levers, levers
from simulator.texts import LANGUAGES, Lang
from simulator.ui.asked import example

if TYPE_CHECKING:
    from simulator.scenario import Scenario

VERSION = "1"
MOST_MOVES = 200
"""A link with more is no link of this app."""

LONGEST_LIST = 1_000
"""Letters of promotions; a link with more is no link of this app."""

NOTHING = "none"
"""Stands for null, and for an empty choice."""


@dataclass(frozen=True)
class Link:
    """What a link asks for."""

    example: str | None = None
    lang: Lang | None = None
    strategy: str | None = None
    moves: Mapping[str, Any] = field(default_factory=dict)
    rejected: tuple[str, ...] = ()
    """Names of the parameters that were left out."""


def encode(name: str, lang: Lang, strategy: str, moves: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters of a link."""
    head = {"v": VERSION, "s": name, "lang": lang, "strategy": strategy}
    return head | {path: _text(value) for path, value in moves.items()}


def decode(parameters: Mapping[str, str]) -> Link:
    """Return what the parameters of a link ask for; never raises."""
    given = dict(list(parameters.items())[: MOST_MOVES + 4])
    rejected: list[str] = []
    if given.pop("v", VERSION) != VERSION:
        return Link(rejected=("v",))
    lang = given.pop("lang", None)
    if lang is not None and lang not in LANGUAGES:
        rejected.append("lang")
    name, strategy = given.pop("s", None), given.pop("strategy", None)
    spoken: Lang | None = next((each for each in LANGUAGES if each == lang), None)
    if name is not None and name not in app_examples():
        return Link(lang=spoken, rejected=(*rejected, "s"))
    scenario = example(name or app_examples()[0])
    if strategy is not None and strategy not in scenario.strategies:
        return Link(name, spoken, rejected=(*rejected, "strategy"))
    moves: dict[str, Any] = {}
    for path, text in given.items():
        value = _value(scenario, path, text) if strategy else _Wrong
        if value is _Wrong:
            rejected.append(path[:60])
        else:
            moves[path] = value
    return Link(name, spoken, strategy, moves, tuple(rejected))


class _Wrong:
    """Stands for a value that does not fit."""


def _value(scenario: Scenario, path: str, text: str) -> Any:
    if path.startswith("entry."):
        if path.removeprefix("entry.") not in scenario.markets:
            return _Wrong
        return None if text == NOTHING else _number(text, 0, scenario.weeks - 1, whole=True)
    if path == PROMOTIONS:
        return [] if text == NOTHING else _promotions(text)
    if path == GATE:
        return None if text == NOTHING else _Wrong
    market, _, bare = path.rpartition(":")
    if market and market not in scenario.markets:
        return _Wrong
    known = levers(scenario) if market else (*levers(scenario), *firm_levers(scenario))
    lever = next((each for each in known if each.path == bare), None)
    return _Wrong if lever is None else _lever_value(lever, text)


def _promotions(text: str) -> Any:
    """Return promotions as a scenario has them: ``47,48@0.15;5@0.2`` is 15 % off in weeks 47 and 48, 20 % in week 5."""
    found = []
    for part in text.split(";") if len(text) <= LONGEST_LIST else [""]:
        weeks, _, off = part.partition("@")
        numbers, share = (
            [_number(week, 1, 53, whole=True) for week in weeks.split(",")],
            _number(off, 0, 1, whole=False),
        )
        if _Wrong in (*numbers, share) or share in (0, 1):
            return _Wrong
        found.append({"weeks": numbers, "off_share": share})
    return found


def _lever_value(lever: Lever, text: str) -> Any:
    if lever.kind == "flag":
        return {"true": True, "false": False}.get(text, _Wrong)
    if lever.kind == "choices":
        words = [] if text == NOTHING else text.split(",")
        return words if set(words) <= set(lever.choices) and len(set(words)) == len(words) else _Wrong
    if lever.kind == "choice" and text in lever.choices:
        return text
    if lever.optional and text == NOTHING:
        return None
    if lever.kind == "choice":
        return _Wrong
    return _number(text, lever.low, lever.high, whole=lever.kind == "whole")


def _number(text: str, low: float | None, high: float | None, whole: bool) -> Any:
    try:
        value = int(text) if whole else float(text)
    except ValueError:
        return _Wrong
    fits = isfinite(value) and (low is None or value >= low) and (high is None or value <= high)
    return value if fits and len(text) <= 30 else _Wrong


def _text(value: Any) -> str:
    if value is None or value == []:
        return NOTHING
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and isinstance(value[0], dict):
        return ";".join(f"{','.join(map(str, each['weeks']))}@{each['off_share']}" for each in value)
    return ",".join(value) if isinstance(value, list) else str(value)
