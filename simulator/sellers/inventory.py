"""Orders of stock: up to a level over lead time and review week, whole lots, cash permitting (DEFAULTS eq. 8).

Units are whole numbers held as float64.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import njit, rule
from simulator.exact import normal_quantile

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@rule
def order_up_to(forecast: float, sd: float, lead: float, service_level: float) -> float:
    """Return the level S of the base-stock policy, units.

    ``forecast + z · sd · √(lead + 1)``; `forecast` covers ``lead + 1`` weeks, `sd` is one week's, z the normal
    quantile of the service level.
    """
    return forecast + normal_quantile(service_level) * sd * math.sqrt(lead + 1.0)


WANING_WEEKS = 12.0
"""Weeks before the end of a life from which a machine wants less safety stock (assumption)."""


@rule
def waning_service(service_level: float, weeks_left: float) -> float:
    """Return the service level that is aimed at so many weeks before the end of a life: one half at its end."""
    if weeks_left >= WANING_WEEKS:
        return service_level
    return 0.5 + (service_level - 0.5) * max(weeks_left, 0.0) / WANING_WEEKS


@rule
def lot(level: float, position: float, moq: float) -> float:
    """Return the units to order: what lacks up to the level, at least the MOQ, nothing below half of it.

    `position` is stock on hand and on the way.
    """
    need = math.floor(level - position + 0.5)
    if need <= 0.0 or need < 0.5 * moq:
        return 0.0
    return max(need, moq)


@rule
def first_lot(plan_units: float, moq: float) -> float:
    """Return the first order, units: the plan of the first weeks on the shelf, at least the MOQ (DEFAULTS eq. 11)."""
    return max(math.floor(plan_units + 0.5), moq)


@rule
def spendable(cash_usd: float, credit_usd: float, reserve_usd: float) -> float:
    """Return what may be spent on stock, USD: cash and credit less the reserve, not below 0."""
    return max(cash_usd + credit_usd - reserve_usd, 0.0)


@njit
def within_cash(lots: Floats, unit_cash: Floats, spendable: Floats, moq: Floats) -> Ints:
    """Scale the lots of a week down to what can be paid, all by the same share, so no market comes first.

    Parameters
    ----------
    lots : float64[F, M]
        Units wished.
    unit_cash : float64[F, M]
        Cash paid at order per unit: product, freight, duty, import VAT, USD.
    spendable : float64[F]
        USD.
    moq : float64[F, M]
        A scaled lot below half of it is not ordered.

    Returns
    -------
    int64[F, M], units
    """
    futures, markets = lots.shape
    out = np.zeros((futures, markets), np.int64)
    for f in range(futures):
        wished = 0.0
        for m in range(markets):
            wished += lots[f, m] * unit_cash[f, m]
        share = 1.0 if wished <= spendable[f] else spendable[f] / wished
        for m in range(markets):
            units = math.floor(lots[f, m] * share)
            if units >= 0.5 * moq[f, m]:
                out[f, m] = int(units)
    return out
