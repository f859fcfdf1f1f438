"""The entrant, and what the lessons change about consumers: parts of a scenario that no strategy moves."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from simulator.scenario.names import MAX_VARIANTS, FrozenDict, Map
from simulator.scenario.profiles import Frozen
from simulator.scenario.strategy import Product

Taste = Annotated[float, Field(ge=-10.0, le=10.0)]
Units = Annotated[float, Field(ge=0.0, le=1e7)]
Cash = Annotated[float, Field(ge=0.0, le=1e12)]
UnitCost = Annotated[float, Field(gt=0.0, le=1e6)]
Weight = Annotated[float, Field(gt=0.0, le=1000.0)]
Shape = Annotated[float, Field(ge=0.01, le=100.0)]
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

    cash_usd: Cash
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
    taste_shapes: Map[Shape] = Field(default_factory=FrozenDict)
    """Of sellers, `entrant` or the key of a rival, whose persistent taste is the log of a Gamma of that shape; with any
    given, the others have none, and `taste_sd` is left out."""

    @model_validator(mode="after")
    def _one_law(self) -> Self:
        if self.taste_shapes and self.taste_sd is not None:
            raise ValueError("taste_sd and taste_shapes are both given; allowed: one of them")
        return self


PRODUCT_NUMBERS = ("unit_cost_usd", "weight_kg", "volume_l", "taste_position", "moq_units")
"""Numbers of the product `core`, which a scenario may also write under `seller.products.core`."""
