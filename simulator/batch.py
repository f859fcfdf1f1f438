"""A batch of futures: their scenarios, and any number of them side by side as ``float64[futures, markets]``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from simulator.scenario import Scenario
from simulator.scenario.behaviour import Behaviour
from simulator.scenario.category import CategoryInMarket, CategoryProfile
from simulator.scenario.labelling import divided, shared_out
from simulator.scenario.profiles import MarketProfile
from simulator.scenario.strategy import Strategy

Floats = NDArray[np.float64]


class Batch:
    """Futures of a scenario that are played in lockstep; only numbers differ between them.

    Attributes
    ----------
    scenario
        The scenario with its uncertainties.
    replications
        Number of each future.
    futures
        The scenario of each future: uncertainties drawn, nothing uncertain left.
    """

    def __init__(self, scenario: Scenario, replications: Sequence[int]) -> None:
        self.scenario = scenario
        self.replications = tuple(replications)
        self.futures = tuple(scenario.future(r) for r in self.replications)
        self.codes = tuple(scenario.markets)

    def playing(self, scenario: Scenario) -> Batch:
        """Return the same futures with the strategies of `scenario`, a scenario of the same world.

        What was drawn for the markets, the category and behaviour stays as it is: most of what a batch takes to make.
        """
        if any(path.startswith("strategies.") for path in scenario.uncertainties):
            return Batch(scenario, self.replications)
        batch = copy(self)
        batch.scenario = scenario
        batch.futures = tuple(future.with_strategies_of(scenario) for future in self.futures)
        return batch

    @cached_property
    def markets(self) -> list[list[MarketProfile]]:
        """Return the market profiles, [future][market]."""
        return [[future.market(code) for code in self.codes] for future in self.futures]

    @cached_property
    def categories(self) -> list[CategoryProfile]:
        """Return the category of each future, archetypes with a label divided."""
        return [divided(future.category_profile) for future in self.futures]

    @cached_property
    def in_markets(self) -> list[list[CategoryInMarket]]:
        """Return the category's numbers in each market, [future][market]."""
        return [
            [shared_out(future.category_in(code), future.category_profile) for code in self.codes]
            for future in self.futures
        ]

    @cached_property
    def behaviours(self) -> list[Behaviour]:
        """Return the behaviour of each future."""
        return [future.behaviour_profile for future in self.futures]

    def market(self, name: str) -> Floats:
        """Return a number of the markets, float64[F, M]; `name` may be dotted."""
        get = attrgetter(name)
        return np.array([[get(profile) for profile in row] for row in self.markets], np.float64)

    def category_in(self, name: str) -> Floats:
        """Return a number of the category by market, float64[F, M]."""
        get = attrgetter(name)
        return np.array([[get(profile) for profile in row] for row in self.in_markets], np.float64)

    def category(self, name: str) -> Floats:
        """Return a number of the category, float64[F, 1]."""
        get = attrgetter(name)
        return np.array([[get(profile)] for profile in self.categories], np.float64)

    def behaviour(self, name: str) -> Floats:
        """Return a number of behaviour, float64[F, 1]."""
        get = attrgetter(name)
        return np.array([[get(profile)] for profile in self.behaviours], np.float64)

    def seller(self, name: str) -> Floats:
        """Return a number of the entrant, float64[F, 1]."""
        get = attrgetter(name)
        return np.array([[get(future.seller)] for future in self.futures], np.float64)

    def strategies(self, name: str) -> list[list[Strategy]]:
        """Return a strategy as each future and market has it, [future][market]."""
        return [[future.strategy(name, code) for code in self.codes] for future in self.futures]

    def constant(self, value: float) -> Floats:
        """Return a full array, float64[F, M]."""
        return np.full((len(self.futures), len(self.codes)), value, np.float64)

    def each(self, get: Callable[[int, int], float]) -> Floats:
        """Return an array from a function of (future, market) positions, float64[F, M]."""
        return np.array([[get(f, m) for m in range(len(self.codes))] for f in range(len(self.futures))], np.float64)
