"""What goes wrong beside the scenario: disks, other processes, single units, memory. One message each, no trace."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from simulator import Results, load_scenario, run
from simulator.engine import Progress, content
from tests.cli.conftest import SMALL, call

ROOT = Path(__file__).parents[2]


@contextmanager
def disk(folder: Path, options: str) -> Iterator[Path]:
    """Mount a small disk; skip where that is not allowed."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        pytest.skip(f"no disk can be mounted here: {error}")
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def enlarge(folder: Path) -> None:
    """Give a small disk room."""
    subprocess.run(["mount", "-o", "remount,size=64m", str(folder)], check=True)


def told(err: str) -> str:
    """Return the message of a command that failed: its last line, without a trace before it."""
    assert "Traceback" not in err
    assert "Internal error" not in err
    return err.strip().splitlines()[-1]


# --------------------------------------------------------------------------------------------------- disks
def test_a_disk_that_is_full_at_the_start_keeps_nothing(flagship, tmp_path):
    with disk(tmp_path / "full", "size=4k") as out:
        said = call("run", flagship, *SMALL, "--out", out)
        assert said.code == 4
        assert told(said.err).startswith(f"cannot write to {out}")
        assert "No space left on device; free some space" in said.err
        assert list(out.iterdir()) == []


@pytest.mark.parametrize("size", ["128k", "640k", "1500k"])
def test_a_run_whose_disk_gets_full_goes_on_when_there_is_space(flagship, played, tmp_path, size):
    """Full among the units, among the tables, in the report."""
    with disk(tmp_path / "small", f"size={size}") as out:
        said = call("run", flagship, *SMALL, "--out", out)
        assert said.code == 4
        assert said.out == ""
        message = told(said.err)
        assert "No space left on device" in message
        (hidden,) = out.iterdir()
        assert str(hidden) in message
        assert {path.name for path in hidden.iterdir()} == {"manifest.json", "scenario.yaml", "units"}
        assert all(path.suffix == ".unit" for path in (hidden / "units").iterdir())
        assert json.loads((hidden / "manifest.json").read_text())["status"] == "failed"
        enlarge(out)
        words = message.split()
        again = call("run", *words[words.index("--resume") :], "--json")
        assert again.code == 0, again.err
        assert [path.name for path in out.iterdir()] == [played.folder.name]
        assert tables_of(out / played.folder.name) == tables_of(played.folder)


def tables_of(folder: Path) -> dict[str, object]:
    """Return what the manifest says of the tables."""
    return json.loads((folder / "manifest.json").read_text())["tables"]


def test_a_disk_without_space_for_compiled_code_does_not_stop_python_from_compiling(tmp_path):
    script = (
        "from simulator import compiled\nassert not compiled.CACHED\n"
        "assert compiled.njit(lambda x: x + 1)(1) == 2\nassert compiled.rule(lambda x: x + 1.0)(1.0) == 2.0"
    )
    with disk(tmp_path / "full", "size=4k") as cache:
        environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
        environment.pop("NUMBA_CACHE_DIR", None)
        done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_played(flagship, tmp_path):
    with disk(tmp_path / "readonly", "ro") as out:
        said = call("run", flagship, *SMALL, "--out", out)
        assert said.code == 2
        assert told(said.err) == f"cannot write to {out}: Read-only file system"


def test_a_file_in_the_place_of_a_folder_is_named(flagship, played, tmp_path):
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        said = call("run", flagship, *SMALL, "--out", out)
        assert said.code == 2
        assert told(said.err).startswith(f"cannot write to {out}: ")
    (tmp_path / played.folder.name).write_text("precious")
    said = call("run", flagship, *SMALL, "--out", tmp_path)
    assert said.code == 2
    assert "is a file where the run folder belongs" in told(said.err)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", played.folder.name]
    assert (tmp_path / played.folder.name).read_text() == "precious"


# --------------------------------------------------------------------------------------------- resuming
def test_two_runs_of_one_scenario_do_not_meet_in_a_folder(flagship, tmp_path):
    command = [sys.executable, "-m", "simulator", "run", str(flagship), "--out", str(tmp_path), "--replications", "200"]
    other = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 120
        while not list(tmp_path.glob(".*.part/manifest.json")):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        (hidden,) = tmp_path.glob(".*.part")
        said = call("run", flagship, "--out", tmp_path, "--replications", 200)
        assert said.code == 2
        assert f"process {other.pid} is working on the same run in {hidden}" in told(said.err)
        name = hidden.name[1:].removesuffix(".part")
        assert f"process {other.pid} " in told(call("run", "--resume", name, "--out", tmp_path).err)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


