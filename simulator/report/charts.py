"""Charts: pure functions from a small frame and a translator to an Altair chart.

Colours survive colour blindness (Okabe and Ito), and every chart says its takeaway in `alt` text beside the table
that carries the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

Tr = Callable[..., str]
"""Catalogue lookup with the language fixed: ``tr("report.cash.title")``."""

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#6B6B6B", "#8C564B")
INK, FAINT, RULE = "#1c2733", "#5c6975", "#dfe4e8"
GAIN, LOSS = "#2a7f9e", "#c25b3f"
FONT = '"Helvetica Neue", Arial, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif'
WIDTH = 860


def styled(chart: Any) -> Any:
    """Return a chart in the house style."""
    return (
        chart.configure(font=FONT, background="#ffffff")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=FAINT, titleColor=FAINT, titleFontWeight="normal", gridColor=RULE, domainColor=RULE,
            tickColor=RULE, labelFontSize=12, titleFontSize=12, titlePadding=10, labelLimit=260,
        )
        .configure_legend(
            labelColor=INK, titleColor=FAINT, titleFontWeight="normal", labelFontSize=12, titleFontSize=12,
            symbolStrokeWidth=3, labelLimit=320,
        )
        .configure_header(labelColor=INK, labelFontSize=13, labelFontWeight="bold", titleColor=FAINT, labelLimit=400)
        .configure_axisX(grid=True)
    )  # fmt: skip


def _colours(names: Sequence[str]) -> alt.Scale:
    return alt.Scale(domain=list(names), range=[PALETTE[i % len(PALETTE)] for i in range(len(names))])


def cash(table: pd.DataFrame, titles: dict[str, str], tr: Tr) -> Any:
    """Cash of the firm by week: median line and 80 % band per strategy (`tables.cash`)."""
    shown = table.assign(strategy=table["strategy"].astype(str).map(titles))
    names = list(titles.values())
    # The band's faintness must not reach the legend.
    legend = alt.Legend(title=None, orient="top", symbolType="stroke", symbolOpacity=1, symbolStrokeWidth=3)
    colour = alt.Color("strategy:N", scale=_colours(names), sort=names, legend=legend)
    x = alt.X("date:T", title=tr("report.cash.x"), axis=alt.Axis(format="%Y-%m", tickCount=9, labelOverlap=True))
    base = alt.Chart(shown)
    band = base.mark_area(opacity=0.13).encode(
        x=x, y=alt.Y("p10:Q", title=tr("report.cash.y")), y2="p90:Q", color=colour
    )
    line = base.mark_line(strokeWidth=2.2).encode(
        x=x,
        y=alt.Y("median:Q", title=tr("report.cash.y"), axis=alt.Axis(format=",.0f")),
        color=colour,
        tooltip=[
            alt.Tooltip("strategy:N", title=tr("report.strategies.strategy")),
            alt.Tooltip("date:T", title=tr("report.cash.x"), format="%Y-%m-%d"),
            alt.Tooltip("p10:Q", title="P10", format=",.0f"),
            alt.Tooltip("median:Q", title="P50", format=",.0f"),
            alt.Tooltip("p90:Q", title="P90", format=",.0f"),
        ],
    )
    zero = alt.Chart(pd.DataFrame({"y": [0.0]})).mark_rule(color=FAINT, strokeDash=[4, 3]).encode(y="y:Q")
    return styled((band + zero + line).properties(width=WIDTH, height=340, description=tr("report.cash.alt")))


def lost_sales(table: pd.DataFrame, titles: dict[str, str], tr: Tr) -> Any:
    """Sales lost per 100 sold by reason, one column per strategy (`tables.lost_sales`)."""
    kinds = {name: tr(f"report.funnel.{name}") for name in ("barrier", "supply", "offer")}
    stages = list(dict.fromkeys(table["stage"]))
    shown = table.assign(
        strategy=table["strategy"].astype(str).map(titles),
        reason=table["stage"].map(lambda stage: tr(f"stages.{stage}")),
        kind=table["kind"].map(kinds),
    )
    names = [title for title in titles.values() if title in set(shown["strategy"])]
    order = [tr(f"stages.{stage}") for stage in stages]
    columns = min(2, len(names))
    y = alt.Y("reason:N", sort=order, title=None, axis=alt.Axis(labelOverlap=False, grid=False))
    x = alt.X("lost:Q", title=tr("report.funnel.x"), axis=alt.Axis(tickCount=5))
    base = alt.Chart(shown)
    bars = base.mark_bar(cornerRadiusEnd=2, height={"band": 0.72}).encode(
        x=x,
        y=y,
        color=alt.Color(
            "kind:N",
            sort=list(kinds.values()),
            scale=alt.Scale(domain=list(kinds.values()), range=[PALETTE[1], PALETTE[6], PALETTE[0]]),
            legend=alt.Legend(title=tr("report.funnel.group"), orient="top"),
        ),
        tooltip=[
            alt.Tooltip("strategy:N", title=tr("report.strategies.strategy")),
            alt.Tooltip("reason:N", title=tr("report.funnel.y")),
            alt.Tooltip("lost:Q", title=tr("report.funnel.x"), format=".1f"),
        ],
    )
    text = base.mark_text(align="left", dx=4, color=FAINT, fontSize=11).encode(
        x=x, y=y, text=alt.Text("lost:Q", format=".1f")
    )
    panel = (bars + text).properties(width=(WIDTH - 130) // columns - 30, height=alt.Step(21))
    return styled(
        panel.facet(
            facet=alt.Facet("strategy:N", sort=names, title=None, header=alt.Header(labelAnchor="start")),
            columns=columns,
        ).properties(description=tr("report.funnel.alt"))
    )


def waterfall(table: pd.DataFrame, titles: dict[str, str], tr: Tr) -> Any:
    """Steps from sales to profit, one panel per strategy (`tables.waterfall`)."""
    shown = table.assign(
        strategy=table["strategy"].astype(str).map(titles),
        label=table["step"].map(lambda step: tr(f"steps.{step}")),
        kind=np.select([table["step"] == "profit", table["amount"] >= 0], ["profit", "gain"], "loss"),
        right=table[["start", "end"]].max(axis=1),
    )  # fmt: skip
    order = [tr(f"steps.{step}") for step in dict.fromkeys([*_in_order(table), "profit"])]
    names = list(dict.fromkeys(shown["strategy"]))
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelOverlap=False, grid=False))
    base = alt.Chart(shown)
    bars = base.mark_bar(height={"band": 0.72}).encode(
        x=alt.X("start:Q", title=tr("report.waterfall.x"), axis=alt.Axis(format=",.0f", tickCount=5)),
        x2="end:Q",
        y=y,
        color=alt.Color(
            "kind:N", scale=alt.Scale(domain=["gain", "loss", "profit"], range=[GAIN, LOSS, INK]), legend=None
        ),
        tooltip=[
            alt.Tooltip("strategy:N", title=tr("report.strategies.strategy")),
            alt.Tooltip("label:N", title=tr("report.waterfall.y")),
            alt.Tooltip("amount:Q", title=tr("report.waterfall.x"), format="+,.1f"),
        ],
    )
    text = base.mark_text(align="left", dx=4, color=FAINT, fontSize=11).encode(
        x="right:Q", y=y, text=alt.Text("amount:Q", format="+,.0f")
    )
    panel = (bars + text).properties(width=(WIDTH - 170) // len(names) - 30, height=alt.Step(23))
    return styled(
        panel.facet(
            facet=alt.Facet("strategy:N", sort=names, title=None, header=alt.Header(labelAnchor="start")),
            columns=len(names),
        ).properties(description=tr("report.waterfall.alt"))
    )


def _in_order(table: pd.DataFrame) -> list[str]:
    """Return the steps of all panels in the order of the income statement."""
    from simulator.report.tables import STEPS

    present = set(table["step"])
    return [step for step in STEPS if step in present]


def heat(table: pd.DataFrame, titles: dict[str, str], tr: Tr) -> Any:
    """Mean profit by market and strategy (`tables.heat`), thousand USD."""
    shown = table.assign(strategy=table["strategy"].astype(str).map(titles)).dropna()
    markets = list(dict.fromkeys(table["market"]))
    names = list(titles.values())
    limit = float(shown["profit"].abs().max()) or 1.0
    axis = alt.Axis(labelAngle=0, orient="top", domain=False, ticks=False, grid=False)
    side = alt.Axis(domain=False, ticks=False, grid=False, labelLimit=240, labelPadding=8)
    base = alt.Chart(shown).encode(
        x=alt.X("market:N", sort=markets, title=None, scale=alt.Scale(domain=markets), axis=axis),
        y=alt.Y("strategy:N", sort=names, title=None, axis=side),
    )
    cells = base.mark_rect(cornerRadius=3, stroke="#ffffff", strokeWidth=3).encode(
        color=alt.Color(
            "profit:Q",
            scale=alt.Scale(domain=[-limit, 0, limit], range=[LOSS, "#f4f4f2", GAIN], interpolate="lab"),
            legend=alt.Legend(title=tr("report.heat.legend"), format=",.0f", orient="bottom", gradientLength=260),
        ),
        tooltip=[
            alt.Tooltip("strategy:N", title=tr("report.heat.y")),
            alt.Tooltip("market:N", title=tr("report.heat.x")),
            alt.Tooltip("profit:Q", title=tr("report.heat.legend"), format="+,.1f"),
        ],
    )
    text = base.mark_text(fontSize=13).encode(
        text=alt.Text("profit:Q", format="+,.0f"),
        color=alt.condition(f"abs(datum.profit) > {0.62 * limit}", alt.value("#ffffff"), alt.value(INK)),
    )
    return styled((cells + text).properties(width=WIDTH - 230, height=alt.Step(46), description=tr("report.heat.alt")))
