"""What each stage of the consumer kernel costs alone on a block, and whether its machine code is packed."""

from __future__ import annotations

import inspect
import time
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np

from benchmarks.assembly import machine_code, packed, vectorised
from benchmarks.table import Figure
from benchmarks.workload import MARKETS, Play, span, world
from simulator.consumers import kernels, population, utilities
from simulator.consumers import stages as kernel
from simulator.consumers.polls import SEGMENTS
from simulator.world import WARM_WEEKS

WEEK = 26
FUNCTIONS = vars(kernel) | vars(utilities)
PARTS = ("add_up", "split", "product", "tally", "add_barriers", "reasons")
"""Stages that `branch` calls: listed, but counted once."""


@dataclass(frozen=True)
class Stage:
    """A stage, the arguments of one call, and how often a block of the week calls it."""

    name: str
    function: Any
    arguments: tuple[Any, ...]
    calls: int


@dataclass(frozen=True)
class Cost:
    """Measured cost of a stage, nanoseconds per event."""

    name: str
    calls: int
    one: float
    registers: dict[str, int]
    vectorised: bool

    @property
    def total(self) -> float:
        """Of all its calls in a week."""
        return self.calls * self.one


@numba.njit(nogil=True)
def _repeat(function, times, arguments):  # type: ignore[no-untyped-def]
    for _ in range(times):
        function(*arguments)


@numba.njit(nogil=True)
def _tally(values, weight, n, cells):  # type: ignore[no-untyped-def]
    """Keep the sum, or the compiler would drop or hoist what nobody reads."""
    cells[0] += kernel.tally(values, weight, n)


@numba.njit(nogil=True, error_model="numpy")
def races(q, row, choice_keys, variants, n):  # type: ignore[no-untyped-def]
    """Race at every event, though in the week only true needs do."""
    won = 0
    for e in range(n):
        won += kernels.race(q, e, row[e], choice_keys, variants)[0]
    return won


def desk(play: Play) -> dict[str, Any]:
    """Return arguments of the stages by name: the buffers of one block, of a segment in the middle of the run."""
    w = play.world
    x = (WARM_WEEKS + WEEK) * SEGMENTS + int(np.argmax(np.diff(w.offsets[0, 0])[-SEGMENTS:]))
    start = int(w.offsets[0, 0, x])
    n = min(int(w.offsets[0, 0, x + 1]) - start, kernel.BLOCK)
    rivals, variants = len(w.rivals), len(w.variants)

    def floats(*shape: int) -> np.ndarray:
        return np.zeros((*shape, kernel.BLOCK), np.float32)

    def integers() -> np.ndarray:
        return np.zeros(kernel.BLOCK, np.int32)

    menu, tallies = play.menu[0, 0], play.tallies
    on_desk: dict[str, Any] = {
        "n": n, "start": start, "events": w.events, "weights": w.weights, "response": w.response[0, 0],
        "listing": play.listing[0, 0], "wallet": w.wallet[0], "bought": integers(), "traits": w.traits[0],
        "variants": variants,
        "weight": np.zeros(kernel.BLOCK, np.int64), "row": integers(), "mobile": integers(), "web": integers(),
        "need": integers(), "blocked": integers(), "columns": floats(13), "q": floats(rivals),
        "own_q": floats(variants), "pi_own": floats(variants), "rival_delivery": floats(rivals),
        "rival_trust": floats(rivals), "rival_features": floats(rivals), "here": floats() + np.float32(1),
        "relative": floats(variants) + np.float32(1), "whole": floats() + np.float32(1), "buffers": floats(6),
        "work": floats(6), "share": floats() + np.float32(1),
        "ones": floats() + np.float32(1), "rival_price": np.ascontiguousarray(menu["price"][variants:]),
        "rival": menu[variants], "own_offer": menu[0], "last": play.memory.last[0, 0], "code": np.int32(1),
        "shares": np.zeros(rivals + variants + 1, np.int64), "stages": np.zeros(13, np.int64),
        "spill": tallies.divert[0, 0], "groups": tallies.groups[0, 0], "taste_sd": w.response[0, 0]["taste_sd"],
        "table": w.tables[0], "key": menu[1]["taste_key"],
        "choice_keys": np.arange(1, rivals + variants + 2, dtype=np.uint64),
        "days": menu[variants]["days"], "price": menu[variants]["price"], "one": np.float32(1.0),
    }  # fmt: skip
    for name in (
        "mu", "friction", "dearer", "boost", "consider", "totals", "left", "taste", "delivery", "trust", "features",
        "own", "with_own", "without", "local_delivery", "nothing", "pi_outside", "own_price", "own_delivery",
        "own_trust", "own_features", "rest", "sat", "own_share", "best", "own_boost", "out", "a", "b",
    ):  # fmt: skip
        on_desk[name] = floats()
    on_desk["consider"][:] = np.random.default_rng(1).choice(np.ravel(on_desk["listing"]["consider"]), kernel.BLOCK)
    for c, name in enumerate(population.COLUMNS):
        on_desk[name] = on_desk["columns"][c]
    on_desk |= {"residual": on_desk["price_residual"], "only": on_desk["mobile_only"]}
    on_desk |= {"device_u": on_desk["device_block"], "payment_u": on_desk["payment_block"]}
    return on_desk


