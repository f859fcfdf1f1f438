"""The market-entry model: wiring, and the week as one readable method."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import mesa
import numpy as np
from numpy.typing import NDArray

from simulator import calendar
from simulator.assembly import build_world
from simulator.batch import Batch
from simulator.consumers import demand as units
from simulator.consumers import kernels
from simulator.consumers.columns import Memory, Pending, Tallies
from simulator.errors import UsageError
from simulator.footprint import Footprint
from simulator.fulfilment import Fulfilment
from simulator.ledger import Ledger
from simulator.logistics.carbon import UnitCarbon, embodied_carbon
from simulator.logistics.landed_cost import parcel_freight
from simulator.logistics.lanes import Lanes, Route, lead_weeks, parcel_cost_change, standstill
from simulator.market.exposure import Exposure
from simulator.market.instalments import fee
from simulator.market.law import Foresight, law
from simulator.market.listing import Listing
from simulator.market.regulator import Regulator
from simulator.markets import Market
from simulator.observer import Observer
from simulator.panel import Panel
from simulator.scenario import Scenario
from simulator.sellers import advertising
from simulator.sellers.books import Books
from simulator.sellers.entrant import Entrant
from simulator.sellers.levers import Levers
from simulator.sellers.pricing import lowest_listed, mean_listed
from simulator.sellers.product import number_of
from simulator.sellers.rivals import Rival
from simulator.sellers.warehouse import to_houses
from simulator.startup import consumer_prefixes, prefixes
from simulator.stocktaking import Stocktaking
from simulator.storefront import Storefront
from simulator.terms import TradeTerms
from simulator.threads import parts, side_by_side
from simulator.views import ENTRANT, STAGES, Quote, Reach, Records, Sales, Shelf, View
from simulator.wholesale import Wholesale
from simulator.world import WARM_WEEKS, World

__all__ = ["NO_ENTRY", "Market", "MarketEntryModel", "build_world"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NO_ENTRY = "no_entry"
"""Reserved name of the world without the entrant."""


class MarketEntryModel(mesa.Model):
    """One strategy, played week by week in one future or in a batch of futures side by side.

    Parameters
    ----------
    scenario
        What is played.
    strategy
        A strategy of the scenario, or ``no_entry``.
    replication
        The future, or several.
    world
        A world of the same scenario and replications, to share it between strategies; None builds one.
    orders
        So many shoppers of every market whose needs are written down one by one; it changes nothing else.

    Attributes
    ----------
    week : int
        Next week to play.
    markets : dict of `Market`
    sellers : dict
        The `Entrant` and the `Rival` of each key.
    """

    def __init__(
        self, scenario: Scenario, strategy: str, replication: int | Sequence[int] = 0, world: World | None = None,
        orders: int = 0, threads: int = 1,
    ) -> None:  # fmt: skip
        replications = (replication,) if isinstance(replication, int) else tuple(replication)
        super().__init__(rng=scenario.seed)
        if strategy != NO_ENTRY and strategy not in scenario.strategies:
            raise UsageError(f"no strategy {strategy!r}; there are {', '.join(scenario.strategies)}")
        if world is None:
            world = build_world(scenario, replications)
        elif world.batch.replications != replications or world.batch.scenario != scenario:
            raise UsageError("the world belongs to another scenario, or to other replications")
        batch = world.batch
        self.world, self.strategy, self.week, self.weeks = world, strategy, 0, scenario.weeks
        self._parts = parts(len(replications), threads)
        self.sampled = scenario.demand == "sampled"
        futures, markets = world.needs_week.shape
        levers = Levers.of(batch, strategy, world.variants)
        shocks, duty = world.shocks, batch.category_in("duty_share")
        rules = law(batch, shocks.rules, scenario.weeks)
        self.terms = TradeTerms.of(scenario.start, scenario.weeks, batch.codes, duty, rules, shocks.duty_change)
        self.route = _route(batch, levers, world.variants, world.reference_price)
        lead, way = lead_weeks(batch, self.route), standstill(batch, self.route, shocks)
        self.foresight = Foresight.of(batch, shocks, duty, scenario.weeks + int(lead.max()) + 2)
        self.lanes = Lanes.of(batch, self.terms, self.route, shocks)
        self.ledger = Ledger(scenario.weeks, futures, markets)
        self.books = Books(batch, levers, self.ledger)
        self.entrant = Entrant(self, world, levers, lead, way.transit, way.still)
        vat = self.terms.stock_vat_share[0]
        self.rivals = tuple(Rival(self, world, k, self._cost_change(k), vat) for k in range(len(world.rivals)))
        self.sellers: dict[str, Entrant | Rival] = {ENTRANT: self.entrant} | {r.key: r for r in self.rivals}
        self.listing = Listing(
            batch, world.people, levers.local_stock, levers.team, levers.local_returns, levers.marketplace,
            levers.store, prefixes(batch, "stars"), prefixes(batch, "reviews"),
        )  # fmt: skip
        traceable = levers.any(levers.offered & np.array([product.traceable for product in levers.products]))
        self.regulator = Regulator(batch, levers.compliance, traceable, levers.entry, prefixes(batch, "audit"))
        self.exposure = Exposure(batch, prefixes(batch, "exposure_of_claims"))
        self.markets = {code: Market(self, code, m) for m, code in enumerate(batch.codes)}
        self.once = batch.categories[0].once
        self.memory = Memory.of(world.last.copy(), world.satisfaction.copy(), self.once)
        self._entering = strategy != NO_ENTRY
        self.tallies = Tallies.empty(futures, markets, len(world.variants), len(world.rivals))
        self._pending = Pending.empty(futures, markets, world.capacity if self._entering else 1)
        self.storefront = Storefront(
            world, self.entrant, self.lanes, self.route, self.listing, self.regulator, self.exposure
        )
        self.deliveries = Fulfilment(world, self.entrant, self.storefront, self.books.cash_share)
        self.stocktaking = Stocktaking(self.entrant, self.deliveries)
        self._consumer_prefixes = consumer_prefixes(batch)
        self.panel = None
        if orders and self._entering:
            self.panel = Panel(world, orders, self.entrant, self.storefront, self.books.cash_share > 0.0)
        self._bounded = scenario.on("stock")
        self._shelved = levers.shelved
        self.wholesale = None
        if levers.business.any():
            on_time = levers.core(self.storefront.on_time)
            self.wholesale = Wholesale(
                self, self.entrant, self.books, self.lanes, self.route, self.terms, on_time, self.listing
            )
        flies = np.zeros((futures, markets), bool) if self.wholesale is None else self.wholesale.flies
        self.footprint = Footprint(UnitCarbon.of(batch, self.route), self.entrant, flies)
        self.observer = Observer(world, strategy, scenario.weeks)
        self.books.open()
        # Mesa counts agents in a table that keeps every model for ever (mesa.Agent._ids); all agents are there by now.
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    def _cost_change(self, number: int) -> Floats:
        """Return the relative change of a rival's landed cost in local money, float64[W, F, M]; only parcels feel it.

        Dated duties and fees, events, freight and the exchange rate.
        """
        world, batch = self.world, self.world.batch
        archetype = batch.categories[0].archetypes.get(world.rivals[number])
        if archetype is None or archetype.delivery == "local":
            return np.zeros(self.terms.fee_usd.shape)
        position = world.menu["price"][:, :, len(world.variants) + number].astype(np.float64)
        freight = parcel_freight(batch.seller("weight_kg"), batch.market("parcel_usd_kg"), batch.market("parcel_usd"))
        extra, exchange = (world.shocks.parcel_freight - 1.0) * freight, world.shocks.exchange
        change = parcel_cost_change(self.terms, position * world.reference_price, extra)
        return change * exchange + (exchange - 1.0)

    # ------------------------------------------------------------------------------------------ the week
    def step(self) -> None:
        """Play one week. The order of these lines is the timing of the model."""
        week = self.week
        self.arrivals(week)
        view = self.public_view(week)  # frozen: last week's facts, this week's terms
        for seller in self.sellers.values():
            seller.decide(view)  # nobody acts yet
        self.commit(view)
        shelf = self.entrant.shelf(week, self.exposure.active(week))
        reach = self.platform(week, shelf)
        self.consumers(week, shelf)
        quote, sales = self.fulfilment(week, shelf)
        self.business(week, shelf)
        self.regulators(week, shelf)
        self.finance(week, quote, sales, reach)
        self.observe(week, shelf, reach, quote, sales)
        self.week += 1

    def run(self) -> Records:
        """Play all remaining weeks and return the records."""
        while self.week < self.weeks:
            self.step()
        return self.records

    @property
    def records(self) -> Records:
        """Return what was observed; the run must be over."""
        if self.week < self.weeks:
            raise UsageError(f"week {self.week} of {self.weeks}: the records are whole when the last week is over")
        incidents = self.regulator.hits + self.exposure.hits + self.entrant.products.certificates.hits
        records = self.observer.records(self.ledger, self.entrant, incidents, self.books, self.footprint.kg())
        return records if self.panel is None else self.panel.added_to(records)

    # --------------------------------------------------------------------------------------- its phases
    def arrivals(self, week: int) -> None:
        """Close a product generation, shelve what arrives and what a count finds: it sells this week."""
        cents = self.entrant.receive(week)
        self.books.clear(week, cents)
        self.books.lose(week, self.stocktaking.count(week))

    def public_view(self, week: int) -> View:
        """Return what sellers know when they decide."""
        entrant, levers = self.entrant, self.entrant.levers
        prices = np.stack([np.where(rival.listed, rival.price, np.nan) for rival in self.rivals], axis=-1)
        close = np.ascontiguousarray(prices[:, :, self.world.archetypes :])
        conversion, rival_conversion = self._conversion()
        unit = entrant.unit_cost()
        local = self.lanes.local
        vat = np.where(local, self.lanes.terms.import_vat_share[week], 0.0)
        inbound = self.lanes.inbound_freight(week)
        self.landed = (unit + inbound) * (1.0 + np.where(local, self.lanes.terms.duty_share[week], 0.0))
        duty, later = (np.where(local, self._expected_duty(week, entrant.lead + late), 0.0) for late in (0, 1))
        shown = self.storefront.menu[:, :, : len(self.world.variants)]
        own = np.where(shown["listed"] > 0.0, entrant.price.reshape(shown.shape), np.nan)
        return View(
            week=week, entrant_price=mean_listed(own), entrant_low=lowest_listed(own),
            close_price=mean_listed(close), close_low=lowest_listed(close), rival_price=prices,
            reference_price=self.world.reference_price * self._level(week),
            price_scale=self.world.response["price_scale"].astype(np.float64), conversion=conversion,
            rival_conversion=rival_conversion, shown=shown.copy(),
            price_floor=self.lanes.price_floor(week, unit, levers.floor_margin),
            break_even=self.lanes.price_floor(week, unit, np.zeros_like(levers.floor_margin)),
            freight_usd=inbound, duty_share=duty, duty_rises=later > duty, import_vat_share=vat,
            export_vat_share=self.books.export_vat, barred=self.storefront.barred(week, entrant.price),
            cash_usd=self.ledger.cash(week) / 100.0,
            firm_units=self._firm_units(week, entrant.lead),
        )  # fmt: skip

    def _expected_duty(self, week: int, weeks: Ints) -> Floats:
        """Return the duty that sellers expect on stock that arrives in so many weeks, int64[C], float64[F, C].

        What is ordered pays it: goods on the way are exempt from changes that come as a surprise.
        """
        levers = self.entrant.levers
        return levers.cells(self.foresight.duty(week, week + levers.core(weeks)))

    def _level(self, week: int) -> Floats:
        """Return the local price level in USD relative to the start, float64[F, M]."""
        return self.world.shocks.level[week]

    def _conversion(self) -> tuple[Floats, Floats]:
        """Return last week's sales per need that considered the entrant, [F, M], and each rival, [F, M, K]; or NaN."""
        t, variants = self.tallies, len(self.world.variants)
        stages = t.stages.sum(axis=2)
        before = stages[:, :, : STAGES.index("stock")].sum(axis=-1)
        looked = stages.sum(axis=-1) - before
        own = np.where(looked > 0, stages[:, :, STAGES.index("sale")] / np.maximum(looked, 1), np.nan)
        offers = self.storefront.menu[:, :, variants:]
        considered = offers["considered"].astype(np.float64) * offers["listed"] * t.polled[:, :, None]
        share = t.shares[:, :, variants:-1].sum(axis=-1) * units.UNIT
        known = considered > 0.0
        return own, np.where(known, share / np.where(known, considered, 1.0), np.nan)

    def commit(self, view: View) -> None:
        """Act on the decisions, all at once: entries, exits, orders, prices."""
        week, entrant = view.week, self.entrant
        for rival in self.rivals:
            rival.commit()
        cents = entrant.commit(view)
        self.books.clear(week, cents)
        self.books.enter(week, entrant.entered(week), entrant.entry)
        unit = entrant.unit_cost(entrant.replenishment.postponement.together(entrant.orders.astype(np.float64)))
        rates = view.freight_usd, view.duty_share, view.import_vat_share
        landed, goods = self.books.buy(week, entrant.orders, unit, *rates)
        entrant.dispatch(week, landed, goods)
        if entrant.levers.postponed.any():
            self._redirect(view)

    def _redirect(self, view: View) -> None:
        """Give goods that leave the factory gate their destination; freight and duty follow them."""
        entrant, lanes, week = self.entrant, self.lanes, view.week
        moves = entrant.redirected(week, self._firm_units(week, entrant.transit))
        duty = np.where(lanes.local, self._expected_duty(week, entrant.transit), 0.0)
        landed = self.books.redirect(week, moves, view.freight_usd, duty, view.import_vat_share)
        entrant.redirect(week, moves, landed)

    def _firm_units(self, week: int, weeks: Ints) -> Ints:
        """Return what is promised to business buyers until goods of so many weeks, int64[C], are followed by more."""
        if self.wholesale is None:
            return np.zeros_like(self.entrant.orders)
        return self.wholesale.firm_units(week, weeks)

    def platform(self, week: int, shelf: Shelf) -> Reach:
        """Rank the listing, sell contacts: who considers it."""
        return self.storefront.platform(week, shelf)

    def consumers(self, week: int, shelf: Shelf) -> None:
        """Need, look, be blocked or choose: a compiled call for all futures and markets, on each thread."""
        self.storefront.show(week, shelf, self.rivals, self._level(week))
        side_by_side([partial(self._consumers, week, part) for part in self._parts])
        if self.panel is not None:
            self.panel.choose(week)

    def _consumers(self, week: int, part: slice) -> None:
        """Play the consumers of some of the futures, which know nothing of each other."""
        world, memory, t, p = self.world, self.memory, self.tallies, self._pending
        of_futures = (
            memory.last, memory.satisfaction, memory.own, memory.left, t.shares, t.stages, t.divert, t.groups, t.polled,
            t.counts, p.count, p.row, p.buy, p.keep, p.second, t.noted, t.notes,
        )  # fmt: skip
        kernels.consumer_week(
            WARM_WEEKS + week, week, self._entering, self.sampled, self.once, len(world.variants), len(world.rivals),
            world.response[part], self.storefront.menu[part], self.storefront.record[part],
            self._consumer_prefixes[part], world.events, world.weights, world.offsets[part], world.tables,
            world.traits, world.wallet, *(array[part] for array in of_futures),
        )  # fmt: skip

    def fulfilment(self, week: int, shelf: Shelf) -> tuple[Quote, Sales]:
        """Turn choices into real units, ration them, deliver, take returns and reviews."""
        sales = self.deliveries.settle(week, self.tallies, self.wholesale)
        self.listing.review(week, self.deliveries.of_listing(sales), self.storefront.review_delay)
        self._deliver(week, sales)
        return self.lanes.quote(week, shelf.price), sales

    def _deliver(self, week: int, sales: Sales) -> None:
        """Take what shoppers bought off the shelves and put back what returns, so that firms are bid what is left."""
        entrant, books, levers = self.entrant, self.books, self.entrant.levers
        house, warehouse = levers.house, entrant.warehouse
        made = sales.sold * (levers.on_demand | (not self._bounded))
        if self._bounded:
            shelved = sales.sold - made
            cents = warehouse.pick(shelved, house)
            returning = (sales.resold + sales.refused * self._shelved) * ~levers.on_demand
            back = np.where(shelved > 0, cents * returning // np.maximum(shelved, 1), 0)
            books.take(week, cents - back)
            warehouse.put_back(to_houses(returning, house), to_houses(back, house))
        if made.any():  # without stock a unit is bought when it is sold, and returns are made good by the next one
            kept = made - (sales.resold + sales.refused * self._shelved) * (made > 0)
            books.pay(week, "cost_of_goods", levers.markets(kept * self.landed))
            entrant.factory.make(week, made)

    def business(self, week: int, shelf: Shelf) -> None:
        """Let contracts deliver; business buyers ask for quotations, award and renew. Then no more is handled."""
        self.lots = np.zeros_like(self.deliveries.needs)
        if self.wholesale is not None:
            reference, open_ = self.world.reference_price * self._level(week), ~self.regulator.suspended(week)
            exposed = self.exposure.active(week)
            done = self.wholesale.step(week, shelf.price, reference, open_, exposed, self.landed)
            self.lots = done.delivered
            self.observer.business(week, done, self.deliveries.grey)
        self.stocktaking.misplace(week)

    def regulators(self, week: int, shelf: Shelf) -> None:
        """Audit listings, claims and certificates; a hit costs at once, and suspends or shames from next week."""
        entrant, levers = self.entrant, self.entrant.levers
        self._open = ~self.regulator.suspended(week)  # an audit of this week suspends from the next
        hit = self.regulator.audit(week, shelf.listed)
        self.books.pay(week, "fines", np.where(hit, self.regulator.fine_usd, 0.0))
        there = entrant.warehouse.findable * (levers.cells(hit) & self._shelved)
        self.books.lose(week, entrant.warehouse.seize(self.regulator.seized(there)))
        pace = self.listing.rank / self.listing.reference_share
        self.books.pay(week, "fines", self.exposure.examine(week, shelf.unproven, pace))
        self.books.pay_firm(week, "certificates", entrant.products.certificates.audit(week, entrant.entered(week)))

    def finance(self, week: int, quote: Quote, sales: Sales, reach: Reach) -> None:
        """Book the week, check the balance, and close a firm that is out of money."""
        entrant, books, levers = self.entrant, self.books, self.entrant.levers
        books.sell(week, sales, quote)
        books.pay(week, "advertising", reach.spent_usd)
        peak = calendar.monday(self.world.batch.scenario.start, week).month >= 10
        books.pay(week, "storage", levers.markets(self.lanes.storage(entrant.warehouse.units, peak)))
        active = entrant.entered(week)
        books.run(week, active, np.asarray((active | entrant.waiting(week)).any(axis=1)))
        contribution = books.contribution(week)
        cash = self.ledger.cash(week)
        broke = (cash < -np.round(entrant.credit * 100.0)) & ~entrant.left.all(axis=1)
        if broke.any():
            self.observer.insolvent(week, broke)
            cleared = entrant.leave(np.broadcast_to(broke[:, None], active.shape) & ~entrant.left)
            books.clear(week, cleared)
        self.ledger.check(week)
        revenue = levers.markets(quote.price * (sales.sold - sales.refused))
        credited = revenue * advertising.attributed_share(reach.ads, reach.organic, reach.awareness)
        acos = np.where(credited > 0.0, reach.spent_usd / np.maximum(credited, 1e-9), np.nan)
        entrant.learn(week, sales, revenue, contribution, self._open, acos)
        self.listing.remember(week, reach, self.deliveries.of_listing(sales), self.deliveries.needs, self._open)

    def observe(self, week: int, shelf: Shelf, reach: Reach, quote: Quote, sales: Sales) -> None:
        """Record the week."""
        counting, variants = shelf.listed, len(self.world.variants)
        needs, wanted = self.deliveries.needs, self.deliveries.wanted[:, :, :variants]
        sold = sales.sold.reshape(wanted.shape)
        units.funnel(
            self.tallies.stages, wanted, sold, needs, variants, counting, self.observer.funnel,
        )  # fmt: skip
        prices = np.stack([r.price for r in self.rivals], axis=-1)
        listed = np.stack([r.listed for r in self.rivals], axis=-1)
        self.observer.week(
            week, self.deliveries.needs, self.deliveries.units, shelf, reach, sales, quote, prices, listed,
            self.listing.shown(self.exposure.active(week)), self.entrant.warehouse, self.entrant.levers,
            self.tallies,
        )  # fmt: skip
        self.footprint.week(sales, self.lots)
        if self.panel is not None:
            self.panel.record(week, shelf, sales, [r.price for r in self.rivals])


def _route(batch: Batch, levers: Levers, variants: Sequence[str], reference_usd: Floats) -> Route:
    """Return how a strategy ships, in words that logistics knows."""
    weight, volume = (
        levers.cells(batch.constant(1.0)) * np.tile(
            np.concatenate([number_of(batch, variant, name) for variant in variants], axis=1), (1, len(batch.codes))
        )
        for name in ("weight_kg", "volume_l")
    )  # fmt: skip
    carbon = embodied_carbon(
        batch.category("carbon_kg"), levers.tier_cost, levers.greener, batch.behaviour("green_carbon_saving_share")
    )
    channels = levers.store, levers.marketplace
    paid_at_once = fee(batch, reference_usd, levers.payments)
    return Route(levers.mode, levers.hub, levers.air, *channels, len(variants), weight, volume, carbon, paid_at_once)
