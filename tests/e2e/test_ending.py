"""The app ends when it is told to, whatever it is at."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.serving import Server, serve
from tests.e2e.test_runs import play_long, runs
from tests.e2e.visitor import Visitor

SOON = 5.0


def press_ctrl_c(server: Server) -> None:
    # A terminal tells the command and the server below it.
    os.killpg(server.process.pid, signal.SIGINT)


def tell_the_command(server: Server) -> None:
    os.kill(server.process.pid, signal.SIGTERM)


@pytest.mark.parametrize("tell", [press_ctrl_c, tell_the_command])
def test_it_ends_in_the_middle_of_a_run(browser: Browser, tmp_path: Path, tell: Callable[[Server], None]) -> None:
    server = serve(tmp_path)
    visitor = Visitor(browser, server.url)
    try:
        play_long(visitor, "ended")
        tell(server)
        said = server.ended(SOON)
    finally:
        server.end()
        visitor.context.close()  # what it finds wrong is that the server has gone
    assert "Traceback" not in said and "Exception" not in said, said
    assert [run.status for run in runs(server, "ended")] == ["interrupted"]
