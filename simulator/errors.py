"""The exceptions of the simulator.

::

    SimulatorError            exit code 1
    ├── UsageError            2   a command or call that cannot be understood
    ├── ScenarioError         3   a scenario that is not valid: all its problems, with their places
    ├── SimulationError       4   a run that failed
    │   └── StorageError      4   its folder cannot be written (the disk is full, it turned read-only)
    ├── FactError             1   the data that ship with the product are damaged
    └── Stopped               1   work that ended early because it was told to

Each message says what is wrong, where, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.engine import Results


class SimulatorError(Exception):
    """Anything that the simulator refuses or fails to do."""

    exit_code = 1


class UsageError(SimulatorError):
    """A command or a call that cannot be understood."""

    exit_code = 2


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in a scenario.

    Parameters
    ----------
    file : str
        The file that the value was read from (not the one that extends it), or the option: ``--set a=1``.
    line, column : int
        Place in that file, from 1.
    path : str
        Dotted path in the scenario, for example ``strategies.localised.price.position``; empty for a whole file.
    message : str
        What was read, what is allowed, the closest valid name.
    """

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        return f"{where}: {self.path}: {self.message}" if self.path else f"{where}: {self.message}"


class ScenarioError(SimulatorError):
    """A scenario that is not valid.

    Parameters
    ----------
    problems : iterable of Problem
        Every problem that was found, in the order of the file.
    """

    exit_code = 3

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class SimulationError(SimulatorError):
    """A run that failed."""

    exit_code = 4


class StorageError(SimulationError):
    """A run whose folder cannot be written; what was finished is kept and can be resumed."""


class FactError(SimulatorError):
    """The data that ship with the product are missing or damaged."""


class Stopped(SimulatorError):
    """The work was stopped on request.

    Parameters
    ----------
    message : str
        What was stopped.
    partial : Results, optional
        Of a run: its results in the futures that all strategies had met; None where there is no such future.
    """

    def __init__(self, message: str, partial: Results | None = None) -> None:
        super().__init__(message)
        self.partial = partial
