"""What stock the entrant orders: up to a level by house from plan or forecast, cash permitting (DEFAULTS eq. 8)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulator.batch import Batch
from simulator.calendar import NEVER
from simulator.sellers import inventory
from simulator.sellers.forecasting import FIRST_WEEKS, History, plan_demand
from simulator.sellers.generations import Generations
from simulator.sellers.levers import Levers
from simulator.sellers.postponement import LEAST_SPREAD, Moves, Postponement, allocate, groups, to_groups
from simulator.sellers.product import Products
from simulator.sellers.warehouse import Warehouse, pooled_sd, to_houses
from simulator.views import View
from simulator.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Replenishment:
    """The stock of a strategy in F futures and C cells: lives, plan, history and warehouse.

    Attributes
    ----------
    opening : int64[F, C]
        Week of the first order of each cell.
    shape : float64[F, C, T]
        Season × life curve by week.
    history : History
        Demand that was seen.
    """

    def __init__(self, world: World, levers: Levers, products: Products, lead: Ints, transit: Ints) -> None:
        """Lay out a strategy; weeks from order to shelf, and from the factory gate to the shelf, int64[C]."""
        batch = world.batch
        self.levers, self.products, self.lead, self._transit = levers, products, lead, transit
        self.postponement = Postponement(levers.pool, levers.postponed, lead - transit, transit)
        cells = (len(batch.futures), len(lead))
        self.plan(np.tile(levers.entry, (cells[0], 1)))
        self.generations = Generations.of(batch, levers, self.opening[0] + lead, world.season.shape[2] + 64)
        self.history = History(*cells)
        self.warehouse = Warehouse(*cells, int(lead.max(initial=0)) + 1)
        self.bounded = batch.scenario.on("stock")
        self._opened: Flags = np.zeros(cells, bool)
        self._methods = {method: np.array(levers.forecast) == method for method in sorted(set(levers.forecast))}
        self._set_plan(world)
        self._set_numbers(batch)

    def plan(self, entry: Ints) -> None:
        """Take the weeks of entry, int64[F, M]: the first order is then, later where a demanded certificate is."""
        entered, allowed = self.levers.cells(entry), self.products.certificates.allowed_from
        opening = np.maximum(entered, np.minimum(allowed, NEVER) - self.lead)
        self.opening: Ints = np.where(entered < NEVER, opening, NEVER)

    def _set_plan(self, world: World) -> None:
        """Lay out season, life and business plan by week: the plan of a listing is shared by its variants."""
        levers, batch, weeks = self.levers, world.batch, world.season.shape[2]
        season = world.season if levers.variants == 1 else np.repeat(world.season, levers.variants, axis=1)
        self.shape: Floats = season * self.generations.curve[:, :weeks]
        plan_share = batch.behaviour("plan_share") * batch.category_in("reference_seller_share")
        sharing = np.maximum(levers.markets((levers.offered & ~levers.edition) * 1.0), 1.0)
        part = np.where(levers.edition, batch.behaviour("festival_plan_share"), 1.0) / levers.cells(sharing)
        share, needs = levers.cells(plan_share * levers.retail) * part, levers.cells(world.needs_week)
        self._plan: Floats = np.ascontiguousarray(plan_demand(share[:, :, None], 1.0, needs[:, :, None], self.shape))
        self._plan_level: Floats = share * needs

    def _set_numbers(self, batch: Batch) -> None:
        self._alpha = batch.behaviour("smoothing_alpha")[:, 0]
        self._plan_sd = batch.behaviour("plan_sd_share")[:, 0]
        self._first_weeks = round(batch.scenario.behaviour_profile.first_order_weeks)
        self._pull_forward = batch.behaviour("pull_forward_weeks")
        self._reserve = batch.behaviour("reserve_usd")[:, 0]
        self._credit = batch.seller("credit_limit_usd")[:, 0]

    def observe(self, week: int, demand: Ints, live: Flags) -> None:
        """Take in the week's demand int64[F, C] of the cells bool[F, C] that could sell."""
        season = np.ascontiguousarray(self.shape[:, :, week])
        self.history.observe(demand.astype(np.float64), season, live, self._alpha)

    def ordered(self, orders: Ints) -> None:
        """Remember which houses have placed their first order, int64[F, C]."""
        self._opened |= orders > 0

    def orders(self, view: View, entered: Flags, unit_cost: Callable[[Floats], Floats]) -> Ints:
        """Return the units to order, int64[F, C].

        Parameters
        ----------
        entered : bool[F, M]
            Where the firm is in business.
        unit_cost
            Cost of a unit in lots of float64[F, C], USD.
        """
        levers, week, moq = self.levers, view.week, self.products.moq
        if not self.bounded:
            return np.zeros_like(self.warehouse.units)
        buying = levers.cells(entered) & (self.opening <= week) & levers.offered & ~levers.on_demand
        arrival = week + self.lead
        begins, ends = self.generations.at(arrival)
        position = self._position(week, begins, ends, week + 2 * NEVER)
        total, sd = self._forecast(week, self.lead, begins, ends)
        running = buying & ~levers.edition
        total, sd = np.where(running, total, 0.0), np.where(running, sd, 0.0)
        # The last stock before the duty rises: some weeks of demand more.
        total = np.where(view.duty_rises, total * (1.0 + self._pull_forward / (self.lead + 1.0)), total)
        level = inventory.order_up_to(
            to_houses(total, levers.house), pooled_sd(sd, levers.house), self.lead * 1.0, self._service(arrival, ends)
        ) + to_houses(view.firm_units * 1.0, levers.house)
        wished = inventory.lot(level, position * 1.0, moq)
        first, opening = self._first_orders(week, running)
        opens = to_houses(opening * 1.0, levers.house) > 0
        first = inventory.first_lot(to_houses(first, levers.house), moq)
        wished = np.where(opens & ~self._opened, first, wished)
        served = to_houses(running * 1.0, levers.house) > 0
        wished = np.where(served, wished, 0.0)
        if levers.postponed.any():
            past = self._position(week, begins, ends, week + self._transit - 1)
            wished = self.postponement.orders(
                wished, first, opening & ~self._opened, total, sd, self._service(arrival, ends), view.firm_units,
                past, position, self.warehouse.received == 0, moq,
                groups(levers.pool, running & levers.postponed, begins),
            )  # fmt: skip
        if levers.edition.any():
            wished = np.where(levers.edition, self._edition_orders(buying, arrival, begins, ends), wished)
        unit = unit_cost(self.postponement.together(wished))
        cash = (unit + view.freight_usd) * (1.0 + view.duty_share) * (1.0 + view.import_vat_share)
        cash = cash + unit * view.export_vat_share
        room = inventory.spendable(view.cash_usd, self._credit, self._reserve)
        orders = inventory.within_cash(wished, cash, room, self.postponement.least(moq))
        return self.postponement.whole(orders, moq) if levers.postponed.any() else orders

    def redirected(self, week: int, members: Flags, firm_units: Ints) -> Moves:
        """Return what changes its destination of the goods that are ready: every market has the same risk to run out.

        Parameters
        ----------
        members : bool[F, C]
            Cells whose goods may leave the gate this week.
        firm_units : int64[F, C]
            Promised to business buyers until the next allocation arrives.
        """
        arrival = week + self._transit
        begins, ends = self.generations.at(arrival)
        group = groups(self.levers.pool, members & (self.warehouse.received > 0), begins)
        units, cents, goods = self.warehouse.due(week, self._transit)
        total, sd = self._forecast(week, self._transit, begins, ends)
        level = inventory.order_up_to(total, sd, self._transit * 1.0, self._service(arrival, ends)) + firm_units
        position = self._position(week, begins, ends, arrival - 1) * 1.0
        spread = np.maximum(sd * np.sqrt(self._transit + 1.0), LEAST_SPREAD)
        after = allocate(to_groups(units, group), level, position, spread, group)
        return Moves.of(units, after, cents, goods, group)

    def _position(self, week: int, begins: Ints, ends: Ints, last: Ints | int) -> Ints:
        """Return the stock of the generations that begin and end in int64[C], with what arrives until `last`."""
        shelf = np.where(begins <= week, self.warehouse.units, 0)
        way = self.warehouse.on_the_way(week, np.maximum(begins, week + 1), np.minimum(ends - 1, last))
        return np.asarray(shelf + way)

    def _service(self, arrival: Ints, ends: Ints) -> Floats:
        """Return the service levels; a forecasting machine wants less safety towards the end of a life."""
        level = self.levers.service_level
        if "ai" not in self._methods:
            return level
        waning = inventory.waning_service(level, np.minimum(ends - arrival, NEVER) * 1.0)
        return np.where(self._methods["ai"], waning, level)

    def _first_orders(self, week: int, buying: Flags) -> tuple[Floats, Flags]:
        """Return the plan of the first weeks of cells that open now, units, and which do."""
        first = np.zeros(buying.shape)
        opening = buying & (self.opening == week)
        for c in np.flatnonzero(opening.any(axis=0)):
            start = week + int(self.lead[c])
            end = min(start + self._first_weeks, int(self.generations.ends[c, start]))
            first[:, c] = self._plan[:, c, start:end].sum(axis=-1) * buying[:, c]
        return first, opening

    def _edition_orders(self, buying: Flags, arrival: Ints, begins: Ints, ends: Ints) -> Floats:
        """Return the one order of each festival edition, which arrives when its season begins.

        It is a part of what the plan expects of the core product in those weeks, scaled by how the core sells.
        """
        levers = self.levers
        wished = np.zeros(buying.shape)
        core = np.arange(len(self.lead)) // levers.variants * levers.variants
        known = self.history.count[:, core] >= FIRST_WEEKS
        pace = np.where(known, self.history.level[:, core] / np.maximum(self._plan_level[:, core], 1e-9), 1.0)
        for c in np.flatnonzero(levers.edition & (begins == arrival)):
            season = self._plan[:, c, int(begins[c]) : int(ends[c])].sum(axis=-1)
            wished[:, c] = inventory.lot(season * np.maximum(pace[:, c], 0.0), 0.0, self.products.moq[:, c])
        return wished * buying

    def _forecast(self, week: int, ahead: Ints, begins: Ints, ends: Ints) -> tuple[Floats, Floats]:
        """Demand of the ``ahead + 1`` weeks to come, within the generation that then sells; total and sd, [F, C]."""
        cells = self.warehouse.units.shape
        begin, end = (np.broadcast_to(np.clip(x, -NEVER, NEVER), cells).copy() for x in (begins, ends))
        leads = np.broadcast_to(ahead, cells).copy()
        total, sd = np.zeros(begin.shape), np.zeros(begin.shape)
        for method, mine in self._methods.items():
            done = self.history.forecast(
                method, week, leads, begin, end, self.shape, self._plan, self._plan_sd
            )  # fmt: skip
            total, sd = np.where(mine, done.total, total), np.where(mine, done.sd, sd)
        return total, sd
