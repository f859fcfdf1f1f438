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

SIZE = ("--consumers", "300", "--weeks", "12", "--replications", "6", "--workers", "2")
"""Many small units, so that moments differ in what is finished."""

KILLS = 10
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows")


@dataclass(frozen=True)
class Whole:
    """The run without a break."""

    folder: Path
    tables: dict[str, dict[str, object]]
    units: int
    """Files of units before the tables are written."""
    playing: float
    """Seconds from the hidden folder to the last unit."""
    ending: float
    """Seconds from there to the end of the process."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, flagship: Path) -> Whole:
    """Play once to the end, and take the time."""
    out = tmp_path_factory.mktemp("whole")
    said = call("run", flagship, *SIZE, "--out", out / "first", "--json")  # compiles where that is still to do
    units = 2 * (len(said.json["strategies"]) + 1)  # two batches of futures, and the world without the entrant
    process = started(flagship, out)
    begin, last = reached(process, out, 0), reached(process, out, units)
    _, err = process.communicate()
    end = time.monotonic()
    assert process.returncode == 0, err
    (folder,) = out.glob("flagship-*")
    return Whole(folder, tables_of(folder), units, last - begin, end - last)


def started(scenario: Path, out: Path) -> subprocess.Popen[bytes]:
    """Start a run in a process of its own."""
    command = [sys.executable, "-m", "simulator", "run", str(scenario), *SIZE, "--out", str(out)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def reached(process: subprocess.Popen[bytes], out: Path, units: int) -> float:
    """Wait until a run has a hidden folder with so many units, or has ended; return the moment."""
    deadline = time.monotonic() + 120
    while process.poll() is None:
        if list(out.glob(".*.part/manifest.json")) and len(list(out.glob(".*.part/units/*.unit"))) >= units:
            break
        assert time.monotonic() < deadline, "the run did not get there"
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


def moments() -> list[tuple[int, float, float]]:
    """Return random moments spread over the run: number, how far its units are, and how long after that.

    The first six lie while it plays, the others while it writes tables and report, renames, and just after its end. The
    last figure is a share of the time that a sixth of the units or the whole ending takes.
    """
    luck = random.Random(20260105)
    playing = [(number, number / 6, luck.random()) for number in range(6)]
    return playing + [(number, 1.0, 1.1 * (number - 6 + luck.random()) / (KILLS - 6)) for number in range(6, KILLS)]


@pytest.mark.parametrize(("number", "far", "later"), moments(), ids=lambda value: f"{value:.2f}")
def test_a_killed_run_is_whole_or_absent_and_goes_on_to_the_same_tables(whole, flagship, tmp_path, number, far, later):
    process = started(flagship, tmp_path)
    reached(process, tmp_path, int(far * whole.units))
    time.sleep(later * (whole.ending if far == 1.0 else whole.playing / 6))
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


@pytest.mark.parametrize(("name", "far", "code"), [("SIGINT", 0.0, 130), ("SIGINT", 0.5, 130), ("SIGTERM", 0.25, 143)])
def test_a_run_that_is_told_to_stop_says_how_to_go_on(whole, flagship, tmp_path, name, far, code):
    process = started(flagship, tmp_path)
    reached(process, tmp_path, int(far * whole.units))
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
