"""Distributions against their closed forms, and futures that can be repeated."""

from __future__ import annotations

from math import exp, log, sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import draws, facts
from simulator.errors import ScenarioError
from simulator.scenario import load_scenario, parse_scenario, scenario_of
from simulator.scenario import scenario as module
from simulator.scenario.uncertainty import (
    Beta,
    Discrete,
    LogNormal,
    LogUniform,
    Normal,
    Pert,
    Triangular,
    Uniform,
    quantile,
    support,
)

UNIFORM = Uniform(dist="uniform", low=2, high=5)
LOGUNIFORM = LogUniform(dist="loguniform", low=1, high=100)
TRIANGULAR = Triangular(dist="triangular", low=0.15, mode=0.35, high=0.6)
PERT = Pert(dist="pert", low=1, mode=2, high=6)
NORMAL = Normal(dist="normal", mean=-2.62, sd=0.5)
LOGNORMAL = LogNormal(dist="lognormal", median=0.05, sigma=0.35)
BETA = Beta(dist="beta", mean=0.3, sd=0.1)
CUT = Normal(dist="normal", mean=0.0, sd=1.0, low=0.0, high=1.0)

ALL = [UNIFORM, LOGUNIFORM, TRIANGULAR, PERT, NORMAL, LOGNORMAL, BETA, CUT]

STEPS = 20_000


def mean(distribution) -> float:
    """Return the mean as the integral of the quantiles (midpoints)."""
    return sum(quantile(distribution, (step + 0.5) / STEPS) for step in range(STEPS)) / STEPS


@pytest.mark.parametrize(
    ("distribution", "median"),
    [
        (UNIFORM, 3.5),
        (LOGUNIFORM, 10.0),
        (TRIANGULAR, 0.6 - sqrt(0.5 * 0.45 * 0.25)),
        (NORMAL, -2.62),
        (LOGNORMAL, 0.05),
        (CUT, 0.44177),  # the normal quantile of (0.5 + 0.84134) / 2
    ],
)
def test_medians(distribution, median):
    assert quantile(distribution, 0.5) == pytest.approx(median, rel=1e-4)


@pytest.mark.parametrize(
    ("distribution", "expected"),
    [
        (UNIFORM, 3.5),
        (LOGUNIFORM, 99 / log(100)),
        (TRIANGULAR, (0.15 + 0.35 + 0.6) / 3),
        (PERT, (1 + 4 * 2 + 6) / 6),
        (NORMAL, -2.62),
        (LOGNORMAL, 0.05 * exp(0.35**2 / 2)),
        (BETA, 0.3),
        (CUT, (0.398942 - 0.241971) / 0.341345),  # (phi(0) - phi(1)) / (Phi(1) - Phi(0))
    ],
)
def test_means(distribution, expected):
    assert mean(distribution) == pytest.approx(expected, rel=5e-4)


def test_the_spread_of_the_beta():
    second = sum(quantile(BETA, (step + 0.5) / STEPS) ** 2 for step in range(STEPS)) / STEPS
    assert sqrt(second - mean(BETA) ** 2) == pytest.approx(0.1, rel=1e-3)


def test_discrete_values_have_their_weights():
    law = Discrete(dist="discrete", values=(3.0, 1.0, 2.0), weights=(1.0, 0.0, 3.0))
    assert [quantile(law, u) for u in (0.01, 0.24, 0.26, 0.99)] == [3.0, 3.0, 2.0, 2.0]
    even = Discrete(dist="discrete", values=(1.0, 2.0))
    assert [quantile(even, u) for u in (0.49, 0.51)] == [1.0, 2.0]


@given(st.sampled_from(ALL), st.floats(1e-9, 1 - 1e-9), st.floats(1e-9, 1 - 1e-9))
def test_quantiles_rise_and_stay_within_the_support(distribution, first, second):
    low, high = sorted((first, second))
    below, above = quantile(distribution, low), quantile(distribution, high)
    assert below <= above
    start, end = support(distribution)
    assert start <= below and above <= end


@given(st.floats(1e-12, 1 - 1e-12))
def test_truncation_keeps_the_shape_between_the_cuts(u):
    open_law = LogNormal(dist="lognormal", median=0.05, sigma=0.35)
    cut = LogNormal(dist="lognormal", median=0.05, sigma=0.35, low=0.03, high=0.08)
    value = quantile(cut, u)
    assert 0.03 <= value <= 0.08
    # The truncated quantile at u is the open one at F(low) + u (F(high) - F(low)).
    from statistics import NormalDist

    start, end = (NormalDist().cdf(log(edge / 0.05) / 0.35) for edge in (0.03, 0.08))
    assert value == pytest.approx(quantile(open_law, start + u * (end - start)), rel=1e-9)


