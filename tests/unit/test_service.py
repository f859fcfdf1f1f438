"""How long shoppers wait for an answer: by hand, for toy desks and for the markets of the data."""

from __future__ import annotations

import math
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import facts
from simulator.batch import Batch
from simulator.sellers.capabilities import Capabilities, odds_gain
from simulator.sellers.levers import Levers
from simulator.sellers.service import SLOTS, Service, promptness, waiting
from tests.laws.worlds import scenario

MARKETS = facts.available("markets")
EVEN = [1.0] * 24
"""Questions at all hours alike."""
PATIENCE = 3 * 3600.0
"""Long against a quarter hour, so that sums over slots are near their integrals."""


def only(hour: int) -> list[float]:
    """Return questions that all come in one local hour."""
    return [float(each == hour) for each in range(24)]


def service(markets, team: bool = False, **behaviour) -> Service:
    """Return how one strategy answers in these markets, with the shipped figures but for `behaviour`."""
    codes = list(markets)
    machine = {"entry": dict.fromkeys(codes, 0), "ai": {"service": True}, "localisation": {"team": team}}
    asked = scenario(strategies={"plan": machine}, markets=markets, behaviour=behaviour, uncertainties={})
    batch = Batch(asked, (0,))
    return Service(batch, Levers.of(batch, "plan"))


def prompt(answers: Service, market: int = 0, patience: float = PATIENCE) -> float:
    week = answers.week(market)
    return float(week.prompt(week.people, np.array([[patience]]))[0])


# --------------------------------------------------------------------------------------------------- desks
@pytest.mark.parametrize(
    ("hour", "hours"),
    [(0.0, 9.0), (9.0, 0.0), (17.75, 0.0), (18.0, 15.0), (4 * 24 + 18.0, 63.0), (5 * 24 + 12.0, 45.0), (-6.0, 15.0)],
    ids=["Monday night", "opening", "last quarter", "closing", "Friday evening", "Saturday noon", "Sunday evening"],
)
def test_a_desk_of_working_days_from_9_to_18(hour, hours):
    assert waiting(hour, 9.0, 9.0, 5.0) == hours


def test_a_shift_may_pass_midnight():
    assert [waiting(h, 22.0, 4.0, 1.0) for h in (21.0, 22.0, 25.0, 26.0)] == [1.0, 0.0, 0.0, 164.0]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 671), st.integers(0, 95), st.integers(1, 96), st.integers(1, 7))
def test_nobody_answers_before_a_desk_is_open(slot, opening, length, days):
    """Walk on in quarter hours until a shift has begun and not ended."""
    shifts = [(96 * day + opening, 96 * day + opening + length) for day in range(-7, days)]
    shifts = [(a + 672 * k, b + 672 * k) for a, b in shifts[7:] for k in (-1, 0, 1, 2)]
    walked = next(n for n in range(673) if any(a <= slot + n < b for a, b in shifts))
    assert waiting(slot / 4.0, opening / 4.0, length / 4.0, float(days)) == walked / 4.0


# -------------------------------------------------------------------------------------------- closed forms
def test_a_desk_that_never_closes_is_its_answer_time():
    answers = service(["US"], service_hours_day=24, service_days_week=7, service_answer_seconds=300)
    assert answers.median_seconds(np.zeros((1, 1))) == 300.0
    assert prompt(answers) == pytest.approx(math.exp(-300 / PATIENCE), rel=1e-12)


EIGHT_HOURS = {"ask_hour_weights": EVEN, "service_hours_day": 8, "service_days_week": 7, "service_answer_seconds": 60}


def test_a_desk_of_a_third_of_the_day_and_even_questions():
    """A third is answered at once, the rest waits evenly up to 16 hours: half within 4; the mean of exp is known."""
    answers = service(["US"], **EIGHT_HOURS)
    assert answers.median_seconds(np.zeros((1, 1)))[0, 0] == pytest.approx(4 * 3600 + 60, abs=450)
    waiting_part = PATIENCE / 86400 * (1.0 - math.exp(-16 * 3600 / PATIENCE))
    assert prompt(answers) == pytest.approx((1 / 3 + waiting_part) * math.exp(-60 / PATIENCE), rel=1e-3)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.2, 0.3, 0.49, 0.5, 1.0])
def test_the_median_of_a_mix_of_machine_and_people(share):
    """Half is reached where share + (1 - share)·(8 + w)/24 = 1/2: after w hours, at once, or by the machine alone."""
    found = service(["US"], **EIGHT_HOURS).median_seconds(np.full((1, 1), share))[0, 0]
    if share >= 0.5:
        assert found == 15.0
    else:
        hours = 24 * (0.5 - share) / (1 - share) - 8
        assert found == (pytest.approx(60 + 3600 * hours, abs=450) if hours > 0 else 60.0)


