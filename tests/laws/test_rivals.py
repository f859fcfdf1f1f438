"""Close rivals: what they see moves them, no earlier than it may, and never below their floor."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from simulator import engine
from simulator.assembly import build_world
from simulator.model import NO_ENTRY, MarketEntryModel
from simulator.scenario import Scenario
from simulator.sellers.pricing import copied_cost
from simulator.views import Records
from tests.laws import worlds
from tests.laws.test_determinism import digests, of

FUTURES = (0, 1)
FIRST = 3
"""Week in which the first parcels are on sale: production takes so long."""
NEAR = {
    "key": "near", "price_position": 0.95, "rating": 4.2, "reviews": 400, "awareness": 0.5, "leave_after_weeks": 0,
}  # fmt: skip
OTHER = NEAR | {"key": "other", "price_position": 1.0}
HEALTHY = {"health": 0.8, "green": 0.5, "certificates": ["FDA"]}


def strategy(rule: str = "fixed", position: float = 1.0, **changed: Any) -> dict[str, Any]:
    """Return parcels to both markets at some price."""
    return worlds.PARCELS | {
        "entry": {"US": 0, "DE": 0}, "price": {"rule": rule, "position": position},
        "ads": {"rule": "fixed", "budget_usd_week": 4000}, "compliance": "full",
    } | changed  # fmt: skip


STRATEGIES = {
    "par": strategy(),
    "cheap": strategy(position=0.8),
    "dumping": strategy(position=0.6),
    "undercut": strategy("undercut", 0.97),
    "logit": strategy("logit"),
    "follow": strategy("follow"),
    "healthy": strategy(product=HEALTHY),
}


def question(*rivals: dict[str, Any], **changed: Any) -> Scenario:
    """Return two markets of constant exchange rates, without stock, with the same close rivals in each."""
    return worlds.scenario(
        markets=["US", "DE"], rivals={"US": list(rivals), "DE": list(rivals)}, strategies=STRATEGIES,
        mechanisms={"stock": False, "audits": False, "fx": False}, **({"weeks": 40} | changed),
    )  # fmt: skip


class Watched(MarketEntryModel):
    """A model that keeps every week's menu and the last view."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.menus: list[np.ndarray] = []

    def public_view(self, week):
        self.view = super().public_view(week)
        return self.view

    def consumers(self, week, shelf):
        super().consumers(week, shelf)
        self.menus.append(self.storefront.menu.copy())


def play(scenario: Scenario, name: str) -> Watched:
    """Play a strategy in two futures."""
    model = Watched(scenario, name, FUTURES, world=build_world(scenario, FUTURES))
    model.run()
    return model


def column(records: Records, key: str) -> int:
    """Return the position of a seller in the records."""
    return records.sellers.index(key)


@cache
def duel(name: str, rule: str, **changed: Any) -> tuple[Watched, Records, np.ndarray, np.ndarray]:
    """Return a model, its records, and price and units of its only close rival, [W, F, M]."""
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in changed.items()}
    model = play(question(NEAR | {"rule": rule} | plain), name)
    records = model.records
    near = column(records, "near")
    return model, records, records.price_usd[..., near], records.units[..., near]


# ------------------------------------------------------------------------------------------------ price rules
def test_a_follower_moves_after_the_entrant_is_there_and_takes_its_buyers() -> None:
    (_, still, price_still, units_still) = duel("cheap", "cost")
    (_, moved, price_moved, units_moved) = duel("cheap", "follow")
    assert worlds.same(still, moved, slice(0, FIRST + 1)) == [], "nobody knows in a week what others decide in it"
    assert (price_moved[FIRST + 1 :] < price_still[FIRST + 1 :]).all()
    np.testing.assert_allclose(price_moved[-1], 0.95 * still.price_usd[-1, :, :, 0], rtol=1e-3)
    assert units_moved.sum() > units_still.sum()
    assert moved.units[..., 0].sum() < still.units[..., 0].sum()


@pytest.mark.parametrize("rule", ["cost", "follow", "undercut"])
def test_without_an_entrant_a_single_close_rival_stands_at_its_position(rule: str) -> None:
    model, _, price, _ = duel(NO_ENTRY, rule)
    np.testing.assert_allclose(price, np.broadcast_to(0.95 * model.world.reference_price, price.shape), rtol=1e-12)


