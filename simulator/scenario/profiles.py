"""What the world looks like, as plain checked numbers: markets, the category, behaviour, the home country.

The YAML files under ``simulator/data`` hold each number with unit, year, source, confidence and range
(`simulator.facts`). Here stand only the numbers, with their bounds; a scenario replaces any of them, and a
future replaces the uncertain ones. Field names carry the unit.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0, lt=1e13)]
NonNegative = Annotated[float, Field(ge=0.0, lt=1e13)]
Finite = Annotated[float, Field(gt=-1e6, lt=1e6)]

PAYMENT_METHODS = (
    "card", "paypal", "wallet_global", "wallet_local", "bank_transfer", "instant_bank",
    "cash_on_delivery", "voucher", "pay_later", "instalments", "direct_debit", "other",
)  # fmt: skip
"""The 12 payment codes; the position is the bit in a consumer's wallet."""


Node = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""Key of a node of the logistics network."""


class Frozen(BaseModel):
    """Immutable, closed and finite: an unknown key or a NaN is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Texts(Frozen):
    """One text in the product's two languages."""

    en: str
    zh: str = ""


# ------------------------------------------------------------------------------------------------ markets
class SeasonWindow(Frozen):
    """Weeks of raised or lowered demand, repeated every year."""

    event: str
    iso_weeks: dict[int, int]
    """Calendar year -> first ISO week (2026 and 2027 at least; other years by `simulator.calendar`)."""
    weeks: Annotated[int, Field(ge=1, le=20)]
    multiplier: Positive
    """Demand relative to an average week."""


class Festival(Frozen):
    """The festival that a special edition is made for."""

    event: str
    iso_weeks: dict[int, int]
    """Calendar year -> ISO week of its first day (Hijri and lunar festivals move; other years by the nearest one)."""
    weeks: Annotated[int, Field(ge=1, le=20)]
    """Length of the shopping season, the festival's own weeks included."""


class Days(Frozen):
    """Door-to-door days: typical value and the range that holds about nine parcels in ten."""

    low: Positive
    typical: Positive
    high: Positive


class HubLane(Frozen):
    """Parcels from a hub abroad to the market."""

    days: Days
    usd_kg: Positive
    usd: NonNegative
    """Line haul by weight, and the fixed part per parcel."""


