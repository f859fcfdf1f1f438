"""Business buyers: requests and lots by closed forms, awards by hand, contracts, late goods, renewals, leakage."""

from __future__ import annotations

import math
from dataclasses import replace

import mesa
import numpy as np
import pytest

from simulator.batch import Batch
from simulator.business import bids, requests
from simulator.business.buyers import Award
from simulator.business.contracts import Contracts
from simulator.business.demand import STREAMS, BusinessDemand
from simulator.business.leakage import Leakage
from simulator.startup import prefixes
from simulator.views import BusinessOffer
from tests.laws.worlds import scenario

FUTURES = tuple(range(40))
RATE = {"US": 0.9, "DE": 0.3, "ID": 0.1}


def batch_of(futures=FUTURES, weeks=60, behaviour=None, **changed) -> Batch:
    """Return a batch with known rates of requests."""
    changed.setdefault("uncertainties", {})
    markets = {code: {"rfq_week": rate} for code, rate in RATE.items()}
    return Batch(scenario(weeks=weeks, markets=markets, behaviour=behaviour or {}, **changed), futures)


def keys_of(batch: Batch) -> dict:
    return {name: prefixes(batch, name) for name in STREAMS}


def demand_of(batch: Batch) -> BusinessDemand:
    return BusinessDemand(mesa.Model(rng=1), batch, keys_of(batch))


def offer_of(batch: Batch, **changed) -> BusinessOffer:
    """Return an offer that qualifies everywhere, a fifth under retail, ready from stock."""
    yes = np.ones((len(batch.futures), len(batch.codes)), bool)
    plain = BusinessOffer(
        open=yes, price_usd=yes * 40.0, price_position=yes * 0.8, green=yes, certified=yes, local=yes,
        on_time=yes * 0.9, proof=yes * 0.5, credit_weeks=yes * 6.0, free_units=yes * 10**6,
        order_weeks=yes * 8, transit_weeks=yes * 0,
    )  # fmt: skip
    return replace(plain, **changed)


# ---------------------------------------------------------------------------------------------- requests
@pytest.fixture(scope="module")
def drawn() -> tuple[Batch, np.ndarray]:
    batch = batch_of(weeks=200)
    keys = keys_of(batch)
    buyers = requests.draw_buyers(batch, keys["business_buyer"])
    return batch, requests.draw_requests(batch, keys["business_request"], buyers)


def test_requests_arrive_at_their_rate_and_at_most_one_per_buyer_and_week(drawn) -> None:
    batch, asked = drawn
    weeks, firms = batch.scenario.weeks, int(requests.counts(batch)[0])
    for m, code in enumerate(batch.codes):
        count = (asked["market"] == m).sum()
        trials = weeks * firms * len(FUTURES)
        chance = RATE[code] / firms
        assert abs(count - trials * chance) < 4.0 * math.sqrt(trials * chance * (1.0 - chance))
    places = asked[["week", "market", "buyer", "future"]]
    assert len(np.unique(places)) == len(asked)
    assert asked["buyer"].max() == firms - 1
    np.testing.assert_array_equal(np.argsort(places, kind="stable"), np.arange(len(asked)))


def test_lots_are_lognormal_whole_units(drawn) -> None:
    batch, asked = drawn
    business = batch.categories[0].business
    logs = np.log(asked["units"])
    error = business.lot_log_sd / math.sqrt(len(asked))
    assert asked["units"].min() >= 1
    assert abs(np.median(asked["units"]) / business.lot_units - 1.0) < 4.0 * 1.2533 * error
    assert abs(logs.mean() - math.log(business.lot_units)) < 4.0 * error
    assert abs(logs.std() - business.lot_log_sd) < 4.0 * business.lot_log_sd / math.sqrt(2 * len(asked))


def test_buyers_demand_what_the_survey_says() -> None:
    batch = batch_of(tuple(range(200)))
    buyers = requests.draw_buyers(batch, keys_of(batch)["business_buyer"])
    behaviour = batch.behaviours[0]
    shares = {
        "green": behaviour.b2b_green_required_share, "certified": behaviour.b2b_certified_required_share,
        "local": behaviour.b2b_local_required_share, "framework": behaviour.b2b_framework_share,
    }  # fmt: skip
    for name, share in shares.items():
        assert abs(buyers[name].mean() - share) < 4.0 * math.sqrt(share * (1 - share) / buyers.size)
    for name in ("price_weight", "lead_weight"):
        logs = np.log(buyers[name])
        assert abs(logs.mean()) < 4.0 * behaviour.b2b_weight_log_sd / math.sqrt(buyers.size)


