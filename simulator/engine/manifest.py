"""What made a run: versions, numbers, command, cost."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from simulator.engine.local import Cost
    from simulator.scenario import Scenario

PACKAGES = ("numpy", "numba", "llvmlite", "scipy", "pandas", "pyarrow", "mesa", "pydantic", "ruamel.yaml", "altair")
FORMAT = 1
"""Of the run folder; a reader of a later format refuses what it cannot know."""


class Manifest(BaseModel):
    """What readers of a manifest rely on: an entry may be missing, but is of its kind; there may be more."""

    model_config = ConfigDict(strict=True, extra="allow")

    name: str = ""
    status: str = ""
    started: str = ""
    scenario_sha256: str = ""
    lang: str = ""
    command: list[str] = []
    strategies: list[str] = []
    markets: list[str] = []
    seed: int = 0
    replications: int = 0
    consumers: int = 0
    weeks: int = 0
    orders: int = 0
    versions: dict[str, str] = {}
    wall_seconds: dict[str, float] = {}
    tables: dict[str, dict[str, Any]] = {}


def versions() -> dict[str, str]:
    """Return the versions of the product, of Python and of the libraries that results may depend on."""
    from simulator import __version__
    from simulator.facts import data_version
    from simulator.scenario import NUMBERS_VERSION

    found = {
        "simulator": __version__,
        "numbers": str(NUMBERS_VERSION),
        "data": data_version()[:16],
        "python": platform.python_version(),
        "platform": platform.platform(),
    }
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


DECIDING = ("simulator", "numbers", "data")
"""Versions that must be the same where units of two processes meet in one run."""


def opening(
    scenario: Scenario, name: str, command: Sequence[str], workers: int, batch: int, lang: str, orders: int
) -> dict[str, Any]:
    """Return the part of the manifest that is known before the run."""
    return {
        "format": FORMAT,
        "name": name,
        "status": "running",
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": list(command),
        "scenario_sha256": scenario.digest(),
        "seed": scenario.seed,
        "replications": scenario.replications,
        "consumers": scenario.consumers,
        "weeks": scenario.weeks,
        "orders": orders,
        "strategies": list(scenario.strategies),
        "markets": list(scenario.markets),
        "baseline": scenario.baseline,
        "engine": {"kind": "local", "workers": workers, "futures_per_batch": batch},
        "lang": lang,
        "versions": versions(),
    }


STOPPED = "stopped"
"""Status of results that end early; no run folder has it."""

_CLOSING = ("failures", "wall_seconds", "cpu_seconds", "memory", "tables")


def closing(start: Mapping[str, Any], cost: Cost, wall_seconds: float, estimated: int, failures: int) -> dict[str, Any]:
    """Return the manifest of a finished run; where it was resumed, the seconds are those of the last process."""
    memory = {"estimated_bytes": estimated, "peak_resident_bytes": peak_resident_bytes()}
    wall = {stage: round(seconds, 3) for stage, seconds in cost.wall.items()}
    cpu = {stage: round(seconds, 3) for stage, seconds in cost.cpu.items()}
    return {
        **start,
        "status": "partly failed" if failures else "complete",
        "failures": failures,
        "wall_seconds": {"total": round(wall_seconds, 3), **wall},
        "cpu_seconds": {"total": round(sum(cost.cpu.values()), 3), **cpu},
        "memory": memory,
    }


def stopped(closed: Mapping[str, Any], futures: Sequence[int]) -> dict[str, Any]:
    """Return the manifest of results that end early: those of `futures` alone, of the `replications` asked for."""
    return {**closed, "status": STOPPED, "futures_played": list(futures)}


def resumed(start: Mapping[str, Any], command: Sequence[str], workers: int, kept: int) -> dict[str, Any]:
    """Return the manifest of a run that goes on: what it was, and who took it up."""
    opened = {name: start[name] for name in start if name not in _CLOSING}
    entry = {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": list(command),
        "workers": workers,
        "kept_units": kept,
    }
    return {**opened, "status": "running", "resumed": [*start.get("resumed", ()), entry]}


def peak_resident_bytes() -> int:
    """Return the largest memory that this process has held so far, where the system tells; else what it holds now."""
    try:  # Linux; getrusage there would count a parent's memory from before the start of this process
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    except (OSError, IndexError):
        pass
    try:
        import resource
    except ImportError:  # Windows
        return int(psutil.Process().memory_info().rss)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak if sys.platform == "darwin" else peak * 1024)
