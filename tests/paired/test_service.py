"""A machine that answers: paired worlds where the desk at home sleeps, with and without its gain and its errors."""

from __future__ import annotations

from simulator.comparison import interval
from tests.paired.bases import WORLD
from tests.paired.measuring import Base, Comparison, Effect, Experiment

SURE = {"ai_ramp_weeks": 0}
"""The machine takes every question from the first day."""
OFTEN_WRONG = SURE | {"ai_service_effect": 0.0, "ai_service_contact_share": 0.4, "ai_service_wrong_share": 0.3}


def measured(market: str = "DE", team: bool = False, **behaviour: float) -> Effect:
    """Return the machine's effect in a market, from stock, so that deliveries are punctual."""
    base = Base(
        {**WORLD, "weeks": 40, "markets": {market: {}}, "behaviour": behaviour},
        {"entry": {market: 0}, "logistics": {"mode": "local"}, "ads": {"budget_usd_week": 3000}},
    )
    outcomes = {"stage.sale": 1, "units": 1, "rating": -1, "response_seconds": -1}
    service = Comparison(
        "ai.service", "goods", False, True, "software", outcomes, "answers", context={"localisation.team": team}
    )
    return Experiment(base, [service]).measure(service)


def test_sooner_answers_convert_where_the_desk_sleeps() -> None:
    found = measured(ai_service_wrong_share=0.0)
    assert interval(found.outcomes["stage.sale"])[0] > 0.0
    assert (found.outcomes["response_seconds"] < -3600.0).all()
    assert (found.account_usd == 4000.0 + 40 * 150.0).all()


def test_a_machine_without_effect_and_error_moves_the_clock_and_the_fee_alone() -> None:
    found = measured(ai_service_effect=0.0, ai_service_wrong_share=0.0)
    for outcome in ("stage.sale", "units", "rating"):
        assert not found.outcomes[outcome].any(), outcome
    assert (found.outcomes["response_seconds"] < 0.0).all() and (found.account_usd > 0.0).all()


def test_wrong_answers_cost_stars() -> None:
    assert interval(measured(**OFTEN_WRONG).outcomes["rating"])[1] < 0.0


def test_there_is_less_to_gain_where_a_team_is_awake() -> None:
    """A large effect, so that a third less of it shows in the conversion of single futures."""
    alone, beside = (measured("US", team, ai_service_wrong_share=0.0, ai_service_effect=0.5) for team in (False, True))
    assert interval(alone.outcomes["stage.sale"] - beside.outcomes["stage.sale"])[0] > 0.0
    assert interval(beside.outcomes["stage.sale"])[0] > 0.0
