"""Run folders: whole or absent.

Work happens in the hidden folder ``.<name>-<hash8>.part``: a lock, the scenario, a manifest that says "running", one
file per finished unit. When all is there the tables are written, the manifest names their content, all is synced, and
the folder is renamed into place; a folder of an earlier run of the same scenario is swapped out. Whatever ends the
work early leaves the hidden folder, from which a run is resumed.

At every moment one of these holds the earlier run, if there was one: ``<name>-<hash8>``, or, between two renames,
``.<name>-<hash8>.old``, which whoever comes next renames back.
"""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from pydantic import ValidationError

from simulator.engine import content, disk
from simulator.engine.disk import FULL, reason, sync, write_json
from simulator.engine.job import RunResult
from simulator.engine.lock import Busy, Lock
from simulator.engine.manifest import Manifest
from simulator.engine.units import Units
from simulator.errors import Stopped, StorageError, UsageError
from simulator.views import Records

if TYPE_CHECKING:
    from simulator.scenario import Scenario

PARQUET = ("summary", "weekly", "funnel", "ledger")
"""Tables stored as parquet."""

ORDERS = "orders"
"""A table stored as parquet where it was asked for."""

SOURCES = "sources"
"""A table stored as parquet; runs of earlier versions have none."""

KEPT = ("manifest.json", "scenario.yaml", "units", "lock")
"""What a resumed run needs of its hidden folder; the rest was written for the end and is written again."""


