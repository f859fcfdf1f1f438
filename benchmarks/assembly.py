"""Whether a compiled function works on several numbers at once, read off its machine code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numba

_REGISTER = re.compile(r"%([xyz])mm\d+")
_PACKED = re.compile(
    r"^\s*(?:v?(?:mul|add|sub|div|max|min|cmp\w*|cvtdq2|cvttps2dq|rsqrt)ps|v?cvtdq2ps|v?cvttps2dq"
    r"|vf(?:n?m)(?:add|sub)\d+ps|v?p(?:add|sub|mull|mulu)(?:d|q|dq)|v?p(?:sll|srl|sra)(?:d|q|vd|vq)"
    r"|v?pcmp(?:eq|gt)d|vpcmpu?d|vpternlog[dq]|vpgatherd[dq]|vgatherd?q?ps|vp?gatherqd)\s.*$",
    re.MULTILINE,
)


def machine_code(function: Any, arguments: Sequence[object]) -> str:
    """Return the assembly of a compiled function for the types of `arguments`.

    Compiled anew, because numba does not show the code that it loads from its cache.
    """
    options = {k: v for k, v in function.targetoptions.items() if k in ("nogil", "error_model", "fastmath")}
    fresh = numba.njit(**options)(function.py_func)
    signature = tuple(numba.typeof(each) for each in arguments)
    fresh.compile(signature)
    return str(fresh.inspect_asm(fresh.signatures[0]))


def packed(code: str) -> dict[str, int]:
    """Count packed arithmetic by register width: x (128 bits), y (256), z (512)."""
    counts = {"x": 0, "y": 0, "z": 0}
    for line in _PACKED.findall(code):
        widths = _REGISTER.findall(line)
        if widths:
            counts[max(widths)] += 1
    return counts


def vectorised(code: str) -> bool:
    """Return whether the arithmetic is packed: at least four operations, in registers of any width.

    A processor without AVX has 128-bit registers only, and compilers may prefer 256 bits where 512 exist.
    """
    return sum(packed(code).values()) >= 4
