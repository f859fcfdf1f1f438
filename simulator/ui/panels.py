"""A chart on a page: its question, the picture with a text in its place, and the table beside it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from simulator.texts.numbers import share
from simulator.ui.words import say


def heading(name: str, note: str = "", group: str = "lab") -> None:
    """Write the question that a panel answers; `group` is the page's part of the catalogue."""
    st.subheader(say(f"{group}.questions.{name}"), anchor=False)
    if note:
        st.caption(note)


def chart(name: str, drawn: Any, table: pd.DataFrame, note: str = "", group: str = "lab") -> None:
    """Show a chart of the report with its question, its takeaway for those who cannot see it, and its table."""
    heading(name, note, group)
    picture(name, drawn)
    beside(table)


def picture(name: str, drawn: Any) -> None:
    """Show a chart in its own colours."""
    st.altair_chart(drawn, width="stretch", theme=None, key=f"chart.{name}")


def beside(table: pd.DataFrame) -> None:
    """Offer the numbers of a chart as a table."""
    with st.expander(say("lab.table")):
        st.dataframe(table, hide_index=True, width="stretch")


def flow(option: dict[str, Any], table: pd.DataFrame, note: str) -> None:
    """Show the ways of those who looked, their takeaway for those who cannot see them, and their numbers."""
    heading("funnel", note)
    drawn = {name: part for name, part in option.items() if name != "aria"}
    told = option["aria"]["label"]["description"]
    st.echarts_chart(drawn, width="stretch", height=420, theme=None, key="chart.flow", alt=told)
    beside(table)


def reached(unaware: float, wanted: float) -> str:
    """Return in words what no chart of those who looked can show."""
    return say("lab.reached", unaware=share(unaware, 1), bought=share(wanted))
