"""Where nothing was sold: the gate that closed, market by market.

A need passes the gates in the order of `simulator.views.STAGES`. The gate of a market without a sale is the barrier
that stopped most of those who reached it; where many came through all barriers, it is the offer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from simulator.outcomes import ALL
from simulator.report.answer import Answer
from simulator.report.tables import BARRIERS, OFFER

LATE, UNAWARE, CHOICE = "late", "unaware", "choice"
"""Never on sale; never met; compared, and no part of the offer was worse enough to be the reason."""

CLOSED = 0.9
"""Share of those who reached a barrier from which it counts as closed (assumption: of the tenth that comes through,
one in ten or twenty would buy, so that hardly a sale is left)."""


@dataclass(frozen=True)
class Gate:
    """What kept a market without a sale."""

    market: str
    stage: str
    """A stage of `simulator.views.STAGES`, or ``late`` or ``choice``."""
    share: float
    """Of those who reached the gate, it stopped so many; of an offer, so many of those that a seller could have won."""


def unsold(answer: Answer, markets: Sequence[str]) -> list[str]:
    """Return those of some markets in which no shopper and no firm bought in any future."""
    own = answer.summary[answer.summary["market"] != ALL]
    sold = own.assign(sold=own["units"] + own["b2b_units"]).groupby("market", observed=True)["sold"].sum()
    return [market for market in markets if not sold.get(market, 0)]


def gates(answer: Answer, markets: Sequence[str]) -> list[Gate]:
    """Return the gate of each market that sold nothing; `markets` are those that are entered."""
    return [_gate(answer.funnel, market) for market in unsold(answer, markets)]


def _gate(funnel: pd.DataFrame, market: str) -> Gate:
    own = funnel[funnel["market"].astype(str) == market]
    needs = own.groupby(own["stage"].astype(str))["needs"].sum().to_dict()
    if not sum(needs.values()):
        return Gate(market, LATE, 1.0)
    left = sum(needs.values()) - needs.get(UNAWARE, 0)
    if not left:
        return Gate(market, UNAWARE, 1.0)
    closed = {}
    for stage in BARRIERS:
        closed[stage] = needs.get(stage, 0) / left if left else 0.0
        left -= needs.get(stage, 0)
    tightest = max(BARRIERS, key=closed.__getitem__)
    if closed[tightest] >= CLOSED:
        return Gate(market, tightest, closed[tightest])
    if needs.get("stock", 0):
        return Gate(market, "stock", 1.0)
    offer = {stage: needs.get(stage, 0) for stage in OFFER}
    worst = max(OFFER, key=offer.__getitem__)
    return Gate(market, worst, offer[worst] / sum(offer.values())) if offer[worst] else Gate(market, CHOICE, 1.0)
