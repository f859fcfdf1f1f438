"""What holds for every command: instant help, JSON, two languages."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import pytest
import typer.main

from simulator.cli import app
from simulator.engine import library, saved
from simulator.examples import examples_dir
from tests.cli.conftest import SMALL

SMALL_BOARD = ("--replications", "2", "--consumers", "200")
COMMANDS = {
    "new": ["my_plan", "--out", "TMP"],
    "validate": ["FLAGSHIP"],
    "run": ["FLAGSHIP", *SMALL, "--out", "TMP", "--quiet"],
    "compare": ["RUN", "VARIANT"],
    "report": ["RUN", "--out", "TMP/report.html"],
    "replay": ["RUN", "--quiet"],
    "runs": ["--out", "OUT"],
    "runs show": ["NAME", "--out", "OUT"],
    "runs delete": ["COPY", "--out", "TMP", "--yes"],
    "runs rename": ["COPY", "other_name", "--out", "TMP"],
    "runs duplicate": ["COPY", "--out", "TMP"],
    "runs restore": ["COPY", "--out", "TMP"],
    "runs trash": ["--out", "TMP"],
    "examples": [],
    "markets": [],
    "categories": [],
    "mechanisms": [],
    "trends": ["--only", "2", *SMALL_BOARD, "--quiet"],
    "rivals": ["BASE", *SMALL_BOARD, "--quiet"],
    "sensitivity": ["BASE", *SMALL, "--strategy", "one_size_fits_all", "--quiet"],
    "scorecard": [*SMALL_BOARD, "--quiet"],
    "facts": ["SG"],
    "lesson": ["logit"],
    "schema": ["--paths"],
    "doctor": [],
}
"""Every command, with arguments with which it succeeds."""

SERVERS = {"app": {"--lang", "--port"}}
"""Commands that stay until they are told to end, with their options."""

HEAVY = ("numba", "pandas", "mesa", "altair", "scipy", "pyarrow", "numpy", "openpyxl", "ruamel.yaml")

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def commands() -> dict[str, set[str]]:
    """Return every command of the command line with its options."""
    group = typer.main.get_command(app.app)
    found = {}
    for name, command in group.commands.items():
        below = getattr(command, "commands", {})
        parts = {name: command, **{f"{name} {word}": each for word, each in below.items()}}
        for word, each in parts.items():
            found[word] = {option for parameter in each.params for option in parameter.opts}
    return found


@pytest.fixture
def arguments(played, variants, flagship, tmp_path):
    """Return the function that fills the places of a command line in."""
    copy = tmp_path / played.folder.name
    places = {
        "FLAGSHIP": flagship, "BASE": examples_dir() / "base.yaml", "RUN": played.folder,
        "VARIANT": variants["dearer"], "OUT": played.folder.parent,
        "NAME": played.folder.name, "COPY": played.folder.name, "TMP": tmp_path,
        "TMP/report.html": tmp_path / "report.html",
    }  # fmt: skip

    def fill(command: str) -> list[object]:
        if command in ("runs delete", "runs rename", "runs duplicate", "runs restore"):
            for earlier in tmp_path.glob("*-[0-9a-f]*"):
                shutil.rmtree(earlier)
            shutil.copytree(played.folder, copy)
        if command == "runs restore":
            library.discard(saved.find_saved(copy.name, tmp_path))
        return [*command.split(), *(places.get(each, each) for each in COMMANDS[command])]

    return fill


def test_the_list_is_whole():
    assert set(commands()) == set(COMMANDS) | set(SERVERS)


def test_every_command_speaks_json_and_two_languages():
    for name, options in commands().items():
        assert SERVERS.get(name, {"--json", "--lang"}) <= options, name


@pytest.mark.parametrize("command", COMMANDS)
def test_json_is_all_that_stdout_carries(cli, arguments, command):
    said = cli(*arguments(command), "--json")
    assert said.code == 0, said.err
    json.loads(said.out)
    assert "Infinity" not in said.out and "NaN" not in said.out


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in ("doctor", "replay")])
def test_texts_follow_the_language(cli, arguments, command):
    english, chinese = (cli(*arguments(command), *(["--force"] if command == "new" else []), "--lang", lang)
                        for lang in ("en", "zh"))  # fmt: skip
    assert (english.code, chinese.code) == (0, 0), chinese.err
    assert CHINESE.search(chinese.out)
    if command != "facts":  # some figures are names, in both languages
        assert not CHINESE.search(english.out)


def test_help_and_validate_load_nothing_heavy(flagship):
    code = (
        "import contextlib, io, json, sys\n"
        "from simulator.cli import app\n"
        "for line in json.loads(sys.argv[1]):\n"
        "    with contextlib.redirect_stdout(io.StringIO()) as out:\n"
        "        assert app.run(line) == 0, line\n"
        "    assert out.getvalue(), line\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )

    def loaded(lines: list[list[str]]) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-c", code, json.dumps(lines)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return set(json.loads(done.stdout)) & set(HEAVY)

    assert loaded([["--help"], *([*name.split(), "--help"] for name in (*COMMANDS, *SERVERS))]) == set()
    assert loaded([["validate", str(flagship)]]) <= {"ruamel.yaml"}
