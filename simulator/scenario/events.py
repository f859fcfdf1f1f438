"""Shocks that a scenario announces: dated, or drawn between two days."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from simulator.scenario.names import Name
from simulator.scenario.profiles import Frozen
from simulator.scenario.strategy import MarketCode

Factor = Annotated[float, Field(gt=0.0, le=100.0)]


class Drawn(Frozen):
    """A day drawn evenly between two, if the event happens at all."""

    between: tuple[datetime.date, datetime.date]
    probability: Annotated[float, Field(ge=0.0, le=1.0)]


class Shock(Frozen):
    """What every event has."""

    key: Name | None = None
    market: MarketCode | None = None
    """Null: everywhere."""
    date: datetime.date | None = None
    drawn: Drawn | None = None
    announced_weeks: Annotated[int, Field(ge=0, le=104)] = 0
    reverses_after_weeks: Annotated[int, Field(ge=1, le=520)] | None = None
    reversal_probability: Annotated[float, Field(ge=0.0, le=1.0)] = 1.0

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if (self.date is None) == (self.drawn is None):
            raise ValueError("an event needs either `date` or `drawn: {between: [day, day], probability: p}`")
        if self.drawn is not None and self.drawn.between[0] > self.drawn.between[1]:
            raise ValueError("`between` must name the earlier day first")
        return self


class Tariff(Shock):
    """Change of the duty share."""

    kind: Literal["tariff"]
    change: Annotated[float, Field(ge=-1.0, le=5.0)]


class Exchange(Shock):
    """Factor on the local price of a dollar."""

    kind: Literal["fx"]
    factor: Factor


class Freight(Shock):
    """Factor on freight, of one lane or of all."""

    kind: Literal["freight"]
    factor: Factor
    lane: str | None = None


class PortClosure(Shock):
    """A node through which nothing passes."""

    kind: Literal["port_closure"]
    node: str
    weeks: Annotated[int, Field(ge=1, le=104)]


class PlatformFee(Shock):
    """Change of the commission share."""

    kind: Literal["platform_fee"]
    change: Annotated[float, Field(ge=-1.0, le=1.0)]


class DemandShock(Shock):
    """Factor on needs."""

    kind: Literal["demand"]
    factor: Factor


class RivalEntry(Shock):
    """A new close rival, like one that there is."""

    kind: Literal["rival_entry"]
    like: Name


class RuleChange(Shock):
    """A rule of the calendar that starts."""

    kind: Literal["rule"]
    key: Name


Event = Annotated[
    Tariff | Exchange | Freight | PortClosure | PlatformFee | DemandShock | RivalEntry | RuleChange,
    Field(discriminator="kind"),
]
