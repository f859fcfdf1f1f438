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
import inspect
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent
ROOM_BYTES = 32_000_000
"""The compiled code of one version takes less than a third of it."""


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


def has_room(folder: Path) -> bool:
    """Say whether the disk of a folder takes the compiled code: numba would stop where it cannot write it."""
    try:
        while not folder.exists():
            folder = folder.parent
        return shutil.disk_usage(folder).free >= ROOM_BYTES
    except OSError:
        return True


os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_root() / code_digest()))
CACHED = has_room(Path(os.environ["NUMBA_CACHE_DIR"]))
"""On a full disk the code is compiled anew in every process."""

import numba  # noqa: E402  (the cache folder must be known first)
import numpy as np  # noqa: E402
from llvmlite import ir  # noqa: E402
from numba import types  # noqa: E402
from numba.extending import intrinsic  # noqa: E402
from numba.np.ufunc import _internal  # type: ignore[attr-defined]  # noqa: E402

numba.config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"]

njit = functools.partial(numba.njit, cache=CACHED, nogil=True, error_model="numpy")
"""Compile a kernel: cached, without the GIL, division by zero as IEEE says."""


@intrinsic
def _load(typing_context: Any, address: Any) -> Any:
    """Read a float64 at an address (int64)."""

    def lower(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(builder.inttoptr(args[0], ir.DoubleType().as_pointer()))

    return types.float64(types.int64), lower


@intrinsic
def _store(typing_context: Any, address: Any, value: Any) -> Any:
    """Write a float64 to an address (int64)."""

    def lower(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.store(args[1], builder.inttoptr(args[0], ir.DoubleType().as_pointer()))
        return context.get_dummy_value()

    return types.void(types.int64, types.float64), lower


_POINTER = types.CPointer(types.int64)
_LOOP = types.void(_POINTER, _POINTER, _POINTER, types.voidptr)
_FLOAT64 = np.dtype(np.float64).num


def rule(formula: Callable[..., float]) -> Any:
    """Compile a scalar decision formula to a numpy ufunc; calls broadcast it over ``float64[futures, markets]``.

    Like ``numba.vectorize``, but all of the machine code is cached: `vectorize` builds its loop anew in every
    process (45 ms a rule; this one loads in 8). One type in and out, so no result depends on which call came first.
    """
    n = len(inspect.signature(formula).parameters)
    values = ", ".join(f"load(at[{i}] + j * step[{i}])" for i in range(n))
    source = (
        "def loop(at, size, step, data):\n"
        "    for j in range(size[0]):\n"
        f"        store(at[{n}] + j * step[{n}], formula({values}))"
    )
    names: dict[str, Any] = {"formula": njit(formula), "load": _load, "store": _store}
    # The rule's own file name and a unique qualified name are what numba's cache is keyed by.
    exec(compile(source, formula.__code__.co_filename, "exec"), names)
    loop = names["loop"]
    loop.__module__, loop.__qualname__ = formula.__module__, f"{formula.__qualname__}_loop"
    compiled = numba.cfunc(_LOOP, cache=CACHED)(loop)
    return _internal.fromfunc(
        formula.__name__, formula.__doc__, [compiled.address], [[_FLOAT64] * (n + 1)], n, 1, [0], [compiled],
        _internal.PyUFunc_None,
    )  # fmt: skip
