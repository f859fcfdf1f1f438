"""Processor seconds by stage, measured by wrapping functions while a benchmark runs."""

from __future__ import annotations

import functools
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any


class Clock:
    """Books each wrapped call's own time, without that of wrapped calls inside it, under a stage.

    Processor time of the thread is taken, so that threads waiting for each other do not count twice.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._local, self._lock, self._undo = threading.local(), threading.Lock(), ExitStack()

    def wrap(self, owner: Any, name: str, stage: str, inside: str | None = None) -> None:
        """Time `owner.name` under `stage`; a call from within the stage `inside` is left to that stage."""
        call = getattr(owner, name)
        self._undo.callback(setattr, owner, name, call)
        setattr(owner, name, self._timed(call, stage, inside))

    def _timed(self, call: Callable[..., Any], stage: str, inside: str | None) -> Callable[..., Any]:
        @functools.wraps(call)
        def timed(*args: Any, **named: Any) -> Any:
            stack = self._local.__dict__.setdefault("stack", [])
            if inside is not None and stack and stack[-1][0] == inside:
                return call(*args, **named)
            begin = time.thread_time()
            stack.append([stage, 0.0])
            try:
                return call(*args, **named)
            finally:
                spent = time.thread_time() - begin
                _, children = stack.pop()
                if stack:
                    stack[-1][1] += spent
                with self._lock:
                    self.seconds[stage] += spent - children

        return timed

    def __enter__(self) -> Clock:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._undo.close()
