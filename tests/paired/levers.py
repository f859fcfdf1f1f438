"""What every lever must move: an account of the ledger and an outcome, in a small world where the lever binds.

``python -m tests.paired.levers`` prints the table: lever, account, path of effect, measured effect with interval.
"""

from __future__ import annotations

from functools import cache

from tests.paired.bases import BASES
from tests.paired.measuring import Comparison, Effect, Experiment, table_rows
from tests.paired.offering import OFFER
from tests.paired.operating import OPERATIONS

LEVERS = (*OPERATIONS, *OFFER)

EXPERIMENTS = {name: Experiment(base, [c for c in LEVERS if c.base == name]) for name, base in BASES.items()}


@cache
def effect(comparison: Comparison) -> Effect:
    """Return what a comparison measures."""
    return EXPERIMENTS[comparison.base].measure(comparison)


def table() -> str:
    """Return the table of all levers, in Markdown."""
    heads = ("lever", "account (USD)", "path of effect", "outcome", "measured effect [95 % interval]")
    head = [f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads)]
    rows = [row for comparison in LEVERS for row in table_rows(comparison, effect(comparison))]
    return "\n".join(head + rows)


if __name__ == "__main__":
    print(table())
