"""Figures that are derived: each is a small function of the facts of one market."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from tools.market_files import seasons
from tools.market_files.research import (
    Leaf,
    Research,
    ResearchError,
    from_fact,
    from_judgement,
    scaled,
    triple,
    wording,
)

FACTBOOK = "CIA World Factbook, JSON mirror of 2026-05 (github factbook/factbook.json)"
CODES = (
    "card", "paypal", "wallet_global", "wallet_local", "bank_transfer", "instant_bank", "cash_on_delivery",
    "voucher", "pay_later", "instalments", "direct_debit", "other",
)  # fmt: skip
SIGMA_SPREAD = 0.1
SENIORS_ONLINE = {"mature": (0.65, 0.45, 0.85), "emerging": (0.5, 0.3, 0.7)}
"""Propensity of people of 65 and older to shop online, relative to all adults: value, low, high."""
PARENTS_PER_CHILD = (2.0, 1.4, 2.6)
"""Adults who live with a child under 15: value, low, high."""
AIR = (1.0, 0.4)
"""USD/kg of collection, clearance and inbound; share of the parcel line that is freight without the last mile."""
AIR_SPREAD = (0.65, 1.5)
POOL_DAYS = 0.6
"""Where the pool lies between local stock (0) and the direct parcel (1) in days."""
POOL_COST = 0.75
"""Cost of a consolidated parcel relative to a direct one."""


def name(research: Research, market: str) -> Leaf:
    english, chinese = research.facts["trade"][market]["name"], research.places[market]["zh"]
    source = f"{FACTBOOK}; Chinese by the project"
    return Leaf({"en": english, "zh": chinese}, "text", source, "high", year=2025)


def region(research: Research, market: str) -> Leaf:
    return _group(research, market, "region")


def area(research: Research, market: str) -> Leaf:
    return _group(research, market, "area")


def utc_offset(research: Research, market: str) -> Leaf:
    zone, hours, *others = research.places[market]["zone"]
    source = f"IANA time zone database: {zone}, standard time"
    return Leaf(hours, research.fields["utc_offset_hours"]["unit"], source, "high", year=2026, note="".join(others))


def _group(research: Research, market: str, key: str) -> Leaf:
    spec = research.fields[key]
    return Leaf(research.places[market][key], spec["unit"], spec["source"], spec["confidence"])


def marketplace(research: Research, market: str) -> Leaf:
    """Return the first marketplace that the facts name."""
    fact = research.need(market, "trade.leading_marketplace")
    first = re.split(r" \(| / |; ", fact["value"])[0]
    return Leaf(first, "text", wording(fact["source"]), fact["confidence"], year=fact["year"])


def income_sigma(research: Research, market: str) -> Leaf:
    """Return the spread of log income; where the Gini is of consumption, that of income."""
    fact = research.need(market, "consumer.lognormal_sigma_income")
    adjusted = research.fact(market, "consumer.lognormal_sigma_income_adjusted")
    value, note = fact["value"], "range assumed"
    low, high = (round(value * (1.0 + sign * SIGMA_SPREAD), 2) for sign in (-1, 1))
    if adjusted is not None and adjusted["value"] != value:
        gini = research.need(market, "consumer.gini")["value"]
        points = "7 points are added" if market != "AE" else "it is set to 38"
        note = (
            f"adjusted: the Gini of {gini} is of consumption (sigma {_dot(value)}); {points} for income; range assumed"
        )
        low, value = round(value, 2), adjusted["value"]
        high = round(value * (1.0 + SIGMA_SPREAD), 2)
    unit = research.fields["income_sigma"]["unit"]
    return Leaf(value, unit, wording(fact["source"]), fact["confidence"], low, high, fact["year"], note)


def _dot(number: float) -> str:
    return f"{number:.3f}".lstrip("0")


def senior_share(research: Research, market: str) -> Leaf:
    """Return the share of shoppers of 65 and older: their share of adults, fewer of whom buy online."""
    share = research.need(market, "consumer.share_65plus")
    adults = research.need(market, "consumer.population_15plus")["value"]
    among = share["value"] / 100.0 * research.need(market, "consumer.population")["value"] / adults
    factors = SENIORS_ONLINE[research.places[market]["region"]]
    value, low, high = (round(among * factor, 3) for factor in factors)
    source = (
        f"derived: {among:.3f} of adults 15+ are 65 or older (Factbook) x {factors[0]} of the others' propensity to "
        f"buy online ({factors[1]}-{factors[2]}, assumption)"
    )
    return Leaf(value, research.fields["senior_share"]["unit"], source, "low", low, high, share["year"])


def parent_share(research: Research, market: str) -> Leaf:
    """Return the share of shoppers with children at home, from the children under 15 per adult.

    A child lives with about two adults; were children spread over adults at random, `1 − exp(−2·children/adults)` of
    adults would live with one. Children crowd into families, shoppers are of parents' age: the two errors oppose.
    """
    adults = research.need(market, "consumer.population_15plus")
    children = research.need(market, "consumer.population")["value"] / adults["value"] - 1.0
    value, low, high = (round(1.0 - math.exp(-factor * children), 3) for factor in PARENTS_PER_CHILD)
    source = (
        f"derived: {children:.3f} children under 15 per adult (Factbook), each with about two adults: "
        "1 - exp(-2 x children per adult); the factor of two is an assumption (1.4-2.6)"
    )
    return Leaf(value, research.fields["parent_share"]["unit"], source, "low", low, high, adults["year"])


def payment_mix(research: Research, market: str) -> Leaf:
    """Return the mix by the model's codes; the parts of every group must sum to the figure of the facts."""
    fact, own = research.need(market, "consumer.payment_mix"), research.payments[market]
    if set(own["split"]) != set(fact["value"]):
        raise ResearchError(
            f"{market}: payments.yaml splits {sorted(own['split'])}, the facts have {sorted(fact['value'])}"
        )
    points: dict[str, float] = {}
    for group, parts in own["split"].items():
        if abs(sum(parts.values()) - fact["value"][group]) > 1e-9:
            raise ResearchError(f"{market}: the parts of {group} are not {fact['value'][group]}")
        for code, part in parts.items():
            points[code] = points.get(code, 0) + part
    value = {code: round(points[code] / 100.0, 4) for code in CODES if code in points}
    ranges = own["ranges"]
    return Leaf(
        value=value,
        low={code: scaled(ranges[code][0], 0.01) for code in ranges},
        high={code: scaled(ranges[code][1], 0.01) for code in ranges},
        unit=research.fields["payment_mix"]["unit"],
        year=fact["year"],
        source=own["source"],
        confidence=fact["confidence"],
        note=own["note"],
    )


