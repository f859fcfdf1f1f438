"""Common random numbers: strategies meet the same people with the same luck.

A strategy and its copy differ by exactly nothing; and because luck that is common to two strategies cancels, their
difference varies less from future to future than that of independent runs would. How much less is measured between
the strategy and the same one at a slightly higher price, the kind of question that an experiment asks. (Strategies
that share little, one selling ten times as much as the other, gain little: the larger one's luck is the difference.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from simulator.errors import UsageError
from simulator.examples import examples_dir
from simulator.ledger import RESULT
from simulator.lessons.lesson import Measured, Parameters
from simulator.model import MarketEntryModel, build_world
from simulator.scenario import Scenario, load_scenario
from simulator.scenario.loading import scenario_of
from simulator.scenario.names import Name, allowed
from simulator.views import Records

EXAMPLE = "flagship.yaml"
CONSUMERS, WEEKS = 500, 40
COPY, DEARER = "copy_of_it", "dearer"
PRICE_FACTOR = 1.05


class CommonRandomNumbers(Parameters):
    """A strategy of the flagship."""

    strategy: Name = "localised"
    replications: Annotated[int, Field(ge=4, le=200)] = 12
    """Futures over which differences vary."""


PARAMETERS = CommonRandomNumbers


def expected(given: CommonRandomNumbers) -> dict[str, float]:
    """Return no difference, and the ratio above which pairing pays."""
    return {"difference": 0.0, "largest_posting_difference": 0.0, "units_difference": 0.0, "variance_ratio": 1.0}


def simulated(given: CommonRandomNumbers) -> dict[str, Measured]:
    """Return how far a strategy and its copy are apart, and what pairing two strategies is worth."""
    one, copy, other = _played(_scenario(given), (given.strategy, COPY, DEARER), given.replications)
    paired = np.var(_profit(one) - _profit(other), ddof=1)
    unpaired = np.var(_profit(one), ddof=1) + np.var(_profit(other), ddof=1)
    return {
        "difference": Measured(float(np.abs(_profit(one) - _profit(copy)).max())),
        "largest_posting_difference": Measured(float(np.abs(one.ledger - copy.ledger).max()) / 100.0),
        "units_difference": Measured(float(np.abs(one.units - copy.units).max())),
        "variance_ratio": Measured(float(unpaired / paired), above=True),
    }


def _scenario(given: CommonRandomNumbers) -> Scenario:
    """Return the flagship with a copy of the strategy, and with one that asks a higher price."""
    example = load_scenario(examples_dir() / EXAMPLE, replications=given.replications, consumers=CONSUMERS, weeks=WEEKS)
    known = tuple(example.strategies)
    if given.strategy not in known:
        raise UsageError(f"strategy: no strategy {given.strategy!r} in {EXAMPLE}; {allowed(given.strategy, known)}")
    document = example.document()
    own = document["strategies"][given.strategy]
    dearer = own | {"price": own["price"] | {"position": own["price"]["position"] * PRICE_FACTOR}}
    return scenario_of(document | {"strategies": {given.strategy: own, COPY: own, DEARER: dearer}, "baseline": COPY})


def _played(scenario: Scenario, strategies: Sequence[str], replications: int) -> list[Records]:
    """Return the records of strategies in the same futures."""
    world = build_world(scenario, range(replications))
    return [MarketEntryModel(scenario, name, range(replications), world).run() for name in strategies]


def _profit(records: Records) -> NDArray[np.float64]:
    """Return the profit of each future, USD."""
    return -records.ledger[..., RESULT].sum(axis=(0, 2, 3)) / 100.0
