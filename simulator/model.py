"""The market-entry model: wiring, and the week as one readable method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import mesa
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator import calendar, draws
from simulator.assembly import build_world, consumer_prefixes, market_mean, prefixes, punctuality
from simulator.batch import Batch
from simulator.consumers import demand as units
from simulator.consumers import kernels
from simulator.consumers.columns import LISTING, Memory, Pending, Tallies
from simulator.consumers.population import COLUMNS
from simulator.errors import UsageError
from simulator.ledger import Ledger
from simulator.logistics.lanes import Lanes, Route, days, lead_weeks, parcel_cost_change
from simulator.market.exposure import Exposure
from simulator.market.listing import Listing, thin
from simulator.market.platform import consideration, contagion
from simulator.market.regulator import Regulator
from simulator.observer import Observer
from simulator.scenario import Scenario
from simulator.sellers import advertising
from simulator.sellers.books import Books
from simulator.sellers.entrant import Entrant
from simulator.sellers.levers import ALL_METHODS, Levers
from simulator.sellers.pricing import lowest_listed, mean_listed
from simulator.sellers.product import number_of
from simulator.sellers.rivals import Rival
from simulator.sellers.warehouse import lend, ration, take
from simulator.terms import TradeTerms
from simulator.views import ENTRANT, STAGES, Quote, Reach, Records, Sales, Shelf, View
from simulator.wholesale import Wholesale
from simulator.world import CORE, WARM_WEEKS, World

__all__ = ["NO_ENTRY", "Market", "MarketEntryModel", "build_world"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NO_ENTRY = "no_entry"
"""Reserved name of the world without the entrant."""


class Market(mesa.Agent):
    """A market as one looks at it: its code, and its consumers."""

    def __init__(self, model: MarketEntryModel, code: str, position: int) -> None:
        super().__init__(model)
        self.code, self.position = code, position

    @property
    def consumers(self) -> Consumers:
        """Return the market's consumers."""
        return Consumers(self)


