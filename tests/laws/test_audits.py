"""Audits: what a hit takes, when a programme begins to help, and when a programme pays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.batch import Batch
from simulator.ledger import INDEX, RESULT
from simulator.market.regulator import Regulator, seized_units
from simulator.model import MarketEntryModel
from simulator.startup import prefixes
from simulator.views import Records
from tests.laws.worlds import PARCELS, STOCK, same, scenario

HIT = 20
"""Week of the only hit."""
SURE = {"audit_hazard_full": 1.0, "audit_weeks": 52, "compliance_full_weeks": HIT}
"""Auditors come in that week and find something, once."""


def play(plan: dict[str, Any], weeks: int = HIT + 4, **behaviour: Any) -> MarketEntryModel:
    asked = scenario(
        strategies={"plan": plan}, uncertainties={}, weeks=weeks,
        behaviour={"audit_hazard_none": 0.0, "audit_hazard_minimum": 0.0, "audit_fine_usd": 0.0} | behaviour,
    )  # fmt: skip
    return MarketEntryModel(asked, "plan", (0, 1))


EARLY = STOCK | {"entry": dict.fromkeys(("US", "DE", "ID"), 0)}


# ---------------------------------------------------------------------------------------------------- seizure
@pytest.mark.parametrize(("units", "share", "taken"), [(0, 0.3, 0), (1, 0.5, 1), (10, 0.3, 3), (5, 0.29, 1), (7, 1, 7)])
def test_whole_units_are_taken(units: int, share: float, taken: int) -> None:
    assert seized_units(float(units), share) == taken


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_hit_takes_its_share_of_the_stock_at_what_it_cost_and_nothing_is_got_for_it(share: float) -> None:
    model = play(EARLY, audit_seized_share=share, stock_error_share=0.0, **SURE)
    warehouse = model.entrant.warehouse
    while model.week < HIT:
        model.step()
    week, taken = model.week, warehouse.seized.copy()
    before: list[np.ndarray] = []
    examine = model.exposure.examine
    seize = warehouse.seize
    warehouse.seize = lambda units: (before.extend((warehouse.units.copy(), warehouse.cents.copy())), seize(units))[1]
    model.exposure.examine = lambda *a: (before.append(warehouse.cents.copy()), examine(*a))[1]
    model.step()
    units, cents, left = before
    live = model.regulator.hits == 1
    assert live.all() and not taken.any()
    np.testing.assert_array_equal(warehouse.seized, np.floor(share * units + 0.5) * live)
    np.testing.assert_allclose(cents - left, cents * warehouse.seized / np.maximum(units, 1), atol=1.0)
    written = model.ledger.entries[week, :, :-1, INDEX["write_downs"]]
    np.testing.assert_array_equal(written, (cents - left))
    assert (warehouse.units == units - warehouse.seized).all()
    if share == 1.0:
        assert not (warehouse.units * live).any() and not left.any()


def test_what_is_taken_is_no_leftover_no_fine_and_no_cash() -> None:
    """Two worlds that differ in the share alone: in the week of the hit the stock is smaller, and so is its rent."""
    kept, taken = (play(EARLY, audit_seized_share=share, **SURE).run() for share in (0.0, 0.3))
    assert taken.seized_units.sum() > 50 and not kept.seized_units.any()
    assert same(kept, taken, slice(0, HIT)) == []
    page = taken.ledger[HIT] - kept.ledger[HIT]
    moved = {name for name, at in INDEX.items() if page[..., at].any()}
    assert moved == {"inventory", "write_downs", "storage", "cash"}
    np.testing.assert_array_equal(page[..., INDEX["cash"]], -page[..., INDEX["storage"]])
    np.testing.assert_array_equal(kept.stock[HIT] - taken.stock[HIT], taken.seized_units)
    np.testing.assert_array_equal(kept.leftover_units, taken.leftover_units)
    fines = [records.ledger[..., INDEX["fines"]] for records in (kept, taken)]
    np.testing.assert_array_equal(*fines)


def test_parcels_lie_in_no_market_and_lose_nothing() -> None:
    plan = PARCELS | {"compliance": "full"}
    model = play(plan, audit_seized_share=1.0, stock_error_share=0.0, **SURE)
    records = model.run()
    assert (records.incidents > 0).any() and model.entrant.warehouse.units.any()
    assert not records.seized_units.any() and not records.ledger[..., INDEX["write_downs"]].any()


def test_what_nobody_finds_nobody_takes() -> None:
    lost = {"stock_error_share": 1.0, "stock_count_weeks": 104, "stock_error_traceable_factor": 1.0}
    records = play(EARLY, audit_seized_share=1.0, **SURE, **lost).run()
    assert records.incidents.any() and records.misplaced[HIT].any()
    assert not records.seized_units.any()


# -------------------------------------------------------------------------------------------------- lead times
def test_a_programme_helps_from_the_weeks_in_which_it_is_ready() -> None:
    hazards = {"audit_hazard_none": 0.3, "audit_hazard_minimum": 0.2, "audit_hazard_full": 0.1}
    weeks = {"compliance_minimum_weeks": 4, "compliance_full_weeks": 26}
    batch = Batch(scenario(uncertainties={}, behaviour=hazards | weeks), (0, 1))
    entry = np.array([0, 10, 10], np.int64)
    regulator = Regulator(
        batch, ("none", "minimum", "full"), np.zeros(3, bool), entry, prefixes(batch, "audit")
    )  # fmt: skip
    seen = np.array([regulator.hazard(week)[0] for week in range(60)])
    assert (seen[:, 0] == 0.3).all()
    np.testing.assert_array_equal(seen[:, 1], np.where(np.arange(60) < 14, 0.3, 0.2))
    np.testing.assert_array_equal(seen[14:, 2], np.where(np.arange(14, 60) < 36, 0.2, 0.1))


def test_a_programme_that_is_not_ready_changes_no_hit() -> None:
    late = {"audit_hazard_none": 0.05, "audit_hazard_minimum": 0.0, "audit_hazard_full": 0.0}
    plans = [PARCELS | {"compliance": programme} for programme in ("none", "minimum", "full")]
    never, soon = ({"compliance_minimum_weeks": n, "compliance_full_weeks": n} for n in (52, 0))
    bare, papers, system = (play(plan, weeks=50, **late, **never).run() for plan in plans)
    assert bare.incidents.sum() > 2
    np.testing.assert_array_equal(bare.incidents, papers.incidents)
    np.testing.assert_array_equal(bare.incidents, system.incidents)
    assert not play(plans[1], weeks=50, **late, **soon).run().incidents.any()


# ---------------------------------------------------------------------------------------------------- the gamble
WEEKS, SHUT, FINE, PROGRAMME = 104, 8, 2500.0, 20.0
STEADY = dict.fromkeys(
    (
        "organic", "memory", "word_of_mouth", "contagion", "loyalty", "trust", "ratings", "taste_drift", "season",
        "growth", "market_noise", "listing_noise", "product_life", "stock", "returns", "exposure", "experience_curve",
    ), False,
)  # fmt: skip
"""Nothing remembers: a listing that was shut sells as before from the day on which it opens."""
HAZARDS = (0.01, 0.02, 0.04)


def gamble(programme: str, hazard: float) -> Records:
    """Return a seller by parcel that only advertises, in futures whose auditors alone differ."""
    asked = scenario(
        strategies={"plan": {
            "entry": {"US": 0}, "channel": "marketplace", "ads": {"rule": "fixed", "budget_usd_week": 400},
            "price": {"position": 1.0}, "logistics": {"mode": "direct"}, "compliance": programme,
        }},
        uncertainties={}, weeks=WEEKS, markets=["US"], mechanisms=STEADY, consumers=200,
        seller={"cash_usd": 2e6, "unit_cost_usd": 6.0, "weight_kg": 0.25, "volume_l": 1.2},
        behaviour={
            "audit_hazard_none": hazard, "audit_hazard_full": 0.0, "compliance_full_weeks": 0, "audit_weeks": SHUT,
            "audit_fine_usd": FINE, "compliance_full_usd_week": PROGRAMME,
        },
    )  # fmt: skip
    return MarketEntryModel(asked, "plan", tuple(range(160))).run()


def profit(records: Records) -> np.ndarray:
    return -records.ledger[..., RESULT].sum(axis=(0, 2, 3)) / 100.0


def live_weeks(hazard: float) -> float:
    """Return the weeks that a listing is expected to be open: it is in t where it was and was not hit, or reopens."""
    open_ = np.zeros(WEEKS)
    for t in range(WEEKS):
        was, back = (open_[t - 1] if t else 1.0), (open_[t - 1 - SHUT] if t > SHUT else 0.0)
        open_[t] = 1.0 if t == 0 else was * (1.0 - hazard) + back * hazard
    return float(open_.sum())


def test_without_rank_a_gamble_breaks_even_where_its_closed_form_says() -> None:
    """(m - h F) / (1 + h W) = m - g, so h* = g / (F + W (m - g)): open for 1/h weeks, shut for W, a fine F a hit.

    m is what an open week earns and g what the programme costs a week, set-up included. The run ends, so a cycle is
    cut short: its exact mean follows from the weeks that are expected to be open.
    """
    safe = gamble("full", 0.0)
    assert not safe.incidents.any()
    costs = safe.ledger[..., [INDEX["compliance"], INDEX["approvals"]]].sum(axis=(0, 2, 3))[0] / 100.0
    closed = gamble("none", 1.0 - 1e-12)  # hit in the first week of each cycle
    idle = WEEKS - closed.incidents[0, 0]
    earned = (profit(safe) + costs - profit(closed) - FINE * closed.incidents[:, 0]) / idle
    m, g = earned.mean(), costs / WEEKS
    values, errors = [], []
    for hazard in HAZARDS:
        bare = gamble("none", hazard)
        value = profit(bare) - profit(safe)
        open_weeks = live_weeks(hazard)
        exact = costs - m * (WEEKS - open_weeks) - FINE * hazard * open_weeks
        error = value.std(ddof=1) / np.sqrt(len(value))
        assert abs(value.mean() - exact) < 4.0 * error, hazard
        assert abs(bare.incidents.mean() - hazard * open_weeks) < 4.0 * bare.incidents.std() / np.sqrt(len(value))
        values.append(value.mean())
        errors.append(error)
    found = float(np.interp(0.0, -np.array(values), HAZARDS))
    star = g / (FINE + SHUT * (m - g))
    assert HAZARDS[0] < star < HAZARDS[-1]
    slope = (values[0] - values[-1]) / (HAZARDS[-1] - HAZARDS[0])
    cut_short = star * SHUT / WEEKS  # of the last cycle, relative
    assert abs(found - star) < 4.0 * max(errors) / slope + cut_short < star / 3
