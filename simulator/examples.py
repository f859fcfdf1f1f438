"""Where the example scenarios are: beside the code in a wheel, one folder up in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def examples_dir() -> Path:
    """Return the folder of the example scenarios."""
    packaged = PACKAGE / "scenarios"
    return packaged if packaged.is_dir() else PACKAGE.parent / "scenarios"
