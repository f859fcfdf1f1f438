"""``rivals``: what is left of the profits of a scenario when its close rivals react."""

from __future__ import annotations

from dataclasses import asdict
from math import isnan
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.common import (
    Bar,
    Consumers,
    Json,
    LangOption,
    Language,
    Quiet,
    Replications,
    ScenarioFile,
    Seed,
    Settings,
    Weeks,
    Workers,
    lang_of,
    print_json,
    table,
    tell,
    threads,
    wrapped,
)  # fmt: skip
from simulator.texts import Lang, in_language, tr
from simulator.texts.numbers import money, share

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from simulator.experiments.ladder import Overstatement
    from simulator.scenario import Scenario

CopyLag = Annotated[
    int | None,
    typer.Option("--copy-lag", metavar="WEEKS", min=1, max=104, help="Until a rival copies; default: each its own."),
]


def rivals(
    scenario: ScenarioFile,
    copy_lag: CopyLag = None,
    seed: Seed = None,
    replications: Replications = None,
    consumers: Consumers = None,
    weeks: Weeks = None,
    settings: Settings = None,
    workers: Workers = "auto",
    lang: LangOption = Language.en,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Play the strategies against close rivals that react more and more: by how much profit is overstated without."""
    count, language = threads(workers), lang_of(lang)
    from simulator.scenario import load_scenario

    loaded = load_scenario(
        scenario, settings or (), seed=seed, replications=replications, consumers=consumers, weeks=weeks
    )
    for note in loaded.notes:
        tell(note, quiet)
    from simulator.experiments import ladder

    bar = Bar(language, quiet)
    try:
        rows = ladder.climb(loaded, copy_lag_weeks=copy_lag, workers=count, progress=bar)
    finally:
        bar.close()
    found = ladder.Overstatement.all_of(rows)
    if as_json:
        overstated = [{**asdict(each), "sentence": sentence(each, language)} for each in found]
        print_json({"scenario": str(scenario), "overstated": overstated, "rungs": rows.to_dict("records")})
        return
    typer.echo(_page(loaded, rows, found, language))


def _page(scenario: Scenario, rows: pd.DataFrame, found: tuple[Overstatement, ...], lang: Lang) -> str:
    """Return the ladder of every strategy, one table each, and what follows from it."""
    heads = [tr(f"rivals.heads.{name}", lang) for name in ("rung", "profit", "interval", "lost", "interval", "share")]
    parts = []
    for strategy in scenario.strategies:
        title = scenario.strategies[strategy].title
        parts.append(strategy if title is None else in_language(title.model_dump(), lang))
        lines = cells(rows[rows["strategy"] == strategy], lang)
        parts.append(table([f"  {heads[0]}", *heads[1:]], ((f"  {line[0]}", *line[1:]) for line in lines)) + "\n")
    futures = tr("rivals.futures", lang, replications=scenario.replications, consumers=scenario.consumers)
    return "\n".join([*parts, *(wrapped(sentence(each, lang)) for each in found), "", wrapped(futures)])


def cells(rows: pd.DataFrame, lang: Lang) -> list[tuple[str, ...]]:
    """Return rung, profit, interval, what is lost, interval and overstated share as people write them."""

    def signed(value: float) -> str:
        return money(value, lang, signed=True)

    return [
        (
            tr(f"rivals.rungs.{row['rung']}", lang),
            money(row["profit"], lang),
            f"{money(row['low'], lang)} … {money(row['high'], lang)}",
            signed(row["lost"]),
            f"{signed(row['lost_low'])} … {signed(row['lost_high'])}",
            share(row["overstated_share"], 1),
        )
        for row in rows.to_dict("records")
    ]


def sentence(found: Overstatement, lang: Lang) -> str:
    """Return by how much a profit is overstated if rivals are ignored, or understated, in words."""
    of = found.usd if isnan(found.share) else found.share
    sign = -1.0 if of < 0.0 else 1.0  # what is understated is told as such, without minus signs

    def told(write: Callable[[float], str], middle: float, *ends: float) -> tuple[str, str]:
        low, high = sorted(sign * end for end in ends)
        return write(sign * middle), f"{write(low)} … {write(high)}"

    usd, usd_interval = told(lambda value: money(value, lang), found.usd, found.usd_low, found.usd_high)
    part, interval = told(lambda value: share(value, 1), found.share, found.share_low, found.share_high)
    return tr(
        "rivals.undefined" if isnan(found.share) else "rivals.sentence", lang,
        strategy=found.strategy, way=tr(f"rivals.ways.{'under' if sign < 0.0 else 'over'}", lang),
        share=part, interval=interval, usd=usd, usd_interval=usd_interval,
    )  # fmt: skip
