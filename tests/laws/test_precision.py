"""More simulated consumers mean more precision and nothing else; a market starts, and stays, where the facts say."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from simulator import model as models
from simulator import outcomes
from simulator.assembly import build_world
from simulator.consumers.population import INCOME, PRICE_RESIDUAL, TERCILE
from simulator.model import NO_ENTRY, MarketEntryModel
from simulator.scenario import load_scenario
from simulator.views import STAGES, Records
from tests.laws.test_causality import repealed
from tests.laws.worlds import PARCELS, STOCK, scenario

FLAGSHIP = Path(__file__).resolve().parents[2] / "scenarios" / "flagship.yaml"
FUTURES = (0, 1)
AT_ONCE = {"entry": {"US": 0, "DE": 0}}


# ------------------------------------------------------------------------------------------- sampling error
@cache
def expected(strategy: str, consumers: int) -> tuple[np.ndarray, np.ndarray]:
    """Return expected units and their reported sampling error, [futures, markets and ALL]."""
    strategies = {"stock": STOCK | AT_ONCE, "parcels": PARCELS | AT_ONCE}
    question = scenario(
        weeks=40, markets=["US", "DE"], consumers=consumers, uncertainties={}, strategies=strategies, baseline="stock"
    )
    records = MarketEntryModel(question, strategy, FUTURES, world=build_world(question, FUTURES)).run()
    setting = outcomes.Setting(question.start, question.discount_rate, question.seller.cash_usd, (strategy,))
    error = outcomes.summary(records, setting)["sampling_cv"].to_numpy().reshape(len(FUTURES), -1)
    units = records.group_units.mean(axis=-1)
    return np.concatenate([units, units.sum(axis=1, keepdims=True)], axis=1), error


@pytest.mark.parametrize("strategy", ["stock", "parcels"])
@pytest.mark.parametrize(("few", "many"), [(10_000, 20_000), (20_000, 40_000), (10_000, 40_000)])
def test_more_consumers_change_expectations_by_the_reported_error(strategy: str, few: int, many: int) -> None:
    (one, error_one), (other, error_other) = expected(strategy, few), expected(strategy, many)
    # three standard errors, which 16 groups each estimate: Student's law
    allowed = stats.t.ppf(stats.norm.cdf(3.0), df=30) * np.hypot(error_one, error_other)
    assert (np.abs(one / other - 1.0) <= allowed).all(), (one / other - 1.0, allowed)


@pytest.mark.parametrize("strategy", ["stock", "parcels"])
def test_the_error_falls_with_the_root_of_the_consumers(strategy: str) -> None:
    ratio = expected(strategy, 10_000)[1].mean() / expected(strategy, 40_000)[1].mean()
    assert 1.3 < ratio < 3.0  # 2, known from 16 groups


def test_the_flagship_is_precise() -> None:
    flagship = load_scenario(FLAGSHIP)
    assert flagship.consumers == 20_000
    records = MarketEntryModel(flagship, "localised", FUTURES).run()
    error = outcomes._sampling_cv(records.group_units)
    assert (records.group_units.sum(axis=-1) > 0).all()
    assert (error <= 0.02).all(), error


# ------------------------------------------------------------------------------------------------- drift
@pytest.fixture(scope="module")
def year() -> tuple[np.ndarray, np.ndarray]:
    """Return the archetypes' shares of needs by week in a year without entrant and new laws, and their targets."""
    flagship = load_scenario(FLAGSHIP, weeks=52, consumers=40_000)
    futures = tuple(range(4))
    world = build_world(flagship, futures)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models, "TradeTerms", repealed(slice(1, None)))
        records = MarketEntryModel(flagship, NO_ENTRY, futures, world=world).run()
    shares = records.units[..., 1 : 1 + world.archetypes] / records.needs[..., None]
    targets = np.array([solved.target_shares for solved in world.solved]).reshape(shares.shape[1:])
    return shares.mean(axis=1), targets.mean(axis=0)


def test_the_shares_of_rivals_do_not_drift(year) -> None:
    shares, _ = year
    drift = shares[-8:].mean(axis=0) / shares[:8].mean(axis=0) - 1.0
    assert np.abs(drift).max() < 0.02, drift


