"""Small worlds in which the levers bind, and the strategies that the comparisons start from."""

from __future__ import annotations

from tests.paired.measuring import Base

SELLER = {"cash_usd": 5e6, "unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2}
WORLD = {"seed": 7, "consumers": 2000, "weeks": 52, "category": "sports_earbuds", "seller": SELLER}
RISKY = {
    "audit_hazard_none": 0.15, "audit_hazard_minimum": 0.06, "audit_hazard_full": 0.003,
    "audit_traceable_factor": 0.3, "audit_weeks": 2,
}  # fmt: skip
"""Audits often enough to be seen in a year of eight futures."""
WEB = {"web_share": 0.6, "ad_cap_factor": 4.0}
"""Stores that many look into, so that a rare method of payment is used within weeks."""
ALL_MARKETS = ("US", "DE", "ID", "SA", "BR")

VERSATILE = {
    "key": "sports_earbuds",
    "attributes": {"health": 1.0, "green": 1.0, "safety": 1.5, "smart": 1.5, "custom": 1.0},
}
"""A category whose buyers value whatever is added."""
HOMES = {"smart_home_share": 0.8, "senior_share": 0.5, "parent_share": 0.8, "custom_premium_share": 0.15}
FASHIONABLE = ("US", "DE", "GB", "FR", "JP", "BR")
FASHION = {"taste_drift_sd": 0.06, "taste_gamma": 1.2, "incubation_weeks": 30, "ai_incubation_factor": 0.2}

BASES = {
    # Parcels to one market, on its marketplace.
    "marketplace": Base(
        {**WORLD, "markets": {"US": {}}},
        {"entry": {"US": 0}, "ads": {"budget_usd_week": 3000}},
    ),
    # The same in a market that cares for what the product is.
    "goods": Base(
        {**WORLD, "markets": {"DE": {}}},
        {"entry": {"DE": 0}, "logistics": {"mode": "local"}, "inventory": {"service_level": 0.99}},
    ),
    # A store of one's own where people pay in many ways, speak another language and live on their phones.
    "store": Base(
        {**WORLD, "weeks": 40, "markets": {"ID": {}}},
        {"entry": {"ID": 0}, "channel": "store", "ads": {"budget_usd_week": 3000}},
    ),
    # Stock in the market, through the end of a generation of the product.
    "stock": Base(
        {**WORLD, "weeks": 60, "markets": {"US": {}}},
        {"entry": {"US": 0}, "logistics": {"mode": "local"}, "ads": {"budget_usd_week": 3000}},
    ),
    # Two markets whose price levels differ, each with its stock.
    "pair": Base(
        {**WORLD, "weeks": 40, "markets": {"US": {}, "ID": {}}},
        {"entry": {"US": 0, "ID": 0}, "logistics": {"mode": "local"}, "ads": {"budget_usd_week": 3000}},
    ),
    # Stores in all markets: together they use every method of payment.
    "world": Base(
        {**WORLD, "consumers": 1500, "weeks": 24, "markets": {code: {} for code in ALL_MARKETS}, "behaviour": WEB},
        {
            "entry": dict.fromkeys(ALL_MARKETS, 0),
            "channel": "store",
            "ads": {"budget_usd_week": 20000},
        },
    ),
    # A certified seller with stock where many firms ask for quotations.
    "business": Base(
        {**WORLD, "consumers": 1000, "markets": {"US": {"rfq_week": 4.0}}},
        {
            "entry": {"US": 0},
            "logistics": {"mode": "local"},
            "compliance": "full",
            "ads": {"budget_usd_week": 3000},
            "b2b": {"enabled": True},
        },
    ),
    # A market with strict audits.
    "audited": Base(
        {**WORLD, "markets": {"US": {}}, "behaviour": RISKY},
        {"entry": {"US": 0}, "ads": {"budget_usd_week": 3000}},
    ),
    # Weeks around a feast that nearly everybody keeps, from stock.
    "festival": Base(
        {
            **WORLD,
            "start": "2026-07-06",
            "weeks": 32,
            "markets": {"US": {}},
            "behaviour": {"festival_premium_share": 0.5},
            "mechanisms": {"stock": False, "listing_noise": False},
        },
        {"entry": {"US": 0}, "logistics": {"mode": "local"}, "ads": {"budget_usd_week": 3000}},
    ),
    # Smart homes, parents and seniors who value functions, safety and a product of their own.
    "smart": Base(
        {**WORLD, "weeks": 40, "category": VERSATILE, "markets": {"US": HOMES}},
        {"entry": {"US": 0}, "logistics": {"mode": "local"}, "ads": {"budget_usd_week": 3000}},
    ),
    # The same with a second design.
    "variants": Base(
        {
            **WORLD,
            "weeks": 52,
            "category": VERSATILE,
            "markets": {"US": HOMES},
            "seller": SELLER | {"products": {"pro": {"unit_cost_usd": 22.0, "moq_units": 100}}},
        },
        {
            "entry": {"US": 0},
            "logistics": {"mode": "local"},
            "ads": {"budget_usd_week": 3000},
            "products": {"pro": {}},
        },
    ),
    # Tastes that move fast, in markets that move apart.
    "drift": Base(
        {
            **WORLD,
            "consumers": 600,
            "weeks": 80,
            "category": {"key": "sports_earbuds", "life_weeks": 20},
            "markets": {code: {} for code in FASHIONABLE},
            "behaviour": FASHION,
        },
        {"entry": dict.fromkeys(FASHIONABLE, 0), "ads": {"budget_usd_week": 9000}},
    ),
}
