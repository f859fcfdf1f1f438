"""Where the example scenarios and the app are: beside the code in a wheel, one folder up in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def examples_dir() -> Path:
    """Return the folder of the example scenarios."""
    packaged = PACKAGE / "scenarios"
    return packaged if packaged.is_dir() else PACKAGE.parent / "scenarios"


def app_script() -> Path:
    """Return what Streamlit is to run; it must not stand beside a folder ``pages``, which Streamlit would take over."""
    packaged = PACKAGE / "app.py"
    return packaged if packaged.is_file() else PACKAGE.parent / "app.py"
