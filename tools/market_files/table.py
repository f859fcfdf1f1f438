"""Ten key figures of the product beside the facts that they come from."""

from __future__ import annotations

from tools.market_files import writing
from tools.market_files.research import Research, triple

GROUPS = {
    "mature": ("US", "JP"),
    "Southeast Asia": ("ID", "VN"),
    "Middle East": ("SA", "EG"),
    "Latin America": ("BR", "MX"),
}
FIGURES = {
    "shoppers": "consumer.adult_online_shoppers",
    "ecommerce_usd_year": "consumer.ecommerce_market_size",
    "ecommerce_growth_share": "consumer.ecommerce_growth",
    "mobile_share": "consumer.mobile_share",
    "gdp_per_head_ppp_usd": "consumer.gdp_per_capita_ppp",
    "language_refusing_share": "consumer.share_refusing_foreign_language_listing",
    "trust_share": "consumer.trust_in_cross_border_sellers",
    "delivery_tolerance_days": "consumer.delivery_days_tolerated_cross_border",
    "return_share": "consumer.return_rate",
    "commission_share": "trade.marketplace_commission",
}


def markdown(research: Research) -> str:
    """Return the table: figure, the product's value with its range, the facts' value with its range and unit."""
    lines = ["| region | market | figure | product | facts |", "| --- | --- | --- | --- | --- |"]
    for group, markets in GROUPS.items():
        for market in markets:
            ours = writing.figures(research, market)
            for name, place in FIGURES.items():
                leaf, fact = ours[name], research.need(market, place)
                assert not isinstance(leaf, list)
                product = f"{_span(leaf.value, leaf.low, leaf.high)} {leaf.unit}"
                part = research.reviewed[market].get(name, {}).get("part")
                value = fact["value"]
                if isinstance(value, dict) and "typical" not in value and not part:
                    theirs = "; ".join(f"{key} {_part(child)}" for key, child in value.items())
                else:
                    theirs = _span(*triple(fact, part)) + (f" ({part})" if part else "")
                lines.append(f"| {group} | {market} | `{name}` | {product} | {theirs} {fact['unit']} |")
    return "\n".join(lines)


def _span(value: object, low: object, high: object) -> str:
    return _number(value) if low is None else f"{_number(value)} ({_number(low)}–{_number(high)})"


def _part(child: object) -> str:
    return _span(child["typical"], child["low"], child["high"]) if isinstance(child, dict) else _number(child)


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)