def test_a_future_is_the_same_in_any_batch() -> None:
    whole, alone = (batch_of(futures, uncertainties=UNSURE) for futures in ((0, 1, 2), (2,)))
    played = [demand_of(batch) for batch in (whole, alone)]
    third = played[0].requests[played[0].requests["future"] == 2]
    fields = ["week", "market", "buyer", "units", "framework"]
    np.testing.assert_array_equal(third[fields], played[1].requests[fields])
    totals = []
    for batch, demand in zip((whole, alone), played, strict=True):
        offer = offer_of(batch)
        weeks = [demand.step(t, offer, demand.contracts.wanted(t)) for t in range(60)]
        totals.append(np.array([[w.won_units[-1], w.delivered[-1], w.leaked[-1], w.revenue_usd[-1]] for w in weeks]))
    np.testing.assert_array_equal(*totals)
    assert totals[0].sum(axis=(0, 2)).all()


UNSURE = {
    "behaviour.b2b_rival_discount_high_share": {"dist": "uniform", "low": 0.2, "high": 0.35},
    "category.business.lot_units": {"dist": "uniform", "low": 80, "high": 500},
}


def test_without_the_mechanism_nobody_asks() -> None:
    demand = demand_of(batch_of((0, 1), mechanisms={"b2b": False}))
    assert not len(demand.requests) and len(demand.buyers) == 3 * 8


# ---------------------------------------------------------------------------------------------- awards
WEIGHTS = {
    "week_share": 0.02, "certificate_share": 0.03, "on_time_share": 0.2, "credit_week_share": 0.003, "proof_share": 0.04
}  # fmt: skip


def test_the_score_is_the_weighted_sum() -> None:
    got = bids.score(0.8, 4.0, 1.0, 0.9, 6.0, 0.7, 1.1, 0.9, *WEIGHTS.values())
    worth = 0.03 + 0.2 * 0.9 + 0.003 * 6 + 0.04 * 0.7
    assert got == pytest.approx(worth - 1.1 * 0.8 - 0.9 * 0.02 * 4, abs=1e-15)


def test_retail_proves_a_product_by_good_reviews() -> None:
    of = lambda reviews, stars: float(bids.proof(reviews, stars, 4.3, 30.0))  # noqa: E731
    assert of(0.0, 4.2) == 0.0
    assert of(30.0, 4.3) == of(30.0, 5.0) == pytest.approx(1.0 - math.exp(-1.0))  # more than good adds nothing
    assert of(1e9, 3.9) == pytest.approx(0.6)
    assert of(1e9, 3.3) == of(1e9, 1.0) == 0.0  # a star less proves nothing


@pytest.mark.parametrize("demanded", ["green", "certified", "local"])
def test_a_bidder_without_what_is_demanded_is_out(demanded: str) -> None:
    claims = "green", "certified", "local"
    has = dict.fromkeys(claims, 1.0)
    needs = {claim: float(claim == demanded) for claim in claims}
    assert bids.qualifies(*has.values(), *needs.values()) == 1.0
    has[demanded] = 0.0
    assert bids.qualifies(*has.values(), *needs.values()) == 0.0
    assert bids.qualifies(*has.values(), 0.0, 0.0, 0.0) == 1.0


def test_the_best_qualified_bid_wins_and_a_tie_goes_to_the_rival() -> None:
    batch = batch_of((0,), behaviour={f"b2b_{name}": value for name, value in WEIGHTS.items()})
    scoring = bids.Scoring(batch)
    asked = np.zeros(1, requests.REQUEST)
    buyer = np.zeros(1, requests.BUYER)
    buyer["green"], buyer["price_weight"], buyer["lead_weight"] = True, 1.0, 1.0
    rivals = np.zeros((1, 3), bids.BID)
    rivals["present"] = [[True, True, False]]
    rivals["green"] = [[True, False, True]]
    rivals["price"] = [[0.82, 0.70, 0.50]]  # the cheaper one has no certificate, the cheapest does not bid
    rivals["lead_weeks"], rivals["on_time"] = 4.0, 0.9
    credit = batch.behaviours[0].b2b_rival_credit_weeks
    best = scoring.best_rival(asked, buyer, rivals)
    assert best[0] == pytest.approx(0.2 * 0.9 + 0.003 * credit - 0.82 - 0.02 * 4, abs=1e-15)
    own = rivals[:, 0].copy()
    zero = np.zeros(1, np.int64)
    assert scoring.of(zero, buyer, own, np.full(1, credit))[0] == best[0]  # no better: the rival keeps it
    own["price"] = 0.81
    assert scoring.of(zero, buyer, own, np.full(1, credit))[0] > best[0]
    own["green"] = False
    assert scoring.of(zero, buyer, own, np.full(1, credit))[0] == -np.inf
    assert scoring.best_rival(asked, buyer, rivals[:, 1:])[0] == -np.inf  # nobody qualifies: any bid wins


