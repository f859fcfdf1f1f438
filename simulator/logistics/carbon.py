"""Greenhouse gases of one unit by cell: making it, carrying it to its shelf and to the shopper. kg CO2e.

Freight is ``load · km · kg per tonne-km`` for each mode on the way (GLEC Framework, ISO 14083), from the port or
airport of origin on. Light goods fill planes and containers before they weigh them down: they count as if they
weighed a least density.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.compiled import rule
from simulator.logistics.lanes import Route, lane_numbers
from simulator.network import hubs

Floats = NDArray[np.float64]


@rule
def embodied_carbon(carbon_kg: float, tier_cost: float, green: float, saving_share: float) -> float:
    """Return the carbon of making a unit, kg CO2e: a dearer tier holds more material and work, a green one less."""
    return carbon_kg * tier_cost * (1.0 - green * saving_share)


@rule
def load_kg(weight_kg: float, volume_l: float, least_kg_m3: float) -> float:
    """Return what a unit counts for in freight, kg: its weight, or that of its room at the least density."""
    return max(weight_kg, volume_l / 1000.0 * least_kg_m3)


@rule
def freight_carbon(load: float, km: float, kg_tkm: float) -> float:
    """Return the carbon of carrying a load of kg over a distance, kg CO2e."""
    return load / 1000.0 * km * kg_tkm


@dataclass(frozen=True, eq=False)
class UnitCarbon:
    """What one unit emits in a strategy, kg CO2e, float64[F, C]."""

    product: Floats
    """Made at the factory."""
    inbound: Floats
    """Stock, to the shelf in the market or in the hub; 0 from home and from the pool."""
    parcel: Floats
    """From home, the pool or the hub to the depot near the shopper; 0 from local stock."""
    lot_sea: Floats
    lot_air: Floats
    """A business lot from abroad by sea and by air, to the buyer."""
    lot_road: Floats
    """A business lot out of the warehouse in the market."""
    last_mile: Floats
    """From the depot to the door."""

    @classmethod
    def of(cls, batch: Batch, route: Route) -> UnitCarbon:
        """Return the carbon of a strategy's units on its ways."""
        cells, number = route.cells, batch.behaviour
        in_the_air = load_kg(route.weight_kg, route.volume_l, number("air_load_kg_m3"))
        on_the_ground = load_kg(route.weight_kg, route.volume_l, number("surface_load_kg_m3"))

        def by_sea(km: Floats | float) -> Floats:
            return np.asarray(freight_carbon(on_the_ground, km, number("sea_carbon_kg_tkm")))

        def by_air(km: Floats | float) -> Floats:
            return np.asarray(freight_carbon(in_the_air, km, number("air_carbon_kg_tkm")))

        def by_road(km: Floats | float) -> Floats:
            return np.asarray(freight_carbon(on_the_ground, km, number("road_carbon_kg_tkm")))

        road = by_road(cells(batch.market("inland_km")))
        sea = by_sea(cells(batch.market("sea_km"))) + road
        air = by_air(cells(batch.market("air_km"))) + road
        local = cells(route.of("local"))
        inbound = np.where(local, np.where(cells(route.air), air, sea), 0.0)
        parcel = np.where(local, 0.0, air)
        for m, code in enumerate(route.hub):
            if route.mode[m] != "hub":
                continue
            hub, at = hubs()[code], slice(m * route.variants, (m + 1) * route.variants)
            inbound[:, at] = (by_sea(hub.sea_km) + by_road(hub.road_km))[:, at]
            lane = {field: cells(lane_numbers(batch, code, field)) for field in ("air_km", "road_km")}
            parcel[:, at] = (by_air(lane["air_km"]) + by_road(lane["road_km"]))[:, at]
        return cls(
            product=route.carbon_kg, inbound=inbound, parcel=parcel, lot_sea=sea, lot_air=air, lot_road=road,
            last_mile=np.zeros_like(road) + number("last_mile_carbon_kg"),
        )  # fmt: skip
