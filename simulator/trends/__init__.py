"""The scoreboard of claims: what is said of the eight trends, beside what the simulator finds.

A claim is examined, never put in: a figure is either *emergent* (the model was not told), or a *recovered input*
(it was told, and this shows that it arrived), or *outside the model* (shown, not tested).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from simulator.errors import UsageError
from simulator.trends.claim import Finding, Part

if TYPE_CHECKING:
    from simulator.engine.local import Progress
    from simulator.trends.regions import Sign
    from simulator.trends.worlds import Worlds

__all__ = ["Finding", "Part", "Sign", "examine", "parts", "signs"]

ALL_CLAIMS = 39
"""Claims of the source on all eight trends."""


def parts() -> tuple[Part, ...]:
    """Return every part of every claim that can be examined, by the number of the claim."""
    from simulator.trends import (
        business,
        compliance,
        emerging,
        green,
        logistics,
        machines,
        simple,
        value_upgrade,
        whole,
    )

    trends = value_upgrade, green, machines, logistics, emerging, business, compliance, simple, whole
    found = (part for trend in trends for part in trend.PARTS)
    return tuple(sorted(found, key=lambda part: part.claim))


def examine(
    only: int | None = None,
    *,
    replications: int | None = None,
    consumers: int | None = None,
    seed: int | None = None,
    workers: int | Literal["auto"] = "auto",
    progress: Callable[[Progress], None] | None = None,
) -> tuple[Finding, ...]:
    """Examine the claims: play the worlds that they need, each once, and judge by the stated rules.

    Parameters
    ----------
    only
        Number of one claim; None: all.
    replications, consumers, seed
        Replace those of the experiments.
    workers
        Threads; they change no result.
    progress
        Called after every unit that is done.

    Raises
    ------
    UsageError
        For a number that no claim has.
    SimulationError
        Where a world cannot be played.
    """
    from simulator.trends.worlds import Worlds

    chosen = [part for part in parts() if only in (None, part.claim)]
    if only is not None and not chosen:
        raise UsageError(f"no claim {only}; allowed: 1 to {ALL_CLAIMS}")
    worlds = Worlds(replications, consumers, seed, workers)
    worlds.play([need for part in chosen for need in part.needs], progress)
    return tuple(_judged(part, worlds) for part in chosen)


def signs(
    *,
    replications: int | None = None,
    consumers: int | None = None,
    seed: int | None = None,
    workers: int | Literal["auto"] = "auto",
    progress: Callable[[Progress], None] | None = None,
) -> tuple[Sign, ...]:
    """Play every lever in mature and in emerging markets; arguments and errors as `examine`."""
    from simulator.trends import regions
    from simulator.trends.worlds import Worlds

    worlds = Worlds(replications, consumers, seed, workers)
    worlds.play([regions.PLAYED], progress)
    return regions.signs(worlds)


def _judged(part: Part, worlds: Worlds) -> Finding:
    """Return what came out of a part."""
    from simulator.trends.claim import Estimate
    from simulator.trends.worlds import Question

    nothing = Estimate(float("nan"), float("nan"), float("nan"))
    estimate = nothing if part.measure is None else part.measure(worlds)
    verdict = part.rule.judge(estimate.mean, estimate.low, estimate.high)
    if not part.scenario:
        return Finding(part, estimate, verdict)
    scenario = worlds.scenario(Question.of(part.scenario))
    return Finding(part, estimate, verdict, scenario.replications, scenario.consumers)
