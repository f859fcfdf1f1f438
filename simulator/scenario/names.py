"""Names and codes that a scenario may use, and the two base types of its models."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, NoReturn, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from simulator.scenario.profiles import Texts

NAME = r"^[a-z][a-z0-9_]{0,39}$"
Name = Annotated[str, StringConstraints(pattern=NAME)]
"""A name that the user gives: of a strategy, a variant, a group of uncertainties."""

ENTRANT = "entrant"
"""The seller whose decisions are studied, among the keys of rivals."""
RESERVED = ("no_entry",)
"""Strategy names that the simulator uses itself: the world without the entrant."""

MAX_STRATEGIES = 32
MAX_VARIANTS = 6
MAX_CLOSE_RIVALS = 8
"""Close rivals per market; one or two are usual, lessons make whole markets of them."""

PaymentCode = Literal[
    "card", "paypal", "wallet_global", "wallet_local", "bank_transfer", "instant_bank",
    "cash_on_delivery", "voucher", "pay_later", "instalments", "direct_debit", "other", "local",
]  # fmt: skip
"""The 12 payment methods of `profiles.PAYMENT_METHODS`, and `local`: all that the market uses."""

Mechanism = Literal[
    "organic", "ads", "memory", "word_of_mouth", "contagion", "device", "payment", "language", "compliance",
    "trust", "ratings", "delivery", "loyalty", "taste", "taste_drift", "season", "growth", "market_noise",
    "listing_noise", "product_life", "stock", "returns", "audits", "exposure", "experience_curve", "b2b",
    "leakage", "events", "fx", "packaging", "stock_accuracy", "instalments", "even_output", "retail_proof",
]  # fmt: skip
"""Mechanisms of the model; each switched off equals its neutral value."""

Outcome = Literal[
    "profit_usd", "npv_usd", "run_rate_usd_year", "revenue_usd", "units", "market_share", "margin_share", "roi",
    "payback_week", "peak_funding_usd", "min_cash_usd", "insolvent", "stockout_share", "leftover_share",
    "on_time_share", "rating", "response_seconds", "awareness_share", "return_share", "ad_share", "acos_share",
    "landed_cost_usd", "b2b_units", "incidents", "fines_usd", "co2_kg", "co2_product_kg", "co2_freight_kg",
    "co2_last_mile_kg", "co2_kg_unit", "sampling_cv", "stock_error_share", "p_loss",
]  # fmt: skip
"""Columns of the summary, and the share of futures with a loss."""

Value = TypeVar("Value")


class FrozenDict(dict[str, Any]):
    """A mapping that cannot change; unlike a mapping proxy it can be pickled."""

    def _refuse(self, *args: object, **kwargs: object) -> NoReturn:
        raise TypeError("a scenario is frozen: use Scenario.with_values")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type[FrozenDict], tuple[dict[str, Any]]]:
        return FrozenDict, (dict(self),)


def freeze(value: Any) -> Any:
    """Return nested plain data with frozen mappings and tuples."""
    if isinstance(value, Mapping):
        return FrozenDict({key: freeze(child) for key, child in value.items()})
    if isinstance(value, list | tuple):
        return tuple(freeze(child) for child in value)
    return value


def _texts(value: Any) -> Any:
    """A plain text is a text in English."""
    return {"en": value} if isinstance(value, str) else value


Map = Annotated[Mapping[str, Value], AfterValidator(FrozenDict)]
"""A frozen mapping from names to values."""

Plain = Annotated[Mapping[str, Any], AfterValidator(freeze)]
"""Replacements as the user wrote them; they are checked once they stand over the facts (`resolving`)."""

Title = Annotated[Texts, BeforeValidator(_texts, json_schema_input_type=Texts | str)]
"""A text in both languages, or in English alone."""

Weight = Annotated[float, Field(ge=0.0, le=1.0)]
"""Level of a product option, 0 (without) to 1 (full)."""


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the most similar valid name, None where nothing is near; a beginning counts as near."""
    names = {name.lower(): name for name in candidates}
    found = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    if not found and len(word) > 2:
        found = sorted((name for name in names if name.startswith(word.lower())), key=len)
    return names[found[0]] if found else None


def few(names: Sequence[str], most: int = 20) -> str:
    """Return names as a list that one can read, with the number of all where it ends early."""
    return ", ".join(names[:most]) + (f", … ({len(names)} in all)" if len(names) > most else "")


def allowed(word: str, candidates: Iterable[str]) -> str:
    """Return the end of a message: the closest name and what is allowed, shortened to what one can read."""
    names = sorted(candidates)
    near = closest(word, names)
    hint = f"did you mean '{near}'? " if near else ""
    return f"{hint}allowed: {few(names)}" if names else f"{hint}nothing is allowed here"
