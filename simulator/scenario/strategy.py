"""A strategy: one setting of all levers of the firm."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from simulator.scenario.names import FrozenDict, Map, PaymentCode, Plain, Title, Weight
from simulator.scenario.profiles import Frozen

Week = Annotated[int, Field(ge=0, le=519)]
Usd = Annotated[float, Field(ge=0.0, le=1e9)]
MarketCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


def _local(value: Any) -> Any:
    """`local` is short for the list `[local]`; what follows sees Python data, where a tuple must be a tuple."""
    return (value,) if value == "local" else tuple(value) if isinstance(value, list) else value


def _unique(values: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(values)) != len(values):
        twice = sorted({value for value in values if values.count(value) > 1})
        raise ValueError(f"{', '.join(twice)} stands more than once; allowed: each code once")
    return values


def _local_alone(values: tuple[str, ...]) -> tuple[str, ...]:
    if "local" in values and len(values) > 1:
        raise ValueError("local stands with other codes; allowed: local alone (all that the market uses), or codes")
    return values


Payments = Annotated[
    tuple[PaymentCode, ...],
    BeforeValidator(_local, json_schema_input_type=Literal["local"] | tuple[PaymentCode, ...]),
    AfterValidator(_unique),
    AfterValidator(_local_alone),
    Field(min_length=1),
]


class Promotion(Frozen):
    """A price cut in some weeks of every year."""

    weeks: Annotated[tuple[Annotated[int, Field(ge=1, le=53)], ...], Field(min_length=1)]
    """ISO weeks."""
    off_share: Annotated[float, Field(gt=0.0, lt=1.0)]


class Price(Frozen):
    """What the consumer pays, tax included, and how it moves."""

    position: Annotated[float, Field(ge=0.1, le=10.0)] = 1.0
    """Relative to the local reference price (rule `global`: to the US one)."""
    rule: Literal["fixed", "global", "follow", "undercut", "logit"] = "fixed"
    floor_margin_share: Annotated[float, Field(ge=0.0, le=0.9)] = 0.0
    """The price never falls below landed cost / (1 - fees - this share)."""
    promotions: tuple[Promotion, ...] = ()


class Ads(Frozen):
    """Advertising on the marketplace and for the store."""

    rule: Literal["fixed", "tacos", "acos"] = "fixed"
    budget_usd_week: Usd = 0.0
    """Total of the firm, split over live markets; given under `markets`, the budget of that market."""
    share: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    """tacos: of the mean revenue of the last four weeks."""
    launch_weeks: Annotated[int, Field(ge=0, le=520)] = 12
    """tacos: weeks in which the budget is the floor."""
    target_share: Annotated[float, Field(gt=0.0, le=5.0)] | None = None
    """acos: advertising cost of the sales that come from ads."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.rule == "tacos" and self.share is None:
            raise ValueError("the rule tacos needs `share`, a number from 0 to 1 (of revenue)")
        if self.rule == "acos" and self.target_share is None:
            raise ValueError("the rule acos needs `target_share`, a number above 0")
        return self


class Localisation(Frozen):
    """What is made for a market."""

    language: bool = False
    team: bool = False
    local_returns: bool = False
    festival_edition: bool = False


class Product(Frozen):
    """Options of the product."""

    tier: Literal["value", "standard", "premium"] = "standard"
    health: Weight = 0.0
    green: Weight = 0.0
    certificates: Annotated[tuple[str, ...], AfterValidator(_unique)] = ()
    """Codes of the category's certificates."""
    empty_claim: bool = False
    """The green claim is words alone: it costs nothing to make, and no certificate proves it."""
    traceable: bool = False
    smart: Literal["none", "core", "full"] = "none"
    voice_ecosystem: bool = False
    simplified: bool = False
    child_safe: bool = False
    custom: Literal["none", "options", "pod"] = "none"


class VariantLevers(Product):
    """Options and price of one variant; what it leaves out is the seller's, then that of `product` and `price`."""

    offered: bool = True
    """False: the strategy does not sell it (``pro: null`` for short)."""
    price: Price | None = None


