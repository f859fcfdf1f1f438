"""Lost sales: with one-for-one replenishment the share of lost demand is Erlang's B (Erlang 1917; Karush 1957).

Every unit of a base stock is on the shelf or on its way, as a line of Erlang's exchange is free or busy: of Poisson
demand with mean a over the lead time ``B(S, a) = (a^S / S!) / sum over k <= S of (a^k / k!)`` finds no unit, whatever
the law of the lead time. In the simulator the plan asks for the base stock and for no safety, steps are days, and each
day's orders replace what the day before has sold.
"""

from __future__ import annotations

from math import sqrt
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from simulator.lessons import neutral, noise
from simulator.lessons.choice import STANDARD_ERRORS
from simulator.lessons.lesson import Measured, Parameters
from simulator.model import MarketEntryModel

FUTURES = 300
STEPS = 520
"""Days: the longest run that there is."""
PRODUCTION_WEEKS, SEA_WEEKS = 2, 2
LEAD = 7 * (PRODUCTION_WEEKS + SEA_WEEKS)
"""Days from order to shelf."""
WAIT = LEAD + 0.5
"""Mean days from a sale until its unit is back: half a day until the order, and the lead."""
START = 6 * LEAD
"""Day from which sales count: the first order is there, and five lead times have mixed what is on its way."""
MIN_LOSSES = 100.0
"""Units lost in the whole sample, by Erlang; of fewer it could not tell a small share from none."""
MAX_SHARE = 0.5
"""Where more is lost, units come back in waves that a run is too short to forget: a shelf that is empty most of the
time sells whatever arrives at once."""

Floats = NDArray[np.float64]


class LostSales(Parameters):
    """Units that are on the shelf or on the way, and mean demand in the time from a sale until its unit is back."""

    base_stock: Annotated[int, Field(ge=1, le=100)] = 5
    mean_per_lead_time: Annotated[float, Field(ge=0.1, le=100.0)] = 3.0

    @model_validator(mode="after")
    def _measurable(self) -> Self:
        share = erlang_b(self.base_stock, self.mean_per_lead_time)
        lost = share * self.wanted * FUTURES
        if share > MAX_SHARE or lost < MIN_LOSSES:
            read = f"base_stock {self.base_stock} with mean_per_lead_time {self.mean_per_lead_time:g} would lose"
            read = f"{read} {share:.2g} of demand, {lost:.3g} units in all"
            raise ValueError(f"{read}; allowed: a share up to {MAX_SHARE:g}, and at least {MIN_LOSSES:g} units")
        return self

    @property
    def wanted(self) -> float:
        """Return the mean demand of a future in the days that count, units."""
        return self.mean_per_lead_time * (STEPS - START) / WAIT


PARAMETERS = LostSales


def erlang_b(units: int, mean: float) -> float:
    """Return the share of demand that is lost, by Erlang's recursion ``B(n) = a B(n-1) / (n + a B(n-1))``."""
    share = 1.0
    for n in range(1, units + 1):
        share = mean * share / (n + mean * share)
    return share


def expected(given: LostSales) -> dict[str, float]:
    """Return the lost share, and the units that are always on the shelf or on the way."""
    return {
        "lost_share": erlang_b(given.base_stock, given.mean_per_lead_time),
        "least_position": float(given.base_stock),
        "largest_position": float(given.base_stock),
    }


def simulated(given: LostSales) -> dict[str, Measured]:
    """Return what a run has lost, and the least and largest stock on the shelf and on the way after an order."""
    model = MarketEntryModel(neutral.scenario(_document(given)), neutral.STRATEGY, range(FUTURES))
    lost, wanted = np.zeros(FUTURES), np.zeros(FUTURES)
    way, positions = np.zeros(FUTURES, np.int64), []
    while model.week < model.weeks:
        arrived = model.entrant.warehouse.received[:, 0].copy()
        model.step()
        sold = model.deliveries.units[:, 0, 0]
        way += model.entrant.orders[:, 0] - (model.entrant.warehouse.received[:, 0] - arrived)
        positions.append(way + model.entrant.warehouse.units[:, 0] + sold)
        if model.week > START:
            wanted += model.deliveries.wanted[:, 0, 0]
            lost += model.deliveries.wanted[:, 0, 0] - sold
    return {
        "lost_share": Measured(float(lost.sum() / wanted.sum()), _luck(given, lost, wanted) + _steps(given)),
        "least_position": Measured(float(np.min(positions))),
        "largest_position": Measured(float(np.max(positions))),
    }


def _luck(given: LostSales, lost: Floats, wanted: Floats) -> float:
    """Return how far luck may take the lost share, from what was lost and wanted in each future, float64[F].

    Losses come in clusters, so their variance is the sample's, or at least that of losses that come one by one.
    """
    share = erlang_b(given.base_stock, given.mean_per_lead_time)
    error = lost - share * wanted
    variance = max(float(error.var()), given.wanted * share * (1.0 - share))
    reach = float(np.abs(error).max())
    return (STANDARD_ERRORS * sqrt(variance / FUTURES) + STANDARD_ERRORS**2 / 6.0 * reach / FUTURES) / given.wanted


def _steps(given: LostSales) -> float:
    """Return how far whole days and a rounded share of needs may move the lost share.

    A unit is back `LEAD` to ``LEAD + 1`` days after its sale, depending on the hour; units come back in the order of
    their sales. So the n-th sale takes place no later where waits are shorter, and the share lies between those of the
    shortest and of the longest wait, which are Erlang's. Most of that room is to spare: the mean wait is right.
    """
    share = erlang_b(given.base_stock, given.mean_per_lead_time)
    rounding = noise.rounding(_demand(given))
    waits = LEAD * (1.0 - rounding), (LEAD + 1.0) * (1.0 + rounding)
    return max(abs(erlang_b(given.base_stock, given.mean_per_lead_time * wait / WAIT) - share) for wait in waits)


def _demand(given: LostSales) -> noise.Demand:
    """Return the demand of a day: buyers decide one by one."""
    mean = given.mean_per_lead_time / WAIT
    return noise.Demand(mean, sqrt(mean))


def _document(given: LostSales) -> dict[str, Any]:
    """Return a market of days in which the plan of lead time and review is the base stock."""
    demand = _demand(given)
    plain = noise.document(STEPS, demand, period_days=1)
    plain["category"] |= {
        "lead_production_weeks": PRODUCTION_WEEKS, "reference_seller_share": noise.share(demand),
    }  # fmt: skip
    plain["markets"][neutral.MARKET]["sea_weeks"] = SEA_WEEKS
    plain["behaviour"] |= {
        "plan_share": given.base_stock / (LEAD + 1.0) / demand.mean, "plan_sd_share": 0.0,
        "first_order_weeks": LEAD + 1.0,
    }  # fmt: skip
    plain["strategies"][neutral.STRATEGY]["inventory"] = {"forecast": "plan"}
    return plain
