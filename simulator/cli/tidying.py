"""``runs rename``, ``duplicate``, ``restore`` and ``trash``: saved runs in order."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.common import Json, print_json, table, tell
from simulator.cli.keeping import LangBelow, OutOption, RunName, asked_of
from simulator.errors import UsageError
from simulator.texts import Lang, in_language, tr
from simulator.texts.numbers import NOTHING, size

if TYPE_CHECKING:
    from simulator.engine.library import Discarded

Thrown = Annotated[
    str, typer.Argument(metavar="RUN", help="Name of a run, as `runs trash` lists it.", show_default=False)
]


def rename(
    context: typer.Context,
    run: RunName,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The new name; the hash behind it stays.", show_default=False)
    ],
    out: OutOption = None,
    lang: LangBelow = None,
    as_json: Json = False,
) -> None:
    """Give a run another name."""
    asked = asked_of(context, out, lang, as_json)
    from simulator.engine import library, saved

    found = saved.find_saved(run, asked.out)
    renamed = library.rename(found, name)
    if asked.as_json:
        print_json({"before": str(found.folder), "folder": str(renamed.folder)})
        return
    typer.echo(tr("library.renamed", asked.lang, path=renamed.folder))


def duplicate(
    context: typer.Context, run: RunName, out: OutOption = None, lang: LangBelow = None, as_json: Json = False
) -> None:
    """Copy a finished run: NAME-copy, with the same hash."""
    asked = asked_of(context, out, lang, as_json)
    from simulator.engine import library, saved

    found = saved.find_saved(run, asked.out)
    copy = library.duplicate(found)
    if asked.as_json:
        print_json({"original": str(found.folder), "folder": str(copy.folder)})
        return
    typer.echo(tr("library.copied", asked.lang, path=copy.folder))


def restore(
    context: typer.Context, run: Thrown, out: OutOption = None, lang: LangBelow = None, as_json: Json = False
) -> None:
    """Take a run back that `runs delete --trash` moved to the trash; of several, the last one."""
    asked = asked_of(context, out, lang, as_json)
    from simulator.engine import library

    restored = library.restore(library.find_discarded(run, asked.out))
    if asked.as_json:
        print_json({"folder": str(restored.folder)})
        return
    typer.echo(tr("library.restored", asked.lang, path=restored.folder))


def trash(
    context: typer.Context,
    empty: Annotated[bool, typer.Option("--empty", help="Delete what is in the trash for good.")] = False,
    older_than: Annotated[
        float, typer.Option("--older-than", metavar="DAYS", help="With --empty: only what lies there so long.")
    ] = 0.0,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    out: OutOption = None,
    lang: LangBelow = None,
    as_json: Json = False,
) -> None:
    """List what is in the trash, or empty it."""
    asked = asked_of(context, out, lang, as_json)
    from simulator.engine import library

    found = library.discarded(asked.out)
    if not empty:
        if older_than:
            raise UsageError(tr("library.only_with_empty", asked.lang))
        if asked.as_json:
            print_json({"out": str(asked.out), "trash": [_entry(each) for each in found]})
        else:
            typer.echo(_lines(found, asked.lang) or tr("library.nothing", asked.lang, out=asked.out))
        return
    if found and not yes:
        _confirm(found, asked.lang)
    gone = library.empty_trash(asked.out, older_than)
    if asked.as_json:
        print_json({"deleted": [str(each.run.folder) for each in gone]})
        return
    typer.echo(tr("library.emptied", asked.lang, count=len(gone)))


def _entry(each: Discarded) -> dict[str, object]:
    return {
        "run": each.name,
        "folder": str(each.run.folder),
        "title": each.run.title(),
        "thrown_away": each.when.isoformat(timespec="seconds"),
        "size_bytes": each.run.size_bytes(),
    }


def _lines(found: list[Discarded], lang: Lang) -> str:
    """Return the list of the trash; empty where it is."""
    rows = [
        [
            each.name,
            in_language(each.run.title(), lang) or NOTHING,
            each.when.strftime("%Y-%m-%d %H:%M"),
            size(each.run.size_bytes()),
        ]
        for each in found
    ]
    heads = [tr(f"library.table.{name}", lang) for name in ("run", "title", "thrown_away", "size")]
    return table(heads, rows, left=3) if rows else ""


def _confirm(found: list[Discarded], lang: Lang) -> None:
    """Ask before the trash is emptied; leaves where the answer is no, or nobody is there to give one."""
    if not sys.stdin.isatty():
        raise UsageError(tr("runs.needs_yes", lang))
    tell(_lines(found, lang))
    if not typer.confirm(tr("library.confirm", lang), err=True):
        tell(tr("runs.kept", lang))
        raise typer.Exit(1)
