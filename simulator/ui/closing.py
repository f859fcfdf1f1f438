"""Nothing sold: which gate closed in each market, and the levers that open it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from simulator.report.contrasts import STRATEGY
from simulator.report.gates import CHOICE, LATE, Gate, gates
from simulator.texts.numbers import share
from simulator.ui.settings import setting_name
from simulator.ui.tiers import Shown
from simulator.ui.words import dollars, market_name, plain, say

if TYPE_CHECKING:
    from simulator.scenario.strategy import Strategy

OPENERS: Mapping[str, tuple[str, ...]] = {
    "unaware": ("ads.budget_usd_week", "channel", "price.position"),
    "device": ("mobile_storefront", "channel"),
    "payment": ("payments", "channel"),
    "language": ("localisation.language",),
    "compliance": ("compliance", "product.certificates", "logistics.mode"),
    "stock": ("inventory.service_level", "inventory.forecast", "logistics.mode"),
    "price": ("price.position", "price.rule"),
    "delivery": ("logistics.mode", "logistics.transport"),
    "trust": ("localisation.team", "localisation.local_returns", "product.certificates"),
    "features": ("product.tier", "product.health", "product.green", "product.smart"),
    CHOICE: ("price.position", "product.tier"),
    "exclusive": ("b2b.exclusive", "b2b.discount_share", "b2b.credit_weeks"),
}
"""Gate -> levers that open it, the most direct first."""


def show_gates(seen: Shown) -> None:
    """Say of each market that is entered and sold nothing in any future which gate closed; else show nothing."""
    strategy = seen.scenario.strategies[seen.question.strategy]
    found = gates(seen.answer, list(strategy.entry))
    if not found:
        return
    told = [say("gates.all" if len(found) == len(strategy.entry) else "gates.some", futures=len(seen.answer.firm))]
    told += [f"- {_words(gate, seen)}" for gate in found]
    st.warning(dollars("\n".join(told)), icon=":material/door_front:")


def _words(gate: Gate, seen: Shown) -> str:
    """Return the gate of a market, and what opens it."""
    setting = seen.scenario.strategy(seen.question.strategy, gate.market)
    stage = "exclusive" if gate.stage == LATE and setting.b2b.exclusive else gate.stage
    told = say(f"gates.stages.{stage}", market=market_name(gate.market), share=share(gate.share))
    lacking = _lacking(seen, gate.market, setting) if stage == "compliance" else []
    if lacking:
        told += say("gates.lacking", codes=plain(", ".join(lacking)))
    names = [say("levers.groups.entry")] if stage == LATE else []
    names += [setting_name(f"{STRATEGY}.{path}") for path in OPENERS.get(stage, ())]
    return told + say("gates.opens", levers=say("gates.and").join(names))


def _lacking(seen: Shown, market: str, setting: Strategy) -> list[str]:
    """Return the certificates that the law demands and nobody gets; a compliance programme would get them all."""
    if setting.compliance != "none":
        return []
    known = seen.scenario.category_profile.certificates
    return [
        code for code, each in known.items() if market in each.required_in and code not in setting.product.certificates
    ]
