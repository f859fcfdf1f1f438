"""One process at a time works in a folder; a lock dies with its process, however that ends.

Where the system can lock a folder (`flock`), its word counts: it frees the lock when the process is gone, and the
lock follows the folder through a rename. Elsewhere (Windows, some network disks) the file ``lock`` counts; the time
at which its process started tells a later process that was given the same number.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import psutil

from simulator.errors import UsageError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

START_TOLERANCE_SECONDS = 2.0
"""The system computes a process's start from the clock, which may be set meanwhile."""

TRIES = 5
"""The folder may be renamed or deleted between making and locking it: then it is made again."""


class Busy(UsageError):
    """Another process works in the folder."""


class Lock:
    """The right to work in a folder, which is made where it does not exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "lock"
        self._handle: int | None = None
        self._has_file = False

    def take(self) -> None:
        """Take the lock; Busy, with the process number, where a living process holds it."""
        for _ in range(TRIES):
            self.folder.mkdir(parents=True, exist_ok=True)
            held = self._lock_folder()
            if held is None:
                continue
            if not held and self.is_alive():
                raise self._busy()
            try:
                # Whoever wrote an older file is gone. "x": of two that find it so, one goes on.
                self.file.unlink(missing_ok=True)
                with self.file.open("x", encoding="utf-8") as file:
                    self._has_file = True
                    file.write(json.dumps(_me()))
            except FileNotFoundError:
                self.release()
                continue
            except FileExistsError:
                raise self._busy() from None
            except OSError:
                self.drop_file()
                self.release()
                raise
            return
        raise self._busy()

    def release(self) -> None:
        """Give the lock back; the folder may have been renamed or deleted."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def drop_file(self) -> None:
        """Delete the file, once: the next one of that name may be another process's."""
        if self._has_file:
            self._has_file = False
            self.file.unlink(missing_ok=True)

    def _lock_folder(self) -> bool | None:
        """Lock the folder itself; False where the system cannot, None where the folder was replaced meanwhile."""
        if fcntl is None:
            return False
        try:
            handle = os.open(self.folder, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.path.samestat(os.fstat(handle), self.folder.stat()):
                raise FileNotFoundError
        except BlockingIOError:
            os.close(handle)
            raise self._busy() from None
        except FileNotFoundError:
            os.close(handle)
            return None
        except OSError:  # a network disk without locks
            os.close(handle)
            return False
        self._handle = handle
        return True

    def is_alive(self) -> bool:
        """Say whether the process that wrote the file still lives."""
        owner = self._owner()
        if owner is None:
            return False
        try:
            process = psutil.Process(owner[0])
            started = process.create_time()
            if process.status() == psutil.STATUS_ZOMBIE:  # dead, and nobody has asked how it ended
                return False
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True
        return abs(started - owner[1]) <= START_TOLERANCE_SECONDS

    def _owner(self) -> tuple[int, float] | None:
        """Return number and start of the process that wrote the file; None for a file that says nothing."""
        try:
            content = json.loads(self.file.read_text(encoding="utf-8"))
            return int(content["process"]), float(content["started"])
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def _busy(self) -> Busy:
        owner = self._owner()
        who = f"process {owner[0]}" if owner else "another process"
        return Busy(
            f"{who} is working on the same run in {self.folder}; wait for it, or choose another folder with --out"
        )


def _me() -> dict[str, float]:
    return {"process": os.getpid(), "started": psutil.Process().create_time()}
