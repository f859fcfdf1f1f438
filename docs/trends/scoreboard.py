"""Write the tables of ``docs/trends/*.md`` from the simulator: ``python docs/trends/scoreboard.py``.

A table stands between ``<!-- claims 2 3 4 -->`` and ``<!-- end -->`` and holds the parts of these claims.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from simulator import trends
from simulator.cli.claims import cells
from simulator.texts import tr
from simulator.trends import Finding

FOLDER = Path(__file__).parent
TABLE = re.compile(r"(<!-- claims ([\d ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
HEADS = ("number", "claim", "claimed", "simulated", "interval", "verdict", "kind")


def filled(text: str, found: Sequence[Finding]) -> str:
    """Return a page with its tables written anew."""

    def table(match: re.Match[str]) -> str:
        numbers = {int(number) for number in match[2].split()}
        rows = [f"| {' | '.join(tr(f'trends.heads.{name}') for name in HEADS)} |", "|" + " --- |" * len(HEADS)]
        for finding in found:
            if finding.part.claim in numbers:
                words, verdict, kind, claimed, simulated, interval = cells(finding, "en")
                shown = (str(finding.part.claim), words, claimed, simulated, interval, f"**{verdict}**", kind)
                rows.append(f"| {' | '.join(shown)} |")
        return match[1] + "\n".join(rows) + "\n" + match[3]

    return TABLE.sub(table, text)


def main() -> None:
    """Examine all claims and write every page whose tables changed."""
    found = trends.examine()
    for page in sorted(FOLDER.glob("*.md")):
        before = page.read_text(encoding="utf-8")
        after = filled(before, found)
        if after != before:
            page.write_text(after, encoding="utf-8")
            sys.stdout.write(f"{page.name}\n")


if __name__ == "__main__":
    main()
