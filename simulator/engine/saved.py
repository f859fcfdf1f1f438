"""What a folder holds of runs: finished ones, interrupted ones, and what a deletion that was cut off left."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.engine import disk, store
from simulator.engine.lock import Lock
from simulator.errors import UsageError
from simulator.scenario.names import allowed

FILES = frozenset(
    {
        "manifest.json", "scenario.yaml", "summary.parquet", "summary.csv", "weekly.parquet", "funnel.parquet",
        "ledger.parquet", "comparison.csv", "sources.csv", "sources.parquet", "orders.parquet", "failures.csv",
        "report.html", "report.xlsx", "units", "lock",
    }
)  # fmt: skip
"""What the simulator writes into the folder of a run, whole or hidden."""

NAME = r"[\w-]+-[0-9a-f]{8}"
WHOLE = re.compile(NAME)
PART = re.compile(rf"\.({NAME})\.part")
GONE = re.compile(rf"\.({NAME}|\.{NAME}\.part)\.gone")
"""A folder between the renaming and the deleting of `store.delete`."""

FINISHED = ("complete", "partly failed")
HALF_DELETED = "half deleted"


@dataclass(frozen=True)
class SavedRun:
    """One folder of a run."""

    folder: Path
    manifest: Mapping[str, Any]
    """Empty where the run ended before it was written."""
    status: str
    """``complete`` or ``partly failed``; a hidden folder ``running``, ``interrupted``, ``failed``, ``half deleted``."""

    @property
    def name(self) -> str:
        """Return the name of the folder, which the commands take."""
        return self.folder.name

    @property
    def is_finished(self) -> bool:
        """Say whether its tables can be read."""
        return self.status in FINISHED

    @property
    def strangers(self) -> tuple[str, ...]:
        """Return the names of what somebody else put into the folder."""
        return tuple(sorted(path.name for path in self.folder.iterdir() if path.name not in FILES))

    def size_bytes(self) -> int:
        """Return the sum of its files."""
        total = 0
        for path in self.folder.rglob("*"):
            with suppress(OSError):  # a run at work renames its files
                if path.is_file() and not path.is_symlink():
                    total += path.stat().st_size
        return total

    def title(self) -> dict[str, str]:
        """Return the scenario's title by language; empty where it has none or cannot be read."""
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError

        try:
            text = (self.folder / "scenario.yaml").read_text(encoding="utf-8")
            # The title stands at the top: the rest of a resolved scenario is long, and slow to parse.
            tree = YAML(typ="safe", pure=True).load(_top_entry(text, "title"))
        except (OSError, UnicodeDecodeError, YAMLError):
            return {}
        title = tree.get("title") if isinstance(tree, dict) else None
        return {str(lang): str(words) for lang, words in title.items()} if isinstance(title, dict) else {}


def _top_entry(text: str, key: str) -> str:
    """Return the lines of one top-level entry of a YAML text in block style."""
    found = re.search(rf"^{key}:.*\n(?:[ \t].*\n?)*", text, flags=re.MULTILINE)
    return found.group(0) if found else ""


def saved_runs(out: Path) -> list[SavedRun]:
    """Return all runs of a folder, by name; UsageError where `out` is no folder."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file; --out is the folder of the runs")
    with suppress(OSError):  # a folder that may only be read is listed as it is
        store.recover_all(out)
    found = []
    try:
        for folder in sorted(out.iterdir()) if out.is_dir() else ():
            run = read(folder)
            if run is not None:
                found.append(run)
    except OSError as error:
        raise UsageError(f"cannot read {out}: {disk.reason(error)}") from error
    return found


def find_saved(name: str, out: Path) -> SavedRun:
    """Return a run of a folder by its name, or by its path in it; UsageError with the closest one otherwise."""
    given = Path(name)
    if given.name in ("", "..") or (given.name != name.rstrip("/\\") and not _same(given.parent, out)):
        raise UsageError(f"{name} is not in {out}; name a run of that folder, or another folder with --out")
    runs = {run.name: run for run in saved_runs(out)}
    for wanted in (given.name, f".{given.name}.part"):
        if wanted in runs:
            return runs[wanted]
    if (out / given.name).exists():
        raise UsageError(f"{out / given.name} is no run folder, or no longer named as the run was: NAME-HASH8")
    if not runs:
        raise UsageError(f"no run {given.name!r} in {out}, nor any other")
    raise UsageError(f"no run {given.name!r} in {out}; {allowed(given.name, runs)}")


def check_deletable(run: SavedRun) -> None:
    """Refuse a run that a living process works on."""
    if run.status == "running":
        raise UsageError(f"{run.folder} is at work; interrupt it first")


def delete(run: SavedRun) -> None:
    """Delete the folder of a run: it is whole or gone, whatever ends the work."""
    check_deletable(run)
    part = PART.fullmatch(run.name)
    if GONE.fullmatch(run.name):
        with disk.writing(run.folder):
            shutil.rmtree(run.folder)
    elif part:
        with store.Part(run.folder.parent, part.group(1)).held():
            store.delete(run.folder)
    else:
        store.delete(run.folder)


def _same(parent: Path, out: Path) -> bool:
    return parent.resolve() == out.resolve()


def read(folder: Path, name: str | None = None) -> SavedRun | None:
    """Return the run of a folder; None for a folder, file or link that is something else.

    `name` says what kind of folder it is, where that is not its own name.
    """
    if folder.is_symlink() or not folder.is_dir():
        return None
    name = name or folder.name
    if GONE.fullmatch(name):
        return SavedRun(folder, _manifest(folder), HALF_DELETED) if is_ours(folder) else None
    manifest = _manifest(folder)
    if PART.fullmatch(name):
        if not (_is_run(manifest) or (not manifest and is_ours(folder))):
            return None
        status = manifest.get("status", "interrupted")
        if status not in ("interrupted", "failed"):
            status = "running" if Lock(folder).is_alive() else "interrupted"
        return SavedRun(folder, manifest, status)
    if not WHOLE.fullmatch(name) or not _is_run(manifest) or "tables" not in manifest:
        return None
    return SavedRun(folder, manifest, str(manifest.get("status")))


def _is_run(manifest: Mapping[str, Any]) -> bool:
    return {"format", "name", "scenario_sha256", "versions"} <= manifest.keys()


def is_ours(folder: Path) -> bool:
    """Say whether a folder without a manifest holds nothing but what runs write."""
    return all(path.name.removesuffix(".tmp") in FILES for path in folder.iterdir())


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        return store.read_json(folder / "manifest.json")
    except UsageError:
        return {}
