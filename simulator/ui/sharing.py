"""What is asked, to take along: the link that leads here, the command with the same digits, the scenario as a file."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from simulator.scenario import Scenario
from simulator.ui import share
from simulator.ui.asked import OWN, Asked
from simulator.ui.command import FILE, command
from simulator.ui.editor import text_of_question
from simulator.ui.tiers import Shown
from simulator.ui.words import language, say


def offer(question: Asked, seen: Shown | None) -> None:
    """Offer all three; without an answer (levers that do not fit together) and for an own scenario what there is."""
    is_own = question.example.startswith(OWN)
    if is_own and seen is None:
        return
    box = st.popover(
        say("lab.link.title"), icon=":material/share:", width="stretch", key="share", on_change="rerun"
    )  # fmt: skip
    if not box.open:  # reading the file to check the command takes longer than drawing a chart
        return
    with box:
        if not is_own:
            _link(question)
        if seen is not None:
            show_command(question, seen.scenario if seen.is_full else seen.small, "share")


def _link(question: Asked) -> None:
    st.caption(say("lab.link.note"))
    link = share.encode(question.example, language(), question.strategy, question.moves)
    st.code(f"{st.context.url or ''}?{urlencode(link)}", language=None, wrap_lines=True)


def show_command(question: Asked, played: Scenario, key: str) -> None:
    """Show the command that plays a scenario, and the file that it names where no setting says what was moved."""
    line = command(question, played)
    st.caption(say("sharing.command_of_file" if line.split()[2] == FILE else "sharing.command"))
    st.code(line, language="bash", wrap_lines=True)
    st.download_button(
        say("sharing.file"),
        lambda: text_of_question(question).encode("utf-8"),
        FILE,
        "application/yaml",
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
        key=f"{key}.file",
    )
