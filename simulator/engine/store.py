"""Run folders: whole or absent.

Work happens in the hidden folder ``.<name>-<hash8>.part``: a lock, a manifest that says "running", one file per
finished unit. When all is there the tables are written, synced, and the folder is renamed into place; a folder of an
earlier run of the same scenario is swapped out. An interrupt leaves the hidden folder alone.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import psutil

from simulator.engine.job import RunResult
from simulator.errors import UsageError
from simulator.views import Records

if TYPE_CHECKING:
    from simulator.scenario import Scenario

PARQUET = ("summary", "weekly", "funnel", "ledger")
"""Tables stored as parquet."""

_LABELS = ("strategy", "replications", "markets", "sellers")


class Part:
    """The hidden folder of a run at work.

    Attributes
    ----------
    folder : Path
        The hidden folder.
    target : Path
        What it becomes.
    """

    def __init__(self, out: Path, name: str) -> None:
        self.target = out / name
        self.folder = self.hidden(out, name)
        self._lock = self.folder / "lock"

    @staticmethod
    def hidden(out: Path, name: str) -> Path:
        """Return the hidden folder of a run at work."""
        return out / f".{name}.part"

    @contextmanager
    def at_work(self, manifest: Mapping[str, Any]) -> Iterator[Part]:
        """Hold the lock; leave the folder with its status where the work stops early."""
        self._take_lock()
        try:
            for old in self.folder.iterdir():
                if old != self._lock:
                    shutil.rmtree(old) if old.is_dir() else old.unlink()
            (self.folder / "units").mkdir()
            self._write_manifest({**manifest, "status": "running"})
            yield self
        except BaseException as error:
            status = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
            self._write_manifest({**manifest, "status": status})
            raise
        finally:
            self._lock.unlink(missing_ok=True)

    def _take_lock(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"cannot write to {self.folder.parent}: {error.strerror}") from error
        owner = f"{os.getpid()}"
        for _ in range(2):
            try:
                with self._lock.open("x", encoding="utf-8") as file:
                    file.write(owner)
                return
            except FileExistsError:
                holder = self._lock.read_text(encoding="utf-8").strip()
                if holder.isdigit() and psutil.pid_exists(int(holder)):
                    raise UsageError(
                        f"process {holder} is working on the same run in {self.folder}; wait for it, "
                        "or choose another folder with --out"
                    ) from None
                self._lock.unlink(missing_ok=True)  # its owner is gone
            except OSError as error:
                raise UsageError(f"cannot write to {self.folder.parent}: {error.strerror}") from error
        raise UsageError(f"another process is starting the same run in {self.folder}")

    def _write_manifest(self, manifest: Mapping[str, Any]) -> None:
        write_json(self.folder / "manifest.json", manifest)

    # --------------------------------------------------------------------------------------------- units
    def write_unit(self, result: RunResult) -> None:
        """Keep the records of a finished job."""
        name = f"{result.job.strategy}-{result.job.replications[0]:05d}.npz"
        save_records(self.folder / "units" / name, result.records)

    def units(self, strategy: str) -> Iterator[Records]:
        """Yield the records of a strategy, futures in order."""
        for path in sorted((self.folder / "units").glob(f"{strategy}-[0-9]*.npz")):
            yield load_records(path)

    # -------------------------------------------------------------------------------------------- ending
    def publish(self) -> Path:
        """Sync what was written, drop the units, and rename the folder into place."""
        shutil.rmtree(self.folder / "units")
        for path in self.folder.iterdir():
            _sync(path)
        _sync(self.folder)
        self._lock.unlink(missing_ok=True)
        swap(self.folder, self.target)
        return self.target


def run_name(name: str, scenario: Scenario) -> str:
    """Return the name of a run folder: letters, digits, ``_`` and ``-`` of a name, and eight digits of the hash."""
    kept = "".join(sign if sign.isalnum() or sign in "_-" else "-" for sign in name).strip("-")[:60]
    return f"{kept or 'scenario'}-{scenario.digest()[:8]}"


def swap(new: Path, target: Path) -> None:
    """Rename a finished folder into place; the one that stood there goes."""
    old = target.with_name(f".{target.name}.old")
    if old.exists():
        shutil.rmtree(old)
    if target.exists():
        target.rename(old)
    new.rename(target)
    _sync(target.parent)
    if old.exists():
        shutil.rmtree(old)


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write the tables of a run into its folder; an empty table of failures is not written."""
    for name in PARQUET:
        tables[name].to_parquet(folder / f"{name}.parquet", engine="pyarrow", compression="zstd", index=False)
    for name in ("summary", "comparison", "failures"):
        if name != "failures" or len(tables[name]):
            tables[name].to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Read the tables of a run folder; failures only where there are any, the comparison follows from `summary`."""
    tables = {name: pd.read_parquet(folder / f"{name}.parquet", engine="pyarrow") for name in PARQUET}
    if (folder / "failures.csv").exists():
        tables["failures"] = pd.read_csv(folder / "failures.csv")
    return tables


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a finished run."""
    path = folder / "manifest.json"
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such run folder")
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{folder} is no run folder: its manifest.json cannot be read ({error})") from error
    if not isinstance(manifest, dict) or "tables" not in manifest:
        raise UsageError(f"{folder} is no finished run: its manifest.json names no tables")
    return manifest


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON that people can read."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


def save_records(path: Path, records: Records) -> None:
    """Write records to one file; a reader sees all of it or none."""
    arrays: dict[str, Any] = {
        field.name: np.array(getattr(records, field.name)) for field in fields(records) if field.name not in _LABELS
    }
    labels = json.dumps({name: getattr(records, name) for name in _LABELS})
    partial = path.with_suffix(".tmp")
    with partial.open("wb") as file:
        np.savez(file, labels=np.array(labels), **arrays)
    partial.rename(path)


def load_records(path: Path) -> Records:
    """Read records that `save_records` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    labels = json.loads(str(arrays.pop("labels")))
    return Records(
        strategy=labels["strategy"],
        replications=tuple(labels["replications"]),
        markets=tuple(labels["markets"]),
        sellers=tuple(labels["sellers"]),
        **arrays,
    )


def _sync(path: Path) -> None:
    """Ask the system to put a file or folder on the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
