"""Every pattern of the scorecard, in the order in which it is shown."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from simulator.scorecard import choices, demand, growth, micro
from simulator.scorecard.pattern import Applies, Estimate, Measure, Pattern


def _orders(figure: Callable[[pd.DataFrame], Estimate]) -> Measure:
    """Return the measure that reads the orders of the panel."""
    return lambda study: figure(study.orders)


def _by_kind(key: str, figure: Callable[[pd.DataFrame], Estimate]) -> tuple[Pattern, ...]:
    """Return a pattern whose band is one for what is used up and another for what lasts."""
    kinds: tuple[Applies, ...] = ("consumables", "general")
    return tuple(Pattern(key, _orders(figure), "share", applies=kind, band_key=f"{key}_{kind}") for kind in kinds)


PATTERNS: tuple[Pattern, ...] = (
    Pattern("own_elasticity", demand.own_elasticity, "plain", "recovered input"),
    Pattern("entrant_elasticity", demand.entrant_elasticity, "plain"),
    Pattern("poorer_people", demand.poorer_people, "ratio"),
    Pattern("poorer_markets", demand.poorer_markets, "plain", "recovered input"),
    Pattern("ad_elasticity_short", demand.ad_elasticity_short, "plain"),
    Pattern("ad_elasticity_long", demand.ad_elasticity_long, "plain"),
    Pattern("acos", demand.acos, "share"),
    Pattern("ads_share", demand.ads_share, "share"),
    Pattern("margin", demand.margin, "share"),
    Pattern("ramp_week", growth.ramp_week, "week"),
    Pattern("ramp_start", growth.ramp_start, "share"),
    Pattern("ramp_shape", growth.ramp_shape, "share"),
    Pattern("weekly_cv", growth.weekly_cv, "plain"),
    Pattern("double_jeopardy", _orders(micro.double_jeopardy), "plain"),
    Pattern("small_brand_frequency", _orders(micro.small_brand_frequency), "ratio"),
    *_by_kind("top_share", micro.top_share),
    *_by_kind("once_share", micro.once_share),
    *_by_kind("repeat_buyers", micro.repeat_buyers),
    *_by_kind("repeat_share", micro.repeat_share),
    Pattern("delivery_log_skew", _orders(micro.delivery_log_skew), "plain", "recovered input"),
    Pattern("delivery_skew", _orders(micro.delivery_skew), "plain", "recovered input"),
    Pattern("five_over_four", _orders(micro.five_over_four), "ratio", "recovered input"),
    Pattern("one_over_two", _orders(micro.one_over_two), "ratio"),
    Pattern("late_drop", _orders(micro.late_drop), "stars", "recovered input"),
    Pattern("early_gain", _orders(micro.early_gain), "stars", "recovered input"),
    Pattern("leftover_order", choices.leftover_order, "ratio"),
    Pattern("localisation", choices.localisation, "ratio"),
    Pattern("no_winner", choices.no_winner, "share"),
    Pattern("profit_drivers", choices.profit_drivers, "share"),
    Pattern("profit_trifles", choices.profit_trifles, "share"),
)
