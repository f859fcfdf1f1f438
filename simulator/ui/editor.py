"""A scenario as a file: uploaded, edited, checked at its line, opened in the Lab, downloaded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import streamlit as st

from simulator.errors import Problem, ScenarioError
from simulator.examples import examples_dir
from simulator.report.titles import text_of
from simulator.scenario.reading import MAX_UPLOAD_BYTES, decode
from simulator.ui.asked import OWN, Asked, asked, bring, own, scenario_from
from simulator.ui.command import FILE
from simulator.ui.words import language, plain, say

if TYPE_CHECKING:
    from simulator.scenario import Scenario

TEXT, REFUSED = "editor.text", "editor.refused"
MOST_SHOWN = 20
"""Problems that are listed; more of them have one cause."""


@dataclass(frozen=True)
class Refused:
    """What did not become the text: an uploaded file, or, without a name, what the Lab asks."""

    file: str
    problems: tuple[Problem, ...]


def edit() -> bool:
    """Show the editor; returns whether its scenario is to be opened in the Lab."""
    state = st.session_state
    question = asked()
    uploaded = st.file_uploader(say("runs_page.file.upload"), type=["yaml", "yml"], key="editor.upload")
    if uploaded is not None and state.get("editor.taken") != uploaded.file_id:
        state["editor.taken"] = uploaded.file_id
        _take(uploaded.name, uploaded.size, uploaded.getvalue())
    refused: Refused | None = state.get(REFUSED)
    if refused is not None and refused.file and uploaded is None:
        refused = state[REFUSED] = None
    if refused is not None:
        key = "not_taken" if refused.file else "not_filled"
        _list(say(f"runs_page.file.{key}", file=plain(refused.file)), refused.problems)
    st.button(say("runs_page.file.from_lab"), on_click=_fill, args=(question,), icon=":material/science:")
    text = st.text_area(
        say("runs_page.file.text"), key=TEXT, height=420, placeholder=say("runs_page.file.empty"),
        on_change=lambda: state.pop(REFUSED, None),
    )  # fmt: skip
    if not text.strip():
        return False
    if len(text.encode("utf-8", "surrogatepass")) > MAX_UPLOAD_BYTES:
        st.error(say("runs_page.file.too_long", most=MAX_UPLOAD_BYTES // 1024), icon=":material/block:")
        return False
    try:
        scenario = scenario_from(text)
    except ScenarioError as error:
        _list(say("runs_page.file.refused", count=len(error.problems)), error.problems, text)
        return False
    st.success(_accepted(scenario), icon=":material/check_circle:")
    for note in scenario.notes:
        st.caption(plain(note))
    left, right = st.columns(2)
    with right:
        st.download_button(
            say("runs_page.file.download"), text, FILE, "application/yaml", on_click="ignore", width="stretch",
            icon=":material/download:",
        )  # fmt: skip
    with left:
        if not st.button(say("runs_page.file.open"), type="primary", width="stretch", icon=":material/science:"):
            return False
    bring(safe_name(state.get("editor.name") or "scenario"), text)
    return True


def text_of_question(question: Asked) -> str:
    """Return what is asked as the text of a file: as it was written where nothing is moved."""
    if question.moves:
        return question.scenario().to_yaml()
    if question.example.startswith(OWN):
        return own()[question.example]
    return (examples_dir() / f"{question.example}.yaml").read_text(encoding="utf-8")


def safe_name(name: str) -> str:
    """Return letters, digits, ``_`` and ``-`` of a name, which a file may take."""
    return re.sub(r"[^\w-]+", "-", name).strip("-")[:60] or "scenario"


def _fill(question: Asked) -> None:
    state = st.session_state
    try:
        state[TEXT] = text_of_question(question)
    except ScenarioError as error:
        state[REFUSED] = Refused("", error.problems)
        return
    state["editor.name"], state[REFUSED] = question.example.removeprefix(OWN), None


def _take(name: str, size: int, data: bytes) -> None:
    """Put an uploaded file into the editor, where it is text of a fit size."""
    state = st.session_state
    state[REFUSED] = None
    label = PurePosixPath(name.replace("\\", "/")).name
    try:
        if size > MAX_UPLOAD_BYTES:
            message = say("runs_page.file.too_long", most=MAX_UPLOAD_BYTES // 1024)
            raise ScenarioError([Problem(label, 1, 1, "", message)])
        text = decode(data, label, MAX_UPLOAD_BYTES)
        if not text.strip():
            raise ScenarioError([Problem(label, 1, 1, "", say("runs_page.file.nothing"))])
    except ScenarioError as error:
        state[REFUSED] = Refused(label, error.problems)
        return
    state[TEXT], state["editor.name"] = text, PurePosixPath(label).stem


def _accepted(scenario: Scenario) -> str:
    return say(
        "runs_page.file.fine",
        title=plain(text_of(scenario.title, language()) or say("runs_page.file.untitled")),
        strategies=len(scenario.strategies),
        markets=len(scenario.markets),
    )


def _list(head: str, problems: tuple[Problem, ...], text: str = "") -> None:
    """List what is wrong, each problem with its place and the line as it was read."""
    st.error(head, icon=":material/block:")
    lines = text.splitlines()
    told = []
    for problem in problems[:MOST_SHOWN]:
        head = say("runs_page.file.place", line=problem.line, column=problem.column)
        told.append(f"{head}  {problem.path}: {problem.message}" if problem.path else f"{head}  {problem.message}")
        if 0 < problem.line <= len(lines):
            told.append(f"    {lines[problem.line - 1][:160]}")
    if len(problems) > MOST_SHOWN:
        told.append("…")
    st.code("\n".join(told), language=None, wrap_lines=True)
