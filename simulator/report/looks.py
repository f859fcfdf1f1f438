"""How charts look: the colours of a light and a dark page, and how wide a chart is.

Colours survive colour blindness: the light palette is that of Okabe and Ito (2008), "Color Universal Design"; on the
dark page its hues are moved until each has a contrast of 4.5:1 or more and no two of them look alike without red, green
or blue cones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import altair as alt

from simulator.texts.numbers import width

Tr = Callable[..., str]
"""Catalogue lookup with the language fixed: ``tr("report.cash.title")``."""

FONT = '"Helvetica Neue", Arial, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif'

LABEL = 170
"""Most pixels of a label beside a chart that must also fit a phone of 390 pixels."""

LABEL_CELLS = 24
"""Most cells (a Chinese character takes two) of a line of such a label."""

CLOSING = "%，。、；：）”！？"
"""Signs with which no line begins."""

LINE = 14
"""Pixels from line to line."""


@dataclass(frozen=True)
class Look:
    """Colours and width of a chart."""

    background: str
    ink: str
    """Text that must be read."""
    faint: str
    """Axes, notes, and what is not there."""
    rule: str
    """Grid lines and land."""
    gain: str
    loss: str
    neutral: str
    """Neither gain nor loss: the middle of the colours between them."""
    turn: float
    """Share of the way from neutral to gain or loss past which text on the colour is that of the page."""
    haze: float
    """Opacity of the band around a line."""
    palette: tuple[str, ...]
    """Blue, vermilion, green, purple, orange, sixth hue, grey, brown: the same order on every page."""
    width: int | Literal["container"]
    """Pixels, or as wide as the page lets it be: then a chart is one panel, for facets cannot stretch."""

    @property
    def fluid(self) -> bool:
        """Whether the chart takes the width of its page."""
        return self.width == "container"

    @property
    def pixels(self) -> int:
        """Return the width that panels share."""
        if isinstance(self.width, str):
            raise ValueError("a chart of several panels needs a width in pixels")
        return self.width


LIGHT = Look(
    background="#ffffff", ink="#1c2733", faint="#5c6975", rule="#dfe4e8", gain="#2a7f9e", loss="#c25b3f",
    neutral="#f4f4f2", turn=0.9, haze=0.16,
    palette=("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#6B6B6B", "#8C564B"),
    width=860,
)  # fmt: skip

DARK = Look(
    background="#0e1117", ink="#f2f4f6", faint="#a3adb8", rule="#2d3540", gain="#56b4e9", loss="#f08a5d",
    neutral="#262c35", turn=0.62, haze=0.28,
    palette=("#2C82D1", "#DE5B00", "#62EABC", "#E0C6FF", "#FFC202", "#BFFF97", "#897C8C", "#B7694E"),
    width=860,
)  # fmt: skip


def styled(chart: Any, look: Look = LIGHT) -> Any:
    """Return a chart in the house style."""
    if look.fluid:
        # A page that fits a chart into a box may leave no room around it: the topmost label would be cut.
        chart = chart.properties(padding={"left": 5, "right": 5, "top": 8, "bottom": 5})
    # At once: each of Altair's own methods would copy the whole chart.
    chart = chart.copy(deep=False)
    chart.config = _config(look)
    return chart


@lru_cache(maxsize=8)
def _config(look: Look) -> alt.Config:
    return alt.Config(
        font=FONT,
        background=look.background,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor=look.faint, titleColor=look.faint, titleFontWeight="normal", gridColor=look.rule,
            domainColor=look.rule, tickColor=look.rule, labelFontSize=12, titleFontSize=12, titlePadding=10,
            labelLimit=LABEL if look.fluid else 260,
        ),
        legend=alt.LegendConfig(
            labelColor=look.ink, titleColor=look.faint, titleFontWeight="normal", labelFontSize=12, titleFontSize=12,
            symbolStrokeWidth=3, labelLimit=320,
        ),
        header=alt.HeaderConfig(
            labelColor=look.ink, labelFontSize=13, labelFontWeight="bold", titleColor=look.faint, labelLimit=400,
        ),
        axisX=alt.AxisConfig(grid=True),
    )  # fmt: skip


def colours(names: Sequence[str], look: Look) -> alt.Scale:
    """Return the scale that gives each name its colour of the palette, in order."""
    return alt.Scale(domain=list(names), range=[look.palette[i % len(look.palette)] for i in range(len(names))])


def legend(look: Look, title: str | None = None, **options: Any) -> alt.Legend:
    """Return a legend above the chart; on a page of any width it breaks into as many columns as fit."""
    # A legend has no width of its own to wrap at: long names stand below one another on a phone.
    wrapped = {"columns": alt.ExprRef("width < 520 ? 1 : 3")} if look.fluid else {}
    return alt.Legend(**{"title": title, "orient": "top", **wrapped, **options})


def height(plot: int, names: Sequence[str], look: Look) -> int:
    """Return the height of a chart with a legend: a page that fits it into a box counts the legend's rows in."""
    return plot + (17 * len(names) if look.fluid else 0)


def lines(labels: Iterable[str]) -> dict[str, Any]:
    """Return the options of a vertical axis that break its long labels into lines, so that none is cut."""
    broken = {label: found for label in labels if len(found := wrapped(label)) > 1}
    if not broken:
        return {}
    # A text of several lines hangs from the middle of its row: half of what hangs is taken back.
    up = []
    for count in sorted({len(found) for found in broken.values()}):
        tall = literal([label for label, found in broken.items() if len(found) == count])
        up.append({"test": f"indexof({tall}, datum.value) >= 0", "value": -(count - 1) * LINE / 2})
    return {
        "labelExpr": f"({literal(broken)})[datum.value] || datum.label",
        "labelOffset": {"condition": up, "value": 0},
    }


def step(labels: Iterable[str], least: int) -> int:
    """Return the pixels of a row that hold the lines of every label."""
    return max([least, *(LINE * len(wrapped(label)) + 6 for label in labels)])


def literal(value: Any) -> str:
    """Return a value as an expression of Vega."""
    return json.dumps(value, ensure_ascii=False)


def wrapped(label: str) -> list[str]:
    """Return a label in lines, broken at spaces; between any two signs where a word, or Chinese text, is too long."""
    found = [""]
    for word in re.split(r"(?<= )", label):
        if width(found[-1] + word.rstrip()) > LABEL_CELLS and found[-1]:
            found.append("")
        for sign in word:
            if width(found[-1] + sign.strip()) > LABEL_CELLS and sign not in CLOSING:
                found.append("")
            found[-1] += sign
    return [line.rstrip() for line in found]


def padded(ends: Iterable[float], left: float = 0.0, right: float = 0.0) -> alt.Scale:
    """Return a scale around numbers and 0, with room for text at its ends, in shares of the span."""
    low, high = min([0.0, *ends]), max([0.0, *ends])
    span = (high - low) or 1.0
    return alt.Scale(domain=[low - left * span, high + right * span], nice=False)
