"""A signal to stop is heard wherever it strikes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LOST = """
import signal, time, weakref
from simulator.cli import signals

class Held:
    def __del__(self):
        strike("destructor")

def strike(where):
    if where == {where!r}:
        signal.raise_signal(signal.{name})
        for _ in range(1000):  # where the handler raises, at the latest
            pass

signals.listen()
held = Held()
kept = weakref.ref(held, lambda _: strike("callback"))
try:
    del held
    print("dropped", flush=True)
    time.sleep(20)
except KeyboardInterrupt as error:
    raise SystemExit(signals.exit_code(error))
"""


@pytest.mark.parametrize("where", ["callback", "destructor"])
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_that_python_drops_is_told_again(where, name, code):
    said = subprocess.run(
        [sys.executable, "-c", LOST.format(where=where, name=name)],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=50,
    )  # fmt: skip
    assert (said.returncode, said.stdout, said.stderr) == (code, "dropped\n", "")
