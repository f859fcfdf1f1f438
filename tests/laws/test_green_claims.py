"""A green claim link by link: claimed or certified, seen or not, found out or not, worth it or not.

Worlds that differ in one thing, in the same futures. The goods are alike: here a claim costs nothing to make.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from simulator.assembly import build_world
from simulator.comparison import interval
from simulator.ledger import INDEX
from simulator.model import MarketEntryModel
from simulator.outcomes import ALL, Setting, summary
from simulator.views import Records
from tests.laws.worlds import same, scenario

FUTURES = tuple(range(12))
GRANTED = 6
PLAIN = {
    "entry": {"US": 0},
    "logistics": {"mode": "local"},
    "ads": {"budget_usd_week": 3000},
    "payments": ["local"],
    "localisation": {"language": True},
    "compliance": "minimum",
}
CLAIMED = PLAIN | {"product": {"green": 1.0}}
CERTIFIED = PLAIN | {"product": {"green": 1.0, "certificates": ["FSC"]}}
QUIET = CLAIMED | {"ads": {"budget_usd_week": 300}}
PLANS = {"plain": PLAIN, "claimed": CLAIMED, "certified": CERTIFIED, "quiet": QUIET}
GOODS = {
    "key": "sports_earbuds", "attributes": {"green": 1.5}, "unit_adders": {"green_usd": 0.0},
    "certificates": {"FSC": {"weeks": GRANTED, "audit_fail_share": 0.0}},
}  # fmt: skip
"""Shoppers care, and an empty claim is empty: it makes no unit dearer."""


class Played:
    """A strategy played to the end, its exposures by week, and its profit by future."""

    def __init__(self, plan: str, behaviour: dict[str, Any]) -> None:
        asked = scenario(
            weeks=104, markets=["US"], consumers=1500, uncertainties={}, category=GOODS, behaviour=behaviour,
            mechanisms={"audits": False}, strategies=PLANS,
        )  # fmt: skip
        model = MarketEntryModel(asked, plan, FUTURES, build_world(asked, FUTURES))
        hits = []
        while model.week < model.weeks:
            model.step()
            hits.append(model.exposure.hits[:, 0].copy())
        self.hits = np.array(hits)
        self.records: Records = model.records
        self.rank = model.listing.rank[:, 0]
        setting = Setting(asked.start, asked.discount_rate, asked.seller.cash_usd, tuple(asked.strategies))
        table = summary(self.records, setting)
        self.profit = table[table["market"] == ALL]["profit_usd"].to_numpy(float)

    @property
    def units(self) -> np.ndarray:
        return self.records.units[:, :, 0, 0]

    @property
    def visibility(self) -> np.ndarray:
        return self.records.visibility[:, :, 0]


@cache
def played(plan: str, hazard: float = 0.0, badge: float = 1.15) -> Played:
    return Played(plan, {"exposure_hazard": hazard, "green_badge_factor": badge})


def above_zero(differences: np.ndarray) -> bool:
    low, high = interval(differences)
    return 0.0 < low <= high


# ------------------------------------------------------------------------------------------- claimed, certified
def test_a_claim_is_believed_by_half_and_has_no_badge_until_it_is_certified() -> None:
    shown = {}
    for plan in ("claimed", "certified"):
        asked = scenario(markets=["US"], category=GOODS, strategies=PLANS, uncertainties={}, weeks=20)
        model = MarketEntryModel(asked, plan)
        shelves = [model.entrant.shelf(week, np.zeros((1, 1), bool)) for week in (GRANTED - 1, GRANTED)]
        shown[plan] = [(s.green[0, 0], s.green_badge[0, 0], s.certified[0, 0]) for s in shelves]
    assert shown == {
        "claimed": [(0.5, False, False), (0.5, False, False)],
        "certified": [(0.5, False, False), (1.0, True, True)],
    }


# ----------------------------------------------------------------------------- badge -> visibility -> sales
def test_the_badge_makes_the_listing_seen_and_sold_at_the_same_price() -> None:
    seen, unseen = played("certified"), played("certified", badge=1.0)
    np.testing.assert_array_equal(seen.records.price_usd[..., 0], unseen.records.price_usd[..., 0])
    assert same(seen.records, unseen.records, slice(0, GRANTED)) == []
    gained = (seen.visibility - unseen.visibility)[GRANTED:].mean(axis=0)
    assert above_zero(gained)
    assert above_zero((seen.units - unseen.units).sum(axis=0) * 1.0)
    assert above_zero(seen.rank - unseen.rank), "what sells is ranked higher"
    assert above_zero(seen.profit - unseen.profit)


def test_a_badge_is_nothing_to_who_only_claims() -> None:
    assert same(played("claimed").records, played("claimed", badge=1.0).records) == []


# ------------------------------------------------------------------------------- sales -> found out -> loss
def first_hit(of: Played) -> np.ndarray:
    """Return the week of the first exposure, int64[F]; the number of weeks where there is none."""
    found = of.hits > 0
    return np.where(found.any(axis=0), found.argmax(axis=0), len(of.hits))


def test_who_sells_more_is_found_out_sooner() -> None:
    quiet, loud = first_hit(played("quiet", 0.05)), first_hit(played("claimed", 0.05))
    assert (loud <= quiet).all(), "the same examiner looks in the same weeks"
    assert (loud < quiet).sum() >= 3 and (quiet < 104).sum() >= 6


def test_who_is_found_out_is_seen_and_sold_less_and_pays() -> None:
    free, caught = played("claimed"), played("claimed", 0.05)
    first = first_hit(caught)
    hit = first < 90
    assert hit.sum() >= 8
    after = (np.arange(104)[:, None] > first) & (np.arange(104)[:, None] <= first + 13)
    for lost in (free.visibility - caught.visibility, free.units - caught.units):
        assert above_zero(np.where(after, lost, 0.0).sum(axis=0)[hit])
    fines = caught.records.ledger[..., INDEX["fines"]].sum(axis=(0, 2))
    np.testing.assert_array_equal(fines, 800_000 * caught.hits[-1])
    for f in np.flatnonzero(hit):
        np.testing.assert_array_equal(free.units[: first[f] + 1, f], caught.units[: first[f] + 1, f])


# -------------------------------------------------------------------------------------------- is it worth it
HAZARDS = (0.0, 0.004, 0.02, 0.1, 0.3)


def test_an_empty_claim_is_worth_the_less_the_more_is_looked_into_and_in_the_end_a_loss() -> None:
    plain = played("plain").profit
    values = [played("claimed", hazard).profit - plain for hazard in HAZARDS]
    means = [value.mean() for value in values]
    assert means == sorted(means, reverse=True)
    assert above_zero(values[0]) and above_zero(-values[-1])
    assert above_zero(values[0] - values[2]) and above_zero(values[2] - values[4])
    # The mean falls through zero between two of the hazards: there the claim breaks even.
    assert (np.diff(np.sign(means)) != 0).sum() == 1


def test_a_claim_that_is_certified_bears_no_such_risk() -> None:
    assert same(played("certified", 0.1).records, played("certified").records, slice(GRANTED + 1)) == []
    worth = played("certified", 0.1).profit - played("claimed", 0.1).profit
    assert above_zero(worth)
    assert not np.diff(played("certified", 0.1).hits[GRANTED:], axis=0).any()
