"""The charts behind an answer, each titled by the question that it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from simulator.comparison import interval
from simulator.report import buyers, charts, doubts, flows, maps, rivalry, tables
from simulator.report.answer import Answer
from simulator.texts.numbers import money
from simulator.ui import panels
from simulator.ui.asked import ask
from simulator.ui.words import dollars, language, look, market_name, plain, say

CLICKED = "cell"


def show_money(answer: Answer, baseline: Answer, titles: Mapping[str, str]) -> None:
    """Show when the money comes back, where it goes, and where it is earned."""
    both = [answer] if answer.strategy == baseline.strategy else [answer, baseline]
    cash = pd.concat([each.cash for each in both])
    dashed = [each.strategy for each in both[1:]]
    shown = {each.strategy: titles[each.strategy] for each in both}
    panels.chart("cash", charts.cash(cash, shown, say, look(), dashed=dashed), cash)
    _show_lost(answer, {answer.strategy: titles[answer.strategy]})
    steps = tables.waterfall(answer.ledger, answer.summary, [answer.strategy])
    own = {answer.strategy: titles[answer.strategy]}
    panels.chart("waterfall", charts.waterfall(steps, own, say, look()), steps)
    places = maps.table(answer.summary, answer.strategy)
    panels.chart("places", maps.world(places, say, look()), places)


def _show_lost(answer: Answer, own: dict[str, str]) -> None:
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


def show_people(answer: Answer) -> None:
    """Show who buys, and how many by week."""
    if answer.units["p90"].any():
        panels.chart("adoption", buyers.adoption(answer.units, say, look()), answer.units)
    who = buyers.segment_table(answer.funnel, answer.strategy)
    if len(who):
        panels.chart("segments", buyers.segments(answer.funnel, answer.strategy, say, look()), who)


def show_rivals(answer: Answer) -> None:
    """Show what the sellers of one market ask and sell."""
    markets = list(dict.fromkeys(answer.sellers["market"].astype(str)))
    panels.heading("rivals")
    market = st.selectbox(say("lab.market"), markets, format_func=market_name, key=f"rivals.{markets}")
    table = rivalry.table(answer.sellers, answer.strategy, market)
    prices, shares = st.columns(2)
    with prices:
        panels.picture("prices", rivalry.rival_prices(answer.sellers, answer.strategy, market, say, look()))
    with shares:
        panels.picture("shares", rivalry.rival_shares(answer.sellers, answer.strategy, market, say, look()))
    panels.beside(table)


def show_choices(asked: Answer, answers: Sequence[Answer], titles: Mapping[str, str], example: str) -> None:
    """Show all strategies in all markets, where a click opens one, and in every future; `asked` is one of them."""
    titles = {each.strategy: titles[each.strategy] for each in answers}
    summary = pd.concat([each.summary for each in answers])
    heat = tables.heat(summary)
    panels.heading("heat", say("lab.heat_note"))
    key = f"chart.heat.{st.session_state.get('generation', 0)}"

    def open_cell() -> None:
        picked = st.session_state[key].selection.get(CLICKED) or [{}]
        strategy, market = picked[0].get("strategy_code"), picked[0].get("market")
        if strategy in titles:
            ask(example, strategy)
            st.session_state["scope"] = market  # a column that is no market of the strategy stands for all

    drawn = charts.heat(heat, titles, say, look(), selection=CLICKED)
    st.altair_chart(drawn, width="stretch", theme=None, key=key, on_select=open_cell, selection_mode=CLICKED)
    panels.beside(heat)
    futures = doubts.futures_table(summary, list(titles))
    panels.chart("sure", doubts.distribution(summary, titles, say, look()), futures, _needed(asked, titles))


def _needed(answer: Answer, titles: Mapping[str, str]) -> str:
    """Say how many futures it takes to know the mean profit twice as well, and to tell it from zero."""
    profits = answer.figures("profit_usd")
    low, high = interval(profits)
    half = (high - low) / 2
    if len(profits) < 2 or not half > 0:
        return say("lab.one_future")
    mean = float(profits.mean())
    # The mean itself is what separates gain from loss; a third of it is a figure to rely on.
    wished = abs(mean) if low < 0 < high else abs(mean) / 3
    needed = tables.futures_needed(profits.tolist(), max(wished, half / 30))
    key = "lab.needed_open" if low < 0 < high else "lab.needed"
    return dollars(
        say(
            key,
            name=plain(titles[answer.strategy]),
            mean=money(mean, language()),
            half=money(half, language()),
            wished=money(wished, language()),
            futures=len(profits),
            needed=f"{needed:,}",
        )
    )