def stages(play: Play) -> list[Stage]:
    """Return the stages in the order of the week; each has run once, so that the next finds its inputs.

    Arguments are taken from the desk by the names of a stage's parameters, `**other` says which differ.
    """
    on_desk = desk(play)
    rivals, variants = len(play.world.rivals), len(play.world.variants)
    out: list[Stage] = []

    def stage(name: str, calls: int, function: Any = None, **other: Any) -> None:
        function = function or FUNCTIONS[name]
        names = inspect.signature(function.py_func).parameters
        out.append(
            Stage(name, function, tuple(other[each] if each in other else on_desk[each] for each in names), calls)
        )
        function(*out[-1].arguments)

    d = on_desk
    memory, columns = play.memory.satisfaction[0, 0], len(kernel.RIVAL_COLUMNS + kernel.FEATURE_COLUMNS)
    columns += len(kernel.ENTRANT_COLUMNS)
    stage("unpack", 1)
    for c in range(len(population.COLUMNS)):
        kernel.gather(d["traits"][c], d["row"], d["n"], d["columns"][c])
    stage("pad", 1)
    d["n"] = -(-d["n"] // kernel.LANES) * kernel.LANES
    stage("gather", columns + 3, column=memory, out=d["sat"])
    stage("price_scales", 1, out=d["mu"])
    stage("boosts", 2, satisfaction=d["sat"], out=d["boost"])
    stage("delivery_costs", rivals + 1 + variants, out=d["delivery"])
    stage("trust_gains", rivals + variants, offer=d["rival"], out=d["trust"])
    stage("tastes", rivals + variants, out=d["taste"])
    for k in range(rivals):
        utilities.rival_weights(
            d["rival"], d["row"], d["mu"], d["delivery"], d["trust"], d["taste"], d["nothing"], d["n"], d["q"][k]
        )
    stage("rival_weights", rivals, offer=d["rival"], features=d["nothing"], q=d["q"][0])
    stage("loyal_weights", rivals, plain=d["q"][0], q=d["out"])
    stage("weights_of_groups", 1)
    stage("looking", 1)
    stage("barriers", 1)
    stage("offer_features", variants, offer=d["own_offer"], out=d["features"])
    stage("entrant_weights", variants, offer=d["own_offer"], q=d["own_q"][0])
    stage("keep_best", variants, first=True, q=d["own_q"][0], price=d["own_offer"]["price"])
    stage("branch", 2)
    stage("add_up", 2, start=d["one"], out=d["totals"])
    d["own"][:] = d["own_q"][0]
    stage("split", 1)
    stage("product", rivals + 1 + variants * (1 + rivals + variants - 1), a=d["q"][0], b=d["without"])
    sums = rivals + 1 + variants * (1 + rivals + variants) + 6
    stage("tally", sums, _tally, values=d["without"], cells=d["stages"])
    stage("add_barriers", 1)
    stage("reasons", rivals + 1, alternative=d["q"][0], features=d["nothing"], rest=d["rest"])
    stage("race", 0, races)
    return out


def measure(play: Play, rounds: int, times: int) -> list[Cost]:
    """Return the costs of the stages."""
    todo = stages(play)
    n = desk(play)["n"]
    least = dict.fromkeys((stage.name for stage in todo), float("inf"))
    for stage in todo:
        _repeat(stage.function, 1, stage.arguments)
    for _ in range(rounds):
        for stage in todo:
            begin = time.thread_time()
            _repeat(stage.function, times, stage.arguments)
            least[stage.name] = min(least[stage.name], (time.thread_time() - begin) / times / n * 1e9)
    costs = []
    for stage in todo:
        code = machine_code(stage.function, stage.arguments)
        costs.append(Cost(stage.name, stage.calls, least[stage.name], packed(code), vectorised(code)))
    return costs


def whole(weeks: int, rounds: int, entering: bool) -> float:
    """Return nanoseconds per polled event of the whole kernel."""
    play = Play(world(20_000, MARKETS[:1]), slice(0, 1), slice(0, 1))
    play.weeks(weeks, entering)
    events = span(play, weeks)
    least = float("inf")
    for _ in range(rounds):
        begin = time.thread_time()
        play.weeks(weeks, entering)
        least = min(least, time.thread_time() - begin)
    return least / events * 1e9


def run(quick: bool = False) -> list[Figure]:
    """Measure: nanoseconds per polled event, of all calls of a stage in a week."""
    rounds, weeks = (3, 26) if quick else (9, 104)
    total, alone = whole(weeks, rounds, True), whole(weeks, rounds, False)
    play = Play(world(20_000, MARKETS[:1]), slice(0, 1), slice(0, 1))
    play.weeks(WEEK)
    out = [
        Figure("whole kernel", total, "ns/event", small=True),
        Figure("whole kernel, world without the entrant", alone, "ns/event", small=True),
    ]
    for c in measure(play, rounds, 200 if quick else 800):
        r = c.registers
        kind = f"packed {r['x']}/{r['y']}/{r['z']}" if c.vectorised else "scalar"
        name = f"{'    ' if c.name in PARTS else '  '}{c.name} ({c.calls} calls at {c.one:.2f}, {kind})"
        each = ("ns/event", c.total) if c.calls else ("ns/need", c.one)
        out.append(Figure(name, each[1], each[0], small=True))
    return out
