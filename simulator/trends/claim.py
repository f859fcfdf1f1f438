"""A part of a claim: what is measured, in which worlds, and by which rule it is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import nan, sqrt
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from simulator.comparison import interval
from simulator.trends.verdict import Rule, Verdict

if TYPE_CHECKING:
    from simulator.trends.worlds import Need, Worlds

Kind = Literal["emergent", "recovered input", "outside the model"]
Unit = Literal["share", "change", "points", "ratio", "usd", "money", "units", "seconds", "days", "stars", "plain"]
"""How a figure is written: `change` is relative, `points` a difference of shares, `usd` a price, `money` a sum."""

TWO_SIDED = 1.959964
"""Standard normal quantile of a 95 % interval."""


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval."""

    mean: float
    low: float
    high: float
    sampling: float = nan
    """Relative standard error that the number of simulated consumers leaves in the units sold."""
    beside: Mapping[str, float] = field(default_factory=dict)
    """Means of what must be seen with the figure, such as the stock-outs beside leftovers."""
    futures: tuple[float, ...] = ()
    """The figure in every future where it is defined, where it is one of futures."""

    @classmethod
    def of(cls, values: NDArray[np.float64], sampling: float = nan, **beside: NDArray[np.float64]) -> Estimate:
        """Return the mean over futures float64[F] and its interval; a future in which it is undefined drops out."""
        known = values[~np.isnan(values)]
        mean = float(known.mean()) if len(known) else nan
        means = {name: float(np.nanmean(each)) for name, each in beside.items()}
        return cls(mean, *interval(known), sampling, means, tuple(known.tolist()))

    @classmethod
    def of_people(cls, shares: NDArray[np.float64], people: int) -> Estimate:
        """Return the mean share of people over futures float64[F], with the sampling error of their number."""
        mean = float(shares.mean())
        error = sqrt(max(mean * (1.0 - mean), 0.0) / people)
        spread = float(shares.std(ddof=1)) / sqrt(len(shares)) if len(shares) > 1 else 0.0
        half = TWO_SIDED * sqrt(error * error + spread * spread)
        return cls(mean, mean - half, mean + half, error / mean if mean > 0.0 else nan)


Measured = Callable[["Worlds"], Estimate]


@dataclass(frozen=True)
class Part:
    """One figure of a claim.

    Attributes
    ----------
    key
        Name in the catalogue of texts (``trends.parts``), the number of the claim first.
    claim, trend
        Number of the claim, and of the trend that it belongs to first.
    scenario
        File of the experiment, under the folder of the examples.
    needs
        Worlds that must have been played.
    measure
        The figure; None for what no model can know.
    names
        Values of the placeholders of its text.
    """

    key: str
    claim: int
    trend: int
    kind: Kind
    rule: Rule
    unit: Unit
    scenario: str = ""
    needs: tuple[Need, ...] = ()
    measure: Measured | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """A part with what came out."""

    part: Part
    estimate: Estimate
    verdict: Verdict
    replications: int = 0
    consumers: int = 0
    """Of the scenario; 0 where there is none."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain data without words; undefined figures are nan."""
        part, estimate = self.part, self.estimate
        return {
            "number": part.claim,
            "part": part.key,
            "trend": part.trend,
            "claimed": part.rule.claimed,
            "simulated": estimate.mean,
            "low": estimate.low,
            "high": estimate.high,
            "verdict": self.verdict,
            "kind": part.kind,
            "unit": part.unit,
            "sampling_cv": estimate.sampling,
            "beside": dict(estimate.beside),
            "scenario": part.scenario,
            "replications": self.replications,
            "consumers": self.consumers,
        }