# ------------------------------------------------------------------------------------------------ futures
SCENARIO = """\
category: sports_earbuds
markets: [US, ID]
seed: 7
seller: {cash_usd: 1000, unit_cost_usd: 18, weight_kg: 0.25, volume_l: 1.2}
strategies:
  plain: {entry: {US: 0}, price: {position: 1.0}}
uncertainties:
  category.own_price_elasticity: {dist: normal, mean: -2.62, sd: 0.5, low: -4, high: -1.3}
  category.market.US.duty_share: {dist: triangular, low: 0.08, mode: 0.175, high: 0.45}
  markets.ID.mobile_share: from_facts
  behaviour.web_share: {dist: uniform, low: 0.1, high: 0.3, group: habits}
  behaviour.ad_exponent: {dist: uniform, low: 0.3, high: 0.6, group: habits}
  seller.unit_cost_usd: {dist: uniform, low: 15, high: 20}
  strategies.plain.price.position: {dist: uniform, low: 0.9, high: 1.1}
"""


@pytest.fixture(scope="module")
def scenario():
    return parse_scenario(SCENARIO)


def test_a_future_is_certain_and_can_be_repeated(scenario):
    future = scenario.future(3)
    assert not future.uncertainties
    assert future == parse_scenario(SCENARIO).future(3)
    assert future != scenario.future(4)
    assert scenario.with_values({"seed": 8}).future(3) != future
    assert future.future(5) is future


def test_a_future_can_be_made_while_other_threads_use_the_scenario(scenario, monkeypatch):
    """What another thread would do at the worst moment is done between two entries of what was made once."""
    untouched, (first, *others) = module._untouched, scenario.markets
    scenario.market(first)

    def meanwhile(key, changed):
        for code in others:
            scenario.market(code)
        return untouched(key, changed)

    expected = scenario_of(scenario.document(), name="again").future(3)
    monkeypatch.setattr(module, "_untouched", meanwhile)
    assert scenario.future(3) == expected


def test_a_future_holds_the_quantiles_of_its_named_draws(scenario):
    future = scenario.future(2)
    read = {
        "category.own_price_elasticity": future.category_in("ID").own_price_elasticity,
        "category.market.US.duty_share": future.category_in("US").duty_share,
        "markets.ID.mobile_share": future.market("ID").mobile_share,
        "seller.unit_cost_usd": future.seller.unit_cost_usd,
        "strategies.plain.price.position": future.strategy("plain", "US").price.position,
    }
    for path, value in read.items():
        key = draws.key(7, 2, draws.STREAMS["uncertainty"], 0, 0, draws.name_id(path))
        assert value == quantile(scenario.uncertainties[path], draws.unit(key, 0))
    assert future.category_in("ID").duty_share == scenario.category_in("ID").duty_share


def test_a_group_shares_one_draw(scenario):
    for replication in range(5):
        behaviour = scenario.future(replication).behaviour_profile
        assert (behaviour.web_share - 0.1) / 0.2 == pytest.approx((behaviour.ad_exponent - 0.3) / 0.3)


def test_one_uncertainty_does_not_move_the_draws_of_another(scenario):
    alone = scenario.with_values({"seller.unit_cost_usd": 18.0})
    assert "seller.unit_cost_usd" not in alone.uncertainties
    assert alone.future(1).market("ID") == scenario.future(1).market("ID")


def test_the_facts_own_range_is_a_triangle(scenario):
    fact = facts.load("markets", "ID").leaves["mobile_share"]
    law = scenario.uncertainties["markets.ID.mobile_share"]
    assert (law.dist, law.low, law.mode, law.high) == ("triangular", fact.low, fact.value, fact.high)
    own = SCENARIO.replace("[US, ID]", "{US: , ID: {mobile_share: {value: 0.6, low: 0.5, high: 0.9}}}")
    law = parse_scenario(own).uncertainties["markets.ID.mobile_share"]
    assert (law.low, law.mode, law.high) == (0.5, 0.6, 0.9)


def test_many_futures_have_the_mean_of_the_distribution(scenario):
    values = [scenario.future(number).category_in("US").duty_share for number in range(400)]
    expected = (0.08 + 0.175 + 0.45) / 3
    sd = sqrt((0.08**2 + 0.175**2 + 0.45**2 - 0.08 * 0.175 - 0.08 * 0.45 - 0.175 * 0.45) / 18)
    assert abs(sum(values) / 400 - expected) < 4 * sd / sqrt(400)


def test_setting_an_uncertain_path_fixes_it_and_says_so():
    path = Path("scenarios/flagship.yaml")
    scenario = load_scenario(path, ["behaviour.say_do_share=0.4"])
    assert "behaviour.say_do_share" not in scenario.uncertainties
    assert scenario.future(0).behaviour_profile.say_do_share == 0.4
    assert scenario.notes == ("behaviour.say_do_share was uncertain and is now fixed at 0.4",)
    assert load_scenario(path, ["uncertainties={}"]).uncertainties == {}


