"""A product lives from its first sale, whenever the firm comes."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.model import MarketEntryModel
from tests.laws import worlds

WEEKS, LIFE = 90, 30


def play(entry: dict[str, int], **levers) -> MarketEntryModel:
    """Play a strategy from stock in a category of short lives."""
    scenario = worlds.scenario(
        weeks=WEEKS, category={"key": "sports_earbuds", "life_weeks": LIFE},
        strategies={"one": worlds.STOCK | {"entry": entry} | levers},
    )  # fmt: skip
    model = MarketEntryModel(scenario, "one", (0, 1))
    model.run()
    return model


@pytest.mark.parametrize("entry", [{"US": 0}, {"US": 20}, {"DE": 20, "ID": 26}])
def test_the_first_generation_begins_with_the_first_sale(entry: dict[str, int]) -> None:
    model = play(entry)
    sale = model.records.first_sale_week
    first = sale[sale >= 0].min()
    assert model.entrant.generations.start == first
    curve = model.entrant.generations.curve[:, first : first + LIFE].mean(axis=1)
    np.testing.assert_allclose(curve, 1.0, rtol=1e-6)


def test_a_firm_that_comes_later_lives_the_same_life_later() -> None:
    now, later = (play({"US": week}).entrant.generations for week in (0, 20))
    np.testing.assert_array_equal(now.curve[:, : WEEKS - 20], later.curve[:, 20:WEEKS])
