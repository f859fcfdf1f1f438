"""The futures of a scenario as the scorecard plays them: whole runs, and single weeks under other terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import replace
from functools import cached_property
from threading import Event
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator import outcomes
from simulator.assembly import build_world
from simulator.consumers.demand import UNIT
from simulator.engine.local import Progress
from simulator.errors import SimulationError, SimulatorError
from simulator.model import MarketEntryModel
from simulator.scenario import Scenario
from simulator.views import Records, Shelf
from simulator.world import World

Floats = NDArray[np.float64]


class Pulse(MarketEntryModel):
    """A model that shows other terms in one week, by factors on price and advertising, and perhaps a proven claim."""

    pulse_week = -1
    price_factor, ads_factor = 1.0, 1.0
    health: float | None = None

    def platform(self, week: int, shelf: Shelf) -> Any:
        """Advertise more or less in that week."""
        factor = self.ads_factor if week == self.pulse_week else 1.0
        return super().platform(week, replace(shelf, ads_usd=shelf.ads_usd * factor))

    def consumers(self, week: int, shelf: Shelf) -> None:
        """Show other terms in that week."""
        super().consumers(week, self._shown(shelf) if week == self.pulse_week else shelf)

    def _shown(self, shelf: Shelf) -> Shelf:
        shown = replace(shelf, price=shelf.price * self.price_factor)
        if self.health is None:
            return shown
        return replace(shown, health=np.full_like(shelf.price, self.health), certified=np.ones_like(shelf.certified))

    def expected(self) -> Floats:
        """Return the entrant's expected real demand of the week that was just played, float64[F, M, 6], no noise."""
        variants = len(self.world.variants)
        share = self.tallies.shares[:, :, :variants].sum(axis=2) * UNIT / self.tallies.polled[:, :, None]
        return np.where(self.entrant.listed(), self.world.needs[self.week - 1], 0)[:, :, None] * share


class Futures:
    """The same futures of a scenario for all strategies, each played once; threads share it once its world is built."""

    def __init__(self, scenario: Scenario, number: int, orders: Mapping[str, int] | None = None) -> None:
        """Take the number of futures, and how many shoppers of which strategies have their needs written down."""
        self.scenario = scenario
        self.replications = tuple(range(number))
        self.stop = Event()
        self._orders = orders or {}
        self._records: dict[str, Records] = {}
        self._demand: dict[tuple[Any, ...], Floats] = {}

    @cached_property
    def world(self) -> World:
        """Return what no strategy changes."""
        return build_world(self.scenario, self.replications)

    def model(self, strategy: str) -> Pulse:
        """Return a model of a strategy before its first week."""
        return Pulse(self.scenario, strategy, self.replications, self.world, self._orders.get(strategy, 0))

    def records(self, strategy: str) -> Records:
        """Return the records of a strategy."""
        if strategy not in self._records:
            model = self.model(strategy)
            self._until(model, model.weeks)
            self._records[strategy] = model.records
        return self._records[strategy]

    def summary(self, strategy: str) -> pd.DataFrame:
        """Return the outcomes of a strategy, futures × markets (and ``ALL``)."""
        return outcomes.summary(self.records(strategy), self.setting)

    def orders(self, strategy: str) -> pd.DataFrame:
        """Return the needs of the shoppers that were written down."""
        return outcomes.orders(self.records(strategy), self.setting)

    @property
    def setting(self) -> outcomes.Setting:
        """Return what the records do not know."""
        s = self.scenario
        return outcomes.Setting(s.start, s.discount_rate, s.seller.cash_usd, tuple(s.strategies))

    def outcome(self, strategy: str, name: str, market: str = outcomes.ALL) -> Floats:
        """Return an outcome by future, float64[F]; nan where it is undefined."""
        table = self.summary(strategy)
        values: Floats = table.loc[table["market"] == market, name].to_numpy(dtype=np.float64, na_value=np.nan)
        return values

    def profit(self, strategy: str) -> Floats:
        """Return the profit of the firm by future, float64[F]."""
        return self.outcome(strategy, "profit_usd")

    def demand(self, strategy: str, week: int, **terms: float) -> Floats:
        """Return expected demand of one week, float64[F, M, 6], under other terms in that week alone."""
        asked = strategy, week, tuple(sorted(terms.items()))
        if asked not in self._demand:
            model = self.model(strategy)
            model.pulse_week = week
            model.panel = None
            for name, value in terms.items():
                setattr(model, name, value)
            self._until(model, week + 1)
            self._demand[asked] = model.expected()
        return self._demand[asked]

    def _until(self, model: Pulse, week: int) -> None:
        while model.week < week:
            if self.stop.is_set():
                raise SimulationError("stopped")
            model.step()


Task = tuple[str, Callable[[], object]]
"""What it is called in messages, and what it does."""


def together(
    tasks: list[Task],
    workers: int,
    stop: Callable[[], None],
    progress: Callable[[Progress], None],
    before: int,
    total: int,
) -> None:
    """Do tasks on threads; compiled code releases the GIL. SimulationError names the first that failed."""
    begin = perf_counter()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="scorecard")
    names = {pool.submit(work): name for name, work in tasks}
    waiting, done = set(names), before
    try:
        while waiting:
            # The timeout lets an interrupt through where waiting for a lock cannot be interrupted (Windows).
            ready, waiting = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
            for each in ready:
                try:
                    each.result()
                except SimulatorError:
                    raise
                except Exception as error:
                    raise SimulationError(f"{names[each]}: {type(error).__name__}: {error}") from error
                done += 1
                progress(Progress(done, total, perf_counter() - begin, before))
    finally:
        if waiting:
            stop()
        pool.shutdown(wait=True, cancel_futures=True)
