"""Small worlds for the laws: every lever that keeps goods, money or people moving, in a second or less."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from simulator.model import MarketEntryModel
from simulator.scenario import Scenario, scenario_of
from simulator.views import Records, Sales

STOCK = {
    "entry": {"US": 0, "DE": 6, "ID": 10},
    "price": {"position": 0.95},
    "ads": {"rule": "fixed", "budget_usd_week": 4000},
    "localisation": {"language": True, "team": True, "local_returns": True},
    "payments": ["local"],
    "product": {"green": 0.8, "health": 0.5, "certificates": ["FSC"], "traceable": True},
    "logistics": {"mode": "local"},
    "inventory": {"forecast": "smoothing"},
    "compliance": "full",
}
"""Stock in every market, entered one after the other."""
PARCELS = {
    "entry": {"US": 0, "DE": 0, "ID": 0},
    "channel": "both",
    "price": {"position": 0.85, "rule": "global"},
    "ads": {"rule": "tacos", "budget_usd_week": 3000, "share": 0.1},
    "payments": ["card", "paypal"],
    "logistics": {"mode": "direct"},
    "compliance": "none",
}
"""Parcels out of one warehouse, without language, local payments, mobile storefront or compliance."""
MIXED = PARCELS | {
    "price": {"position": 0.9, "rule": "follow"},
    "markets": {"US": {"logistics": {"mode": "local"}, "product": {"tier": "premium"}}},
}
"""Stock in one market, parcels to the others."""
STRATEGIES = {"stock": STOCK, "parcels": PARCELS, "mixed": MIXED}

UNCERTAIN = {
    "category.conversion_at_parity": {"dist": "lognormal", "median": 0.06, "sigma": 0.3, "low": 0.03, "high": 0.1},
    "category.own_price_elasticity": {"dist": "normal", "mean": -2.62, "sd": 0.5, "low": -4.0, "high": -1.5},
    "behaviour.organic_reference_share": {"dist": "lognormal", "median": 0.04, "sigma": 0.25},
    "markets.DE.direct_days.typical": {"dist": "uniform", "low": 8, "high": 17},  # reviews come in other weeks
}


def scenario(**changed: Any) -> Scenario:
    """Return three markets, 60 weeks, 800 consumers each; `changed` replaces whole keys."""
    document: dict[str, Any] = {
        "start": "2026-04-27",  # so that Germany's fee per parcel of 2026-07-01 begins in week 10
        "weeks": 60,
        "consumers": 800,
        "replications": 3,
        "seed": 7,
        "category": "sports_earbuds",
        "markets": ["US", "DE", "ID"],
        "seller": {"cash_usd": 2e6, "unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2},
        "uncertainties": UNCERTAIN,
        "strategies": STRATEGIES,
    }
    return scenario_of(document | changed)


class Watched(MarketEntryModel):
    """A model that keeps what it sold in the last week."""

    sales: Sales

    def finance(self, week, quote, sales, reach):
        self.sales = sales
        super().finance(week, quote, sales, reach)


def same(one: Records, other: Records, weeks: slice = slice(None)) -> list[str]:
    """Return the names of the records that differ, bit for bit; of weekly ones only `weeks` count."""
    differing = []
    for field in fields(Records):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, np.ndarray) and field.name != "replications":
            by_week = field.name in BY_WEEK
            if not by_week and weeks != slice(None):
                continue
            a, b = (a[weeks], b[weeks]) if by_week else (a, b)
            if not np.array_equal(a, b, equal_nan=a.dtype.kind == "f"):
                differing.append(field.name)
    return differing


BY_WEEK = (
    "units", "revenue_usd", "price_usd", "needs", "awareness", "visibility", "rating", "stock", "misplaced", "demand",
    "ad_usd", "ad_attributed", "ledger",
)  # fmt: skip
"""Records with a leading axis of weeks."""