class Part:
    """The hidden folder of a run at work.

    Attributes
    ----------
    folder : Path
        The hidden folder.
    target : Path
        What it becomes.
    units : Units
        What is finished.
    """

    def __init__(self, out: Path, name: str) -> None:
        self.target = out / name
        self.folder = self.hidden(out, name)
        self.units = Units(self.folder / "units")
        self._lock = Lock(self.folder)

    @staticmethod
    def hidden(out: Path, name: str) -> Path:
        """Return the hidden folder of a run at work."""
        return out / f".{name}.part"

    @contextmanager
    def at_work(self, manifest: Mapping[str, Any], scenario: str | None = None) -> Iterator[Part]:
        """Start anew, alone; given the text of the scenario, what is finished stays for a resume."""
        with self.held(), self._leaving(is_resumable=scenario is not None):
            with self.writing():
                # The manifest goes first and comes last: without it there is nothing to resume.
                (self.folder / "manifest.json").unlink(missing_ok=True)
                self._clear(keep=("lock",))
                self.units.folder.mkdir()
                if scenario is not None:
                    (self.folder / "scenario.yaml").write_text(scenario, encoding="utf-8")
                self.write_manifest({**manifest, "status": "running"})
            yield self

    @contextmanager
    def going_on(self, manifest: Mapping[str, Any]) -> Iterator[Part]:
        """Go on, alone (`held`), with the units that an earlier process left; what it wrote for the end goes."""
        with self._leaving(is_resumable=True):
            with self.writing():
                self._clear(keep=KEPT)
                self.units.folder.mkdir(exist_ok=True)
                self.write_manifest({**manifest, "status": "running"})
            yield self

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock, with the earlier run of the same name in its place.

        UsageError where the folder cannot be made or another process works in it.
        """
        if self.target.exists() and not self.target.is_dir():
            raise UsageError(f"{self.target} is a file where the run folder belongs; choose another folder with --out")
        try:
            self._lock.take()
        except OSError as error:
            kind = StorageError if error.errno in FULL else UsageError
            raise kind(f"cannot write to {self.folder.parent}: {reason(error)}") from error
        try:
            with self.writing():
                put_back(self.target)
            yield
        finally:
            with suppress(OSError):
                self._lock.drop_file()
            self._lock.release()

    @contextmanager
    def _leaving(self, is_resumable: bool) -> Iterator[None]:
        """Say in the folder how the work ended early, or delete it where nothing can be resumed."""
        try:
            yield
        except BaseException as error:
            interrupted, manifest = isinstance(error, KeyboardInterrupt | Stopped), {}
            with suppress(OSError, UsageError, StorageError):  # the disk may be the reason
                manifest = read_json(self.folder / "manifest.json")
                if "tables" not in manifest:
                    self._clear(keep=KEPT)
                    self.write_manifest({**manifest, "status": "interrupted" if interrupted else "failed"})
            worth = interrupted or "tables" in manifest or any(self.units.folder.glob("*"))
            if not (is_resumable and manifest and worth):
                shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def _clear(self, keep: tuple[str, ...]) -> None:
        for path in self.folder.iterdir():
            if path.name not in keep:
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Say, where the disk refuses, what to do and how to go on."""
        out, name = self.target.parent, self.target.name
        hint = f"; finished units are kept, go on with: market-entry run --resume {name} --out {shlex.quote(str(out))}"
        with disk.writing(self.folder, hint if any(self.units.folder.glob("*")) else ""):
            yield

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest; a reader sees all of it or the earlier one."""
        with self.writing():
            write_json(self.folder / "manifest.json", manifest)

    def write_unit(self, result: RunResult) -> None:
        """Keep the records of a finished job."""
        with self.writing():
            self.units.write(result)

    def records(self, strategy: str) -> Iterator[Records]:
        """Yield the records of a strategy, futures in order."""
        return self.units.read(strategy)

    def write_tables(self, tables: Mapping[str, pd.DataFrame], scenario: str) -> None:
        """Write the tables and the scenario that they come from."""
        with self.writing():
            write_tables(self.folder, tables)
            (self.folder / "scenario.yaml").write_text(scenario, encoding="utf-8")

    def publish(self, replacing: bool = True) -> Path:
        """Sync what was written, drop the units, and rename the folder into place.

        An earlier folder there is swapped out, or, not `replacing`, makes the system refuse.
        """
        with self.writing():
            for path in self.folder.iterdir():
                if path.is_file():
                    sync(path)
            sync(self.folder)
            if self.units.folder.exists():
                shutil.rmtree(self.units.folder)
            self._lock.drop_file()
            if replacing:
                swap(self.folder, self.target)
            else:
                self.folder.rename(self.target)
                sync(self.target.parent)
        return self.target

    def move(self, place: Path) -> None:
        """Rename the hidden folder (`held`) to somewhere else."""
        self._lock.drop_file()
        self.folder.rename(place)


def run_name(name: str, scenario: Scenario) -> str:
    """Return the name of a run folder: letters, digits, ``_`` and ``-`` of a name, and eight digits of the hash."""
    kept = "".join(sign if sign.isalnum() or sign in "_-" else "-" for sign in name).strip("-")[:60]
    return f"{kept or 'scenario'}-{scenario.digest()[:8]}"


# ------------------------------------------------------------------------------------------------- renaming
def swap(new: Path, target: Path) -> None:
    """Rename a finished folder into place; the one that stood there goes."""
    old = old_place(target)
    try:
        if target.exists():
            target.rename(old)
        new.rename(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.rename(target)
        raise
    sync(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def recover(folder: Path) -> None:
    """Put a run folder back that a process was swapping out when it was killed."""
    if folder.exists() or not old_place(folder).is_dir():
        return
    part = Part(folder.parent, folder.name)
    with suppress(Busy, OSError):  # busy: whoever works there puts it back itself
        if not part.folder.exists():
            put_back(folder)
            return
        part._lock.take()
        try:
            put_back(folder)
        finally:
            part._lock.drop_file()
            part._lock.release()


def recover_all(out: Path) -> None:
    """Put back all run folders of a folder that processes were swapping out when they were killed."""
    for old in out.glob(".*.old"):
        recover(out / old.name[1:].removesuffix(".old"))


def delete(folder: Path) -> None:
    """Delete a run folder: it is whole or gone, whatever ends the work."""
    gone = folder.with_name(f".{folder.name}.gone")
    with disk.writing(folder):
        if gone.exists():
            shutil.rmtree(gone)
        folder.rename(gone)
        shutil.rmtree(gone)


def old_place(target: Path) -> Path:
    """Return where an earlier run stands between the two renames of `swap`."""
    return target.with_name(f".{target.name}.old")


def put_back(target: Path) -> None:
    """End a swap that was cut off: the old folder comes back, or goes where the new one is in place."""
    old = old_place(target)
    if old.is_dir():
        if target.exists():
            shutil.rmtree(old)
        else:
            with suppress(FileNotFoundError):  # another process was quicker
                old.rename(target)


# -------------------------------------------------------------------------------------------------- content
def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write the tables of a run into its folder; an empty table of failures is not written."""
    for name in (*PARQUET, *(name for name in tables if name in (SOURCES, ORDERS))):
        tables[name].to_parquet(folder / f"{name}.parquet", engine="pyarrow", compression="zstd", index=False)
    for name in ("summary", "comparison", SOURCES, "failures"):
        if name in tables and (name != "failures" or len(tables[name])):
            tables[name].to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Read the tables of a run folder; failures and orders only where there are any.

    The comparison follows from `summary`.
    """
    names = (*PARQUET, *(name for name in (SOURCES, ORDERS) if (folder / f"{name}.parquet").exists()))
    tables = {name: pd.read_parquet(folder / f"{name}.parquet", engine="pyarrow") for name in names}
    if (folder / "failures.csv").exists():
        tables["failures"] = pd.read_csv(folder / "failures.csv")
    return tables


def altered(folder: Path, tables: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the Parquet tables that are there and do not hold what the manifest says of `tables`."""
    return [
        name
        for name, told in tables.items()
        if (folder / f"{name}.parquet").exists() and _digest_of(folder / f"{name}.parquet") != told["sha256"]
    ]


def _digest_of(path: Path) -> str | None:
    try:
        return content.digest(pd.read_parquet(path, engine="pyarrow"))
    except Exception:  # a file may be damaged in any way
        return None


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a finished run."""
    recover(folder)
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such run folder")
    manifest = read_json(folder / "manifest.json")
    if "tables" not in manifest:
        raise UsageError(f"{folder} is no finished run: its manifest.json names no tables")
    return manifest


def read_json(path: Path) -> dict[str, Any]:
    """Return what a manifest says; UsageError where it cannot be read."""
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path.parent} is no run folder: its manifest.json cannot be read ({error})") from error
    if not isinstance(manifest, dict):
        raise UsageError(f"{path.parent} is no run folder: its manifest.json is no mapping")
    try:
        Manifest.model_validate(manifest)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise UsageError(f"{path.parent} is no run folder: its manifest.json at {place}: {first['msg']}") from error
    return manifest
