"""Rows of one line each, for charts whose words are long: a label takes as many as it has lines, a figure one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from simulator.report.looks import LABEL, LINE, literal, wrapped

SLOT = LINE + 2
"""Pixels of a row."""


@dataclass(frozen=True)
class Slots:
    """Rows from above; between two labels one is left empty."""

    places: Mapping[str, str]
    """Figure -> its row."""
    words: Mapping[str, str]
    """Row -> the line of words beside it."""

    @classmethod
    def of(cls, groups: Mapping[str, Sequence[str]]) -> Slots:
        """Return the rows of labels with the names of their figures; the figures stand at the middle of a label."""
        places: dict[str, str] = {}
        words: dict[str, str] = {}
        for label, names in groups.items():
            told = wrapped(label)
            rows = [f"{names[0]}/{at}" for at in range(max(len(told), len(names)) + 1)]
            words |= dict(zip(rows, [*told, *[""] * len(rows)]))
            first = (len(rows) - 1 - len(names)) // 2
            places |= dict(zip(names, rows[first:]))
        return cls(places, words)

    def axis(self) -> Any:
        """Return the axis that all layers of a chart share."""
        words = alt.Axis(
            labelExpr=f"({literal(dict(self.words))})[datum.value]",
            labelOverlap=False, labelLimit=LABEL, grid=False, ticks=False, domain=False,
        )  # fmt: skip
        return alt.Y("y:N", sort=None, scale=alt.Scale(domain=list(self.words)), title=None, axis=words)

    def step(self) -> Any:
        """Return the height of a chart of these rows."""
        return alt.Step(SLOT)
