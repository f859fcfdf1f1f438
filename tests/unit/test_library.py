"""Saved runs that are renamed, copied, thrown away and taken back: each is whole in exactly one place."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from simulator import engine
from simulator.engine import disk, library, store
from simulator.engine.lock import Lock
from simulator.engine.saved import SavedRun, find_saved, saved_runs
from simulator.errors import StorageError, UsageError

HASH = "0123abcd"
NAME = f"plan-{HASH}"
PART = f".half-{HASH}.part"
FILES = ("scenario.yaml", "summary.parquet", "summary.csv", "weekly.parquet", "report.html")


def make(folder: Path, name: str, **more: Any) -> None:
    """Write what looks like the folder of a run."""
    folder.mkdir(parents=True)
    for file in FILES:
        (folder / file).write_text(f"{file} of {name}")
    told = {"format": 1, "name": name, "scenario_sha256": HASH * 8, "versions": {}, "engine": {}, "status": "complete"}
    (folder / "manifest.json").write_text(json.dumps(told | more))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return a folder with a finished run, an interrupted one, and things that are no runs."""
    out = tmp_path / "runs"
    make(out / NAME, NAME, tables={})
    (out / NAME / "diary.txt").write_text("mine")
    make(out / PART, f"half-{HASH}", status="interrupted")
    (out / PART / "units").mkdir()
    (out / PART / "units" / "plan-00000.unit").write_text("a unit")
    (out / f"notes-{HASH}").mkdir()
    (out / f"notes-{HASH}" / "important.txt").write_text("keep me")
    (tmp_path / "outside.txt").write_text("keep me")
    return out


def run_of(out: Path, name: str = NAME) -> SavedRun:
    return find_saved(name, out)


def tree(out: Path) -> dict[str, str]:
    """Return every file and folder below, with what it holds."""
    return {str(path.relative_to(out)): path.read_text() if path.is_file() else "" for path in sorted(out.rglob("*"))}


def content(folder: Path) -> dict[str, str]:
    """Return what a folder holds, without the name in its manifest."""
    told = json.loads((folder / "manifest.json").read_text())
    return tree(folder) | {"manifest.json": json.dumps({**told, "name": ""})}


# ---------------------------------------------------------------------------------------------------- rename
@pytest.mark.parametrize("name", ["better", "计划_2-甲", "Überseehandel", "x", "7", "_", "a" * 60, "計" * 60])
def test_a_new_name_changes_the_name_alone(out, name):
    before, others = content(out / NAME), tree(out / PART)
    renamed = library.rename(run_of(out), name)
    assert renamed.folder == out / f"{name}-{HASH}"
    assert renamed.manifest["name"] == renamed.name
    assert content(renamed.folder) == before
    assert not (out / NAME).exists()
    assert tree(out / PART) == others
    assert {run.name for run in saved_runs(out)} == {renamed.name, PART}


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../up", "a/b", "/etc/x", "a\\b", "a b", "-x", ".x", "a.part", "x\n", "x\0", "~", "C:x", "a" * 61,
     "𠀀" * 60, "é😀", "x.", "%2e%2e"],
)  # fmt: skip
def test_a_name_that_could_lead_elsewhere_is_refused(out, name):
    before = tree(out.parent)
    with pytest.raises(UsageError, match="allowed: 1 to 60 letters"):
        library.rename(run_of(out), name)
    assert tree(out.parent) == before


def test_signs_that_look_the_same_are_the_same_name(out):
    assert library.rename(run_of(out), "cafe\u0301").name == f"caf\u00e9-{HASH}"


def test_a_name_that_is_taken_is_refused(out):
    make(out / f"other-{HASH}", f"other-{HASH}", tables={})
    before = tree(out)
    for name in ("other", "notes", "half"):
        with pytest.raises(UsageError, match=f"{name}-{HASH} is taken"):
            library.rename(run_of(out), name)
    assert tree(out) == before
    assert library.rename(run_of(out), "plan").name == NAME
    assert tree(out) == before


