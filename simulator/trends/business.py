"""Trend 6: firms as buyers beside shoppers, labels in tenders, goods that are made after the order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator import facts
from simulator.ledger import ACCOUNTS, INDEX, UNIT_ACCOUNTS
from simulator.trends import measures
from simulator.trends.claim import Estimate, Kind, Part, Unit
from simulator.trends.measures import Measure
from simulator.trends.paired import Side, paired
from simulator.trends.verdict import Direction, Rule, Untested
from simulator.trends.worlds import Need, Question, Worlds
from simulator.views import Records

Floats = NDArray[np.float64]

TENDERS, EXCHANGE, ON_DEMAND = Question("tenders"), Question("exchange"), Question("on_demand")
FIRMS_WITH_POLICY = 10_000
"""Firms that buy green, as the claim has them."""

_REQUIRED = facts.load("behaviour").leaves["b2b_green_required_share"]
DEMANDED = tuple(float(share) for share in (_REQUIRED.low, _REQUIRED.value, _REQUIRED.high) if share is not None)
"""Share of firms that demand a green certificate: the range of the fact."""

TOGETHER = ("both", "firms", "plain")
"""Shoppers and firms, firms alone, shoppers alone."""
SWITCHED = {
    "experience": ("experience_curve", TOGETHER), "evenness": ("even_output", TOGETHER),
    "proof": ("retail_proof", TOGETHER[:2]), "leakage": ("leakage", TOGETHER[:1]),
}  # fmt: skip
"""What passes between the two -> its mechanism, and the strategies that feel it; the others stay as they are."""

VALUED = {
    "nobody": ON_DEMAND.but({"category.attributes.custom": 0.0}), "acted": ON_DEMAND,
    "stated": ON_DEMAND.but({"behaviour.say_do_share": 1.0}),
}  # fmt: skip
"""What a design of one's own is worth: nothing, what people act on, what they say."""

LOTS = [INDEX[name] for name in ("business_sales", "business_goods", "business_costs", "certificates")]
"""Accounts of what firms buy, and of what proves it."""

LIFE = 20
"""Weeks that a design lives, as the category has it."""

FIXED = [
    number for number, account in enumerate(ACCOUNTS)
    if account.kind == "expense" and account.name not in {*UNIT_ACCOUNTS, "write_downs", "interest", "fines"}
]  # fmt: skip
"""Accounts of what does not go by units: one firm pays it once for shoppers and firms."""


def _from_firms(records: Records) -> Floats:
    """Return what lots leave after their costs and all certificates, USD."""
    return -records.ledger[..., LOTS].sum(axis=(0, 2, 3)) / 100.0


def _fixed(discount_rate: float) -> Measure:
    """Return the measure of the present value of fixed costs, USD, negative."""

    def value(records: Records) -> Floats:
        paid = records.ledger[..., FIXED].sum(axis=(2, 3)) / 100.0
        discount = (1.0 + discount_rate) ** (-np.arange(records.weeks) / 52.0)
        return -(paid * discount[:, None]).sum(axis=0)

    return value


def _beyond(worlds: Worlds, figure: Measure | str, off: str = "") -> Floats:
    """Return a figure of both less that of firms alone and of shoppers alone, by future; nothing at all has 0."""
    mechanism, felt = SWITCHED[off] if off else ("", ())
    values = []
    for strategy in TOGETHER:
        question = EXCHANGE.but({f"mechanisms.{mechanism}": False}) if strategy in felt else EXCHANGE
        values.append(worlds.value(question, strategy, figure))
    both, firms, shoppers = values
    return both - firms - shoppers


def _whole(worlds: Worlds) -> Estimate:
    return Estimate.of(_beyond(worlds, "npv_usd"), worlds.sampling(EXCHANGE, "both"))


def _shared(worlds: Worlds) -> Estimate:
    fixed = _fixed(worlds.scenario(EXCHANGE).discount_rate)
    return Estimate.of(_beyond(worlds, fixed), worlds.sampling(EXCHANGE, "both"))


def _trade(worlds: Worlds) -> Estimate:
    fixed = _fixed(worlds.scenario(EXCHANGE).discount_rate)
    return Estimate.of(_beyond(worlds, "npv_usd") - _beyond(worlds, fixed), worlds.sampling(EXCHANGE, "both"))


def _passing(name: str, rule: Rule, kind: Kind = "recovered input") -> Part:
    """Return the part on what passes between the two by one mechanism: the whole less the whole without it."""

    def measure(worlds: Worlds) -> Estimate:
        passed = _beyond(worlds, "npv_usd") - _beyond(worlds, "npv_usd", name)
        return Estimate.of(passed, worlds.sampling(EXCHANGE, "both"))

    mechanism, felt = SWITCHED[name]
    needs = (Need(EXCHANGE, TOGETHER), Need(EXCHANGE.but({f"mechanisms.{mechanism}": False}), felt))
    return Part(f"32_{name}", 32, 6, kind, rule, "money", EXCHANGE.path, needs, measure)


def _tender(share: float) -> Part:
    """Return the part on the share of bids that win, label on less off, at a share of firms that demand it."""
    question = TENDERS if share == _REQUIRED.value else TENDERS.but({"behaviour.b2b_green_required_share": share})
    sides = (question, "labelled"), (question, "plain")
    names = {"share": f"{100 * share:g} %"}
    return paired("31_won", 6, "emergent", _UP, "points", *sides, measures.won_share, names)


def _printed(key: str, value: str, rule: Rule, unit: Unit, figure: Measure | str) -> Part:
    """Return the part on print on demand against stock."""
    sides: tuple[Side, Side] = (VALUED[value], "on_demand"), (VALUED[value], "plain")
    return paired(f"33_{key}_{value}", 6, "emergent", rule, unit, *sides, figure)


_UP, _DOWN = Direction(+1), Direction(-1)
_EXCHANGED = (Need(EXCHANGE, TOGETHER),)

PARTS: tuple[Part, ...] = (
    Part("31_firms", 31, 6, "outside the model", Untested(FIRMS_WITH_POLICY), "units"),
    *(_tender(share) for share in DEMANDED),
    paired("31_earned", 6, "emergent", _UP, "money", (TENDERS, "labelled"), (TENDERS, "plain"), _from_firms),
    Part("32_whole", 32, 6, "emergent", _UP, "money", EXCHANGE.path, _EXCHANGED, _whole),
    Part("32_shared", 32, 6, "recovered input", Untested(), "money", EXCHANGE.path, _EXCHANGED, _shared),
    Part("32_trade", 32, 6, "emergent", _UP, "money", EXCHANGE.path, _EXCHANGED, _trade),
    _passing("experience", _UP), _passing("evenness", _UP, "emergent"),
    _passing("proof", _UP), _passing("leakage", _DOWN),
    paired("32_lots", 6, "emergent", _UP, "change", (EXCHANGE, "both"), (EXCHANGE, "firms"), measures.lots),
    *(_printed("units", value, _UP, "change", measures.wanted()) for value in VALUED),
    _printed("leftovers", "acted", _DOWN, "points", measures.left_over(LIFE)),
    _printed("stockouts", "acted", _DOWN, "points", "stockout_share"),
    *(_printed("margin", value, _UP, "points", "margin_share") for value in VALUED),
    *(_printed("profit", value, _UP, "money", "profit_usd") for value in VALUED),
)  # fmt: skip
