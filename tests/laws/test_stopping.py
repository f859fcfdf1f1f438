"""Stopped at any moment, a run tells what is whole, keeps what is finished, and goes on to the same tables."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

import pandas as pd
import pytest

from simulator import api, engine
from simulator.engine import Results, content, job, local, store
from simulator.errors import Stopped, UsageError
from simulator.outcomes import NO_ENTRY
from simulator.scenario import Scenario
from tests.laws import worlds

FUTURES = 5
STRATEGIES = (*worlds.STRATEGIES, NO_ENTRY)
UNITS = len(STRATEGIES) * FUTURES


def question() -> Scenario:
    return worlds.scenario(weeks=16, consumers=200, replications=FUTURES)


def play(**options: Any) -> Results:
    """Play the question, with all that some shoppers bought."""
    return engine.run(question(), orders=50, **options)


@cache
def undisturbed() -> Results:
    """Return the run that nobody stops."""
    return play(workers=2)


def digests(results: Results) -> dict[str, Any]:
    return {name: content.digest(table) for name, table in results.tables.items()}


def stopped_after(units: int, go: Any, **options: Any) -> tuple[Stopped, list[int]]:
    """Set the stop when so many units are done; return what is raised, and the units told."""
    stop, told = threading.Event(), []

    def look(progress: engine.Progress) -> None:
        told.append(progress.done)
        if progress.done >= units:
            stop.set()

    with pytest.raises(Stopped, match="on request") as raised:
        go(progress=look, stop=stop, **options)
    return raised.value, told


def rows_of(table: pd.DataFrame, futures: list[int]) -> pd.DataFrame:
    return table[table["replication"].isin(futures)].reset_index(drop=True)


def check_partial(partial: Results | None, futures: list[int]) -> None:
    """Compare what is there of a stopped run with the rows of the whole one."""
    if not futures:
        assert partial is None
        return
    assert partial is not None
    assert (partial.manifest["status"], partial.manifest["replications"]) == ("stopped", FUTURES)
    assert partial.manifest["futures_played"] == futures
    whole = undisturbed()
    for name in ("summary", "weekly", "funnel", "ledger", "orders"):
        pd.testing.assert_frame_equal(partial.tables[name], rows_of(whole.tables[name], futures), obj=name)
    assert set(partial.weekly["strategy"]) == set(STRATEGIES)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("batch", "units"), [(1, 8), (2, 9), (FUTURES, 1)])
def test_a_stopped_run_tells_what_is_whole_and_resumes_to_the_same_tables(tmp_path, workers, batch, units):
    error, told = stopped_after(units, play, workers=workers, batch=batch, out=tmp_path)
    assert told[-1] < UNITS
    (run,) = engine.unfinished(tmp_path)
    assert run.manifest["status"] == "interrupted"
    part = store.Part(tmp_path, run.name)
    assert not part.target.exists()
    kept = part.units.kept(STRATEGIES)
    assert sum(map(len, kept.values())) == told[-1]
    check_partial(error.partial, sorted(set.intersection(*kept.values())))
    resumed = engine.resume(run, workers=2)
    assert resumed.manifest["status"] == "complete"
    assert resumed.manifest["resumed"][0]["kept_units"] == told[-1]
    assert digests(resumed) == digests(undisturbed())
    assert [path.name for path in tmp_path.iterdir()] == [run.name]


def test_something_is_whole_in_the_cases_above(tmp_path):
    error, _ = stopped_after(12, play, workers=1, batch=2)
    assert error.partial is not None
    assert error.partial.manifest["futures_played"] == [0, 1]
    assert error.partial.manifest["wall_seconds"]["total"] > 0


def test_a_run_without_a_folder_keeps_nothing_but_what_the_error_carries(tmp_path):
    error, _ = stopped_after(12, play, workers=1, batch=2)
    check_partial(error.partial, [0, 1])
    with pytest.raises(UsageError, match="only whole runs are saved"):
        error.partial.save(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_resumed_run_can_be_stopped_again_and_counts_what_was_kept(tmp_path):
    stopped_after(8, play, workers=1, batch=2, out=tmp_path)
    (run,) = engine.unfinished(tmp_path)
    error, told = stopped_after(16, engine.resume, run=run, workers=1)
    assert told == [10, 12, 14, 16]
    check_partial(error.partial, [0, 1, 2, 3])
    (run,) = engine.unfinished(tmp_path)
    resumed = api.resume(run.name, tmp_path)
    assert [each["kept_units"] for each in resumed.manifest["resumed"]] == [8, 16]
    assert digests(resumed) == digests(undisturbed())


def test_a_stop_that_was_set_before_plays_nothing(tmp_path):
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped) as raised:
        api.run(question(), orders=50, out=tmp_path, stop=stop)
    assert raised.value.partial is None
    (run,) = engine.unfinished(tmp_path)
    assert not list(store.Part(tmp_path, run.name).units.folder.iterdir())
    with pytest.raises(Stopped):
        api.resume(run.name, tmp_path, stop=stop)
    assert digests(api.resume(run.name, tmp_path, stop=threading.Event())) == digests(undisturbed())


def test_a_stop_at_the_last_unit_leaves_the_tables_to_whoever_resumes(tmp_path):
    error, told = stopped_after(UNITS, play, workers=2, out=tmp_path)
    assert told[-1] == UNITS
    check_partial(error.partial, list(range(FUTURES)))
    assert digests(error.partial) == digests(undisturbed())
    (run,) = engine.unfinished(tmp_path)
    played = []
    assert digests(engine.resume(run, progress=played.append)) == digests(undisturbed())
    assert not played


def test_of_a_batch_that_was_played_future_by_future_the_finished_futures_count(monkeypatch):
    """A strategy fails in future 1: its batch is played again one by one, and 1 is never whole."""
    real, last = job.play, list(question().strategies)[-1]

    def failing(each: job.Job, *others: Any) -> job.RunResult | job.RunFailure:
        if each.strategy == last and 1 in each.replications:
            return job.RunFailure(each, "week", "on purpose")
        return real(each, *others)

    monkeypatch.setattr(local, "play", failing)
    error, told = stopped_after(UNITS - 2, play, workers=1, batch=FUTURES)
    assert told[-1] == UNITS - 2
    check_partial(error.partial, [0, 2])
    assert error.partial.failures[["strategy", "replication"]].to_numpy().tolist() == [[last, 1]]


def test_a_world_that_nobody_will_meet_is_not_waited_for(monkeypatch):
    """The thread that builds it is held until the stop is told: whoever waited would hang."""
    release, begun = threading.Event(), threading.Event()
    real, stop = local._build, threading.Event()

    def build(asked: Scenario, batch: tuple[int, ...]) -> Any:
        if batch == (1,):
            begun.set()
            assert release.wait(60)
        return real(asked, batch)

    def look(_: engine.Progress) -> None:
        assert begun.wait(60)
        stop.set()

    monkeypatch.setattr(local, "_build", build)
    try:
        with pytest.raises(Stopped):
            play(workers=2, batch=1, progress=look, stop=stop)
        assert not release.is_set()
    finally:
        release.set()
