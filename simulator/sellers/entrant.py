"""The entrant: it decides once a week on a frozen view of last week, then acts.

Arrays are [F, M] for what holds for a listing and [F, C] for what holds for a product (`simulator.sellers.levers`).
"""

from __future__ import annotations

import mesa
import numpy as np
from numpy.typing import NDArray

from simulator import calendar
from simulator.batch import Batch
from simulator.compiled import njit
from simulator.sellers import advertising, inventory, pricing
from simulator.sellers.capabilities import Capabilities
from simulator.sellers.cost import experience_factor, order_factor, unit_cost
from simulator.sellers.forecasting import History, plan_demand
from simulator.sellers.generations import Generations
from simulator.sellers.levers import NEVER, Levers
from simulator.sellers.product import CLAIMS, FAR, Products
from simulator.sellers.warehouse import Warehouse, pooled_sd, to_houses
from simulator.views import Sales, Shelf, View
from simulator.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

JUDGED_CURVE = 0.5
"""The exit rule looks at weeks with at least this part of a generation's mean demand (assumption)."""


class Entrant(mesa.Agent):
    """The seller whose decisions are studied, in a batch of F futures, M markets and C cells."""

    def __init__(
        self, model: mesa.Model, world: World, levers: Levers, lead: Ints, transit: Ints, still: Flags
    ) -> None:
        """Take the strategy.

        Parameters
        ----------
        lead, transit : int64[C]
            Weeks from order to shelf, and from the factory gate to the shelf.
        still : bool[W, F, C]
            Where a node on that way is closed.
        """
        super().__init__(model)
        batch = world.batch
        self.world, self.levers, self.lead = world, levers, lead
        self._transit, self._still = transit, still
        self.futures, self.markets = world.needs_week.shape
        self.products = Products.of(batch, levers, world.variants)
        self.opening = _openings(levers, self.products, lead)
        self.generations = Generations.of(batch, levers, self.opening + lead, world.season.shape[2] + 64)
        self.capabilities = Capabilities(batch, levers)
        cells = (self.futures, len(lead))
        self.history = History(*cells)
        self.revenue = History(self.futures, self.markets)
        self.warehouse = Warehouse(*cells, int(lead.max(initial=0)) + 1)
        shape = (self.futures, self.markets)
        self.base_price: Floats = pricing.fixed_price(levers.position, levers.cells(world.reference_price))
        self.price: Floats = self.base_price.copy()
        self.listed_since: Ints = np.full(shape, -1, np.int64)
        self.started: Flags = np.zeros(cells, bool)
        self.left: Flags = np.zeros(shape, bool)
        self.first_ordered: Flags = np.zeros(cells, bool)
        self.produced: Floats = np.zeros((self.futures, 1))
        self.leftover: Ints = np.zeros(cells, np.int64)
        self.cancelled: Ints = np.zeros(cells, np.int64)  # shipments of a firm that leaves, never received
        self.ads: Floats = np.zeros(shape)
        self.orders: Ints = np.zeros(cells, np.int64)
        self._acos_budget: Floats = np.full(shape, np.nan)
        self._acos: Floats = np.full(shape, np.nan)
        self._contribution: Floats = np.zeros((int(levers.exit_weeks.max()), *shape))
        self._judged: Ints = np.zeros(shape, np.int64)
        self._fixed_prices: Floats = np.full(cells, np.nan)
        self._set_plan(batch)
        self._set_numbers(batch)

    # ----------------------------------------------------------------------------------------- constants
    def _set_plan(self, batch: Batch) -> None:
        """Lay out season, life and business plan by week: the plan of a listing is shared by its variants."""
        levers, weeks = self.levers, self.world.season.shape[2]
        season = self.world.season if levers.variants == 1 else np.repeat(self.world.season, levers.variants, axis=1)
        self.shape: Floats = season * self.generations.curve[:, :weeks]
        plan_share = batch.behaviour("plan_share") * batch.category_in("reference_seller_share")
        sharing = np.maximum(levers.markets((levers.offered & ~levers.edition) * 1.0), 1.0)
        part = np.where(levers.edition, batch.behaviour("festival_plan_share"), 1.0) / levers.cells(sharing)
        share = levers.cells(plan_share) * part
        plan = plan_demand(share[:, :, None], 1.0, levers.cells(self.world.needs_week)[:, :, None], self.shape)
        self.plan: Floats = np.ascontiguousarray(plan)
        self.plan_level: Floats = share * levers.cells(self.world.needs_week)

    def _set_numbers(self, batch: Batch) -> None:
        """Read the numbers of the decisions once."""
        levers, scenario = self.levers, batch.scenario
        self.alpha = batch.behaviour("smoothing_alpha")[:, 0]
        self.plan_sd = batch.behaviour("plan_sd_share")[:, 0]
        self.first_weeks = batch.behaviour("first_order_weeks")
        self.pull_forward = batch.behaviour("pull_forward_weeks")
        self.reserve = batch.behaviour("reserve_usd")[:, 0]
        self.credit = batch.seller("credit_limit_usd")[:, 0]
        self.experience = batch.behaviour("experience_units"), batch.behaviour("experience_share")
        self.learning, self.stock_on = scenario.on("experience_curve"), scenario.on("stock")
        web = batch.behaviour("web_share")
        reference = advertising.reference_spend(
            batch.market("tacos_share"), batch.category_in("reference_seller_share"), self.world.needs_week,
            self.world.reference_price,
        )  # fmt: skip
        self.ad_reference: Floats = reference
        self.ad_room: Floats = advertising.channel_reference(
            reference, levers.marketplace * 1.0, levers.store * 1.0, web
        )
        self.ad_room_store: Floats = advertising.channel_reference(reference, 0.0, levers.store * 1.0, web)
        self.ad_cap = batch.behaviour("ad_cap_factor")
        self.unproven = {
            "health": batch.behaviour("health_unproven_share"), "green": batch.behaviour("green_unproven_share"),
            "safety": batch.constant(1.0)[:, :1],
        }  # fmt: skip
        self.team_conversion: Floats = batch.behaviour("team_conversion") * levers.team
        self.taste_gamma = batch.behaviour("taste_gamma") * scenario.on("taste_drift")
        self.design_lag = np.array([[b.incubation_weeks] for b in batch.behaviours], np.float64)
        self._market_of = np.arange(len(self.lead)) // levers.variants
        self._off: Floats = np.array([_promotions(cell, scenario.start, scenario.weeks) for cell in levers.promotions])

    # ------------------------------------------------------------------------------------------- states
    def entered(self, week: int) -> Flags:
        """Say where the firm is in business, listed or not yet, bool[F, M]."""
        entered: Flags = (self.levers.entry <= week) & ~self.left
        return entered

    def listed(self) -> Flags:
        """Say where the listing stands, bool[F, M]."""
        return (self.listed_since >= 0) & ~self.left

    def shown(self, week: int) -> Flags:
        """Say which products stand on the shelf, in stock or not, bool[F, C]."""
        season = (self.generations.starts(week) <= week) | ~self.levers.edition
        return self.started & ~self.levers.cells(self.left) & season

    def unit_cost(self, units: Floats | float = 0.0) -> Floats:
        """Return what a unit costs in an order of that size now, USD, float64[F, C]."""
        learned = experience_factor(self.produced, *self.experience) if self.learning else 1.0
        products = self.products
        return unit_cost(products.unit_usd, learned, order_factor(units), products.certificate_usd)

    def set_price(self, market: int, usd: float) -> None:
        """Fix the consumer price in a market from the next decision on (a model stepped by hand)."""
        first = market * self.levers.variants
        self._fixed_prices[:, first : first + self.levers.variants] = usd

    def in_stock(self) -> Flags:
        """Say which cells can deliver, bool[F, C]."""
        shelf = self.warehouse.units[:, self.levers.house] > 0
        return shelf | self.levers.on_demand | (not self.stock_on)

    # ------------------------------------------------------------------------------------------ the week
    def receive(self, week: int) -> tuple[Ints, Ints]:
        """Close generations that end, then shelve what arrives; return written-off units and cents, [F, C]."""
        units, cents = np.zeros_like(self.orders), np.zeros_like(self.orders)
        over = self.generations.over(week)
        if over.any():
            units, cents = self.warehouse.clear(np.broadcast_to(over, units.shape))
            self.leftover += units
        self.warehouse.hold(week, np.zeros_like(self.lead), self._still[week])
        self.warehouse.receive(week)
        levers = self.levers
        arrived = week >= self.opening + self.lead
        if self.stock_on:
            arrived = np.where(levers.on_demand, arrived, self.warehouse.received[:, levers.house] > 0)
        ready = arrived & levers.offered & (self.products.allowed_from <= week)
        self.started |= ready & levers.cells(self.entered(week))
        start = (self.listed_since < 0) & self.entered(week) & levers.any(self.started)
        self.listed_since[start] = week
        return units, cents

    def decide(self, view: View) -> None:
        """Settle this week's price, advertising and orders on last week's facts; nothing is done yet."""
        self._next_price = self._price(view)
        self._next_ads = self._budget(view)
        self._next_orders = self._order(view)
        self._leaving = self._exits(view)

    def commit(self, view: View) -> tuple[Ints, Ints]:
        """Act on the decisions; return units and cents of stock that is cleared by leaving, [F, C]."""
        self.base_price, self.price = self._next_price
        self.ads = self._next_ads
        cleared = self.leave(self._leaving)
        self.orders = np.where(self._needed(), self._next_orders, 0)
        self.first_ordered |= self.orders > 0
        self.produced = self.produced + self.orders.sum(axis=1, keepdims=True)
        return cleared

    def dispatch(self, week: int, landed: Ints) -> None:
        """Put the week's orders on the way, int64[F, C] landed cents; what should leave a closed lane waits."""
        self.warehouse.order(week, self.lead, self.orders, landed)
        self.warehouse.hold(week, self._transit, self._still[week])

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
        """Say which houses still serve a market, bool[F, C]."""
        serving = self.levers.cells(~self.left).astype(np.float64)
        return np.asarray(to_houses(serving, self.levers.house) > 0)

    def _price(self, view: View) -> tuple[Floats, Floats]:
        """Return the price before promotions, and what the shelf shows."""
        levers, reference = self.levers, self.levers.cells(view.reference_price)
        base = np.empty_like(self.price)
        last = self.base_price * levers.cells(self.world.shocks.rescaled(view.week))  # it stands in local money
        for c, rule in enumerate(levers.price_rule):
            m, position, now = self._market_of[c], levers.position[:, c], last[:, c]
            if rule == "global":
                base[:, c] = pricing.global_price(position, self.world.reference_price_us[:, 0])
            elif rule == "follow":
                base[:, c] = pricing.follow_price(now, position, view.close_price[:, m])
            elif rule == "undercut":
                base[:, c] = pricing.undercut_price(position, view.close_low[:, m], now)
            elif rule == "logit":
                base[:, c] = pricing.logit_price(
                    now, view.break_even[:, c], reference[:, c], view.price_scale[:, m], view.conversion[:, m]
                )
            else:
                base[:, c] = pricing.fixed_price(position, reference[:, c])
        base = pricing.not_below(base, view.price_floor)
        price = base
        if self._off[:, view.week].any():
            price = pricing.not_below(pricing.promoted(base, self._off[:, view.week]), view.price_floor)
        fixed = np.isnan(self._fixed_prices)
        return np.where(fixed, base, self._fixed_prices), np.where(fixed, price, self._fixed_prices)

    def _budget(self, view: View) -> Floats:
        """Advertising by market, USD; paused where nothing is on the shelf."""
        levers = self.levers
        room = np.where(view.barred, self.ad_room_store, self.ad_room)  # nobody can buy what the law bars
        live = self.listed() & (room > 0.0) & levers.any(self.in_stock() & self.started)
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
        rules = np.array(levers.ads_rule)
        budget = np.where(rules == "tacos", tacos, fixed)
        if (rules == "acos").any():
            by_acos = advertising.acos_budget(self._acos_budget, fixed, self._acos, levers.ads_target)
            by_acos = advertising.capped_budget(by_acos, room, self.ad_cap)
            self._acos_budget = np.where(live, by_acos, self._acos_budget)
            budget = np.where(rules == "acos", by_acos, budget)
        return np.where(live, budget, 0.0)

    def _order(self, view: View) -> Ints:
        """Order up to the level of each house, cash permitting (DEFAULTS eq. 8)."""
        levers, week, moq = self.levers, view.week, self.products.moq
        if not self.stock_on:
            return np.zeros_like(self.orders)
        buying = levers.cells(self.entered(week)) & (self.opening <= week) & levers.offered & ~levers.on_demand
        arrival = week + self.lead
        begins, ends = self.generations.at(arrival)
        position = np.where(begins <= week, self.warehouse.units, 0) + self.warehouse.on_the_way(
            week, np.maximum(begins, week + 1), np.minimum(ends - 1, week + 2 * FAR)
        )
        total, sd = self._forecast(week, begins, ends)
        running = buying & ~levers.edition
        total, sd = np.where(running, total, 0.0), np.where(running, sd, 0.0)
        # The last stock before the duty rises: some weeks of demand more.
        total = np.where(view.duty_rises, total * (1.0 + self.pull_forward / (self.lead + 1.0)), total)
        level = inventory.order_up_to(
            to_houses(total, levers.house), pooled_sd(sd, levers.house), self.lead * 1.0, self._service(arrival, ends)
        ) + to_houses(view.firm_units * 1.0, levers.house)
        wished = inventory.lot(level, position * 1.0, moq)
        first, opening = self._first_orders(week, running)
        opened = to_houses(opening * 1.0, levers.house) > 0
        first = inventory.first_lot(to_houses(first, levers.house), moq)
        wished = np.where(opened & ~self.first_ordered, first, wished)
        served = to_houses(running * 1.0, levers.house) > 0
        wished = np.where(served, wished, 0.0)
        if levers.edition.any():
            wished = np.where(levers.edition, self._edition_order(buying, arrival, begins, ends), wished)
        unit = self.unit_cost(wished)
        cash = (unit + view.freight_usd) * (1.0 + view.duty_share) * (1.0 + view.import_vat_share)
        cash = cash + unit * view.export_vat_share
        room = inventory.spendable(view.cash_usd, self.credit, self.reserve)
        return inventory.within_cash(wished, cash, room, moq)

    def _service(self, arrival: Ints, ends: Ints) -> Floats:
        """Return the service levels; a forecasting machine wants less safety towards the end of a life."""
        level = self.levers.service_level
        machine = np.array(self.levers.forecast) == "ai"
        if not machine.any():
            return level
        return np.where(machine, inventory.waning_service(level, np.minimum(ends - arrival, FAR) * 1.0), level)

    def _first_orders(self, week: int, buying: Flags) -> tuple[Floats, Flags]:
        """Return the plan of the first weeks of cells that open now, units, and which do."""
        first = np.zeros(buying.shape)
        opening = buying & (self.opening == week)
        for c in np.flatnonzero(opening.any(axis=0)):
            start = week + int(self.lead[c])
            end = min(start + round(float(self.first_weeks[0, 0])), int(self.generations.ends[c, start]))
            first[:, c] = self.plan[:, c, start:end].sum(axis=-1) * buying[:, c]
        return first, opening

    def _edition_order(self, buying: Flags, arrival: Ints, begins: Ints, ends: Ints) -> Floats:
        """Return the one order of each festival edition, which arrives when its season begins.

        It is a part of what the plan expects of the core product in those weeks, scaled by how the core sells.
        """
        levers = self.levers
        wished = np.zeros(buying.shape)
        core = np.arange(len(self.lead)) // levers.variants * levers.variants
        known = self.history.count[:, core] >= 4
        pace = np.where(known, self.history.level[:, core] / np.maximum(self.plan_level[:, core], 1e-9), 1.0)
        for c in np.flatnonzero(levers.edition & (begins == arrival)):
            season = self.plan[:, c, int(begins[c]) : int(ends[c])].sum(axis=-1)
            wished[:, c] = inventory.lot(season * np.maximum(pace[:, c], 0.0), 0.0, self.products.moq[:, c])
        return wished * buying

    def _forecast(self, week: int, begins: Ints, ends: Ints) -> tuple[Floats, Floats]:
        """Demand of the weeks that an order covers, within the generation that it is for; total and sd, [F, C]."""
        lead = np.broadcast_to(self.lead, self.orders.shape).copy()
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
    def shelf(self, week: int, exposed: Flags) -> Shelf:
        """Return what the entrant shows this week; `exposed` bool[F, M]: nobody believes unproven claims there."""
        levers, products, cells = self.levers, self.products, self.levers.cells
        shown = self.shown(week)
        units = self.warehouse.units[:, levers.house] if self.stock_on else np.full(self.orders.shape, FAR)
        units = np.where(levers.on_demand, FAR, units)
        doubted = 1.0 - cells(exposed)
        credible: dict[str, Floats] = {
            claim: np.asarray(products.levels[claim] * np.where(
                products.ready(claim, week), 1.0, self.unproven[claim] * doubted if claim != "safety" else 1.0
            ))
            for claim in CLAIMS
        }  # fmt: skip
        listed = self.listed()
        certified = levers.any(np.broadcast_to((products.certified_from <= week) & levers.offered, shown.shape))
        badge = (levers.green > 0.5) & products.ready("green", week) & levers.offered
        curve = self.generations.log_curve[:, min(week, self.generations.last)]
        service = self.capabilities.service(week)
        return Shelf(
            listed=listed, shown=shown, price=self.price,
            age_weeks=np.where(listed, week - self.listed_since, 0), stock=np.where(shown, units, 0),
            ads_usd=self.ads, health=credible["health"], green=credible["green"], safety=credible["safety"],
            certified=certified, green_badge=levers.any(np.broadcast_to(badge, shown.shape)),
            voice_badge=levers.any(np.broadcast_to(products.voice & levers.offered, shown.shape)),
            unproven=levers.any(
                ((products.levels["green"] > 0.0) & ~products.ready("green", week))
                | ((products.levels["health"] > 0.0) & ~products.ready("health", week))
            ) & listed,
            quality=products.quality - self._mismatch(week) + cells(self.capabilities.try_on(week)),
            constant=cells(self.team_conversion + service) + curve,
        )  # fmt: skip

    def _mismatch(self, week: int) -> Floats:
        """Return how far the designs on the shelf lie from the market's taste today, WTP share, float64[F, C]."""
        begins = self.generations.starts(week)
        launch = np.where((begins > -FAR) & (begins < FAR), np.maximum(begins, 0), self.generations.start)
        launch = np.minimum(launch, self.world.season.shape[2] - 1)
        tau, history, m = self.world.taste, self.world.taste_history, self._market_of
        picked = self.capabilities.picks(launch, self.design_lag, self.levers.variants)
        lag = np.round(self.design_lag * self.levers.cells(self.capabilities.incubation(picked)))
        at = np.clip(history + launch - lag, 0, tau.shape[2] - 1).astype(np.int64)
        futures = np.arange(self.futures)[:, None]
        aimed = tau[futures, m[None, :], at] + self.products.taste_position
        off = np.abs(aimed - tau[:, m, history + week]) + self.capabilities.missed(
            self.world.selection_luck, launch, picked
        )
        return self.taste_gamma * off

    def learn(
        self, week: int, sales: Sales, revenue_usd: Floats, contribution_usd: Floats, open_: Flags, acos: Floats
    ) -> None:
        """Take the week's results into the records that next week's decisions rest on."""
        live = self.listed() & open_
        self.history.observe(
            sales.demand.astype(np.float64), np.ascontiguousarray(self.shape[:, :, week]),
            self.levers.cells(live) & self.shown(week), self.alpha,
        )  # fmt: skip
        self.revenue.observe(revenue_usd, np.ones_like(revenue_usd), self.listed(), self.alpha)
        self._acos = acos
        # A generation that starts or runs out, and a suspension, say little of the market: not judged.
        if self.generations.curve[0, week] >= JUDGED_CURVE:
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


def _openings(levers: Levers, products: Products, lead: Ints) -> Ints:
    """Return the week of the first order of each cell: at entry, later where a demanded certificate takes longer."""
    entry = levers.cells(levers.entry)
    return np.where(entry < NEVER, np.maximum(entry, np.minimum(products.allowed_from, FAR) - lead), FAR)


def _promotions(promotions, start, weeks: int) -> list[float]:  # type: ignore[no-untyped-def]
    """Return the share off in every week of the run: the largest of those that hold."""
    iso = [calendar.iso_week(calendar.monday(start, week))[1] for week in range(weeks)]
    return [max((off for listed, off in promotions if number in listed), default=0.0) for number in iso]
