"""Answers in three sizes: shipped, draft, full.

A draft has few futures and few people and is there at once; the full answer takes its place when it is ready. Both
have the same seeds, so that differences are signal.
"""

from __future__ import annotations

import gc
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from threading import Condition, Event, Lock, Thread
from typing import TYPE_CHECKING, TypeAlias

import pandas as pd
import streamlit as st

from simulator.engine.solo import Worlds, drafted, play_strategies, play_strategy, world_key
from simulator.errors import SimulatorError
from simulator.experiments.improving import Found, search
from simulator.experiments.sensitivity import tornado
from simulator.report import shipped
from simulator.report.answer import Answer

if TYPE_CHECKING:
    from simulator.engine import Progress
    from simulator.scenario import Scenario

PATIENCE = 5.0
"""Seconds that longer work waits for drafts, each time that it has come a step further."""

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
        self._preparing: set[tuple[str, str]] = set()
        self._lock, self._turn = Lock(), Lock()
        self._drafting, self._calm = 0, Condition()

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
        with self._draft_comes(), self._turn:  # one at a time: side by side they would only take turns
            found = self.known(small, strategy)  # who came before may have asked the same
            if found is None:
                found = Answer.of(strategy, play_strategy(small, strategy, self._worlds.of(small)))
                self._keep(small, found)
        return found

    def prepare(self, scenario: Scenario, strategy: str) -> None:
        """Draft a strategy in the background: the first moved lever finds the world built and the code compiled."""
        key = _key(drafted(scenario), strategy)
        with self._lock:
            if key in self._preparing or key in self._answers:
                return
            self._preparing.add(key)

        def work() -> None:
            with suppress(SimulatorError):  # told to whoever asks for it
                self.draft(scenario, strategy)
            with self._lock:
                self._preparing.discard(key)

        Thread(target=work, name="market-entry-prepare", daemon=True).start()

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
            polite = self.giving_way(progress, stop)
            for name, frames in play_strategies(scenario, names, progress=polite, stop=stop).items():
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
        found = tornado(small, strategy, workers=1, progress=self.giving_way(progress, stop), stop=stop)
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
        polite = self.giving_way(progress, stop)
        found = search(small, strategy, progress=polite, stop=stop, worlds=self._worlds)
        with self._lock:
            self._found[_key(small, strategy)] = found
            while len(self._found) > MOST_FOUND:
                self._found.popitem(last=False)

    def giving_way(self, progress: Callable[[Progress], None], stop: Event) -> Callable[[Progress], None]:
        """Return a progress that waits while somebody waits for a draft."""

        def told(done: Progress) -> None:
            progress(done)
            with self._calm:
                self._calm.wait_for(lambda: not self._drafting or stop.is_set(), PATIENCE)

        return told

    @contextmanager
    def _draft_comes(self) -> Iterator[None]:
        """Let longer work wait meanwhile."""
        with self._calm:
            self._drafting += 1
        try:
            yield
        finally:
            with self._calm:
                self._drafting -= 1
                self._calm.notify_all()

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