def test_an_undercutter_answers_next_week_in_full() -> None:
    _, records, price, _ = duel("par", "undercut")
    own = records.price_usd[..., 0]
    np.testing.assert_allclose(price[FIRST + 1 :], 0.95 * own[FIRST:-1], rtol=1e-12)


def test_an_undercutting_war_ends_on_the_floor() -> None:
    model, records, price, _ = duel("undercut", "undercut")
    own, reference = records.price_usd[..., 0], model.world.reference_price
    view = model.view
    assert (np.diff(price[FIRST + 1 : -1], axis=0) <= 1e-9).all(), "nobody raises a price"
    floor = np.maximum(0.7 * reference, np.minimum(view.price_floor, own[-1]) * 0.95)
    np.testing.assert_allclose(price[-1], floor, rtol=1e-9)
    np.testing.assert_allclose(own[-1], np.maximum(0.97 * price[-2], view.price_floor), rtol=1e-9)
    assert (price >= 0.7 * reference * (1.0 - 1e-12)).all()


def test_two_undercutters_fight_without_the_entrant_unless_one_owner_has_both() -> None:
    apart, together = (
        play(question(*(r | {"rule": "undercut", "owner": owner} for r, owner in zip((NEAR, OTHER), owners))), NO_ENTRY)
        for owners in (("one", "two"), ("one", "one"))
    )
    at = [column(apart.records, key) for key in ("near", "other")]
    reference = apart.world.reference_price
    np.testing.assert_allclose(apart.records.price_usd[-1][..., at[0]], 0.7 * reference, rtol=1e-9)
    np.testing.assert_allclose(together.records.price_usd[-1][..., at[0]], 0.95 * reference, rtol=1e-9)
    np.testing.assert_allclose(together.records.price_usd[-1][..., at[1]], reference, rtol=1e-9)


def test_a_best_responder_rests_where_its_margin_is_that_of_the_logit() -> None:
    model, _, price, _ = duel(NO_ENTRY, "best_respond")
    view = model.view
    conversion = view.rival_conversion[:, :, model.world.rivals.index("near")]
    reference = model.world.reference_price
    wished = 0.7 * reference + reference / (view.price_scale * (1.0 - conversion))
    np.testing.assert_allclose(price[-1], wished, rtol=0.01)  # the memory of last purchases moves a little
    assert not np.allclose(price[-1], price[0], rtol=0.01)


def test_the_entrant_best_responds_and_earns_more_than_beside_it() -> None:
    model, records, *_ = duel("logit", "cost")
    view = model.view
    wished = view.break_even + view.reference_price / (view.price_scale * (1.0 - view.conversion))
    np.testing.assert_allclose(records.price_usd[-1, :, :, 0], wished, rtol=0.02)
    assert ((view.conversion > 0.0) & (view.conversion < 0.5)).all()


def test_one_owner_of_two_asks_for_more_than_two_owners() -> None:
    ends = {}
    for owner in ("one", "two"):
        rivals = (NEAR | {"rule": "best_respond", "owner": "one"}, OTHER | {"rule": "best_respond", "owner": owner})
        known = [rival | {"awareness": 0.9} for rival in rivals]
        records = play(question(*known), NO_ENTRY).records
        ends[owner] = records.price_usd[-1][..., [column(records, key) for key in ("near", "other")]]
    assert (ends["one"] > ends["two"]).all()


def test_followers_of_each_other_never_pass_their_floors() -> None:
    model, records, price, _ = duel("follow", "follow")
    reference, own = model.world.reference_price, records.price_usd[..., 0]
    assert (price >= 0.7 * reference * (1.0 - 1e-12)).all()
    assert (own[FIRST:] >= model.view.price_floor * (1.0 - 1e-12)).all()
    assert (own[-1] < 0.9 * own[FIRST]).all(), "the spiral goes down"


