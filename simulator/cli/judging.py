"""``run --fail-if``: conditions that end a run with an exit code of their own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.cli.common import tell
from simulator.texts import Lang, tr

if TYPE_CHECKING:
    from simulator.experiments.condition import Condition, Finding

FAIL_IF_MET = 5
"""Exit code of a run that a condition speaks against."""


def conditions_of(texts: Sequence[str], strategies: Iterable[str], markets: Iterable[str]) -> tuple[Condition, ...]:
    """Return the conditions of a run that is to begin; UsageError for one that cannot be understood."""
    from simulator.experiments.condition import parse

    return tuple(parse(text, tuple(strategies), tuple(markets)) for text in texts)


def conditions_of_unfinished(texts: Sequence[str], name: str, out: Path) -> tuple[Condition, ...]:
    """Return the conditions of a run that is to go on."""
    if not texts:
        return ()
    from simulator import engine

    manifest = engine.find_unfinished(name, out).manifest
    return conditions_of(texts, manifest.get("strategies", ()), manifest.get("markets", ()))


def tell_met(judged: Sequence[tuple[Condition, tuple[Finding, ...]]], lang: Lang) -> bool:
    """Say which conditions hold, and which nobody can judge; return whether one holds."""
    for condition, findings in judged:
        for finding in findings:
            values = {"condition": condition.text, "strategy": finding.strategy, "mean": f"{finding.mean:.6g}"}
            if finding.met:
                tell(tr("run.fail_if_met", lang, **values))
            elif math.isnan(finding.mean):
                tell(tr("run.fail_if_undefined", lang, **values))
    return any(finding.met for _, findings in judged for finding in findings)


def as_plain(condition: Condition, findings: tuple[Finding, ...]) -> dict[str, Any]:
    """Return a condition and what holds as plain data."""
    return {
        "condition": condition.text,
        "met": any(finding.met for finding in findings),
        "strategies": [{"strategy": each.strategy, "mean": each.mean, "met": each.met} for each in findings],
    }
