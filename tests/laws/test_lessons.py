"""Lessons: the engine meets the textbooks, and a lesson that is wrong says so."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import lessons
from simulator.errors import UsageError
from simulator.lessons import (
    bertrand,
    common_random_numbers,
    elasticity,
    landed_cost,
    logit,
    lost_sales,
    neutral,
    newsvendor,
    noise,
    pooling,
    segments,
)  # fmt: skip
from simulator.lessons.lesson import Check, Measured, compare
from simulator.model import MarketEntryModel

few = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

SETTINGS: list[tuple[str, dict[str, str]]] = [
    ("logit", {}),
    ("logit", {"utilities": "[0.0]", "consumers": "5000"}),
    ("logit", {"utilities": "[-2, 1.5]", "consumers": "5000"}),
    ("logit", {"utilities": "[0.3, 0.3, 0.3, -1, 2]", "consumers": "100"}),
    ("logit", {"utilities": "[12, 11]", "consumers": "1000"}),
    ("segments", {}),
    ("segments", {"weights": "[1.0]", "price_scales": "[2.5]", "prices": "[1.0]", "qualities": "[2.0]"}),
    (
        "segments",
        {
            "weights": "[0.2, 0.5, 0.3]",
            "price_scales": "[0.02, 0.05, 0.11]",
            "prices": "[65, 40, 90]",
            "qualities": "[2.5, 1.0, 4.5]",
            "consumers": "4000",
        },
    ),
    ("elasticity", {}),
    ("elasticity", {"price": "65", "price_scale": "0.04", "quality": "70"}),
    ("elasticity", {"price": "0.2", "price_scale": "40", "quality": "0.1"}),
    ("bertrand", {}),
    ("bertrand", {"qualities": "[1.5]", "costs": "[1.0]", "price_scale": "4"}),
    ("bertrand", {"owners": "[1, 1, 2]"}),
    ("bertrand", {"owners": "[ours, theirs, theirs]"}),
    ("bertrand", {"owners": "[a, a, a]"}),
    (
        "bertrand",
        {"qualities": "[3, 2, 2.5, 2.8]", "costs": "[1, 0, 0.5, 1]", "price_scale": "3", "owners": "[a, b, a, b]"},
    ),
    ("bertrand", {"qualities": "[3, 2, 2, 3]", "costs": "[1, 0, 0.5, 1]", "owners": "[a, a, a, a]"}),  # rivals alone
    ("bertrand", {"qualities": "[3, 2, 2, 3, 2]", "costs": "[1, 0, 0.5, 1, 1]", "owners": "[a, a, a, a, b]"}),
    ("bertrand", {"qualities": "[65, 60, 70, 66]", "costs": "[18, 15, 25, 60]", "price_scale": "0.05"}),
    ("bertrand", {"qualities": "[20, 19.5]", "costs": "[0, 0]", "price_scale": "1"}),
    (
        "bertrand",
        {
            "qualities": "[2, 2, 2, 2, 2, 2, 2, 2]",
            "costs": "[1, 1, 1, 1, 1, 1, 1, 1]",
            "price_scale": "4",
            "owners": "[1, 2, 2, 3, 3, 3, 4, 4]",
        },
    ),
    ("landed_cost", {}),
    ("landed_cost", {"duty_share": "0", "vat_share": "0", "per_parcel_fee_usd": "0", "freight_usd": "0"}),
    ("landed_cost", {"goods_usd": "812.34", "freight_usd": "77.7", "duty_share": "1.0", "vat_share": "0.27"}),
    ("landed_cost", {"goods_usd": "0.05", "freight_usd": "12.01", "vat_share": "1.0", "per_parcel_fee_usd": "5.8"}),
    ("newsvendor", {}),
    ("newsvendor", {"price": "10", "cost": "9", "salvage": "0"}),  # dear to be left with
    ("newsvendor", {"price": "20", "cost": "2", "salvage": "1"}),  # dear to be without
    ("newsvendor", {"mean": "2", "sd": "2"}),
    ("newsvendor", {"mean": "1000", "sd": "31.63"}),  # Poisson alone
    ("newsvendor", {"mean": "50", "sd": "65", "price": "1", "cost": "0.5", "salvage": "0"}),  # as wide as it gets
    ("newsvendor", {"price": "5000", "cost": "4000", "salvage": "3000"}),
    ("lost_sales", {}),
    ("lost_sales", {"base_stock": "1", "mean_per_lead_time": "0.2"}),
    ("lost_sales", {"base_stock": "1", "mean_per_lead_time": "1"}),
    ("lost_sales", {"base_stock": "30", "mean_per_lead_time": "20"}),  # 8 in 1,000 are lost
    ("lost_sales", {"base_stock": "30", "mean_per_lead_time": "55"}),  # nearly half
    ("lost_sales", {"base_stock": "100", "mean_per_lead_time": "100"}),
    ("pooling", {}),
    ("pooling", {"markets": "1"}),
    ("pooling", {"markets": "9"}),
    ("pooling", {"markets": "2", "mean": "5", "sd": "6", "service_level": "0.9"}),
    ("pooling", {"markets": "9", "mean": "300", "sd": "390", "service_level": "0.99"}),  # as wide as it gets
    ("pooling", {"markets": "4", "mean": "50", "sd": "7.08", "service_level": "0.9999"}),  # Poisson alone
    ("pooling", {"markets": "3", "mean": "50", "sd": "20", "service_level": "0.6"}),
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
        "landed_cost": {"landed_usd"},
        "newsvendor": {"best_order", "expected_profit", "fill_rate"},
        "lost_sales": {"lost_share"},
        "pooling": {"safety_stock_separate", "safety_stock_pooled", "ratio", "fill_separate", "fill_pooled"},
        "common_random_numbers": {"difference", "variance_ratio"},
    }
    assert set(lessons.names()) == set(promised)
    for name, checks in promised.items():
        content = lessons.play(name).as_dict()
        assert set(content) == {"lesson", "parameters", "checks", "ok"}
        assert all(set(check) == {"name", "expected", "simulated", "tolerance", "ok"} for check in content["checks"])
        assert checks <= {check["name"] for check in content["checks"]}
        assert json.loads(json.dumps(content, allow_nan=False)) == content


# ---------------------------------------------------------------------------------------- over all inputs
@few
@given(st.lists(st.floats(-5.0, 5.0), min_size=1, max_size=6))
def test_choice_probabilities_are_a_logit_of_any_utilities(utilities: list[float]) -> None:
    parameters = logit.Logit(utilities=tuple(utilities), consumers=100)
    assert all(check.ok for check in compare(logit.expected(parameters), logit.simulated(parameters)))


@few
@given(price=st.floats(0.5, 500.0), effect=st.floats(0.2, 8.0), worth=st.floats(0.3, 1.5))
def test_the_elasticity_holds_at_any_price(price: float, effect: float, worth: float) -> None:
    parameters = elasticity.Elasticity(price=price, price_scale=effect / price, quality=price * worth)
    assert all(check.ok for check in compare(elasticity.expected(parameters), elasticity.simulated(parameters)))


@few
@given(
    utilities=st.lists(st.floats(-3.0, 6.0), min_size=1, max_size=4), costs=st.floats(0.1, 40.0),
    scale=st.floats(0.02, 2.0), owners=st.lists(st.sampled_from("abc"), min_size=4, max_size=4),
)  # fmt: skip
def test_prices_reach_the_equilibrium_of_any_market(
    utilities: list[float], costs: float, scale: float, owners: list[str]
) -> None:
    parameters = bertrand.Bertrand(
        qualities=tuple(costs + utility / scale for utility in utilities), costs=(costs,) * len(utilities),
        price_scale=scale, owners=tuple(owners[: len(utilities)]),
    )  # fmt: skip
    assert all(check.ok for check in compare(bertrand.expected(parameters), bertrand.simulated(parameters)))


def test_the_equilibrium_is_one_in_which_nobody_gains_by_another_price() -> None:
    """The closed form of the lesson against the definition: a grid of prices of each owner, the others given."""
    parameters = bertrand.Bertrand(owners=("a", "a", "b"))
    solved = bertrand.expected(parameters)
    prices = np.array([solved[f"price_{j}"] for j in (1, 2, 3)])
    qualities, costs = np.array(parameters.qualities), np.array(parameters.costs)

    def profit(at: np.ndarray, products: list[int]) -> float:
        odds = np.exp(parameters.price_scale * (qualities - at))
        return float(((at - costs) * odds / (1.0 + odds.sum()))[products].sum())

    for products in ([0, 1], [2]):
        best = profit(prices, products)
        for step in np.random.default_rng(1).normal(0.0, 0.05, (200, 3)):
            moved = prices.copy()
            moved[products] += step[products]
            assert profit(moved, products) < best
    assert sum(solved[f"share_{j}"] for j in (1, 2, 3)) < 1.0


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


def test_the_classes_elasticity_is_not_the_mean_of_theirs() -> None:
    """Dear classes buy less: weighing elasticities by consumers rather than by buyers would be far off."""
    parameters = segments.Segments(weights=(0.5, 0.5), price_scales=(4.0, 0.5), prices=(1.0,), qualities=(1.5,))
    simulated = segments.simulated(parameters)["own_elasticity_1"]
    shares = 1.0 / (1.0 + np.exp(-parameters.utilities[:, 0]))
    mean = float(np.mean(-np.array(parameters.price_scales) * (1.0 - shares)))
    assert abs(simulated.value - mean) > 100 * simulated.tolerance


def test_a_larger_sample_is_held_to_a_smaller_tolerance() -> None:
    small, large = (logit.simulated(logit.Logit(consumers=n))["share_1"].tolerance for n in (1000, 16_000))
    assert large == pytest.approx(small / 4.0, rel=0.05)


# ------------------------------------------------------------------------------------ what must not pass
def test_a_wrong_utility_fails_the_logit() -> None:
    measured = logit.simulated(logit.Logit())
    checks = compare(logit.expected(logit.Logit(utilities=(1.1, 0.5, -0.5))), measured)
    wrong = {check.name for check in checks if not check.ok}
    assert {"share_1", "share_outside", "expected_share_1", "expected_share_3"} <= wrong


@pytest.mark.parametrize("change", [{"price_scales": (2.1, 0.5)}, {"weights": (0.65, 0.35)}, {"prices": (1.0, 1.6)}])
def test_a_wrong_class_fails_shares_and_elasticities(change: dict[str, tuple[float, ...]]) -> None:
    right = segments.Segments()
    checks = compare(segments.expected(right.model_copy(update=change)), segments.simulated(right))
    wrong = {check.name for check in checks if not check.ok}
    assert {"expected_share_1", "own_elasticity_1", "share_outside"} <= wrong


@pytest.mark.parametrize("change", [{"price": 1.01}, {"price_scale": 3.03}, {"quality": 0.52}])
def test_a_wrong_offer_fails_the_elasticity(change: dict[str, float]) -> None:
    right = elasticity.Elasticity()
    checks = compare(elasticity.expected(right.model_copy(update=change)), elasticity.simulated(right))
    assert not any(check.ok for check in checks)


@pytest.mark.parametrize(
    "change", [{"qualities": (3.001, 2.5, 2.8)}, {"costs": (1.001, 0.8, 1.2)}, {"price_scale": 2.001},
               {"owners": ("a", "a", "b")}],
)  # fmt: skip
def test_another_market_fails_prices_and_shares(change: dict[str, tuple[float, ...]]) -> None:
    right = bertrand.Bertrand()
    checks = compare(bertrand.expected(right.model_copy(update=change)), bertrand.simulated(right))
    wrong = {check.name for check in checks if not check.ok}
    assert {"price_1", "share_1"} <= wrong


@pytest.mark.parametrize(
    "change", [{"goods_usd": 18.02}, {"freight_usd": 4.02}, {"duty_share": 0.101}, {"vat_share": 0.201},
               {"per_parcel_fee_usd": 3.02}],
)  # fmt: skip
def test_a_wrong_rate_fails_the_landed_cost(change: dict[str, float]) -> None:
    right = landed_cost.LandedCost()
    checks = compare(landed_cost.expected(right.model_copy(update=change)), landed_cost.simulated(right))
    wrong = {check.name for check in checks if not check.ok}
    assert {"landed_usd", "rule_landed_usd"} <= wrong


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        ({"price": 16.0}, {"expected_profit"}),
        ({"cost": 6.0}, {"best_order", "expected_profit"}),
        ({"salvage": 3.5}, {"best_order", "expected_profit"}),
        ({"mean": 110.0}, {"expected_profit"}),
        ({"sd": 60.0}, {"expected_profit", "fill_rate"}),
    ],
)
def test_another_trade_fails_the_newsvendor(change: dict[str, float], missed: set[str]) -> None:
    right = newsvendor.Newsvendor()
    checks = compare(newsvendor.expected(right.model_copy(update=change)), newsvendor.simulated(right))
    assert missed <= {check.name for check in checks if not check.ok}


@pytest.mark.parametrize("change", [{"base_stock": 4}, {"base_stock": 6}, {"mean_per_lead_time": 4.0}])
def test_another_stock_fails_the_lost_sales(change: dict[str, float]) -> None:
    right = lost_sales.LostSales()
    checks = compare(lost_sales.expected(right.model_copy(update=change)), lost_sales.simulated(right))
    assert "lost_share" in {check.name for check in checks if not check.ok}


@pytest.mark.parametrize(("units", "mean"), [(1, 1.0), (5, 3.0), (30, 30.0), (30, 55.0), (100, 100.0)])
def test_days_and_the_start_move_the_lost_share_by_less_than_the_bound(units: int, mean: float) -> None:
    """A large sample of the same recursion in numpy, so that luck is small beside the bound: stock less what is away.

    A sale of a day is away for `LEAD` more days; all begins, as in the lesson, with a full shelf on day `LEAD`.
    """
    parameters = lost_sales.LostSales(base_stock=units, mean_per_lead_time=mean)
    rows, lead, rng = 4000, lost_sales.LEAD, np.random.default_rng(2)
    away, last = np.zeros(rows, np.int64), np.zeros((lead, rows), np.int64)
    lost, wanted = np.zeros(rows), np.zeros(rows)
    for day in range(lead, lost_sales.STEPS):
        demand = rng.poisson(mean / lost_sales.WAIT, rows)
        sold = np.minimum(demand, units - away)
        away += sold - last[day % lead]
        last[day % lead] = sold
        if day >= lost_sales.START:
            lost, wanted = lost + demand - sold, wanted + demand
    share = lost_sales.erlang_b(units, mean)
    luck = 4.0 * np.std(lost - share * wanted) / np.sqrt(rows) / wanted.mean()
    assert abs(lost.sum() / wanted.sum() - share) < lost_sales._steps(parameters) + luck
    assert luck < lost_sales._steps(parameters) * 1.5, "or the comparison would say little"


def test_erlangs_formula_by_its_definition() -> None:
    terms = np.array([3.0**k / math.factorial(k) for k in range(6)])
    assert lost_sales.erlang_b(5, 3.0) == pytest.approx(terms[-1] / terms.sum(), rel=1e-12)


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        ({"markets": 5}, {"safety_stock_separate", "safety_stock_pooled", "ratio"}),
        ({"mean": 200.0}, {"fill_separate"}),
        ({"sd": 32.0}, {"safety_stock_separate", "safety_stock_pooled"}),
        ({"service_level": 0.9}, {"safety_stock_separate", "safety_stock_pooled", "fill_separate", "fill_pooled"}),
    ],
)
def test_other_stocks_fail_the_pooling(change: dict[str, float], missed: set[str]) -> None:
    right = pooling.Pooling()
    checks = compare(pooling.expected(right.model_copy(update=change)), pooling.simulated(right))
    assert missed <= {check.name for check in checks if not check.ok}


@few
@given(markets=st.integers(1, 3), mean=st.floats(1.0, 12.0), level=st.floats(0.6, 0.99))
def test_the_fill_of_a_stock_is_what_many_seasons_of_it_meet(markets: int, mean: float, level: float) -> None:
    """The recursion over tails against draws of the same stocks, week by week."""
    parameters = pooling.Pooling(markets=markets, mean=mean, sd=1.3 * np.sqrt(mean), service_level=level)
    theory, count, rng = pooling._stock(parameters, markets), 20_000, np.random.default_rng(1)
    s = noise.Demand(mean, parameters.sd).log_sd
    covered = markets * mean * pooling.COVERED
    stock, met, asked = np.full(count, np.floor(covered + 0.5)), np.zeros(count), np.zeros(count)
    for week in range(pooling.LEAD, pooling.WEEKS):
        demand = rng.poisson(mean * np.exp(rng.normal(0.0, s, (markets, count)) - s * s / 2.0)).sum(axis=0)
        sold = np.minimum(demand, stock)
        stock = np.floor(covered + theory.safety + 0.5) - sold
        if week >= pooling.FIRST:
            met, asked = met + sold, asked + demand
    spread = np.sqrt(np.var(met - theory.fill * asked) / count) / asked.mean()
    assert abs(met.sum() / asked.sum() - theory.fill) < 4.0 * spread + 1e-9


@few
@given(mean=st.floats(1.0, 300.0), width=st.floats(0.0, 1.0), fractile=st.floats(0.05, 0.95))
def test_no_order_earns_more_than_the_newsvendors(mean: float, width: float, fractile: float) -> None:
    """The closed form against the definition: expected profit by sums over a table of probabilities."""
    sd = np.sqrt(mean + width * mean**2)
    demand = noise.Demand(mean, sd)
    chances = demand.probabilities(demand.quantile(1.0 - 1e-12))
    units = np.arange(len(chances))
    assert chances @ units == pytest.approx(mean, rel=1e-6)
    assert chances @ (units - mean) ** 2 == pytest.approx(sd**2, rel=1e-3)  # the last tail weighs in the square
    best = demand.quantile(fractile)
    profit = [chances @ np.minimum(units, order) - (1.0 - fractile) * order for order in range(2 * best + 2)]
    assert max(profit) == pytest.approx(profit[best], abs=1e-9)
    for order, earned in enumerate(profit[:: max(best // 5, 1)]):
        order *= max(best // 5, 1)
        assert demand.sold(order) - (1.0 - fractile) * order == pytest.approx(earned, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("mean", "sd"), [(100.0, 30.0), (100.0, 10.0), (3.0, 4.0)])
def test_the_engine_draws_the_demand_that_the_lessons_name(mean: float, sd: float) -> None:
    """Dvoretzky, Kiefer and Wolfowitz: the sample's distribution is nowhere farther than this, but once in 10^6."""
    futures = 1000
    demand = noise.Demand(mean, sd)
    model = MarketEntryModel(neutral.scenario(_listed(demand)), neutral.STRATEGY, range(futures))
    wanted = []
    while model.week < model.weeks:
        model.step()
        wanted.append(model.deliveries.wanted[:, 0, 0].copy())
    sample = np.sort(np.concatenate(wanted[1:]))  # nothing is on the shelf in the first week
    whole = demand.probabilities(int(sample[-1])).cumsum()
    drawn = np.searchsorted(sample, np.arange(len(whole)), side="right") / len(sample)
    assert np.abs(whole - drawn).max() < np.sqrt(np.log(2e6) / 2.0 / len(sample))


def _listed(demand: noise.Demand) -> dict:
    """Return a scenario in which stock never ends."""
    plain = noise.document(5, demand)
    plain["seller"]["moq_units"] = 1e6
    return plain


def test_a_copy_that_differs_by_a_cent_fails() -> None:
    measured = common_random_numbers.simulated(common_random_numbers.CommonRandomNumbers(replications=4))
    assert Check.of("difference", 0.0, measured["difference"]).ok
    assert not Check.of("difference", 0.01, measured["difference"]).ok
    assert measured["variance_ratio"].value > 9.0, "the paired deviation is to be below a third of the unpaired one"
    assert not Check.of("variance_ratio", 1.0, Measured(0.99, above=True)).ok


def test_a_figure_that_is_no_number_fails() -> None:
    assert not Check.of("share_1", 0.5, Measured(float("nan"), 1.0)).ok
    assert not Check.of("variance_ratio", 1.0, Measured(float("inf"), above=True)).ok


# --------------------------------------------------------------------------------------------- wrong input
REFUSED = [
    ("logits", {}, "did you mean 'logit'"),
    ("", {}, "no lesson"),
    ("bass", {}, "not available yet"),
    ("double_jeopardy", {"penetration": "0.2"}, "not available yet"),
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
