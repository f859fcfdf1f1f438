"""Trend 8: how many functions are best, for whom, and whether fewer at a lower price reach more people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.trends import measures
from simulator.trends.claim import Estimate, Kind, Part
from simulator.trends.paired import paired
from simulator.trends.verdict import Direction, Rule, Untested
from simulator.trends.worlds import Need, Question, Worlds

Floats = NDArray[np.float64]

FUNCTIONS, CORE = Question("functions"), Question("core")
COUNTS = (1, 4, 7, 11, 20)
"""Numbers of functions that are tried, from fewer than anybody wants to more than anybody can use."""
NUMBER, SENIORS = "behaviour.smart_functions_core", "markets.JP.senior_share"
AGES = {"young": 0.0, "senior": 1.0}
"""Everybody is under 65, or 65 or older."""


def asked(count: int, age: str | None = None) -> Question:
    """Return the question in which the core product has so many functions, and everybody is of one age or not.

    A unit is bought when it is sold: whatever runs out would blur where the top is.
    """
    at_age = {} if age is None else {SENIORS: AGES[age]}
    return FUNCTIONS.but(at_age | {NUMBER: count, "mechanisms.stock": False})


def best_count(functions_scale: Floats, complexity: Floats) -> Floats:
    """Return the number of functions n at which ``1 - e^(-n/s) - κ n`` is largest: s · ln(1 / (κ s)), not below 0."""
    return np.maximum(-functions_scale * np.log(complexity * functions_scale), 0.0)


def top(at: tuple[int, ...], values: Floats) -> Floats:
    """Return where values float64[N, F] at the points `at` are largest, by future.

    Between points it is the top of the parabola through the best of them and its neighbours; at an end, the end.
    """
    out = np.empty(values.shape[1])
    for f, column in enumerate(values.T):
        k = int(column.argmax())
        out[f] = at[k]
        if 0 < k < len(at) - 1:
            x, y = np.array(at[k - 1 : k + 2], np.float64), column[k - 1 : k + 2]
            bend, slope, _ = np.polyfit(x - x[1], y / y[1] - 1.0, 2)
            out[f] = x[1] - slope / (2.0 * bend) if bend < 0.0 else x[1]
    return out


def _wanted(worlds: Worlds, strategy: str, age: str | None) -> Floats:
    """Return the units wanted by number of functions, float64[N, F]."""
    return np.array([worlds.figure(asked(count, age), strategy, measures.wanted()) for count in COUNTS])


def _needs(strategy: str, age: str | None) -> tuple[Need, ...]:
    return tuple(Need(asked(count, age), (strategy,)) for count in COUNTS)


def _best(strategy: str, age: str) -> Part:
    """Return the part on the best number of functions."""

    def measure(worlds: Worlds) -> Estimate:
        return Estimate.of(
            top(COUNTS, _wanted(worlds, strategy, age)), worlds.sampling(asked(COUNTS[0], age), strategy)
        )

    key = f"38_best_{age}" if strategy == "plain" else f"38_best_{age}_eased"
    return Part(key, 38, 8, "recovered input", Untested(), "units", FUNCTIONS.path, _needs(strategy, age), measure)


def _end(key: str, age: str, count: int) -> Part:
    """Return the part on the units at an end of the range, over those at the number that is best on average."""

    def measure(worlds: Worlds) -> Estimate:
        units = _wanted(worlds, "plain", age)
        best = units[int(units.mean(axis=1).argmax())]
        return Estimate.of(units[COUNTS.index(count)] / best - 1.0, worlds.sampling(asked(count, age), "plain"))

    names = {"count": str(count)}
    return Part(key, 38, 8, "emergent", Direction(-1), "change", FUNCTIONS.path, _needs("plain", age), measure, names)


def _full(key: str, rule: Rule, age: str | None, on: str = "full", off: str = "plain", unit: str = "change") -> Part:
    """Return the part on a product against another at an age, or at the ages of Japan."""
    question = FUNCTIONS if age is None else FUNCTIONS.but({SENIORS: AGES[age]})
    kind: Kind = "emergent"
    if unit == "money":
        return paired(key, 8, kind, rule, "money", (question, on), (question, off), "profit_usd")
    return paired(key, 8, kind, rule, "change", (question, on), (question, off), measures.wanted())


def _eased_more(worlds: Worlds) -> Estimate:
    young, senior = (
        worlds.figure(question, "full_eased", measures.wanted()) / worlds.figure(question, "full", measures.wanted())
        for question in _BY_AGE.values()
    )
    return Estimate.of(senior - young, worlds.sampling(_BY_AGE["senior"], "full_eased"))


def _reach(name: str) -> Part:
    """Return the part on the needs of an income tercile that the cheaper core product wins, over the full one."""
    return paired(f"37_{name}", 8, "emergent", _UP, "change", _CHEAP, _ALL, measures.won(name))


def _tilt(worlds: Worlds) -> Estimate:
    low, high = (
        worlds.figure(CORE, "core", measures.won(name)) / worlds.figure(CORE, "plain", measures.won(name))
        for name in ("low", "high")
    )
    return Estimate.of(low - high, worlds.sampling(*_CHEAP))


_BY_AGE = {age: FUNCTIONS.but({SENIORS: share}) for age, share in AGES.items()}
_ALL, _CHEAP, _DEAR = (CORE, "plain"), (CORE, "core"), (CORE, "core_dear")
_UP, _DOWN = Direction(+1), Direction(-1)

PARTS: tuple[Part, ...] = (
    *(_reach(name) for name in ("low", "middle", "high")),
    Part("37_tilt", 37, 8, "emergent", _UP, "points", CORE.path, (Need(CORE, ("core", "plain")),), _tilt),
    paired("37_same", 8, "emergent", Untested(), "change", _DEAR, _ALL, measures.wanted()),
    paired("37_profit", 8, "emergent", _UP, "money", _CHEAP, _ALL, "profit_usd"),
    *(_best(strategy, age) for age in AGES for strategy in ("plain", "eased")),
    *(_end(f"38_few_{age}", age, COUNTS[0]) for age in AGES),
    *(_end(f"38_overload_{age}", age, COUNTS[-1]) for age in AGES),
    _full("38_full_senior", _DOWN, "senior"),
    _full("38_full", _DOWN, None),
    _full("38_full_profit", _DOWN, None, unit="money"),
    _full("38_eased_senior", _UP, "senior", "full_eased", "full"),
    _full("38_eased_young", _UP, "young", "full_eased", "full"),
    Part("38_eased_more", 38, 8, "emergent", _UP, "points", FUNCTIONS.path,
         tuple(Need(question, ("full_eased", "full")) for question in _BY_AGE.values()), _eased_more),
)  # fmt: skip