def test_an_interrupted_run_keeps_its_units_under_a_new_name(out):
    renamed = library.rename(run_of(out, PART), "later")
    assert renamed.folder == out / f".later-{HASH}.part"
    assert (renamed.status, renamed.manifest["name"]) == ("interrupted", f"later-{HASH}")
    assert (renamed.folder / "units" / "plan-00000.unit").read_text() == "a unit"
    assert not (renamed.folder / "lock").exists()
    assert [run.name for run in engine.unfinished(out)] == [f"later-{HASH}"]


# ------------------------------------------------------------------------------------------------- duplicate
def test_a_copy_holds_what_the_simulator_wrote_and_copies_are_counted(out):
    original = tree(out / NAME)
    first = library.duplicate(run_of(out))
    assert first.name == f"plan-copy-{HASH}"
    assert first.manifest == {**run_of(out).manifest, "name": first.name}
    assert {name: text for name, text in tree(first.folder).items() if name != "manifest.json"} == {
        name: text for name, text in original.items() if name in FILES
    }
    assert library.duplicate(run_of(out)).name == f"plan-copy-2-{HASH}"
    assert library.duplicate(first).name == f"plan-copy-3-{HASH}"
    assert tree(out / NAME) == original
    library.rename(first, "free")
    assert library.duplicate(run_of(out)).name == first.name
    assert not list(out.glob(".plan*"))


def test_the_copy_of_a_long_name_is_a_name_too(out):
    copy = library.duplicate(library.rename(run_of(out), "計" * 60))
    name = copy.name.removesuffix(f"-{HASH}")
    assert name == library.checked_name(name)
    assert name.endswith("-copy")


def test_only_finished_runs_are_copied(out):
    before = tree(out)
    with pytest.raises(UsageError, match="only finished runs are copied"):
        library.duplicate(run_of(out, PART))
    assert tree(out) == before


def test_a_run_that_is_replaced_while_it_is_copied_gives_no_mixture(out, monkeypatch):
    real = shutil.copy2

    def copy(source: Path, target: Path) -> None:
        if source.name == "summary.parquet":
            make(out / ".new", NAME, tables={}, seed=2)
            store.swap(out / ".new", out / NAME)
        real(source, target)

    monkeypatch.setattr(shutil, "copy2", copy)
    with pytest.raises(UsageError, match="replaced by a newer run"):
        library.duplicate(run_of(out))
    assert {run.name for run in saved_runs(out)} == {NAME, PART}
    assert run_of(out).manifest["seed"] == 2


# ----------------------------------------------------------------------------------------------------- trash
@pytest.mark.parametrize("name", [NAME, PART])
def test_what_was_thrown_away_comes_back_as_it_was(out, name):
    before = tree(out)
    thrown = library.discard(run_of(out, name))
    assert not (out / name).exists()
    assert name not in {run.name for run in saved_runs(out)}
    assert library.TRASH not in {run.name for run in saved_runs(out)}
    (listed,) = library.discarded(out)
    assert (listed, listed.name, listed.out) == (thrown, name, out)
    assert abs(datetime.now(UTC) - listed.when) < timedelta(minutes=1)
    assert library.restore(thrown).name == name
    assert tree(out) == before
    with pytest.raises(UsageError, match="not there any more"):
        library.restore(thrown)


def test_runs_of_one_name_lie_side_by_side_and_the_last_one_comes_back(out):
    library.discard(run_of(out))
    make(out / NAME, NAME, tables={}, seed=2)
    library.discard(run_of(out))
    assert [each.run.manifest.get("seed") for each in library.discarded(out)] == [2, None]
    last = library.find_discarded(NAME, out)
    assert library.restore(last).manifest["seed"] == 2
    before = tree(out)
    with pytest.raises(UsageError, match=f"{NAME} is taken"):
        library.restore(library.find_discarded(NAME, out))
    assert tree(out) == before
    with pytest.raises(UsageError, match=f"did you mean '{NAME}'"):
        library.find_discarded(NAME[:-1], out)