def test_the_shares_of_rivals_are_those_of_the_facts(year) -> None:
    shares, targets = year
    for weeks in (slice(0, 8), slice(-8, None), slice(None)):
        off = shares[weeks].mean(axis=0) / targets - 1.0
        assert np.abs(off).max() < 0.02, (weeks, off)


# -------------------------------------------------------------------------------------------- start-up solve
@pytest.fixture(scope="module")
def solved():
    flagship = load_scenario(FLAGSHIP, weeks=4, consumers=3000)
    return build_world(flagship, range(8))


def test_the_start_up_solve_meets_its_targets(solved) -> None:
    assert len(solved.solved) == 8 * 5
    for one in solved.solved:
        np.testing.assert_allclose(one.shares, one.target_shares, atol=1e-3)
        assert one.elasticity == pytest.approx(one.target_elasticity, rel=1e-3)
        assert one.conversion == pytest.approx(one.target_conversion, rel=1e-3)
        assert 0.5 < one.price_scale / -one.target_elasticity < 2.0
    assert len({one.target_elasticity for one in solved.solved}) > 8, "futures and markets differ"


def test_the_rich_look_less_at_the_price(solved) -> None:
    for f in range(8):
        for m in range(5):
            answer, income = solved.response[f, m], solved.traits[m, INCOME]
            scale = np.exp(
                answer["log_price_scale"] + answer["income_slope"] * income
                + answer["residual_slope"] * solved.traits[m, PRICE_RESIDUAL]
            )  # fmt: skip
            tercile = (income > -TERCILE).astype(int) + (income > TERCILE)
            low, middle, high = (np.median(scale[tercile == t]) for t in range(3))
            assert low > middle > high


def conversion_by_tercile(records: Records) -> np.ndarray:
    """Return units per need by income tercile."""
    funnel = records.funnel.reshape(*records.funnel.shape[:2], 3, 2, -1).sum(axis=(0, 1, 3))
    return funnel[:, STAGES.index("sale")] / funnel.sum(axis=-1)


def test_a_dearer_offer_loses_the_poor_first() -> None:
    levers = STOCK | {"entry": {"US": 0}, "localisation": {"language": True}}
    strategies = {name: levers | {"price": {"position": p}} for name, p in (("cheap", 0.85), ("dear", 1.2))}
    question = scenario(
        weeks=30, markets=["US"], consumers=10_000, strategies=strategies, uncertainties={}, mechanisms={"stock": False}
    )
    world = build_world(question, FUTURES)
    cheap, dear = (
        conversion_by_tercile(MarketEntryModel(question, name, FUTURES, world=world).run()) for name in strategies
    )
    low, middle, high = dear / cheap
    assert low < middle < high < 1.0


def test_a_neutral_offer_converts_as_solved(monkeypatch) -> None:
    """Everybody sees it, nothing bars it, nobody knows it, and it costs what the market costs."""
    off = (
        "organic", "memory", "word_of_mouth", "device", "payment", "language", "compliance", "trust", "ratings",
        "taste_drift", "listing_noise", "product_life", "stock", "returns", "audits", "loyalty",
    )  # fmt: skip
    strategy = {"entry": {"US": 0, "DE": 0}, "logistics": {"mode": "local"}, "ads": {"rule": "fixed"}}
    for code in ("US", "DE"):
        strategy.setdefault("markets", {})[code] = {"ads": {"rule": "fixed", "budget_usd_week": 1e6}}
    question = scenario(
        weeks=30, markets=["US", "DE"], consumers=20_000, mechanisms=dict.fromkeys(off, False), uncertainties={},
        strategies={"neutral": strategy}, seller={
            "cash_usd": 1e9, "unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2,
        },
    )  # fmt: skip
    world = build_world(question, FUTURES)
    monkeypatch.setattr(models, "TradeTerms", repealed(slice(1, None)))  # or rivals' prices would follow new fees
    records = MarketEntryModel(question, "neutral", FUTURES, world=world).run()
    considered = (records.needs * records.visibility).sum(axis=0)
    conversion = records.group_units.mean(axis=-1) / considered
    target = np.array([one.target_conversion for one in world.solved]).reshape(conversion.shape)
    np.testing.assert_allclose(conversion / target, 1.0, atol=0.03)
