"""Archetypes whose sellers take a green label: two offers that were one, and sellers who pass from one to the other."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.assembly import build_world
from simulator.calendar import NEVER
from simulator.errors import ScenarioError
from simulator.model import NO_ENTRY, MarketEntryModel
from simulator.scenario import Scenario
from simulator.scenario.paths import settable
from simulator.sellers.adoption import crowd_utility, labelled_share
from simulator.world import World
from tests.laws.worlds import PARCELS, scenario

SHARE, WHOLE, PART = 0.2, "global_brand", "global_brand_labelled"
ALONE = {"loyalty": False, "growth": False}
"""Memory is sampled, so only without loyalty are shares equal to rounding."""


def question(labelled: dict[str, Any] | None = None, mechanisms: dict[str, bool] | None = None, **changed: Any):
    own = {} if labelled is None else {"labelled": labelled}
    category = {"key": "sports_earbuds", "archetypes": {WHOLE: own} | changed.pop("archetypes", {})}
    rest = {"weeks": 60, "consumers": 1500, "markets": ["US", "ID"], "uncertainties": {}} | changed
    plan = PARCELS | {"entry": dict.fromkeys(rest["markets"], 0)}
    off = ALONE if mechanisms is None else mechanisms
    return scenario(category=category | rest.pop("numbers", {}), strategies={"plan": plan}, mechanisms=off, **rest)


class Played:
    """Weekly units of every seller by key, int64[W, F, M]."""

    def __init__(self, asked: Scenario, strategy: str, futures: tuple[int, ...]) -> None:
        self.world: World = build_world(asked, futures)
        self.records = MarketEntryModel(asked, strategy, futures, world=self.world).run()

    def units(self, *keys: str) -> np.ndarray:
        return self.records.units[..., [self.records.sellers.index(key) for key in keys]].sum(axis=-1)


@cache
def played(growth: float | None, green: float = 0.0, strategy: str = NO_ENTRY, loyal: bool = False) -> Played:
    """Play the label with a growth of its sellers; None: no label is told apart."""
    labelled = None if growth is None else {"share": SHARE, "growth_share_year": growth, "green": green}
    mechanisms = {"growth": False} if loyal else ALONE
    return Played(question(labelled, mechanisms), strategy, (0, 1))


# ----------------------------------------------------------------------------------------- two that were one
@pytest.mark.parametrize("strategy", [NO_ENTRY, "plan"])
def test_a_label_that_nobody_values_divides_the_archetype_and_changes_nothing(strategy: str) -> None:
    one, two = played(None, strategy=strategy), played(0.0, strategy=strategy)
    whole = one.units(WHOLE)
    assert np.abs(two.units(WHOLE, PART) - whole).max() <= 3, "units are whole"
    np.testing.assert_allclose(two.units(PART) / whole, SHARE, atol=2e-3)
    for key in one.records.sellers[1:]:
        if key != WHOLE:
            assert np.abs(two.units(key) - one.units(key)).max() <= 3, key
    for before, after in zip(one.world.solved, two.world.solved, strict=True):
        assert after.price_scale == pytest.approx(before.price_scale, rel=1e-6)
        assert after.entrant_constant == pytest.approx(before.entrant_constant, rel=1e-6)


def test_shoppers_stay_with_the_archetype_whichever_part_they_bought_from() -> None:
    one, two = played(None, loyal=True), played(0.0, loyal=True)
    np.testing.assert_allclose(two.units(WHOLE, PART).sum(axis=0), one.units(WHOLE).sum(axis=0), rtol=5e-3)
    np.testing.assert_allclose(two.units(PART).sum(axis=0), SHARE * two.units(WHOLE, PART).sum(axis=0), rtol=2e-3)
    remembered = {int(code) for code in np.unique(two.world.last)}
    assert two.world.rivals.index(PART) + 1 not in remembered and two.world.rivals.index(WHOLE) + 1 in remembered


def test_each_part_starts_with_its_share_and_a_constant_of_its_own() -> None:
    for green in (0.0, 1.0):
        world = played(0.0, green).world
        at = [world.rivals.index(key) for key in (WHOLE, PART)]
        for solved in world.solved:
            whole, part = (solved.shares[k] for k in at)
            assert part / (whole + part) == pytest.approx(SHARE, abs=1e-4)
        constants = world.menu["constant"][..., [len(world.variants) + k for k in at]].astype(np.float64)
        even = np.log(SHARE / (1.0 - SHARE))
        if green == 0.0:
            np.testing.assert_allclose(constants[..., 1] - constants[..., 0], even, atol=1e-5)
        else:  # what buyers see in the label is not counted twice
            assert (constants[..., 1] - constants[..., 0] < even - 1e-3).all()


# -------------------------------------------------------------------------------------------------- adoption
@settings(deadline=None)
@given(st.floats(0.001, 0.999), st.floats(-0.9, 10.0), st.floats(0.0, 10.0))
def test_no_seller_is_lost_or_made(start: float, growth: float, years: float) -> None:
    share = labelled_share(start, growth, years)
    labelled, others = crowd_utility(share, start), crowd_utility(1.0 - share, 1.0 - start)
    assert start * np.exp(labelled) + (1.0 - start) * np.exp(others) == pytest.approx(1.0)
    assert labelled == pytest.approx(min(years * np.log1p(growth), -np.log(start)), abs=1e-9)


@pytest.mark.parametrize("growth", [0.48, -0.3])
def test_labelled_units_grow_as_their_sellers_where_the_label_is_worth_nothing(growth: float) -> None:
    still, grown = played(0.0), played(growth)
    years = np.arange(60)[:, None, None] / 52.0
    ratio = grown.units(PART) / still.units(PART)
    np.testing.assert_allclose(ratio, np.broadcast_to((1.0 + growth) ** years, ratio.shape), rtol=5e-3)
    assert np.abs(grown.units(WHOLE, PART) - still.units(WHOLE, PART)).max() <= 3, "the archetype stays as large"
    for key in ("local_champion", "low_cost_cross_border", "near"):
        assert np.abs(grown.units(key) - still.units(key)).max() <= 3, key


def test_every_need_ends_somewhere_while_sellers_pass_over() -> None:
    asked = question({"share": SHARE, "growth_share_year": 1.0}, {})
    model = MarketEntryModel(asked, "plan", (0, 1))
    while model.week < model.weeks:
        model.step()
        np.testing.assert_array_equal(model.deliveries.units.sum(axis=-1), model.deliveries.needs)


def test_a_future_is_the_same_alone_and_in_a_batch() -> None:
    path = f"category.archetypes.{WHOLE}.labelled.growth_share_year"
    spread = {path: {"dist": "uniform", "low": -0.5, "high": 2.0}}
    asked = question({"share": SHARE}, {}, uncertainties=spread, weeks=30)
    both, alone = Played(asked, "plan", (0, 1)), Played(asked, "plan", (1,))
    np.testing.assert_array_equal(both.records.units[:, 1:], alone.records.units)
    np.testing.assert_array_equal(both.records.ledger[:, 1:], alone.records.ledger)


def test_when_all_have_the_label_the_others_are_gone() -> None:
    asked = question({"share": 0.5, "growth_share_year": 3.0, "green": 0.0})
    full = Played(asked, NO_ENTRY, (0,))
    gone = np.arange(60) / 52.0 * np.log(4.0) >= np.log(2.0) - 1e-12
    assert 20 < gone.argmax() < 30
    prices = full.records.price_usd[..., full.records.sellers.index(WHOLE)]
    np.testing.assert_array_equal(np.isnan(prices[:, 0, 0]), gone)
    assert not full.units(WHOLE)[gone].any() and full.units(WHOLE)[~gone].all()
    assert np.abs(full.units(WHOLE, PART) - played(None).units(WHOLE)[:, :1]).max() <= 3
    assert (full.world.rival_end == NEVER).all(), "nobody left for good"


# ------------------------------------------------------------------------------------------------------ tilt
def given_constants() -> dict[str, Any]:
    """Return numbers that give every constant as it is solved where the label is worth nothing."""
    world = played(None).world
    constants = world.menu["constant"][0, 0].astype(np.float64)
    own = {key: {"constant": float(constants[len(world.variants) + k])} for k, key in enumerate(world.rivals[:3])}
    own[WHOLE]["labelled"] = {"share": SHARE, "green": 1.0}
    solved = world.solved[0]
    return {
        "archetypes": own,
        "numbers": {"price_scale": solved.price_scale, "entrant_constant": solved.entrant_constant},
        "markets": ["US"],
    }


def test_the_more_shoppers_do_as_they_say_the_more_they_buy_from_labelled_sellers() -> None:
    """As many sellers, as good in all else: what the label moves is the tilt of demand."""
    fixed, shares = given_constants(), []
    for say_do in (0.0, 0.2, 0.4, 0.8):
        one = Played(question(behaviour={"say_do_share": say_do}, weeks=8, **fixed), NO_ENTRY, (0, 1, 2, 3))
        shares.append(one.units(PART).sum(axis=(0, 2)) / one.units(WHOLE, PART).sum(axis=(0, 2)))
    np.testing.assert_allclose(shares[0], SHARE, atol=1e-3)
    assert (np.diff(shares, axis=0) > 0.002).all(), "in every future"


def test_from_a_given_start_labelled_units_grow_with_their_sellers_however_much_the_label_is_valued() -> None:
    """The share at the start holds what the label is worth; what comes later is the number of sellers."""
    growth = []
    for say_do in (0.0, 0.3, 1.0):
        units = [
            Played(
                question({"share": SHARE, "growth_share_year": g}, behaviour={"say_do_share": say_do}), NO_ENTRY, (0, 1)
            ).units(PART)
            for g in (0.0, 0.9)
        ]  # fmt: skip
        growth.append(units[1][52].sum(axis=-1) / units[0][52].sum(axis=-1))
    np.testing.assert_allclose(growth, 1.9, rtol=5e-3)


# ------------------------------------------------------------------------------------------------- what is asked
def test_the_figures_of_a_label_can_be_uncertain() -> None:
    path = f"category.archetypes.{WHOLE}.labelled.share"
    asked = question({"share": SHARE}, uncertainties={path: {"dist": "uniform", "low": 0.05, "high": 0.5}})
    world = build_world(asked, (0, 1, 2))
    drawn = [future.category_profile.archetypes[WHOLE].labelled.share for future in world.batch.futures]
    assert len(set(drawn)) == 3
    for solved in world.solved:
        of, part = (solved.target_shares[world.rivals.index(key)] for key in (WHOLE, PART))
        assert part / (of + part) == pytest.approx(drawn[solved.replication])
    assert {f"category.archetypes.{WHOLE}.labelled.{name}" for name in ("share", "growth_share_year", "green")} <= set(
        settable(Scenario, {"category": {"key": "sports_earbuds"}, "markets": {"US": {}}})
    )


@pytest.mark.parametrize(
    ("labelled", "part"),
    [
        ({"share": 0.0}, "labelled.share: read 0.0; allowed: a number above 0 and below 1"),
        ({"share": 1.0}, "labelled.share: read 1.0"),
        ({"green": 0.5}, "the key 'share' is missing"),
        ({"share": 0.1, "growth_share_year": -1.0}, "growth_share_year: read -1.0"),
        ({"share": 0.1, "green": 2.0}, "labelled.green: read 2.0"),
        ({"share": 0.1, "grown": 2.0}, "unknown key"),
    ],
)
def test_figures_of_a_label_out_of_range_are_refused(labelled: dict[str, float], part: str) -> None:
    with pytest.raises(ScenarioError, match=part):
        question(labelled)


def test_labelled_sellers_have_a_key_that_nobody_else_has() -> None:
    near = {"price_position": 0.9, "rating": 4.2, "reviews": 100}
    for key in (WHOLE, PART):
        with pytest.raises(ScenarioError, match=r"rivals.US.0.key: .* is the key of an archetype"):
            question({"share": SHARE}, rivals={"US": [near | {"key": key}]})
    assert question(None, rivals={"US": [near | {"key": PART}]}), "free without a label"
    with pytest.raises(ScenarioError, match="which is another archetype"):
        twin = scenario().category_profile.archetypes[WHOLE].model_dump()
        question({"share": SHARE}, archetypes={PART: twin | {"share": 0.01}, WHOLE: {"labelled": {"share": SHARE}}})
    with pytest.raises(ScenarioError, match="unknown archetype"):
        question({"share": SHARE}, numbers={"market": {"US": {"archetype_shares": {PART: 0.1}}}})
