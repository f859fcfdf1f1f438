"""The draft: few futures, few people, at once. The same seeds as the full run, so that differences are signal."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock, Semaphore
from typing import TYPE_CHECKING

import streamlit as st

from simulator.engine.solo import Worlds, play_strategy, world_key
from simulator.report import shipped
from simulator.report.answer import Answer

if TYPE_CHECKING:
    from simulator.scenario import Scenario

FUTURES, CONSUMERS = 6, 2_000
"""Of a draft; consumers per market."""

AT_ONCE = 2
"""Drafts that are played side by side, whoever asks: more would only take turns."""

MOST_ANSWERS, MOST_SHIPPED = 256, 16


class Drafts:
    """Answers to what was asked lately, for all sessions."""

    def __init__(self) -> None:
        self._worlds = Worlds()
        self._answers: OrderedDict[tuple[str, str], Answer] = OrderedDict()
        self._shipped: OrderedDict[str, Mapping[str, Answer] | None] = OrderedDict()
        self._lock, self._seats = Lock(), Semaphore(AT_ONCE)

    def shipped(self, scenario: Scenario) -> Mapping[str, Answer] | None:
        """Return the answers that ship with an example; None for any other scenario."""
        key = scenario.digest()
        with self._lock:
            if key not in self._shipped:
                self._shipped[key] = shipped.load(scenario)
                while len(self._shipped) > MOST_SHIPPED:
                    self._shipped.popitem(last=False)
            return self._shipped[key]

    def answer(self, scenario: Scenario, strategy: str) -> Answer:
        """Return the answer of one strategy in a draft of a scenario."""
        draft = drafted(scenario)
        # Moving one strategy leaves the answers of the others as they are.
        key = (world_key(draft), draft.strategies[strategy].model_dump_json())
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
                return found
        with self._seats:
            answer = Answer.of(strategy, play_strategy(draft, strategy, self._worlds.of(draft)))
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > MOST_ANSWERS:
                self._answers.popitem(last=False)
        return answer


def drafted(scenario: Scenario) -> Scenario:
    """Return the scenario at the size of a draft, never larger than it is itself."""
    size = {
        "replications": min(FUTURES, scenario.replications),
        "consumers": min(CONSUMERS, scenario.consumers),
    }
    return scenario.with_values({name: value for name, value in size.items() if value != getattr(scenario, name)})


@st.cache_resource(show_spinner=False)
def drafts() -> Drafts:
    """Return the one that all sessions share."""
    return Drafts()
