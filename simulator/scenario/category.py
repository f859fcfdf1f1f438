"""What a category of goods is: its demand, rivals, products and certificates, as plain checked numbers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.scenario.profiles import Finite, Frozen, NonNegative, Positive, Share, Texts


class Labelling(Frozen):
    """The sellers of an archetype that have a green label; it is then two offers, with and without."""

    share: Annotated[float, Field(gt=0.0, lt=1.0)]
    """Of the archetype's units at the start."""
    growth_share_year: Annotated[float, Field(ge=-0.9, le=10.0)] = 0.0
    """Growth of the number of labelled sellers; those without are as many fewer, until none is left."""
    green: Share = 1.0
    """Level of what they sell, believed in full."""


class Archetype(Frozen):
    """The aggregate of many rival sellers, one offer in the choice set (assumptions)."""

    share: Share
    """Of needs, default for markets that give none."""
    sellers: Annotated[float, Field(ge=1, le=1000)]
    price_position: Positive
    trust: Share
    rating: Annotated[float, Field(ge=1, le=5)]
    awareness: Share
    delivery: Literal["local", "direct"]
    rule: Literal["cost"] = "cost"
    constant: Finite | None = None
    """Constant of the utility; null: solved from the share (lessons give it)."""
    labelled: Labelling | None = None
    """Null: no label is told apart."""


Feature = Literal["health", "green", "safety", "smart", "custom", "child_safe"]
"""What a rival can copy; a festival edition is gone before a copy of it is ready."""


class CloseRival(Frozen):
    """A single listing of the entrant's size near its position."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    price_position: Positive
    """Of its price at the start to the reference price; `follow` and `undercut` keep it to their competitors."""
    floor_position: Positive = 0.70
    """It never sells below this share of the reference price (assumption: its landed cost and fees)."""
    rating: Annotated[float, Field(ge=1, le=5)]
    reviews: NonNegative
    trust: Share = 0.9
    quality: Finite = 0.0
    """What its product is worth more than the entrant's at parity, WTP share."""
    rule: Literal["cost", "follow", "undercut", "best_respond"] = "follow"
    owner: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")] | None = None
    """Rivals of one owner do not undercut each other, and best-respond with the profit of all in mind; null: alone."""
    copies: tuple[Feature, ...] = ()
    """What it offers too, `copy_lag_weeks` after the entrant first showed it in the market."""
    copy_lag_weeks: Annotated[int, Field(ge=1, le=104)] = 12
    awareness: Share | None = None
    """Null: reference_seller_share / conversion_at_parity."""
    enter_week: Annotated[int, Field(ge=0, le=519)] = 0
    """Not listed before; 0: it is there when the market starts."""
    leave_after_weeks: Annotated[int, Field(ge=0, le=520)] = 26
    """It leaves for good after so many weeks in a row on its floor, where it earns nothing; 0: it stays
    (assumption: half a year, the default of the entrant's own exit rule)."""


class Certificate(Frozen):
    setup_usd: NonNegative
    weeks: Annotated[int, Field(ge=0, le=52)]
    per_unit_usd: NonNegative
    audit_usd_year: NonNegative = 0.0
    """Surveillance audit, paid every 52 weeks after the certificate is granted while the firm uses it."""
    audit_fail_share: Share = 0.0
    """Chance of such an audit to end in a suspension, of `certificate_suspended_weeks` of behaviour."""
    required_in: tuple[str, ...] = ()
    supports: tuple[Literal["health", "green", "safety"], ...] = ()
    """Claims that it makes credible."""


class Tier(Frozen):
    cost: Positive
    quality: Finite


class Attributes(Frozen):
    """Weight of each stated premium in this category."""

    health: NonNegative = 0.0
    green: NonNegative = 0.0
    safety: NonNegative = 0.0
    smart: NonNegative = 0.0
    custom: NonNegative = 0.0


class SeasonShape(Frozen):
    peaks: Literal["market", "none"] = "market"
    strength: NonNegative = 1.0
    noise_sd: Annotated[float, Field(ge=0, le=1)]
    noise_ar1: Annotated[float, Field(ge=0, lt=1)] = 0.7
    listing_noise_sd: Annotated[float, Field(ge=0, le=1)]


class LifeCurve(Frozen):
    """Relative demand over the life of a variant: start, at `rise_share` and `fall_share` of it, end."""

    start: Positive
    rise_share: Share
    rise: Positive
    fall_share: Share
    fall: Positive
    end: Positive


class Physical(Frozen):
    hs6: Annotated[str, Field(pattern=r"^\d{6}$")]


class Quality(Frozen):
    defect_share: Share
    return_share: Share
    """Mean returns of the category; markets scale around it by their own return share."""


