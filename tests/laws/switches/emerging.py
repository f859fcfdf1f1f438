"""The mechanisms of emerging markets, each on and off."""

from __future__ import annotations

from simulator.trends.regions import REGIONS
from tests.laws.switches.switch import Switch, value


def lever(name: str, strategy: str, moves: dict[str, int], base: str = "plain", **more: tuple[str, ...]) -> Switch:
    """Return the switch that adds a lever to the foreign seller."""
    return Switch(name, (REGIONS, base), (REGIONS, strategy), moves, **more)


SWITCHES: tuple[Switch, ...] = (
    value("growth", REGIONS, "plain", "mechanisms.growth", False, True, {"wanted": +1}, stays=("price",)),
    value("device", REGIONS, "store", "mechanisms.device", False, True, {"wanted": -1}),
    lever("mobile storefront", "store_mobile", {"wanted": +1}, base="store", own=("storefront",)),
    value("payment", REGIONS, "store", "mechanisms.payment", False, True, {"wanted": -1}),
    lever("local payments", "store_payments", {"wanted": +1, "payment_fees": +1}, base="store", own=("payment_setup",)),
    value("instalments", REGIONS, "store", "mechanisms.instalments", False, True, {"wanted_BR": -1}),
    value("cost of instalments", REGIONS, "store_payments", "behaviour.instalment_fee_share", 0.0, 0.02,
          {"payment_fees": +1, "profit_usd": -1}),
    value("refusals at the door", REGIONS, "localised", "markets.SA.cash_refusal_share", 0.0, 0.3,
          {"refused_parcels": +1, "profit_usd": -1}),
    value("language", REGIONS, "plain", "mechanisms.language", False, True, {"wanted": -1}),
    lever("listing in the language", "language", {"wanted": +1}, own=("localisation",)),
    lever("local team", "team", {"wanted": +1, "return_share": -1}, own=("salaries",)),
    lever("local returns", "returns", {"wanted": +1, "returns_handling": +1}, own=("returns_service",)),
    lever("festival edition", "edition", {"wanted_SA": +1, "write_downs": +1}, own=("design",), stays=("needs",)),
    lever("value tier", "value", {"wanted": +1, "landed_cost_usd": -1}, stays=("needs",)),
    lever("premium tier", "premium", {"wanted": -1, "landed_cost_usd": +1}, stays=("needs",)),
    lever("customisation", "custom", {"wanted": +1, "landed_cost_usd": +1}, own=("design",)),
    lever("stock on the spot", "plain", {"wanted": +1, "parcel_freight": -1}, base="parcels", own=("local_stock",),
          stays=("needs",)),
)  # fmt: skip
