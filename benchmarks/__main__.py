"""``python -m benchmarks [names] [--quick] [--json FILE]``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from benchmarks import app, choice_week, full_model, memory, stages, startup, timing
from benchmarks.table import Figure, text

BENCHMARKS: dict[str, tuple[str, Callable[[bool], list[Figure]]]] = {
    "choice-week": ("Consumers only, the same workload in three forms", choice_week.run),
    "stages": ("The consumer kernel by stage, 20,000 consumers, 1 thread", stages.run),
    "flagship": ("The whole model by stage", full_model.run),
    "start": ("Starting", startup.run),
    "memory": ("Memory", memory.run),
    "app": ("The app in a browser", app.run),
}


def main() -> None:
    """Measure what is asked for and print it."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure speed and memory. On a shared machine trust the ratios alone."
    )
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(BENCHMARKS)}; default: all")
    parser.add_argument("--quick", action="store_true", help="smaller and rougher, to see that it works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; allowed: {', '.join(BENCHMARKS)}")
    machine = timing.machine()
    print(machine)
    if options.quick:
        print("--quick: small sizes, not those of the targets")
    found: dict[str, list[dict[str, object]]] = {}
    for name in options.names or BENCHMARKS:
        title, measure = BENCHMARKS[name]
        figures = measure(options.quick)
        print(f"\n{title} ({name})\n{text(figures)}", flush=True)
        found[name] = [each.record() for each in figures]
    if options.json:
        content = {"machine": machine, "quick": options.quick, "figures": found}
        options.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
