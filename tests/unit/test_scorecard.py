"""The scorecard: its measures on tables whose answer is known, its bands, and scenarios with another category."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from simulator import facts
from simulator.errors import UsageError
from simulator.examples import examples_dir
from simulator.scenario import Scenario, load_scenario, scenario_of
from simulator.scorecard import Estimate, Pattern, Score, kind_of, micro, patterns
from simulator.scorecard.pattern import bands
from simulator.scorecard.recasting import SELLER, recast
from simulator.scorecard.study import Study, focus_of
from simulator.texts import tr

BUYERS, RATE, SHARES = 20_000, 3.0, np.array([0.45, 0.30, 0.15, 0.07, 0.03])


def table(**columns: object) -> pd.DataFrame:
    """Return orders of one future and market unless the columns say otherwise."""
    return pd.DataFrame({"replication": 0, "market": "US", "offer": "a", "price_usd": 1.0, "week": 0} | columns)


def panel(loyal: float) -> pd.DataFrame:
    """Return NBD purchases of five brands; brands are chosen with Dirichlet probabilities of strength `loyal`."""
    rng = np.random.default_rng(1)
    counts = rng.poisson(rng.gamma(0.8, RATE / 0.8, BUYERS))
    chosen = rng.dirichlet(SHARES * loyal, BUYERS)
    consumer = np.repeat(np.arange(BUYERS), counts)
    offer = (rng.random(len(consumer))[:, None] > chosen[consumer].cumsum(axis=1)).sum(axis=1)
    return table(consumer=consumer, offer=np.array(list("abcde"))[np.minimum(offer, 4)])


# ------------------------------------------------------------------------------------- how often people buy
def test_dirichlet_panels_show_double_jeopardy_and_its_size():
    """Goodhardt, Ehrenberg and Chatfield (1984): what fewer buy is bought less often by them, but not by much."""
    orders = panel(1.2)
    assert micro.double_jeopardy(orders).value > 0.85  # the two smallest brands are nearly alike
    assert 0.7 < micro.small_brand_frequency(orders).value < 0.97
    buyers = micro._brands(orders)["US"][:, 0]
    assert buyers.max() > 10.0 * buyers.min()


def test_people_who_each_have_one_brand_show_no_double_jeopardy():
    rng = np.random.default_rng(2)
    counts = rng.poisson(4.0, BUYERS) + 1
    own = rng.choice(list("abcde"), BUYERS, p=SHARES)
    orders = table(consumer=np.repeat(np.arange(BUYERS), counts), offer=np.repeat(own, counts))
    assert micro.small_brand_frequency(orders).value == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(
    ("spent", "top", "gini"),
    [(np.ones(50), 0.2, 0.0), (np.array([5.0, 1, 1, 1, 2]), 0.5, 0.36), (np.r_[1.0, np.zeros(9)], 1.0, 0.9)],
)
def test_concentration_of_what_people_spend(spent, top, gini):
    assert micro.top(spent) == pytest.approx(top)
    assert micro.gini(spent) == pytest.approx(gini)


def test_the_border_of_the_top_fifth_counts_in_part():
    assert micro.top(np.array([4.0, 2.0, 2.0, 2.0])) == pytest.approx(0.8 * 4.0 / 10.0)


def test_concentration_is_told_by_spend_within_future_and_market():
    orders = table(
        consumer=[1, 2, 3, 4, 5] * 2, market=["US"] * 5 + ["ID"] * 5, price_usd=[6.0, 1, 1, 1, 1, *[1.0] * 5]
    )
    found = micro.top_share(orders)
    assert found.parts["US"] == pytest.approx(0.6) and found.parts["ID"] == pytest.approx(0.2)
    assert found.value == pytest.approx(0.4)


def test_who_buys_an_offer_again():
    """a: 1 buys in weeks 0 and 40, 2 once, 3 in weeks 0 and 60; b: 1 once. 4 begins too late to be told."""
    orders = table(
        consumer=[1, 1, 2, 3, 3, 1, 4, 4],
        week=[0, 40, 10, 0, 60, 20, 80, 103],
        offer=["a", "a", "a", "a", "a", "b", "a", "a"],
    )
    assert micro.repeat_buyers(orders).value == pytest.approx(1 / 4)
    # of the second year: week 60 again, week 80 for the first time, week 103 again
    assert micro.repeat_share(orders).value == pytest.approx(2 / 3)
    # of the last 52 weeks: 3 and 4 buy a, 3 once and 4 twice
    assert micro.once_share(orders).value == pytest.approx(1 / 2)


def test_a_need_that_bought_nothing_is_no_purchase():
    orders = table(consumer=[1, 1, 2], offer=["a", None, "a"], week=[0, 1, 5])
    assert len(micro.purchases(orders)) == 2
    assert micro.once_share(orders).value == 1.0


# -------------------------------------------------------------------------------------- delivery and stars
def test_skewness_tells_lognormal_days_from_others():
    rng = np.random.default_rng(3)
    promised = np.repeat([5.0, 12.0], 20_000)
    lognormal = promised * rng.lognormal(0.0, 0.35, len(promised))
    gamma = promised * rng.gamma(3.0, 1.0, len(promised))
    days = {name: table(consumer=0, promised_days=promised, delivery_days=each)
            for name, each in {"lognormal": lognormal, "gamma": gamma}.items()}  # fmt: skip
    assert micro.delivery_log_skew(days["lognormal"]).value == pytest.approx(0.0, abs=0.06)
    assert micro.delivery_log_skew(days["gamma"]).value < -0.4
    # (e^s² + 2)·√(e^s² − 1) of a lognormal
    grown = math.exp(0.35**2)
    assert micro.delivery_skew(days["lognormal"]).value == pytest.approx((grown + 2) * math.sqrt(grown - 1), rel=0.12)


def test_stars_lost_by_lateness_and_won_by_earliness():
    days = np.repeat([2.0, 6.0, 14.0], 40)
    stars = np.repeat([5, 4, 1], 40)
    orders = table(consumer=np.arange(120), promised_days=10.0, delivery_days=days, stars=stars)
    late, early = micro.late_drop(orders), micro.early_gain(orders)
    assert late.value == pytest.approx(3.5) and dict(late.parts) == {"on_time": 4.5, "late": 1.0}
    assert early.value == pytest.approx(1.0)
    assert micro.five_over_four(orders).value == 1.0
    assert math.isnan(micro.one_over_two(orders).value)  # nobody gave two
    assert math.isnan(micro.late_drop(orders[orders["delivery_days"] < 10]).value)


# ------------------------------------------------------------------------------------ estimates and verdicts
def test_a_pooled_figure_is_that_of_the_sums_with_the_interval_of_its_futures():
    part, whole = np.array([1.0, 4.0, 10.0]), np.array([10.0, 10.0, 20.0])
    pooled = Estimate.pooled(np.divide, part, whole)
    assert pooled.value == pytest.approx(15.0 / 40.0)
    assert pooled.low < pooled.value < pooled.high
    same = Estimate.pooled(np.divide, np.full(4, 3.0), np.full(4, 6.0))
    assert (same.low, same.value, same.high) == pytest.approx((0.5, 0.5, 0.5))
    # where whole is the same everywhere, it is the mean and its interval
    mean = Estimate.of(part / 10.0)
    again = Estimate.pooled(np.divide, part, np.full(3, 10.0))
    assert (again.low, again.value, again.high) == pytest.approx((mean.low, mean.value, mean.high))


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(-4.0, "inside"), (-1.7, "inside"), (-1.69, "outside"), (-4.01, "outside"), (math.nan, "not defined")],
)
def test_the_verdict_is_that_of_the_band(value, verdict):
    pattern = next(each for each in patterns() if each.key == "own_elasticity")
    assert Score(pattern, Estimate(value)).verdict == verdict


def test_every_band_belongs_to_a_pattern_and_every_pattern_has_words():
    used = {each.band_key or each.key for each in patterns()}
    assert used | {"consumable_from"} == set(bands())
    for each in patterns():
        assert each.band.low <= each.band.value <= each.band.high
        english, chinese = (tr(f"scorecard.patterns.{each.key}", lang) for lang in ("en", "zh"))
        assert english != chinese
    names = [(each.key, each.applies) for each in patterns()]
    assert len(names) == len(set(names))


def test_a_pattern_is_asked_of_its_kind_of_category():
    by_kind: dict[str, list[Pattern]] = {}
    for each in patterns():
        by_kind.setdefault(each.applies, []).append(each)
    assert {each.key for each in by_kind["consumables"]} == {each.key for each in by_kind["general"]}
    kinds = {key: kind_of(recast(flagship(), key)) for key in ("packaged_food", "cosmetics", "ergonomic_chair")}
    assert kinds == {"packaged_food": "consumables", "cosmetics": "consumables", "ergonomic_chair": "general"}


# ------------------------------------------------------------------------------------------ other categories
def flagship() -> Scenario:
    return load_scenario(examples_dir() / "flagship.yaml", consumers=200, replications=2)


@pytest.mark.parametrize("key", facts.available("categories"))
def test_only_what_belongs_to_the_category_changes(key):
    before, after = flagship().document(), recast(flagship(), key).document()
    changed = {name for name in before if before[name] != after.get(name)}
    if key == "sports_earbuds":
        assert not changed
        return
    assert changed == {"category", "seller", "strategies", "uncertainties"}
    assert after["category"] == {"key": key}
    typical = facts.load("categories", key).values["typical_seller"]
    assert after["seller"] == before["seller"] | {name: typical[name] for name in SELLER}
    for name, strategy in before["strategies"].items():
        product = strategy["product"] | {"certificates": after["strategies"][name]["product"]["certificates"]}
        assert after["strategies"][name] == strategy | {"product": product}
    elsewhere = {path for path in before["uncertainties"] if not path.startswith("category.")}
    assert {path: after["uncertainties"][path] for path in elsewhere} == {
        path: before["uncertainties"][path] for path in elsewhere
    }


@pytest.mark.parametrize("key", facts.available("categories"))
def test_certificates_prove_what_they_proved_where_the_category_has_any(key):
    own = facts.load("categories", key).values["certificates"]
    proven = {claim for each in own.values() for claim in each["supports"]}
    strategy = recast(flagship(), key).document()["strategies"]["green_premium"]
    supported = {claim for code in strategy["product"]["certificates"] for claim in own[code]["supports"]}
    assert {"green", "health"} & proven <= supported


@pytest.mark.parametrize("path", ["frequency_per_year", "conversion_at_parity", "own_price_elasticity"])
def test_what_is_uncertain_stays_within_the_ranges_of_the_category(path):
    played, leaf = recast(flagship(), "packaged_food"), facts.load("categories", "packaged_food").leaves[path]
    drawn = [getattr(played.future(r).category_profile, path) for r in range(20)]
    assert leaf.low <= min(drawn) < max(drawn) <= leaf.high


def test_what_cannot_be_recast_is_refused():
    with pytest.raises(UsageError, match="no category 'groceries'; there are"):
        recast(flagship(), "groceries")
    document = flagship().document()
    several = scenario_of(document | {"seller": document["seller"] | {"products": {"pro": {"unit_cost_usd": 18.0}}}})
    with pytest.raises(UsageError, match="describes its products"):
        recast(several, "cosmetics")


def test_the_strategy_that_is_looked_at():
    assert focus_of(flagship()) == "localised"
    assert focus_of(load_scenario(examples_dir() / "base.yaml")) == "one_size_fits_all"
    with pytest.raises(UsageError, match="no strategy 'best'"):
        Study(flagship(), "best")


def test_derived_strategies_differ_in_what_their_name_says():
    study = Study(flagship())
    played = study.main.scenario.document()["strategies"]
    own = played["localised"]
    assert played[study.named("mean")]["inventory"]["forecast"] == "mean"
    assert study.named("smoothing") == study.named("everyday")  # it is what the strategy does anyway
    assert study.named("marketplace_with") == study.named("staying")
    more = played[study.named("more_ads")]["ads"]
    assert more == own["ads"] | {"budget_usd_week": pytest.approx(1.1 * own["ads"]["budget_usd_week"])}
    without = played[study.named("store_without")]
    assert without["channel"] == "store" and without["payments"] == ["card", "paypal"]
    assert not any(without["localisation"].values())
