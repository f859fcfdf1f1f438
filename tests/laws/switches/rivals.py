"""Rivals that react, and how the firm goes on or leaves, each on and off."""

from __future__ import annotations

from typing import Any

from simulator.trends.worlds import COMMON, Question
from tests.laws.switches.switch import Switch, value

RIVAL = "category.close_rivals.0"
KNOWN = {f"{RIVAL}.awareness": 0.5, f"{RIVAL}.leave_after_weeks": 0}
"""A close rival that half of all shoppers consider, and that stays."""
FACING = COMMON.but(KNOWN)
CHEAP = FACING.but({"strategies.plain.price.position": 0.85})
SHOWN = Question("green").but(KNOWN)
BROKE = COMMON.but({f"{RIVAL}.awareness": 0.5, f"{RIVAL}.rule": "cost", f"{RIVAL}.floor_position": 0.95})
"""A rival whose price stands on its floor from the start."""
STAGED = Question("staged").but({"seller.cash_usd": 2e6})  # the gate alone, no lack of cash
LEAVING = "strategies.plain.exit.if_contribution_below_usd_week"
LIMIT = "strategies.gated.gate.if_contribution_above_usd_week"
OF_A_MARKET = ("setup", "localisation", "approvals", "local_stock", "overhead")
"""Accounts of what it costs to be in a market."""
WEEKLY = ("localisation", "local_stock", "overhead", "headquarters")
"""Of these, and of the firm, what ends when it leaves."""


def _rule(rule: str, question: Question, sign: int) -> Switch:
    """Return the switch from a rival that keeps its position to one with a rule."""
    return value(f"rival: {rule}", question, "plain", f"{RIVAL}.rule", "cost", rule, {"wanted": sign})


def _limit(name: str, question: Question, strategy: str, path: str, never: Any, **more: Any) -> Switch:
    """Return the switch of a limit on earnings between one that never binds and one that always does."""
    return value(name, question, strategy, path, never, -never, {"wanted": -1, "revenue_usd": -1}, **more)


SWITCHES: tuple[Switch, ...] = (
    _rule("follow", CHEAP, -1),
    _rule("undercut", CHEAP, -1),
    _rule("best_respond", FACING, +1),  # its best price is above the one that it keeps otherwise
    value("copying", SHOWN, "labelled", f"{RIVAL}.copies", (), ("green",), {"wanted": -1}),
    value("rival entry", FACING, "plain", f"{RIVAL}.enter_week", 200, 26, {"wanted": -1}),
    value("rival exit", BROKE, "plain", f"{RIVAL}.leave_after_weeks", 0, 13, {"wanted": +1}),
    _limit("gate", STAGED, "gated", LIMIT, -1e9, own=OF_A_MARKET, stays=("needs",)),
    _limit("exit rule", COMMON, "plain", LEAVING, -1e9, own=WEEKLY),
)  # fmt: skip
