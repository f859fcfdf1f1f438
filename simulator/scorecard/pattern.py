"""A pattern that should emerge: what is measured, where it applies, its band, and what came out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import isnan, nan
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from simulator import facts
from simulator.comparison import interval

if TYPE_CHECKING:
    from simulator.scorecard.study import Study

Floats = NDArray[np.float64]
Kind = Literal["emergent", "recovered input"]
"""Emergent: the model was not told. Recovered input: it was told, and this shows that it arrived."""
Applies = Literal["all", "consumables", "general"]
"""Categories: all, what is used up and bought often, what lasts."""
Verdict = Literal["inside", "outside", "not defined"]


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval, nan where it is undefined, and what it is made of."""

    value: float
    low: float = nan
    high: float = nan
    parts: Mapping[str, float] = field(default_factory=dict)
    """Name (a market, a channel, ...) -> the figure there."""

    @classmethod
    def of(cls, values: Floats, parts: Mapping[str, float] | None = None) -> Estimate:
        """Return the mean of a figure by future (or market), float64[n]; where it is undefined it drops out."""
        known = values[np.isfinite(values)]
        return cls(float(known.mean()) if len(known) else nan, *interval(known), parts or {})

    @classmethod
    def median(cls, values: Floats, parts: Mapping[str, float] | None = None) -> Estimate:
        """Return the median over futures, float64[F], and the quartiles."""
        known = values[np.isfinite(values)]
        if not len(known):
            return cls(nan, parts=parts or {})
        low, middle, high = np.quantile(known, (0.25, 0.5, 0.75))
        return cls(float(middle), float(low), float(high), parts or {})

    @classmethod
    def pooled(
        cls, figure: Callable[..., Any], *sums: NDArray[Any], parts: Mapping[str, float] | None = None
    ) -> Estimate:
        """Return a figure of sums over futures, [F] each, and the interval of its jackknife over futures."""
        with np.errstate(all="ignore"):
            value = float(figure(*(each.sum() for each in sums)))
            count = len(sums[0])
            without = np.array([float(figure(*(each.sum() - each[f] for each in sums))) for f in range(count)])
        if not np.isfinite(value):
            return cls(nan, parts=parts or {})
        spread = count * value - (count - 1) * without
        low, high = interval(spread[np.isfinite(spread)])
        half = (high - low) / 2.0
        return cls(value, value - half, value + half, parts or {})


Measure = Callable[["Study"], Estimate]


@dataclass(frozen=True)
class Pattern:
    """One pattern of the scorecard; its words stand in the catalogue (``scorecard.patterns``) under its key.

    Attributes
    ----------
    band
        Key of its band in the data (`scorecard.yaml`).
    unit
        How the figure is written.
    """

    key: str
    measure: Measure
    unit: Literal["plain", "share", "week", "stars", "ratio"]
    kind: Kind = "emergent"
    applies: Applies = "all"
    band_key: str = ""

    @property
    def band(self) -> facts.Fact:
        """Return the band with its source: `low`, `high`, and the source's own `value`."""
        return bands()[self.band_key or self.key]


@dataclass(frozen=True)
class Score:
    """A pattern with what came out."""

    pattern: Pattern
    estimate: Estimate

    @property
    def verdict(self) -> Verdict:
        """Say whether the figure lies in the band."""
        if isnan(self.estimate.value):
            return "not defined"
        band = self.pattern.band
        return "inside" if band.low <= self.estimate.value <= band.high else "outside"

    def as_dict(self) -> dict[str, Any]:
        """Return plain data without words; undefined figures are nan."""
        band, estimate = self.pattern.band, self.estimate
        return {
            "pattern": self.pattern.key,
            "kind": self.pattern.kind,
            "applies": self.pattern.applies,
            "band": [band.low, band.high],
            "published": band.value,
            "unit": band.unit,
            "source": band.source,
            "year": band.year,
            "confidence": band.confidence,
            "note": band.note,
            "simulated": estimate.value,
            "low": estimate.low,
            "high": estimate.high,
            "parts": dict(estimate.parts),
            "verdict": self.verdict,
        }


@lru_cache(maxsize=1)
def bands() -> Mapping[str, facts.Fact]:
    """Return every band of the data, and the border between kinds of category."""
    return facts.load("scorecard").leaves
