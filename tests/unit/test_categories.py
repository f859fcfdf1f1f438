"""The categories: what is sold, in every market, at a size that the market can hold and from which a world starts."""

from __future__ import annotations

import pytest

from simulator import facts
from simulator.assembly import build_world
from simulator.errors import ScenarioError
from simulator.scenario import scenario_of
from simulator.scenario.category import CategoryProfile
from simulator.scenario.profiles import MarketProfile
from simulator.scenario.resolving import category_in

MARKETS = facts.available("markets")
CATEGORIES = facts.available("categories")
NINE = {
    *("sports_earbuds", "ergonomic_chair", "biodegradable_tableware", "smart_home_camera"),
    *("children_smart_toy", "pod_apparel", "senior_smart_watch", "cosmetics"),
    "packaged_food",
}
FIRST = ("US", "DE", "ID", "SA", "BR")
CLAIMS = {"health", "green", "safety"}


def profile(key: str) -> CategoryProfile:
    return CategoryProfile(**facts.load("categories", key).values)


def test_there_are_nine_categories() -> None:
    assert set(CATEGORIES) == NINE


@pytest.mark.parametrize("key", CATEGORIES)
def test_a_category_file_holds_a_whole_profile_of_every_market(key: str) -> None:
    values = facts.load("categories", key).values
    category = CategoryProfile(**values)
    assert set(values) == set(CategoryProfile.model_fields)
    assert category.key == key and category.name.en and category.name.zh
    assert set(category.market) == set(MARKETS)
    for market, own in category.market.items():
        assert {"penetration_share", "duty_share", "archetype_shares"} <= set(own), market
        shares = category_in(category, market).archetype_shares
        assert set(shares) == set(category.archetypes), market
        assert sum(shares.values()) < 1.0, market
        for name, share in shares.items():
            assert share < category.archetypes[name].awareness, (market, name)


@pytest.mark.parametrize("key", CATEGORIES)
def test_what_holds_in_general_is_what_holds_in_the_united_states(key: str) -> None:
    category = profile(key)
    us = category_in(category, "US")
    assert us.penetration_share == category.penetration_share
    assert us.duty_share == category.duty_share
    assert us.archetype_shares == {name: archetype.share for name, archetype in category.archetypes.items()}


@pytest.mark.parametrize("key", CATEGORIES)
def test_stated_green_premiums_have_the_mean_of_the_survey(key: str) -> None:
    green = profile(key).green_segments
    mean = green.committed_share * green.committed_premium_share + green.open_share * green.open_premium_share
    assert mean == pytest.approx(0.10, abs=0.002)
    assert green.committed_share + green.open_share == pytest.approx(0.63)


@pytest.mark.parametrize("key", CATEGORIES)
def test_every_claim_that_shoppers_value_can_be_proven_and_every_duty_to_certify_names_a_market(key: str) -> None:
    category = profile(key)
    for code, certificate in category.certificates.items():
        assert set(certificate.required_in) <= set(MARKETS), code
        # what only shoppers ask for must speak of something
        assert certificate.supports or certificate.required_in, code
    proven = {claim for certificate in category.certificates.values() for claim in certificate.supports}
    assert "green" in proven
    weighty = {claim for claim in CLAIMS if getattr(category.attributes, claim) >= 0.8}
    assert weighty <= proven


@pytest.mark.parametrize(
    ("key", "market", "codes"),
    [
        ("children_smart_toy", "DE", {"CE"}),
        ("children_smart_toy", "US", {"CPC"}),
        ("children_smart_toy", "ID", {"SNI"}),
        ("cosmetics", "ID", {"BPOM", "HALAL"}),
        ("cosmetics", "US", {"MOCRA"}),
        ("biodegradable_tableware", "FR", {"FOOD_CONTACT"}),
        ("ergonomic_chair", "DE", set()),
        ("sports_earbuds", "DE", set()),
    ],
)
def test_what_the_law_asks_of_a_category(key: str, market: str, codes: set[str]) -> None:
    certificates = profile(key).certificates
    assert {code for code, certificate in certificates.items() if market in certificate.required_in} == codes


