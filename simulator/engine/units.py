"""Finished units of a run at work: one file per strategy and batch of futures, whole or not counted."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from simulator.engine.disk import write_whole
from simulator.engine.job import RunResult
from simulator.engine.local import Task
from simulator.errors import SimulationError
from simulator.views import Records

ENDING = ".unit"

_LABELS = ("strategy", "replications", "markets", "sellers", "offers", "variants")
_DIGEST_BYTES = hashlib.sha256().digest_size


class DamagedUnit(SimulationError):
    """A file that does not hold what was written; a resumed run plays it again."""


class Units:
    """The folder of finished units."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, result: RunResult) -> None:
        """Keep the records of a finished job."""
        save_records(self.folder / f"{result.job.strategy}-{result.job.replications[0]:05d}{ENDING}", result.records)

    def read(self, strategy: str) -> Iterator[Records]:
        """Yield the records of a strategy, futures in order."""
        for path in self._files(strategy):
            yield load_records(path)

    def kept(self, strategies: Sequence[str]) -> dict[str, set[int]]:
        """Return the futures that are there, by strategy; what is damaged or half written is deleted."""
        for path in self.folder.glob("*.tmp"):
            path.unlink()
        found: dict[str, set[int]] = {strategy: set() for strategy in strategies}
        for strategy in strategies:
            for path in self._files(strategy):
                try:
                    found[strategy].update(load_records(path).replications)
                except DamagedUnit:
                    path.unlink()
        return found

    def _files(self, strategy: str) -> list[Path]:
        return sorted(self.folder.glob(f"{strategy}-[0-9]*{ENDING}"))


def missing(split: Sequence[Sequence[int]], strategies: Sequence[str], kept: dict[str, set[int]]) -> list[Task]:
    """Return what remains to be played: batches of futures with the strategies that lack them.

    A batch stays together where all of it is missing. Where single futures are (the others of a batch were played
    alone), each batch is a row of neighbours, so that files in the order of their first future hold all in order.
    """
    rest: dict[tuple[int, ...], list[str]] = {}
    for batch in split:
        for strategy in strategies:
            row: list[int] = []
            for replication in [*batch, None]:
                if replication is not None and replication not in kept[strategy]:
                    row.append(replication)
                elif row:
                    rest.setdefault(tuple(row), []).append(strategy)
                    row = []
    return [(batch, tuple(names)) for batch, names in rest.items()]


def save_records(path: Path, records: Records) -> None:
    """Write records to one file that begins with the SHA-256 of what follows; a reader sees all of it or none."""
    arrays: dict[str, Any] = {
        field.name: np.array(getattr(records, field.name)) for field in fields(records) if field.name not in _LABELS
    }
    labels = json.dumps({name: getattr(records, name) for name in _LABELS})
    stored = io.BytesIO()
    np.savez(stored, labels=np.array(labels), **arrays)
    content = stored.getbuffer()
    write_whole(path, hashlib.sha256(content).digest(), content)


def load_records(path: Path) -> Records:
    """Read records that `save_records` wrote; DamagedUnit where the file holds anything else."""
    content = memoryview(path.read_bytes())
    if hashlib.sha256(content[_DIGEST_BYTES:]).digest() != content[:_DIGEST_BYTES]:
        raise DamagedUnit(f"{path} does not hold what was written: the disk is at fault")
    with np.load(io.BytesIO(content[_DIGEST_BYTES:]), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    labels = json.loads(str(arrays.pop("labels")))
    return Records(
        strategy=labels["strategy"],
        replications=tuple(labels["replications"]),
        markets=tuple(labels["markets"]),
        sellers=tuple(labels["sellers"]),
        offers=tuple(labels["offers"]),
        variants=tuple(labels["variants"]),
        **arrays,
    )