class Consumers:
    """A view of the columns of one market, of the first future."""

    def __init__(self, market: Market) -> None:
        self._market = market

    def frame(self) -> pd.DataFrame:
        """Return traits (standard draws) and memory, one row per consumer."""
        model, m = self._market.model, self._market.position
        world, memory = model.world, model.memory
        frame = pd.DataFrame(dict(zip(COLUMNS, world.traits[m], strict=True)))
        frame["wallet"] = world.wallet[m]
        frame["last"] = [None if k == 0 else world.rivals[k - 1] for k in memory.last[0, m]]
        frame["satisfaction"] = memory.satisfaction[0, m]
        frame["last_entrant_share"] = memory.own[0, m]
        return frame


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

    Attributes
    ----------
    week : int
        Next week to play.
    markets : dict of `Market`
    sellers : dict
        The `Entrant` and the `Rival` of each key.
    """

    def __init__(
        self, scenario: Scenario, strategy: str, replication: int | Sequence[int] = 0, world: World | None = None
    ) -> None:
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
        self.sampled = scenario.demand == "sampled"
        futures, markets = world.needs_week.shape
        levers = Levers.of(batch, strategy, world.variants)
        duty = batch.category_in("duty_share")
        self.terms = TradeTerms.of(scenario.start, scenario.weeks, batch.codes, duty)
        self.route = _route(batch, levers, world.variants)
        self.lanes = Lanes.of(batch, self.terms, self.route)
        self.ledger = Ledger(scenario.weeks, futures, markets)
        self.books = Books(batch, levers, self.ledger)
        self.entrant = Entrant(self, world, levers, lead_weeks(batch, self.route))
        vat = self.terms.stock_vat_share[0]
        self.rivals = tuple(Rival(self, world, k, self._cost_change(k), vat) for k in range(len(world.rivals)))
        self.sellers: dict[str, Entrant | Rival] = {ENTRANT: self.entrant} | {r.key: r for r in self.rivals}
        self.listing = Listing(
            batch, world.people, levers.local_stock, levers.team, levers.local_returns, levers.marketplace,
            levers.store, prefixes(batch, "stars"), prefixes(batch, "reviews"),
        )  # fmt: skip
        traceable = levers.any(np.array([product.traceable for product in levers.products]))
        self.regulator = Regulator(batch, levers.compliance, traceable, prefixes(batch, "audit"))
        self.exposure = Exposure(batch, prefixes(batch, "exposure_of_claims"))
        self.markets = {code: Market(self, code, m) for m, code in enumerate(batch.codes)}
        self.once = batch.categories[0].once
        self.memory = Memory.of(world.last.copy(), world.satisfaction.copy(), self.once)
        self._entering = strategy != NO_ENTRY
        offers = len(world.variants) + len(world.rivals)
        self.tallies = Tallies.empty(futures, markets, len(world.variants), len(world.rivals))
        self._pending = Pending.empty(futures, markets, world.capacity if self._entering else 1)
        self._menu, self._listing = world.menu.copy(), np.zeros((futures, markets), LISTING)
        self._listing["sold_share"] = 1.0
        self._expected = np.zeros((futures, markets, offers))
        self._wanted = np.zeros((futures, markets, offers), np.int64)
        self._streams = {
            name: prefixes(batch, name) for name in ("listing_noise", "units", "delivery", "returns", "cash_refusal")
        }
        self._consumer_prefixes = consumer_prefixes(batch)
        self._read_numbers()
        self.wholesale = None
        if levers.business.any():
            on_time = levers.core(self._on_time)
            self.wholesale = Wholesale(self, self.entrant, self.books, self.lanes, self.route, self.terms, on_time)
        self.observer = Observer(world, strategy, scenario.weeks)
        self.books.open()

    def _cost_change(self, number: int) -> Floats:
        """Return how dated duties and fees change a rival's landed cost, float64[W, F, M]; only parcels feel them."""
        world, batch = self.world, self.world.batch
        archetype = batch.categories[0].archetypes.get(world.rivals[number])
        if archetype is None or archetype.delivery == "local":
            return np.zeros(self.terms.fee_usd.shape)
        position = world.menu["price"][:, :, len(world.variants) + number].astype(np.float64)
        return parcel_cost_change(self.terms, position * world.reference_price)

    def _read_numbers(self) -> None:
        """Read the numbers of the week once, and fill the parts of the listing that never change."""
        world, levers, batch = self.world, self.entrant.levers, self.world.batch
        scenario, cells = batch.scenario, self.entrant.levers.cells
        low, typical, high = (days(batch, self.route, part) for part in ("low", "typical", "high"))
        promise, on_time, not_bad = punctuality(batch, low, typical, high)
        self._on_time, self._not_bad = cells(on_time), cells(not_bad)
        self._promise = cells(promise) + batch.behaviour("pod_days") * levers.on_demand
        promise = levers.core(self._promise)
        self._review_delay = np.where(levers.local_stock, 0, np.round(promise / 7.0)).astype(np.int64)
        self._fast = promise <= batch.market("delivery_tolerance_days")
        self._identities = [0 if v == CORE else draws.name_id(f"{ENTRANT}/{v}") >> 2 for v in world.variants]
        products = self.entrant.products
        for name in ("smart_gain", "smart_load", "custom", "festival", "child_safe"):
            part = np.broadcast_to(getattr(products, name), self._promise.shape)
            self._menu[name][:, :, : len(world.variants)] = part.reshape(*self._menu.shape[:2], -1)
        self._contagion = batch.behaviour("contagion_per_year") / batch.category_in("frequency_per_year")
        self._contagion = self._contagion * scenario.on("contagion")
        self._device = batch.behaviour("desktop_visibility_factor"), batch.behaviour("mobile_visibility_factor")
        self._web = batch.behaviour("web_share")
        self._noise_sd = batch.constant(1.0) * batch.category("season.listing_noise_sd") * scenario.on("listing_noise")
        mean_return = market_mean("return_share")
        self._return_share = np.minimum(
            batch.category("quality.return_share") * batch.market("return_share") / mean_return
            * np.where(levers.team, batch.behaviour("team_returns_factor"), 1.0) * scenario.on("returns"), 1.0,
        )  # fmt: skip
        self._refusal = cells(self.books.cash_share * batch.market("cash_refusal_share") * scenario.on("returns"))
        back = levers.local_stock | levers.local_returns
        resold = cells(batch.constant(1.0) * batch.behaviour("stock_return_resold_share") * back)
        self._resold = resold * ~levers.on_demand  # nobody else wants what was made for one
        self._local_cells = cells(levers.local_stock) & ~levers.on_demand
        reference = self.entrant.ad_reference
        self._contact_cost = advertising.contact_cost(
            batch.market("acos_share"), world.reference_price, batch.category_in("conversion_at_parity")
        )
        self._ad_market = reference * levers.marketplace
        self._ad_store = reference * self._web * levers.store
        self._ad_exponent = batch.behaviour("ad_exponent")
        self._store_cost = self._contact_cost * batch.behaviour("store_contact_cost_factor")
        self._ads_on = scenario.on("ads")
        for web in (0, 1):  # where a need that starts there would buy
            in_store = levers.store & (~levers.marketplace | (web == 1))
            payments = np.where(in_store & scenario.on("payment"), levers.payments, ALL_METHODS)
            soften = np.where(in_store, 1.0, batch.behaviour("marketplace_language_factor"))
            foreign = np.where(levers.language, 0.0, 1.0) * soften
            self._listing["desktop_only"][:, :, web] = in_store & ~levers.mobile & scenario.on("device")
            self._listing["pays"][:, :, web] = payments
            self._listing["refuse_factor"][:, :, web] = foreign
            self._listing["language"][:, :, web] = foreign
        self._in_store = [levers.store & (~levers.marketplace | (web == 1)) for web in (0, 1)]
        self._compliance_on = scenario.on("compliance")
        self._bounded = scenario.on("stock")

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
        incidents = self.regulator.hits + self.exposure.hits
        return self.observer.records(self.ledger, self.entrant, incidents, self.books)

    # --------------------------------------------------------------------------------------- its phases
    def arrivals(self, week: int) -> None:
        """Close a product generation, shelve what arrives: it sells this week."""
        _, cents = self.entrant.receive(week)
        self.books.clear(week, cents)

    def public_view(self, week: int) -> View:
        """Return what sellers know when they decide."""
        entrant, levers = self.entrant, self.entrant.levers
        prices = np.stack([np.where(rival.listed, rival.price, np.nan) for rival in self.rivals], axis=-1)
        close = np.ascontiguousarray(prices[:, :, self.world.archetypes :])
        conversion, rival_conversion = self._conversion()
        unit = entrant.unit_cost()
        local = self.lanes.local
        duty = np.where(local, self.lanes.terms.duty_share[week], 0.0)
        vat = np.where(local, self.lanes.terms.import_vat_share[week], 0.0)
        self.landed = (unit + self.lanes.inbound) * (1.0 + duty)
        own = np.where(entrant.shown(week), entrant.price, np.nan)
        return View(
            week=week, needs_week=self.world.needs_week, entrant_price=mean_listed(own.reshape(*prices.shape[:2], -1)),
            close_price=mean_listed(close), close_low=lowest_listed(close), rival_price=prices,
            reference_price=self.world.reference_price * self._level(week),
            price_scale=self.world.response["price_scale"].astype(np.float64), conversion=conversion,
            rival_conversion=rival_conversion, shown=self._menu[:, :, : len(self.world.variants)].copy(),
            price_floor=self.lanes.price_floor(week, unit, levers.floor_margin),
            break_even=self.lanes.price_floor(week, unit, np.zeros_like(levers.floor_margin)),
            freight_usd=self.lanes.inbound, duty_share=duty, import_vat_share=vat,
            export_vat_share=self.books.export_vat, barred=self._barred_listing(week, entrant.price),
            cash_usd=self.ledger.cash(week) / 100.0,
            firm_units=np.zeros(unit.shape, np.int64) if self.wholesale is None else self.wholesale.firm_units(week),
        )  # fmt: skip

    def _level(self, week: int) -> Floats:
        """Return the local price level in USD relative to the start, float64[F, M]."""
        return np.ones_like(self.world.reference_price)

    def _conversion(self) -> tuple[Floats, Floats]:
        """Return last week's sales per need that considered the entrant, [F, M], and each rival, [F, M, K]; or NaN."""
        t, variants = self.tallies, len(self.world.variants)
        stages = t.stages.sum(axis=2)
        before = stages[:, :, : STAGES.index("stock")].sum(axis=-1)
        looked = stages.sum(axis=-1) - before
        own = np.where(looked > 0, stages[:, :, STAGES.index("sale")] / np.maximum(looked, 1), np.nan)
        offers = self._menu[:, :, variants:]
        considered = offers["considered"].astype(np.float64) * offers["listed"] * t.polled[:, :, None]
        share = t.shares[:, :, variants:-1].sum(axis=-1) * units.UNIT
        known = considered > 0.0
        return own, np.where(known, share / np.where(known, considered, 1.0), np.nan)

    def _barred(self, week: int, price: Floats) -> NDArray[np.bool_]:
        """Say which products the law bars from the marketplace, bool[F, C]."""
        return (self.lanes.barred(week, price) | self.entrant.levers.missing) & self._compliance_on

    def _closed(self, week: int) -> NDArray[np.bool_]:
        """Say where the law lets nothing in that is shipped order by order, bool[F, M]."""
        return self.entrant.levers.core(self.lanes.closed(week)) & self._compliance_on

    def _barred_listing(self, week: int, price: Floats) -> NDArray[np.bool_]:
        """Say where the law bars every product that is shown from the marketplace, bool[F, M]."""
        levers = self.entrant.levers
        return ~levers.any(~self._barred(week, price) & (self.entrant.started | (levers.variants == 1)))

    def commit(self, view: View) -> None:
        """Act on the decisions, all at once: entries, exits, orders, prices."""
        week, entrant = view.week, self.entrant
        for rival in self.rivals:
            rival.commit()
        _, cents = entrant.commit(view)
        self.books.clear(week, cents)
        self.books.enter(week, entrant.entered(week) & (entrant.levers.entry == week))
        unit = entrant.unit_cost(entrant.orders.astype(np.float64))
        landed = self.books.buy(week, entrant.orders, unit, view.freight_usd, view.duty_share, view.import_vat_share)
        entrant.warehouse.order(week, entrant.lead, entrant.orders, landed)

    def platform(self, week: int, shelf: Shelf) -> Reach:
        """Rank the listing, sell contacts; write who considers it into the consumers' records."""
        listing, levers, web = self.listing, self.entrant.levers, self._web
        needs = self.world.needs[week] * 1.0
        open_ = ~(self.regulator.suspended(week) | self._closed(week))
        exposed = self.exposure.active(week)
        organic = listing.organic(shelf, self._fast, exposed) * levers.marketplace
        spent = np.where(open_, shelf.ads_usd, 0.0) * self._ads_on
        open_marketplace = levers.marketplace & ~self._barred_listing(week, shelf.price)
        quality = self.entrant.capabilities.advertising(week)
        in_store = spent * advertising.store_part(open_marketplace * 1.0, levers.store * 1.0, web)
        bought = advertising.contacts(spent - in_store, self._ad_market, self._contact_cost, self._ad_exponent, quality)
        bought_web = advertising.contacts(in_store, self._ad_store, self._store_cost, self._ad_exponent, quality)
        ads = advertising.reach(bought, needs), advertising.reach(bought_web, needs * web)
        aware = listing.aware()
        caught = contagion(listing.satisfied_owners(week) / self.world.people, self._contagion)
        record = self._listing
        for w, v in ((0, organic), (1, np.zeros_like(organic))):
            for mobile in (0, 1):
                seen = np.minimum(v * self._device[mobile], 1.0)
                record["consider"][:, :, w, mobile] = consideration(seen, ads[w], aware, caught)
                record["found"][:, :, w, mobile] = consideration(seen, ads[w], 0.0, caught)
        record["aware"] = aware
        record["satisfaction"] = listing.satisfaction()
        a = (1.0 - web) * ads[0] + web * ads[1]
        v = (1.0 - web) * organic
        return Reach(
            visibility=(1.0 - web) * consideration(organic, ads[0], 0.0, 0.0) + web * ads[1], organic=v, ads=a,
            awareness=aware, contacts=bought + bought_web, found=v * needs * open_, spent_usd=spent,
        )  # fmt: skip

    def consumers(self, week: int, shelf: Shelf) -> None:
        """Need, look, be blocked or choose: one compiled call for all futures and markets."""
        world, menu, record = self.world, self._menu, self._listing
        variants, level = len(world.variants), self._level(week)
        own, by_variant = menu[:, :, :variants], (*menu.shape[:2], variants)
        banned = self._barred_listing(week, shelf.price)
        # A product that is barred beside one that is not is taken down; where all are, the barrier is counted.
        shown = shelf.shown & ~(self._barred(week, shelf.price) & ~self.entrant.levers.cells(banned))
        self._offered = np.ascontiguousarray(shown.reshape(by_variant))
        local = self.entrant.levers.cells(world.reference_price * level)
        columns = {
            "listed": shown, "price": shelf.price / local, "days": self._promise * world.batch.scenario.on("delivery"),
            "quality": shelf.quality, "health": shelf.health, "green": shelf.green, "safety": shelf.safety,
        }  # fmt: skip
        for name, values in columns.items():
            own[name] = values.reshape(by_variant)
        own["constant"] = world.menu["constant"][:, :, :variants] + shelf.constant.reshape(by_variant)
        own["unfamiliar"] = self.listing.unfamiliar(shelf.certified)[:, :, None]
        own["rating"] = self.listing.rating(self.exposure.active(week))[:, :, None]
        for k, rival in enumerate(self.rivals):
            offer = menu[:, :, variants + k]
            offer["listed"], offer["price"] = rival.listed, rival.price / (world.reference_price * level)
            for field, copied in rival.copied.items():
                offer[field] = copied
        suspended = self.regulator.suspended(week)
        for web in (0, 1):
            shut = suspended & self._compliance_on | self._closed(week)
            record["barred"][:, :, web] = shut | (banned & ~self._in_store[web])
        t, p = self.tallies, self._pending
        kernels.consumer_week(
            WARM_WEEKS + week, week, self._entering, self.sampled, self.once, len(world.variants), len(world.rivals),
            world.response, menu, record, self._consumer_prefixes, world.events, world.weights, world.offsets,
            world.traits, world.wallet, self.memory.last, self.memory.satisfaction, self.memory.own, self.memory.left,
            t.shares, t.stages, t.divert, t.groups, t.polled, t.counts, p.count, p.row, p.buy, p.keep, p.second,
        )  # fmt: skip

    def fulfilment(self, week: int, shelf: Shelf) -> tuple[Quote, Sales]:
        """Turn choices into real units, ration them, deliver, take returns and reviews."""
        world, t, levers = self.world, self.tallies, self.entrant.levers
        self.needs = t.counts.sum(axis=-1) if self.sampled else world.needs[week]
        asked = t.polled
        if self.once:  # who has left the market has no need
            asked = np.rint(t.shares.sum(axis=(2, 3)) * units.UNIT).astype(np.int64)
            if not self.sampled:
                self.needs = self.needs * asked // np.maximum(t.polled, 1)
        variants = len(world.variants)
        by_variant = (*self.needs.shape, variants)
        identities = world.menu["identity"][0, 0, :variants]
        units.demand(
            t.shares[:, :, :-1], asked, t.counts, self.needs, self.sampled, variants, self._offered,
            self._streams["listing_noise"], self._streams["units"], identities, self._noise_sd, week, self._expected,
            self._wanted,
        )  # fmt: skip
        stock = self.entrant.warehouse.units
        self._grey = np.zeros_like(self.needs)
        if self.wholesale is not None:
            stock = stock - self.wholesale.reserve(week)
            self._grey = self.wholesale.grey(week, self._wanted[:, :, 0])
            self._wanted[:, :, 0] -= self._grey
        demand = self._wanted[:, :, :variants].reshape(len(self.needs), -1).copy()
        sold, lost = demand.copy(), np.zeros_like(demand)
        if self._bounded:
            bound = np.where(levers.on_demand, 0, demand)
            sold = ration(bound, stock, levers.house) + (demand - bound)
            lost = demand - sold
            if variants > 1:
                lost = lend(lost, t.divert, stock, levers.house, levers.on_demand, self._offered, sold)
        wanted, got = levers.markets(demand), levers.markets(sold)
        self._listing["sold_share"] = np.where(wanted > 0, got / np.maximum(wanted, 1), 1.0)
        self.units = np.zeros((*wanted.shape, self._expected.shape[2] + 1), np.int64)
        self._divert(sold.reshape(by_variant), lost.reshape(by_variant), asked)
        refused = self._thin("cash_refusal", week, 0, sold, self._refusal)
        delivered = sold - refused
        sound = 1.0 - levers.cells(self.entrant.capabilities.wrong_answers(week))
        punctual, not_bad = self._on_time * sound, self._not_bad * sound
        on_time = self._thin("delivery", week, 0, delivered, punctual)
        late = (not_bad - punctual) / np.maximum(1.0 - punctual, 1e-12)
        slight = self._thin("delivery", week, 1, delivered - on_time, late)
        back = levers.cells(self._return_share * self.entrant.capabilities.returns(week))
        returned = self._thin("returns", week, 0, delivered, back)
        sales = Sales(
            demand=demand, sold=sold, refused=refused, returned=returned,
            resold=self._thin("returns", week, 1, returned, self._resold), on_time=on_time, slight=slight,
            bad=delivered - on_time - slight,
        )  # fmt: skip
        self.listing.review(week, self._of_listing(sales), self._review_delay)
        return self.lanes.quote(week, shelf.price), sales

    def _thin(self, stream: str, week: int, number: int, units: Ints, share: Floats) -> Ints:
        """Return a binomial part of the units of every cell, int64[F, C]; a variant's draws carry its name."""
        variants, out = len(self._identities), np.empty_like(units)
        for v, identity in enumerate(self._identities):
            part = np.ascontiguousarray(units[:, v::variants]), np.ascontiguousarray(share[:, v::variants])
            out[:, v::variants] = thin(self._streams[stream], week, identity + number, *part)
        return out

    def _of_listing(self, sales: Sales) -> Sales:
        """Return what happened to the demand of each listing, [F, M]."""
        total = self.entrant.levers.markets
        return Sales(**{field.name: total(getattr(sales, field.name)) for field in fields(Sales)})

    def _divert(self, sold: Ints, lost: Ints, asked: Ints) -> None:
        """Give rivals and the outside option their units, what the entrant could not deliver included."""
        t, offers = self.tallies, self._expected.shape[2]
        expected = np.zeros((*self.needs.shape, offers + 1))
        expected[:, :, :offers] = self._expected
        expected[:, :, offers] = t.shares[:, :, offers].sum(axis=-1) * units.UNIT
        expected[:, :, offers] *= self.needs / np.maximum(asked, 1)
        units.divert(expected, lost, sold, t.divert, self.needs - self._grey, self.sampled, t.counts, self.units)
        self.units[:, :, -1] += self._grey  # bought the entrant's goods, not from it

    def business(self, week: int, shelf: Shelf) -> None:
        """Let contracts deliver; business buyers ask for quotations, award and renew."""
        self.lots = np.zeros_like(self.needs)
        if self.wholesale is None:
            return
        reference, open_ = self.world.reference_price * self._level(week), ~self.regulator.suspended(week)
        done = self.wholesale.step(week, shelf.price, reference, open_, self.landed)
        self.lots = done.delivered
        self.observer.business(week, done, self._grey)

    def regulators(self, week: int, shelf: Shelf) -> None:
        """Audit listings and claims; a hit is fined now, and suspends or shames from next week."""
        levers = self.entrant.levers
        self._open = ~self.regulator.suspended(week)  # an audit of this week suspends from the next
        value = levers.markets(self.entrant.warehouse.cents[:, levers.house]) / 100.0
        fines = self.regulator.audit(week, shelf.listed & self._entering, value)
        self.books.pay(week, "fines", fines)
        pace = self.listing.rank / self.listing.reference_share
        self.books.pay(week, "fines", self.exposure.examine(week, shelf.unproven & self._entering, pace))

    def finance(self, week: int, quote: Quote, sales: Sales, reach: Reach) -> None:
        """Book the week, check the balance, and close a firm that is out of money."""
        entrant, books, levers = self.entrant, self.books, self.entrant.levers
        house, warehouse = levers.house, entrant.warehouse
        made = sales.sold * (levers.on_demand | (not self._bounded))
        if self._bounded:
            shelved = sales.sold - made
            cents = take(shelved, house, warehouse.units, warehouse.cents)
            returning = (sales.resold + sales.refused * self._local_cells) * ~levers.on_demand
            back = np.where(shelved > 0, cents * returning // np.maximum(shelved, 1), 0)
            books.take(week, cents - back)
            at_house = np.zeros((2, *cents.shape), np.int64)
            for c in range(cents.shape[1]):
                at_house[0, :, house[c]] += returning[:, c]
                at_house[1, :, house[c]] += back[:, c]
            warehouse.put_back(at_house[0], at_house[1])
        if made.any():  # without stock a unit is bought when it is sold, and returns are made good by the next one
            kept = made - (sales.resold + sales.refused * self._local_cells) * (made > 0)
            books.pay(week, "cost_of_goods", levers.markets(kept * self.landed))
            entrant.produced = entrant.produced + (made * levers.on_demand).sum(axis=1, keepdims=True)
        books.sell(week, sales, quote)
        books.pay(week, "advertising", reach.spent_usd)
        peak = calendar.monday(self.world.batch.scenario.start, week).month >= 10
        books.pay(week, "storage", levers.markets(self.lanes.storage(warehouse.units, peak)))
        active = entrant.entered(week)
        waiting = (entrant.levers.entry > week) & (entrant.levers.entry < self.weeks) & ~entrant.left
        books.run(week, active, np.asarray((active | waiting).any(axis=1)))
        contribution = books.contribution(week)
        cash = self.ledger.cash(week)
        broke = (cash < -np.round(entrant.credit * 100.0)) & ~entrant.left.all(axis=1)
        if broke.any():
            self.observer.insolvent(week, broke)
            _, cleared = entrant.leave(np.broadcast_to(broke[:, None], active.shape) & ~entrant.left)
            books.clear(week, cleared)
        self.ledger.check(week)
        revenue = levers.markets(quote.price * (sales.sold - sales.refused))
        credited = revenue * advertising.attributed_share(reach.ads, reach.organic, reach.awareness)
        acos = np.where(credited > 0.0, reach.spent_usd / np.maximum(credited, 1e-9), np.nan)
        entrant.learn(week, sales, revenue, contribution, self._open, acos)
        self.listing.remember(week, reach, self._of_listing(sales), self.needs, self._open)

    def observe(self, week: int, shelf: Shelf, reach: Reach, quote: Quote, sales: Sales) -> None:
        """Record the week."""
        counting, variants = shelf.listed & self._entering, len(self.world.variants)
        sold = sales.sold.reshape(*self.needs.shape, variants)
        units.funnel(
            self.tallies.stages, self._wanted[:, :, :variants], sold, self.needs, variants, counting,
            self.observer.funnel,
        )  # fmt: skip
        prices = np.stack([r.price for r in self.rivals], axis=-1)
        listed = np.stack([r.listed for r in self.rivals], axis=-1)
        self.observer.week(
            week, self.needs, self.units, shelf, reach, sales, quote, prices, listed,
            self.listing.shown(self.exposure.active(week)), self.entrant.warehouse.units, self.entrant.levers,
            self.tallies,
        )  # fmt: skip


def _route(batch: Batch, levers: Levers, variants: Sequence[str]) -> Route:
    """Return how a strategy ships, in words that logistics knows."""
    weight, volume = (
        levers.cells(batch.constant(1.0)) * np.tile(
            np.concatenate([number_of(batch, variant, name) for variant in variants], axis=1), (1, len(batch.codes))
        )
        for name in ("weight_kg", "volume_l")
    )  # fmt: skip
    return Route(levers.mode, levers.hub, levers.air, levers.store, levers.marketplace, len(variants), weight, volume)
