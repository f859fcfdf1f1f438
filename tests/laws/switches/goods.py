"""The mechanisms of the first four trends, each on and off."""

from __future__ import annotations

from simulator.trends.worlds import Question
from tests.laws.switches.switch import Switch, value

GREEN, PREMIUM, LABELS, BORDER = (Question(name) for name in ("green", "premium", "labels", "border"))
MACHINES, FORECASTS, VOICE = (Question(name) for name in ("machines", "forecasts", "voice"))
POOL, HUBS = Question("pool"), Question("hubs")
BASICS = {"behaviour.exposure_hazard": 0.05}
"""Claims that are looked into often enough to be seen in two years."""
AUDITED = POOL.but({"behaviour.audit_hazard_minimum": 0.02})
DEAR = BORDER.but({"strategies.plain.price.position": 1.4})
"""Far enough above the price floor that charges do not move the price."""


SWITCHES: tuple[Switch, ...] = (
    # ------------------------------------------------------------------------------------- trend 1: value upgrade
    Switch("health function", (PREMIUM, "marked"), (PREMIUM.but({"strategies.marked.product.health": 1.0}), "marked"),
           {"wanted": +1, "landed_cost_usd": +1, "conversion": +1}),
    value("say-do", PREMIUM, "plus_20", "behaviour.say_do_share", 0.15, 0.6, {"wanted": +1, "conversion": +1}),
    Switch("certificate as credibility", (GREEN.but({"strategies.labelled.product.certificates": ()}), "labelled"),
           (GREEN, "labelled"), {"wanted": +1, "visibility": +1}, own=("certificates",)),
    Switch("certificate as trust", (PREMIUM, "later"), (PREMIUM, "marked"), {"first_quarter_DE": +1},
           own=("certificates",)),
    Switch("traceability", (AUDITED, "plain"), (AUDITED, "traced"),
           {"incidents": -1, "stock_error_share": -1, "landed_cost_usd": +1, "wanted": +1}),
    # --------------------------------------------------------------------------------------------- trend 2: green
    value("badge", GREEN, "labelled", "behaviour.green_badge_factor", 1.0, 1.3, {"visibility": +1, "wanted": +1}),
    Switch("exposure", (GREEN.but({**BASICS, "mechanisms.exposure": False}), "claimed"), (GREEN.but(BASICS), "claimed"),
           {"incidents": +1, "rating": -1, "fines_usd": +1, "profit_usd": -1}),
    Switch("substance", (GREEN, "claimed"), (GREEN.but({"strategies.claimed.product.empty_claim": False}), "claimed"),
           {"landed_cost_usd": +1, "co2_kg_unit": -1}),
    value("label audits", LABELS, "labelled", "category.certificates.FSC.audit_fail_share", 0.0, 0.9,
          {"incidents": +1, "visibility": -1, "wanted": -1}),
    value("adoption by rivals", LABELS, "labelled", "category.archetypes.global_brand.labelled.growth_share_year", 0.0,
          0.5, {"labelled_units": +1}),
    value("fees on packaging", DEAR, "plain", "mechanisms.packaging", False, True,
          {"landed_cost_usd": +1, "profit_usd": -1}, stays=("price", "needs", "wanted")),
    value("carbon at the border", DEAR, "plain", "mechanisms.events", False, True,
          {"landed_cost_usd": +1, "carbon_border": +1}, stays=("price", "needs", "wanted")),
    # ------------------------------------------------------------------------------------------------ trend 3: AI
    Switch("selection", (MACHINES, "plain"), (MACHINES, "selection"), {"software": +1}, own=("software",)),
    Switch("advertising", (MACHINES, "plain"), (MACHINES, "advertising"), {"visibility": +1, "wanted": +1},
           own=("software",)),
    Switch("service", (MACHINES, "plain"), (MACHINES, "service"),
           {"conversion": +1, "response_seconds": -1, "rating": -1}, own=("software",)),
    Switch("try-on", (MACHINES, "plain"), (MACHINES, "try_on"), {"conversion": +1, "return_share": -1},
           own=("storefront",)),
    Switch("forecasting", (FORECASTS, "mean"), (FORECASTS, "machine"), {"leftover_share": -1, "stockout_share": -1},
           own=("software",)),
    Switch("smoothing", (FORECASTS, "mean"), (FORECASTS, "smoothing"), {"leftover_share": -1}),
    Switch("voice ecosystem", (VOICE, "plain"), (VOICE, "ecosystem"), {"visibility": +1, "wanted": +1},
           own=("design",)),
    # ----------------------------------------------------------------------------------------- trend 4: logistics
    Switch("pool", (POOL, "plain"), (POOL, "pool"), {"conversion": -1, "stock_cost": -1, "co2_freight_kg": +1},
           own=("logistics", "local_stock")),
    Switch("postponement", (POOL, "plain"), (POOL, "postponed"), {"mean_stock": -1},
           own=("logistics",)),
    Switch("hubs", (HUBS, "plain"), (HUBS, "hubs"), {"conversion": +1}, own=("logistics",)),
    value("service level", POOL, "plain", "strategies.plain.inventory.service_level", 0.7, 0.98,
          {"stockout_share": -1, "mean_stock": +1, "storage": +1}),
    value("stock accuracy", POOL, "plain", "behaviour.stock_error_share", 0.0, 0.02,
          {"stock_error_share": +1, "stockout_share": +1}),
    value("carbon of the mode", Question("common"), "plain", "strategies.plain.logistics.transport", "sea", "air",
          {"co2_freight_kg": +1, "landed_cost_usd": +1}),
)  # fmt: skip
