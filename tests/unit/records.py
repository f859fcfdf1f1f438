"""Small records made by hand, for tests of outcomes and storage."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.ledger import ACCOUNTS, INDEX
from simulator.views import CARBON_PARTS, SEGMENTS, STAGES, Records

MARKETS = ("US", "ID")
SELLERS = ("entrant", "champion", "near")


def blank(strategy: str = "plan", replications: tuple[int, ...] = (0,), weeks: int = 4, **changed: Any) -> Records:
    """Return records of a firm that never did anything, with the fields `changed`."""
    f, m, k = len(replications), len(MARKETS), len(SELLERS)
    by_week = (weeks, f, m)
    fields: dict[str, Any] = {
        "units": np.zeros((*by_week, k), np.int64),
        "revenue_usd": np.zeros((*by_week, k)),
        "price_usd": np.full((*by_week, k), np.nan),
        "needs": np.full(by_week, 100, np.int64),
        "awareness": np.zeros(by_week),
        "visibility": np.zeros(by_week),
        "rating": np.full(by_week, np.nan),
        "stock": np.zeros(by_week, np.int64),
        "misplaced": np.zeros(by_week, np.int64),
        "demand": np.zeros(by_week, np.int64),
        "ad_usd": np.zeros(by_week),
        "ad_attributed": np.zeros(by_week),
        "funnel": np.zeros((f, m, len(SEGMENTS), len(STAGES)), np.int64),
        "ledger": np.zeros((weeks, f, m + 1, len(ACCOUNTS)), np.int64),
        "received_units": np.zeros((f, m), np.int64),
        "leftover_units": np.zeros((f, m), np.int64),
        "lost_units": np.zeros((f, m), np.int64),
        "seized_units": np.zeros((f, m), np.int64),
        "stock_wanted": np.zeros((f, m), np.int64),
        "delivered": np.zeros((f, m), np.int64),
        "on_time": np.zeros((f, m), np.int64),
        "returned": np.zeros((f, m), np.int64),
        "incidents": np.zeros((f, m), np.int64),
        "landed_cost_usd": np.full((f, m), np.nan),
        "group_units": np.zeros((f, m, 16)),
        "insolvent_week": np.full(f, -1, np.int64),
        "first_sale_week": np.full((f, m), -1, np.int64),
        "end_stock_units": np.zeros((f, m), np.int64),
        "end_stock_value_usd": np.zeros((f, m)),
        "business_units": np.zeros(by_week, np.int64),
        **{f"business_{name}": np.zeros((f, m), np.int64) for name in ("requests", "bids", "won")},
        "co2_kg": np.zeros((f, m, len(CARBON_PARTS))),
        "response_seconds": np.full((f, m), np.nan),
        "grey_units": np.zeros((f, m), np.int64),
        "business_alone_units": np.zeros((f, m), np.int64),
        "variant_units": np.zeros((f, m, 1), np.int64),
    }
    return Records(
        strategy=strategy, replications=replications, markets=MARKETS, sellers=SELLERS, **{**fields, **changed}
    )


def book(records: Records, week: int, entity: int, debit: str, credit: str, usd: float, future: int = 0) -> None:
    """Book an amount in the ledger of records."""
    records.ledger[week, future, entity, INDEX[debit]] += round(usd * 100)
    records.ledger[week, future, entity, INDEX[credit]] -= round(usd * 100)
