"""``compare``: several runs side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.common import (
    RUNS,
    Json,
    LangOption,
    Language,
    Out,
    lang_of,
    print_json,
    saved_results,
    table,
    tell,
    write_file,
)
from simulator.errors import UsageError
from simulator.texts import Lang, tr
from simulator.texts.numbers import NOTHING, change, figure, share

if TYPE_CHECKING:
    import pandas as pd

    from simulator.experiments.compare import Side


def compare(
    runs: Annotated[
        list[str],
        typer.Argument(metavar="RUN", help="Run folders, or names of runs in --out.", show_default=False),
    ],
    out: Out = RUNS,
    outcome: Annotated[
        list[str] | None,
        typer.Option("--outcome", metavar="NAME", help="Shown; default: those of the scenario.", show_default=False),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write all outcomes as CSV.", show_default=False)
    ] = None,
    lang: LangOption = Language.en,
    as_json: Json = False,
) -> None:
    """Compare runs with the first one: what differs in their scenarios, and what came of it."""
    language = lang_of(lang)
    if len(runs) < 2:
        raise UsageError(tr("compare.one", language))
    check_outcomes(outcome or ())
    sides = _sides(runs, out, language)
    from simulator.experiments import compare as comparing

    inputs = comparing.inputs(sides)
    outcomes = comparing.outcomes(sides)
    unpaired = {side.label: comparing.why_unpaired(side, sides[0]) for side in sides[1:]}
    versions = {side.label: comparing.changed_versions(side, sides[0]) for side in sides[1:]}
    if csv is not None:
        write_file(csv, outcomes.to_csv(index=False, lineterminator="\n").encode())
    if as_json:
        shown = outcomes[outcomes["outcome"].isin(outcome)] if outcome else outcomes
        print_json(
            {
                "runs": [side.label for side in sides],
                "against": sides[0].label,
                "paired": {label: not reasons for label, reasons in unpaired.items()},
                "unpaired_because": unpaired,
                "versions_changed": versions,
                "inputs": _records(inputs),
                "outcomes": _records(shown),
                "csv": csv,
            }
        )
        return
    typer.echo(_input_lines(inputs, sides, language))
    names = tuple(outcome or sides[0].document["outcomes"])
    for side in sides[1:]:
        typer.echo("\n" + tr("compare.title", language, run=side.label, against=sides[0].label))
        reasons = ", ".join(tr(f"compare.reason.{name}", language) for name in unpaired[side.label])
        typer.echo(tr("compare.unpaired" if reasons else "compare.paired", language, reasons=reasons))
        for name, (before, after) in versions[side.label].items():
            typer.echo(tr("compare.version", language, name=name, before=before or NOTHING, after=after or NOTHING))
        typer.echo(_outcome_lines(outcomes[outcomes["run"] == side.label], names, language))
    if csv is not None:
        tell(tr("written", language, path=csv))


def check_outcomes(names: Sequence[str]) -> None:
    """Refuse what is no outcome."""
    from typing import get_args

    from simulator.scenario.names import Outcome, allowed

    for name in names:
        if name not in get_args(Outcome):
            raise UsageError(f"--outcome: unknown outcome {name!r}; {allowed(name, get_args(Outcome))}")


def _sides(runs: Sequence[str], out: Path, lang: Lang) -> list[Side]:
    """Read the runs; a run is named once."""
    from simulator.experiments.compare import Side

    results = [saved_results(run, out) for run in runs]
    folders = [each.folder for each in results if each.folder is not None]
    if len({folder.resolve() for folder in folders}) < len(folders):
        raise UsageError(tr("compare.twice", lang))
    names = [folder.resolve().name for folder in folders]
    labels = names if len(set(names)) == len(names) else [str(folder) for folder in folders]
    return [
        Side(label, each.scenario.document(), each.summary, each.manifest.get("versions", {}))
        for label, each in zip(labels, results)
    ]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    records: Any = frame.to_dict("records")
    return list(records)


def _input_lines(inputs: pd.DataFrame, sides: Sequence[Side], lang: Lang) -> str:
    if inputs.empty:
        return tr("compare.same_inputs", lang)
    rows = [[_shown(value) for value in row] for row in inputs.itertuples(index=False)]
    return table([tr("compare.path", lang), *(side.label for side in sides)], rows, left=1 + len(sides))


def _shown(value: Any) -> str:
    if value is None or value != value:  # pandas writes a missing value as nan
        return NOTHING
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _outcome_lines(outcomes: pd.DataFrame, names: Sequence[str], lang: Lang) -> str:
    heads = ("strategy", "market", "outcome", "before", "after", "difference", "interval", "win", "n")
    means = outcomes[["mean", "mean_against"]]
    # A market that neither run enters has nothing to show; one that both leave at 0 neither.
    shown = means.notna().any(axis=1) & ((means != 0).any(axis=1) | (outcomes["market"] == "ALL"))
    chosen = outcomes[outcomes["outcome"].isin(names) & shown]
    rows = []
    for row in _records(chosen):
        name = row["outcome"]
        known = row["low"] == row["low"]
        rows.append(
            [
                row["strategy"],
                row["market"],
                tr(f"outcomes.{name}", lang),
                figure(name, row["mean_against"], lang),
                figure(name, row["mean"], lang),
                change(name, row["difference"], lang, signed=True),
                f"{change(name, row['low'], lang)} … {change(name, row['high'], lang)}" if known else NOTHING,
                share(row["win_share"]),
                str(row["n"] if row["n"] == row["n_against"] else f"{row['n_against']}/{row['n']}"),
            ]
        )
    return table([tr(f"compare.table.{head}", lang) for head in heads], rows, left=3)
