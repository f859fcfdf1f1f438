"""Write the table of ``docs/scorecard.md`` from the simulator: ``python docs/scorecard.py``.

The table stands between ``<!-- scorecard -->`` and ``<!-- end -->``: every pattern for three categories.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from simulator.cli.scoring import CONSUMERS, FLAGSHIP, cells, summary
from simulator.examples import examples_dir
from simulator.scenario import load_scenario
from simulator.scorecard import Score, score
from simulator.scorecard.recasting import recast

PAGE = Path(__file__).with_suffix(".md")
TABLE = re.compile(r"(<!-- scorecard -->\n).*?(<!-- end -->)", re.DOTALL)
CATEGORIES = ("sports_earbuds", "packaged_food", "smart_home_camera")


def played() -> dict[str, tuple[Score, ...]]:
    """Return the scorecard of the flagship with each category."""
    flagship = load_scenario(examples_dir() / FLAGSHIP, consumers=CONSUMERS)
    return {key: score(recast(flagship, key)) for key in CATEGORIES}


def table(found: Mapping[str, Sequence[Score]]) -> str:
    """Return the table: pattern, band, source, and what each category shows."""
    heads = ("pattern", "band", "source of the band", *found)
    lines = [f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads)]
    by_band: dict[str, dict[str, Score]] = {}
    for category, scores in found.items():
        for each in scores:
            by_band.setdefault(each.pattern.band_key or each.pattern.key, {})[category] = each
    order = {each.pattern.band_key or each.pattern.key: n for scores in found.values() for n, each in enumerate(scores)}
    for key in sorted(by_band, key=lambda each: order[each]):
        scores = by_band[key]
        words, source, _, _, _, band = cells(next(iter(scores.values())), "en")
        row = [words, band, source.removeprefix("Band: ")]
        row += [_shown(scores[category]) if category in scores else "" for category in found]
        lines.append(f"| {' | '.join(row)} |")
    lines.append(f"| | | | {' | '.join(summary(scores, 'en') for scores in found.values())} |")
    return "\n".join(lines)


def _shown(score: Score) -> str:
    _, _, verdict, simulated, interval, _ = cells(score, "en")
    told = "" if score.verdict == "inside" else f" **{verdict}**"
    return f"{simulated} ({interval}){told}" if interval != "–" else f"{simulated}{told}"


def main() -> None:
    """Play three categories and write the page if its table changed."""
    before = PAGE.read_text(encoding="utf-8")
    after = TABLE.sub(lambda match: match[1] + table(played()) + "\n" + match[2], before)
    if after != before:
        PAGE.write_text(after, encoding="utf-8")
        sys.stdout.write(f"{PAGE.name}\n")


if __name__ == "__main__":
    main()
