"""Bytes of state per simulated consumer, whether memory is flat in weeks, and what a run needs beside its estimate."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

from benchmarks import workload
from benchmarks.table import Figure
from simulator.assembly import build_world
from simulator.model import MarketEntryModel

PEOPLE, FUTURES = 20_000, 4

SHAPES = {"many consumers": (100_000, 52, 4), "many futures": (300, 26, 200)}
"""Consumers per market, weeks, futures of the flagship: one shape lives by its people, one by its tables."""

RUN = """
import json, sys
from simulator.engine import run
from simulator.examples import examples_dir
from simulator.scenario import load_scenario
consumers, weeks, futures = map(int, sys.argv[1:])
sizes = {"consumers": consumers, "weeks": weeks, "replications": futures}
print(json.dumps(run(load_scenario(examples_dir() / "flagship.yaml", **sizes), workers=2).manifest["memory"]))
"""


def resident(shape: tuple[int, int, int]) -> float:
    """Return the peak of a run in a process of its own, as a share of what was estimated before it."""
    command = [sys.executable, "-c", RUN, *map(str, shape)]
    root = Path(__file__).resolve().parents[1]
    memory = json.loads(subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout)
    return float(memory["peak_resident_bytes"] / memory["estimated_bytes"])


def peak(weeks: int, people: int = PEOPLE) -> float:
    """Return the most bytes that a strategy's weeks take beyond the world that it meets."""
    scenario = workload.scenario(people, workload.MARKETS, FUTURES, weeks)
    world = build_world(scenario, range(FUTURES))
    tracemalloc.start()
    try:
        MarketEntryModel(scenario, "only", range(FUTURES), world).run()
        return float(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


def run(quick: bool = False) -> list[Figure]:
    """Measure; `quick` leaves out the whole runs."""
    world = workload.world(PEOPLE, workload.MARKETS, FUTURES)
    people = PEOPLE * len(workload.MARKETS)
    scenario = world.batch.scenario
    played = MarketEntryModel(scenario, "only", range(FUTURES), world)
    traits = (world.traits.nbytes + world.wallet.nbytes) / people
    start = (world.last.nbytes + world.satisfaction.nbytes) / people / FUTURES
    memory = played.memory
    state = (memory.last.nbytes + memory.satisfaction.nbytes + memory.own.nbytes) / people / FUTURES
    polls = (world.events.nbytes + world.weights.nbytes) / people / FUTURES
    short, long, small = peak(52), peak(104), peak(104, PEOPLE // 2)
    per_person = (long - small) / (people / 2) / FUTURES
    unit = "B/consumer"
    shapes = {} if quick else SHAPES
    whole = [
        Figure(f"peak / estimate of a run, {name}", resident(shape), "x", 1.0, small=True)
        for name, shape in shapes.items()
    ]
    return [
        *whole,
        Figure("state: traits, and memory of one future and strategy", traits + state, unit, 80, 48, small=True),
        Figure("  traits, shared by futures and strategies", traits, unit, small=True),
        Figure("  memory, per future and strategy", state, unit, small=True),
        Figure("  memory at the start, per future", start, unit, small=True),
        Figure("polls of 130 weeks, per future, shared by strategies", polls, unit, small=True),
        Figure("peak of the weeks per consumer and future", per_person, unit, small=True),
        Figure("peak of 104 weeks / peak of 52", long / short, "x", small=True),
        Figure("peak growth per week, future and market", (long - short) / 52 / FUTURES / 3, "B", small=True),
    ]
