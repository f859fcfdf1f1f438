"""Shocks: from a day to a week, from an event to its arrays, and luck by name."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from simulator import calendar
from simulator.batch import Batch
from simulator.calendar import NEVER
from simulator.market.law import law
from simulator.market.shocks import PRICE_LAG_WEEKS, first_week, happenings, shocks
from simulator.regulations import optional_rule
from simulator.scenario import scenario_of
from simulator.shocks import Shocks

START = date(2026, 1, 5)
WEEKS = 40


def document(*events, **changed):
    return {
        "start": "2026-01-05",
        "weeks": WEEKS,
        "seed": 11,
        "consumers": 100,
        "category": "sports_earbuds",
        "markets": ["US", "ID", "BR", "DE"],
        "seller": {"cash_usd": 1e6, "unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2},
        "mechanisms": {"fx": False},
        "strategies": {"plain": {"entry": {"US": 0}}},
        "events": list(events),
    } | changed


def made(*events, replications=(0,), **changed) -> Shocks:
    return shocks(Batch(scenario_of(document(*events, **changed)), replications))


def weeks(series) -> tuple[int, int]:
    """Return the first and the last week in which a series is not neutral."""
    found = np.flatnonzero(series != series[-1])
    return int(found[0]), int(found[-1])


US, ID, BR, DE = range(4)
CLOSED = {"kind": "port_closure", "node": "shenzhen_airport", "weeks": 3, "date": "2026-03-16"}


# --------------------------------------------------------------------------------------------- closed forms
@pytest.mark.parametrize(("day", "week"), [(5, 0), (6, 1), (11, 1), (12, 1), (13, 2)])
def test_an_event_holds_from_the_first_monday_on_or_after_its_day(day, week):
    assert first_week(START, date(2026, 1, day)) == week


def test_a_tariff_holds_from_its_week_until_it_reverses():
    event = {"kind": "tariff", "market": "US", "change": 0.1, "date": "2026-03-16", "reverses_after_weeks": 5}
    found = made(event)
    expected = np.zeros((WEEKS, 1, 4))
    expected[10:15, :, US] = 0.1
    np.testing.assert_array_equal(found.duty_change, expected)


def test_an_event_from_before_the_start_holds_from_the_first_week():
    event = {"kind": "tariff", "change": 0.1, "date": "2025-12-01", "reverses_after_weeks": 9}
    np.testing.assert_array_equal(made(event).duty_change[:, 0, DE], np.where(np.arange(WEEKS) < 4, 0.1, 0.0))


def test_changes_add_up_and_factors_multiply_in_any_order_of_the_file():
    events = [
        {"kind": "tariff", "key": f"t{i}", "change": change, "date": "2026-03-16"}
        for i, change in enumerate((0.1, 0.2, 0.7))
    ] + [
        {"kind": "demand", "market": "BR", "factor": factor, "date": "2026-04-13"} for factor in (0.9, 1.3)
    ]  # fmt: skip
    found, turned = made(*events), made(*reversed(events))
    assert found.duty_change[10, 0, US] == pytest.approx(1.0)
    assert found.demand[14, 0, BR] == pytest.approx(0.9 * 1.3)
    assert (found.demand[:, :, [US, ID, DE]] == 1.0).all()
    for name in ("duty_change", "demand"):
        assert np.array_equal(getattr(found, name), getattr(turned, name))


@pytest.mark.parametrize("lane", ["parcel", "sea", "air", None])
def test_freight_moves_its_own_lane_or_all(lane):
    event = {"kind": "freight", "factor": 2.5, "date": "2026-03-16"} | ({"lane": lane} if lane else {})
    found = made(event)
    for name in ("parcel", "sea", "air"):
        series = getattr(found, f"{name}_freight")[:, 0, ID]
        np.testing.assert_array_equal(series, np.where((np.arange(WEEKS) >= 10) & (lane in (None, name)), 2.5, 1.0))


def test_a_platform_fee_changes_the_commission():
    found = made({"kind": "platform_fee", "market": "ID", "change": 0.05, "date": "2026-02-02"})
    assert weeks(found.commission_change[::-1, 0, ID]) == (0, WEEKS - 5)
    assert not found.commission_change[:, :, US].any()


# ------------------------------------------------------------------------------------------ what sellers know
def test_an_announced_tariff_is_known_for_goods_that_arrive_after_it_starts():
    event = {"kind": "tariff", "market": "US", "change": 0.1, "date": "2026-03-16", "announced_weeks": 4}
    found = made(event | {"reverses_after_weeks": 8})

    def known(week: int, arrival: int) -> float:
        return float(found.known_duty_change(week, np.full(4, arrival))[0, US])

    assert known(5, 30) == 0.0  # nobody knows yet
    assert known(6, 9) == 0.0
    assert known(6, 10) == 0.1
    assert known(6, 25) == 0.1  # that it will end in week 18 nobody knows
    assert known(17, 18) == 0.1
    assert known(18, 18) == 0.0


def test_without_announcement_a_tariff_is_known_when_it_starts():
    found = made({"kind": "tariff", "market": "US", "change": 0.1, "date": "2026-03-16"})
    assert not found.known_duty_change(9, np.full(4, 20)).any()
    assert found.known_duty_change(10, np.full(4, 20))[0, US] == 0.1


# --------------------------------------------------------------------------------------------- exchange rates
def test_a_devaluation_lowers_local_prices_in_dollars_for_a_quarter():
    found = made({"kind": "fx", "market": "ID", "factor": 1.25, "date": "2026-03-16"})
    t = np.arange(WEEKS)
    np.testing.assert_array_equal(found.exchange[:, 0, ID], np.where(t >= 10, 1.25, 1.0))
    np.testing.assert_allclose(found.level[:, 0, ID], np.where((t >= 10) & (t < 10 + PRICE_LAG_WEEKS), 0.8, 1.0))
    assert (found.level[:, :, [US, BR, DE]] == 1.0).all()


def test_markets_with_one_currency_have_one_exchange_rate_and_the_dollar_none():
    event = {"kind": "fx", "market": "DE", "factor": 1.1, "date": "2026-03-16"}
    euro = {"currency": "EUR", "fx_sd_week": 0.01}
    found = made(event, markets={"US": {}, "DE": euro, "BR": euro}, mechanisms={})
    assert (found.exchange[:, 0, 0] == 1.0).all()
    assert found.exchange[12, 0, 1] != 1.0
    np.testing.assert_array_equal(found.exchange[:, 0, 1], found.exchange[:, 0, 2])


def test_an_exchange_rate_from_before_the_start_is_in_the_prices_until_it_reverses():
    found = made({"kind": "fx", "market": "ID", "factor": 1.25, "date": "2025-12-01", "reverses_after_weeks": 9})
    np.testing.assert_allclose(found.exchange[:, 0, ID], np.where(np.arange(WEEKS) < 4, 1.0, 0.8))


def test_the_walk_has_the_spread_of_its_market_and_no_drift_of_the_dollar_value():
    found = made(replications=range(400), mechanisms={}, markets={"US": {}, "ID": {"fx_sd_week": 0.2}})
    assert (found.exchange[:, :, 0] == 1.0).all()
    log = np.log(found.exchange[:, :, 1])
    steps = np.diff(log, axis=0)
    assert (log[0] == 0.0).all()
    n = steps.size
    assert steps.std() == pytest.approx(0.2, abs=4 * 0.2 / math.sqrt(2 * n))
    assert steps.mean() == pytest.approx(0.02, abs=4 * 0.2 / math.sqrt(n)), "half the variance a week"
    last = 1.0 / found.exchange[-1, :, 1]
    assert last.mean() == pytest.approx(1.0, abs=4 * last.std() / math.sqrt(last.size))


# -------------------------------------------------------------------------------------------------- closures
def test_one_closed_node_stops_all_lanes_over_it_and_no_other():
    found = made(CLOSED | {"node": "jakarta"})
    nodes = tuple(lane for lane in (("shenzhen", "los_angeles"), ("shenzhen", "jakarta"), ("jakarta",), ("santos",)))
    wait = found.wait(nodes)[:, 0]
    assert wait[9:14, ID].tolist() == [0, 3, 2, 1, 0]
    np.testing.assert_array_equal(wait[:, BR], wait[:, ID])
    assert not wait[:, [US, DE]].any()


def test_a_closure_of_one_market_leaves_the_lanes_of_others_open():
    found = made(CLOSED | {"market": "ID"})
    wait = found.wait(tuple(("shenzhen_airport",) for _ in range(4)))
    assert wait[:, 0].any(axis=0).tolist() == [False, True, False, False]


def test_closures_one_after_the_other_make_one_wait():
    second = CLOSED | {"node": "jakarta", "date": "2026-04-06"}
    wait = made(CLOSED, second).wait(tuple(("jakarta", "shenzhen_airport") for _ in range(4)))
    assert wait[9:17, 0, US].tolist() == [0, 6, 5, 4, 3, 2, 1, 0]


# ------------------------------------------------------------------------------------------- rivals and rules
def test_a_rival_enters_where_the_one_that_it_is_like_stands():
    event = {"kind": "rival_entry", "like": "near", "date": "2026-03-16", "reverses_after_weeks": 20}
    rivals = {"DE": []}
    one, other = made(event, event | {"date": "2026-05-04"}, rivals=rivals).newcomers
    assert (one.key, other.key, one.like) == ("near_2", "near_3", "near")
    assert one.enter[0].tolist() == [10, 10, 10, NEVER]
    assert one.leave[0].tolist() == [30, 30, 30, NEVER]


def test_a_rival_from_before_the_start_is_there_at_the_start_unless_it_has_left() -> None:
    event = {"kind": "rival_entry", "like": "near", "date": "2025-12-01"}
    stays, gone = made(event, event | {"key": "short", "reverses_after_weeks": 4}).newcomers
    if gone.key == "near_2":
        stays, gone = gone, stays
    assert {int(stays.enter[0, US]), int(gone.enter[0, US])} == {0, NEVER}


def test_a_rule_has_its_weeks_in_every_future():
    event = {"kind": "rule", "key": "br_parcel_tax_repeal", "market": "BR", "date": "2026-03-16", "announced_weeks": 2}
    (rule,) = made(event, replications=(0, 1)).rules
    assert (rule.key, rule.markets, rule.announced.tolist()) == ("br_parcel_tax_repeal", (BR,), [8, 8])
    assert (rule.start.tolist(), rule.end.tolist()) == ([10, 10], [NEVER, NEVER])


def test_a_rule_that_is_drawn_after_its_own_end_never_comes() -> None:
    drawn = {"between": ["2027-06-01", "2027-08-01"], "probability": 1.0}
    batch = Batch(
        scenario_of(document({"kind": "rule", "key": "us_de_minimis_back", "drawn": drawn}, weeks=104)), range(30)
    )
    found = shocks(batch)
    held = law(batch, found.rules, 104)
    over = calendar.monday(START, 78)
    assert optional_rule("us_de_minimis_back").until == date(2027, 7, 1) < over
    came = {f for f, _ in held}
    assert came == {f for f, week in enumerate(found.rules[0].start) if calendar.monday(START, int(week)) < over}
    assert 0 < len(came) < 30


# ------------------------------------------------------------------------------------------------------ luck
def binomial(hits: int, n: int, p: float) -> bool:
    return abs(hits - n * p) < 4 * math.sqrt(n * p * (1 - p))


DRAWN = {"between": ["2026-02-03", "2026-05-10"], "probability": 0.3}


def test_a_drawn_event_happens_as_often_as_its_probability_says_and_on_even_days():
    event = {"kind": "tariff", "change": 0.1, "drawn": DRAWN, "reverses_after_weeks": 4, "reversal_probability": 0.4}
    scenario = scenario_of(document(event))
    n = 3000
    found = [happenings(scenario, r)[0] for r in range(n)]
    came = [h for h in found if h.start < NEVER]
    assert binomial(len(came), n, 0.3)
    assert {h.start for h in came} == set(range(5, 19))
    assert binomial(sum(h.end < NEVER for h in came), len(came), 0.4)
    assert all(h.end in (h.start + 4, NEVER) for h in came)
    assert np.mean([h.start for h in came]) == pytest.approx(11.5, abs=0.6)


def test_the_alternatives_of_a_group_exclude_each_other():
    probabilities = {"lapse": 0.30, "s301": 0.45, "extension": 0.25}
    events = [
        {"kind": "tariff", "key": key, "group": "s122", "change": 0.1, "drawn": DRAWN | {"probability": p}}
        for key, p in probabilities.items()
    ]  # fmt: skip
    scenario = scenario_of(document(*events))
    n = 2000
    rows = [[h.start < NEVER for h in happenings(scenario, r)] for r in range(n)]
    assert all(sum(row) == 1 for row in rows)
    hits = np.sum(rows, axis=0)
    assert all(binomial(int(k), n, p) for k, p in zip(hits, probabilities.values(), strict=True))


def test_events_of_one_key_share_their_luck():
    events = [{"kind": "tariff", "key": "bloc", "market": code, "change": 0.1, "drawn": DRAWN} for code in ("ID", "BR")]
    found = made(*events, replications=range(60))
    np.testing.assert_array_equal(found.duty_change[:, :, ID], found.duty_change[:, :, BR])
    assert found.duty_change.any()


def test_another_event_another_strength_and_another_order_leave_the_luck_as_it_was():
    event = {"kind": "tariff", "market": "US", "change": 0.1, "drawn": DRAWN}
    other = {"kind": "demand", "factor": 0.8, "drawn": DRAWN}
    replications = range(60)
    alone = made(event, replications=replications).duty_change
    both = made(other, event, replications=replications)
    np.testing.assert_array_equal(both.duty_change, alone)
    stronger = made(event | {"change": 0.2}, other, replications=replications)
    np.testing.assert_array_equal(stronger.duty_change, 2.0 * alone)
    np.testing.assert_array_equal(stronger.demand, both.demand)


def test_a_future_has_the_same_shocks_in_every_batch():
    event = {"kind": "tariff", "market": "US", "change": 0.1, "drawn": DRAWN}
    batch, single = made(event, replications=(3, 4, 5), mechanisms={}), made(event, replications=(4,), mechanisms={})
    np.testing.assert_array_equal(batch.duty_change[:, 1], single.duty_change[:, 0])
    np.testing.assert_array_equal(batch.exchange[:, 1], single.exchange[:, 0])


def test_switched_off_all_shocks_are_neutral():
    events = [
        {"kind": "tariff", "change": 0.1, "date": "2026-03-16"},
        {"kind": "fx", "factor": 1.2, "date": "2026-03-16"},
        {"kind": "rival_entry", "like": "near", "date": "2026-03-16"},
        CLOSED,
    ]
    found = made(*events, mechanisms={"events": False, "fx": False})
    for name in ("exchange", "level", "parcel_freight", "sea_freight", "air_freight", "demand"):
        assert (getattr(found, name) == 1.0).all()
    assert not found.duty_change.any()
    assert not found.commission_change.any()
    assert not found.wait(tuple(("shenzhen_airport",) for _ in range(4))).any()
    assert (found.duties, found.newcomers, found.rules, found.nodes) == ((), (), (), ())
