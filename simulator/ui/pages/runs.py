"""Runs: what is saved, what is at work, and scenarios as files."""

from __future__ import annotations

import streamlit as st

from simulator.errors import ScenarioError
from simulator.report.titles import text_of
from simulator.texts.numbers import duration, size
from simulator.ui import navigation, playing, sharing
from simulator.ui.asked import OWN, asked
from simulator.ui.editor import edit, safe_name
from simulator.ui.jobs import show_jobs
from simulator.ui.shelf import show_library
from simulator.ui.words import language, plain, say

TABS = ("play", "library", "file")


def show() -> None:
    """Show the page."""
    st.title(say("runs_page.title"), anchor=False)
    play, library, file = st.tabs([say(f"runs_page.tabs.{name}") for name in TABS])
    with play:
        _play()
        st.subheader(say("runs_page.jobs.title"), anchor=False)
        show_jobs()
    with library:
        show_library()
    with file:
        if edit():
            navigation.go("lab")


def _play() -> None:
    """Offer to play in full what the Lab asks."""
    question = asked()
    title = text_of(question.original.title, language()) or question.example.removeprefix(OWN)
    st.subheader(say("runs_page.play.title"), anchor=False)
    st.write(say("runs_page.play.what", title=plain(title), moves=len(question.moves)))
    try:
        scenario = question.scenario()
        left, middle, right = st.columns(3)
        with left:
            futures = st.number_input(
                say("runs_page.play.futures"), 1, 10_000, scenario.replications, key=f"futures.{question.example}"
            )
        with middle:
            consumers = st.number_input(
                say("runs_page.play.consumers"), 100, 100_000_000, scenario.consumers, 1_000,
                key=f"consumers.{question.example}",
            )  # fmt: skip
        with right:
            name = st.text_input(
                say("runs_page.play.name"), safe_name(question.example.removeprefix(OWN)), max_chars=60,
                key=f"name.{question.example}",
            )  # fmt: skip
        sizes = {"replications": int(futures), "consumers": int(consumers)}
        scenario = scenario.with_values({key: each for key, each in sizes.items() if each != getattr(scenario, key)})
        memory = playing.memory_bytes(scenario)
    except ScenarioError as error:
        st.error(say("runs_page.play.refused"), icon=":material/block:")
        st.code(
            "\n".join(f"{problem.path}: {problem.message}" for problem in error.problems),
            language=None,
            wrap_lines=True,
        )
        return
    seconds = playing.seconds(scenario)
    st.caption(say("runs_page.play.estimate", time=duration(seconds, language()), memory=size(memory)))
    if seconds > playing.LONGEST_SECONDS:
        st.warning(say("runs_page.play.too_long"), icon=":material/schedule:")
    elif st.button(say("runs_page.play.start"), type="primary", icon=":material/play_arrow:"):
        playing.play(scenario, title, name)
    sharing.show_command(question, scenario, "play")
