"""Answers in three sizes: shipped, draft, full.

A draft has few futures and few people and is there at once; the full answer takes its place when it is ready. Both
have the same seeds, so that differences are signal.
"""

from __future__ import annotations

import gc
import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from threading import Event, Lock, Semaphore
from typing import TYPE_CHECKING, TypeAlias

import pandas as pd
import streamlit as st

from simulator.engine.solo import Worlds, drafted, play_strategies, play_strategy, world_key
from simulator.experiments.improving import Found, search
from simulator.experiments.sensitivity import tornado
from simulator.report import shipped
from simulator.report.answer import Answer

if TYPE_CHECKING:
    from simulator.engine import Progress
    from simulator.scenario import Scenario

AT_ONCE = 2
"""Answers that are played side by side, whoever asks: more would only take turns."""

MOST_ANSWERS, MOST_SHIPPED, MOST_SWINGS, MOST_FOUND = 256, 16, 64, 64

Wanted: TypeAlias = "Sequence[tuple[Scenario, str]]"
"""Strategies, each with the scenario that it stands in."""


class Answers:
    """Answers to what was asked lately, for all sessions."""

    def __init__(self) -> None:
        self._worlds = Worlds()
        self._answers: OrderedDict[tuple[str, str], Answer] = OrderedDict()
        self._shipped: OrderedDict[str, Mapping[str, Answer] | None] = OrderedDict()
        self._swings: OrderedDict[tuple[str, str], pd.DataFrame] = OrderedDict()
        self._found: OrderedDict[tuple[str, str], Found] = OrderedDict()
        self._lock, self._seats = Lock(), Semaphore(AT_ONCE)

    def shipped(self, scenario: Scenario) -> Mapping[str, Answer] | None:
        """Return the answers that ship with an example; None for any other scenario."""
        key = scenario.digest()
        with self._lock:
            if key not in self._shipped:
                self._shipped[key] = shipped.load(scenario)
                while len(self._shipped) > MOST_SHIPPED:
                    self._shipped.popitem(last=False)
            found = self._shipped[key]
        world = world_key(scenario)
        for name, answer in (found or {}).items():
            self._put((world, scenario.strategies[name].model_dump_json()), answer)
        return found

    def draft(self, scenario: Scenario, strategy: str) -> Answer:
        """Return the answer of one strategy in a draft of a scenario."""
        small = drafted(scenario)
        found = self.known(small, strategy)
        if found is not None:
            return found
        with self._seats:
            answer = Answer.of(strategy, play_strategy(small, strategy, self._worlds.of(small)))
        self._keep(small, answer)
        return answer

    def full(self, wanted: Wanted) -> list[Answer] | None:
        """Return the answers at full size, in order; None unless all are there."""
        found = [self.known(scenario, name) for scenario, name in wanted]
        whole = [each for each in found if each is not None]
        return whole if len(whole) == len(found) else None

    def play(self, wanted: Wanted, progress: Callable[[Progress], None], stop: Event) -> None:
        """Play at full size what is missing; Stopped where `stop` was set."""
        missing: dict[str, tuple[Scenario, list[str]]] = {}
        for scenario, name in wanted:
            if self.known(scenario, name) is None:
                missing.setdefault(scenario.digest(), (scenario, []))[1].append(name)
        for scenario, names in missing.values():
            for name, frames in play_strategies(scenario, names, progress=progress, stop=stop).items():
                self._keep(scenario, Answer.of(name, frames))

    def known(self, scenario: Scenario, strategy: str) -> Answer | None:
        """Return the answer of one strategy at the size of the scenario itself, if it is there."""
        key = _key(scenario, strategy)
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def swings(self, scenario: Scenario, small: Scenario, strategy: str) -> pd.DataFrame | None:
        """Return what matters most to the profit of a strategy in futures of a draft, `small`, if it is there."""
        with self._lock:
            found = self._swings.get(_key(small, strategy))
        return shipped.swings(scenario, strategy) if found is None else found

    def find_swings(self, small: Scenario, strategy: str, progress: Callable[[Progress], None], stop: Event) -> None:
        """Find it out; Stopped where `stop` was set."""
        found = tornado(small, strategy, workers=1, progress=progress, stop=stop)
        with self._lock:
            self._swings[_key(small, strategy)] = found
            while len(self._swings) > MOST_SWINGS:
                self._swings.popitem(last=False)

    def found(self, small: Scenario, strategy: str) -> Found | None:
        """Return what would help a strategy in futures of a draft, `small`, if it is there."""
        with self._lock:
            return self._found.get(_key(small, strategy))

    def find_help(self, small: Scenario, strategy: str, progress: Callable[[Progress], None], stop: Event) -> None:
        """Find it out; Stopped where `stop` was set."""
        found = search(small, strategy, progress=progress, stop=stop, worlds=self._worlds)
        with self._lock:
            self._found[_key(small, strategy)] = found
            while len(self._found) > MOST_FOUND:
                self._found.popitem(last=False)

    def _keep(self, scenario: Scenario, answer: Answer) -> None:
        self._put(_key(scenario, answer.strategy), answer)

    def _put(self, key: tuple[str, str], answer: Answer) -> None:
        with self._lock:
            self._answers[key] = answer
            self._answers.move_to_end(key)
            while len(self._answers) > MOST_ANSWERS:
                self._answers.popitem(last=False)


def _key(scenario: Scenario, strategy: str) -> tuple[str, str]:
    """Return what an answer depends on: moving one strategy leaves the answers of the others as they are."""
    return world_key(scenario), scenario.strategies[strategy].model_dump_json()


SWITCH_SECONDS = 0.0005
"""After which a thread of Python gives way to another. A draft lets go of the interpreter at every compiled call, and
with the usual 5 ms it would wait so long for its return each time that another session draws a page."""


@st.cache_resource(show_spinner=False)
def answers() -> Answers:
    """Return the one that all sessions share."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.freeze()  # the libraries are loaded and stay: to search them for garbage takes a fifth of a second each time
    return Answers()
