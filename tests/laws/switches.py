"""The mechanisms of the first four trends, each on and off in paired worlds: what moves, and what must not.

What sells more moves all that goes by units. Beyond that a mechanism may move its own accounts alone: all other
accounts stay, to the cent, in every future.
"""

from __future__ import annotations

from collections.abc import Mapping
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
GREEN, PREMIUM, LABELS, BORDER = (Question(name) for name in ("green", "premium", "labels", "border"))
MACHINES, FORECASTS, VOICE = (Question(name) for name in ("machines", "forecasts", "voice"))
POOL, HUBS = Question("pool"), Question("hubs")
BASICS = {"behaviour.exposure_hazard": 0.05}
"""Claims that are looked into often enough to be seen in two years."""
AUDITED = POOL.but({"behaviour.audit_hazard_minimum": 0.02})
DEAR = BORDER.but({"strategies.plain.price.position": 1.4})
"""Far enough above the price floor that charges do not move the price."""


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


SWITCHES: tuple[Switch, ...] = (
    # ------------------------------------------------------------------------------------- trend 1: value upgrade
    Switch("health function", (PREMIUM, "marked"), (PREMIUM.but({"strategies.marked.product.health": 1.0}), "marked"),
           {"wanted": +1, "landed_cost_usd": +1, "conversion": +1}),
    value("say-do", PREMIUM, "plus_20", "behaviour.say_do_share", 0.15, 0.6, {"wanted": +1, "conversion": +1}),
    Switch("certificate as credibility", (GREEN.but({"strategies.labelled.product.certificates": ()}), "labelled"),
           (GREEN, "labelled"), {"wanted": +1, "visibility": +1}, own=("certificates",)),
    Switch("certificate as trust", (PREMIUM, "later"), (PREMIUM, "marked"), {"first_quarter_DE": +1},
           own=("certificates",)),
    Switch("traceability", (AUDITED, "plain"), (AUDITED, "traced"),
           {"incidents": -1, "stock_error_share": -1, "landed_cost_usd": +1, "wanted": +1}),
    # --------------------------------------------------------------------------------------------- trend 2: green
    value("badge", GREEN, "labelled", "behaviour.green_badge_factor", 1.0, 1.3, {"visibility": +1, "wanted": +1}),
    Switch("exposure", (GREEN.but({**BASICS, "mechanisms.exposure": False}), "claimed"), (GREEN.but(BASICS), "claimed"),
           {"incidents": +1, "rating": -1, "fines_usd": +1, "profit_usd": -1}),
    Switch("substance", (GREEN, "claimed"), (GREEN.but({"strategies.claimed.product.empty_claim": False}), "claimed"),
           {"landed_cost_usd": +1, "co2_kg_unit": -1}),
    value("label audits", LABELS, "labelled", "category.certificates.FSC.audit_fail_share", 0.0, 0.9,
          {"incidents": +1, "visibility": -1, "wanted": -1}),
    value("adoption by rivals", LABELS, "labelled", "category.archetypes.global_brand.labelled.growth_share_year", 0.0,
          0.5, {"labelled_units": +1}),
    value("fees on packaging", DEAR, "plain", "mechanisms.packaging", False, True,
          {"landed_cost_usd": +1, "profit_usd": -1}, stays=("price", "needs", "wanted")),
    value("carbon at the border", DEAR, "plain", "mechanisms.events", False, True,
          {"landed_cost_usd": +1, "carbon_border": +1}, stays=("price", "needs", "wanted")),
    # ------------------------------------------------------------------------------------------------ trend 3: AI
    Switch("selection", (MACHINES, "plain"), (MACHINES, "selection"), {"software": +1}, own=("software",)),
    Switch("advertising", (MACHINES, "plain"), (MACHINES, "advertising"), {"visibility": +1, "wanted": +1},
           own=("software",)),
    Switch("service", (MACHINES, "plain"), (MACHINES, "service"),
           {"conversion": +1, "response_seconds": -1, "rating": -1}, own=("software",)),
    Switch("try-on", (MACHINES, "plain"), (MACHINES, "try_on"), {"conversion": +1, "return_share": -1},
           own=("storefront",)),
    Switch("forecasting", (FORECASTS, "mean"), (FORECASTS, "machine"), {"leftover_share": -1, "stockout_share": -1},
           own=("software",)),
    Switch("smoothing", (FORECASTS, "mean"), (FORECASTS, "smoothing"), {"leftover_share": -1}),
    Switch("voice ecosystem", (VOICE, "plain"), (VOICE, "ecosystem"), {"visibility": +1, "wanted": +1},
           own=("design",)),
    # ----------------------------------------------------------------------------------------- trend 4: logistics
    Switch("pool", (POOL, "plain"), (POOL, "pool"), {"conversion": -1, "stock_cost": -1, "co2_freight_kg": +1},
           own=("logistics", "local_stock")),
    Switch("postponement", (POOL, "plain"), (POOL, "postponed"), {"mean_stock": -1},
           own=("logistics",)),
    Switch("hubs", (HUBS, "plain"), (HUBS, "hubs"), {"conversion": +1}, own=("logistics",)),
    value("service level", POOL, "plain", "strategies.plain.inventory.service_level", 0.7, 0.98,
          {"stockout_share": -1, "mean_stock": +1, "storage": +1}),
    value("stock accuracy", POOL, "plain", "behaviour.stock_error_share", 0.0, 0.02,
          {"stock_error_share": +1, "stockout_share": +1}),
    value("carbon of the mode", Question("common"), "plain", "strategies.plain.logistics.transport", "sea", "air",
          {"co2_freight_kg": +1, "landed_cost_usd": +1}),
)  # fmt: skip


@cache
def worlds() -> Worlds:
    """Play both sides of all switches, each world once."""
    found = Worlds(FUTURES, CONSUMERS)
    found.play([Need(question, (name,)) for switch in SWITCHES for question, name in (switch.off, switch.on)])
    return found


def figure(side: tuple[Question, str], name: str) -> Floats:
    """Return a figure of a side by future, float64[F, ...]."""
    question, strategy = side
    known: dict[str, measures.Measure] = {
        "wanted": measures.wanted(),
        "conversion": measures.conversion,
        "visibility": measures.visibility,
        "first_quarter_DE": measures.wanted_first("DE", 13),
        "labelled_units": measures.units_with_label(52, 104),
        "stock_cost": measures.stock_cost_per_unit(0.12),
        "mean_stock": lambda r: r.stock.sum(axis=2).mean(axis=0),
        "needs": lambda r: r.needs.transpose(1, 0, 2),
        "price": lambda r: r.price_usd[..., 0].transpose(1, 0, 2),
    }
    if name in known:
        return worlds().figure(question, strategy, known[name])
    if name in INDEX:
        return worlds().figure(question, strategy, lambda r: account(r, name))
    return worlds().outcome(question, strategy, name)


def account(records, name: str) -> Floats:
    """Return the total of an account, USD."""
    cents = records.ledger[..., INDEX[name]].sum(axis=(0, 2))
    return cents / 100.0
