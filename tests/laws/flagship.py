"""The flagship as the laws play it: its futures, and paired runs in them with one lever or one week changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator import outcomes
from simulator.assembly import build_world
from simulator.consumers.demand import UNIT
from simulator.model import MarketEntryModel
from simulator.scenario import Scenario, load_scenario, scenario_of
from simulator.views import Records, Shelf
from simulator.world import World

Floats = NDArray[np.float64]

PATH = Path(__file__).parents[2] / "scenarios" / "flagship.yaml"
FEW, MANY = 4, 16
"""Futures where only luck differs: for figures that it hardly moves, and for the size of the luck itself."""
PULSE_WEEK = 60
"""All markets of the localised strategy are listed, and advertise, by then."""


class Pulse(MarketEntryModel):
    """A model that shows other terms in one week, by factors on price and advertising, and perhaps a proven claim."""

    pulse_week = PULSE_WEEK
    price_factor, ads_factor, health = 1.0, 1.0, None

    def platform(self, week, shelf):
        factor = self.ads_factor if week == self.pulse_week else 1.0
        return super().platform(week, replace(shelf, ads_usd=shelf.ads_usd * factor))

    def consumers(self, week, shelf):
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
    """The same futures of a scenario for all strategies, each played once."""

    def __init__(self, scenario: Scenario, number: int) -> None:
        self.scenario = scenario
        self.replications = tuple(range(number))
        self._records: dict[str, Records] = {}

    @cached_property
    def world(self) -> World:
        return build_world(self.scenario, self.replications)

    def model(self, strategy: str) -> Pulse:
        return Pulse(self.scenario, strategy, self.replications, self.world)

    def records(self, strategy: str) -> Records:
        if strategy not in self._records:
            self._records[strategy] = self.model(strategy).run()
        return self._records[strategy]

    def summary(self, strategy: str) -> pd.DataFrame:
        return outcomes.summary(self.records(strategy), self.setting)

    @property
    def setting(self) -> outcomes.Setting:
        s = self.scenario
        return outcomes.Setting(s.start, s.discount_rate, s.seller.cash_usd, tuple(s.strategies))

    def profit(self, strategy: str) -> Floats:
        """Return the profit of the firm by future."""
        table = self.summary(strategy)
        return table.loc[table["market"] == outcomes.ALL, "profit_usd"].to_numpy()

    def demand(self, strategy: str, week: int, **terms: float) -> Floats:
        """Return expected demand of one week, float64[F, M, 6], under other terms in that week alone."""
        model = self.model(strategy)
        model.pulse_week = week
        for name, value in terms.items():
            setattr(model, name, value)
        while model.week <= week:
            model.step()
        return model.expected()


@dataclass(frozen=True)
class Study:
    """The flagship, and the few worlds beside it that figures need."""

    consumers: int = 20_000
    futures: int = 20

    @cached_property
    def flagship(self) -> Futures:
        """Return the flagship's futures; derived strategies of the paired runs stand beside its own."""
        return self._futures({}, self.futures)

    @cached_property
    def central(self) -> Futures:
        """Return futures without uncertain numbers: luck alone differs, and stated premiums count at 0.35."""
        return self._futures({"uncertainties": {}}, FEW)

    @cached_property
    def face_value(self) -> Futures:
        """Return the same where people do what they say."""
        return self._futures({"uncertainties": {}, "behaviour": {"say_do_share": 1.0}}, FEW)

    @cached_property
    def flat(self) -> Futures:
        """Return the same without season and product lives."""
        return self._futures({"uncertainties": {}, "mechanisms": {"season": False, "product_life": False}}, MANY)

    def _futures(self, changes: Mapping[str, Any], number: int) -> Futures:
        loaded = load_scenario(PATH, consumers=self.consumers)
        document = loaded.document()
        own = document["strategies"]
        staying = {f"{name}_staying": {**own[name], "exit": {}} for name in ("one_size_fits_all", "price_war")}
        strategies = {"strategies": own | staying | dict(_derived(own["localised"]))}
        return Futures(scenario_of(document | strategies | changes), number)

    @cached_property
    def strategies(self) -> tuple[str, ...]:
        """Return the flagship's own strategies."""
        return tuple(load_scenario(PATH).strategies)


def _derived(localised: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the localised strategy with one thing changed."""
    ads, without = localised["ads"], {"language": False, "team": False, "local_returns": False}
    # Editions of a feast and lots for firms come in bursts: the figures of everyday sales leave them out.
    adapted = {**localised["localisation"], "festival_edition": False}
    everyday = {**localised, "localisation": adapted, "b2b": {"enabled": False}}
    yield "everyday", everyday
    plain = {**everyday, "entry": dict.fromkeys(localised["entry"], 0), "markets": {}, "localisation": without}
    yield "stock", plain
    yield "parcels", {**plain, "logistics": {"mode": "direct"}}
    for forecast in ("mean", "ai"):
        yield forecast, {**everyday, "inventory": {**localised["inventory"], "forecast": forecast}}
    foreign = {"localisation": without, "payments": ["card", "paypal"], "mobile_storefront": False}
    staying = {**everyday, "exit": {}}
    yield "more_ads", {**staying, "ads": {**ads, "budget_usd_week": 1.1 * ads["budget_usd_week"]}}
    for channel in ("marketplace", "store"):
        at_home = {**staying, "channel": channel}
        yield f"{channel}_with", at_home
        yield f"{channel}_without", {**at_home, **foreign}
