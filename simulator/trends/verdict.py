"""Verdicts on claims: stated rules, applied to a mean and its 95 % interval.

With m the simulated mean, [l, u] its interval and c the claim, a figure is *reproduced* where it meets its rule;
*partly* where the sign is right, the interval excludes 0, and |m| >= c / 3 or c lies in [l, u]; else *not reproduced*.
Directions: the interval excludes 0 on the right side (reproduced), or the mean alone is there (partly). What is
claimed to a factor is met partly within the square of it. A wide interval never helps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import copysign, inf, isfinite
from typing import Literal, Protocol

Write = Callable[[float], str]
"""Writes a figure with its unit, as people read it."""

Band = tuple[float, float]
"""Least and most of the means that meet a rule, for pictures: the verdict looks at the interval too."""

Verdict = Literal["reproduced", "partly", "not reproduced", "not tested"]

FEWEST = 32
"""Paired futures that a verdict is meant for."""

POINT_SHARE = 0.15
"""How far from a point a figure may lie, and how far below a bound its interval may begin."""

PARTLY_SHARE = 1.0 / 3.0
"""Of the claim, what counts as a part of it."""


class Rule(Protocol):
    """What makes a claim true."""

    @property
    def claimed(self) -> float | str | None:
        """Return the claim as a number for points, as text for bounds, ranges and directions."""

    @property
    def band(self) -> Band | None:
        """Return where the mean must lie; None where nothing is judged."""

    def written(self, write: Write) -> str:
        """Return the claim as people read it; empty where there is none."""

    def judge(self, mean: float, low: float, high: float) -> Verdict:
        """Return the verdict on a mean and its interval."""


@dataclass(frozen=True)
class Point:
    """The figure itself."""

    claimed: float

    @property
    def band(self) -> Band:
        """Return where the mean must lie."""
        off = POINT_SHARE * abs(self.claimed)
        return self.claimed - off, self.claimed + off

    def written(self, write: Write) -> str:
        """Return the claim as people read it."""
        return write(self.claimed)

    def judge(self, mean: float, low: float, high: float) -> Verdict:
        """Return the verdict on a mean and its interval."""
        if abs(mean - self.claimed) <= POINT_SHARE * abs(self.claimed):
            return "reproduced"
        return _rest(self.claimed, mean, low, high)


@dataclass(frozen=True)
class AtLeast:
    """A bound from below."""

    bound: float

    @property
    def claimed(self) -> str:
        """Return the bound as text."""
        return f">= {self.bound:.2f}"

    @property
    def band(self) -> Band:
        """Return where the mean must lie."""
        return self.bound, inf

    def written(self, write: Write) -> str:
        """Return the claim as people read it."""
        return f"≥ {write(self.bound)}"

    def judge(self, mean: float, low: float, high: float) -> Verdict:
        """Return the verdict on a mean and its interval."""
        if mean >= self.bound and low >= (1.0 - POINT_SHARE) * self.bound:
            return "reproduced"
        return _rest(self.bound, mean, low, high)


@dataclass(frozen=True)
class Within:
    """A range."""

    lowest: float
    highest: float

    @property
    def claimed(self) -> str:
        """Return the range as text."""
        return f"{self.lowest:.2f} ... {self.highest:.2f}"

    @property
    def band(self) -> Band:
        """Return where the mean must lie."""
        return self.lowest, self.highest

    def written(self, write: Write) -> str:
        """Return the claim as people read it."""
        return f"{write(self.lowest)} … {write(self.highest)}"

    def judge(self, mean: float, low: float, high: float) -> Verdict:
        """Return the verdict on a mean and its interval."""
        if self.lowest <= mean <= self.highest:
            return "reproduced"
        return _rest(self.lowest if mean < self.lowest else self.highest, mean, low, high)


@dataclass(frozen=True)
class Factor:
    """A point that is known to a factor; partly met within the square of it, above as below."""

    point: float
    factor: float

    @property
    def claimed(self) -> str:
        """Return point and factor as text."""
        return f"{self.point:g} x/÷ {self.factor:g}"

    @property
    def band(self) -> Band:
        """Return where the mean must lie."""
        return self.point / self.factor, self.point * self.factor

    def written(self, write: Write) -> str:
        """Return the claim as people read it."""
        return f"{write(self.point)} ×/÷ {self.factor:g}"

    def judge(self, mean: float, low: float, high: float) -> Verdict:
        """Return the verdict on a mean and its interval."""
        if not (mean > 0.0 and low > 0.0):
            return "not reproduced"
        off = max(mean / self.point, self.point / mean)
        return "reproduced" if off <= self.factor else "partly" if off <= self.factor**2 else "not reproduced"


@dataclass(frozen=True)
class Direction:
    """A sign: +1 or -1."""

    sign: int

    @property
    def claimed(self) -> str:
        """Return the sign as text."""
        return "> 0" if self.sign > 0 else "< 0"

    @property
    def band(self) -> Band:
        """Return where the mean must lie."""
        return (0.0, inf) if self.sign > 0 else (-inf, 0.0)

    def written(self, write: Write) -> str:
        """Return the claim as people read it."""
        return self.claimed

    def judge(self, mean: float, low: float, high: float) -> Verdict:
        """Return the verdict on a mean and its interval."""
        right, nearest = self.sign * mean > 0.0, min(self.sign * low, self.sign * high)
        if not right or not isfinite(nearest):
            return "not reproduced"
        return "reproduced" if nearest > 0.0 else "partly"


@dataclass(frozen=True)
class Untested:
    """A figure that is shown and not judged."""

    claimed: float | None = None

    @property
    def band(self) -> None:
        """Return that nothing is judged."""

    def written(self, write: Write) -> str:
        """Return the claim as people read it; empty where there is none."""
        return "" if self.claimed is None else write(self.claimed)

    def judge(self, mean: float, low: float, high: float) -> Verdict:
        """Return that nothing was judged."""
        return "not tested"


def _rest(claim: float, mean: float, low: float, high: float) -> Verdict:
    """Return `partly` for what has the sign of the claim for sure and a part of its size, or might be all of it."""
    sign = copysign(1.0, claim)
    certain = min(sign * low, sign * high) > 0.0
    large = abs(mean) >= PARTLY_SHARE * abs(claim)
    return "partly" if certain and (large or low <= claim <= high) else "not reproduced"
