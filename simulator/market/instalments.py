"""Paying in monthly instalments free of interest: what it makes a price feel like, and what it costs the seller."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.compiled import rule
from simulator.exact import power
from simulator.scenario.profiles import PAYMENT_METHODS

Floats = NDArray[np.float64]

BIT = 1 << PAYMENT_METHODS.index("instalments")
"""Of a wallet, or of the methods that an offer takes."""


@rule
def parts(basket_usd: float, least_usd: float, most: float) -> float:
    """Return into how many instalments a basket is split: as many as are at least `least_usd`, and at most `most`."""
    number = min(np.floor(basket_usd / least_usd), most)
    return number if number >= 2.0 else 0.0


@rule
def felt_surcharge(number: float, discount_month_share: float) -> float:
    """Return by what part a price paid at once feels dearer than in `number` monthly instalments, the first in a month.

    ``n / a - 1`` with the annuity ``a = (1 - (1 + r)^-n) / r``, r what a month of waiting is worth to the household.
    """
    if number < 2.0 or discount_month_share <= 0.0:
        return 0.0
    annuity = (1.0 - power(1.0 + discount_month_share, -number)) / discount_month_share
    return number / annuity - 1.0


def surcharge(batch: Batch, reference_usd: Floats) -> Floats:
    """Return the felt surcharge at the reference price float64[F, M]; 0 where nobody pays in instalments."""
    number = _parts(batch, reference_usd)
    return np.asarray(felt_surcharge(number, batch.behaviour("instalment_discount_month_share")))


def fee(batch: Batch, reference_usd: Floats, accepted: NDArray[np.int64]) -> Floats:
    """Return the fee of being paid at once, as a share of a store's sales, float64[F, M].

    Parameters
    ----------
    accepted : int64[M]
        Methods that the seller takes, as a bit mask.
    """
    taken = _used(batch) * ((accepted & BIT) > 0)
    return taken * batch.behaviour("instalment_fee_share") * _parts(batch, reference_usd)


def _parts(batch: Batch, reference_usd: Floats) -> Floats:
    """Return the instalments of a basket at the reference price, float64[F, M]."""
    behaviour = batch.behaviour
    number = parts(reference_usd, behaviour("instalment_least_usd"), behaviour("instalments_most"))
    return np.asarray(number) * (_used(batch) > 0.0) * batch.scenario.on("instalments")


def _used(batch: Batch) -> Floats:
    """Return the share of online payments that are made in instalments, float64[F, M]."""
    return np.array([[profile.payment_mix.get("instalments", 0.0) for profile in row] for row in batch.markets])
