"""The entrant: it decides once a week on a frozen view of last week, then acts."""

from __future__ import annotations

import mesa
import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.compiled import njit
from simulator.exact import log
from simulator.sellers import advertising, inventory, pricing
from simulator.sellers.cost import experience_factor, order_factor, product_cost, unit_cost
from simulator.sellers.forecasting import History, life_curve, plan_demand
from simulator.sellers.levers import NEVER, Levers
from simulator.sellers.warehouse import Warehouse, pooled_sd, to_houses
from simulator.views import Sales, Shelf, View
from simulator.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

FAR = 1 << 29
"""A week that never comes."""
JUDGED_CURVE = 0.5
"""The exit rule looks at weeks with at least this part of a generation's mean demand (assumption)."""


class Entrant(mesa.Agent):
    """The seller whose decisions are studied, in a batch of F futures and M markets."""

    def __init__(self, model: mesa.Model, world: World, levers: Levers) -> None:
        super().__init__(model)
        batch = world.batch
        self.world, self.levers = world, levers
        self.futures, self.markets = world.needs_week.shape
        self.lead = _leads(batch, levers)
        self.history = History(self.futures, self.markets)
        self.revenue = History(self.futures, self.markets)
        self.warehouse = Warehouse(self.futures, self.markets, int(self.lead.max(initial=0)) + 1)
        shape = (self.futures, self.markets)
        self.price: Floats = pricing.fixed_price(levers.position, world.reference_price)
        self.listed_since: Ints = np.full(shape, -1, np.int64)
        self.left: Flags = np.zeros(shape, bool)
        self.first_ordered: Flags = np.zeros(shape, bool)
        self.produced: Floats = np.zeros((self.futures, 1))
        self.leftover: Ints = np.zeros(shape, np.int64)
        self.cancelled: Ints = np.zeros(shape, np.int64)  # shipments of a firm that leaves, never received
        self.ads: Floats = np.zeros(shape)
        self.orders: Ints = np.zeros(shape, np.int64)
        self._contribution: Floats = np.zeros((int(levers.exit_weeks.max()), *shape))
        self._judged: Ints = np.zeros(shape, np.int64)
        self._fixed_prices: Floats = np.full(shape, np.nan)
        self._set_product(batch)
        self._set_calendar(batch)
        self._set_numbers(batch)

    # ----------------------------------------------------------------------------------------- constants
    def _set_product(self, batch: Batch) -> None:
        """Put the product together: cost, attributes, when its certificates are ready."""
        levers, scenario = self.levers, batch.scenario
        adders = "health_usd", "green_usd", "traceable_usd"
        health, green, trace = (batch.category(f"unit_adders.{name}") for name in adders)
        self.product_usd: Floats = product_cost(
            batch.seller("unit_cost_usd"), levers.tier_cost, levers.health, health, levers.green, green,
            levers.traceable * 1.0, trace,
        )  # fmt: skip
        known = scenario.category_profile.certificates
        self.certificate_usd: Floats = batch.each(
            lambda f, m: sum(batch.categories[f].certificates[c].per_unit_usd for c in levers.certificates[m])
        )
        ready = {code: self._first_use(code) + certificate.weeks for code, certificate in known.items()}
        proves = {claim: np.full(self.markets, FAR) for claim in ("health", "green", "safety")}
        self.certified_from: Ints = np.full(self.markets, FAR)
        for m in range(self.markets):
            for code in levers.certificates[m]:
                self.certified_from[m] = min(self.certified_from[m], ready[code])
                for claim in known[code].supports:
                    proves[claim][m] = min(proves[claim][m], ready[code])
        self.proven_from = proves
        moq = [
            [batch.behaviours[f].moq_units if s.seller.moq_units is None else s.seller.moq_units]
            for f, s in enumerate(batch.futures)
        ]
        self.moq: Floats = batch.constant(1.0) * np.array(moq, np.float64)

    def _first_use(self, certificate: str) -> int:
        """Return the week of the first entry whose product carries the certificate."""
        weeks = [int(self.levers.entry[m]) for m in range(self.markets) if certificate in self.levers.certificates[m]]
        return min(weeks, default=FAR)

    def _set_calendar(self, batch: Batch) -> None:
        """Lay out the generations of the product and the business plan by week."""
        category, scenario, levers = batch.scenario.category_profile, batch.scenario, self.levers
        entered = levers.entry < NEVER
        start = int((levers.entry + self.lead)[entered].min(initial=FAR))
        self.life = category.life_weeks if scenario.on("product_life") else FAR
        self.life_start = min(start, scenario.weeks)
        weeks = self.world.season.shape[2]
        c = category.life_curve
        self.curve: Floats = np.ones(weeks)
        if scenario.on("product_life"):
            curve = life_curve(category.life_weeks, c.start, c.rise_share, c.rise, c.fall_share, c.fall, c.end)
            self.curve = curve[(np.arange(weeks) - self.life_start) % category.life_weeks]
        self.log_curve = np.array([log(x) for x in self.curve])
        self.shape: Floats = self.world.season * self.curve
        plan_share = batch.behaviour("plan_share") * batch.category_in("reference_seller_share")
        plan = plan_demand(plan_share[:, :, None], 1.0, self.world.needs_week[:, :, None], self.shape)
        self.plan: Floats = np.ascontiguousarray(plan)
        self.design_lag = np.array([b.incubation_weeks for b in batch.behaviours])

    def _set_numbers(self, batch: Batch) -> None:
        """Read the numbers of the decisions once."""
        self.alpha = batch.behaviour("smoothing_alpha")[:, 0]
        self.plan_sd = batch.behaviour("plan_sd_share")[:, 0]
        self.first_weeks = batch.behaviour("first_order_weeks")
        self.reserve = batch.behaviour("reserve_usd")[:, 0]
        self.credit = batch.seller("credit_limit_usd")[:, 0]
        self.experience = batch.behaviour("experience_units"), batch.behaviour("experience_share")
        self.learning = batch.scenario.on("experience_curve")
        self.stock_on = batch.scenario.on("stock")
        web = batch.behaviour("web_share")
        reference = advertising.reference_spend(
            batch.market("tacos_share"), batch.category_in("reference_seller_share"), self.world.needs_week,
            self.world.reference_price,
        )  # fmt: skip
        self.ad_reference: Floats = reference
        self.ad_room: Floats = advertising.channel_reference(
            reference, self.levers.marketplace * 1.0, self.levers.store * 1.0, web
        )
        self.ad_room_store: Floats = advertising.channel_reference(reference, 0.0, self.levers.store * 1.0, web)
        self.ad_cap = batch.behaviour("ad_cap_factor")
        self.unproven = {
            "health": batch.behaviour("health_unproven_share"), "green": batch.behaviour("green_unproven_share"),
            "safety": batch.constant(1.0),
        }  # fmt: skip
        self.team_conversion: Floats = batch.behaviour("team_conversion") * self.levers.team
        self.quality = batch.seller("quality") + self.levers.tier_quality
        self.taste_position = batch.seller("taste_position")
        self.taste_gamma = batch.behaviour("taste_gamma") * batch.scenario.on("taste_drift")

    # ------------------------------------------------------------------------------------------- states
    def entered(self, week: int) -> Flags:
        """Say where the firm is in business, listed or not yet, bool[F, M]."""
        entered: Flags = (self.levers.entry <= week) & ~self.left
        return entered

    def listed(self) -> Flags:
        """Say where the offer stands, bool[F, M]."""
        return (self.listed_since >= 0) & ~self.left

    def generation_end(self, week: int) -> int:
        """Return the first week after the life of the variant that sells in `week`."""
        if self.life == FAR:
            return FAR
        return self.life_start + ((max(week, self.life_start) - self.life_start) // self.life + 1) * self.life

    def unit_cost(self, units: Floats | float = 0.0) -> Floats:
        """Return what a unit costs in an order of that size now, USD, float64[F, M]."""
        learned = experience_factor(self.produced, *self.experience) if self.learning else 1.0
        return unit_cost(self.product_usd, learned, order_factor(units), self.certificate_usd)

    def set_price(self, market: int, usd: float) -> None:
        """Fix the consumer price in a market from the next decision on (a model stepped by hand)."""
        self._fixed_prices[:, market] = usd

    # ------------------------------------------------------------------------------------------ the week
    def receive(self, week: int) -> tuple[Ints, Ints]:
        """Close a generation that ends, then shelve what arrives; return written-off units and cents, [F, M]."""
        units, cents = np.zeros_like(self.orders), np.zeros_like(self.orders)
        if week > self.life_start and (week - self.life_start) % self.life == 0:
            units, cents = self.warehouse.clear(np.ones((self.futures, self.markets), bool))
            self.leftover += units
        self.warehouse.receive(week)
        house = self.levers.house
        arrived = (self.warehouse.received[:, house] > 0) if self.stock_on else (week >= self.levers.entry + self.lead)
        start = (self.listed_since < 0) & self.entered(week) & arrived
        self.listed_since[start] = week
        return units, cents

    def decide(self, view: View) -> None:
        """Settle this week's price, advertising and orders on last week's facts; nothing is done yet."""
        self._next_price = self._price(view)
        self._next_ads = self._budget(view)
        self._next_orders = self._order(view)
        self._leaving = self._exits(view)

    def commit(self, view: View) -> tuple[Ints, Ints]:
        """Act on the decisions; return units and cents of stock that is cleared by leaving, [F, M]."""
        self.price = self._next_price
        self.ads = self._next_ads
        cleared = self.leave(self._leaving)
        self.orders = np.where(self._needed(), self._next_orders, 0)
        self.first_ordered |= self.orders > 0
        self.produced = self.produced + self.orders.sum(axis=1, keepdims=True)
        return cleared

    def leave(self, markets: Flags) -> tuple[Ints, Ints]:
        """Give markets up, bool[F, M]; return the units and cents of the warehouses that nobody needs any more."""
        self.left |= markets
        if not markets.any():
            zero = np.zeros_like(self.orders)
            return zero, zero
        unneeded = ~self._needed()
        shelved = self.warehouse.units * unneeded
        units, cents = self.warehouse.clear(unneeded, shipments=True)
        self.leftover += shelved
        self.cancelled += units - shelved
        return units, cents

    def _needed(self) -> Flags:
        """Say which houses still serve a market, bool[F, M]."""
        return np.asarray(to_houses((~self.left).astype(np.float64), self.levers.house) > 0)

    def _price(self, view: View) -> Floats:
        levers, world = self.levers, self.world
        position, price = levers.position, np.empty_like(self.price)
        for m, rule in enumerate(levers.price_rule):
            if rule == "global":
                price[:, m] = pricing.global_price(position[:, m], world.reference_price_us[:, 0])
            elif rule == "follow":
                price[:, m] = pricing.follow_price(self.price[:, m], position[:, m], view.close_price[:, m])
            elif rule == "undercut":
                price[:, m] = pricing.undercut_price(position[:, m], view.close_low[:, m], self.price[:, m])
            elif rule == "logit":
                price[:, m] = pricing.logit_price(
                    self.price[:, m], view.break_even[:, m], view.reference_price[:, m], view.price_scale[:, m],
                    view.conversion[:, m],
                )  # fmt: skip
            else:
                price[:, m] = pricing.fixed_price(position[:, m], world.reference_price[:, m])
        price = pricing.not_below(price, view.price_floor)
        return np.where(np.isnan(self._fixed_prices), price, self._fixed_prices)

    def _budget(self, view: View) -> Floats:
        """Advertising by market, USD; paused where nothing is on the shelf."""
        levers = self.levers
        room = np.where(view.barred, self.ad_room_store, self.ad_room)  # nobody can buy what the law bars
        live = self.listed() & (room > 0.0) & ((self.warehouse.units[:, levers.house] > 0) | (not self.stock_on))
        split = live & ~levers.ads_own[None, :]
        total = levers.ads_budget.copy()
        known = self.revenue.count >= 4
        recent = self.revenue.recent()
        share = np.zeros_like(total)
        for m in range(self.markets):
            column = np.ascontiguousarray(levers.ads_budget[:, m])
            share[:, m] = advertising.split_budget(column, room, split, self.ad_cap[:, 0])[:, m]
        own = advertising.capped_budget(total, room, self.ad_cap)
        fixed = np.where(levers.ads_own, own, share)
        launching = (view.week - self.listed_since) < levers.ads_launch
        tacos = advertising.tacos_budget(levers.ads_share, recent, fixed, launching * 1.0, known * 1.0)
        tacos = advertising.capped_budget(tacos, room, self.ad_cap)
        budget = np.where(np.array(levers.ads_rule) == "tacos", tacos, fixed)
        return np.where(live, budget, 0.0)

    def _order(self, view: View) -> Ints:
        """Order up to the level of each house, cash permitting (DEFAULTS eq. 8)."""
        levers, week = self.levers, view.week
        if not self.stock_on:
            return np.zeros_like(self.orders)
        buying = self.entered(week)
        arrival = week + self.lead
        begins = np.array([self._generation_start(int(a)) for a in arrival])
        ends = np.array([self.generation_end(int(a)) for a in arrival])
        position = np.where(begins <= week, self.warehouse.units, 0) + self.warehouse.on_the_way(
            week, np.maximum(begins, week + 1), np.minimum(ends - 1, week + 2 * FAR)
        )
        total, sd = self._forecast(week, begins, ends)
        total, sd = np.where(buying, total, 0.0), np.where(buying, sd, 0.0)
        level = inventory.order_up_to(
            to_houses(total, levers.house), pooled_sd(sd, levers.house), self.lead * 1.0, levers.service_level
        )
        wished = inventory.lot(level, position * 1.0, self.moq)
        opening = buying & (levers.entry == week)
        if opening.any():
            first = np.zeros_like(wished)
            for m in np.flatnonzero(levers.entry == week):
                weeks = round(float(self.first_weeks[0, 0]))
                start = week + int(self.lead[m])
                end = min(start + weeks, self.generation_end(start))
                first[:, m] = self.plan[:, m, start:end].sum(axis=-1) * buying[:, m]
            first = inventory.first_lot(to_houses(first, levers.house), self.moq)
            opened = to_houses(opening * 1.0, levers.house) > 0
            wished = np.where(opened & ~self.first_ordered, first, wished)
        served = to_houses(buying * 1.0, levers.house) > 0
        wished = np.where(served, wished, 0.0)
        unit = self.unit_cost(wished)
        cash = (unit + view.freight_usd) * (1.0 + view.duty_share) * (1.0 + view.import_vat_share)
        cash = cash + unit * view.export_vat_share
        room = inventory.spendable(view.cash_usd, self.credit, self.reserve)
        return inventory.within_cash(wished, cash, room, self.moq)

    def _generation_start(self, week: int) -> int:
        """Return the first week of the generation that sells in `week`."""
        if self.life == FAR or week < self.life_start:
            return -FAR
        return self.life_start + (week - self.life_start) // self.life * self.life

    def _forecast(self, week: int, begins: Ints, ends: Ints) -> tuple[Floats, Floats]:
        """Demand of the weeks that an order covers, within the generation that it is for; total and sd, [F, M]."""
        lead = np.broadcast_to(self.lead, (self.futures, self.markets)).copy()
        end = np.broadcast_to(np.minimum(ends, FAR), lead.shape).copy()
        weeks = np.arange(self.shape.shape[2])
        open_weeks = (weeks[None, :] >= begins[:, None]).astype(np.float64)
        shape, plan = self.shape * open_weeks[None], self.plan * open_weeks[None]
        total, sd = np.zeros(lead.shape), np.zeros(lead.shape)
        for method in sorted(set(self.levers.forecast)):
            done = self.history.forecast(method, week, lead, end, shape, plan, self.plan_sd)
            mine = np.array(self.levers.forecast) == method
            amount = done.total
            if method == "mean":  # flat over the weeks of the lead time; of a new generation only those it sells in
                covered = np.clip((week + self.lead + 2) - np.maximum(begins, week + 1), 0, self.lead + 1)
                amount = amount * np.where(self.history.count >= 4, covered / (self.lead + 1), 1.0)
            total, sd = np.where(mine, amount, total), np.where(mine, done.sd, sd)
        return total, sd

    def _exits(self, view: View) -> Flags:
        """Say where the mean contribution of the last judged weeks is below the limit of the exit rule."""
        levers = self.levers
        mean = recent_mean(self._contribution, self._judged, levers.exit_weeks)
        ripe = (self._judged >= levers.exit_weeks) & (view.week - self.listed_since >= levers.exit_after)
        return ripe & self.listed() & (mean < levers.exit_below)

    # --------------------------------------------------------------------------------------- what it shows
    def shelf(self, week: int) -> Shelf:
        """Return what the entrant shows this week."""
        levers = self.levers
        listed = self.listed()
        stock = np.where(listed, self.warehouse.units[:, levers.house] if self.stock_on else FAR, 0)
        design = self._generation_start(week)
        launch = max(design, 0) if design > -FAR else self.life_start
        tau, history = self.world.taste, self.world.taste_history
        futures = np.arange(self.futures)
        aimed = tau[futures, :, np.maximum(history + launch - self.design_lag, 0)] + self.taste_position
        mismatch = self.taste_gamma * np.abs(aimed - tau[:, :, history + week])
        levels = {"health": levers.health, "green": levers.green, "safety": levers.traceable * 1.0}
        credible: dict[str, Floats] = {
            claim: np.asarray(level * np.where(self.proven_from[claim] <= week, 1.0, self.unproven[claim]))
            for claim, level in levels.items()
        }
        return Shelf(
            listed=listed, price=self.price, age_weeks=np.where(listed, week - self.listed_since, 0), stock=stock,
            ads_usd=self.ads, health=credible["health"], green=credible["green"], safety=credible["safety"],
            certified=np.broadcast_to(self.certified_from <= week, listed.shape),
            green_badge=(levers.green > 0.5) & (self.proven_from["green"] <= week),
            quality=self.quality - mismatch,
            constant=self.team_conversion + self.log_curve[week],
        )  # fmt: skip

    def learn(self, week: int, sales: Sales, revenue_usd: Floats, contribution_usd: Floats, open_: Flags) -> None:
        """Take the week's results into the records that next week's decisions rest on."""
        live = self.listed() & open_
        self.history.observe(
            sales.demand.astype(np.float64), np.ascontiguousarray(self.shape[:, :, week]), live, self.alpha
        )
        self.revenue.observe(revenue_usd, np.ones_like(revenue_usd), self.listed(), self.alpha)
        # A generation that starts or runs out, and a suspension, say little of the market: not judged.
        if self.curve[week] >= JUDGED_CURVE:
            keep_week(self._contribution, self._judged, contribution_usd, live)


@njit
def keep_week(ring, count, values, where):
    """Put values float64[F, M] into a ring float64[size, F, M] of the last weeks, where bool[F, M] says so."""
    for f in range(count.shape[0]):
        for m in range(count.shape[1]):
            if where[f, m]:
                ring[count[f, m] % ring.shape[0], f, m] = values[f, m]
                count[f, m] += 1


@njit
def recent_mean(ring, count, weeks):
    """Mean of the last `weeks` int64[M] values of a ring, oldest first, float64[F, M]; NaN before there are so many."""
    out = np.full(count.shape, np.nan)
    for f in range(count.shape[0]):
        for m in range(count.shape[1]):
            if count[f, m] >= weeks[m]:
                total = 0.0
                for i in range(count[f, m] - weeks[m], count[f, m]):
                    total += ring[i % ring.shape[0], f, m]
                out[f, m] = total / weeks[m]
    return out


def _leads(batch: Batch, levers: Levers) -> Ints:
    """Return the weeks from order to shelf, int64[M]: production, and the sea for local stock."""
    category = batch.scenario.category_profile
    sea = [batch.scenario.market(code).sea_weeks if local else 0.0 for code, local in zip(
        batch.codes, levers.local_stock, strict=True)]  # fmt: skip
    return np.array([round(category.lead_production_weeks + weeks) for weeks in sea], np.int64)
