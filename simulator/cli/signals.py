"""Being told to stop: finished units are kept, and whoever tells twice does not wait."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
"""Ctrl-C, a scheduler or `kill`, a terminal that was closed; not all systems have all."""

AGAIN_SECONDS = 0.05
"""When a lost signal is told again: time enough to be out of what lost it."""


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
    usual = sys.unraisablehook

    def told(number: int, _: FrameType | None) -> None:
        if seen:
            os._exit(128 + number)
        seen.append(number)
        raise Interrupted(number)

    def lost(what: UnraisableHookArgs) -> None:
        # Python drops what is raised within a weak reference's callback or a destructor: the run would play on.
        if not isinstance(what.exc_value, Interrupted):
            usual(what)
            return
        seen.clear()
        again = threading.Timer(AGAIN_SECONDS, _tell, (what.exc_value.number,))
        again.daemon = True
        again.start()

    sys.unraisablehook = lost
    for name in NAMES:
        number = getattr(signal, name, None)
        # A signal that the parent ignores (nohup, a background job of a plain shell) stays ignored.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, told)


def _tell(number: int) -> None:
    """Send the main thread a signal, which ends its waiting where the system can do that."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        _thread.interrupt_main(signal.Signals(number))
