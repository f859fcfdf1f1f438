"""``app``: the Streamlit app on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from typing import Annotated

import typer

from simulator.cli.common import LangOption, Language, lang_of
from simulator.errors import UsageError
from simulator.examples import app_script
from simulator.texts import tr

HOST = "127.0.0.1"
"""Nobody but this machine reaches the app."""

SETTINGS = {
    "server.address": HOST,
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.maxUploadSize": "1",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
}
"""Of the server; uploads in MB (the page allows 256 KiB). Without usage statistics nothing leaves the machine."""

Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="On which the app listens.")]


def app(port: Port = 8501, lang: LangOption = Language.en) -> None:
    """Open the app in a browser of this machine, at http://127.0.0.1:8501; Ctrl-C ends it."""
    if find_spec("streamlit") is None:
        raise UsageError(tr("app.missing", lang_of(lang)))
    options = [f"--{name}={value}" for name, value in SETTINGS.items()]
    command = [sys.executable, "-m", "streamlit", "run", str(app_script()), f"--server.port={port}", *options]
    typer.echo(tr("app.opening", lang_of(lang), address=f"http://{HOST}:{port}"), err=True)
    server = subprocess.Popen(command, env=os.environ | {"PYTHONSAFEPATH": "1"})
    try:
        code = server.wait()
    except KeyboardInterrupt:
        # The server got the signal too and says goodbye by itself.
        server.wait()
        raise
    if code:
        raise typer.Exit(1)
