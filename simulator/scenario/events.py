"""Events of a scenario: dated, or drawn between two days.

An event holds from the first Monday on or after its day, or from the first week where its day lies before the start.
It holds to the end of the run, unless it reverses.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from simulator.scenario.names import Name
from simulator.scenario.profiles import Frozen, Node
from simulator.scenario.strategy import MarketCode

Factor = Annotated[float, Field(gt=0.0, le=100.0)]


class Drawn(Frozen):
    """A day drawn evenly between two, if the event happens at all."""

    between: tuple[datetime.date, datetime.date]
    probability: Annotated[float, Field(ge=0.0, le=1.0)]


class Shock(Frozen):
    """What every event has."""

    key: Name | None = None
    """Name of its luck: drawn events of one key happen and reverse together."""
    group: Name | None = None
    """Drawn events of one group exclude each other: their probabilities share out one draw."""
    market: MarketCode | None = None
    """Null: everywhere."""
    date: datetime.date | None = None
    drawn: Drawn | None = None
    announced_weeks: Annotated[int, Field(ge=0, le=104)] = 0
    """So many weeks before its start the sellers know of it."""
    reverses_after_weeks: Annotated[int, Field(ge=1, le=520)] | None = None
    """Weeks after its start in which it ends, with `reversal_probability`; nobody knows before."""
    reversal_probability: Annotated[float, Field(ge=0.0, le=1.0)] = 1.0

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if (self.date is None) == (self.drawn is None):
            raise ValueError("an event needs either `date` or `drawn: {between: [day, day], probability: p}`")
        if self.drawn is not None and self.drawn.between[0] > self.drawn.between[1]:
            raise ValueError("`between` must name the earlier day first")
        if self.group is not None and self.drawn is None:
            raise ValueError("only drawn events form a `group`; give `drawn: {between: [day, day], probability: p}`")
        if self.reverses_after_weeks is None and self.reversal_probability < 1.0:
            raise ValueError("`reversal_probability` needs `reverses_after_weeks`")
        return self

    @property
    def place(self) -> str:
        """Return the lane, node, rival or rule that the event is about; empty for a whole market."""
        return ""

    @property
    def luck(self) -> str:
        """Return the name of the event's draws: its key, else what it is, never how strong it is.

        Hence neither another event in the file nor another strength changes whether and when this one happens.
        """
        if self.key is not None:
            return f"key/{self.key}"
        days = self.date if self.drawn is None else "/".join(str(day) for day in self.drawn.between)
        return "/".join((type(self).__name__, self.market or "", self.place, str(days)))


class Tariff(Shock):
    """Change of the category's duty, on stock and on parcels that pay it (a flat parcel tax stays as it is)."""

    kind: Literal["tariff"]
    change: Annotated[float, Field(ge=-1.0, le=5.0)]


class Exchange(Shock):
    """Factor on the local price of a dollar, in all markets with the currency of the one that is named."""

    kind: Literal["fx"]
    factor: Factor


class Freight(Shock):
    """Factor on freight: of parcels, of stock by sea or by air, or of all."""

    kind: Literal["freight"]
    factor: Factor
    lane: Literal["parcel", "sea", "air"] | None = None

    @property
    def place(self) -> str:
        return self.lane or ""


class PortClosure(Shock):
    """A node of the network through which nothing passes: every lane over it waits until it opens."""

    kind: Literal["port_closure"]
    node: Node
    weeks: Annotated[int, Field(ge=1, le=104)]

    @property
    def place(self) -> str:
        return self.node


class PlatformFee(Shock):
    """Change of the marketplace's commission share."""

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

    @property
    def place(self) -> str:
        return self.like


class RuleChange(Shock):
    """A rule that may come (`simulator.regulations.rule_keys`) is put in force, where it names a market."""

    kind: Literal["rule"]
    key: Name

    @property
    def place(self) -> str:
        return self.key

    @property
    def luck(self) -> str:
        return f"rule/{self.key}"


Event = Annotated[
    Tariff | Exchange | Freight | PortClosure | PlatformFee | DemandShock | RivalEntry | RuleChange,
    Field(discriminator="kind"),
]
