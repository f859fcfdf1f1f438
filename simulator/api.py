"""What `simulator.run` and `simulator.resume` do: play a scenario, with a report in every run folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Literal

from simulator import engine
from simulator.engine import Progress, Results
from simulator.engine.results import Finisher
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
    orders: int = 0,
    stop: Event | None = None,
) -> Results:
    """Play all strategies of a scenario in the same futures; see `simulator.engine.run`.

    Parameters
    ----------
    lang
        Language of the report that `out`, or `Results.save`, puts into the run folder.
    """

    return engine.run(
        scenario,
        replications,
        workers,
        out=out,
        name=name,
        progress=progress,
        command=command,
        finisher=_reporter(lang),
        lang=lang,
        orders=orders,
        stop=stop,
    )


def resume(
    name: str,
    out: str | Path = "runs",
    workers: int | Literal["auto"] = "auto",
    *,
    lang: Lang | None = None,
    progress: Callable[[Progress], None] | None = None,
    command: Sequence[str] = (),
    stop: Event | None = None,
) -> Results:
    """Play what is missing of an interrupted run; the tables are those of a run without a break.

    Parameters
    ----------
    name
        Of the run folder, hash included.
    out
        The folder that was to receive it.
    lang
        Language of the report; default: as the run was begun.
    stop
        As for `simulator.engine.run`.
    """
    run = engine.find_unfinished(name, out)
    language: Lang = lang or ("zh" if run.lang == "zh" else "en")
    return engine.resume(run, workers, progress=progress, command=command, finisher=_reporter(language), stop=stop)


def _reporter(lang: Lang) -> Finisher:
    """Return what writes the report into a run folder."""

    def write(results: Results, folder: Path) -> None:
        html.write(results, folder, lang)

    return write
