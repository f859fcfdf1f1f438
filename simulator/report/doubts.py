"""How sure the answer is: what matters most, and the profit of every future."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from simulator.outcomes import ALL
from simulator.report import takeaways
from simulator.report.looks import LABEL, LIGHT, Look, Tr, lines, padded, step, styled
from simulator.report.tables import MOST_POINTS
from simulator.texts.numbers import count, width

GOLDEN = 0.6180339887
"""Fraction of the golden ratio: multiples of it, taken modulo 1, fill a strip evenly and in no visible pattern."""


def swings(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a tornado's bars, two rows per number, the largest swing first.

    Parameters
    ----------
    frame
        One row per number: label, low_value, high_value (what it was set to), low_change, high_change (of profit, USD),
        and optionally low_change_low, low_change_high, high_change_low, high_change_high (95 % interval). Numbers
        without both changes are left out.

    Returns
    -------
    pd.DataFrame
        label, side (low or high), value, change, low, high (interval; null without one), swing: the distance from the
        lowest to the highest change, 0 (the number as it is) among them.
    """
    known = frame.dropna(subset=["low_change", "high_change"])
    changes = known[["low_change", "high_change"]].assign(nothing=0.0)
    swing = changes.max(axis=1) - changes.min(axis=1)
    sides = []
    for side in ("low", "high"):
        ends = [f"{side}_change_{end}" for end in ("low", "high")]
        least, most = (known[end] if end in known else pd.Series(np.nan, known.index) for end in ends)
        sides.append(
            pd.DataFrame(
                {
                    "label": known["label"].astype(str), "side": side, "value": known[f"{side}_value"],
                    "change": known[f"{side}_change"].astype(float), "low": least.astype(float),
                    "high": most.astype(float), "swing": swing.astype(float),
                }
            )
        )  # fmt: skip
    return pd.concat(sides).sort_values("swing", ascending=False, kind="stable").reset_index(drop=True)


def tornado(frame: pd.DataFrame, tr: Tr, look: Look = LIGHT) -> Any:
    """Draw how profit changes if each number takes its low and its high value (`swings`), the largest swing first."""
    bars_of = swings(frame)
    sides = {side: tr(f"charts.tornado.{side}") for side in ("low", "high")}
    shown = bars_of.assign(
        side=bars_of["side"].map(sides),
        value=[_value(value, tr) for value in bars_of["value"]],
        words=[takeaways.usd(change, tr, signed=True) for change in bars_of["change"]],
        change=bars_of["change"] / 1e3,
        low=bars_of["low"] / 1e3,
        high=bars_of["high"] / 1e3,
    )
    shown["right"] = shown["change"] >= 0
    shown["end"] = np.where(shown["right"], shown[["change", "high"]].max(axis=1), shown[["change", "low"]].min(axis=1))
    order = list(dict.fromkeys(shown["label"]))
    both = list(sides.values())
    left, right = _room(shown, look)
    x = alt.X(
        "change:Q",
        title=tr("charts.tornado.x"),
        scale=padded(shown["end"], left, right),
        axis=alt.Axis(format=",.0f", tickCount=5),
    )
    base = alt.Chart(shown.drop(columns=["low", "high"])).encode(
        y=alt.Y(
            "label:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelOverlap=False, grid=False, labelLimit=LABEL, **lines(order)),
        ),
        yOffset=alt.YOffset("side:N", sort=both, scale=alt.Scale(domain=both)),
    )
    bars = base.mark_bar(height={"band": 0.86}).encode(
        x=x,
        color=alt.Color(
            "side:N",
            sort=both,
            scale=alt.Scale(domain=both, range=[look.palette[1], look.palette[0]]),
            legend=alt.Legend(title=tr("charts.tornado.side"), orient="top"),
        ),
        tooltip=[
            alt.Tooltip("label:N", title=tr("charts.tornado.label")),
            alt.Tooltip("side:N", title=tr("charts.tornado.side")),
            alt.Tooltip("value:N", title=tr("charts.tornado.value")),
            alt.Tooltip("words:N", title=tr("charts.tornado.change")),
        ],
    )
    layers: Any = bars
    certain = shown.dropna(subset=["low", "high"])
    if len(certain):
        span = alt.Chart(certain).mark_rule(color=look.ink, strokeWidth=1.2)
        layers = layers + span.encode(
            x="low:Q", x2="high:Q", y=alt.Y("label:N", sort=order), yOffset=alt.YOffset("side:N", sort=both)
        )
    # Outside its bar, on either side of 0.
    text = base.mark_text(
        align=alt.ExprRef("datum.right ? 'left' : 'right'"),
        dx=alt.ExprRef("datum.right ? 4 : -4"),
        fontSize=11,
        color=look.faint,
    )
    layers = layers + text.encode(x=alt.X("end:Q"), text="value:N")
    zero = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(color=look.faint).encode(x="x:Q")
    height = alt.Step(step(order, 34), **{"for": "position"})
    told = takeaways.tornado(bars_of, tr)
    return styled((layers + zero).properties(width=look.width, height=height, description=told), look)


