"""Jobs: one after the other, told to stop, failing alone, and gone with their tab."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

import pytest

from simulator.engine import Progress
from simulator.errors import SimulationError, Stopped
from simulator.ui import desk as desk_module
from simulator.ui.desk import Desk, Job

PATIENCE = 10.0


def wait_for(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def job(work: Callable[[Job], object], owner: str = "a", kind: str = "run") -> Job:
    return Job(kind, "title", owner, work)  # type: ignore[arg-type]


def until_stopped(each: Job) -> None:
    while not each.stop.wait(0.01):
        pass
    raise Stopped("stopped")


@pytest.fixture
def here() -> set[str]:
    return {"a", "b"}


@pytest.fixture
def desk(here: set[str]) -> Desk:
    return Desk(here.__contains__)


def test_jobs_of_a_queue_run_one_after_the_other_in_order(desk: Desk) -> None:
    said: list[str] = []
    gate = Event()

    def work(name: str) -> Callable[[Job], object]:
        def run(_: Job) -> str:
            gate.wait(PATIENCE)
            said.append(name)
            return name

        return run

    jobs = [desk.start(job(work(name), owner)) for name, owner in (("1", "a"), ("2", "b"), ("3", "a"))]
    wait_for(lambda: jobs[0].state == "running")
    assert [each.state for each in jobs] == ["running", "waiting", "waiting"]
    assert desk.ahead(jobs[2]) == 2
    gate.set()
    wait_for(lambda: all(each.state == "done" for each in jobs))
    assert said == ["1", "2", "3"] and [each.result for each in jobs] == said
    assert desk.of("a") == [jobs[2], jobs[0]]


def test_a_full_answer_does_not_wait_behind_a_long_run(desk: Desk) -> None:
    long = desk.start(job(until_stopped))
    quick = desk.start(job(lambda _: 1, kind="full"))
    wait_for(lambda: quick.state == "done")
    assert long.is_live
    desk.cancel(long)
    wait_for(lambda: long.state == "stopped")


def test_one_that_waits_stops_at_once_and_never_runs(desk: Desk) -> None:
    ran: list[int] = []
    first = desk.start(job(until_stopped))
    second = desk.start(job(lambda _: ran.append(1)))
    desk.cancel(second)
    assert second.state == "stopped"
    desk.cancel(first)
    wait_for(lambda: not first.is_live)
    third = desk.start(job(lambda _: 3))
    wait_for(lambda: third.state == "done")
    assert not ran


@pytest.mark.parametrize("error", [SimulationError("no luck"), ZeroDivisionError("by zero")])
def test_a_job_that_fails_says_why_and_leaves_the_queue_working(desk: Desk, error: Exception) -> None:
    def fail(_: Job) -> None:
        raise error

    bad, good = desk.start(job(fail)), desk.start(job(lambda _: "fine"))
    wait_for(lambda: good.state == "done")
    assert bad.state == "failed" and str(error) in bad.message


def test_the_partial_result_of_a_stopped_job_is_kept(desk: Desk) -> None:
    def work(each: Job) -> None:
        each.tell(Progress(3, 10, 1.0))
        each.stop.wait(PATIENCE)
        raise Stopped("stopped", "three futures")  # type: ignore[arg-type]

    each = desk.start(job(work))
    wait_for(lambda: each.progress is not None)
    assert each.progress is not None and each.progress.done == 3
    desk.cancel(each)
    wait_for(lambda: each.state == "stopped")
    assert each.result == "three futures"


def test_a_closed_tab_stops_its_work_and_nobody_elses(
    desk: Desk, here: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "GRACE", 0.2)
    gone, waiting = desk.start(job(until_stopped, "a")), desk.start(job(until_stopped, "a"))
    other = desk.start(job(until_stopped, "b", "full"))
    here.remove("a")
    wait_for(lambda: not gone.is_live and not waiting.is_live)
    assert other.is_live
    desk.cancel(other)
    wait_for(lambda: not other.is_live)
    desk.start(job(lambda _: 1, "b"))
    assert not desk.of("a"), "what a session that is gone left is forgotten"


def test_a_tab_that_comes_back_in_time_keeps_its_work(
    desk: Desk, here: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "GRACE", 1.5)
    each = desk.start(job(until_stopped))
    here.remove("a")
    wait_for(lambda: each.away is not None)
    here.add("a")
    wait_for(lambda: each.away is None)
    assert each.is_live
    desk.cancel(each)


def test_a_session_looks_back_on_a_bounded_number_of_jobs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(desk_module.MOST_KEPT, "run", 3)
    for number in range(8):
        each = desk.start(job(lambda _, number=number: number))
        wait_for(lambda each=each: each.state == "done")
    assert [each.result for each in desk.of("a")] == [7, 6, 5, 4]
