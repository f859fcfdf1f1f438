"""Running scenarios: jobs, threads, run folders, results."""

from simulator.engine.local import Progress
from simulator.engine.results import Results
from simulator.engine.resuming import Unfinished, find_unfinished, resume, unfinished
from simulator.engine.runs import run

__all__ = ["Progress", "Results", "Unfinished", "find_unfinished", "resume", "run", "unfinished"]
