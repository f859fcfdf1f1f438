"""The charts behind an answer, each titled by the question that it answers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from simulator.comparison import interval
from simulator.report import buyers, charts, doubts, flows, maps, rivalry, tables
from simulator.report.answer import Answer
from simulator.texts.numbers import money
from simulator.ui import panels
from simulator.ui.asked import ask
from simulator.ui.tiers import Shown
from simulator.ui.words import dollars, language, look, market_name, plain, say

CLICKED = "cell"


def show_cash(answer: Answer, baseline: Answer, titles: Mapping[str, str], opening_usd: float) -> None:
    """Show when the money comes back."""
    with panels.question("cash", is_open=True) as is_open:
        if is_open:
            both = [answer] if answer.strategy == baseline.strategy else [answer, baseline]
            cash = pd.concat([each.cash for each in both])
            dashed = [each.strategy for each in both[1:]]
            shown = {each.strategy: titles[each.strategy] for each in both}
            drawn = charts.cash(cash, shown, say, look(), dashed, opening_usd)
            panels.chart("cash", drawn, cash, say("lab.cash_note"))


def show_lost(answer: Answer, titles: Mapping[str, str]) -> None:
    """Show why sales were lost: the ways of those who looked, and their twin in bars."""
    with panels.question("funnel", is_open=True) as is_open:
        if not is_open:
            return
        option = flows.sankey(answer.funnel, answer.strategy, say, look())
        if not option:
            st.info(say("report.funnel.nobody"))
            return
        unaware, wanted = tables.looked_shares(answer.funnel)
        ends = flows.table(answer.funnel, answer.strategy)
        panels.flow(option, ends, panels.reached(unaware, wanted))
        lost = tables.lost_sales(answer.funnel)
        if len(lost):
            panels.chart("reasons", charts.lost_sales(lost, _own(answer, titles), say, look()), lost)


def show_waterfall(answer: Answer, titles: Mapping[str, str]) -> None:
    """Show where the money goes."""
    with panels.question("waterfall", is_open=True) as is_open:
        if is_open:
            steps = tables.waterfall(answer.ledger, answer.summary, [answer.strategy])
            panels.chart("waterfall", charts.waterfall(steps, _own(answer, titles), say, look()), steps)


def show_places(answer: Answer) -> None:
    """Show where the money is earned."""
    with panels.question("places") as is_open:
        if is_open:
            places = maps.table(answer.summary, answer.strategy)
            panels.chart("places", maps.world(places, say, look()), places)


def show_people(answer: Answer) -> None:
    """Show who buys, and how many by week."""
    with panels.question("segments") as is_open:
        if not is_open:
            return
        who = buyers.segment_table(answer.funnel, answer.strategy)
        if not len(who):
            st.info(say("report.funnel.nobody"))
            return
        panels.chart("adoption", buyers.adoption(answer.units, say, look()), answer.units)
        panels.chart("segments", buyers.segments(answer.funnel, answer.strategy, say, look()), who)


def show_rivals(answer: Answer) -> None:
    """Show what the sellers of one market ask and sell."""
    with panels.question("rivals") as is_open:
        if not is_open:
            return
        markets = list(dict.fromkeys(answer.sellers["market"].astype(str)))
        market = st.selectbox(say("lab.market"), markets, format_func=market_name, key=f"rivals.{markets}")
        prices, shares = st.columns(2)
        with prices:
            panels.picture("prices", rivalry.rival_prices(answer.sellers, answer.strategy, market, say, look()))
        with shares:
            panels.picture("shares", rivalry.rival_shares(answer.sellers, answer.strategy, market, say, look()))
        panels.beside(rivalry.table(answer.sellers, answer.strategy, market))


def show_choices(seen: Shown) -> None:
    """Show all strategies in all markets, where a click opens one, and in every future."""
    with panels.question("heat", is_open=True) as is_open:
        if is_open:
            _heat(*_all(seen), seen.question.example)
    with panels.question("sure") as is_open:
        if is_open:
            titles, summary = _all(seen)
            futures = doubts.futures_table(summary, list(titles))
            drawn = doubts.distribution(summary, titles, say, look())
            panels.chart("sure", drawn, futures, _needed(seen.answer, titles))


def _heat(titles: dict[str, str], summary: pd.DataFrame, example: str) -> None:
    table = tables.heat(summary)
    name = f"heat.{st.session_state.get('generation', 0)}"

    def open_cell() -> None:
        picked = st.session_state[f"chart.{name}"].selection.get(CLICKED) or [{}]
        strategy, market = picked[0].get("strategy_code"), picked[0].get("market")
        if strategy in titles:
            ask(example, strategy)
            st.session_state["scope"] = market  # a column that is no market of the strategy stands for all

    st.caption(say("lab.heat_note"))
    drawn = charts.heat(table, titles, say, look(), selection=CLICKED)
    panels.picture(name, drawn, on_select=open_cell, selection_mode=CLICKED)
    panels.beside(table)


def _all(seen: Shown) -> tuple[dict[str, str], pd.DataFrame]:
    """Return the titles and outcomes of all strategies that are shown beside each other."""
    answers = [seen.of(name) for name in seen.strategies]
    return {each.strategy: seen.titles[each.strategy] for each in answers}, pd.concat([a.summary for a in answers])


def _own(answer: Answer, titles: Mapping[str, str]) -> dict[str, str]:
    return {answer.strategy: titles[answer.strategy]}


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
