"""The board of claims that ships with the product: `market-entry trends` in full, so that its page opens at once.

Made by ``make shipped``. The file says of which worlds and numbers it tells, and is not used for any others.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from math import isnan, nan
from pathlib import Path
from typing import Any

from simulator import trends
from simulator.facts import data_version
from simulator.scenario import NUMBERS_VERSION
from simulator.trends.claim import Estimate, Finding, Part
from simulator.trends.worlds import Question, Worlds

FILE = Path(__file__).with_name("answers") / "trends.json"
DIGITS = 5
"""Of the figure of a single future, which is drawn and never judged; means and intervals keep every digit."""


def save(found: Sequence[Finding], path: Path = FILE) -> Path:
    """Write the findings of a board at its full size; returns the file."""
    path.parent.mkdir(exist_ok=True)
    rows = ",\n".join(json.dumps(_row(finding), ensure_ascii=False, allow_nan=False) for finding in found)
    path.write_text(f'{{"label": {json.dumps(label())},\n"rows": [\n{rows}\n]}}\n', encoding="utf-8", newline="\n")
    return path


def load(path: Path = FILE) -> tuple[Finding, ...] | None:
    """Return the board that ships; None where there is none, or where it tells of other claims, worlds or numbers."""
    if not path.is_file():
        return None
    held = json.loads(path.read_text(encoding="utf-8"))
    parts, rows = trends.parts(), held["rows"]
    if held["label"] != label() or [_claim(part) for part in parts] != [row["claim"] for row in rows]:
        return None
    return tuple(_finding(part, row) for part, row in zip(parts, rows, strict=True))


def label() -> dict[str, str | int]:
    """Return what a board of today says of itself."""
    return {"numbers": NUMBERS_VERSION, "data": data_version(), "scenarios_sha256": _digest()}


def asked(part: Part) -> tuple[Question, ...]:
    """Return the questions that a part asks, the one with its first side first; none where no model can know."""
    questions = [need.question for need in part.needs] or ([Question.of(part.scenario)] if part.scenario else [])
    return tuple(dict.fromkeys(questions))


def _digest() -> str:
    """Return the SHA-256 of all worlds that the claims ask for."""
    worlds = Worlds()
    questions = dict.fromkeys(question for part in trends.parts() for question in asked(part))
    found = sorted((question.path, worlds.scenario(question).digest()) for question in questions)
    return sha256(json.dumps(found).encode()).hexdigest()


def _claim(part: Part) -> dict[str, Any]:
    """Return what tells a part from others: what is measured, and what is claimed of it."""
    return {
        "number": part.claim,
        "part": part.key,
        "names": dict(part.names),
        "trend": part.trend,
        "kind": part.kind,
        "unit": part.unit,
        "claimed": part.rule.claimed,
        "scenario": part.scenario,
    }


def _row(finding: Finding) -> dict[str, Any]:
    estimate = finding.estimate
    return {
        "claim": _claim(finding.part),
        "simulated": _or_null(estimate.mean),
        "low": _or_null(estimate.low),
        "high": _or_null(estimate.high),
        "sampling": _or_null(estimate.sampling),
        "beside": dict(estimate.beside),
        "verdict": finding.verdict,
        "replications": finding.replications,
        "consumers": finding.consumers,
        "futures": [float(f"{value:.{DIGITS}g}") for value in estimate.futures],
    }


def _finding(part: Part, row: dict[str, Any]) -> Finding:
    mean, low, high, sampling = (
        nan if row[name] is None else row[name] for name in ("simulated", "low", "high", "sampling")
    )
    estimate = Estimate(mean, low, high, sampling, row["beside"], tuple(row["futures"]))
    return Finding(part, estimate, row["verdict"], row["replications"], row["consumers"])


def _or_null(value: float) -> float | None:
    return None if isnan(value) else value
