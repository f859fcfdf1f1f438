"""The command ``market-entry``."""

from __future__ import annotations


def main() -> None:
    """Run the command line and leave with its exit code."""
    import sys

    from simulator.cli.app import run

    sys.exit(run(sys.argv[1:]))
