"""``runs``: what is saved, what is in one run, and deleting; `tidying` has the rest."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.common import (
    RUNS,
    Json,
    LangOption,
    Language,
    lang_of,
    print_json,
    saved_results,
    strategy_lines,
    table,
    tell,
)
from simulator.errors import UsageError
from simulator.texts import Lang, in_language, tr
from simulator.texts.numbers import NOTHING, size

if TYPE_CHECKING:
    from simulator.engine.saved import SavedRun

app = typer.Typer(
    help="List, show, rename, copy and delete saved runs.",
    invoke_without_command=True,
    rich_markup_mode=None,
    add_completion=False,
)
"""The commands below ``market-entry runs``."""

OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="The folder of the runs.  [default: runs]", show_default=False),
]
LangBelow = Annotated[
    Language | None, typer.Option("--lang", help="Language of texts.  [default: en]", show_default=False)
]
RunName = Annotated[str, typer.Argument(metavar="RUN", help="Name of a run, as `runs` lists it.", show_default=False)]


@dataclass(frozen=True)
class Asked:
    """The options, which may stand before or after the word of the command."""

    out: Path
    lang: Lang
    as_json: bool


def asked_of(context: typer.Context, out: Path | None, lang: Language | None, as_json: bool) -> Asked:
    """Return the options of a command with those of ``runs`` behind them."""
    before: Asked = context.obj
    return Asked(out or before.out, lang_of(lang) if lang else before.lang, as_json or before.as_json)


@app.callback()
def runs(context: typer.Context, out: OutOption = None, lang: LangOption = Language.en, as_json: Json = False) -> None:
    """List, show, rename, copy and delete saved runs."""
    context.obj = Asked(out or RUNS, lang_of(lang), as_json)
    if context.invoked_subcommand is None:
        _list(context.obj)


def _list(asked: Asked) -> None:
    from simulator.engine.saved import saved_runs

    found = saved_runs(asked.out)
    if asked.as_json:
        print_json({"out": str(asked.out), "runs": [_entry(run) for run in found]})
        return
    if not found:
        typer.echo(tr("runs.none", asked.lang, out=asked.out))
        return
    names = ("run", "title", "date", "strategies", "futures", "size", "status")
    rows = [
        [
            run.name,
            in_language(run.title(), asked.lang) or NOTHING,
            str(run.manifest.get("started", NOTHING))[:16].replace("T", " "),
            ", ".join(run.manifest.get("strategies", ())) or NOTHING,
            str(run.manifest.get("replications", NOTHING)),
            size(run.size_bytes()),
            _status(run.status, asked.lang),
        ]
        for run in found
    ]
    typer.echo(table([tr(f"runs.table.{name}", asked.lang) for name in names], rows, left=4))


def _status(status: str, lang: Lang) -> str:
    return tr(f"runs.status.{status.replace(' ', '_')}", lang)


def _entry(run: SavedRun) -> dict[str, Any]:
    """Return what a list says of a run."""
    told = ("started", "strategies", "markets", "baseline", "replications", "consumers", "weeks", "seed")
    return {
        "run": run.name,
        "folder": str(run.folder),
        "title": run.title(),
        "status": run.status,
        "size_bytes": run.size_bytes(),
        **{name: run.manifest.get(name) for name in told},
    }


@app.command()
def show(
    context: typer.Context,
    run: RunName,
    out: OutOption = None,
    lang: LangBelow = None,
    as_json: Json = False,
) -> None:
    """Show one run: how it was made, and its outcomes by strategy."""
    asked = asked_of(context, out, lang, as_json)
    from simulator.engine.saved import find_saved

    found = find_saved(run, asked.out)
    outcomes = _outcomes(found) if found.is_finished else None
    manifest = found.manifest
    if asked.as_json:
        told = ("failures", "scenario_sha256", "command", "engine", "versions", "wall_seconds", "resumed", "tables")
        content = _entry(found) | {name: manifest.get(name) for name in told}
        print_json(content | {"outcomes": None if outcomes is None else outcomes.to_dict("records")})
        return
    seconds = manifest.get("wall_seconds", {}).get("total")
    facts = {
        "title": in_language(found.title(), asked.lang),
        "status": _status(found.status, asked.lang),
        "date": manifest.get("started"),
        "markets": ", ".join(manifest.get("markets", ())),
        "weeks": manifest.get("weeks"),
        "futures": manifest.get("replications"),
        "consumers": manifest.get("consumers"),
        "seed": manifest.get("seed"),
        "seconds": seconds,
        "size": size(found.size_bytes()),
        "command": shlex.join(manifest.get("command", ())),
        "folder": found.folder,
    }
    rows = [
        (tr(f"runs.show.{name}", asked.lang), str(value)) for name, value in facts.items() if value not in (None, "")
    ]
    typer.echo(table((found.name, ""), rows, left=2))
    if outcomes is not None:
        typer.echo()
        typer.echo(strategy_lines(outcomes, asked.lang))
    elif found.status in ("interrupted", "failed") and manifest:
        name = found.name.removeprefix(".").removesuffix(".part")
        typer.echo()
        typer.echo(tr("runs.resume", asked.lang, name=name, out=shlex.quote(str(asked.out))))


def _outcomes(run: SavedRun) -> Any:
    """Return the outcomes of a finished run by strategy; UsageError where its tables are damaged."""
    from simulator.report import tables

    results = saved_results(str(run.folder), run.folder.parent)
    return tables.strategies(results.summary, results.comparison)


@app.command()
def delete(
    context: typer.Context,
    names: Annotated[
        list[str], typer.Argument(metavar="RUN", help="Names of runs, as `runs` lists them.", show_default=False)
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    trash: Annotated[
        bool, typer.Option("--trash", help="Move them to the trash, unasked; `runs restore` takes them back.")
    ] = False,
    out: OutOption = None,
    lang: LangBelow = None,
    as_json: Json = False,
) -> None:
    """Delete runs for good, after a question; nothing that is no run folder is ever deleted."""
    asked = asked_of(context, out, lang, as_json)
    from simulator.engine import saved

    chosen = {run.name: run for run in (saved.find_saved(name, asked.out) for name in names)}
    for run in chosen.values():
        saved.check_deletable(run)
    if trash:
        _discard(list(chosen.values()), asked)
        return
    if not yes:
        _confirm(list(chosen.values()), asked)
    for run in chosen.values():
        saved.delete(run)
        if not asked.as_json:
            typer.echo(tr("runs.deleted", asked.lang, path=run.folder))
    if asked.as_json:
        print_json({"deleted": [str(run.folder) for run in chosen.values()]})


def _discard(chosen: list[SavedRun], asked: Asked) -> None:
    from simulator.engine import library

    moved = []
    for run in chosen:
        thrown = library.discard(run)
        moved.append(str(thrown.run.folder))
        if not asked.as_json:
            path, out = thrown.run.folder, shlex.quote(str(asked.out))
            typer.echo(tr("library.trashed", asked.lang, path=path, name=thrown.name, out=out))
    if asked.as_json:
        print_json({"trashed": moved})


def _confirm(chosen: list[SavedRun], asked: Asked) -> None:
    """Ask before anything is deleted; leaves where the answer is no, or nobody is there to give one."""
    if not sys.stdin.isatty():
        raise UsageError(tr("runs.needs_yes", asked.lang))
    for run in chosen:
        tell(f"{run.folder}  {size(run.size_bytes())}")
        if run.strangers:
            tell(tr("runs.strangers", asked.lang, names=", ".join(run.strangers)))
    if not typer.confirm(tr("runs.confirm", asked.lang, count=len(chosen)), err=True):
        tell(tr("runs.kept", asked.lang))
        raise typer.Exit(1)