def test_questions_stand_at_their_local_hour():
    """At 20 in New York it is 9 at home, on five days of seven; at 20 in Berlin it is 3, six hours before opening."""
    answers = service(["US", "DE"], ask_hour_weights=only(20))
    assert answers.week(0).people[0, answers.week(0).asked[0] > 0].min() == 120.0
    at_once = answers.week(0).asked[0, answers.week(0).people[0] == 120.0].sum()
    assert at_once == pytest.approx(5 / 7, rel=1e-12)
    waits = answers.week(1).people[0, answers.week(1).asked[0] > 0] - 120.0
    assert waits.min() > 5 * 3600 and answers.median_seconds(np.zeros((1, 2)))[0, 1] < 6 * 3600 + 120


@pytest.mark.parametrize("offset", [-11.0, 0.0, 5.5, 5.75, 5.8, 14.0])
def test_every_question_is_asked_once(offset):
    answers = service({"US": {"utc_offset_hours": offset}})
    assert answers.week(0).asked.sum() == pytest.approx(1.0, abs=1e-12)
    assert answers.week(0).asked.shape == (1, SLOTS)


# ------------------------------------------------------------------------------------------------ markets
@pytest.mark.parametrize("market", MARKETS)
def test_offsets_are_standard_time(market):
    fact = facts.load("markets", market).leaves["utc_offset_hours"]
    zone = ZoneInfo(fact.source.split(": ")[1].split(",")[0])
    winter_and_summer = [datetime(2026, month, 15, tzinfo=zone) for month in (1, 7)]
    standard = {(day.utcoffset() - day.dst()).total_seconds() / 3600 for day in winter_and_summer}
    assert standard == {fact.value}


FOUR = ("JP", "US", "SA", "DE")


def test_who_is_awake_with_the_desk_at_home_is_answered():
    """In local time the desk is open from 10 in Tokyo, 20 in New York, 4 in Riyadh, 2 in Berlin: nine hours each."""
    weights = facts.load("behaviour").values["ask_hour_weights"]
    overlap = [sum(weights[(start + n) % 24] for n in range(9)) / sum(weights) for start in (10, 20, 4, 2)]
    answers = service(FOUR)
    shares = [prompt(answers, m, 500.0) for m in range(4)]
    assert overlap == sorted(overlap, reverse=True) and shares == sorted(shares, reverse=True)
    before_opening = [share - part * 5 / 7 * math.exp(-120 / 500) for share, part in zip(shares, overlap, strict=True)]
    assert all(0.0 < each < 500 / 3600 / 9 for each in before_opening), "only who asks minutes before opening is added"
    gains = answers.sooner()[0]
    assert list(gains) == sorted(gains), "the machine gains most where the desk sleeps"


def test_a_local_team_is_there_at_local_hours():
    home, team = service(FOUR), service(FOUR, team=True)
    for m, ahead in enumerate((1, -13, -5, -7)):
        local = (np.arange(SLOTS) + 0.5) / 4.0 + ahead
        office = (local % 24 >= 9) & (local % 24 < 18) & (local % 168 < 120)
        assert (team.week(m).people[0, office] == 120.0).all()
        assert (team.week(m).people <= home.week(m).people).all()
    assert (team.median_seconds(np.zeros((1, 4))) < home.median_seconds(np.zeros((1, 4)))).all()
    assert (team.sooner() < home.sooner()).all()


def test_a_team_in_the_time_zone_of_home_changes_nothing():
    np.testing.assert_array_equal(service(["MY"], team=True).week(0).people, service(["MY"]).week(0).people)


# ---------------------------------------------------------------------------------------------- the machine
def test_a_machine_is_no_gain_where_people_are_as_fast():
    always = {"service_hours_day": 24, "service_days_week": 7, "service_answer_seconds": 10}
    assert not service(["US"], **always).sooner().any()
    np.testing.assert_array_equal(service(["US"], **always).median_seconds(np.ones((1, 1))), 10.0)


def test_the_whole_effect_is_from_never_to_always_prompt():
    """People who would answer after weeks, and a machine at once."""
    never = {"service_answer_seconds": 1e7, "ai_service_answer_seconds": 1e-6}
    assert service(["US"], **never).sooner() == pytest.approx(1.0)
    assert odds_gain(0.04, 1.0) == pytest.approx(math.log(1.04)) and odds_gain(0.0, 0.7) == 0.0
    assert promptness(0.0, 500.0) == 1.0


def test_without_the_machine_the_hours_move_nothing():
    """What a desk answers is part of what every seller does: only a machine's gain enters the utility."""
    for hours in (1, 24):
        asked = scenario(
            strategies={"plan": {"entry": {"US": 0}}}, behaviour={"service_hours_day": hours}, uncertainties={}
        )
        batch = Batch(asked, (0,))
        assert not Capabilities(batch, Levers.of(batch, "plan")).service(30).any()
