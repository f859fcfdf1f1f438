"""Play every example in full and write the answers that the app opens with: ``make shipped``."""

from __future__ import annotations

from simulator import engine
from simulator.engine.solo import drafted
from simulator.examples import app_examples, examples_dir
from simulator.experiments.sensitivity import tornado
from simulator.report import shipped
from simulator.scenario import load_scenario
from simulator.ui.asked import opening


def main() -> None:
    """Write one file per example."""
    for name in app_examples():
        scenario = load_scenario(examples_dir() / f"{name}.yaml")
        strategy = opening(scenario)
        swings = {strategy: tornado(drafted(scenario), strategy)}
        path = shipped.save(engine.run(scenario), swings)
        print(f"{path.name}: {path.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