# ------------------------------------------------------------------------------------------------------ copies
@pytest.mark.parametrize("lag", [1, 9])
def test_a_feature_is_copied_after_exactly_the_lag(lag: int) -> None:
    model, records, *_ = duel("healthy", "cost", copies=("health", "smart"), copy_lag_weeks=lag)
    plain = duel("healthy", "cost")[1]
    near = len(model.world.variants) + model.world.rivals.index("near")
    health = np.array([menu["health"][:, :, near] for menu in model.menus])
    shown = np.array([(menu["health"] * menu["listed"])[:, :, 0] for menu in model.menus])
    assert (shown[FIRST] > 0.0).all() and not shown[:FIRST].any()
    due = FIRST + lag
    assert not health[:due].any()
    assert (health[due:] > 0.0).all()
    # from then on it is the best that the entrant has shown until last week
    best = np.maximum.accumulate(shown, axis=0)
    np.testing.assert_array_equal(health[due:], best[due - 1 : -1])
    assert not any(menu["smart_gain"][:, :, near].any() for menu in model.menus), "what is not shown is not copied"
    assert not any(menu["green"][:, :, near].any() for menu in model.menus), "nor what is not on its list"
    # the world before knows nothing of it
    assert worlds.same(plain, records, slice(0, due)) == []
    assert records.units[due:, :, :, 0].sum() < plain.units[due:, :, :, 0].sum()


def test_a_copy_raises_the_floor_by_what_it_costs() -> None:
    model, _, price, _ = duel("dumping", "follow", copies=("green",), copy_lag_weeks=6)
    assert model.week == 40
    np.testing.assert_allclose(price[-1], 0.7 * model.world.reference_price, rtol=1e-9)  # nothing green is shown
    model, _, price, _ = duel("healthy", "undercut", copies=("health",), copy_lag_weeks=6, price_position=0.5)
    batch = model.world.batch
    level = model.menus[-1]["health"][:, :, len(model.world.variants) + model.world.rivals.index("near")]
    added = copied_cost(
        batch.category("unit_adders.health_usd"), level.astype(np.float64), batch.category_in("duty_share"),
        model.terms.stock_vat_share[0], batch.market("commission_share"),
    )  # fmt: skip
    assert (added > 0.5).all()
    np.testing.assert_allclose(price[-1], 0.7 * model.world.reference_price + added, rtol=1e-9)
    np.testing.assert_allclose(price[FIRST + 1], 0.7 * model.world.reference_price, rtol=1e-9)


# -------------------------------------------------------------------------------------------- enter and leave
@pytest.mark.parametrize("name", [NO_ENTRY, "par"])
def test_a_rival_that_enters_changes_nothing_before(name: str) -> None:
    week = 10
    without, later = (play(question(NEAR, *more), name) for more in ((), (OTHER | {"enter_week": week},)))
    assert without.world.solved == later.world.solved
    np.testing.assert_array_equal(without.world.last, later.world.last)
    one, other = without.records, later.records
    new = column(other, "other")
    kept = [k for k in range(len(other.sellers)) if k != new]
    for field in ("units", "price_usd", "revenue_usd"):
        np.testing.assert_array_equal(getattr(one, field)[:week], getattr(other, field)[:week][..., kept])
    np.testing.assert_array_equal(one.ledger[:week], other.ledger[:week])
    assert np.isnan(other.price_usd[:week][..., new]).all()
    assert not other.units[:week][..., new].any()
    assert np.isfinite(other.price_usd[week:][..., new]).all()
    np.testing.assert_allclose(other.price_usd[week][..., new], later.world.reference_price, rtol=1e-12)
    assert other.units[week][..., new].sum() > 0
    assert other.units[week:][..., kept].sum() < one.units[week:].sum()
    np.testing.assert_array_equal(one.needs, other.needs)


def test_a_rival_leaves_for_good_after_so_many_weeks_on_its_floor() -> None:
    patience = 6
    leaving, staying = (duel("dumping", "undercut", leave_after_weeks=weeks)[1] for weeks in (patience, 0))
    near = column(leaving, "near")
    there = np.isfinite(leaving.price_usd[..., near])
    last = FIRST + 1 + patience  # on the floor from the week after the entrant's first
    assert there[:last].all() and not there[last:].any()
    assert np.isfinite(staying.price_usd[..., near]).all()
    assert worlds.same(leaving, staying, slice(0, last)) == []
    assert not leaving.units[last:][..., near].any()
    assert leaving.units[last:, ..., 0].sum() > staying.units[last:, ..., 0].sum()


