"""Timing on a machine that is not ours alone: best of several rounds, contestants interleaved."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("numba", "llvmlite", "numpy", "mesa", "pandas")


def seconds(call: Callable[[], object]) -> float:
    """Return the wall seconds of one call."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def best(calls: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the least seconds of each call over `rounds` rounds, in each of which every call runs once.

    Noise of a shared machine only ever adds time, so the least is nearest to the truth; going round keeps a slow
    spell from hitting one contestant alone.
    """
    least = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for name, call in calls.items():
            least[name] = min(least[name], seconds(call))
    return least


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine() -> str:
    """Return one line on the processor, its widest registers, and the versions of what computes."""
    import llvmlite.binding as llvm

    name, info = platform.processor() or platform.machine(), Path("/proc/cpuinfo")
    if info.exists():
        models = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if "model name" in line]
        name = models[0] if models else name
    features = llvm.get_host_cpu_features()
    wide = next((each for each in ("avx512f", "avx2", "avx", "sse2") if features.get(each)), "scalar")
    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} absent")
    return f"{name}, {wide}, {cores()} cores, Python {platform.python_version()}, {', '.join(found)}"
