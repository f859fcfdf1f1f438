"""What one does with saved runs: rename them, copy them, throw them away and take them back.

At every moment a folder is whole or absent: a run moves by one rename, a copy is made in a hidden folder and renamed
into place. The trash is the folder ``.trash`` beside the runs; ``<time>-<name>`` in it is a run that was thrown away,
as it was. What is no run folder is neither moved nor deleted, nor is a run at work.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from simulator.engine import disk, saved, store
from simulator.engine.lock import Lock
from simulator.engine.saved import FILES, HALF_DELETED, PART, SavedRun
from simulator.errors import UsageError
from simulator.scenario.names import allowed

TRASH = ".trash"

STAMP = "%Y%m%dT%H%M%S%fZ"
"""When a run was thrown away (UTC, to the microsecond), the beginning of its name in the trash."""

_ENTRY = rf"([0-9]{{8}}T[0-9]{{12}}Z)-({saved.NAME}|\.{saved.NAME}\.part)"
ENTRY = re.compile(_ENTRY)
GONE = re.compile(rf"\.{_ENTRY}\.gone")
"""A folder of the trash between the renaming and the deleting of `store.delete`."""

MOST_SIGNS = 60
MOST_BYTES = 180
"""Of a name in UTF-8: systems allow 255, and hash, time and the endings of hidden folders come with it."""


@dataclass(frozen=True)
class Discarded:
    """A run in the trash."""

    run: SavedRun
    """As it lies there."""
    name: str
    """Of its folder before."""
    when: datetime
    """When it was thrown away, UTC."""

    @property
    def out(self) -> Path:
        """Return the folder that it goes back to."""
        return self.run.folder.parent.parent


# ----------------------------------------------------------------------------------------------------- names
def checked_name(name: str) -> str:
    """Return a name for a run, its signs composed; UsageError says what is allowed."""
    composed = unicodedata.normalize("NFC", name)
    if not re.fullmatch(rf"\w[\w-]{{0,{MOST_SIGNS - 1}}}", composed) or len(composed.encode()) > MOST_BYTES:
        raise UsageError(
            f"{name!r} cannot be the name of a run; allowed: 1 to {MOST_SIGNS} letters (of any script), digits, _ and "
            f"-, the first one no -, {MOST_BYTES} bytes in all"
        )
    return composed


def rename(run: SavedRun, name: str) -> SavedRun:
    """Give a run another name; the hash behind it stays, and so does everything else.

    UsageError where the name is not allowed or taken, or the run is at work.
    """
    run, wanted = _current(run), checked_name(name)
    before = _full_name(run)
    after = f"{wanted}-{_hash8(before)}"
    if after == before:
        return run
    out = run.folder.parent
    _check_free(out, after)
    place = store.Part.hidden(out, after) if PART.fullmatch(run.name) else out / after
    with disk.writing(run.folder), _alone(run) as move:
        # The one rename decides: until then the manifest is the only thing that may have to go back.
        with _named(run.folder, after):
            move(place)
        disk.sync(out)
    return _current(SavedRun(place, {}, run.status))


def duplicate(run: SavedRun) -> SavedRun:
    """Copy what the simulator wrote of a finished run: ``NAME-copy``, ``NAME-copy-2`` and so on, with the same hash."""
    run = _current(run)
    if not run.is_finished:
        raise UsageError(f"{run.folder} is not finished ({run.status}), and only finished runs are copied")
    out, name = run.folder.parent, _name_of_copy(run)
    with _alone(run):
        told = store.read_json(run.folder / "manifest.json")
        seen = run.folder.stat()
        part = store.Part(out, name)
        with part.at_work({key: value for key, value in told.items() if key != "tables"} | {"name": name}):
            with part.writing():
                for path in sorted(run.folder.iterdir()):
                    if path.name in FILES and path.is_file() and path.name not in ("manifest.json", "lock"):
                        shutil.copy2(path, part.folder / path.name)
            if not (run.folder.exists() and os.path.samestat(seen, run.folder.stat())):
                raise UsageError(f"{run.folder} was replaced by a newer run meanwhile; copy it again")
            # Last: a manifest that names the tables says that all is there.
            part.write_manifest({**told, "name": name})
            place = part.publish(replacing=False)
    return _current(SavedRun(place, {}, run.status))


# ----------------------------------------------------------------------------------------------------- trash
def discard(run: SavedRun) -> Discarded:
    """Move a run to the trash; UsageError where it is at work."""
    run = _current(run)
    trash = _trash(run.folder.parent)
    with disk.writing(run.folder), _alone(run) as move:
        trash.mkdir(exist_ok=True)
        when = datetime.now(UTC)
        while os.path.lexists(place := trash / f"{when.strftime(STAMP)}-{run.name}"):
            when += timedelta(microseconds=1)
        move(place)
        disk.sync(trash)
        disk.sync(trash.parent)
    return _entry(place)


def restore(thrown: Discarded) -> SavedRun:
    """Move a run out of the trash to where it was; UsageError where its name is taken meanwhile."""
    thrown = _entry(thrown.run.folder)
    place = thrown.out / thrown.name
    if os.path.lexists(place) or os.path.lexists(store.old_place(place)):
        raise UsageError(f"{thrown.name} is taken in {thrown.out} meanwhile; rename or delete what is there first")
    with disk.writing(place):
        thrown.run.folder.rename(place)
        disk.sync(thrown.out)
        _drop_if_empty(_trash(thrown.out))
    return _current(SavedRun(place, {}, thrown.run.status))


def discarded(out: Path) -> list[Discarded]:
    """Return what is in the trash of a folder, the latest first."""
    trash = _trash(out)
    try:
        folders = sorted(trash.iterdir(), reverse=True) if trash.is_dir() else []
        return [each for each in map(_find_entry, folders) if each is not None]
    except OSError as error:
        raise UsageError(f"cannot read {trash}: {disk.reason(error)}") from error


def find_discarded(name: str, out: Path) -> Discarded:
    """Return a run of the trash by its name, of several the one thrown away last; UsageError with the closest name."""
    found = discarded(out)
    for each in found:
        if name in (each.name, each.run.name) or f".{name}.part" == each.name:
            return each
    if not found:
        raise UsageError(f"no run {name!r} in the trash of {out}, nor any other")
    raise UsageError(f"no run {name!r} in the trash of {out}; {allowed(name, {each.name for each in found})}")


def empty_trash(out: Path, older_than_days: float = 0.0) -> list[Discarded]:
    """Delete for good what was thrown away so many days ago, or earlier; return what went."""
    if not older_than_days >= 0.0:
        raise UsageError(f"older_than_days is {older_than_days}; allowed: 0 or more")
    now, trash = datetime.now(UTC), _trash(out)
    going = [each for each in discarded(out) if (now - each.when).total_seconds() >= older_than_days * 86_400.0]
    for each in going:
        store.delete(each.run.folder)
    with disk.writing(trash):
        for left in trash.glob(".*.gone"):  # by an emptying that was cut off
            if GONE.fullmatch(left.name) and left.is_dir() and not left.is_symlink() and saved.is_ours(left):
                shutil.rmtree(left)
        _drop_if_empty(trash)
    return going


# ------------------------------------------------------------------------------------------------ foundations
def _current(run: SavedRun) -> SavedRun:
    """Return the run as its folder says now; UsageError where that is no run folder, or no whole one."""
    found = saved.read(run.folder)
    if found is None:
        raise UsageError(f"{run.folder} is no run folder, or not there any more")
    if found.status == HALF_DELETED:
        raise UsageError(f"{run.folder} is half deleted, and can only be deleted")
    saved.check_deletable(found)
    return found


def _full_name(run: SavedRun) -> str:
    """Return NAME-HASH8, without what marks a hidden folder."""
    part = PART.fullmatch(run.name)
    return part.group(1) if part else run.name


def _hash8(full_name: str) -> str:
    return full_name.rpartition("-")[2]


def _name_of_copy(run: SavedRun) -> str:
    """Return the first free name of a copy; the copy of a copy counts on."""
    name, _, digits = run.name.rpartition("-")
    stem, number = re.sub(r"-copy(-[0-9]+)?$", "", name) or name, 1
    while True:
        ending = "-copy" if number == 1 else f"-copy-{number}"
        shortened = stem[: MOST_SIGNS - len(ending)]
        while len(f"{shortened}{ending}".encode()) > MOST_BYTES:
            shortened = shortened[:-1]
        full = f"{shortened}{ending}-{digits}"
        if _is_free(run.folder.parent, full):
            return full
        number += 1


def _is_free(out: Path, full_name: str) -> bool:
    """Say whether neither a run nor a hidden folder of that name is there."""
    whole = out / full_name
    return not any(map(os.path.lexists, (whole, store.Part.hidden(out, full_name), store.old_place(whole))))


def _check_free(out: Path, full_name: str) -> None:
    if not _is_free(out, full_name):
        raise UsageError(f"{full_name} is taken in {out}; choose another name")


@contextmanager
def _alone(run: SavedRun) -> Iterator[Callable[[Path], Any]]:
    """Keep others out of the folder of a run, and give what moves it."""
    out, part = run.folder.parent, store.Part(run.folder.parent, _full_name(run))
    if PART.fullmatch(run.name):
        with part.held():
            yield part.move
        return
    if Lock(store.Part.hidden(out, run.name)).is_alive():
        raise UsageError(f"{run.folder} is at work: the scenario is being played again; wait for it, or interrupt it")
    # A swap that was cut off may have left an earlier run, which would come back once this one is away.
    store.put_back(run.folder)
    yield run.folder.rename


@contextmanager
def _named(folder: Path, name: str) -> Iterator[None]:
    """Have the manifest carry a new name; the old one again where the work in between fails."""
    path = folder / "manifest.json"
    if not path.exists():  # the run ended before it was written
        yield
        return
    told = store.read_json(path)
    disk.write_json(path, {**told, "name": name}, synced=True)
    try:
        yield
    except BaseException:
        with suppress(OSError):
            disk.write_json(path, told, synced=True)
        raise


def _trash(out: Path) -> Path:
    """Return the trash of a folder; UsageError where something else has its name."""
    trash = out / TRASH
    if trash.is_symlink() or (trash.exists() and not trash.is_dir()):
        raise UsageError(f"{trash} is no folder of its own, so nothing is moved there; rename it")
    return trash


def _find_entry(folder: Path) -> Discarded | None:
    """Return the run of a folder of the trash; None for anything else."""
    found = ENTRY.fullmatch(folder.name)
    run = saved.read(folder, found.group(2)) if found else None
    if found is None or run is None:
        return None
    try:
        when = datetime.strptime(found.group(1), STAMP).replace(tzinfo=UTC)
    except ValueError:  # no such day
        return None
    return Discarded(run, found.group(2), when)


def _entry(folder: Path) -> Discarded:
    found = _find_entry(folder)
    if found is None:
        raise UsageError(f"{folder} is no run in the trash, or not there any more")
    return found


def _drop_if_empty(trash: Path) -> None:
    with suppress(OSError):
        trash.rmdir()
