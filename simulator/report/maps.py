"""The map of markets: where the money is made and lost.

The land is Natural Earth's, 1:110m (public domain), written by ``tools/make_world.py``. No country is named but the
simulated markets, and boundaries are no more than a seam in the colour of the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from simulator.outcomes import ALL
from simulator.report import takeaways
from simulator.report.looks import LIGHT, Look, Tr, styled


@dataclass(frozen=True)
class Place:
    """Where a market's circle stands, and on which side of it its code."""

    longitude: float
    latitude: float
    """Degrees east and north: "Geographic coordinates" of the CIA World Factbook (public domain)."""
    across: int = 0
    down: int = 0
    """Direction of the code from the circle, -1 to 1: neighbours must not cover each other's."""


PLACES = {
    "AE": Place(54.0, 24.0, across=1), "BR": Place(-55.0, -10.0, across=1), "CL": Place(-71.0, -30.0, across=-1),
    "CO": Place(-72.0, 4.0, across=-1), "DE": Place(9.0, 51.0, down=-1), "EG": Place(30.0, 27.0, down=1),
    "FR": Place(2.0, 46.0, down=1), "GB": Place(-2.0, 54.0, across=-1), "ID": Place(120.0, -5.0, down=1),
    "JP": Place(138.0, 36.0, across=1), "MX": Place(-102.0, 23.0, across=-1), "MY": Place(112.5, 2.5, across=1),
    "PH": Place(122.0, 13.0, across=1), "SA": Place(45.0, 25.0, across=1, down=1), "SG": Place(103.8, 1.37, across=-1),
    "TH": Place(100.0, 15.0, across=-1), "TR": Place(35.0, 39.0, across=1), "US": Place(-97.0, 38.0, down=-1),
    "VN": Place(107.83, 16.17, down=-1),
}  # fmt: skip
"""Where the markets are."""

HEIGHT = 300
SMALLEST, LARGEST = 36, 500
"""Square pixels of a circle."""


def table(summary: pd.DataFrame, strategy: str) -> pd.DataFrame:
    """Return a strategy's markets: market, entered, and the means over futures of profit_usd and revenue_usd."""
    names = ["profit_usd", "revenue_usd"]
    rows = summary[(summary.strategy == strategy) & (summary.market != ALL)]
    means = rows.groupby("market", sort=False, observed=True)[names].mean().fillna(0.0).reset_index()
    # A market that was not entered moved no money at all.
    return means.assign(market=means.market.astype(str), entered=(means[names] != 0).any(axis=1))


def world(frame: pd.DataFrame, tr: Tr, look: Look = LIGHT, selection: str | None = None) -> Any:
    """Markets on the map: circles by revenue, coloured by profit, hollow where not entered (`table`).

    A click on a circle sets the parameter `selection` to its ``market``.
    """
    shown = _placed(frame, tr)
    limit = max(shown["profit"].abs(), default=0.0) or 1.0
    land = alt.Data(values=_land(), format=alt.TopoDataFormat(type="topojson", feature="countries"))
    ground = alt.Chart(land).mark_geoshape(fill=look.rule, stroke=look.background, strokeWidth=0.4)
    base = alt.Chart(shown).encode(longitude="longitude:Q", latitude="latitude:Q")
    tooltip = [
        alt.Tooltip("market:N", title=tr("report.heat.x")),
        alt.Tooltip("state:N", title=tr("charts.map.state")),
        alt.Tooltip("profit:Q", title=tr("report.heat.legend"), format="+,.1f"),
        alt.Tooltip("revenue:Q", title=tr("charts.map.revenue"), format=",.1f"),
    ]
    colour = alt.Color(
        "profit:Q",
        scale=alt.Scale(domain=[-limit, 0, limit], range=[look.loss, look.neutral, look.gain], interpolate="lab"),
        legend=alt.Legend(title=tr("report.heat.legend"), format=",.0f", orient="bottom", gradientLength=200),
    )
    area = alt.Size("revenue:Q", scale=alt.Scale(range=[SMALLEST, LARGEST], zero=True), legend=None)
    entered = base.transform_filter("datum.entered").mark_circle(opacity=0.92, stroke=look.faint, strokeWidth=1)
    circles = entered.encode(color=colour, size=area, tooltip=tooltip)
    if selection:
        clicked = alt.selection_point(name=selection, fields=["market"], empty=False)
        stroke = alt.condition(clicked, alt.value(look.ink), alt.value(look.faint))
        thick = alt.condition(clicked, alt.value(2.5), alt.value(1))
        circles = circles.encode(stroke=stroke, strokeWidth=thick).add_params(clicked)
    hollow = base.transform_filter("!datum.entered").mark_point(
        shape="circle", size=SMALLEST, color=look.faint, fill=look.background, strokeWidth=1.2
    )
    text = base.mark_text(
        fontSize=10, fontWeight="bold", color=look.ink, dx=alt.ExprRef("datum.dx"), dy=alt.ExprRef("datum.dy")
    ).encode(text="market:N")
    layers = ground + hollow.encode(tooltip=tooltip) + circles + text
    told = takeaways.world(frame, tr)
    return styled(layers.project(type="equalEarth").properties(width=look.width, height=HEIGHT, description=told), look)


def _placed(frame: pd.DataFrame, tr: Tr) -> pd.DataFrame:
    """Return the markets with their places, the largest first, so that small circles lie on top."""
    known = frame[frame["market"].isin(list(PLACES))].fillna({"profit_usd": 0.0, "revenue_usd": 0.0})
    places = [PLACES[code] for code in known["market"]]
    most = max(known["revenue_usd"], default=0.0) or 1.0
    area = SMALLEST + (LARGEST - SMALLEST) * known["revenue_usd"].clip(lower=0.0) / most
    off = (area.where(known["entered"], SMALLEST) / 3.1416) ** 0.5
    placed = known.assign(
        profit=known["profit_usd"] / 1e3,
        revenue=known["revenue_usd"] / 1e3,
        state=[tr("charts.map.entered" if entered else "charts.map.idle") for entered in known["entered"]],
        longitude=[place.longitude for place in places],
        latitude=[place.latitude for place in places],
        dx=[place.across for place in places] * (off + 9),
        dy=[place.down for place in places] * (off + 7),
    )
    return placed.sort_values("revenue", ascending=False, kind="stable")


@lru_cache(maxsize=1)
def _land() -> str:
    """Return the topology of the world's countries, as text: Altair would copy a tree of it at every step."""
    return Path(__file__).with_name("world.json").read_text(encoding="utf-8")
