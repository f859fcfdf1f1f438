"""``scorecard``: patterns that should emerge, each beside its band and the band's source."""

from __future__ import annotations

from collections import Counter
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.common import (
    Bar,
    Consumers,
    Json,
    LangOption,
    Language,
    Quiet,
    Replications,
    Seed,
    Settings,
    Workers,
    fitting,
    lang_of,
    print_json,
    table,
    threads,
    wrapped,
)  # fmt: skip
from simulator.errors import UsageError
from simulator.texts import Lang, in_language, tr
from simulator.texts.numbers import NOTHING, plain, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.scenario import Scenario
    from simulator.scorecard import Score

FLAGSHIP = "flagship.yaml"
CONSUMERS = 5_000
"""Enough for every verdict of the examples; more cost time and change the third digit."""
LEAST = 2
"""Futures without which there is no interval."""

Scored = Annotated[
    Path | None, typer.Argument(metavar="[SCENARIO]", help="A scenario file (YAML); default: the flagship.",
                                show_default=False)
]  # fmt: skip
CategoryOf = Annotated[
    str | None, typer.Option("--category", metavar="KEY", help="Plays the scenario with another category.")
]
StrategyOf = Annotated[
    str | None,
    typer.Option("--strategy", metavar="NAME", help="The one to look at; default: the first that keeps stock."),
]


def scorecard(
    scenario: Scored = None,
    category: CategoryOf = None,
    strategy: StrategyOf = None,
    settings: Settings = None,
    replications: Replications = None,
    consumers: Consumers = None,
    seed: Seed = None,
    workers: Workers = "auto",
    lang: LangOption = Language.en,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Hold the patterns that should emerge to their bands: band, source, simulated, verdict."""
    from simulator.examples import examples_dir
    from simulator.scenario import load_scenario
    from simulator.scorecard import score
    from simulator.scorecard.recasting import recast

    if replications is not None and replications < LEAST:
        raise UsageError(f"--replications: read {replications}; allowed: {LEAST} or more, or there is no interval")
    language = lang_of(lang)
    given = load_scenario(
        scenario or examples_dir() / FLAGSHIP, settings or (), seed=seed, replications=replications,
        consumers=consumers or CONSUMERS,
    )  # fmt: skip
    played = given if category is None else recast(given, category)
    bar = Bar(language, quiet)
    try:
        found = score(played, strategy, workers=threads(workers), progress=bar)
    finally:
        bar.close()
    if as_json:
        print_json([{**_row(each, played, language), "scenario": given.name} for each in found])
    else:
        typer.echo(_card(found, played, given.name, language))


def _row(score: Score, played: Scenario, lang: Lang) -> dict[str, Any]:
    """Return a pattern as plain data with words, and what it was played with."""
    return {
        **score.as_dict(),
        "words": tr(f"scorecard.patterns.{score.pattern.key}", lang),
        "category": played.category_profile.key,
        "replications": played.replications,
        "consumers": played.consumers,
    }


def _card(found: Sequence[Score], played: Scenario, scenario: str, lang: Lang) -> str:
    """Return the scorecard: what is measured and where the band comes from, and below it what came out."""
    rows = [cells(each, lang) for each in found]
    heads = [tr(f"scorecard.heads.{name}", lang) for name in ("verdict", "simulated", "interval", "band")]
    figures = [(f"      {verdict}", *rest) for _, _, verdict, *rest in rows]
    head, *lines = fitting(table([f"      {heads[0]}", *heads[1:]], figures)).splitlines()
    name = in_language(played.category_profile.name.model_dump(), lang)
    parts = [
        tr("scorecard.title", lang, scenario=scenario, category=name, replications=played.replications,
           consumers=played.consumers, kind=tr(f"scorecard.applies.{_kind(played)}", lang)),
        head,
    ]  # fmt: skip
    for (words, source, *_), line, each in zip(rows, lines, found, strict=True):
        kind = tr(f"scorecard.kinds.{each.pattern.kind.replace(' ', '_')}", lang)
        parts += [wrapped(f"{words} ({kind})", "  "), line, wrapped(source, " " * 6)]
    return "\n".join([*parts, "", summary(found, lang), wrapped(tr("scorecard.note", lang))])


def _kind(played: Scenario) -> str:
    from simulator.scorecard import kind_of

    return kind_of(played)


def summary(found: Sequence[Score], lang: Lang) -> str:
    """Return how many verdicts there are of each kind."""
    verdicts = Counter(each.verdict.replace(" ", "_") for each in found)
    return tr("scorecard.counts", lang, **{name: verdicts[name] for name in ("inside", "outside", "not_defined")})


def cells(score: Score, lang: Lang) -> tuple[str, ...]:
    """Return words, source, verdict, simulated, interval and band of a pattern, as people write them."""
    pattern, estimate, band = score.pattern, score.estimate, score.pattern.band
    low, high = (_written(pattern.unit, each) for each in (band.low, band.high))
    ends = [_written(pattern.unit, each) for each in (estimate.low, estimate.high)]
    year = "" if band.year is None or str(band.year) in band.source else f" ({band.year})"
    return (
        tr(f"scorecard.patterns.{pattern.key}", lang),
        tr(
            "scorecard.source",
            lang,
            source=f"{band.source}{year}",
            confidence=tr(f"scorecard.confidence.{band.confidence}", lang),
        ),
        tr(f"scorecard.verdicts.{score.verdict.replace(' ', '_')}", lang),
        _written(pattern.unit, estimate.value),
        NOTHING if NOTHING in ends else f"{ends[0]} … {ends[1]}",
        f"≥ {low}" if high == NOTHING else f"{low} … {high}",
    )


def _written(unit: str, value: float) -> str:
    """Return a figure as people write it; none for what has no bound."""
    if not isfinite(value):
        return NOTHING
    if unit == "share":
        return share(value, 0 if abs(value) >= 0.0995 else 1)
    return plain(value, 0 if unit == "week" else 2)
