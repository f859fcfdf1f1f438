"""Contagion in a run: who considers a listing that is neither shown, advertised nor remembered."""

from __future__ import annotations

import math

import numpy as np

from simulator.model import MarketEntryModel
from tests.laws.worlds import STOCK, scenario

YEARLY, OWNERS = 0.6, 0.1
UNSEEN = {"organic": False, "ads": False, "memory": False}


def run(q: float, owners: float, **mechanisms: bool) -> tuple[np.ndarray, np.ndarray, MarketEntryModel]:
    """Play a listing that only its owners make known.

    Returns
    -------
    Consideration on a marketplace, owners as a share of people, both [W, M] from the second week on, and the model.
    """
    asked = scenario(
        strategies={"plan": STOCK}, behaviour={"contagion_per_year": q}, uncertainties={},
        mechanisms=UNSEEN | mechanisms,
    )  # fmt: skip
    model = MarketEntryModel(asked, "plan")
    considered, owned = [], []
    while model.week < model.weeks:
        if model.week == 1:
            model.listing.satisfied[1] += owners * model.world.people
        share = (model.listing.satisfied_owners(model.week) / model.world.people)[0]
        model.step()
        if model.week > 1:
            considered.append(model.storefront.record["consider"][0, :, 0, 0].astype(float))
            owned.append(share)
    return np.array(considered), np.array(owned), model


def test_the_chance_to_catch_it_is_that_of_meeting_an_owner() -> None:
    considered, owned, model = run(YEARLY, OWNERS)
    frequency = model.world.batch.category_in("frequency_per_year")[0]
    np.testing.assert_allclose(considered, 1.0 - np.exp(-YEARLY / frequency * owned), atol=1e-7)
    np.testing.assert_allclose(considered[0], -math.expm1(-YEARLY / 0.4 * OWNERS), atol=1e-7)
    assert (owned[-1] > OWNERS).all(), "who caught it owns it and passes it on"


def test_nobody_catches_it_without_owners_imitation_or_mechanism() -> None:
    for considered, _, model in (run(YEARLY, 0.0), run(0.0, OWNERS), run(YEARLY, OWNERS, contagion=False)):
        assert not considered.any()
        assert not model.records.units[..., 0].any()
