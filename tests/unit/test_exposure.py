"""Claims that are found out: the hazard, and the year in which nobody believes them."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.batch import Batch
from simulator.market.exposure import Exposure, hazard
from simulator.model import MarketEntryModel
from simulator.startup import prefixes
from tests.laws.worlds import PARCELS, scenario

ALL = np.ones((2, 3), bool)


def exposure(weeks: int = 52, base: float = 1.0, **changed) -> Exposure:
    batch = Batch(scenario(behaviour={"exposure_hazard": base, "exposure_weeks": weeks}, **changed), (0, 1))
    return Exposure(batch, prefixes(batch, "exposure_of_claims"))


@settings(deadline=None)
@given(st.floats(0, 1), st.floats(0, 1e3))
def test_the_hazard_grows_with_sales_up_to_certainty(base, pace):
    assert hazard(base, pace) == min(base * pace, 1.0)


def test_a_year_without_belief_starts_the_week_after():
    found = exposure()
    fines = found.examine(3, ALL, np.ones(ALL.shape))
    assert (fines == 8000.0).all() and (found.hits == 1).all()
    active = [bool(found.active(week).all()) for week in range(4, 60)]
    assert active == [True] * 52 + [False] * 4


def test_who_is_not_believed_is_not_exposed_again_before_the_year_is_over():
    found = exposure(weeks=4)
    hits = []
    for week in range(12):
        found.examine(week, ALL, np.ones(ALL.shape))
        hits.append(int(found.hits[0, 0]))
    assert hits == [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3]


def test_what_is_proven_or_does_not_sell_or_is_not_examined_is_never_found_out():
    assert not exposure().examine(0, ~ALL, np.ones(ALL.shape)).any()
    assert not exposure().examine(0, ALL, np.zeros(ALL.shape)).any()
    assert not exposure(mechanisms={"exposure": False}).examine(0, ALL, np.full(ALL.shape, 1e9)).any()


def test_the_chance_is_the_hazard():
    found, n = exposure(weeks=1, base=0.2), 0
    for week in range(600):
        n += int((found.examine(week, ALL, np.full(ALL.shape, 0.5)) > 0).sum())
    # A hit closes the next week and its own: a renewal every 1 / 0.1 + 1 weeks.
    expected = 600 * ALL.size / 11.0
    assert abs(n - expected) < 4.0 * np.sqrt(expected)


def test_a_claim_found_out_loses_belief_badge_and_stars_for_a_year():
    claiming = PARCELS | {"entry": {"DE": 0}, "product": {"green": 1.0}}
    asked = scenario(
        strategies={"claiming": claiming}, markets=["DE"], weeks=70, uncertainties={},
        behaviour={"exposure_hazard": 1.0},
    )  # fmt: skip
    model = MarketEntryModel(asked, "claiming", (0, 1))
    believed, stars, plain, exposed = [], [], [], []
    while model.week < model.weeks:
        active = model.exposure.active(model.week)
        shelf = model.entrant.shelf(model.week, active)
        believed.append(shelf.green[:, 0].copy())
        exposed.append(active[:, 0].copy())
        stars.append(model.listing.shown(active)[:, 0].copy())
        plain.append(model.listing.shown(np.zeros_like(active))[:, 0].copy())
        model.step()
    exposed = np.array(exposed)
    np.testing.assert_array_equal(np.array(believed), np.where(exposed, 0.0, 0.5))
    np.testing.assert_allclose(np.array(plain) - np.array(stars), 0.3 * exposed, atol=1e-12)
    first = exposed.argmax(axis=0)
    assert exposed.any(axis=0).all() and (first + 52 < 70).all()
    for f, week in enumerate(first):
        assert exposed[week : week + 52, f].all() and not exposed[week + 52, f]
