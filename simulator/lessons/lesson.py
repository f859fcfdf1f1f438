"""A lesson: figures of a textbook beside figures of the simulator, and how far apart they may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from simulator.scenario.profiles import Frozen


class Parameters(Frozen):
    """What one can set in a lesson; the fields have defaults, so every lesson plays as it is."""


@dataclass(frozen=True)
class Measured:
    """A figure that came out of the engine.

    Attributes
    ----------
    value
        The figure.
    tolerance
        How far from the expected figure it may lie: rounding, or four standard errors of a sample.
    above
        The expected figure is a bound: the simulated one must lie above it.
    """

    value: float
    tolerance: float = 0.0
    above: bool = False


@dataclass(frozen=True)
class Check:
    """One figure of a lesson, expected and simulated."""

    name: str
    expected: float
    simulated: float
    tolerance: float
    ok: bool

    @classmethod
    def of(cls, name: str, expected: float, measured: Measured) -> Check:
        """Return the comparison of a figure; one that is not finite fails."""
        gap = measured.value - expected
        met = gap > 0.0 if measured.above else abs(gap) <= measured.tolerance
        return cls(name, expected, measured.value, measured.tolerance, met and isfinite(measured.value))


@dataclass(frozen=True)
class Lesson:
    """A lesson that was played."""

    lesson: str
    parameters: Mapping[str, Any]
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Say whether every check is met."""
        return all(check.ok for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data, as ``lesson --json`` prints it."""
        return {
            "lesson": self.lesson,
            "parameters": dict(self.parameters),
            "checks": [vars(check) for check in self.checks],
            "ok": self.ok,
        }


def compare(expected: Mapping[str, float], measured: Mapping[str, Measured]) -> tuple[Check, ...]:
    """Return a check of every expected figure, in their order; each must have been measured."""
    return tuple(Check.of(name, figure, measured[name]) for name, figure in expected.items())
