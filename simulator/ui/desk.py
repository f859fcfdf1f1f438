"""Work that takes longer than a page may: it is queued, tells its progress, and stops when it is told to.

Jobs belong to a session and outlive the page that began them; they stop with the session's tab. Threads of a job never
touch the page: a page reads what the job has written into itself.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.runtime import RuntimeState
from streamlit.runtime.scriptrunner import get_script_run_ctx

from simulator.errors import SimulatorError, Stopped

if TYPE_CHECKING:
    from simulator.engine import Progress

log = logging.getLogger(__name__)

Kind = Literal["full", "tornado", "helps", "run"]
State = Literal["waiting", "running", "done", "stopped", "failed"]

LIVE: tuple[State, ...] = ("waiting", "running")

QUEUES: dict[Kind, str] = {"full": "soon", "tornado": "later", "helps": "later", "run": "later"}
"""What replaces a draft does not wait behind long jobs. One job of each queue runs at a time, on one thread, so that
drafts of all sessions keep a core."""

GRACE = 10.0
"""Seconds that a tab may be away, as while its connection comes back, before its work stops."""

MOST_KEPT: dict[Kind, int] = {"full": 1, "tornado": 10, "helps": 10, "run": 20}
"""Ended jobs that a session can look back on."""


@dataclass(eq=False)
class Job:
    """One piece of work of a session; its own thread writes it, pages read it."""

    kind: Kind
    title: str
    owner: str
    work: Callable[[Job], Any]
    key: Any = None
    """What it answers, to find it again."""
    state: State = "waiting"
    progress: Progress | None = None
    result: Any = None
    message: str = ""
    """Why it failed."""
    stop: Event = field(default_factory=Event)
    begun: float = 0.0
    away: float | None = None
    """Since when the owner's tab is gone, seconds of the clock."""

    @property
    def is_live(self) -> bool:
        """Say whether it waits or runs."""
        return self.state in LIVE

    def tell(self, progress: Progress) -> None:
        """Take note of the progress."""
        self.progress = progress


class Desk:
    """The queues of all sessions.

    Parameters
    ----------
    is_here
        Says whether the tab of a session is open.
    is_over
        Says whether the server is about to end, which would wait for what runs.
    """

    def __init__(self, is_here: Callable[[str], bool], is_over: Callable[[], bool] = lambda: False) -> None:
        self._is_here, self._is_over = is_here, is_over
        self._jobs: list[Job] = []
        self._lock = Lock()
        self._workers: dict[str, Thread] = {}
        self._watch: Thread | None = None

    def start(self, job: Job) -> Job:
        """Queue a job."""
        with self._lock:
            self._jobs.append(job)
            self._forget()
            queue = QUEUES[job.kind]
            if queue not in self._workers:
                self._workers[queue] = self._thread(self._work, queue)
            if self._watch is None:
                self._watch = self._thread(self._watch_tabs)
        return job

    def of(self, owner: str) -> list[Job]:
        """Return the jobs of a session, the latest first."""
        with self._lock:
            return [job for job in reversed(self._jobs) if job.owner == owner]

    def find(self, owner: str, kind: Kind, key: Any) -> Job | None:
        """Return the latest job of a session that answers a key."""
        return next((job for job in self.of(owner) if job.kind == kind and job.key == key), None)

    def ahead(self, job: Job) -> int:
        """Return how many jobs of all sessions come before one that waits."""
        with self._lock:
            before = self._jobs[: self._jobs.index(job)] if job in self._jobs else []
            return sum(each.is_live and QUEUES[each.kind] == QUEUES[job.kind] for each in before)

    def cancel(self, job: Job) -> None:
        """Stop a job: one that waits at once, one that runs after the week at hand."""
        with self._lock:
            job.stop.set()
            if job.state == "waiting":
                job.state = "stopped"

    def cancel_all(self) -> None:
        """Stop everything."""
        with self._lock:
            live = [job for job in self._jobs if job.is_live]
        for job in live:
            self.cancel(job)

    def _forget(self) -> None:
        """Drop ended jobs of sessions that are gone, and the oldest of the others."""
        for owner, kind in {(job.owner, job.kind) for job in self._jobs}:
            ended = [job for job in self._jobs if (job.owner, job.kind) == (owner, kind) and not job.is_live]
            kept = MOST_KEPT[kind] if self._is_here(owner) else 0
            for job in ended[: max(len(ended) - kept, 0)]:
                self._jobs.remove(job)

    def _thread(self, work: Callable[..., None], *arguments: Any) -> Thread:
        thread = Thread(target=work, args=arguments, daemon=True, name="market-entry-desk")
        thread.start()
        return thread

    def _work(self, queue: str) -> None:
        """Do the jobs of a queue, one after the other, until none is left."""
        while True:
            with self._lock:
                waiting = [job for job in self._jobs if job.state == "waiting" and QUEUES[job.kind] == queue]
                if not waiting:
                    del self._workers[queue]
                    return
                job = waiting[0]
                job.state, job.begun = "running", time.monotonic()
            self._do(job)

    def _do(self, job: Job) -> None:
        try:
            job.result = job.work(job)
            job.state = "done"
        except Stopped as error:
            job.result = getattr(error, "partial", None)
            job.state = "stopped"
        except SimulatorError as error:
            job.message, job.state = str(error), "failed"
        except Exception as error:  # a job that fails in any way leaves the queue working
            if job.stop.is_set():  # what it ran in is being taken down
                job.state = "stopped"
                return
            log.exception("%s failed", job.kind)
            job.message, job.state = f"{type(error).__name__}: {error}", "failed"

    def _watch_tabs(self) -> None:
        """Stop what nobody waits for any more, until nothing is left to do."""
        while True:
            time.sleep(0.5)
            with self._lock:
                live = [job for job in self._jobs if job.is_live]
                if not live:
                    self._watch = None
                    return
            if self._is_over():
                self.cancel_all()
            now = time.monotonic()
            for job in live:
                if self._is_here(job.owner):
                    job.away = None
                elif job.away is None:
                    job.away = now
                elif now - job.away > GRACE:
                    self.cancel(job)


def session() -> str:
    """Return what tells this session from others."""
    context = get_script_run_ctx()
    return context.session_id if context is not None else ""


def _is_here(owner: str) -> bool:
    # Without a server, as in a test, there is no tab that could close.
    return not exists() or get_instance().is_active_session(owner)


def _is_over() -> bool:
    return exists() and get_instance().state in (RuntimeState.STOPPING, RuntimeState.STOPPED)


@st.cache_resource(show_spinner=False)
def desk() -> Desk:
    """Return the one that all sessions share."""
    return Desk(_is_here, _is_over)
