"""Variants: one that nobody offers changes nothing, units of all add up, siblings help each other out of stock."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulator.model import MarketEntryModel
from tests.laws.worlds import MIXED, PARCELS, STOCK, Watched, same, scenario

SELLER = {"cash_usd": 2e6, "unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2}
TWIN = SELLER | {"products": {"twin": {}}}
FUTURES = (0, 2)


@pytest.mark.parametrize("strategy", [STOCK, PARCELS, MIXED], ids=["stock", "parcels", "mixed"])
def test_a_variant_that_is_never_offered_changes_no_bit(strategy) -> None:
    alone = MarketEntryModel(scenario(seller=SELLER, strategies={"one": strategy}), "one", FUTURES).run()
    silent = {"one": strategy | {"products": {"twin": None}}, "other": strategy}
    beside = MarketEntryModel(scenario(seller=TWIN, strategies=silent), "one", FUTURES).run()
    same_but_for_a_column_of_nothing(alone, beside)


def same_but_for_a_column_of_nothing(alone, beside) -> None:
    """Hold records to be equal bit for bit; of the second product none was sold."""
    assert set(same(alone, beside)) == {"variant_units"}
    np.testing.assert_array_equal(beside.variant_units[..., :1], alone.variant_units)
    assert not beside.variant_units[..., 1].any()


def test_what_a_variant_claims_that_is_never_offered_is_nobodys_affair() -> None:
    """Inspectors and auditors look at what is sold: an empty claim and papers of goods that are not change no bit."""
    watched = {"exposure_hazard": 0.3, "audit_hazard_full": 0.05, "audit_traceable_factor": 0.1}
    plain = STOCK | {"product": {}}
    alone = scenario(seller=SELLER, strategies={"one": plain}, behaviour=watched)
    claims = SELLER | {"products": {"twin": {"green": 1.0, "empty_claim": True, "traceable": True}}}
    silent = {"one": plain | {"products": {"twin": None}}, "other": plain}
    beside = scenario(seller=claims, strategies=silent, behaviour=watched)
    one, other = (MarketEntryModel(each, "one", FUTURES).run() for each in (alone, beside))
    assert one.incidents.any(), "audits hit"
    same_but_for_a_column_of_nothing(one, other)


def played(strategy: dict, seller: dict, **changed) -> tuple[Watched, list]:
    """Play a strategy; return the model and its weekly sales."""
    model = Watched(scenario(seller=seller, strategies={"two": strategy}, **changed), "two", FUTURES)
    sales = []
    while model.week < model.weeks:
        model.step()
        sales.append(model.sales)
    return model, sales


PRO = SELLER | {"products": {"pro": {"unit_cost_usd": 24.0, "moq_units": 50}}}
SCARCE = STOCK | {
    "price": {"position": 0.8},
    "inventory": {"forecast": "mean", "service_level": 0.5},
    "products": {"pro": {"price": {"position": 0.85}}},
}


@cache
def two() -> tuple[Watched, list]:
    return played(SCARCE, PRO, behaviour={"plan_share": 0.05})


def test_units_of_the_variants_add_up_to_those_of_the_listing() -> None:
    model, sales = two()
    sold = np.array([model.entrant.levers.markets(each.sold) for each in sales])
    np.testing.assert_array_equal(sold, model.records.units[..., 0])
    by_variant = np.array([each.sold for each in sales]).sum(axis=(0, 1)).reshape(-1, 2)
    assert (by_variant > 100).all(), "both variants sell in every market"


def test_a_sibling_sells_what_ran_out_and_no_more_than_was_wanted_of_both() -> None:
    model, sales = two()
    more, lost = 0, 0
    for each in sales:
        total = model.entrant.levers.markets
        assert (total(each.sold) <= total(each.demand)).all()
        more += int(np.maximum(each.sold - each.demand, 0).sum())
        lost += int(np.maximum(total(each.demand) - total(each.sold), 0).sum())
    assert more > 0, "somewhere a sibling helped out"
    assert lost > 0, "and not everywhere"


def test_two_like_variants_at_one_price_sell_alike() -> None:
    """They differ in luck alone."""
    off = {"stock": False, "listing_noise": False}
    model, sales = played(STOCK | {"products": {"twin": {}}}, TWIN, mechanisms=off)
    core, twin = np.array([each.sold for each in sales]).sum(axis=(0, 1)).reshape(-1, 2).sum(axis=0)
    assert abs(core / twin - 1.0) < 0.1
    assert min(core, twin) > 1000
    assert model.entrant.levers.variants == 2


def test_a_twin_adds_little_to_what_the_listing_sells() -> None:
    """Two like products are one choice: a nest of dissimilarity 1/8 weighs 2^(1/8) = 1.09 of one of them.

    Unrelated offers would weigh twice as much. Organic rank and memory, which would magnify it, are off.
    """
    feedback = "memory", "word_of_mouth", "organic", "loyalty", "ratings", "trust", "audits"
    off = dict.fromkeys(("stock", "listing_noise", *feedback), False)
    shares = {}
    for name, offered in (("one", False), ("two", True)):
        strategy = STOCK | {"products": {"twin": {"offered": offered}}, "ads": {"budget_usd_week": 50_000}}
        model, _ = played(strategy, TWIN, mechanisms=off)
        shares[name] = model.tallies.shares[:, :, :2].sum() / model.tallies.polled.sum()
    assert 1.05 < shares["two"] / shares["one"] < 2.0**0.125
