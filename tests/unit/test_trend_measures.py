"""Measures of the scoreboard on records made by hand; the expected figures are worked out in the comments."""

from __future__ import annotations

import numpy as np
import pytest

from simulator import facts
from simulator.trends import business, machines, measures
from simulator.trends.worlds import Worlds
from tests.unit.records import blank, book


def selling(weeks: int, first: int, left: int):
    """Return records of ten units a week in the first market, from a week on, and `left` written off in the run."""
    records = blank(weeks=weeks)
    records.units[first:, 0, 0, 0] = 10
    records.revenue_usd[first:, 0, 0, 0] = 500.0
    records.first_sale_week[0, 0] = first
    records.leftover_units[0, 0] = left
    return records


def test_what_is_left_over_is_of_the_goods_of_lives_that_ended() -> None:
    # lives of 4 weeks from week 2: 2-5 and 6-9 end, 10-11 is cut short; 80 sold and 20 left of 100
    assert measures.left_over(4)(selling(12, first=2, left=20)) == pytest.approx([0.2])


def test_a_life_that_the_run_cuts_short_changes_nothing() -> None:
    # leftovers are booked in the week after a life: with week 10 the second is over, and until week 13 it stays so
    shares = [float(measures.left_over(4)(selling(weeks, first=2, left=20))[0]) for weeks in (11, 12, 13, 14)]
    assert shares == [shares[0]] * 4


def test_before_a_life_has_ended_nothing_is_known_of_leftovers() -> None:
    assert np.isnan(measures.left_over(20)(selling(12, first=2, left=0))).all()
    assert np.isnan(measures.left_over(4)(blank(weeks=12))).all()


def test_revenue_after_the_first_life_begins_with_the_second() -> None:
    # first life in weeks 2-5; ten units at 50 USD in each of the weeks 6-11
    assert measures.revenue_after(4)(selling(12, first=2, left=0)) == pytest.approx([3000.0])
    assert measures.revenue_after(4)(blank(weeks=12)) == pytest.approx([0.0])


def test_units_with_a_label_leave_the_entrant_out() -> None:
    # the entrant is first; of the others one has a label, and the second of two weeks is asked for
    records = blank(weeks=2)
    records.units[:, 0, 0] = (100, 7, 3)
    object.__setattr__(records, "sellers", ("entrant", "champion_labelled", "near"))
    assert measures.units_with_label(1, 2)(records) == pytest.approx([7.0])


def test_households_with_a_hub_are_the_same_counted_from_all_or_from_smart_ones() -> None:
    """Hubs over households is smart homes over households times hubs over smart homes."""
    leaves = [facts.load("markets", code).leaves for code in Worlds().scenario(machines.VOICE).markets]
    people, home = (np.array([float(each[name].value) for each in leaves]) for name in ("shoppers", "smart_home_share"))
    of_all, of_smart = (part.measure(Worlds()).mean for part in machines.PARTS if part.claim == 19 and part.measure)
    assert len(set(home)) > 1  # else any weights would do
    assert of_all == pytest.approx(of_smart * (people * home).sum() / people.sum(), rel=1e-12)


def test_at_its_best_every_number_of_ai_is_at_an_end_of_its_range() -> None:
    """None is forgotten but how often people ask, which is no effect, and every fee is the lowest."""
    numbers = {name for name in facts.load("behaviour").leaves if name.startswith("ai_")}
    best = {path.removeprefix("behaviour."): value for path, value in machines.BEST.values}
    assert numbers - set(best) == {"ai_service_contact_share"}
    ranges = {name: facts.load("behaviour").leaves[name] for name in best}
    assert all(best[name] in (fact.low, fact.high) for name, fact in ranges.items())
    assert all(best[name] == fact.low for name, fact in ranges.items() if "usd" in name)


def test_bids_that_win_are_counted_over_all_markets() -> None:
    # 3 of 12 bids in the first future; none at all in the second
    records = blank(
        replications=(0, 1), business_bids=np.array([[8, 4], [0, 0]]), business_won=np.array([[3, 0], [0, 0]])
    )
    assert measures.won_share(records) == pytest.approx([0.25, np.nan], nan_ok=True)


def test_what_is_worth_more_together_is_the_whole_less_both_parts() -> None:
    # both 100, firms alone 20, shoppers alone 70: 10 beyond; without experience both are worth 94 and firms 18: 6
    worth = {"both": 100.0, "firms": 20.0, "plain": 70.0}
    without = {"both": 94.0, "firms": 18.0, "plain": 70.0}

    class Played:
        def value(self, question, strategy, figure):
            assert figure == "npv_usd"
            off = dict(question.values)
            assert off in ({}, {"mechanisms.experience_curve": False})
            return np.array([(without if off else worth)[strategy]])

    assert business._beyond(Played(), "npv_usd") == [10.0]
    assert business._beyond(Played(), "npv_usd", "experience") == [6.0]


def test_fixed_costs_are_discounted_from_the_week_of_their_payment() -> None:
    records = blank(weeks=60)
    book(records, 0, 0, "setup", "cash", 1_000.0)
    book(records, 52, 2, "headquarters", "cash", 1_120.0)
    book(records, 5, 0, "cost_of_goods", "inventory", 500.0)  # goes by units
    assert business._fixed(0.12)(records) == pytest.approx([-2_000.0])


def test_a_design_lives_as_long_as_the_category_says() -> None:
    assert Worlds().scenario(business.ON_DEMAND).category_profile.life_weeks == business.LIFE
