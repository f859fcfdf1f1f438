"""A mechanism on and off in paired worlds: what moves, and what must not.

What sells more moves all that goes by units. Beyond that a mechanism may move its own accounts alone: all other
accounts stay, to the cent, in every future.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.ledger import ACCOUNTS, INDEX, UNIT_ACCOUNTS
from simulator.trends import measures
from simulator.trends.worlds import Need, Question, Worlds

Floats = NDArray[np.float64]

FUTURES, CONSUMERS = 16, 1500
VOLUME = {
    *UNIT_ACCOUNTS, "write_downs", "interest", "fines", "cash", "receivable", "inventory", "import_vat_receivable",
    "export_vat_receivable", "tax_payable",
}  # fmt: skip
"""Accounts that follow the units sold, or the stock for them."""
FIXED = tuple(account.name for account in ACCOUNTS if account.name not in VOLUME)


@dataclass(frozen=True)
class Switch:
    """A mechanism off and on.

    Attributes
    ----------
    off, on
        Question and strategy of each side.
    moves
        Figure -> sign of its movement; an outcome of the summary, or a name of `figure`.
    own
        Accounts of fixed costs that are the mechanism's.
    stays
        Figures that stay to the last bit.
    """

    name: str
    off: tuple[Question, str]
    on: tuple[Question, str]
    moves: Mapping[str, int]
    own: tuple[str, ...] = ()
    stays: tuple[str, ...] = ("price", "needs")
    why: str = field(default="", compare=False)


def value(name: str, question: Question, strategy: str, path: str, off: Any, on: Any, moves, **more) -> Switch:
    """Return a switch between two values of a path, everything else alike."""
    return Switch(name, (question.but({path: off}), strategy), (question.but({path: on}), strategy), moves, **more)


@cache
def worlds() -> Worlds:
    """Return the worlds that all switches share."""
    return Worlds(FUTURES, CONSUMERS)


def play(switches: Sequence[Switch]) -> None:
    """Play both sides of switches, each world once."""
    worlds().play([Need(question, (name,)) for switch in switches for question, name in (switch.off, switch.on)])


def figure(side: tuple[Question, str], name: str) -> Floats:
    """Return a figure of a side by future, float64[F, ...]."""
    question, strategy = side
    known: dict[str, measures.Measure] = {
        "wanted": measures.wanted(),
        "conversion": measures.conversion,
        "visibility": measures.visibility,
        "first_quarter_DE": measures.wanted_first("DE", 13),
        "labelled_units": measures.units_with_label(52, 104),
        **{f"wanted_{code}": wanted_in(code) for code in ("SA", "BR")},
        "stock_cost": measures.stock_cost_per_unit(0.12),
        "mean_stock": lambda r: r.stock.sum(axis=2).mean(axis=0),
        "needs": lambda r: r.needs.transpose(1, 0, 2),
        "price": lambda r: r.price_usd[..., 0].transpose(1, 0, 2),
        "won_share": measures.won_share,
        "requests": lambda r: r.business_requests,
        "grey_units": lambda r: r.grey_units.sum(axis=1),
        "spread": lambda r: (r.business_units > 0).sum(axis=(0, 2)),
    }
    if name in known:
        return worlds().figure(question, strategy, known[name])
    if name in INDEX:
        return worlds().figure(question, strategy, lambda r: account(r, name))
    return worlds().outcome(question, strategy, name)


def wanted_in(market: str) -> measures.Measure:
    """Return the measure of the units wanted in a market."""
    return lambda records: records.demand[:, :, records.markets.index(market)].sum(axis=0) * 1.0


def account(records, name: str) -> Floats:
    """Return the total of an account, USD."""
    cents = records.ledger[..., INDEX[name]].sum(axis=(0, 2))
    return cents / 100.0
