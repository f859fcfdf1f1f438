"""Where the time of the flagship goes, by stage, and what a week costs outside the consumer kernel."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.clock import Clock
from benchmarks.table import Figure
from simulator import api, assembly, model, outcomes
from simulator.consumers import kernels
from simulator.engine import store, work
from simulator.ledger import Ledger
from simulator.model import MarketEntryModel
from simulator.report import html
from simulator.scenario import Scenario, load_scenario

FLAGSHIP = Path(__file__).resolve().parents[1] / "scenarios" / "flagship.yaml"
THREADS, FUTURES = 2, 20
BIRTH, SOLVE, WARM, WORLD = "birth and polls", "start-up solve", "warm start", "world, the rest"
CONSUMERS, RULES, LEDGER, RECORDS = "consumers", "rules", "ledger", "records"
TABLES, FILES, REPORT = "tables", "files", "report"
PHASES = (
    "arrivals",
    "public_view",
    "commit",
    "platform",
    "consumers",
    "fulfilment",
    "business",
    "regulators",
    "finance",
    "observe",
)


def watch(clock: Clock, phases: bool = False) -> None:
    """Wrap the stages of a run; with `phases` the rules are split by the lines of the week."""
    for name, stage in (("births", BIRTH), ("_polls", BIRTH), ("solve", SOLVE), ("warm", WARM)):
        clock.wrap(assembly, name, stage)
    clock.wrap(model, "build_world", WORLD)
    clock.wrap(kernels, "consumer_week", CONSUMERS, inside=WARM)
    clock.wrap(MarketEntryModel, "__init__", RULES)
    for name in ("run", "step"):  # mesa keeps the step that a model was made with
        clock.wrap(MarketEntryModel, name, RULES)
    if phases:
        for name in PHASES:
            clock.wrap(MarketEntryModel, name, f"  {name}")
    else:
        for name in ("post", "post_cents", "schedule", "check"):
            clock.wrap(Ledger, name, LEDGER)
        clock.wrap(MarketEntryModel, "observe", RECORDS)
    clock.wrap(outcomes, "summary", TABLES)
    clock.wrap(outcomes, "weekly", TABLES)
    clock.wrap(outcomes, "funnel", TABLES)
    clock.wrap(outcomes, "ledger", TABLES)
    clock.wrap(work, "_tables", TABLES)
    clock.wrap(store.Part, "write_unit", FILES)
    clock.wrap(store.Part, "publish", FILES)
    clock.wrap(html, "write", REPORT)


def flagship(scenario: Scenario) -> tuple[float, dict[str, float]]:
    """Run the scenario as the command line does; return wall seconds and processor seconds by stage."""
    with Clock() as clock, TemporaryDirectory() as folder:
        watch(clock)
        begin = time.perf_counter()
        api.run(scenario, workers=THREADS, out=folder)
        return time.perf_counter() - begin, dict(clock.seconds)


def week_outside(scenario: Scenario, futures: int) -> tuple[float, float, dict[str, float]]:
    """Return ms per week outside the consumer kernel and in it, of the dearest strategy, and its phases."""
    world = assembly.build_world(scenario, range(futures))
    dearest: tuple[float, float, dict[str, float]] = (0.0, 0.0, {})
    for strategy in scenario.strategies:
        with Clock() as clock:
            played = MarketEntryModel(scenario, strategy, range(futures), world)
            watch(clock, phases=True)
            played.run()
        ms = {name: 1e3 * each / scenario.weeks for name, each in clock.seconds.items()}
        inside = ms.pop(CONSUMERS)
        outside = sum(ms.values())
        if outside > dearest[0]:
            dearest = outside, inside, ms
    return dearest


def run(quick: bool = False) -> list[Figure]:
    """Measure."""
    scenario = load_scenario(FLAGSHIP)
    futures = 2 if quick else FUTURES
    if quick:
        scenario = scenario.with_values({"replications": futures, "consumers": 5_000})
    assembly.build_world(scenario.with_values({"consumers": 500, "weeks": 52}), [0])  # compiled and parsed before
    week_outside(scenario.with_values({"consumers": 500, "weeks": 52}), 1)
    wall, stages = min((flagship(scenario) for _ in range(1 if quick else 2)), key=lambda each: each[0])
    size = (
        f"{len(scenario.markets)} x {scenario.consumers:,} x {scenario.weeks} x {len(scenario.strategies)} x {futures}"
    )
    out = [Figure(f"flagship {size}, {THREADS} threads", wall, "s wall", 30, 12, small=True)]
    order = (BIRTH, SOLVE, WARM, WORLD, CONSUMERS, RULES, LEDGER, RECORDS, TABLES, FILES, REPORT)
    out += [Figure(f"  {name}", stages.get(name, 0.0), "s cpu", small=True) for name in order]
    outside, inside, phases = week_outside(scenario, futures)
    out.append(Figure(f"week outside the kernel, {futures} futures x 5 markets", outside, "ms", 3, small=True))
    out += [Figure(name, phases[name], "ms", small=True) for name in phases if name.startswith("  ")]
    out.append(Figure("  decide, and between the phases", phases[RULES], "ms", small=True))
    out.append(Figure("  in the kernel, same week", inside, "ms", small=True))
    return out
