"""Compiled code: one place where numba is set up, so that every kernel and rule is cached and portable.

numba's cache is pointed at ``<user cache>/market-entry/<hash>`` before numba loads, where the hash covers every
file with compiled code: an edited helper can never serve old machine code to its callers, and a read-only
installation works. ``NUMBA_CACHE_DIR`` overrides it.

Nothing here enables ``fastmath``: the same source gives the same bits in the vector body, the scalar remainder
and on other x86-64 processors.
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent


def cache_root() -> Path:
    """Return the user's cache folder of the product (not created here)."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "market-entry"


def code_digest() -> str:
    """Return a hash over every file of the package that holds compiled code."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_bytes()
        if b"simulator.compiled" in text or path == Path(__file__):
            digest.update(path.relative_to(PACKAGE).as_posix().encode())
            digest.update(text)
    return digest.hexdigest()[:16]


os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_root() / code_digest()))

import numba  # noqa: E402  (the cache folder must be known first)

numba.config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"]

njit = functools.partial(numba.njit, cache=True, nogil=True, error_model="numpy")
"""Compile a kernel: cached, without the GIL, division by zero as IEEE says."""

inlined = functools.partial(numba.njit, cache=True, nogil=True, error_model="numpy", inline="always")
"""Compile a small function into its callers."""


def rule(formula: Callable[..., float]) -> Any:
    """Compile a scalar decision formula; calls broadcast it over arrays ``float64[futures, markets]``."""
    return numba.vectorize(cache=True)(formula)
