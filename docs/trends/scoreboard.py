"""Write the tables of ``docs/trends/*.md`` from the simulator: ``python docs/trends/scoreboard.py``.

A table stands between ``<!-- claims 2 3 4 -->`` and ``<!-- end -->`` and holds the parts of these claims; that of the
levers by region stands after ``<!-- signs -->``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from simulator import trends
from simulator.cli.claims import SIGN_HEADS, cells, sign_cells
from simulator.texts import tr
from simulator.trends import Finding, Sign

FOLDER = Path(__file__).parent
TABLE = re.compile(r"(<!-- claims ([\d ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
SIGNS = re.compile(r"(<!-- signs -->\n).*?(<!-- end -->)", re.DOTALL)
HEADS = ("number", "claim", "claimed", "simulated", "interval", "verdict", "kind")


def filled(text: str, found: Sequence[Finding], signs: Sequence[Sign]) -> str:
    """Return a page with its tables written anew."""

    def table(match: re.Match[str]) -> str:
        numbers = {int(number) for number in match[2].split()}
        rows = _heads("trends.heads", HEADS)
        for finding in found:
            if finding.part.claim in numbers:
                words, verdict, kind, claimed, simulated, interval = cells(finding, "en")
                shown = (str(finding.part.claim), words, claimed, simulated, interval, f"**{verdict}**", kind)
                rows.append(f"| {' | '.join(shown)} |")
        return match[1] + "\n".join(rows) + "\n" + match[3]

    def levers(match: re.Match[str]) -> str:
        rows = [f"| {' | '.join(sign_cells(sign, 'en'))} |" for sign in signs]
        return match[1] + "\n".join([*_heads("trends.signs.heads", SIGN_HEADS), *rows]) + "\n" + match[2]

    return SIGNS.sub(levers, TABLE.sub(table, text))


def _heads(texts: str, names: Sequence[str]) -> list[str]:
    return [f"| {' | '.join(tr(f'{texts}.{name}') for name in names)} |", "|" + " --- |" * len(names)]


def main() -> None:
    """Examine all claims and write every page whose tables changed."""
    found, signs = trends.examine(), trends.signs()
    for page in sorted(FOLDER.glob("*.md")):
        before = page.read_text(encoding="utf-8")
        after = filled(before, found, signs)
        if after != before:
            page.write_text(after, encoding="utf-8")
            sys.stdout.write(f"{page.name}\n")


if __name__ == "__main__":
    main()
