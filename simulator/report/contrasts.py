"""Two answers against each other: how large the difference is, how sure, and what it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from simulator.experiments import compare as comparing
from simulator.outcomes import ALL
from simulator.report import charts, tables, takeaways
from simulator.report.answer import Answer
from simulator.report.looks import LABEL, LIGHT, Look, Tr, legend, lines, padded, step, styled
from simulator.scenario import Scenario

STRATEGY = "strategy"
"""What both sides' strategies are called while they are compared."""


@dataclass(frozen=True)
class Side:
    """One strategy of one scenario, as it was played."""

    label: str
    scenario: Scenario
    answer: Answer
    versions: Mapping[str, str]
    """Of the code, its numbers and the data; empty for what this process played."""

    @property
    def compared(self) -> comparing.Side:
        """Return the side with its strategy alone, under a name that both sides share."""
        document = self.scenario.document()
        own = document["strategies"][self.answer.strategy]
        kept = {name: value for name, value in document.items() if name not in ("strategies", "baseline", "summary")}
        summary = self.answer.summary.assign(strategy=STRATEGY)
        # Both may have one label, and would be taken for one side.
        return comparing.Side(self.label, {**kept, STRATEGY: own}, summary, self.versions)


def why_unpaired(here: Side, there: Side) -> tuple[str, ...]:
    """Return what keeps the futures from being the same; empty where they can be paired."""
    return comparing.why_unpaired(here.compared, there.compared)


def inputs(here: Side, there: Side) -> pd.DataFrame:
    """Return the dotted paths in which the two differ, without what they are called: path, here, there."""
    found = comparing.inputs([_named(here, "here"), _named(there, "there")])
    words = found["path"].str.match(rf"({STRATEGY}\.)?(title|summary)(\.|$)")
    # Where one side sets nothing for single markets, the other's settings stand in rows of their own.
    nothing = found[["here", "there"]].map(lambda value: value is None or value != value or value == {}).all(axis=1)
    return found[~words & ~nothing].reset_index(drop=True)


def outcomes(here: Side, there: Side) -> pd.DataFrame:
    """Return every outcome of both by market (see `simulator.experiments.compare.outcomes`)."""
    return comparing.outcomes([_named(there, "there"), _named(here, "here")])


def profits(others: Sequence[Side], there: Side) -> pd.DataFrame:
    """Return the firm's profit of several sides against one.

    Columns: label, difference, low, high (USD, 95 % interval), win_share, is_clear, pairing.
    """
    rows = []
    for side in others:
        found = outcomes(side, there)
        row = found[(found["outcome"] == "profit_usd") & (found["market"] == ALL)].iloc[0]
        kept = {name: row[name] for name in ("difference", "low", "high", "win_share", "pairing")}
        rows.append({"label": side.label, **kept, "is_clear": bool(row["low"] > 0 or row["high"] < 0)})
    return pd.DataFrame(rows, columns=["label", "difference", "low", "high", "win_share", "pairing", "is_clear"])


def causes(here: Answer, there: Answer) -> pd.DataFrame:
    """Return from which steps of the income statement the difference in mean profit comes.

    Columns: step, here, there, amount (here − there), start, end; thousand USD, means over the futures of each. The
    amounts add up to the last row, ``profit``.
    """
    sides = []
    for name, answer in (("here", here), ("there", there)):
        steps = tables.waterfall(answer.ledger, answer.summary, [answer.strategy])
        sides.append(steps.set_index("step")["amount"].rename(name))
    both = pd.concat(sides, axis=1).fillna(0.0)
    order = [name for name in (*tables.STEPS, "profit") if name in both.index]
    table: pd.DataFrame = both.loc[order].assign(amount=lambda rows: rows["here"] - rows["there"])
    ends = table["amount"].drop("profit").cumsum()
    table["end"] = ends.reindex(table.index).fillna(table["amount"])
    table["start"] = (ends - table["amount"].drop("profit")).reindex(table.index).fillna(0.0)
    return table.rename_axis("step").reset_index()


