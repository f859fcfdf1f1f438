"""Goods that people buy once: adopters leave, so all that is ever sold is bounded by the people there are."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.model import NO_ENTRY, MarketEntryModel
from tests.laws.worlds import STOCK, scenario

ONCE = {"key": "sports_earbuds", "once": True, "frequency_per_year": 4.0}
RUN = {"category": ONCE, "uncertainties": {}, "markets": ["US"], "weeks": 104}
MECHANISMS = {"growth": False, "market_noise": False}
PLAN = STOCK | {"entry": {"US": 0}}


def model(strategy: str = "plan", **changed) -> MarketEntryModel:
    asked = scenario(strategies={"plan": PLAN}, mechanisms=MECHANISMS, **(RUN | changed))
    return MarketEntryModel(asked, strategy)


def test_no_more_is_sold_than_there_are_people() -> None:
    played = model()
    records = played.run()
    people = played.world.people[0, 0]
    ever = records.units[:, 0, 0].sum(axis=-1).cumsum()
    assert 0.5 * people < ever[-1] <= people
    weekly = np.diff(ever)
    assert weekly[-26:].mean() < 0.5 * weekly[:26].mean(), "who has bought does not come back"


def test_needs_fall_by_those_who_left_and_only_where_people_buy_once() -> None:
    once, again = model().run(), model(category=ONCE | {"once": False}).run()
    assert (once.needs[1:, 0, 0] < again.needs[1:, 0, 0]).all()
    assert once.needs[0, 0, 0] == again.needs[0, 0, 0], "nobody has left yet"


@pytest.mark.parametrize("strategy", [NO_ENTRY, "plan"])
def test_expected_and_sampled_people_leave_alike(strategy: str) -> None:
    consumers = 4000
    shares = {}
    for demand in ("expected", "sampled"):
        played = model(strategy, demand=demand, consumers=consumers)
        total = 0.0
        path = []
        while played.week < played.weeks:
            played.step()
            total += float(played.deliveries.units[0, 0, :-1].sum())
            path.append(total)
        whole = consumers if demand == "sampled" else played.world.people[0, 0]
        shares[demand] = np.array(path) / whole
    assert shares["sampled"][-1] <= 1.0
    # The sampled share of independent people scatters by sqrt(p (1 - p) / n); four of them, and the weeks' thinning.
    p = shares["expected"]
    assert (np.abs(shares["sampled"] - p) < 4.0 * np.sqrt(p * (1.0 - p) / consumers) + 0.01).all()


def test_owners_of_what_is_bought_once_stay_owners() -> None:
    """Others' ownership counts until their next need is due, here after 13 weeks; there is none where people leave."""
    for category, forget in ((ONCE, False), (ONCE | {"once": False}, True)):
        played = model(category=category)
        played.run()
        ever, still = played.listing.satisfied[played.week], played.listing.satisfied_owners(played.week)
        assert (still > 0.0).all()
        assert ((still < ever) == forget).all()
