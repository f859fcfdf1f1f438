"""Bass diffusion: who has not adopted does so with hazard ``p + q F`` a year, F the share who have (Bass 1969).

The curve is ``F(t) = (1 - e^(-(p+q) t)) / (1 + q/p e^(-(p+q) t))``. In the simulator people buy once and leave,
and their needs are frequent. A need meets the listing in search with a constant chance, the external influence, or is
caught from an owner, the contagion: it misses both with the chance ``e^(-(p + q F) / needs a year)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import expm1, log
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from simulator.lessons import neutral
from simulator.lessons.choice import STANDARD_ERRORS
from simulator.lessons.lesson import Measured, Parameters
from simulator.model import MarketEntryModel

STEPS = 520
"""The longest run that there is: its weeks span the years that are asked for, so a step is `years` / 520 of a year."""
YEAR = 52.0
"""Weeks of the engine's year, by which it counts rates."""
WORTH = 20.0
"""Utility of the offer: whoever meets it buys it, but for one in 10^8."""
MAX_STEP = 0.04
"""Largest p + q of a step: with coarser ones the curve would lag behind by more than luck may move it."""
MIN_FIRST = 100.0
"""Least consumers * p / q: the first adopters, whose luck decides when contagion takes off."""
GRID = 2.0**-23
"""Of the uniforms that decide who looks."""
MIN_LOOK = 1e-5
"""Least chance that a need meets the offer: 100 times what that grid rounds."""
REACH = 1.2
"""Half of the window in which the rate of adoption is smoothed, in units of 1 / (p + q): a parabola fitted to the
textbook's peak, which is ``sech^2((p + q) t / 2)``, misses its height by 0.7 %."""
FINE = 40
"""Points of a step in integrals over time."""

Floats = NDArray[np.float64]


class Bass(Parameters):
    """Coefficients of innovation and imitation a year, and how long how many people are watched."""

    p: Annotated[float, Field(gt=0.0, le=50.0)] = 0.03
    q: Annotated[float, Field(ge=0.0, le=50.0)] = 0.38
    years: Annotated[int, Field(ge=1, le=40)] = 10
    consumers: Annotated[int, Field(ge=1000, le=100_000)] = 30_000

    @model_validator(mode="after")
    def _measurable(self) -> Self:
        most = MAX_STEP * self.steps_a_year
        if self.p + self.q > most:
            read = f"p + q is {self.p + self.q:.6g}"
            raise ValueError(f"{read}; allowed over {self.years} years: up to {most:.3g}, or steps are too coarse")
        if self.peak > self.years:
            raise ValueError(f"the peak would come after {self.peak:.3g} years; allowed: within years, {self.years}")
        if self.consumers * self.p < MIN_FIRST * self.q:
            read = f"consumers * p / q is {self.consumers * self.p / self.q:.3g}"
            raise ValueError(
                f"{read}; allowed: at least {MIN_FIRST:g}, or the luck of the first decides when it starts"
            )
        if self.look < MIN_LOOK:
            least = -neutral.NEEDS_PER_YEAR * self.steps_a_year / YEAR * np.log1p(-MIN_LOOK)
            raise ValueError(f"p is {self.p:.3g}; allowed over {self.years} years: from {least:.2g}")
        return self

    @property
    def steps_a_year(self) -> int:
        """Return the steps of a year."""
        return STEPS // self.years

    @property
    def pace(self) -> float:
        """Return the years of the lesson in one of the engine's."""
        return YEAR / self.steps_a_year

    @property
    def look(self) -> float:
        """Return the chance that a need meets the offer without an owner's help."""
        return -expm1(-self.p * self.pace / neutral.NEEDS_PER_YEAR)

    @property
    def peak(self) -> float:
        """Return when most adopt, years: at the start where imitation does not exceed innovation."""
        return log(self.q / self.p) / (self.p + self.q) if self.q > self.p else 0.0


PARAMETERS = Bass


# ---------------------------------------------------------------------------------------------- the textbook
def expected(given: Bass) -> dict[str, float]:
    """Return when most adopt, at what rate, as a share of all people a year, and the share who have by each year."""
    p, q = given.p, given.q
    rate = (p + q) ** 2 / (4.0 * q) if q > p else p
    adopted = curve(given, np.arange(1.0, given.years + 1.0)).tolist()
    return {"peak_time_years": given.peak, "peak_rate_share": rate} | _by_year(adopted)


def curve(given: Bass, t: Floats) -> Floats:
    """Return the share who have adopted after t years, float64[n] -> float64[n]."""
    return 1.0 - _left(given, t)


def speed(given: Bass, t: Floats) -> Floats:
    """Return the rate of adoption after t years, as a share of all people a year, float64[n] -> float64[n]."""
    left = _left(given, t)
    return left * (given.p + given.q * (1.0 - left))


def _left(given: Bass, t: Floats) -> Floats:
    """Return the share who have not adopted; it stays above 0 where the other is 1 already."""
    faded, ratio = np.exp(-(given.p + given.q) * t), given.q / given.p
    return (1.0 + ratio) * faded / (1.0 + ratio * faded)


def _by_year(shares: list[Any]) -> dict[str, Any]:
    return {f"adopted_share_{year}": share for year, share in enumerate(shares, start=1)}


