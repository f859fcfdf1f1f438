"""A chart on a page: its question, the picture with a text in its place, and the table beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
import streamlit as st

from simulator.report.spreadsheet import harmless
from simulator.texts.numbers import share
from simulator.ui.words import say


@contextmanager
def question(name: str, is_open: bool = False) -> Iterator[bool]:
    """Hold the answer to a question of the Lab, open or closed; what is closed need not be drawn.

    Drawing all charts takes longer than playing a draft.
    """
    box = st.expander(f"**{say(f'lab.questions.{name}')}**", is_open, key=f"question.{name}", on_change="rerun")
    with box:
        yield bool(box.open)


def heading(name: str, group: str) -> None:
    """Write the question that a panel answers; `group` is the page's part of the catalogue."""
    st.subheader(say(f"{group}.questions.{name}"), anchor=False)


def chart(name: str, drawn: Any, table: pd.DataFrame, note: str = "") -> None:
    """Show a chart of the report with its takeaway for those who cannot see it, and its table."""
    if note:
        st.caption(note)
    picture(name, drawn)
    beside(table)


def picture(name: str, drawn: Any, **options: Any) -> None:
    """Show a chart in its own colours."""
    # The tests hold every chart to the schema; checking it again at every move takes longer than drawing it.
    spec = drawn.to_dict(validate=False)
    st.vega_lite_chart(spec, width="stretch", theme=None, key=f"chart.{name}", **options)


def beside(table: pd.DataFrame) -> None:
    """Offer the numbers of a chart as a table."""
    with st.popover(say("lab.table"), icon=":material/table:"):
        frame(table)


def frame(table: pd.DataFrame, **options: Any) -> None:
    """Show a table, which the page offers as a file too."""
    st.dataframe(harmless(table), hide_index=True, width="stretch", **options)


def flow(option: dict[str, Any], table: pd.DataFrame, note: str) -> None:
    """Show the ways of those who looked, their takeaway for those who cannot see them, and their numbers."""
    st.caption(note)
    drawn = {name: part for name, part in option.items() if name != "aria"}
    told = option["aria"]["label"]["description"]
    st.echarts_chart(drawn, width="stretch", height=420, theme=None, key="chart.flow", alt=told)
    beside(table)


def reached(unaware: float, wanted: float) -> str:
    """Return in words what no chart of those who looked can show."""
    return say("lab.reached", unaware=share(unaware, 1), bought=share(wanted))
