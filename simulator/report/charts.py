"""The charts of a report: pure functions from a small frame and a translator to an Altair chart.

Every chart says its takeaway in words (`simulator.report.takeaways`) beside the table that carries the same numbers.
On a page of any width (``look.fluid``) a chart is one panel: of one strategy, or of two beside each other.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from simulator.outcomes import ALL, HEADQUARTERS
from simulator.report import takeaways
from simulator.report.looks import LABEL, LIGHT, Look, Tr, colours, height, legend, lines, literal, padded, step, styled

TWO = 2
"""Most strategies that stand beside each other on a page of any width."""


def cash(
    table: pd.DataFrame, titles: dict[str, str], tr: Tr, look: Look = LIGHT, dashed: Collection[str] = (),
    opening_usd: float | None = None,
) -> Any:  # fmt: skip
    """Cash of the firm by week: median line and 80 % band per strategy (`tables.cash`).

    `dashed` is the baseline; where cash is at `opening_usd` again, the money is back.
    """
    shown = table.dropna().assign(strategy=lambda rows: rows["strategy"].astype(str).map(titles))
    names = list(titles.values())
    # The band's faintness must not reach the legend.
    key = legend(look, symbolType="stroke", symbolOpacity=1, symbolStrokeWidth=3)
    colour = alt.Color("strategy:N", scale=colours(names, look), sort=names, legend=key)
    axis = alt.Axis(format="%Y-%m", tickCount=5 if look.fluid else 9, labelOverlap=True)
    x = alt.X("date:T", title=tr("report.cash.x"), axis=axis)
    base = alt.Chart(shown)
    band = base.mark_area(opacity=look.haze).encode(
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
    if dashed:
        dashes = [[6, 4] if code in dashed else [1, 0] for code in titles]
        line = line.encode(
            strokeDash=alt.StrokeDash("strategy:N", scale=alt.Scale(domain=names, range=dashes), legend=key, sort=names)
        )
    marks = [(0.0, "")]
    if opening_usd is not None:
        marks.append((opening_usd / 1e3, tr("report.cash.opening")))
    level = alt.Chart(pd.DataFrame(marks, columns=["y", "words"])).encode(y="y:Q")
    rules = level.mark_rule(color=look.faint, strokeDash=[4, 3])
    words = level.mark_text(align="right", dx=-4, dy=-7, color=look.faint).encode(
        x=alt.value(alt.ExprRef("width")), text="words:N"
    )
    told = takeaways.cash(table, titles, tr)
    chart = (band + rules + line + words).properties(
        width=look.width, height=height(340, names, look), description=told
    )
    return styled(chart, look)


def lost_sales(table: pd.DataFrame, titles: dict[str, str], tr: Tr, look: Look = LIGHT) -> Any:
    """Sales lost per 100 sold by reason, one column per strategy (`tables.lost_sales`)."""
    kinds = {name: tr(f"report.funnel.{name}") for name in ("barrier", "supply", "offer")}
    stages = list(dict.fromkeys(table["stage"]))
    shown = table.dropna().assign(
        strategy=lambda rows: rows["strategy"].astype(str).map(titles),
        reason=lambda rows: rows["stage"].map(lambda stage: tr(f"stages.{stage}")),
        kind=lambda rows: rows["kind"].map(kinds),
    )
    names = [title for title in titles.values() if title in set(shown["strategy"])]
    order = [tr(f"stages.{stage}") for stage in stages]
    y = alt.Y("reason:N", sort=order, title=None, axis=alt.Axis(labelOverlap=False, grid=False))
    x = alt.X("lost:Q", title=tr("report.funnel.x"), axis=alt.Axis(tickCount=5))
    if look.fluid:
        x = x.scale(padded(shown["lost"], right=0.15))
    base = alt.Chart(shown)
    bars = base.mark_bar(cornerRadiusEnd=2, height={"band": 0.72}).encode(
        x=x,
        y=y,
        color=alt.Color(
            "kind:N",
            sort=list(kinds.values()),
            scale=alt.Scale(domain=list(kinds.values()), range=[look.palette[i] for i in (1, 6, 0)]),
            legend=alt.Legend(title=tr("report.funnel.group"), orient="top"),
        ),
        tooltip=[
            alt.Tooltip("strategy:N", title=tr("report.strategies.strategy")),
            alt.Tooltip("reason:N", title=tr("report.funnel.y")),
            alt.Tooltip("lost:Q", title=tr("report.funnel.x"), format=".1f"),
        ],
    )
    text = base.mark_text(align="left", dx=4, color=look.faint, fontSize=11).encode(
        x=x, y=y, text=alt.Text("lost:Q", format=".1f")
    )
    told = takeaways.lost_sales(table, titles, tr)
    if look.fluid:
        if len(names) > TWO:
            raise ValueError(f"{len(names)} strategies: at most {TWO} stand beside each other on a page of any width")
        both = len(names) == TWO
        if both:
            offset = alt.YOffset("strategy:N", sort=names, scale=alt.Scale(domain=names))
            by_strategy = alt.Color("strategy:N", sort=names, scale=colours(names, look), legend=legend(look))
            bars, text = bars.encode(yOffset=offset, color=by_strategy), text.encode(yOffset=offset)
        rows = alt.Step(38 if both else 24, **{"for": "position"})
        return styled((bars + text).properties(width=look.width, height=rows, description=told), look)
    columns = min(2, len(names))
    panel = (bars + text).properties(width=(look.pixels - 130) // columns - 30, height=alt.Step(21))
    return styled(_panels(panel, names, columns).properties(description=told), look)


def waterfall(table: pd.DataFrame, titles: dict[str, str], tr: Tr, look: Look = LIGHT) -> Any:
    """Steps from sales to profit, one panel per strategy (`tables.waterfall`)."""
    shown = table.assign(
        strategy=table["strategy"].astype(str).map(titles),
        label=table["step"].map(lambda step: tr(f"steps.{step}")),
        kind=np.select([table["step"] == "profit", table["amount"] >= 0], ["profit", "gain"], "loss"),
        right=table[["start", "end"]].max(axis=1),
    ).dropna()  # fmt: skip
    order = [tr(f"steps.{step}") for step in dict.fromkeys([*_in_order(table), "profit"])]
    names = list(dict.fromkeys(shown["strategy"]))
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelOverlap=False, grid=False))
    x = alt.X("start:Q", title=tr("report.waterfall.x"), axis=alt.Axis(format=",.0f", tickCount=5))
    if look.fluid:
        x = x.scale(padded([*shown["start"], *shown["end"]], right=0.22))
    tooltip = [
        alt.Tooltip("strategy:N", title=tr("report.strategies.strategy")),
        alt.Tooltip("label:N", title=tr("report.waterfall.y")),
        alt.Tooltip("amount:Q", title=tr("report.waterfall.x"), format="+,.1f"),
    ]
    bars = steps(shown, x, y, tooltip, look)
    told = takeaways.waterfall(table, titles, tr)
    if look.fluid and len(names) == 1:
        return styled(bars.properties(width=look.width, height=alt.Step(24), description=told), look)
    panel = bars.properties(width=(look.pixels - 170) // len(names) - 30, height=alt.Step(23))
    return styled(_panels(panel, names, len(names)).properties(description=told), look)


def steps(shown: pd.DataFrame, x: Any, y: Any, tooltip: list[Any], look: Look) -> Any:
    """Draw bars from `start` to `end` in the colour of their `kind`, with their amounts at the `right`."""
    base = alt.Chart(shown.assign(words=[_whole(amount) for amount in shown["amount"]]))
    scale = alt.Scale(domain=["gain", "loss", "profit"], range=[look.gain, look.loss, look.ink])
    bars = base.mark_bar(height={"band": 0.72}).encode(
        x=x, x2="end:Q", y=y, color=alt.Color("kind:N", scale=scale, legend=None), tooltip=tooltip
    )
    text = base.mark_text(align="left", dx=4, color=look.faint, fontSize=11).encode(x="right:Q", y=y, text="words:N")
    return bars + text


def _whole(amount: float) -> str:
    """Return a whole number with its sign; what rounds to nothing has none."""
    return f"{amount:+,.0f}".replace("-", "−") if abs(amount) >= 0.5 else "0"


def _panels(panel: Any, names: list[str], columns: int) -> Any:
    """Return a panel per strategy."""
    header = alt.Header(labelAnchor="start")
    return panel.facet(facet=alt.Facet("strategy:N", sort=names, title=None, header=header), columns=columns)


def _in_order(table: pd.DataFrame) -> list[str]:
    """Return the steps of all panels in the order of the income statement."""
    from simulator.report.tables import STEPS

    present = set(table["step"])
    return [step for step in STEPS if step in present]


def heat(table: pd.DataFrame, titles: dict[str, str], tr: Tr, look: Look = LIGHT, selection: str | None = None) -> Any:
    """Mean profit by market and strategy (`tables.heat`), thousand USD.

    A click on a cell sets the parameter `selection` to its ``strategy_code`` and ``market``.
    """
    codes = table["strategy"].astype(str)
    shown = table.assign(strategy=codes.map(titles), strategy_code=codes).dropna()
    markets = list(dict.fromkeys(table["market"]))
    names = list(titles.values())
    limit = float(shown["profit"].abs().max()) or 1.0
    # On a phone the codes of many markets stand upright and the figures give way to the tooltip.
    upright = look.fluid and len(markets) > 8
    length = alt.ExprRef("min(260, width - 20)") if look.fluid else 260
    sums = {code: tr(f"report.heat.{name}") for code, name in ((HEADQUARTERS, "headquarters"), (ALL, "all"))}
    small: dict[str, Any] = {"labelFontSize": alt.ExprRef("bandwidth('x') < 15 ? 9 : 12")} if upright else {}
    axis = alt.Axis(labelAngle=-90 if upright else 0, orient="top", domain=False, ticks=False, grid=False, **small)
    axis.labelExpr = f"({literal(sums)})[datum.value] || datum.label"
    labels = {"labelLimit": LABEL, **lines(names)} if look.fluid else {"labelLimit": 240}
    side = alt.Axis(domain=False, ticks=False, grid=False, labelPadding=8, **labels)
    base = alt.Chart(shown).encode(
        x=alt.X("market:N", sort=markets, title=None, scale=alt.Scale(domain=markets), axis=axis),
        y=alt.Y("strategy:N", sort=names, title=None, axis=side),
    )
    cells = base.mark_rect(cornerRadius=3, stroke=look.background, strokeWidth=1 if upright else 3).encode(
        color=alt.Color(
            "profit:Q",
            scale=alt.Scale(domain=[-limit, 0, limit], range=[look.loss, look.neutral, look.gain], interpolate="lab"),
            legend=alt.Legend(title=tr("report.heat.legend"), format=",.0f", orient="bottom", gradientLength=length),
        ),
        tooltip=[
            alt.Tooltip("strategy:N", title=tr("report.heat.y")),
            alt.Tooltip("market:N", title=tr("report.heat.x")),
            alt.Tooltip("profit:Q", title=tr("report.heat.legend"), format="+,.1f"),
        ],
    )
    if selection:
        clicked = alt.selection_point(name=selection, fields=["strategy_code", "market"], empty=False)
        stroke = alt.condition(clicked, alt.value(look.ink), alt.value(look.background))
        cells = cells.encode(stroke=stroke).add_params(clicked)
    text = base.mark_text(fontSize=11 if look.fluid else 13).encode(
        text=alt.Text("profit:Q", format="+,.0f"),
        color=alt.condition(
            f"abs(datum.profit) > {look.turn * limit}", alt.value(look.background), alt.value(look.ink)
        ),
    )  # fmt: skip
    if look.fluid:
        room = 8 + 6.5 * max((len(f"{profit:+,.0f}") for profit in shown["profit"]), default=0)
        text = text.encode(opacity=alt.condition(f"bandwidth('x') > {room}", alt.value(1), alt.value(0)))
    width = look.width if isinstance(look.width, str) else look.width - 230
    told = takeaways.heat(table, titles, tr)
    rows = alt.Step(step(names, 46) if look.fluid else 46)
    return styled((cells + text).properties(width=width, height=rows, description=told), look)
