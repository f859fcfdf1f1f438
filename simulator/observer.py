"""Writes each week into the records; figures are computed from them later (`simulator.outcomes`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.consumers.columns import Tallies
from simulator.consumers.demand import UNIT
from simulator.ledger import INDEX, Ledger
from simulator.sellers.advertising import attributed_share
from simulator.sellers.books import Books
from simulator.sellers.capabilities import Capabilities
from simulator.sellers.entrant import Entrant
from simulator.sellers.levers import Levers
from simulator.sellers.warehouse import Warehouse, to_houses
from simulator.views import ENTRANT, SAMPLING_GROUPS, BusinessWeek, Quote, Reach, Records, Sales, Shelf
from simulator.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


LANDED = ("cost_of_goods", "parcel_freight", "parcel_duty", "packaging", "carbon_border")
"""Accounts of what a unit costs at the buyer's door."""


class Observer:
    """Collects the records of one strategy."""

    def __init__(self, world: World, strategy: str, weeks: int) -> None:
        self.world, self.strategy = world, strategy
        shape = world.needs_week.shape
        by_week, by_seller = (weeks, *shape), (weeks, *shape, 1 + len(world.rivals))
        self.funnel: Ints = np.zeros((*shape, 6, 13), np.int64)
        self._units, self._revenue, self._price = (
            np.zeros(by_seller, np.int64),
            np.zeros(by_seller),
            np.zeros(by_seller),
        )
        self._whole: dict[str, Any] = {
            name: np.zeros(by_week, np.int64) for name in ("needs", "stock", "misplaced", "demand")
        }
        self._floats: dict[str, Any] = {
            name: np.zeros(by_week) for name in ("awareness", "visibility", "rating", "ad_usd", "ad_attributed")
        }
        self._sums: dict[str, Any] = {
            name: np.zeros(shape, np.int64) for name in ("delivered", "on_time", "returned", "stock_wanted")
        }
        self._groups: Floats = np.zeros((*shape, SAMPLING_GROUPS))
        self._insolvent: Ints = np.full(shape[0], -1, np.int64)
        self._business: Ints = np.zeros(by_week, np.int64)
        self._trade: dict[str, Any] = {
            name: np.zeros(shape, np.int64)
            for name in ("business_requests", "business_bids", "business_won", "business_alone_units", "grey_units")
        }
        self._variants: Ints = np.zeros((*shape, len(world.variants)), np.int64)

    def insolvent(self, week: int, futures: NDArray[np.bool_]) -> None:
        """Note the futures in which the firm ran out of money this week."""
        self._insolvent[futures & (self._insolvent < 0)] = week

    def week(
        self, week: int, needs: Ints, units: Ints, shelf: Shelf, reach: Reach, sales: Sales, quote: Quote,
        rival_prices: Floats, rival_listed: NDArray[np.bool_], stars: Floats, warehouse: Warehouse, levers: Levers,
        tallies: Tallies,
    ) -> None:  # fmt: skip
        """Record one week."""
        variants, total = len(self.world.variants), levers.markets
        kept = sales.sold - sales.refused
        sold = total(kept)
        self._units[week, :, :, 0] = total(sales.sold)
        self._variants += sales.sold.reshape(self._variants.shape)
        self._units[week, :, :, 1:] = units[:, :, variants:-1]
        paid = total(quote.price * kept)
        core = levers.core(quote.price)
        # A listing that sells its core product alone shows that price, to the last bit.
        price = core + total((quote.price - levers.cells(core)) * kept) / np.maximum(sold, 1)
        self._price[week, :, :, 0] = np.where(shelf.listed, price, np.nan)
        self._price[week, :, :, 1:] = np.where(rival_listed, rival_prices, np.nan)
        revenue = paid
        self._revenue[week, :, :, 0] = revenue
        self._revenue[week, :, :, 1:] = rival_prices * units[:, :, variants:-1]
        self._whole["needs"][week] = needs
        self._whole["demand"][week] = total(sales.demand)
        self._whole["stock"][week] = total(warehouse.units)
        self._whole["misplaced"][week] = total(warehouse.misplaced)
        asked = to_houses(sales.demand * ~levers.on_demand, levers.house)
        self._sums["stock_wanted"] += total(asked * (warehouse.units > 0))
        credited = attributed_share(reach.ads, reach.organic, reach.awareness)
        values = {
            "awareness": reach.awareness, "visibility": reach.visibility,
            "rating": np.where(shelf.listed, stars, np.nan), "ad_usd": reach.spent_usd,
            "ad_attributed": revenue * credited,
        }  # fmt: skip
        for name, value in values.items():
            self._floats[name][week] = value
        self._sums["delivered"] += sold
        self._sums["on_time"] += total(sales.on_time)
        self._sums["returned"] += total(sales.returned)
        polled = tallies.groups[:, :, :, 1]
        share = tallies.groups[:, :, :, 0] * UNIT / np.maximum(polled, 1)
        self._groups += np.where(polled > 0, share, 0.0) * needs[:, :, None]

    def business(self, week: int, done: BusinessWeek, grey: Ints) -> None:
        """Record a week with business buyers, and the leaked units that shoppers bought, int64[F, M]."""
        self._business[week] = done.delivered
        for name in ("requests", "bids", "won"):
            self._trade[f"business_{name}"] += getattr(done, name)
        self._trade["business_alone_units"] += done.alone
        self._trade["grey_units"] += grey

    def records(self, ledger: Ledger, entrant: Entrant, incidents: Ints, books: Books, co2_kg: Floats) -> Records:
        """Return the whole record of the run; `co2_kg`: by market and part."""
        total = entrant.levers.markets
        entries = ledger.entries
        sold = self._units[:, :, :, 0].sum(axis=0)
        spent = entries[:, :, :-1, [INDEX[name] for name in LANDED]]
        landed = spent.sum(axis=(0, 3)) / 100.0
        warehouse = entrant.warehouse
        stock = total(warehouse.cents + warehouse.cents_on_the_way())  # what was paid for is worth as much on its way
        worth = np.minimum(stock, np.floor(stock * books.salvage)) / 100.0
        return Records(
            strategy=self.strategy, replications=self.world.batch.replications, markets=self.world.batch.codes,
            sellers=(ENTRANT, *self.world.rivals), units=self._units, revenue_usd=self._revenue,
            price_usd=self._price, **self._whole, **self._floats, funnel=self.funnel, ledger=entries,
            received_units=total(warehouse.received), leftover_units=total(entrant.leftover),
            lost_units=total(warehouse.lost), seized_units=total(warehouse.seized), **self._sums,
            incidents=incidents, landed_cost_usd=np.where(sold > 0, landed / np.maximum(sold, 1), np.nan),
            group_units=self._groups, insolvent_week=self._insolvent, first_sale_week=entrant.listed_since,
            end_stock_units=total(warehouse.units), end_stock_value_usd=worth, co2_kg=co2_kg,
            business_units=self._business, **self._trade, response_seconds=self._response(entrant.capabilities),
            variant_units=self._variants, variants=self.world.variants,
        )  # fmt: skip

    def _response(self, capabilities: Capabilities) -> Floats:
        """Return the median seconds to an answer: a fixed share of buyers asks, so questions come as units are sold."""
        units = self._units[:, :, :, 0]
        machine, sold = np.zeros(units.shape[1:]), units.sum(axis=0)
        for week, of_week in enumerate(units):
            machine += of_week * capabilities.answered(week)
        median = capabilities.answers.median_seconds(machine / np.maximum(sold, 1))
        return np.where(sold > 0, median, np.nan)