class MarketProfile(Frozen):
    """One country's consumers, platform, and logistics."""

    name: Texts
    region: Literal["mature", "emerging"]
    area: Literal["north_america", "europe", "east_asia", "southeast_asia", "middle_east", "latin_america"]
    currency: str
    language: str
    marketplace: str
    # consumers
    shoppers: Positive
    """Adults who buy online, persons."""
    ecommerce_usd_year: Positive
    ecommerce_growth_share: Annotated[float, Field(ge=-0.5, le=1.0)]
    gdp_per_head_ppp_usd: Positive
    gdp_per_head_usd: Positive
    income_sigma: Annotated[float, Field(gt=0.0, le=2.0)]
    """Standard deviation of log income."""
    price_elasticity_multiplier: Annotated[float, Field(gt=0.2, lt=5.0)]
    mobile_share: Share
    mobile_only_share: Share
    language_refusing_share: Share
    delivery_tolerance_days: Positive
    trust_share: Share
    """Shoppers willing to buy from an unknown foreign seller."""
    health_premium_share: Share
    green_premium_share: Share
    """Mean stated premium of the market."""
    custom_premium_share: Share
    """Mean stated premium for a customised product."""
    festival: Festival
    festival_observing_share: Share
    """Shoppers who keep the festival."""
    senior_share: Share
    """Shoppers of 65 and older."""
    parent_share: Share
    """Shoppers with children at home."""
    smart_home_share: Share
    """Households with at least one smart device."""
    voice_hub_share: Share
    """Smart households with a voice assistant that controls devices."""
    payment_mix: dict[str, Share]
    """Share of e-commerce value by payment method (`PAYMENT_METHODS`); sums to 1."""
    card_share: Share
    account_share: Share
    """Adults who own a credit card; who have an account."""
    cash_refusal_share: Share
    """Cash-on-delivery parcels refused at the door."""
    return_share: Share
    seasonality: tuple[SeasonWindow, ...]
    # platform
    commission_share: Share
    commission_base: Literal["gross", "net"]
    commission_order_usd: NonNegative
    acos_share: Share
    tacos_share: Share
    # logistics
    direct_days: Days
    local_days: Days
    parcel_usd_kg: Positive
    parcel_usd: NonNegative
    """Line haul by weight, and the fixed part per parcel."""
    sea_usd_m3: Positive
    sea_door_factor: Annotated[float, Field(ge=1.0, le=10.0)]
    """Door-to-warehouse cost as a multiple of port-to-port, inbound handling included."""
    sea_weeks: Annotated[float, Field(ge=1, le=30)]
    """Port to shelf, inbound handling included."""
    air_usd_kg: Positive
    """Air freight of stock to the shelf, door to door."""
    air_weeks: Annotated[float, Field(ge=0.5, le=10)]
    """Factory gate to shelf, inbound handling included."""
    sea_nodes: tuple[Node, ...]
    air_nodes: tuple[Node, ...]
    """Ports, straits and airports that stock and parcels pass (keys of ``network.yaml``), origin first."""
    hubs: dict[str, HubLane]
    """Hub (a key of ``network.yaml``) -> its lane; a hub that is left out does not serve the market."""
    pool_days: Days
    pool_usd_kg: Positive
    """Parcels from the global pool: consolidated line haul, last mile included."""
    fulfilment_usd: NonNegative
    storage_usd_m3_month: NonNegative
    storage_peak_usd_m3_month: NonNegative
    """October to December."""
    fx_sd_week: Annotated[float, Field(ge=0.0, le=0.2)]
    """Standard deviation of the weekly log change of the exchange rate to the dollar."""
    rfq_week: NonNegative
    """Requests for quotation a week that a qualified foreign seller of general goods sees."""
    # entry
    approvals_usd: NonNegative
    local_stock_setup_usd: NonNegative


# ----------------------------------------------------------------------------------------------- category
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
    market: dict[str, dict[str, object]] = {}
    """Market -> replacements of numbers above, and `archetype_shares`."""
    once: bool = False
    price_scale: Positive | None = None
    """Utils per P_m of the median shopper; null: solved from the elasticity (lessons give it)."""
    entrant_constant: Finite | None = None
    """Constant of the entrant's utility; null: solved from `conversion_at_parity` (lessons give it)."""
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


