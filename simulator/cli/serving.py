"""``app``: the Streamlit app on this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Annotated, Any

import typer

from simulator.cli.common import RUNS, LangOption, Language, Out, lang_of
from simulator.errors import UsageError
from simulator.examples import RUNS_VARIABLE, app_script, config_file
from simulator.texts import Lang, tr

HOST = "127.0.0.1"
"""Nobody but this machine reaches the app."""

GOODBYE_SECONDS = 1.0
"""For a server that was told to stop."""

Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="On which the app listens.")]


def app(port: Port = 8501, out: Out = RUNS, lang: LangOption = Language.en) -> None:
    """Open the app in a browser of this machine, at http://127.0.0.1:8501; Ctrl-C ends it."""
    if find_spec("streamlit") is None:
        raise UsageError(tr("app.missing", lang_of(lang)))
    _check_free(port, lang_of(lang))
    settings = tomllib.loads(config_file().read_text(encoding="utf-8"))
    options = [f"--{name}={_written(value)}" for name, value in _flat(settings)]
    # -P: nothing in the folder where the user stands may pass for a library.
    command = [sys.executable, "-P", "-m", "streamlit", "run", str(app_script()), f"--server.port={port}", *options]
    typer.echo(tr("app.opening", lang_of(lang), address=f"http://{HOST}:{port}"), err=True)
    server = subprocess.Popen(command, env={**os.environ, RUNS_VARIABLE: str(out.resolve())})
    try:
        code = server.wait()
    except KeyboardInterrupt:
        _end(server)
        raise
    if code:
        raise typer.Exit(1)


def _end(server: subprocess.Popen[bytes]) -> None:
    """Wait for the server, which a terminal tells too to stop; a signal to this process alone is passed on."""
    try:
        server.wait(GOODBYE_SECONDS)
    except subprocess.TimeoutExpired:
        server.terminate()
        server.wait()


def _check_free(port: int, lang: Lang) -> None:
    """Refuse a port that somebody listens on, or that only the system may use."""
    with socket.socket() as probe:
        # As the server does: a port of connections that have just ended is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name != "nt")
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise UsageError(tr("app.taken", lang, port=port, reason=error.strerror)) from error


def _flat(node: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the settings by dotted name."""
    for name, value in node.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
