"""The app as a user starts it: the real command, on a free port, with a folder of runs of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from simulator.facts import DATA

UP_SECONDS = 60.0
DOWN_SECONDS = 15.0


@dataclass(frozen=True)
class Server:
    """A running app."""

    url: str
    out: Path
    process: subprocess.Popen[bytes]
    log: Path
    """What it writes to stderr."""

    def end(self, seconds: float = DOWN_SECONDS) -> str:
        """Press Ctrl-C, which a terminal sends to the command and to the server below it; return what it wrote."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        return self.ended(seconds)

    def ended(self, seconds: float = DOWN_SECONDS) -> str:
        """Return what it wrote, once it has ended; it is killed and TimeoutExpired raised where it does not."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise
        return self.log.read_text(encoding="utf-8")


def serve(folder: Path) -> Server:
    """Start the app and wait until it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    out, log = folder / "runs", folder / "stderr.txt"
    paths = [str(DATA.parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "simulator", "app", "--port", str(port), "--out", str(out)],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )  # fmt: skip
    server = Server(f"http://127.0.0.1:{port}", out, process, log)
    end = time.monotonic() + UP_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(f"{server.url}/_stcore/health", timeout=5):
                return server
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the app does not answer:\n{server.end()}")
