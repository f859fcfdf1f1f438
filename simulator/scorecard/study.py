"""The worlds of a scorecard: a scenario's futures, and paired runs in them with one lever or one week changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from simulator.engine.local import Progress, check_memory, worker_count
from simulator.errors import UsageError
from simulator.scenario import Scenario, scenario_of
from simulator.scenario.names import MAX_STRATEGIES
from simulator.scorecard.futures import Futures, Task, together

MARK = "scorecard_"
"""How the names of derived strategies begin."""
PULSE_SHARE = 0.58
"""Of the run, before the week in which price and advertising are changed: all markets are entered by then."""
NEEDS = 200_000
"""Needs of the panel at about which more would tell no more."""
LEAST_PANEL, MOST_PANEL = 50, 2_000
FLAT = 16
"""Futures without season and lives: luck alone differs there, and its size is what is measured."""


class Study:
    """A scenario, the strategy that is looked at, and the worlds that the patterns ask for."""

    def __init__(
        self,
        scenario: Scenario,
        focus: str | None = None,
        *,
        extra: Mapping[str, Any] | None = None,
        flat: int = FLAT,
    ) -> None:
        """Take the strategy to look at, further strategies to play beside, and the number of flat futures."""
        self.scenario = scenario
        self.focus = focus or focus_of(scenario)
        if self.focus not in scenario.strategies:
            raise UsageError(f"no strategy {self.focus!r}; there are {', '.join(scenario.strategies)}")
        self._extra = dict(extra or {})
        self._flat = flat

    @cached_property
    def main(self) -> Futures:
        """Return the scenario's futures, with derived strategies beside its own."""
        return Futures(self.but({}), self.scenario.replications, {self.focus: panel_size(self.scenario)})

    @cached_property
    def flat(self) -> Futures:
        """Return futures without uncertain numbers, season and product lives."""
        off = {"season": False, "product_life": False}
        return Futures(self.but({"uncertainties": {}, "mechanisms": off}), self._flat)

    @property
    def strategies(self) -> tuple[str, ...]:
        """Return the scenario's own strategies."""
        return tuple(self.scenario.strategies)

    @property
    def markets(self) -> tuple[str, ...]:
        """Return the codes of the markets that the strategy enters."""
        return tuple(code for code in self.scenario.markets if code in self.scenario.strategies[self.focus].entry)

    @property
    def pulse_week(self) -> int:
        """Return the week in which price and advertising are changed."""
        return int(PULSE_SHARE * self.scenario.weeks)

    @cached_property
    def orders(self) -> pd.DataFrame:
        """Return every need of the panel beside the strategy that is looked at."""
        return self.main.orders(self.focus)

    def named(self, name: str) -> str:
        """Return the derived strategy of a name: of those that are alike the first, the one looked at before all."""
        wanted = self._derived[name]
        if wanted == self._own:
            return self.focus
        return MARK + next(other for other, each in self._derived.items() if each == wanted)

    # ----------------------------------------------------------------------------------------- playing
    def play(self, workers: int | Literal["auto"] = "auto", progress: Callable[[Progress], None] | None = None) -> None:
        """Play all that patterns ask for, on threads that change no result."""
        threads = worker_count(workers)
        check_memory(self.main.scenario, 1, self.scenario.replications, threads, panel_size(self.scenario))
        tell = progress or (lambda state: None)

        def stop() -> None:
            for futures in (self.main, self.flat):
                futures.stop.set()

        worlds: list[Task] = [("world", lambda: self.main.world), ("world", lambda: self.flat.world)]
        tasks = list(self._tasks())
        total = len(worlds) + len(tasks)
        together(worlds, threads, stop, tell, 0, total)
        together(tasks, threads, stop, tell, len(worlds), total)

    def _tasks(self) -> Iterator[Task]:
        yield from ((name, lambda name=name: self.main.records(name)) for name in self.strategies)  # type: ignore[misc]
        derived = dict.fromkeys(self.named(name) for name in self._derived)
        yield from ((name, lambda name=name: self.main.records(name)) for name in derived)  # type: ignore[misc]
        yield MARK + "staying", lambda: self.flat.records(self.named("staying"))
        for terms in ({"price_factor": 0.99}, {"price_factor": 1.01}, {"ads_factor": 1.1}, {}):
            yield "pulse", lambda terms=terms: self.main.demand(self.focus, self.pulse_week, **terms)  # type: ignore[misc]

    # ------------------------------------------------------------------------------------ other strategies
    @cached_property
    def _own(self) -> dict[str, Any]:
        own: dict[str, Any] = self.scenario.document()["strategies"][self.focus]
        return own

    @cached_property
    def _derived(self) -> dict[str, dict[str, Any]]:
        return dict(derived(self._own))

    def but(self, changes: dict[str, Any]) -> Scenario:
        """Return the scenario with derived strategies beside its own, and whole parts of it changed."""
        document = self.scenario.document()
        marked = {MARK + name: each for name, each in self._derived.items() if self.named(name) == MARK + name}
        strategies = document["strategies"] | marked | self._extra
        if len(strategies) > MAX_STRATEGIES:
            room = MAX_STRATEGIES - len(marked) - len(self._extra)
            raise UsageError(
                f"the scenario has {len(document['strategies'])} strategies; a scorecard takes {room} at most"
            )
        return scenario_of(document | {"strategies": strategies} | changes, self.scenario.name)


def focus_of(scenario: Scenario) -> str:
    """Return the first strategy that keeps stock in its markets; the baseline where none does."""
    document = scenario.document()["strategies"]
    stocked = [name for name, each in document.items() if each["logistics"]["mode"] != "direct"]
    return stocked[0] if stocked else scenario.baseline


def panel_size(scenario: Scenario) -> int:
    """Return how many shoppers of every market are enough to tell how often people buy."""
    often = sum(scenario.category_in(code).frequency_per_year for code in scenario.markets)
    needs = often * scenario.weeks / 52.0 * scenario.replications
    return min(max(int(NEEDS / needs), LEAST_PANEL), MOST_PANEL, scenario.consumers)


def derived(own: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a strategy with one thing changed, by the name of the change."""
    # Editions of a feast and lots for firms come in bursts: the figures of everyday sales leave them out.
    adapted = {**own["localisation"], "festival_edition": False}
    everyday = {**own, "localisation": adapted, "b2b": {"enabled": False}}
    yield "everyday", everyday
    for forecast in ("mean", "smoothing", "ai"):
        yield forecast, {**everyday, "inventory": {**own["inventory"], "forecast": forecast}}
    staying = {**everyday, "exit": {}}
    yield "staying", staying
    yield "more_ads", {**staying, "ads": _more(own["ads"], 1.1)}
    there = {"language": True, "team": True, "local_returns": True}
    sides = {
        "with": {"localisation": {**adapted, **there}, "payments": ["local"], "mobile_storefront": True},
        "without": {
            "localisation": {**adapted, **dict.fromkeys(there, False)},
            "payments": ["card", "paypal"],
            "mobile_storefront": False,
        },
    }
    for channel in ("marketplace", "store"):
        for side, levers in sides.items():
            yield f"{channel}_{side}", {**staying, "channel": channel, **levers}


def _more(ads: Mapping[str, Any], factor: float) -> dict[str, Any]:
    """Return a rule of advertising that spends more: budgets, and the share that it aims at."""
    scaled = ("budget_usd_week", "share", "target_share")
    return {name: value * factor if name in scaled else value for name, value in ads.items()}