def test_the_trash_is_emptied_of_old_runs_and_of_nothing_else(out):
    library.discard(run_of(out))
    old = library.discard(run_of(out, PART))
    week_ago = (old.when - timedelta(days=8)).strftime(library.STAMP)
    old.run.folder.rename(old.run.folder.with_name(f"{week_ago}-{old.name}"))
    trash = out / library.TRASH
    (trash / "letters").mkdir()
    stranger = trash / f"{week_ago}-notes-{HASH}"
    stranger.mkdir()
    (stranger / "important.txt").write_text("keep me")
    (trash / f"{week_ago}-link-{HASH}").symlink_to(out / f"notes-{HASH}", target_is_directory=True)
    assert [each.name for each in library.empty_trash(out, older_than_days=7)] == [PART]
    assert [each.name for each in library.discarded(out)] == [NAME]
    for wrong in (-1.0, float("nan")):
        with pytest.raises(UsageError, match="allowed: 0 or more"):
            library.empty_trash(out, older_than_days=wrong)
    assert [each.name for each in library.empty_trash(out)] == [NAME]
    assert {path.name for path in trash.iterdir()} == {"letters", stranger.name, f"{week_ago}-link-{HASH}"}
    assert (stranger / "important.txt").exists()
    assert (out / f"notes-{HASH}" / "important.txt").exists()


def test_an_emptying_that_was_cut_off_is_ended_by_the_next_one(out, monkeypatch):
    thrown = library.discard(run_of(out))
    (thrown.run.folder / "diary.txt").unlink()
    real = shutil.rmtree

    def fail(path: Path, **_: Any) -> None:
        (path / "manifest.json").unlink()
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", fail)
    with pytest.raises(KeyboardInterrupt):
        library.empty_trash(out)
    monkeypatch.setattr(shutil, "rmtree", real)
    assert library.discarded(out) == []
    assert library.empty_trash(out, older_than_days=30) == []
    assert not (out / library.TRASH).exists()


def test_a_trash_that_is_something_else_is_left_alone(out):
    (out / library.TRASH).symlink_to(out.parent, target_is_directory=True)
    before = tree(out.parent)
    for work in (lambda: library.discard(run_of(out)), lambda: library.discarded(out)):
        with pytest.raises(UsageError, match="is no folder of its own"):
            work()
    assert tree(out.parent) == before


# --------------------------------------------------------------------------------------------- what is no run
WORKS: dict[str, Callable[[SavedRun], Any]] = {
    "rename": lambda run: library.rename(run, "other"),
    "duplicate": library.duplicate,
    "discard": library.discard,
}


@pytest.mark.parametrize("work", WORKS)
def test_a_folder_that_is_no_run_is_not_touched(out, work):
    half = out / f".gone-{HASH}.gone"
    make(half, "gone", tables={})
    (out / f"link-{HASH}").symlink_to(out / NAME, target_is_directory=True)
    before = tree(out.parent)
    for name in (f"notes-{HASH}", f"link-{HASH}", f"nosuch-{HASH}", ".", "..", half.name):
        with pytest.raises(UsageError, match=r"no run folder|half deleted"):
            WORKS[work](SavedRun(out / name, {"tables": {}}, "complete"))
    assert tree(out.parent) == before


@pytest.mark.parametrize("work", WORKS)
@pytest.mark.parametrize("name", [NAME, PART])
def test_a_run_at_work_is_refused(out, work, name):
    """The hidden folder is what is at work; the whole one beside it would be swapped out in the middle."""
    hidden = out / (PART if name == PART else f".{NAME}.part")
    lock = Lock(hidden)
    lock.take()
    told = json.loads((out / name / "manifest.json").read_text())
    (hidden / "manifest.json").write_text(json.dumps({**told, "status": "running"}))
    run = run_of(out, name)
    before = tree(out)
    try:
        with pytest.raises(UsageError, match="at work"):
            WORKS[work](run)
        assert tree(out) == before
    finally:
        lock.drop_file()
        lock.release()