# ---------------------------------------------------------------------------------------------- behaviour
class Behaviour(Frozen):
    """How shoppers, platforms and firms respond: every value that is neither market, category nor seller.

    Sources and ranges: ``simulator/data/behaviour.yaml``.
    """

    # what people say and do
    say_do_share: Share
    price_scale_sd: NonNegative
    price_scale_income_elasticity: Annotated[float, Field(ge=-2, le=0)]
    health_any_share: Share
    health_premium_low_share: Share
    health_premium_high_share: Share
    health_unproven_share: Share
    green_unproven_share: Share
    """Credibility of a claim without certificate."""
    distrust_mean: NonNegative
    delay_per_day: NonNegative
    late_per_day: NonNegative
    tolerance_sd: NonNegative
    language_premium: NonNegative
    language_prefer_share: Share
    """Of those who do not refuse a foreign language, the share that prefers its own."""
    marketplace_language_factor: Share
    mobile_block_share: Share
    payment_second_loss_share: Share
    payment_none_loss_share: Share
    web_share: Share
    # visibility
    organic_reference_share: Share
    organic_exponent: Annotated[float, Field(ge=0, lt=1)]
    organic_floor_share: Share
    organic_new_share: Share
    organic_new_weeks: Annotated[float, Field(ge=0, le=104)]
    organic_cap_share: Share
    organic_rank_weeks: Annotated[float, Field(ge=1, le=52)]
    star_visibility: NonNegative
    green_badge_factor: Positive
    fast_badge_factor: Positive
    mobile_visibility_factor: Positive
    desktop_visibility_factor: Positive
    ad_exponent: Annotated[float, Field(gt=0, lt=1)]
    ad_cap_factor: Positive
    store_contact_cost_factor: Positive
    # memory
    memory_fade_share: Share
    contact_stick_share: Share
    informed_per_adopter_year: NonNegative
    # trust and ratings
    star_effect: NonNegative
    review_rate_share: Share
    reviews_to_trust: Positive
    trust_base: Share
    trust_local: Share
    trust_certificate: Share
    trust_local_returns: Share
    trust_store_loss: Share
    prior_reviews: Positive
    prior_stars: Annotated[float, Field(ge=1, le=5)]
    # delivery experience (MODEL 5.5); the values in brackets are the defaults for behaviour.yaml
    promise_quantile_share: Share
    """The platform promises this quantile of the lane's delivery times (0.85; assumption)."""
    slight_late_days: NonNegative
    """Up to so many days after the promise a delivery is slightly late (3)."""
    stars_on_time_shares: tuple[Share, Share, Share, Share, Share]
    """Probabilities of 1 to 5 stars (.02 .02 .06 .20 .70)."""
    stars_slight_shares: tuple[Share, Share, Share, Share, Share]
    """(.06 .06 .14 .26 .48)"""
    stars_bad_shares: tuple[Share, Share, Share, Share, Share]
    """(.45 .20 .15 .10 .10)"""
    satisfaction_slight: Finite
    satisfaction_bad: Finite
    """Satisfaction after a slightly late (0.3) and a bad (-1) delivery; on time is 1."""
    satisfaction_carry_share: Share
    """Weight of earlier satisfaction (0.5)."""
    # taste
    taste_drift_sd: NonNegative
    taste_gamma: NonNegative
    incubation_weeks: Annotated[int, Field(ge=0, le=104)]
    # after the sale
    stock_return_resold_share: Share
    return_handling_usd: NonNegative
    commission_kept_on_return_share: Share
    cash_remittance_weeks: Annotated[int, Field(ge=0, le=26)]
    payout_weeks: Annotated[int, Field(ge=0, le=26)]
    vat_remittance_weeks: Annotated[int, Field(ge=0, le=52)]
    import_vat_weeks: Annotated[int, Field(ge=0, le=52)]
    export_vat_share: Share
    export_vat_refund_weeks: Annotated[int, Field(ge=0, le=52)]
    # the firm
    headquarters_usd_week: NonNegative
    market_usd_week: NonNegative
    language_usd_week: NonNegative
    local_stock_usd_week: NonNegative
    compliance_full_usd_week: NonNegative
    team_fte: NonNegative
    team_wage_floor_usd_year: NonNegative
    team_wage_gdp_factor: NonNegative
    team_conversion: NonNegative
    team_returns_factor: Share
    market_setup_usd: NonNegative
    language_setup_usd: NonNegative
    payments_setup_usd: NonNegative
    team_setup_usd: NonNegative
    returns_setup_usd: NonNegative
    mobile_setup_usd: NonNegative
    compliance_full_factor: Positive
    store_fee_share: Share
    marketplace_payment_fee_share: Share
    direct_handling_usd: NonNegative
    reserve_usd: NonNegative
    """Cash kept back when ordering stock."""
    interest_share_year: Share
    """On drawn credit."""
    # planning
    plan_share: NonNegative
    plan_sd_share: NonNegative
    first_order_weeks: Positive
    pull_forward_weeks: NonNegative
    smoothing_alpha: Share
    moq_units: NonNegative
    experience_share: Annotated[float, Field(gt=0.5, le=1)]
    experience_units: Positive
    # regulators
    audit_hazard_none: Share
    audit_hazard_minimum: Share
    audit_hazard_full: Share
    audit_traceable_factor: Share
    audit_weeks: Annotated[int, Field(ge=1, le=52)]
    audit_fine_usd: NonNegative
    audit_fine_stock_share: Share
    # functions and what makes them simple
    smart_base_share: Share
    smart_home_premium_share: Share
    smart_functions_core: Positive
    smart_functions_full: Positive
    smart_functions_scale: Positive
    complexity_share: NonNegative
    complexity_senior_share: NonNegative
    complexity_eased_factor: Share
    voice_badge_factor: Positive
    voice_setup_usd: NonNegative
    simplified_setup_usd: NonNegative
    child_safe_setup_usd: NonNegative
    # custom products and festival editions
    custom_options_level: Share
    custom_setup_usd: NonNegative
    pod_days: NonNegative
    festival_premium_share: NonNegative
    festival_setup_usd: NonNegative
    festival_plan_share: Share
    # trying on
    ar_effect: NonNegative
    ar_returns_factor: Share
    ar_ramp_weeks: NonNegative
    ar_setup_usd: NonNegative
    ar_usd_week: NonNegative
    # artificial intelligence
    ai_ramp_weeks: NonNegative
    ai_ads_factor: Positive
    ai_ads_waste_share: Share
    ai_service_effect: NonNegative
    ai_service_contact_share: Share
    ai_service_wrong_share: Share
    ai_incubation_factor: Share
    ai_selection_miss_share: Share
    ai_selection_miss_taste: NonNegative
    ai_selection_setup_usd: NonNegative
    ai_forecasting_setup_usd: NonNegative
    ai_advertising_setup_usd: NonNegative
    ai_service_setup_usd: NonNegative
    ai_selection_usd_week: NonNegative
    ai_forecasting_usd_week: NonNegative
    ai_advertising_usd_week: NonNegative
    ai_service_usd_week: NonNegative
    # pools and hubs
    pool_setup_usd: NonNegative
    pool_usd_week: NonNegative
    hub_setup_usd: NonNegative
    hub_usd_week: NonNegative
    # claims that are found out, and contagion
    exposure_hazard: Share
    exposure_star_loss: NonNegative
    exposure_fine_usd: NonNegative
    contagion_per_year: NonNegative
    exposure_weeks: Annotated[int, Field(ge=1, le=520)]
    festival_life_weeks: Annotated[int, Field(ge=2, le=20)]
    pool_storage_usd_m3_month: NonNegative
    # business buyers
    b2b_buyers: Annotated[int, Field(ge=1, le=64)]
    b2b_rival_bids: Annotated[int, Field(ge=0, le=16)]
    b2b_rival_discount_low_share: Share
    b2b_rival_discount_high_share: Share
    b2b_rival_lead_weeks: Positive
    b2b_rival_lead_log_sd: NonNegative
    b2b_rival_on_time_low_share: Share
    b2b_rival_on_time_high_share: Share
    b2b_rival_green_share: Share
    b2b_rival_certified_share: Share
    b2b_rival_local_share: Share
    b2b_green_required_share: Share
    b2b_certified_required_share: Share
    b2b_local_required_share: Share
    b2b_weight_log_sd: NonNegative
    b2b_week_share: Share
    b2b_certificate_share: Share
    b2b_on_time_share: Share
    b2b_credit_week_share: Share
    b2b_rival_credit_weeks: NonNegative
    b2b_framework_share: Share
    b2b_framework_deliveries: Annotated[int, Field(ge=1, le=52)]
    b2b_cycle_weeks: Annotated[int, Field(ge=1, le=26)]
    b2b_renewal_share: Share
    b2b_late_week_share: Share
    b2b_floor_weeks: NonNegative
    b2b_spare_weeks: NonNegative
    b2b_fee_factor: NonNegative
    b2b_handling_factor: NonNegative
    b2b_leak_share: Share
    b2b_leak_weeks: Annotated[int, Field(ge=1, le=52)]
