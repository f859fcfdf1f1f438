"""All commands, and what becomes of their mistakes: an exit code and a message, never a trace.

Exit codes: 0 fine, 1 internal error or a check that failed, 2 usage, 3 invalid scenario, 4 a simulation failed,
5 a condition of ``run --fail-if`` is met, 130 interrupted (143 by SIGTERM).
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from simulator import __version__
from simulator.cli import (
    checking,
    claims,
    comparing,
    keeping,
    listing,
    looking,
    reporting,
    rivalry,
    running,
    scoring,
    serving,
    starting,
    tidying,
    varying,
)
from simulator.cli.common import drop
from simulator.cli.signals import exit_code
from simulator.errors import SimulatorError
from simulator.texts import tr

TRACE = "MARKET_ENTRY_TRACE"
"""Environment variable that shows where an internal error came from."""

_MISTAKE: Any = typer.BadParameter.__mro__[2]
"""Base of what the option parser raises (click's, or the copy of click inside typer)."""


class _Commands(typer.core.TyperGroup):
    """The commands; typer would end them without a word, and with 130 whatever the signal."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; say so if it is told to stop."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            typer.echo(tr("errors.interrupted_plain"), err=True)
            raise typer.Exit(exit_code(error)) from error


app = typer.Typer(
    name="market-entry",
    cls=_Commands,
    help="Which markets should a cross-border seller enter, when, with which strategy, and how sure can we be?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _add(*commands: Callable[..., None], to: typer.Typer = app) -> None:
    for command in commands:
        to.command()(command)


_add(starting.new, checking.validate, running.run, comparing.compare, reporting.report, running.replay)
_add(tidying.rename, tidying.duplicate, tidying.restore, tidying.trash, to=keeping.app)
app.add_typer(keeping.app, name="runs")
_add(listing.examples, listing.markets, listing.categories, listing.mechanisms)
_add(claims.trends, scoring.scorecard, rivalry.rivals, varying.sensitivity)
_add(looking.facts, looking.lesson, checking.schema, looking.doctor, serving.app)


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False) -> None:
    """Which markets should a cross-border seller enter, when, with which strategy, and how sure can we be?"""
    if version:
        typer.echo(__version__)
        raise typer.Exit


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code."""
    logging.basicConfig(level=logging.DEBUG if os.environ.get(TRACE) else logging.WARNING, stream=sys.stderr)
    try:
        code = app(args=list(arguments), standalone_mode=False, prog_name="market-entry")
    except SimulatorError as error:
        typer.echo(str(error), err=True)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort) as error:
        typer.echo(tr("errors.interrupted_plain"), err=True)
        return exit_code(error)
    except BrokenPipeError:
        drop(sys.stdout)
        return 0
    except SystemExit as leaving:
        # What the option parser makes of a broken pipe, having silenced both streams.
        return 0 if isinstance(leaving.__context__, BrokenPipeError) else int(leaving.code or 0)
    except _MISTAKE as mistake:
        mistake.show(file=sys.stderr)
        return 2
    except Exception as error:  # the last resort: a user never sees a trace unasked
        if os.environ.get(TRACE):
            raise
        typer.echo(tr("errors.internal", message=f"{type(error).__name__}: {error}"), err=True)
        return 1
    return int(code or 0)