class Ai(Frozen):
    """Where the firm lets a machine decide."""

    selection: bool = False
    forecasting: bool = False
    advertising: bool = False
    service: bool = False


class Logistics(Frozen):
    """How a unit reaches the consumer."""

    mode: Literal["direct", "local", "hub", "pool"] = "direct"
    hub: MarketCode | None = None
    transport: Literal["sea", "air"] = "sea"
    """Of local stock; parcels always fly, and hubs have their own way."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.mode == "hub" and self.hub is None:
            raise ValueError("the mode hub needs `hub`, the code of a hub such as VN")
        if self.mode != "local" and self.transport == "air":
            raise ValueError("transport air is a way of local stock; allowed: mode local, or transport sea")
        return self


class Inventory(Frozen):
    """How stock is ordered; parcels need none."""

    forecast: Literal["mean", "smoothing", "ai", "plan"] = "mean"
    """plan: the business plan, whatever sells."""
    service_level: Annotated[float, Field(ge=0.5, le=0.9999)] = 0.95
    postponed: bool = False
    """Local stock: made for all such markets together, destination, label and plug settled at the factory gate."""


class BusinessSales(Frozen):
    """Sales to business buyers."""

    enabled: bool = False
    discount_share: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.15
    credit_weeks: Annotated[int, Field(ge=0, le=26)] = 6
    exclusive: bool = False
    """Sells to business buyers alone: no shopper finds the offer, nothing is advertised or kept for retail."""

    @model_validator(mode="after")
    def _to_somebody(self) -> Self:
        if self.exclusive and not self.enabled:
            raise ValueError("exclusive sells to business buyers alone; it needs `enabled: true`")
        return self


class Exit(Frozen):
    """When the firm gives a market up."""

    after_weeks: Week = 26
    """Weeks after the first sale before the rule looks."""
    if_contribution_below_usd_week: Annotated[float, Field(ge=-1e9, le=1e9)] | None = None
    """Null: the firm stays."""
    for_weeks: Annotated[int, Field(ge=1, le=104)] = 8
    """Length of the mean that is compared."""


class Gate(Frozen):
    """What the first markets must earn before the firm enters the others."""

    if_contribution_above_usd_week: Annotated[float, Field(ge=-1e9, le=1e9)]
    """Mean weekly contribution after advertising of all markets that are entered first, together."""
    after_weeks: Week = 26
    """Weeks after their first sale before the gate can open."""
    for_weeks: Annotated[int, Field(ge=1, le=104)] = 8
    """Length of the mean that is compared."""


class Levers(Frozen):
    """The levers that one market may have its own setting of."""

    channel: Literal["marketplace", "store", "both"] = "marketplace"
    price: Price = Price()
    ads: Ads = Ads()
    localisation: Localisation = Localisation()
    payments: Payments = ("card",)
    mobile_storefront: bool = False
    product: Product = Product()
    products: Map[VariantLevers] = Field(default_factory=FrozenDict)
    """Variants besides `core`, whose options stand in `product` and `price`."""
    ai: Ai = Ai()
    ar_try_on: bool = False
    logistics: Logistics = Logistics()
    inventory: Inventory = Inventory()
    compliance: Literal["none", "minimum", "full"] = "minimum"
    b2b: BusinessSales = BusinessSales()
    exit: Exit = Exit()


class Strategy(Levers):
    """One setting of the levers; `Scenario.strategy(name, market)` gives the one that holds in a market."""

    title: Title | None = None
    summary: Title | None = None
    entry: Annotated[Map[Week], Field(min_length=1)]
    """Market -> week of entry; a market left out is not entered."""
    gate: Gate | None = None
    """Markets with a later week of entry than the first wait until the gate is open; null: they enter as planned."""
    markets: Map[Plain] = Field(default_factory=FrozenDict)
    """Market -> levers that differ there, as written."""


FIRM_ONLY = tuple(name for name in Strategy.model_fields if name not in Levers.model_fields)
"""Keys that a market cannot replace."""