def cash_refusal(research: Research, market: str) -> Leaf:
    """Return the refused share of cash parcels; where the facts have none, cash on delivery is rare."""
    spec = research.fields["cash_refusal_share"]
    if research.fact(market, spec["from"]) is not None:
        return from_fact(research, market, "cash_refusal_share")
    return Leaf(0.0, spec["unit"], "assumption: cash on delivery is rare", "low", 0.0, 0.1)


def days(research: Research, market: str, key: str) -> Leaf:
    spec = research.fields[key]
    fact = research.need(market, spec["from"])
    typical, low, high = triple(fact)
    return Leaf(
        value={"low": low, "typical": typical, "high": high},
        low={"typical": low},
        high={"typical": high},
        unit=spec["unit"],
        year=fact["year"],
        source=wording(fact["source"]),
        confidence=fact["confidence"],
    )


def sea_door_factor(research: Research, market: str) -> Leaf:
    leaf = from_judgement(research, market, "sea_door_factor")
    per_unit = 0.0012 * leaf.value * triple(research.need(market, "trade.sea_lcl_cost"))[0]
    note = f"set for {per_unit:.2f} USD a unit of 1.2 l to the shelf; haulage alone is 1.5 to 3 times the ocean leg"
    return Leaf(leaf.value, leaf.unit, leaf.source, leaf.confidence, leaf.low, leaf.high, note=note)


def sea_weeks(research: Research, market: str) -> Leaf:
    """Return whole weeks from port to shelf: the days of the facts and one week of inbound handling."""
    fact = research.need(market, "trade.sea_transit_days")
    typical, low, high = triple(fact)
    return Leaf(
        value=math.floor(typical / 7 + 1),
        low=max(1, math.floor(low / 7 + 1)),
        high=math.ceil(high / 7 + 1),
        unit=research.fields["sea_weeks"]["unit"],
        year=fact["year"],
        source=f"prior knowledge: {typical} days port to port ({low}-{high})",
        confidence=fact["confidence"],
        note="one week of inbound handling included",
    )


