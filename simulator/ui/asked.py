"""What a session asks: a scenario, one of its strategies, and the levers that were moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import streamlit as st

from simulator.engine.solo import drafted
from simulator.examples import FLAGSHIP, app_examples, examples_dir
from simulator.scenario import load_scenario, parse_scenario
from simulator.scenario.levers import changed
from simulator.ui.words import say

if TYPE_CHECKING:
    from simulator.scenario import Scenario


OWN = "own:"
"""Before the names of scenarios that the session brought itself."""

MOST_OWN = 20


@dataclass(frozen=True)
class Asked:
    """A scenario with one strategy of it, and that strategy with its levers moved."""

    example: str
    original: Scenario
    strategy: str
    moves: Mapping[str, Any]

    def scenario(self) -> Scenario:
        """Return the scenario with the moves made; ScenarioError where they do not fit together."""
        return changed(self.original, self.strategy, self.moves) if self.moves else self.original

    def draft(self) -> Scenario:
        """Return the same at the size of a draft: smaller before the moves, for a change of size is the slower one."""
        small = drafted(self.original)
        return changed(small, self.strategy, self.moves) if self.moves else small


@lru_cache(maxsize=32)
def example(name: str) -> Scenario:
    """Return an example."""
    return load_scenario(examples_dir() / f"{name}.yaml")


@lru_cache(maxsize=64)
def scenario_from(text: str) -> Scenario:
    """Return the scenario of a text that a user wrote; it may extend an example. ScenarioError with the lines."""
    return parse_scenario(text, say("app.your_text"), folder=examples_dir())


def own() -> dict[str, str]:
    """Return the scenarios that this session brought itself, name -> text."""
    found: dict[str, str] = st.session_state.setdefault("own", {})
    return found


def scenario_named(name: str) -> Scenario:
    """Return an example, or a scenario of this session."""
    return scenario_from(own()[name]) if name in own() else example(name)


def choices() -> tuple[str, ...]:
    """Return the names of all scenarios that this session may ask for."""
    return (*app_examples(), *own())


def bring(name: str, text: str) -> None:
    """Take a scenario of the session's own and ask for it; ScenarioError where it is none."""
    scenario_from(text)
    held = own()
    held.pop(OWN + name, None)
    held[OWN + name] = text
    while len(held) > MOST_OWN:
        held.pop(next(iter(held)))
    ask(OWN + name)


def ask(name: str, strategy: str | None = None, moves: Mapping[str, Any] | None = None) -> None:
    """Ask for a scenario, one of its strategies and levers of it moved."""
    state = st.session_state
    state["example"] = name
    if strategy is not None:
        state["strategy"] = strategy
        if moves is not None:
            state.setdefault("moves", {})[name, strategy] = dict(moves)
    state["generation"] = state.get("generation", 0) + 1


def asked() -> Asked:
    """Return what this session asks."""
    state = st.session_state
    name = state.setdefault("example", FLAGSHIP)
    if name not in choices():
        name = state["example"] = FLAGSHIP
    original = scenario_named(name)
    if state.get("strategy") not in original.strategies:
        state["strategy"] = opening(original)
    moves = state.setdefault("moves", {}).get((name, state["strategy"]), {})
    return Asked(name, original, state["strategy"], dict(moves))


def move(path: str, value: Any) -> None:
    """Set a lever of what is asked; None where the strategy's own value comes back."""
    state = st.session_state
    moves = state["moves"].setdefault((state["example"], state["strategy"]), {})
    moves[path] = value


def move_all(moves: Mapping[str, Any]) -> None:
    """Set several levers of what is asked at once; their widgets show it."""
    for path, value in moves.items():
        move(path, value)
    st.session_state["generation"] = st.session_state.get("generation", 0) + 1


def take_back(path: str | None = None) -> None:
    """Undo one move, or all."""
    state = st.session_state
    key = state["example"], state["strategy"]
    if path is None:
        state["moves"].pop(key, None)
    else:
        state["moves"].get(key, {}).pop(path, None)
    state["generation"] = state.get("generation", 0) + 1  # widgets start anew from the strategy's own values


def pin(question: Asked | None) -> None:
    """Compare with what is asked from now on; None: with the scenario's own baseline again."""
    pins = st.session_state.setdefault("pins", {})
    if question is None:
        pins.pop(st.session_state["example"], None)
    else:
        pins[question.example] = question


def pinned(name: str) -> Asked | None:
    """Return what the session compares with in a scenario, if it chose something."""
    found: Asked | None = st.session_state.get("pins", {}).get(name)
    return found


def opening(scenario: Scenario) -> str:
    """Return the strategy that a visitor sees first: the one after the baseline, which the example is about."""
    others = [name for name in scenario.strategies if name != scenario.baseline]
    return others[0] if others else scenario.baseline
