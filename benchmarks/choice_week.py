"""Consumer-weeks per second of the kernel, of numpy and of Mesa objects on the same workload, in one run.

All compute, for an eighth of the consumers each week: utilities of six alternatives (price, delivery, trust, tastes,
loyalty, premiums), barriers, consideration, expected shares by offer and segment in both branches of memory, sampled
races at true needs, and what is remembered. The kernel alone also computes why sales were lost, where refused units
go, and the sampling groups; it is charged for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np

from benchmarks import timing, workload
from benchmarks.arrays import ArrayMarket
from benchmarks.objects import ObjectMarket
from benchmarks.table import Figure
from benchmarks.workload import Play

THREADS = 2


def serial(plays: Sequence[Play], weeks: int, entering: bool = True) -> Callable[[], None]:
    """Return a run of some markets one after the other."""

    def run() -> None:
        for play in plays:
            play.reset()
            play.weeks(weeks, entering)

    return run


def pooled(pool: ThreadPoolExecutor, plays: Sequence[Play], weeks: int) -> Callable[[], None]:
    """Return a run of some markets on the threads of a pool, a market a job."""

    def one(play: Play) -> None:
        play.reset()
        play.weeks(weeks)

    return lambda: [None for _ in pool.map(one, plays)] and None


@numba.njit(nogil=True)
def _spin(times: int) -> int:
    """Keep a core busy with nothing but arithmetic."""
    x = np.uint64(1)
    for _ in range(times):
        x = x * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
    return x


def run(quick: bool = False) -> list[Figure]:
    """Measure."""
    people, objects, weeks, rounds = (20_000, 2_000, 26, 2) if quick else (100_000, 10_000, 104, 5)
    single = workload.world(people, workload.MARKETS[:1], THREADS)
    plays = [Play(single, slice(f, f + 1), slice(0, 1)) for f in range(THREADS)]
    three = workload.world(20_000)
    markets = [Play(three, slice(0, 1), slice(m, m + 1)) for m in range(len(workload.MARKETS))]
    slow = workload.world(objects, workload.MARKETS[:1])

    def arrays() -> None:
        market = ArrayMarket(single)
        for t in range(weeks):
            market.week(t)

    mesa_market = ObjectMarket(slow)

    def mesa_objects() -> None:
        mesa_market.played = 0
        for _ in range(weeks):
            mesa_market.step()

    spins = 20_000_000
    _spin(1)
    serial(plays[:1], 1)()
    serial(plays[:1], 1, entering=False)()
    with ThreadPoolExecutor(THREADS) as pool:
        seconds = timing.best(
            {
                "one": serial(plays[:1], weeks), "two": pooled(pool, plays, weeks),
                "alone": serial(plays[:1], weeks, entering=False), "numpy": arrays, "mesa": mesa_objects,
                "three": serial(markets, 104), "three two": pooled(pool, markets, 104),
                "spin": lambda: _spin(spins), "spin two": lambda: list(pool.map(_spin, [spins] * THREADS)),
            },
            rounds,
        )  # fmt: skip
    rate = {name: people * weeks / seconds[name] for name in ("one", "alone", "numpy")}
    rate["two"] = THREADS * people * weeks / seconds["two"]
    rate["mesa"] = objects * weeks / seconds["mesa"]
    unit = "cw/s"
    free = THREADS * seconds["spin"] / seconds["spin two"]
    return [
        Figure(f"cores that were free for {THREADS} threads (plain arithmetic)", free, "cores"),
        Figure(f"Mesa objects, shuffle_do, N = {objects:,}", rate["mesa"], unit),
        Figure(f"numpy, float32, N = {people:,}", rate["numpy"], unit),
        Figure("kernel, 1 thread", rate["one"], unit),
        Figure(f"kernel, {THREADS} threads", rate["two"], unit),
        Figure("kernel, 1 thread, world without the entrant", rate["alone"], unit),
        Figure("numpy / Mesa", rate["numpy"] / rate["mesa"], "x"),
        Figure("kernel, 1 thread / Mesa", rate["one"] / rate["mesa"], "x"),
        Figure("kernel, 1 thread / numpy", rate["one"] / rate["numpy"], "x"),
        Figure(f"kernel, {THREADS} threads / Mesa", rate["two"] / rate["mesa"], "x", 200, 600, 1000),
        Figure(f"kernel, {THREADS} threads / numpy", rate["two"] / rate["numpy"], "x", 6, 17, 30),
        Figure("3 x 20,000 x 104 consumers only, 1 thread", 1e3 * seconds["three"], "ms", small=True),
        Figure(
            f"3 x 20,000 x 104 consumers only, {THREADS} threads", 1e3 * seconds["three two"], "ms", 60, 20, 12, True
        ),
    ]
