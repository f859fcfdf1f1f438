"""Parts that compare two sides: a figure with something and without it, future by future."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.trends.claim import Estimate, Kind, Part, Unit
from simulator.trends.measures import Measure
from simulator.trends.verdict import Rule
from simulator.trends.worlds import Need, Question, Worlds

Side = tuple[Question, str]
"""A strategy of a question."""
NOTHING: Mapping[str, str] = {}


def paired(
    key: str,
    trend: int,
    kind: Kind,
    rule: Rule,
    unit: Unit,
    on: Side,
    off: Side,
    figure: Measure | str,
    names: Mapping[str, str] = NOTHING,
) -> Part:
    """Return the part that compares a figure `on` one side with that of the other.

    The number of the claim is the beginning of the key. The unit says how: `ratio` on over off, `change` the same less
    1, all others on less off. The figure is a measure, or the name of an outcome.
    """

    def measure(worlds: Worlds) -> Estimate:
        with_it, without = (worlds.value(*side, figure) for side in (on, off))
        if unit in ("ratio", "change"):
            return Estimate.of(with_it / without - (unit == "change"), worlds.sampling(*on))
        return Estimate.of(with_it - without, worlds.sampling(*on))

    needs = tuple(Need(question, (strategy,)) for question, strategy in (on, off))
    return Part(key, int(key.split("_")[0]), trend, kind, rule, unit, on[0].path, needs, measure, names)


def single(
    key: str, trend: int, kind: Kind, rule: Rule, unit: Unit, side: Side, figure: Measure | str,
    names: Mapping[str, str] = NOTHING, beside: tuple[str, ...] = (),
) -> Part:  # fmt: skip
    """Return the part on a figure of one side, with outcomes that must be seen beside it."""

    def measure(worlds: Worlds) -> Estimate:
        others = {name: worlds.outcome(*side, name) for name in beside}
        return Estimate.of(worlds.value(*side, figure), worlds.sampling(*side), **others)

    needs = (Need(side[0], (side[1],)),)
    return Part(key, int(key.split("_")[0]), trend, kind, rule, unit, side[0].path, needs, measure, names)
