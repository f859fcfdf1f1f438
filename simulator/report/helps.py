"""What would help: what single steps change, and whether chance alone could have."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from simulator.report import takeaways
from simulator.report.looks import LABEL, LIGHT, Look, Tr, lines, padded, step, styled

MOST = 8
"""Steps that are shown; the rest changes less, or nothing."""


def best(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the steps that raise mean profit, the best first, at most `MOST`; `clear`: the interval excludes 0.

    `frame` has the columns of `simulator.experiments.improving.improvements`.
    """
    better = frame[frame["change"] > 0.0].head(MOST)
    return better.assign(clear=better["low"] > 0.0).reset_index(drop=True)


def steps(table: pd.DataFrame, tr: Tr, look: Look = LIGHT) -> Any:
    """Draw the change of profit of each step with its interval; those that chance alone could have made are faint.

    `table` is that of `best` with a column `label`, the step in words; no two are the same.
    """
    kinds = {True: tr("helps.clear"), False: tr("helps.unclear")}
    shown = pd.DataFrame(
        {
            "label": table["label"].astype(str),
            "change": table["change"].astype(float) / 1e3,
            "low": table["low"].astype(float) / 1e3,
            "high": table["high"].astype(float) / 1e3,
            "kind": table["clear"].map(kinds),
            "words": [takeaways.usd(change, tr, signed=True) for change in table["change"]],
        }
    )
    order = list(shown["label"])
    x = alt.X(
        "change:Q",
        title=tr("helps.x"),
        scale=padded([*shown["change"], *shown["low"].dropna(), *shown["high"].dropna()], 0.02, 0.04),
        axis=alt.Axis(format=",.0f", tickCount=5),
    )
    axis = alt.Axis(labelOverlap=False, grid=False, labelLimit=LABEL, **lines(order))
    y = alt.Y("label:N", sort=order, title=None, axis=axis)
    bars: Any = (
        alt.Chart(shown.drop(columns=["low", "high"]))
        .mark_bar(height={"band": 0.6}, cornerRadiusEnd=2)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "kind:N",
                sort=list(kinds.values()),
                scale=alt.Scale(domain=list(kinds.values()), range=[look.gain, look.faint]),
                legend=alt.Legend(title=None, orient="top", columns=1 if look.fluid else 2),
            ),
            tooltip=[
                alt.Tooltip("label:N", title=tr("helps.step")),
                alt.Tooltip("words:N", title=tr("helps.change")),
                alt.Tooltip("kind:N", title=tr("helps.sure")),
            ],
        )
    )
    certain = shown.dropna(subset=["low", "high"])
    if len(certain):
        span = alt.Chart(certain).mark_rule(color=look.ink, strokeWidth=1.4)
        bars = bars + span.encode(x=alt.X("low:Q", title=tr("helps.x")), x2="high:Q", y=y)
    zero = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(color=look.faint).encode(x="x:Q")
    height = alt.Step(step(order, 30))
    return styled((bars + zero).properties(width=look.width, height=height, description=told(table, tr)), look)


def told(table: pd.DataFrame, tr: Tr) -> str:
    """Name the best step and its interval, and say how many are clear of chance."""
    if table.empty:
        return tr("helps.nothing")
    first = table.iloc[0]
    return tr(
        "helps.alt",
        step=first["label"],
        change=takeaways.usd(float(first["change"]), tr, signed=True),
        low=takeaways.usd(float(first["low"]), tr, signed=True),
        high=takeaways.usd(float(first["high"]), tr, signed=True),
        clear=int(table["clear"].sum()),
        count=len(table),
    )
