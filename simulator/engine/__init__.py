"""Running scenarios: jobs, threads, run folders, results."""

from simulator.engine.local import Progress
from simulator.engine.results import Results
from simulator.engine.runs import run

__all__ = ["Progress", "Results", "run"]