@pytest.mark.parametrize("work", ["rename", "discard"])
def test_an_earlier_run_that_a_swap_left_does_not_come_back(out, work):
    make(out / f".{NAME}.old", NAME, tables={}, seed=0)
    WORKS[work](SavedRun(out / NAME, {}, "complete"))
    assert NAME not in {run.name for run in saved_runs(out)}


# -------------------------------------------------------------------------------------------------- failures
def places(out: Path) -> list[Path]:
    """Return every folder, visible or not, that holds the whole run."""
    return [
        path.parent
        for path in sorted(out.rglob("manifest.json"))
        if all((path.parent / name).exists() for name in FILES)
        and (path.parent / "summary.csv").read_text() == f"summary.csv of {NAME}"
        and "tables" in json.loads(path.read_text())
    ]


def failing(monkeypatch: pytest.MonkeyPatch, step: int, error: BaseException) -> list[str]:
    """Let the n-th change of the disk fail, and the others be; return the changes so far."""
    seen: list[str] = []

    def watched(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            seen.append(name)
            if len(seen) == step + 1:
                raise error
            return real(*arguments, **options)

        return call

    for name in ("rename", "replace", "mkdir"):
        monkeypatch.setattr(Path, name, watched(name, getattr(Path, name)))
    monkeypatch.setattr(os, "fsync", watched("fsync", os.fsync))
    monkeypatch.setattr(shutil, "copy2", watched("copy", shutil.copy2))
    return seen


STEPS = {"rename": 4, "duplicate": 19, "discard": 4, "restore": 2}
"""Changes of the disk that each work makes."""


@pytest.mark.parametrize("error", [OSError(28, "no space"), KeyboardInterrupt()], ids=["disk", "interrupt"])
@pytest.mark.parametrize(("work", "step"), [(work, step) for work, count in STEPS.items() for step in range(count)])
def test_whatever_fails_in_the_middle_the_run_is_whole_in_one_place(out, monkeypatch, work, step, error):
    if work == "restore":
        thrown = library.discard(run_of(out))
        go = lambda: library.restore(thrown)  # noqa: E731
    else:
        run = run_of(out)
        go = lambda: WORKS[work](run)  # noqa: E731
    with monkeypatch.context() as patch:
        seen = failing(patch, step, error)
        expected = KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else StorageError
        with pytest.raises(expected):
            go()
    assert len(seen) > step
    found = places(out)
    (place,) = (each for each in found if each.name != f"plan-copy-{HASH}")
    # A copy is there or not, never by half; and it is the only work that leaves two.
    assert len(found) == 1 or (work == "duplicate" and place == out / NAME)
    told = json.loads((place / "manifest.json").read_text())["name"]
    assert told == (place.name if place.parent == out else NAME)
    library.empty_trash(out, older_than_days=1)
    assert places(out) == found
    assert not list(out.rglob("*.tmp"))


@pytest.mark.parametrize("work", STEPS)
def test_the_steps_above_are_all(out, monkeypatch, work):
    thrown = library.discard(run_of(out)) if work == "restore" else None
    run = None if thrown else run_of(out)
    with monkeypatch.context() as patch:
        seen = failing(patch, 10_000, KeyboardInterrupt())
        library.restore(thrown) if thrown else WORKS[work](run)
    assert len(seen) == STEPS[work], seen


def test_what_is_written_in_place_of_a_manifest_is_on_the_disk_first(tmp_path, monkeypatch):
    order = []
    monkeypatch.setattr(os, "fsync", lambda _: order.append("synced"))
    real = Path.replace
    monkeypatch.setattr(Path, "replace", lambda *paths: (order.append("replaced"), real(*paths)))
    disk.write_json(tmp_path / "manifest.json", {"a": 1}, synced=True)
    assert order == ["synced", "replaced"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no process that has ended")
def test_a_process_that_ended_and_was_not_asked_how_works_no_more(tmp_path):
    """Killed in a container without an init, it stays in the table of processes for ever."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    process = psutil.Process(ended.pid)
    (tmp_path / "lock").write_text(json.dumps({"process": ended.pid, "started": process.create_time()}))
    while process.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    assert not Lock(tmp_path).is_alive()
    ended.wait()