# -------------------------------------------------------------------------------------------- other values
def test_other_values_make_another_scenario(scenario):
    other = scenario.with_values(
        {"category.own_price_elasticity": -3.0, "strategies.plain.price.rule": "follow", "weeks": 52}
    )
    assert other.category_profile.own_price_elasticity == -3.0
    assert other.strategy("plain").price.rule == "follow"
    assert other.weeks == 52
    assert scenario.weeks == 104
    assert other == scenario_of(other.document())


def test_numbers_that_are_replaced_quickly_equal_those_that_are_read(scenario):
    values = {
        "markets.ID.mobile_share": 0.7,
        "behaviour.web_share": 0.25,
        "category.close_rivals.0.price_position": 0.9,
    }
    changed = scenario.with_values(values)
    document = scenario.document() | {
        "markets": {"US": {}, "ID": {"mobile_share": 0.7}},
        "behaviour": {"web_share": 0.25},
        "category": {"key": "sports_earbuds", "close_rivals": {"0": {"price_position": 0.9}}},
    }
    document["uncertainties"] = {path: law for path, law in document["uncertainties"].items() if path not in values}
    assert changed == scenario_of(document)
    assert changed.close_rivals("US")[0].price_position == 0.9


@pytest.mark.parametrize(
    ("path", "value", "part"),
    [
        ("markets.ID.mobile_share", 1.2, "read 1.2; allowed: a number from 0 to 1"),
        ("markets.ID.mobile_shar", 0.2, "did you mean 'markets.ID.mobile_share'"),
        ("markets.SA.mobile_share", 0.2, "unknown path"),
        ("category.market.US.duty_share", -1, "a number from 0 to 1"),
        ("category.quality.return_share", "0.1", "a number from 0 to 1"),
        ("behaviour.web_share", True, "a number from 0 to 1"),
        ("strategies.plain.price.position", 0.0, "from 0.1 to 10"),
        ("strategies.plain.markets.ID.price.position", 11.0, "from 0.1 to 10"),
        ("strategies.plain.inventory.forecast", "ml", "allowed: ai, mean, plan, smoothing"),
        ("weeks", 3, "from 4 to 520"),
        ("weeks", 52.0, "a whole number"),
    ],
)
def test_values_out_of_their_bounds_are_refused(scenario, path, value, part):
    with pytest.raises(ScenarioError) as caught:
        scenario.with_values({path: value})
    (problem,) = caught.value.problems
    assert problem.path == path
    assert part in problem.message


@pytest.mark.parametrize(
    ("path", "value", "where", "part"),
    [
        ("markets.ID.payment_mix.card", 0.9, "markets.ID.payment_mix", "the shares sum to"),
        ("category.market.US.archetype_shares.global_brand", 0.9, "category.archetypes", "allowed: below 1"),
        ("category.archetypes.global_brand.share", 0.9, "category.archetypes", "allowed: below 1"),
    ],
)
def test_values_that_do_not_fit_the_others_are_refused(scenario, path, value, where, part):
    with pytest.raises(ScenarioError) as caught:
        scenario.with_values({path: value})
    assert {problem.path for problem in caught.value.problems} == {where}
    assert all(part in problem.message for problem in caught.value.problems)


def test_a_share_of_an_archetype_holds_in_every_market_that_the_scenario_does_not_name(scenario):
    path = "category.archetypes.global_brand.share"
    for changed in (
        scenario.with_values({path: 0.05}),
        scenario_of(
            scenario.document()
            | {"category": {"key": "sports_earbuds", "archetypes": {"global_brand": {"share": 0.05}}}}
        ),
    ):
        assert {changed.category_in(code).archetype_shares["global_brand"] for code in changed.markets} == {0.05}
    own = changed.with_values({"category.market.ID.archetype_shares.global_brand": 0.3})
    assert [own.category_in(code).archetype_shares["global_brand"] for code in ("US", "ID")] == [0.05, 0.3]


def test_every_number_that_can_be_set_is_listed_with_what_is_allowed(scenario):
    paths = scenario.settable_paths()
    assert paths["markets.ID.mobile_share"] == "a number from 0 to 1"
    assert paths["strategies.plain.price.rule"] == "fixed, global, follow, undercut, logit"
    assert paths["weeks"] == "a whole number from 4 to 520"
    for path in (
        "category.own_price_elasticity", "behaviour.say_do_share", "seller.unit_cost_usd", "mechanisms.ads",
        "category.market.ID.penetration_share", "category.market.ID.archetype_shares.global_brand", "rivals.US",
        "strategies.plain.markets.ID.product.tier", "strategies.plain.entry.ID", "consumers_override.taste_sd",
        "category.tiers.value.cost", "markets.US.payment_mix.card", "markets.US.direct_days.typical",
    ):  # fmt: skip
        assert path in paths
