"""Demand of a step as the engine draws it: Poisson around a lognormal mean, so that its mean and spread can be set.

``D ~ Poisson(mean * e^(s z - s^2 / 2))`` with z standard normal has ``sd^2 = mean + mean^2 (e^(s^2) - 1)``. In a
scenario s is `category.season.listing_noise_sd`; s = 0 leaves buyers who decide one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil, exp, log, log1p, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, pdtr

from simulator.consumers.demand import UNIT
from simulator.lessons import neutral

Floats = NDArray[np.float64]

MAX_LOG_SD = 1.0
"""Largest noise that a scenario may have."""
SHARE = 1.0 / 128.0
"""Of needs that want the entrant: so few that needs never run out."""
MIN_NEEDS = 8
"""Of a step, so that more demand than needs stays out of the question where the mean is small."""
REACH = 8.0
"""Standard deviations of z over which an expectation is summed; beyond lies 1e-15."""
_NODE = 0.2
"""Widest step of that sum; a finer one where a Poisson of large mean is narrow."""


def checked(mean: float, sd: float) -> None:
    """Raise ValueError where no noise gives that spread."""
    low, high = sqrt(mean), sqrt(mean + mean * mean * (exp(MAX_LOG_SD**2) - 1.0))
    if not low * (1.0 - 1e-9) <= sd <= high:
        raise ValueError(
            f"sd is {sd:.6g}; allowed with mean {mean:.6g}: from {ceil(low * 100.0) / 100.0:.2f} (its square root: "
            f"buyers decide one by one) to {int(high * 100.0) / 100.0:.2f}"
        )


@dataclass(frozen=True)
class Demand:
    """The distribution of a step's demand, units."""

    mean: float
    sd: float

    @property
    def log_sd(self) -> float:
        """Return s, the standard deviation of the log of the lognormal factor."""
        return sqrt(log1p(max(self.sd**2 - self.mean, 0.0) / self.mean**2))

    @cached_property
    def _means(self) -> tuple[Floats, Floats]:
        """Return Poisson means and their weights: the trapezoid rule, exact to rounding on such smooth bells."""
        s = self.log_sd
        narrow = 0.5 / (s * sqrt(self.mean * exp(4.0 * s))) if s > 0.0 else _NODE
        count = 2 * ceil(REACH / min(_NODE, narrow)) + 1
        z = np.linspace(-REACH, REACH, count)
        weights = np.exp(-0.5 * z * z)
        return self.mean * np.exp(s * z - 0.5 * s * s), weights / weights.sum()

    def cdf(self, units: float) -> float:
        """Return the probability of a demand of at most so many units."""
        means, weights = self._means
        return float(weights @ pdtr(units, means)) if units >= 0.0 else 0.0

    def quantile(self, probability: float) -> int:
        """Return the least number of units that demand stays within with that probability."""
        low, high = -1, ceil(self.mean)
        while self.cdf(high) < probability:
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.cdf(middle) >= probability else (middle, high)
        return high

    def sold(self, stock: int) -> float:
        """Return the mean of ``min(D, stock)``, units."""
        return self.moments(stock)[0]

    def moments(self, stock: int) -> tuple[float, float, float]:
        """Return the means of ``min(D, stock)``, of its square, and of its product with D."""
        means, weights = self._means
        within, one, two = (np.where(stock >= k, pdtr(max(stock - k, 0), means), 0.0) for k in (0, 1, 2))
        first = means * one + stock * (1.0 - within)
        square = means * means * two + means * one  # of D where D <= stock
        return (
            float(weights @ first),
            float(weights @ (square + stock * stock * (1.0 - within))),
            float(weights @ (square + stock * means * (1.0 - one))),
        )

    def probabilities(self, most: int) -> Floats:
        """Return the probabilities of 0 to `most` units, float64[most + 1]."""
        means, weights = self._means
        units = np.arange(most + 1.0)
        out = np.zeros(most + 1)
        for some in np.array_split(np.arange(len(means)), ceil(len(means) * (most + 1) / 1e6)):
            log_mean, log_units = np.log(means[some])[:, None], gammaln(units + 1.0)
            out += weights[some] @ np.exp(units * log_mean - means[some][:, None] - log_units)
        return out


def needs(demand: Demand) -> int:
    """Return the needs of a step in which the listing meets that demand."""
    return max(round(demand.mean / SHARE), MIN_NEEDS)


def share(demand: Demand) -> float:
    """Return the share of them that wants the listing."""
    return demand.mean / needs(demand)


def rounding(demand: Demand) -> float:
    """Return the largest relative error of the mean: a tally of the share rounds to half its unit."""
    return 0.5 * UNIT / share(demand)


def document(
    steps: int, demand: Demand, markets: tuple[str, ...] = (neutral.MARKET,), period_days: int = 7
) -> dict[str, Any]:
    """Return a neutral scenario in which a listing meets that demand every step in each market; stock binds.

    Only goods cost anything.
    """
    plain = neutral.document(steps, consumers=100)
    plain |= {"demand": "expected", "replications": 10_000, "period_days": period_days}
    steps_a_year = 52.0 * 7.0 / period_days
    place = plain["markets"][neutral.MARKET] | {
        "shoppers": needs(demand) * steps_a_year / neutral.NEEDS_PER_YEAR, "ecommerce_usd_year": 1e12, "sea_weeks": 1,
        "sea_usd_m3": neutral.NOTHING, "commission_share": 0.0, "fulfilment_usd": 0.0, "local_stock_setup_usd": 0.0,
    }  # fmt: skip
    plain["markets"] = dict.fromkeys(markets, place)
    plain["mechanisms"] |= {"stock": True, "listing_noise": True}
    plain["category"] |= {"entrant_constant": log(share(demand) / (1.0 - share(demand)))}
    plain["category"]["season"]["listing_noise_sd"] = demand.log_sd
    plain["category"]["market"] = {code: dict(plain["category"]["market"][neutral.MARKET]) for code in markets}
    plain["behaviour"] |= {
        "marketplace_payment_fee_share": 0.0, "market_setup_usd": 0.0, "market_usd_week": 0.0,
        "local_stock_usd_week": 0.0, "headquarters_usd_week": 0.0, "pool_setup_usd": 0.0, "pool_usd_week": 0.0,
    }  # fmt: skip
    plain["seller"] |= {"cash_usd": 1e12, "moq_units": 0.0}
    strategy = plain["strategies"][neutral.STRATEGY]
    strategy |= {"entry": dict.fromkeys(markets, 0), "logistics": {"mode": "local"}}
    return plain
