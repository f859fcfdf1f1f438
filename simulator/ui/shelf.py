"""The library of runs on a page: what is saved, and what one does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from simulator.engine import library, saved, unfinished
from simulator.engine.saved import SavedRun
from simulator.errors import SimulatorError, UsageError
from simulator.report import readable, tables
from simulator.report.titles import strategy_titles
from simulator.texts import in_language
from simulator.texts.numbers import NOTHING, size
from simulator.ui import panels, playing
from simulator.ui.downloads import offer
from simulator.ui.saved import results_of, runs_dir
from simulator.ui.words import language, plain, say

COLUMNS = ("run", "title", "date", "strategies", "futures", "size", "status")
CHOSEN = "shelf.run"


def show_library() -> None:
    """List the runs, and show the one that is chosen."""
    _told()
    try:
        runs = {run.name: run for run in saved.saved_runs(runs_dir())}
        thrown = library.discarded(runs_dir())
    except UsageError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if runs:
        panels.frame(_table(list(runs.values())))
        names = sorted(runs, key=lambda name: str(runs[name].manifest.get("started", "")), reverse=True)
        if st.session_state.get(CHOSEN) not in runs:
            st.session_state[CHOSEN] = names[0]
        _show(runs[st.selectbox(say("runs_page.library.run"), names, key=CHOSEN)])
    else:
        st.info(say("runs_page.library.none", out=plain(str(runs_dir()))), icon=":material/folder_open:")
    if thrown:
        with st.expander(say("runs_page.library.trash", count=len(thrown)), icon=":material/delete:"):
            for position, each in enumerate(thrown[:20]):
                st.button(
                    say("runs_page.library.restore", name=plain(each.name), when=f"{each.when:%Y-%m-%d %H:%M}"),
                    key=f"restore.{position}", on_click=_act, args=(library.restore, each), icon=":material/undo:",
                )  # fmt: skip


def _table(runs: list[SavedRun]) -> pd.DataFrame:
    rows = [
        [
            run.name,
            in_language(run.title(), language()) or NOTHING,
            str(run.manifest.get("started", NOTHING))[:16].replace("T", " "),
            len(run.manifest.get("strategies", ())),
            run.manifest.get("replications"),
            size(run.size_bytes()),
            say(f"runs.status.{run.status.replace(' ', '_')}"),
        ]
        for run in runs
    ]
    return pd.DataFrame(rows, columns=[say(f"runs.table.{name}") for name in COLUMNS])


def _show(run: SavedRun) -> None:
    """Show a run, with all that can be done with it."""
    if run.is_finished:
        try:
            results = results_of(run)
            found = tables.strategies(results.summary, results.comparison)
            words = readable.strategies(found, language(), strategy_titles(results.scenario, language()))
            panels.frame(words)
        except UsageError as error:
            st.error(plain(str(error)), icon=":material/error:")
        offer(run)
        st.caption(say("runs_page.library.digits"))
        st.code(f"market-entry replay {run.name}", language=None)
    else:
        _go_on(run)
    rename, copy, throw = st.columns(3)
    with rename, st.popover(say("runs_page.library.rename"), icon=":material/edit:", width="stretch"):
        key = f"name.{run.name}"
        with st.form(f"renaming.{run.name}", border=False):  # Enter renames too
            st.text_input(say("runs_page.library.new_name"), value=run.name[:-9], max_chars=60, key=key)
            st.form_submit_button(
                say("runs_page.library.rename"), key=f"rename.{run.name}", on_click=_rename, args=(run, key)
            )
    with copy:
        st.button(
            say("runs_page.library.duplicate"), on_click=_act, args=(library.duplicate, run), width="stretch",
            icon=":material/content_copy:", disabled=not run.is_finished, key=f"copy.{run.name}",
        )  # fmt: skip
    with throw:
        st.button(
            say("runs_page.library.delete"), on_click=_discard, args=(run,), width="stretch", icon=":material/delete:",
            key=f"delete.{run.name}",
        )  # fmt: skip


def _go_on(run: SavedRun) -> None:
    """Offer to play what is missing of a run that ended early."""
    st.caption(say("runs_page.library.unfinished"))
    found = next((each for each in unfinished(runs_dir()) if run.name == f".{each.name}.part"), None)
    if found is None or run.status == "running":
        return
    title = in_language(run.title(), language()) or found.name

    def go_on() -> None:
        playing.go_on(found, title)
        _note("runs_page.library.goes_on", name=found.name)

    st.button(say("runs_page.library.go_on"), on_click=go_on, type="primary", icon=":material/play_arrow:")


def _rename(run: SavedRun, key: str) -> None:
    _act(lambda each: library.rename(each, st.session_state[key]), run)


def _discard(run: SavedRun) -> None:
    """Throw a run away, and offer to take it back."""
    try:
        st.session_state["shelf.undo"] = library.discard(run)
    except SimulatorError as error:
        if run.folder.exists():  # a second click on the button finds nothing left to do
            st.session_state["shelf.error"] = str(error)


def _act(act: Callable[[Any], SavedRun], what: Any) -> None:
    """Do something with a run, choose what comes of it, and say what went wrong."""
    try:
        st.session_state[CHOSEN] = act(what).name
        st.session_state["shelf.undo"] = None
    except SimulatorError as error:
        st.session_state["shelf.error"] = str(error)


def _note(key: str, **values: str) -> None:
    st.session_state["shelf.note"] = say(key, **{name: plain(value) for name, value in values.items()})


def _told() -> None:
    """Tell once what the last click did."""
    state = st.session_state
    if error := state.pop("shelf.error", None):
        st.error(plain(error), icon=":material/error:")
    if note := state.pop("shelf.note", None):
        st.success(note, icon=":material/check_circle:")
    undo = state.get("shelf.undo")
    if undo is not None:
        told, button = st.columns([3, 1], vertical_alignment="center")
        told.info(say("runs_page.library.thrown", name=plain(undo.name)), icon=":material/delete:")
        button.button(
            say("runs_page.library.undo"), on_click=_act, args=(library.restore, undo), icon=":material/undo:"
        )