def air_usd_kg(research: Research, market: str) -> Leaf:
    fixed, share = AIR
    value = round(fixed + share * triple(research.need(market, "trade.air_small_packet_cost"))[0], 1)
    low, high = (round(value * factor, 1) for factor in AIR_SPREAD)
    source = (
        f"assumption: {fixed:g} USD/kg for collection, clearance and inbound, and {share} of the parcel line, "
        "which also pays the last mile; range x 0.65 to 1.5"
    )
    return Leaf(value, research.fields["air_usd_kg"]["unit"], source, "low", low, high)


def _nodes(research: Research, market: str, way: str) -> Leaf:
    nodes = research.places[market][way]
    source = "assumption: the usual way from the Pearl River, origin first"
    note = ""
    if "suez" in nodes:
        note = "the way of the schedules; the weeks at sea are those round the Cape, as most ships still sail"
    elif "red_sea" in nodes:
        note = "through Bab el-Mandeb"
    return Leaf(list(nodes), research.fields[f"{way}_nodes"]["unit"], source, "medium", note=note)


def sea_nodes(research: Research, market: str) -> Leaf:
    return _nodes(research, market, "sea")


def air_nodes(research: Research, market: str) -> Leaf:
    return _nodes(research, market, "air")


def hubs(research: Research, market: str) -> Leaf:
    lanes = research.places[market]["hubs"]
    value, low, high = {}, {}, {}
    for hub, ((fast, typical, slow), (rate, cheap, dear), fixed, (air, road)) in lanes.items():
        days = {"low": fast, "typical": typical, "high": slow}
        value[hub] = {"days": days, "usd_kg": rate, "usd": fixed, "air_km": air, "road_km": road}
        low[hub], high[hub] = {"usd_kg": cheap}, {"usd_kg": dear}
    source = f"assumption: {research.places[market]['why']}"
    confidence = "low" if lanes else "medium"
    return Leaf(value, research.fields["hubs"]["unit"], source, confidence, low or None, high or None)


def pool_days(research: Research, market: str) -> Leaf:
    parts = {}
    for part in ("low", "typical", "high"):
        near, far = (
            research.need(market, f"trade.{key}")["value"][part] for key in ("local_warehouse_days", "direct_ship_days")
        )
        parts[part] = round(near + POOL_DAYS * (far - near))
    source = f"assumption: {POOL_DAYS} of the way from local stock to the direct parcel: consolidated, cleared in bulk"
    unit = research.fields["pool_days"]["unit"]
    return Leaf(parts, unit, source, "low", {"typical": parts["low"]}, {"typical": parts["high"]})


def pool_usd_kg(research: Research, market: str) -> Leaf:
    fact = research.need(market, "trade.air_small_packet_cost")
    value, low, high = (round(POOL_COST * number, 1) for number in triple(fact))
    source = f"assumption: {POOL_COST} of the direct parcel's rate: consolidated line haul"
    return Leaf(value, research.fields["pool_usd_kg"]["unit"], source, "low", low, high)


def _storage(research: Research, market: str, key: str, season: str) -> Leaf:
    fact = research.need(market, "trade.storage_fee")
    seasonal = season in fact["value"]
    typical, low, high = triple(fact, season) if seasonal else triple(fact)
    note = "no seasonal tariff known" if season == "oct_dec" and not seasonal else ""
    unit = research.fields[key]["unit"]
    return Leaf(typical, unit, wording(fact["source"]), fact["confidence"], low, high, fact["year"], note)


def storage(research: Research, market: str) -> Leaf:
    return _storage(research, market, "storage_usd_m3_month", "jan_sep")


def storage_peak(research: Research, market: str) -> Leaf:
    return _storage(research, market, "storage_peak_usd_m3_month", "oct_dec")


def approvals(research: Research, market: str) -> Leaf:
    (value, low, high), parts = research.reviewed["approvals"][market]
    spec = research.fields["approvals_usd"]
    source = f"typical sum of mandatory approvals of a radio product: {parts}"
    return Leaf(value, spec["unit"], source, spec["confidence"], low, high, spec["year"])


MAKERS: dict[str, Callable[[Research, str], Any]] = {
    maker.__name__: maker
    for maker in (
        name, region, area, utc_offset, marketplace, income_sigma, senior_share, parent_share, payment_mix,
        cash_refusal, sea_door_factor, sea_weeks, air_usd_kg, sea_nodes, air_nodes, hubs, pool_days, pool_usd_kg,
        storage, storage_peak, approvals, seasons.seasonality, seasons.festival, seasons.observing,
    )
}  # fmt: skip
