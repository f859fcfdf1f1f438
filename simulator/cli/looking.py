"""``facts``, ``lesson``, ``doctor``: what the simulator knows, teaches, and needs."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.common import Json, LangOption, Language, Settings, fitting, lang_of, print_json, table, tell
from simulator.errors import SimulatorError, UsageError
from simulator.report.figures import Figure, figures, written
from simulator.texts import Lang, tr
from simulator.texts.numbers import NOTHING, count, plain

if TYPE_CHECKING:
    from simulator.facts import Fact, Facts
    from simulator.regulations import Change, OptionalRule


# -------------------------------------------------------------------------------------------------- facts
def facts(
    key: Annotated[
        str | None,
        typer.Argument(
            metavar="[MARKET]", help="A market, a category, or behaviour; default: all.", show_default=False
        ),
    ] = None,
    lang: LangOption = Language.en,
    as_json: Json = False,
) -> None:
    """Show every figure with unit, year, source, confidence and range."""  # fmt: skip
    found = list(_facts_of(key))
    changes, rules = _changes(key), _rules(key)
    if as_json:
        content: dict[str, Any] = {
            f"{each.kind}.{each.key}": {path: _plain(fact) for path, fact in each.leaves.items()} for each in found
        }
        if changes:
            content["calendar"] = [change.model_dump(mode="json") for change in changes]
        if rules:
            content["rules"] = {name: rule.model_dump(mode="json") for name, rule in rules.items()}
        print_json(content)
        return
    for each in found:
        title = each.kind if each.kind == each.key else f"{each.kind} {each.key}"
        typer.echo(f"{title}: {tr('facts.count', lang_of(lang), count=len(each.leaves))}")
        typer.echo(_fact_lines(each, lang_of(lang)))
        typer.echo()
    if changes:
        typer.echo(_calendar(changes, lang_of(lang)))
    if rules:
        typer.echo(f"\n{tr('facts.optional', lang_of(lang))}")
        typer.echo(_optional_lines(rules, lang_of(lang)))


def _changes(key: str | None) -> list[Change]:
    """Return the calendar of rule changes, of one market if the key is one."""
    from simulator.regulations import timeline

    return [change for change in timeline() if key is None or key in change.markets]


def _rules(key: str | None) -> dict[str, OptionalRule]:
    """Return the rules that a scenario may put in force, those of one market if the key is one."""
    from simulator.regulations import optional_rule, rule_keys

    found = {name: optional_rule(name) for name in rule_keys()}
    return {name: rule for name, rule in found.items() if key is None or key in dict(rule.markets)}


def _optional_lines(rules: Mapping[str, OptionalRule], lang: Lang) -> str:
    heads = [tr(f"facts.{name}", lang) for name in ("key", "date", "rule", "effect", "status", "confidence", "source")]
    rows = [[name, str(r.start), r.rule, r.effect, r.status, r.confidence, r.source] for name, r in rules.items()]
    return fitting(table(heads, rows, left=len(heads)))


def _calendar(changes: list[Change], lang: Lang) -> str:
    heads = [
        tr(f"facts.{name}", lang) for name in ("date", "markets", "rule", "effect", "status", "confidence", "source")
    ]
    rows = [[str(c.date), ", ".join(c.markets), c.rule, c.effect, c.status, c.confidence, c.source] for c in changes]
    return fitting(table(heads, rows, left=len(heads)))


def _facts_of(key: str | None) -> Iterator[Facts]:
    from typing import get_args

    from simulator.facts import Kind, available, load
    from simulator.scenario.names import closest

    places = [(kind, each) for kind in get_args(Kind) for each in available(kind)]
    chosen = [place for place in places if key in (None, place[1])]
    if not chosen:
        names = list(dict.fromkeys(each for _, each in places))
        near = closest(str(key), names)
        hint = f"did you mean {near!r}? " if near else ""
        raise UsageError(f"no facts for {key!r}; {hint}there are: {', '.join(names)}")
    for kind, each in chosen:
        yield load(kind, each)


def _plain(fact: Fact) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(fact)


def _fact_lines(found: Facts, lang: Lang) -> str:
    heads = [tr(f"facts.{name}", lang) for name in ("path", "value", "range", "unit", "year", "confidence", "source")]
    rows = [
        [
            each.path,
            written(each.value),
            _range(each),
            fact.unit,
            str(fact.year or NOTHING),
            fact.confidence,
            fact.source,
        ]
        for path, fact in found.leaves.items()
        for each in figures(path, fact.value, fact.low, fact.high)
    ]
    return fitting(table(heads, rows, left=len(heads)))


def _range(figure: Figure) -> str:
    return NOTHING if figure.low is None else f"{written(figure.low)} … {written(figure.high)}"


# ------------------------------------------------------------------------------------------------- lessons
def lesson(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Default: all lessons.", show_default=False)
    ] = None,
    settings: Settings = None,
    lang: LangOption = Language.en,
    as_json: Json = False,
) -> None:
    """Play textbook cases with a known answer; exit code 1 if a check fails."""  # fmt: skip
    from simulator import lessons

    if name is None and settings:
        raise UsageError("--set needs the name of a lesson")
    pairs = dict(_pair(setting) for setting in settings or ())
    played = [lessons.play(each, pairs) for each in ([name] if name else lessons.names())]
    if as_json:
        found = [each.as_dict() for each in played]
        print_json(found[0] if name else found)
    else:
        for each in played:
            _print_lesson(each.as_dict(), lang_of(lang))
    if not all(each.ok for each in played):
        raise typer.Exit(1)


def _pair(setting: str) -> tuple[str, str]:
    name, sign, value = setting.partition("=")
    if not sign or not name:
        raise UsageError(f"--set: read {setting!r}; allowed: NAME=VALUE")
    return name.strip(), value.strip()


def _print_lesson(content: Mapping[str, Any], lang: Lang) -> None:
    typer.echo(f"{content['lesson']}  " + ", ".join(f"{k}={v}" for k, v in content["parameters"].items()))
    heads = [tr(f"lesson.{name}", lang) for name in ("check", "expected", "simulated", "tolerance", "verdict")]
    rows = [
        [
            check["name"],
            *(f"{check[number]:.6g}" for number in ("expected", "simulated", "tolerance")),
            tr("lesson.ok" if check["ok"] else "lesson.failed", lang),
        ]
        for check in content["checks"]
    ]
    typer.echo(table(heads, rows))
    typer.echo()


# -------------------------------------------------------------------------------------------------- doctor
def doctor(lang: LangOption = Language.en, as_json: Json = False) -> None:
    """Show versions, cores, memory, the speed of the kernel, and what is missing."""
    import psutil

    from simulator.engine.local import worker_count
    from simulator.engine.manifest import versions

    language, found = lang_of(lang), versions()
    missing = [name for name, version in found.items() if version == "not installed"]
    memory = psutil.virtual_memory()
    speed, problem = _kernel_speed()
    folder = Path(os.environ["NUMBA_CACHE_DIR"])
    cached = sum(1 for path in folder.rglob("*.nbi")) if folder.is_dir() else 0
    if problem:
        missing.append(problem)
    if as_json:
        print_json(
            {
                "versions": found,
                "cores": worker_count("auto"),
                "memory_bytes": memory.total,
                "memory_free_bytes": memory.available,
                "cache": {"folder": str(folder), "files": cached},
                "consumer_weeks_per_second": speed,
                "missing": missing,
                "ok": not missing,
            }
        )
    else:
        rows = [
            *found.items(),
            (tr("doctor.cores", language), str(worker_count("auto"))),
            (
                tr("doctor.memory", language),
                tr("doctor.memory_value", language, total=memory.total / 1e9, free=memory.available / 1e9),
            ),
            (
                tr("doctor.cache", language),
                tr("doctor.warm" if cached else "doctor.cold", language, path=folder, count=cached),
            ),
            (
                tr("doctor.kernel", language),
                tr("doctor.kernel_value", language, speed=count(speed, language)) if speed else plain(float("nan")),
            ),
            (tr("doctor.missing", language), ", ".join(missing) or tr("doctor.nothing", language)),
        ]
        typer.echo(table(("", ""), rows, left=2).lstrip("\n"))
    if missing:
        raise typer.Exit(1)


def _kernel_speed() -> tuple[float | None, str]:
    """Return consumer-weeks a second of the whole model on one thread, and what kept it from being measured."""
    from simulator.examples import examples_dir
    from simulator.scenario import load_scenario

    try:
        from simulator.engine.job import Job, RunFailure, play
        from simulator.model import build_world

        scenario = load_scenario(examples_dir() / "flagship.yaml", consumers=5_000, replications=1, weeks=26)
        job = Job(scenario, next(iter(scenario.strategies)), (0,))
        world = build_world(scenario, job.replications)
        first = play(job, world)  # compiles, or reads compiled code
        if isinstance(first, RunFailure):
            return None, first.message
        begin = time.perf_counter()
        play(job, world)
        people = scenario.consumers * len(scenario.markets)
        return people * scenario.weeks / (time.perf_counter() - begin), ""
    except (SimulatorError, OSError, ImportError) as error:
        tell(f"{type(error).__name__}: {error}")
        return None, str(error)
