"""Write the table of ``docs/TRACE.md`` that counts the figures of the data: ``python docs/trace.py``."""

import re
import sys
from collections import Counter
from pathlib import Path
from typing import get_args

from simulator import facts

PAGE = Path(__file__).parent / "TRACE.md"
TABLE = re.compile(r"(<!-- figures -->\n).*?(<!-- end -->)", re.DOTALL)
LEVELS = get_args(facts.Confidence)


def filled(text: str) -> str:
    """Return the page with its table written anew."""
    lines = [f"| figures of | {' | '.join(LEVELS)} | of them assumptions | with a range |", "|" + " --- |" * 6]
    for kind in get_args(facts.Kind):
        leaves = [leaf for key in facts.available(kind) for leaf in facts.load(kind, key).leaves.values()]
        by_level = Counter(leaf.confidence for leaf in leaves)
        assumed = sum(leaf.source.startswith(facts.ASSUMPTION) for leaf in leaves)
        ranged = sum(leaf.low is not None for leaf in leaves)
        counts = *(by_level[level] for level in LEVELS), assumed, ranged
        lines.append(f"| {kind} | {' | '.join(str(count) for count in counts)} |")
    return TABLE.sub(lambda match: match[1] + "\n".join(lines) + "\n" + match[2], text)


def main() -> None:
    """Write the page where its table changed."""
    before = PAGE.read_text(encoding="utf-8")
    after = filled(before)
    if after != before:
        PAGE.write_text(after, encoding="utf-8")
        sys.stdout.write(f"{PAGE.name}\n")


if __name__ == "__main__":
    main()
