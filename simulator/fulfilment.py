"""From choices to real units: rationed, delivered, returned and reviewed."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from simulator import draws
from simulator.batch import Batch
from simulator.consumers import demand as units
from simulator.consumers.columns import Tallies
from simulator.market.listing import thin
from simulator.sellers.entrant import Entrant
from simulator.sellers.warehouse import lend, ration
from simulator.shoppers import market_mean
from simulator.startup import prefixes
from simulator.storefront import Storefront
from simulator.views import ENTRANT, Sales
from simulator.wholesale import Wholesale
from simulator.world import CORE, World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def return_share(batch: Batch, team: NDArray[np.bool_]) -> Floats:
    """Return the share of delivered units that come back, float64[F, M]; a local `team`, bool[M], prevents some."""
    relative = batch.market("return_share") / market_mean("return_share")
    prevented = np.where(team, batch.behaviour("team_returns_factor"), 1.0)
    share = batch.category("quality.return_share") * relative * prevented * batch.scenario.on("returns")
    return np.minimum(share, 1.0)


class Fulfilment:
    """What becomes of the week's choices, for one strategy in F futures and M markets.

    Attributes
    ----------
    needs : int64[F, M]
        This week's real needs.
    wanted : int64[F, M, offers]
        The entrant's demand, variants first.
    units : int64[F, M, offers + 1]
        Units of every offer, outside last.
    grey : int64[F, M]
        Needs met by what business buyers sell on.
    """

    def __init__(self, world: World, entrant: Entrant, storefront: Storefront, cash_share: Floats) -> None:
        """Take the share of buyers who pay cash at the door, float64[M]."""
        self.world, self.entrant, self.storefront = world, entrant, storefront
        batch, levers = world.batch, entrant.levers
        scenario, cells = batch.scenario, levers.cells
        self._sampled, self._once = scenario.demand == "sampled", batch.categories[0].once
        self._bounded = scenario.on("stock")
        self._streams = {
            name: prefixes(batch, name)
            for name in ("listing_noise", "units", "delivery", "returns", "cash_refusal", "stock_error")
        }
        self._identities = [0 if v == CORE else draws.name_id(f"{ENTRANT}/{v}") >> 2 for v in world.variants]
        self._noise_sd = batch.constant(1.0) * batch.category("season.listing_noise_sd") * scenario.on("listing_noise")
        self._return_share = return_share(batch, levers.team)
        self._refusal = cells(cash_share * batch.market("cash_refusal_share") * scenario.on("returns"))
        back = levers.local_stock | levers.local_returns
        resold = cells(batch.constant(1.0) * batch.behaviour("stock_return_resold_share") * back)
        self._resold = resold * ~levers.on_demand  # nobody else wants what was made for one
        offers = world.menu.shape[2]
        self._expected = np.zeros((*world.response.shape, offers))
        self.wanted: Ints = np.zeros((*world.response.shape, offers), np.int64)
        self.needs: Ints = np.zeros(world.response.shape, np.int64)
        self.grey: Ints = np.zeros_like(self.needs)
        self.units: Ints = np.zeros((*world.response.shape, offers + 1), np.int64)

    def settle(self, week: int, t: Tallies, wholesale: Wholesale | None) -> Sales:
        """Turn choices into real units, ration them, deliver and take returns, by cell."""
        world, levers = self.world, self.entrant.levers
        self.needs = t.counts.sum(axis=-1) if self._sampled else world.needs[week]
        asked = t.polled
        if self._once:  # who has left the market has no need
            asked = np.rint(t.shares.sum(axis=(2, 3)) * units.UNIT).astype(np.int64)
            if not self._sampled:
                self.needs = self.needs * asked // np.maximum(t.polled, 1)
        variants = len(world.variants)
        by_variant = (*self.needs.shape, variants)
        identities = world.menu["identity"][0, 0, :variants]
        units.demand(
            t.shares[:, :, :-1], asked, t.counts, self.needs, self._sampled, variants, self.storefront.offered,
            self._streams["listing_noise"], self._streams["units"], identities, self._noise_sd, week, self._expected,
            self.wanted,
        )  # fmt: skip
        stock = self.entrant.warehouse.findable
        self.grey = np.zeros_like(self.needs)
        if wholesale is not None:
            stock = stock - wholesale.reserve(week)
            self.grey = wholesale.grey(week, self.wanted[:, :, 0])
            self.wanted[:, :, 0] -= self.grey
        demand = self.wanted[:, :, :variants].reshape(len(self.needs), -1).copy()
        sold, lost = demand.copy(), np.zeros_like(demand)
        if self._bounded:
            bound = np.where(levers.on_demand, 0, demand)
            sold = ration(bound, stock, levers.house) + (demand - bound)
            lost = demand - sold
            if variants > 1:
                lost = lend(lost, t.divert, stock, levers.house, levers.on_demand, self.storefront.offered, sold)
        wanted, got = levers.markets(demand), levers.markets(sold)
        self.storefront.record["sold_share"] = np.where(wanted > 0, got / np.maximum(wanted, 1), 1.0)
        self.units = np.zeros((*wanted.shape, self._expected.shape[2] + 1), np.int64)
        self._divert(t, sold.reshape(by_variant), lost.reshape(by_variant), asked)
        refused = self.part("cash_refusal", week, 0, sold, self._refusal)
        delivered = sold - refused
        sound = 1.0 - levers.cells(self.entrant.capabilities.wrong_answers(week))
        punctual, not_bad = self.storefront.on_time * sound, self.storefront.not_bad * sound
        on_time = self.part("delivery", week, 0, delivered, punctual)
        late = (not_bad - punctual) / np.maximum(1.0 - punctual, 1e-12)
        slight = self.part("delivery", week, 1, delivered - on_time, late)
        back = levers.cells(np.minimum(self._return_share * self.entrant.capabilities.returns(week), 1.0))
        returned = self.part("returns", week, 0, delivered, back)
        return Sales(
            demand=demand, sold=sold, refused=refused, returned=returned,
            resold=self.part("returns", week, 1, returned, self._resold), on_time=on_time, slight=slight,
            bad=delivered - on_time - slight,
        )  # fmt: skip

    def part(self, stream: str, week: int, number: int, units: Ints, share: Floats) -> Ints:
        """Return a binomial part of the units of every cell, int64[F, C]; a variant's draws carry its name."""
        variants, out = len(self._identities), np.empty_like(units)
        for v, identity in enumerate(self._identities):
            part = np.ascontiguousarray(units[:, v::variants]), np.ascontiguousarray(share[:, v::variants])
            out[:, v::variants] = thin(self._streams[stream], week, identity + number, *part)
        return out

    def of_listing(self, sales: Sales) -> Sales:
        """Return what happened to the demand of each listing, [F, M]."""
        total = self.entrant.levers.markets
        return Sales(**{field.name: total(getattr(sales, field.name)) for field in fields(Sales)})

    def _divert(self, t: Tallies, sold: Ints, lost: Ints, asked: Ints) -> None:
        """Give rivals and the outside option their units, what the entrant could not deliver included."""
        offers = self._expected.shape[2]
        expected = np.zeros((*self.needs.shape, offers + 1))
        expected[:, :, :offers] = self._expected
        expected[:, :, offers] = t.shares[:, :, offers].sum(axis=-1) * units.UNIT
        expected[:, :, offers] *= self.needs / np.maximum(asked, 1)
        units.divert(expected, lost, sold, t.divert, self.needs - self.grey, self._sampled, t.counts, self.units)
        self.units[:, :, -1] += self.grey  # bought the entrant's goods, not from it
