"""``run`` and ``replay``: playing scenarios and showing what came out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from simulator.cli.common import (
    RUNS,
    Bar,
    Consumers,
    Engine,
    FailIf,
    Json,
    LangOption,
    Language,
    Orders,
    Out,
    Quiet,
    Replications,
    Resume,
    Run,
    ScenarioOrResume,
    Seed,
    Settings,
    Weeks,
    Workers,
    check_engine,
    lang_of,
    print_json,
    run_folder,
    strategy_lines,
    tell,
    threads,
)
from simulator.cli.judging import FAIL_IF_MET, as_plain, conditions_of, conditions_of_unfinished, tell_met
from simulator.cli.resuming import check_resume, interrupted, resumed
from simulator.errors import UsageError
from simulator.texts import Lang, tr

if TYPE_CHECKING:
    from simulator.engine import Results
    from simulator.experiments.condition import Condition, Finding


def run(
    scenario: ScenarioOrResume = None,
    out: Out = RUNS,
    seed: Seed = None,
    replications: Replications = None,
    consumers: Consumers = None,
    weeks: Weeks = None,
    settings: Settings = None,
    orders: Orders = 0,
    workers: Workers = "auto",
    engine: Engine = "local",
    resume: Resume = None,
    fail_if: FailIf = None,
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
        conditions = conditions_of_unfinished(fail_if or (), resume, out)
        _answer(resumed(resume, out, count, language, quiet), conditions, language, as_json)
        return
    if scenario is None:
        raise UsageError("run needs a SCENARIO, or --resume with the name of an interrupted run")
    from simulator.scenario import load_scenario

    loaded = load_scenario(
        scenario, settings or (), seed=seed, replications=replications, consumers=consumers, weeks=weeks
    )
    conditions = conditions_of(fail_if or (), loaded.strategies, loaded.markets)
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
    _answer(results, conditions, language, as_json)


def _answer(results: Results, conditions: Sequence[Condition], language: Lang, as_json: bool) -> None:
    """Print what came out; exit code 4 where units failed, else 5 where a condition is met."""
    judged = [(condition, condition.judge(results.summary)) for condition in conditions]
    _print_results(results, judged, language, as_json)
    met = tell_met(judged, language)
    if len(results.failures):
        assert results.folder is not None
        tell(tr("run.failed", language, count=len(results.failures), path=results.folder / "failures.csv"))
        raise typer.Exit(4)
    if met:
        raise typer.Exit(FAIL_IF_MET)


def _compiled_before() -> bool:
    """Tell whether compiled code waits in the cache."""
    import os

    import simulator.compiled  # noqa: F401  (sets the folder)

    folder = Path(os.environ["NUMBA_CACHE_DIR"])
    return folder.is_dir() and any(folder.iterdir())


def _print_results(
    results: Results, judged: Sequence[tuple[Condition, tuple[Finding, ...]]], lang: Lang, as_json: bool
) -> None:
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
                "fail_if": [as_plain(condition, findings) for condition, findings in judged],
            }
        )
        return
    typer.echo(strategy_lines(by_strategy, lang))
    typer.echo()
    typer.echo(tr("run.folder", lang, path=results.folder))
    typer.echo(tr("run.report", lang, path=report_path))


def replay(
    run: Run,
    out: Out = RUNS,
    workers: Workers = "auto",
    lang: LangOption = Language.en,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Play a run again and compare every table, and the files of the run; exit code 1 where one differs."""
    count, language = threads(workers), lang_of(lang)
    from simulator.engine import store

    folder = run_folder(run, out)
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
    altered = store.altered(folder, expected)
    now, then = versions(), manifest.get("versions", {})
    changed = {name: (then[name], now.get(name)) for name in then if then[name] != now.get(name)}
    if as_json:
        content = {"run": str(folder), "same": all(same.values()) and not altered, "tables": same, "altered": altered}
        print_json(content | {"versions_changed": changed})
    else:
        for name, (before, after) in changed.items():
            tell(tr("replay.versions", language, package=name, then=before, now=after))
        for name, equal in same.items():
            typer.echo(tr("replay.same" if equal else "replay.differs", language, table=name))
        for name in altered:
            typer.echo(tr("replay.altered", language, table=name))
        bad = sum(not equal for equal in same.values())
        typer.echo(tr("replay.some" if bad else "replay.all", language, count=bad or len(same), total=len(same)))
    if altered or not all(same.values()):
        raise typer.Exit(1)
