"""Distributions of uncertain numbers, and their quantiles.

A future draws each number as the quantile of one named uniform, so that two strategies meet the same world and a
change of one distribution moves no other draw.
"""

from __future__ import annotations

from math import exp, inf, log, sqrt
from statistics import NormalDist
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from simulator.scenario.names import Name
from simulator.scenario.profiles import Frozen

LARGEST = 1e13
"""Numbers of a distribution stay below."""

Number = Annotated[float, Field(gt=-LARGEST, lt=LARGEST)]
Positive = Annotated[float, Field(gt=0.0, lt=LARGEST)]

STANDARD = NormalDist()
TAIL = 1e-9
"""Probability in each open tail that the check of bounds leaves out; no run has so many futures."""

SMALLEST_MASS = 1e-6
"""Truncation to a range less probable than this is refused as a slip."""


class Uncertain(Frozen):
    """What every distribution has."""

    group: Name | None = None
    """All paths of a group use one draw: they are high together."""
    source: str | None = None
    note: str | None = None


class Ranged(Uncertain):
    """A distribution on a closed range."""

    low: Number
    high: Number

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"low {self.low:g} is not below high {self.high:g}")
        mode = getattr(self, "mode", None)
        if mode is not None and not self.low <= mode <= self.high:
            raise ValueError(f"mode {mode:g} is outside low {self.low:g} to high {self.high:g}")
        return self


class Uniform(Ranged):
    dist: Literal["uniform"]


class LogUniform(Ranged):
    """Uniform in the logarithm."""

    dist: Literal["loguniform"]
    low: Positive
    high: Positive


class Triangular(Ranged):
    dist: Literal["triangular"]
    mode: Number


class Pert(Ranged):
    """The beta distribution of project planning, mean (low + 4 mode + high) / 6."""

    dist: Literal["pert"]
    mode: Number


class Truncatable(Uncertain):
    """A distribution that low and high may cut off."""

    low: Number | None = None
    high: Number | None = None

    def _mass(self) -> float:
        """Return the probability between low and high before truncation."""
        return _cdf(self, self.high, 1.0) - _cdf(self, self.low, 0.0)

    def _check(self) -> None:
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise ValueError(f"low {self.low:g} is not below high {self.high:g}")
        if not self._mass() > SMALLEST_MASS:
            raise ValueError("almost nothing of the distribution lies between low and high")


class Normal(Truncatable):
    dist: Literal["normal"]
    mean: Number
    sd: Positive

    @model_validator(mode="after")
    def _possible(self) -> Self:
        self._check()
        return self


class LogNormal(Truncatable):
    """Median and standard deviation of the logarithm."""

    dist: Literal["lognormal"]
    median: Positive
    sigma: Annotated[float, Field(gt=0.0, le=5.0)]

    @model_validator(mode="after")
    def _possible(self) -> Self:
        self._check()
        return self


class Beta(Truncatable):
    """On [0, 1], by mean and standard deviation."""

    dist: Literal["beta"]
    mean: Annotated[float, Field(gt=0.0, lt=1.0)]
    sd: Positive

    @model_validator(mode="after")
    def _possible(self) -> Self:
        limit = sqrt(self.mean * (1.0 - self.mean))
        if self.sd >= limit:
            raise ValueError(f"sd {self.sd:g} is too large for the mean {self.mean:g}; allowed: below {limit:.4g}")
        self._check()
        return self

    @property
    def shapes(self) -> tuple[float, float]:
        """Return alpha and beta."""
        total = self.mean * (1.0 - self.mean) / self.sd**2 - 1.0
        return self.mean * total, (1.0 - self.mean) * total


class Discrete(Uncertain):
    """One of some values; equal weights unless given."""

    dist: Literal["discrete"]
    values: Annotated[tuple[Number, ...], Field(min_length=1, max_length=1000)]
    weights: tuple[Annotated[float, Field(ge=0.0, lt=1e13)], ...] | None = None

    @model_validator(mode="after")
    def _matching(self) -> Self:
        if self.weights is not None and len(self.weights) != len(self.values):
            raise ValueError(f"{len(self.values)} values have {len(self.weights)} weights; allowed: as many")
        if self.weights is not None and not sum(self.weights) > 0.0:
            raise ValueError("all weights are 0; allowed: at least one above 0")
        return self


Distribution = Annotated[
    Uniform | LogUniform | Triangular | Pert | Normal | LogNormal | Beta | Discrete, Field(discriminator="dist")
]

