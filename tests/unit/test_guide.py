"""The guide is true: its code runs, its scenarios are valid, its tables leave nothing out."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from simulator import run
from simulator.errors import ScenarioError
from simulator.examples import examples_dir
from simulator.outcomes import SUMMARY_COLUMNS
from simulator.scenario import load_scenario, parse_scenario
from simulator.scenario.strategy import Levers
from simulator.scenario.uncertainty import DISTRIBUTIONS
from simulator.sources import COLUMNS as SOURCE_COLUMNS
from simulator.views import STAGES

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
PAGES = sorted(GUIDE.glob("*.md"))


def blocks(page: str, language: str) -> list[str]:
    """Return the pieces of code of a page."""
    text = (GUIDE / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def shown(code: str, names: dict[str, Any]) -> Any:
    """Run a piece of code; return what its last line shows, as a notebook would, or None."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "recipes.md", "exec"), names)
    return None if last is None else eval(compile(ast.Expression(last.value), "recipes.md", "eval"), names)


def test_every_recipe_runs(tmp_path: Path) -> None:
    scenario = load_scenario(examples_dir() / "flagship.yaml", weeks=40, consumers=300)
    folder = run(scenario, replications=3, workers=1).save(tmp_path)
    names: dict[str, Any] = {"folder": folder}
    pieces = blocks("recipes.md", "python")
    assert len(pieces) >= 10
    for code in pieces:
        result = shown(code, names)
        assert result is None or len(result), code
    # what two of them say of this run
    assert names["table"]["mean"]["localised"] == pytest.approx(names["futures"]["localised"].mean())
    assert names["shares"].groupby(["strategy", "market"], observed=True).sum().dropna().round(9).isin([0, 1]).all()
    assert set(names["drivers"].index) == set(scenario.uncertainties)
    unchanged = names["change"].dropna().xs("ALL", level="market").groupby("strategy", observed=True).mean()
    assert unchanged["localised"] == 0.0


def test_the_scenarios_of_the_guide_are_valid() -> None:
    whole, *parts = blocks("scenario-language.md", "yaml")
    parse_scenario(whole, folder=examples_dir())
    together = parse_scenario("extends: base.yaml\n" + "\n".join(parts), folder=examples_dir())
    assert together.events and together.uncertainties and together.rivals
    for part in blocks("events.md", "yaml"):
        assert parse_scenario(f"extends: base.yaml\n{part}", folder=examples_dir()).events


def test_the_message_of_the_guide_is_what_is_said() -> None:
    text = "extends: base.yaml\nstrategies:\n  one_size_fits_all:\n    price: {rule: gloabl}\n"
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, folder=examples_dir())
    (problem,) = caught.value.problems
    assert problem.message in (GUIDE / "scenario-language.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("outputs.md", [*SUMMARY_COLUMNS, *STAGES, *SOURCE_COLUMNS]),
        ("scenario-language.md", [*Levers.model_fields, *DISTRIBUTIONS]),
        ("README.md", [path.name for path in examples_dir().glob("*.yaml")] + [page.name for page in PAGES[1:]]),
    ],
)
def test_a_page_leaves_nothing_out(page: str, words: list[str]) -> None:
    text = (GUIDE / page).read_text(encoding="utf-8")
    missing = [word for word in words if not re.search(rf"\b{re.escape(word)}\b", text)]
    assert missing == []


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([\w./-]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).is_file(), (page.name, target)