def test_a_war_ends_on_a_floor_then_in_an_exit_and_then_there_is_peace() -> None:
    """The weaker of two undercutters stands on its floor until it leaves; the other then goes back to its price."""
    patience = 6
    weak = NEAR | {"rule": "undercut", "floor_position": 0.8, "leave_after_weeks": patience}
    strong = OTHER | {"rule": "undercut", "floor_position": 0.6, "leave_after_weeks": patience, "price_position": 0.99}
    model = play(question(weak, strong), NO_ENTRY)
    records, reference = model.records, model.world.reference_price
    at = {key: column(records, key) for key in ("near", "other")}
    price, units = records.price_usd, records.units
    on_floor = np.isclose(price[..., at["near"]], 0.8 * reference, rtol=1e-9)
    gone = np.isnan(price[..., at["near"]])
    assert gone.any(axis=0).all() and not gone[: patience + 1].any()
    for f, m in np.ndindex(reference.shape):
        left = int(gone[:, f, m].argmax())
        assert on_floor[left - patience : left, f, m].all() and not on_floor[left - patience - 1, f, m]
        assert gone[left:, f, m].all() and not units[left:, f, m, at["near"]].any()
        np.testing.assert_allclose(price[left - 1, f, m, at["other"]], 0.99 * 0.8 * reference[f, m], rtol=1e-9)
        np.testing.assert_allclose(price[left + 1 :, f, m, at["other"]], 0.99 * reference[f, m], rtol=1e-9)


def test_what_a_rival_took_it_gives_back_when_it_leaves() -> None:
    """A rival of an event takes units from all others while it is there; what memory keeps of it fades."""
    first, last = 10, 20
    event = {"kind": "rival_entry", "like": "near", "date": "2026-07-06", "reverses_after_weeks": last - first}
    rare = {"consumers": 1500, "weeks": 60}
    without, there = (play(question(NEAR, events=events, **rare), "par").records for events in ([], [event]))
    kept = [k for k, name in enumerate(there.sellers) if name != "near_2"]
    taken = (without.units - there.units[..., kept]).sum(axis=(2, 3))
    newcomer = there.units[..., column(there, "near_2")].sum(axis=2)
    assert not taken[:first].any() and not newcomer[:first].any() and not newcomer[last:].any()
    during, after = (slice(first, last), slice(60 - (last - first), 60))
    assert (newcomer[during].sum(axis=0) > 0).all()
    assert (taken[during].sum(axis=0) > 0.5 * newcomer[during].sum(axis=0)).all()
    assert (np.abs(taken[after].sum(axis=0)) < 0.05 * newcomer[during].sum(axis=0)).all()


def test_a_rival_above_its_floor_stays() -> None:
    records = duel("par", "follow", leave_after_weeks=1)[1]
    assert np.isfinite(records.price_usd[..., column(records, "near")]).all()


# ------------------------------------------------------------------------------------------------ same bits
CROWD = (
    NEAR | {"rule": "best_respond", "copies": ["health", "green"], "copy_lag_weeks": 4},
    OTHER | {"rule": "undercut", "enter_week": 8, "leave_after_weeks": 5, "quality": -0.05},
)


def test_batches_and_the_order_of_strategies_change_nothing() -> None:
    names = ("logit", "undercut", "healthy")
    played = {}
    for turn in (1, -1):
        strategies = {name: STRATEGIES[name] for name in names[::turn]}
        scenario = worlds.scenario(
            markets=["US", "DE"], rivals={"US": list(CROWD), "DE": [CROWD[0]]}, strategies=strategies,
            baseline=names[0], weeks=30, replications=4,
        )  # fmt: skip
        whole = engine.run(scenario, workers=1, batch=4)
        assert digests(engine.run(scenario, workers=2, batch=1)) == digests(whole)
        played[turn] = whole
    for table in ("summary", "funnel", "ledger"):
        for name in names:
            assert of(played[1], table, name).equals(of(played[-1], table, name)), (table, name)
