"""Play every example in full and write the answers that the app opens with: ``make shipped``."""

from __future__ import annotations

from simulator import engine
from simulator.examples import app_examples, examples_dir
from simulator.report import shipped
from simulator.scenario import load_scenario


def main() -> None:
    """Write one file per example."""
    for name in app_examples():
        path = shipped.save(engine.run(load_scenario(examples_dir() / f"{name}.yaml")))
        print(f"{path.name}: {path.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
