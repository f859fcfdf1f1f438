"""What matters most: a job, for it takes half a minute; the examples ship with their answer."""

from __future__ import annotations

import streamlit as st

from simulator.report import doubts
from simulator.report.parameters import label
from simulator.ui import panels
from simulator.ui.answering import answers
from simulator.ui.desk import Job, desk, session
from simulator.ui.jobs import follow, stop
from simulator.ui.tiers import Shown
from simulator.ui.words import language, look, plain, say

MOST = 12
"""Numbers that are drawn; the table has all."""


def show_tornado(seen: Shown) -> None:
    """Show what the profit of the strategy changes most with, or offer to find out."""
    with panels.question("tornado") as is_open:
        if is_open:
            _show(seen)


def _show(seen: Shown) -> None:
    strategy, small = seen.question.strategy, seen.small
    note = say("lab.tornado.note", futures=small.replications, consumers=f"{small.consumers:,}")
    found = answers().swings(seen.scenario, small, strategy)
    if found is not None:
        named = found.assign(label=[label(path, language()) for path in found["path"]])
        drawn = doubts.tornado(named.head(MOST), say, look())
        panels.chart("tornado", drawn, named.drop(columns=["path", "origin"]), note)
        return
    st.caption(note)
    key = (small.digest(), strategy)
    job = desk().find(session(), "tornado", key)
    if job is not None and job.is_live:
        _follow(job)
        return
    if job is not None and job.state == "failed":
        st.error(plain(job.message), icon=":material/error:")

    def begin() -> None:
        keep = answers()
        desk().start(
            Job(
                "tornado",
                seen.titles[strategy],
                session(),
                lambda job: keep.find_swings(small, strategy, job.tell, job.stop),
                key,
            )
        )

    st.button(say("lab.tornado.find_out"), on_click=begin, icon=":material/tornado:")


@st.fragment(run_every=1.0)
def _follow(job: Job) -> None:
    if not job.is_live:
        st.rerun()
    follow(job)
    stop(job, "stop.tornado")
