"""A world with nothing in it but offers and identical consumers: what every lesson starts from.

It is an ordinary scenario, played by the ordinary engine. All mechanisms are off except organic search, which shows
the entrant's listing to everybody; there is no season, no noise, no memory, no distance and no barrier, so the
utility of an offer is its constant less the price scale times its price relative to the reference price, less 1.
"""

from __future__ import annotations

from typing import Any

from simulator.scenario import Scenario
from simulator.scenario.loading import scenario_of
from simulator.scenario.scenario import MECHANISMS

MARKET = "DE"
"""Where lessons play: of its figures none matters here, and in early 2026 no parcel pays a fee."""
STRATEGY = "offer"
NEEDS_PER_YEAR = 40.0
"""The most that a category may have: needs in 40 of 52 weeks make large samples in few weeks."""
NOTHING = 1e-9
"""For costs that must not be 0."""


def document(weeks: int, consumers: int) -> dict[str, Any]:
    """Return the neutral scenario as plain data: one entrant, one rival that nobody considers."""
    return {
        "title": "A lesson",
        "start": "2026-01-05",
        "weeks": weeks,
        "replications": 1,
        "consumers": consumers,
        "category": category(),
        "markets": {
            MARKET: {
                "shoppers": float(consumers),
                "parcel_usd": 0.0,
                "parcel_usd_kg": NOTHING,
                "commission_order_usd": 0.0,
            }
        },
        "seller": {"cash_usd": 1e9, "unit_cost_usd": NOTHING, "weight_kg": NOTHING, "volume_l": NOTHING},
        "strategies": {STRATEGY: {"entry": {MARKET: 0}, "compliance": "none"}},
        "mechanisms": {name: name == "organic" for name in MECHANISMS},
        "behaviour": {
            "organic_floor_share": 1.0,
            "organic_cap_share": 1.0,
            "mobile_visibility_factor": 1.0,
            "desktop_visibility_factor": 1.0,
            "web_share": 0.0,
            "direct_handling_usd": 0.0,
        },
        "demand": "sampled",
        "consumers_override": {"identical": True, "income_sigma": 0.0, "taste_sd": 0.0},
    }


def category() -> dict[str, Any]:
    """Return a category in which nothing but constants and prices decides."""
    return {
        "key": "lesson",
        "name": {"en": "Lesson"},
        "penetration_share": 1.0,
        "frequency_per_year": NEEDS_PER_YEAR,
        "conversion_at_parity": 0.5,
        "reference_seller_share": 0.01,
        "own_price_elasticity": -1.0,
        "duty_share": 0.0,
        "reference_price_usd": 1.0,
        "market": {MARKET: {"reference_price_usd": 1.0}},
        "price_scale": 1.0,
        "entrant_constant": 0.0,
        "taste_sd": 0.0,
        "need_rate_shape": 1.0,
        "life_weeks": 520,
        "life_curve": {"start": 1.0, "rise_share": 0.2, "rise": 1.0, "fall_share": 0.6, "fall": 1.0, "end": 1.0},
        "loyalty": 0.0,
        "salvage_share": 0.0,
        "lead_production_weeks": 0,
        "season": {"peaks": "none", "strength": 0.0, "noise_sd": 0.0, "listing_noise_sd": 0.0},
        "attributes": {},
        "fit_uncertainty": 0.0,
        "carbon_kg": 0.0,
        "carbon_covered_share": 0.0,
        "packaging_share": 0.0,
        "physical": {"hs6": "000000"},
        "quality": {"defect_share": 0.0, "return_share": 0.0},
        "green_segments": {
            "committed_share": 0.0,
            "committed_premium_share": 0.0,
            "open_share": 0.0,
            "open_premium_share": 0.0,
        },
        "safety_premium_share": 0.0,
        "unit_adders": {"health_usd": 0.0, "green_usd": 0.0, "traceable_usd": 0.0},
        "tiers": {"standard": {"cost": 1.0, "quality": 0.0}},
        "certificates": {},
        "archetypes": {"absent": rival(0.0, 1.0, awareness=0.0)},
        "close_rivals": [],
    }


def rival(constant: float, price_position: float, awareness: float = 1.0) -> dict[str, Any]:
    """Return an archetype that is given by its constant and its price relative to the reference price."""
    return {
        "share": 0.001,  # only where a share is to be solved does it matter; constants are given here
        "sellers": 1,
        "price_position": price_position,
        "trust": 1.0,
        "rating": 4.3,
        "awareness": awareness,
        "delivery": "local",
        "constant": constant,
    }


def scenario(plain: dict[str, Any]) -> Scenario:
    """Return the scenario of plain data, checked like any other."""
    return scenario_of(plain, name="lesson")
