"""``trends``: the scoreboard of claims."""

from __future__ import annotations

from collections import Counter
from math import isnan
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
    Workers,
    fitting,
    lang_of,
    print_json,
    table,
    threads,
    wrapped,
)  # fmt: skip
from simulator.errors import UsageError
from simulator.report.findings import cells, how, written
from simulator.texts import Lang, tr
from simulator.texts.numbers import share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.trends import Finding, Sign

LEAST = 2
"""Futures without which there is no interval."""

Only = Annotated[int | None, typer.Option("--only", metavar="N", help="One claim alone, by its number.")]
Signs = Annotated[
    bool, typer.Option("--signs", help="What levers earn in mature and in emerging markets, and which change sign.")
]


def trends(
    only: Only = None,
    signs: Signs = False,
    replications: Replications = None,
    consumers: Consumers = None,
    seed: Seed = None,
    workers: Workers = "auto",
    lang: LangOption = Language.en,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Examine the claims about the trends: claimed, simulated, interval, verdict."""
    from simulator import trends as board
    from simulator.trends.verdict import FEWEST

    if replications is not None and replications < LEAST:
        read = f"--replications: read {replications}; allowed: {LEAST} or more"
        raise UsageError(f"{read}, verdicts are meant for {FEWEST}")

    if signs and only is not None:
        raise UsageError("--signs stands for itself; allowed: --signs, or --only N")

    language = lang_of(lang)
    bar = Bar(language, quiet)
    numbers: dict[str, Any] = {
        "replications": replications, "consumers": consumers, "seed": seed, "workers": threads(workers), "progress": bar
    }  # fmt: skip
    try:
        if signs:
            levers = board.signs(**numbers)
        else:
            found = board.examine(only, **numbers)
    finally:
        bar.close()
    if signs:
        if as_json:
            print_json([sign.as_dict() for sign in levers])
        else:
            typer.echo(_sign_table(levers, language))
    elif as_json:
        print_json([_row(finding, language) for finding in found])
    else:
        typer.echo(_board(found, language))


def _row(finding: Finding, lang: Lang) -> dict[str, Any]:
    """Return a finding as the contract has it, with words."""
    plain_row = finding.as_dict()
    return {
        "trend": plain_row.pop("trend"),
        "claim": tr(f"trends.claims.{finding.part.claim}", lang),
        **plain_row,
        "how": how(finding, lang),
    }


def _sign_table(levers: Sequence[Sign], lang: Lang) -> str:
    """Return what each lever earns by region, and which change sign."""
    heads = [tr(f"trends.signs.heads.{name}", lang) for name in SIGN_HEADS]
    body = fitting(table(heads, [sign_cells(sign, lang) for sign in levers]))
    return "\n".join([wrapped(tr("trends.signs.title", lang)), body, "", wrapped(tr("trends.signs.note", lang))])


SIGN_HEADS = ("lever", "mature", "mature_interval", "emerging", "emerging_interval", "flips")


def sign_cells(sign: Sign, lang: Lang) -> tuple[str, ...]:
    """Return a lever, what it earns in each region with its interval, and whether it changes sign."""
    figures: list[str] = []
    for estimate in (sign.mature, sign.emerging):
        mean, low, high = (written("usd", value, lang) for value in (estimate.mean, estimate.low, estimate.high))
        figures += [mean, f"{low} … {high}"]
    flips = tr(f"trends.signs.{'flips' if sign.flips else 'stays'}", lang)
    return (tr(f"trends.levers.{sign.lever}", lang), *figures, flips)


def _board(found: Sequence[Finding], lang: Lang) -> str:
    """Return the scoreboard: by trend and claim, of what kind and what is measured, and below it what came out."""
    heads, *lines = _figures(found, lang)
    parts, last = [], (0, 0)
    for finding, figures in sorted(zip(found, lines, strict=True), key=lambda pair: pair[0].part.trend):
        trend, number = finding.part.trend, finding.part.claim
        if trend != last[0]:
            parts.append(f"\n{tr(f'trends.trend.{trend}', lang)}\n{heads}")
        if (trend, number) != last:
            parts.append(wrapped(tr(f"trends.claims.{number}", lang), f"{number:>2}  "))
        words, _, kind, *_ = cells(finding, lang)
        parts += [wrapped(tr("trends.line", lang, kind=kind, words=words), " " * 4), figures]
        last = trend, number
    return "\n".join([*parts, "", *_summary(found, lang)]).lstrip("\n")


def _figures(found: Sequence[Finding], lang: Lang) -> list[str]:
    """Return the heads and a line of figures for each part, aligned."""
    names = ("verdict", "simulated", "interval", "claimed")
    rows = []
    for finding in found:
        _, verdict, _, claimed, simulated, interval = cells(finding, lang)
        rows.append((f"      {verdict}", simulated, interval, claimed))
    heads = [tr(f"trends.heads.{name}", lang) for name in names]
    return fitting(table([f"      {heads[0]}", *heads[1:]], rows)).splitlines()


def _summary(found: Sequence[Finding], lang: Lang) -> list[str]:
    """Return how many verdicts there are of each kind, what limits them, and where to read more."""
    from simulator.trends.verdict import FEWEST

    verdicts = Counter(finding.verdict.replace(" ", "_") for finding in found)
    names = ("reproduced", "partly", "not_reproduced", "not_tested")
    lines = [tr("trends.counts", lang, **{name: verdicts[name] for name in names})]
    errors = [each.estimate.sampling for each in found if each.part.needs and not isnan(each.estimate.sampling)]
    if errors:
        futures = max(finding.replications for finding in found)
        lines.append(tr("trends.sampling", lang, error=share(max(errors), 1), replications=futures))
    played = [finding.replications for finding in found if finding.part.needs]
    if played and min(played) < FEWEST:
        lines.append(tr("trends.few", lang, replications=min(played), fewest=FEWEST))
    return [wrapped(line) for line in [*lines, tr("trends.note", lang)]]
