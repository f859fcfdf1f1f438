"""Being told to stop: finished units are kept, and whoever tells twice does not wait."""

from __future__ import annotations

import os
import signal
from types import FrameType

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
"""Ctrl-C, a scheduler or `kill`, a terminal that was closed; not all systems have all."""


class Interrupted(KeyboardInterrupt):
    """A signal to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def exit_code(error: BaseException) -> int:
    """Return 128 + the signal's number: 130 for Ctrl-C, 143 for SIGTERM."""
    return 128 + (error.number if isinstance(error, Interrupted) else int(signal.SIGINT))


def listen() -> None:
    """Raise Interrupted at the first signal; leave at once at the second (a run folder bears that at any moment)."""
    seen: list[int] = []

    def told(number: int, _: FrameType | None) -> None:
        if seen:
            os._exit(128 + number)
        seen.append(number)
        raise Interrupted(number)

    for name in NAMES:
        number = getattr(signal, name, None)
        # A signal that the parent ignores (nohup, a background job of a plain shell) stays ignored.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, told)
