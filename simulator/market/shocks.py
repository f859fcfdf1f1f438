"""From the events of a scenario to what they do in each week of each future, and the walk of exchange rates.

Every event draws by its own name (`Shock.luck`): whether it happens, when, and whether it reverses. An event that is
added, moved in the file or made stronger leaves the luck of all others as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from simulator import draws
from simulator.batch import Batch
from simulator.calendar import NEVER
from simulator.compiled import njit
from simulator.exact import exp, hash_at, key_of, normal_quantile, unit64_of
from simulator.scenario import Scenario
from simulator.scenario.events import (
    DemandShock,
    Event,
    Exchange,
    Freight,
    PlatformFee,
    PortClosure,
    RivalEntry,
    RuleChange,
    Shock,
    Tariff,
)
from simulator.shocks import DutyChange, Floats, Ints, Newcomer, RuleInForce, Shocks

PRICE_LAG_WEEKS = 13
"""Weeks after which local prices have caught up with the exchange rate (DEFAULTS section 2)."""
DOLLAR = "USD"

HAPPENS, DAY, REVERSES = 0, 1, 2
"""Rows of an event's draws."""

Kind = TypeVar("Kind", bound=Shock)


@dataclass(frozen=True, slots=True)
class Happening:
    """One event in one future."""

    event: Event
    announced: int
    start: int
    end: int
    """Weeks of the run; NEVER where it does not happen or does not end."""

    def on(self, weeks: int) -> NDArray[np.bool_]:
        """Say in which weeks it holds, bool[W]."""
        t = np.arange(weeks)
        return (t >= self.start) & (t < self.end)


