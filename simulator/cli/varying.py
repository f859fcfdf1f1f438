"""``sensitivity``: which numbers an outcome hangs on, each over its own plausible range."""

from __future__ import annotations

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
    ScenarioFile,
    Seed,
    Settings,
    Weeks,
    Workers,
    fitting,
    lang_of,
    print_json,
    table,
    tell,
    threads,
    wrapped,
    write_file,
)  # fmt: skip
from simulator.errors import UsageError
from simulator.texts import Lang, tr
from simulator.texts.numbers import NOTHING, change, figure

if TYPE_CHECKING:
    import pandas as pd

    from simulator.scenario import Scenario

TORNADO = "tornado"
LATER = ("morris", "sobol")

Method = Annotated[str, typer.Option("--method", metavar="tornado", help="One number at a time at both ends.")]
OutcomeOf = Annotated[str, typer.Option("--outcome", metavar="NAME", help="What may change.")]
StrategyOf = Annotated[
    str | None,
    typer.Option("--strategy", metavar="NAME", help="Default: the one with the best mean.", show_default=False),
]
MarketOf = Annotated[str, typer.Option("--market", metavar="CODE", help="A market, or ALL.")]
Top = Annotated[
    int | None,
    typer.Option("--top", metavar="N", min=1, help="Shows the N numbers with the largest swing.", show_default=False),
]
Csv = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE", help="Write all numbers as CSV.", show_default=False)
]


def sensitivity(
    scenario: ScenarioFile,
    method: Method = TORNADO,
    outcome: OutcomeOf = "profit_usd",
    strategy: StrategyOf = None,
    market: MarketOf = "ALL",
    top: Top = None,
    csv: Csv = None,
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
    """Rank the numbers by what an outcome changes between the low and the high end of each."""
    check_method(method)
    count, language = threads(workers), lang_of(lang)
    if csv is not None and not csv.parent.is_dir():
        raise UsageError(f"--csv: {csv.parent} is no folder; make it first, or choose another")
    from simulator.scenario import load_scenario

    loaded = load_scenario(
        scenario, settings or (), seed=seed, replications=replications, consumers=consumers, weeks=weeks
    )
    for note in loaded.notes:
        tell(note, quiet)
    from simulator.experiments import sensitivity as experiment
    from simulator.report.titles import strategy_titles

    titles = strategy_titles(loaded, language)
    bar = Bar(language, quiet)
    try:
        if strategy is None:
            strategy = experiment.best_strategy(loaded, outcome=outcome, market=market, workers=count, progress=bar)
            bar.close()
            tell(tr("sensitivity.chosen", language, strategy=titles[strategy]), quiet)
        found = experiment.tornado(loaded, strategy, outcome=outcome, market=market, workers=count, progress=bar)
    finally:
        bar.close()
    shown = found if top is None else found.head(top)
    if as_json:
        print_json(
            {
                "scenario": str(scenario), "method": method, "strategy": strategy, "market": market,
                "outcome": outcome, "replications": loaded.replications, "consumers": loaded.consumers,
                "count": len(found), "csv": csv, "numbers": _records(shown, language),
            }
        )  # fmt: skip
    else:
        where = "" if market == "ALL" else tr("sensitivity.where", language, market=market)
        title = tr(
            "sensitivity.title", language, outcome=tr(f"outcomes.{outcome}", language), strategy=titles[strategy],
            where=where, base=figure(outcome, found["base"].iloc[0], language),
        )  # fmt: skip
        typer.echo(_page(loaded, outcome, title, shown, len(found), language))
    if csv is not None:
        write_file(csv, found.to_csv(index=False, lineterminator="\n").encode())
        tell(tr("written", language, path=csv), quiet)


def check_method(method: str) -> None:
    """Refuse methods that do not exist (yet)."""
    if method in LATER:
        raise UsageError(f"--method {method}: not available yet; allowed: {TORNADO}")
    if method != TORNADO:
        raise UsageError(f"--method: read {method!r}; allowed: {TORNADO}")


def _records(rows: pd.DataFrame, lang: Lang) -> list[dict[str, Any]]:
    from simulator.report.parameters import label

    records: Any = rows.to_dict("records")
    return [{"label": label(row["path"], lang), **row} for row in records]


def _page(scenario: Scenario, outcome: str, title: str, rows: pd.DataFrame, count: int, lang: Lang) -> str:
    """Return the numbers, the largest swing first, and how they were tried."""
    names = ("parameter", "range", "at_low", "interval", "at_high", "interval", "swing")
    heads = [tr(f"sensitivity.heads.{name}", lang) for name in names]
    parts = [title, "", fitting(table(heads, cells(rows, outcome, lang))), ""]
    if len(rows) < count:
        parts.append(tr("sensitivity.some", lang, shown=len(rows), count=count))
    if rows["base"].isna().all():
        parts.append(wrapped(tr("sensitivity.undefined", lang, outcome=tr(f"outcomes.{outcome}", lang))))
    if (rows["origin"] == "facts").any():
        parts.append(wrapped(tr("sensitivity.facts_note", lang)))
    note = tr("sensitivity.note", lang, replications=scenario.replications, consumers=scenario.consumers)
    return "\n".join([*parts, wrapped(note)])


def cells(rows: pd.DataFrame, outcome: str, lang: Lang) -> list[tuple[str, ...]]:
    """Return number, range, and at each end the change with its interval, then the swing, as people write them."""

    def changed(row: dict[str, Any], end: str) -> tuple[str, str]:
        low, high = (change(outcome, row[f"{end}_change_{side}"], lang) for side in ("low", "high"))
        interval = NOTHING if NOTHING in (low, high) else f"{low} … {high}"
        return change(outcome, row[f"{end}_change"], lang, signed=True), interval

    return [
        (
            row["label"] + ("*" if row["origin"] == "facts" else ""),
            f"{_number(row['low_value'])} … {_number(row['high_value'])}",
            *changed(row, "low"),
            *changed(row, "high"),
            change(outcome, row["swing"], lang),
        )
        for row in _records(rows, lang)
    ]


def _number(value: float) -> str:
    """Return a number with three digits, as a scenario would write it."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
