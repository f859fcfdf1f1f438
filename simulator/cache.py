"""The user's cache folder: a place for what can be computed again. Losing it or lacking it changes no result."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def root() -> Path:
    """Return the user's cache folder of the product (not created here)."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "market-entry"


def write(path: Path, text: str) -> None:
    """Write `text` so that a reader sees all of it or none; a read-only or full disk is tolerated."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError:
        return
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