def forest(table: pd.DataFrame, tr: Tr, look: Look = LIGHT) -> Any:
    """Draw differences in profit (`profits`) as points with their intervals; hollow where 0 lies inside."""
    shown = table.dropna(subset=["difference"]).assign(
        words=[takeaways.usd(each, tr, signed=True) for each in table.dropna(subset=["difference"])["difference"]],
        verdict=lambda rows: rows["is_clear"].map({True: tr("contrasts.clear"), False: tr("contrasts.unclear")}),
    )
    for name in ("difference", "low", "high"):
        shown[name] = shown[name] / 1e3
    order = list(shown["label"])
    axis = alt.Axis(labelOverlap=False, grid=False, labelLimit=LABEL, **lines(order))
    y = alt.Y("label:N", sort=order, title=None, axis=axis)
    ends = padded([*shown["low"].fillna(0.0), *shown["high"].fillna(0.0), *shown["difference"], 0.0], 0.04, 0.04)
    title = alt.X("difference:Q", title=tr("contrasts.x"), scale=ends, axis=alt.Axis(format=",.0f", tickCount=5))
    base = alt.Chart(shown)
    span = base.mark_rule(color=look.ink, strokeWidth=2).encode(
        x=alt.X("low:Q", title=tr("contrasts.x")), x2="high:Q", y=y
    )
    verdicts = [tr("contrasts.clear"), tr("contrasts.unclear")]
    key = legend(look)
    dots = base.mark_point(size=120, opacity=1, strokeWidth=2).encode(
        x=title,
        y=y,
        fill=alt.Fill(
            "verdict:N", scale=alt.Scale(domain=verdicts, range=[look.palette[0], look.background]), legend=key
        ),
        # A scale of its own, though of one colour: without it the hollow sign of the legend has no outline.
        stroke=alt.Stroke("verdict:N", scale=alt.Scale(domain=verdicts, range=[look.palette[0]] * 2), legend=key),
        shape=alt.Shape(
            "verdict:N",
            scale=alt.Scale(domain=verdicts, range=["circle", "diamond"]),
            legend=key,
        ),
        tooltip=[
            alt.Tooltip("label:N", title=tr("report.strategies.strategy")),
            alt.Tooltip("words:N", title=tr("contrasts.x")),
            alt.Tooltip("win_share:Q", title=tr("contrasts.heads.win"), format=".0%"),
            alt.Tooltip("verdict:N", title=tr("contrasts.heads.verdict")),
        ],
    )
    zero = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(color=look.faint, strokeDash=[4, 3]).encode(x="x:Q")
    told = takeaways.joined(
        [
            tr("contrasts.told", label=label, difference=words, verdict=verdict)
            for label, words, verdict in zip(shown["label"], shown["words"], shown["verdict"])
        ],
        tr,
    )
    rows = alt.Step(step(order, 40))
    return styled((zero + span + dots).properties(width=look.width, height=rows, description=told), look)


def bridge(table: pd.DataFrame, tr: Tr, look: Look = LIGHT) -> Any:
    """Draw the steps (`causes`) from no difference to the difference in profit."""
    shown = table[(table["amount"] != 0) | (table["step"] == "profit")].assign(
        label=lambda rows: [
            tr("contrasts.profit") if name == "profit" else tr(f"steps.{name}") for name in rows["step"]
        ],
        kind=lambda rows: [
            "profit" if name == "profit" else "gain" if amount >= 0 else "loss"
            for name, amount in zip(rows["step"], rows["amount"])
        ],
        right=lambda rows: rows[["start", "end"]].max(axis=1),
    )
    order = list(shown["label"])
    axis = alt.Axis(labelOverlap=False, grid=False, labelLimit=LABEL, **lines(order))
    y = alt.Y("label:N", sort=order, title=None, axis=axis)
    scale = padded([*shown["start"], *shown["end"]], right=0.2)
    x = alt.X("start:Q", title=tr("contrasts.x"), scale=scale, axis=alt.Axis(format=",.0f", tickCount=5))
    tooltip = [
        alt.Tooltip("label:N", title=tr("contrasts.heads.step")),
        alt.Tooltip("amount:Q", title=tr("contrasts.x"), format="+,.1f"),
    ]
    steps = table[table["step"] != "profit"]
    told = [tr("contrasts.told_bridge", profit=_usd(table, "profit", tr))]
    if (steps["amount"] != 0).any():
        most = str(steps["step"].iloc[int(steps["amount"].abs().argmax())])
        told.append(tr("contrasts.told_most", step=tr(f"steps.{most}"), amount=_usd(table, most, tr)))
    rows = alt.Step(step(order, 24))
    bars = charts.steps(shown, x, y, tooltip, look)
    return styled(bars.properties(width=look.width, height=rows, description=takeaways.joined(told, tr)), look)


def _usd(table: pd.DataFrame, name: str, tr: Tr) -> str:
    return takeaways.usd(1e3 * float(table.loc[table["step"] == name, "amount"].iloc[0]), tr, signed=True)


def _named(side: Side, label: str) -> comparing.Side:
    found = side.compared
    return comparing.Side(label, found.document, found.summary, found.versions)