# --------------------------------------------------------------------------------------------- the simulator
def simulated(given: Bass) -> dict[str, Measured]:
    """Return when most adopted, at what rate, and who had by the end of each year."""
    model = MarketEntryModel(neutral.scenario(_document(given)), neutral.STRATEGY)
    sold = model.run().units[:, 0, 0, 0] / given.consumers
    smooth = _smoother(given) @ sold * given.steps_a_year
    at, most = int(smooth.argmax()), float(smooth.max())
    ends = np.cumsum(sold)[given.steps_a_year - 1 :: given.steps_a_year]
    blurred = _tolerances(given)
    adopted = [Measured(*pair) for pair in zip(ends.tolist(), blurred.adopted.tolist(), strict=True)]
    return {
        "peak_time_years": Measured((at + 0.5) / given.steps_a_year, blurred.time),
        "peak_rate_share": Measured(most, blurred.rate),
    } | _by_year(adopted)


def _document(given: Bass) -> dict[str, Any]:
    """Return people who buy once, of whom a constant share meets the offer by itself, and owners who pass it on."""
    plain = neutral.document(given.years * given.steps_a_year, given.consumers)
    plain["mechanisms"] |= {"contagion": True}
    plain["category"] |= {"once": True, "entrant_constant": WORTH, "price_scale": neutral.NOTHING}
    plain["behaviour"] |= {
        "organic_floor_share": given.look, "organic_cap_share": given.look, "contagion_per_year": given.q * given.pace,
        "slight_late_days": 1e6,  # nothing comes so late that its owner would not speak of it
    }  # fmt: skip
    return plain


# ------------------------------------------------------------------------------------------- the tolerances
@dataclass(frozen=True)
class _Blur:
    """How far luck and steps may move what is measured."""

    time: float
    rate: float
    adopted: Floats
    """By year, float64[years]."""


def _tolerances(given: Bass) -> _Blur:
    """Return how far luck and steps may move peak and shares.

    Luck shifts the curve in time (`_shift`); the share is skewed as numbers of people are, and by growth of the first
    ones' luck. It also scatters the adoptions of every step like a Poisson number: the smoothed rate can be largest
    only where its mean lies below that of the peak by no more than four standard errors of the difference, and the
    flatter the peak, the wider that is. How the mean of the steps differs from the curve is added.
    """
    times, n = _times(given), given.consumers
    there, slope, shift = curve(given, times), speed(given, times), _shift(given)
    skewness = 1.0 / n + 2.0 * given.q * slope * shift**2  # third cumulant by variance
    share = STANDARD_ERRORS * slope * shift + STANDARD_ERRORS**2 / 6.0 * skewness + np.abs(_steps(given) - there)
    smoother, rates = _smoother(given), np.diff(_steps(given)) * given.steps_a_year
    variance = rates * given.steps_a_year / n
    mean, spread = smoother @ rates, STANDARD_ERRORS * np.sqrt(smoother**2 @ variance)
    top = int(mean.argmax())
    unsure = STANDARD_ERRORS * np.sqrt((smoother - smoother[top]) ** 2 @ variance)
    likely = (np.arange(len(rates)) + 0.5)[mean[top] - mean <= unsure] / given.steps_a_year
    rate = expected(given)["peak_rate_share"]
    return _Blur(
        time=float(np.abs(likely - given.peak).max() + STANDARD_ERRORS * np.interp(given.peak, times, shift)),
        rate=max(float((mean + spread).max()) - rate, rate - float(mean[top] - spread[top])),
        adopted=share[given.steps_a_year :: given.steps_a_year],
    )


def _times(given: Bass) -> Floats:
    """Return the ends of steps and the start, years, float64[steps + 1]."""
    return np.arange(given.years * given.steps_a_year + 1.0) / given.steps_a_year


@cache
def _shift(given: Bass) -> Floats:
    """Return by how much luck shifts the curve until the end of each step, standard deviation, years.

    Of N people the share who have adopted moves as ``dF = g dt + sqrt(g / N) dW`` with ``g = (1 - F)(p + q F)`` (Kurtz
    1971): around the curve its variance is ``g^2 times the integral of dt / (N g)``, that of a shift in time.
    """
    fine = np.linspace(0.0, given.years, given.years * given.steps_a_year * FINE + 1)
    slowness = 1.0 / speed(given, fine)
    parts = (slowness[1:] + slowness[:-1]) / 2.0 * np.diff(fine)
    return np.sqrt(np.append(0.0, parts.cumsum())[::FINE] / given.consumers)


@cache
def _steps(given: Bass) -> Floats:
    """Return the mean share who have adopted at the start and after every step without luck, float64[steps + 1].

    A step has a need with the chance of a week, which looks at last step's owners.
    """
    need, look = neutral.NEEDS_PER_YEAR / YEAR, round(given.look / GRID) * GRID
    imitation = given.q * given.pace / neutral.NEEDS_PER_YEAR
    shares = np.zeros(given.years * given.steps_a_year + 1)
    for t in range(len(shares) - 1):
        meets = 1.0 - (1.0 - look) * np.exp(-imitation * shares[t])
        shares[t + 1] = shares[t] + (1.0 - shares[t]) * need * meets
    return shares


@cache
def _smoother(given: Bass) -> Floats:
    """Return the weights that smooth the rates of steps by a parabola fitted around each, float64[steps, steps]."""
    count = given.years * given.steps_a_year
    half = REACH / (given.p + given.q) * given.steps_a_year
    weights = np.zeros((count, count))
    for i in range(count):
        near = np.arange(max(i - int(half), 0), min(i + int(half) + 1, count))
        x = (near - i) / half
        weights[i, near] = np.linalg.pinv(np.stack([np.ones_like(x), x, x * x], axis=1))[0]
    return weights
