"""What rivals do in a market: their prices and shares by week, and when they come and go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from simulator.report import takeaways
from simulator.report.looks import LIGHT, Look, Tr, colours, height, legend, styled
from simulator.report.tables import thinned
from simulator.views import ENTRANT

QUIET_WEEKS = 8
"""Weeks without a sale in any future after which a seller has left; a shorter pause is chance."""

ENTRY, EXIT = "entry", "exit"


def table(weekly: pd.DataFrame, strategy: str, market: str) -> pd.DataFrame:
    """Return a market's sellers by week: seller, week, date, price_usd, market_share, units, event.

    Numbers are means over the futures in which they are known, units over all. `event` is ``entry`` in the first week
    with a sale if weeks without one lie before it, ``exit`` in the last one if `QUIET_WEEKS` or more lie behind it.
    """
    rows = weekly[(weekly.strategy == strategy) & (weekly.market == market)]
    means = rows.groupby(["seller", "week", "date"], observed=True, sort=False)[["price_usd", "market_share", "units"]]
    found = means.mean().reset_index()
    found["seller"] = found["seller"].astype(str)
    found["event"] = None
    end = int(found["week"].max()) if len(found) else 0
    for _, group in found.groupby("seller", sort=False):
        selling = group[group["units"] > 0]
        if selling.empty:
            continue
        if selling["week"].iloc[0] > group["week"].iloc[0]:
            found.loc[selling.index[0], "event"] = ENTRY
        if end - selling["week"].iloc[-1] >= QUIET_WEEKS:
            found.loc[selling.index[-1], "event"] = EXIT
    return found


def rival_prices(
    weekly: pd.DataFrame,
    strategy: str,
    market: str,
    tr: Tr,
    look: Look = LIGHT,
    names: Mapping[str, str] | None = None,
) -> Any:
    """Draw every seller's price by week, with marks where one comes or goes; `names` are the sellers' names."""
    rows = table(weekly, strategy, market)
    return _lines(rows, "price_usd", "$,.0f", tr, look, names, takeaways.rival_prices(rows, market, tr, names))


def rival_shares(
    weekly: pd.DataFrame,
    strategy: str,
    market: str,
    tr: Tr,
    look: Look = LIGHT,
    names: Mapping[str, str] | None = None,
) -> Any:
    """Draw every seller's share of the niche by week, with marks where one comes or goes."""
    rows = table(weekly, strategy, market)
    return _lines(rows, "market_share", ".0%", tr, look, names, takeaways.rival_shares(rows, market, tr, names))


def _lines(
    rows: pd.DataFrame, field: str, format_: str, tr: Tr, look: Look, names: Mapping[str, str] | None, told: str
) -> Any:
    """Draw a line per seller; the entrant's is thick."""
    known = rows.dropna(subset=[field])
    keys = list(dict.fromkeys(known["seller"]))
    titles = {key: takeaways.seller(key, tr, names) for key in keys}
    moves = {event: tr(f"charts.rivals.{event}") for event in (ENTRY, EXIT) if (known["event"] == event).any()}
    known = known.assign(
        seller=known["seller"].map(titles),
        own=known["seller"] == ENTRANT,
        event=known["event"].map(moves),
    )
    shown = thinned(known[["seller", "week", "date", field, "own"]])
    order = list(titles.values())
    axis = alt.Axis(format="%Y-%m", tickCount=5 if look.fluid else 9, labelOverlap=True)
    x = alt.X("date:T", title=tr("report.cash.x"), axis=axis)
    scale = alt.Scale(zero=field == "market_share")
    y = alt.Y(f"{field}:Q", title=tr(f"charts.rivals.{field}"), scale=scale, axis=alt.Axis(format=format_))
    colour = alt.Color(
        "seller:N",
        sort=order,
        scale=colours(order, look),
        legend=legend(look, symbolType="stroke", symbolStrokeWidth=3),
    )
    tooltip = [
        alt.Tooltip("seller:N", title=tr("charts.rivals.seller")),
        alt.Tooltip("date:T", title=tr("report.cash.x"), format="%Y-%m-%d"),
        alt.Tooltip(
            f"{field}:Q", title=tr(f"charts.rivals.{field}"), format="$,.2f" if field == "price_usd" else ".1%"
        ),
    ]
    lines = (
        alt.Chart(shown)
        .mark_line()
        .encode(
            x=x,
            y=y,
            color=colour,
            strokeWidth=alt.condition("datum.own", alt.value(3.2), alt.value(1.6)),
            tooltip=tooltip,
        )
    )
    layers: Any = lines
    if moves:
        shapes = {ENTRY: "triangle-up", EXIT: "triangle-down"}
        scale_of_moves = alt.Scale(domain=list(moves.values()), range=[shapes[event] for event in moves])
        key = legend(look, symbolFillColor=look.faint, symbolSize=90, symbolStrokeWidth=0)
        layers = lines + (
            alt.Chart(known[known["event"].notna()][["seller", "date", field, "event"]])
            .mark_point(filled=True, size=110, opacity=1, stroke=look.background, strokeWidth=1)
            .encode(
                x=x,
                y=y,
                color=colour,
                shape=alt.Shape("event:N", scale=scale_of_moves, legend=key),
                tooltip=[*tooltip, alt.Tooltip("event:N", title=tr("charts.rivals.event"))],
            )
        )
    return styled(layers.properties(width=look.width, height=height(260, order, look), description=told), look)
