"""Publishes over an earlier run again and again, each time killed one step later; run in a process of its own.

A step is a change that Python tells its audit hooks of: opening a file to write, renaming, deleting, making a folder.
The kill comes before the step. Prints how many steps there were.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.unit.test_store import write

MOST = 500
CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir"}


def killed_before(step: int, work: Callable[[], object]) -> bool:
    """Do some work in a child that is killed before a step; False when it had fewer steps."""
    child = os.fork()
    if child == 0:
        seen = 0

        def watch(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal seen
            if is_change(event, arguments):
                seen += 1
                if seen > step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0, status
    return os.WIFSIGNALED(status)


def is_change(event: str, arguments: tuple[object, ...]) -> bool:
    """Say whether an event of an audit hook changes the disk."""
    if event == "open":
        return isinstance(arguments[2], int) and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR))
    return event in CHANGES


def main(out: Path) -> None:
    """Kill at every step of publishing over an earlier run, each in a folder of its own."""
    write(out, "warm")  # loads here what each child would load
    for step in range(MOST):
        folder = out / f"{step:03d}"
        folder.mkdir()
        assert not killed_before(MOST, partial(write, folder, "first"))
        if not killed_before(step, partial(write, folder, "second")):
            print(step)
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
