"""Several runs side by side: in what their scenarios differ, and what came of it.

Two runs meet the same futures where they have the same seed, start, length and step: replication r then draws the same
uncertainties and the same luck in both, so the differences are taken future by future. Otherwise the futures are
strangers, and the interval is that of two independent samples.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simulator.comparison import CONFIDENCE, LESS_IS_BETTER, interval
from simulator.experiments.futures import NAMES, by_future

CLOCK = ("seed", "start", "weeks", "period_days", "demand")
"""What two runs must share for replication r to be the same future in both."""

COLUMNS = (
    "run", "against", "strategy", "market", "outcome", "mean", "mean_against", "difference", "low", "high", "win_share",
    "n", "n_against", "pairing",
)  # fmt: skip

PAIRED, UNPAIRED, ALONE = "paired", "unpaired", "alone"
"""How a difference was taken; `alone`: one of the two runs has no such strategy or market."""


@dataclass(frozen=True)
class Side:
    """One of the runs."""

    label: str
    document: Mapping[str, Any]
    """The resolved scenario as plain data."""
    summary: pd.DataFrame
    """Outcomes, strategies × markets (and ``ALL``) × futures."""
    versions: Mapping[str, str]
    """Of the code, its numbers and the data that made the run."""


def inputs(sides: Sequence[Side]) -> pd.DataFrame:
    """Return the dotted paths in which the scenarios differ.

    Columns: path, then one per run; None where a scenario has no such path. Rows are sorted by path.
    """
    flat = {side.label: dict(leaves(side.document, "")) for side in sides}
    paths = sorted({path for leaves in flat.values() for path in leaves})
    missing = object()
    rows = [
        {"path": path, **{label: leaves.get(path) for label, leaves in flat.items()}}
        for path in paths
        if any(leaves.get(path, missing) != flat[sides[0].label].get(path, missing) for leaves in flat.values())
    ]
    return pd.DataFrame(rows, columns=["path", *flat], dtype=object)


def why_unpaired(side: Side, against: Side) -> tuple[str, ...]:
    """Return what keeps the futures of two runs from being the same; empty where they can be paired."""
    reasons = tuple(name for name in CLOCK if side.document.get(name) != against.document.get(name))
    common = set(side.summary["replication"]) & set(against.summary["replication"])
    return reasons if common else (*reasons, "replications")


def changed_versions(side: Side, against: Side) -> dict[str, tuple[str | None, str | None]]:
    """Return the versions that decide numbers and differ, as (of `against`, of `side`)."""
    return {
        name: (against.versions.get(name), side.versions.get(name))
        for name in ("simulator", "numbers", "data")
        if against.versions.get(name) != side.versions.get(name)
    }


def outcomes(sides: Sequence[Side], names: Sequence[str] = NAMES) -> pd.DataFrame:
    """Return every run after the first against the first.

    Returns
    -------
    DataFrame
        One row per run, strategy, market and outcome. `mean`, `mean_against`: over the futures of each run in which
        the outcome is defined, `n` and `n_against` of them; paired, over the common futures in which both are.
        `difference`: mean − mean_against, with its 95 % interval `low`, `high` (Student's t on the pairs, Welch's for
        unpaired runs; null for fewer than two). `win_share`: of the pairs, where the run is strictly better (for costs
        and losses: smaller); null unpaired.
    """
    first, rows = sides[0], []
    cells = {side.label: _cells(side, tuple(names)) for side in sides}
    for side in sides[1:]:
        pairing = UNPAIRED if why_unpaired(side, first) else PAIRED
        own, other = cells[side.label], cells[first.label]
        for strategy, market in dict.fromkeys([*other, *own]):
            here, there = own.get((strategy, market)), other.get((strategy, market))
            for outcome in names:
                head = {"run": side.label, "against": first.label, "strategy": strategy, "market": market}
                figures = _figures(
                    None if here is None else here[outcome],
                    None if there is None else there[outcome],
                    pairing,
                    -1.0 if outcome in (*LESS_IS_BETTER, "p_loss") else 1.0,
                )
                rows.append({**head, "outcome": outcome, **figures})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _cells(side: Side, names: tuple[str, ...]) -> dict[tuple[str, str], pd.DataFrame]:
    """Return the outcomes by replication of every strategy and market."""
    grouped = by_future(side.summary, names).groupby(["strategy", "market"], sort=False)
    return {(str(key[0]), str(key[1])): frame.set_index("replication") for key, frame in grouped}


def _figures(here: pd.Series | None, there: pd.Series | None, pairing: str, sign: float) -> dict[str, Any]:
    if here is None or there is None:
        found = {"mean": _mean(here), "mean_against": _mean(there), "difference": np.nan, "low": np.nan, "high": np.nan}
        return found | {"win_share": np.nan, "n": _count(here), "n_against": _count(there), "pairing": ALONE}
    if pairing == PAIRED:
        both = pd.concat([here, there], axis=1, join="inner").dropna().to_numpy(dtype=float)
        pairs = both[:, 0] - both[:, 1]
        low, high = interval(pairs)
        here, there = pd.Series(both[:, 0]), pd.Series(both[:, 1])
        difference = _mean(pd.Series(pairs))
        win = _mean(pd.Series((sign * pairs > 0).astype(float)))
    else:
        difference, win = _mean(here) - _mean(there), np.nan
        low, high = welch(here.dropna().to_numpy(dtype=float), there.dropna().to_numpy(dtype=float))
    return {
        "mean": _mean(here),
        "mean_against": _mean(there),
        "difference": difference,
        "low": low,
        "high": high,
        "win_share": win,
        "n": _count(here),
        "n_against": _count(there),
        "pairing": pairing,
    }


def welch(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Return the 95 % interval of mean(first) − mean(second) of independent samples; null for fewer than two each.

    Welch (1947), with the degrees of freedom of Satterthwaite (1946).
    """
    if min(len(first), len(second)) < 2:
        return np.nan, np.nan
    from scipy.stats import t

    spread = np.array([first.var(ddof=1) / len(first), second.var(ddof=1) / len(second)])
    difference, variance = float(first.mean() - second.mean()), float(spread.sum())
    if variance == 0.0:
        return difference, difference
    freedom = variance**2 / float((spread**2 / np.array([len(first) - 1, len(second) - 1])).sum())
    half = float(t.ppf(0.5 + CONFIDENCE / 2, freedom)) * variance**0.5
    return difference - half, difference + half


def _mean(values: pd.Series | None) -> float:
    defined = np.array([]) if values is None else values.dropna().to_numpy(dtype=float)
    if not len(defined):
        return np.nan
    # The mean of equal values is that value, without the rounding of a sum.
    return float(defined[0]) if np.all(defined == defined[0]) else float(defined.mean())


def _count(values: pd.Series | None) -> int:
    return 0 if values is None else int(values.notna().sum())


def leaves(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield the leaves of plain data by dotted path; a list of plain values is one leaf."""
    if isinstance(node, Mapping) and node:
        for key, child in node.items():
            yield from leaves(child, f"{path}.{key}" if path else str(key))
    elif isinstance(node, list | tuple) and any(isinstance(child, Mapping | list | tuple) for child in node):
        for position, child in enumerate(node):
            yield from leaves(child, f"{path}.{position}")
    else:
        yield path, node
