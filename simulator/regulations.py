"""Rules as dated data: VAT, duty, fees and channel bans of a market, the calendar of changes, and rules that may come.

``simulator/data/regulations.yaml`` holds the values; code asks for those of a day (`Dated.on`). The tax words are
those of `simulator.logistics.landed_cost`. A rule of section ``rules`` is not in force: `amended` puts it there.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from simulator import facts
from simulator.errors import FactError, UsageError

Share = Annotated[float, Field(ge=0.0, le=1.0)]
NonNegative = Annotated[float, Field(ge=0.0, lt=1e9)]
Rate = Share | Literal["category"]
"""An ad-valorem duty; ``category``: the duty of the goods, which the category's file gives for the market."""

Points = Annotated[float, Field(ge=-1.0, le=10.0)]
"""Change of a share, in points: 0.1 lifts a duty of 0.2 to 0.3."""
ANY_VALUE = 1e8
"""USD: no parcel is worth as much."""
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Status = Literal["done", "scheduled", "proposed", "unknown"]

Value = TypeVar("Value")


class Frozen(BaseModel):
    """Immutable and closed: an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _pairs(value: Any) -> Any:
    """A mapping day -> value becomes pairs, oldest first (ISO days sort as texts)."""
    return tuple(sorted(value.items(), key=lambda pair: str(pair[0]))) if isinstance(value, Mapping) else value


Pairs = Annotated[tuple[tuple[date, Value], ...], BeforeValidator(_pairs)]


class Dated(Frozen, Generic[Value]):
    """A value that a law or a platform changes on known days."""

    unit: str
    """Unit of every value: "1" for a share, "USD/parcel", ..."""
    source: str
    """Law and article, link, or "assumption: why"."""
    confidence: facts.Confidence
    note: str = ""
    values: Annotated[Pairs[Value], Field(min_length=1)]
    """First day in force and value, oldest first (YAML: a mapping day -> value)."""
    low: Pairs[Value] = ()
    high: Pairs[Value] = ()
    """Range of the values that have one, by the same days."""

    def on(self, day: date) -> Value:
        """Return the value in force on `day`; LookupError before the first one."""
        for start, value in reversed(self.values):
            if start <= day:
                return value
        raise LookupError(f"no value in force on {day}; the first starts on {self.values[0][0]}")

    def days(self) -> tuple[date, ...]:
        """Return the days on which the value changes, the first one included."""
        return tuple(start for start, _ in self.values)

    def amended(self, change: Callable[[Value], Value], start: date, end: date | None = None) -> Dated[Value]:
        """Return the same values with those in force from `start` until the day before `end` changed."""
        within = [(day, value) for day, value in self.values if start < day and (end is None or day < end)]
        out = [pair for pair in self.values if pair[0] < start]
        out += [(day, change(value)) for day, value in [(start, self.on(start)), *within]]
        if end is not None:
            out += [(end, self.on(end)), *(pair for pair in self.values if pair[0] > end)]
        return self.model_copy(update={"values": tuple(out)})


def _absent(value: Any) -> Any:
    """Return what holds where the law knows no such rule."""
    return Dated[Any](unit="1", source="assumption: no such rule", confidence="high", values=((date.min, value),))


class ParcelDuty(Frozen):
    """Duty on the value v of a parcel: ``low_share · v`` up to `band_usd`, above it ``high_share · v − deduction_usd``.

    A duty-free threshold is a low share of 0; one rate has a band of 0.
    """

    low_share: Rate = 0.0
    band_usd: NonNegative = 0.0
    high_share: Rate
    deduction_usd: NonNegative = 0.0


class ParcelRules(Frozen):
    """Taxes of a parcel that crosses the border to the consumer."""

    regime: Literal["net_price", "added"]
    """net_price: the quoted price holds VAT and the seller bears duty and fees out of it; added: duty and tax come on
    top of the seller's value and the consumer pays them."""
    vat_inside: bool
    """The tax is a share of the price that holds it (Brazil's ICMS), not of the price before it."""
    vat_share: Dated[Share]
    duty: Dated[ParcelDuty]
    line_fee_usd: Dated[NonNegative]
    """Sum of the fixed entry and per-line fees of a parcel with one kind of goods, USD."""
    line_fee_band_usd: Dated[NonNegative] = _absent(ANY_VALUE)
    """Highest value of a parcel that pays the fees."""
    base: Literal["retail", "cif", "fob"] = "retail"
    """Value that thresholds and duty look at. retail: what the consumer pays before tax; cif: goods, insurance and
    freight, the same amount where the price holds the freight to the door; fob: less that freight."""
    vat_free_usd: Dated[NonNegative] = _absent(0.0)
    """Highest value without VAT: relieved, or covered by a flat rate that stands in `duty`."""
    closed: Dated[bool] = _absent(False)
    """No goods may be shipped from abroad order by order, whatever the channel."""


class StockRules(Frozen):
    """Taxes of goods sold from a warehouse in the market; their duty, on cost and freight, is the category's."""

    vat_share: Dated[Share]
    """Tax on the sale, as a share of the price before it; it also sets the market's price level."""
    import_vat_share: Dated[Share]
    """Tax at the border on the duty-paid value, recovered weeks later."""
    border_tax_share: Dated[Share] = _absent(0.0)
    """Tax at the border on the duty-paid value that nobody gives back."""


