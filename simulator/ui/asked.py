"""What a session asks: an example, one of its strategies, and the levers that were moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import streamlit as st

from simulator.examples import FLAGSHIP, examples_dir
from simulator.scenario import load_scenario
from simulator.scenario.levers import changed

if TYPE_CHECKING:
    from simulator.scenario import Scenario


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


@lru_cache(maxsize=32)
def example(name: str) -> Scenario:
    """Return an example."""
    return load_scenario(examples_dir() / f"{name}.yaml")


def asked() -> Asked:
    """Return what this session asks."""
    state = st.session_state
    name = state.setdefault("example", FLAGSHIP)
    original = example(name)
    if state.get("strategy") not in original.strategies:
        state["strategy"] = _opening(original)
    moves = state.setdefault("moves", {}).get((name, state["strategy"]), {})
    return Asked(name, original, state["strategy"], dict(moves))


def move(path: str, value: Any) -> None:
    """Set a lever of what is asked; None where the strategy's own value comes back."""
    state = st.session_state
    moves = state["moves"].setdefault((state["example"], state["strategy"]), {})
    moves[path] = value


def take_back(path: str | None = None) -> None:
    """Undo one move, or all."""
    state = st.session_state
    key = state["example"], state["strategy"]
    if path is None:
        state["moves"].pop(key, None)
    else:
        state["moves"].get(key, {}).pop(path, None)
    state["generation"] = state.get("generation", 0) + 1  # widgets start anew from the strategy's own values


def _opening(scenario: Scenario) -> str:
    """Return the strategy that a visitor sees first: the one after the baseline, which the example is about."""
    others = [name for name in scenario.strategies if name != scenario.baseline]
    return others[0] if others else scenario.baseline