DISTRIBUTIONS: dict[str, type[Uncertain]] = {
    "uniform": Uniform,
    "loguniform": LogUniform,
    "triangular": Triangular,
    "pert": Pert,
    "normal": Normal,
    "lognormal": LogNormal,
    "beta": Beta,
    "discrete": Discrete,
}


def quantile(distribution: Uncertain, u: float) -> float:
    """Return the value below which the probability is `u`.

    Parameters
    ----------
    distribution : Uncertain
        Any member of `Distribution`.
    u : float
        In (0, 1). Truncation maps it onto the probabilities between low and high.
    """
    match distribution:
        case Uniform(low=low, high=high):
            return low + u * (high - low)
        case LogUniform(low=low, high=high):
            return _clip(_portable(exp(log(low) + u * (log(high) - log(low)))), low, high)
        case Triangular(low=low, high=high, mode=mode):
            turn = (mode - low) / (high - low)
            if u < turn:
                return low + sqrt(u * (high - low) * (mode - low))
            return high - sqrt((1.0 - u) * (high - low) * (high - mode))
        case Pert(low=low, high=high, mode=mode):
            first = 1.0 + 4.0 * (mode - low) / (high - low)
            return low + (high - low) * _portable(_beta_quantile(first, 6.0 - first, u))
        case Discrete(values=values, weights=weights):
            return _discrete(values, weights or (1.0,) * len(values), u)
        case Truncatable(low=cut_low, high=cut_high):
            start = _cdf(distribution, cut_low, 0.0)
            p = start + u * (_cdf(distribution, cut_high, 1.0) - start)
            return _clip(
                _portable(_open_quantile(distribution, p)),
                -inf if cut_low is None else cut_low,
                inf if cut_high is None else cut_high,
            )
    raise TypeError(f"no quantile for {type(distribution).__name__}")


def support(distribution: Uncertain) -> tuple[float, float]:
    """Return the smallest and the largest value that a draw can have (open tails: up to `TAIL`)."""
    match distribution:
        case Ranged(low=low, high=high):
            return low, high
        case Discrete(values=values):
            return min(values), max(values)
        case Beta(low=cut_low, high=cut_high):
            return max(0.0, cut_low or 0.0), min(1.0, 1.0 if cut_high is None else cut_high)
        case _:
            return quantile(distribution, TAIL), quantile(distribution, 1.0 - TAIL)


def _clip(value: float, low: float, high: float) -> float:
    """Rounding must not leave the range."""
    return min(max(value, low), high)


def _portable(value: float) -> float:
    """Round to 12 digits: the last bits of exp, log and the beta function differ between processors."""
    return float(f"{value:.12g}")


def _cdf(distribution: Truncatable, value: float | None, missing: float) -> float:
    """Return the probability below a value before truncation; `missing` where there is no cut."""
    if value is None:
        return missing
    match distribution:
        case Normal(mean=mean, sd=sd):
            return STANDARD.cdf((value - mean) / sd)
        case LogNormal(median=median, sigma=sigma):
            return STANDARD.cdf((log(value) - log(median)) / sigma) if value > 0.0 else 0.0
        case Beta(shapes=(alpha, beta)):
            from scipy.special import betainc  # scipy is slow to load, and few scenarios need it

            return float(betainc(alpha, beta, _clip(value, 0.0, 1.0)))
    raise TypeError(f"no cumulative distribution for {type(distribution).__name__}")


def _open_quantile(distribution: Truncatable, p: float) -> float:
    p = _clip(p, 1e-300, 1.0 - 2.0**-53)
    match distribution:
        case Normal(mean=mean, sd=sd):
            return mean + sd * STANDARD.inv_cdf(p)
        case LogNormal(median=median, sigma=sigma):
            return median * exp(sigma * STANDARD.inv_cdf(p))
        case Beta(shapes=(alpha, beta)):
            return _beta_quantile(alpha, beta, p)
    raise TypeError(f"no quantile for {type(distribution).__name__}")


def _beta_quantile(alpha: float, beta: float, p: float) -> float:
    from scipy.special import betaincinv  # scipy is slow to load, and few scenarios need it

    return float(betaincinv(alpha, beta, p))


def _discrete(values: tuple[float, ...], weights: tuple[float, ...], u: float) -> float:
    target = u * sum(weights)
    reached = 0.0
    for value, weight in zip(values, weights, strict=True):
        reached += weight
        if weight > 0.0 and target <= reached:
            return value
    return next(value for value, weight in zip(reversed(values), reversed(weights), strict=True) if weight > 0.0)
