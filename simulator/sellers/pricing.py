"""Price rules: what consumers pay, tax included, USD."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulator.compiled import njit, rule
from simulator.exact import power

Floats = NDArray[np.float64]

INCOME_EXPONENT = 0.239
"""Prices rise by 18 % per doubling of income (DEFAULTS eq. 1)."""

FOLLOW_STEP = 0.25
"""Share of the gap to the wished price that a follower closes in a week (DEFAULTS eq. 10)."""

BEST_RESPONSE_STEP = 0.5
"""Share of the way to its best price that a best-responding seller goes in a week (assumption: prices are looked at
once a week, and moved with caution)."""

PASS_THROUGH_SHARE = 0.6
"""Share of a change of landed cost that archetypes pass on (MODEL section 2; assumption)."""

PASS_THROUGH_WEEKS = 8
"""Weeks after which they do."""


@rule
def reference_price(price_us: float, income: float, income_us: float, vat_share: float, vat_share_us: float) -> float:
    """Return a market's reference price P_m, tax included, USD (DEFAULTS eq. 1).

    ``P · (income / income_us)^0.239 · (1 + VAT_m) / (1 + VAT_US)``; income is GDP per head at purchasing power.
    """
    return price_us * power(income / income_us, INCOME_EXPONENT) * (1.0 + vat_share) / (1.0 + vat_share_us)


@rule
def fixed_price(position: float, reference: float) -> float:
    """Return the price at a fixed position to the local reference price, USD."""
    return position * reference


@njit
def mean_listed(prices: Floats) -> Floats:
    """Return the mean over listed offers (nan: not listed), float64[F, M, K] -> float64[F, M]; nan: none is."""
    futures, markets, offers = prices.shape
    out = np.empty((futures, markets))
    for f in range(futures):
        for m in range(markets):
            total, n = 0.0, 0
            for k in range(offers):
                if not math.isnan(prices[f, m, k]):
                    total += prices[f, m, k]
                    n += 1
            out[f, m] = total / n if n else math.nan
    return out


@njit
def lowest_listed(prices: Floats) -> Floats:
    """Return the lowest price of listed offers (nan: not listed), float64[F, M, K] -> float64[F, M]; nan: none is."""
    futures, markets, offers = prices.shape
    out = np.full((futures, markets), np.nan)
    for f in range(futures):
        for m in range(markets):
            for k in range(offers):
                if not math.isnan(prices[f, m, k]) and not out[f, m] <= prices[f, m, k]:
                    out[f, m] = prices[f, m, k]
    return out


@rule
def follow_price(price: float, position: float, competitors: float) -> float:
    """Return the price a week later of a seller that follows its competitors, USD (DEFAULTS eq. 10).

    ``p ← p + .25 · (position · competitors − p)``; `competitors` is the mean price of the listings it follows
    (nan: none is listed, the price stays).

    Two sellers that follow each other fall as long as the product of their positions is below 1: with positions 1
    and .95 both lose .6 % a week, until the first stands on its floor and the other near it. That is the downward
    half of an Edgeworth cycle (Maskin and Tirole 1988); nobody here raises the price to start it again. The floors
    end it, not the rule: a seller that follows needs one (`not_below`).
    """
    if math.isnan(competitors):
        return price
    return price + FOLLOW_STEP * (position * competitors - price)


@rule
def promoted(price: float, off_share: float) -> float:
    """Return the price in a week with a promotion, USD."""
    return price * (1.0 - off_share)


@rule
def undercut_price(position: float, cheapest: float, otherwise: float) -> float:
    """Return the price of a seller that undercuts, USD: at once, ``position · cheapest`` (DEFAULTS eq. 10).

    Parameters
    ----------
    position : below 1 to undercut, 1 to match
    cheapest : lowest price of the listed competitors, nan: none is listed
    otherwise : price without a competitor

    Two that undercut each other end where the one with the higher floor stands on it, the other just below.
    """
    return otherwise if math.isnan(cheapest) else position * cheapest


@rule
def logit_price(price: float, break_even: float, reference: float, price_scale: float, conversion: float) -> float:
    """Return the price a week later of a seller that best-responds to logit demand, USD (Anderson and de Palma 1992).

    Against given prices of the others the profit ``(p − b) · s(p)`` of a logit is highest where
    ``p = b + P / (mu · (1 − s))``. As s falls when p rises, Newton's step to it is ``(1 − s)`` times the gap; half of
    it is made in a week, so that prices arrive whatever s is.

    Parameters
    ----------
    price : last week's, USD
    break_even : b, the price at which the seller earns nothing, tax included, USD; inf: none, the price stays
    reference : P, the market's reference price, USD
    price_scale : mu, utils per reference price
    conversion : s, last week's sales of all offers of the owner per need that considered them: the margin is the same
        for all of them (nan: not known yet, the price stays)

    Shoppers who differ answer as one with the mean s does; that, and s of different groups added up, is the seller's
    approximation, not the market's.
    """
    if math.isnan(conversion) or math.isinf(break_even):
        return price
    return price + BEST_RESPONSE_STEP * ((1.0 - conversion) * (break_even - price) + reference / price_scale)


@rule
def copied_cost(adder_usd: float, level: float, duty_share: float, vat_share: float, commission_share: float) -> float:
    """Return by how much a copied attribute lifts the price at which a rival earns nothing, USD, tax included.

    The factory's adder at full level, with duty, VAT and commission on top as for stock in the market.
    """
    return adder_usd * level * (1.0 + duty_share) * (1.0 + vat_share) / (1.0 - commission_share)


@rule
def archetype_price(position: float, reference: float, cost_change: float) -> float:
    """Return the price of an archetype, USD (MODEL section 2).

    `cost_change` is the relative change of its landed cost since the start, `PASS_THROUGH_WEEKS` weeks ago.
    """
    return position * reference * (1.0 + PASS_THROUGH_SHARE * cost_change)


@rule
def not_below(price: float, floor: float) -> float:
    """Return the price, raised to its floor, USD (DEFAULTS eq. 10).

    An infinite floor binds nothing: no price would cover the costs, and whether to leave is the exit rule's affair.
    """
    if math.isinf(floor):
        return price
    return max(price, floor)
