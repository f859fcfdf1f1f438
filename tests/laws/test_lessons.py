"""Lessons: the engine meets the textbooks, and a lesson that is wrong, or asked for what cannot be, says so."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import lessons
from simulator.errors import UsageError
from simulator.lessons import common_random_numbers, landed_cost
from simulator.lessons.lesson import Check, Measured, compare

few = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

SETTINGS: list[tuple[str, dict[str, str]]] = [
    ("landed_cost", {}),
    ("landed_cost", {"duty_share": "0", "vat_share": "0", "per_parcel_fee_usd": "0", "freight_usd": "0"}),
    ("landed_cost", {"goods_usd": "812.34", "freight_usd": "77.7", "duty_share": "1.0", "vat_share": "0.27"}),
    ("landed_cost", {"goods_usd": "0.05", "freight_usd": "12.01", "vat_share": "1.0", "per_parcel_fee_usd": "5.8"}),
    ("common_random_numbers", {}),
    ("common_random_numbers", {"strategy": "one_size_fits_all", "replications": "6"}),
    ("common_random_numbers", {"strategy": "green_premium", "replications": "6"}),
    ("common_random_numbers", {"strategy": "price_war", "replications": "6"}),
]


@pytest.mark.parametrize(("name", "given_settings"), SETTINGS, ids=lambda value: str(value)[:60])
def test_a_lesson_meets_its_closed_form(name: str, given_settings: Mapping[str, str]) -> None:
    played = lessons.play(name, given_settings)
    assert played.ok, [check for check in played.checks if not check.ok]


def test_every_lesson_has_the_checks_of_the_contract() -> None:
    promised = {
        "logit": {"share_1", "share_2", "share_3", "share_outside"},
        "segments": {"share_1", "share_2", "share_outside", "own_elasticity_1", "own_elasticity_2"},
        "elasticity": {"own_elasticity"},
        "bertrand": {"price_1", "price_2", "price_3", "share_1", "share_2", "share_3"},
        "bass": {"peak_time_years", "peak_rate_share", *(f"adopted_share_{year}" for year in range(1, 11))},
        "landed_cost": {"landed_usd"},
        "newsvendor": {"best_order", "expected_profit", "fill_rate"},
        "lost_sales": {"lost_share"},
        "pooling": {"safety_stock_separate", "safety_stock_pooled", "ratio", "fill_separate", "fill_pooled"},
        "double_jeopardy": {
            *(f"{figure}_{j}" for figure in ("penetration", "rate") for j in (1, 2, 3, 4)),
            "rank_agreement",
        },
        "common_random_numbers": {"difference", "variance_ratio"},
    }
    assert set(lessons.names()) == set(promised)
    for name, checks in promised.items():
        content = lessons.play(name).as_dict()
        assert set(content) == {"lesson", "parameters", "checks", "ok"}
        assert all(set(check) == {"name", "expected", "simulated", "tolerance", "ok"} for check in content["checks"])
        assert checks <= {check["name"] for check in content["checks"]}
        assert json.loads(json.dumps(content, allow_nan=False)) == content


@few
@given(
    goods=st.floats(0.5, 2000.0), freight=st.floats(0.0, 200.0), duty=st.floats(0.0, 1.0), vat=st.floats(0.0, 0.3),
    fee=st.floats(0.0, 20.0),
)  # fmt: skip
def test_landed_cost_is_right_to_the_cent(goods: float, freight: float, duty: float, vat: float, fee: float) -> None:
    parameters = landed_cost.LandedCost(
        goods_usd=goods, freight_usd=freight, duty_share=duty, vat_share=vat, per_parcel_fee_usd=fee
    )
    assert all(check.ok for check in compare(landed_cost.expected(parameters), landed_cost.simulated(parameters)))


@pytest.mark.parametrize(
    "change", [{"goods_usd": 18.02}, {"freight_usd": 4.02}, {"duty_share": 0.101}, {"vat_share": 0.201},
               {"per_parcel_fee_usd": 3.02}],
)  # fmt: skip
def test_a_wrong_rate_fails_the_landed_cost(change: dict[str, float]) -> None:
    right = landed_cost.LandedCost()
    checks = compare(landed_cost.expected(right.model_copy(update=change)), landed_cost.simulated(right))
    wrong = {check.name for check in checks if not check.ok}
    assert {"landed_usd", "rule_landed_usd"} <= wrong


def test_a_copy_that_differs_by_a_cent_fails() -> None:
    measured = common_random_numbers.simulated(common_random_numbers.CommonRandomNumbers(replications=4))
    assert Check.of("difference", 0.0, measured["difference"]).ok
    assert not Check.of("difference", 0.01, measured["difference"]).ok
    assert measured["variance_ratio"].value > 9.0, "the paired deviation is to be below a third of the unpaired one"
    assert not Check.of("variance_ratio", 1.0, Measured(0.99, above=True)).ok


def test_a_figure_that_is_no_number_fails() -> None:
    assert not Check.of("share_1", 0.5, Measured(float("nan"), 1.0)).ok
    assert not Check.of("variance_ratio", 1.0, Measured(float("inf"), above=True)).ok


REFUSED = [
    ("logits", {}, "did you mean 'logit'"),
    ("", {}, "no lesson"),
    ("logit", {"utility": "[1]"}, "did you mean 'utilities'"),
    ("logit", {"utilities": "1"}, "read 1; allowed: a list of: a number from -20 to 20"),
    ("logit", {"utilities": "[]"}, "allowed: at least 1"),
    ("logit", {"utilities": "[1, 30]"}, "read 30; allowed: a number from -20 to 20"),
    ("logit", {"utilities": "[.nan]"}, "utilities.0: read .nan; allowed: a finite number"),
    ("logit", {"utilities": "[1, 2"}, "not valid YAML"),
    ("logit", {"consumers": "many"}, 'read "many"; allowed: a whole number from 100 to 1,000,000'),
    ("logit", {"consumers": "99"}, "allowed: a whole number from 100"),
    ("logit", {"consumers": ""}, "allowed: a whole number"),
    ("segments", {"weights": "[0.5, 0.4]"}, "the weights sum to 0.9; allowed: 1"),
    ("segments", {"weights": "[1.0]"}, "weights has 1 entries and price_scales 2"),
    ("segments", {"prices": "[1, 2, 3]"}, "prices has 3 entries and qualities 2"),
    ("segments", {"prices": "[1, -2]"}, "read -2; allowed: a number above 0"),
    ("segments", {"qualities": "[1, 40]"}, "allowed: from -20 to 20"),
    ("segments", {"qualities": "[1, -9]"}, "offer 2 would have a share of"),
    ("segments", {"prices": "[1, 900]"}, "allowed: from -100 to 100"),
    ("elasticity", {"price": "0"}, "read 0; allowed: a number above 0"),
    ("elasticity", {"quality": "-9"}, "a share of 0.001"),
    ("elasticity", {"price_scale": "200", "quality": "1"}, "price_scale * price is 200; allowed: up to 100"),
    ("bertrand", {"costs": "[1, 1]"}, "qualities has 3 entries, costs has 2 entries; allowed: as many of each"),
    ("bertrand", {"owners": "[a, b]"}, "owners has 2 entries; allowed: as many of each"),
    ("bertrand", {"owners": "[a, b, true]"}, "owners.2: read true"),
    ("bertrand", {"costs": "[1, 0.8, -1]"}, "read -1; allowed: a number from 0"),
    ("bertrand", {"price_scale": "20"}, "price_scale * (quality - cost) is 40; allowed: from -20 to 20"),
    ("bertrand", {"qualities": "[99]", "costs": "[99]"}, "price_scale * cost is 198; allowed: up to 100"),
    ("landed_cost", {"duty_share": "17"}, "read 17; allowed: a number from 0 to 1"),
    ("landed_cost", {"goods_usd": "'18'"}, 'read "18"; allowed: a number'),
    ("newsvendor", {"cost": "11"}, "salvage is 1, cost 11 and price 10; allowed: salvage < cost < price"),
    ("newsvendor", {"salvage": "4"}, "allowed: salvage < cost < price"),
    ("newsvendor", {"cost": "9.9"}, "(price - cost) / (price - salvage) is 0.0111; allowed: from 0.05 to 0.95"),
    ("newsvendor", {"sd": "9"}, "sd is 9; allowed with mean 100: from 10.00 (its square root"),
    ("newsvendor", {"sd": "140"}, "sd is 140; allowed with mean 100: from 10.00"),
    ("newsvendor", {"mean": "1000", "sd": "900"}, "allowed: below 2000, where the factory gives a discount"),
    ("newsvendor", {"mean": "1", "sd": "1", "cost": "8"}, "the best order is 0 units (P(D = 0) is 0.37)"),
    ("newsvendor", {"mean": "lots"}, 'read "lots"; allowed: a number from 1'),
    (
        "lost_sales",
        {"base_stock": "9", "mean_per_lead_time": "1"},
        "would lose 1e-06 of demand, 0.00376 units in all; allowed: a share up",
    ),
    ("lost_sales", {"base_stock": "2", "mean_per_lead_time": "40"}, "would lose 0.95 of demand"),
    ("lost_sales", {"base_stock": "2.5"}, "read 2.5; allowed: a whole number from 1 to 100"),
    ("bass", {"p": "0"}, "read 0; allowed: a number above 0"),
    ("bass", {"q": "3"}, "p + q is 3.03; allowed over 10 years: up to 2.08"),
    ("bass", {"p": "0.002"}, "the peak would come after 13.7 years; allowed: within years, 10"),
    ("bass", {"p": "0.01", "q": "0.5", "consumers": "4000"}, "consumers * p / q is 80; allowed: at least 100"),
    ("bass", {"p": "0.0001", "q": "0"}, "allowed over 10 years: from 0.0004"),
    ("bass", {"years": "41"}, "read 41; allowed: a whole number from 1 to 40"),
    ("double_jeopardy", {"shares": "[0.6, 0.5]"}, "the shares sum to 1.1; allowed: up to 1"),
    ("double_jeopardy", {"shares": "[0.3, 0.3]"}, "all shares are 0.3; allowed: two that differ"),
    ("double_jeopardy", {"shares": "[0.5, 0.01]"}, "shares.1: read 0.01; allowed: a number from 0.02"),
    ("double_jeopardy", {"penetration": "0.5", "rate": "1.2"}, "allowed with penetration 0.5: from 1.4 (buyers by"),
    ("double_jeopardy", {"penetration": "0.5", "rate": "12"}, "rate is 12; allowed with penetration 0.5: from 1.4"),
    ("pooling", {"markets": "10"}, "read 10; allowed: a whole number from 1 to 9"),
    ("pooling", {"service_level": "0.5"}, "read 0.5; allowed: a number from 0.6 to 0.9999"),
    ("pooling", {"mean": "4", "sd": "1"}, "sd is 1; allowed with mean 4: from 2.00"),
    ("common_random_numbers", {"strategy": "localized"}, "did you mean 'localised'"),
    ("common_random_numbers", {"strategy": "[a]"}, "read a list"),
    ("common_random_numbers", {"replications": "1"}, "allowed: a whole number from 4 to 200"),
]


@pytest.mark.parametrize(("name", "given_settings", "said"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_cannot_be_played_is_refused_with_what_is_allowed(
    name: str, given_settings: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        lessons.play(name, given_settings)
    message = str(caught.value)
    assert said in message
    assert len(message.splitlines()) == 1


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        lessons.play("landed_cost", {"goods": "1", "vat_share": "20", "freight_usd": "-1"})
    assert len(str(caught.value).splitlines()) == 3