def _room(shown: pd.DataFrame, look: Look) -> tuple[float, float]:
    """Return the room for the values beside the bars, left and right, in shares of what the bars span."""
    pixels = 200.0 if look.fluid else look.pixels / 2
    cells = shown["value"].map(width)
    left, right = (max(cells[shown["right"] == side], default=0) * 6.2 + 12 for side in (False, True))
    bars = max(pixels - left - right, pixels / 4)
    return left / bars, right / bars


def _value(value: Any, tr: Tr) -> str:
    """Return what a number was set to, as text."""
    if not isinstance(value, int | float):
        return str(value)
    return count(value, takeaways.lang_of(tr)) if abs(value) >= 1e3 else f"{value:.4g}"


def futures_table(summary: pd.DataFrame, strategies: list[str]) -> pd.DataFrame:
    """Return the firm's profit in every future: strategy, replication, profit_usd."""
    rows = summary[(summary.market == ALL) & summary.strategy.isin(strategies)]
    found = rows[["strategy", "replication", "profit_usd"]].dropna().reset_index(drop=True)
    return found.assign(strategy=found["strategy"].astype(str))


def distribution(summary: pd.DataFrame, strategies: dict[str, str], tr: Tr, look: Look = LIGHT) -> Any:
    """Draw the profit of every future as a dot, the mean as a bar, and the area of losses shaded.

    `strategies` are those to show, with their titles. Of more futures than a chart takes, every second, third, ... of
    the ordered ones is drawn; means and shares are those of all.
    """
    table = futures_table(summary, list(strategies))
    names = list(strategies.values())
    each = -(-len(table) // MOST_POINTS) or 1
    ranked = table.sort_values(["strategy", "profit_usd", "replication"], kind="stable")
    rank = ranked.groupby("strategy", sort=False).cumcount()
    ranked = ranked[rank % each == 0]
    shown = ranked.assign(
        strategy=ranked["strategy"].map(strategies),
        profit=ranked["profit_usd"] / 1e3,
        spread=(ranked["replication"] * GOLDEN) % 1.0,
        words=[takeaways.usd(profit, tr, signed=True) for profit in ranked["profit_usd"]],
    )
    means = table.groupby("strategy", sort=False)["profit_usd"].mean() / 1e3
    middle = pd.DataFrame({"strategy": [strategies[key] for key in means.index], "profit": means.to_numpy()})
    scale = padded(shown["profit"], 0.04, 0.04)
    x = alt.X("profit:Q", title=tr("charts.distribution.x"), scale=scale, axis=alt.Axis(format=",.0f", tickCount=5))
    axis = alt.Axis(labelOverlap=False, grid=False, labelLimit=LABEL, **lines(names))
    y = alt.Y("strategy:N", sort=names, title=None, axis=axis)
    dots = (
        alt.Chart(shown)
        .mark_circle(size=34, opacity=0.65)
        .encode(
            x=x,
            y=y,
            yOffset=alt.YOffset("spread:Q", scale=alt.Scale(domain=[-0.25, 1.25])),
            color=alt.condition("datum.profit < 0", alt.value(look.loss), alt.value(look.gain)),
            tooltip=[
                alt.Tooltip("strategy:N", title=tr("report.strategies.strategy")),
                alt.Tooltip("replication:Q", title=tr("charts.distribution.future")),
                alt.Tooltip("words:N", title=tr("charts.distribution.profit")),
            ],
        )
    )
    mean = (
        alt.Chart(middle)
        .mark_tick(color=look.ink, thickness=3, size=30)
        .encode(x=x, y=y, tooltip=[alt.Tooltip("profit:Q", title=tr("charts.distribution.mean"), format="+,.1f")])
    )
    layers = dots + mean
    if (shown["profit"] < 0).any():
        ground = alt.Chart(pd.DataFrame({"from": [scale["domain"][0]], "to": [0.0]}))
        layers = (
            ground.mark_rect(color=look.loss, opacity=0.12).encode(
                x=alt.X("from:Q", title=tr("charts.distribution.x"), scale=scale), x2="to:Q"
            )
            + layers
        )
    zero = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(color=look.faint, strokeDash=[4, 3]).encode(x="x:Q")
    told = takeaways.distribution(table, strategies, tr)
    return styled(
        (layers + zero).properties(width=look.width, height=alt.Step(step(names, 52)), description=told), look
    )