class GreenSegments(Frozen):
    """Stated green premium: shares of shoppers and mean premium of committed and open segments."""

    committed_share: Share
    committed_premium_share: Share
    open_share: Share
    open_premium_share: Share


class UnitAdders(Frozen):
    """Extra unit cost of a product option at full level, USD."""

    health_usd: NonNegative
    green_usd: NonNegative
    traceable_usd: NonNegative
    smart_core_usd: NonNegative = 0.0
    smart_full_usd: NonNegative = 0.0
    voice_usd: NonNegative = 0.0
    simplified_usd: NonNegative = 0.0
    child_safe_usd: NonNegative = 0.0
    options_usd: NonNegative = 0.0
    """Customisation by options that are put together at the factory."""
    festival_usd: NonNegative = 0.0
    pod_share: NonNegative = 0.0
    """Print on demand: extra cost as a share of the unit cost."""


class Business(Frozen):
    """Business demand for the category."""

    rfq_factor: NonNegative = 1.0
    """Requests for quotation relative to general goods."""
    lot_units: Positive = 200.0
    """Median size of a lot."""
    lot_log_sd: Annotated[float, Field(ge=0.0, le=3.0)] = 1.0


class TypicalSeller(Frozen):
    """What a seller of the category is like: `market-entry new` starts a scenario's `seller` from it."""

    unit_cost_usd: Annotated[float, Field(gt=0.0, le=1e6)]
    """Ex VAT, standard tier, at the factory gate."""
    weight_kg: Annotated[float, Field(gt=0.0, le=1000.0)]
    volume_l: Annotated[float, Field(gt=0.0, le=10_000.0)]
    """Packed."""
    cash_usd: Annotated[float, Field(ge=0.0, le=1e12)]


class CategoryNumbers(Frozen):
    """Numbers of a category that a market may replace."""

    penetration_share: Share
    frequency_per_year: Annotated[float, Field(gt=0, le=40)]
    conversion_at_parity: Annotated[float, Field(gt=0, lt=1)]
    reference_seller_share: Annotated[float, Field(gt=0, lt=1)]
    own_price_elasticity: Annotated[float, Field(ge=-20, lt=0)]
    duty_share: Share
    """Ad-valorem import duty on goods of Chinese origin."""
    reference_price_usd: Positive
    """US, tax included; other markets by their income and VAT unless given."""


class CategoryInMarket(CategoryNumbers):
    """A category as one market has it."""

    archetype_shares: dict[str, Share]
    """Archetype -> share of needs; the rest is the outside option."""
    reference_price_given: bool
    """True where the market gives its own reference price (local, no conversion by income)."""


class CategoryProfile(CategoryNumbers):
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    name: Texts
    market: dict[str, dict[str, object]] = Field(default={})
    """Market -> replacements of numbers above, and `archetype_shares`."""
    once: bool = False
    price_scale: Positive | None = None
    """Utils per P_m of the median shopper; null: solved from the elasticity (lessons give it)."""
    entrant_constant: Finite | None = None
    """Constant of the entrant's utility; null: solved from `conversion_at_parity` (lessons give it)."""
    organic_factor: Positive = 1.0
    """On the organic shares of behaviour: a listing answers fewer of the needs of a wide niche."""
    memory_fade_factor: Positive = 1.0
    """On the weekly fading of memory: what is bought often is soon overlaid by other offers."""
    taste_sd: NonNegative
    need_rate_shape: Positive
    life_weeks: Annotated[int, Field(ge=4, le=520)]
    life_curve: LifeCurve
    loyalty: Share
    salvage_share: Share
    lead_production_weeks: Annotated[float, Field(ge=0, le=26)]
    season: SeasonShape
    attributes: Attributes
    fit_uncertainty: NonNegative
    carbon_kg: NonNegative
    """kg CO2e of making a unit of the standard tier, with its packaging, to the factory gate."""
    carbon_covered_share: Share
    """Of it, what a carbon border on goods made of metal would cover."""
    packaging_share: Share
    """Of the packed weight, what fees on packaging count: box, filling, bag."""
    physical: Physical
    quality: Quality
    green_segments: GreenSegments
    safety_premium_share: Share
    unit_adders: UnitAdders
    business: Business = Business()
    typical_seller: TypicalSeller | None = None
    """A start for the seller of a scenario, which has its own; null: none is given."""
    tiers: dict[Literal["value", "standard", "premium"], Tier]
    certificates: dict[str, Certificate]
    archetypes: Annotated[dict[str, Archetype], Field(min_length=1)]
    close_rivals: tuple[CloseRival, ...]
