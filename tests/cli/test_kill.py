"""Killed at any moment, a run leaves its folder whole or absent, and goes on to the same tables."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulator import Results
from simulator.engine import content, store
from tests.cli.conftest import call

SIZE = ("--consumers", "300", "--weeks", "16", "--replications", "8", "--workers", "2")
"""Many small units, so that moments differ in what is finished."""

KILLS = 10
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows")


@dataclass(frozen=True)
class Whole:
    """The run without a break."""

    folder: Path
    tables: dict[str, dict[str, object]]
    begin: float
    """Seconds from the start of the process to its hidden folder."""
    seconds: float
    """Seconds from there to the end of the process."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, flagship: Path) -> Whole:
    """Play once to the end, and take the time."""
    out = tmp_path_factory.mktemp("whole")
    call("run", flagship, *SIZE, "--out", out / "first")  # compiles where that is still to do
    start = time.monotonic()
    process = started(flagship, out)
    begin = appeared(out) - start
    _, err = process.communicate()
    assert process.returncode == 0, err
    (folder,) = out.glob("flagship-*")
    return Whole(folder, tables_of(folder), begin, time.monotonic() - start - begin)


def started(scenario: Path, out: Path) -> subprocess.Popen[bytes]:
    """Start a run in a process of its own."""
    command = [sys.executable, "-m", "simulator", "run", str(scenario), *SIZE, "--out", str(out)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def appeared(out: Path) -> float:
    """Wait for the hidden folder of a run and return the moment."""
    deadline = time.monotonic() + 120
    while not list(out.glob(".*.part/manifest.json")):
        assert time.monotonic() < deadline, "the run did not start"
        time.sleep(0.005)
    return time.monotonic()


def tables_of(folder: Path) -> dict[str, dict[str, object]]:
    """Return what the manifest says of the tables."""
    return json.loads((folder / "manifest.json").read_text())["tables"]


def check_whole(folder: Path, whole: Whole) -> None:
    """Read the tables of a folder: they are those of the manifest, and of the run without a break."""
    assert tables_of(folder) == whole.tables
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in whole.folder.iterdir())
    for name, table in Results.load(folder).tables.items():
        if name in whole.tables:
            assert content.digest(table) == whole.tables[name]["sha256"], name


def moments() -> list[tuple[int, float]]:
    """Return delays as shares of the run, one at random in each of equal parts from the first unit to past the end."""
    luck = random.Random(20260105)
    return [(number, 1.05 * (number + luck.random()) / KILLS) for number in range(KILLS)]


@pytest.mark.parametrize(("number", "share"), moments(), ids=lambda value: f"{value:.2f}")
def test_a_killed_run_is_whole_or_absent_and_goes_on_to_the_same_tables(whole, flagship, tmp_path, number, share):
    process = started(flagship, tmp_path)
    time.sleep(max(0.0, appeared(tmp_path) + share * whole.seconds - time.monotonic()))
    process.kill()
    process.communicate()
    finished = tmp_path / whole.folder.name
    if finished.exists():
        check_whole(finished, whole)
        return
    assert process.returncode == -signal.SIGKILL
    if number % 2:  # what a dying disk or a cut-off copy leaves
        spoil(store.Part(tmp_path, finished.name))
    said = call("run", "--resume", finished.name, "--out", tmp_path, "--quiet")
    assert said.code == 0, said.err
    check_whole(finished, whole)
    assert [path.name for path in tmp_path.iterdir()] == [finished.name]


def spoil(part: store.Part) -> None:
    """Damage a finished unit, cut another short, and leave half of a third."""
    files = sorted(part.units.folder.glob("*.unit"))
    for path in files[:1]:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    for path in files[1:2]:
        path.write_bytes(path.read_bytes()[:1000])
    (part.units.folder / "localised-00000.unit.tmp").write_bytes(b"half")


@pytest.mark.parametrize(
    ("name", "share", "code"), [("SIGINT", 0.2, 130), ("SIGINT", 0.5, 130), ("SIGTERM", 0.35, 143)]
)
def test_a_run_that_is_told_to_stop_says_how_to_go_on(whole, flagship, tmp_path, name, share, code):
    process = started(flagship, tmp_path)
    time.sleep(max(0.0, appeared(tmp_path) + share * whole.seconds - time.monotonic()))
    process.send_signal(getattr(signal, name))
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert out == b""
    assert b"Traceback" not in err
    (hidden,) = tmp_path.iterdir()
    assert json.loads((hidden / "manifest.json").read_text())["status"] == "interrupted"
    assert not (hidden / "lock").exists()
    words = err.decode().split()
    assert words[words.index("--resume") + 1] == whole.folder.name
    units = {path.name: path.stat().st_mtime_ns for path in (hidden / "units").iterdir()}
    said = call("run", *words[words.index("--resume") :], "--json")
    assert said.code == 0, said.err
    check_whole(tmp_path / whole.folder.name, whole)
    manifest = json.loads((tmp_path / whole.folder.name / "manifest.json").read_text())
    (entry,) = manifest["resumed"]
    assert (entry["kept_units"] > 0) == bool(units)
    assert manifest["command"][1:3] == ["run", str(flagship)]
