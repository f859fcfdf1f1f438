"""``report``: what came out of a run, for people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.common import Json, LangOption, Language, Run, lang_of, print_json, saved_results, write_file
from simulator.texts import tr


def report(
    run: Run,
    excel: Annotated[bool, typer.Option("--excel", help="Write an Excel file instead.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Default: report.html, or report.xlsx, in the run folder.", show_default=False
        ),
    ] = None,
    lang: LangOption = Language.en,
    as_json: Json = False,
) -> None:
    """Write the report of a run: one HTML file that needs no network, or an Excel file."""
    language = lang_of(lang)
    if excel:
        from simulator.report import excel as workbook

        workbook.check_installed()  # before the tables are read
        results = saved_results(run)
        content = workbook.workbook(results, language)
    else:
        from simulator.report import html

        results = saved_results(run)
        content = html.page(results, language).encode()
    assert results.folder is not None
    path = out or results.folder / ("report.xlsx" if excel else "report.html")
    write_file(path, content)
    if as_json:
        print_json({"report": str(path)})
    else:
        typer.echo(tr("report_written", language, path=path))
