"""Advertising: budgets, and the contacts that they buy with people who have a need this week (DEFAULTS eq. 4)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import njit, rule
from simulator.exact import exp, power

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


# ---------------------------------------------------------------------------------------------- reference
@rule
def reference_spend(tacos_share: float, reference_share: float, needs_week: float, reference_price: float) -> float:
    """Return the weekly spend S° of a reference seller, USD: TACOS of its share of the category's weekly value."""
    return tacos_share * reference_share * needs_week * reference_price


@rule
def contact_cost(acos_share: float, reference_price: float, conversion: float) -> float:
    """Return the cost k of a contact, USD: at the market's ACOS a neutral offer that converts at c* earns it back."""
    return acos_share * reference_price * conversion


@rule
def channel_reference(spend: float, in_marketplace: float, in_store: float, web_share: float) -> float:
    """Return the reference spend of a listing's channels, USD: S° in the marketplace, ``S° · web_share`` in a store."""
    return spend * (in_marketplace + web_share * in_store)


@rule
def store_part(in_marketplace: float, in_store: float, web_share: float) -> float:
    """Return the share of a market's budget that advertises the store, in proportion to the reference spends."""
    total = in_marketplace + web_share * in_store
    return web_share * in_store / total if total > 0.0 else 0.0


# ------------------------------------------------------------------------------------------------ budgets
@njit
def split_budget(budget: Floats, reference: Floats, live: Flags, cap_factor: Floats) -> Floats:
    """Split the firm's budget over its live markets by reference spend, each up to a cap; the rest is not spent.

    Parameters
    ----------
    budget : float64[F, M]
        USD a week in total, as each market has it.
    reference : float64[F, M]
        S° of the listing's channels (`channel_reference`), USD a week.
    live : bool[F, M]
        Markets where the entrant is listed and may advertise.
    cap_factor : float64[F, 1]
        Most that a market can use, in reference spends (2).

    Returns
    -------
    float64[F, M], USD a week; 0 where not live.
    """
    futures, markets = reference.shape
    out = np.zeros((futures, markets))
    for f in range(futures):
        total = 0.0
        for m in range(markets):
            if live[f, m]:
                total += reference[f, m]
        if total <= 0.0:
            continue
        for m in range(markets):
            if live[f, m]:
                out[f, m] = min(budget[f, m] * reference[f, m] / total, cap_factor[f, 0] * reference[f, m])
    return out


@rule
def capped_budget(budget: float, reference: float, cap_factor: float) -> float:
    """Return a market's own budget, up to what the market can use, USD a week."""
    return min(budget, cap_factor * reference)


@rule
def tacos_budget(share: float, revenue: float, fixed_budget: float, launching: float, has_history: float) -> float:
    """Return the budget of the tacos rule, USD a week (DEFAULTS eq. 10).

    Parameters
    ----------
    share : wished ads / revenue
    revenue : mean of the last four weeks, USD
    fixed_budget : spent before there is revenue, and the least while launching, USD a week
    launching, has_history : 0 or 1; within the launch weeks; four weeks of sales are known
    """
    if not has_history:
        return fixed_budget
    wished = share * revenue
    return max(wished, fixed_budget) if launching else wished


ACOS_STEP_LOW, ACOS_STEP_HIGH = 0.8, 1.25
"""Bounds of the weekly change of a budget that follows its ACOS (DEFAULTS eq. 10)."""


@rule
def acos_budget(budget: float, fixed_budget: float, measured: float, target: float) -> float:
    """Return the budget of the acos rule a week later, USD: ``budget · clip(target / measured, .8, 1.25)``.

    It starts at the fixed budget (`budget` NaN) and stays while nothing is measured (`measured` NaN).
    """
    if math.isnan(budget):
        return fixed_budget
    if math.isnan(measured) or measured <= 0.0:
        return budget
    return budget * min(max(target / measured, ACOS_STEP_LOW), ACOS_STEP_HIGH)


# ----------------------------------------------------------------------------------------------- contacts
@rule
def contacts(spend: float, reference: float, cost: float, exponent: float, quality: float) -> float:
    """Return the contacts that a spend buys in a week, concave in the spend (DEFAULTS eq. 4).

    ``S°/k · (S/S°)^β · quality``; for a store, `reference` is ``S° · web_share`` and `cost` is 1.5 k.
    """
    if spend <= 0.0 or reference <= 0.0:
        return 0.0
    return reference / cost * power(spend / reference, exponent) * quality


@rule
def reach(contacts: float, needs: float) -> float:
    """Return a, the share of this week's needs that meet the advertisement: ``1 − exp(−contacts / needs)``.

    `needs` are those that the channel can reach: all in the marketplace, ``web_share · needs`` in a store.
    """
    if needs <= 0.0:
        return 0.0
    return 1.0 - exp(-contacts / needs)


@rule
def attributed_share(reach: float, visibility: float, awareness: float) -> float:
    """Return the share of revenue credited to advertising: ``a / (v + a + A)``; 0 where nobody looks."""
    total = visibility + reach + awareness
    return reach / total if total > 0.0 else 0.0
