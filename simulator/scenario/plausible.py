"""Low and high of the numbers that decide most and are known least: real plausible ranges, none that is made up.

A number that the scenario calls uncertain has the range of its distribution. Some others, which matter to every
scenario, have the one of their fact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from simulator.errors import UsageError
from simulator.scenario.paths import closest_path
from simulator.scenario.places import Place, node_of
from simulator.scenario.spread import range_of
from simulator.scenario.uncertainty import Triangular, Uncertain, quantile

if TYPE_CHECKING:
    from simulator.scenario.scenario import Scenario

UNCERTAIN = (
    "category.conversion_at_parity", "category.reference_price_usd", "category.frequency_per_year",
    "category.own_price_elasticity", "behaviour.organic_reference_share", "behaviour.say_do_share",
)  # fmt: skip
"""What decides most and is known least; each where the facts give a range."""

OF_THE_FIRM = (
    "category.quality.return_share", "category.organic_factor", "behaviour.web_share",
    "behaviour.headquarters_usd_week",
)  # fmt: skip
"""Further numbers whose facts have a range, the same in all markets."""

IN_MARKET = (
    "category.market.{}.penetration_share", "category.market.{}.duty_share", "markets.{}.acos_share",
    "markets.{}.commission_share", "markets.{}.mobile_share",
)  # fmt: skip
"""The same of one market, the largest that a strategy enters unless one is named: all of all markets are too many
to play. Any other stands in the scenario's uncertainties."""

LOW, HIGH = 0.1, 0.9
"""Probabilities of the two ends: eight of ten values lie between them."""

Origin = Literal["scenario", "facts"]


@dataclass(frozen=True)
class Span:
    """A number, or a group of numbers that move together, and its two ends."""

    path: str
    """Of the number; of a group, of its first one."""
    origin: Origin
    low: Mapping[str, float]
    """Path -> value at the low end."""
    high: Mapping[str, float]


def spans(
    scenario: Scenario, strategy: str, market: str | None = None, paths: Sequence[str] | None = None
) -> tuple[Span, ...]:
    """Return the ranges that are worth trying for a strategy, those of the scenario first.

    Parameters
    ----------
    market
        The one whose own numbers are tried; None: the largest that the strategy enters.
    paths
        Only these; None: all that the scenario calls uncertain, then what its facts add.

    Raises
    ------
    UsageError
        For one of `paths` that has no range.
    """
    if paths is None:
        own = dict.fromkeys(_leader(scenario, path) for path in scenario.uncertainties)
        where = market or max(scenario.strategy(strategy).entry, key=lambda code: _needs_year(scenario, code))
        added = [*UNCERTAIN, *OF_THE_FIRM, *(path.format(where) for path in IN_MARKET)]
        found = [span_of(scenario, path) for path in dict.fromkeys([*own, *added])]
        return tuple(each for each in found if each is not None)
    settable, named = scenario.settable_paths(), []
    for path in dict.fromkeys(_leader(scenario, path) for path in paths):
        if path not in settable:
            raise UsageError(f"{path}: unknown path; {closest_path(path, settable)}")
        span = span_of(scenario, path)
        if span is None:
            raise UsageError(f"{path}: no range; allowed: an uncertain number, or one whose fact has low and high")
        named.append(span)
    return tuple(named)


def span_of(scenario: Scenario, path: str) -> Span | None:
    """Return the range of a number; None where neither the scenario nor the facts have one.

    A value of the scenario's own outside the range of the fact says that the fact does not speak of it.
    """
    law = scenario.uncertainties.get(path)
    if law is not None:
        group = {name: each for name, each in scenario.uncertainties.items() if _together(each, law, name == path)}
        low, high = ({name: quantile(each, p) for name, each in group.items()} for p in (LOW, HIGH))
        return Span(path, "scenario", low, high)
    if path not in scenario.settable_paths():
        return None
    first, _, last, _ = range_of(path, node_of(scenario.document(), Place(scenario.name)))
    value = _value(scenario, path)
    if first is None or last is None or value is None or not first < last or not first <= value <= last:
        return None
    triangle = Triangular(dist="triangular", low=first, mode=value, high=last)
    return Span(path, "facts", {path: quantile(triangle, LOW)}, {path: quantile(triangle, HIGH)})


def _needs_year(scenario: Scenario, code: str) -> float:
    """Return the needs of a market's niche per year."""
    category = scenario.category_in(code)
    return scenario.market(code).shoppers * category.penetration_share * category.frequency_per_year


def _leader(scenario: Scenario, path: str) -> str:
    """Return the first path of a number's group; itself where it moves alone."""
    law = scenario.uncertainties.get(path)
    if law is None or law.group is None:
        return path
    return next(name for name, each in scenario.uncertainties.items() if each.group == law.group)


def _together(each: Uncertain, law: Uncertain, itself: bool) -> bool:
    return itself or (law.group is not None and each.group == law.group)


def _value(scenario: Scenario, path: str) -> float | None:
    """Return the number that the scenario has at a path of its world, facts included."""
    head, *rest = path.split(".")
    node: Any
    match head:
        case "behaviour":
            node = scenario.behaviour_profile
        case "markets":
            node, rest = scenario.market(rest[0]), rest[1:]
        case "category" if rest[0] == "market":
            node, rest = scenario.category_in(rest[1]), rest[2:]
        case "category":
            node = scenario.category_profile
        case _:
            return None
    for part in rest:
        node = node.get(part) if isinstance(node, Mapping) else getattr(node, part, None)
    return float(node) if isinstance(node, int | float) and not isinstance(node, bool) else None
