"""The entrant's storefront: what shoppers see of it, and who sees it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.assembly import punctuality
from simulator.consumers.columns import LISTING
from simulator.logistics.lanes import Lanes, Route, days, parcel_nodes
from simulator.market.exposure import Exposure
from simulator.market.listing import Listing
from simulator.market.platform import consideration, contagion
from simulator.market.regulator import Regulator
from simulator.sellers import advertising
from simulator.sellers.entrant import Entrant
from simulator.sellers.levers import ALL_METHODS
from simulator.sellers.rivals import Rival
from simulator.views import Reach, Shelf
from simulator.world import World

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Storefront:
    """The records that the week of consumers reads, of one strategy in F futures and M markets.

    Attributes
    ----------
    menu : records of `columns.OFFER`[F, M, V + K]
        Offers of the week: the entrant's variants, then rivals.
    record : records of `columns.LISTING`[F, M]
        The entrant's listing.
    offered : bool[F, M, V]
        Variants that can be bought.
    on_time, not_bad : float64[F, C]
        Probabilities of a delivery on time, and of one that is at most slightly late.
    lane_days : three float64[F, M]
        Low, typical and high days to the door.
    """

    def __init__(
        self, world: World, entrant: Entrant, lanes: Lanes, route: Route, listing: Listing, regulator: Regulator,
        exposure: Exposure,
    ) -> None:  # fmt: skip
        self.world, self.entrant, self.lanes, self.listing = world, entrant, lanes, listing
        self.regulator, self.exposure = regulator, exposure
        self.menu, self.record = world.menu.copy(), np.zeros(world.response.shape, LISTING)
        self.record["sold_share"] = 1.0
        self._read_deliveries(route)
        self._read_advertising()
        self._fill()

    def _read_deliveries(self, route: Route) -> None:
        """Read how long deliveries take, and how sure that is."""
        world, levers, batch = self.world, self.entrant.levers, self.world.batch
        cells = levers.cells
        low, typical, high = (days(batch, route, part) for part in ("low", "typical", "high"))
        self.lane_days = low, typical, high
        promise, on_time, not_bad = punctuality(batch, low, typical, high)
        self.on_time, self.not_bad = cells(on_time), cells(not_bad)
        self._promise = cells(promise) + batch.behaviour("pod_days") * levers.on_demand
        self._wait = 7.0 * world.shocks.wait(parcel_nodes(batch, route))
        direct = [archetype.delivery == "direct" for archetype in batch.categories[0].archetypes.values()]
        self._abroad = [len(world.variants) + k for k in np.flatnonzero(direct)]
        self._delivery_on = batch.scenario.on("delivery")
        self._wait_abroad = 7.0 * world.shocks.wait(parcel_nodes(batch)) * self._delivery_on
        promise = levers.core(self._promise)
        self.review_delay = np.where(levers.local_stock, 0, np.round(promise / 7.0)).astype(np.int64)
        self._tolerance = batch.market("delivery_tolerance_days")

    def _read_advertising(self) -> None:
        """Read what contacts cost, and what else leads to the listing."""
        world, levers, batch = self.world, self.entrant.levers, self.world.batch
        scenario, reference = batch.scenario, self.entrant.budget.reference
        self.web = batch.behaviour("web_share")
        self._device = batch.behaviour("desktop_visibility_factor"), batch.behaviour("mobile_visibility_factor")
        self._contact_cost = advertising.contact_cost(
            batch.market("acos_share"), world.reference_price, batch.category_in("conversion_at_parity")
        )
        self._ad_market = reference * levers.marketplace
        self._ad_store = reference * self.web * levers.store
        self._ad_exponent = batch.behaviour("ad_exponent")
        self._store_cost = self._contact_cost * batch.behaviour("store_contact_cost_factor")
        self._ads_on, self._compliance_on = scenario.on("ads"), scenario.on("compliance")
        imitation = batch.behaviour("contagion_per_year") / batch.category_in("frequency_per_year")
        self._imitation = imitation * scenario.on("contagion")

    def _fill(self) -> None:
        """Write what never changes into the records."""
        levers, batch, products = self.entrant.levers, self.world.batch, self.entrant.products
        scenario, record = batch.scenario, self.record
        for name in ("smart_gain", "smart_load", "custom", "festival", "child_safe"):
            part = np.broadcast_to(getattr(products, name), self._promise.shape)
            self._own[name] = part.reshape(self._own.shape)
        # where a need that starts on a marketplace, or on the web, would buy
        self._in_store = [levers.store & (~levers.marketplace | (web == 1)) for web in (0, 1)]
        for web, in_store in enumerate(self._in_store):
            soften = np.where(in_store, 1.0, batch.behaviour("marketplace_language_factor"))
            foreign = np.where(levers.language, 0.0, 1.0) * soften
            payments = np.where(in_store & scenario.on("payment"), levers.payments, ALL_METHODS)
            record["desktop_only"][:, :, web] = in_store & ~levers.mobile & scenario.on("device")
            record["pays"][:, :, web] = payments
            record["refuse_factor"][:, :, web] = foreign
            record["language"][:, :, web] = foreign

    @property
    def _own(self) -> NDArray[np.void]:
        """Return the records of the entrant's variants, [F, M, V]."""
        return self.menu[:, :, : len(self.world.variants)]

    # ---------------------------------------------------------------------------------------- what bars it
    def _barred_products(self, week: int, price: Floats) -> Flags:
        """Say which products the law bars from the marketplace, bool[F, C]."""
        entrant = self.entrant
        lacking = entrant.levers.missing | entrant.products.certificates.lapsed(week)
        return (self.lanes.barred(week, price) | lacking) & self._compliance_on

    def closed(self, week: int) -> Flags:
        """Say where the law lets nothing in that is shipped order by order, bool[F, M]."""
        return self.entrant.levers.core(self.lanes.closed(week)) & self._compliance_on

    def barred(self, week: int, price: Floats) -> Flags:
        """Say where the law bars every product that is shown from the marketplace, bool[F, M]."""
        levers = self.entrant.levers
        return ~levers.any(~self._barred_products(week, price) & (self.entrant.started | (levers.variants == 1)))

    def suspended(self, week: int) -> Flags:
        """Say where nothing is sold this week by order of a regulator or a law, bool[F, M]."""
        return self.regulator.suspended(week) | self.closed(week)

    def days(self, week: int) -> Floats:
        """Return the promised days, float64[F, C]: over a closed airport those until it opens come on top."""
        return self._promise + self.entrant.levers.cells(self._wait[week])

    def platform(self, week: int, shelf: Shelf) -> Reach:
        """Rank the listing, sell contacts; write who considers it into the consumers' records."""
        listing, levers, web = self.listing, self.entrant.levers, self.web
        needs = self.world.needs[week] * 1.0
        open_ = ~self.suspended(week)
        exposed = self.exposure.active(week)
        organic = listing.organic(shelf, levers.core(self.days(week)) <= self._tolerance, exposed) * levers.marketplace
        spent = np.where(open_, shelf.ads_usd, 0.0) * self._ads_on
        open_marketplace = levers.marketplace & ~self.barred(week, shelf.price)
        quality = self.entrant.capabilities.advertising(week)
        in_store = spent * advertising.store_part(open_marketplace * 1.0, levers.store * 1.0, web)
        bought = advertising.contacts(spent - in_store, self._ad_market, self._contact_cost, self._ad_exponent, quality)
        bought_web = advertising.contacts(in_store, self._ad_store, self._store_cost, self._ad_exponent, quality)
        ads = advertising.reach(bought, needs), advertising.reach(bought_web, needs * web)
        aware = listing.aware()
        caught = contagion(listing.satisfied_owners(week) / self.world.people, self._imitation)
        record = self.record
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
            awareness=aware, contacts=bought + bought_web,
            found=v * needs * (open_ & open_marketplace), spent_usd=spent,
        )  # fmt: skip

    def show(self, week: int, shelf: Shelf, rivals: Sequence[Rival], level: Floats) -> None:
        """Write the week's offers; `level` float64[F, M] is the local price level in USD."""
        world, menu, record, levers = self.world, self.menu, self.record, self.entrant.levers
        variants, own = len(world.variants), self._own
        banned = self.barred(week, shelf.price)
        # A product that is barred beside one that is not is taken down; where all are, the barrier is counted.
        shown = shelf.shown & ~(self._barred_products(week, shelf.price) & ~levers.cells(banned))
        self.offered = np.ascontiguousarray(shown.reshape(own.shape))
        columns = {
            "listed": shown, "price": shelf.price / levers.cells(world.reference_price * level),
            "days": self.days(week) * self._delivery_on, "quality": shelf.quality, "health": shelf.health,
            "green": shelf.green, "safety": shelf.safety,
        }  # fmt: skip
        for name, values in columns.items():
            own[name] = values.reshape(own.shape)
        own["constant"] = world.menu["constant"][:, :, :variants] + shelf.constant.reshape(own.shape)
        own["unfamiliar"] = self.listing.unfamiliar(shelf.certified)[:, :, None]
        own["rating"] = self.listing.rating(self.exposure.active(week))[:, :, None]
        for k, rival in enumerate(rivals):
            offer = menu[:, :, variants + k]
            offer["listed"], offer["price"] = rival.listed, rival.price / (world.reference_price * level)
            for field, copied in rival.copied.items():
                offer[field] = copied
            if rival.crowd is not None:  # n like sellers are worth ln n more than one
                offer["constant"] = world.menu["constant"][:, :, variants + k] + rival.crowd
        menu["days"][:, :, self._abroad] = world.menu["days"][:, :, self._abroad] + self._wait_abroad[week, :, :, None]
        shut = self.suspended(week)
        for web, in_store in enumerate(self._in_store):
            record["barred"][:, :, web] = shut | (banned & ~in_store)
