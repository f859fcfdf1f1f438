"""The Lab: pick markets, move a lever, see whether it pays, and why customers said no."""

from __future__ import annotations

import time

import streamlit as st

from simulator.errors import ScenarioError, SimulationError
from simulator.report.titles import strategy_titles, text_of
from simulator.ui import builder, evidence, sharing
from simulator.ui.asked import OWN, Asked, asked, choices, pin, pinned, scenario_named, take_back
from simulator.ui.closing import show_gates
from simulator.ui.helping import show_helps
from simulator.ui.levers import strategy_builder
from simulator.ui.mattering import show_tornado
from simulator.ui.tiers import Shown, prepare, show_size, shown
from simulator.ui.verdict import show_cards, show_verdict, why
from simulator.ui.words import language, plain, say

SENDING = 0.004
"""Seconds in which the server sends the verdict, before the rest of the page takes the interpreter."""


def show() -> None:
    """Show the page: the verdict before the levers and the charts, for it is what a move waits for."""
    question = asked()
    st.title(plain(text_of(question.original.title, language()) or question.example.removeprefix(OWN)), anchor=False)
    st.caption(plain(text_of(question.original.strategies[question.strategy].summary, language())))
    seen = _verdict(question)
    with st.sidebar:
        _choose(question)
        builder.offer()
        strategy_builder(question)
        _keep(question, seen)
    if seen is not None:
        try:
            _evidence(seen)
        except SimulationError as error:  # of another strategy
            _failed(error)
        prepare(seen)


def _verdict(question: Asked) -> Shown | None:
    """Show whether it pays; None where there is no answer, which is told."""
    try:
        seen = shown(question)
        answer, baseline = seen.answer, seen.baseline
    except ScenarioError as error:
        st.error(say("lab.refused"), icon=":material/block:")
        st.code(
            "\n".join(f"{problem.path}: {problem.message}" for problem in error.problems),
            language=None,
            wrap_lines=True,
        )
        st.button(say("lab.undo_all"), on_click=take_back)
        return None
    except SimulationError as error:
        _failed(error)
        return None
    show_verdict(answer, seen.scenario)
    time.sleep(SENDING)
    show_gates(seen)
    show_cards(answer, baseline, seen.scenario, seen.titles[baseline.strategy])
    show_size(seen)
    return seen


def _evidence(seen: Shown) -> None:
    """Show why it is so, question by question."""
    answer, baseline, titles = seen.answer, seen.baseline, seen.titles
    with st.expander(say("lab.why.title"), icon=":material/help:"):
        for sentence in why(answer, baseline, titles):
            st.write(sentence)
    show_helps(seen)
    evidence.show_cash(answer, baseline, titles, seen.scenario.seller.cash_usd)
    evidence.show_lost(answer, titles)
    show_tornado(seen)
    evidence.show_waterfall(answer, titles)
    evidence.show_places(answer)
    evidence.show_people(answer)
    evidence.show_rivals(answer)
    evidence.show_choices(seen)


def _failed(error: SimulationError) -> None:
    st.error(plain(say("lab.failed", message=error)), icon=":material/error:")


def _choose(question: Asked) -> None:
    """Choose an example and one of its strategies."""
    names = choices()
    generation = st.session_state.get("generation", 0)
    key = f"example_choice.{generation}"
    st.selectbox(
        say("lab.example"),
        names,
        index=names.index(question.example),
        format_func=lambda name: text_of(scenario_named(name).title, language()) or name.removeprefix(OWN),
        key=key,
        on_change=lambda: st.session_state.update(example=st.session_state[key]),
    )
    strategies = list(question.original.strategies)
    titles = strategy_titles(question.original, language())
    of_example = f"strategy_choice.{question.example}.{generation}"
    st.selectbox(
        say("lab.strategy"),
        strategies,
        index=strategies.index(question.strategy),
        format_func=titles.__getitem__,
        key=of_example,
        on_change=lambda: st.session_state.update(strategy=st.session_state[of_example]),
    )


def _keep(question: Asked, seen: Shown | None) -> None:
    """Offer to pin what is asked as the baseline, and to take it along."""
    if pinned(question.example) == question:
        st.button(say("lab.unpin"), on_click=pin, args=(None,), icon=":material/keep_off:", width="stretch")
    else:
        st.button(say("lab.pin"), on_click=pin, args=(question,), icon=":material/keep:", width="stretch")
    sharing.offer(question, seen)