@pytest.mark.parametrize("key", CATEGORIES)
def test_close_rivals_have_names_and_prices_of_their_own(key: str) -> None:
    rivals = profile(key).close_rivals
    assert 1 <= len(rivals) <= 2
    assert len({rival.key for rival in rivals}) == len(rivals)
    assert all(rival.floor_position < rival.price_position for rival in rivals)


@pytest.mark.parametrize("market", MARKETS)
@pytest.mark.parametrize("key", CATEGORIES)
def test_a_niche_is_a_small_part_of_the_market(key: str, market: str) -> None:
    category, profile_there = profile(key), MarketProfile(**facts.load("markets", market).values)
    numbers = category_in(category, market)
    units = profile_there.shoppers * numbers.penetration_share * numbers.frequency_per_year
    value = units * numbers.reference_price_usd
    assert 0.0002 < value / profile_there.ecommerce_usd_year < 0.03
    # the seller that all others are measured by lives on it, and is no giant
    assert 2_000 < numbers.reference_seller_share * value < 5e6


@pytest.mark.parametrize(
    ("market", "penetration", "units", "shares"),
    [
        ("US", 0.12, 10.5e6, (0.18, 0.37, 0.20)),
        ("DE", 0.10, 2.2e6, (0.17, 0.36, 0.17)),
        ("ID", 0.05, 1.8e6, (0.30, 0.12, 0.33)),
        ("SA", 0.10, 0.84e6, (0.12, 0.33, 0.30)),
        ("BR", 0.06, 2.2e6, (0.24, 0.16, 0.30)),
    ],
)
def test_the_reviewed_figures_of_earbuds(
    market: str, penetration: float, units: float, shares: tuple[float, ...]
) -> None:
    numbers = category_in(profile("sports_earbuds"), market)
    assert numbers.penetration_share == penetration
    assert tuple(numbers.archetype_shares.values()) == shares
    shoppers = facts.load("markets", market).values["shoppers"]
    assert shoppers * penetration * numbers.frequency_per_year == pytest.approx(units, rel=0.03)


@pytest.mark.parametrize("key", CATEGORIES)
def test_a_typical_seller_can_live_at_the_reference_price(key: str) -> None:
    category = profile(key)
    seller = category.typical_seller
    assert seller is not None
    assert 0.1 < seller.unit_cost_usd / category.reference_price_usd < 0.35
    assert 0.05 < seller.weight_kg / seller.volume_l < 1.0, "kg per litre: parcels are mostly air"


@pytest.mark.parametrize("key", CATEGORIES)
def test_a_world_starts_from_every_category_in_every_market(key: str) -> None:
    seller = facts.load("categories", key).values["typical_seller"]
    scenario = scenario_of(
        {
            "weeks": 4,
            "consumers": 500,
            "category": key,
            "markets": {code: {} for code in MARKETS},
            "seller": seller,
            "strategies": {"one": {"entry": dict.fromkeys(MARKETS, 0)}},
        }
    )
    solved = build_world(scenario, (0,)).solved
    assert [at.market for at in solved] == list(MARKETS)
    for at in solved:
        assert at.shares == pytest.approx(at.target_shares, abs=1e-3), at.market
        assert at.elasticity == pytest.approx(at.target_elasticity, abs=2e-3), at.market
        assert at.conversion == pytest.approx(at.target_conversion, abs=1e-3), at.market


def test_a_scenario_does_not_replace_the_typical_seller() -> None:
    text = {"key": "cosmetics", "typical_seller": {"unit_cost_usd": 3.0}}
    with pytest.raises(ScenarioError, match="own seller stands under `seller`"):
        scenario_of(
            {
                "category": text,
                "markets": {"US": {}},
                "seller": {"cash_usd": 1e5, "unit_cost_usd": 4.0, "weight_kg": 0.2, "volume_l": 0.6},
                "strategies": {"one": {"entry": {"US": 0}}},
            }
        )
