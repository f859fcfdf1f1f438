"""Lessons of stock: how much to order, where to keep it, and what is lost, by the textbook and by the engine."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import lessons
from simulator.lessons import lost_sales, neutral, newsvendor, noise, pooling
from simulator.lessons.lesson import compare
from simulator.model import MarketEntryModel

few = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

SETTINGS: list[tuple[str, dict[str, str]]] = [
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
]


@pytest.mark.parametrize(("name", "given_settings"), SETTINGS, ids=lambda value: str(value)[:60])
def test_a_lesson_meets_its_closed_form(name: str, given_settings: Mapping[str, str]) -> None:
    played = lessons.play(name, given_settings)
    assert played.ok, [check for check in played.checks if not check.ok]


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
