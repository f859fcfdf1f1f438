"""The entrant's side of business sales: what it bids, keeps ready, delivers and is paid. Variant `core` alone.

A lot leaves the warehouse that serves the market. From stock in the market the buyer has it at once; from abroad it
travels as one consignment, duty paid, by air where the time saved is worth it to buyers. Deliveries that are due come
before retail, down to a floor that the firm keeps back for its shoppers.
"""

from __future__ import annotations

import mesa
import numpy as np
from numpy.typing import NDArray

from simulator.business.bids import proof
from simulator.business.demand import STREAMS, BusinessDemand
from simulator.calendar import NEVER
from simulator.compiled import rule
from simulator.logistics.landed_cost import net_of_vat, parcel_freight, sea_freight
from simulator.logistics.lanes import Lanes, Route
from simulator.market.listing import Listing
from simulator.market.platform import NEUTRAL_STARS
from simulator.sellers.books import Books
from simulator.sellers.entrant import Entrant
from simulator.sellers.warehouse import ration, to_houses
from simulator.startup import prefixes
from simulator.terms import TradeTerms
from simulator.views import BusinessOffer, BusinessWeek

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@rule
def flies(extra_usd: float, weeks_saved: float, week_usd: float) -> float:
    """Say whether a lot from abroad flies, 1 or 0: where that costs no more than the weeks saved are worth to buyers.

    Parameters
    ----------
    extra_usd
        Freight of a unit by air less that by sea.
    week_usd
        Worth of a week to a buyer of median weights.
    """
    return 1.0 if extra_usd <= weeks_saved * week_usd else 0.0


