"""Where the example scenarios and the app are: beside the code in a wheel, one folder up in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
SERVED = PACKAGE / "served"
"""In a wheel, the app's script and settings."""


def examples_dir() -> Path:
    """Return the folder of the example scenarios."""
    packaged = PACKAGE / "scenarios"
    return packaged if packaged.is_dir() else PACKAGE.parent / "scenarios"


FLAGSHIP = "flagship"
"""The example that opens first."""

SHARED = ("base",)
"""Files that others extend."""


def app_examples() -> tuple[str, ...]:
    """Return the names of the examples that stand for themselves, the flagship first."""
    names = sorted(path.stem for path in examples_dir().glob("*.yaml") if path.stem not in SHARED)
    return (FLAGSHIP, *(name for name in names if name != FLAGSHIP))


RUNS_VARIABLE = "MARKET_ENTRY_RUNS"
"""Environment variable that tells the app's server the folder of the runs."""


def config_file() -> Path:
    """Return the settings of the app's server."""
    packaged = SERVED / "config.toml"
    return packaged if packaged.is_file() else PACKAGE.parent / ".streamlit" / "config.toml"


def app_script() -> Path:
    """Return what Streamlit is to run.

    Streamlit puts its folder first on the path of imports and takes a folder ``pages`` in it for its own: in a wheel
    it stands alone, for beside the code it would hide Python's own `calendar`.
    """
    packaged = SERVED / "app.py"
    return packaged if packaged.is_file() else PACKAGE.parent / "app.py"
