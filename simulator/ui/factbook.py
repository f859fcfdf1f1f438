"""Facts on a page: choose, search, see the source, take the table along."""

from __future__ import annotations

from typing import Any, Literal, get_args

import pandas as pd
import streamlit as st

from simulator.facts import Confidence
from simulator.regulations import optional_rule, rule_keys, timeline
from simulator.report.fact_table import COLUMNS, EVERY, KINDS, chosen, fact_table, key_name, keys
from simulator.report.spreadsheet import csv_bytes
from simulator.ui import panels
from simulator.ui.words import language, say

LEVELS = get_args(Confidence)
WIDTHS: dict[str, int | Literal["large"]] = {
    "value": 135,
    "low": 135,
    "high": 135,
    "name": 215,
    "unit": 230,
    "source": "large",
    "note": "large",
}


def show() -> None:
    """Show the figures that are asked for, and, for law, what is to change."""
    st.caption(say("guide.facts.intro") + "  \n" + say("guide.facts.original"))
    kind, key = _asked_for()
    table = fact_table(kind, key, language())
    found = chosen(table, *_filters())
    if found.empty:
        st.info(say("guide.facts.none"))
    else:
        counts = {level: int((found["level"] == level).sum()) for level in LEVELS}
        assumed = int(found["assumed"].sum())
        st.caption(say("guide.facts.shown", shown=len(found), count=len(table), assumed=assumed, **counts))
        _table(found, kind, key)
    if kind in ("regulations", EVERY):
        _changes(key)


def _asked_for() -> tuple[str, str]:
    """Choose a kind of facts and, where it has several, one of them."""
    left, right = st.columns(2)
    every = {EVERY: say("guide.facts.every")}
    kinds = {each: say(f"guide.kinds.{each}") for each in KINDS} | every
    kind = left.selectbox(say("guide.facts.kind"), list(kinds), format_func=kinds.__getitem__, key="guide.kind")
    names = {} if kind == EVERY else {each: key_name(kind, each, language()) for each in keys(kind)}
    if not names:
        return kind, EVERY
    names |= every
    key = right.selectbox(say("guide.facts.key"), list(names), format_func=names.__getitem__, key=f"guide.key.{kind}")
    return kind, key


def _filters() -> tuple[str, tuple[str, ...], bool]:
    """Ask for words, levels of confidence, and whether assumptions alone are wanted."""
    left, middle, right = st.columns([2, 1, 1], vertical_alignment="bottom")
    words = left.text_input(say("guide.facts.search"), placeholder=say("guide.facts.search_hint"), key="guide.words")
    names = {level: say(f"scorecard.confidence.{level}") for level in LEVELS}
    levels = middle.pills(
        say("guide.facts.confidence"), LEVELS, selection_mode="multi", format_func=names.__getitem__, key="guide.levels"
    )
    assumed = right.toggle(say("guide.facts.assumed_only"), key="guide.assumed")
    return words, tuple(levels), assumed


def _table(found: pd.DataFrame, kind: str, key: str) -> None:
    """Show the figures, and offer them as a file."""
    shown = [name for name in COLUMNS if name != "of" or EVERY in (kind, key)]
    shown = [name for name in shown if name != "link" or found["link"].notna().any()]
    heads = {name: say(f"guide.facts.columns.{name}") for name in shown}
    columns: dict[str, Any] = {
        name: st.column_config.LinkColumn(heads[name])
        if name == "link"
        else st.column_config.TextColumn(heads[name], width=WIDTHS.get(name))
        for name in shown
    }
    panels.frame(found[shown], column_config=columns, height=520, key="guide.table")
    st.download_button(
        say("guide.facts.download"),
        csv_bytes(found[list(COLUMNS)].rename(columns={name: say(f"guide.facts.columns.{name}") for name in COLUMNS})),
        file_name=f"facts-{kind}-{key}.csv" if key != kind else f"facts-{kind}.csv",
        mime="text/csv",
        icon=":material/download:",
    )


def _changes(market: str) -> None:
    """Show the calendar of law, and the rules that may come, of a market or of all."""
    changes = [each for each in timeline() if market in (EVERY, *each.markets)]
    rules = {name: optional_rule(name) for name in rule_keys()}
    rules = {name: rule for name, rule in rules.items() if market in (EVERY, *dict(rule.markets))}
    with st.expander(say("guide.facts.calendar", count=len(changes)), icon=":material/calendar_month:"):
        _laws([(str(each.date), ", ".join(each.markets), each) for each in changes])
    with st.expander(say("guide.facts.rules", count=len(rules)), icon=":material/event_upcoming:"):
        _laws([(str(each.start), ", ".join(dict(each.markets)), each) for each in rules.values()])


def _laws(rows: list[tuple[str, str, Any]]) -> None:
    heads = [say(f"facts.{name}") for name in ("date", "markets", "rule", "effect", "status", "confidence", "source")]
    table = [
        (
            day, markets, law.rule, law.effect, say(f"guide.facts.status.{law.status}"),
            say(f"scorecard.confidence.{law.confidence}"), law.source,
        )
        for day, markets, law in rows
    ]  # fmt: skip
    panels.frame(pd.DataFrame(table, columns=heads))
