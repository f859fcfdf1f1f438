"""The answer in words: one sentence, four cards, and three sentences on why."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from simulator.comparison import interval
from simulator.report import tables
from simulator.report.answer import Answer, contrast
from simulator.scenario import Scenario
from simulator.texts.numbers import NOTHING, money, plain, share
from simulator.ui.words import dollars, language, say

RANGE = (0.10, 0.90)
CARDS = ("profit_usd", "p_loss", "payback_week", "peak_funding_usd")


def tone(answer: Answer) -> str:
    """Return ``pays``, ``loses`` or ``open``: whether the 95 % interval of the mean profit lies on one side of zero."""
    low, high = interval(answer.figures("profit_usd"))
    return "pays" if low > 0.0 else "loses" if high < 0.0 else "open"


def show_verdict(answer: Answer, scenario: Scenario) -> None:
    """Say in one sentence whether it pays; colour never says it alone."""
    profit = answer.figures("profit_usd")
    kind = tone(answer)
    told = say(
        f"lab.verdict.{kind}",
        profit=money(float(profit.mean()), language()),
        weeks=scenario.weeks,
        gains=share(float((profit > 0).mean())),
        futures=len(profit),
        reason=top_reason(answer),
    )
    box = {"pays": st.success, "loses": st.error, "open": st.warning}[kind]
    icon = {"pays": ":material/trending_up:", "loses": ":material/trending_down:", "open": ":material/balance:"}[kind]
    box(dollars(f"**{say(f'lab.tone.{kind}')}** {told}"), icon=icon)


def top_reason(answer: Answer) -> str:
    """Return the reason that takes most sales, in words."""
    lost = tables.lost_sales(answer.funnel)
    if lost.empty:
        return say("lab.reason.nobody")
    first = lost.sort_values("lost", ascending=False, kind="stable").iloc[0]
    return say("lab.reason.top", reason=say(f"stages.{first.stage}"), lost=plain(first.lost, 0))


def show_cards(answer: Answer, baseline: Answer, scenario: Scenario, name: str) -> None:
    """Show four figures, each with the range of futures and the difference from the baseline."""
    for column, outcome in zip(st.columns(4), CARDS):
        with column:
            value, spread, delta, inverse = _card(answer, baseline, outcome)
            st.metric(
                say(f"outcomes.{outcome}"),
                value,
                dollars(delta) if delta else None,
                delta_color="inverse" if inverse else "normal",
                help=say("lab.against", name=name) if delta else None,
                border=True,
                height="stretch",
            )
            st.caption(dollars(spread))


def _card(answer: Answer, baseline: Answer, outcome: str) -> tuple[str, str, str, bool]:
    lang = language()
    if outcome == "p_loss":
        here, there = ((each.figures("profit_usd") < 0).mean() for each in (answer, baseline))
        value = share(float(here))
        return value, say("lab.of_futures", futures=len(answer.firm)), _points(here - there, answer, baseline), True
    values = answer.figures(outcome)
    known = values[~np.isnan(values)]
    money_like = outcome.endswith("_usd")
    if not len(known):
        return NOTHING, say("lab.never"), "", True
    p10, p50, p90 = np.quantile(known, [RANGE[0], 0.5, RANGE[1]])
    if money_like:
        difference = contrast(answer, baseline, outcome)
        delta = "" if answer.strategy == baseline.strategy else money(difference.mean, lang, signed=True)
        value, spread = money(float(known.mean()), lang), f"P10–P90: {money(p10, lang)} … {money(p90, lang)}"
        return value, spread, delta, outcome != "profit_usd"
    paid = share(len(known) / len(values))
    return say("lab.week", week=f"{p50:.0f}"), say("lab.paid_back", share=paid), "", True


def _points(difference: float, answer: Answer, baseline: Answer) -> str:
    if answer.strategy == baseline.strategy or not difference:
        return ""
    return f"{difference * 100:+.0f} {say('lab.points')}"


def why(answer: Answer, baseline: Answer, titles: Mapping[str, str]) -> list[str]:
    """Return three sentences from the numbers: sales, money, comparison."""
    lang = language()
    unaware, wanted = tables.looked_shares(answer.funnel)
    first = say("lab.why.sales", unaware=share(unaware, 1), bought=share(wanted), reason=top_reason(answer))
    steps = tables.waterfall(answer.ledger, answer.summary, [answer.strategy])
    costs = steps[(steps["amount"] < 0) & (steps["step"] != "profit")].sort_values("amount")
    second = (
        say(
            "lab.why.money",
            step=say(f"steps.{costs.iloc[0].step}"),
            amount=money(-1e3 * costs.iloc[0].amount, lang),
        )
        if len(costs)
        else say("lab.why.no_money")
    )
    if answer.strategy == baseline.strategy:
        return [dollars(each) for each in (first, second, say("lab.why.is_baseline"))]
    found = contrast(answer, baseline)
    third = say(
        "lab.why.clear" if found.is_clear else "lab.why.unclear",
        baseline=titles[baseline.strategy],
        difference=money(found.mean, lang, signed=True),
        low=money(found.low, lang),
        high=money(found.high, lang),
        share=share(found.win_share),
    )
    return [dollars(each) for each in (first, second, third)]
