"""Run folders are whole or absent, and content has one hash however it is stored."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import types
from dataclasses import fields
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest

from simulator import outcomes
from simulator.engine import content, lock, store
from simulator.engine.job import Job, RunResult
from simulator.engine.local import BATCH, batches
from simulator.errors import UsageError
from tests.unit.records import blank, book

SETTING = outcomes.Setting(date(2026, 1, 5), 0.12, 1_000.0, ("plan",))
NAME = "flagship-0123abcd"


def result(replications: tuple[int, ...]) -> RunResult:
    records = blank(replications=replications)
    for future, replication in enumerate(replications):
        book(records, 1, 0, "cash", "sales", 10.0 + replication, future)
    return RunResult(Job(types.SimpleNamespace(), "plan", replications), records, 0.1, 0.1)


def tables() -> dict[str, pd.DataFrame]:
    records = result((0, 1)).records
    frames = {name: getattr(outcomes, name)(records, SETTING) for name in store.PARQUET}
    return {**frames, "comparison": pd.DataFrame({"a": [0.1]}), "failures": pd.DataFrame()}


def write(out: Path, marker: str) -> Path:
    part = store.Part(out, NAME)
    with part.at_work({"marker": marker}):
        part.write_unit(result((0,)))
        store.write_tables(part.folder, tables())
        part.write_manifest({"marker": marker, "tables": {}})
        return part.publish()


def test_a_finished_run_leaves_one_whole_folder(tmp_path):
    folder = write(tmp_path, "first")
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert sorted(path.name for path in folder.iterdir()) == [
        "comparison.csv", "funnel.parquet", "ledger.parquet", "manifest.json", "summary.csv", "summary.parquet",
        "weekly.parquet",
    ]  # fmt: skip


def test_the_same_run_again_swaps_the_folder(tmp_path):
    (write(tmp_path, "first") / "stray.txt").write_text("left by hand")
    folder = write(tmp_path, "second")
    assert store.read_manifest(folder)["marker"] == "second"
    assert not (folder / "stray.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_an_interrupt_leaves_the_hidden_folder_with_its_units_and_no_lock(tmp_path):
    part = store.Part(tmp_path, NAME)
    with pytest.raises(KeyboardInterrupt), part.at_work({}, "weeks: 4"):
        part.write_unit(result((0, 1)))
        raise KeyboardInterrupt
    assert [path.name for path in tmp_path.iterdir()] == [f".{NAME}.part"]
    assert json.loads((part.folder / "manifest.json").read_text())["status"] == "interrupted"
    assert sorted(path.name for path in part.folder.iterdir()) == ["manifest.json", "scenario.yaml", "units"]
    assert write(tmp_path, "again").is_dir()


def test_an_interrupt_keeps_the_folder_of_the_earlier_run(tmp_path):
    folder = write(tmp_path, "first")
    with pytest.raises(KeyboardInterrupt), store.Part(tmp_path, NAME).at_work({}):
        raise KeyboardInterrupt
    assert store.read_manifest(folder)["marker"] == "first"


def test_two_processes_cannot_work_on_the_same_run(tmp_path):
    part = store.Part(tmp_path, NAME)
    with part.at_work({}):
        with pytest.raises(UsageError, match=str(os.getpid())), store.Part(tmp_path, NAME).at_work({}):
            pass
        assert (part.folder / "lock").exists()


def write_lock(part: store.Part, process: int, started: float) -> None:
    part.folder.mkdir(parents=True)
    (part.folder / "lock").write_text(json.dumps({"process": process, "started": started}))


@pytest.mark.parametrize("system_locks", [True, False])
@pytest.mark.parametrize("owner", ["gone", "number given to another process", "half written"])
def test_the_lock_of_a_process_that_is_gone_is_taken_over(tmp_path, monkeypatch, system_locks, owner):
    if not system_locks:
        monkeypatch.setattr(lock, "fcntl", None)
    part = store.Part(tmp_path, NAME)
    parent = psutil.Process(os.getppid())
    write_lock(part, 2**22 + 1 if owner == "gone" else parent.pid, parent.create_time() - 60.0)
    if owner == "half written":
        (part.folder / "lock").write_text("{")
    with part.at_work({}):
        assert json.loads((part.folder / "lock").read_text())["process"] == os.getpid()


def test_without_system_locks_the_file_of_a_living_process_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "fcntl", None)
    part = store.Part(tmp_path, NAME)
    parent = psutil.Process(os.getppid())
    write_lock(part, parent.pid, parent.create_time())
    with pytest.raises(UsageError, match=f"process {parent.pid} is working"), part.at_work({}):
        pass
    assert (part.folder / "lock").exists()


def test_a_lock_follows_its_folder_and_a_new_folder_has_a_new_one(tmp_path):
    """The folder is published while its lock is held: whoever comes at that moment starts in a new folder."""
    first, second = store.Part(tmp_path, NAME), store.Part(tmp_path, NAME)
    with first.at_work({}):
        store.write_tables(first.folder, tables())
        first.write_manifest({"marker": "first", "tables": {}})
        folder = first.publish()
        with pytest.raises(KeyboardInterrupt), second.at_work({}, "weeks: 4"):
            assert store.read_manifest(folder)["marker"] == "first"
            assert (second.folder / "lock").exists()
            raise KeyboardInterrupt
    assert store.read_manifest(folder)["marker"] == "first"
    assert not (folder / "lock").exists()


def test_units_come_back_in_order_of_futures_and_unchanged(tmp_path):
    part = store.Part(tmp_path, NAME)
    with part.at_work({}):
        for replications in ((8, 9), (0, 1), (2,)):
            part.write_unit(result(replications))
        found = list(part.records("plan"))
    assert [each.replications for each in found] == [(0, 1), (2,), (8, 9)]
    expected = result((8, 9)).records
    for field in fields(expected):
        np.testing.assert_array_equal(getattr(found[2], field.name), getattr(expected, field.name))


def test_tables_keep_their_content_on_the_disk(tmp_path):
    original = tables()
    store.write_tables(tmp_path, original)
    stored = store.read_tables(tmp_path)
    for name in store.PARQUET:
        assert content.digest(stored[name]) == content.digest(original[name]), name
        assert list(stored[name].columns) == list(original[name].columns)
    assert stored["summary"].payback_week.dtype == "Int64"
    assert stored["summary"].insolvent.isna().sum() == 4


def test_content_ignores_encoding_and_sees_every_value():
    table = pd.DataFrame({"market": ["US", "ID", "US"], "x": [1.0, np.nan, -0.0], "n": [1, 2, 3]})
    same = table.assign(market=pd.Categorical(table.market, ["ZZ", "ID", "US"]), x=[1.0, np.nan, 0.0])
    assert content.digest(same) == content.digest(table)
    assert content.digest(table.assign(n=pd.array([1, 2, 3], "Int64"))) == content.digest(table)
    for other in (
        table.assign(x=[1.0, np.nan, 5e-324]),
        table.assign(n=[1, 2, 4]),
        table.assign(n=pd.array([1, 2, None], "Int64")),
        table.iloc[::-1],
        table.rename(columns={"n": "m"}),
        table.iloc[:2],
    ):
        assert content.digest(other) != content.digest(table)


@pytest.mark.parametrize(("count", "workers"), [(1, 2), (8, 2), (20, 2), (7, 3), (100, 4)])
def test_batches_cover_every_future_once_and_keep_workers_busy(count, workers):
    split = batches(range(count), workers)
    assert [r for batch in split for r in batch] == list(range(count))
    assert max(map(len, split)) <= BATCH
    assert len(split) >= min(workers, count)


def test_what_is_no_run_folder_is_named(tmp_path):
    with pytest.raises(UsageError, match="no such run folder"):
        store.read_manifest(tmp_path / "none")
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(UsageError, match="cannot be read"):
        store.read_manifest(tmp_path)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the moments of the kill need fork")
def test_killed_before_any_step_of_publishing_an_earlier_run_is_never_lost(tmp_path):
    """The kill is real (SIGKILL) and comes before every file operation in turn, those of the two renames included."""
    command = [sys.executable, "-m", "tests.unit.publishing", str(tmp_path)]
    said = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120)
    assert said.returncode == 0, said.stderr
    steps = int(said.stdout)
    assert steps > 30
    found: list[str] = []
    expected = {name: content.digest(table) for name, table in tables().items() if name in store.PARQUET}
    for step in range(steps):
        out = tmp_path / f"{step:03d}"
        put_back = not (out / NAME).exists()
        found.append(store.read_manifest(out / NAME)["marker"])
        assert {name: content.digest(table) for name, table in store.read_tables(out / NAME).items()} == expected
        if put_back:
            found.append("put back")
        write(out, "third")
        assert [path.name for path in out.iterdir()] == [NAME]
    assert list(dict.fromkeys(found)) == ["first", "put back", "second"]
