"""Promotions come in their ISO weeks, every year, and never go below the floor."""

from __future__ import annotations

import numpy as np

from simulator import calendar
from simulator.model import MarketEntryModel
from tests.laws.worlds import STOCK, scenario

SUMMER = {"weeks": [24, 25], "off_share": 0.2}
ONE = {"weeks": [25], "off_share": 0.3}
TURN = {"weeks": [53, 1], "off_share": 0.1}
CERTAIN = {"uncertainties": {}, "mechanisms": {"fx": False}, "weeks": 70}


def prices(price: dict) -> tuple[np.ndarray, list[int]]:
    """Return the US price by week, and the ISO weeks; 2026 has 53."""
    asked = scenario(strategies={"sale": STOCK | {"price": price}}, **CERTAIN)
    weeks = [calendar.iso_week(calendar.monday(asked.start, week))[1] for week in range(asked.weeks)]
    return MarketEntryModel(asked, "sale").run().price_usd[:, 0, 0, 0], weeks


def test_the_largest_cut_of_the_week_holds_and_returns_every_year() -> None:
    shown, weeks = prices({"position": 1.0, "promotions": [SUMMER, ONE, TURN]})
    off = {24: 0.2, 25: 0.3, 53: 0.1, 1: 0.1}
    expected = 65.0 * (1.0 - np.array([off.get(week, 0.0) for week in weeks]))
    on = ~np.isnan(shown)
    np.testing.assert_allclose(shown[on], expected[on])
    assert weeks[on.argmax() :].count(25) == 2 and 53 in weeks and on[-1]


def test_a_promotion_stops_at_the_floor() -> None:
    price = {"position": 0.8, "floor_margin_share": 0.2, "promotions": [SUMMER | {"off_share": 0.9}]}
    shown, weeks = prices(price)
    plain, _ = prices(price | {"promotions": []})
    cut = np.isin(weeks, SUMMER["weeks"]) & ~np.isnan(shown)
    assert cut.any()
    np.testing.assert_array_equal(shown[~cut], plain[~cut])
    assert (shown[cut] < plain[cut]).all() and (shown[cut] > 0.3 * plain[cut]).all()


def test_the_price_after_a_promotion_is_the_one_before() -> None:
    """A price that follows competitors goes on from where it stood, not from the promoted one."""
    shown, weeks = prices({"position": 1.0, "rule": "undercut", "promotions": [ONE | {"off_share": 0.15}]})
    week = len(weeks) - 1 - weeks[::-1].index(25)
    assert 0.8 < shown[week] / shown[week - 1] < 0.9
    assert 0.95 < shown[week + 1] / shown[week - 1] < 1.05
