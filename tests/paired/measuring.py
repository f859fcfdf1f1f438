"""What a lever does: two strategies that differ in nothing else, played in the same futures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.assembly import build_world
from simulator.comparison import interval
from simulator.ledger import INDEX
from simulator.model import MarketEntryModel
from simulator.outcomes import ALL, Setting, summary
from simulator.scenario import Scenario, scenario_of
from simulator.scenario.names import MAX_STRATEGIES
from simulator.views import STAGES, Records

Floats = NDArray[np.float64]
Plain = dict[str, Any]

LEFT_OUT = "(left out)"
"""The value of a lever that one side does not write down."""
FUTURES = tuple(range(8))
STAGE = "stage."
"""Prefix of an outcome that is a share of the funnel's needs: ``stage.payment``."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """A lever at two values, and what must move between them."""

    lever: str
    """Path in the strategy; a market's code stands for ``<market>`` of the leaf."""
    base: str
    """Name of the `Base` in which it binds."""
    against: Any
    value: Any
    """The two values; the effect is that of `value` over `against`."""
    account: str
    """Account of the ledger whose total moves."""
    outcomes: Mapping[str, int]
    """Column of the summary, or ``stage.<stage>`` of the funnel -> sign of its movement, +1 or -1."""
    effect: str
    """The path of effect in words."""
    context: Mapping[str, Any] = field(default_factory=dict)
    """Path -> value of other levers that both sides have, so that this one binds."""
    market: str = ALL
    """Where the outcomes are read."""

    @property
    def name(self) -> str:
        """Return the comparison in short."""
        return f"{self.lever}: {shown(self.against)} -> {shown(self.value)}"

    def side(self, start: Plain, value: Any) -> Plain:
        """Return the strategy of one side."""
        plain = start
        for path, setting in {**self.context, self.lever: value}.items():
            plain = with_value(plain, path.split("."), setting)
        return plain


@dataclass(frozen=True)
class Effect:
    """What moved, by future: USD float64[F] on the account, outcome -> float64[F]."""

    account_usd: Floats
    outcomes: Mapping[str, Floats]


class Base:
    """A small world, and a strategy that all comparisons in it start from.

    Parameters
    ----------
    world
        The scenario without strategies, plain.
    strategy
        Plain.
    """

    def __init__(self, world: Plain, strategy: Plain) -> None:
        self.world, self.strategy = world, strategy

    def scenario(self, strategies: Mapping[str, Plain]) -> Scenario:
        """Return the scenario with these strategies."""
        return scenario_of({**self.world, "strategies": dict(strategies)})


class Experiment:
    """All comparisons of a base: every strategy is played once, all in equal worlds."""

    def __init__(self, base: Base, comparisons: Iterable[Comparison]) -> None:
        self.base, self.comparisons = base, tuple(comparisons)

    @cached_property
    def _played(self) -> dict[str, _Played]:
        start = self.base.strategy
        sides = [side for c in self.comparisons for side in (c.side(start, c.against), c.side(start, c.value))]
        unique = {_key(side): side for side in sides}
        out: dict[str, _Played] = {}
        names = list(unique)
        for first in range(0, len(names), MAX_STRATEGIES):
            out |= self._play({name: unique[name] for name in names[first : first + MAX_STRATEGIES]})
        return out

    def _play(self, sides: Mapping[str, Plain]) -> dict[str, _Played]:
        """Play strategies by key, in one scenario."""
        scenario = self.base.scenario({f"s{n}": side for n, side in enumerate(sides.values())})
        world = build_world(scenario, FUTURES)
        setting = Setting(scenario.start, scenario.discount_rate, scenario.seller.cash_usd, tuple(scenario.strategies))
        out = {}
        for key, strategy in zip(sides, scenario.strategies, strict=True):
            records = MarketEntryModel(scenario, strategy, FUTURES, world).run()
            out[key] = _Played(records, summary(records, setting))
        return out

    def measure(self, comparison: Comparison) -> Effect:
        """Return the paired differences, value less against."""
        start = self.base.strategy
        new, old = (self._played[_key(comparison.side(start, v))] for v in (comparison.value, comparison.against))
        return Effect(
            new.account_usd(comparison.account) - old.account_usd(comparison.account),
            {
                name: new.outcome(name, comparison.market) - old.outcome(name, comparison.market)
                for name in comparison.outcomes
            },
        )


@dataclass(frozen=True, eq=False)
class _Played:
    records: Records
    table: pd.DataFrame

    def account_usd(self, name: str) -> Floats:
        """Return the total of an account over weeks and markets, float64[F]; costs are positive, sales negative."""
        cents: NDArray[np.int64] = self.records.ledger[..., INDEX[name]].sum(axis=(0, 2))
        return cents / 100.0

    def outcome(self, name: str, market: str) -> Floats:
        """Return a figure by future, float64[F]."""
        if not name.startswith(STAGE):
            rows = self.table[self.table["market"] == market]
            return rows[name].astype("float64").to_numpy(dtype=float, na_value=np.nan)
        markets = range(len(self.records.markets)) if market == ALL else [self.records.markets.index(market)]
        needs = self.records.funnel[:, markets].sum(axis=(1, 2))
        share: Floats = needs[:, STAGES.index(name.removeprefix(STAGE))] / needs.sum(axis=1)
        return share


def with_value(plain: Plain, path: Sequence[str], value: Any) -> Plain:
    """Return nested plain data with another value at a path, or without it for `LEFT_OUT`."""
    head, *rest = path
    if rest:
        return {**plain, head: with_value(plain.get(head, {}), rest, value)}
    if value == LEFT_OUT:
        return {key: child for key, child in plain.items() if key != head}
    return {**plain, head: value}


def shown(value: Any) -> str:
    """Return a value as a scenario file has it."""
    return value if isinstance(value, str) else json.dumps(value)


def table_rows(comparison: Comparison, effect: Effect) -> list[str]:
    """Return the rows of the table of levers, one for each outcome."""
    rows = []
    lever = f"`{comparison.lever}` {shown(comparison.against)} → {shown(comparison.value)}"
    account = f"{comparison.account} ({effect.account_usd.mean():+,.0f})"
    place = "" if comparison.market == ALL else f" in {comparison.market}"
    for name, differences in effect.outcomes.items():
        mean, (low, high) = float(differences.mean()), interval(differences)
        measured = f"{_figure(mean)} [{_figure(low)}, {_figure(high)}]"
        rows.append(f"| {lever} | {account} | {comparison.effect} | {name}{place} | {measured} |")
    return rows


def _figure(value: float) -> str:
    return f"{value:+,.0f}" if abs(value) >= 100 else f"{value:+.3g}"


def _key(plain: Plain) -> str:
    return json.dumps(plain, sort_keys=True)
