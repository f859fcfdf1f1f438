"""The command that serves the app."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest


def test_a_port_in_use_is_refused_with_another_to_try(cli):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = cli("app", "--port", str(taken.getsockname()[1]))
    assert said.code == 2
    assert "--port" in said.err and "8502" in said.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_it_serves_this_machine_until_it_is_interrupted(tmp_path: Path):
    """From a folder with a file that bears a library's name, which must not be taken for it."""
    (tmp_path / "click.py").write_text("raise SystemExit('the wrong click')\n", encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = f"import sys; from simulator.cli import app; sys.exit(app.run(['app', '--port', '{port}']))"
    server = subprocess.Popen(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    try:
        deadline, page = time.monotonic() + 60, b""
        while not page and time.monotonic() < deadline and server.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
                    page = answer.read()
            except OSError:
                time.sleep(0.2)
        assert b"streamlit" in page.lower()
    finally:
        # As Ctrl-C does: to the command and to its server.
        import os

        os.killpg(server.pid, signal.SIGINT)
        server.communicate(timeout=30)
    assert server.returncode == 130
