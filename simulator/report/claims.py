"""The board of claims in pictures: what is claimed beside what was simulated, of a trend and of a single claim."""

from __future__ import annotations

from collections.abc import Sequence
from math import copysign, isfinite, nan
from typing import TYPE_CHECKING, Any, Literal

import altair as alt
import pandas as pd

from simulator.report import takeaways
from simulator.report.findings import cells, number
from simulator.report.looks import LIGHT, Look, Tr, legend, styled
from simulator.report.slots import SLOT, Slots
from simulator.report.spans import Span
from simulator.trends.verdict import Direction, Factor, Rule

if TYPE_CHECKING:
    from simulator.trends import Finding

SHAPES = {"reproduced": "circle", "partly": "diamond", "not_reproduced": "cross", "not_tested": "square"}
"""Of the verdicts: they are told apart without colour."""
COLOURS = {"reproduced": 0, "partly": 4, "not_reproduced": 1, "not_tested": 6}
"""Of the palette."""

Kind = Literal["sizes", "directions"]
ENDS: dict[Kind, tuple[float, float]] = {"sizes": (-1.0, 3.0), "directions": (-1.05, 1.05)}
"""Of the axis of an overview; a figure beyond stands at the end and is written out."""


# --------------------------------------------------------------------------------------------------- tables
def table(found: Sequence[Finding], tr: Tr) -> pd.DataFrame:
    """Return the findings in words and plain numbers, one row per part; what is undefined or endless is missing."""
    rows = []
    for finding in found:
        words, verdict, kind, claimed, simulated, interval = cells(finding, takeaways.lang_of(tr))
        part, estimate = finding.part, finding.estimate
        least, most = part.rule.band or (nan, nan)
        rows.append(
            {
                "number": number(finding), "trend": tr(f"trends.trend.{part.trend}"),
                "claim": tr(f"trends.claims.{part.claim}"), "measure": words, "claimed": claimed,
                "simulated": simulated, "interval": interval, "verdict": verdict, "kind": kind, "unit": part.unit,
                "band_low": _known(least), "band_high": _known(most), "mean": estimate.mean, "low": estimate.low,
                "high": estimate.high, "futures": finding.replications, "consumers": finding.consumers,
                "scenario": part.scenario,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def relative(found: Sequence[Finding], kind: Kind) -> pd.DataFrame:
    """Return where figures lie beside their claims, those that are judged by size or those judged by direction.

    A size is divided by what is claimed: 1 is the claim. A direction is divided by its own largest end and has the sign
    of the claim: what is right of 0 goes the claimed way.

    Returns
    -------
    pd.DataFrame
        number, claim, mean, low, high, band_low, band_high (relative; a band may be endless).
    """
    rows = []
    for finding in found:
        rule, estimate = finding.part.rule, finding.estimate
        ends = estimate.mean, estimate.low, estimate.high
        if rule.band is None or isinstance(rule, Direction) != (kind == "directions") or not all(map(isfinite, ends)):
            continue
        if isinstance(rule, Direction):
            unit = copysign(max(map(abs, ends)) or 1.0, rule.sign)
        else:
            unit = size(rule)
        mean, *interval = (end / unit for end in ends)
        rows.append(
            (number(finding), finding.part.claim, mean, *sorted(interval), *sorted(end / unit for end in rule.band))
        )
    return pd.DataFrame(rows, columns=["number", "claim", "mean", "low", "high", "band_low", "band_high"])


def size(rule: Rule) -> float:
    """Return the size that a rule claims: its number, its bound, or the middle of its range; nan without one."""
    if rule.band is None or isinstance(rule, Direction):
        return nan if rule.claimed is None or isinstance(rule.claimed, str) else rule.claimed
    least, most = rule.band
    if isinstance(rule, Factor):
        return rule.point
    return (least + most) / 2.0 if isfinite(most) else least


# ----------------------------------------------------------------------------------------------- of a trend
def overview(found: Sequence[Finding], kind: Kind, tr: Tr, look: Look = LIGHT) -> Any:
    """Draw a dot and its interval for every figure of a trend, by size or by direction (`relative`)."""
    places, (least, most) = relative(found, kind), ENDS[kind]
    words = table(found, tr)
    groups = {
        _label(claim, tr(f"trends.claims.{claim}"), tr): list(rows["number"])
        for claim, rows in places.groupby("claim", sort=False)
    }
    slots = Slots.of(groups)
    shown = _rows(places, words, found, slots)
    shown["beyond"] = (shown["mean"] < least) | (shown["mean"] > most)
    shown["right"] = shown["mean"] > most
    figures = ["mean", "low", "high", "band_low", "band_high"]
    shown[figures] = shown[figures].clip(least, most)
    axis = alt.Axis(values=[-1, 0, 1, 2, 3], format="d") if kind == "sizes" else alt.Axis(values=[0], labels=False)
    scale = alt.Scale(domain=[least, most], nice=False)
    layers = _layers(shown, slots, alt.X("mean:Q", title=tr(f"board.{kind}.x"), axis=axis, scale=scale), tr, look)
    beyond = shown[shown["beyond"]]
    if len(beyond):
        layers += alt.Chart(beyond).mark_text(
            align=alt.ExprRef("datum.right ? 'right' : 'left'"),
            dx=alt.ExprRef("datum.right ? -12 : 12"),
            color=look.ink,
            fontSize=12,
        ).encode(x="mean:Q", y=slots.axis(), text="simulated:N")  # fmt: skip
    layers += _line(1.0 if kind == "sizes" else 0.0, look)
    return _whole(layers, slots, takeaways.board(words[words["number"].isin(places["number"])], tr), look)


# ----------------------------------------------------------------------------------------------- of a claim
def has_numbers(found: Sequence[Finding]) -> bool:
    """Say whether any figure was simulated: without one there is nothing to draw."""
    return any(isfinite(finding.estimate.mean) for finding in found)


def claim(found: Sequence[Finding], tr: Tr, look: Look = LIGHT) -> Any:
    """Draw figures of one claim that have one unit: the claimed range, the interval, and every future."""
    words = table(found, tr)
    points = [size(finding.part.rule) for finding in found]
    futures = [value for finding in found for value in finding.estimate.futures]
    bands = [*words["band_low"], *words["band_high"]]
    span = Span.of(
        found[0].part.unit,
        [*words["mean"], *words["low"], *words["high"], *bands, *points, *futures],
        takeaways.lang_of(tr),
    )
    slots = Slots.of({_label(name, told, tr): [name] for name, told in zip(words["number"], words["measure"])})
    judged = [finding.part.rule.band is not None for finding in found]
    places = words[["number", "mean", "low", "high"]].assign(
        band_low=words["band_low"].where(words["band_low"].notna() | ~pd.Series(judged), span.least),
        band_high=words["band_high"].where(words["band_high"].notna() | ~pd.Series(judged), span.most),
        point=points,
    )
    figures = list(places.columns[1:])
    places[figures] = places[figures] / span.by
    shown = _rows(places, words, found, slots)
    scale = alt.Scale(
        domain=[span.least / span.by, span.most / span.by], nice=False, type="log" if span.ratios else "linear"
    )
    axis = alt.Axis(tickCount=5, format=",~r", labelOverlap=True)
    x = alt.X("mean:Q", title=tr(f"board.axis.{span.name}"), axis=axis, scale=scale)
    dots = pd.DataFrame(
        [
            {"y": slots.places[number(finding)], "future": value / span.by}
            for finding in found
            for value in finding.estimate.futures
        ],
        columns=["y", "future"],
    )
    layers = _layers(shown, slots, x, tr, look, dots)
    exact = shown.dropna(subset=["point"])
    if len(exact):
        tick = alt.Chart(exact[["y", "point"]]).mark_tick(color=look.ink, thickness=2, size=SLOT + 6)
        layers += tick.encode(x="point:Q", y=slots.axis())
    if not span.ratios:
        layers += _line(0.0, look)
    return _whole(layers, slots, takeaways.claim(words, tr), look)


# ------------------------------------------------------------------------------------------------ in common
def _known(value: float) -> float:
    return value if isfinite(value) else nan


def _label(number: object, words: str, tr: Tr) -> str:
    """Return number and words, broken where it hurts least: Chinese at any sign, and no line begins with a percent."""
    told = tr("board.label", number=number, words=words)
    tied = " %" if takeaways.lang_of(tr) == "en" else " "
    return told.replace(tied, tied.replace(" ", "\u00a0"))


def _rows(places: pd.DataFrame, words: pd.DataFrame, found: Sequence[Finding], slots: Slots) -> pd.DataFrame:
    """Return what is drawn: places with the words and the row of every figure."""
    told = words[["number", "measure", "claimed", "simulated", "interval", "verdict"]]
    return places.merge(told, on="number").assign(y=lambda rows: rows["number"].map(slots.places))


def _layers(shown: pd.DataFrame, slots: Slots, x: Any, tr: Tr, look: Look, dots: pd.DataFrame | None = None) -> Any:
    """Return the bands, the futures, the intervals and the means."""
    y = slots.axis()
    known = shown.dropna(subset=["mean"])
    names = {code: tr(f"trends.verdicts.{code}") for code in SHAPES}
    used = [code for code, name in names.items() if name in set(shown["verdict"])]
    key = legend(look, symbolStrokeWidth=0, symbolSize=110)
    of_verdict: dict[str, Any] = {
        "color": alt.Color(
            "verdict:N", legend=key, sort=None,
            scale=alt.Scale(domain=[names[c] for c in used], range=[look.palette[COLOURS[c]] for c in used]),
        ),
        "shape": alt.Shape(
            "verdict:N", legend=key, sort=None,
            scale=alt.Scale(domain=[names[c] for c in used], range=[SHAPES[c] for c in used]),
        ),
    }  # fmt: skip
    heads = {"measure": "claim", "claimed": "claimed", "simulated": "simulated", "interval": "interval"}
    tips = [alt.Tooltip(f"{field}:N", title=tr(f"trends.heads.{head}")) for field, head in heads.items()]
    tips.append(alt.Tooltip("verdict:N", title=tr("trends.heads.verdict")))
    base = alt.Chart(known).encode(y=y)
    bands = (
        alt.Chart(shown.dropna(subset=["band_low", "band_high"]))
        .mark_bar(color=look.gain, opacity=0.22, height=SLOT)
        .encode(x=alt.X("band_low:Q"), x2="band_high:Q", y=y)
    )
    line = base.mark_rule(color=look.ink, strokeWidth=2).encode(x="low:Q", x2="high:Q")
    mean = base.mark_point(filled=True, size=110, opacity=1).encode(x=x, tooltip=tips, **of_verdict)
    layers = bands + line + mean
    if dots is not None and len(dots):
        each = alt.Chart(dots).mark_tick(color=look.faint, opacity=0.55, thickness=1, size=SLOT - 4)
        layers = bands + each.encode(x="future:Q", y=y) + line + mean
    return layers


def _line(at: float, look: Look) -> Any:
    return alt.Chart(pd.DataFrame({"x": [at]})).mark_rule(color=look.faint, strokeDash=[4, 3]).encode(x="x:Q")


def _whole(layers: Any, slots: Slots, told: str, look: Look) -> Any:
    return styled(layers.properties(width=look.width, height=slots.step(), description=told), look)
