"""What the factory charges for a unit: options, experience, evenness, order size. USD, without tax."""

from __future__ import annotations

import math

from simulator.compiled import rule
from simulator.exact import log, power

BREAK_UNITS_1, BREAK_UNITS_2 = 2_000.0, 10_000.0
BREAK_FACTOR_1, BREAK_FACTOR_2 = 0.95, 0.90
"""Order sizes and the price relative to an order of 500 (assumption: smaller orders pay the price of 500)."""

LN_2 = 0.6931471805599453


@rule
def product_cost(
    unit_usd: float,
    tier_cost: float,
    health: float,
    health_usd: float,
    green: float,
    green_usd: float,
    traceable: float,
    traceable_usd: float,
) -> float:
    """Return the cost of one unit before experience and order size, USD.

    `unit_usd` is the standard tier's; options count from 0 (none) to 1 (full) times their adder.
    """
    return unit_usd * tier_cost + health * health_usd + green * green_usd + traceable * traceable_usd


@rule
def experience_factor(units: float, experience_units: float, experience_share: float) -> float:
    """Return the cost relative to the start after `units` more were produced (Wright 1936; DEFAULTS section 2).

    ``((V0 + v) / V0)^(log2 0.92)``: 8 % less per doubling of the factory's experience V0.
    """
    return power((experience_units + units) / experience_units, log(experience_share) / LN_2)


@rule
def variation(weeks: float, total: float, squares: float) -> float:
    """Return the coefficient of variation of `weeks` numbers from their sum and the sum of their squares."""
    return math.sqrt(max(weeks * squares - total * total, 0.0)) / total


@rule
def evenness_factor(variation: float, usual: float, cost_share: float) -> float:
    """Return the cost relative to that at the usual variation of output: ``1 + k · (CV − CV0)``.

    Of an output that is normal around its mean the part φ(0)·CV = .4·CV lies above it: made in overtime, while as much
    lies idle in other weeks. k is that part × the share of labour in the cost × the premium of overtime.
    """
    return 1.0 + cost_share * (variation - usual)


@rule
def order_factor(units: float) -> float:
    """Return the price relative to the base by the size of one order: 500 / 2,000 / 10,000 -> 1.00 / .95 / .90."""
    if units >= BREAK_UNITS_2:
        return BREAK_FACTOR_2
    if units >= BREAK_UNITS_1:
        return BREAK_FACTOR_1
    return 1.0


@rule
def unit_cost(product_usd: float, factory: float, order: float, certificates_usd: float) -> float:
    """Return what one unit of an order costs, USD: the factory's price and the certificates' fee per unit.

    `factory` is the factor of experience and evenness, `order` that of the order's size.
    """
    return product_usd * factory * order + certificates_usd
