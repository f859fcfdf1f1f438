"""Where units come from, in played worlds: every row sums to what was gained, in every future and market."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulator import sources
from simulator.assembly import build_world
from simulator.model import NO_ENTRY, MarketEntryModel
from simulator.sources import Volumes
from simulator.views import Records
from tests.laws.worlds import PARCELS, STOCK, scenario

FUTURES = (0, 1, 2)
ONE = {"products": {"pro": None}}
CERTIFIED = STOCK | ONE | {"compliance": "full"}
TRADE = {"enabled": True, "discount_share": 0.25}
STRATEGIES = {
    "parcels": PARCELS | ONE, "stock": STOCK | ONE, "two": STOCK | {"products": {"pro": {"price": {"position": 1.1}}}},
    "firms": CERTIFIED | {"b2b": TRADE}, "firms_alone": CERTIFIED | {"b2b": TRADE | {"exclusive": True}},
}  # fmt: skip
PAIRS = [(name, NO_ENTRY) for name in STRATEGIES] + [
    ("two", "stock"), ("stock", "two"), ("firms", "stock"), ("firms", "firms_alone"), ("parcels", "firms"),
]  # fmt: skip


@cache
def asked():
    seller = {
        "cash_usd": 2e7, "unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2,
        "products": {"pro": {"unit_cost_usd": 22.0}},
    }  # fmt: skip
    markets = {code: {"rfq_week": 3.0} for code in ("US", "DE", "ID")}
    return scenario(strategies=STRATEGIES, markets=markets, seller=seller)


@cache
def played(name: str) -> Records:
    return MarketEntryModel(asked(), name, FUTURES, world=build_world(asked(), FUTURES)).run()


@cache
def volumes(name: str) -> Volumes:
    return Volumes.of(played(name))


@pytest.mark.parametrize(("strategy", "reference"), PAIRS)
def test_sources_sum_to_the_units_gained_in_every_future_and_market(strategy: str, reference: str) -> None:
    one, other = played(strategy), played(reference)
    found = sources.matrix(volumes(strategy), volumes(reference), FUTURES)
    assert found.any()
    retail = found[:, :, :-1].sum(axis=(2, 3)) - _between_variants(found)
    np.testing.assert_allclose(retail, (one.units - other.units)[..., 0].sum(axis=0), rtol=0, atol=1e-8)
    np.testing.assert_array_equal(found[:, :, -1].sum(axis=-1), (one.business_units - other.business_units).sum(axis=0))
    variants = one.variant_units - other.variant_units
    rows = found[:, :, :-1].sum(axis=-1)
    shown = rows != 0.0
    np.testing.assert_allclose(rows[shown], variants[shown], rtol=0, atol=1e-8)


def _between_variants(found: np.ndarray) -> np.ndarray:
    """Return the units that pass between variants, which the listing as a whole does not gain."""
    variants = found.shape[2] - 1
    return found[:, :, :-1, :variants].sum(axis=(2, 3))


@pytest.mark.parametrize("name", [*STRATEGIES, NO_ENTRY])
def test_all_takers_sum_to_the_needs_that_everybody_meets(name: str) -> None:
    found = volumes(name)
    np.testing.assert_array_equal(found.own.sum(axis=-1) + found.others.sum(axis=-1), found.needs)
    np.testing.assert_array_equal(found.needs, volumes(NO_ENTRY).needs)
    np.testing.assert_array_equal(found.own.sum(axis=-1), played(name).units[..., 0].sum(axis=0))
    assert (found.others >= 0).all() and (found.lots >= 0).all()


def test_a_single_listing_draws_whole_units() -> None:
    found = sources.matrix(volumes("stock"), volumes(NO_ENTRY), FUTURES)
    np.testing.assert_array_equal(found, np.rint(found))


def test_each_kind_of_source_is_met() -> None:
    table = sources.tables([volumes(name) for name in (*STRATEGIES, NO_ENTRY)], (NO_ENTRY, "stock"))
    against = table[(table["reference"] == "stock") & (table["market"] == sources.ALL)].set_index("strategy")
    cannibalised = against.loc["two"].set_index("source")["units"]
    assert cannibalised["core"] > 0.0  # the second product takes from the first
    firms = against.loc["firms"]
    lots = firms[firms["gained"] == sources.BUSINESS].set_index("source")["units"]
    assert lots["other_bidder"] > 0.0 and lots["no_bidder"] > 0.0
    assert firms.set_index("source")["units"]["leaked"] < 0.0  # leaked goods sell in place of the entrant's own
    alone = table[(table["strategy"] == "firms_alone") & (table["reference"] == NO_ENTRY)]
    assert set(alone["gained"]) == {sources.BUSINESS}