class MarketRules(Frozen):
    """The dated rules of one market."""

    parcel: ParcelRules
    stock: StockRules
    duty_change: Dated[Points] = _absent(0.0)
    """Added to the category's duty, of stock and of parcels that pay it."""
    duty_limit_share: Dated[Share] = _absent(1.0)
    """Highest duty that a category may have before `duty_change`: its file gives the level of mid-2026."""
    packaging_usd_kg: Dated[NonNegative] = _absent(0.0)
    """Fees per kg of the packaging of goods for households, of all that are due, USD."""
    carbon_usd_t: Dated[NonNegative] = _absent(0.0)
    """Carbon border charge on the making of covered goods, USD per tonne CO2e, less free allocation."""
    marketplace_min_usd: Dated[NonNegative] = _absent(0.0)
    """Lowest FOB value of goods from abroad that a marketplace may list; 0: no such rule."""


class Change(Frozen):
    """One entry of the calendar of changes."""

    key: Key
    date: date
    markets: tuple[str, ...]
    rule: str
    effect: str
    status: Status
    """State of knowledge of mid-2026; unknown: it was due after the newest evidence."""
    source: str
    confidence: facts.Confidence


class Clause(Frozen):
    """One value that a rule puts in the place of the one in force."""

    value: Any
    unit: str
    low: Any = None
    high: Any = None


def _items(value: Any) -> Any:
    return tuple(value.items()) if isinstance(value, Mapping) else value


class OptionalRule(Frozen):
    """Law that is proposed, uncertain or could return: in force only where a scenario says so."""

    rule: str
    effect: str
    start: date
    """First day on which it is expected."""
    until: date | None = None
    """First day on which the law goes on as if the rule had never been, unless a scenario says another; None: never."""
    status: Status
    source: str
    confidence: facts.Confidence
    note: str = ""
    markets: Annotated[
        tuple[tuple[str, Annotated[tuple[tuple[str, Clause], ...], BeforeValidator(_items)]], ...],
        BeforeValidator(_items),
    ]
    """Market -> dotted path in `MarketRules` -> new value; that of `duty_change` is added to the one in force."""


@lru_cache(maxsize=64)
def regulations(market: str) -> MarketRules:
    """Return the dated rules of a market."""
    return MarketRules.model_validate(facts.load("regulations", market).values)


@lru_cache(maxsize=1)
def timeline() -> tuple[Change, ...]:
    """Return the calendar of changes, oldest first."""
    entries = facts.read(facts.DATA / "regulations.yaml")["timeline"]
    return tuple(sorted((Change.model_validate(entry) for entry in entries), key=lambda entry: entry.date))


# -------------------------------------------------------------------------------------------- rules that may come
def rule_keys() -> tuple[str, ...]:
    """Return the keys of the rules that a scenario may put in force, in order."""
    return tuple(sorted(_optional()))


def optional_rule(key: str) -> OptionalRule:
    """Return a rule that a scenario may put in force; UsageError for an unknown key."""
    if key in _optional():
        return _optional()[key]
    near = difflib.get_close_matches(key, rule_keys(), 1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    raise UsageError(f"no rule {key!r}{hint}; there are {', '.join(rule_keys())}")


@lru_cache(maxsize=1)
def _optional() -> dict[str, OptionalRule]:
    entries = facts.read(facts.DATA / "regulations.yaml")["rules"]
    return {key: OptionalRule.model_validate(entry) for key, entry in entries.items()}


@lru_cache(maxsize=4096)
def amended(
    market: str, key: str, start: date, end: date | None = None, rules: MarketRules | None = None
) -> MarketRules:
    """Return a market's rules with an optional rule in force.

    Parameters
    ----------
    market : the market's code; a rule that does not name it changes nothing there
    key : of the rule, one of `rule_keys`
    start : first day in force
    end : first day on which the law goes on as if the rule had never been; None: the rule's own `until`
    rules : rules to start from, for a second rule on top of a first one; default: `regulations`

    Returns
    -------
    the rules of the market; `UsageError` for an unknown key
    """
    rules, rule = regulations(market) if rules is None else rules, optional_rule(key)
    end = rule.until if end is None else end
    if end is not None and end <= start:
        raise UsageError(f"rule {key} would end on {end}, before or when it starts on {start}")
    for path, clause in dict(rule.markets).get(market, ()):
        rules = _replaced(rules, path.split("."), clause.value, start, end, f"rules.{key}.markets.{market}.{path}")
    return rules


def _replaced(node: Any, path: list[str], value: Any, start: date, end: date | None, place: str) -> Any:
    """Return a copy of a part of the rules with the value at the path in force from `start` until `end`."""
    head, *rest = path
    if not isinstance(node, MarketRules | ParcelRules | StockRules) or head not in type(node).model_fields:
        raise FactError(f"regulations.yaml: {place}: no {head}")
    child = getattr(node, head)
    if not isinstance(child, Dated):
        changed = _replaced(child, rest, value, start, end, place) if rest else None
        if changed is None:
            raise FactError(f"regulations.yaml: {place}: {head} is not dated")
    elif head == "duty_change":
        changed = child.amended(lambda old: old + value, start, end)
    elif rest:
        changed = child.amended(lambda old: old.model_copy(update={rest[0]: value}), start, end)
    else:
        new = ParcelDuty.model_validate(value) if head == "duty" else value
        changed = child.amended(lambda _: new, start, end)
    return node.model_copy(update={head: changed})
