"""Rules as dated data: VAT, duty, fees and channel bans of a market, and the calendar of changes.

``simulator/data/regulations.yaml`` holds the values; code asks for those of a day (`Dated.on`). The tax words are
those of `simulator.logistics.landed_cost`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from simulator import facts

Share = Annotated[float, Field(ge=0.0, le=1.0)]
NonNegative = Annotated[float, Field(ge=0.0, lt=1e9)]
Rate = Share | Literal["category"]
"""An ad-valorem duty; ``category``: the duty of the goods, which the category's file gives for the market."""

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


class ParcelDuty(Frozen):
    """Duty on the value v of a parcel: ``low_share · v`` up to `band_usd`, above it ``high_share · v − deduction_usd``.

    A duty-free threshold is a low share of 0; one rate has a band of 0.
    """

    low_share: Rate = 0.0
    band_usd: NonNegative = 0.0
    high_share: Rate
    deduction_usd: NonNegative = 0.0

    def for_category(self, duty_share: float) -> ParcelDuty:
        """Return the same bands with the duty of the goods in place of ``category``."""
        word = {name: duty_share for name in ("low_share", "high_share") if getattr(self, name) == "category"}
        return self.model_copy(update=word)


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


class StockRules(Frozen):
    """Taxes of goods that are sold from a warehouse in the market; their duty is the category's."""

    vat_share: Dated[Share]
    """Tax on the sale, as a share of the price before it; it also sets the market's price level."""
    import_vat_share: Dated[Share]
    """Tax at the border on the duty-paid value, recovered weeks later."""


class MarketRules(Frozen):
    """The dated rules of one market."""

    parcel: ParcelRules
    stock: StockRules
    marketplace_min_usd: Dated[NonNegative] | None = None
    """Lowest FOB value of goods from abroad that a marketplace may list; None: no such rule."""


class Change(Frozen):
    """One entry of the calendar of changes."""

    date: date
    markets: tuple[str, ...]
    rule: str
    effect: str
    status: Literal["done", "scheduled", "proposed", "unknown"]
    """State of knowledge of mid-2026; unknown: it was due after the newest evidence."""
    source: str
    confidence: facts.Confidence


@lru_cache(maxsize=64)
def regulations(market: str) -> MarketRules:
    """Return the dated rules of a market."""
    return MarketRules.model_validate(facts.load("regulations", market).values)


@lru_cache(maxsize=1)
def timeline() -> tuple[Change, ...]:
    """Return the calendar of changes, oldest first."""
    entries = facts.read(facts.DATA / "regulations.yaml")["timeline"]
    return tuple(sorted((Change.model_validate(entry) for entry in entries), key=lambda entry: entry.date))
