"""Single steps from a strategy: every lever at sensible other settings, all else as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.errors import ScenarioError
from simulator.network import hubs
from simulator.scenario.levers import Lever, changed, levers, value_of

if TYPE_CHECKING:
    from simulator.scenario import Scenario

FACTORS: Mapping[str, tuple[float, ...]] = {
    "price.position": (0.8, 0.9, 1.1, 1.25),
    "ads.budget_usd_week": (0.0, 0.5, 2.0),
}
"""Lever -> what its setting is multiplied by."""

NUMBERS: Mapping[str, tuple[float, ...]] = {
    "price.floor_margin_share": (0.0, 0.1),
    "product.health": (0.0, 0.5, 1.0),
    "product.green": (0.0, 0.5, 1.0),
    "inventory.service_level": (0.8, 0.9, 0.98),
}
"""Lever -> settings, where a share of the own one would mean nothing."""

NEW_BUDGET_USD_WEEK = 1_000.0
"""What a strategy without advertising tries (assumption: a small budget that shoppers can notice)."""

COMPANIONS: Mapping[tuple[str, str], tuple[str, float]] = {
    ("ads.rule", "tacos"): ("ads.share", 0.15),
    ("ads.rule", "acos"): ("ads.target_share", 0.3),
}
"""Rule of advertising -> the number that it needs, where the strategy has none (assumption: middle of `SPANS`' lower
half, which is what firms do)."""


UNADVISED = (("product.empty_claim", True), ("compliance", "none"))
"""Never tried, though the model allows it: it breaks the law or deceives, which is no advice to give."""


@dataclass(frozen=True)
class Step:
    """One lever at another setting, everywhere."""

    path: str
    value: Any
    moves: Mapping[str, Any]
    """What `simulator.scenario.levers.changed` takes: with what goes along, and with markets of their own setting."""


def steps(scenario: Scenario, strategy: str) -> list[tuple[Step, Scenario]]:
    """Return the steps that fit together with the rest of the strategy, each with its scenario, in a fixed order."""
    found, seen = [], [scenario.strategies[strategy]]
    for step in _all(scenario, strategy):
        if (step.path, step.value) in UNADVISED:
            continue
        try:
            there = changed(scenario, strategy, step.moves)
        except ScenarioError:
            continue
        if there.strategies[strategy] not in seen:  # two ways to one setting are one step
            seen.append(there.strategies[strategy])
            found.append((step, there))
    return found


def _all(scenario: Scenario, strategy: str) -> Iterator[Step]:
    yield from _entries(scenario, strategy)
    for lever in levers(scenario):
        own = value_of(scenario, strategy, lever.path)
        if lever.path in FACTORS:
            yield from _scaled(scenario, strategy, lever.path, own)
        elif lever.path == "payments":
            yield from (_everywhere(scenario, strategy, lever.path, value) for value in (["local"], ["card"]))
        elif lever.kind == "choices":
            yield from _with_and_without(scenario, strategy, lever, own)
        elif lever.path == "logistics.mode":
            yield from _ways(scenario, strategy, lever)
        elif lever.path == "exit.if_contribution_below_usd_week":
            yield _everywhere(scenario, strategy, lever.path, 0.0 if own is None else None)
        elif lever.kind == "flag":
            yield _everywhere(scenario, strategy, lever.path, not own)
        elif lever.kind == "choice" and not lever.optional:
            for value in lever.choices:
                yield _everywhere(scenario, strategy, lever.path, value, _companion(scenario, strategy, lever, value))
        else:
            for number in NUMBERS.get(lever.path, ()):
                yield _everywhere(scenario, strategy, lever.path, number)


def _entries(scenario: Scenario, strategy: str) -> Iterator[Step]:
    """Leave each market, and enter each other one when the strategy begins."""
    weeks = scenario.strategies[strategy].entry
    for code in scenario.markets:
        week = None if code in weeks else min(weeks.values())
        yield Step(f"entry.{code}", week, {f"entry.{code}": week})


def _scaled(scenario: Scenario, strategy: str, path: str, own: float) -> Iterator[Step]:
    """Multiply a number, and with it that of markets which have their own."""
    for factor in FACTORS[path]:
        moves = {path: _rounded(own * factor)}
        for code in _differing(scenario, strategy, path):
            moves[f"{code}:{path}"] = _rounded(value_of(scenario, strategy, path, code) * factor)
        yield Step(path, moves[path], moves)
    if not own:
        yield Step(path, NEW_BUDGET_USD_WEEK, {path: NEW_BUDGET_USD_WEEK})


def _with_and_without(scenario: Scenario, strategy: str, lever: Lever, own: list[str]) -> Iterator[Step]:
    """Add each choice that is not there, and drop each that is."""
    for choice in lever.choices:
        value = [each for each in own if each != choice] if choice in own else [*own, choice]
        yield _everywhere(scenario, strategy, lever.path, value)


def _ways(scenario: Scenario, strategy: str, lever: Lever) -> Iterator[Step]:
    """Deliver in every other way; through a hub where one serves, the nearest of those that serve most markets."""
    sea = {"logistics.transport": "sea"}  # air is a way of local stock alone
    for mode in lever.choices:
        if mode != "hub":
            yield _everywhere(scenario, strategy, lever.path, mode, {} if mode == "local" else sea)
            continue
        entered = list(scenario.strategies[strategy].entry)
        served = {hub: [code for code in entered if hub in scenario.market(code).hubs] for hub in hubs()}
        days = {
            hub: sum(scenario.market(code).hubs[hub].days.typical for code in codes) for hub, codes in served.items()
        }
        hub = min(served, key=lambda name: (-len(served[name]), days[name]))
        if len(served[hub]) == len(entered):
            yield _everywhere(scenario, strategy, lever.path, mode, {"logistics.hub": hub} | sea)
        elif served[hub]:
            moves = {"logistics.mode": mode, "logistics.hub": hub} | sea
            yield Step(
                lever.path, mode, {f"{code}:{path}": each for code in served[hub] for path, each in moves.items()}
            )


def _companion(scenario: Scenario, strategy: str, lever: Lever, value: str) -> dict[str, Any]:
    path, number = COMPANIONS.get((lever.path, value), ("", 0.0))
    return {path: number} if path and value_of(scenario, strategy, path) is None else {}


def _everywhere(
    scenario: Scenario, strategy: str, path: str, value: Any, others: Mapping[str, Any] | None = None
) -> Step:
    """Return the step that sets a lever, and what goes with it, also in markets that have their own setting."""
    moves = {path: value} | dict(others or {})
    for each, wanted in list(moves.items()):
        for code in _differing(scenario, strategy, each):
            if value_of(scenario, strategy, each, code) != wanted:
                moves[f"{code}:{each}"] = wanted
    return Step(path, value, moves)


def _differing(scenario: Scenario, strategy: str, path: str) -> Iterator[str]:
    """Yield the markets that have their own setting of a lever."""
    for code, there in scenario.strategies[strategy].markets.items():
        node: Any = there
        for name in path.split("."):
            node = node.get(name) if isinstance(node, Mapping) else None
        if node is not None:
            yield code


def _rounded(value: float) -> float:
    """Return a number as people would set it: 0.935 for 0.93499999999999994."""
    return round(value, 4)