def won_units(**changed) -> np.ndarray:
    """Return the requests, and the units won by week, of an offer that differs."""
    batch = batch_of(tuple(range(12)))
    demand = demand_of(batch)
    offer = offer_of(batch)
    offer = replace(offer, **{name: np.full_like(getattr(offer, name), value) for name, value in changed.items()})
    won = [demand.step(t, offer, demand.contracts.wanted(t)).won_units for t in range(60)]
    return demand.requests, np.array(won)


def test_every_part_of_the_offer_counts_and_none_moves_a_request() -> None:
    asked, base = won_units()
    worse = {
        "price_position": 0.85, "green": False, "certified": False, "local": False, "on_time": 0.6,
        "credit_weeks": 0.0, "proof": 0.0, "free_units": 0,
    }  # fmt: skip
    for name, value in worse.items():
        other, won = won_units(**{name: value})
        np.testing.assert_array_equal(other, asked)
        assert 0 < won.sum() < base.sum(), name
    assert won_units(open=False)[1].sum() == 0


# ------------------------------------------------------------------------------------------- contracts
def signed(batch: Batch, units=(100,), framework=False, due=3, price=10.0, markets=(0,)) -> Contracts:
    """Return contracts of future 0, one per lot, whose first delivery is in week `due`."""
    contracts = Contracts(batch, keys_of(batch)["business_renewal"])
    asked = np.zeros(len(units), requests.REQUEST)
    asked["units"], asked["framework"], asked["buyer"], asked["market"] = units, framework, range(len(units)), markets
    yes = np.ones(len(units), bool)
    contracts.sign(Award(asked, yes, yes, ~yes, np.full(len(units), due), np.full(len(units), price)))
    return contracts


def grant(batch: Batch, units: int) -> np.ndarray:
    out = np.zeros((len(batch.futures), len(batch.codes)), np.int64)
    out[0, 0] = units
    return out


def test_a_framework_contract_delivers_its_lot_in_twelve_parts_four_weeks_apart() -> None:
    batch = batch_of((0,))
    contracts = signed(batch, (130,), framework=True)
    delivered = {}
    for week in range(60):
        wanted = contracts.wanted(week)
        done = contracts.deliver(week, wanted)
        if done.units.any():
            delivered[week] = int(done.units[0, 0])
            assert done.revenue_usd[0, 0] == delivered[week] * 10.0 and done.on_time[0, 0] == delivered[week]
    assert list(delivered) == [3 + 4 * k for k in range(12)]
    assert set(delivered.values()) == {10, 11} and sum(delivered.values()) == 130
    assert contracts.rows["open"][0] == 0 and contracts.rows["delivered"][0] == 130


def test_a_small_framework_lot_has_no_empty_parts() -> None:
    contracts = signed(batch_of((0,)), (5,), framework=True)
    assert contracts.calls["left"].tolist() == [1] * 5


def test_what_is_late_costs_damages_and_is_lost_after_a_cycle() -> None:
    batch = batch_of((0,))
    contracts = signed(batch, (100,))
    assert not contracts.deliver(2, grant(batch, 50)).units.any()  # not due yet
    first = contracts.deliver(3, grant(batch, 60))
    assert first.units[0, 0] == first.on_time[0, 0] == 60 and first.revenue_usd[0, 0] == 600.0
    assert contracts.wanted(4)[0, 0] == 40
    second = contracts.deliver(5, grant(batch, 15))
    assert second.units[0, 0] == 15 and second.on_time[0, 0] == 0
    assert second.revenue_usd[0, 0] == pytest.approx(15 * 10.0 * (1 - 0.01 * 2))
    assert contracts.deliver(6, grant(batch, 0)).lost[0, 0] == 0
    last = contracts.deliver(7, grant(batch, 5))  # a cycle after the due week
    assert last.units[0, 0] == 5 and last.lost[0, 0] == 20
    assert not len(contracts.calls) and contracts.wanted(8)[0, 0] == 0
    assert contracts.reliability(np.full((1, 3), 0.9))[0, 0] == pytest.approx((200 * 0.9 + 60) / 300)


