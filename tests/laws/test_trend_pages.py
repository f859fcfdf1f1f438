"""The pages on the trends show what the scoreboard says, at its full size: no table is older than the model."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import pytest

from simulator import trends
from simulator.examples import examples_dir
from simulator.experiments.ladder import rungs
from simulator.report import board as shipped
from simulator.scenario import load_scenario
from simulator.texts import tr
from simulator.trends import Finding
from simulator.trends.regions import LEVERS

FOLDER = Path(__file__).parents[2] / "docs" / "trends"
PAGES_OF_ALL = sorted(FOLDER.glob("*.md"))
PAGES = [path for path in PAGES_OF_ALL if "<!-- claims" in path.read_text(encoding="utf-8")]


@cache
def board() -> tuple[Finding, ...]:
    return trends.examine()


def writer():
    spec = importlib.util.spec_from_file_location("scoreboard", FOLDER / "scoreboard.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_a_page_shows_what_the_scoreboard_says(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert writer().filled(text, board()) == text, "write it anew: python docs/trends/scoreboard.py"


def test_the_board_that_ships_is_what_is_played(tmp_path: Path) -> None:
    """To the last digit, and every future of it."""
    assert shipped.save(board(), tmp_path / "trends.json").read_bytes() == shipped.FILE.read_bytes(), (
        "run `make shipped`"
    )


def test_every_claim_stands_on_a_page() -> None:
    shown = {int(n) for page in PAGES for m in writer().TABLE.finditer(page.read_text("utf-8")) for n in m[2].split()}
    assert shown == {finding.part.claim for finding in board()}


def test_tables_of_single_scenarios_hold_every_strategy_of_theirs() -> None:
    """They take minutes to play, so that they are whole is all that is looked at here."""
    pages = "".join(page.read_text("utf-8") for page in PAGES_OF_ALL)
    tables = [(m[2], m[0], len(rungs())) for m in writer().LADDER.finditer(pages)]
    tables += [(m[2], m[0], 1) for m in writer().RISKS.finditer(pages)]
    assert len(tables) >= 3
    for file, text, rows in tables:
        lines = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")][2:]
        strategies = load_scenario(examples_dir() / file).strategies
        assert lines == [name for name in strategies for _ in range(rows)], file


def test_the_table_of_levers_by_region_is_whole() -> None:
    table = writer().SIGNS.search((FOLDER / "emerging.md").read_text("utf-8"))
    assert table is not None
    lines = [line.split("|")[1].strip() for line in table[0].splitlines() if line.startswith("| ")][2:]
    assert sorted(lines) == sorted(tr(f"trends.levers.{lever}") for lever in LEVERS)


def test_the_sampling_error_is_small_beside_what_is_claimed() -> None:
    errors = [f.estimate.sampling for f in board() if f.part.needs and f.estimate.sampling == f.estimate.sampling]
    assert len(errors) > 40
    assert max(errors) < 0.05
