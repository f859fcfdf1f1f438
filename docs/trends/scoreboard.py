"""Write the tables of ``docs/trends/*.md`` from the simulator: ``python docs/trends/scoreboard.py [PAGE ...]``.

What stands between a marker and ``<!-- end -->`` is written anew:

- ``<!-- claims 2 3 4 -->``: the parts of these claims;
- ``<!-- signs -->``: what levers earn in mature and in emerging markets;
- ``<!-- ladder trends/rivals.yaml -->``: a scenario on the ladder of rivals, and what follows from it;
- ``<!-- risks trends/staged.yaml -->``: what the strategies of a scenario earn and risk.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import simulator
from simulator import trends
from simulator.cli import rivalry
from simulator.cli.claims import SIGN_HEADS, sign_cells
from simulator.examples import examples_dir
from simulator.experiments import ladder
from simulator.report.findings import cells
from simulator.risk import risks
from simulator.scenario import load_scenario
from simulator.texts import tr
from simulator.texts.numbers import money, share
from simulator.trends import Finding

FOLDER = Path(__file__).parent
TABLE = re.compile(r"(<!-- claims ([\d ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
SIGNS = re.compile(r"(<!-- signs -->\n).*?(<!-- end -->)", re.DOTALL)
LADDER = re.compile(r"(<!-- ladder (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
RISKS = re.compile(r"(<!-- risks (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
HEADS = ("number", "claim", "claimed", "simulated", "interval", "verdict", "kind")


def rows(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    written = [heads, ["---"] * len(heads), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in written) + "\n"


def filled(text: str, found: Sequence[Finding]) -> str:
    """Return a page with its tables of claims written anew."""

    def table(match: re.Match[str]) -> str:
        numbers, lines = {int(number) for number in match[2].split()}, []
        for finding in found:
            if finding.part.claim in numbers:
                words, verdict, kind, claimed, simulated, interval = cells(finding, "en")
                shown = (str(finding.part.claim), words, claimed, simulated, interval, f"**{verdict}**", kind)
                lines.append(shown)
        return match[1] + rows([tr(f"trends.heads.{name}") for name in HEADS], lines) + match[3]

    return TABLE.sub(table, text)


def played(text: str) -> str:
    """Return a page with the tables of single scenarios written anew."""

    def written(write: Callable[[str], str]) -> Callable[[re.Match[str]], str]:
        return lambda match: match[1] + write(match[2]) + match[3]

    text = SIGNS.sub(lambda match: match[1] + sign_table() + match[2], text)
    return RISKS.sub(written(risk_table), LADDER.sub(written(ladder_table), text))


def sign_table() -> str:
    """Return what each lever earns by region, and whether it changes sign."""
    heads = [tr(f"trends.signs.heads.{name}") for name in SIGN_HEADS]
    return rows(heads, [sign_cells(sign, "en") for sign in trends.signs()])


def ladder_table(file: str) -> str:
    """Return a scenario on every rung, and by how much profits are overstated where rivals are ignored."""
    found = ladder.climb(load_scenario(examples_dir() / file))
    names = ("rung", "profit", "interval", "lost", "interval", "share")
    lines = [
        (str(strategy), *line)
        for strategy, part in found.groupby("strategy", sort=False)
        for line in rivalry.cells(part, "en")
    ]
    heads = ["strategy", *(tr(f"rivals.heads.{name}") for name in names)]
    told = [f"- {rivalry.sentence(each, 'en')}" for each in ladder.Overstatement.all_of(found)]
    return rows(heads, lines) + "\n" + "\n".join(told) + "\n"


def risk_table(file: str) -> str:
    """Return what the strategies of a scenario earn and risk."""
    results = simulator.run(load_scenario(examples_dir() / file))
    found = risks(results.summary, results.baseline)

    def ends(low: str, high: str) -> str:
        return f"{low} … {high}"

    def signed(usd: float) -> str:
        return money(usd, signed=True)

    lines = [
        (
            row["strategy"], money(row["profit"]), ends(money(row["low"]), money(row["high"])),
            signed(row["difference"]), ends(signed(row["difference_low"]), signed(row["difference_high"])),
            money(row["worst"]), ends(money(row["worst_low"]), money(row["worst_high"])),
            share(row["insolvent"]), ends(share(row["insolvent_low"]), share(row["insolvent_high"])),
        )
        for row in found.to_dict("records")
    ]  # fmt: skip
    interval = tr("trends.heads.interval")
    heads = [
        "strategy",
        "profit",
        interval,
        f"less {results.baseline}",
        interval,
        "mean of the worst tenth",
        interval,
        "runs out of cash",
        interval,
    ]
    return rows(heads, lines)


def main(names: Sequence[str]) -> None:
    """Write every page whose tables changed, or those named alone."""
    pages = [page for page in sorted(FOLDER.glob("*.md")) if not names or page.stem in names or page.name in names]
    texts = {page: page.read_text(encoding="utf-8") for page in pages}
    found = trends.examine() if any(TABLE.search(text) for text in texts.values()) else ()
    for page, before in texts.items():
        after = played(filled(before, found))
        if after != before:
            page.write_text(after, encoding="utf-8")
            sys.stdout.write(f"{page.name}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