def test_the_oldest_delivery_comes_first_and_markets_stay_apart() -> None:
    batch = batch_of((0,))
    contracts = signed(batch, (30, 40, 50), due=3, markets=(0, 1, 0))
    np.testing.assert_array_equal(contracts.wanted(3), [[80, 40, 0]])
    done = contracts.deliver(3, np.array([[60, 40, 99]]))
    np.testing.assert_array_equal(done.units, [[60, 40, 0]])
    assert contracts.rows["delivered"].tolist() == [30, 40, 30]


def test_firm_deliveries_are_known_in_advance() -> None:
    batch = batch_of((0,))
    contracts = signed(batch, (120,), framework=True)  # 10 units in the weeks 3, 7, 11, ...
    window = lambda first, last: int(contracts.committed(0, np.full(3, first), np.full(3, last))[0, 0])  # noqa: E731
    assert window(1, 2) == 0 and window(1, 3) == 10 and window(4, 11) == 20 and window(1, 200) == 120
    overdue = contracts.committed(5, np.full(3, 6), np.full(3, 7))
    assert overdue[0, 0] == 20  # the first one is late and still wanted


def test_renewal_depends_on_service_and_takes_todays_price() -> None:
    batch = batch_of(tuple(range(400)))
    contracts = Contracts(batch, keys_of(batch)["business_renewal"])
    asked = np.zeros(800, requests.REQUEST)
    asked["units"], asked["framework"] = 12, True
    asked["future"], asked["market"] = np.repeat(np.arange(400), 2), np.tile([0, 1], 400)
    yes = np.ones(800, bool)
    contracts.sign(Award(asked, yes, yes, ~yes, np.full(800, 1), np.full(800, 10.0)))
    for week in range(1, 50):
        granted = contracts.wanted(week)
        granted[:, 1] *= week <= 24  # half of the deliveries to the second market are lost
        contracts.deliver(week, granted)
    contracts.renew(50, offer_of(batch))
    new = contracts.rows[800:]
    share = batch.behaviours[0].b2b_renewal_share
    for market, served in ((0, 1.0), (1, 0.5)):
        renewed = (new["market"] == market).sum()
        assert abs(renewed - 400 * share * served) < 4.0 * math.sqrt(400 * share * served * (1 - share * served))
    assert (new["term"] == 1).all() and (new["price"] == 40.0).all() and (new["units"] == 12).all()
    assert contracts.calls["due"].min() == 54
    before = len(contracts.rows)
    contracts.renew(51, offer_of(batch))
    assert len(contracts.rows) == before


def test_leaving_a_market_ends_its_contracts_alone() -> None:
    batch = batch_of((0,))
    contracts = signed(batch, (30, 40), framework=True, markets=(0, 1))
    contracts.cancel(np.array([[True, False, False]]))
    assert set(contracts.calls["market"].tolist()) == {1}
    contracts.renew(3, offer_of(batch))
    assert len(contracts.rows) == 2


# ---------------------------------------------------------------------------------------------- leakage
def test_leaked_units_sell_in_the_following_weeks_and_none_is_lost() -> None:
    batch = batch_of(tuple(range(60)))
    leakage = Leakage(batch, keys_of(batch)["leakage"])
    delivered = np.full((60, 3), 1000)
    leaked = leakage.add(0, delivered)
    p = batch.behaviours[0].b2b_leak_share
    assert abs(leaked.mean() - 1000 * p) < 4.0 * math.sqrt(1000 * p * (1 - p) / leaked.size)
    offered = np.array([leakage.offered(week) for week in range(6)])
    assert not offered[0].any() and not offered[5:].any()
    np.testing.assert_array_equal(offered.sum(axis=0), leaked)
    assert (offered[1:5].max(axis=0) - offered[1:5].min(axis=0) <= 1).all()
    sold = np.zeros_like(leaked)
    for week in range(12):  # shoppers take half of what is offered; the rest waits
        bought = leakage.offered(week) // 2
        sold += bought
        leakage.sell(week, bought)
    np.testing.assert_array_equal(sold + leakage.offered(12), leaked)


def test_without_the_mechanism_nothing_leaks() -> None:
    batch = batch_of((0,), mechanisms={"leakage": False})
    assert not Leakage(batch, keys_of(batch)["leakage"]).add(0, np.full((1, 3), 10**6)).any()
