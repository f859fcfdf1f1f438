"""Which size of answer is shown: what ships, a draft, or the full one that takes its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from simulator.errors import Stopped
from simulator.report.answer import Answer
from simulator.report.titles import strategy_titles
from simulator.scenario import Scenario
from simulator.ui.answering import Wanted, answers
from simulator.ui.asked import Asked, pinned
from simulator.ui.desk import Job, desk, session
from simulator.ui.words import language, plain, say

REFERENCE = "reference"
"""Stands for what is compared with, where its name is also that of what is asked."""

PAUSE = 2.5
"""Seconds without a move before the full answer is played: who drags a slider has not asked yet."""

LARGEST = 4e9
"""Consumer-weeks of all futures and strategies up to which the full answer comes by itself, in about five minutes."""

MOST_DRAFTED = 8
"""Strategies beside each other in a draft."""


@dataclass(frozen=True)
class Shown:
    """An answer of one size, with what it is compared with."""

    question: Asked
    scenario: Scenario
    small: Scenario
    """The same at the size of a draft."""
    titles: dict[str, str]
    of: Callable[[str], Answer]
    """Strategy -> answer."""
    reference: Scenario
    reference_strategy: str
    is_full: bool

    @property
    def answer(self) -> Answer:
        """Return what is asked."""
        return self.of(self.question.strategy)

    @property
    def baseline(self) -> Answer:
        """Return what it is compared with, under a name of its own unless it is a strategy of the scenario as it is."""
        if self._is_strategy:
            return self.of(self.reference_strategy)
        found = answers().known(self.reference, self.reference_strategy) if self.is_full else None
        return (found or answers().draft(self.reference, self.reference_strategy)).called(REFERENCE)

    @property
    def strategies(self) -> list[str]:
        """Return the strategies that are shown beside each other, the one that is asked among them."""
        names = list(self.scenario.strategies)
        if self.is_full or len(names) <= MOST_DRAFTED:
            return names
        return [name for name in names if name == self.question.strategy or names.index(name) < MOST_DRAFTED - 1]

    @property
    def size(self) -> str:
        """Say how large the world was that answered."""
        played = self.scenario if self.is_full else self.small
        key = "lab.full" if self.is_full else "lab.draft"
        return say(key, futures=played.replications, consumers=f"{played.consumers:,}")

    @property
    def _is_strategy(self) -> bool:
        name = self.reference_strategy
        return self.scenario.strategies[name] == self.reference.strategies[name]

    @property
    def wanted(self) -> Wanted:
        """Return all that the page shows."""
        every = [(self.scenario, name) for name in self.scenario.strategies]
        return every if self._is_strategy else [*every, (self.reference, self.reference_strategy)]


def shown(question: Asked) -> Shown:
    """Return the best answer that is there at once; ScenarioError where the levers do not fit together."""
    scenario = question.scenario()
    titles = strategy_titles(scenario, language())
    pin = pinned(question.example)
    if pin is None:
        reference, strategy = question.original, scenario.baseline
        titles[REFERENCE] = say("lab.unmoved", name=titles[strategy])
    else:
        reference, strategy = pin.scenario(), pin.strategy
        titles[REFERENCE] = say("lab.pinned", name=titles[strategy])
    answers().shipped(question.original)
    small = question.draft()
    draft = Shown(
        question, scenario, small, titles, partial(answers().draft, small), reference, strategy, is_full=False
    )
    full = answers().full(draft.wanted)
    if full is None:
        return draft
    by_name = {name: answer for (_, name), answer in zip(draft.wanted[: len(scenario.strategies)], full)}
    return replace(draft, of=by_name.__getitem__, is_full=True)


def prepare(seen: Shown) -> None:
    """Draft what a moved lever will be compared with, where nothing was drafted yet."""
    if seen.is_full:
        answers().prepare(seen.reference, seen.reference_strategy)


def show_size(seen: Shown) -> None:
    """Say how large the world was, and follow the full answer until it is there."""
    st.caption(seen.size)
    if not seen.is_full:
        job = _full_job(seen)
        if job is None:
            st.caption(say("lab.too_large"))
        elif job.state == "failed":
            st.caption(say("lab.full_failed", message=plain(job.message)))
        elif job.is_live:
            _follow(job)


def consumer_weeks(scenario: Scenario) -> float:
    """Return the work of a run: consumers × markets × weeks × futures × strategies."""
    people = scenario.consumers * len(scenario.markets)
    return float(people * scenario.weeks * scenario.replications * (len(scenario.strategies) + 1))


def _full_job(seen: Shown) -> Job | None:
    """Return the job of the full answer, begun if need be; another question of the session ends the last one."""
    if consumer_weeks(seen.scenario) > LARGEST:
        return None
    wanted = seen.wanted
    key = tuple((scenario.digest(), name) for scenario, name in wanted)
    owner = session()
    found = desk().find(owner, "full", key)
    if found is not None and found.state != "stopped":
        return found
    for job in desk().of(owner):
        if job.kind == "full" and job.is_live:
            desk().cancel(job)
    keep = answers()

    def work(job: Job) -> None:
        if job.stop.wait(PAUSE):
            raise Stopped(job.kind)
        keep.play(wanted, job.tell, job.stop)

    return desk().start(Job("full", seen.titles[seen.question.strategy], owner, work, key))


@st.fragment(run_every=1.0)
def _follow(job: Job) -> None:
    """Show how far the full answer is, and show it when it is there."""
    if not job.is_live:
        st.rerun()
    progress = job.progress
    done = progress.done / progress.total if progress is not None else 0.0
    st.progress(done, say("lab.full_on_its_way"))
