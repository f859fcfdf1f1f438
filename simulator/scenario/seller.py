"""The entrant, and what the lessons change about consumers: parts of a scenario that no strategy moves."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from simulator.scenario.names import MAX_VARIANTS, FrozenDict, Map
from simulator.scenario.profiles import Frozen
from simulator.scenario.strategy import Product

Taste = Annotated[float, Field(ge=-10.0, le=10.0)]
Units = Annotated[float, Field(ge=0.0, le=1e7)]
UnitCost = Annotated[float, Field(gt=0.0, le=1e6)]
Weight = Annotated[float, Field(gt=0.0, le=1000.0)]
Volume = Annotated[float, Field(gt=0.0, le=10_000.0)]


class Variant(Product):
    """One product of the entrant; what it leaves out is the seller's."""

    unit_cost_usd: UnitCost | None = None
    weight_kg: Weight | None = None
    volume_l: Volume | None = None
    taste_position: Taste | None = None
    moq_units: Units | None = None


class Seller(Frozen):
    """The entrant: what does not depend on the strategy."""

    cash_usd: Annotated[float, Field(ge=0.0, le=1e12)]
    credit_limit_usd: Annotated[float, Field(ge=0.0, le=1e12)] = 0.0
    unit_cost_usd: UnitCost
    """Ex VAT, standard tier."""
    weight_kg: Weight
    volume_l: Volume
    quality: Annotated[float, Field(ge=-5.0, le=5.0)] = 0.0
    """b, as a share of the reference price; 0 = parity."""
    taste_position: Taste = 0.0
    """x, where the design stands on the market's axis of taste."""
    moq_units: Units | None = None
    """Smallest order; null: the behaviour's default."""
    products: Annotated[Map[Variant], Field(max_length=MAX_VARIANTS)] = Field(default_factory=FrozenDict)
    """Variants besides `core`, whose numbers stand above."""


class ConsumersOverride(Frozen):
    """What lessons change about consumers; null leaves the facts."""

    identical: bool = False
    """Everyone has the traits of the median shopper."""
    income_sigma: Annotated[float, Field(ge=0.0, le=2.0)] | None = None
    taste_sd: Annotated[float, Field(ge=0.0, le=10.0)] | None = None


PRODUCT_NUMBERS = ("unit_cost_usd", "weight_kg", "volume_l", "taste_position", "moq_units")
"""Numbers of the product `core`, which a scenario may also write under `seller.products.core`."""
