"""Going on with a run that ended early: only the units that are missing are played."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, Literal

from simulator.engine import content, manifest, store
from simulator.engine.local import Progress, batches, worker_count
from simulator.engine.results import Finisher, Results
from simulator.engine.units import missing
from simulator.engine.work import planned, strategies_of
from simulator.errors import ScenarioError, UsageError
from simulator.scenario.names import allowed

NEEDED = {"name", "engine", "scenario_sha256", "versions"}
"""What a manifest says of a run that can be resumed."""


@dataclass(frozen=True)
class Unfinished:
    """A run that left its hidden folder."""

    name: str
    out: Path
    manifest: Mapping[str, Any]

    @property
    def lang(self) -> str:
        """Language of the report that the run was to write."""
        return str(self.manifest.get("lang", "en"))


def unfinished(out: str | Path) -> list[Unfinished]:
    """Return the runs of a folder that can be resumed (or are at work now), by name."""
    found = []
    for folder in sorted(Path(out).glob(".*.part")):
        try:
            told = store.read_json(folder / "manifest.json")
        except UsageError:
            continue  # it ended before the manifest was there: nothing to resume
        if not told.keys() >= NEEDED or not (folder / "scenario.yaml").exists():
            continue  # a result that was being saved, not a run
        found.append(Unfinished(folder.name[1:].removesuffix(".part"), Path(out), told))
    return found


def find_unfinished(name: str, out: str | Path) -> Unfinished:
    """Return the unfinished run of that name; UsageError with those that there are, or that it is finished."""
    wanted = name.removeprefix(".").removesuffix(".part")
    runs = {each.name: each for each in unfinished(out)}
    if wanted in runs:
        return runs[wanted]
    if (Path(out) / wanted / "manifest.json").is_file():
        raise UsageError(f"{Path(out) / wanted} is finished; there is nothing to resume")
    if not runs:
        raise UsageError(f"there is nothing to resume in {out}; --out names the folder of the interrupted run")
    raise UsageError(f"no run {wanted!r} to resume in {out}; {allowed(wanted, runs)}")


def resume(
    run: Unfinished,
    workers: int | Literal["auto"] = "auto",
    *,
    progress: Callable[[Progress], None] | None = None,
    command: Sequence[str] = (),
    finisher: Finisher | None = None,
    stop: Event | None = None,
) -> Results:
    """Play what is missing of a run and return the results, the same as those of a run without a break.

    Raises
    ------
    UsageError
        Another process works on the run, or it was begun by another version.
    Stopped
        `stop` was set, as in `run`; the rest can be resumed again.
    """
    threads = worker_count(workers)
    part = store.Part(run.out, run.name)
    with part.held():
        start = store.read_json(part.folder / "manifest.json")
        _check_versions(run.name, start)
        if _is_written(part.folder, start, with_report=finisher is not None):
            return Results.load(part.publish())
        scenario = _scenario(part.folder, start)
        strategies = strategies_of(scenario)
        kept = part.units.kept(strategies)
        count = sum(map(len, kept.values()))
        split = batches(range(scenario.replications), threads, start["engine"]["futures_per_batch"])
        start = manifest.resumed(start, command, threads, count)
        work = planned(scenario, start, missing(split, strategies, kept), threads, count)
        with part.going_on(start):
            return work.play(part, progress, finisher, stop)


def _check_versions(name: str, start: Mapping[str, Any]) -> None:
    """Refuse to mix units that different versions played."""
    now, then = manifest.versions(), start.get("versions", {})
    changed = [f"{key} {then.get(key)} -> {now[key]}" for key in manifest.DECIDING if then.get(key) != now[key]]
    if start.get("format") != manifest.FORMAT:
        changed.insert(0, f"format {start.get('format')} -> {manifest.FORMAT}")
    if changed:
        raise UsageError(
            f"{name} was begun by another version ({', '.join(changed)}), and one run cannot mix two; run the scenario "
            "again, or resume with the version that began it"
        )


def _is_written(folder: Path, start: Mapping[str, Any], with_report: bool) -> bool:
    """Say whether the earlier process had written everything, so that only the renaming is missing."""
    if "tables" not in start or (with_report and not (folder / "report.html").exists()):
        return False
    try:
        tables = Results.load(folder).tables
    except Exception:  # a file may be damaged in any way; then all is written again
        return False
    return all(
        content.digest(tables[name]) == told["sha256"] for name, told in start["tables"].items() if name != "failures"
    )


def _scenario(folder: Path, start: Mapping[str, Any]) -> Any:
    """Return the scenario that the run was begun with."""
    from simulator.scenario import load_scenario

    try:
        scenario = load_scenario(folder / "scenario.yaml")
    except ScenarioError as error:
        raise UsageError(f"{folder} cannot be resumed, its scenario.yaml is damaged: {error}") from error
    if scenario.digest() != start["scenario_sha256"]:
        raise UsageError(f"{folder} cannot be resumed: its scenario.yaml is not the one that the run was begun with")
    return scenario
