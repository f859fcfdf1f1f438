"""What a lever or a law says in a subordinate clause, in the model and not in its formula alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from simulator import calendar
from simulator.batch import Batch
from simulator.ledger import INDEX
from simulator.market.law import Foresight
from simulator.market.regulator import Regulator
from simulator.market.shocks import shocks
from simulator.model import NO_ENTRY, MarketEntryModel
from simulator.scenario.profiles import PAYMENT_METHODS
from simulator.sellers import inventory
from simulator.startup import prefixes
from tests.laws.worlds import PARCELS, STOCK, Watched, scenario


def model(strategy, kind=MarketEntryModel, replications=(0,), until=0, **changed):
    played = kind(scenario(strategies={"plan": strategy}, **({"uncertainties": {}} | changed)), "plan", replications)
    while played.week < until:
        played.step()
    return played


# ------------------------------------------------------------------------------------------------------ badges
@pytest.mark.parametrize("badge", ["green_badge", "voice_badge"])
def test_a_badge_lifts_what_the_listing_shows(badge):
    played = model(STOCK, until=30)
    shelf = played.entrant.shelf(30, played.exposure.active(30))
    no = np.zeros_like(shelf.listed)
    seen = [played.platform(30, replace(shelf, **{badge: flag})).organic for flag in (no, ~no)]
    factor = getattr(played.world.batch.behaviours[0], f"{badge}_factor")
    np.testing.assert_allclose(seen[1] / seen[0], factor)


def test_a_promise_within_the_tolerance_is_a_badge():
    seen = {}
    for tolerance in (0.5, 30.0):
        for factor in (1.0, 1.3):
            played = model(
                STOCK | {"entry": {"US": 0}}, markets={"US": {"delivery_tolerance_days": tolerance}},
                behaviour={"fast_badge_factor": factor}, until=8,
            )  # fmt: skip
            played.listing.rank[:], played.listing.stars[:], played.listing.reviews[:] = 1e-3, 0, 0
            seen[tolerance, factor] = played.platform(8, played.entrant.shelf(8, played.exposure.active(8))).organic
    np.testing.assert_allclose(seen[30.0, 1.3] / seen[30.0, 1.0], 1.3)
    np.testing.assert_array_equal(seen[0.5, 1.3], seen[0.5, 1.0])


# ---------------------------------------------------------------------------------------------------- machines
def test_a_wrong_answer_spoils_a_delivery():
    sure = {"ai_service_contact_share": 1.0, "ai_service_wrong_share": 0.5, "ai_ramp_weeks": 1}
    shares = []
    for service in (False, True):
        played = model(STOCK | {"ai": {"service": service}}, Watched, until=25, behaviour=sure)
        sales = played.sales
        shares.append(sales.bad.sum() / (sales.on_time + sales.slight + sales.bad).sum())
    assert shares[0] < 0.1 and abs(shares[1] - (0.5 + 0.5 * shares[0])) < 0.08


def test_the_response_time_is_the_median_of_the_whole_run():
    """A machine in full, one that takes a few questions by the end, and people; who sells nothing is asked nothing."""
    seconds = []
    for service, ramp in ((True, 0.0), (True, 400.0), (False, 0.0)):
        offer = PARCELS | {"entry": {"US": 0, "DE": 0}, "ai": {"service": service}}
        played = model(offer, behaviour={"ai_ramp_weeks": ramp}, weeks=26)
        seconds.append(played.run().response_seconds[0])
    assert (seconds[0][:2] == 15.0).all()
    assert (seconds[0] < seconds[1])[:2].all() and (seconds[1] < seconds[2])[:2].all()
    assert np.isnan(seconds)[:, 2].all()
    nobody = MarketEntryModel(scenario(strategies={"plan": PARCELS}, weeks=4), NO_ENTRY, (0,)).run()
    assert np.isnan(nobody.response_seconds).all()


@pytest.mark.parametrize(("factor", "least", "most"), [(1.0, 0.9, 1.1), (3.0, 2.6, 3.4)])
def test_a_fit_that_is_shown_wrongly_comes_back_more_often(factor, least, most):
    """All are shown a wrong one: returns are those without trying on, times the factor."""
    wrong = {"ar_ramp_weeks": 0, "ar_wrong_share": 1.0, "ar_wrong_returns_factor": factor, "ar_effect": 0.0}
    shares = []
    for try_on in (False, True):
        records = model(STOCK | {"entry": {"US": 0}, "ar_try_on": try_on}, behaviour=wrong).run()
        shares.append(records.returned.sum() / records.delivered.sum())
    assert least < shares[1] / shares[0] < most


def test_no_more_than_everything_comes_back():
    wrong = {"ar_ramp_weeks": 0, "ar_wrong_share": 1.0, "ar_wrong_returns_factor": 10.0}
    markets = {"US": {"return_share": 0.5}}
    records = model(STOCK | {"entry": {"US": 0}, "ar_try_on": True}, behaviour=wrong, markets=markets).run()
    assert records.returned[0, 0] == records.delivered[0, 0] > 0


def test_a_machine_misses_a_trend():
    worth = []
    for share in (0.0, 1.0):
        behaviour = {
            "ai_selection_miss_share": share,
            "ai_selection_miss_taste": 0.3,
            "incubation_weeks": 1,
            "ai_ramp_weeks": 1,
            "taste_gamma": 0.5,
        }
        played = model(STOCK | {"entry": {"US": 0}, "ai": {"selection": True}}, behaviour=behaviour)
        worth.append(played.entrant.shelf(20, played.exposure.active(20)).quality[:, 0])
    np.testing.assert_allclose(worth[0] - worth[1], 0.5 * 0.3)


# ------------------------------------------------------------------------------------------------------- goods
def test_nobody_else_wants_what_was_made_for_one():
    for custom, resold in (("options", True), ("pod", False)):
        played = model(STOCK | {"product": {"custom": custom}}, Watched, replications=(0, 1))
        total = returned = 0
        while played.week < 40:
            played.step()
            total, returned = total + played.sales.resold.sum(), returned + played.sales.returned.sum()
        assert returned > 50 and (total > 0) == resold


def test_the_pool_pays_its_own_rent():
    played = model(PARCELS | {"logistics": {"mode": "pool"}}, until=20)
    played.step()
    rent = played.ledger.entries[20, 0, :-1, INDEX["storage"]].sum() / 100.0
    units = played.entrant.warehouse.units.sum()
    behaviour = played.world.batch.behaviours[0]
    assert units > 0
    assert rent == pytest.approx(units * 0.0012 * behaviour.pool_storage_usd_m3_month * 12 / 52, abs=0.02)


def test_a_rent_is_dearer_in_autumn():
    played = model(STOCK | {"entry": {"US": 0}}, until=50)
    profile, found = played.world.batch.markets[0][0], {}
    stock = played.observer._whole["stock"][:, 0, 0]
    for week in range(10, 50):
        if stock[week] > 0:
            month = calendar.monday(date(2026, 4, 27), week).month
            usd = played.ledger.entries[week, 0, 0, INDEX["storage"]] / 100.0
            found.setdefault(month >= 10, []).append(usd / (stock[week] * 0.0012 * 12 / 52))
    assert np.median(found[False]) == pytest.approx(profile.storage_usd_m3_month, rel=0.01)
    assert np.median(found[True]) == pytest.approx(profile.storage_peak_usd_m3_month, rel=0.01)


def test_markets_of_one_house_share_their_safety(monkeypatch):
    played = model(PARCELS | {"logistics": {"mode": "pool"}}, until=12)
    stock, shape = played.entrant.replenishment, played.entrant.orders.shape
    assert (stock.levers.house == 0).all()
    total, sd = np.full(shape, 5000.0), np.array([[300.0, 400.0, 1200.0]])
    monkeypatch.setattr(stock, "_forecast", lambda *_: (total, sd))
    view = played.public_view(12)
    view = replace(view, cash_usd=np.full_like(view.cash_usd, 1e9))
    wished = stock.orders(view, played.entrant.entered(12), played.entrant.unit_cost)
    ahead = stock.warehouse.units + stock.warehouse.on_the_way(12, np.full(3, 13), np.full(3, 60))
    level = inventory.order_up_to(15000.0, 1300.0, float(stock.lead[0]), 0.95)
    assert wished.sum() == wished[0, 0] == pytest.approx(level - ahead[0, 0], abs=1)


# ------------------------------------------------------------------------------------------------- regulators
FROM_THE_START = {"compliance_minimum_weeks": 0, "compliance_full_weeks": 0}


def test_an_audit_closes_the_listing_for_its_weeks():
    asked = scenario(uncertainties={}, behaviour=FROM_THE_START | {"audit_hazard_minimum": 1.0, "audit_weeks": 8})
    batch, at_once = Batch(asked, (0, 1)), np.zeros(3, np.int64)
    regulator = Regulator(batch, ("minimum",) * 3, np.zeros(3, bool), at_once, prefixes(batch, "audit"))
    yes = np.ones((2, 3), bool)
    assert not regulator.audit(0, ~yes).any(), "nothing is listed"
    assert regulator.audit(3, yes).all()
    assert [bool(regulator.suspended(week).all()) for week in range(4, 13)] == [True] * 8 + [False]
    assert not regulator.audit(6, yes).any() and (regulator.hits == 1).all()


def test_the_hazard_is_that_of_the_programme_less_what_tracing_saves():
    hazards = {"audit_hazard_none": 0.2, "audit_hazard_minimum": 0.1, "audit_hazard_full": 0.0, "audit_weeks": 1}
    numbers = FROM_THE_START | hazards | {"audit_traceable_factor": 0.5}
    batch, at_once = Batch(scenario(uncertainties={}, behaviour=numbers), tuple(range(20))), np.zeros(3, np.int64)
    for traceable, expected in ((False, (0.2, 0.1, 0.0)), (True, (0.1, 0.05, 0.0))):
        programmes = "none", "minimum", "full"
        regulator = Regulator(batch, programmes, np.full(3, traceable), at_once, prefixes(batch, "audit"))
        hits = np.zeros(3)
        for week in range(0, 600, 2):  # closed every other week at most
            hits += regulator.audit(week, np.ones((20, 3), bool)).sum(axis=0)
        n = 300 * 20
        for found, p in zip(hits / n, expected, strict=True):
            assert abs(found - p) <= 4.0 * np.sqrt(p * (1 - p) / n)


def test_a_claim_that_is_found_out_is_fined_in_the_books():
    sure = {"exposure_hazard": 1.0, "exposure_fine_usd": 5000.0, "organic_reference_share": 0.3}
    claim = PARCELS | {"entry": {"US": 0}, "product": {"green": 1.0}, "channel": "marketplace"}
    played = model(claim, behaviour=sure, mechanisms={"audits": False})
    records = played.run()
    assert played.exposure.hits.sum() >= 1
    assert records.ledger[..., INDEX["fines"]].sum() == played.exposure.hits.sum() * 500_000
    proven = model(
        claim | {"product": {"green": 1.0, "certificates": ["FSC"]}}, behaviour=sure, mechanisms={"audits": False}
    )
    weeks = proven.world.batch.categories[0].certificates["FSC"].weeks
    before = []
    while proven.week < proven.weeks:
        proven.step()
        before.append(int(proven.exposure.hits.sum()))
    assert before[-1] == before[weeks], "what is proven is not found out"


# -------------------------------------------------------------------------------------------------------- law
def test_a_rule_is_foreseen_from_its_announcement():
    event = {"kind": "rule", "key": "us_301_replacement", "market": "US", "date": "2026-08-03", "announced_weeks": 4}
    batch = Batch(scenario(events=[event], uncertainties={}), (0,))
    law = Foresight.of(batch, shocks(batch), batch.category_in("duty_share"), 40)
    arrival = np.full(3, 20)
    known = [law.duty(week, arrival)[0, 0] for week in range(8, 16)]
    np.testing.assert_allclose(np.diff(known), [0.0, 0.075, 0, 0, 0, 0, 0])  # start in week 14, told in week 10


# ------------------------------------------------------------------------------------------------------- more
def test_what_speaks_with_an_assistant_shows_its_badge():
    for voice in (False, True):
        played = model(STOCK | {"product": {"smart": "core", "voice_ecosystem": voice}})
        assert (played.entrant.shelf(0, played.exposure.active(0)).voice_badge == voice).all()


def test_a_claim_found_out_has_no_badge_and_a_suspension_costs_the_rank():
    played = model(STOCK | {"entry": {"US": 0}}, until=30, mechanisms={"audits": False})
    shelf = replace(played.entrant.shelf(30, played.exposure.active(30)), green_badge=np.ones((1, 3), bool))
    yes = np.ones((1, 3), bool)
    played.listing._star_loss = 0.0 * played.listing._star_loss
    with_badge, without = (played.listing.organic(shelf, ~yes, exposed)[0, 0] for exposed in (~yes, yes))
    assert with_badge / without == pytest.approx(played.world.batch.behaviours[0].green_badge_factor)
    assert played.listing.rank[0, 0] > 0.0
    played.regulator.suspended_until[:] = 40
    played.step()
    assert not played.listing.rank.any()


def test_a_barred_marketplace_is_not_advertised():
    played = model(PARCELS | {"entry": {"US": 0}, "channel": "marketplace"}, until=10)
    live, weeks = np.array([[True, False, False]]), np.full((1, 3), 5)
    assert played.entrant.budget.decide(np.zeros((1, 3), bool), live, weeks)[0, 0] > 0.0
    assert not played.entrant.budget.decide(np.ones((1, 3), bool), live, weeks).any()


def test_certificates_cost_their_fee_on_every_unit():
    plain, marked = (model(STOCK | {"product": {"certificates": codes}}) for codes in ([], ["FSC"]))
    fee = plain.world.batch.categories[0].certificates["FSC"].per_unit_usd
    assert fee > 0.0
    np.testing.assert_allclose(marked.entrant.unit_cost() - plain.entrant.unit_cost(), fee)


def test_without_a_programme_no_export_tax_comes_back():
    for compliance in ("none", "minimum"):
        played = model(STOCK | {"compliance": compliance}, until=12)
        booked = played.ledger.entries[..., INDEX["export_vat_receivable"]]
        assert booked.any() == (compliance != "none")


def test_a_drawn_credit_bears_interest():
    poor = {
        "cash_usd": 20_000.0,
        "credit_limit_usd": 500_000.0,
        "unit_cost_usd": 18.0,
        "weight_kg": 0.25,
        "volume_l": 1.2,
    }
    played = model(STOCK, seller=poor, until=20)
    share = played.world.batch.behaviours[0].interest_share_year / 52.0
    paid = played.ledger.entries[:20, 0, -1, INDEX["interest"]]
    assert paid.any() and (paid >= 0).all()
    drawn = np.maximum(-np.array([played.ledger.cash(week)[0] for week in range(20)]), 0)
    assert ((paid > 0) <= (drawn > 0)).all() and (paid <= 1.2 * drawn * share + 1).all()


def test_cash_at_the_door_comes_later():
    played = model(PARCELS | {"entry": {"ID": 0}, "channel": "store", "payments": ["local"],
                              "mobile_storefront": True, "localisation": {"language": True}},
                   markets={"ID": {"payment_mix": dict.fromkeys(PAYMENT_METHODS, 0.0) | {"cash_on_delivery": 1.0}}},
                   behaviour={"payout_weeks": 1, "cash_remittance_weeks": 5}, until=30)  # fmt: skip
    book = played.ledger.entries[:30, 0, 0]
    sold = np.flatnonzero(book[:, INDEX["sales"]])
    first = sold[0]
    paid = np.flatnonzero(book[:, INDEX["receivable"]] < 0)
    assert len(paid) and paid[0] == first + 5


def test_the_end_values_what_is_on_its_way():
    played = model(STOCK | {"entry": {"US": 0}}, weeks=4)
    records = played.run()
    assert played.entrant.warehouse.units.sum() == 0
    assert records.end_stock_value_usd[0, 0] > 0.0


def test_closed_airports_delay_rivals_from_abroad_too():
    event = {"kind": "port_closure", "node": "shenzhen_airport", "weeks": 3, "date": "2026-05-25"}
    days = []
    for events in ([], [event]):
        played = model(STOCK, events=events, until=5)
        place = len(played.world.variants) + played.world.rivals.index("low_cost_cross_border")
        days.append(played.storefront.menu["days"][0, :, place].copy())
    np.testing.assert_allclose(days[1] - days[0], 21.0)


def test_stock_that_flies_pays_for_air_freight():
    event = {"kind": "freight", "lane": "air", "factor": 2.0, "date": "2026-05-25"}
    for transport, factor in (("air", 2.0), ("sea", 1.0)):
        played = model(STOCK | {"logistics": {"mode": "local", "transport": transport}}, events=[event])
        np.testing.assert_allclose(played.lanes.inbound_freight(5) / played.lanes.inbound_freight(3), factor)
