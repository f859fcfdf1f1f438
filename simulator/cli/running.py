"""``run``, ``replay``, ``report``: playing scenarios and showing what came out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.common import (
    Bar,
    Consumers,
    Engine,
    Json,
    LangOption,
    Language,
    Orders,
    Out,
    Quiet,
    Replications,
    Resume,
    RunFolder,
    ScenarioOrResume,
    Seed,
    Settings,
    Weeks,
    Workers,
    check_engine,
    lang_of,
    print_json,
    table,
    tell,
    threads,
)
from simulator.cli.resuming import check_resume, interrupted, resumed
from simulator.errors import UsageError
from simulator.texts import Lang, tr
from simulator.texts.numbers import NOTHING, money, share

if TYPE_CHECKING:
    import pandas as pd

    from simulator.engine import Results


def run(
    scenario: ScenarioOrResume = None,
    out: Out = Path("runs"),
    seed: Seed = None,
    replications: Replications = None,
    consumers: Consumers = None,
    weeks: Weeks = None,
    settings: Settings = None,
    orders: Orders = 0,
    workers: Workers = "auto",
    engine: Engine = "local",
    resume: Resume = None,
    lang: LangOption = Language.en,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Play all strategies in the same futures and write a run folder with tables and a report."""
    check_engine(engine)
    count, language = threads(workers), lang_of(lang)
    if resume is not None:
        given = {"--seed": seed, "--replications": replications, "--consumers": consumers, "--weeks": weeks}
        given["--orders"] = orders or None
        check_resume(scenario, [*(name for name, value in given.items() if value is not None), *(settings or ())])
        _answer(resumed(resume, out, count, language, quiet), language, as_json)
        return
    if scenario is None:
        raise UsageError("run needs a SCENARIO, or --resume with the name of an interrupted run")
    from simulator.scenario import load_scenario

    loaded = load_scenario(
        scenario, settings or (), seed=seed, replications=replications, consumers=consumers, weeks=weeks
    )
    for note in loaded.notes:
        tell(note, quiet)
    if not _compiled_before():  # before the imports that compile the first rules
        tell(tr("run.compiling", language), quiet)
    from simulator import api
    from simulator.engine import store
    from simulator.engine.local import worker_count

    tell(
        tr(
            "run.playing",
            language,
            strategies=len(loaded.strategies),
            futures=loaded.replications,
            workers=worker_count(count),
        ),
        quiet,
    )
    bar = Bar(language, quiet)
    try:
        results = api.run(
            loaded,
            workers=count,
            out=out,
            lang=language,
            progress=bar,
            command=["market-entry", *sys.argv[1:]],
            orders=orders,
        )
    except KeyboardInterrupt as error:
        bar.close()
        raise interrupted(error, store.run_name(loaded.name, loaded), out, language) from None
    finally:
        bar.close()
    _answer(results, language, as_json)


def _answer(results: Results, language: Lang, as_json: bool) -> None:
    """Print what came out; exit code 4 where units failed."""
    _print_results(results, language, as_json)
    if len(results.failures):
        assert results.folder is not None
        tell(tr("run.failed", language, count=len(results.failures), path=results.folder / "failures.csv"))
        raise typer.Exit(4)


def _compiled_before() -> bool:
    """Tell whether compiled code waits in the cache."""
    import os

    import simulator.compiled  # noqa: F401  (sets the folder)

    folder = Path(os.environ["NUMBA_CACHE_DIR"])
    return folder.is_dir() and any(folder.iterdir())


def _print_results(results: Results, lang: Lang, as_json: bool) -> None:
    from simulator.report import tables

    by_strategy = tables.strategies(results.summary, results.comparison)
    assert results.folder is not None
    report_path = results.folder / "report.html"
    if as_json:
        print_json(
            {
                "folder": str(results.folder),
                "report": str(report_path),
                "status": results.manifest["status"],
                "failures": len(results.failures),
                "baseline": results.baseline,
                "strategies": by_strategy.to_dict("records"),
            }
        )
        return
    typer.echo(_strategy_lines(by_strategy, lang))
    typer.echo()
    typer.echo(tr("run.folder", lang, path=results.folder))
    typer.echo(tr("run.report", lang, path=report_path))


def _strategy_lines(by_strategy: pd.DataFrame, lang: Lang) -> str:
    heads = [tr(f"run.table.{name}", lang) for name in ("strategy", "profit", "interval", "loss", "best", "payback")]
    rows = []
    for row in _records(by_strategy):
        one = row["low"] != row["low"]  # nan: a single future has no interval
        rows.append(
            [
                row["strategy"],
                money(row["profit"], lang),
                NOTHING if one else f"{money(row['low'], lang)} … {money(row['high'], lang)}",
                share(row["p_loss"]),
                share(row["p_best"]),
                f"{row['payback_week']:.0f}" if row["payback_share"] else NOTHING,
            ]
        )
    return table(heads, rows)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    records: Any = frame.to_dict("records")
    return list(records)


def replay(
    folder: RunFolder,
    workers: Workers = "auto",
    lang: LangOption = Language.en,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Play a run again and compare the content of every table; exit code 1 where one differs."""
    count, language = threads(workers), lang_of(lang)
    from simulator.engine import store

    manifest = store.read_manifest(folder)
    from simulator import engine
    from simulator.engine.manifest import versions
    from simulator.scenario import load_scenario

    scenario = load_scenario(folder / "scenario.yaml")
    bar = Bar(language, quiet)
    try:
        results = engine.run(scenario, workers=count, progress=bar, orders=int(manifest.get("orders", 0)))
    finally:
        bar.close()
    found, expected = results.digests(), manifest["tables"]
    same = {
        name: found.get(name, {}).get("sha256") == expected.get(name, {}).get("sha256")
        for name in dict.fromkeys([*expected, *found])
    }
    now, then = versions(), manifest.get("versions", {})
    changed = {name: (then[name], now.get(name)) for name in then if then[name] != now.get(name)}
    if as_json:
        print_json({"run": str(folder), "same": all(same.values()), "tables": same, "versions_changed": changed})
    else:
        for name, (before, after) in changed.items():
            tell(tr("replay.versions", language, package=name, then=before, now=after))
        for name, equal in same.items():
            typer.echo(tr("replay.same" if equal else "replay.differs", language, table=name))
        bad = sum(not equal for equal in same.values())
        typer.echo(tr("replay.some" if bad else "replay.all", language, count=bad or len(same), total=len(same)))
    if not all(same.values()):
        raise typer.Exit(1)


def report(
    folder: RunFolder,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Default: report.html in the run folder.")
    ] = None,
    lang: LangOption = Language.en,
    as_json: Json = False,
) -> None:
    """Write the report of a run: one HTML file that needs no network."""
    from simulator.engine import Results
    from simulator.report import html

    text = html.page(Results.load(folder), lang_of(lang))
    path = folder / "report.html" if out is None else out
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
    if as_json:
        print_json({"report": str(path)})
    else:
        typer.echo(tr("report_written", lang_of(lang), path=path))
