"""What `simulator.run` does: play a scenario, with a report in every run folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from simulator import engine
from simulator.engine import Progress, Results
from simulator.report import html
from simulator.texts import Lang

if TYPE_CHECKING:
    from simulator.scenario import Scenario


def run(
    scenario: Scenario,
    replications: int | None = None,
    workers: int | Literal["auto"] = "auto",
    *,
    out: str | Path | None = None,
    name: str | None = None,
    lang: Lang = "en",
    progress: Callable[[Progress], None] | None = None,
    command: Sequence[str] = (),
) -> Results:
    """Play all strategies of a scenario in the same futures; see `simulator.engine.run`.

    Parameters
    ----------
    lang
        Language of the report that `out`, or `Results.save`, puts into the run folder.
    """

    def write_report(results: Results, folder: Path) -> None:
        html.write(results, folder, lang)

    return engine.run(
        scenario,
        replications,
        workers,
        out=out,
        name=name,
        progress=progress,
        command=command,
        finisher=write_report,
    )