@pytest.fixture
def broken_off(flagship, played, tmp_path) -> Path:
    """Return the folder that holds a run which was broken off after its last unit."""

    def stop(progress: Progress) -> None:
        if progress.done == progress.total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(load_scenario(flagship, consumers=300, weeks=12, replications=2), out=tmp_path, progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == [f".{played.folder.name}.part"]
    return tmp_path


def test_resume_takes_the_scenario_from_the_folder_alone(broken_off, played):
    name = played.folder.name
    for arguments, part in [
        (("scenario.yaml",), "leave scenario.yaml out"),
        (("--weeks", 10, "--set", "weeks=9"), "leave out --weeks, weeks=9"),
    ]:
        said = call("run", *arguments, "--resume", name, "--out", broken_off)
        assert said.code == 2
        assert part in told(said.err)
    said = call("run", "--resume", name, "--out", broken_off, "--json")
    assert said.code == 0
    assert tables_of(broken_off / name) == tables_of(played.folder)
    (entry,) = json.loads((broken_off / name / "manifest.json").read_text())["resumed"]
    assert entry["kept_units"] == 12


def test_resume_of_another_name_says_what_there_is(broken_off, played):
    name = played.folder.name
    said = call("run", "--resume", name.replace("flag", "flog"), "--out", broken_off)
    assert said.code == 2
    assert f"did you mean {name!r}?" in told(said.err)
    assert f"nothing to resume in {broken_off / 'none'}" in told(
        call("run", "--resume", name, "--out", broken_off / "none").err
    )
    said = call("run", "--resume", name, "--out", played.folder.parent)
    assert said.code == 2
    assert told(said.err) == f"{played.folder} is finished; there is nothing to resume"
    assert call("run").code == 2


@pytest.mark.parametrize(("key", "value"), [("simulator", "0.0.1"), ("numbers", "0"), ("data", "0" * 16)])
def test_resume_by_another_version_is_refused_and_touches_nothing(broken_off, played, key, value):
    path = broken_off / f".{played.folder.name}.part" / "manifest.json"
    manifest = json.loads(path.read_text())
    now = manifest["versions"][key]
    manifest["versions"][key] = value
    path.write_text(json.dumps(manifest))
    before = {each: each.stat().st_mtime_ns for each in path.parent.rglob("*") if each.is_file()}
    said = call("run", "--resume", played.folder.name, "--out", broken_off)
    assert said.code == 2
    assert f"was begun by another version ({key} {value} -> {now})" in told(said.err)
    assert {each: each.stat().st_mtime_ns for each in path.parent.rglob("*") if each.is_file()} == before


def test_resume_with_another_scenario_is_refused(broken_off, played):
    path = broken_off / f".{played.folder.name}.part" / "scenario.yaml"
    text = path.read_text()
    for forged, part in [(text.replace("weeks: 12", "weeks: 13"), "not the one"), ("weeks: 12\n", "is damaged")]:
        path.write_text(forged)
        said = call("run", "--resume", played.folder.name, "--out", broken_off)
        assert said.code == 2
        assert part in told(said.err.splitlines()[0])


def test_a_run_that_only_lacked_its_renaming_is_not_played_again(flagship, played, tmp_path):
    name = played.folder.name
    hidden = tmp_path / f".{name}.part"
    hidden.mkdir()
    for path in played.folder.iterdir():
        (hidden / path.name).write_bytes(path.read_bytes())
    said = call("run", "--resume", name, "--out", tmp_path, "--json")
    assert said.code == 0, said.err
    assert (tmp_path / name / "manifest.json").read_bytes() == (played.folder / "manifest.json").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == [name]


# ------------------------------------------------------------------------------------------ single units
def test_futures_that_cannot_be_are_rows_of_failures_and_the_rest_is_intact(flagship, tmp_path):
    """In some futures the drawn share of the brands leaves nothing to the other sellers."""
    path = "category.market.US.archetype_shares.global_brand"
    scenario = tmp_path / "some.yaml"
    law = "{dist: uniform, low: 0.1, high: 0.9}"
    scenario.write_text(f"extends: {os.path.relpath(flagship, tmp_path)}\nuncertainties: {{{path}: {law}}}\n")
    size = ("--consumers", 300, "--weeks", 8, "--replications", 8)
    said = call("run", scenario, *size, "--out", tmp_path / "runs", "--json")
    assert said.code == 4, said.err
    answer = said.json
    assert answer["status"] == "partly failed"
    folder = Path(answer["folder"])
    assert str(folder / "failures.csv") in told(said.err)
    with (folder / "failures.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    strategies = {"one_size_fits_all", "localised", "green_premium", "ai_driven", "price_war", "no_entry"}
    lost = {int(row["replication"]) for row in rows}
    assert 0 < len(lost) < 8
    assert len(rows) == len(lost) * len(strategies) == answer["failures"]
    assert {row["strategy"] for row in rows} == strategies
    assert all(row["stage"] == "world" and "shares sum to 1." in row["message"] for row in rows)
    results = Results.load(folder)
    assert set(results.summary.replication) == set(range(8)) - lost
    assert {name: content.digest(table) for name, table in results.tables.items() if name != "failures"} == {
        name: entry["sha256"] for name, entry in tables_of(folder).items() if name != "failures"
    }
    # The others are what they are without the company of those that failed.
    alone = call("run", scenario, *size, "--out", tmp_path / "alone", "--workers", 1, "--json")
    assert tables_of(Path(alone.json["folder"])) == tables_of(folder)


def test_a_scenario_without_any_future_that_can_be_fails_and_leaves_nothing(flagship, tmp_path):
    path = "category.market.US.archetype_shares.global_brand"
    scenario = tmp_path / "none.yaml"
    law = "{dist: uniform, low: 0.7, high: 0.9}"
    scenario.write_text(f"extends: {os.path.relpath(flagship, tmp_path)}\nuncertainties: {{{path}: {law}}}\n")
    said = call("run", scenario, "--consumers", 300, "--weeks", 8, "--replications", 2, "--out", tmp_path / "runs")
    assert said.code == 4
    assert "no unit could be played; the first stopped at stage world" in told(said.err)
    assert list((tmp_path / "runs").iterdir()) == []


# ---------------------------------------------------------------------------------------------- memory
def test_a_run_that_does_not_fit_the_memory_is_refused_with_the_figure(flagship, tmp_path):
    begin = time.monotonic()
    said = call("run", flagship, "--consumers", 100_000_000, "--out", tmp_path / "runs")
    assert said.code == 3
    assert "consumers: 100000000 need about" in told(said.err)
    assert " GB of memory; allowed are 0.70 of this machine's" in said.err
    assert not (tmp_path / "runs").exists()
    assert time.monotonic() - begin < 30


# --------------------------------------------------------------------------------------------- terminals
@pytest.mark.skipif(os.name == "nt", reason="file names and pipes are others on Windows")
def test_a_file_whose_name_is_no_text_is_named(tmp_path):
    path = os.fsencode(tmp_path) + b"/latin-\xe9.yaml"
    with open(path, "wb") as file:
        file.write(b"title: x\n")
    for options in ([], ["--json"]):
        command = [sys.executable, "-m", "simulator", "validate", path, *options]
        done = subprocess.run(command, cwd=ROOT, capture_output=True)
        assert done.returncode == 3, done.stderr
        assert b"the key 'category' is missing" in done.stderr + done.stdout
        assert b"Internal error" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="file names and pipes are others on Windows")
def test_a_reader_that_leaves_is_no_error_and_does_not_stop_a_run(flagship, tmp_path):
    def code(*arguments: object) -> int:
        """Run a command whose output and words nobody reads; return its exit code."""
        reader, writer = os.pipe()
        os.close(reader)
        try:
            command = [sys.executable, "-m", "simulator", *map(str, arguments)]
            return subprocess.run(command, cwd=ROOT, stdout=writer, stderr=writer).returncode
        finally:
            os.close(writer)

    assert code("facts", "US") == 0
    assert code("run", flagship, *SMALL, "--out", tmp_path) == 0
    (folder,) = tmp_path.iterdir()
    assert json.loads((folder / "manifest.json").read_text())["status"] == "complete"
