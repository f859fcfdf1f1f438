"""Who buys, and when: segments of shoppers by market, and the units of every week."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from simulator.outcomes import ALL
from simulator.report import takeaways
from simulator.report.looks import LIGHT, Look, Tr, legend, styled
from simulator.report.tables import RANGE, thinned
from simulator.views import ENTRANT

INCOMES = ("low", "middle", "high")
"""Terciles of the market."""

DEVICES = ("mobile", "desktop")


def segment_table(funnel: pd.DataFrame, strategy: str) -> pd.DataFrame:
    """Return the share of those who looked that bought, over all futures, where anybody looked.

    Columns: market, segment, income, device, looked, bought (needs), share.
    """
    own = funnel[funnel.strategy == strategy]
    keys = [own.market.astype(str), own.segment.astype(str)]
    looked = own.needs.where(own.stage != "unaware", 0).groupby(keys, sort=False).sum()
    bought = own.needs.where(own.stage == "sale", 0).groupby(keys, sort=False).sum()
    table = pd.DataFrame({"looked": looked, "bought": bought}).rename_axis(["market", "segment"]).reset_index()
    table = table[table.looked > 0].reset_index(drop=True)
    parts = table.segment.str.split("_", n=1)
    table.insert(2, "income", parts.str[0])
    table.insert(3, "device", parts.str[1])
    return table.assign(share=table.bought / table.looked)


def segments(funnel: pd.DataFrame, strategy: str, tr: Tr, look: Look = LIGHT) -> Any:
    """Draw the share of those who looked that bought: markets down, a dot for each income and device."""
    table = segment_table(funnel, strategy)
    incomes = [tr(f"charts.segments.{name}") for name in INCOMES]
    devices = [tr(f"charts.segments.{name}") for name in DEVICES]
    shown = table.assign(
        income=table.income.map(dict(zip(INCOMES, incomes))), device=table.device.map(dict(zip(DEVICES, devices)))
    )
    markets = list(dict.fromkeys(shown["market"]))
    y = alt.Y("market:N", sort=markets, title=None, axis=alt.Axis(labelOverlap=False, grid=False))
    offset = alt.YOffset("device:N", sort=devices, scale=alt.Scale(domain=devices))
    near = alt.Scale(zero=False, padding=8)
    x = alt.X("share:Q", title=tr("charts.segments.x"), scale=near, axis=alt.Axis(format=".1~%", tickCount=5))
    base = alt.Chart(shown)
    span = base.mark_rule(color=look.rule, strokeWidth=2).encode(
        x=alt.X("min(share):Q", title=tr("charts.segments.x"), scale=near), x2="max(share):Q", y=y, yOffset=offset
    )
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=x,
        y=y,
        yOffset=offset,
        color=alt.Color(
            "income:N",
            sort=incomes,
            # Poor to rich from light to dark would fade on one of the pages: three hues instead.
            scale=alt.Scale(domain=incomes, range=[look.palette[i] for i in (1, 3, 0)]),
            legend=legend(look, title=tr("charts.segments.income")),
        ),
        shape=alt.Shape(
            "device:N",
            sort=devices,
            scale=alt.Scale(domain=devices, range=["circle", "square"]),
            legend=legend(look, title=tr("charts.segments.device"), symbolFillColor=look.faint, symbolStrokeWidth=0),
        ),
        tooltip=[
            alt.Tooltip("market:N", title=tr("report.heat.x")),
            alt.Tooltip("income:N", title=tr("charts.segments.income")),
            alt.Tooltip("device:N", title=tr("charts.segments.device")),
            alt.Tooltip("share:Q", title=tr("charts.segments.x"), format=".2%"),
            alt.Tooltip("looked:Q", title=tr("charts.segments.looked"), format=","),
            alt.Tooltip("bought:Q", title=tr("charts.segments.bought"), format=","),
        ],
    )
    height = alt.Step(38, **{"for": "position"})
    told = takeaways.segments(table, tr)
    return styled((span + dots).properties(width=look.width, height=height, description=told), look)


def adoption_table(weekly: pd.DataFrame, strategy: str) -> pd.DataFrame:
    """Return the entrant's units by week over futures: week, date, p10, median, p90."""
    own = weekly[(weekly.seller == ENTRANT) & (weekly.market == ALL) & (weekly.strategy == strategy)]
    units = own.groupby(["week", "date"], sort=False)["units"]
    table = units.quantile(np.array([RANGE[0], 0.5, RANGE[1]])).unstack()
    table.columns = pd.Index(["p10", "median", "p90"])
    return table.reset_index()


def adoption(table: pd.DataFrame, tr: Tr, look: Look = LIGHT) -> Any:
    """Draw the entrant's units by week (`adoption_table`): median line and 80 % band over futures."""
    colour = look.palette[0]
    axis = alt.Axis(format="%Y-%m", tickCount=5 if look.fluid else 9, labelOverlap=True)
    x = alt.X("date:T", title=tr("report.cash.x"), axis=axis)
    base = alt.Chart(thinned(table.dropna()))
    band = base.mark_area(opacity=look.haze, color=colour).encode(
        x=x, y=alt.Y("p10:Q", title=tr("charts.adoption.y")), y2="p90:Q"
    )
    line = base.mark_line(strokeWidth=2.2, color=colour).encode(
        x=x,
        y=alt.Y("median:Q", title=tr("charts.adoption.y"), axis=alt.Axis(format=",.0f")),
        tooltip=[
            alt.Tooltip("date:T", title=tr("report.cash.x"), format="%Y-%m-%d"),
            alt.Tooltip("p10:Q", title="P10", format=",.0f"),
            alt.Tooltip("median:Q", title="P50", format=",.0f"),
            alt.Tooltip("p90:Q", title="P90", format=",.0f"),
        ],
    )
    told = takeaways.adoption(table, tr)
    return styled((band + line).properties(width=look.width, height=300, description=told), look)