class Wholesale:
    """Trade of one strategy with business buyers, in F futures, M markets and C cells.

    Parameters
    ----------
    terms : `TradeTerms` of the markets
    on_time : float64[F, M]
        Share of retail deliveries on time.
    listing : `Listing`
        Whose reviews are a reference to firms.

    Attributes
    ----------
    demand : `BusinessDemand`
    flies : bool[F, M]
        Lots from abroad go by air.
    """

    def __init__(
        self, model: mesa.Model, entrant: Entrant, books: Books, lanes: Lanes, route: Route, terms: TradeTerms,
        on_time: Floats, listing: Listing,
    ) -> None:  # fmt: skip
        batch, levers = entrant.world.batch, entrant.levers
        self.entrant, self.books, self._terms, self._on_time = entrant, books, terms, on_time
        self._listing, self._proof_reviews = listing, batch.behaviour("b2b_proof_reviews")
        self.demand = BusinessDemand(model, batch, {name: prefixes(batch, name) for name in STREAMS})
        core, number = levers.core, batch.behaviour
        self._made = core(levers.on_demand) | (not entrant.replenishment.bounded)
        self._shape = entrant.listed_since.shape
        self._floor_weeks, self._spare_weeks = number("b2b_floor_weeks"), number("b2b_spare_weeks")
        self._fee = number("b2b_fee_factor") * core(lanes.commission_share)  # by week
        abroad = ~levers.local_stock
        sea = sea_freight(core(route.volume_l), batch.market("sea_usd_m3"), batch.market("sea_door_factor"))
        air = parcel_freight(core(route.weight_kg), batch.market("air_usd_kg"), 0.0)
        saved = batch.market("sea_weeks") - batch.market("air_weeks")
        self.flies: Flags = flies(air - sea, saved, number("b2b_week_share") * entrant.world.reference_price) > 0.0
        weeks = np.where(self.flies, batch.market("air_weeks"), batch.market("sea_weeks"))
        self._transit: Ints = np.round(weeks).astype(np.int64) * abroad
        carried, shocks = core(lanes.handling) * number("b2b_handling_factor"), entrant.world.shocks
        way = np.where(self.flies, air * shocks.air_freight, sea * shocks.sea_freight)
        self._carriage: Floats = carried + way * abroad  # by week
        self._dutiable, self._lanes = ~core(lanes.local), lanes
        self._granted: Ints = np.zeros(self._shape, np.int64)

    # --------------------------------------------------------------------------------- before the shoppers
    def firm_units(self, week: int, lead: Ints) -> Ints:
        """Return what is promised until goods that take `lead` weeks, int64[C], are followed by others, int64[F, C]."""
        entrant, core = self.entrant, self.entrant.levers.core
        begins, ends = entrant.generations.at(week + lead)
        first = np.maximum(core(begins), week + 1)
        last = np.minimum(core(ends) - 1, week + core(lead) + 1)
        return self._at_core(np.where(self._made, 0, self.demand.contracts.committed(week, first, last)))

    def reserve(self, week: int) -> Ints:
        """Set this week's deliveries aside; return the units by house, int64[F, C]."""
        levers, wanted = self.entrant.levers, self.demand.contracts.wanted(week)
        bound = self._at_core(np.where(self._made, 0, wanted))
        kept = to_houses(self._floor_weeks * self.entrant.replenishment.history.recent(), levers.house)
        spare = np.maximum(self.entrant.warehouse.findable - np.ceil(kept).astype(np.int64), 0)
        granted = ration(bound, spare, levers.house)
        self._granted = np.where(self._made, wanted, levers.core(granted))
        return to_houses(granted, levers.house)

    def grey(self, week: int, wanted: Ints) -> Ints:
        """Let shoppers who want the entrant's core product take leaked units first, int64[F, M]."""
        leakage = self.demand.leakage
        sold = np.minimum(leakage.offered(week), wanted)
        leakage.sell(week, sold)
        return np.asarray(sold)

    # ---------------------------------------------------------------------------------- after the shoppers
    def step(
        self, week: int, price: Floats, reference: Floats, open_: Flags, exposed: Flags, landed: Floats
    ) -> BusinessWeek:  # fmt: skip
        """Deliver and book what is due; bid on this week's requests.

        Parameters
        ----------
        price : float64[F, C], on the shelf, USD
        reference : float64[F, M], local reference price, USD
        open_ : bool[F, M], not suspended
        exposed : bool[F, M], a claim was found out
        landed : float64[F, C], cost of a unit that is made after the order, USD
        """
        entrant, contracts = self.entrant, self.demand.contracts
        if entrant.left.any():
            contracts.cancel(entrant.left)
            self._granted = self._granted * ~entrant.left
        stars = self._listing.shown(exposed)
        proven = proof(self._listing.reviews * 1.0, stars, NEUTRAL_STARS, self._proof_reviews)
        offer = self._offer(week, entrant.levers.core(price), reference, open_, proven)
        done = self.demand.step(week, offer, self._granted)
        self._book(week, done, landed)
        return done

    def _offer(self, week: int, price: Floats, reference: Floats, open_: Flags, proven: Floats) -> BusinessOffer:
        """Return what the entrant bids on every request of the week."""
        entrant, levers = self.entrant, self.entrant.levers
        core, products, yes = levers.core, entrant.products, np.ones(self._shape, bool)
        discounted = price * (1.0 - levers.business_discount)
        traceable = np.array([product.traceable for product in levers.products])
        green = products.certificates.proven("green", week) & (levers.green > 0.0) & traceable
        certified = core(products.certificates.shown(week)) | (np.array(levers.compliance) == "full")
        soon = np.full(self._shape[1], week + 1)
        due = self.demand.contracts.committed(week, soon, soon)
        busy = to_houses(self._at_core(due) * 1.0, levers.house)
        kept = to_houses(self._spare_weeks * entrant.replenishment.history.recent(), levers.house)
        spare = np.floor(np.maximum(entrant.warehouse.findable - busy - kept, 0.0)).astype(np.int64)
        return BusinessOffer(
            open=levers.business & entrant.listed() & core(entrant.started) & open_,
            price_usd=net_of_vat(discounted, self._terms.stock_vat_share[week]),
            price_position=discounted / reference, green=core(green) & yes, certified=certified & yes,
            local=(levers.local_stock | levers.team) & yes, on_time=self._on_time, proof=proven,
            credit_weeks=levers.credit_weeks * np.ones(self._shape),
            free_units=np.where(self._made, NEVER, core(spare[:, levers.house])),
            order_weeks=np.broadcast_to(core(entrant.lead) + 1, self._shape),
            transit_weeks=self._transit,
        )  # fmt: skip

    def _book(self, week: int, done: BusinessWeek, landed: Floats) -> None:
        """Take the delivered goods off the shelves and book the week."""
        if not done.delivered.any():
            return
        levers, books = self.entrant.levers, self.books
        shelved = self._at_core(np.where(self._made, 0, done.delivered))
        books.take(week, self.entrant.warehouse.pick(shelved, levers.house), "business_goods")
        made = done.delivered * self._made
        if made.any():
            books.pay(week, "business_goods", made * levers.core(landed))
            self.entrant.factory.make(week, made)
        duty = np.where(self._dutiable, self._terms.duty_share[week], 0.0)
        revenue = done.revenue_usd
        each = self._carriage[week] + levers.core(self._lanes.carbon_border(week))
        costs = done.delivered * each + revenue * duty / (1.0 + duty)  # the price contains the duty
        books.sell_lots(week, revenue, costs, revenue * self._fee[week], week + self._transit + levers.credit_weeks)

    def _at_core(self, by_market: Ints) -> Ints:
        """Return a quantity of the core products in cells, int64[F, C]."""
        out = np.zeros((len(by_market), len(self.entrant.lead)), np.int64)
        out[:, :: self.entrant.levers.variants] = by_market
        return out
