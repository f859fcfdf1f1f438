"""Compare: two strategies, or two saved runs, with the difference, how sure it is, and what it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from simulator.errors import ScenarioError, SimulationError
from simulator.outcomes import ALL
from simulator.report import charts, contrasts, doubts, readable, tables
from simulator.report.contrasts import Side
from simulator.report.titles import text_of
from simulator.texts.numbers import money, share
from simulator.ui import panels
from simulator.ui.asked import asked
from simulator.ui.saved import chosen_sides
from simulator.ui.settings import setting_words
from simulator.ui.tiers import REFERENCE, show_size, shown
from simulator.ui.words import dollars, language, look, plain, say

SOURCES = ("lab", "runs")
OUTCOMES = (
    "profit_usd",
    "p_loss",
    "payback_week",
    "peak_funding_usd",
    "revenue_usd",
    "units",
    "market_share",
    "rating",
)


def show() -> None:
    """Show the page."""
    st.title(say("comparing.title"), anchor=False)
    source = st.segmented_control(
        say("comparing.source"),
        SOURCES,
        default=st.session_state.get("compare_source", SOURCES[0]),
        format_func=lambda name: say(f"comparing.sources.{name}"),
        key="compare_source_choice",
        required=True,
    )
    st.session_state["compare_source"] = source
    try:
        sides = _strategies() if source == "lab" else chosen_sides()
    except (ScenarioError, SimulationError) as error:
        st.error(plain(say("lab.failed", message=error)), icon=":material/error:")
        return
    if sides is not None:
        _contrast(*sides)


def _strategies() -> tuple[Side, Side, list[Side]] | None:
    """Choose two of the strategies that the Lab shows; returns them, and all that may be compared with the second."""
    question = asked()
    seen = shown(question)
    st.caption(plain(text_of(question.original.title, language())))
    names = [*seen.strategies, *([REFERENCE] if seen.baseline.strategy == REFERENCE else [])]
    default = seen.baseline.strategy
    other = question.strategy if question.strategy != default else next((n for n in names if n != default), default)
    left, right = st.columns(2)
    key = f"{question.example}.{question.strategy}.{default}"
    with left:
        here = st.selectbox(
            say("comparing.here"), names, names.index(other), format_func=seen.titles.__getitem__, key=f"here.{key}"
        )
    with right:
        there = st.selectbox(
            say("comparing.there"), names, names.index(default), format_func=seen.titles.__getitem__, key=f"there.{key}"
        )
    show_size(seen)

    def side(name: str) -> Side:
        if name == REFERENCE:
            # Known by the name that it has in its own scenario.
            answer = seen.baseline.called(seen.reference_strategy)
            return Side(seen.titles[name], seen.reference, answer, {})
        return Side(seen.titles[name], seen.scenario, seen.of(name), {})

    return side(here), side(there), [side(name) for name in names if name != there]


def _contrast(here: Side, there: Side, others: Sequence[Side]) -> None:
    """Show one side against the other."""
    if here.label == there.label and contrasts.inputs(here, there).empty:
        st.info(say("comparing.same"), icon=":material/info:")
        return
    profits = contrasts.profits([here], there).iloc[0]
    _verdict(here, there, profits)
    reasons = contrasts.why_unpaired(here, there)
    named = ", ".join(say(f"compare.reason.{name}") for name in reasons)
    st.caption(say("comparing.unpaired", reasons=named) if reasons else say("comparing.paired"))
    every = contrasts.profits(others, there)
    _panel("forest", contrasts.forest(every, say, look()), every)
    causes = contrasts.causes(here.answer, there.answer)
    _panel("bridge", contrasts.bridge(causes, say, look()), causes)
    _beside(here, there)
    _settings(here, there)


def _panel(name: str, drawn: Any, table: pd.DataFrame, note: str = "") -> None:
    panels.heading(name, "comparing")
    panels.chart(name, drawn, table, note)


def _verdict(here: Side, there: Side, profits: pd.Series) -> None:
    """Say in one sentence which side earns more, or that the evidence does not tell."""
    if profits["low"] != profits["low"]:
        st.warning(say("comparing.alone"), icon=":material/help:")
        return
    clear, more = profits["is_clear"], profits["difference"] > 0
    kind = ("better" if more else "worse") if clear else "unclear"
    won = profits["win_share"]
    text = say(
        f"comparing.{kind}",
        here=plain(here.label),
        there=plain(there.label),
        difference=money(abs(profits["difference"]) if clear else profits["difference"], language(), signed=not clear),
        low=money(profits["low"], language()),
        high=money(profits["high"], language()),
        share=share(won) if won == won else say("comparing.unpaired_share"),
    )
    box, icon = {
        "better": (st.success, ":material/trending_up:"),
        "worse": (st.error, ":material/trending_down:"),
        "unclear": (st.warning, ":material/balance:"),
    }[kind]
    box(dollars(text), icon=icon)


def _beside(here: Side, there: Side) -> None:
    """Show cash, lost sales and futures of both, side by side."""
    both = {"here": here.answer.called("here"), "there": there.answer.called("there")}
    titles = {"here": here.label, "there": there.label}
    if here.label == there.label:
        titles = {"here": say("comparing.here"), "there": say("comparing.there")}
    cash = pd.concat([each.cash for each in both.values()])
    opening = {each.scenario.seller.cash_usd for each in (here, there)}
    drawn = charts.cash(cash, titles, say, look(), ["there"], opening.pop() if len(opening) == 1 else None)
    _panel("cash_both", drawn, cash, say("lab.cash_note"))
    lost = pd.concat([tables.lost_sales(each.funnel) for each in both.values()])
    if len(lost):
        _panel("lost_both", charts.lost_sales(lost, titles, say, look()), lost)
    summary = pd.concat([each.summary for each in both.values()])
    futures = doubts.futures_table(summary, list(both))
    _panel("futures_both", doubts.distribution(summary, titles, say, look()), futures)


def _settings(here: Side, there: Side) -> None:
    """Show what differs in what was set, and in what came of it."""
    panels.heading("inputs", "comparing")
    inputs = contrasts.inputs(here, there)
    if inputs.empty:
        st.caption(say("comparing.no_inputs"))
    else:
        heads = {"path": say("contrasts.heads.input"), "there": say("comparing.there"), "here": say("comparing.here")}
        words = pd.DataFrame([setting_words(row) for row in inputs.to_dict("records")])[list(heads)]
        st.table(words.rename(columns=heads).set_index(heads["path"]))
    panels.heading("outcomes", "comparing")
    found = contrasts.outcomes(here, there)
    table = readable.outcomes(found, OUTCOMES, language())
    markets = say("contrasts.heads.market")
    firm = table[table[markets] == ALL].drop(columns=markets)
    panels.frame(firm)
    with st.expander(say("comparing.markets")):
        panels.frame(table[table[markets] != ALL])
