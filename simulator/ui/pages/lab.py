"""The Lab: pick markets, move a lever, see whether it pays, and why customers said no."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from simulator.errors import ScenarioError, SimulationError
from simulator.report import buyers, charts, doubts, flows, maps, rivalry, tables
from simulator.report.answer import Answer
from simulator.report.titles import strategy_titles, text_of
from simulator.scenario import Scenario
from simulator.ui import builder, panels, share
from simulator.ui.asked import OWN, Asked, asked, choices, scenario_named, take_back
from simulator.ui.drafting import drafted, drafts
from simulator.ui.levers import strategy_builder
from simulator.ui.verdict import show_cards, show_verdict, why
from simulator.ui.words import language, look, market_name, plain, say

UNMOVED = "unmoved"
"""Stands for the baseline as the example has it, where its own levers are moved."""


def show() -> None:
    """Show the page."""
    question = asked()
    with st.sidebar:
        _choose(question)
        builder.offer()
        strategy_builder(question)
        _keep(question)
    st.title(plain(text_of(question.original.title, language()) or question.example.removeprefix(OWN)), anchor=False)
    st.caption(plain(text_of(question.original.strategies[question.strategy].summary, language())))
    try:
        scenario = question.scenario()
    except ScenarioError as error:
        st.error(say("lab.refused"), icon=":material/block:")
        st.code("\n".join(f"{problem.path}: {problem.message}" for problem in error.problems), language=None)
        st.button(say("lab.undo_all"), on_click=take_back)
        return
    try:
        _answer(question, scenario)
    except SimulationError as error:
        st.error(plain(say("lab.failed", message=error)), icon=":material/error:")


def _answer(question: Asked, scenario: Scenario) -> None:
    """Show the answer, the verdict before what takes longer."""
    titles = strategy_titles(scenario, language())
    full = None if question.moves else drafts().shipped(scenario)
    ask = full.__getitem__ if full else partial(drafts().answer, scenario)
    answer = ask(question.strategy)
    baseline = full[scenario.baseline] if full else drafts().answer(question.original, scenario.baseline)
    if question.moves and answer.strategy == baseline.strategy:
        # The baseline with its levers moved is compared with itself as it was.
        baseline = baseline.called(UNMOVED)
        titles[UNMOVED] = say("lab.unmoved", name=titles[answer.strategy])
    show_verdict(answer, scenario)
    show_cards(answer, baseline, scenario, titles[baseline.strategy])
    st.caption(_size(scenario if full else drafted(scenario), is_full=full is not None))
    with st.expander(say("lab.why.title"), icon=":material/help:"):
        for sentence in why(answer, baseline, titles):
            st.write(sentence)
    _charts(answer, baseline, titles)
    _people(answer)
    _rivals(answer)
    _heat([answer if name == answer.strategy else ask(name) for name in scenario.strategies], titles)


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


def _keep(question: Asked) -> None:
    """Offer the link that leads here again."""
    link = share.encode(question.example, language(), question.strategy, question.moves)
    with st.popover(say("lab.link.title"), icon=":material/share:", width="stretch"):
        st.caption(say("lab.link.note"))
        st.code(f"{st.context.url or ''}?{urlencode(link)}", language=None, wrap_lines=True)


def _size(played: Scenario, is_full: bool) -> str:
    """Say how large the world was that answered."""
    key = "lab.full" if is_full else "lab.draft"
    return say(key, futures=played.replications, consumers=f"{played.consumers:,}")


def _charts(answer: Answer, baseline: Answer, titles: dict[str, str]) -> None:
    both = [answer] if answer.strategy == baseline.strategy else [answer, baseline]
    own = {answer.strategy: titles[answer.strategy]}
    cash = pd.concat([each.cash for each in both])
    dashed = [each.strategy for each in both[1:]]
    shown = {each.strategy: titles[each.strategy] for each in both}
    panels.chart("cash", charts.cash(cash, shown, say, look(), dashed=dashed), cash)
    _lost(answer, own)
    steps = tables.waterfall(answer.ledger, answer.summary, [answer.strategy])
    panels.chart("waterfall", charts.waterfall(steps, own, say, look()), steps)
    places = maps.table(answer.summary, answer.strategy)
    panels.chart("places", maps.world(places, say, look()), places)


def _lost(answer: Answer, own: dict[str, str]) -> None:
    """Show why sales were lost: the ways of those who looked, and their twin in bars."""
    option = flows.sankey(answer.funnel, answer.strategy, say, look())
    if not option:
        panels.heading("funnel")
        st.info(say("report.funnel.nobody"))
        return
    unaware, wanted = tables.looked_shares(answer.funnel)
    ends = flows.table(answer.funnel, answer.strategy)
    panels.flow(option, ends, panels.reached(unaware, wanted))
    lost = tables.lost_sales(answer.funnel)
    if len(lost):
        panels.chart("reasons", charts.lost_sales(lost, own, say, look()), lost)


def _people(answer: Answer) -> None:
    """Show who buys."""
    who = buyers.segment_table(answer.funnel, answer.strategy)
    if len(who):
        panels.chart("segments", buyers.segments(answer.funnel, answer.strategy, say, look()), who)


def _rivals(answer: Answer) -> None:
    """Show what the sellers of one market ask and sell."""
    markets = list(dict.fromkeys(answer.sellers["market"].astype(str)))
    panels.heading("rivals")
    market = st.selectbox(say("lab.market"), markets, format_func=market_name, key="rivals.market")
    table = rivalry.table(answer.sellers, answer.strategy, market)
    prices, shares = st.columns(2)
    with prices:
        panels.picture("prices", rivalry.rival_prices(answer.sellers, answer.strategy, market, say, look()))
    with shares:
        panels.picture("shares", rivalry.rival_shares(answer.sellers, answer.strategy, market, say, look()))
    panels.beside(table)


def _heat(answers: Sequence[Answer], titles: dict[str, str]) -> None:
    """Show all strategies in all markets, and in every future."""
    titles = {each.strategy: titles[each.strategy] for each in answers}
    summary = pd.concat([each.summary for each in answers])
    heat = tables.heat(summary)
    panels.chart("heat", charts.heat(heat, titles, say, look()), heat)
    futures = doubts.futures_table(summary, list(titles))
    panels.chart("sure", doubts.distribution(summary, titles, say, look()), futures)
