"""The scorecard: patterns of markets and buyers that should emerge, each beside its band and the band's source.

What lies outside is shown, not hidden, and no number is bent to bring it in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from simulator.scorecard.pattern import Applies, Estimate, Pattern, Score, bands

if TYPE_CHECKING:
    from simulator.engine.local import Progress
    from simulator.scenario import Scenario
    from simulator.scorecard.study import Study

__all__ = ["Estimate", "Pattern", "Score", "kind_of", "patterns", "score", "scored"]


def patterns() -> tuple[Pattern, ...]:
    """Return every pattern."""
    from simulator.scorecard.card import PATTERNS

    return PATTERNS


def kind_of(scenario: Scenario) -> Applies:
    """Return the kind of a scenario's category, by how often it is needed."""
    often: float = bands()["consumable_from"].value
    return "consumables" if scenario.category_profile.frequency_per_year >= often else "general"


def score(
    scenario: Scenario,
    strategy: str | None = None,
    *,
    workers: int | Literal["auto"] = "auto",
    progress: Callable[[Progress], None] | None = None,
) -> tuple[Score, ...]:
    """Play what the patterns ask for and hold every one to its band.

    Parameters
    ----------
    scenario
        What is played; its replications and consumers decide how sure the figures are.
    strategy
        The one that is looked at; None: the first that keeps stock in its markets.
    workers
        Threads; they change no result.
    progress
        Called after every piece of work.

    Raises
    ------
    UsageError
        There is no such strategy, or no room for the derived ones.
    SimulationError
        Where a world cannot be played.
    """
    from simulator.scorecard.study import Study

    study = Study(scenario, strategy)
    study.play(workers, progress)
    return scored(study)


def scored(study: Study) -> tuple[Score, ...]:
    """Return the patterns of a study's category, measured."""
    kind = kind_of(study.scenario)
    asked = [pattern for pattern in patterns() if pattern.applies in ("all", kind)]
    return tuple(Score(pattern, pattern.measure(study)) for pattern in asked)
