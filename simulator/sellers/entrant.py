"""The entrant: it decides once a week on a frozen view of last week, then acts.

Arrays are [F, M] for what holds for a listing and [F, C] for what holds for a product (`simulator.sellers.levers`).
"""

from __future__ import annotations

import mesa
import numpy as np
from numpy.typing import NDArray

from simulator import calendar
from simulator.batch import Batch
from simulator.calendar import NEVER
from simulator.sellers import pricing
from simulator.sellers.ad_budget import AdBudget
from simulator.sellers.capabilities import Capabilities
from simulator.sellers.certificates import CLAIMS
from simulator.sellers.cost import order_factor, unit_cost
from simulator.sellers.exit_rule import ExitRule
from simulator.sellers.factory import Factory
from simulator.sellers.gate import Gate
from simulator.sellers.levers import Levers
from simulator.sellers.postponement import Moves
from simulator.sellers.product import Products
from simulator.sellers.replenishment import Replenishment
from simulator.sellers.warehouse import to_houses
from simulator.views import Sales, Shelf, View
from simulator.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


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
        self.transit, self._still = transit, still
        self.futures, self.markets = world.needs_week.shape
        self.gate = Gate(levers, self.futures) if levers.gated.any() else None
        self.entry: Ints = np.tile(np.where(levers.gated, NEVER, levers.entry), (self.futures, 1))
        self.products = Products.of(batch, levers, world.variants)
        self.capabilities = Capabilities(batch, levers)
        self.budget = AdBudget(world, levers)
        self.exit_rule = ExitRule(levers, self.futures)
        self.replenishment = Replenishment(world, levers, self.products, lead, transit)
        self.generations, self.warehouse = self.replenishment.generations, self.replenishment.warehouse
        self._plan_entries()
        cells, shape = (self.futures, len(lead)), (self.futures, self.markets)
        self.base_price: Floats = pricing.fixed_price(levers.position, levers.cells(world.reference_price))
        self.price: Floats = self.base_price.copy()
        self.listed_since: Ints = np.full(shape, -1, np.int64)
        self.started: Flags = np.zeros(cells, bool)
        self.left: Flags = np.zeros(shape, bool)
        self.factory = Factory(batch, int((lead - transit).max(initial=0)))
        self.leftover: Ints = np.zeros(cells, np.int64)
        self.cancelled: Ints = np.zeros(cells, np.int64)  # shipments of a firm that leaves, never received
        self.rerouted: Ints = np.zeros(cells, np.int64)  # joined at the gate, less what left for other markets
        self.ads: Floats = np.zeros(shape)
        self.orders: Ints = np.zeros(cells, np.int64)
        self._fixed_prices: Floats = np.full(cells, np.nan)
        self._set_numbers(batch)

    def _set_numbers(self, batch: Batch) -> None:
        """Read the numbers of the decisions once."""
        levers, scenario = self.levers, batch.scenario
        self.credit = batch.seller("credit_limit_usd")[:, 0]
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
        entered: Flags = (self.entry <= week) & ~self.left
        return entered

    def waiting(self, week: int) -> Flags:
        """Say which markets are still to be entered in the run, bool[F, M]."""
        later: Flags = (self.entry > week) & (self.levers.entry < self.world.batch.scenario.weeks) & ~self.left
        return later if self.gate is None else later & ~(self.levers.gated & self.gate.hopeless(self.left)[:, None])

    def listed(self) -> Flags:
        """Say where the firm sells, in a listing or to business buyers alone, bool[F, M]."""
        return (self.listed_since >= 0) & ~self.left

    def shown(self, week: int) -> Flags:
        """Say which products stand on the shelf, in stock or not, bool[F, C]."""
        season = (self.generations.starts(week) <= week) | ~self.levers.edition
        return self.started & self.levers.cells(~self.left & self.levers.retail) & season

    def unit_cost(self, units: Floats | float = 0.0) -> Floats:
        """Return what a unit costs in an order of that size now, USD, float64[F, C]."""
        products = self.products
        extra = products.certificate_usd + products.finishing_usd
        return unit_cost(products.unit_usd, self.factory.factor(), order_factor(units), extra)

    def set_price(self, market: int, usd: float) -> None:
        """Fix the consumer price in a market from the next decision on (a model stepped by hand)."""
        first = market * self.levers.variants
        self._fixed_prices[:, first : first + self.levers.variants] = usd

    def in_stock(self) -> Flags:
        """Say which cells can deliver, bool[F, C]."""
        shelf = self.warehouse.findable[:, self.levers.house] > 0
        return shelf | self.levers.on_demand | (not self.replenishment.bounded)

    # ------------------------------------------------------------------------------------------ the week
    def receive(self, week: int) -> Ints:
        """Close generations that end, then shelve what arrives; return the cents written off, int64[F, C]."""
        self.factory.begin(week)
        cents = np.zeros_like(self.orders)
        over = self.generations.over(week)
        if over.any():
            units, cents = self.warehouse.clear(np.broadcast_to(over, cents.shape))
            self.leftover += units
        self.warehouse.hold(week, np.zeros_like(self.lead), self._still[week])
        self.warehouse.receive(week)
        levers = self.levers
        arrived = week >= self.replenishment.opening + self.lead
        if self.replenishment.bounded:
            arrived = np.where(levers.on_demand, arrived, self.warehouse.received[:, levers.house] > 0)
        ready = arrived & levers.offered & (self.products.certificates.allowed_from <= week)
        self.started |= ready & levers.cells(self.entered(week))
        start = (self.listed_since < 0) & self.entered(week) & levers.any(self.started)
        self.listed_since[start] = week
        return cents

    def decide(self, view: View) -> None:
        """Settle this week's price, advertising and orders on last week's facts; nothing is done yet."""
        self._next_price = self._price(view)
        live = self.listed() & self.levers.retail & self.levers.any(self.in_stock() & self.started)
        on_sale = view.week - self.listed_since
        self._next_ads = self.budget.decide(view.barred, live, on_sale)
        self._next_orders = self.replenishment.orders(view, self.entered(view.week), self.unit_cost)
        self._leaving = self.exit_rule.due(on_sale) & self.listed()

    def commit(self, view: View) -> Ints:
        """Act on the decisions; return the cents of stock that is cleared by leaving, int64[F, C]."""
        self.base_price, self.price = self._next_price
        self.ads = self._next_ads
        cleared = self.leave(self._leaving)
        self.orders = np.where(self._needed(), self._next_orders, 0)
        self.replenishment.ordered(self.orders)
        self.factory.order(view.week, self.orders)
        return cleared

    def dispatch(self, week: int, landed: Ints, goods: Ints) -> None:
        """Put the week's orders on the way, int64[F, C] landed cents and, of these, the price at the factory.

        What should leave on a closed lane waits.
        """
        self.warehouse.order(week, self.lead, self.orders, landed, goods)
        self.warehouse.hold(week, self.transit, self._still[week])

    def redirected(self, week: int, firm_units: Ints) -> Moves:
        """Return what changes its destination at the gate; int64[F, C] is promised to business buyers."""
        members = self.levers.postponed & self.levers.cells(self.entered(week)) & ~self._still[week]
        # Where the way takes a week, what waited at the shelf's end is due with what leaves the gate.
        members &= ~(self._still[max(week - 1, 0)] & (self.transit == 1))
        return self.replenishment.redirected(week, members, firm_units)

    def redirect(self, week: int, moves: Moves, cents: Ints) -> None:
        """Send goods to their new destinations; `cents` int64[F, C] is the landed value of what joins."""
        units = moves.in_units - moves.out_units
        goods = moves.in_goods - moves.out_goods
        self.warehouse.order(week, self.transit, units, cents - moves.out_cents, goods)
        self.rerouted += units

    def leave(self, markets: Flags) -> Ints:
        """Give markets up, bool[F, M]; return the cents of the warehouses that nobody needs any more, int64[F, C]."""
        self.left |= markets
        if not markets.any():
            return np.zeros_like(self.orders)
        unneeded = ~self._needed()
        shelved = self.warehouse.units * unneeded
        units, cents = self.warehouse.clear(unneeded, shipments=True)
        self.leftover += shelved
        self.cancelled += units - shelved
        return cents

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
                base[:, c] = pricing.fixed_price(position, self.world.reference_price_us[:, 0])
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
        price = pricing.not_below(pricing.promoted(base, self._off[:, view.week]), view.price_floor)
        fixed = np.isnan(self._fixed_prices)
        return np.where(fixed, base, self._fixed_prices), np.where(fixed, price, self._fixed_prices)

    # --------------------------------------------------------------------------------------- what it shows
    def shelf(self, week: int, exposed: Flags) -> Shelf:
        """Return what the entrant shows this week; `exposed` bool[F, M]: nobody believes unproven claims there."""
        levers, products, cells = self.levers, self.products, self.levers.cells
        certificates = products.certificates
        proven = {claim: certificates.proven(claim, week) for claim in CLAIMS}
        shown = self.shown(week)
        doubted = 1.0 - cells(exposed)
        credible: dict[str, Floats] = {
            claim: np.asarray(products.levels[claim] * np.where(
                proven[claim], 1.0, self.unproven[claim] * doubted if claim != "safety" else 1.0
            ))
            for claim in CLAIMS
        }  # fmt: skip
        listed = self.listed() & levers.retail
        unproven = np.zeros_like(shown)
        for claim in ("green", "health"):
            unproven |= (products.levels[claim] > 0.0) & ~proven[claim]
        badge = (levers.green > 0.5) & proven["green"] & levers.offered
        curve = self.generations.log_curve[:, min(week, self.generations.last)]
        service = self.capabilities.service(week)
        return Shelf(
            listed=listed, shown=shown, price=self.price,
            age_weeks=np.where(listed, week - self.listed_since, 0),
            ads_usd=self.ads, health=credible["health"], green=credible["green"], safety=credible["safety"],
            certified=levers.any(certificates.shown(week) & levers.offered), green_badge=levers.any(badge),
            voice_badge=levers.any(np.broadcast_to(products.voice & levers.offered, shown.shape)),
            unproven=levers.any(unproven & levers.offered) & listed,
            quality=products.quality - self._mismatch(week) + cells(self.capabilities.try_on(week)),
            constant=cells(self.team_conversion + service) + curve,
        )  # fmt: skip

    def _mismatch(self, week: int) -> Floats:
        """Return how far the designs on the shelf lie from the market's taste today, WTP share, float64[F, C]."""
        begins = self.generations.starts(week)
        launch = np.where((begins > -NEVER) & (begins < NEVER), np.maximum(begins, 0), self.generations.start)
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
        self.replenishment.observe(week, sales.demand, self.levers.cells(live) & self.shown(week))
        self.budget.observe(revenue_usd, self.listed(), acos)
        curve = float(self.generations.curve[0, week])
        self.exit_rule.observe(contribution_usd, live, curve)
        if self.gate is not None:
            opens = self.gate.observe(week, contribution_usd, live, self.listed_since, curve)
            self._go_on(week + 1, opens)

    def _go_on(self, week: int, opens: Flags) -> None:
        """Let the markets that waited be entered from a week on where the gate opens, bool[F]."""
        if opens.any():
            planned = np.maximum(self.levers.entry, week)
            self.entry = np.where(opens[:, None] & self.levers.gated, planned, self.entry)
            self._plan_entries()

    def _plan_entries(self) -> None:
        """Settle what follows from the weeks of entry: certificates, first orders, what machines have learned."""
        self.products.certificates.plan(self.entry)
        self.replenishment.plan(self.entry)
        self.capabilities.plan(self.entry)


def _promotions(promotions, start, weeks: int) -> list[float]:  # type: ignore[no-untyped-def]
    """Return the share off in every week of the run: the largest of those that hold."""
    return [
        max((off for listed, off in promotions if number in listed), default=0.0)
        for number in calendar.iso_weeks(start, weeks)
    ]
