"""The scorecard with other categories: the same firm, strategies and people, and category inputs alone changed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from simulator.cli.scoring import cells
from simulator.scenario import load_scenario
from simulator.scorecard import Estimate, Score, patterns, score
from simulator.scorecard.recasting import recast
from tests.laws.flagship import PATH

PAGE = Path(__file__).parents[2] / "docs" / "scorecard.md"
OTHERS = ("packaged_food", "smart_home_camera")


@cache
def scores(category: str) -> dict[str, Score]:
    """Return the patterns of the flagship with another category, at a size that leaves most verdicts as they are."""
    played = recast(load_scenario(PATH, replications=6, consumers=1_000), category)
    return {each.pattern.key: each for each in score(played, workers=2)}


@pytest.mark.parametrize("category", OTHERS)
def test_ten_patterns_and_more_emerge_with_category_inputs_alone_changed(category):
    inside = [each.pattern for each in scores(category).values() if each.verdict == "inside"]
    assert len([pattern for pattern in inside if pattern.kind == "emergent"]) >= 10, [each.key for each in inside]


@pytest.mark.parametrize("category", OTHERS)
def test_patterns_that_no_category_may_lack(category):
    found = scores(category)
    for key in ("own_elasticity", "poorer_markets", "double_jeopardy", "one_over_two", "localisation", "no_winner"):
        assert found[key].verdict == "inside", (key, found[key].estimate)
    low, middle, high = found["entrant_elasticity"].estimate.parts.values()
    assert low < middle < high < 0.0


def test_no_score_depends_on_threads():
    played = load_scenario(PATH, replications=2, consumers=200, settings=["weeks=60"])
    alone, several = ([(each.pattern.key, repr(each.estimate)) for each in score(played, workers=n)] for n in (1, 2))
    assert alone == several


def test_the_page_has_every_pattern_with_its_band_and_source():
    text = PAGE.read_text(encoding="utf-8")
    for pattern in patterns():
        words, source, *_, band = cells(Score(pattern, Estimate(0.0)), "en")
        row = f"| {words} | {band} | {source.removeprefix('Band: ')} |"
        assert row in text, "write it anew: python docs/scorecard.py"
