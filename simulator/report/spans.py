"""What an axis spans, and the unit in which people read it: percent, or dollars by the thousand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from simulator.texts import Lang

PERCENT = 0.01
SCALES: dict[Lang, tuple[tuple[float, str], ...]] = {
    "en": ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"), (1.0, "one")),
    "zh": ((1e8, "hundred_million"), (1e4, "ten_thousand"), (1.0, "one")),
}
"""Of sums of money, and the names of their axes in the catalogue."""

WIDE = ("seconds", "units")
"""Units of which figures a hundred times apart stand in one chart: their axis is one of ratios."""

ROOM = 0.06
"""Left free at both ends, as a share of the span."""


@dataclass(frozen=True)
class Span:
    """Ends of an axis in the unit of the figures, and what one unit of the axis is in it."""

    least: float
    most: float
    by: float
    name: str
    """Key of the title of the axis."""
    ratios: bool

    @classmethod
    def of(cls, unit: str, figures: Sequence[float], lang: Lang) -> Span:
        """Return the span that holds all finite figures, and 0 unless it is one of ratios."""
        known = [value for value in figures if isfinite(value)]
        if unit in WIDE and known and min(known) > 0.0:
            return cls(min(known) / 2.0, max(known) * 2.0, 1.0, unit, True)
        low, high = min([0.0, *known]), max([0.0, *known])
        room = ROOM * ((high - low) or 1.0)
        by, name = 1.0, unit
        if unit in ("share", "change", "points"):
            by = PERCENT
        elif unit == "money":
            by, word = next((each for each in SCALES[lang] if max(-low, high) >= each[0]), SCALES[lang][-1])
            name = f"money.{word}"
        return cls(low - room, high + room, by, name, False)
