"""Cold and warm starts of the command line, and the first result of a warm process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import workload
from benchmarks.table import Figure
from benchmarks.timing import best
from simulator.assembly import build_world
from simulator.examples import examples_dir
from simulator.model import MarketEntryModel

DRAFT = """
import time
begin = time.perf_counter()
from benchmarks import startup
startup.draft()
print(time.perf_counter() - begin)
"""


HELPS = ("", "run", "compare", "runs delete", "new", "validate", "report")
"""Commands whose help is measured; the others have fewer options."""


def draft() -> None:
    """Build and play a draft: 3 markets x 5,000 x 8 futures x 104 weeks, one strategy."""
    scenario = workload.scenario(5_000, workload.MARKETS, 8, 104)
    MarketEntryModel(scenario, "only", range(8), build_world(scenario, range(8))).run()


def seconds_of(arguments: Sequence[str], environment: dict[str, str] | None = None) -> float:
    """Return the seconds of a command in a new process."""
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "simulator", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"market-entry {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - begin


def command(path: Path, folder: str, environment: dict[str, str]) -> float:
    """Return the seconds of `market-entry run` in a new process."""
    return seconds_of(["run", str(path), "--out", folder], environment)


def answers(rounds: int) -> list[Figure]:
    """Measure the commands that must answer at once: the slowest help of all commands, and a check."""
    flagship = str(examples_dir() / "flagship.yaml")
    seconds_of(["validate", flagship])  # the first one ever parses the facts
    helps = {line: min(seconds_of([*line.split(), "--help"]) for _ in range(rounds)) for line in HELPS}
    slowest = max(helps, key=lambda line: helps[line])
    check = min(seconds_of(["validate", flagship]) for _ in range(rounds))
    name = " ".join(["market-entry", *slowest.split(), "--help"])
    return [
        Figure(f"{name}, the slowest help", helps[slowest], "s", 0.5, small=True),
        Figure("market-entry validate scenarios/flagship.yaml", check, "s", 1.0, small=True),
    ]


def run(quick: bool = False) -> list[Figure]:
    """Measure."""
    rounds = 1 if quick else 3
    out = answers(rounds)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tiny.yaml"
        path.write_text(workload.written(100, workload.MARKETS[:1], 1, 52), encoding="utf-8")
        empty = os.environ | {"NUMBA_CACHE_DIR": str(Path(folder) / "numba")}
        runs = str(Path(folder) / "runs")
        if not quick:
            out.append(
                Figure("market-entry run, tiny, first time (compiling)", command(path, runs, empty), "s", small=True)
            )
        command(path, runs, dict(os.environ))
        warm = min(command(path, runs, dict(os.environ)) for _ in range(rounds))
        out.append(Figure("market-entry run, tiny, compiled before", warm, "s", small=True))
        root = str(Path(__file__).resolve().parents[1])
        fresh = min(
            float(
                subprocess.run(
                    [sys.executable, "-c", DRAFT], cwd=root, capture_output=True, text=True, check=True
                ).stdout
            )
            for _ in range(rounds)
        )
    out.append(Figure("draft from a new process, imports included", fresh, "s", 2, small=True))
    draft()
    scenario = workload.scenario(5_000, workload.MARKETS, 8, 104)
    world = build_world(scenario, range(8))
    seconds = best(
        {
            "build": lambda: build_world(scenario, range(8)),
            "play": lambda: MarketEntryModel(scenario, "only", range(8), world).run(),
        },
        rounds,
    )
    total = seconds["build"] + seconds["play"]
    out.append(Figure("draft 3 x 5,000 x 8 x 104, warm process", 1e3 * total, "ms", 300, small=True))
    out.append(Figure("  of which the world", 1e3 * seconds["build"], "ms", small=True))
    out.append(Figure("  of which the weeks", 1e3 * seconds["play"], "ms", small=True))
    return out
