"""The logistics network as data: the ports, straits and airports that lanes pass, and the hubs abroad.

Markets name the nodes on their way and the lanes from the hubs that serve them
(`simulator.scenario.profiles.MarketProfile`); an event that closes a node hits every lane that passes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from simulator import facts

Positive = Annotated[float, Field(gt=0.0, lt=1e6)]
NonNegative = Annotated[float, Field(ge=0.0, lt=1e6)]


class Frozen(BaseModel):
    """Immutable and closed: an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Name(Frozen):
    """A name in the product's two languages."""

    en: str
    zh: str


class Node(Frozen):
    """A place that shipments pass and that an event can close."""

    kind: Literal["port", "strait", "airport", "hub"]
    country: str | None
    """ISO 3166; None at sea."""
    name: Name


class Hub(Frozen):
    """A warehouse abroad whose stock serves several markets by parcel."""

    name: Name
    country: str
    """ISO 3166."""
    in_market: tuple[str, ...]
    """Markets of the hub's own customs territory: its stock is imported there; elsewhere a parcel is an import."""
    nodes: tuple[str, ...]
    """Nodes from the origin to the hub, the hub's own last."""
    weeks: Positive
    """Factory gate to the hub's shelf, production excluded."""
    freight_usd_kg: NonNegative
    """Freight of stock to the shelf of the hub, duty and tax excluded."""
    sea_km: NonNegative
    road_km: NonNegative
    """From the port of origin to the port of the hub, and on to its shelf."""
    storage_usd_m3_month: NonNegative
    handling_usd: NonNegative
    """Picking and packing, per unit."""


@lru_cache(maxsize=1)
def nodes() -> Mapping[str, Node]:
    """Return the nodes by key."""
    return MappingProxyType({key: Node(**node) for key, node in facts.load("network").values["nodes"].items()})


@lru_cache(maxsize=1)
def hubs() -> Mapping[str, Hub]:
    """Return the hubs by the code that a strategy names (``logistics.hub``)."""
    return MappingProxyType({key: Hub(**hub) for key, hub in facts.load("network").values["hubs"].items()})
