"""The jobs of a session on a page: progress, time left, cancel, and what came of them."""

from __future__ import annotations

import streamlit as st

from simulator.engine import Results
from simulator.outcomes import ALL
from simulator.texts.numbers import duration, money
from simulator.ui.desk import Job, desk, session
from simulator.ui.words import dollars, language, plain, say

ICONS = {
    "waiting": ":material/hourglass_empty:",
    "running": ":material/play_circle:",
    "done": ":material/check_circle:",
    "stopped": ":material/stop_circle:",
    "failed": ":material/error:",
}


def show_jobs() -> None:
    """Show all jobs that were asked for; follows them while any lives."""
    jobs = [job for job in desk().of(session()) if job.kind != "full"]
    if not jobs:
        st.caption(say("runs_page.jobs.none"))
        return
    live = any(job.is_live for job in jobs)
    st.fragment(_list, run_every=1.0 if live else None)(live)


def _list(was_live: bool) -> None:
    jobs = [job for job in desk().of(session()) if job.kind != "full"]
    live = sum(job.is_live for job in jobs)
    if was_live and live < st.session_state.get("jobs_live", live):
        st.session_state["jobs_live"] = live
        st.rerun()  # the library has a run more
    st.session_state["jobs_live"] = live
    for position, job in enumerate(jobs):
        with st.container(border=True):
            _show(job, position)


def _show(job: Job, position: int) -> None:
    told, button = st.columns([4, 1], vertical_alignment="center")
    with told:
        kind = say(f"runs_page.jobs.kinds.{job.kind}")
        st.markdown(f"{ICONS[job.state]} {kind}: {plain(job.title)} · {say(f'runs_page.jobs.states.{job.state}')}")
        if job.is_live:
            follow(job)
        elif job.state == "failed":
            st.caption(plain(job.message))
        elif job.state == "stopped" and job.kind == "run":
            if job.begun:
                _partial(job.result)
            else:
                st.caption(say("runs_page.jobs.never_begun"))
        elif isinstance(job.result, Results) and job.result.folder is not None:
            st.caption(say("runs_page.jobs.kept", name=plain(job.result.folder.name)))
    with button:
        if job.is_live:
            stop(job, f"job.{position}")


def follow(job: Job) -> None:
    """Show how far a job is, and about how long it will take."""
    progress = job.progress
    if job.state == "waiting" or progress is None:
        ahead = desk().ahead(job)
        st.progress(0.0, say("runs_page.jobs.ahead", count=ahead) if ahead else say("runs_page.jobs.starting"))
        return
    left = progress.remaining_seconds
    text = say("runs_page.jobs.progress", done=progress.done, total=progress.total)
    if left is not None:
        text += " · " + say("runs_page.jobs.left", time=duration(left, language()))
    st.progress(progress.done / progress.total, text)


def stop(job: Job, key: str) -> None:
    """Offer to cancel a job."""
    st.button(say("runs_page.jobs.cancel"), key=key, on_click=desk().cancel, args=(job,), icon=":material/stop:")


def _partial(results: object) -> None:
    """Say what a run that was stopped has found so far."""
    if not isinstance(results, Results):
        st.caption(say("runs_page.jobs.nothing_whole"))
        return
    firm = results.summary[results.summary["market"] == ALL]
    played, asked = firm["replication"].nunique(), results.scenario.replications
    means = firm.groupby("strategy", observed=True, sort=False)["profit_usd"].mean()
    named = ", ".join(f"{plain(str(name))} {money(float(mean), language())}" for name, mean in means.items())
    st.caption(dollars(say("runs_page.jobs.partial", played=played, asked=_asked(results, asked), profits=named)))


def _asked(results: Results, found: int) -> int:
    """Return how many futures the run was asked for."""
    return int(results.manifest.get("replications", found))
