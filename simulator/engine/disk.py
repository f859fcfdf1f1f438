"""Writing so that a reader sees all or nothing, and the mistakes of disks in words."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from simulator.errors import StorageError

FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
"""No space, or no more of it for this user."""


@contextmanager
def writing(folder: Path, afterwards: str = "") -> Iterator[None]:
    """Turn what a disk refuses into a StorageError that names the folder and says what to do."""
    try:
        yield
    except OSError as error:
        cure = "free some space" if error.errno in FULL else "make it writable, or choose another folder with --out"
        raise StorageError(f"cannot write to {folder}: {reason(error)}; {cure}{afterwards}") from error


def reason(error: OSError) -> str:
    """Return what the system says, without numbers and paths."""
    return os.strerror(error.errno) if error.errno else str(error)


def write_whole(path: Path, *parts: bytes | memoryview, synced: bool = False) -> None:
    """Write a file under another name, then rename it; a failure leaves nothing.

    `synced`: it is on the disk before it takes the place of one that matters.
    """
    partial = path.with_name(f"{path.name}.tmp")
    try:
        with partial.open("wb") as file:
            for part in parts:
                file.write(part)
            if synced:
                file.flush()
                os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def write_json(path: Path, content: Mapping[str, Any], synced: bool = False) -> None:
    """Write JSON that people can read."""
    text = f"{json.dumps(content, indent=2, ensure_ascii=False, default=str)}\n"
    write_whole(path, text.encode(), synced=synced)


def sync(path: Path) -> None:
    """Ask the system to put a file or folder on the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
