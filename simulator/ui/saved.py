"""The saved runs of the folder that the app was started for: listed, read, chosen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from simulator.engine import Results
from simulator.engine.saved import SavedRun, saved_runs
from simulator.errors import UsageError
from simulator.examples import RUNS_VARIABLE
from simulator.report.answer import Answer
from simulator.report.contrasts import Side
from simulator.report.titles import strategy_titles
from simulator.texts import in_language
from simulator.ui.words import language, plain, say

if TYPE_CHECKING:
    from collections.abc import Sequence


def runs_dir() -> Path:
    """Return the folder of the runs."""
    return Path(os.environ.get(RUNS_VARIABLE) or "runs")


def finished() -> list[SavedRun]:
    """Return the runs that can be read, the latest first."""
    runs = [run for run in saved_runs(runs_dir()) if run.is_finished]
    return sorted(runs, key=lambda run: str(run.manifest.get("started", "")), reverse=True)


def name_of(run: SavedRun) -> str:
    """Return what a run is called in a choice: its title and its folder."""
    title = in_language(run.title(), language())
    return f"{title} · {run.name}" if title else run.name


def results_of(run: SavedRun) -> Results:
    """Return the tables of a run; UsageError where a file is damaged."""
    try:
        return _loaded(str(run.folder.resolve()), (run.folder / "manifest.json").stat().st_mtime_ns)
    except Exception as error:  # a file may be damaged in any way
        raise UsageError(say("comparing.unreadable", run=run.name, message=error)) from error


@st.cache_resource(show_spinner=False, max_entries=6)
def _loaded(folder: str, written: int) -> Results:
    return Results.load(folder)


def chosen_sides() -> tuple[Side, Side, list[Side]] | None:
    """Choose two strategies of saved runs; returns them, and all of the first run beside them."""
    try:
        runs = {run.name: run for run in finished()}
    except UsageError as error:
        st.error(plain(str(error)))
        return None
    if not runs:
        st.info(say("comparing.few"), icon=":material/folder_open:")
        return None
    try:
        left, right = st.columns(2)
        with left:
            here = _choose("here", runs, next(iter(runs)))
        with right:
            there = _choose("there", runs, [*runs, *runs][1])
    except UsageError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None
    others = [_side(*here, name) for name in here[1].scenario.strategies if (here[0], name) != (there[0], there[2])]
    return _side(*here), _side(*there), others


def _choose(place: str, runs: dict[str, SavedRun], default: str) -> tuple[SavedRun, Results, str]:
    names: Sequence[str] = list(runs)
    key = f"compare.{place}"
    if st.session_state.get(key) not in names:
        st.session_state[key] = default
    name = st.selectbox(say(f"comparing.{place}"), names, format_func=lambda each: name_of(runs[each]), key=key)
    results = results_of(runs[name])
    titles = strategy_titles(results.scenario, language())
    played = [each for each in results.scenario.strategies if each in set(results.summary["strategy"])]
    # What a run is about, against what it is compared with.
    others = [each for each in played if each != results.baseline]
    first = results.baseline if place == "there" or not others else others[0]
    strategy = st.selectbox(
        say("comparing.strategy"),
        played,
        played.index(first),
        format_func=titles.__getitem__,
        key=f"{key}.strategy.{name}",
    )
    return runs[name], results, strategy


def _side(run: SavedRun, results: Results, strategy: str, other: str | None = None) -> Side:
    name = other or strategy
    title = strategy_titles(results.scenario, language())[name]
    versions = results.manifest.get("versions", {})
    return Side(f"{title} · {run.name}", results.scenario, Answer.of_results(results, name), versions)
