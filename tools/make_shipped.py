"""Play every example and every claim in full and write what the app opens with: ``make shipped``."""

from __future__ import annotations

from pathlib import Path

from simulator import engine, trends
from simulator.engine.solo import drafted
from simulator.examples import app_examples, examples_dir
from simulator.experiments.sensitivity import tornado
from simulator.report import board, shipped
from simulator.scenario import load_scenario
from simulator.ui.asked import opening


def main() -> None:
    """Write one file per example, and one for the board of claims."""
    for name in app_examples():
        scenario = load_scenario(examples_dir() / f"{name}.yaml")
        strategy = opening(scenario)
        swings = {strategy: tornado(drafted(scenario), strategy)}
        _told(shipped.save(engine.run(scenario), swings))
    _told(board.save(trends.examine()))


def _told(path: Path) -> None:
    print(f"{path.name}: {path.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
