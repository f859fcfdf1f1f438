"""Runs in full: how long they take, and the jobs that play them into the folder of the runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import api
from simulator.engine.local import batches, check_memory
from simulator.engine.work import strategies_of
from simulator.ui.answering import answers
from simulator.ui.desk import Job, desk, session
from simulator.ui.saved import runs_dir
from simulator.ui.tiers import consumer_weeks
from simulator.ui.words import language

if TYPE_CHECKING:
    from simulator.engine import Results
    from simulator.engine.resuming import Unfinished
    from simulator.scenario import Scenario

WEEKS_PER_SECOND = 1.5e7
"""Consumer-weeks a second of one thread, everything included; order of size only (`market-entry doctor` measures)."""

LONGEST_SECONDS = 4 * 3600.0
"""A longer run belongs to a command line, which no closed tab ends."""


def seconds(scenario: Scenario) -> float:
    """Return about how long a run takes as a job."""
    return consumer_weeks(scenario) / WEEKS_PER_SECOND


def memory_bytes(scenario: Scenario) -> int:
    """Return about how much memory a run takes; ScenarioError where the machine has less."""
    largest = len(batches(range(scenario.replications), 1)[0])
    return check_memory(scenario, len(strategies_of(scenario)), largest, 1)


def play(scenario: Scenario, title: str, name: str) -> Job:
    """Start a run of a scenario."""
    lang, out, giving_way = language(), runs_dir(), answers().giving_way

    def work(job: Job) -> Results:
        progress = giving_way(job.tell, job.stop)
        return api.run(
            scenario, workers=1, out=out, name=name, lang=lang, progress=progress, command=["app"], stop=job.stop
        )

    return desk().start(Job("run", title, session(), work))


def go_on(run: Unfinished, title: str) -> Job:
    """Go on with a run that was stopped or interrupted."""
    lang, giving_way = language(), answers().giving_way

    def work(job: Job) -> Results:
        progress = giving_way(job.tell, job.stop)
        return api.resume(run.name, run.out, workers=1, lang=lang, progress=progress, command=["app"], stop=job.stop)

    return desk().start(Job("run", title, session(), work))
