"""One small run that the tests of the command line share."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulator.cli import app
from simulator.examples import examples_dir

SMALL = ("--consumers", "300", "--weeks", "12", "--replications", "2", "--workers", "2")
"""Small enough to play in a moment; the answer is worthless."""


@dataclass(frozen=True)
class Said:
    """What a command line answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Parsed stdout."""
        return json.loads(self.out)


def call(*arguments: object) -> Said:
    """Run a command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = app.run([str(each) for each in arguments])
    return Said(code, out.getvalue(), err.getvalue())


@pytest.fixture
def cli() -> Callable[..., Said]:
    """Return the function that runs a command line."""
    return call


@pytest.fixture(scope="session")
def flagship() -> Path:
    """Return the file of the flagship scenario."""
    return examples_dir() / "flagship.yaml"


@dataclass(frozen=True)
class Played:
    """A finished run."""

    folder: Path
    said: Said


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory, flagship: Path) -> Played:
    """Return a small run of the flagship."""
    out = tmp_path_factory.mktemp("runs")
    said = call("run", flagship, *SMALL, "--out", out, "--json")
    assert said.code == 0, said.err
    return Played(Path(said.json["folder"]), said)


@pytest.fixture(scope="session")
def variants(played: Played, flagship: Path) -> dict[str, Path]:
    """Return folders of runs beside the first: with dearer goods, one more future and less; with another seed."""
    out = played.folder.parents[1] / "variants"
    changes = {
        "dearer": ("--set", "strategies.price_war.price.position=0.9", "--set", "seller.unit_cost_usd=30"),
        "longer": ("--replications", "3"),
        "reseeded": ("--seed", "7"),
    }
    found = {}
    for name, change in changes.items():
        said = call("run", flagship, *SMALL, *change, "--out", out, "--json")
        assert said.code == 0, said.err
        found[name] = Path(said.json["folder"])
    return found
