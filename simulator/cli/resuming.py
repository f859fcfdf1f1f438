"""``run --resume``: going on with a run that was interrupted."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from simulator.cli.common import Bar, tell
from simulator.cli.signals import exit_code
from simulator.errors import UsageError
from simulator.texts import Lang, tr

if TYPE_CHECKING:
    from simulator.engine import Results


def check_resume(scenario: Path | None, changes: Sequence[str]) -> None:
    """Refuse what would change a run that was begun: its folder knows the scenario."""
    if scenario is not None:
        raise UsageError(f"--resume goes on with the scenario of the interrupted run; leave {scenario} out")
    if changes:
        raise UsageError(f"--resume goes on with the interrupted run as it was begun; leave out {', '.join(changes)}")


def resumed(name: str, out: Path, workers: int | Literal["auto"], lang: Lang, quiet: bool) -> Results:
    """Play what is missing; the report speaks the language of the run, the terminal `lang`."""
    from simulator import api, engine

    run = engine.find_unfinished(name, out)
    bar = Bar(lang, quiet)
    try:
        return api.resume(run.name, out, workers, progress=bar, command=["market-entry", *sys.argv[1:]])
    except KeyboardInterrupt as error:
        bar.close()
        raise interrupted(error, run.name, out, lang) from None
    finally:
        bar.close()


def interrupted(error: KeyboardInterrupt, name: str, out: Path, lang: Lang) -> typer.Exit:
    """Say what is kept of a run and how to go on; gives the exit."""
    from simulator.engine import store

    part = store.Part(out, name)
    if part.folder.is_dir():
        tell(tr("errors.interrupted", lang, path=part.folder, name=name, out=shlex.quote(str(out))))
    else:
        tell(tr("errors.interrupted_plain", lang))
    return typer.Exit(exit_code(error))