def first_week(start: date, day: date) -> int:
    """Return the week from which something dated holds: that of the first Monday on or after its day."""
    return -((start - day).days // 7)


def happenings(scenario: Scenario, replication: int) -> tuple[Happening, ...]:
    """Return the events of one future, in the order of `Scenario.events`."""
    events = scenario.events
    chosen = _chosen(events, scenario, replication)
    return tuple(
        _happening(event, happens, scenario, replication) for event, happens in zip(events, chosen, strict=True)
    )


def _draw(scenario: Scenario, replication: int, name: str, row: int) -> float:
    key = draws.key(scenario.seed, replication, draws.STREAMS["events"], 0, 0, draws.name_id(name))
    return draws.unit(key, row)


def _chosen(events: Sequence[Event], scenario: Scenario, replication: int) -> list[bool]:
    """Say which events happen; those of one group share out one draw, in the order of their names."""
    out, taken = [event.drawn is None for event in events], dict[str, float]()
    for i in order(events):
        event = events[i]
        if event.drawn is None:
            continue
        low = taken.get(event.group, 0.0) if event.group is not None else 0.0
        name = event.luck if event.group is None else f"group/{event.group}"
        high = low + event.drawn.probability
        out[i] = low <= _draw(scenario, replication, name, HAPPENS) < high
        if event.group is not None:
            taken[event.group] = high
    return out


def order(events: Sequence[Event]) -> list[int]:
    """Return the positions of events in an order that does not depend on the file.

    Strengths come last, so that futures which differ in them agree on the order.
    """
    names = [(event.luck, event.kind, event.market or "", event.place, event.model_dump_json()) for event in events]
    return sorted(range(len(events)), key=names.__getitem__)


def _happening(event: Event, happens: bool, scenario: Scenario, replication: int) -> Happening:
    if not happens:
        return Happening(event, NEVER, NEVER, NEVER)
    if event.drawn is None:
        day = event.date
    else:
        first, last = event.drawn.between
        days = (last - first).days + 1
        ahead = int(_draw(scenario, replication, event.luck, DAY) * days)
        day = date.fromordinal(first.toordinal() + ahead)
    assert day is not None  # the schema asks for one or the other
    start = first_week(scenario.start, day)
    end = NEVER
    lasts = event.reverses_after_weeks
    if lasts is not None and _draw(scenario, replication, event.luck, REVERSES) < event.reversal_probability:
        end = start + lasts
    if isinstance(event, PortClosure):
        end = min(end, start + event.weeks)
    return Happening(event, start - event.announced_weeks, start, end)


# ------------------------------------------------------------------------------------------------ all of a batch
def shocks(batch: Batch) -> Shocks:
    """Return the shocks of a batch; neutral ones where the mechanisms `events` and `fx` are off."""
    scenario = batch.scenario
    rows: list[tuple[Happening, ...]] = [() for _ in batch.futures]
    if scenario.on("events"):
        rows = [happenings(future, r) for future, r in zip(batch.futures, batch.replications, strict=True)]
    places = order(scenario.events) if scenario.on("events") else []
    made = _Maker(batch, rows, places)
    exchange = made.exchange()
    nodes, closed = made.closures()
    return Shocks(
        duty_change=made.sum(Tariff, lambda e: e.change),
        exchange=exchange,
        level=_level(exchange),
        parcel_freight=made.product(Freight, lambda e: e.factor if e.lane in (None, "parcel") else 1.0),
        sea_freight=made.product(Freight, lambda e: e.factor if e.lane in (None, "sea") else 1.0),
        air_freight=made.product(Freight, lambda e: e.factor if e.lane in (None, "air") else 1.0),
        commission_change=made.sum(PlatformFee, lambda e: e.change),
        demand=made.product(DemandShock, lambda e: e.factor),
        nodes=nodes,
        closed=closed,
        duties=made.duties(),
        newcomers=made.newcomers(),
        rules=made.rules(),
    )


def _level(exchange: Floats) -> Floats:
    """Return local prices in USD relative to the start: ``e(t − 13) / e(t)``, e = 1 before the start."""
    before = np.ones_like(exchange)
    before[PRICE_LAG_WEEKS:] = exchange[: max(len(exchange) - PRICE_LAG_WEEKS, 0)]
    return before / exchange


class _Maker:
    """Happenings by future and event, and the arrays that they make."""

    def __init__(self, batch: Batch, rows: Sequence[tuple[Happening, ...]], places: Sequence[int]) -> None:
        self._batch, self._rows, self._places = batch, rows, places
        self._weeks, self._shape = batch.scenario.weeks, (len(batch.futures), len(batch.codes))

    def _of(self, kind: type[Kind]) -> Iterator[tuple[int, Happening, Kind]]:
        """Yield (future, happening, event) of a kind, event by event."""
        for i in self._series(kind):
            for f, row in enumerate(self._rows):
                event = row[i].event
                assert isinstance(event, kind)  # futures differ in numbers alone
                yield f, row[i], event

    def _series(self, kind: type) -> list[int]:
        """Return the positions of the events of a kind."""
        return [i for i in self._places if isinstance(self._batch.scenario.events[i], kind)]

    def _where(self, market: str | None) -> list[int]:
        return [m for m, code in enumerate(self._batch.codes) if market in (None, code)]

    def sum(self, kind: type[Kind], change: Callable[[Kind], float]) -> Floats:
        """Return the sum of what holds, float64[W, F, M]."""
        out = np.zeros((self._weeks, *self._shape))
        for f, happening, event in self._of(kind):
            for m in self._where(event.market):
                out[:, f, m] += change(event) * happening.on(self._weeks)
        return out

    def product(self, kind: type[Kind], factor: Callable[[Kind], float]) -> Floats:
        """Return the product of what holds, float64[W, F, M]."""
        out = np.ones((self._weeks, *self._shape))
        for f, happening, event in self._of(kind):
            for m in self._where(event.market):
                out[:, f, m] *= np.where(happening.on(self._weeks), factor(event), 1.0)
        return out

    def exchange(self) -> Floats:
        """Return the local price of a dollar relative to the start, float64[W, F, M]: its walk, and events."""
        batch = self._batch
        currencies = [profile.currency for profile in batch.markets[0]]
        sd = batch.market("fx_sd_week") * batch.scenario.on("fx")
        prefixes = np.array(
            [draws.prefix(batch.scenario.seed, r, draws.STREAMS["fx"]) for r in batch.replications], np.uint64
        )
        identities = np.array([draws.name_id(currency) for currency in currencies], np.uint64)
        out = walk(prefixes, identities, sd, self._weeks)
        for f, happening, event in self._of(Exchange):
            named = None if event.market is None else currencies[batch.codes.index(event.market)]
            # Before the first week an event is part of the figures of the start.
            held = happening.start < 0 < happening.end
            factor = np.where(happening.on(self._weeks), event.factor, 1.0) / (event.factor if held else 1.0)
            for m, currency in enumerate(currencies):
                if currency != DOLLAR and named in (None, currency):
                    out[:, f, m] *= factor
        return out

    def closures(self) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
        """Return the nodes that close, and where lanes over them stand still, bool[W, F, M, N]."""
        found = list(self._of(PortClosure))
        nodes = tuple(sorted({event.node for _, _, event in found}))
        out = np.zeros((self._weeks, *self._shape, len(nodes)), bool)
        for f, happening, event in found:
            for m in self._where(event.market):
                out[:, f, m, nodes.index(event.node)] |= happening.on(self._weeks)
        return nodes, out

    def duties(self) -> tuple[DutyChange, ...]:
        """Return the events that change duties."""
        found = list(self._of(Tariff))
        out = []
        for first in range(0, len(found), self._shape[0]):
            row = found[first : first + self._shape[0]]
            points = np.zeros(self._shape)
            for f, _, event in row:
                points[f, self._where(event.market)] = event.change
            announced, start, end = _weeks_of([happening for _, happening, _ in row])
            out.append(DutyChange(points, announced, start, end))
        return tuple(out)

    def newcomers(self) -> tuple[Newcomer, ...]:
        """Return the rivals that enter; the second like `near` is called near_2, the third near_3."""
        taken = set(self._batch.categories[0].archetypes)
        taken |= {rival.key for code in self._batch.codes for rival in self._batch.scenario.close_rivals(code)}
        out = []
        for i in self._series(RivalEntry):
            like, number = self._batch.scenario.events[i].place, 2
            while f"{like}_{number}" in taken:
                number += 1
            key = f"{like}_{number}"
            taken.add(key)
            enter, leave = np.full(self._shape, NEVER, np.int64), np.full(self._shape, NEVER, np.int64)
            for f, row in enumerate(self._rows):
                for m in self._where(row[i].event.market):
                    known = [rival.key for rival in self._batch.scenario.close_rivals(self._batch.codes[m])]
                    if like in known and row[i].end > 0:
                        enter[f, m], leave[f, m] = max(row[i].start, 0), row[i].end
            out.append(Newcomer(key, like, enter, leave))
        return tuple(out)

    def rules(self) -> tuple[RuleInForce, ...]:
        """Return the rules that are put in force."""
        out = []
        for i in self._series(RuleChange):
            weeks = _weeks_of([row[i] for row in self._rows])
            event = self._batch.scenario.events[i]
            out.append(RuleInForce(event.place, tuple(self._where(event.market)), *weeks))
        return tuple(out)


def _weeks_of(row: Sequence[Happening]) -> tuple[Ints, Ints, Ints]:
    """Return first weeks of knowing, of holding, and of holding no more, each int64[F]."""
    weeks = np.array([(h.announced, h.start, h.end) for h in row], np.int64)
    return weeks[:, 0], weeks[:, 1], weeks[:, 2]


@njit
def walk(prefixes, identities, sd, weeks):
    """Return the exchange rates' walk, 1 in the first week, float64[W, F, M].

    ``log e`` grows by ``sd z + sd² / 2`` a week: the dollar value of the local currency, 1 / e, is a martingale.

    Parameters
    ----------
    prefixes : uint64[F]
        Key prefixes of the stream fx, common to all markets.
    identities : uint64[M]
        Of the currencies: markets with one currency share its luck.
    sd : float64[F, M]
        Standard deviation of the weekly log change; 0 is a fixed rate, exactly.
    """
    futures, markets = sd.shape
    out = np.ones((weeks, futures, markets))
    for f in range(futures):
        for m in range(markets):
            s = sd[f, m]
            if s == 0.0:
                continue
            x = 0.0
            for t in range(1, weeks):
                x += s * normal_quantile(unit64_of(hash_at(key_of(prefixes[f], np.int64(t), identities[m]), 0)))
                x += 0.5 * s * s
                out[t, f, m] = exp(x)
    return out
